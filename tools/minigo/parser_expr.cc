// Parser: expressions.
//
// Go: cmd/compile/internal/syntax/parser.go
#include "tools/minigo/check.h"
#include "tools/minigo/parser.h"

namespace gort::minigo {

// Expression = UnaryExpr | Expression binary_op Expression .
Expr* Parser::binaryExpr(Expr* x, int prec) {
  if (x == nullptr) x = unaryExpr();
  for (int n = 0; (tok() == Token::Operator || tok() == Token::Star) && lex_.prec > prec; n++) {
    if (n >= maxNesting) tooDeep();  // a + b + c ... is a tree as deep as it is long
    auto* t = make<Operation>(pos());
    t->op = lex_.op;
    int tprec = lex_.prec;
    next();
    t->x = x;
    t->y = binaryExpr(nullptr, tprec);
    x = t;
  }
  return x;
}

// UnaryExpr = PrimaryExpr | unary_op UnaryExpr .
Expr* Parser::unaryExpr() {
  Nest nest(this);
  if (tok() == Token::Operator || tok() == Token::Star) {
    switch (lex_.op) {
      case Operator::Mul:
      case Operator::Add:
      case Operator::Sub:
      case Operator::Not:
      case Operator::Xor:
      case Operator::Tilde:
      case Operator::And: {
        auto* x = make<Operation>(pos());
        x->op = lex_.op;
        next();
        x->x = unaryExpr();
        if (x->op == Operator::And) x->x = unparen(x->x);  // &(T{}) is &T{}
        return x;
      }
      default: break;
    }
  } else if (tok() == Token::Arrow) {
    // A receive operation <-x, or a channel type <-chan E: only the end of the operand tells.
    Pos p = pos();
    next();
    Expr* x = unaryExpr();
    if (x->kind == NodeKind::ChanType) {
      // <-(chan E) is (<-chan E), <-(chan<- E) is (<-chan (<-E))
      ChanDir dir = ChanDir::SendOnly;
      Expr* t = x;
      while (dir == ChanDir::SendOnly) {
        auto* c = as<ChanType>(t);
        if (c == nullptr) break;
        dir = c->dir;
        if (dir == ChanDir::RecvOnly) syntaxError("unexpected <-, expected chan");
        c->dir = ChanDir::RecvOnly;
        t = c->elem;
      }
      if (dir == ChanDir::SendOnly) syntaxError("unexpected " + exprString(t) + ", expected chan");
      return x;
    }
    auto* o = make<Operation>(p);
    o->op = Operator::Recv;
    o->x = x;
    return o;
  }
  // Parentheses are kept so that (x) := 1 can be refused.
  return pexpr(nullptr, true);
}

// Operand = Literal | OperandName | MethodExpr | "(" Expression ")" .
Expr* Parser::operand(bool keepParens) {
  switch (tok()) {
    case Token::Name: return name();
    case Token::Literal: return oliteral();

    case Token::Lparen: {
      Pos p = pos();
      next();
      xnest_++;
      Expr* x = expr();
      xnest_--;
      want(Token::Rparen);
      // (T){} is an error that the caller reports, so it has to see the parentheses
      if (tok() == Token::Lbrace) keepParens = true;
      if (!keepParens) return x;
      auto* px = make<ParenExpr>(p);
      px->x = x;
      return px;
    }

    case Token::Func: {
      Pos p = pos();
      next();
      FuncType* ftyp = funcType("function type");
      if (tok() != Token::Lbrace) return ftyp;
      xnest_++;
      auto* f = make<FuncLit>(p);
      f->typeExpr = ftyp;
      f->body = funcBody();
      xnest_--;
      return f;
    }

    case Token::Lbrack:
    case Token::Chan:
    case Token::Map:
    case Token::Struct:
    case Token::Interface: return type();

    default: {
      Expr* x = badExpr();
      syntaxError("expected expression");
      advance({Token::Rparen, Token::Rbrack, Token::Rbrace});
      return x;
    }
  }
}

namespace {

// isValue tells whether x must be a value and cannot be a type.
bool isValue(const Expr* x) {
  for (;;) {
    switch (x->kind) {
      case NodeKind::BasicLit:
      case NodeKind::CompositeLit:
      case NodeKind::FuncLit:
      case NodeKind::SliceExpr:
      case NodeKind::AssertExpr:
      case NodeKind::TypeSwitchGuard:
      case NodeKind::CallExpr: return true;
      case NodeKind::Operation: {
        auto* o = static_cast<const Operation*>(x);
        return o->op != Operator::Mul || o->y != nullptr;
      }
      case NodeKind::ParenExpr: x = static_cast<const ParenExpr*>(x)->x; break;
      case NodeKind::IndexExpr: {
        auto* i = static_cast<const IndexExpr*>(x);
        if (isValue(i->index)) return true;
        x = i->x;
        break;
      }
      default: return false;
    }
  }
}

}  // namespace

// PrimaryExpr = Operand | Conversion | PrimaryExpr Selector | PrimaryExpr Index |
//               PrimaryExpr Slice | PrimaryExpr TypeAssertion | PrimaryExpr Arguments .
Expr* Parser::pexpr(Expr* x, bool keepParens) {
  if (x == nullptr) x = operand(keepParens);
  for (int n = 0;; n++) {
    if (n >= maxNesting) tooDeep();
    Pos p = pos();
    switch (tok()) {
      case Token::Dot:
        next();
        if (tok() == Token::Name) {
          auto* t = make<SelectorExpr>(p);
          t->x = x;
          t->sel = name();
          x = t;
        } else if (got(Token::Lparen)) {
          if (got(Token::Type)) {
            auto* t = make<TypeSwitchGuard>(p);
            t->x = x;
            x = t;
          } else {
            auto* t = make<AssertExpr>(p);
            t->x = x;
            t->typeExpr = type();
            x = t;
          }
          want(Token::Rparen);
        } else {
          syntaxError("expected name or (");
          advance({Token::Semi, Token::Rparen});
        }
        break;

      case Token::Lbrack: {
        next();
        Expr* i = nullptr;
        if (tok() != Token::Colon) {
          bool comma = false;
          if (tok() == Token::Rbrack) {
            syntaxError("expected operand");
            i = badExpr();
          } else {
            i = typeList(false, &comma);
          }
          if (comma || tok() == Token::Rbrack) {
            want(Token::Rbrack);
            auto* t = make<IndexExpr>(p);
            t->x = x;
            t->index = i;
            x = t;
            break;
          }
        }

        if (!got(Token::Colon)) {
          syntaxError("expected comma, : or ]");
          advance({Token::Comma, Token::Colon, Token::Rbrack});
        }
        xnest_++;
        auto* t = make<SliceExpr>(p);
        t->x = x;
        t->index[0] = i;
        if (tok() != Token::Colon && tok() != Token::Rbrack) t->index[1] = expr();
        if (tok() == Token::Colon) {
          t->full = true;
          if (t->index[1] == nullptr) {
            error("middle index required in 3-index slice");
            t->index[1] = badExpr();
          }
          next();
          if (tok() != Token::Rbrack) {
            t->index[2] = expr();
          } else {
            error("final index required in 3-index slice");
            t->index[2] = badExpr();
          }
        }
        xnest_--;
        want(Token::Rbrack);
        x = t;
        break;
      }

      case Token::Lparen: {
        auto* t = make<CallExpr>(p);
        next();
        t->fun = x;
        argList(t);
        x = t;
        break;
      }

      case Token::Lbrace: {
        // a composite literal, or the block of a statement whose header ends here
        Expr* t = unparen(x);
        bool complitOk = false;
        switch (t->kind) {
          case NodeKind::Name:
          case NodeKind::SelectorExpr: complitOk = xnest_ >= 0; break;
          case NodeKind::IndexExpr: complitOk = xnest_ >= 0 && !isValue(t); break;
          case NodeKind::ArrayType:
          case NodeKind::SliceType:
          case NodeKind::StructType:
          case NodeKind::MapType: complitOk = true; break;
          default: break;
        }
        if (!complitOk) return x;
        if (t != x) syntaxError("cannot parenthesize type in composite literal");
        CompositeLit* lit = complitexpr();
        lit->typeExpr = x;
        x = lit;
        break;
      }

      default: return x;
    }
  }
}

// Element = Expression | LiteralValue .
Expr* Parser::bareComplitexpr() {
  if (tok() == Token::Lbrace) return complitexpr();
  return expr();
}

// LiteralValue = "{" [ ElementList [ "," ] ] "}" .
CompositeLit* Parser::complitexpr() {
  Nest nest(this);
  auto* x = make<CompositeLit>(pos());
  xnest_++;
  want(Token::Lbrace);
  x->rbrace = list("composite literal", Token::Comma, Token::Rbrace, [&] {
    Expr* e = bareComplitexpr();
    if (tok() == Token::Colon) {
      auto* kv = make<KeyValueExpr>(pos());
      next();
      kv->key = e;
      kv->value = bareComplitexpr();
      e = kv;
      x->nkeys++;
    }
    x->elems.push_back(e);
    return false;
  });
  xnest_--;
  return x;
}

// argList = [ arg { "," arg } [ "..." ] [ "," ] ] ")" .
void Parser::argList(CallExpr* call) {
  xnest_++;
  list("argument list", Token::Comma, Token::Rparen, [&] {
    call->args.push_back(expr());
    call->hasDots = got(Token::DotDotDot);
    return call->hasDots;
  });
  xnest_--;
}

Name* Parser::name() {
  if (tok() == Token::Name) {
    Name* n = newName(pos(), lex_.lit);
    next();
    return n;
  }
  Name* n = newName(pos(), "_");
  syntaxError("expected name");
  advance({});
  return n;
}

// IdentifierList = identifier { "," identifier } .
std::vector<Name*> Parser::nameList(Name* first) {
  std::vector<Name*> l = {first};
  while (got(Token::Comma)) l.push_back(name());
  return l;
}

BasicLit* Parser::oliteral() {
  if (tok() != Token::Literal) return nullptr;
  auto* b = make<BasicLit>(pos());
  b->value = lex_.lit;
  b->litKind = lex_.kind;
  b->bad = lex_.bad;
  next();
  return b;
}

Expr* Parser::qualifiedName(Name* first) {
  Expr* x;
  if (first != nullptr) {
    x = first;
  } else if (tok() == Token::Name) {
    x = name();
  } else {
    x = newName(pos(), "_");
    syntaxError("expected name");
    advance({Token::Dot, Token::Semi, Token::Rbrace});
  }
  if (tok() == Token::Dot) {
    auto* s = make<SelectorExpr>(pos());
    next();
    s->x = x;
    s->sel = name();
    x = s;
  }
  if (tok() == Token::Lbrack) x = typeInstance(x);
  return x;
}

// ExpressionList = Expression { "," Expression } .
Expr* Parser::exprList() {
  Expr* x = expr();
  if (tok() != Token::Comma) return x;
  auto* l = make<ListExpr>(x->pos);
  l->elems.push_back(x);
  while (got(Token::Comma)) l->elems.push_back(expr());
  return l;
}

// typeList = arg { "," arg } [ "," ] .
// The first element may be any expression unless strict is set. *comma tells whether there was a comma.
Expr* Parser::typeList(bool strict, bool* comma) {
  xnest_++;
  Expr* x = strict ? type() : expr();
  *comma = got(Token::Comma);
  if (*comma) {
    if (Expr* t = typeOrNil()) {
      auto* l = make<ListExpr>(x->pos);
      l->elems = {x, t};
      while (got(Token::Comma)) {
        t = typeOrNil();
        if (t == nullptr) break;
        l->elems.push_back(t);
      }
      x = l;
    }
  }
  xnest_--;
  return x;
}

}  // namespace gort::minigo

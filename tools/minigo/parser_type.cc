// Parser: types, fields and parameters.
//
// Go: cmd/compile/internal/syntax/parser.go
#include "tools/minigo/parser.h"

namespace gort::minigo {

Expr* Parser::type() {
  Expr* t = typeOrNil();
  if (t == nullptr) {
    t = badExpr();
    syntaxError("expected type");
    advance({Token::Comma, Token::Colon, Token::Semi, Token::Rparen, Token::Rbrack, Token::Rbrace});
  }
  return t;
}

Expr* Parser::indirect(Pos p, Expr* t) {
  auto* o = make<Operation>(p);
  o->op = Operator::Mul;
  o->x = t;
  return o;
}

// Type     = TypeName | TypeLit | "(" Type ")" .
// TypeLit  = ArrayType | StructType | PointerType | FunctionType | InterfaceType |
//            SliceType | MapType | ChannelType .
Expr* Parser::typeOrNil() {
  Nest nest(this);
  Pos p = pos();
  switch (tok()) {
    case Token::Star: {
      next();
      return indirect(p, type());
    }

    case Token::Arrow: {
      next();
      want(Token::Chan);
      auto* t = make<ChanType>(p);
      t->dir = ChanDir::RecvOnly;
      t->elem = chanElem();
      return t;
    }

    case Token::Func: next(); return funcType("function type");

    case Token::Lbrack:
      next();
      if (got(Token::Rbrack)) return sliceType(p);
      return arrayType(p, nullptr);

    case Token::Chan: {
      next();
      auto* t = make<ChanType>(p);
      if (got(Token::Arrow)) t->dir = ChanDir::SendOnly;
      t->elem = chanElem();
      return t;
    }

    case Token::Map: {
      next();
      want(Token::Lbrack);
      auto* t = make<MapType>(p);
      t->key = type();
      want(Token::Rbrack);
      t->value = type();
      return t;
    }

    case Token::Struct: return structType();
    case Token::Interface: return interfaceType();
    case Token::Name: return qualifiedName(nullptr);

    case Token::Lparen: {
      next();
      Expr* t = type();
      want(Token::Rparen);
      return t;
    }

    default: return nullptr;
  }
}

// typeInstance reads the type arguments of x.
Expr* Parser::typeInstance(Expr* x) {
  auto* t = make<IndexExpr>(pos());
  want(Token::Lbrack);
  t->x = x;
  if (tok() == Token::Rbrack) {
    syntaxError("expected type argument list");
    t->index = badExpr();
  } else {
    bool comma;
    t->index = typeList(true, &comma);
  }
  want(Token::Rbrack);
  return t;
}

// funcType reads what follows the keyword or name. A context forbids type parameters in Go, too.
FuncType* Parser::funcType(const std::string& context) {
  auto* t = make<FuncType>(pos());
  if (got(Token::Lbrack)) {
    if (!context.empty()) syntaxErrorAt(t->pos, context + " must have no type parameters");
    if (tok() == Token::Rbrack) {
      syntaxError("empty type parameter list");
      next();
    } else {
      paramList(nullptr, nullptr, Token::Rbrack, true, false);
      if (context.empty()) refuseTypeParameters(t->pos);
    }
  }
  want(Token::Lparen);
  t->params = paramList(nullptr, nullptr, Token::Rparen, false, true);
  t->results = funcResult();
  return t;
}

// arrayType continues after "["; len is the length if that was already read.
Expr* Parser::arrayType(Pos p, Expr* len) {
  if (len == nullptr && !got(Token::DotDotDot)) {
    xnest_++;
    len = expr();
    xnest_--;
  }
  if (tok() == Token::Comma) {
    syntaxError("unexpected comma; expected ]");
    next();
  }
  want(Token::Rbrack);
  auto* t = make<ArrayType>(p);
  t->len = len;
  t->elem = type();
  return t;
}

// sliceType continues after "[]".
Expr* Parser::sliceType(Pos p) {
  auto* t = make<SliceType>(p);
  t->elem = type();
  return t;
}

Expr* Parser::chanElem() {
  Expr* t = typeOrNil();
  if (t == nullptr) {
    t = badExpr();
    syntaxError("missing channel element type");
  }
  return t;
}

// StructType = "struct" "{" { FieldDecl ";" } "}" .
StructType* Parser::structType() {
  auto* t = make<StructType>(pos());
  want(Token::Struct);
  want(Token::Lbrace);
  list("struct type", Token::Semi, Token::Rbrace, [&] {
    fieldDecl(t);
    return false;
  });
  return t;
}

// InterfaceType = "interface" "{" { ( MethodDecl | EmbeddedElem ) ";" } "}" .
InterfaceType* Parser::interfaceType() {
  auto* t = make<InterfaceType>(pos());
  want(Token::Interface);
  want(Token::Lbrace);
  list("interface type", Token::Semi, Token::Rbrace, [&] {
    Field* f = nullptr;
    if (tok() == Token::Name) f = methodDecl();
    if (f == nullptr || f->name == nullptr) f = embeddedElem(f);
    t->methods.push_back(f);
    return false;
  });
  return t;
}

// Result = Parameters | Type .
std::vector<Field*> Parser::funcResult() {
  if (got(Token::Lparen)) return paramList(nullptr, nullptr, Token::Rparen, false, false);
  Pos p = pos();
  if (Expr* t = typeOrNil()) {
    auto* f = make<Field>(p);
    f->type = t;
    return {f};
  }
  return {};
}

void Parser::addField(StructType* styp, Pos p, Name* n, Expr* t, BasicLit* tag) {
  if (tag != nullptr) {
    styp->tags.resize(styp->fields.size(), nullptr);
    styp->tags.push_back(tag);
  }
  auto* f = make<Field>(p);
  f->name = n;
  f->type = t;
  styp->fields.push_back(f);
}

// FieldDecl      = (IdentifierList Type | AnonymousField) [ Tag ] .
// AnonymousField = [ "*" ] TypeName .
void Parser::fieldDecl(StructType* styp) {
  Pos p = pos();
  switch (tok()) {
    case Token::Name: {
      Name* n = name();
      if (tok() == Token::Dot || tok() == Token::Literal || tok() == Token::Semi ||
          tok() == Token::Rbrace) {
        Expr* t = qualifiedName(n);
        addField(styp, p, nullptr, t, oliteral());
        return;
      }
      std::vector<Name*> names = nameList(n);
      Expr* t;
      if (names.size() == 1 && tok() == Token::Lbrack) {
        // an embedded T[P], or a field T of type [P]E
        t = arrayOrTArgs();
        if (auto* inst = as<IndexExpr>(t)) {
          inst->x = n;
          addField(styp, p, nullptr, inst, oliteral());
          return;
        }
      } else {
        t = type();
      }
      BasicLit* tag = oliteral();
      for (Name* f : names) addField(styp, f->pos, f, t, tag);
      return;
    }

    case Token::Star: {
      next();
      Expr* t;
      if (tok() == Token::Lparen) {
        syntaxError("cannot parenthesize embedded type");
        next();
        t = qualifiedName(nullptr);
        got(Token::Rparen);
      } else {
        t = qualifiedName(nullptr);
      }
      BasicLit* tag = oliteral();
      addField(styp, p, nullptr, indirect(p, t), tag);
      return;
    }

    case Token::Lparen: {
      syntaxError("cannot parenthesize embedded type");
      next();
      Expr* t;
      if (tok() == Token::Star) {
        Pos star = pos();
        next();
        t = indirect(star, qualifiedName(nullptr));
      } else {
        t = qualifiedName(nullptr);
      }
      got(Token::Rparen);
      addField(styp, p, nullptr, t, oliteral());
      return;
    }

    default:
      syntaxError("expected field name or embedded type");
      advance({Token::Semi, Token::Rbrace});
  }
}

// arrayOrTArgs reads "[n]E", or type arguments as an IndexExpr whose x the caller fills in.
Expr* Parser::arrayOrTArgs() {
  Pos p = pos();
  want(Token::Lbrack);
  if (got(Token::Rbrack)) return sliceType(p);
  bool comma;
  Expr* n = typeList(false, &comma);
  want(Token::Rbrack);
  if (!comma) {
    if (Expr* elem = typeOrNil()) {
      auto* t = make<ArrayType>(p);
      t->len = n;
      t->elem = elem;
      return t;
    }
  }
  auto* t = make<IndexExpr>(p);
  t->index = n;
  return t;
}

// MethodSpec = MethodName Signature | InterfaceTypeName .
Field* Parser::methodDecl() {
  const std::string context = "interface method";
  auto* f = make<Field>(pos());
  Name* n = name();
  switch (tok()) {
    case Token::Lparen:
      f->name = n;
      f->type = funcType(context);
      break;

    case Token::Lbrack: {
      // m[T C](x T), which Go refuses, or an embedded T[P1, P2]
      Pos p = pos();
      next();
      if (tok() == Token::Rbrack) {
        Pos close = pos();
        next();
        if (tok() == Token::Lparen) {
          errorAt(close, "empty type parameter list");
          f->name = n;
          f->type = funcType(context);
        } else {
          errorAt(close, "empty type argument list");
          f->type = n;
        }
        break;
      }
      std::vector<Field*> args = paramList(nullptr, nullptr, Token::Rbrack, false, false);
      if (args.empty()) {
        if (tok() == Token::Lparen) {
          f->name = n;
          f->type = funcType(context);
        } else {
          f->type = n;
        }
        break;
      }
      if (args[0]->name != nullptr) {
        f->name = n;
        f->type = funcType(context);
        errorAt(p, "interface method must have no type parameters");
        break;
      }
      auto* t = make<IndexExpr>(p);
      t->x = n;
      if (args.size() == 1) {
        t->index = args[0]->type;
      } else {
        auto* l = make<ListExpr>(args[0]->pos);
        for (Field* a : args) l->elems.push_back(a->type);
        t->index = l;
      }
      f->type = t;
      break;
    }

    default: f->type = qualifiedName(n);
  }
  return f;
}

// EmbeddedElem = MethodSpec | EmbeddedTerm { "|" EmbeddedTerm } .
Field* Parser::embeddedElem(Field* f) {
  if (f == nullptr) {
    f = make<Field>(pos());
    f->type = embeddedTerm();
  }
  while (tok() == Token::Operator && lex_.op == Operator::Or) {
    auto* t = make<Operation>(pos());
    t->op = Operator::Or;
    next();
    t->x = f->type;
    t->y = embeddedTerm();
    f->type = t;
  }
  return f;
}

// EmbeddedTerm = [ "~" ] Type .
Expr* Parser::embeddedTerm() {
  if (tok() == Token::Operator && lex_.op == Operator::Tilde) {
    auto* t = make<Operation>(pos());
    t->op = Operator::Tilde;
    next();
    t->x = type();
    return t;
  }
  Expr* t = typeOrNil();
  if (t == nullptr) {
    t = badExpr();
    syntaxError("expected ~ term or type");
    advance({Token::Operator, Token::Semi, Token::Rparen, Token::Rbrack, Token::Rbrace});
  }
  return t;
}

// ParameterDecl = [ IdentifierList ] [ "..." ] Type .
Field* Parser::paramDeclOrNil(Name* n, Token follow) {
  bool typeSetsOk = follow == Token::Rbrack;  // type parameters
  auto atOr = [&] { return typeSetsOk && tok() == Token::Operator && lex_.op == Operator::Or; };
  auto atTilde = [&] {
    return typeSetsOk && tok() == Token::Operator && lex_.op == Operator::Tilde;
  };

  Pos p = pos();
  if (n != nullptr) {
    p = n->pos;
  } else if (atTilde()) {
    return embeddedElem(nullptr);
  }

  auto* f = make<Field>(p);
  if (tok() == Token::Name || n != nullptr) {
    if (n == nullptr) n = name();

    if (tok() == Token::Lbrack) {
      f->type = arrayOrTArgs();
      if (auto* inst = as<IndexExpr>(f->type)) {
        inst->x = n;
      } else {
        f->name = n;
      }
      if (atOr()) f = embeddedElem(f);
      return f;
    }
    if (tok() == Token::Dot) {
      f->type = qualifiedName(n);
      if (atOr()) f = embeddedElem(f);
      return f;
    }
    if (atOr()) {
      f->type = n;
      return embeddedElem(f);
    }
    f->name = n;
  }

  if (tok() == Token::DotDotDot) {
    auto* t = make<DotsType>(pos());
    next();
    t->elem = typeOrNil();
    if (t->elem == nullptr) {
      f->type = badExpr();
      syntaxError("... is missing type");
    } else {
      f->type = t;
    }
    return f;
  }

  if (atTilde()) {
    f->type = embeddedElem(nullptr)->type;
    return f;
  }

  f->type = typeOrNil();
  if (f->type != nullptr && atOr()) f = embeddedElem(f);
  if (f->name != nullptr || f->type != nullptr) return f;

  syntaxError(follow == Token::Rparen ? "expected )" : "expected ]");
  advance({Token::Comma, follow});
  return nullptr;
}

// Parameters    = "(" [ ParameterList [ "," ] ] ")" .
// The opening token was consumed. n is the first name if that was read already, typ its type. Either all
// parameters get a name or none.
std::vector<Field*> Parser::paramList(Name* n, Expr* typ, Token close, bool requireNames,
                                      bool dddok) {
  if (n != nullptr && typ != nullptr && tok() == close) {
    next();
    auto* par = make<Field>(n->pos);
    par->name = n;
    par->type = typ;
    return {par};
  }

  std::vector<Field*> out;
  size_t named = 0;  // parameters with name and type
  size_t typed = 0;  // parameters with type
  Pos end = list("parameter list", Token::Comma, close, [&] {
    Field* par;
    if (typ != nullptr) {
      par = make<Field>(n->pos);
      par->name = n;
      par->type = typ;
    } else {
      par = paramDeclOrNil(n, close);
    }
    n = nullptr;
    typ = nullptr;
    if (par != nullptr) {
      if (par->name != nullptr && par->type != nullptr) named++;
      if (par->type != nullptr) typed++;
      out.push_back(par);
    }
    return false;
  });
  if (out.empty()) return out;

  if (named == 0 && !requireNames) {
    // what looks like names are types
    for (Field* par : out) {
      if (par->name != nullptr) {
        par->type = par->name;
        par->name = nullptr;
      }
    }
  } else if (named != out.size()) {
    Pos errPos;           // leftmost
    Expr* cur = nullptr;  // going left, the type of those without
    for (size_t i = out.size(); i-- > 0;) {
      Field* par = out[i];
      if (par->type != nullptr) {
        cur = par->type;
        if (par->name == nullptr) {
          errPos = startPos(cur);
          par->name = newName(errPos, "_");
        }
      } else if (cur != nullptr) {
        par->type = cur;
      } else {
        errPos = par->name->pos;
        par->type = make<BadExpr>(errPos);
      }
    }
    if (errPos.known()) {
      std::string msg;
      if (named == typed) {
        errPos = end;
        msg = requireNames ? "missing type constraint" : "missing parameter type";
      } else if (requireNames) {
        msg = "missing type parameter name";
        if (out.size() == 1) msg += " or invalid array length";
      } else {
        msg = "missing parameter name";
      }
      syntaxErrorAt(errPos, msg);
    }
  }

  bool first = true;
  for (size_t i = 0; i < out.size(); i++) {
    auto* t = as<DotsType>(out[i]->type);
    if (t == nullptr || (dddok && i + 1 == out.size())) continue;
    if (first) {
      first = false;
      errorAt(t->pos, dddok ? "can only use ... with final parameter" : "invalid use of ...");
    }
    out[i]->type = t->elem;
  }
  return out;
}

}  // namespace gort::minigo

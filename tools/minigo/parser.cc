// Parser: files and declarations, and how errors are reported and survived.
//
// Go: cmd/compile/internal/syntax/parser.go
#include "tools/minigo/parser.h"

#include <utility>

#include "tools/minigo/check.h"

namespace gort::minigo {

namespace {

constexpr uint64_t bit(Token t) { return uint64_t{1} << static_cast<unsigned>(t); }

// Keywords that start a statement: good places to continue after an error.
constexpr uint64_t stopset = bit(Token::Break) | bit(Token::Const) | bit(Token::Continue) |
                             bit(Token::Defer) | bit(Token::Fallthrough) | bit(Token::For) |
                             bit(Token::Go) | bit(Token::Goto) | bit(Token::If) |
                             bit(Token::Return) | bit(Token::Select) | bit(Token::Switch) |
                             bit(Token::Type) | bit(Token::Var);

// tokstring names a token in messages.
std::string tokstring(Token t) {
  if (t == Token::Comma) return "comma";
  if (t == Token::Semi) return "semicolon or newline";
  std::string s(tokenString(t));
  return Token::Break <= t && t <= Token::Var ? "keyword " + s : s;
}

bool startsWith(const std::string& s, std::string_view prefix) {
  return s.compare(0, prefix.size(), prefix) == 0;
}

}  // namespace

Parser::Nest::Nest(Parser* p) : p_(p) {
  if (++p_->depth_ > maxNesting) {
    p_->depth_--;  // the destructor does not run
    p_->tooDeep();
  }
}

Parser::Parser(std::string_view source, uint32_t fileNo, Arena* arena, Diagnostics* diags)
    : lex_(source, [this](uint32_t line, uint32_t col,
                          const std::string& msg) { errorAt(posAt(line, col), msg); }),
      fileNo_(fileNo),
      arena_(arena),
      diags_(diags) {}

File* Parser::parseFile() {
  try {
    next();
    return fileOrNil();
  } catch (const Abort&) {
    return nullptr;
  }
}

bool Parser::got(Token t) {
  if (tok() != t) return false;
  next();
  return true;
}

void Parser::want(Token t) {
  if (!got(t)) {
    syntaxError("expected " + tokstring(t));
    advance({});
  }
}

// gotAssign is got(Assign), but takes ":=" for it after a complaint.
bool Parser::gotAssign() {
  if (tok() == Token::Define) {
    syntaxError("expected =");
    next();
    return true;
  }
  return got(Token::Assign);
}

void Parser::errorAt(Pos p, const std::string& msg) {
  errcnt_++;
  diags_->add(p, msg);
}

void Parser::syntaxErrorAt(Pos p, std::string msg) {
  if (tok() == Token::EndOfFile && errcnt_ > 0) {
    fatal_ = true;
    return;  // only a consequence of an earlier error
  }
  fatal_ = true;
  if (startsWith(msg, "in ") || startsWith(msg, "at ") || startsWith(msg, "after ")) {
    msg = " " + msg;
  } else if (startsWith(msg, "expected ")) {
    msg = ", " + msg;
  } else if (!msg.empty()) {
    errorAt(p, "syntax error: " + msg);
    return;
  }

  std::string t;
  switch (tok()) {
    case Token::Name: t = "name " + lex_.lit; break;
    case Token::Semi: t = lex_.lit; break;
    case Token::Literal: t = "literal " + lex_.lit; break;
    case Token::Operator: t = operatorString(lex_.op); break;
    case Token::AssignOp: t = std::string(operatorString(lex_.op)) + "="; break;
    case Token::IncOp:
      t = operatorString(lex_.op);
      t += t;
      break;
    default: t = tokstring(tok());
  }
  errorAt(p, "syntax error: unexpected " + t + msg);
}

void Parser::tooDeep() {
  fatal_ = true;
  errorAt(pos(),
          "program is nested too deeply (more than " + std::to_string(maxNesting) + " levels)");
  throw Abort{};
}

// advance skips tokens until one of followlist, or inside a function one that starts a statement. An
// empty list skips exactly one token, to make progress.
void Parser::advance(std::initializer_list<Token> followlist) {
  uint64_t followset = bit(Token::EndOfFile);
  if (followlist.size() > 0) {
    if (fnest_ > 0) followset |= stopset;
    for (Token t : followlist) followset |= bit(t);
  }
  while ((followset & bit(tok())) == 0) {
    next();
    if (followlist.size() == 0) break;
  }
}

void Parser::refuseTypeParameters(Pos p) {
  fatal_ = true;
  errorAt(p, "type parameters are not in minigo yet");
}

Name* Parser::newName(Pos p, const std::string& value) {
  Name* n = make<Name>(p);
  n->value = value;
  return n;
}

// SourceFile = PackageClause ";" { ImportDecl ";" } { TopLevelDecl ";" } .
File* Parser::fileOrNil() {
  File* f = make<File>(pos());
  if (!got(Token::Package)) {
    syntaxError("package statement must be first");
    return nullptr;
  }
  f->pkgName = name();
  want(Token::Semi);
  if (errcnt_ > 0) return nullptr;

  Token prev = Token::Import;
  while (tok() != Token::EndOfFile) {
    if (tok() == Token::Import && prev != Token::Import) {
      syntaxError("imports must appear before other declarations");
    }
    prev = tok();

    switch (tok()) {
      case Token::Import:
        next();
        appendGroup(&f->decls, &Parser::importDecl);
        break;
      case Token::Const:
        next();
        appendGroup(&f->decls, &Parser::constDecl);
        break;
      case Token::Type:
        next();
        appendGroup(&f->decls, &Parser::typeDecl);
        break;
      case Token::Var:
        next();
        appendGroup(&f->decls, &Parser::varDecl);
        break;
      case Token::Func:
        next();
        f->decls.push_back(funcDecl());
        break;
      default: {
        auto* last = f->decls.empty() ? nullptr : as<FuncDecl>(f->decls.back());
        if (tok() == Token::Lbrace && last != nullptr && last->body == nullptr) {
          syntaxError("unexpected semicolon or newline before {");
        } else {
          syntaxError("non-declaration statement outside function body");
        }
        advance({Token::Import, Token::Const, Token::Type, Token::Var, Token::Func});
        continue;
      }
    }

    if (tok() != Token::EndOfFile && !got(Token::Semi)) {
      syntaxError("after top level declaration");
      advance({Token::Import, Token::Const, Token::Type, Token::Var, Token::Func});
    }
  }
  f->eof = pos();
  return f;
}

// list = [ f { sep f } [sep] ] close .
// f returns true when it takes no more elements. The result is the position of close.
Pos Parser::list(const std::string& context, Token sep, Token close,
                 const std::function<bool()>& f) {
  bool done = false;
  while (tok() != Token::EndOfFile && tok() != close && !done) {
    done = f();
    if (!got(sep) && tok() != close) {
      syntaxError("in " + context + "; possibly missing " + tokstring(sep) + " or " +
                  tokstring(close));
      advance({Token::Rparen, Token::Rbrack, Token::Rbrace});
      if (tok() != close) return pos();
    }
  }
  Pos p = pos();
  want(close);
  return p;
}

// appendGroup(f) = f | "(" { f ";" } ")" .
void Parser::appendGroup(std::vector<Decl*>* out, DeclParser f) {
  if (tok() == Token::Lparen) {
    Group* g = arena_->make<Group>();
    next();
    list("grouped declaration", Token::Semi, Token::Rparen, [&] {
      out->push_back((this->*f)(g));
      return false;
    });
  } else {
    out->push_back((this->*f)(nullptr));
  }
}

// ImportSpec = [ "." | PackageName ] ImportPath .
Decl* Parser::importDecl(Group* group) {
  auto* d = make<ImportDecl>(pos());
  d->group = group;
  if (tok() == Token::Name) {
    d->localName = name();
  } else if (tok() == Token::Dot) {
    d->localName = newName(pos(), ".");
    next();
  }
  d->path = oliteral();
  if (d->path == nullptr) {
    syntaxError("missing import path");
    advance({Token::Semi, Token::Rparen});
    return d;
  }
  if (!d->path->bad && d->path->litKind != LitKind::String) {
    syntaxErrorAt(d->path->pos, "import path must be a string");
    d->path->bad = true;
  }
  return d;
}

// ConstSpec = IdentifierList [ [ Type ] "=" ExpressionList ] .
Decl* Parser::constDecl(Group* group) {
  auto* d = make<ConstDecl>(pos());
  d->group = group;
  d->names = nameList(name());
  if (tok() != Token::EndOfFile && tok() != Token::Semi && tok() != Token::Rparen) {
    d->typeExpr = typeOrNil();
    if (gotAssign()) d->values = exprList();
  }
  return d;
}

namespace {

constexpr int maxTypeElemDepth = 1000;

// isTypeElem tells whether x can only be a type and not a value.
bool isTypeElem(const Expr* x, int depth = 0) {
  if (depth > maxTypeElemDepth) return false;
  switch (x->kind) {
    case NodeKind::ArrayType:
    case NodeKind::StructType:
    case NodeKind::FuncType:
    case NodeKind::InterfaceType:
    case NodeKind::SliceType:
    case NodeKind::MapType:
    case NodeKind::ChanType: return true;
    case NodeKind::Operation: {
      auto* o = static_cast<const Operation*>(x);
      return isTypeElem(o->x, depth + 1) || (o->y != nullptr && isTypeElem(o->y, depth + 1)) ||
             o->op == Operator::Tilde;
    }
    case NodeKind::ParenExpr: return isTypeElem(static_cast<const ParenExpr*>(x)->x, depth + 1);
    default: return false;
  }
}

struct NameAndType {
  Name* name = nullptr;
  Expr* type = nullptr;
};

// extractName reads x as "name type" if that is possible: P *T may have been parsed as a product. It
// splits when the type can be nothing else, or when force is set. name is null when x cannot be split.
NameAndType extractName(Arena* arena, Expr* x, bool force, int depth = 0) {
  if (auto* n = as<Name>(x)) return {n, nullptr};
  if (depth > maxTypeElemDepth) return {};
  if (auto* o = as<Operation>(x); o != nullptr && o->y != nullptr) {
    if (o->op == Operator::Mul) {
      auto* n = as<Name>(o->x);
      if (n != nullptr && (force || isTypeElem(o->y))) {
        auto* ptr = arena->make<Operation>();
        ptr->pos = o->pos;
        ptr->op = Operator::Mul;
        ptr->x = o->y;
        return {n, ptr};
      }
    } else if (o->op == Operator::Or) {
      NameAndType l = extractName(arena, o->x, force || isTypeElem(o->y), depth + 1);
      if (l.name != nullptr && l.type != nullptr) {
        auto* either = arena->make<Operation>();
        either->pos = o->pos;
        either->op = Operator::Or;
        either->x = l.type;
        either->y = o->y;
        return {l.name, either};
      }
    }
  }
  if (auto* c = as<CallExpr>(x)) {
    auto* n = as<Name>(c->fun);
    if (n != nullptr && c->args.size() == 1 && !c->hasDots && (force || isTypeElem(c->args[0]))) {
      return {n, unparen(c->args[0])};
    }
  }
  return {};
}

}  // namespace

// TypeSpec = identifier [ TypeParams ] [ "=" ] Type .
Decl* Parser::typeDecl(Group* group) {
  auto* d = make<TypeDecl>(pos());
  d->group = group;
  d->name = name();
  if (tok() == Token::Lbrack) {
    // an array or slice type, or type parameters
    Pos p = pos();
    next();
    if (tok() == Token::Name) {
      Expr* x = name();
      if (tok() != Token::Lbrack) {
        xnest_++;
        x = binaryExpr(pexpr(x, false), 0);
        xnest_--;
      }
      NameAndType par = extractName(arena_, x, tok() == Token::Comma);
      if (par.name != nullptr && (par.type != nullptr || tok() != Token::Rbrack)) {
        paramList(par.name, par.type, Token::Rbrack, true, false);
        refuseTypeParameters(p);
        d->alias = gotAssign();
        d->typeExpr = typeOrNil();
      } else {
        d->typeExpr = arrayType(p, x);
      }
    } else if (tok() == Token::Rbrack) {
      next();
      d->typeExpr = sliceType(p);
    } else {
      d->typeExpr = arrayType(p, nullptr);
    }
  } else {
    d->alias = gotAssign();
    d->typeExpr = typeOrNil();
  }

  if (d->typeExpr == nullptr) {
    d->typeExpr = badExpr();
    syntaxError("in type declaration");
    advance({Token::Semi, Token::Rparen});
  }
  return d;
}

// VarSpec = IdentifierList ( Type [ "=" ExpressionList ] | "=" ExpressionList ) .
Decl* Parser::varDecl(Group* group) {
  auto* d = make<VarDecl>(pos());
  d->group = group;
  d->names = nameList(name());
  if (gotAssign()) {
    d->values = exprList();
  } else {
    d->typeExpr = type();
    if (gotAssign()) d->values = exprList();
  }
  return d;
}

// FunctionDecl = "func" FunctionName [ TypeParams ] ( Function | Signature ) .
// MethodDecl   = "func" Receiver MethodName ( Function | Signature ) .
FuncDecl* Parser::funcDecl() {
  auto* f = make<FuncDecl>(pos());
  bool hasRecv = false;
  if (got(Token::Lparen)) {
    hasRecv = true;
    std::vector<Field*> rcvr = paramList(nullptr, nullptr, Token::Rparen, false, false);
    if (rcvr.empty()) {
      error("method has no receiver");
    } else {
      if (rcvr.size() > 1) error("method has multiple receivers");
      f->recv = rcvr[0];
    }
  }

  if (tok() == Token::Name) {
    f->name = name();
    f->typeExpr = funcType("");
  } else {
    f->name = newName(pos(), "_");
    f->typeExpr = make<FuncType>(pos());
    syntaxError(hasRecv ? "expected name" : "expected name or (");
    advance({Token::Lbrace, Token::Semi});
  }

  if (tok() == Token::Lbrace) f->body = funcBody();
  return f;
}

BlockStmt* Parser::funcBody() {
  fnest_++;
  int errcnt = errcnt_;
  BlockStmt* body = blockStmt("");
  fnest_--;
  // After a syntax error the tree may be incomplete and branches would give follow-on errors.
  if (errcnt == errcnt_) {
    checkBranches(body, *diags_, [this](Pos p, const std::string& msg) { errorAt(p, msg); });
  }
  return body;
}

}  // namespace gort::minigo

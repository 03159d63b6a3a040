// Parser: statements.
//
// Go: cmd/compile/internal/syntax/parser.go
#include "tools/minigo/parser.h"

namespace gort::minigo {

// SimpleStmt = EmptyStmt | ExpressionStmt | SendStmt | IncDecStmt | Assignment | ShortVarDecl .
// lhs is the left side if it was read already; keyword is the statement whose header this is, or None.
SimpleStmt* Parser::simpleStmt(Expr* lhs, Token keyword) {
  if (keyword == Token::For && tok() == Token::Range) return newRangeClause(nullptr, false);
  if (lhs == nullptr) lhs = exprList();

  if (lhs->kind != NodeKind::ListExpr && tok() != Token::Assign && tok() != Token::Define) {
    Pos p = pos();
    switch (tok()) {
      case Token::AssignOp: {
        Operator op = lex_.op;
        next();
        return newAssignStmt(p, op, lhs, expr());
      }
      case Token::IncOp: {
        Operator op = lex_.op;
        next();
        return newAssignStmt(p, op, lhs, nullptr);
      }
      case Token::Arrow: {
        auto* s = make<SendStmt>(p);
        next();
        s->chan = lhs;
        s->value = expr();
        return s;
      }
      default: {
        auto* s = make<ExprStmt>(lhs->pos);
        s->x = lhs;
        return s;
      }
    }
  }

  if (tok() == Token::Assign || tok() == Token::Define) {
    Pos p = pos();
    Operator op = tok() == Token::Define ? Operator::Def : Operator::None;
    next();
    if (keyword == Token::For && tok() == Token::Range) {
      return newRangeClause(lhs, op == Operator::Def);
    }
    Expr* rhs = exprList();
    if (auto* x = as<TypeSwitchGuard>(rhs);
        x != nullptr && keyword == Token::Switch && op == Operator::Def) {
      if (auto* n = as<Name>(lhs)) {
        x->lhs = n;
        auto* s = make<ExprStmt>(x->pos);
        s->x = x;
        return s;
      }
    }
    return newAssignStmt(p, op, lhs, rhs);
  }

  syntaxError("expected := or = or comma");
  advance({Token::Semi, Token::Rbrace});
  if (auto* l = as<ListExpr>(lhs)) lhs = l->elems[0];
  auto* s = make<ExprStmt>(lhs->pos);
  s->x = lhs;
  return s;
}

RangeClause* Parser::newRangeClause(Expr* lhs, bool def) {
  auto* r = make<RangeClause>(pos());
  next();
  r->lhs = lhs;
  r->def = def;
  r->x = expr();
  return r;
}

AssignStmt* Parser::newAssignStmt(Pos p, Operator op, Expr* lhs, Expr* rhs) {
  auto* a = make<AssignStmt>(p);
  a->op = op;
  a->lhs = lhs;
  a->rhs = rhs;
  return a;
}

Stmt* Parser::labeledStmtOrNil(Name* label) {
  auto* s = make<LabeledStmt>(pos());
  s->label = label;
  want(Token::Colon);
  if (tok() == Token::Rbrace) {
    // a label at the end of a block stands before an empty statement
    s->stmt = make<EmptyStmt>(pos());
    return s;
  }
  s->stmt = stmtOrNil();
  if (s->stmt != nullptr) return s;
  syntaxErrorAt(s->pos, "missing statement after label");
  return nullptr;
}

// blockStmt reads a block. context may be empty only if tok() is Lbrace.
BlockStmt* Parser::blockStmt(const std::string& context) {
  auto* s = make<BlockStmt>(pos());
  if (!got(Token::Lbrace)) {
    syntaxError("expected { after " + context);
    advance({Token::Name, Token::Rbrace});
    s->rbrace = pos();
    if (got(Token::Rbrace)) return s;
  }
  s->list = stmtList();
  s->rbrace = pos();
  want(Token::Rbrace);
  return s;
}

DeclStmt* Parser::declStmt(DeclParser f) {
  auto* s = make<DeclStmt>(pos());
  next();
  appendGroup(&s->decls, f);
  return s;
}

Stmt* Parser::forStmt() {
  auto* s = make<ForStmt>(pos());
  Header h = header(Token::For);
  s->init = h.init;
  s->cond = h.cond;
  s->post = h.post;
  s->body = blockStmt("for clause");
  return s;
}

namespace {

// emphasize puts parentheses around a binary expression.
std::string emphasize(const Expr* x) {
  std::string s = exprString(x);
  auto* o = as<Operation>(x);
  return o != nullptr && o->y != nullptr ? "(" + s + ")" : s;
}

}  // namespace

// header reads what stands between the keyword (if, for, switch) and the block.
Parser::Header Parser::header(Token keyword) {
  Header h;
  want(keyword);
  if (tok() == Token::Lbrace) {
    if (keyword == Token::If) {
      syntaxError("missing condition in if statement");
      h.cond = badExpr();
    }
    return h;
  }

  int outer = xnest_;
  xnest_ = -1;

  if (tok() != Token::Semi) {
    if (got(Token::Var)) {
      syntaxError("var declaration not allowed in " + std::string(tokenString(keyword)) +
                  " initializer");
    }
    h.init = simpleStmt(nullptr, keyword);
    if (h.init->kind == NodeKind::RangeClause) {
      xnest_ = outer;
      return h;
    }
  }

  SimpleStmt* condStmt = nullptr;
  Pos semiPos;
  std::string semiLit;
  bool done = false;
  if (tok() != Token::Lbrace) {
    if (tok() == Token::Semi) {
      semiPos = pos();
      semiLit = lex_.lit;
      next();
    } else {
      // asking for '{' and not for ';' makes the better message
      want(Token::Lbrace);
      if (tok() != Token::Lbrace) advance({Token::Lbrace, Token::Rbrace});
    }
    if (keyword == Token::For) {
      if (tok() != Token::Semi) {
        if (tok() == Token::Lbrace) {
          syntaxError("expected for loop condition");
          done = true;
        } else {
          condStmt = simpleStmt(nullptr, Token::None);
        }
      }
      if (!done) {
        want(Token::Semi);
        if (tok() != Token::Lbrace) {
          h.post = simpleStmt(nullptr, Token::None);
          if (auto* a = as<AssignStmt>(h.post); a != nullptr && a->op == Operator::Def) {
            syntaxErrorAt(a->pos, "cannot declare in post statement of for loop");
          }
        }
      }
    } else if (tok() != Token::Lbrace) {
      condStmt = simpleStmt(nullptr, keyword);
    }
  } else {
    condStmt = h.init;
    h.init = nullptr;
  }

  if (condStmt == nullptr) {
    if (keyword == Token::If && semiPos.known()) {
      if (semiLit != "semicolon") {
        syntaxErrorAt(semiPos, "unexpected " + semiLit + ", expected { after if clause");
      } else {
        syntaxErrorAt(semiPos, "missing condition in if statement");
      }
      h.cond = make<BadExpr>(semiPos);
    }
  } else if (auto* e = as<ExprStmt>(condStmt)) {
    h.cond = e->x;
  } else {
    // '=' for '==' is a common slip
    std::string str;
    if (auto* a = as<AssignStmt>(condStmt); a != nullptr && a->op == Operator::None) {
      str = "assignment " + emphasize(a->lhs) + " = " + emphasize(a->rhs);
    } else {
      str = exprString(condStmt);
    }
    syntaxErrorAt(condStmt->pos, "cannot use " + str + " as value");
  }
  if (h.cond == nullptr && keyword == Token::If) h.cond = badExpr();

  xnest_ = outer;
  return h;
}

IfStmt* Parser::ifStmt() {
  Nest nest(this);
  auto* s = make<IfStmt>(pos());
  Header h = header(Token::If);
  s->init = h.init;
  s->cond = h.cond;
  s->then = blockStmt("if clause");
  if (got(Token::Else)) {
    if (tok() == Token::If) {
      s->els = ifStmt();
    } else if (tok() == Token::Lbrace) {
      s->els = blockStmt("");
    } else {
      syntaxError("else must be followed by if or statement block");
      advance({Token::Name, Token::Rbrace});
    }
  }
  return s;
}

SwitchStmt* Parser::switchStmt() {
  auto* s = make<SwitchStmt>(pos());
  Header h = header(Token::Switch);
  s->init = h.init;
  s->tag = h.cond;
  if (!got(Token::Lbrace)) {
    syntaxError("missing { after switch clause");
    advance({Token::Case, Token::Default, Token::Rbrace});
  }
  while (tok() != Token::EndOfFile && tok() != Token::Rbrace) s->body.push_back(caseClause());
  s->rbrace = pos();
  want(Token::Rbrace);
  return s;
}

SelectStmt* Parser::selectStmt() {
  auto* s = make<SelectStmt>(pos());
  want(Token::Select);
  if (!got(Token::Lbrace)) {
    syntaxError("missing { after select clause");
    advance({Token::Case, Token::Default, Token::Rbrace});
  }
  while (tok() != Token::EndOfFile && tok() != Token::Rbrace) s->body.push_back(commClause());
  s->rbrace = pos();
  want(Token::Rbrace);
  return s;
}

CaseClause* Parser::caseClause() {
  auto* c = make<CaseClause>(pos());
  if (got(Token::Case)) {
    c->cases = exprList();
  } else if (!got(Token::Default)) {
    syntaxError("expected case or default or }");
    advance({Token::Colon, Token::Case, Token::Default, Token::Rbrace});
  }
  c->colon = pos();
  want(Token::Colon);
  c->body = stmtList();
  return c;
}

CommClause* Parser::commClause() {
  auto* c = make<CommClause>(pos());
  if (got(Token::Case)) {
    // the checker refuses what is neither a send nor a receive
    c->comm = simpleStmt(nullptr, Token::None);
  } else if (!got(Token::Default)) {
    syntaxError("expected case or default or }");
    advance({Token::Colon, Token::Case, Token::Default, Token::Rbrace});
  }
  c->colon = pos();
  want(Token::Colon);
  c->body = stmtList();
  return c;
}

CallStmt* Parser::callStmt() {
  auto* s = make<CallStmt>(pos());
  s->tok = tok();
  next();
  Expr* x = pexpr(nullptr, tok() == Token::Lparen);
  if (Expr* t = unparen(x); t != x) {
    errorAt(x->pos,
            "expression in " + std::string(tokenString(s->tok)) + " must not be parenthesized");
    x = t;
  }
  s->call = x;
  return s;
}

// Statement = Declaration | LabeledStmt | SimpleStmt | GoStmt | ReturnStmt | BreakStmt |
//             ContinueStmt | GotoStmt | FallthroughStmt | Block | IfStmt | SwitchStmt |
//             SelectStmt | ForStmt | DeferStmt .
Stmt* Parser::stmtOrNil() {
  Nest nest(this);
  if (tok() == Token::Name) {
    Expr* lhs = exprList();
    if (auto* label = as<Name>(lhs); label != nullptr && tok() == Token::Colon) {
      return labeledStmtOrNil(label);
    }
    return simpleStmt(lhs, Token::None);
  }

  switch (tok()) {
    case Token::Var: return declStmt(&Parser::varDecl);
    case Token::Const: return declStmt(&Parser::constDecl);
    case Token::Type: return declStmt(&Parser::typeDecl);

    case Token::Lbrace: return blockStmt("");

    case Token::Operator:
    case Token::Star:
      switch (lex_.op) {
        case Operator::Add:
        case Operator::Sub:
        case Operator::Mul:
        case Operator::And:
        case Operator::Xor:
        case Operator::Not: return simpleStmt(nullptr, Token::None);
        default: return nullptr;
      }

    case Token::Literal:
    case Token::Func:
    case Token::Lparen:
    case Token::Lbrack:
    case Token::Struct:
    case Token::Map:
    case Token::Chan:
    case Token::Interface:
    case Token::Arrow: return simpleStmt(nullptr, Token::None);

    case Token::For: return forStmt();
    case Token::Switch: return switchStmt();
    case Token::Select: return selectStmt();
    case Token::If: return ifStmt();

    case Token::Fallthrough: {
      auto* s = make<BranchStmt>(pos());
      next();
      s->tok = Token::Fallthrough;
      return s;
    }

    case Token::Break:
    case Token::Continue: {
      auto* s = make<BranchStmt>(pos());
      s->tok = tok();
      next();
      if (tok() == Token::Name) s->label = name();
      return s;
    }

    case Token::Go:
    case Token::Defer: return callStmt();

    case Token::Goto: {
      auto* s = make<BranchStmt>(pos());
      s->tok = Token::Goto;
      next();
      s->label = name();
      return s;
    }

    case Token::Return: {
      auto* s = make<ReturnStmt>(pos());
      next();
      if (tok() != Token::Semi && tok() != Token::Rbrace) s->results = exprList();
      return s;
    }

    case Token::Semi: return make<EmptyStmt>(pos());

    default: return nullptr;
  }
}

// StatementList = { Statement ";" } .
std::vector<Stmt*> Parser::stmtList() {
  std::vector<Stmt*> l;
  while (tok() != Token::EndOfFile && tok() != Token::Rbrace && tok() != Token::Case &&
         tok() != Token::Default) {
    Stmt* s = stmtOrNil();
    if (s == nullptr) break;
    l.push_back(s);
    if (!got(Token::Semi) && tok() != Token::Rbrace) {
      syntaxError("at end of statement");
      advance({Token::Semi, Token::Rbrace, Token::Case, Token::Default});
      got(Token::Semi);
    }
  }
  return l;
}

}  // namespace gort::minigo

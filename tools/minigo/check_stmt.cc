// Statements and function bodies.
//
// Go: cmd/compile/internal/types2/stmt.go
#include <algorithm>

#include "tools/minigo/checker.h"

namespace gort::minigo {

void Checker::funcBody(DeclInfo* decl, Signature* sig, BlockStmt* body, const Value& iota,
                       FuncContext* fn) {
  Environment saved = std::move(env_);
  env_ = Environment{};
  env_.decl = decl;
  env_.scope = sig->scope;
  env_.iota = iota;
  env_.sig = sig;
  env_.fn = fn;

  auto own = [&](Var* v) {
    v->func = fn->node;
    locals_.push_back(v);
  };
  if (sig->recv != nullptr) own(sig->recv);
  for (Var* v : sig->params) own(v);
  for (Var* v : sig->results) own(v);

  stmtList(body->list);
  if (!sig->results.empty() && !isTerminatingList(body->list))
    errorf(body->rbrace, "missing return");
  usage(sig->scope);
  env_ = std::move(saved);
}

// usage reports the variables of a function that are never read. Function literals inside report theirs.
void Checker::usage(Scope* scope) {
  std::vector<Var*> unused;
  for (Object* o : scope->ordered) {
    auto* v = as<Var>(o);
    if (v != nullptr && v->varKind == VarKind::Local && !v->used) unused.push_back(v);
  }
  std::stable_sort(unused.begin(), unused.end(),
                   [](const Var* a, const Var* b) { return a->pos < b->pos; });
  for (Var* v : unused) errorf(v, "declared and not used: %s", v->name);
  for (Scope* s : scope->children) {
    if (!s->isFunc) usage(s);
  }
}

void Checker::stmtList(const std::vector<Stmt*>& list) {
  for (Stmt* s : list) stmt(s);
}

void Checker::stmt(Stmt* s) {
  Nest nest(this, s);
  size_t top = delayed_.size();
  stmtInner(s);
  processDelayed(top);  // function literals, before the scope changes
}

void Checker::stmtInner(Stmt* s0) {
  switch (s0->kind) {
    case NodeKind::EmptyStmt: break;

    case NodeKind::DeclStmt: declStmt(static_cast<DeclStmt*>(s0)->decls); break;

    case NodeKind::LabeledStmt: stmt(static_cast<LabeledStmt*>(s0)->stmt); break;

    case NodeKind::ExprStmt: {
      Operand x;
      ExprKind kind = rawExpr(&x, static_cast<ExprStmt*>(s0)->x, nullptr);
      const char* msg = "is not used";
      if (x.mode == Mode::Builtin) {
        msg = "must be called";
      } else if (x.mode == Mode::TypeExpr) {
        msg = "is not an expression";
      } else if (kind == ExprKind::Statement) {
        break;
      }
      errorf(&x, "%s %s", &x, msg);
      break;
    }

    case NodeKind::SendStmt: {
      auto* s = static_cast<SendStmt*>(s0);
      Operand ch, val;
      expr(&ch, s->chan);
      expr(&val, s->value);
      if (!ch.isValid() || !val.isValid()) break;
      if (Type* elem = chanElem(s, &ch, false)) assignment(&val, elem, "send");
      break;
    }

    case NodeKind::AssignStmt: assignStmt(static_cast<AssignStmt*>(s0)); break;
    case NodeKind::CallStmt: suspendedCall(static_cast<CallStmt*>(s0)); break;
    case NodeKind::ReturnStmt: returnStmt(static_cast<ReturnStmt*>(s0)); break;
    case NodeKind::BranchStmt: break;  // see branches.cc

    case NodeKind::BlockStmt:
      openScope(s0);
      stmtList(static_cast<BlockStmt*>(s0)->list);
      closeScope();
      break;

    case NodeKind::IfStmt: ifStmt(static_cast<IfStmt*>(s0)); break;

    case NodeKind::SwitchStmt: {
      auto* s = static_cast<SwitchStmt*>(s0);
      openScope(s);
      if (s->init != nullptr) stmt(s->init);
      if (auto* g = as<TypeSwitchGuard>(s->tag)) {
        typeSwitchStmt(s, g);
      } else {
        switchStmt(s);
      }
      closeScope();
      break;
    }

    case NodeKind::SelectStmt: selectStmt(static_cast<SelectStmt*>(s0)); break;
    case NodeKind::ForStmt: forStmt(static_cast<ForStmt*>(s0)); break;

    default: errorf(s0, "invalid syntax tree: invalid statement");
  }
}

void Checker::assignStmt(AssignStmt* s) {
  if (s->rhs == nullptr) {  // x++, x--
    Operand x;
    expr(&x, s->lhs);
    if (!x.isValid()) return;
    if (!isNumeric(x.type)) {
      errorf(s->lhs, "invalid operation: %s%s%s (non-numeric type %s)", s->lhs, s->op, s->op,
             x.type);
      return;
    }
    assignVar(s->lhs, nullptr, &x, "assignment");
    return;
  }
  std::vector<Expr*> lhs = unpackList(s->lhs), rhs = unpackList(s->rhs);
  if (s->op == Operator::None) {
    assignVars(lhs, rhs);
  } else if (s->op == Operator::Def) {
    shortVarDecl(s->pos, lhs, rhs);
  } else if (lhs.size() != 1 || rhs.size() != 1) {
    errorf(s, "assignment operation %s requires single-valued expressions", s->op);
  } else {
    Operand x;
    binary(&x, nullptr, lhs[0], rhs[0], s->op);
    assignVar(lhs[0], nullptr, &x, "assignment");
  }
}

// suspendedCall checks what go and defer call.
void Checker::suspendedCall(CallStmt* s) {
  std::string keyword(tokenString(s->tok));
  if (s->call->kind != NodeKind::CallExpr) {
    errorf(s->call, "expression in %s must be function call", keyword);
    use({s->call});
    return;
  }
  Operand x;
  switch (rawExpr(&x, s->call, nullptr)) {
    case ExprKind::Conversion:
      errorf(&x, "%s requires function call, not conversion %s", keyword, &x);
      break;
    case ExprKind::Expression: errorf(&x, "%s discards result of %s", keyword, &x); break;
    case ExprKind::Statement: break;
  }
}

void Checker::returnStmt(ReturnStmt* s) {
  const std::vector<Var*>& res = env_.sig->results;
  std::vector<Expr*> results = unpackList(s->results);
  if (results.empty() && !res.empty() && !res[0]->name.empty()) {
    // the named results must be what their names mean here
    for (Var* v : res) {
      Object* alt = lookup(v->name);
      if (alt == nullptr || alt == v) continue;
      Error err(this);
      err.add(s, "result parameter %s not in scope at return", v->name);
      err.add(alt, "inner declaration of %s", varString(v));
      err.report();
    }
    return;
  }
  initVars(res, results, s);
}

void Checker::ifStmt(IfStmt* s) {
  openScope(s);
  if (s->init != nullptr) stmt(s->init);
  Operand x;
  expr(&x, s->cond);
  if (x.isValid() && !isBoolean(x.type)) errorf(s->cond, "non-boolean condition in if statement");
  stmt(s->then);
  if (s->els != nullptr) stmt(s->els);
  closeScope();
}

namespace {

template <class Clause, class IsDefault>
const Clause* secondDefault(const std::vector<Clause*>& list, const Clause** first,
                            IsDefault isDefault) {
  *first = nullptr;
  for (const Clause* c : list) {
    if (!isDefault(c)) continue;
    if (*first != nullptr) return c;
    *first = c;
  }
  return nullptr;
}

}  // namespace

void Checker::switchStmt(SwitchStmt* s) {
  Operand x;
  if (s->tag != nullptr) {
    expr(&x, s->tag);
    assignment(&x, nullptr, "switch expression");  // as if to a temporary variable
    if (x.isValid() && !comparable(x.type) && !hasNil(x.type)) {
      errorf(&x, "cannot switch on %s (%s is not comparable)", &x, x.type);
      x.invalidate();
    }
  } else {
    x.mode = Mode::Constant;
    x.type = basicType(BasicKind::Bool);
    x.val = makeBool(true);
    x.expr = dummyName(s->body.empty() ? s->rbrace : s->body[0]->pos, "true");
  }

  const CaseClause* first;
  if (auto* c =
          secondDefault(s->body, &first, [](const CaseClause* k) { return k->cases == nullptr; })) {
    errorf(c, "multiple defaults (first at %s)", first->pos);
  }
  SeenCases seen;
  for (CaseClause* c : s->body) {
    caseValues(&x, unpackList(c->cases), &seen);
    openScope(c);
    stmtList(c->body);
    closeScope();
  }
}

// caseValues checks the values of a case against x, and that no constant comes twice.
void Checker::caseValues(Operand* x, const std::vector<Expr*>& values, SeenCases* seen) {
  for (Expr* e : values) {
    Operand v;
    expr(&v, e);
    if (!x->isValid() || !v.isValid()) continue;
    convertUntyped(&v, x->type);
    if (!v.isValid()) continue;
    Operand res = v;
    Operand tag = *x;
    comparison(&res, &tag, Operator::Eql, true);
    if (!res.isValid() || v.mode != Mode::Constant) continue;
    // booleans and complex numbers may come twice
    Value::Kind k = v.val.kind();
    if (k != Value::Kind::Int && k != Value::Kind::Float && k != Value::Kind::String) continue;
    std::vector<SeenCase>& list = (*seen)[exactString(v.val)];
    auto dup = std::find_if(list.begin(), list.end(),
                            [&](const SeenCase& c) { return identical(v.type, c.type); });
    if (dup != list.end()) {
      Error err(this);
      err.add(&v, "duplicate case %s in expression switch", &v);
      err.add(dup->pos, "previous case");
      err.report();
      continue;
    }
    list.push_back({v.expr->pos, v.type});
  }
}

// denotesNil tells whether e is the predeclared nil, which a type switch allows.
bool Checker::denotesNil(Expr* e) {
  auto* n = as<Name>(unparen(e));
  return n != nullptr && as<Nil>(lookup(n->value)) != nullptr;
}

// caseTypes checks the types of a type switch's case; x is null if the switch expression is invalid. The
// result is the type of the clause's variable.
Type* Checker::caseTypes(Operand* x, const std::vector<Expr*>& types,
                         std::vector<std::pair<Type*, Expr*>>* seen) {
  Type* t = nullptr;
  for (Expr* e : types) {
    if (denotesNil(e)) {
      t = nullptr;
      Operand dummy;
      expr(&dummy, e);
    } else {
      t = varType(e);
      if (!isValid(t)) continue;
    }
    auto dup = std::find_if(seen->begin(), seen->end(), [&](const std::pair<Type*, Expr*>& o) {
      return t == nullptr || o.first == nullptr ? t == o.first : identical(t, o.first);
    });
    if (dup != seen->end()) {
      Error err(this);
      err.add(e, "duplicate case %s in type switch", t == nullptr ? "nil" : typeString(t, pkg_));
      err.add(dup->second, "previous case");
      err.report();
      continue;
    }
    seen->emplace_back(t, e);
    if (x != nullptr && t != nullptr) typeAssertion(e, x, t, true);
  }
  if (types.size() == 1 && t != nullptr) return t;
  return x != nullptr ? x->type : basicType(BasicKind::Invalid);
}

void Checker::typeSwitchStmt(SwitchStmt* s, TypeSwitchGuard* guard) {
  Name* lhs = guard->lhs;
  if (lhs != nullptr) {
    if (lhs->value == "_") {
      errorf(lhs, "no new variable on left side of :=");
      lhs = nullptr;
    } else {
      recordDef(lhs, nullptr);  // each clause has its own variable
    }
  }

  Operand x;
  Operand* sx = nullptr;
  expr(&x, guard->x);
  if (x.isValid()) {
    if (isInterface(x.type)) {
      sx = &x;
    } else {
      errorf(&x, "%s is not an interface", &x);
    }
  }

  const CaseClause* first;
  if (auto* c =
          secondDefault(s->body, &first, [](const CaseClause* k) { return k->cases == nullptr; })) {
    errorf(c, "multiple defaults (first at %s)", first->pos);
  }

  std::vector<Var*> vars;
  std::vector<std::pair<Type*, Expr*>> seen;
  for (CaseClause* c : s->body) {
    Type* t = caseTypes(sx, unpackList(c->cases), &seen);
    openScope(c);
    if (lhs != nullptr) {
      Var* v = newLocal(lhs->pos, lhs->value);
      v->type = t;
      declare(env_.scope, nullptr, v, c->colon);
      c->implicitVar = v;
      vars.push_back(v);
    }
    stmtList(c->body);
    closeScope();
  }

  // To be used in one clause is enough.
  if (lhs == nullptr) return;
  bool used = false;
  for (Var* v : vars) {
    used = used || v->used;
    v->used = true;
  }
  if (!used) errorf(lhs, "%s declared and not used", lhs->value);
}

void Checker::selectStmt(SelectStmt* s) {
  const CommClause* first;
  if (auto* c =
          secondDefault(s->body, &first, [](const CommClause* k) { return k->comm == nullptr; })) {
    errorf(c, "multiple defaults (first at %s)", first->pos);
  }
  for (CommClause* c : s->body) {
    bool valid = c->comm == nullptr || c->comm->kind == NodeKind::SendStmt;
    Expr* rhs = nullptr;
    if (auto* a = as<AssignStmt>(c->comm)) {
      if (a->rhs != nullptr && a->rhs->kind != NodeKind::ListExpr) rhs = a->rhs;
    } else if (auto* x = as<ExprStmt>(c->comm)) {
      rhs = x->x;
    }
    if (rhs != nullptr) {
      auto* o = as<Operation>(unparen(rhs));
      valid = o != nullptr && o->y == nullptr && o->op == Operator::Recv;
    }
    if (!valid) {
      errorf(c->comm, "select case must be send or receive (possibly with assignment)");
      continue;
    }
    openScope(c);
    if (c->comm != nullptr) stmt(c->comm);
    stmtList(c->body);
    closeScope();
  }
}

void Checker::forStmt(ForStmt* s) {
  if (auto* r = as<RangeClause>(s->init)) {
    rangeStmt(s, r);
    return;
  }
  openScope(s);
  if (s->init != nullptr) stmt(s->init);
  for (Object* o : env_.scope->ordered) {
    if (auto* v = as<Var>(o)) v->loopVar = true;
  }
  if (s->cond != nullptr) {
    Operand x;
    expr(&x, s->cond);
    if (x.isValid() && !isBoolean(x.type))
      errorf(s->cond, "non-boolean condition in for statement");
  }
  if (s->post != nullptr) stmt(s->post);
  stmt(s->body);
  closeScope();
}

}  // namespace gort::minigo

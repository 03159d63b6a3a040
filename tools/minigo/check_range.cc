// Range clauses.
//
// Go: cmd/compile/internal/types2/range.go
#include "tools/minigo/checker.h"

namespace gort::minigo {

void Checker::rangeStmt(ForStmt* s, RangeClause* r) {
  Operand x;
  env_.hasCallOrRecv = false;
  expr(&x, r->x);

  Expr *sKey = r->lhs, *sValue = nullptr, *sExtra = nullptr;
  if (auto* l = as<ListExpr>(r->lhs)) {
    sKey = l->elems[0];
    if (l->elems.size() > 1) sValue = l->elems[1];
    if (l->elems.size() > 2) sExtra = l->elems[2];
  }

  Type *key = nullptr, *val = nullptr;
  if (x.isValid()) {
    std::string cause;
    bool ok = rangeKeyVal(x.type, &key, &val, &r->rangeKind, &cause);
    if (!ok && !cause.empty()) {
      errorf(&x, "cannot range over %s: %s", &x, cause);
    } else if (!ok) {
      errorf(&x, "cannot range over %s", &x);
    } else if (key == nullptr && sKey != nullptr) {
      errorf(sKey, "range over %s permits no iteration variables", &x);
    } else if (val == nullptr && sValue != nullptr) {
      errorf(sValue, "range over %s permits only one iteration variable", &x);
    } else if (sExtra != nullptr) {
      errorf(sExtra, "range clause permits at most two iteration variables");
    }
    if (!ok) key = val = basicType(BasicKind::Invalid);
    if (ok && isString(x.type) && isUntyped(x.type)) {
      updateExprType(x.expr, basicType(BasicKind::String), true);
    }
  }
  r->keyType = key;
  r->valueType = val;

  openScope(s);
  Expr* lhs[2] = {sKey, sValue};
  Type* rhs[2] = {key, val};
  bool overInt = x.isValid() && isInteger(x.type);
  auto known = [](Type* t) { return t != nullptr && t != basicType(BasicKind::Invalid); };
  auto element = [](Expr* e, Type* t) {
    Operand y;
    y.mode = Mode::Value;
    y.expr = e;  // there is no better expression for messages
    y.type = t;
    return y;
  };

  if (r->def) {
    std::vector<Var*> vars;
    for (int i = 0; i < 2; i++) {
      if (lhs[i] == nullptr) continue;
      Var* v;
      if (auto* n = as<Name>(lhs[i])) {
        v = newLocal(n->pos, n->value);
        v->loopVar = true;
        recordDef(n, v);
        if (n->value != "_") vars.push_back(v);
      } else {
        errorf(lhs[i], "invalid syntax tree: cannot declare %s", lhs[i]);
        v = newLocal(lhs[i]->pos, "_");
      }
      if (!known(rhs[i])) {
        v->type = basicType(BasicKind::Invalid);
        v->used = true;
        continue;
      }
      if (overInt) {
        initVar(v, &x, "range clause");
        r->keyType = v->type;
      } else {
        Operand y = element(lhs[i], rhs[i]);
        initVar(v, &y, "assignment");
      }
    }
    if (vars.empty()) {
      errorf(s, "no new variables on left side of :=");
    } else {
      for (Var* v : vars) declare(env_.scope, nullptr, v, s->body->pos);
    }
  } else if (sKey != nullptr) {
    for (int i = 0; i < 2; i++) {
      if (lhs[i] == nullptr || !known(rhs[i])) continue;
      if (overInt) {
        assignVar(lhs[i], nullptr, &x, "range clause");
        if (x.isValid() && !isInteger(x.type)) {
          errorf(lhs[i], "cannot use iteration variable of type %s", x.type);
        }
        r->keyType = x.type;
      } else {
        Operand y = element(lhs[i], rhs[i]);
        assignVar(lhs[i], nullptr, &y, "assignment");
      }
    }
  } else if (overInt) {
    assignment(&x, nullptr, "range clause");
    r->keyType = x.type;
  }
  stmt(s->body);
  closeScope();
}

// rangeKeyVal finds the types of the iteration variables over t: null where there is none.
bool Checker::rangeKeyVal(Type* t, Type** key, Type** val, RangeKind* kind, std::string* cause) {
  *key = *val = nullptr;
  Type* u = under(t);
  bool isPointer = false;
  if (auto* p = as<Pointer>(u)) {
    if (auto* a = underAs<Array>(p->elem)) {
      u = a;
      isPointer = true;
    }
  }
  Type* intType = basicType(BasicKind::Int);
  switch (u->kind) {
    case TypeKind::Basic:
      if (isString(u)) {
        *key = intType;
        *val = runeType();
        *kind = RangeKind::String;
        return true;
      }
      if (isInteger(u)) {
        *key = t;
        *kind = RangeKind::Int;
        return true;
      }
      return false;
    case TypeKind::Array:
      *key = intType;
      *val = static_cast<Array*>(u)->elem;
      *kind = isPointer ? RangeKind::PointerToArray : RangeKind::Array;
      return true;
    case TypeKind::Slice:
      *key = intType;
      *val = static_cast<Slice*>(u)->elem;
      *kind = RangeKind::Slice;
      return true;
    case TypeKind::Map:
      *key = static_cast<Map*>(u)->key;
      *val = static_cast<Map*>(u)->elem;
      *kind = RangeKind::Map;
      return true;
    case TypeKind::Chan: {
      auto* c = static_cast<Chan*>(u);
      if (c->dir == ChanDir::SendOnly) {
        *cause = sprintf("receive from send-only channel %s", t);
        return false;
      }
      *key = c->elem;
      *kind = RangeKind::Chan;
      return true;
    }
    case TypeKind::Signature: {
      auto* f = static_cast<Signature*>(u);
      const std::string want = "func must be func(yield func(...) bool): ";
      if (f->params.size() != 1) {
        *cause = want + "wrong argument count";
        return false;
      }
      if (!f->results.empty()) {
        *cause = want + "unexpected results";
        return false;
      }
      auto* cb = underAs<Signature>(f->params[0]->type);
      if (cb == nullptr) {
        *cause = want + "argument is not func";
        return false;
      }
      if (cb->params.size() > 2) {
        *cause = want + "yield func has too many parameters";
        return false;
      }
      if (cb->results.size() != 1 || !identical(cb->results[0]->type, basicType(BasicKind::Bool))) {
        *cause = want + (cb->results.size() == 1 && isBoolean(cb->results[0]->type)
                             ? "yield func returns user-defined boolean, not bool"
                             : "yield func does not return bool");
        return false;
      }
      if (cb->variadic) {
        *cause = sprintf("yield func of type %s cannot be variadic", cb);
        return false;
      }
      if (!cb->params.empty()) *key = cb->params[0]->type;
      if (cb->params.size() >= 2) *val = cb->params[1]->type;
      *kind = RangeKind::Func;
      return true;
    }
    default: return false;
  }
}

}  // namespace gort::minigo

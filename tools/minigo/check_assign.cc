// Assignments and initialisations.
//
// Go: cmd/compile/internal/types2/assignments.go
#include <set>

#include "tools/minigo/checker.h"

namespace gort::minigo {

// assignment checks that x may be assigned to a variable of type t (null: to the blank identifier), and
// gives an untyped x its type.
void Checker::assignment(Operand* x, Type* t, const std::string& context) {
  singleValue(x);
  switch (x->mode) {
    case Mode::Invalid: return;
    case Mode::NoValue:
    case Mode::Builtin:
    case Mode::TypeExpr:
      errorf(x, "cannot assign %s to %s in %s", x, t == nullptr ? "_" : typeString(t, pkg_),
             context);
      x->invalidate();
      return;
    default: break;
  }

  if (isUntyped(x->type)) {
    Type* target = t;
    if (x->isNil()) {
      if (t == nullptr) {
        errorf(x, "use of untyped nil in %s", context);
        x->invalidate();
        return;
      }
    } else if (t == nullptr || isInterface(t)) {
      target = defaultType(x->type);
    }
    Type* newType;
    Value val;
    ConversionError err = implicitTypeAndValue(x, target, &newType, &val);
    if (err != ConversionError::None) {
      std::string msg = sprintf("cannot use %s as %s value in %s", x, target, context);
      if (err == ConversionError::Truncated) msg += " (truncated)";
      if (err == ConversionError::Overflow) msg += " (overflows)";
      errorf(x, "%s", msg);
      x->invalidate();
      return;
    }
    if (val.present()) {
      x->val = val;
      updateExprVal(x->expr, val);
    }
    if (newType != x->type) {
      x->type = newType;
      updateExprType(x->expr, newType, false);
    }
  }
  if (t == nullptr) return;

  std::string cause;
  if (assignableTo(x, t, &cause)) return;
  if (cause.empty()) {
    errorf(x, "cannot use %s as %s value in %s", x, t, context);
  } else {
    errorf(x, "cannot use %s as %s value in %s: %s", x, t, context, cause);
  }
  x->invalidate();
}

void Checker::initConst(Const* lhs, Operand* x) {
  if (!x->isValid() || !isValid(x->type) || (lhs->type != nullptr && !isValid(lhs->type))) {
    if (lhs->type == nullptr) lhs->type = basicType(BasicKind::Invalid);
    return;
  }
  if (x->mode != Mode::Constant) {
    errorf(x, "%s is not constant", x);
    if (lhs->type == nullptr) lhs->type = basicType(BasicKind::Invalid);
    return;
  }
  if (lhs->type == nullptr) lhs->type = x->type;
  assignment(x, lhs->type, "constant declaration");
  if (x->isValid()) lhs->val = x->val;
}

void Checker::initVar(Var* lhs, Operand* x, const std::string& context) {
  if (!x->isValid() || !isValid(x->type) || (lhs->type != nullptr && !isValid(lhs->type))) {
    if (lhs->type == nullptr) lhs->type = basicType(BasicKind::Invalid);
    x->invalidate();
    return;
  }
  if (lhs->type == nullptr) {
    Type* t = x->type;
    if (t == basicType(BasicKind::UntypedNil)) {
      errorf(x, "use of untyped nil in %s", context);
      lhs->type = basicType(BasicKind::Invalid);
      x->invalidate();
      return;
    }
    lhs->type = defaultType(t);
  }
  assignment(x, lhs->type, context);
}

// lhsVar checks the left side of an assignment and returns its type: null for the blank
// identifier, the invalid type after an error. To be assigned to is no use of a variable.
Type* Checker::lhsVar(Expr* lhs) {
  auto* n = as<Name>(unparen(lhs));
  if (n != nullptr && n->value == "_") {
    recordDef(n, nullptr);
    return nullptr;
  }
  Var* v = nullptr;
  bool used = false;
  if (n != nullptr) {
    v = as<Var>(lookup(n->value));
    if (v != nullptr && v->pkg != pkg_) v = nullptr;
    if (v != nullptr) used = v->used;
  }
  Operand x;
  expr(&x, lhs);
  if (v != nullptr) v->used = used;

  Type* invalid = basicType(BasicKind::Invalid);
  if (!x.isValid() || !isValid(x.type)) return invalid;
  if (x.mode == Mode::Variable || x.mode == Mode::MapIndex) {
    noteReassigned(lhs);
    return x.type;
  }
  if (auto* sel = as<SelectorExpr>(x.expr)) {
    Operand op;
    expr(&op, sel->x);
    if (op.mode == Mode::MapIndex) {
      errorf(&x, "cannot assign to struct field %s in map", x.expr);
      return invalid;
    }
  }
  errorf(&x, "cannot assign to %s (neither addressable nor a map index expression)", x.expr);
  return invalid;
}

// assignVar checks lhs = rhs, or lhs = x if that is given.
void Checker::assignVar(Expr* lhs, Expr* rhs, Operand* x, std::string context) {
  Type* t = lhsVar(lhs);
  if (t != nullptr && !isValid(t)) {
    if (x != nullptr) {
      x->invalidate();
    } else {
      use({rhs});
    }
    return;
  }
  Operand value;
  if (x == nullptr) {
    x = &value;
    expr(x, rhs);
  }
  if (t == nullptr && context == "assignment") context = "assignment to _ identifier";
  assignment(x, t, context);
}

// typesSummary lists types for "have" and "want" lines. Untyped numbers are just numbers.
std::string Checker::typesSummary(const std::vector<Type*>& list, bool variadic, bool hasDots) {
  std::string out = "(";
  for (size_t i = 0; i < list.size(); i++) {
    if (i > 0) out += ", ";
    Type* t = list[i];
    bool last = i + 1 == list.size();
    std::string s;
    if (t == nullptr || !isValid(t)) {
      s = "unknown type";
    } else if (isUntyped(t)) {
      s = isNumeric(t) ? "number"
                       : std::string(as<Basic>(t)->name).substr(8);  // without "untyped "
    } else {
      s = typeString(t, pkg_);
    }
    if (last && variadic) {
      if (auto* sl = as<Slice>(t)) s = typeString(sl->elem, pkg_);
      s = "..." + s;
    } else if (last && hasDots) {
      s += "...";
    }
    out += s;
  }
  return out + ")";
}

namespace {

std::string measure(size_t n, const char* unit) {
  return std::to_string(n) + " " + unit + (n == 1 ? "" : "s");
}

bool isCall(Expr* e) { return unparen(e)->kind == NodeKind::CallExpr; }

}  // namespace

void Checker::assignError(const std::vector<Expr*>& rhs, size_t l, size_t r) {
  std::string vars = measure(l, "variable"), vals = measure(r, "value");
  if (rhs.size() == 1 && isCall(rhs[0])) {
    errorf(rhs[0], "assignment mismatch: %s but %s returns %s", vars,
           static_cast<CallExpr*>(unparen(rhs[0]))->fun, vals);
    return;
  }
  errorf(rhs[0], "assignment mismatch: %s but %s", vars, vals);
}

void Checker::returnError(At at, const std::vector<Var*>& lhs, const std::vector<Operand>& rhs) {
  const char* qualifier = "not enough";
  if (rhs.size() > lhs.size()) {
    at = At(&rhs[lhs.size()]);
    qualifier = "too many";
  } else if (!rhs.empty()) {
    at = At(&rhs.back());
  }
  std::vector<Type*> have, want;
  for (const Operand& x : rhs) have.push_back(x.type);
  for (Var* v : lhs) want.push_back(v->type);
  Error err(this);
  err.add(at, "%s return values", qualifier);
  err.add(Pos{}, "have %s", typesSummary(have, false, false));
  err.add(Pos{}, "want %s", typesSummary(want, false, false));
  err.report();
}

// initVars initialises variables that are declared together, or results of a return statement.
void Checker::initVars(const std::vector<Var*>& lhs, const std::vector<Expr*>& rhs,
                       ReturnStmt* ret) {
  size_t l = lhs.size(), r = rhs.size();
  const char* context = ret != nullptr ? "return statement"
                        : l > 1        ? "multiple assignment"
                                       : "assignment";
  auto giveTypes = [&lhs] {
    for (Var* v : lhs) {
      if (v->type == nullptr) v->type = basicType(BasicKind::Invalid);
    }
  };

  if (l == r && !(r == 1 && isCall(rhs[0]))) {
    for (size_t i = 0; i < l; i++) {
      Operand x;
      expr(&x, rhs[i]);
      initVar(lhs[i], &x, context);
    }
    return;
  }

  if (r != 1) {
    if (use(rhs)) {
      if (ret != nullptr) {
        returnError(ret, lhs, exprList(rhs));
      } else {
        assignError(rhs, l, r);
      }
    }
    giveTypes();
    return;
  }

  bool commaOk;
  std::vector<Operand> vals = multiExpr(rhs[0], l == 2 && ret == nullptr, &commaOk);
  if (vals.size() == l) {
    for (size_t i = 0; i < l; i++) initVar(lhs[i], &vals[i], context);
    if (commaOk && vals[0].isValid() && vals[1].isValid()) {
      recordCommaOkTypes(rhs[0], vals[0].type, vals[1].type);
    }
    return;
  }
  if (vals[0].isValid()) {
    if (ret != nullptr) {
      returnError(ret, lhs, vals);
    } else {
      assignError(rhs, l, vals.size());
    }
  }
  giveTypes();
}

void Checker::assignVars(const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs) {
  size_t l = lhs.size(), r = rhs.size();
  const char* context = l > 1 ? "multiple assignment" : "assignment";

  if (l == r && !(r == 1 && isCall(rhs[0]))) {
    for (size_t i = 0; i < l; i++) assignVar(lhs[i], rhs[i], nullptr, context);
    return;
  }
  if (r != 1) {
    bool okLhs = useLhs(lhs), okRhs = use(rhs);
    if (okLhs && okRhs) assignError(rhs, l, r);
    return;
  }
  bool commaOk;
  std::vector<Operand> vals = multiExpr(rhs[0], l == 2, &commaOk);
  if (vals.size() == l) {
    for (size_t i = 0; i < l; i++) assignVar(lhs[i], nullptr, &vals[i], context);
    if (commaOk && vals[0].isValid() && vals[1].isValid()) {
      recordCommaOkTypes(rhs[0], vals[0].type, vals[1].type);
    }
    return;
  }
  if (vals[0].isValid()) assignError(rhs, l, vals.size());
  useLhs(lhs);
}

// shortVarDecl checks lhs := rhs. At least one name must be new in this scope.
void Checker::shortVarDecl(Pos pos, const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs) {
  size_t top = delayed_.size();
  Scope* scope = env_.scope;
  std::set<std::string> seen;
  std::vector<Var*> vars, newVars;
  bool hasErr = false;

  for (Expr* e : lhs) {
    vars.push_back(nullptr);
    auto* n = as<Name>(e);
    if (n == nullptr) {
      useLhs({e});
      errorf(e, "non-name %s on left side of :=", e);
      hasErr = true;
      continue;
    }
    const std::string& name = n->value;
    if (name != "_" && !seen.insert(name).second) {
      errorf(e, "%s repeated on left side of :=", e);
      hasErr = true;
      continue;
    }
    if (Object* alt = scope->lookup(name)) {
      recordUse(n, alt);
      if (auto* v = as<Var>(alt)) {
        vars.back() = v;
        v->reassigned = true;
        noteUse(v);
      } else {
        errorf(e, "cannot assign to %s", e);
        hasErr = true;
      }
      continue;
    }
    Var* v = newLocal(n->pos, name);
    vars.back() = v;
    if (name != "_") newVars.push_back(v);
    recordDef(n, v);
  }
  for (size_t i = 0; i < vars.size(); i++) {
    if (vars[i] == nullptr) vars[i] = newLocal(lhs[i]->pos, "_");
  }

  initVars(vars, rhs, nullptr);
  processDelayed(top);

  if (newVars.empty() && !hasErr) {
    errorf(pos, "no new variables on left side of :=");
    return;
  }
  Pos scopePos = endPos(rhs.back());
  for (Var* v : newVars) declare(scope, nullptr, v, scopePos);
}

}  // namespace gort::minigo

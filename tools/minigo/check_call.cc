// Calls, conversions and selectors.
//
// Go: cmd/compile/internal/types2/call.go
#include "tools/minigo/checker.h"
#include "tools/minigo/unicode.h"

namespace gort::minigo {

ExprKind Checker::callExpr(Operand* x, CallExpr* call) {
  exprOrType(x, call->fun);

  if (!x->isValid()) {
    use(call->args);
    x->expr = call;
    return ExprKind::Statement;
  }

  if (x->mode == Mode::TypeExpr) {
    call->callKind = CallKind::Conversion;
    Type* t = x->type;
    x->invalidate();
    x->expr = call;
    if (!isComplete(t)) return ExprKind::Conversion;
    size_t n = call->args.size();
    if (n == 0) {
      errorf(call, "missing argument in conversion to %s", t);
    } else if (n == 1) {
      expr(x, call->args[0]);
      if (x->isValid()) {
        if (call->hasDots) {
          errorf(call->args[0], "invalid use of ... in conversion to %s", t);
          x->invalidate();
        } else {
          conversion(x, t);
        }
      }
    } else {
      use(call->args);
      errorf(call->args[n - 1], "too many arguments in conversion to %s", t);
    }
    x->expr = call;
    return ExprKind::Conversion;
  }

  if (x->mode == Mode::Builtin) {
    BuiltinId id = x->id;
    call->callKind = CallKind::Builtin;
    call->builtin = id;
    if (!builtin(x, call, id)) x->invalidate();
    x->expr = call;
    if (x->isValid() && x->mode != Mode::Constant) env_.hasCallOrRecv = true;
    return predeclaredFunc(id).kind;
  }

  call->callKind = CallKind::Call;
  auto* sig = underAs<Signature>(x->type);
  if (sig == nullptr) {
    errorf(x, "invalid operation: cannot call %s: %s is not a function", x, x->type);
    x->invalidate();
    x->expr = call;
    return ExprKind::Statement;
  }

  std::vector<Operand> args = exprListForCall(call);
  arguments(call, sig, &args);

  switch (sig->results.size()) {
    case 0: x->mode = Mode::NoValue; break;
    case 1: {
      Type* t = sig->results[0]->type;
      if (!isComplete(t)) {
        x->invalidate();
        x->expr = call;
        return ExprKind::Statement;
      }
      x->mode = Mode::Value;
      x->type = t;
      break;
    }
    default: {
      auto* t = make<Tuple>();
      t->vars = sig->results;
      x->mode = Mode::Value;
      x->type = t;
    }
  }
  x->expr = call;
  env_.hasCallOrRecv = true;
  return ExprKind::Statement;
}

// exprListForCall checks the arguments of a call. A single call with several results gives them all.
std::vector<Operand> Checker::exprListForCall(CallExpr* call) {
  std::vector<Operand> out;
  if (call->args.size() == 1) {
    Operand x;
    rawExpr(&x, call->args[0], nullptr);
    exclude(&x, {Mode::NoValue, Mode::Builtin, Mode::TypeExpr});
    if (auto* t = as<Tuple>(x.type); t != nullptr && x.isValid()) {
      call->spread = true;
      for (Var* v : t->vars) {
        Operand r;
        r.mode = Mode::Value;
        r.expr = call->args[0];
        r.type = v->type;
        out.push_back(r);
      }
    } else {
      out.push_back(x);
    }
    return out;
  }
  for (Expr* e : call->args) {
    Operand x;
    expr(&x, e);
    out.push_back(x);
  }
  return out;
}

// arguments checks the arguments of a call against the parameters.
void Checker::arguments(CallExpr* call, Signature* sig, std::vector<Operand>* args) {
  size_t nargs = args->size();
  size_t npars = sig->params.size();
  bool ddd = call->hasDots;

  // the type of each argument: f(a, b, c) repeats the last parameter's element
  std::vector<Type*> want;
  for (Var* p : sig->params) want.push_back(p->type);
  if (sig->variadic) {
    if (ddd) {
      if (call->args.size() == 1 && nargs > 1) {
        errorf(call, "cannot use ... with %s-valued %s", nargs, call->args[0]);
        return;
      }
    } else if (nargs + 1 >= npars) {
      Type* last = want.back();
      want.pop_back();
      auto* s = as<Slice>(last);
      Type* elem = s == nullptr ? basicType(BasicKind::Invalid) : s->elem;
      while (want.size() < nargs) want.push_back(elem);
      npars = nargs;
    } else {
      npars--;  // for the message
    }
  } else if (ddd) {
    errorf(call, "cannot use ... in call to non-variadic %s", call->fun);
    return;
  }

  if (nargs != npars) {
    Pos at = startPos(call);
    const char* qualifier = "not enough";
    if (nargs > npars) {
      at = startPos((*args)[npars].expr);  // the first one too many
      qualifier = "too many";
    } else if (nargs > 0) {
      at = startPos((*args)[nargs - 1].expr);
    }
    std::vector<Type*> have, params;
    for (Operand& a : *args) have.push_back(a.type);
    for (Var* p : sig->params) params.push_back(p->type);
    Error err(this);
    err.add(at, "%s arguments in call to %s", qualifier, call->fun);
    err.add(Pos{}, "have %s", typesSummary(have, false, ddd));
    err.add(Pos{}, "want %s", typesSummary(params, sig->variadic, false));
    err.report();
    return;
  }

  std::string context = sprintf("argument to %s", call->fun);
  for (size_t i = 0; i < nargs; i++) assignment(&(*args)[i], want[i], context);
}

// packageMember checks pkg.Name; false if e->x is no package.
bool Checker::packageMember(Operand* x, SelectorExpr* e) {
  auto* n = as<Name>(e->x);
  if (n == nullptr) return false;
  auto* p = as<PkgName>(lookup(n->value));
  if (p == nullptr) return false;
  recordUse(n, p);
  p->used = true;
  Package* imp = p->imported;
  const std::string& sel = e->sel->value;
  x->invalidate();
  x->type = basicType(BasicKind::Invalid);
  x->expr = e;

  Object* o = imp->scope->lookup(sel);
  if (o == nullptr) {
    if (fakeImports_.count(imp) != 0 || !isValidName(sel)) return true;
    for (Object* alt : imp->scope->ordered) {
      if (!isExported(alt) || !equalFold(alt->name, sel)) continue;
      errorf(e->sel, "undefined: %s (but have %s)", e, alt->name);
      return true;
    }
    errorf(e->sel, "undefined: %s", e);
    return true;
  }
  if (!isExported(o)) {
    errorf(e->sel, "name %s not exported by package %s", sel, imp->name);
    return true;
  }
  recordUse(e->sel, o);
  x->type = o->type;
  switch (o->kind) {
    case ObjectKind::Const:
      x->mode = Mode::Constant;
      x->val = as<Const>(o)->val;
      break;
    case ObjectKind::TypeName: x->mode = Mode::TypeExpr; break;
    case ObjectKind::Var: x->mode = Mode::Variable; break;
    case ObjectKind::Func: x->mode = Mode::Value; break;
    case ObjectKind::Builtin:
      x->mode = Mode::Builtin;
      x->id = as<Builtin>(o)->id;
      break;
    default: break;
  }
  return true;
}

void Checker::selector(Operand* x, SelectorExpr* e, bool wantType) {
  if (packageMember(x, e)) return;

  auto fail = [&] {
    x->invalidate();
    x->type = basicType(BasicKind::Invalid);
    x->expr = e;
  };
  const std::string& sel = e->sel->value;
  exprOrType(x, e->x);
  if (x->mode == Mode::Builtin) {
    errorf(e->pos, "invalid use of %s in selector expression", x);
    return fail();
  }
  if (!x->isValid() || !isComplete(x->type)) return fail();
  if (wantType) {
    errorf(e->sel, "%s is not a type", e);
    return fail();
  }
  if (auto* p = underAs<Pointer>(x->type); p != nullptr && !isComplete(p->elem)) return fail();

  LookupResult r = lookupFieldOrMethod(x->type, x->mode == Mode::Variable, pkg_, sel);
  if (r.obj == nullptr) {
    if (!isValid(under(x->type))) return fail();
    if (!r.index.empty()) {
      errorf(e->sel, "ambiguous selector %s.%s", x->expr, sel);
      return fail();
    }
    if (r.indirect) {
      if (x->mode == Mode::TypeExpr) {
        errorf(e->sel, "invalid method expression %s.%s (needs pointer receiver (*%s).%s)", x->type,
               sel, x->type, sel);
      } else {
        errorf(e->sel, "cannot call pointer method %s on %s", sel, x->type);
      }
      return fail();
    }
    std::string why;
    auto* p = underAs<Pointer>(x->type);
    if (p != nullptr && isInterface(p->elem)) {
      why = interfacePtrError(x->type);
    } else {
      Object* alt = lookupFieldOrMethod(x->type, x->mode == Mode::Variable, pkg_, sel, true).obj;
      why = lookupError(x->type, sel, alt, false);
    }
    errorf(e->sel, "%s.%s undefined (%s)", x->expr, sel, why);
    return fail();
  }

  if (auto* f = as<Var>(r.obj)) {
    if (x->mode == Mode::TypeExpr) {
      errorf(e->x, "operand for field selector %s must be value of type %s", sel, x->type);
      return fail();
    }
    recordSelection(e, SelectionKind::FieldVal, x->type, r);
    x->mode = x->mode == Mode::Variable || r.indirect ? Mode::Variable : Mode::Value;
    x->type = f->type;
    x->expr = e;
    return;
  }

  auto* m = as<Func>(r.obj);
  objDecl(m);  // its signature must be known
  addDeclDep(m);
  auto* sig = m->signature();
  auto* t = make<Signature>();
  t->results = sig->results;
  t->variadic = sig->variadic;
  if (x->mode == Mode::TypeExpr) {
    // T.m is a function whose first parameter is the receiver
    recordSelection(e, SelectionKind::MethodExpr, x->type, r);
    if (sig->recv == nullptr) {
      errorf(e, "illegal cycle in method declaration");
      return fail();
    }
    std::string name;
    if (!sig->params.empty() && !sig->params[0]->name.empty()) {
      name = sig->recv->name.empty() ? "_" : sig->recv->name;
    }
    t->params.push_back(make<Var>(VarKind::Param, sig->recv->pos, sig->recv->pkg, name, x->type));
  } else {
    recordSelection(e, SelectionKind::MethodVal, x->type, r);
  }
  t->params.insert(t->params.end(), sig->params.begin(), sig->params.end());
  x->mode = Mode::Value;
  x->type = t;
  x->expr = e;
}

}  // namespace gort::minigo

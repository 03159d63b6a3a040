// Expressions: names, operators, and how untyped operands get their types.
//
// Go: cmd/compile/internal/types2/expr.go
//
// An untyped expression is remembered with its kind and value until its context gives it a type; then
// updateExprType goes down the tree again and records it. So `1 << s` in `var x int64 = 1 << s` shifts
// an int64, and a constant that does not fit its final type is found.
#include <utility>

#include "tools/minigo/checker.h"

namespace gort::minigo {

Pos opPos(const Expr* e) {
  if (e == nullptr) return Pos{};
  return e->kind == NodeKind::Operation ? e->pos : startPos(e);
}

// --- Operators ---

bool Checker::checkOp(Operand* x, Operator op, bool isUnary) {
  bool ok;
  switch (op) {
    case Operator::Add: ok = isBasic(x->type, isUnary ? IsNumeric : IsNumeric | IsString); break;
    case Operator::Sub:
    case Operator::Mul:
    case Operator::Div: ok = isNumeric(x->type); break;
    case Operator::Rem:
    case Operator::And:
    case Operator::Or:
    case Operator::Xor:
    case Operator::AndNot: ok = isInteger(x->type); break;
    case Operator::AndAnd:
    case Operator::OrOr:
    case Operator::Not: ok = isBoolean(x->type); break;
    default: errorf(x, "unknown operator %s", op); return false;
  }
  if (!ok) errorf(x, "invalid operation: operator %s not defined on %s", op, x);
  return ok;
}

void Checker::unary(Operand* x, Operation* e) {
  expr(x, e->x);
  if (!x->isValid()) return;

  Operator op = e->op;
  switch (op) {
    case Operator::And:
      // a composite literal has no address of its own, but &T{} makes a variable
      if (unparen(e->x)->kind != NodeKind::CompositeLit && x->mode != Mode::Variable) {
        errorf(x, "invalid operation: cannot take address of %s", x);
        x->invalidate();
        return;
      }
      noteAddressTaken(e->x);
      x->mode = Mode::Value;
      x->type = make<Pointer>(x->type);
      return;

    case Operator::Recv: {
      Type* elem = chanElem(x, x, true);
      if (elem != nullptr && isComplete(elem)) {
        x->mode = Mode::CommaOk;
        x->type = elem;
        env_.hasCallOrRecv = true;
      } else {
        x->invalidate();
      }
      return;
    }

    case Operator::Tilde:
      if (!isInteger(x->type)) {
        errorf(e, "cannot use ~ outside of interface or type constraint");
        x->invalidate();
        return;
      }
      errorf(e,
             "cannot use ~ outside of interface or type constraint (use ^ for bitwise complement)");
      op = Operator::Xor;
      break;

    default: break;
  }

  if (!checkOp(x, op, true)) {
    x->invalidate();
    return;
  }
  if (x->mode == Mode::Constant) {
    if (x->val.kind() == Value::Kind::Unknown) return;
    unsigned prec = isUnsigned(x->type) ? static_cast<unsigned>(sizeofType(x->type)) * 8 : 0;
    x->val = unaryOp(op, x->val, prec);
    x->expr = e;
    overflow(x, opPos(x->expr));
    return;
  }
  x->mode = Mode::Value;
}

// chanElem is the element type of channel x for a receive or a send; null after an error.
Type* Checker::chanElem(At at, Operand* x, bool recv) {
  std::string cause;
  auto* c = underAs<Chan>(x->type);
  if (c == nullptr) {
    cause = sprintf("non-channel %s", x->type);
  } else if (recv && c->dir == ChanDir::SendOnly) {
    cause = sprintf("send-only channel %s", x->type);
  } else if (!recv && c->dir == ChanDir::RecvOnly) {
    cause = sprintf("receive-only channel %s", x->type);
  } else {
    return c->elem;
  }
  errorf(at,
         recv ? "invalid operation: cannot receive from %s %s"
              : "invalid operation: cannot send to %s %s",
         cause, x);
  return nullptr;
}

// updateExprType records t as the type of the untyped expression e and, as far as they share it, of its
// operands. Unless final is set, t may be untyped itself and change again.
void Checker::updateExprType(Expr* e, Type* t, bool final) {
  auto it = untyped_.find(e);
  if (it == untyped_.end()) return;
  Nest nest(this, e);

  switch (e->kind) {
    case NodeKind::ParenExpr: updateExprType(static_cast<ParenExpr*>(e)->x, t, final); break;

    case NodeKind::Operation: {
      auto* o = static_cast<Operation*>(e);
      // operands of constant operations are never computed at run time
      if (it->second.val.present()) break;
      if (o->y == nullptr) {
        if (o->op == Operator::Mul) return;
        updateExprType(o->x, t, final);
      } else if (isComparison(o->op)) {
        // the operands have their types
      } else if (isShift(o->op)) {
        updateExprType(o->x, t, final);
      } else {
        updateExprType(o->x, t, final);
        updateExprType(o->y, t, final);
      }
      break;
    }

    case NodeKind::CallExpr:  // a constant of a built-in function
    case NodeKind::Name:
    case NodeKind::BasicLit:
    case NodeKind::SelectorExpr: break;

    default: return;  // never untyped
  }

  it = untyped_.find(e);
  if (it == untyped_.end()) return;
  if (!final && isUntyped(t)) {
    it->second.type = underAs<Basic>(t);
    return;
  }
  ExprInfo old = it->second;
  untyped_.erase(it);

  if (old.isLhs && !isInteger(t)) {
    errorf(e, "invalid operation: shifted operand %s (type %s) must be integer", e, t);
    return;
  }
  if (old.val.present()) {
    Operand c;
    c.mode = old.mode;
    c.expr = e;
    c.type = old.type;
    c.val = old.val;
    convertUntyped(&c, t);
    if (!c.isValid()) return;
    // what the generator sees is the value in its type: rounded for floats
    recordTypeAndValue(e, old.mode, t, c.val);
    return;
  }
  recordTypeAndValue(e, old.mode, t, old.val);
}

void Checker::updateExprVal(Expr* e, const Value& v) {
  auto it = untyped_.find(e);
  if (it != untyped_.end()) it->second.val = v;
}

void Checker::comparison(Operand* x, Operand* y, Operator op, bool switchCase) {
  if (!isValid(x->type) || !isValid(y->type)) {
    x->invalidate();
    return;
  }
  if (switchCase) op = Operator::Eql;

  Operand* errOp = x;
  std::string cause;
  bool ok = assignableTo(x, y->type, nullptr) || assignableTo(y, x->type, nullptr);
  if (!ok) {
    errOp = y;  // only the second operand shows that they do not match
    cause = sprintf("mismatched types %s and %s", x->type, y->type);
  } else if (op == Operator::Eql || op == Operator::Neq) {
    if (x->isNil() || y->isNil()) {
      Type* t = x->isNil() ? y->type : x->type;
      if (!hasNil(t)) {
        errOp = y;
        ok = false;
      }
    } else if (!comparable(x->type)) {
      errOp = x;
      cause = incomparableCause(x->type);
      ok = false;
    } else if (!comparable(y->type)) {
      errOp = y;
      cause = incomparableCause(y->type);
      ok = false;
    }
  } else if (!isOrdered(x->type)) {
    errOp = x;
    ok = false;
  } else if (!isOrdered(y->type)) {
    errOp = y;
    ok = false;
  }

  if (ok) {
    if (x->mode == Mode::Constant && y->mode == Mode::Constant) {
      x->val = makeBool(compare(x->val, op, y->val));
    } else {
      x->mode = Mode::Value;
      updateExprType(x->expr, defaultType(x->type), true);
      updateExprType(y->expr, defaultType(y->type), true);
    }
    x->type = basicType(BasicKind::UntypedBool);
    return;
  }

  if (cause.empty()) {
    std::string what = compositeKind(errOp->type);
    if (what.empty()) what = typeString(errOp->type, pkg_);
    cause = sprintf("operator %s not defined on %s", op, what);
  }
  if (switchCase) {
    errorf(x, "invalid case %s in switch on %s (%s)", x->expr, y->expr, cause);
  } else {
    errorf(errOp, "invalid operation: %s %s %s (%s)", x->expr, op, y->expr, cause);
  }
  x->invalidate();
}

std::string Checker::incomparableCause(Type* t) {
  switch (under(t)->kind) {
    case TypeKind::Slice:
    case TypeKind::Signature:
    case TypeKind::Map: return compositeKind(t) + " can only be compared to nil";
    default: break;
  }
  std::string cause;
  comparable(t, &cause, pkg_);
  return cause;
}

// shiftExpr checks x op y. e is the expression, null for x op= y.
void Checker::shiftExpr(Operand* x, Operand* y, Expr* e, Operator op) {
  Value xval;
  if (x->mode == Mode::Constant) xval = toInt(x->val);
  if (!isInteger(x->type) && !(isUntyped(x->type) && xval.kind() == Value::Kind::Int)) {
    errorf(x, "invalid operation: shifted operand %s must be integer", x);
    x->invalidate();
    return;
  }

  Value yval;
  if (y->mode == Mode::Constant) {
    yval = toInt(y->val);
    if (yval.kind() == Value::Kind::Int && sign(yval) < 0) {
      errorf(y, "invalid operation: negative shift count %s", y);
      x->invalidate();
      return;
    }
    if (isUntyped(y->type)) {
      representable(y, basicType(BasicKind::Uint));
      if (!y->isValid()) {
        x->invalidate();
        return;
      }
    }
  }
  if (y->mode != Mode::Constant) {
    if (isInteger(y->type)) {
      // any integer type will do
    } else if (isUntyped(y->type)) {
      convertUntyped(y, basicType(BasicKind::Uint));
      if (!y->isValid()) {
        x->invalidate();
        return;
      }
    } else {
      errorf(y, "invalid operation: shift count %s must be integer", y);
      x->invalidate();
      return;
    }
  }

  if (x->mode == Mode::Constant) {
    if (y->mode == Mode::Constant) {
      if (x->val.kind() == Value::Kind::Unknown || y->val.kind() == Value::Kind::Unknown) {
        x->val = makeUnknown();
        if (!isInteger(x->type)) x->type = basicType(BasicKind::UntypedInt);
        return;
      }
      constexpr uint64_t shiftBound = 1023 - 1 + 52;  // enough for the smallest float64
      std::optional<uint64_t> s = uint64Val(yval);
      if (!s || *s > shiftBound) {
        errorf(y, "invalid operation: invalid shift count %s", y);
        x->invalidate();
        return;
      }
      if (!isInteger(x->type)) x->type = basicType(BasicKind::UntypedInt);  // 2.0 << 1
      x->val = shift(xval, op, static_cast<unsigned>(*s));
      x->expr = e;
      overflow(x, opPos(x->expr));
      return;
    }
    if (isUntyped(x->type)) {
      // The operand's type is what the whole shift's turns out to be.
      auto it = untyped_.find(x->expr);
      if (it != untyped_.end()) it->second.isLhs = true;
      x->mode = Mode::Value;
      return;  // the count is not constant here, so it has its type
    }
  }

  if (!isInteger(x->type)) {
    errorf(x, "invalid operation: shifted operand %s must be integer", x);
    x->invalidate();
    return;
  }
  // an untyped count was checked to be a uint
  if (isUntyped(y->type)) updateExprType(y->expr, basicType(BasicKind::Uint), true);
  x->mode = Mode::Value;
}

// binary checks lhs op rhs. e is the expression, null for lhs op= rhs.
void Checker::binary(Operand* x, Expr* e, Expr* lhs, Expr* rhs, Operator op) {
  Operand y;
  expr(x, lhs);
  expr(&y, rhs);
  if (!x->isValid()) return;
  if (!y.isValid()) {
    x->invalidate();
    x->expr = y.expr;
    return;
  }
  if (isShift(op)) {
    shiftExpr(x, &y, e, op);
    return;
  }
  matchTypes(x, &y);
  if (!x->isValid()) return;
  if (isComparison(op)) {
    comparison(x, &y, op, false);
    return;
  }

  if (!identical(x->type, y.type)) {
    if (isValid(x->type) && isValid(y.type)) {
      if (e != nullptr) {
        errorf(x, "invalid operation: %s (mismatched types %s and %s)", e, x->type, y.type);
      } else {
        errorf(x, "invalid operation: %s %s= %s (mismatched types %s and %s)", lhs, op, rhs,
               x->type, y.type);
      }
    }
    x->invalidate();
    return;
  }
  if (!checkOp(x, op, false)) {
    x->invalidate();
    return;
  }

  if (op == Operator::Div || op == Operator::Rem) {
    bool zero = y.mode == Mode::Constant && (x->mode == Mode::Constant || isInteger(x->type)) &&
                sign(y.val) == 0;
    if (!zero && x->mode == Mode::Constant && y.mode == Mode::Constant && isComplex(x->type)) {
      Value re = realPart(y.val), im = imagPart(y.val);
      zero = sign(binaryOp(re, Operator::Mul, re, false)) == 0 &&
             sign(binaryOp(im, Operator::Mul, im, false)) == 0;
    }
    if (zero) {
      errorf(&y, "invalid operation: division by zero");
      x->invalidate();
      return;
    }
  }

  if (x->mode == Mode::Constant && y.mode == Mode::Constant) {
    if (x->val.kind() == Value::Kind::Unknown || y.val.kind() == Value::Kind::Unknown) {
      x->val = makeUnknown();
      return;
    }
    x->val = binaryOp(x->val, op, y.val, op == Operator::Div && isInteger(x->type));
    x->expr = e;
    overflow(x, opPos(x->expr));
    return;
  }
  x->mode = Mode::Value;
}

// matchTypes converts untyped operands so that the types agree where that is possible.
void Checker::matchTypes(Operand* x, Operand* y) {
  auto mayConvert = [](Operand* a, Operand* b) {
    if (isTyped(a->type) && isTyped(b->type)) return false;
    if (isNumeric(a->type) != isNumeric(b->type)) return false;
    if (isInterface(a->type) || isInterface(b->type)) return true;
    if (isBoolean(a->type) != isBoolean(b->type)) return false;
    if (isString(a->type) != isString(b->type)) return false;
    if (a->isNil()) return hasNil(b->type);
    if (b->isNil()) return hasNil(a->type);
    return !isPointer(a->type) && !isPointer(b->type);
  };
  if (!mayConvert(x, y)) return;
  convertUntyped(x, y->type);
  if (!x->isValid()) return;
  convertUntyped(y, x->type);
  if (!y->isValid()) x->invalidate();
}

// --- Any expression ---

ExprKind Checker::rawExpr(Operand* x, Expr* e, Type* hint) {
  Nest nest(this, e);
  ExprKind kind = exprInternal(x, e, hint);
  record(x);
  return kind;
}

ExprKind Checker::exprInternal(Operand* x, Expr* e0, Type* hint) {
  x->invalidate();
  x->type = basicType(BasicKind::Invalid);
  bool ok = true;

  switch (e0->kind) {
    case NodeKind::BadExpr: ok = false; break;

    case NodeKind::Name: ident(x, static_cast<Name*>(e0), false); break;

    case NodeKind::BasicLit: {
      auto* e = static_cast<BasicLit*>(e0);
      if (e->bad) {
        ok = false;
      } else {
        basicLit(x, e);
        ok = x->isValid();
      }
      break;
    }

    case NodeKind::FuncLit: funcLit(x, static_cast<FuncLit*>(e0)); break;

    case NodeKind::CompositeLit:
      compositeLit(x, static_cast<CompositeLit*>(e0), hint);
      ok = x->isValid();
      break;

    case NodeKind::ParenExpr: {
      ExprKind kind = rawExpr(x, static_cast<ParenExpr*>(e0)->x, nullptr);
      x->expr = e0;
      return kind;
    }

    case NodeKind::SelectorExpr: selector(x, static_cast<SelectorExpr*>(e0), false); break;

    case NodeKind::IndexExpr:
      indexExpr(x, static_cast<IndexExpr*>(e0));
      ok = x->isValid();
      break;

    case NodeKind::SliceExpr:
      sliceExpr(x, static_cast<SliceExpr*>(e0));
      ok = x->isValid();
      break;

    case NodeKind::AssertExpr: {
      auto* e = static_cast<AssertExpr*>(e0);
      expr(x, e->x);
      if (!x->isValid()) {
        ok = false;
        break;
      }
      if (!isInterface(x->type)) {
        errorf(x, "invalid operation: %s is not an interface", x);
        ok = false;
        break;
      }
      Type* t = varType(e->typeExpr);
      if (!isValid(t) || !isComplete(t)) {
        ok = false;
        break;
      }
      typeAssertion(e, x, t, false);
      x->mode = Mode::CommaOk;
      x->type = t;
      break;
    }

    case NodeKind::TypeSwitchGuard: {
      auto* e = static_cast<TypeSwitchGuard*>(e0);
      errorf(e, "invalid syntax tree: use of .(type) outside type switch");
      use({e->x});
      ok = false;
      break;
    }

    case NodeKind::CallExpr: return callExpr(x, static_cast<CallExpr*>(e0));

    case NodeKind::ListExpr:
      errorf(e0, "invalid syntax tree: unexpected list of expressions");
      ok = false;
      break;

    case NodeKind::Operation: {
      auto* e = static_cast<Operation*>(e0);
      if (e->y != nullptr) {
        binary(x, e, e->x, e->y, e->op);
        ok = x->isValid();
        break;
      }
      if (e->op == Operator::Mul) {
        exprOrType(x, e->x);
        if (!x->isValid()) {
          ok = false;
        } else if (x->mode == Mode::TypeExpr) {
          x->type = make<Pointer>(x->type);
        } else if (auto* p = underAs<Pointer>(x->type)) {
          if (isComplete(p->elem)) {
            x->mode = Mode::Variable;
            x->type = p->elem;
          } else {
            ok = false;
          }
        } else {
          errorf(x, "invalid operation: cannot indirect %s", x);
          ok = false;
        }
        break;
      }
      unary(x, e);
      ok = x->isValid();
      if (ok && e->op == Operator::Recv) {
        x->expr = e;
        return ExprKind::Statement;
      }
      break;
    }

    case NodeKind::KeyValueExpr:
      errorf(e0, "invalid syntax tree: no key:value expected");
      ok = false;
      break;

    case NodeKind::DotsType:
      errorf(e0, "invalid syntax tree: invalid use of ...");
      ok = false;
      break;

    default:  // a type literal
      x->mode = Mode::TypeExpr;
      x->type = typ(e0);
      break;
  }

  x->expr = e0;
  if (ok) return ExprKind::Expression;
  x->invalidate();
  return ExprKind::Statement;  // avoids a follow-on "is not used"
}

void Checker::typeAssertion(Expr* e, Operand* x, Type* t, bool typeSwitch) {
  if (isInterface(t)) return;  // only the run time can tell
  std::string cause;
  if (hasAllMethods(t, x->type, false, &cause)) return;
  if (typeSwitch) {
    errorf(e, "impossible type switch case: %s\n\t%s cannot have dynamic type %s %s", e, x, t,
           cause);
  } else {
    errorf(e, "impossible type assertion: %s\n\t%s does not implement %s %s", e, t, x->type, cause);
  }
}

// expr checks an expression that must be one value.
void Checker::expr(Operand* x, Expr* e, Type* hint) {
  rawExpr(x, e, hint);
  exclude(x, {Mode::NoValue, Mode::Builtin, Mode::TypeExpr});
  singleValue(x);
}

void Checker::exprOrType(Operand* x, Expr* e) {
  rawExpr(x, e, nullptr);
  exclude(x, {Mode::NoValue});
  singleValue(x);
}

namespace {

std::string nth(size_t n, const std::string& what) {
  const char* ext = n == 1 ? "st" : n == 2 ? "nd" : n == 3 ? "rd" : "th";
  return std::to_string(n) + ext + " " + what;
}

}  // namespace

// multiExpr checks e and returns its values: several for a call with several results, and two for a
// comma-ok form if that is allowed. If e is invalid the only value is.
std::vector<Operand> Checker::multiExpr(Expr* e, bool allowCommaOk, bool* commaOk) {
  *commaOk = false;
  Operand x;
  rawExpr(&x, e, nullptr);
  exclude(&x, {Mode::NoValue, Mode::Builtin, Mode::TypeExpr});

  std::vector<Operand> list;
  if (auto* t = as<Tuple>(x.type); t != nullptr && x.isValid()) {
    for (size_t i = 0; i < t->vars.size(); i++) {
      Operand v;
      v.mode = Mode::Value;
      v.expr = dummyName(startPos(e), nth(i + 1, "function result"));
      v.type = t->vars[i]->type;
      list.push_back(v);
    }
    return list;
  }

  list.push_back(x);
  if (allowCommaOk && (x.mode == Mode::MapIndex || x.mode == Mode::CommaOk)) {
    Operand ok;
    ok.mode = Mode::Value;
    ok.expr = dummyName(startPos(e), "ok value of (comma, ok) expression");
    ok.type = basicType(BasicKind::UntypedBool);
    list.push_back(ok);
    *commaOk = true;
  }
  return list;
}

// exprList checks arguments; a single call may give several.
std::vector<Operand> Checker::exprList(const std::vector<Expr*>& list) {
  if (list.size() == 1) {
    bool commaOk;
    return multiExpr(list[0], false, &commaOk);
  }
  std::vector<Operand> out;
  for (Expr* e : list) {
    Operand x;
    expr(&x, e);
    out.push_back(x);
  }
  return out;
}

void Checker::exclude(Operand* x, std::initializer_list<Mode> modes) {
  bool hit = false, types = false;
  for (Mode m : modes) {
    if (m == x->mode) hit = true;
    if (m == Mode::TypeExpr) types = true;
  }
  if (!hit) return;
  const char* msg;
  switch (x->mode) {
    case Mode::NoValue: msg = types ? "%s used as value" : "%s used as value or type"; break;
    case Mode::Builtin: msg = "%s must be called"; break;
    default: msg = "%s is not an expression"; break;
  }
  errorf(x, msg, x);
  x->invalidate();
}

void Checker::singleValue(Operand* x) {
  if (x->mode == Mode::Value && as<Tuple>(x->type) != nullptr) {
    errorf(x, "multiple-value %s in single-value context", x);
    x->invalidate();
  }
}

// useN checks expressions whose results nobody wants, after another error, so that what they use is used.
bool Checker::useN(const std::vector<Expr*>& list, bool lhs) {
  bool ok = true;
  for (Expr* e : list) {
    if (!use1(e, lhs)) ok = false;
  }
  return ok;
}

bool Checker::use1(Expr* e, bool lhs) {
  if (e == nullptr) return true;
  Operand x;
  x.mode = Mode::Value;
  Expr* inner = unparen(e);
  if (auto* n = as<Name>(inner)) {
    if (n->value == "_") return true;
    // on the left side a variable is not used
    Var* v = nullptr;
    bool used = false;
    if (lhs) {
      v = as<Var>(lookup(n->value));
      if (v != nullptr && v->pkg != pkg_) v = nullptr;
      if (v != nullptr) used = v->used;
    }
    exprOrType(&x, n);
    if (v != nullptr) v->used = used;
  } else if (auto* l = as<ListExpr>(inner)) {
    return useN(l->elems, lhs);
  } else if (auto* kv = as<KeyValueExpr>(inner)) {
    return use1(kv->value, lhs);
  } else {
    rawExpr(&x, e, nullptr);
  }
  return x.isValid();
}

}  // namespace gort::minigo

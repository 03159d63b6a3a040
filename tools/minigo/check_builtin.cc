// Built-in functions.
//
// Go: cmd/compile/internal/types2/builtins.go
#include "tools/minigo/checker.h"

namespace gort::minigo {

namespace {

// arrayPtrDeref is A for *A where A is an array, and t for all others.
Type* arrayPtrDeref(Type* t) {
  if (auto* p = as<Pointer>(unalias(t))) {
    if (auto* a = underAs<Array>(p->elem)) return a;
  }
  return t;
}

Type* derefStructPtr(Type* t) {
  if (auto* p = underAs<Pointer>(t)) {
    if (underAs<Struct>(p->elem) != nullptr) return p->elem;
  }
  return t;
}

}  // namespace

Signature* Checker::makeSig(Type* result, std::initializer_list<Type*> params) {
  auto* s = make<Signature>();
  for (Type* p : params) {
    s->params.push_back(make<Var>(VarKind::Param, Pos{}, nullptr, "", defaultType(p)));
  }
  if (result != nullptr) {
    s->results.push_back(make<Var>(VarKind::Result, Pos{}, nullptr, "", result));
  }
  return s;
}

// builtin checks a call of a built-in function into x; false after an error.
bool Checker::builtin(Operand* x, CallExpr* call, BuiltinId id) {
  const PredeclaredFunc& bin = predeclaredFunc(id);
  if (call->hasDots && id != BuiltinId::Append) {
    errorf(call, "invalid operation: invalid use of ... with built-in %s", bin.name);
    use(call->args);
    return false;
  }

  // len and cap are constant unless something is called in their argument
  bool savedCall = env_.hasCallOrRecv;
  bool lenCap = id == BuiltinId::Len || id == BuiltinId::Cap;
  if (lenCap) env_.hasCallOrRecv = false;

  std::vector<Operand> args;
  size_t nargs;
  if (id == BuiltinId::Make || id == BuiltinId::New || id == BuiltinId::UnsafeOffsetof) {
    nargs = call->args.size();  // not all are ordinary values
  } else {
    args = exprList(call->args);
    nargs = args.size();
    call->spread = call->args.size() == 1 && nargs > 1;
    for (Operand& a : args) {
      if (a.isValid()) continue;
      if (lenCap) env_.hasCallOrRecv = savedCall;
      return false;
    }
    if (nargs > 0) *x = args[0];
  }

  const char* msg = nullptr;
  if (nargs < bin.nargs) {
    msg = "not enough";
  } else if (!bin.variadic && nargs > bin.nargs) {
    msg = "too many";
  }
  if (msg != nullptr) {
    errorf(call, "invalid operation: %s arguments for %s (expected %s, found %s)", msg, call,
           bin.nargs, nargs);
    if (lenCap) env_.hasCallOrRecv = savedCall;
    return false;
  }

  switch (id) {
    case BuiltinId::Append: return builtinAppend(x, call, &args);

    case BuiltinId::Cap:
    case BuiltinId::Len: {
      bool ok = builtinLenCap(x, call, id);
      env_.hasCallOrRecv = savedCall;
      return ok;
    }

    case BuiltinId::Clear: {
      Type* u = under(x->type);
      if (u->kind != TypeKind::Map && u->kind != TypeKind::Slice) {
        errorf(
            x,
            "invalid argument: cannot clear %s: argument must be (or constrained by) map or slice",
            x);
        return false;
      }
      recordBuiltinType(call->fun, makeSig(nullptr, {x->type}));
      x->mode = Mode::NoValue;
      return true;
    }

    case BuiltinId::Close: {
      auto* c = underAs<Chan>(x->type);
      if (c == nullptr) {
        errorf(x, "invalid operation: cannot close non-channel %s", x);
        return false;
      }
      if (c->dir == ChanDir::RecvOnly) {
        errorf(x, "invalid operation: cannot close receive-only channel %s", x);
        return false;
      }
      recordBuiltinType(call->fun, makeSig(nullptr, {x->type}));
      x->mode = Mode::NoValue;
      return true;
    }

    case BuiltinId::Complex: return builtinComplex(x, call, &args);
    case BuiltinId::Copy: return builtinCopy(x, call, &args);

    case BuiltinId::Delete: {
      auto* m = underAs<Map>(x->type);
      if (m == nullptr) {
        errorf(x, "invalid argument: %s is not a map", x);
        return false;
      }
      Type* mapType = x->type;
      *x = args[1];
      assignment(x, m->key, "argument to delete");
      if (!x->isValid()) return false;
      recordBuiltinType(call->fun, makeSig(nullptr, {mapType, m->key}));
      x->mode = Mode::NoValue;
      return true;
    }

    case BuiltinId::Imag:
    case BuiltinId::Real: return builtinRealImag(x, call, id);
    case BuiltinId::Make: return builtinMake(x, call);
    case BuiltinId::Max:
    case BuiltinId::Min: return builtinMinMax(x, call, id, &args);
    case BuiltinId::New: return builtinNew(x, call);

    case BuiltinId::Panic:
      if (env_.sig != nullptr && !env_.sig->results.empty()) panicCalls_.insert(call);
      assignment(x, emptyInterface(), "argument to panic");
      if (!x->isValid()) return false;
      recordBuiltinType(call->fun, makeSig(nullptr, {emptyInterface()}));
      x->mode = Mode::NoValue;
      return true;

    case BuiltinId::Print:
    case BuiltinId::Println: {
      auto* sig = makeSig(nullptr, {});
      for (Operand& a : args) {
        assignment(&a, nullptr, std::string("argument to built-in ") + bin.name);
        if (!a.isValid()) return false;
        sig->params.push_back(make<Var>(VarKind::Param, Pos{}, nullptr, "", a.type));
      }
      recordBuiltinType(call->fun, sig);
      x->mode = Mode::NoValue;
      return true;
    }

    case BuiltinId::Recover:
      x->mode = Mode::Value;
      x->type = emptyInterface();
      recordBuiltinType(call->fun, makeSig(x->type, {}));
      return true;

    case BuiltinId::UnsafeOffsetof: return builtinOffsetof(x, call);
    default: return builtinUnsafe(x, call, id, &args);
  }
}

// sliceElem is the element type of slice x; null with a cause if it is none.
Type* Checker::sliceElem(Operand* x, std::string* cause) {
  if (auto* s = underAs<Slice>(x->type)) return s->elem;
  if (x->isNil()) {
    *cause = "argument must be a slice; have untyped nil";
  } else {
    *cause = sprintf("argument must be a slice; have %s", x);
  }
  return nullptr;
}

bool Checker::builtinAppend(Operand* x, CallExpr* call, std::vector<Operand>* args) {
  std::string cause;
  Type* elem = sliceElem(x, &cause);
  if (elem == nullptr) {
    errorf(x, "invalid append: %s", cause);
    return false;
  }
  Signature* sig = nullptr;
  if (args->size() == 2 && call->hasDots && assignableTo(x, make<Slice>(byteType()), nullptr)) {
    // append(bytes, string...)
    Operand* y = &(*args)[1];
    if (isString(y->type)) {
      if (isUntyped(y->type)) convertUntyped(y, basicType(BasicKind::String));
      sig = makeSig(x->type, {x->type, y->type});
      sig->variadic = true;
    }
  }
  if (sig == nullptr) {
    sig = makeSig(x->type, {x->type, make<Slice>(elem)});
    sig->variadic = true;
    arguments(call, sig, args);
  }
  recordBuiltinType(call->fun, sig);
  x->mode = Mode::Value;
  return true;
}

bool Checker::builtinLenCap(Operand* x, CallExpr* call, BuiltinId id) {
  Mode mode = Mode::Invalid;
  Value val;
  bool isLen = id == BuiltinId::Len;
  Type* t = arrayPtrDeref(under(x->type));
  switch (t->kind) {
    case TypeKind::Basic:
      if (!isLen || !isString(t)) break;
      if (x->mode == Mode::Constant) {
        mode = Mode::Constant;
        val = makeInt64(static_cast<int64_t>(stringLen(x->val)));
      } else {
        mode = Mode::Value;
      }
      break;
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(t);
      mode = Mode::Value;
      if (!env_.hasCallOrRecv) {
        mode = Mode::Constant;
        val = a->len >= 0 ? makeInt64(a->len) : makeUnknown();
      }
      break;
    }
    case TypeKind::Slice:
    case TypeKind::Chan: mode = Mode::Value; break;
    case TypeKind::Map:
      if (isLen) mode = Mode::Value;
      break;
    default: break;
  }
  if (mode == Mode::Invalid) {
    if (isValid(under(x->type))) {
      errorf(x, "invalid argument: %s for built-in %s", x, predeclaredFunc(id).name);
    }
    return false;
  }
  if (mode != Mode::Constant) {
    recordBuiltinType(call->fun, makeSig(basicType(BasicKind::Int), {x->type}));
  }
  x->mode = mode;
  x->type = basicType(BasicKind::Int);
  x->val = val;
  return true;
}

bool Checker::builtinComplex(Operand* x, CallExpr* call, std::vector<Operand>* args) {
  Operand* y = &(*args)[1];
  bool ux = isUntyped(x->type), uy = isUntyped(y->type);
  if (ux && !uy) {
    convertUntyped(x, y->type);
  } else if (!ux && uy) {
    convertUntyped(y, x->type);
  } else if (ux && uy) {
    if (x->mode == Mode::Constant && y->mode == Mode::Constant) {
      for (Operand* o : {x, y}) {
        if (isNumeric(o->type) && sign(imagPart(o->val)) == 0)
          o->type = basicType(BasicKind::UntypedFloat);
      }
    } else {
      // a shift that is not typed yet: floats cannot be shifted, so this gives an error
      convertUntyped(x, basicType(BasicKind::Float64));
      convertUntyped(y, basicType(BasicKind::Float64));
    }
  }
  if (!x->isValid() || !y->isValid()) return false;
  if (!identical(x->type, y->type)) {
    errorf(x, "invalid operation: %s (mismatched types %s and %s)", call, x->type, y->type);
    return false;
  }
  Type* result = nullptr;
  if (auto* b = underAs<Basic>(x->type)) {
    if (b->basic == BasicKind::Float32) result = basicType(BasicKind::Complex64);
    if (b->basic == BasicKind::Float64) result = basicType(BasicKind::Complex128);
    if (b->basic == BasicKind::UntypedFloat) result = basicType(BasicKind::UntypedComplex);
  }
  if (result == nullptr) {
    errorf(x, "invalid argument: arguments have type %s, expected floating-point", x->type);
    return false;
  }
  if (x->mode == Mode::Constant && y->mode == Mode::Constant) {
    x->val = makeComplex(toFloat(x->val), toFloat(y->val));
  } else {
    x->mode = Mode::Value;
    recordBuiltinType(call->fun, makeSig(result, {x->type, x->type}));
  }
  x->type = result;
  return true;
}

bool Checker::builtinCopy(Operand* x, CallExpr* call, std::vector<Operand>* args) {
  std::string cause;
  Type* dst = sliceElem(x, &cause);
  if (dst == nullptr) {
    errorf(x, "invalid copy: %s", cause);
    return false;
  }
  Operand* y = &(*args)[1];
  bool special = false;
  if (assignableTo(x, make<Slice>(byteType()), nullptr)) {
    auto* s = underAs<Slice>(y->type);
    special = isString(y->type) || (s != nullptr && identical(s->elem, byteType()));
  }
  if (!special) {
    Type* src = sliceElem(y, &cause);
    if (src == nullptr) {
      if (!isString(y->type)) {
        errorf(y, "invalid copy: %s", cause);
        return false;
      }
      src = byteType();
    }
    if (!identical(dst, src)) {
      errorf(x, "invalid copy: arguments %s and %s have different element types %s and %s", x, y,
             dst, src);
      return false;
    }
  }
  if (isUntyped(y->type)) convertUntyped(y, basicType(BasicKind::String));
  recordBuiltinType(call->fun, makeSig(basicType(BasicKind::Int), {x->type, y->type}));
  x->mode = Mode::Value;
  x->type = basicType(BasicKind::Int);
  return true;
}

bool Checker::builtinRealImag(Operand* x, CallExpr* call, BuiltinId id) {
  if (isUntyped(x->type)) {
    if (x->mode == Mode::Constant) {
      if (isNumeric(x->type)) x->type = basicType(BasicKind::UntypedComplex);
    } else {
      convertUntyped(x, basicType(BasicKind::Complex128));
      if (!x->isValid()) return false;
    }
  }
  Type* result = nullptr;
  if (auto* b = underAs<Basic>(x->type)) {
    if (b->basic == BasicKind::Complex64) result = basicType(BasicKind::Float32);
    if (b->basic == BasicKind::Complex128) result = basicType(BasicKind::Float64);
    if (b->basic == BasicKind::UntypedComplex) result = basicType(BasicKind::UntypedFloat);
  }
  if (result == nullptr) {
    errorf(x, "invalid argument: argument has type %s, expected complex type", x->type);
    return false;
  }
  if (x->mode == Mode::Constant) {
    x->val = id == BuiltinId::Real ? realPart(x->val) : imagPart(x->val);
  } else {
    x->mode = Mode::Value;
    recordBuiltinType(call->fun, makeSig(result, {x->type}));
  }
  x->type = result;
  return true;
}

bool Checker::builtinMake(Operand* x, CallExpr* call) {
  Expr* arg0 = call->args[0];
  Type* t = varType(arg0);
  if (!isValid(t)) return false;
  size_t min;
  switch (under(t)->kind) {
    case TypeKind::Slice: min = 2; break;
    case TypeKind::Map:
    case TypeKind::Chan: min = 1; break;
    default:
      errorf(arg0, "invalid argument: cannot make %s: type must be slice, map, or channel", arg0);
      return false;
  }
  size_t nargs = call->args.size();
  if (nargs < min || min + 1 < nargs) {
    errorf(call, "invalid operation: %s expects %s or %s arguments; found %s", call, min, min + 1,
           nargs);
    return false;
  }
  auto* sig = makeSig(t, {t});
  std::vector<int64_t> sizes;
  for (size_t i = 1; i < nargs; i++) {
    int64_t size = index(call->args[i], -1);
    if (size >= 0) sizes.push_back(size);
    Type* at = call->args[i]->type;
    sig->params.push_back(make<Var>(VarKind::Param, Pos{}, nullptr, "",
                                    at == nullptr ? basicType(BasicKind::Int) : at));
  }
  if (sizes.size() == 2 && sizes[0] > sizes[1]) {
    errorf(call->args[1], "invalid argument: length and capacity swapped");
  }
  recordBuiltinType(call->fun, sig);
  x->mode = Mode::Value;
  x->type = t;
  return true;
}

bool Checker::builtinMinMax(Operand* x, CallExpr* call, BuiltinId id, std::vector<Operand>* args) {
  Operator op = id == BuiltinId::Max ? Operator::Gtr : Operator::Lss;
  for (size_t i = 0; i < args->size(); i++) {
    Operand* a = &(*args)[i];
    if (!isOrdered(a->type)) {
      errorf(a, "invalid argument: %s cannot be ordered", a);
      return false;
    }
    if (i == 0) continue;
    matchTypes(x, a);
    if (!x->isValid()) return false;
    if (!identical(x->type, a->type)) {
      errorf(a, "invalid argument: mismatched types %s (previous argument) and %s (type of %s)",
             x->type, a->type, a->expr);
      return false;
    }
    if (x->mode == Mode::Constant && a->mode == Mode::Constant) {
      if (compare(a->val, op, x->val)) *x = *a;
    } else {
      x->mode = Mode::Value;
    }
  }
  if (x->mode != Mode::Constant) {
    x->mode = Mode::Value;
    assignment(x, emptyInterface(),
               std::string("argument to built-in ") + predeclaredFunc(id).name);
    if (!x->isValid()) return false;
  }
  for (Operand& a : *args) updateExprType(a.expr, x->type, true);
  if (x->mode != Mode::Constant) {
    auto* sig = makeSig(x->type, {});
    for (size_t i = 0; i < args->size(); i++) {
      sig->params.push_back(make<Var>(VarKind::Param, Pos{}, nullptr, "", x->type));
    }
    recordBuiltinType(call->fun, sig);
  }
  return true;
}

bool Checker::builtinNew(Operand* x, CallExpr* call) {
  exprOrType(x, call->args[0]);
  exclude(x, {Mode::NoValue, Mode::Builtin});
  if (!x->isValid()) return false;
  if (x->mode != Mode::TypeExpr && isUntyped(x->type)) {
    assignment(x, nullptr, "argument to new");
    if (!x->isValid()) return false;
  }
  Type* t = x->type;
  x->mode = Mode::Value;
  x->type = make<Pointer>(t);
  recordBuiltinType(call->fun, makeSig(x->type, {t}));
  return true;
}

bool Checker::builtinOffsetof(Operand* x, CallExpr* call) {
  Expr* arg0 = call->args[0];
  auto* selx = as<SelectorExpr>(unparen(arg0));
  if (selx == nullptr) {
    errorf(arg0, "invalid argument: %s is not a selector expression", arg0);
    use({arg0});
    return false;
  }
  expr(x, selx->x);
  if (!x->isValid()) return false;

  Type* base = derefStructPtr(x->type);
  const std::string& sel = selx->sel->value;
  LookupResult r = lookupFieldOrMethod(base, false, pkg_, sel);
  if (r.obj == nullptr) {
    errorf(x, "invalid argument: %s has no single field %s", base, sel);
    return false;
  }
  if (r.obj->kind == ObjectKind::Func) {
    errorf(arg0, "invalid argument: %s is a method value", arg0);
    return false;
  }
  if (r.indirect) {
    errorf(x, "invalid argument: field %s is embedded via a pointer in %s", sel, base);
    return false;
  }
  recordSelection(selx, SelectionKind::FieldVal, base, r);
  recordTypeAndValue(selx, Mode::Variable, r.obj->type, Value());

  if (hasVarSize(base)) return false;  // a cycle was reported
  int64_t offs = 0;
  Type* t = base;
  for (int i : r.index) {
    auto* s = underAs<Struct>(t);
    int64_t o = offsetsof(s)[static_cast<size_t>(i)];
    if (o < 0 || offs > INT64_MAX - o) {
      errorf(x, "%s is too large", x);
      return false;
    }
    offs += o;
    t = s->fields[static_cast<size_t>(i)]->type;
  }
  x->mode = Mode::Constant;
  x->val = makeInt64(offs);
  x->type = basicType(BasicKind::Uintptr);
  return true;
}

// hasVarSize tells whether t contains itself, which is an error that is reported here.
bool Checker::hasVarSize(Type* t) {
  t = unalias(t);
  if (auto* n = as<Named>(t)) {
    auto it = varSize_.find(n);
    if (it != varSize_.end()) return it->second;
    if (n->obj->pathIdx >= 0) {
      std::vector<Object*> cycle(objPath_.begin() + n->obj->pathIdx, objPath_.end());
      size_t first = 0;
      for (size_t i = 1; i < cycle.size(); i++) {
        if (cycle[i]->pos < cycle[first]->pos) first = i;
      }
      cycleError(cycle, first);
      return true;
    }
    if (n->fromRhs == nullptr) return true;
    push(n->obj);
    bool v = hasVarSize(n->fromRhs);
    pop();
    varSize_[n] = v;
    return v;
  }
  if (auto* a = as<Array>(t)) return hasVarSize(a->elem);
  if (auto* s = as<Struct>(t)) {
    for (Var* f : s->fields) {
      if (hasVarSize(f->type)) return true;
    }
  }
  return false;
}

bool Checker::builtinUnsafe(Operand* x, CallExpr* call, BuiltinId id, std::vector<Operand>* args) {
  Type* pointer = basicType(BasicKind::UnsafePointer);
  Type* string = basicType(BasicKind::String);
  switch (id) {
    case BuiltinId::UnsafeAdd: {
      assignment(x, pointer, "argument to unsafe.Add");
      if (!x->isValid()) return false;
      Operand* y = &(*args)[1];
      if (!isValidIndex(y, "length", true)) return false;
      x->mode = Mode::Value;
      x->type = pointer;
      recordBuiltinType(call->fun, makeSig(pointer, {pointer, y->type}));
      return true;
    }

    case BuiltinId::UnsafeAlignof:
    case BuiltinId::UnsafeSizeof: {
      bool align = id == BuiltinId::UnsafeAlignof;
      assignment(x, nullptr, align ? "argument to unsafe.Alignof" : "argument to unsafe.Sizeof");
      if (!x->isValid()) return false;
      if (hasVarSize(x->type)) {
        x->mode = Mode::Value;
        x->type = basicType(BasicKind::Uintptr);
        return true;
      }
      int64_t n = align ? alignofType(x->type) : sizeofType(x->type);
      if (n < 0) {
        errorf(x, "%s is too large", x);
        return false;
      }
      x->mode = Mode::Constant;
      x->val = makeInt64(n);
      x->type = basicType(BasicKind::Uintptr);
      return true;
    }

    case BuiltinId::UnsafeSlice: {
      auto* p = underAs<Pointer>(x->type);
      if (p == nullptr) {
        errorf(x, "invalid argument: %s is not a pointer", x);
        return false;
      }
      Operand* y = &(*args)[1];
      if (!isValidIndex(y, "length", false)) return false;
      x->mode = Mode::Value;
      x->type = make<Slice>(p->elem);
      recordBuiltinType(call->fun, makeSig(x->type, {p, y->type}));
      return true;
    }

    case BuiltinId::UnsafeSliceData: {
      auto* s = underAs<Slice>(x->type);
      if (s == nullptr) {
        errorf(x, "invalid argument: %s is not a slice", x);
        return false;
      }
      x->mode = Mode::Value;
      x->type = make<Pointer>(s->elem);
      recordBuiltinType(call->fun, makeSig(x->type, {s}));
      return true;
    }

    case BuiltinId::UnsafeString: {
      Type* bytePtr = make<Pointer>(byteType());
      assignment(x, bytePtr, "argument to unsafe.String");
      if (!x->isValid()) return false;
      Operand* y = &(*args)[1];
      if (!isValidIndex(y, "length", false)) return false;
      x->mode = Mode::Value;
      x->type = string;
      recordBuiltinType(call->fun, makeSig(string, {bytePtr, y->type}));
      return true;
    }

    case BuiltinId::UnsafeStringData:
      assignment(x, string, "argument to unsafe.StringData");
      if (!x->isValid()) return false;
      x->mode = Mode::Value;
      x->type = make<Pointer>(byteType());
      recordBuiltinType(call->fun, makeSig(x->type, {string}));
      return true;

    default: return false;
  }
}

}  // namespace gort::minigo

// Constants in their types, conversions, and assignability.
//
// Go: cmd/compile/internal/types2/const.go, conversions.go, operand.go, lookup.go, instantiate.go
#include <cmath>

#include "tools/minigo/checker.h"
#include "tools/minigo/unicode.h"

namespace gort::minigo {

namespace {

// opName names an operation that may overflow, or is "".
const char* opName(const Expr* e) {
  auto* o = as<Operation>(e);
  if (o == nullptr) return "";
  if (o->y == nullptr) return o->op == Operator::Xor ? "bitwise complement " : "";
  switch (o->op) {
    case Operator::Add: return "addition ";
    case Operator::Sub: return "subtraction ";
    case Operator::Xor: return "bitwise XOR ";
    case Operator::Mul: return "multiplication ";
    case Operator::Shl: return "shift ";
    default: return "";
  }
}

}  // namespace

// overflow checks the constant x after an operation: typed ones must fit their type, untyped integers
// have at most 512 bits.
void Checker::overflow(Operand* x, Pos pos) {
  if (x->val.kind() == Value::Kind::Unknown) {
    errorf(pos, "constant result is not representable");
    return;
  }
  if (isTyped(x->type)) {
    representable(x, underAs<Basic>(x->type));
    return;
  }
  constexpr int prec = 512;
  if (x->val.kind() == Value::Kind::Int && bitLen(x->val) > prec) {
    errorf(pos, "constant %soverflow", opName(x->expr));
    x->val = makeUnknown();
    return;
  }
  constexpr size_t maxLen = 2000000000;
  if (x->val.kind() == Value::Kind::String && stringLen(x->val) > maxLen) {
    errorf(pos, "constant string too long (%s bytes > %s bytes)", stringLen(x->val), maxLen);
    x->val = makeUnknown();
  }
}

namespace {

struct IntRange {
  int bits;
  bool isSigned;
};

IntRange intRange(BasicKind k) {
  switch (k) {
    case BasicKind::Int8: return {8, true};
    case BasicKind::Int16: return {16, true};
    case BasicKind::Int32: return {32, true};
    case BasicKind::Int:
    case BasicKind::Int64: return {64, true};
    case BasicKind::Uint8: return {8, false};
    case BasicKind::Uint16: return {16, false};
    case BasicKind::Uint32: return {32, false};
    default: return {64, false};
  }
}

bool fitsInt(const mpz_class& i, IntRange r) {
  if (!r.isSigned)
    return sgn(i) >= 0 && mpz_sizeinbase(i.get_mpz_t(), 2) <= static_cast<size_t>(r.bits);
  mpz_class limit = mpz_class(1) << static_cast<unsigned>(r.bits - 1);
  return -limit <= i && i < limit;
}

// roundFloat is v rounded to a float type; none when it is too large.
Value roundFloat(const Value& v, bool single) {
  double d = single ? static_cast<double>(float32Val(v)) : float64Val(v);
  return std::isinf(d) ? Value() : makeFloat64(d);
}

}  // namespace

// representableConst tells whether v is a value of t, and if so what it is rounded to.
bool Checker::representableConst(const Value& v, Basic* t, Value* rounded) {
  if (v.kind() == Value::Kind::Unknown) return true;  // no follow-on errors
  if (isInteger(t)) {
    Value i = toInt(v);
    if (i.kind() != Value::Kind::Int) return false;
    *rounded = i;
    return (t->info & IsUntyped) != 0 || fitsInt(intVal(i), intRange(t->basic));
  }
  if (isFloat(t)) {
    Value f = toFloat(v);
    if (f.kind() != Value::Kind::Float) return false;
    if (t->info & IsUntyped) return true;
    Value r = roundFloat(f, t->basic == BasicKind::Float32);
    if (!r.present()) return false;
    *rounded = r;
    return true;
  }
  if (isComplex(t)) {
    Value c = toComplex(v);
    if (c.kind() != Value::Kind::Complex) return false;
    if (t->info & IsUntyped) return true;
    bool single = t->basic == BasicKind::Complex64;
    Value re = roundFloat(realPart(c), single), im = roundFloat(imagPart(c), single);
    if (!re.present() || !im.present()) return false;
    *rounded = makeComplex(re, im);
    return true;
  }
  if (isString(t)) return v.kind() == Value::Kind::String;
  if (isBoolean(t)) return v.kind() == Value::Kind::Bool;
  return false;
}

ConversionError Checker::representation(Operand* x, Basic* t, Value* v) {
  *v = x->val;
  if (representableConst(x->val, t, v)) return ConversionError::None;
  if (isNumeric(x->type) && isNumeric(t)) {
    return !isInteger(x->type) && isInteger(t) ? ConversionError::Truncated
                                               : ConversionError::Overflow;
  }
  return ConversionError::Invalid;
}

void Checker::representable(Operand* x, Basic* t) {
  Value v;
  ConversionError err = representation(x, t, &v);
  if (err != ConversionError::None) {
    invalidConversion(err, x, t);
    x->invalidate();
    return;
  }
  x->val = v;
}

void Checker::invalidConversion(ConversionError err, Operand* x, Type* target) {
  const char* msg = "cannot convert %s to type %s";
  if (err == ConversionError::Truncated) msg = "%s truncated to %s";
  if (err == ConversionError::Overflow) msg = "%s overflows %s";
  errorf(x, msg, x, target);
}

namespace {

// maxType is the larger of two untyped types: int < rune < float < complex; null if they do not match.
Type* maxType(Type* x, Type* y) {
  if (x == y) return x;
  if (!isUntypedNumeric(x) || !isUntypedNumeric(y)) return nullptr;
  return as<Basic>(x)->basic > as<Basic>(y)->basic ? x : y;
}

}  // namespace

// implicitTypeAndValue finds the type (and value) that x gets where target is wanted.
ConversionError Checker::implicitTypeAndValue(Operand* x, Type* target, Type** newType,
                                              Value* val) {
  *val = Value();
  *newType = x->type;
  if (!x->isValid() || isTyped(x->type) || !isValid(target)) return ConversionError::None;

  if (isUntyped(target)) {
    *newType = maxType(x->type, target);
    return *newType != nullptr ? ConversionError::None : ConversionError::Invalid;
  }
  if (x->isNil()) {
    *newType = target;
    return hasNil(target) ? ConversionError::None : ConversionError::Invalid;
  }

  Type* u = under(target);
  if (auto* b = as<Basic>(u)) {
    *newType = target;
    if (x->mode == Mode::Constant) return representation(x, b, val);
    // not constant: comparisons, and shifts whose type is not known yet
    bool ok = false;
    switch (as<Basic>(x->type)->basic) {
      case BasicKind::UntypedBool: ok = isBoolean(target); break;
      case BasicKind::UntypedInt:
      case BasicKind::UntypedRune:
      case BasicKind::UntypedFloat:
      case BasicKind::UntypedComplex: ok = isNumeric(target); break;
      case BasicKind::UntypedString: ok = isString(target); break;
      default: break;
    }
    return ok ? ConversionError::None : ConversionError::Invalid;
  }
  if (auto* i = as<Interface>(u)) {
    // a value in an interface has a type of its own
    if (!allMethods(i).empty()) return ConversionError::Invalid;
    *newType = defaultType(x->type);
    return ConversionError::None;
  }
  return ConversionError::Invalid;
}

void Checker::convertUntyped(Operand* x, Type* target) {
  Type* newType;
  Value val;
  ConversionError err = implicitTypeAndValue(x, target, &newType, &val);
  if (err != ConversionError::None) {
    invalidConversion(err, x, isUntyped(target) ? target : under(target));
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

// --- Conversions ---

void Checker::conversion(Operand* x, Type* t) {
  bool constArg = x->mode == Mode::Constant;
  bool ok = false;
  std::string cause;
  if (constArg && isConstType(t)) {
    auto* b = underAs<Basic>(t);
    // also when it does not fit, messages show the value as it was converted
    if (representableConst(Value(x->val), b, &x->val)) {
      ok = true;
    } else if (isInteger(x->type) && isString(b)) {
      uint32_t r = runeError;
      if (std::optional<uint64_t> i = uint64Val(x->val); i && *i <= maxRune) {
        r = static_cast<uint32_t>(*i);
      }
      std::string s;
      appendRune(&s, r);
      x->val = makeString(std::move(s));
      ok = true;
    }
    if (!ok && isInteger(x->type) && isInteger(t)) {
      errorf(x, "constant %s overflows %s", x->val, t);
      x->invalidate();
      return;
    }
  } else if (convertibleTo(x, t, &cause)) {
    ok = true;
    x->mode = Mode::Value;
  }

  if (!ok) {
    if (cause.empty()) {
      errorf(x, "cannot convert %s to type %s", x, t);
    } else {
      errorf(x, "cannot convert %s to type %s: %s", x, t, cause);
    }
    x->invalidate();
    return;
  }

  if (isUntyped(x->type)) {
    Type* final = t;
    if (x->type == basicType(BasicKind::UntypedNil)) {
      // nil gets the type
    } else if (isInterface(t) || (constArg && !isConstType(t))) {
      final = defaultType(x->type);
    } else if (x->mode == Mode::Constant && isInteger(x->type) && isString(t)) {
      final = x->type;
    }
    updateExprType(x->expr, final, true);
  }
  x->type = t;
}

bool Checker::convertibleTo(Operand* x, Type* t, std::string* cause) {
  if (assignableTo(x, t, cause)) return true;
  Type* v = unalias(x->type);
  t = unalias(t);
  Type *vu = under(v), *tu = under(t);
  if (identicalIgnoreTags(vu, tu)) return true;
  auto *vp = as<Pointer>(v), *tp = as<Pointer>(t);
  if (vp != nullptr && tp != nullptr && identicalIgnoreTags(under(vp->elem), under(tp->elem)))
    return true;
  if (isBasic(vu, IsInteger | IsFloat) && isBasic(tu, IsInteger | IsFloat)) return true;
  if (isComplex(vu) && isComplex(tu)) return true;
  if ((isInteger(vu) || isBytesOrRunes(vu)) && isString(tu)) return true;
  if (isString(vu) && isBytesOrRunes(tu)) return true;
  if ((isPointer(vu) || isUintptr(vu)) && isUnsafePointer(tu)) return true;
  if (isUnsafePointer(vu) && (isPointer(tu) || isUintptr(tu))) return true;
  if (auto* s = as<Slice>(vu)) {
    auto* a = as<Array>(tu);
    if (auto* p = as<Pointer>(tu)) a = underAs<Array>(p->elem);
    if (a != nullptr && identical(s->elem, a->elem)) return true;
  }
  return false;
}

// --- Assignability ---

bool Checker::assignableTo(Operand* x, Type* t, std::string* cause) {
  if (!x->isValid() || !isValid(t)) return true;  // no follow-on errors
  Type* v = unalias(x->type);
  t = unalias(t);
  if (identical(v, t)) return true;
  Type *vu = under(v), *tu = under(t);

  if (isUntyped(vu)) {
    Type* newType;
    Value val;
    return implicitTypeAndValue(x, t, &newType, &val) == ConversionError::None;
  }
  if (identical(vu, tu) && (!hasName(v) || !hasName(t))) return true;

  auto* tptr = as<Pointer>(tu);
  if (tu->kind == TypeKind::Interface || (tptr != nullptr && isInterface(tptr->elem))) {
    return implements(v, t, cause);
  }
  if (vu->kind == TypeKind::Interface && implements(t, v, nullptr)) {
    if (cause != nullptr) *cause = "need type assertion";
    return false;
  }
  auto *vc = as<Chan>(vu), *tc = as<Chan>(tu);
  if (vc != nullptr && tc != nullptr && vc->dir == ChanDir::Both && identical(vc->elem, tc->elem)) {
    return !hasName(v) || !hasName(t);
  }
  return false;
}

std::string Checker::interfacePtrError(Type* t) {
  return sprintf("type %s is pointer to interface, not interface", t);
}

// implements tells whether v has what interface t asks for.
bool Checker::implements(Type* v, Type* t, std::string* cause) {
  Type *vu = under(v), *tu = under(t);
  if (!isValid(vu) || !isValid(tu)) return true;
  if (auto* p = as<Pointer>(vu); p != nullptr && !isValid(under(p->elem))) return true;
  auto* ti = as<Interface>(tu);
  if (ti == nullptr) {
    if (cause != nullptr) {
      auto* p = as<Pointer>(tu);
      std::string detail = p != nullptr && isInterface(p->elem)
                               ? interfacePtrError(t)
                               : sprintf("%s is not an interface", t);
      *cause = sprintf("%s does not implement %s (%s)", v, t, detail);
    }
    return false;
  }
  if (allMethods(ti).empty()) return true;
  std::string why;
  if (hasAllMethods(v, t, true, &why)) return true;
  if (cause != nullptr) *cause = sprintf("%s does not implement %s %s", v, t, why);
  return false;
}

// funcString is a method as it is shown in "have" and "want" lines.
std::string Checker::funcString(Func* f) {
  return f->name + signatureString(f->signature(), pkg_, false);
}

// hasAllMethods tells whether v has the methods of interface t. For an assertion (isStatic false) an
// interface v may lack methods.
bool Checker::hasAllMethods(Type* v, Type* t, bool isStatic, std::string* cause) {
  if (!isValid(v)) return true;
  auto* ti = underAs<Interface>(t);
  for (Func* m : allMethods(ti)) {
    Func* f = nullptr;
    if (auto* vi = underAs<Interface>(v)) {
      f = lookupMethod(vi, m->pkg, m->name);
      if (f == nullptr && !isStatic) continue;
      if (f != nullptr && identical(f->type, m->type)) continue;
    } else {
      LookupResult r = lookupFieldOrMethod(v, false, m->pkg, m->name);
      // a declared pointer type has no methods
      f = as<Func>(r.obj);
      if (f != nullptr) {
        objDecl(f);
        if (identical(f->type, m->type)) continue;
      } else if (r.obj != nullptr) {
        *cause = sprintf("(%s.%s is a field, not a method)", v, m->name);
        return false;
      } else if (!r.index.empty()) {
        *cause = sprintf("(ambiguous selector %s.%s)", v, m->name);
        return false;
      } else if (r.indirect) {
        *cause = sprintf("(method %s has pointer receiver)", m->name);
        return false;
      }
    }

    if (f != nullptr) {
      *cause = sprintf("(wrong type for method %s)\n\t\thave %s\n\t\twant %s", m->name,
                       funcString(f), funcString(m));
      return false;
    }
    auto* vp = underAs<Pointer>(v);
    auto* tp = underAs<Pointer>(t);
    if (vp != nullptr && isInterface(vp->elem)) {
      *cause = "(" + interfacePtrError(v) + ")";
    } else if (tp != nullptr && isInterface(tp->elem)) {
      *cause = "(" + interfacePtrError(t) + ")";
    } else {
      Func* alt = as<Func>(lookupFieldOrMethod(v, false, m->pkg, m->name, true).obj);
      if (alt == nullptr || underAs<Interface>(v) != nullptr) {
        *cause = sprintf("(missing method %s)", m->name);
      } else if (alt->name == m->name) {
        *cause = sprintf("(unexported method %s)", m->name);
      } else {
        objDecl(alt);
        *cause = sprintf("(missing method %s)\n\t\thave %s\n\t\twant %s", m->name, funcString(alt),
                         funcString(m));
      }
    }
    return false;
  }
  return true;
}

}  // namespace gort::minigo

// Predicates, identity and sizes of types.
//
// Go: cmd/compile/internal/types2/predicates.go, named.go, alias.go, sizes.go, gcsizes.go
#include "tools/minigo/types.h"

#include <algorithm>
#include <limits>
#include <set>

#include "tools/minigo/object.h"

namespace gort::minigo {

const std::string& Struct::tag(size_t i) const {
  static const std::string none;
  return i < tags.size() ? tags[i] : none;
}

// --- Structure ---

Type* unalias(Type* t) {
  while (auto* a = as<Alias>(t)) t = a->rhs;
  return t == nullptr ? basicType(BasicKind::Invalid) : t;
}

namespace {

// A chain of declarations longer than this is a cycle that was not reported yet.
constexpr int maxChain = 100000;

}  // namespace

Type* under(Type* t) {
  // Declared types are chained while they are being declared: type A B; type B C; type C int.
  Named* first = nullptr;
  for (int n = 0; n < maxChain; n++) {
    t = unalias(t);
    auto* named = as<Named>(t);
    if (named == nullptr) {
      if (first != nullptr) first->underlying = t;
      return t;
    }
    if (named->underlying != nullptr) {
      t = named->underlying;
    } else {
      if (named->fromRhs == nullptr) return basicType(BasicKind::Invalid);  // incomplete
      if (first == nullptr) first = named;
      t = named->fromRhs;
    }
  }
  return basicType(BasicKind::Invalid);
}

Named* asNamed(Type* t) { return as<Named>(unalias(t)); }

Type* deref(Type* t, bool* wasPointer) {
  auto* p = as<Pointer>(unalias(t));
  if (wasPointer != nullptr) *wasPointer = p != nullptr;
  return p != nullptr ? p->elem : t;
}

// --- Predicates ---

bool isValid(Type* t) { return unalias(t) != basicType(BasicKind::Invalid); }

bool isBasic(Type* t, unsigned info) {
  auto* b = underAs<Basic>(t);
  return b != nullptr && (b->info & info) != 0;
}

bool isBoolean(Type* t) { return isBasic(t, IsBoolean); }
bool isNumeric(Type* t) { return isBasic(t, IsNumeric); }
bool isInteger(Type* t) { return isBasic(t, IsInteger); }
bool isUnsigned(Type* t) { return isBasic(t, IsUnsigned); }
bool isFloat(Type* t) { return isBasic(t, IsFloat); }
bool isComplex(Type* t) { return isBasic(t, IsComplex); }
bool isString(Type* t) { return isBasic(t, IsString); }
bool isOrdered(Type* t) { return isBasic(t, IsOrdered); }
bool isConstType(Type* t) { return isBasic(t, IsConstType); }
bool isInterface(Type* t) { return underAs<Interface>(t) != nullptr; }

// Declared types and aliases are never untyped, so there is no need to look under them.
bool isTyped(Type* t) {
  auto* b = as<Basic>(t);
  return b == nullptr || (b->info & IsUntyped) == 0;
}
bool isUntyped(Type* t) { return !isTyped(t); }
bool isUntypedNumeric(Type* t) { return isUntyped(t) && (as<Basic>(t)->info & IsNumeric) != 0; }

bool hasNil(Type* t) {
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Basic: return static_cast<Basic*>(u)->basic == BasicKind::UnsafePointer;
    case TypeKind::Slice:
    case TypeKind::Pointer:
    case TypeKind::Signature:
    case TypeKind::Map:
    case TypeKind::Chan:
    case TypeKind::Interface: return true;
    default: return false;
  }
}

bool isBytesOrRunes(Type* t) {
  auto* s = underAs<Slice>(t);
  if (s == nullptr) return false;
  auto* b = underAs<Basic>(s->elem);
  return b != nullptr && (b->basic == BasicKind::Uint8 || b->basic == BasicKind::Int32);
}

bool isUnsafePointer(Type* t) {
  auto* b = underAs<Basic>(t);
  return b != nullptr && b->basic == BasicKind::UnsafePointer;
}

bool isUintptr(Type* t) {
  auto* b = underAs<Basic>(t);
  return b != nullptr && b->basic == BasicKind::Uintptr;
}

bool isPointer(Type* t) { return underAs<Pointer>(t) != nullptr; }

bool hasName(Type* t) {
  t = unalias(t);
  return t->kind == TypeKind::Basic || t->kind == TypeKind::Named;
}

namespace {

bool comparableType(Type* t, std::set<Type*>* seen, std::string* cause, const Package* self) {
  if (!seen->insert(t).second) return true;
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Basic: return static_cast<Basic*>(u)->basic != BasicKind::UntypedNil;
    case TypeKind::Pointer:
    case TypeKind::Chan:
    case TypeKind::Interface: return true;
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(u)->fields) {
        if (comparableType(f->type, seen, nullptr, self)) continue;
        if (cause != nullptr) {
          *cause = "struct containing " + typeString(f->type, self) + " cannot be compared";
        }
        return false;
      }
      return true;
    case TypeKind::Array:
      if (comparableType(static_cast<Array*>(u)->elem, seen, nullptr, self)) return true;
      if (cause != nullptr) *cause = typeString(t, self) + " cannot be compared";
      return false;
    default: return false;
  }
}

}  // namespace

bool comparable(Type* t, std::string* cause, const Package* self) {
  std::set<Type*> seen;
  return comparableType(t, &seen, cause, self);
}

Type* defaultType(Type* t) {
  auto* b = as<Basic>(t);
  if (b == nullptr) return t;
  switch (b->basic) {
    case BasicKind::UntypedBool: return basicType(BasicKind::Bool);
    case BasicKind::UntypedInt: return basicType(BasicKind::Int);
    case BasicKind::UntypedRune: return runeType();
    case BasicKind::UntypedFloat: return basicType(BasicKind::Float64);
    case BasicKind::UntypedComplex: return basicType(BasicKind::Complex128);
    case BasicKind::UntypedString: return basicType(BasicKind::String);
    default: return t;
  }
}

// --- Identity ---

namespace {

// The interfaces that are being compared: two that are met again are taken to be identical.
struct InterfacePair {
  const Interface* x;
  const Interface* y;
  const InterfacePair* prev;
};

class Comparer {
 public:
  explicit Comparer(bool ignoreTags) : ignoreTags_(ignoreTags) {}

  bool identical(Type* x, Type* y, const InterfacePair* p) const {
    x = unalias(x);
    y = unalias(y);
    if (x == y) return true;
    if (x->kind != y->kind) return false;
    switch (x->kind) {
      case TypeKind::Basic:
        return static_cast<Basic*>(x)->basic == static_cast<Basic*>(y)->basic;  // byte and uint8
      case TypeKind::Array: {
        auto *a = static_cast<Array*>(x), *b = static_cast<Array*>(y);
        // an unknown length follows an error
        return (a->len < 0 || b->len < 0 || a->len == b->len) && identical(a->elem, b->elem, p);
      }
      case TypeKind::Slice:
        return identical(static_cast<Slice*>(x)->elem, static_cast<Slice*>(y)->elem, p);
      case TypeKind::Pointer:
        return identical(static_cast<Pointer*>(x)->elem, static_cast<Pointer*>(y)->elem, p);
      case TypeKind::Struct: return structs(static_cast<Struct*>(x), static_cast<Struct*>(y), p);
      case TypeKind::Tuple:
        return vars(static_cast<Tuple*>(x)->vars, static_cast<Tuple*>(y)->vars, p);
      case TypeKind::Signature: {
        auto *a = static_cast<Signature*>(x), *b = static_cast<Signature*>(y);
        return a->variadic == b->variadic && vars(a->params, b->params, p) &&
               vars(a->results, b->results, p);
      }
      case TypeKind::Map: {
        auto *a = static_cast<Map*>(x), *b = static_cast<Map*>(y);
        return identical(a->key, b->key, p) && identical(a->elem, b->elem, p);
      }
      case TypeKind::Chan: {
        auto *a = static_cast<Chan*>(x), *b = static_cast<Chan*>(y);
        return a->dir == b->dir && identical(a->elem, b->elem, p);
      }
      case TypeKind::Interface:
        return interfaces(static_cast<Interface*>(x), static_cast<Interface*>(y), p);
      default: return false;  // Named: each declaration is its own type
    }
  }

 private:
  bool vars(const std::vector<Var*>& x, const std::vector<Var*>& y, const InterfacePair* p) const {
    if (x.size() != y.size()) return false;
    for (size_t i = 0; i < x.size(); i++) {
      if (!identical(x[i]->type, y[i]->type, p)) return false;
    }
    return true;
  }

  bool structs(Struct* x, Struct* y, const InterfacePair* p) const {
    if (x->fields.size() != y->fields.size()) return false;
    for (size_t i = 0; i < x->fields.size(); i++) {
      Var *f = x->fields[i], *g = y->fields[i];
      if (f->embedded != g->embedded || (!ignoreTags_ && x->tag(i) != y->tag(i)) ||
          !sameId(f, g->pkg, g->name) || !identical(f->type, g->type, p)) {
        return false;
      }
    }
    return true;
  }

  bool interfaces(Interface* x, Interface* y, const InterfacePair* p) const {
    const std::vector<Func*>&a = allMethods(x), &b = allMethods(y);
    if (a.size() != b.size()) return false;
    InterfacePair q{x, y, p};
    for (; p != nullptr; p = p->prev) {
      if ((p->x == x && p->y == y) || (p->x == y && p->y == x)) return true;
    }
    for (size_t i = 0; i < a.size(); i++) {
      if (objectId(a[i]) != objectId(b[i]) || !identical(a[i]->type, b[i]->type, &q)) return false;
    }
    return true;
  }

  bool ignoreTags_;
};

}  // namespace

bool identical(Type* x, Type* y) { return Comparer(false).identical(x, y, nullptr); }
bool identicalIgnoreTags(Type* x, Type* y) { return Comparer(true).identical(x, y, nullptr); }

// --- Sizes ---

namespace {

constexpr int64_t wordSize = 8;
constexpr int64_t maxAlign = 8;

int64_t alignUp(int64_t x, int64_t a) {
  if (x < 0 || x > std::numeric_limits<int64_t>::max() - a) return -1;
  return (x + a - 1) & ~(a - 1);
}

int64_t basicSize(BasicKind k) {
  switch (k) {
    case BasicKind::Bool:
    case BasicKind::Int8:
    case BasicKind::Uint8: return 1;
    case BasicKind::Int16:
    case BasicKind::Uint16: return 2;
    case BasicKind::Int32:
    case BasicKind::Uint32:
    case BasicKind::Float32: return 4;
    case BasicKind::Complex128:
    case BasicKind::String: return 16;
    default: return wordSize;
  }
}

// The sizes of a type are asked for often and of deeply nested types, whose arrays may be huge, so a
// recursion limit stands for cycles that are errors.
constexpr int maxSizeDepth = 10000;

int64_t sizeOf(Type* t, int depth);

int64_t alignOf(Type* t, int depth) {
  if (depth > maxSizeDepth) return 1;
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Array: return alignOf(static_cast<Array*>(u)->elem, depth + 1);
    case TypeKind::Struct: {
      int64_t max = 1;
      for (Var* f : static_cast<Struct*>(u)->fields)
        max = std::max(max, alignOf(f->type, depth + 1));
      return max;
    }
    case TypeKind::Basic: {
      auto* b = static_cast<Basic*>(u);
      if (b->info & IsComplex) return basicSize(b->basic) / 2;
      return std::min(basicSize(b->basic), maxAlign);
    }
    default: return wordSize;
  }
}

std::vector<int64_t> offsets(const Struct* s, int depth) {
  std::vector<int64_t> out;
  int64_t offs = 0;
  for (Var* f : s->fields) {
    if (offs >= 0) offs = alignUp(offs, alignOf(f->type, depth + 1));
    out.push_back(offs);
    int64_t d = sizeOf(f->type, depth + 1);
    if (offs < 0 || d < 0 || offs > std::numeric_limits<int64_t>::max() - d) {
      offs = -1;
    } else {
      offs += d;
    }
  }
  return out;
}

int64_t sizeOf(Type* t, int depth) {
  if (depth > maxSizeDepth) return -1;
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Basic: return basicSize(static_cast<Basic*>(u)->basic);
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      if (a->len <= 0) return 0;
      int64_t e = sizeOf(a->elem, depth + 1);
      if (e <= 0) return e;
      if (e > std::numeric_limits<int64_t>::max() / a->len) return -1;
      return e * a->len;
    }
    case TypeKind::Slice: return 3 * wordSize;
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(u);
      if (s->fields.empty()) return 0;
      int64_t offs = offsets(s, depth).back();
      int64_t size = sizeOf(s->fields.back()->type, depth + 1);
      if (offs < 0 || size < 0) return -1;
      // a pointer to a last field without size must not point past the struct
      if (offs > 0 && size == 0) size = 1;
      if (offs > std::numeric_limits<int64_t>::max() - size) return -1;
      return alignUp(offs + size, alignOf(u, depth + 1));
    }
    case TypeKind::Interface: return 2 * wordSize;
    default: return wordSize;
  }
}

bool pointersIn(Type* t, int depth) {
  if (depth > maxSizeDepth) return true;
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Basic: {
      BasicKind k = static_cast<Basic*>(u)->basic;
      return k == BasicKind::String || k == BasicKind::UnsafePointer ||
             k == BasicKind::UntypedString || k == BasicKind::UntypedNil;
    }
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      return a->len > 0 && pointersIn(a->elem, depth + 1);
    }
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(u)->fields) {
        if (pointersIn(f->type, depth + 1)) return true;
      }
      return false;
    default: return true;
  }
}

}  // namespace

int64_t sizeofType(Type* t) { return sizeOf(t, 0); }
int64_t alignofType(Type* t) { return alignOf(t, 0); }
std::vector<int64_t> offsetsof(const Struct* s) { return offsets(s, 0); }
bool hasPointers(Type* t) { return pointersIn(t, 0); }

// --- Canonical types ---

int TypeTable::number(Type* t) {
  t = unalias(t);
  auto known = seen_.find(t);
  if (known != seen_.end()) return known->second;
  constexpr int busy = -1;  // a type that contains itself through an anonymous interface
  seen_[t] = busy;
  std::string k = key(t);
  auto [it, isNew] = keys_.emplace(std::move(k), static_cast<int>(entries_.size()));
  if (isNew) entries_.push_back(t);
  return seen_[t] = it->second;
}

namespace {

std::string pointerKey(const void* p) { return std::to_string(reinterpret_cast<uintptr_t>(p)); }

}  // namespace

// key is a string that is the same for identical types.
std::string TypeTable::key(Type* t) {
  auto part = [this](Type* e) {
    int n = number(e);
    return n < 0 ? "@" + pointerKey(unalias(e)) + "," : std::to_string(n) + ",";
  };
  auto varList = [&part](const std::vector<Var*>& vars) {
    std::string s = "(";
    for (Var* v : vars) s += part(v->type);
    return s + ")";
  };
  switch (t->kind) {
    case TypeKind::Basic:
      return "b" + std::to_string(static_cast<int>(static_cast<Basic*>(t)->basic));
    case TypeKind::Named: return "n" + pointerKey(t);
    case TypeKind::Pointer: return "*" + part(static_cast<Pointer*>(t)->elem);
    case TypeKind::Slice: return "[" + part(static_cast<Slice*>(t)->elem);
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(t);
      return "[" + std::to_string(a->len) + "]" + part(a->elem);
    }
    case TypeKind::Chan: {
      auto* c = static_cast<Chan*>(t);
      return "c" + std::to_string(static_cast<int>(c->dir)) + part(c->elem);
    }
    case TypeKind::Map: {
      auto* m = static_cast<Map*>(t);
      std::string k = part(m->key);
      return "m" + k + part(m->elem);
    }
    case TypeKind::Tuple: return "t" + varList(static_cast<Tuple*>(t)->vars);
    case TypeKind::Signature: {
      auto* s = static_cast<Signature*>(t);
      std::string k = varList(s->params);
      return "f" + k + (s->variadic ? "." : "") + varList(s->results);
    }
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(t);
      std::string k = "s{";
      for (size_t i = 0; i < s->fields.size(); i++) {
        Var* f = s->fields[i];
        k += objectId(f) + (f->embedded ? "!" : ":") + part(f->type);
        if (!s->tag(i).empty()) k += quoteString(s->tag(i));
        k += ";";
      }
      return k;
    }
    case TypeKind::Interface: {
      std::string k = "i{";
      for (Func* m : allMethods(static_cast<Interface*>(t)))
        k += objectId(m) + ":" + part(m->type) + ";";
      return k;
    }
    case TypeKind::Alias: break;  // unalias was applied
  }
  return "?";
}

}  // namespace gort::minigo

// Types of a checked program.
//
// Go: cmd/compile/internal/types2: basic.go, named.go, pointer.go, array.go, slice.go, struct.go,
// signature.go, tuple.go, chan.go, map.go, interface.go, alias.go, predicates.go, sizes.go,
// gcsizes.go, typestring.go, lookup.go
//
// A type expression makes a new Type each time it is checked; a type declaration makes one Named.
// So pointers differ for identical types: compare with identical(), or ask a TypeTable for the
// canonical representative when a map key or a dense number is needed (the generator does).
// Alias types stay visible because messages print them; under() and unalias() see through them.
//
// Differs from Go: no type parameters, so no type sets, unions or instances, and interfaces hold a
// plain method set.
#ifndef GORT_TOOLS_MINIGO_TYPES_H_
#define GORT_TOOLS_MINIGO_TYPES_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tools/minigo/ast.h"

namespace gort::minigo {

struct Package;

enum class TypeKind : uint8_t {
  Basic,
  Named,
  Alias,
  Pointer,
  Array,
  Slice,
  Struct,
  Signature,
  Tuple,
  Chan,
  Map,
  Interface,
};

struct Type {
  TypeKind kind;

 protected:
  explicit Type(TypeKind k) : kind(k) {}
};

template <class T>
T* as(Type* t) {
  return t != nullptr && t->kind == T::Kind ? static_cast<T*>(t) : nullptr;
}
template <class T>
const T* as(const Type* t) {
  return t != nullptr && t->kind == T::Kind ? static_cast<const T*>(t) : nullptr;
}

enum class BasicKind : uint8_t {
  Invalid,
  Bool,
  Int,
  Int8,
  Int16,
  Int32,
  Int64,
  Uint,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Uintptr,
  Float32,
  Float64,
  Complex64,
  Complex128,
  String,
  UnsafePointer,
  UntypedBool,
  UntypedInt,
  UntypedRune,
  UntypedFloat,
  UntypedComplex,
  UntypedString,
  UntypedNil,
};

// Properties of basic types, or-ed together in Basic::info.
enum BasicInfo : uint16_t {
  IsBoolean = 1,
  IsInteger = 2,
  IsUnsigned = 4,
  IsFloat = 8,
  IsComplex = 16,
  IsString = 32,
  IsUntyped = 64,
  IsOrdered = IsInteger | IsFloat | IsString,
  IsNumeric = IsInteger | IsFloat | IsComplex,
  IsConstType = IsBoolean | IsNumeric | IsString,
};

struct Basic : Type {
  static constexpr TypeKind Kind = TypeKind::Basic;
  Basic(BasicKind b, unsigned i, const char* n)
      : Type(Kind), basic(b), info(static_cast<uint16_t>(i)), name(n) {}
  BasicKind basic;
  uint16_t info;
  const char* name;
};

// A declared type. `underlying` is never Named or Alias once the declaration is complete.
struct Named : Type {
  static constexpr TypeKind Kind = TypeKind::Named;
  explicit Named(TypeName* o) : Type(Kind), obj(o) {}
  TypeName* obj;
  Type* underlying = nullptr;
  Type* fromRhs = nullptr;     // the right-hand side as written
  std::vector<Func*> methods;  // declared methods, in source order
};

// type obj = rhs
struct Alias : Type {
  static constexpr TypeKind Kind = TypeKind::Alias;
  explicit Alias(TypeName* o) : Type(Kind), obj(o) {}
  TypeName* obj;
  Type* rhs = nullptr;
};

struct Pointer : Type {
  static constexpr TypeKind Kind = TypeKind::Pointer;
  explicit Pointer(Type* e) : Type(Kind), elem(e) {}
  Type* elem;
};

struct Array : Type {
  static constexpr TypeKind Kind = TypeKind::Array;
  Array(Type* e, int64_t n) : Type(Kind), elem(e), len(n) {}
  Type* elem;
  int64_t len;  // < 0: unknown after an error, or to be set by a [...] literal
};

struct Slice : Type {
  static constexpr TypeKind Kind = TypeKind::Slice;
  explicit Slice(Type* e) : Type(Kind), elem(e) {}
  Type* elem;
};

struct Struct : Type {
  static constexpr TypeKind Kind = TypeKind::Struct;
  Struct() : Type(Kind) {}
  std::vector<Var*> fields;
  std::vector<std::string> tags;  // empty, or one for each field (unquoted)
  const std::string& tag(size_t i) const;
};

// Parameters, results, and the type of a call with several results.
struct Tuple : Type {
  static constexpr TypeKind Kind = TypeKind::Tuple;
  Tuple() : Type(Kind) {}
  std::vector<Var*> vars;
};

// A function type. `recv` is set for methods only and is no part of the type's identity.
struct Signature : Type {
  static constexpr TypeKind Kind = TypeKind::Signature;
  Signature() : Type(Kind) {}
  Var* recv = nullptr;
  std::vector<Var*> params;  // names may be empty or "_"; the last is a Slice when variadic
  std::vector<Var*> results;
  bool variadic = false;
  Scope* scope =
      nullptr;  // of the function's parameters; null for types that are made, not written
};

struct Chan : Type {
  static constexpr TypeKind Kind = TypeKind::Chan;
  Chan(ChanDir d, Type* e) : Type(Kind), dir(d), elem(e) {}
  ChanDir dir;
  Type* elem;
};

struct Map : Type {
  static constexpr TypeKind Kind = TypeKind::Map;
  Map(Type* k, Type* e) : Type(Kind), key(k), elem(e) {}
  Type* key;
  Type* elem;
};

struct Interface : Type {
  static constexpr TypeKind Kind = TypeKind::Interface;
  Interface() : Type(Kind) {}
  std::vector<Func*> methods;  // explicitly declared
  std::vector<Type*> embeddeds;
  std::vector<Pos> embedPos;      // of embeddeds
  std::vector<Func*> allMethods;  // with those of embedded interfaces, sorted by name
  bool complete = false;          // methods and embeddeds are set
  bool haveAll = false;           // allMethods is set
};

// --- The predeclared types (universe.cc) ---

Basic* basicType(BasicKind k);  // also the untyped kinds and Invalid
Basic* byteType();              // uint8 that prints as byte
Basic* runeType();              // int32 that prints as rune
Type* emptyInterface();         // interface{}
Type* anyType();                // the predeclared alias any
Named* errorType();

// --- Structure ---

Type* unalias(Type* t);
// under is the underlying type, never Named or Alias. It is the invalid type for invalid types and
// for declarations that are not complete yet.
Type* under(Type* t);
Named* asNamed(Type* t);  // null when t is no declared type
// deref strips one pointer (not that of a declared pointer type); *wasPointer says whether there was one.
Type* deref(Type* t, bool* wasPointer = nullptr);

template <class T>
T* underAs(Type* t) {
  return as<T>(under(t));
}

// --- Predicates ---

bool isValid(Type* t);
bool isBasic(Type* t, unsigned info);  // under(t) is a basic type with any of the properties
bool isBoolean(Type* t);
bool isNumeric(Type* t);
bool isInteger(Type* t);
bool isUnsigned(Type* t);
bool isFloat(Type* t);
bool isComplex(Type* t);
bool isString(Type* t);
bool isUntyped(Type* t);
bool isTyped(Type* t);
bool isUntypedNumeric(Type* t);
bool isOrdered(Type* t);  // < applies
bool isConstType(Type* t);
bool isInterface(Type* t);
bool hasNil(Type* t);
bool isBytesOrRunes(Type* t);  // under(t) is []byte or []rune (elements of that underlying type)
bool isUnsafePointer(Type* t);
bool hasName(Type* t);  // Basic or Named: two such types are never assignable unless identical
bool isPointer(Type* t);
bool isUintptr(Type* t);

// comparable tells whether == applies to values of type t; if not, *cause may say why, in the words of
// package self.
bool comparable(Type* t, std::string* cause = nullptr, const Package* self = nullptr);
bool identical(Type* x, Type* y);
bool identicalIgnoreTags(Type* x, Type* y);

// defaultType is the type an untyped constant gets when nothing else decides; others are unchanged.
Type* defaultType(Type* t);

// --- Sizes on a 64-bit machine, as Go's compiler lays types out; -1 when too large ---

int64_t sizeofType(Type* t);
int64_t alignofType(Type* t);
std::vector<int64_t> offsetsof(const Struct* s);
// hasPointers tells whether a value of type t contains a pointer that a collector must see.
bool hasPointers(Type* t);

// --- Text ---

// typeString is the type as Go prints it in messages of package `self` (whose names are not
// qualified; null qualifies all): "chan<- []main.T", "func(x int) (string, error)".
std::string typeString(const Type* t, const Package* self);
// signatureString is typeString without the leading "func", and without names of parameters on demand.
std::string signatureString(const Signature* s, const Package* self, bool paramNames = true);
// compositeKind is "array", "struct", "func" ...; "" for basic types.
std::string compositeKind(Type* t);

// --- Selectors ---

// What x.name finds. obj is null when nothing is found; then index is non-empty if the selector is
// ambiguous, and indirect is set if a method exists but needs a pointer receiver.
struct LookupResult {
  Object* obj = nullptr;   // field Var or method Func
  std::vector<int> index;  // embedded fields to walk, then the field's or method's own number
  bool indirect = false;   // a pointer was followed on the way
};

LookupResult lookupFieldOrMethod(Type* t, bool addressable, const Package* pkg,
                                 const std::string& name, bool foldCase = false);

// A method of a type's method set, reached through the embedded fields in index (the last entry is
// the method's own number).
struct MethodSetEntry {
  Func* method;
  std::vector<int> index;
  bool indirect;
};
// methodSet lists the methods callable on a value of type t (T has value methods, *T has all),
// promoted ones included, sorted by name.
std::vector<MethodSetEntry> methodSet(Type* t);

// allMethods is the method set of an interface, embedded ones included, sorted by name.
const std::vector<Func*>& allMethods(Interface* t);
Func* lookupMethod(Interface* t, const Package* pkg, const std::string& name, int* index = nullptr,
                   bool foldCase = false);

// sameId tells whether o can be selected as `name` from package pkg.
bool sameId(const Object* o, const Package* pkg, const std::string& name, bool foldCase = false);
// objectId is o's name, with its package in front if it is not exported.
std::string objectId(const Object* o);

// --- Canonical types ---

// A TypeTable maps identical types to one representative with a dense number. Basic and Named types
// represent themselves, aliases what they stand for; component types of a representative need not
// be representatives, so ask again when descending.
class TypeTable {
 public:
  Type* canonical(Type* t) { return entries_[number(t)]; }
  int number(Type* t);  // 0, 1, 2 ... in order of first sight; the same for identical types
  const std::vector<Type*>& all() const { return entries_; }

 private:
  std::string key(Type* t);

  std::unordered_map<const Type*, int> seen_;
  std::unordered_map<std::string, int> keys_;
  std::vector<Type*> entries_;
};

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_TYPES_H_

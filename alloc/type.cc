// type.cc: questions to a type descriptor, and the descriptors of Go's basic types.
//
// Go: runtime/type.go, internal/abi/type.go
#include "alloc/type.h"

#include "alloc/malloc.h"
#include "alloc/upcalls.h"
#include "arch/print.h"

namespace gort {

// gccgo writes a package path into a type's name, between two TABs in front of
// the package's own name: "\texample.com/x\tx.T". People want to read "x.T".
string toString(const _type* t) {
  string s = *t->str;
  intgo kept = 0;
  bool inside = false;
  bool paths = false;
  for (intgo i = 0; i < s.len; i++) {
    if (s.ptr[i] == '\t') {
      inside = !inside;
      paths = true;
    } else if (!inside) {
      kept++;
    }
  }
  if (!paths) return s;

  auto* buf = static_cast<uint8*>(mallocgc(static_cast<uintptr>(kept), nullptr, false));
  intgo n = 0;
  for (intgo i = 0; i < s.len; i++) {
    if (s.ptr[i] == '\t') {
      inside = !inside;
    } else if (!inside) {
      buf[n++] = s.ptr[i];
    }
  }
  return string{buf, n};
}

void printtype(const _type* t) {
  string s = *t->str;
  bool inside = false;
  intgo from = 0;  // start of the stretch that is to be printed
  for (intgo i = 0; i <= s.len; i++) {
    if (i < s.len && s.ptr[i] != '\t') continue;
    if (!inside && i > from) printstring(string{s.ptr + from, i - from});
    inside = !inside;
    from = i + 1;
  }
}

string pkgpath(const _type* t) {
  if (t->uncommon == nullptr || t->uncommon->pkgPath == nullptr) return string{nullptr, 0};
  return *t->uncommon->pkgPath;
}

namespace {

bool same(string s, const char* lit) {
  intgo i = 0;
  for (; i < s.len && lit[i] != 0; i++) {
    if (s.ptr[i] != static_cast<uint8>(lit[i])) return false;
  }
  return i == s.len && lit[i] == 0;
}

// typeHash is FNV-1a of a type's name.
constexpr uint32 typeHash(const string& s) {
  uint32 h = 2166136261;
  for (intgo i = 0; i < s.len; i++) h = (h ^ s.ptr[i]) * 16777619;
  return h;
}

// An address cast is no constant expression to the letter, but it is to every
// compiler that emits it: the tables below are data and need no code at start.
#define GORT_EQUAL(f) \
  { reinterpret_cast<void (*)()>(f) }
const funcval memequal8Func GORT_EQUAL(memequal8);
const funcval memequal16Func GORT_EQUAL(memequal16);
const funcval memequal32Func GORT_EQUAL(memequal32);
const funcval memequal64Func GORT_EQUAL(memequal64);
const funcval f32equalFunc GORT_EQUAL(f32equal);
const funcval f64equalFunc GORT_EQUAL(f64equal);
const funcval c64equalFunc GORT_EQUAL(c64equal);
const funcval c128equalFunc GORT_EQUAL(c128equal);
const funcval strequalFunc GORT_EQUAL(strequal);
#undef GORT_EQUAL

constexpr uint8 firstWordPointer[] = {1};

// basic makes the descriptor of a type without pointers.
constexpr _type basic(uint8 kind, uint8 size, uint8 align, const funcval* equal, uint8 tflag,
                      const string* name) {
  return _type{.size = size,
               .ptrdata = 0,
               .hash = typeHash(*name),
               .tflag = tflag,
               .align = align,
               .fieldAlign = align,
               .kind = static_cast<uint8>(kind | kindNoPointers),
               .equal = equal,
               .gcdata = nullptr,
               .str = name,
               .uncommon = nullptr,
               .ptrToThis = nullptr};
}

// number is basic for a type that is equal when its bytes are, aligned to its size.
constexpr _type number(uint8 kind, uint8 size, const funcval* equal, const string* name) {
  return basic(kind, size, size, equal, tflagRegularMemory, name);
}

// pointing makes the descriptor of a type whose first word is its only pointer.
constexpr _type pointing(uint8 kind, uint8 size, const funcval* equal, uint8 tflag,
                         const string* name) {
  _type t = basic(kind, size, 8, equal, tflag, name);
  t.ptrdata = 8;
  t.kind = kind;
  t.gcdata = firstWordPointer;
  return t;
}

}  // namespace

const _type basicTypes[kindUnsafePointer + 1] = {
    {},
    number(kindBool, 1, &memequal8Func, &literal<"bool">),
    number(kindInt, 8, &memequal64Func, &literal<"int">),
    number(kindInt8, 1, &memequal8Func, &literal<"int8">),
    number(kindInt16, 2, &memequal16Func, &literal<"int16">),
    number(kindInt32, 4, &memequal32Func, &literal<"int32">),
    number(kindInt64, 8, &memequal64Func, &literal<"int64">),
    number(kindUint, 8, &memequal64Func, &literal<"uint">),
    number(kindUint8, 1, &memequal8Func, &literal<"uint8">),
    number(kindUint16, 2, &memequal16Func, &literal<"uint16">),
    number(kindUint32, 4, &memequal32Func, &literal<"uint32">),
    number(kindUint64, 8, &memequal64Func, &literal<"uint64">),
    number(kindUintptr, 8, &memequal64Func, &literal<"uintptr">),
    basic(kindFloat32, 4, 4, &f32equalFunc, 0, &literal<"float32">),
    basic(kindFloat64, 8, 8, &f64equalFunc, 0, &literal<"float64">),
    basic(kindComplex64, 8, 4, &c64equalFunc, 0, &literal<"complex64">),
    basic(kindComplex128, 16, 8, &c128equalFunc, 0, &literal<"complex128">),
    {},  // array
    {},  // chan
    {},  // func
    {},  // interface
    {},  // map
    {},  // pointer
    {},  // slice
    pointing(kindString, 16, &strequalFunc, 0, &literal<"string">),
    {},  // struct
    pointing(kindUnsafePointer | kindDirectIface, 8, &memequal64Func, tflagRegularMemory,
             &literal<"unsafe.Pointer">),
};

bool isBasic(const _type* t) {
  const _type* basic = &basicTypes[kindOf(t)];
  if (t == basic) return true;
  if (basic->str == nullptr || t->str->len != basic->str->len) return false;
  for (intgo i = 0; i < t->str->len; i++) {
    if (t->str->ptr[i] != basic->str->ptr[i]) return false;
  }
  return true;
}

const method* findMethod(const _type* t, const char* name, uint8 result) {
  if (t->uncommon == nullptr) return nullptr;
  const slice& methods = t->uncommon->methods;
  for (intgo i = 0; i < methods.len; i++) {
    const method* m = static_cast<const method*>(methods.array) + i;
    if (m->pkgPath != nullptr || !same(*m->name, name)) continue;
    const auto* ft = static_cast<const functype*>(m->mtyp);
    if (ft->in.len != 0 || ft->out.len != 1) return nullptr;
    const _type* out = static_cast<const _type* const*>(ft->out.array)[0];
    return kindOf(out) == result && isBasic(out) ? m : nullptr;
  }
  return nullptr;
}

}  // namespace gort

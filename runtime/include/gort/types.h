// types.h: how Go values lie in memory, for every floor and for compiled code.
//
// A leaf: it includes nothing of the project, holds plain data and no
// function, and therefore may be included from any floor.
//
// Go: internal/abi/type.go, runtime/runtime2.go (eface, iface, funcval),
//     runtime/slice.go (slice), runtime/string.go (stringStruct)
//
// Differs from Go: type descriptors have gccgo's layout and not gc's, so that
// Go compiled by gccgo can be hosted without a translation of its descriptors.
// Names and package paths stand as Go strings behind pointers, a method table
// is reached through `uncommon`, and each kind's extra words follow the common
// 64 bytes directly.
#ifndef GORT_TYPES_H_
#define GORT_TYPES_H_

#include <cstddef>
#include <cstdint>

namespace gort {

using int8 = std::int8_t;
using int16 = std::int16_t;
using int32 = std::int32_t;
using int64 = std::int64_t;
using uint8 = std::uint8_t;
using uint16 = std::uint16_t;
using uint32 = std::uint32_t;
using uint64 = std::uint64_t;
using uintptr = std::uintptr_t;
using float32 = float;
using float64 = double;
using intgo = std::int64_t;    // Go's int
using uintgo = std::uint64_t;  // Go's uint
using rune = std::int32_t;

struct _type;
struct hchan;  // a channel; runtime/chan.h

// A Go string: len bytes at ptr, never changed. ptr may be null when len is 0.
struct string {
  const uint8* ptr;
  intgo len;
};

// Any Go slice: len elements in use of cap, at array.
struct slice {
  void* array;
  intgo len;
  intgo cap;
};

// A func value points at one of these; captured variables follow fn.
// Compiled code calls it with the funcval itself as the first argument:
//   reinterpret_cast<R (*)(funcval*, Args...)>(fv->fn)(fv, args...)
struct funcval {
  void (*fn)();
};

// An interface without methods. data is the value itself for types with
// kindDirectIface set, else a pointer to a value that nobody changes.
struct eface {
  const _type* typ;
  void* data;
};

// An interface with methods: tab[0] is the dynamic type, tab[1+i] the code of
// the i-th method in the interface's sorted order.
struct iface {
  const void* const* tab;
  void* data;
};

// _type::kind: the low five bits are the kind, the others are flags.
enum : uint8 {
  kindBool = 1,
  kindInt = 2,
  kindInt8 = 3,
  kindInt16 = 4,
  kindInt32 = 5,
  kindInt64 = 6,
  kindUint = 7,
  kindUint8 = 8,
  kindUint16 = 9,
  kindUint32 = 10,
  kindUint64 = 11,
  kindUintptr = 12,
  kindFloat32 = 13,
  kindFloat64 = 14,
  kindComplex64 = 15,
  kindComplex128 = 16,
  kindArray = 17,
  kindChan = 18,
  kindFunc = 19,
  kindInterface = 20,
  kindMap = 21,
  kindPtr = 22,
  kindSlice = 23,
  kindString = 24,
  kindStruct = 25,
  kindUnsafePointer = 26,

  kindMask = 31,
  kindDirectIface = 32,  // an interface's data word holds the value itself
  kindGCProg = 64,       // gcdata is a program and not a bitmap
  kindNoPointers = 128,  // no pointers at all: ptrdata == 0
};

// _type::tflag.
enum : uint8 {
  tflagRegularMemory = 8,  // equality is equality of the bytes
};

struct uncommontype;

// Common head of every type descriptor. 64 bytes.
struct _type {
  uintptr size;     // bytes of a value
  uintptr ptrdata;  // bytes at the front that can hold pointers
  uint32 hash;      // of the type's identity
  uint8 tflag;
  uint8 align;       // of a variable
  uint8 fieldAlign;  // of a struct field
  uint8 kind;
  const funcval* equal;  // fn is bool (*)(const void*, const void*); null: cannot be compared
  const uint8* gcdata;   // one bit a word below ptrdata, least significant first
  const string* str;     // the type as Go writes it; package paths stand between TABs
  const uncommontype* uncommon;  // null for a type without name and methods
  const _type* ptrToThis;        // may be null
};

struct method {
  const string* name;
  const string* pkgPath;  // null if exported
  const _type* mtyp;      // the method's type without receiver
  const _type* typ;       // with receiver
  const void* code;
};

struct uncommontype {
  const string* name;
  const string* pkgPath;
  slice methods;  // of method, sorted by name
};

struct arraytype : _type {
  const _type* elem;
  const _type* slice_;
  uintptr len;
};

enum : uintptr { recvDir = 1, sendDir = 2, bothDir = 3 };

struct chantype : _type {
  const _type* elem;
  uintptr dir;
};

struct functype : _type {
  bool dotdotdot;
  slice in;   // of const _type*
  slice out;  // of const _type*
};

struct imethod {
  const string* name;
  const string* pkgPath;
  const _type* typ;
};

struct interfacetype : _type {
  slice methods;  // of imethod, sorted by name
};

struct maptype : _type {
  const _type* key;
  const _type* elem;
  const _type* bucket;
  const funcval* hasher;  // fn is uintptr (*)(const void*, uintptr seed)
  uint8 keysize;
  uint8 elemsize;
  uint16 bucketsize;
  uint32 flags;
};

struct ptrtype : _type {
  const _type* elem;
};

struct slicetype : _type {
  const _type* elem;
};

struct structfield {
  const string* name;
  const string* pkgPath;
  const _type* typ;
  const string* tag;
  uintptr offsetEmbed;  // offset<<1, low bit set if embedded
};

struct structtype : _type {
  slice fields;  // of structfield
};

static_assert(sizeof(_type) == 64 && offsetof(_type, kind) == 23 && offsetof(_type, equal) == 24);
static_assert(sizeof(uncommontype) == 40 && sizeof(method) == 40 && sizeof(imethod) == 24);

}  // namespace gort

#endif  // GORT_TYPES_H_

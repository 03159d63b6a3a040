// type.h: questions to a type descriptor, and the descriptors of Go's basic types.
//
// The descriptors themselves are laid out in <gort/types.h>. A compiler emits
// those of a program's own types; a basic type's is here, so that the runtime
// and every compiled file mean the same object, because types are compared by
// address.
//
// Go: runtime/type.go, internal/abi/type.go
//
// Differs from Go: the methods of abi.Type and rtype are free functions, since
// <gort/types.h> holds data only. Offsets into a module's type section do not
// exist: a descriptor points at its name, methods and elements.
#ifndef GORT_ALLOC_TYPE_H_
#define GORT_ALLOC_TYPE_H_

#include <gort/types.h>

namespace gort {

// literal<"text"> is that text as a Go string, a constant with an address, from
// which other constants (descriptors, above all) can be built.
template <uintptr N>
struct literalBytes {
  uint8 bytes[N];
  consteval literalBytes(const char (&text)[N]) : bytes{} {
    for (uintptr i = 0; i < N; i++) bytes[i] = static_cast<uint8>(text[i]);
  }
};
template <literalBytes L>
inline constexpr string literal{L.bytes, sizeof(L.bytes) - 1};

// kindOf returns t's kind without its flags.
constexpr uint8 kindOf(const _type* t) { return t->kind & kindMask; }

// hasPointers reports whether a value of t can hold pointers (Go: t.Pointers()).
constexpr bool hasPointers(const _type* t) { return t->ptrdata != 0; }

// isDirectIface reports whether an interface's data word holds the value itself
// and not its address.
constexpr bool isDirectIface(const _type* t) { return (t->kind & kindDirectIface) != 0; }

// typesEqual calls t's equality function. t must be comparable (t->equal set);
// p and q point at the values.
inline bool typesEqual(const _type* t, const void* p, const void* q) {
  return reinterpret_cast<bool (*)(const void*, const void*)>(t->equal->fn)(p, q);
}

// toString returns t as a Go program writes it, "main.T" or "[]int". It
// allocates only for a descriptor that carries package paths between TABs.
string toString(const _type* t);

// printtype writes toString(t) to standard error, without allocation.
void printtype(const _type* t);

// pkgpath returns the path of the package that defines t, "" for a type without
// a name.
string pkgpath(const _type* t);

// isBasic reports whether t is the predeclared type of its kind, say int, and
// not a defined type such as main.Celsius. Two descriptors of int, from two
// compilers, are both basic.
bool isBasic(const _type* t);

// findMethod returns t's exported method `name` of type func() result, or null.
// result is the kind of the only result; methods of other types do not count.
const method* findMethod(const _type* t, const char* name, uint8 result);

// basicTypes[k] describes the predeclared type of kind k, for k from kindBool to
// kindComplex128, kindString and kindUnsafePointer. Other elements are empty.
extern const _type basicTypes[kindUnsafePointer + 1];

}  // namespace gort

#endif  // GORT_ALLOC_TYPE_H_

// unsafe.cc: the checks of unsafe.Slice and unsafe.String.
//
// What they make must not reach over the end of the address space, and only a
// slice or string of no length may start at nil. Whether the memory is one
// object is not checked: Go does that with -d=checkptr only.
//
// Go: runtime/unsafe.go
#include <gort/abi.h>

#include "runtime/error.h"
#include "runtime/string.h"

namespace gort {

namespace {

[[noreturn, gnu::noinline, gnu::cold]] void panicunsafestringlen() {
  panicerror(literal<"unsafe.String: len out of range">);
}
[[noreturn, gnu::noinline, gnu::cold]] void panicunsafestringnilptr() {
  panicerror(literal<"unsafe.String: ptr is nil and len is not zero">);
}
[[noreturn, gnu::noinline, gnu::cold]] void panicunsafeslicelen() {
  panicerror(literal<"unsafe.Slice: len out of range">);
}
[[noreturn, gnu::noinline, gnu::cold]] void panicunsafeslicenilptr() {
  panicerror(literal<"unsafe.Slice: ptr is nil and len is not zero">);
}

}  // namespace

void unsafestring(const void* ptr, intgo len) {
  if (len < 0) panicunsafestringlen();
  if (static_cast<uintptr>(len) > -reinterpret_cast<uintptr>(ptr)) {
    if (ptr == nullptr) panicunsafestringnilptr();
    panicunsafestringlen();
  }
}

void unsafeslice(const _type* et, const void* ptr, intgo len) {
  if (len < 0) panicunsafeslicelen();
  if (et->size == 0 && ptr == nullptr && len > 0) panicunsafeslicenilptr();
  uintptr mem;
  bool overflow = __builtin_mul_overflow(et->size, static_cast<uintptr>(len), &mem);
  if (overflow || mem > -reinterpret_cast<uintptr>(ptr)) {
    if (ptr == nullptr) panicunsafeslicenilptr();
    panicunsafeslicelen();
  }
}

}  // namespace gort

// slice.cc: making, growing and copying slices.
//
// Go: runtime/slice.go
#include "runtime/slice.h"

#include <gort/abi.h>

#include <cstring>

#include "alloc/malloc.h"
#include "alloc/msize.h"
#include "alloc/type.h"
#include "arch/stubs.h"
#include "runtime/error.h"

namespace gort {

namespace {

[[noreturn, gnu::noinline, gnu::cold]] void panicmakeslicelen() {
  panicerror(literal<"makeslice: len out of range">);
}

[[noreturn, gnu::noinline, gnu::cold]] void panicmakeslicecap() {
  panicerror(literal<"makeslice: cap out of range">);
}

[[noreturn, gnu::noinline, gnu::cold]] void panicgrowslice() {
  panicerror(literal<"growslice: len out of range">);
}

// arrayBytes is n*size, or more than maxAlloc if that is what it would be; a
// negative n counts as huge.
uintptr arrayBytes(uintptr size, intgo n) {
  uintptr mem;
  if (__builtin_mul_overflow(size, static_cast<uintptr>(n), &mem)) return ~uintptr{0};
  return mem;
}

}  // namespace

void* makeslicecopy(const _type* et, intgo tolen, intgo fromlen, const void* from) {
  uintptr tomem = arrayBytes(et->size, tolen);
  uintptr copymem = tomem;
  if (static_cast<uintptr>(tolen) > static_cast<uintptr>(fromlen)) {
    if (tomem > maxAlloc || tolen < 0) panicmakeslicelen();
    copymem = et->size * static_cast<uintptr>(fromlen);
  }
  // Otherwise tolen is at most the length of a slice of the same element size,
  // and therefore a good length.

  void* to;
  if (!hasPointers(et)) {
    to = mallocgc(tomem, nullptr, false);
    if (copymem < tomem) memclrNoHeapPointers(static_cast<char*>(to) + copymem, tomem - copymem);
  } else {
    to = mallocgc(tomem, et, true);
  }
  if (copymem != 0) memmove(to, from, copymem);
  return to;
}

void* makeslice(const _type* et, intgo len, intgo cap) {
  uintptr mem = arrayBytes(et->size, cap);
  if (mem > maxAlloc || len < 0 || len > cap) [[unlikely]] {
    // In make([]T, n) the capacity is only implied, so a bad n is a bad length,
    // although it is a bad capacity too.
    if (arrayBytes(et->size, len) > maxAlloc || len < 0) panicmakeslicelen();
    panicmakeslicecap();
  }
  return mallocgc(mem, et, true);
}

void* makeslice64(const _type* et, int64 len, int64 cap) {
  static_assert(sizeof(intgo) == sizeof(int64), "every int64 is an int");
  return makeslice(et, len, cap);
}

slice growslice(void* oldPtr, intgo newLen, intgo oldCap, intgo num, const _type* et) {
  intgo oldLen = newLen - num;
  if (newLen < 0) panicgrowslice();

  // append never makes a nil slice that has a length, and it need not keep the
  // old pointer either: there is nothing at it.
  if (et->size == 0) return slice{&zerobase, newLen, newLen};

  intgo newcap = nextslicecap(newLen, oldCap);
  uintptr capmem = arrayBytes(et->size, newcap);
  if (capmem > maxAlloc) panicgrowslice();
  capmem = roundupsize(capmem, !hasPointers(et));
  newcap = static_cast<intgo>(capmem / et->size);
  capmem = static_cast<uintptr>(newcap) * et->size;
  if (capmem > maxAlloc) panicgrowslice();

  uintptr lenmem = static_cast<uintptr>(oldLen) * et->size;
  void* p;
  if (!hasPointers(et)) {
    p = mallocgc(capmem, nullptr, false);
    // The caller writes what lies between the old and the new length.
    uintptr newlenmem = static_cast<uintptr>(newLen) * et->size;
    memclrNoHeapPointers(static_cast<char*>(p) + newlenmem, capmem - newlenmem);
  } else {
    p = mallocgc(capmem, et, true);
  }
  if (lenmem != 0) memmove(p, oldPtr, lenmem);
  return slice{p, newLen, newcap};
}

intgo nextslicecap(intgo newLen, intgo oldCap) {
  // Unsigned, so that a capacity beyond 2^63 shows as one that is too large and
  // not as undefined behaviour.
  auto newcap = static_cast<uintgo>(oldCap);
  auto want = static_cast<uintgo>(newLen);
  if (want > newcap + newcap) return newLen;

  constexpr uintgo threshold = 256;
  if (newcap < threshold) return static_cast<intgo>(newcap + newcap);
  while (newcap < want) newcap += (newcap + 3 * threshold) >> 2;
  if (static_cast<intgo>(newcap) <= 0) return newLen;
  return static_cast<intgo>(newcap);
}

intgo slicecopy(void* toPtr, intgo toLen, const void* fromPtr, intgo fromLen, uintptr width) {
  intgo n = toLen < fromLen ? toLen : fromLen;
  if (n == 0 || width == 0) return n;
  memmove(toPtr, fromPtr, static_cast<uintptr>(n) * width);
  return n;
}

}  // namespace gort

// mbarrier_inl.h: typedmemmove and typedmemclr of values of one word, inline.
//
// Most of what travels through channels is one word: an int, a pointer, a
// reference. For those the call, the call to memmove behind it and the choice of
// a way to copy there cost more than everything else a buffered send does.
//
// Go: runtime/mbarrier.go
#ifndef GC_MBARRIER_INL_H_
#define GC_MBARRIER_INL_H_

#include "gc/mbarrier.h"

namespace gort {

// typedmemmove1 is typedmemmove.
[[gnu::always_inline]] inline void typedmemmove1(const _type* typ, void* dst, const void* src) {
  if (typ->size == sizeof(uintptr)) [[likely]] {
    __builtin_memcpy(dst, src, sizeof(uintptr));  // one load, one store
    return;
  }
  typedmemmove(typ, dst, src);
}

// typedmemclr1 is typedmemclr.
[[gnu::always_inline]] inline void typedmemclr1(const _type* typ, void* ptr) {
  if (typ->size == sizeof(uintptr)) [[likely]] {
    __builtin_memset(ptr, 0, sizeof(uintptr));
    return;
  }
  typedmemclr(typ, ptr);
}

}  // namespace gort

#endif  // GC_MBARRIER_INL_H_

// gc_malloc.h: limits that the allocator and the collector agree on.
//
// Named so, and not malloc.h, because alloc/malloc.h is another file.
//
// Go: internal/runtime/gc/malloc.go
#ifndef GORT_ALLOC_GC_MALLOC_H_
#define GORT_ALLOC_GC_MALLOC_H_

#include "alloc/sizeclasses.h"

namespace gort::gc {

// Spans are made of pages of this size, whatever the kernel's pages are.
inline constexpr uintptr PageSize = uintptr{1} << PageShift;
inline constexpr uintptr PageWords = PageSize / sizeof(uintptr);

// An object with pointers that is larger than MinSizeForMallocHeader carries
// its type in a word in front; a smaller one has its pointer bits at the end of
// its span. The limit is where both cost a span the same, and the largest size
// whose bits fit into one word. It is itself a size class, so that a size and
// the class it is rounded up to always fall on the same side.
inline constexpr uintptr MallocHeaderSize = 8;
inline constexpr uintptr MinSizeForMallocHeader = sizeof(uintptr) * 64;

}  // namespace gort::gc

#endif  // GORT_ALLOC_GC_MALLOC_H_

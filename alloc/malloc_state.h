// malloc_state.h: what a p holds of the allocator.
//
// Go: runtime/malloc.go (persistentAlloc)
#ifndef GORT_ALLOC_MALLOC_STATE_H_
#define GORT_ALLOC_MALLOC_STATE_H_

#include <gort/types.h>

namespace gort {

// A chunk that mallocgc and persistentalloc cut pieces from, off upwards. Owner:
// the M that holds the P; the one for Ms without a P has a lock (alloc/upcalls.h).
//
// Differs from Go: chunks are not all of one size.
struct persistentAlloc {
  uintptr off;   // address of the next free byte; 0: no chunk yet
  uintptr end;   // address behind the chunk
  uintptr size;  // bytes of the current chunk: the next one is larger
};

}  // namespace gort

#endif  // GORT_ALLOC_MALLOC_STATE_H_

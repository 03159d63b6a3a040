// slice.h: making, growing and copying slices.
//
// Go: runtime/slice.go
//
// What compiled code calls is in <gort/abi.h>.
//
// Differs from Go: the variants that work in a buffer on the caller's stack, or
// free the old array at once, are results of an escape analysis that minigo does
// not do. growslice has no write barrier to think of until there is a collector.
#ifndef GORT_RUNTIME_SLICE_H_
#define GORT_RUNTIME_SLICE_H_

#include <gort/types.h>

namespace gort {

// makeslicecopy makes an array of tolen elements of et, the first of them copied
// from `from`, which has fromlen. It panics like makeslice.
void* makeslicecopy(const _type* et, intgo tolen, intgo fromlen, const void* from);

// nextslicecap returns the capacity to ask for when a slice of capacity oldCap
// has to hold newLen elements, newLen > oldCap: twice the old one for small
// slices, tending to a quarter more for large ones.
intgo nextslicecap(intgo newLen, intgo oldCap);

}  // namespace gort

#endif  // GORT_RUNTIME_SLICE_H_

// mbarrier.h: moving and clearing memory that holds pointers.
//
// Whoever writes pointers into memory that the collector looks at goes through
// these functions, or through a barrier that the compiler put there. They say
// what kind of value moves (typ), because the barrier has to know which words
// of it are pointers. What the barrier is for: mbarrier.cc.
//
// A value is moved word by word as far as another thread can see: an aligned
// word of the destination is either old or new, never half of each. Typed
// memory is aligned, so a pointer is never torn.
//
// Declared for compiled code as well, in <gort/abi.h>: typedmemmove, typedmemclr,
// typedslicecopy.
//
// Go: runtime/mbarrier.go
//
// Differs from Go: wbZero and wbMove are what its compiler calls before moves
// that it emits inline; ours emits calls. reflectcallmove and the reflect_ names
// belong to package reflect.
#ifndef GC_MBARRIER_H_
#define GC_MBARRIER_H_

#include <gort/types.h>

namespace gort {

// typedmemmove copies a value of type typ from src to dst. They may be the same
// address; they may overlap. One-word values inline: mbarrier_inl.h.
void typedmemmove(const _type* typ, void* dst, const void* src);

// typedmemclr sets a value of type typ, which must have been one already, to
// zero. For memory that was never initialised: memclrNoHeapPointers.
void typedmemclr(const _type* typ, void* ptr);

// typedslicecopy copies min(dstLen, srcLen) elements of type typ and returns
// their number. The slices may overlap.
intgo typedslicecopy(const _type* typ, void* dstPtr, intgo dstLen, const void* srcPtr,
                     intgo srcLen);

// memclrHasPointers sets the n bytes at ptr to zero. They may begin in the middle
// of an object, at a word's boundary.
void memclrHasPointers(void* ptr, uintptr n);

}  // namespace gort

#endif  // GC_MBARRIER_H_

// mbitmap.h: bits of objects: which are allocated, which are marked, where their pointers are.
//
// Allocated and marked are a bit for each object of a span, in bitmaps beside the heap that change
// roles with the cycle (gcBitsArenas in mheap.cc). What is marked in one cycle is what is allocated in
// the next: sweeping is the exchange of two pointers.
//
// Where the pointers of an object are, its type says. How to get there depends on its size:
//
//   kind noscan      nowhere: there are none
//   kind raw         nowhere: any word may be one
//   up to 512 bytes  a bitmap at the end of the span, one bit for each word of it
//   up to 32 KiB     the object begins with 8 bytes for the address of the type
//   larger           the span has it: mspan.largeType
//
// A bitmap of its own for each small object makes its size irrelevant: whatever the type, a scan is one
// or two loads. For a larger object a header costs less than the bits.
//
// Go: runtime/mbitmap.go
//
// Differs from Go: so far what the allocator writes and what finds objects. Walking the pointers of an
// object (typePointers) and the mark bits come with the collector. The words of a span's bitmap are
// atomic (relaxed): the marker reads the bits of one object beside the allocator that writes those of
// its neighbour.
#ifndef GORT_ALLOC_MBITMAP_H_
#define GORT_ALLOC_MBITMAP_H_

#include "alloc/mheap.h"

namespace gort {

// findObject returns the object that p points into, its start or anywhere else: where it begins, its
// span and its number there. s is null: p is no pointer into objects. Any p; an address that the heap
// has had and has no longer is no object, either.
struct foundObject {
  uintptr base;
  mspan* s;
  uintptr objIndex;
};
foundObject findObject(uintptr p);

// heapSetTypeNoHeader writes the pointer bits of a new object of up to 512 bytes at x, which holds
// dataSize bytes of values of type typ. heapSetTypeSmallHeader puts the type into the object's header,
// which is in front of it, heapSetTypeLarge into the span. Each returns how many bytes from the
// object's start the collector has to look at.
uintptr heapSetTypeNoHeader(uintptr x, uintptr dataSize, const _type* typ, mspan* s);
uintptr heapSetTypeSmallHeader(const _type* typ, const _type** header, mspan* s);
uintptr heapSetTypeLarge(const _type* typ, mspan* s);

}  // namespace gort

#endif  // GORT_ALLOC_MBITMAP_H_

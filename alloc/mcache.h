// mcache.h: what a P has of the heap for itself.
//
// A span for each class, from which objects are taken without a lock or an atomic operation; a block
// for tiny objects; pages and mspans. Owned by the M that holds the P, and flushed when the P goes away
// and before each cycle's sweeping.
//
// Go: runtime/mcache.go
//
// Differs from Go: pages and mspans are here (mheap.h). Stacks are not: they have slots of their own
// (sched/stack.h). There is no list of noscan objects that the compiler freed. What samples the heap for
// profiles comes with profiles.
#ifndef GORT_ALLOC_MCACHE_H_
#define GORT_ALLOC_MCACHE_H_

#include "alloc/mheap.h"

namespace gort {

struct mcache : sys::NotInHeap {
  uintptr
      scanAlloc;  // bytes that the collector will have to scan, of objects since the last refill

  // The block that tiny objects are taken from: 16 bytes of the noscan class, or 0.
  uintptr tiny;
  uintptr tinyoffset;
  uintptr tinyAllocs;  // tiny objects that took no new block, since the last refill

  mspan* alloc[numSpanClasses];  // never null: emptymspan is full

  // mheap_.sweepgen when this was last flushed. Written by the owner, or with the world stopped.
  atomic<uint32> flushGen;

  // See mheap::allocSpan.
  pageCache pcache;
  pageCache rawpcache;
  uintgo nspans;
  mspan* spans[128];

  // refill puts a span with a free object of the class into alloc, in place of the one there, which
  // must be full. Throws "out of memory".
  void refill(spanClass spc);

  // allocLarge returns a span for one object of size bytes, more than a size class has. Throws "out
  // of memory". The span is initialised but for the object.
  mspan* allocLarge(uintptr size, spanKind kind);

  // nextFree returns a free slot of alloc[spc], after a refill if need be, and takes it.
  struct slot {
    uintptr v;
    mspan* s;
    bool checkGCTrigger;  // a span came from the heap: time to look whether a cycle is due
  };
  slot nextFree(spanClass spc);

  // releaseAll gives back all spans; prepareForSweep does so once a cycle.
  void releaseAll();
  void prepareForSweep();
};

// A span without objects or room, for alloc.
extern mspan emptymspan;

// allocmcache makes an mcache, freemcache frees it with all that it has.
mcache* allocmcache();
void freemcache(mcache* c);

}  // namespace gort

#endif  // GORT_ALLOC_MCACHE_H_

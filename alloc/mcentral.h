// mcentral.h: the spans of one class.
//
// A P that has used up its span of a class comes here for another. Spans are in four sets: with free
// objects or without, swept in this cycle or not yet. Sets change their meaning with the cycle (the
// swept ones of one are the unswept ones of the next), so that a cycle begins without a walk over all
// spans. The sets take no lock (alloc/mspanset.h).
//
// A span may be in a set though it belongs to somebody else by now: the sweeper takes spans by their
// sweepgen and leaves the sets as they are. Whoever pops one from an unswept set acquires it first,
// and forgets it when that fails.
//
// INV1: a span of the class that is swept and not cached is in partial, if it has a free object,
//       or else in full, of the swept ones.
// INV2: whoever pops a span from a swept set owns it.
//
// Go: runtime/mcentral.go
#ifndef GORT_ALLOC_MCENTRAL_H_
#define GORT_ALLOC_MCENTRAL_H_

#include "alloc/mheap.h"
#include "alloc/mspanset.h"

namespace gort {

struct alignas(goarch::CacheLineSize) mcentral : sys::NotInHeap {
  spanClass spanclass{};  // constant after init

  spanSet partial[2];
  spanSet full[2];

  void init(spanClass spc);

  spanSet* partialUnswept(uint32 sweepgen) { return &partial[1 - sweepgen / 2 % 2]; }
  spanSet* partialSwept(uint32 sweepgen) { return &partial[sweepgen / 2 % 2]; }
  spanSet* fullUnswept(uint32 sweepgen) { return &full[1 - sweepgen / 2 % 2]; }
  spanSet* fullSwept(uint32 sweepgen) { return &full[sweepgen / 2 % 2]; }

  // cacheSpan returns a span with a free object, for a P's cache. Null: the system has no memory.
  mspan* cacheSpan();

  // uncacheSpan takes back a span from a P's cache, which has been used: it has objects.
  void uncacheSpan(mspan* s);

 private:
  mspan* grow();
};

}  // namespace gort

#endif  // GORT_ALLOC_MCENTRAL_H_

// mgcsweep.h: freeing what was not marked.
//
// After marking, every span of objects has to be swept once, before the next cycle: its marks become its
// allocation bits, and a span without marks goes back into pages. Nobody waits for that. It is done span
// by span, by whoever needs one of the class (mcentral::cacheSpan), by the sweeper in the background, and
// by who starts the next cycle, for what is left.
//
// INV1: a span is swept once a cycle. mspan.sweepgen is the ticket: who moves it from g-2 to g-1
//       (sweeptryacquire; uncacheSpan for a span that was cached when the cycle began) sweeps it, and
//       moves it to g.
// INV2: while somebody is between sweepbegin and sweepend the cycle does not change. The start of a
//       cycle sweeps until nothing is left (drained), with the world stopped, and finds nobody there.
//
// Memory orders: the ticket is taken with acquire and given back with release, so who takes or finds it
// sees the span as the one before left it.
//
// Go: runtime/mgcsweep.go
//
// Differs from Go: so far the sweeping itself. The goroutine in the background, sweeping in proportion
// to allocation, finalizers and other specials, and inline marks come with the collector: nothing marks
// yet but tests.
#ifndef GORT_GC_MGCSWEEP_H_
#define GORT_GC_MGCSWEEP_H_

#include "alloc/mheap.h"
#include "alloc/upcalls.h"

namespace gort {

// sweepone sweeps some unswept span and returns how many pages that gave back to the heap;
// sweepNone if there is none.
inline constexpr uintptr sweepNone = ~uintptr{0};
uintptr sweepone();

// isSweepDone reports whether all spans have been swept and nobody is still at it.
bool isSweepDone();

// finishsweep_m sweeps what is left, before marking begins: afterwards all mark bits are clear. World
// stopped, all mcaches flushed.
void finishsweep_m();

// gcSweepStart begins the sweeping of a new cycle, after marking: what is not marked is garbage from
// here on. World stopped. Each P's mcache must be flushed (prepareForSweep) before it is used again.
// Go: runtime/mgc.go, gcSweep
void gcSweepStart();

}  // namespace gort

#endif  // GORT_GC_MGCSWEEP_H_

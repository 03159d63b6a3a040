// mstats.h: how much memory the runtime has from the system, by purpose.
//
// Go: runtime/mstats.go (sysMemStat, the sys fields of mstats)
//
// Every mapping is counted where it is made or given back (alloc/mem.h), in the
// one counter its caller names:
//
//   memory from the system = heap_sys + stacks_sys + gcMiscSys + other_sys + mspan_sys + mcache_sys
//                          + heapInUse + heapFree + heapReleased
//
// and mappedReady is the part of it that may be touched. Address space that is
// only reserved counts nowhere.
//
// Differs from Go: mappedReady is in gcController there, which needs it for the
// memory limit, and so are heapInUse, heapFree and heapReleased. heap_sys is what mallocgc has
// as long as it does not take spans. Counts of objects are not a consistent snapshot yet, and those of
// pauses come with the collector.
#ifndef GORT_ALLOC_MSTATS_H_
#define GORT_ALLOC_MSTATS_H_

#include "alloc/gc_malloc.h"
#include "arch/atomic.h"

namespace gort {

// sysMemStat counts bytes that were taken from the system for one purpose.
struct sysMemStat {
  atomic<uint64> value;

  // load returns the bytes; a lone number, it orders nothing.
  uint64 load() const { return value.load(relaxed); }

  // add changes the counter by n, which may be negative. Throws when that makes
  // more than there can be or less than nothing. Safe without a g.
  void add(int64 n);
};

struct mstats {
  sysMemStat heap_sys;    // what mallocgc hands out, and what it has in reserve
  sysMemStat stacks_sys;  // guards, tables and g0 stacks; slots count when they are reserved
  sysMemStat gcMiscSys;
  sysMemStat mspan_sys;   // mspans
  sysMemStat mcache_sys;  // what Ps have of the heap
  sysMemStat other_sys;   // persistentalloc, unless the caller names another

  // What the page heap (alloc/mheap.h) has of the system, each byte in one of these:
  sysMemStat heapInUse;     // spans in state mSpanInUse
  sysMemStat heapFree;      // free pages with memory behind them
  sysMemStat heapReleased;  // free pages that have been given back, or never used

  // Objects since the start: how many were allocated and freed, by size class, tiny ones beside (each
  // block of them is an object of its class); and large ones with their bytes. A P adds what it has
  // when it changes its span, so these are late.
  atomic<uint64> smallAllocCount[gc::NumSizeClasses];
  atomic<uint64> smallFreeCount[gc::NumSizeClasses];
  atomic<uint64> tinyAllocCount;
  atomic<uint64> largeAlloc, largeAllocCount;
  atomic<uint64> largeFree, largeFreeCount;

  atomic<int64> mappedReady;  // bytes in state Ready (alloc/mem.h)
};

extern mstats memstats;

}  // namespace gort

#endif  // GORT_ALLOC_MSTATS_H_

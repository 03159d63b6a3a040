// mheap_inl.h: from an address to its span.
//
// Go: runtime/mheap.go (arenaIndex to pageIndexOf)
#ifndef GORT_ALLOC_MHEAP_INL_H_
#define GORT_ALLOC_MHEAP_INL_H_

#include "alloc/mheap.h"

namespace gort {

// arenaIndex returns the number of p's arena, which is out of range if p is no user address;
// arenaBase the first address of arena i.
constexpr arenaIdx arenaIndex(uintptr p) { return (p - arenaBaseOffset) / heapArenaBytes; }
constexpr uintptr arenaBase(arenaIdx i) { return i * heapArenaBytes + arenaBaseOffset; }

// heapArenaOf returns the heapArena of p, or null if p is not in the heap's address space.
inline heapArena* heapArenaOf(uintptr p) {
  arenaIdx ri = arenaIndex(p);
  if (ri >= uintptr{1} << arenaL2Bits) return nullptr;
  if (mheap_.arenas == nullptr) return nullptr;
  return mheap_.arenas[ri].load(acquire);  // pairs with sysAlloc
}

// spanOf returns the span that p's page had last. It may have been freed since and be anything:
// unless p is known to be in use, call spanOfHeap, or check the bounds. Null: there never was one.
inline mspan* spanOf(uintptr p) {
  heapArena* ha = heapArenaOf(p);
  if (ha == nullptr) return nullptr;
  return ha->spans[p / pageSize % pagesPerArena].load(relaxed);  // see heapArena::spans
}

// spanOfUnchecked is spanOf for a p that is in an arena.
inline mspan* spanOfUnchecked(uintptr p) {
  heapArena* ha = mheap_.arenas[arenaIndex(p)].load(relaxed);  // seen before, by whoever got p
  return ha->spans[p / pageSize % pagesPerArena].load(relaxed);
}

// spanOfHeap returns the span whose objects p points among, or null. Any p.
//
// The state comes first: it is what makes the other fields good to read. A span that was freed
// and is in use again elsewhere does not contain p.
inline mspan* spanOfHeap(uintptr p) {
  mspan* s = spanOf(p);
  if (s == nullptr || s->state.get() != mSpanInUse || p < s->base() || p >= s->limit) {
    return nullptr;
  }
  return s;
}

// inheap reports whether b points into a span of objects, be they dead or alive; inHeapOrStack
// whether it points into a span of any use.
inline bool inheap(uintptr b) { return spanOfHeap(b) != nullptr; }

inline bool inHeapOrStack(uintptr b) {
  mspan* s = spanOf(b);
  return s != nullptr && s->state.get() != mSpanDead && b >= s->base() && b < s->limit;
}

// pageIndexOf returns where the bit of p's page is in the bitmaps of its arena.
struct pageIndex {
  heapArena* arena;
  uintptr idx;
  uint8 mask;
};
inline pageIndex pageIndexOf(uintptr p) {
  heapArena* arena = mheap_.arenas[arenaIndex(p)].load(relaxed);  // as in spanOfUnchecked
  return {arena, p / pageSize / 8 % (pagesPerArena / 8), uint8(1 << (p / pageSize % 8))};
}

}  // namespace gort

#endif  // GORT_ALLOC_MHEAP_INL_H_

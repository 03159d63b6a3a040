// mpagecache.h: up to 64 pages that belong to one P.
//
// Small spans are taken from here, without the heap's lock. A P takes 64 pages, aligned to 64, out of
// the page allocator at once: those of them that are free, which need not be all. To the allocator
// they are allocated; the cache keeps which of them are still to be had, and which were scavenged.
//
// The price: free pages that the allocator does not see. So a cache is small, and is flushed when its
// P stops.
//
// Go: runtime/mpagecache.go
#ifndef GORT_ALLOC_MPAGECACHE_H_
#define GORT_ALLOC_MPAGECACHE_H_

#include "alloc/mpagealloc.h"

namespace gort {

// pageCache is owned by the M that holds the P. The zero value is empty.
//
// INV: scav has no bit that cache has not.
struct pageCache {
  uintptr base;  // address of page 0, a multiple of 64 pages
  uint64 cache;  // bit i: page i is free and ours
  uint64 scav;   // bit i: page i was scavenged

  // empty reports whether there are no pages left.
  bool empty() const { return cache == 0; }

  // alloc takes the first run of npages pages. The result is pageAlloc::alloc's.
  pageAlloc::allocResult alloc(uintptr npages);

  // flush gives all pages back to p and leaves an empty cache. p->mheapLock must be held.
  void flush(pageAlloc* p);

  friend constexpr bool operator==(const pageCache&, const pageCache&) = default;

 private:
  pageAlloc::allocResult allocN(uintptr npages);
};

inline constexpr uintptr pageCachePages = 8 * sizeof(pageCache::cache);
static_assert(pallocChunkPages % pageCachePages == 0, "a cache lies in one chunk");

}  // namespace gort

#endif  // GORT_ALLOC_MPAGECACHE_H_

// mpagecache.cc: filling, using and emptying a P's pages (see mpagecache.h).
//
// Go: runtime/mpagecache.go
//
// Differs from Go: flush changes bits in words; Go goes through them one by one.
#include "alloc/mpagecache.h"

#include "alloc/upcalls.h"
#include "arch/sys.h"

namespace gort {

pageAlloc::allocResult pageCache::alloc(uintptr npages) {
  if (cache == 0) return {0, 0};
  if (npages != 1) return allocN(npages);
  uintptr i = uintptr(sys::TrailingZeros64(cache));
  uintptr scavPages = scav >> i & 1;
  cache &= ~(uint64{1} << i);
  scav &= ~(uint64{1} << i);
  return {base + i * pageSize, scavPages * pageSize};
}

pageAlloc::allocResult pageCache::allocN(uintptr npages) {
  if (npages > pageCachePages) return {0, 0};
  uintgo i = findBitRange64(cache, npages);
  if (i >= 64) return {0, 0};
  uint64 mask = (~uint64{0} >> (64 - npages)) << i;
  uintptr scavPages = uintptr(sys::OnesCount64(scav & mask));
  cache &= ~mask;
  scav &= ~mask;
  return {base + i * pageSize, scavPages * pageSize};
}

void pageCache::flush(pageAlloc* p) {
  assertLockHeld(p->mheapLock);

  if (empty()) return;
  chunkIdx ci = chunkIndex(base);
  uintgo pi = chunkPageIndex(base);
  pallocData* chunk = p->chunkOf(ci);
  chunk->clearBlock64(pi, cache);
  chunk->scavenged.setBlock64(pi, scav);
  // The index wants runs, for the address of the last page; only the highest of that counts.
  uintgo last = 63 - uintgo(sys::LeadingZeros64(cache));
  uintgo n = uintgo(sys::OnesCount64(cache));
  p->scav.index.free(ci, pi + last + 1 - n, n);

  // This is a free.
  if (offAddr{base}.lessThan(p->searchAddr)) p->searchAddr = {base};
  p->update(base, pageCachePages, pageAlloc::notContig, pageAlloc::freed);
  *this = pageCache{};
}

pageCache pageAlloc::allocToCache() {
  assertLockHeld(mheapLock);

  chunkIdx ci = chunkIndex(searchAddr.addr());
  if (ci >= end) return {};

  // The first free page: in the chunk of searchAddr, or wherever the tree has one.
  uintgo pi;
  if (summary[summaryLevels - 1][ci] != pallocSum{}) {
    pi = chunkOf(ci)->find1(chunkPageIndex(searchAddr.addr()));
    if (pi == pallocBits::notFound) throw_("bad summary data");
  } else {
    uintptr addr = find(1).addr;
    if (addr == 0) {
      searchAddr = maxSearchAddr();
      return {};
    }
    ci = chunkIndex(addr);
    pi = chunkPageIndex(addr);
  }

  // All that is free of the 64 pages around it. The scavenged bits move into the cache.
  pallocData* chunk = chunkOf(ci);
  pi = alignDown(pi, pageCachePages);
  pageCache c;
  c.base = chunkBase(ci) + pi * pageSize;
  c.cache = ~chunk->pages64(pi);
  c.scav = chunk->scavenged.block64(pi) & c.cache;
  chunk->allocPages64(pi, c.cache);
  chunk->scavenged.clearBlock64(pi, c.scav);

  update(c.base, pageCachePages, notContig, allocated);
  scav.index.alloc(ci, uintgo(sys::OnesCount64(c.cache)));

  // None of these pages is free any more, and none before them was. The page behind them may not
  // be the heap's, so begin with the last of them.
  searchAddr = {c.base + pageSize * (pageCachePages - 1)};
  return c;
}

}  // namespace gort

// page_alloc.h: page allocators for tests, over addresses that are not memory.
//
// Go: runtime/export_test.go (NewPageAlloc, FreePageAlloc and their kin)
//
// Used by mpagealloc_test, mpagecache_test and mgcscavenge_test.
#ifndef TESTS_PAGE_ALLOC_H_
#define TESTS_PAGE_ALLOC_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <type_traits>
#include <vector>

#include "alloc/mem.h"
#include "alloc/mpagealloc.h"
#include "alloc/mpagecache.h"
#include "alloc/mstats.h"
#include "arch/os_linux.h"
#include "sched/lock_spinbit.h"
#include "sched/lockrank_check.h"
#include "tests/export_test.h"

namespace gort::testing {

// Pages [i, i+n) of a chunk.
struct BitRange {
  uintgo i, n;
};

// For each chunk, some ranges of its pages.
using ChunkBits = std::map<chunkIdx, std::vector<BitRange>>;

// Somewhere in the middle of the address space.
inline constexpr chunkIdx BaseChunkIdx = chunkIndex(0xc000 * pallocChunkBytes);

inline constexpr uintptr PageBase(chunkIdx ci, uintgo pageIdx) {
  return chunkBase(ci) + pageIdx * pageSize;
}

inline constinit sysMemStat testSysStat;

// A pageAlloc that takes its lock around each call. Its thread is an M.
class PageAlloc {
 public:
  // Grows by the chunks that `chunks` names, in order, with those pages allocated. Scavenged are
  // the pages that `scav` says, unless allocated, and no others.
  explicit PageAlloc(const ChunkBits& chunks, const ChunkBits& scav = {}) : PageAlloc() {
    for (auto& [ci, allocated] : chunks) {
      Grow(ci);
      locked([&, ci = ci] {
        pallocData* chunk = p->chunkOf(ci);
        chunk->scavenged.clearAll();
        // To the index, as if all pages had been in use and freed.
        p->scav.index.alloc(ci, pallocChunkPages);
        p->scav.index.free(ci, 0, pallocChunkPages);
        if (scav.contains(ci)) {
          for (BitRange r : scav.at(ci)) {
            if (r.n != 0) chunk->scavenged.setRange(r.i, r.n);
          }
        }
        for (BitRange r : chunks.at(ci)) {
          if (r.n == 0) continue;
          chunk->allocRange(r.i, r.n);
          p->scav.index.alloc(ci, r.n);
        }
        p->update(chunkBase(ci), pallocChunkPages, pageAlloc::notContig, pageAlloc::freed);
      });
    }
  }

  PageAlloc() : p(std::make_unique<pageAlloc>()) {
    lockInit(&lock_, lockRankMheap);
    p->init(&lock_, &testSysStat, /*test=*/true);
  }

  ~PageAlloc() {
    for (summaryLevel& s : p->summary) sysUnreserve(s.array, s.cap * pallocSumBytes);
    sysUnreserve(p->scav.index.chunks, maxAlloc / pallocChunkBytes * sizeof(atomicScavChunkData));
    // A part of that was Ready.
    testSysStat.add(-int64(p->summaryMappedReady));
    memstats.mappedReady.add(-int64(p->summaryMappedReady), relaxed);
    for (pallocChunksL2* l2 : p->chunks) {
      if (l2 != nullptr) sysFree(l2, sizeof *l2, &testSysStat);
    }
  }

  PageAlloc(const PageAlloc&) = delete;
  PageAlloc& operator=(const PageAlloc&) = delete;

  void Grow(chunkIdx ci, uintgo chunks = 1) {
    locked([&] { p->grow(chunkBase(ci), chunks * pallocChunkBytes); });
  }
  pageAlloc::allocResult Alloc(uintptr npages) {
    return locked([&] { return p->alloc(npages); });
  }
  void Free(uintptr base, uintptr npages) {
    locked([&] { p->free(base, npages); });
  }
  pageCache AllocToCache() {
    return locked([&] { return p->allocToCache(); });
  }
  void Flush(pageCache* c) {
    locked([&] { c->flush(p.get()); });
  }

  template <class F>
  std::invoke_result_t<F> locked(F f) {
    struct guard {
      explicit guard(mutex* mu) : mu(mu) { lock(mu); }
      ~guard() { unlock(mu); }
      mutex* mu;
    } g(&lock_);
    return f();
  }

  // Fails the test unless the allocator's invariants hold, those that mpagealloc.h lists.
  void CheckInvariants() {
    constexpr intgo leaf = summaryLevels - 1;
    bool freeBelow = false;
    for (intgo r = 0; r < p->inUse.len; r++) {
      addrRange in = p->inUse.ranges[r];
      chunkIdx sc = chunkIndex(in.base.addr()), ec = chunkIndex(in.limit.addr() - 1);
      ASSERT_GE(sc, p->start);
      ASSERT_LT(ec, p->end);
      for (chunkIdx c = sc; c <= ec; c++) {
        pallocData* chunk = p->tryChunkOf(c);
        ASSERT_NE(chunk, nullptr);
        ASSERT_EQ(p->summary[leaf][c], chunk->summarize()) << "chunk " << c;
        ASSERT_EQ(p->scav.index.chunks[c].load().inUse, chunk->popcntRange(0, pallocChunkPages));
        for (uintgo w = 0; w < pageBits::words; w++) {
          ASSERT_EQ((*chunk)[w] & chunk->scavenged[w], 0u) << "chunk " << c << " word " << w;
        }
        uintgo first = chunk->find1(0);
        if (first != pallocBits::notFound && offAddr{PageBase(c, first)}.lessThan(p->searchAddr)) {
          freeBelow = true;
        }
      }
      for (intgo l = leaf - 1; l >= 0; l--) {
        uintgo n = uintgo{1} << levelBits[l + 1];
        for (uintgo i = (in.base.addr() - arenaBaseOffset) >> levelShift[l];
             i <= (in.limit.addr() - 1 - arenaBaseOffset) >> levelShift[l]; i++) {
          pallocSum* children = p->summary[l + 1].block(i * n, n);
          ASSERT_EQ(p->summary[l][i], mergeSummaries(children, n, levelLogPages[l + 1]))
              << "level " << l << " entry " << i;
        }
      }
    }
    ASSERT_FALSE(freeBelow) << "there is a free page below searchAddr";
    ASSERT_TRUE(p->searchAddr.equal(maxSearchAddr()) || p->inUse.contains(p->searchAddr.addr()));
  }

  std::unique_ptr<pageAlloc> p;

 private:
  threadAsM m_;
  mutex lock_;
};

// Fails the test unless got has the same chunks as want, with the same bits.
inline void checkPageAlloc(const PageAlloc& want, PageAlloc& got) {
  ASSERT_NO_FATAL_FAILURE(got.CheckInvariants());
  ASSERT_EQ(got.p->start, want.p->start);
  ASSERT_EQ(got.p->end, want.p->end);
  ASSERT_EQ(got.p->inUse.len, want.p->inUse.len);
  for (intgo r = 0; r < want.p->inUse.len; r++) {
    addrRange in = want.p->inUse.ranges[r];
    ASSERT_TRUE(in.base.equal(got.p->inUse.ranges[r].base));
    ASSERT_TRUE(in.limit.equal(got.p->inUse.ranges[r].limit));
    for (uintptr a = in.base.addr(); a < in.limit.addr(); a += pallocChunkBytes) {
      pallocData* g = got.p->tryChunkOf(chunkIndex(a));
      pallocData* w = want.p->tryChunkOf(chunkIndex(a));
      ASSERT_NE(g, nullptr);
      ASSERT_NE(w, nullptr);
      for (uintgo i = 0; i < pageBits::words; i++) {
        EXPECT_EQ((*g)[i], (*w)[i]) << "chunk " << chunkIndex(a) << ", word " << i;
        EXPECT_EQ(g->scavenged[i], w->scavenged[i])
            << "chunk " << chunkIndex(a) << ", scavenged, word " << i;
      }
    }
  }
}

}  // namespace gort::testing

#endif  // TESTS_PAGE_ALLOC_H_

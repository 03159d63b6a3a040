// The index of chunks that have pages to give back.
//
// Go: runtime/mgcscavenge_test.go (TestScavengeIndex, TestScavChunkDataPack)

#include "alloc/mgcscavenge.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>
#include <vector>

#include "tests/page_alloc.h"

namespace gort {
namespace {

using testing::BaseChunkIdx;
using testing::PageAlloc;
using testing::PageBase;

constexpr uintgo N = pallocChunkPages;
constexpr chunkIdx B = BaseChunkIdx;

// ---- One chunk ------------------------------------------------------------------------------

TEST(ScavChunkData, Packs) {
  for (scavChunkData sc : std::vector<scavChunkData>{
           {{0b11}, N, N, 1918237402},
           {{0b00}, 12, 0, ~uint32{0}},
           {{0b111111}, 0, 511, 0},
           {},
       }) {
    EXPECT_EQ(unpackScavChunkData(sc.pack()), sc);
  }
  EXPECT_EQ(scavChunkData{}.pack(), 0u);
}

TEST(ScavChunkData, ANewChunkHasNothingToScavenge) {
  scavChunkData sc{};
  EXPECT_FALSE(sc.shouldScavenge(0, true));
  sc.alloc(10, 0);
  EXPECT_FALSE(sc.shouldScavenge(0, true));
  sc.free(1, 0);
  EXPECT_TRUE(sc.shouldScavenge(0, true));
  EXPECT_TRUE(sc.shouldScavenge(0, false));
  sc.setEmpty();
  EXPECT_FALSE(sc.shouldScavenge(0, true));
}

TEST(ScavChunkData, AFullChunkHasNothingEither) {
  scavChunkData sc{};
  sc.alloc(N - 1, 0);
  sc.free(1, 0);
  EXPECT_FALSE(sc.isEmpty());
  sc.alloc(2, 0);
  EXPECT_TRUE(sc.isEmpty());
}

TEST(ScavChunkData, ADenseChunkRestsForAGeneration) {
  scavChunkData sc{};
  sc.alloc(scavChunkHiOccPages, 5);
  sc.free(1, 5);
  EXPECT_EQ(sc.inUse, scavChunkHiOccPages - 1);
  EXPECT_TRUE(sc.shouldScavenge(5, false)) << "it was not dense when generation 5 began";
  sc.alloc(1, 5);
  EXPECT_FALSE(sc.shouldScavenge(5, false));
  EXPECT_TRUE(sc.shouldScavenge(5, true));
  EXPECT_FALSE(sc.shouldScavenge(6, false)) << "still dense";
  sc.free(1, 6);
  EXPECT_FALSE(sc.shouldScavenge(6, false)) << "dense when generation 6 began";
  EXPECT_TRUE(sc.shouldScavenge(7, false));
  sc.free(1, 7);
  EXPECT_TRUE(sc.shouldScavenge(7, false));
}

TEST(ScavChunkData, CountsMustBePossible) {
  scavChunkData sc{};
  sc.alloc(100, 0);
  EXPECT_DEATH(sc.alloc(N - 99, 0), "too many pages allocated in chunk\\?");
  EXPECT_DEATH(sc.free(101, 0), "allocated pages below zero\\?");
}

// ---- The index ------------------------------------------------------------------------------

// An index of 64 chunks, each of which was dense in the generation before and has nothing left for
// the scavenger, with the cursors at the end of their way.
class ScavengeIndexBg : public ::testing::Test {
 protected:
  PageAlloc a;
  scavengeIndex* si = &a.p->scav.index;

  void SetUp() override {
    a.Grow(B, 64);
    reset();
  }

  void reset() {
    allocRange(PageBase(B, 0), PageBase(B + 64, 0));
    si->nextGen();
    freeRange(PageBase(B, 0), PageBase(B + 64, 0));
    for (chunkIdx ci = B; ci < B + 64; ci++) si->setEmpty(ci);
    for (atomicOffAddr* c : {&si->searchAddrBg, &si->searchAddrForce}) {
      auto [addr, marked] = c->Load();
      if (marked) c->StoreUnmark(addr, addr);
      c->Clear();
    }
    si->freeHWM = minOffAddr;
  }

  template <class F>
  static void eachChunk(uintptr base, uintptr limit, F f) {
    while (base < limit) {
      uintptr end = std::min(limit, chunkBase(chunkIndex(base) + 1));
      f(chunkIndex(base), chunkPageIndex(base), (end - base) / pageSize);
      base = end;
    }
  }
  void allocRange(uintptr base, uintptr limit) {
    eachChunk(base, limit, [&](chunkIdx ci, uintgo, uintgo n) { si->alloc(ci, n); });
  }
  void freeRange(uintptr base, uintptr limit) {
    eachChunk(base, limit, [&](chunkIdx ci, uintgo i, uintgo n) { si->free(ci, i, n); });
  }
  // Makes these pages available.
  void mark(uintptr base, uintptr limit) {
    allocRange(base, limit);
    freeRange(base, limit);
  }
  // The next chunk is want, the search there begins at offset; and it is done with.
  void find(bool force, chunkIdx want, uintgo offset) {
    auto [ci, page] = si->find(force);
    ASSERT_EQ(ci, want);
    ASSERT_EQ(page, offset);
    if (ci != 0) si->setEmpty(ci);
  }
};

// With both cursors: true is the forced one.
class ScavengeIndex : public ScavengeIndexBg, public ::testing::WithParamInterface<bool> {};

TEST_P(ScavengeIndex, FindsWhatWasMarked) {
  const bool force = GetParam();
  struct range {
    uintptr base, limit;
  };
  struct hit {
    chunkIdx ci;
    uintgo offset;
  };
  // The last page of each of the chunks hi..lo, downwards.
  auto whole = [](chunkIdx hi, chunkIdx lo, std::vector<hit> first = {}) {
    for (chunkIdx c = hi; c >= lo; c--) first.push_back({c, N - 1});
    return first;
  };
  std::vector<range> oneByOne;
  for (chunkIdx c = B; c < B + 32; c++) oneByOne.push_back({PageBase(c, 0), PageBase(c + 1, 0)});
  struct {
    const char* name;
    std::vector<range> marks;
    std::vector<hit> hits;
  } cases[] = {
      {"nothing", {}, {}},
      {"one page", {{PageBase(B, 3), PageBase(B, 4)}}, {{B, 3}}},
      {"the first page", {{PageBase(B, 0), PageBase(B, 1)}}, {{B, 0}}},
      {"several pages", {{PageBase(B, 9), PageBase(B, 14)}}, {{B, 13}}},
      {"the last page", {{PageBase(B, N - 1), PageBase(B + 1, 0)}}, {{B, N - 1}}},
      {"a chunk", {{PageBase(B, 0), PageBase(B + 1, 0)}}, {{B, N - 1}}},
      {"two halves", {{PageBase(B, 128), PageBase(B + 1, 128)}}, {{B + 1, 127}, {B, N - 1}}},
      {"two others",
       {{PageBase(B + 7, 128), PageBase(B + 8, 129)}},
       {{B + 8, 128}, {B + 7, N - 1}}},
      {"eight chunks",
       {{PageBase(B + 6, 11), PageBase(B + 13, 15)}},
       whole(B + 12, B + 6, {{B + 13, 14}})},
      {"32 chunks", {{PageBase(B, 0), PageBase(B + 32, 0)}}, whole(B + 31, B)},
      {"32 other chunks", {{PageBase(B + 3, 0), PageBase(B + 35, 0)}}, whole(B + 34, B + 3)},
      {"32 chunks, one by one", oneByOne, whole(B + 31, B)},
      {"a chunk twice",
       {{PageBase(B, 0), PageBase(B + 1, 0)}, {PageBase(B, 0), PageBase(B + 1, 0)}},
       {{B, N - 1}}},
      {"overlapping",
       {{PageBase(B + 4, 0), PageBase(B + 31, 0)}, {PageBase(B + 5, 0), PageBase(B + 36, 0)}},
       whole(B + 35, B + 4)},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (range r : c.marks) mark(r.base, r.limit);
    if (!force) {
      find(force, 0, 0);  // not before the next generation
      si->nextGen();
    }
    for (hit h : c.hits) ASSERT_NO_FATAL_FAILURE(find(force, h.ci, h.offset));
    find(force, 0, 0);
    reset();
  }
}

TEST_P(ScavengeIndex, MarksAndFindsInTurn) {
  const bool force = GetParam();
  for (chunkIdx i = B; i < B + 32; i++) {
    mark(PageBase(i, 0), PageBase(i + 1, 0));
    if (!force) si->nextGen();
    ASSERT_NO_FATAL_FAILURE(find(force, i, N - 1));
  }
  find(force, 0, 0);
}

TEST_P(ScavengeIndex, AChunkIsFoundUntilItIsEmpty) {
  const bool force = GetParam();
  mark(PageBase(B + 5, 7), PageBase(B + 5, 9));
  if (!force) si->nextGen();
  for (int i = 0; i < 3; i++) {
    auto [ci, page] = si->find(force);
    EXPECT_EQ(ci, B + 5);
    EXPECT_EQ(page, 8u);
  }
  find(force, B + 5, 8);
  find(force, 0, 0);
}

TEST_F(ScavengeIndexBg, AGenerationWithoutFreesHasNothingNew) {
  mark(PageBase(B + 4, 0), PageBase(B + 5, 9));
  si->nextGen();
  find(false, B + 5, 8);
  find(false, B + 4, N - 1);
  find(false, 0, 0);
  si->nextGen();
  EXPECT_EQ(si->searchAddrBg.Load().addr, minOffAddr.addr()) << "no search is necessary";
}

INSTANTIATE_TEST_SUITE_P(, ScavengeIndex, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Force" : "Bg"; });

// The map of the index follows the heap, downwards and over gaps, and keeps what it had.
TEST(ScavengeIndexGrow, KeepsWhatItHas) {
  PageAlloc a;
  scavengeIndex* si = &a.p->scav.index;
  std::map<chunkIdx, uint16> inUse;
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  chunkIdx lowest = ~chunkIdx{0};
  for (int i = 0; i < 40; i++) {
    chunkIdx ci = B + 0x8000 - 0x4000 + rng() % 0x8000;
    if (inUse.contains(ci)) continue;
    uint64 ready = a.p->summaryMappedReady;
    a.Grow(ci);
    lowest = std::min(lowest, ci);
    EXPECT_GE(a.p->summaryMappedReady, ready);
    EXPECT_EQ(si->minHeapIdx.load(relaxed), lowest);
    EXPECT_LE(si->min, lowest);
    EXPECT_EQ(si->chunks[ci].load(), scavChunkData{});
    inUse[ci] = uint16(1 + rng() % N);
    si->alloc(ci, inUse[ci]);
    for (auto& [c, n] : inUse) ASSERT_EQ(si->chunks[c].load().inUse, n);
  }
  // All in between can be read.
  for (chunkIdx c = si->min; c < si->max; c++) {
    if (inUse.contains(c)) continue;
    ASSERT_EQ(si->chunks[c].load(), scavChunkData{});
  }
}

// find runs beside everything else: it finds only chunks of the heap, touches no unmapped memory
// while the heap grows downwards, and in the end everything that was freed.
TEST(ScavengeIndexFind, RunsBesideTheRest) {
  constexpr chunkIdx chunks = 4000;
  PageAlloc a;
  scavengeIndex* si = &a.p->scav.index;
  atomic<bool> done;
  a.Grow(B + chunks);
  std::vector<std::thread> searchers;
  for (bool force : {false, true}) {
    searchers.emplace_back([&, force] {
      while (!done.load(relaxed)) {
        auto [ci, page] = si->find(force);
        if (ci == 0) continue;
        EXPECT_GE(ci, B);
        EXPECT_LE(ci, B + chunks);
        EXPECT_LT(page, N);
      }
    });
  }
  for (chunkIdx ci = B + chunks - 1; ci >= B; ci--) {
    a.Grow(ci);
    si->alloc(ci, 10);
    si->free(ci, 0, 10);
    if (ci % 3 == 0) si->setEmpty(ci + 1);
    if (ci % 5 == 0) si->nextGen();
  }
  done.store(true, relaxed);
  for (auto& t : searchers) t.join();

  // Now that nobody else is here, one free above all others makes all of them found again.
  for (chunkIdx ci = B; ci <= B + chunks; ci++) {
    si->alloc(ci, 1);
    si->free(ci, 0, 1);
  }
  for (chunkIdx ci = B + chunks; ci >= B; ci--) {
    ASSERT_EQ(si->find(true).ci, ci);
    si->setEmpty(ci);
  }
  EXPECT_EQ(si->find(true).ci, 0u);
}

// The heap grows downwards into parts of the index that are not mapped, while searches that find
// nothing go down to its lowest chunk, all the time: it is mapped when they know of it. (A race that
// is rarely lost, even if grow does things in the wrong order.)
TEST(ScavengeIndexFind, EndsWhereTheHeapDoes) {
  const chunkIdx perPage = physPageSize / sizeof(atomicScavChunkData);
  const chunkIdx top = (B & ~(perPage - 1)) + 16 * perPage;
  for (int round = 0; round < 10; round++) {
    PageAlloc a;
    scavengeIndex* si = &a.p->scav.index;
    a.Grow(top);
    // The cursor is marked and stays so, because nothing is found.
    si->alloc(top, 1);
    si->free(top, 0, 1);
    si->setEmpty(top);
    atomic<bool> done;
    atomic<uint32> searches;
    std::thread searcher([&] {
      while (!done.load(relaxed)) {
        EXPECT_EQ(si->find(true).ci, 0u);
        searches.add(1, relaxed);
      }
    });
    for (chunkIdx ci = top - perPage; ci >= top - 16 * perPage; ci -= perPage) {
      // The searcher is running now, if there is a processor for it.
      for (uint32 n = searches.load(relaxed); searches.load(relaxed) == n;) {
        std::this_thread::yield();
      }
      a.Grow(ci);
    }
    done.store(true, relaxed);
    searcher.join();
  }
}

}  // namespace
}  // namespace gort

// A P's cache of pages.
//
// Go: runtime/mpagecache_test.go

#include "alloc/mpagecache.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/page_alloc.h"

namespace gort {

// For what EXPECT_EQ prints.
static void PrintTo(const pageCache& c, std::ostream* out) {
  *out << std::hex << "{base 0x" << c.base << ", cache 0x" << c.cache << ", scav 0x" << c.scav
       << "}" << std::dec;
}

namespace {

using testing::BaseChunkIdx;
using testing::BitRange;
using testing::checkPageAlloc;
using testing::ChunkBits;
using testing::PageAlloc;
using testing::PageBase;

constexpr uintgo N = pallocChunkPages;
constexpr uint64 all = ~uint64{0};

TEST(PageCache, Alloc) {
  constexpr uintptr base = PageBase(BaseChunkIdx, 0);
  struct hit {
    uintptr npages;
    uintptr page;  // of the cache; none: no such run
    uintptr scav;  // pages
  };
  constexpr uintptr none = ~uintptr{0};
  struct {
    const char* name;
    uint64 cache, scav;
    std::vector<hit> hits;
  } cases[] = {
      {"empty", 0, 0, {{1, none, 0}, {2, none, 0}, {5, none, 0}, {64, none, 0}, {121, none, 0}}},
      {"lowest", 1, 1, {{1, 0, 1}, {1, none, 0}, {10, none, 0}}},
      {"highest", uint64{1} << 63, 0, {{1, 63, 0}, {1, none, 0}, {10, none, 0}}},
      {"single ones",
       0x20005555,
       0x5505,
       {{2, none, 0},
        {1, 0, 1},
        {1, 2, 1},
        {1, 4, 0},
        {1, 6, 0},
        {1, 8, 1},
        {1, 10, 1},
        {1, 12, 1},
        {1, 14, 1},
        {1, 29, 0},
        {1, none, 0}}},
      {"lowest two", 3, 0, {{2, 0, 0}, {2, none, 0}, {1, none, 0}}},
      {"highest two", uint64{3} << 62, uint64{3} << 62, {{2, 62, 2}, {2, none, 0}, {1, none, 0}}},
      {"pairs",
       uint64{0x3333} << 31,
       uint64{0x3030} << 31,
       {{2, 31, 0}, {2, 35, 2}, {2, 39, 0}, {2, 43, 2}, {2, none, 0}}},
      {"53 exactly",
       ((uint64{1} << 53) - 1) << 10,
       uint64{0xffff} << 10,
       {{53, 10, 16}, {53, none, 0}, {1, none, 0}}},
      {"53 of all", all, uint64{0xffff} << 10, {{53, 0, 16}, {53, none, 0}, {1, 53, 0}}},
      {"64", all, all, {{65, none, 0}, {64, 0, 64}, {64, none, 0}, {1, none, 0}}},
      {"mixed",
       all,
       all,
       {{5, 0, 5},
        {7, 5, 7},
        {1, 12, 1},
        {23, 13, 23},
        {63, none, 0},
        {3, 36, 3},
        {3, 39, 3},
        {3, 42, 3},
        {12, 45, 12},
        {11, none, 0},
        {4, 57, 4},
        {4, none, 0},
        {36, none, 0},
        {2, 61, 2},
        {3, none, 0},
        {1, 63, 1},
        {2, none, 0},
        {1, none, 0}}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    pageCache cache = {base, c.cache, c.scav};
    for (hit h : c.hits) {
      auto [addr, scav] = cache.alloc(h.npages);
      ASSERT_EQ(addr, h.page == none ? 0 : base + h.page * pageSize) << h.npages << " pages";
      ASSERT_EQ(scav, h.scav * pageSize);
    }
  }
}

// The ones of bits, as ranges of pages from base on.
std::vector<BitRange> rangesOf(uint64 bits, uintgo base) {
  std::vector<BitRange> r;
  for (uintgo i = 0; i < 64; i++) {
    if ((bits >> i & 1) == 0) continue;
    if (!r.empty() && r.back().i + r.back().n == base + i) {
      r.back().n++;
    } else {
      r.push_back({base + i, 1});
    }
  }
  return r;
}

void flushCase(uintgo base, uint64 cache, uint64 scav) {
  PageAlloc b({{BaseChunkIdx, {{base, 64}}}}, {{BaseChunkIdx, {}}});
  // The search for free pages is beyond these; flush brings it back.
  uintptr first = PageBase(BaseChunkIdx, base == 0 ? 64 : 0);
  ASSERT_EQ(b.Alloc(1).addr, first);
  b.Free(first, 1);
  ASSERT_EQ(b.p->searchAddr.addr(), first);

  pageCache c = {PageBase(BaseChunkIdx, base), cache, scav};
  b.Flush(&c);
  EXPECT_TRUE(c.empty());
  PageAlloc want({{BaseChunkIdx, rangesOf(~cache, base)}}, {{BaseChunkIdx, rangesOf(scav, base)}});
  ASSERT_NO_FATAL_FAILURE(checkPageAlloc(want, b));
}

TEST(PageCache, Flush) {
  flushCase(0, 0, 0);
  flushCase(0, all, all);
  flushCase(N - 64, uint64{1} << 63, 0);
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  for (int i = 0; i < 100; i++) {
    uint64 cache = rng();
    ASSERT_NO_FATAL_FAILURE(flushCase(rng() % (N / 64) * 64, cache, rng() & cache));
  }
}

// flush tells the index of its highest page, from where forced scavenging goes on downwards.
TEST(PageCache, FlushedPagesCanBeScavenged) {
  PageAlloc b(ChunkBits{{BaseChunkIdx, {{0, N}}}});
  atomicOffAddr* cursor = &b.p->scav.index.searchAddrForce;
  cursor->StoreUnmark(cursor->Load().addr, PageBase(BaseChunkIdx, N - 1));
  EXPECT_EQ(b.p->scav.index.find(true).ci, 0u);
  pageCache c = {PageBase(BaseChunkIdx, 128), 0x11, 0};
  b.Flush(&c);
  auto [ci, page] = b.p->scav.index.find(true);
  EXPECT_EQ(ci, BaseChunkIdx);
  EXPECT_EQ(page, 132u);
}

TEST(PageAlloc, AllocToCache) {
  // Summaries of a page of the system's, and a jump of some TiB: see mpagealloc_test.
  const chunkIdx perPage = physPageSize / pallocSumBytes;
  const chunkIdx aligned = BaseChunkIdx & ~(perPage - 1);
  constexpr chunkIdx bigJump = 0x100000;
  struct {
    const char* name;
    ChunkBits before, scav;
    std::vector<pageCache> hits;
    ChunkBits after, afterScav;
  } cases[] = {
      {"all free",
       {{BaseChunkIdx, {}}},
       {{BaseChunkIdx, {{1, 1}, {64, 64}}}},
       {{PageBase(BaseChunkIdx, 0), all, 2},
        {PageBase(BaseChunkIdx, 64), all, all},
        {PageBase(BaseChunkIdx, 128), all, 0},
        {PageBase(BaseChunkIdx, 192), all, 0}},
       {{BaseChunkIdx, {{0, 256}}}},
       {}},
      {"in the third chunk",
       {{BaseChunkIdx, {{0, N}}}, {BaseChunkIdx + 1, {{0, N}}}, {BaseChunkIdx + 2, {{0, N - 64}}}},
       {},
       {{PageBase(BaseChunkIdx + 2, N - 64), all, 0}},
       {{BaseChunkIdx, {{0, N}}}, {BaseChunkIdx + 1, {{0, N}}}, {BaseChunkIdx + 2, {{0, N}}}},
       {}},
      {"behind a gap",
       {{BaseChunkIdx, {{0, N}}}, {BaseChunkIdx + 0xff, {}}},
       {{BaseChunkIdx + 0xff, {{31, 67}}}},
       {{PageBase(BaseChunkIdx + 0xff, 0), all, ((uint64{1} << 33) - 1) << 31}},
       {{BaseChunkIdx, {{0, N}}}, {BaseChunkIdx + 0xff, {{0, 64}}}},
       {{BaseChunkIdx + 0xff, {{64, 34}}}}},
      {"what is free of 64",
       {{BaseChunkIdx, {{0, 32}, {33, 31}, {96, 32}}}},
       {{BaseChunkIdx, {{1, 4}, {31, 5}, {66, 2}}}},
       {{PageBase(BaseChunkIdx, 0), uint64{1} << 32, uint64{1} << 32},
        {PageBase(BaseChunkIdx, 64), (uint64{1} << 32) - 1, 3 << 2}},
       {{BaseChunkIdx, {{0, 128}}}},
       {}},
      {"nothing",
       {{BaseChunkIdx, {{0, N}}}},
       {},
       {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}},
       {{BaseChunkIdx, {{0, N}}}},
       {}},
      {"scavenged bits move",
       {{BaseChunkIdx, {{0, 1}, {10, 2}}}},
       {{BaseChunkIdx, {{0, 4}, {11, 1}}}},
       {{PageBase(BaseChunkIdx, 0), ~uint64{1 | 3 << 10}, 7 << 1}},
       {{BaseChunkIdx, {{0, 64}}}},
       {}},
      {"the border of what is mapped",
       {{aligned + perPage - 1, {{0, N - 1}}}, {aligned + bigJump, {{1, N - 1}}}},
       {},
       {{PageBase(aligned + perPage - 1, N - 64), uint64{1} << 63, 0},
        {PageBase(aligned + bigJump, 0), 1, 0},
        {0, 0, 0}},
       {{aligned + perPage - 1, {{0, N}}}, {aligned + bigJump, {{0, N}}}},
       {}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    PageAlloc b(c.before, c.scav);
    for (pageCache want : c.hits) {
      ASSERT_EQ(b.AllocToCache(), want);
      // The next search begins at the last page of these.
      uintptr last = want.base + (pageCachePages - 1) * pageSize;
      ASSERT_EQ(b.p->searchAddr.addr(), want.empty() ? maxSearchAddr().addr() : last);
    }
    PageAlloc want(c.after, c.afterScav);
    ASSERT_NO_FATAL_FAILURE(checkPageAlloc(want, b));
  }
}

}  // namespace
}  // namespace gort

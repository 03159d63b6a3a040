// The page allocator: first fit by address, over a heap with gaps.
//
// Go: runtime/mpagealloc_test.go

#include "alloc/mpagealloc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "alloc/mpagecache.h"
#include "tests/page_alloc.h"

namespace gort {
namespace {

using testing::BaseChunkIdx;
using testing::BitRange;
using testing::checkPageAlloc;
using testing::ChunkBits;
using testing::PageAlloc;
using testing::PageBase;
using testing::testSysStat;

constexpr uintgo N = pallocChunkPages;
constexpr chunkIdx B = BaseChunkIdx;

// A distance of chunks that is some TiB: the next chunk there shares no page of summaries, but for
// those of the root.
constexpr chunkIdx bigJump = 0x100000;

// Summaries in a page of the system's, and a chunk whose summary is the first of such a page.
const chunkIdx sumsPerPhysPage = physPageSize / pallocSumBytes;
chunkIdx alignedChunk() { return B & ~(sumsPerPhysPage - 1); }

// ---- Summaries --------------------------------------------------------------------------------

TEST(MergeSummaries, LooksAcrossBorders) {
  constexpr uintgo n = 16;  // pages of each
  constexpr uintgo log = 4;
  auto S = [](uintgo start, uintgo max, uintgo end) { return packPallocSum(start, max, end); };
  const pallocSum none = S(0, 0, 0), free = S(n, n, n);
  struct {
    std::vector<pallocSum> sums;
    pallocSum want;
  } cases[] = {
      {{none, none}, none},
      {{free, free}, S(2 * n, 2 * n, 2 * n)},
      {{free, none}, S(n, n, 0)},
      {{none, free}, S(0, n, n)},
      {{S(1, 5, 3), S(4, 6, 2)}, S(1, 7, 2)},  // 3+4 across
      {{S(1, 5, 3), S(0, 9, 2)}, S(1, 9, 2)},  // 9 inside
      {{S(2, 5, 3), free, S(4, 4, 0)}, S(2, 3 + n + 4, 0)},
      {{free, S(4, 4, 1)}, S(n + 4, n + 4, 1)},
      {{S(4, 4, 1), free}, S(4, n + 1, n + 1)},
      {{free, free, free, S(3, 3, 3)}, S(3 * n + 3, 3 * n + 3, 3)},
  };
  for (auto& c : cases) {
    pallocSum got = mergeSummaries(c.sums.data(), c.sums.size(), log);
    EXPECT_EQ(got.start(), c.want.start());
    EXPECT_EQ(got.max(), c.want.max());
    EXPECT_EQ(got.end(), c.want.end());
  }
}

TEST(PageAlloc, SummariesAreBounded) {
  PageAlloc b(ChunkBits{{B, {}}});
  constexpr intgo leaf = summaryLevels - 1;
  EXPECT_LT(b.p->summary[leaf].len, b.p->summary[leaf].cap);
  EXPECT_DEATH(b.p->summary[leaf][b.p->summary[leaf].len], "index out of range");
}

// ---- Growing ------------------------------------------------------------------------------------

TEST(PageAlloc, Grow) {
  struct range {
    chunkIdx first, n;
  };
  std::vector<chunkIdx> every2nd;
  std::vector<range> each;
  for (chunkIdx i = 0; i <= 64; i += 2) {  // the set of ranges has to grow twice
    every2nd.push_back(B + i);
    each.push_back({B + i, 1});
  }
  struct {
    const char* name;
    std::vector<chunkIdx> chunks;
    std::vector<range> inUse;
  } cases[] = {
      {"one", {B}, {{B, 1}}},
      {"two", {B, B + 1}, {{B, 2}}},
      {"five", {B, B + 1, B + 2, B + 3, B + 4}, {{B, 5}}},
      {"downwards", {B + 2, B + 1, B}, {{B, 3}}},
      {"with gaps", {B, B + 2, B + 4}, {{B, 1}, {B + 2, 1}, {B + 4, 1}}},
      {"the gap is filled", {B, B + 2, B + 1}, {{B, 3}}},
      {"both", {B, B + 1, B + 2, B + 4}, {{B, 3}, {B + 4, 1}}},
      {"wide gaps", {B, B + 1, B + 0x10, B + 0x21}, {{B, 2}, {B + 0x10, 1}, {B + 0x21, 1}}},
      {"every second", every2nd, each},
      {"extreme", {B, B + bigJump}, {{B, 1}, {B + bigJump, 1}}},
      {"extreme, downwards", {B + bigJump, B}, {{B, 1}, {B + bigJump, 1}}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    PageAlloc b;
    for (chunkIdx ci : c.chunks) b.Grow(ci);
    ASSERT_EQ(b.p->inUse.len, intgo(c.inUse.size()));
    for (size_t i = 0; i < c.inUse.size(); i++) {
      EXPECT_EQ(b.p->inUse.ranges[i].base.addr(), chunkBase(c.inUse[i].first));
      EXPECT_EQ(b.p->inUse.ranges[i].limit.addr(), chunkBase(c.inUse[i].first + c.inUse[i].n));
    }
    EXPECT_EQ(b.p->start, *std::min_element(c.chunks.begin(), c.chunks.end()));
    EXPECT_EQ(b.p->end, *std::max_element(c.chunks.begin(), c.chunks.end()) + 1);
    ASSERT_NO_FATAL_FAILURE(b.CheckInvariants());
    for (chunkIdx ci : c.chunks) {
      EXPECT_EQ(b.p->chunkOf(ci)->summarize(), freeChunkSum);
      EXPECT_EQ(b.p->chunkOf(ci)->scavenged.popcntRange(0, N), N) << "new memory is scavenged";
    }
  }
}

TEST(PageAlloc, GrowRoundsToChunks) {
  PageAlloc b;
  b.locked([&] { b.p->grow(PageBase(B, 5), N * pageSize); });
  EXPECT_EQ(b.p->start, B);
  EXPECT_EQ(b.p->end, B + 2);
  ASSERT_NO_FATAL_FAILURE(b.CheckInvariants());
  EXPECT_EQ(b.Alloc(2 * N).addr, PageBase(B, 0));
}

TEST(PageAlloc, TryChunkOf) {
  PageAlloc b(ChunkBits{{B, {}}});
  EXPECT_EQ(b.p->tryChunkOf(B), b.p->chunkOf(B));
  EXPECT_EQ(b.p->tryChunkOf(B + bigJump), nullptr);
}

TEST(PageAlloc, CountsItsMemory) {
  uint64 before = testSysStat.load();
  int64 ready = memstats.mappedReady.load(relaxed);
  uintptr ranges;
  {
    PageAlloc b;
    ranges = uintptr(b.p->inUse.cap) * sizeof(addrRange);
    EXPECT_EQ(testSysStat.load(), before + ranges) << "the rest is only reserved";
    b.Grow(alignedChunk());
    // One page of each level but the root's, which is one block; one of the index; the bitmaps.
    uintptr root = pallocSumBytes << levelBits[0];
    EXPECT_EQ(b.p->summaryMappedReady, root + summaryLevels * physPageSize);
    EXPECT_EQ(testSysStat.load(),
              before + ranges + b.p->summaryMappedReady + sizeof(pallocChunksL2));
    uint64 grown = testSysStat.load();
    for (chunkIdx i = 1; i < sumsPerPhysPage; i++) b.Grow(alignedChunk() + i);
    EXPECT_EQ(testSysStat.load(), grown) << "all of that has room in the same pages";
  }
  EXPECT_EQ(testSysStat.load(), before + ranges);
  // persistentalloc may have taken a chunk.
  EXPECT_GE(memstats.mappedReady.load(relaxed), ready);
}

TEST(PageAlloc, ChunkHugePagesCanBeEnabledOnce) {
  PageAlloc b(ChunkBits{{B, {}}, {B + bigJump, {}}});
  EXPECT_FALSE(b.p->chunkHugePages);
  b.p->enableChunkHugePages();
  EXPECT_TRUE(b.p->chunkHugePages);
  uint64 stat = testSysStat.load();
  b.p->enableChunkHugePages();
  EXPECT_EQ(testSysStat.load(), stat) << "nothing is copied the second time";
  b.p->test = false;
  b.Grow(B + 2 * bigJump);
  ASSERT_NO_FATAL_FAILURE(b.CheckInvariants());
}

// ---- Allocating -----------------------------------------------------------------------------------

TEST(PageAlloc, Alloc) {
  struct hit {
    uintptr npages, addr, scav;  // scav in pages
  };
  const chunkIdx A = alignedChunk(), S = sumsPerPhysPage;
  struct {
    const char* name;
    ChunkBits before, scav;
    std::vector<hit> hits;
    ChunkBits after;
  } cases[] = {
      {"1 of all",
       {{B, {}}},
       {{B, {{0, 1}, {2, 2}}}},
       {{1, PageBase(B, 0), 1},
        {1, PageBase(B, 1), 0},
        {1, PageBase(B, 2), 1},
        {1, PageBase(B, 3), 1},
        {1, PageBase(B, 4), 0}},
       {{B, {{0, 5}}}}},
      {"1 in the third chunk",
       {{B, {{0, N}}}, {B + 1, {{0, N}}}, {B + 2, {{0, N - 1}}}},
       {{B, {{0, N}}}, {B + 1, {{0, N}}}, {B + 2, {{0, N}}}},
       {{1, PageBase(B + 2, N - 1), 1}},
       {{B, {{0, N}}}, {B + 1, {{0, N}}}, {B + 2, {{0, N}}}}},
      {"1 behind a gap",
       {{B, {{0, N}}}, {B + 0xff, {}}},
       {{B, {{0, N}}}, {B + 0xff, {{0, N}}}},
       {{1, PageBase(B + 0xff, 0), 1}},
       {{B, {{0, N}}}, {B + 0xff, {{0, 1}}}}},
      {"2 of all",
       {{B, {}}},
       {{B, {{0, 3}, {7, 1}}}},
       {{2, PageBase(B, 0), 2},
        {2, PageBase(B, 2), 1},
        {2, PageBase(B, 4), 0},
        {2, PageBase(B, 6), 1},
        {2, PageBase(B, 8), 0}},
       {{B, {{0, 10}}}}},
      {"2 across chunks",
       {{B, {{0, N - 1}}}, {B + 1, {{1, N - 1}}}},
       {{B, {{N - 1, 1}}}},
       {{2, PageBase(B, N - 1), 1}},
       {{B, {{0, N}}}, {B + 1, {{0, N}}}}},
      {"5 of all",
       {{B, {}}},
       {{B, {{0, 8}, {9, 1}, {17, 5}}}},
       {{5, PageBase(B, 0), 5},
        {5, PageBase(B, 5), 4},
        {5, PageBase(B, 10), 0},
        {5, PageBase(B, 15), 3},
        {5, PageBase(B, 20), 2}},
       {{B, {{0, 25}}}}},
      {"64 of all",
       {{B, {}}},
       {{B, {{21, 1}, {63, 65}}}},
       {{64, PageBase(B, 0), 2}, {64, PageBase(B, 64), 64}, {64, PageBase(B, 128), 0}},
       {{B, {{0, 192}}}}},
      {"65 of all",
       {{B, {}}},
       {{B, {{129, 1}}}},
       {{65, PageBase(B, 0), 0}, {65, PageBase(B, 65), 1}, {65, PageBase(B, 130), 0}},
       {{B, {{0, 195}}}}},
      {"until nothing is left",
       {{B, {}}},
       {{B, {{10, 1}}}},
       {{N - 3, PageBase(B, 0), 1},
        {N - 3, 0, 0},
        {1, PageBase(B, N - 3), 0},
        {2, PageBase(B, N - 2), 0},
        {1, 0, 0},
        {N - 3, 0, 0}},
       {{B, {{0, N}}}}},
      {"a chunk",
       {{B, {}}},
       {{B, {{0, 1}, {N - 1, 1}}}},
       {{N, PageBase(B, 0), 2}, {N, 0, 0}, {1, 0, 0}},
       {{B, {{0, N}}}}},
      {"a chunk across chunks",
       {{B, {{0, N / 2}}}, {B + 1, {{N / 2, N / 2}}}},
       {{B + 1, {{3, 100}}}},
       {{N, PageBase(B, N / 2), 100}, {N, 0, 0}, {1, 0, 0}},
       {{B, {{0, N}}}, {B + 1, {{0, N}}}}},
      {"a chunk and a page",
       {{B, {{0, N / 2}}}, {B + 1, {}}},
       {{B, {{0, N}}}, {B + 1, {{0, N}}}},
       {{N + 1, PageBase(B, N / 2), N + 1}, {N, 0, 0}, {1, PageBase(B + 1, N / 2 + 1), 1}},
       {{B, {{0, N}}}, {B + 1, {{0, N / 2 + 2}}}}},
      {"two chunks",
       {{B, {}}, {B + 1, {}}},
       {},
       {{2 * N, PageBase(B, 0), 0}, {2 * N, 0, 0}, {1, 0, 0}},
       {{B, {{0, N}}}, {B + 1, {{0, N}}}}},
      {"two chunks behind a gap",
       {{B, {}}, {B + 0x40, {}}, {B + 0x41, {}}},
       {{B, {{0, N}}}},
       {{2 * N, PageBase(B + 0x40, 0), 0}, {21, PageBase(B, 0), 21}, {1, PageBase(B, 21), 1}},
       {{B, {{0, 22}}}, {B + 0x40, {{0, N}}}, {B + 0x41, {{0, N}}}}},
      {"two chunks across three",
       {{B, {{0, N / 2}}}, {B + 1, {}}, {B + 2, {{N / 2, N / 2}}}},
       {{B, {{0, 7}}}, {B + 1, {{3, 5}, {121, 10}}}, {B + 2, {{N / 2 + 12, 2}}}},
       {{2 * N, PageBase(B, N / 2), 15}, {2 * N, 0, 0}, {1, 0, 0}},
       {{B, {{0, N}}}, {B + 1, {{0, N}}}, {B + 2, {{0, N}}}}},
      {"a chunk and a quarter",
       {{B, {{0, N}}}, {B + 1, {{0, N * 3 / 4}}}, {B + 2, {{0, N * 3 / 4}}}, {B + 3, {}}},
       {{B, {{0, N}}},
        {B + 1, {{N / 2, N / 4 + 1}}},
        {B + 2, {{N / 3, 1}}},
        {B + 3, {{N * 2 / 3, 1}}}},
       {{N * 5 / 4, PageBase(B + 2, N * 3 / 4), 1},
        {N * 5 / 4, 0, 0},
        {1, PageBase(B + 1, N * 3 / 4), 1}},
       {{B, {{0, N}}}, {B + 1, {{0, N * 3 / 4 + 1}}}, {B + 2, {{0, N}}}, {B + 3, {{0, N}}}}},
      {"seven chunks and five pages",
       {{B, {}},
        {B + 1, {}},
        {B + 2, {}},
        {B + 3, {}},
        {B + 4, {}},
        {B + 5, {}},
        {B + 6, {}},
        {B + 7, {}}},
       {{B, {{50, 1}}},
        {B + 1, {{31, 1}}},
        {B + 2, {{7, 1}}},
        {B + 3, {{200, 1}}},
        {B + 4, {{3, 1}}},
        {B + 5, {{51, 1}}},
        {B + 6, {{20, 1}}},
        {B + 7, {{1, 1}}}},
       {{N * 7 + 5, PageBase(B, 0), 8}, {N * 7 + 5, 0, 0}, {1, PageBase(B + 7, 5), 0}},
       {{B, {{0, N}}},
        {B + 1, {{0, N}}},
        {B + 2, {{0, N}}},
        {B + 3, {{0, N}}},
        {B + 4, {{0, N}}},
        {B + 5, {{0, N}}},
        {B + 6, {{0, N}}},
        {B + 7, {{0, 6}}}}},
      // The first chunk has the last summary of a page, the next page is not mapped, and the heap
      // goes on far above. Nobody may look into the unmapped page when the first chunk is full.
      {"the border of what is mapped",
       {{A + S - 1, {}}, {A + bigJump, {}}},
       {},
       {{N - 1, PageBase(A + S - 1, 0), 0},
        {1, PageBase(A + S - 1, N - 1), 0},
        {1, PageBase(A + bigJump, 0), 0},
        {N - 1, PageBase(A + bigJump, 1), 0},
        {1, 0, 0}},
       {{A + S - 1, {{0, N}}}, {A + bigJump, {{0, N}}}}},
      // Go's issue 40191. The second allocation does not fit into the middle chunk, but learns from
      // the summaries that the first free page is somewhere around there. It must not begin the
      // next search below that chunk, where nothing is mapped.
      {"a searchAddr in a gap",
       {{B, {{0, N - 1}}}, {B + bigJump + 0x503, {{0, N - 10}, {N - 1, 1}}}, {B + 2 * bigJump, {}}},
       {},
       {{1, PageBase(B, N - 1), 0},
        {100, PageBase(B + 2 * bigJump, 0), 0},
        {9, PageBase(B + bigJump + 0x503, N - 10), 0}},
       {{B, {{0, N}}}, {B + bigJump + 0x503, {{0, N}}}, {B + 2 * bigJump, {{0, 100}}}}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    PageAlloc b(c.before, c.scav);
    for (hit h : c.hits) {
      auto [addr, scav] = b.Alloc(h.npages);
      ASSERT_EQ(addr, h.addr) << h.npages << " pages";
      ASSERT_EQ(scav, h.scav * pageSize) << h.npages << " pages";
    }
    PageAlloc want(c.after, c.scav);
    ASSERT_NO_FATAL_FAILURE(checkPageAlloc(want, b));
  }
}

TEST(PageAlloc, Exhaust) {
  for (uintptr npages : {1, 2, 3, 4, 5, 8, 16, 64, 1024, 1025, 2048, 2049}) {
    SCOPED_TRACE(npages);
    PageAlloc b(ChunkBits{{B, {}}, {B + 1, {}}, {B + 2, {}}, {B + 3, {}}});
    uintptr n = 4 * N / npages;
    for (uintptr i = 0; i < n; i++) ASSERT_EQ(b.Alloc(npages).addr, PageBase(B, i * npages));
    ASSERT_EQ(b.Alloc(npages).addr, 0u);

    ChunkBits after;
    uintptr left = n * npages;
    for (chunkIdx c = B; c < B + 4; c++) {
      uintptr here = std::min<uintptr>(left, N);
      after[c] = {{0, here}};
      left -= here;
    }
    PageAlloc want(after);
    ASSERT_NO_FATAL_FAILURE(checkPageAlloc(want, b));
  }
}

TEST(PageAlloc, AnEmptyHeapHasNothing) {
  PageAlloc b;
  EXPECT_EQ(b.Alloc(1).addr, 0u);
  EXPECT_EQ(b.Alloc(10000).addr, 0u);
  EXPECT_TRUE(b.AllocToCache().empty());
}

// A run across a border of each level, up to the root's.
TEST(PageAlloc, RunsCrossBordersOfEveryLevel) {
  for (intgo l = 0; l < summaryLevels; l++) {
    SCOPED_TRACE(l);
    chunkIdx perSummary = uintptr{1} << (levelShift[l] - logPallocChunkBytes);
    chunkIdx border = alignUp(B + 1, perSummary);
    PageAlloc b(ChunkBits{{border - 2, {{0, N}}},
                          {border - 1, {{0, N - 7}}},
                          {border, {}},
                          {border + 1, {{5, N - 5}}}});
    EXPECT_EQ(b.Alloc(7 + N + 6).addr, 0u);
    EXPECT_EQ(b.Alloc(7 + N + 5).addr, PageBase(border - 1, N - 7));
    EXPECT_EQ(b.Alloc(1).addr, 0u);
    ASSERT_NO_FATAL_FAILURE(b.CheckInvariants());
  }
}

// All of a root's summary, 16 GiB: counts that do not fit into their fields.
TEST(PageAlloc, AWholeSummaryOfTheRoot) {
  constexpr uintgo chunks = maxPackedValue / N;
  chunkIdx first = alignUp(B, chunks);
  PageAlloc b;
  b.Grow(first, chunks + 1);
  EXPECT_EQ(b.p->summary[0][first / chunks].max(), maxPackedValue);
  EXPECT_EQ(b.Alloc(maxPackedValue + N + 1).addr, 0u);
  EXPECT_EQ(b.Alloc(maxPackedValue + 1).addr, PageBase(first, 0));
  ASSERT_NO_FATAL_FAILURE(b.CheckInvariants());
  EXPECT_EQ(b.Alloc(1).addr, PageBase(first + chunks, 1));
  b.Free(PageBase(first, 0), maxPackedValue);
  EXPECT_EQ(b.Alloc(maxPackedValue).addr, PageBase(first, 0));
}

// ---- Freeing ----------------------------------------------------------------------------------------

TEST(PageAlloc, Free) {
  auto full = [](chunkIdx n) {
    ChunkBits c;
    for (chunkIdx i = 0; i < n; i++) c[B + i] = {{0, N}};
    return c;
  };
  struct {
    const char* name;
    ChunkBits before;
    uintptr npages;
    std::vector<uintptr> frees;
    ChunkBits after;
  } cases[] = {
      {"1",
       full(1),
       1,
       {PageBase(B, 0), PageBase(B, 1), PageBase(B, 2), PageBase(B, 3), PageBase(B, 4)},
       {{B, {{5, N - 5}}}}},
      {"1 in each of three chunks",
       full(3),
       1,
       {PageBase(B, N / 2), PageBase(B + 1, 0), PageBase(B + 2, N - 1)},
       {{B, {{0, N / 2}, {N / 2 + 1, N / 2 - 1}}}, {B + 1, {{1, N - 1}}}, {B + 2, {{0, N - 1}}}}},
      {"2", full(1), 2, {PageBase(B, 0), PageBase(B, 2), PageBase(B, 4)}, {{B, {{6, N - 6}}}}},
      {"2 across chunks",
       {{B, {{N - 1, 1}}}, {B + 1, {{0, 1}}}},
       2,
       {PageBase(B, N - 1)},
       {{B, {}}, {B + 1, {}}}},
      {"64", full(1), 64, {PageBase(B, 0), PageBase(B, 64)}, {{B, {{128, N - 128}}}}},
      {"65", full(1), 65, {PageBase(B, 0), PageBase(B, 65)}, {{B, {{130, N - 130}}}}},
      {"a chunk", full(1), N, {PageBase(B, 0)}, {{B, {}}}},
      {"a chunk across chunks",
       {{B, {{N / 2, N / 2}}}, {B + 1, {{0, N / 2}}}},
       N,
       {PageBase(B, N / 2)},
       {{B, {}}, {B + 1, {}}}},
      {"a chunk and a page",
       full(2),
       N + 1,
       {PageBase(B, N / 2)},
       {{B, {{0, N / 2}}}, {B + 1, {{N / 2 + 1, N / 2 - 1}}}}},
      {"two chunks", full(2), 2 * N, {PageBase(B, 0)}, {{B, {}}, {B + 1, {}}}},
      {"two chunks across three",
       full(3),
       2 * N,
       {PageBase(B, N / 2)},
       {{B, {{0, N / 2}}}, {B + 1, {}}, {B + 2, {{N / 2, N / 2}}}}},
      {"seven chunks and five pages",
       full(8),
       7 * N + 5,
       {PageBase(B, 0)},
       {{B, {}},
        {B + 1, {}},
        {B + 2, {}},
        {B + 3, {}},
        {B + 4, {}},
        {B + 5, {}},
        {B + 6, {}},
        {B + 7, {{5, N - 5}}}}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    PageAlloc b(c.before);
    for (uintptr addr : c.frees) b.Free(addr, c.npages);
    PageAlloc want(c.after);
    ASSERT_NO_FATAL_FAILURE(checkPageAlloc(want, b));
  }
}

TEST(PageAlloc, AllocAndFreeInTurn) {
  PageAlloc b;
  b.Grow(B, 8);
  for (int i = 0; i < 3; i++) {
    ASSERT_EQ(b.Alloc(8 * N).addr, PageBase(B, 0));
    b.Free(PageBase(B, 0), 8 * N);
  }
  ASSERT_EQ(b.Alloc(1).addr, PageBase(B, 0));
  b.Free(PageBase(B, 0), 1);
  ASSERT_EQ(b.Alloc(8 * N).addr, PageBase(B, 0));
}

TEST(PageAlloc, FreeingFreePagesIsNoticed) {
  PageAlloc b(ChunkBits{{B, {}}});
  EXPECT_DEATH(b.Free(PageBase(B, 0), 1), "allocated pages below zero\\?");
}

TEST(PageAlloc, PaddingIsAllocatedAndScavenged) {
  for (uintptr npages : {uintptr{1}, uintptr{10}, N - 3, N, 2 * N + 17}) {
    SCOPED_TRACE(npages);
    PageAlloc b;
    b.Grow(B, 4);
    b.locked([&] { b.p->markRandomPaddingPages(PageBase(B, 3), npages); });
    for (uintptr i = 0; i < 4 * N; i++) {
      pallocData* chunk = b.p->chunkOf(B + i / N);
      bool padding = i >= 3 && i < 3 + npages;
      ASSERT_EQ(chunk->get(i % N), uintgo(padding)) << i;
      ASSERT_EQ(chunk->scavenged.get(i % N), 1u) << i;
    }
    EXPECT_EQ(b.Alloc(3).addr, PageBase(B, 0));
    EXPECT_EQ(b.Alloc(1).addr, PageBase(B, 3 + npages));
  }
}

TEST(PageAlloc, ALyingSummaryIsNoticed) {
  PageAlloc b(ChunkBits{{B, {{0, N}}}, {B + 1, {}}});
  constexpr intgo leaf = summaryLevels - 1;
  // The chunk's own, when searchAddr leads there directly.
  b.p->searchAddr = {PageBase(B, 0)};
  b.p->summary[leaf][B] = packPallocSum(0, 3, 0);
  EXPECT_DEATH(b.Alloc(3), "bad summary data");
  // Those above, when the search goes down the tree.
  b.p->summary[leaf][B] = {};
  for (intgo l = 0; l < leaf; l++) {
    b.p->summary[l][B >> ((leaf - l) * summaryLevelBits)] = packPallocSum(0, 2 * N, 0);
    EXPECT_DEATH(b.Alloc(2 * N), "bad summary data");
  }
}

// ---- Against a plain bitmap -------------------------------------------------------------------------

// What the allocator should do, page by page.
class model {
 public:
  struct page {
    bool allocated, scavenged;
  };

  void grow(chunkIdx ci) { chunks_[ci].assign(N, {false, true}); }
  bool has(chunkIdx ci) const { return chunks_.contains(ci); }
  page& at(uintptr addr) { return chunks_.at(chunkIndex(addr))[chunkPageIndex(addr)]; }

  // The address of the first run of npages free pages, 0 if there is none.
  uintptr firstFit(uintptr npages) const {
    uintptr run = 0, next = 0;
    for (auto& [ci, pages] : chunks_) {
      if (chunkBase(ci) != next) run = 0;
      for (uintgo i = 0; i < N; i++) {
        run = pages[i].allocated ? 0 : run + 1;
        if (run == npages) return PageBase(ci, i) - (npages - 1) * pageSize;
      }
      next = chunkBase(ci + 1);
    }
    return 0;
  }
  uintptr take(uintptr addr, uintptr npages) {
    uintptr scav = 0;
    for (uintptr i = 0; i < npages; i++) {
      page& pg = at(addr + i * pageSize);
      EXPECT_FALSE(pg.allocated);
      scav += pg.scavenged;
      pg = {true, false};
    }
    return scav * pageSize;
  }
  void free(uintptr addr, uintptr npages) {
    for (uintptr i = 0; i < npages; i++) at(addr + i * pageSize).allocated = false;
  }

  void check(pageAlloc* p) const {
    for (auto& [ci, pages] : chunks_) {
      pallocData* chunk = p->tryChunkOf(ci);
      ASSERT_NE(chunk, nullptr);
      for (uintgo i = 0; i < N; i++) {
        ASSERT_EQ(chunk->get(i) != 0, pages[i].allocated) << "chunk " << ci << " page " << i;
        ASSERT_EQ(chunk->scavenged.get(i) != 0, pages[i].scavenged)
            << "chunk " << ci << " page " << i;
      }
    }
  }

 private:
  std::map<chunkIdx, std::vector<page>> chunks_;
};

void randomAgainstModel(uint64 seed, int steps) {
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  PageAlloc b;
  model m;
  struct run {
    uintptr addr, npages;
  };
  std::vector<run> runs;
  std::vector<pageCache> caches;

  // Where the heap may grow: around borders of several levels, and far away.
  std::vector<chunkIdx> places;
  for (chunkIdx i = 0; i < 4; i++) places.push_back(B + i);
  for (chunkIdx i = 0; i < 6; i++) places.push_back(alignUp(B + 1, 4096) - 3 + i);
  for (chunkIdx i = 0; i < 3; i++) places.push_back(B + bigJump + i);
  std::shuffle(places.begin(), places.end(), rng);

  for (int step = 0; step < steps; step++) {
    unsigned what = rng() % 100;
    if (step == 0 || (what < 3 && !places.empty())) {
      b.Grow(places.back());
      m.grow(places.back());
      places.pop_back();
    } else if (what < 45) {
      uintptr npages = 1 + rng() % (what < 25 ? 4 : what < 40 ? 100 : 3 * N);
      uintptr want = m.firstFit(npages);
      auto [addr, scav] = b.Alloc(npages);
      ASSERT_EQ(addr, want) << npages << " pages, step " << step;
      if (addr != 0) {
        ASSERT_EQ(scav, m.take(addr, npages));
        runs.push_back({addr, npages});
      }
    } else if (what < 80 && !runs.empty()) {
      // A run, or its front: who allocates may return pages piecewise.
      size_t i = rng() % runs.size();
      run* r = &runs[i];
      uintptr n = rng() % 4 == 0 ? 1 + rng() % r->npages : r->npages;
      b.Free(r->addr, n);
      m.free(r->addr, n);
      if (n < r->npages) {
        *r = {r->addr + n * pageSize, r->npages - n};
      } else {
        *r = runs.back();
        runs.pop_back();
      }
    } else if (what < 86) {
      uintptr first = m.firstFit(1);
      pageCache c = b.AllocToCache();
      pageCache want = {};
      if (first != 0) {
        want.base = alignDown(first, pageCachePages * pageSize);
        for (uintptr i = 0; i < pageCachePages; i++) {
          model::page& pg = m.at(want.base + i * pageSize);
          if (pg.allocated) continue;
          want.cache |= uint64{1} << i;
          want.scav |= uint64{pg.scavenged} << i;
          pg = {true, false};
        }
      }
      ASSERT_EQ(c, want) << "step " << step;
      if (!c.empty()) caches.push_back(c);
    } else if (what < 91 && !caches.empty()) {
      pageCache* c = &caches[rng() % caches.size()];
      pageCache was = *c;
      uintptr npages = 1 + rng() % 5;
      auto [addr, scav] = c->alloc(npages);
      // The first fit in the cache.
      uintptr want = 0, run = 0;
      for (uintptr i = 0; i < pageCachePages && want == 0; i++) {
        run = (was.cache >> i & 1) != 0 ? run + 1 : 0;
        if (run == npages) want = was.base + (i + 1 - npages) * pageSize;
      }
      ASSERT_EQ(addr, want);
      if (addr != 0) {
        uintptr wantScav = 0;
        for (uintptr i = 0; i < npages; i++) {
          wantScav += was.scav >> ((addr - was.base) / pageSize + i) & 1;
        }
        ASSERT_EQ(scav, wantScav * pageSize);
        runs.push_back({addr, npages});
      }
    } else if (what < 96 && !caches.empty()) {
      size_t i = rng() % caches.size();
      pageCache c = caches[i];
      for (uintptr pg = 0; pg < pageCachePages; pg++) {
        if ((c.cache >> pg & 1) != 0)
          m.at(c.base + pg * pageSize) = {false, (c.scav >> pg & 1) != 0};
      }
      b.Flush(&caches[i]);
      ASSERT_TRUE(caches[i].empty());
      caches[i] = caches.back();
      caches.pop_back();
    } else if (uintptr addr = m.firstFit(1 + rng() % 20)) {
      // A scavenger takes the free pages from there on.
      for (uintptr n = 1 + rng() % 50; n > 0; n--, addr += pageSize) {
        if (!m.has(chunkIndex(addr)) || m.at(addr).allocated) break;
        m.at(addr).scavenged = true;
        b.p->chunkOf(chunkIndex(addr))->scavenged.set(chunkPageIndex(addr));
      }
    }
    if (step % 16 == 0 || step == steps - 1) {
      ASSERT_NO_FATAL_FAILURE(b.CheckInvariants()) << "step " << step;
      ASSERT_NO_FATAL_FAILURE(m.check(b.p.get())) << "step " << step;
    }
  }
}

TEST(PageAlloc, RandomAgainstModel) {
  std::random_device seeds;
  for (int i = 0; i < 10; i++) ASSERT_NO_FATAL_FAILURE(randomAgainstModel(seeds(), 1500));
}

}  // namespace
}  // namespace gort

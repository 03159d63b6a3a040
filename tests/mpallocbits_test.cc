// The bits of a chunk's pages: setting, counting, searching, summaries.
//
// Go: runtime/mpallocbits_test.go

#include "alloc/mpallocbits.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace gort {
namespace {

constexpr uintgo N = pallocChunkPages;
constexpr uintgo notFound = pallocBits::notFound;

struct bitRange {
  uintgo i, n;
};

// The same bits, one by one.
using bools = std::vector<bool>;

bools boolsOf(const pageBits& b) {
  bools v(N);
  for (uintgo i = 0; i < N; i++) v[i] = b.get(i) != 0;
  return v;
}

pallocBits makePallocBits(const std::vector<bitRange>& ranges) {
  pallocBits b{};
  for (bitRange r : ranges) b.allocRange(r.i, r.n);
  return b;
}

pallocBits inverted(pallocBits b) {
  for (uint64& w : b.b) w = ~w;
  return b;
}

pallocSum summarizeSlow(const pallocBits& b) {
  uintgo start = 0, most = 0, end = 0;
  bool allocated = false;
  for (uintgo i = 0; i < N; i++) {
    if (b.get(i) != 0) {
      allocated = true;
      end = 0;
      continue;
    }
    end++;
    if (!allocated) start++;
    most = std::max(most, end);
  }
  return packPallocSum(start, most, end);
}

uintgo findSlow(const pallocBits& b, uintgo npages, uintgo from) {
  uintgo run = 0;
  for (uintgo i = from; i < N; i++) {
    run = b.get(i) == 0 ? run + 1 : 0;
    if (run == npages) return i + 1 - npages;
  }
  return notFound;
}

void expectSum(pallocSum got, pallocSum want) {
  EXPECT_EQ(got.start(), want.start());
  EXPECT_EQ(got.max(), want.max());
  EXPECT_EQ(got.end(), want.end());
}

// Bits in runs of random lengths, dense and sparse.
pallocBits randomBits(std::mt19937_64& rng) {
  pallocBits b{};
  switch (rng() % 4) {
    case 0:
      for (uint64& w : b.b) w = rng();
      break;
    case 1:
      for (uint64& w : b.b) w = rng() & rng() & rng() & rng();
      break;
    case 2:
      for (uint64& w : b.b) w = rng() | rng() | rng() | rng();
      break;
    default: {
      uintgo longest = 1 + rng() % 200;
      for (uintgo i = 0; i < N;) {
        uintgo n = std::min(1 + rng() % longest, N - i);
        if (rng() % 2 == 0) b.allocRange(i, n);
        i += n;
      }
    }
  }
  return b;
}

// ---- Ranges -------------------------------------------------------------------------------

TEST(PallocBits, AllocRange) {
  constexpr uint64 all = ~uint64{0};
  struct {
    const char* name;
    bitRange r;
    std::vector<uint64> want;  // words
  } cases[] = {
      {"lowest", {0, 1}, {1, 0, 0, 0, 0, 0, 0, 0}},
      {"highest", {N - 1, 1}, {0, 0, 0, 0, 0, 0, 0, uint64{1} << 63}},
      {"inside a word", {129, 5}, {0, 0, 0x3e, 0, 0, 0, 0, 0}},
      {"one word", {64, 64}, {0, all, 0, 0, 0, 0, 0, 0}},
      {"whole words", {128, 128}, {0, 0, all, all, 0, 0, 0, 0}},
      {"from the start", {0, 321}, {all, all, all, all, all, 1, 0, 0}},
      {"to the end", {N - 193, 193}, {0, 0, 0, 0, uint64{1} << 63, all, all, all}},
      {"all", {0, N}, {all, all, all, all, all, all, all, all}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    pallocBits b = makePallocBits({c.r});
    for (uintgo w = 0; w < pageBits::words; w++) EXPECT_EQ(b[w], c.want[w]) << "word " << w;
  }
}

TEST(PallocBits, Free) {
  struct {
    const char* name;
    std::vector<bitRange> beforeFree;
    uintgo npages;
    std::vector<uintgo> frees;
    std::vector<bitRange> afterFree;
  } cases[] = {
      {"one by one", {}, 1, {0, 1, 2, 3, 4, 5}, {{0, 6}}},
      {"pairs", {}, 2, {0, 2, 4, 6, 8, 10}, {{0, 12}}},
      {"fives", {}, 5, {0, 5, 10, 15, 20}, {{0, 25}}},
      {"words", {}, 64, {0, 64, 128}, {{0, 192}}},
      {"words and one", {}, 65, {0, 65, 130}, {{0, 195}}},
      {"beside free ones", {{0, 32}, {64, 32}, {100, 1}}, 1, {32}, {{0, 33}, {64, 32}, {100, 1}}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    pallocBits b = inverted(makePallocBits(c.beforeFree));
    for (uintgo i : c.frees) b.free(i, c.npages);
    EXPECT_EQ(boolsOf(b), boolsOf(inverted(makePallocBits(c.afterFree))));
  }
}

TEST(PallocBits, PopcntRange) {
  struct test {
    uintgo i, n, want;
  };
  struct {
    const char* name;
    std::vector<bitRange> init;
    std::vector<test> tests;
  } cases[] = {
      {"none", {}, {{0, 1, 0}, {5, 3, 0}, {2, 11, 0}, {N / 4 + 1, N / 2, 0}, {0, N, 0}}},
      {"all", {{0, N}}, {{0, 1, 1}, {5, 3, 3}, {2, 11, 11}, {N / 4 + 1, N / 2, N / 2}, {0, N, N}}},
      {"half",
       {{N / 2, N / 2}},
       {{0, 1, 0},
        {N / 2 - 1, 1, 0},
        {N / 2, 1, 1},
        {N / 2 - 1, 2, 1},
        {N / 4, N / 4, 0},
        {N / 4, N / 4 + 1, 1},
        {N / 4 + 1, N / 2, N / 4 + 1},
        {0, N, N / 2}}},
      {"an odd border",
       {{0, 111}},
       {{110, 2, 1}, {99, 50, 12}, {110, 1, 1}, {111, 1, 0}, {120, 1, 0}, {0, N, 111}}},
      {"scattered",
       {{1, 3}, {5, 1}, {7, 1}, {10, 2}, {13, 1}, {15, 4}, {60, 8}, {71, 10}, {84, 1}, {125, 5}},
       {{0, 11, 6},
        {0, 64, 16},
        {13, 64, 19},
        {64, 64, 18},
        {0, 128, 34},
        {1, 128, 35},
        {0, N, 36}}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    pallocBits b = makePallocBits(c.init);
    for (test t : c.tests) EXPECT_EQ(b.popcntRange(t.i, t.n), t.want) << t.i << ", " << t.n;
  }
}

TEST(PallocBits, RangesAgainstSingleBits) {
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  pallocBits b{};
  bools model(N);
  for (int step = 0; step < 5000; step++) {
    uintgo i = rng() % N;
    uintgo n = 1 + rng() % (rng() % 2 == 0 ? std::min<uintgo>(N - i, 70) : N - i);
    n = std::min(n, N - i);
    uint64 v = rng();
    switch (rng() % 8) {
      case 0:
        b.allocRange(i, n);
        std::fill_n(model.begin() + int64(i), n, true);
        break;
      case 1:
        b.free(i, n);
        std::fill_n(model.begin() + int64(i), n, false);
        break;
      case 2:
        b.set(i);
        model[i] = true;
        break;
      case 3:
        b.free1(i);
        model[i] = false;
        break;
      case 4:
        b.allocPages64(i, v);
        for (uintgo k = 0; k < 64; k++)
          model[i / 64 * 64 + k] = model[i / 64 * 64 + k] || (v >> k & 1);
        break;
      case 5:
        b.clearBlock64(i, v);
        for (uintgo k = 0; k < 64; k++)
          model[i / 64 * 64 + k] = model[i / 64 * 64 + k] && !(v >> k & 1);
        break;
      case 6:
        ASSERT_EQ(b.popcntRange(i, n),
                  uintgo(std::count(model.begin() + int64(i), model.begin() + int64(i + n), true)));
        break;
      default:
        if (rng() % 50 == 0) {
          rng() % 2 == 0 ? b.allocAll() : b.freeAll();
          model.assign(N, b.get(0) != 0);
        }
    }
    ASSERT_EQ(boolsOf(b), model) << "step " << step;
    for (uintgo k = 0; k < 64; k++)
      ASSERT_EQ(b.pages64(i) >> k & 1, uint64(model[i / 64 * 64 + k]));
  }
}

// ---- Summaries ------------------------------------------------------------------------------

TEST(PallocSum, Packs) {
  for (pallocSum::parts p :
       std::vector<pallocSum::parts>{{0, 0, 0},
                                     {1, 2, 3},
                                     {N, N, N},
                                     {0, maxPackedValue - 1, 0},
                                     {5, 1 << 20, 1 << 20},
                                     {maxPackedValue - 1, maxPackedValue - 1, maxPackedValue - 1},
                                     {maxPackedValue, maxPackedValue, maxPackedValue}}) {
    pallocSum s = packPallocSum(p.start, p.max, p.end);
    EXPECT_EQ(s.start(), p.start);
    EXPECT_EQ(s.max(), p.max);
    EXPECT_EQ(s.end(), p.end);
    pallocSum::parts u = s.unpack();
    EXPECT_EQ(u.start, p.start);
    EXPECT_EQ(u.max, p.max);
    EXPECT_EQ(u.end, p.end);
  }
  EXPECT_EQ(packPallocSum(0, 0, 0).v, 0u);
}

TEST(PallocBits, Summarize) {
  struct {
    const char* name;
    std::vector<bitRange> free;
    pallocSum want;
  } cases[] = {
      {"nothing free", {}, packPallocSum(0, 0, 0)},
      {"the start", {{0, 10}}, packPallocSum(10, 10, 0)},
      {"the end", {{N - 40, 40}}, packPallocSum(0, 40, 40)},
      {"start and end", {{0, 11}, {N - 23, 23}}, packPallocSum(11, 23, 23)},
      {"start, middle and end", {{0, 4}, {50, 100}, {N - 4, 4}}, packPallocSum(4, 100, 4)},
      {"the middle", {{1, 20}, {35, 241}, {N - 50, 30}}, packPallocSum(0, 241, 0)},
      {"several longest", {{35, 2}, {40, 5}, {100, 5}}, packPallocSum(0, 5, 0)},
      {"one", {{2, 1}}, packPallocSum(0, 1, 0)},
      {"the longest that a word hides", {{65, 62}}, packPallocSum(0, 62, 0)},
      {"everything", {{0, N}}, packPallocSum(N, N, N)},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    expectSum(inverted(makePallocBits(c.free)).summarize(), c.want);
  }
  EXPECT_EQ(freeChunkSum, packPallocSum(N, N, N));
}

TEST(PallocBits, SummarizeRandom) {
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  for (int i = 0; i < 5000; i++) {
    pallocBits b = randomBits(rng);
    ASSERT_NO_FATAL_FAILURE(expectSum(b.summarize(), summarizeSlow(b)));
    if (::testing::Test::HasFailure()) FAIL() << "round " << i;
  }
}

TEST(PallocBits, SummarizePatterns) {
  for (uint64 p :
       {uint64{0}, ~uint64{0}, uint64{0xaa}, uint64{0xaaaaaaaaaaaaaaaa}, uint64{0x80000000aaaaaaaa},
        uint64{0xaaaaaaaa00000001}, uint64{0x80000000bbbbbbbb}, uint64{0xcccccccccccccccc},
        uint64{0x4444444444444444}, uint64{0x4040404040404040}, uint64{0x4000400040004000},
        uint64{0x1000404044ccaaff}, uint64{0x8000000000000001}}) {
    pallocBits b{};
    for (uint64& w : b.b) w = p;
    expectSum(b.summarize(), summarizeSlow(b));
  }
}

// ---- Searches -------------------------------------------------------------------------------

TEST(PallocBits, FindTakesTheFirstFit) {
  struct {
    const char* name;
    std::vector<bitRange> before;
    uintgo npages;
    std::vector<uintgo> hits;
    std::vector<bitRange> after;
  } cases[] = {
      {"1 of all", {}, 1, {0, 1, 2, 3, 4, 5}, {{0, 6}}},
      {"2 of all", {}, 2, {0, 2, 4, 6, 8, 10}, {{0, 12}}},
      {"5 of all", {}, 5, {0, 5, 10, 15, 20}, {{0, 25}}},
      {"64 of all", {}, 64, {0, 64, 128}, {{0, 192}}},
      {"65 of all", {}, 65, {0, 65, 130}, {{0, 195}}},
      {"1 of none", {{0, N}}, 1, {notFound, notFound}, {{0, N}}},
      {"2 of none", {{0, N}}, 2, {notFound, notFound}, {{0, N}}},
      {"65 of none", {{0, N}}, 65, {notFound, notFound}, {{0, N}}},
      {"exactly 1", {{0, N / 2 - 3}, {N / 2 - 2, N / 2 + 2}}, 1, {N / 2 - 3, notFound}, {{0, N}}},
      {"exactly 2", {{0, N / 2 - 3}, {N / 2 - 1, N / 2 + 1}}, 2, {N / 2 - 3, notFound}, {{0, N}}},
      {"exactly 5", {{0, N / 2 - 3}, {N / 2 + 2, N / 2 - 2}}, 5, {N / 2 - 3, notFound}, {{0, N}}},
      {"exactly 65",
       {{0, N / 2 - 31}, {N / 2 + 34, N / 2 - 34}},
       65,
       {N / 2 - 31, notFound},
       {{0, N}}},
      {"gaps below 64",
       {{0, 32}, {64, 32}, {100, N - 100}},
       64,
       {notFound},
       {{0, 32}, {64, 32}, {100, N - 100}}},
      {"161 behind a gap", {{0, 185}, {331, 1}}, 161, {332}, {{0, 185}, {331, 162}}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    pallocBits b = makePallocBits(c.before);
    for (uintgo want : c.hits) {
      uintgo got = b.find(c.npages, 0).index;
      ASSERT_EQ(got, want);
      if (got != notFound) b.allocRange(got, c.npages);
    }
    EXPECT_EQ(boolsOf(b), boolsOf(makePallocBits(c.after)));
  }
}

TEST(PallocBits, FindRandom) {
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  for (int round = 0; round < 20000; round++) {
    pallocBits b = randomBits(rng);
    uintgo npages = 1 + rng() % (rng() % 2 == 0 ? 10 : rng() % 2 == 0 ? 70 : 300);
    // A search may begin at the first free page, or anywhere before it.
    uintgo firstFree = findSlow(b, 1, 0);
    uintgo from = firstFree == notFound ? rng() % N : rng() % (firstFree + 1);
    pallocBits::findResult got = b.find(npages, from);
    uintgo want = findSlow(b, npages, 0);
    ASSERT_EQ(got.index, want) << "npages " << npages << ", from " << from;
    if (want != notFound) {
      ASSERT_EQ(got.searchIdx, firstFree) << "npages " << npages;
    }
  }
}

TEST(FindBitRange64, Cases) {
  for (uintgo n = 1; n <= 64; n++) {
    EXPECT_EQ(findBitRange64(~uint64{0}, n), 0u);
    EXPECT_GE(findBitRange64(0, n), 64u);
  }
  EXPECT_EQ(findBitRange64(0x8000000000000000, 1), 63u);
  EXPECT_EQ(findBitRange64(0xc000010001010000, 2), 62u);
  EXPECT_EQ(findBitRange64(0xc000010001030000, 2), 16u);
  EXPECT_EQ(findBitRange64(0xe000030001030000, 3), 61u);
  EXPECT_EQ(findBitRange64(0xe000030001070000, 3), 16u);
  EXPECT_EQ(findBitRange64(0xffff03ff01070000, 16), 48u);
  EXPECT_EQ(findBitRange64(0xffff03ff0107ffff, 16), 0u);
  EXPECT_EQ(findBitRange64(0x0fff03ff01079fff, 16), 64u);
}

TEST(FindBitRange64, Random) {
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  for (int round = 0; round < 50000; round++) {
    uint64 c = rng() % 2 == 0 ? rng() : rng() | rng() << (rng() % 64);
    uintgo n = 1 + rng() % 20, run = 0, want = 64;
    for (uintgo i = 0; i < 64 && want == 64; i++) {
      run = (c >> i & 1) != 0 ? run + 1 : 0;
      if (run == n) want = i + 1 - n;
    }
    ASSERT_EQ(findBitRange64(c, n), want) << std::hex << c << " " << n;
  }
}

// ---- Chunks ---------------------------------------------------------------------------------

TEST(PallocData, AllocatedPagesAreNotScavenged) {
  pallocData m{};
  m.scavenged.setAll();
  m.allocRange(10, 100);
  EXPECT_EQ(m.popcntRange(0, N), 100u);
  EXPECT_EQ(m.scavenged.popcntRange(0, N), N - 100);
  EXPECT_EQ(m.scavenged.popcntRange(10, 100), 0u);
  m.free(10, 100);
  EXPECT_EQ(m.scavenged.popcntRange(10, 100), 0u) << "free pages stay with us";
  m.allocAll();
  EXPECT_EQ(m.popcntRange(0, N), N);
  EXPECT_EQ(m.scavenged.popcntRange(0, N), 0u);
}

TEST(Chunk, IndexAndBase) {
  EXPECT_EQ(chunkIndex(arenaBaseOffset), 0u);
  for (uintptr p : {uintptr{0}, uintptr{0xc000000000}, uintptr{0x7fffffffffff}}) {
    chunkIdx ci = chunkIndex(p);
    EXPECT_LT(ci, uintptr{1} << (heapAddrBits - logPallocChunkBytes));
    EXPECT_EQ(chunkBase(ci) + p % pallocChunkBytes, p);
    EXPECT_EQ(chunkIndex(chunkBase(ci) - 1), ci - 1);
    EXPECT_EQ(chunkPageIndex(chunkBase(ci)), 0u);
    EXPECT_EQ(chunkPageIndex(chunkBase(ci) + 3 * pageSize + 1), 3u);
    EXPECT_EQ(chunkPageIndex(chunkBase(ci + 1) - 1), N - 1);
  }
}

}  // namespace
}  // namespace gort

// Sets of addresses: ranges, the sorted array of them, and the cursor that searchers share.
//
// Go: runtime/mranges_test.go

#include "alloc/mranges.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <thread>
#include <vector>

#include "alloc/mstats.h"
#include "tests/export_test.h"

namespace gort {

// For EXPECT_EQ, and for what it prints.
static bool operator==(addrRange x, addrRange y) {
  return x.base.equal(y.base) && x.limit.equal(y.limit);
}
static void PrintTo(addrRange r, std::ostream* out) {
  *out << std::hex << "[0x" << r.base.addr() << ", 0x" << r.limit.addr() << ")" << std::dec;
}

namespace {

constinit sysMemStat stat;

std::vector<addrRange> rangesOf(const addrRanges& a) { return {a.ranges, a.ranges + a.len}; }

// The invariants of the struct, and that the set is exactly want.
void check(const addrRanges& a, const std::vector<addrRange>& want) {
  ASSERT_EQ(rangesOf(a), want);
  uintptr total = 0;
  for (intgo i = 0; i < a.len; i++) {
    ASSERT_GT(a.ranges[i].size(), 0u);
    if (i > 0) {
      ASSERT_TRUE(a.ranges[i - 1].limit.lessThan(a.ranges[i].base)) << "at " << i;
    }
    total += a.ranges[i].size();
  }
  ASSERT_EQ(a.totalBytes, total);
  ASSERT_LE(a.len, a.cap);
}

class AddrRanges : public ::testing::Test {
 protected:
  testing::threadAsM m;
  addrRanges a{};

  void SetUp() override { a.init(&stat); }
  void add(uintptr base, uintptr limit) { a.add(makeAddrRange(base, limit)); }
};

// ---- One address, one range -----------------------------------------------------------

TEST(OffAddr, TheUpperHalfComesFirst) {
  if (arenaBaseOffset == 0) GTEST_SKIP();
  offAddr negative = {~uintptr{0}}, positive = {1};
  EXPECT_TRUE(negative.lessThan(positive));
  EXPECT_FALSE(positive.lessEqual(negative));
  EXPECT_TRUE(minOffAddr.lessThan(negative));
  EXPECT_TRUE(positive.lessThan(maxOffAddr));
  EXPECT_EQ(maxOffAddr.diff(minOffAddr), maxAlloc - 1);
}

TEST(OffAddr, IsAnAddress) {
  offAddr x = {100};
  EXPECT_EQ(x.add(5).addr(), 105u);
  EXPECT_EQ(x.sub(5).addr(), 95u);
  EXPECT_EQ(x.add(7).diff(x), 7u);
  EXPECT_TRUE(x.lessEqual(x));
  EXPECT_FALSE(x.lessThan(x));
  EXPECT_TRUE(x.equal({100}));
}

TEST(AddrRange, SizeAndContains) {
  addrRange r = makeAddrRange(16, 32);
  EXPECT_EQ(r.size(), 16u);
  EXPECT_FALSE(r.contains(15));
  EXPECT_TRUE(r.contains(16));
  EXPECT_TRUE(r.contains(31));
  EXPECT_FALSE(r.contains(32));
  EXPECT_EQ(addrRange{}.size(), 0u);
  EXPECT_EQ((addrRange{{32}, {16}}.size()), 0u);
}

TEST(AddrRange, DoesNotReachOverTheHole) {
  if (arenaBaseOffset == 0) GTEST_SKIP();
  EXPECT_DEATH(makeAddrRange(16, arenaBaseOffset + 16),
               "addr range base and limit are not in the same memory segment");
}

TEST(AddrRange, Subtract) {
  addrRange r = makeAddrRange(100, 200);
  EXPECT_EQ(r.subtract(makeAddrRange(10, 20)), r);
  EXPECT_EQ(r.subtract(makeAddrRange(10, 100)), r);
  EXPECT_EQ(r.subtract(makeAddrRange(200, 300)), r);
  EXPECT_EQ(r.subtract(makeAddrRange(10, 150)), makeAddrRange(150, 200));
  EXPECT_EQ(r.subtract(makeAddrRange(100, 150)), makeAddrRange(150, 200));
  EXPECT_EQ(r.subtract(makeAddrRange(150, 200)), makeAddrRange(100, 150));
  EXPECT_EQ(r.subtract(makeAddrRange(150, 300)), makeAddrRange(100, 150));
  EXPECT_EQ(r.subtract(r), addrRange{});
  EXPECT_EQ(r.subtract(makeAddrRange(50, 250)), addrRange{});
  EXPECT_DEATH(r.subtract(makeAddrRange(120, 130)), "bad prune");
}

TEST(AddrRange, TakesFromBothEnds) {
  addrRange r = makeAddrRange(100, 200);
  addrFound f = r.takeFromFront(10, 8);
  EXPECT_TRUE(f.ok);
  EXPECT_EQ(f.addr, 104u);
  EXPECT_EQ(r, makeAddrRange(114, 200));
  f = r.takeFromBack(10, 8);
  EXPECT_TRUE(f.ok);
  EXPECT_EQ(f.addr, 184u);
  EXPECT_EQ(r, makeAddrRange(114, 184));

  // Too many bytes, counting those that alignment loses.
  EXPECT_FALSE(r.takeFromFront(70, 8).ok);
  EXPECT_FALSE(r.takeFromBack(71, 1).ok);
  EXPECT_EQ(r, makeAddrRange(114, 184));
  EXPECT_TRUE(r.takeFromFront(70, 1).ok);
  EXPECT_EQ(r.size(), 0u);
}

TEST(AddrRange, RemoveGreaterEqual) {
  addrRange r = makeAddrRange(100, 200);
  EXPECT_EQ(r.removeGreaterEqual(50), addrRange{});
  EXPECT_EQ(r.removeGreaterEqual(100), addrRange{});
  EXPECT_EQ(r.removeGreaterEqual(150), makeAddrRange(100, 150));
  EXPECT_EQ(r.removeGreaterEqual(200), r);
  EXPECT_EQ(r.removeGreaterEqual(300), r);
}

// ---- Sets -------------------------------------------------------------------------------

TEST_F(AddrRanges, AddCoalesces) {
  add(512, 1024);
  check(a, {makeAddrRange(512, 1024)});
  add(1024, 2048);  // behind
  check(a, {makeAddrRange(512, 2048)});
  add(4096, 8192);  // apart
  check(a, {makeAddrRange(512, 2048), makeAddrRange(4096, 8192)});
  add(3776, 4096);  // before
  check(a, {makeAddrRange(512, 2048), makeAddrRange(3776, 8192)});
  add(2048, 3776);  // between
  check(a, {makeAddrRange(512, 8192)});
}

TEST_F(AddrRanges, GrowsAtBothEnds) {
  add(512, 8192);
  std::vector<addrRange> want = {makeAddrRange(512, 8192)};
  for (uintptr i = 1; i <= 64; i++) {
    want.push_back(makeAddrRange(8192 + i * 2048, 8192 + i * 2048 + 10));
    a.add(want.back());
    check(a, want);
  }
  for (uintptr i = 0; i < 63; i++) {
    addrRange r = makeAddrRange(8 + i * 8, 8 + i * 8 + 4);
    want.insert(want.begin() + int64(i), r);
    a.add(r);
    check(a, want);
  }
  EXPECT_EQ(a.cap, 128);
}

TEST_F(AddrRanges, AddingNothingIsAMistake) {
  EXPECT_DEATH(add(64, 64), "attempted to add zero-sized address range");
}

TEST_F(AddrRanges, FindSucc) {
  struct {
    const char* name;
    uintptr base;
    intgo want;
    std::vector<addrRange> ranges;
  } cases[] = {
      {"empty", 12, 0, {}},
      {"before one", 12, 0, {makeAddrRange(14, 16)}},
      {"first of one", 14, 1, {makeAddrRange(14, 16)}},
      {"limit of one", 16, 1, {makeAddrRange(14, 16)}},
      {"behind one", 17, 1, {makeAddrRange(14, 16)}},
      {"before three", 3, 0, {makeAddrRange(6, 10), makeAddrRange(12, 16), makeAddrRange(19, 22)}},
      {"behind three", 24, 3, {makeAddrRange(6, 10), makeAddrRange(12, 16), makeAddrRange(19, 22)}},
      {"a gap", 11, 1, {makeAddrRange(6, 10), makeAddrRange(12, 16), makeAddrRange(19, 22)}},
      {"inside", 9, 1, {makeAddrRange(6, 10), makeAddrRange(12, 16), makeAddrRange(19, 22)}},
      {"the zero address", 0, 1, {makeAddrRange(0, 10)}},
      {"the last address", ~uintptr{0}, 1, {makeAddrRange(~uintptr{0} - 5, ~uintptr{0})}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    a.len = 0;
    for (addrRange r : c.ranges) a.ranges[a.len++] = r;
    EXPECT_EQ(a.findSucc(c.base), c.want);
  }
}

TEST_F(AddrRanges, FindSuccAmongMany) {
  for (uintptr i = 0; i < 100; i++) add(5 + i * 5, 5 + i * 5 + 3);
  EXPECT_EQ(a.findSucc(2), 0);
  EXPECT_EQ(a.findSucc(5 + 100 * 5 + 30), 100);
  EXPECT_EQ(a.findSucc(14), 2);  // gaps
  EXPECT_EQ(a.findSucc(249), 49);
  EXPECT_EQ(a.findSucc(25), 5);  // first addresses
  EXPECT_EQ(a.findSucc(250), 50);
  EXPECT_EQ(a.findSucc(396), 79);  // inside
}

TEST_F(AddrRanges, FindAddrGreaterEqual) {
  EXPECT_FALSE(a.findAddrGreaterEqual(0).ok);
  add(10, 20);
  add(30, 40);
  struct {
    uintptr addr, want;
  } cases[] = {{0, 10}, {10, 10}, {19, 19}, {20, 30}, {29, 30}, {39, 39}};
  for (auto c : cases) {
    addrFound f = a.findAddrGreaterEqual(c.addr);
    EXPECT_TRUE(f.ok);
    EXPECT_EQ(f.addr, c.want);
  }
  EXPECT_FALSE(a.findAddrGreaterEqual(40).ok);
}

TEST_F(AddrRanges, RemoveLast) {
  add(10, 20);
  add(30, 40);
  EXPECT_EQ(a.removeLast(4), makeAddrRange(36, 40));
  check(a, {makeAddrRange(10, 20), makeAddrRange(30, 36)});
  EXPECT_EQ(a.removeLast(100), makeAddrRange(30, 36));
  check(a, {makeAddrRange(10, 20)});
  EXPECT_EQ(a.removeLast(10), makeAddrRange(10, 20));
  check(a, {});
  EXPECT_EQ(a.removeLast(10), addrRange{});
}

TEST_F(AddrRanges, CloneIsItsOwn) {
  for (uintptr i = 0; i < 40; i++) add(i * 10, i * 10 + 5);
  addrRanges b{};
  b.sysStat = &stat;
  a.cloneInto(&b);
  std::vector<addrRange> want = rangesOf(a);
  check(b, want);
  a.removeGreaterEqual(100);
  check(b, want);
  // Room is used again.
  addrRange* array = b.ranges;
  a.cloneInto(&b);
  EXPECT_EQ(b.ranges, array);
  check(b, rangesOf(a));
}

TEST_F(AddrRanges, CountsItsArray) {
  uint64 before = stat.load();
  for (uintptr i = 0; i < 17; i++) add(i * 10, i * 10 + 5);
  EXPECT_EQ(stat.load(), before + 32 * sizeof(addrRange));
}

// Random changes, against a set of the single addresses.
TEST_F(AddrRanges, RandomAgainstASet) {
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  constexpr uintptr space = 2000, origin = 1 << 20;
  std::set<uintptr> model;
  auto ranges = [&model] {
    std::vector<addrRange> r;
    for (uintptr x : model) {
      if (!r.empty() && r.back().limit.equal({x})) {
        r.back().limit = {x + 1};
      } else {
        r.push_back({{x}, {x + 1}});
      }
    }
    return r;
  };
  for (int step = 0; step < 3000; step++) {
    uintptr x = origin + rng() % space;
    switch (rng() % 8) {
      case 0: {
        uintptr n = 1 + rng() % 20;
        addrRange got = a.removeLast(n);
        uintptr limit = model.empty() ? 0 : *model.rbegin() + 1;
        uintptr taken = 0;
        while (taken < n && model.contains(limit - 1 - taken)) model.erase(limit - 1 - taken++);
        ASSERT_EQ(got.size(), taken);
        if (taken != 0) {
          ASSERT_EQ(got, makeAddrRange(limit - taken, limit));
        }
        break;
      }
      case 1:
        if (rng() % 20 == 0) {
          a.removeGreaterEqual(x);
          model.erase(model.lower_bound(x), model.end());
        }
        break;
      default: {
        uintptr n = 0, max = 1 + rng() % 6;
        while (n < max && !model.contains(x + n)) n++;
        if (n == 0) break;
        a.add(makeAddrRange(x, x + n));
        for (uintptr i = 0; i < n; i++) model.insert(x + i);
      }
    }
    ASSERT_NO_FATAL_FAILURE(check(a, ranges()));
    for (int i = 0; i < 5; i++) {
      uintptr y = origin + rng() % space;
      ASSERT_EQ(a.contains(y), model.contains(y));
      auto it = model.lower_bound(y);
      addrFound f = a.findAddrGreaterEqual(y);
      ASSERT_EQ(f.ok, it != model.end());
      if (f.ok) {
        ASSERT_EQ(f.addr, *it);
      }
    }
  }
}

// ---- The cursor -------------------------------------------------------------------------

TEST(AtomicOffAddr, MarksAreSeenBeforeTheyGo) {
  atomicOffAddr c;
  c.Clear();
  EXPECT_EQ(c.Load().addr, minOffAddr.addr());
  EXPECT_FALSE(c.Load().marked);

  c.StoreMarked(5000);
  EXPECT_EQ(c.Load().addr, 5000u);
  EXPECT_TRUE(c.Load().marked);
  c.StoreMin(100);  // by somebody who has not seen the mark
  c.Clear();
  c.StoreUnmark(4000, 100);
  EXPECT_EQ(c.Load().addr, 5000u);
  EXPECT_TRUE(c.Load().marked);

  c.StoreUnmark(5000, 4500);
  EXPECT_EQ(c.Load().addr, 4500u);
  EXPECT_FALSE(c.Load().marked);
  c.StoreMin(4600);
  EXPECT_EQ(c.Load().addr, 4500u);
  c.StoreMin(4400);
  EXPECT_EQ(c.Load().addr, 4400u);
  c.Clear();
  EXPECT_EQ(c.Load().addr, minOffAddr.addr());
}

// Searchers move the cursor down, a writer moves it up: no address of the writer's is lost, which
// is to say that a searcher sees it, or a later and higher one, before the cursor sinks below it.
TEST(AtomicOffAddr, NoMarkIsLost) {
  constexpr uintptr rounds = 20000;
  atomicOffAddr c;
  atomic<uintptr> seen;  // the highest marked address that a searcher has loaded
  c.Clear();
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; t++) {
    threads.emplace_back([&] {
      for (;;) {
        atomicOffAddr::value v = c.Load();
        if (v.marked) {
          for (uintptr s = seen.load(relaxed); s < v.addr; s = seen.load(relaxed)) {
            if (seen.cas(s, v.addr, relaxed)) break;
          }
          c.StoreUnmark(v.addr, v.addr - 2);
        } else if (v.addr == minOffAddr.addr()) {
          if (seen.load(relaxed) == rounds * 10) return;
          std::this_thread::yield();
        } else if (v.addr % 2 == 0) {
          c.StoreMin(v.addr - 1);
        } else {
          c.Clear();
        }
      }
    });
  }
  for (uintptr i = 1; i <= rounds; i++) c.StoreMarked(i * 10);
  for (auto& t : threads) t.join();
  EXPECT_EQ(seen.load(relaxed), rounds * 10);
}

}  // namespace
}  // namespace gort

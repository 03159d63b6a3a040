// A set of spans that many threads use at once.
//
// Go: runtime/mspanset.go (Go tests it through the heap)

#include "alloc/mspanset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include "alloc/mstats.h"
#include "sched/lock_spinbit.h"
#include "tests/export_test.h"

namespace gort {
namespace {

// A set does not look at its spans, so any pointer will do.
mspan* fake(uintptr i) { return reinterpret_cast<mspan*>((i + 1) * 8); }

constexpr uintptr N = spanSetBlockEntries;

class SpanSet : public ::testing::Test {
 protected:
  testing::threadAsM m;
  spanSet set;

  // What the set leaves behind, for the next test's count of the pool.
  void TearDown() override {
    while (set.pop() != nullptr) continue;
    set.reset();
  }

  static uintptr poolSize() {
    std::vector<lfnode*> blocks;
    while (lfnode* b = spanSetBlockPool.stack.pop()) blocks.push_back(b);
    for (lfnode* b : blocks) spanSetBlockPool.stack.push(b);
    return blocks.size();
  }
};

TEST(HeadTailIndex, IsTwoCounters) {
  headTailIndex ht = makeHeadTailIndex(7, 0xfffffff0);
  EXPECT_EQ(ht.head(), 7u);
  EXPECT_EQ(ht.tail(), 0xfffffff0u);
  EXPECT_EQ(ht.split().head, 7u);
  EXPECT_EQ(ht.split().tail, 0xfffffff0u);

  atomicHeadTailIndex a;
  EXPECT_EQ(a.incTail().tail(), 1u);
  EXPECT_EQ(a.incTail().tail(), 2u);
  EXPECT_EQ(a.incHead().head(), 1u);
  EXPECT_EQ(a.load().tail(), 2u);
  EXPECT_EQ(a.decHead().head(), 0u);
  EXPECT_EQ(a.load().tail(), 2u);
  EXPECT_FALSE(a.cas(makeHeadTailIndex(1, 2), makeHeadTailIndex(2, 2)));
  EXPECT_TRUE(a.cas(makeHeadTailIndex(0, 2), makeHeadTailIndex(1, 2)));
  EXPECT_EQ(a.load().head(), 1u);
  a.reset();
  EXPECT_EQ(a.load().v, 0u);
}

TEST(HeadTailIndex, TailDoesNotRunIntoHead) {
  testing::threadAsM m;
  atomicHeadTailIndex a;
  EXPECT_TRUE(a.cas({0}, makeHeadTailIndex(5, 0xffffffff)));
  EXPECT_DEATH(a.incTail(), "headTailIndex overflow");
}

TEST_F(SpanSet, EmptyGivesNull) {
  EXPECT_EQ(set.pop(), nullptr);
  set.push(fake(1));
  EXPECT_EQ(set.pop(), fake(1));
  EXPECT_EQ(set.pop(), nullptr);
}

TEST_F(SpanSet, KeepsTheOrderOfOneThread) {
  // More than the first spine has room for, so it grows.
  constexpr uintptr many = (spanSetInitSpineCap + 3) * N + 17;
  for (uintptr i = 0; i < many; i++) set.push(fake(i));
  EXPECT_EQ(set.spineLen.load(relaxed), spanSetInitSpineCap + 4);
  EXPECT_EQ(set.spineCap, 2 * spanSetInitSpineCap);
  for (uintptr i = 0; i < many; i++) ASSERT_EQ(set.pop(), fake(i));
  EXPECT_EQ(set.pop(), nullptr);
}

TEST_F(SpanSet, EmptiedBlocksGoToThePoolAndComeBack) {
  for (uintptr i = 0; i < 3 * N; i++) set.push(fake(i));
  uintptr before = poolSize();
  for (uintptr i = 0; i < N - 1; i++) set.pop();
  EXPECT_EQ(poolSize(), before);
  set.pop();
  EXPECT_EQ(poolSize(), before + 1);
  for (uintptr i = 0; i < 2 * N; i++) set.pop();
  EXPECT_EQ(poolSize(), before + 3);

  uint64 sys = memstats.gcMiscSys.load();
  for (uintptr i = 0; i < 3 * N; i++) set.push(fake(i));
  EXPECT_EQ(poolSize(), before);
  EXPECT_EQ(memstats.gcMiscSys.load(), sys);
}

TEST_F(SpanSet, ResetReturnsTheBlockThatBothEndsAreIn) {
  for (uintptr used : {uintptr{0}, uintptr{1}, N - 1, N, N + 1, 5 * N + 7}) {
    SCOPED_TRACE(used);
    uintptr before = poolSize();
    for (uintptr i = 0; i < used; i++) set.push(fake(i));
    for (uintptr i = 0; i < used; i++) ASSERT_EQ(set.pop(), fake(i));
    set.reset();
    EXPECT_EQ(set.index.load().v, 0u);
    EXPECT_EQ(set.spineLen.load(relaxed), 0u);
    EXPECT_GE(poolSize(), before);
    EXPECT_EQ(set.pop(), nullptr);
  }
  // The spine stays, and its stale entries do no harm.
  for (uintptr i = 0; i < 3 * N; i++) set.push(fake(i));
  for (uintptr i = 0; i < 3 * N; i++) ASSERT_EQ(set.pop(), fake(i));
}

TEST_F(SpanSet, ResetWantsAnEmptySet) {
  set.push(fake(1));
  EXPECT_DEATH(set.reset(), "attempt to clear non-empty span set");
}

// A pusher that stands still between its claim and its work, by hand.
TEST_F(SpanSet, APlaceWithoutABlockLooksEmpty) {
  set.index.incTail();
  EXPECT_EQ(set.pop(), nullptr);
  EXPECT_EQ(set.index.load().head(), 0u);
  // The pusher of the next place brings the block; then a popper would wait for the first.
  set.push(fake(1));
  set.spine.load(relaxed).lookup(0)->load(relaxed)->spans[0].store(fake(0), release);
  EXPECT_EQ(set.pop(), fake(0));
  EXPECT_EQ(set.pop(), fake(1));
}

TEST_F(SpanSet, PushersOfAWholeBlockMayStandStill) {
  for (uintptr i = 0; i < N; i++) set.index.incTail();
  set.push(fake(N));
  EXPECT_EQ(set.spineLen.load(relaxed), 2u);
  spanSetBlock* first = set.spine.load(relaxed).lookup(0)->load(relaxed);
  ASSERT_NE(first, nullptr);
  for (uintptr i = 0; i < N; i++) first->spans[i].store(fake(i), release);
  for (uintptr i = 0; i <= N; i++) ASSERT_EQ(set.pop(), fake(i));
}

// Threads push and pop at once; each span is popped once, with what its pusher wrote into it.
TEST_F(SpanSet, Stress) {
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  struct record {
    uint64 stamp;  // plain: a race here is a bug of the set
    uint32 popped;
  };
  constexpr uintptr threads = 4, each = 8 * N, rounds = 6;
  std::vector<record> records(threads * each);
  for (uint64 round = 1; round <= rounds; round++) {
    atomic<uintptr> got;  // pops of the round
    std::vector<std::thread> all;
    for (uintptr t = 0; t < threads; t++) {
      all.emplace_back([&, t] {
        testing::threadAsM asM;
        std::mt19937_64 rng(seed + round * threads + t);
        uintptr pushed = 0;
        while (got.load(relaxed) < threads * each) {
          uint64 burst = 1 + rng() % 40;
          if (pushed < each && rng() % 2 == 0) {
            for (; burst > 0 && pushed < each; burst--) {
              record* r = &records[t * each + pushed++];
              r->stamp = round * 1000 + t;
              set.push(reinterpret_cast<mspan*>(r));
            }
          } else {
            for (; burst > 0; burst--) {
              auto* r = reinterpret_cast<record*>(set.pop());
              if (r == nullptr) {
                std::this_thread::yield();
                break;
              }
              if (r->stamp / 1000 == round) r->popped++;
              got.add(1, relaxed);
            }
          }
        }
      });
    }
    for (auto& t : all) t.join();
    EXPECT_EQ(set.pop(), nullptr);
    for (record& r : records) ASSERT_EQ(r.popped, round) << "record " << &r - records.data();
    if (round % 2 == 0) set.reset();
  }
}

// Pushers only, then poppers only: many new blocks and spines at once, many last pops at once.
TEST_F(SpanSet, StressGrowthAndRecycling) {
  constexpr uintptr threads = 4, each = spanSetInitSpineCap * N / threads + 3 * N;
  std::vector<uint8> popped(threads * each);
  auto together = [](auto f) {
    std::vector<std::thread> all;
    for (uintptr t = 0; t < threads; t++) {
      all.emplace_back([&f, t] {
        testing::threadAsM asM;
        f(t);
      });
    }
    for (auto& t : all) t.join();
  };
  together([&](uintptr t) {
    for (uintptr i = 0; i < each; i++) set.push(fake(t * each + i));
  });
  EXPECT_EQ(set.spineCap, 2 * spanSetInitSpineCap);
  uintptr before = poolSize();
  together([&](uintptr) {
    while (mspan* s = set.pop()) popped[reinterpret_cast<uintptr>(s) / 8 - 1]++;
  });
  EXPECT_EQ(std::count(popped.begin(), popped.end(), 1), int64(threads * each));
  EXPECT_EQ(poolSize(), before + threads * each / N);
}

}  // namespace
}  // namespace gort

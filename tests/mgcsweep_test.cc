// The allocator's cycle without a collector: objects from a P's cache, marks made by the test, sweeping.
//
// Go: runtime/mcache.go, runtime/mcentral.go, runtime/mgcsweep.go

#include "gc/mgcsweep.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "alloc/mbitmap_inl.h"
#include "alloc/mcache.h"
#include "alloc/mcentral.h"
#include "alloc/mheap_inl.h"
#include "alloc/mstats.h"
#include "sched/proc.h"
#include "sched/runtime2.h"
#include "tests/export_test.h"
#include "tests/heap.h"

namespace gort {
namespace {

using testing::cycle;
using testing::onGoroutine;
using testing::sweepAll;
using testing::WithProcs;

constexpr spanClass noscan(uint8 c) { return makeSpanClass(c, spanKind::noscan); }

mcache* mine() { return getg()->m->p.load(relaxed)->mcache; }

uintptr newObject(spanClass spc) { return mine()->nextFree(spc).v; }

uintptr newLarge(uintptr size) {
  mspan* s = mine()->allocLarge(size, spanKind::noscan);
  s->freeindex = 1;
  s->allocCount = 1;
  return s->base();
}

TEST(NextFree, ObjectsOfASizeFillSpansOfTheirClass) {
  onGoroutine([] {
    std::set<uintptr> all;
    for (int i = 0; i < 3000; i++) {
      uintptr p = newObject(noscan(5));
      EXPECT_TRUE(all.insert(p).second) << "never twice";
      foundObject o = findObject(p + 1);
      ASSERT_NE(o.s, nullptr);
      EXPECT_EQ(o.base, p);
      EXPECT_EQ(o.s->spanclass, noscan(5));
      EXPECT_EQ(o.s->sweepgen.load(relaxed), mheap_.sweepgen + 3) << "cached";
    }
    cycle(std::vector<uintptr>{});
    sweepAll();
  });
}

TEST(Sweep, FreesWhatIsNotMarkedAndGivesItOutAgain) {
  onGoroutine([] {
    WithProcs procs(1);
    std::set<uintptr> live, dead;
    for (int i = 0; i < 2000; i++) (i % 3 == 0 ? live : dead).insert(newObject(noscan(8)));
    uint64 freed = memstats.smallFreeCount[8].load(relaxed);
    cycle(live);
    sweepAll();
    EXPECT_EQ(memstats.smallFreeCount[8].load(relaxed) - freed, dead.size());
    for (uintptr p : live) {
      foundObject o = findObject(p);
      ASSERT_NE(o.s, nullptr);
      EXPECT_FALSE(o.s->isFree(o.objIndex));
    }
    std::set<uintptr> again;
    for (size_t i = 0; i < dead.size(); i++) again.insert(newObject(noscan(8)));
    for (uintptr p : again) EXPECT_EQ(live.count(p), 0u) << "a live object was given out";
    size_t reused = 0;
    for (uintptr p : again) reused += dead.count(p);
    EXPECT_GT(reused, dead.size() / 2);
    cycle(std::vector<uintptr>{});
    sweepAll();
  });
}

TEST(Sweep, ASpanWithoutMarksGoesBackToPages) {
  onGoroutine([] {
    WithProcs procs(1);
    cycle(std::vector<uintptr>{});
    sweepAll();
    uintptr before = mheap_.pagesInUse.load(relaxed);
    for (int i = 0; i < 2000; i++) newObject(noscan(20));
    EXPECT_GT(mheap_.pagesInUse.load(relaxed), before + 10);
    cycle(std::vector<uintptr>{});
    sweepAll();
    EXPECT_EQ(mheap_.pagesInUse.load(relaxed), before);
  });
}

TEST(Sweep, LargeObjectsLiveAndDieAlone) {
  onGoroutine([] {
    uint64 allocs = memstats.largeAllocCount.load(relaxed);
    uint64 frees = memstats.largeFreeCount.load(relaxed);
    uintptr a = newLarge(100000), b = newLarge(1 << 20), c = newLarge(40001);
    EXPECT_EQ(findObject(a + 99999).base, a);
    EXPECT_EQ(findObject(a + 100000).s, nullptr) << "behind its last byte is nothing";
    cycle(std::vector<uintptr>{a, c});
    sweepAll();
    EXPECT_EQ(findObject(a).base, a);
    EXPECT_EQ(findObject(c).base, c);
    EXPECT_EQ(findObject(b).s, nullptr);
    EXPECT_EQ(memstats.largeAllocCount.load(relaxed) - allocs, 3u);
    EXPECT_EQ(memstats.largeFreeCount.load(relaxed) - frees, 1u);
    cycle(std::vector<uintptr>{});
    sweepAll();
  });
}

TEST(Sweep, AllocationSweepsForItself) {
  onGoroutine([] {
    WithProcs procs(1);
    std::vector<uintptr> live;
    for (int i = 0; i < 20000; i++) {
      uintptr p = newObject(noscan(12));
      if (i % 50 == 0) live.push_back(p);
    }
    uintptr before = mheap_.pagesInUse.load(relaxed);
    cycle(live);
    for (int i = 0; i < 10000; i++) newObject(noscan(12));
    EXPECT_LE(mheap_.pagesInUse.load(relaxed), before) << "free slots of unswept spans come first";
    cycle(std::vector<uintptr>{});
    sweepAll();
  });
}

TEST(SweepDeathTest, AMarkOnAFreeSlotIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(onGoroutine([] {
                 uintptr p = newObject(noscan(9));
                 cycle(std::vector<uintptr>{p + findObject(p).s->elemsize});
                 sweepAll();
               }),
               "marked free object in span 0x[0-9a-f]+, elemsize=112(.|\n)* free  marked   zombie"
               "(.|\n)*found pointer to free object");
}

// Several goroutines allocate objects of many sizes, write into them and drop some, while cycles come
// and go and spans are swept by all of them: a live object is never given out or changed.
TEST(SweepModel, LiveObjectsKeepTheirContents) {
  auto seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  WithProcs procs(2);
  onGoroutine([&] {
    constexpr unsigned workers = 4;
    std::vector<std::map<uintptr, uint8>> live(workers);
    auto said = Chan<void>::make();
    for (int round = 0; round < 12; round++) {
      for (unsigned id = 0; id < workers; id++) {
        go([&, id, round] {
          std::mt19937 rnd(seed + id * 100 + unsigned(round));
          auto& have = live[id];
          for (int step = 0; step < 4000; step++) {
            uint8 c = uint8(1 + rnd() % 40);
            uintptr p = rnd() % 500 == 0 ? newLarge(33000 + rnd() % 100000) : newObject(noscan(c));
            foundObject o = findObject(p);
            ASSERT_EQ(o.base, p);
            uint8 fill = uint8(rnd());
            std::memset(reinterpret_cast<void*>(p), fill,
                        o.s->limit < p + o.s->elemsize ? o.s->limit - p : o.s->elemsize);
            have[p] = fill;
            if (have.size() > 500) have.erase(have.lower_bound(rnd() % 2 == 0 ? 0 : p));
            if (step % 100 == 0) {
              sweepone();
              runtime::Gosched();
            }
          }
          said.send();
        });
      }
      for (unsigned i = 0; i < workers; i++) said.recv();
      std::vector<uintptr> all;
      for (auto& have : live) {
        for (auto& [p, fill] : have) {
          foundObject o = findObject(p);
          ASSERT_EQ(o.base, p);
          uintptr n = (o.s->limit < p + o.s->elemsize ? o.s->limit : p + o.s->elemsize) - p;
          auto* b = reinterpret_cast<const uint8*>(p);
          ASSERT_EQ(b[0], fill);
          ASSERT_EQ(b[n / 2], fill);
          ASSERT_EQ(b[n - 1], fill);
          all.push_back(p);
        }
      }
      std::set<uintptr> distinct(all.begin(), all.end());
      ASSERT_EQ(distinct.size(), all.size()) << "nobody shares an object";
      cycle(all);
    }
    cycle(std::vector<uintptr>{});
    sweepAll();
  });
}

}  // namespace
}  // namespace gort

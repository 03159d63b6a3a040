// Objects out of spans: what an allocation returns, where its type and pointer bits are, and that
// memory which was used before is zero again.
//
// Go: runtime/malloc_test.go, runtime/malloc_generated_test.go, runtime/gcinfo_test.go

#include "alloc/malloc_inl.h"

#include <gort/gort.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "alloc/malloc.h"
#include "alloc/mheap_inl.h"
#include "alloc/msize.h"
#include "alloc/mstats.h"
#include "alloc/upcalls.h"
#include "tests/export_test.h"
#include "tests/heap.h"

namespace gort {
namespace {

using testing::cycle;
using testing::madeType;
using testing::onGoroutine;
using testing::sweepAll;
using testing::WithProcs;

uintptr addr(const void* p) { return reinterpret_cast<uintptr>(p); }

// Runs f with the mcache of a P on which the goroutine stays.
template <class F>
void onMcache(F f) {
  onGoroutine([&] {
    m* mp = getg()->m;
    mp->locks++;
    f(currentmcache());
    mp->locks--;
  });
}

bool allZero(const void* p, uintptr n) {
  auto* b = static_cast<const char*>(p);
  return std::all_of(b, b + n, [](char c) { return c == 0; });
}

// Objects that are alive, as a model of what may not overlap.
struct Objects {
  std::map<uintptr, uintptr> end;  // by start

  // add reports whether [p, p+size) was free until now.
  bool add(uintptr p, uintptr size) {
    auto next = end.lower_bound(p);
    bool clear = (next == end.end() || p + size <= next->first) &&
                 (next == end.begin() || std::prev(next)->second <= p);
    end[p] = p + size;
    return clear;
  }
};

TEST(MallocSpan, EverySizeIsAnObjectThatIsFoundFromAnyOfItsBytes) {
  onMcache([](mcache* c) {
    Objects objects;
    for (uintptr size = 16; size <= 200 << 10; size += size < 1100 ? 1 : size / 20) {
      for (int i = 0; i < 3; i++) {
        void* p = mallocgcCached(c, size, nullptr, true);
        ASSERT_TRUE(allZero(p, size)) << size;
        std::memset(p, 0xff, size);
        EXPECT_EQ(addr(p) % 16, 0u) << size;
        for (uintptr off : {uintptr{0}, size / 2, size - 1}) {
          foundObject o = findObject(addr(p) + off);
          ASSERT_NE(o.s, nullptr) << size;
          EXPECT_EQ(o.base, addr(p));
          EXPECT_TRUE(o.s->spanclass.noscan());
          EXPECT_FALSE(o.s->isFree(o.objIndex));
          EXPECT_FALSE(o.s->isFreeOrNewlyAllocated(o.objIndex));
        }
        ASSERT_TRUE(objects.add(addr(p), size)) << size;
      }
    }
  });
}

TEST(MallocSpan, NothingHasOneAddress) {
  onMcache([](mcache* c) { EXPECT_EQ(mallocgcCached(c, 0, nullptr, true), &zerobase); });
}

TEST(MallocTiny, SeveralShareABlockAndDoNotOverlap) {
  onMcache([](mcache* c) {
    auto seed = std::random_device{}();
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937 rnd(seed);
    c->tiny = c->tinyoffset = 0;
    Objects objects;
    std::set<uintptr> blocks;
    constexpr uintptr n = 1000;
    for (uintptr i = 0; i < n; i++) {
      uintptr size = 1 + rnd() % 15;
      void* p = mallocgcCached(c, size, nullptr, true);
      ASSERT_TRUE(allZero(p, size));
      EXPECT_EQ(addr(p) % (size & (0 - size)), 0u) << size;
      std::memset(p, 0xff, size);
      ASSERT_TRUE(objects.add(addr(p), size)) << size;
      foundObject o = findObject(addr(p));
      ASSERT_NE(o.s, nullptr);
      EXPECT_EQ(o.s->elemsize, gc::TinySize);
      EXPECT_LE(addr(p) + size, o.base + gc::TinySize) << "within one block";
      blocks.insert(o.base);
    }
    EXPECT_LT(blocks.size(), n * 9 / 10);
  });
}

TEST(MallocTiny, BytesFillABlock) {
  onMcache([](mcache* c) {
    c->tiny = c->tinyoffset = 0;
    uintptr first = addr(mallocgcCached(c, 1, nullptr, true));
    EXPECT_EQ(first % gc::TinySize, 0u);
    for (uintptr i = 1; i < gc::TinySize; i++) {
      EXPECT_EQ(addr(mallocgcCached(c, 1, nullptr, true)), first + i);
    }
    EXPECT_NE(findObject(addr(mallocgcCached(c, 1, nullptr, true))).base, first);
  });
}

TEST(MallocScan, SmallObjectsHaveTheBitsOfTheirTypeInTheSpan) {
  onMcache([](mcache* c) {
    auto seed = std::random_device{}();
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937_64 rnd(seed);
    std::vector<std::pair<uintptr, uint64>> all;
    for (int i = 0; i < 5000; i++) {
      uintptr words = 1 + rnd() % 64;
      uintptr n = 1 + rnd() % (64 / words);
      uint64 ptrs = rnd() & (~uint64{0} >> (64 - words));
      if (words == 1 || ptrs == 0) ptrs = 1;
      madeType made(words * 8, ptrs);
      uint64 want = 0;
      for (uintptr k = 0; k < n; k++) want |= ptrs << (k * words);
      void* p = mallocgcCached(c, n * words * 8, &made.t, true);
      ASSERT_TRUE(allZero(p, n * words * 8));
      all.push_back({addr(p), want});
    }
    // All are looked at afterwards: bits of neighbours have been written since.
    for (auto [p, want] : all) {
      foundObject o = findObject(p);
      ASSERT_EQ(o.base, p);
      EXPECT_EQ(o.s->spanclass.kind(), spanKind::scan);
      EXPECT_EQ(o.s->heapBitsSmallForAddr(p), want);
    }
  });
}

TEST(MallocScan, LargerOnesHaveTheirTypeInFrontAndTheLargestInTheSpan) {
  onMcache([](mcache* c) {
    std::vector<uintptr> sizes;
    for (uintptr size = 520; size <= 100 << 10; size = (size * 9 / 8 + 7) & ~uintptr{7}) {
      sizes.push_back(size);
    }
    for (uintptr size : gc::SizeClassToSize) {  // what fits exactly, with and without a header
      if (size > gc::MinSizeForMallocHeader) sizes.insert(sizes.end(), {size - 8, size, size + 8});
    }
    for (uintptr size : sizes) {
      madeType made(size, 5);
      void* p = mallocgcCached(c, size, &made.t, true);
      ASSERT_TRUE(allZero(p, size)) << size;
      std::memset(p, 0xff, size);
      foundObject o = findObject(addr(p));
      ASSERT_NE(o.s, nullptr);
      EXPECT_EQ(o.s->spanclass.kind(), spanKind::scan);
      if (size <= gc::MaxSmallSize - gc::MallocHeaderSize) {
        EXPECT_EQ(o.base, addr(p) - gc::MallocHeaderSize);
        EXPECT_EQ(*reinterpret_cast<const _type**>(o.base), &made.t);
        EXPECT_LE(addr(p) + size, o.base + o.s->elemsize);
      } else {
        EXPECT_EQ(o.base, addr(p));
        EXPECT_EQ(o.s->largeType.load(relaxed), &made.t);
        EXPECT_EQ(o.s->limit, addr(p) + size);
        EXPECT_EQ(findObject(addr(p) + size).s, nullptr) << "what lies behind is no object";
      }
    }
  });
}

TEST(MallocAlign, TypesGetWhatTheyAskFor) {
  onMcache([](mcache* c) {
    for (uint8 align : {8, 16, 32, 64, 128}) {
      for (uintptr size = align; size <= 40 << 10; size += size < 4096 ? align : 16 * align) {
        for (uint64 ptrs : {uint64{0}, uint64{1}}) {
          madeType made(size, ptrs, align);
          void* p = mallocgcCached(c, size, &made.t, true);
          ASSERT_EQ(addr(p) % align, 0u) << size << " with " << ptrs;
          if (ptrs != 0 && align > 8 && size > 512 && size <= 32760) {
            EXPECT_TRUE(findObject(addr(p)).s->spanclass.raw()) << "there is no room for a header";
          }
        }
      }
    }
  });
}

TEST(MallocSpan, MemoryThatWasUsedBeforeIsZeroAgain) {
  WithProcs one(1);
  onGoroutine([] {
    for (int round = 0; round < 3; round++) {
      for (uintptr size = 8; size <= 100 << 10; size = (size * 5 / 4 + 8) & ~uintptr{7}) {
        for (uint64 ptrs : {uint64{0}, uint64{1}}) {
          for (uint8 align : {8, 64}) {
            if (size % align != 0) continue;
            madeType made(size, ptrs, align);
            for (int i = 0; i < 20; i++) {
              void* p = mallocgcCached(currentmcache(), size, &made.t, true);
              ASSERT_TRUE(allZero(p, size)) << size << " in round " << round;
              std::memset(p, 0xff, size);
            }
          }
        }
      }
      cycle(std::vector<uintptr>{});
      sweepAll();
    }
  });
}

TEST(MallocSpan, WhatIsCountedIsWhatWasAllocated) {
  WithProcs one(1);
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;
    mcache* c = currentmcache();
    c->releaseAll();
    uint64 before[gc::NumSizeClasses], want[gc::NumSizeClasses] = {};
    for (uintptr i = 0; i < gc::NumSizeClasses; i++) {
      before[i] = memstats.smallAllocCount[i].load(relaxed);
    }
    uint64 tiny = memstats.tinyAllocCount.load(relaxed);
    uint64 large = memstats.largeAllocCount.load(relaxed);
    for (int i = 0; i < 3000; i++) {
      uintptr size = 16 + uintptr(i) * 7919 % 32000;
      mallocgcCached(c, size, &basicTypes[kindUint8], true);
      want[sizeToClass(size)]++;
    }
    for (int i = 0; i < 32; i++) mallocgcCached(c, 1, nullptr, true);
    want[gc::TinySizeClass] += 2;
    mallocgcCached(c, 100 << 10, nullptr, true);
    c->releaseAll();
    for (uintptr i = 1; i < gc::NumSizeClasses; i++) {
      EXPECT_EQ(memstats.smallAllocCount[i].load(relaxed) - before[i], want[i]) << "class " << i;
    }
    EXPECT_EQ(memstats.tinyAllocCount.load(relaxed) - tiny, 30u)
        << "those that took no block; two did, and count as objects of its class";
    EXPECT_EQ(memstats.largeAllocCount.load(relaxed) - large, 1u);
    mp->locks--;
  });
}

}  // namespace
}  // namespace gort

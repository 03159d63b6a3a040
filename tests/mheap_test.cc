// Spans: from an address to its span, and pages that come and go.
//
// Go: runtime/mheap.go, runtime/malloc_test.go (TestArenaCollision), runtime/mgc_test.go (spans)

#include "alloc/mheap.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "alloc/mbitmap_inl.h"
#include "alloc/mheap_inl.h"
#include "alloc/mstats.h"
#include "sched/lockrank_check.h"
#include "sched/runtime2.h"
#include "tests/export_test.h"

namespace gort {
namespace {

using testing::onGoroutine;
using testing::WithProcs;

constexpr spanClass scan8 = makeSpanClass(1, spanKind::scan);
constexpr spanClass large = makeSpanClass(0, spanKind::noscan);
constexpr spanClass rawLarge = makeSpanClass(0, spanKind::raw);

struct usage {
  uint64 inUse, free, released;
  uintptr pages;
};

usage used() {
  return {memstats.heapInUse.load(), memstats.heapFree.load(), memstats.heapReleased.load(),
          mheap_.pagesInUse.load(relaxed)};
}

// Frees a span of the collected heap as a sweep that finds nothing alive would.
void sweepAndFree(mspan* s) {
  s->allocCount = 0;
  mheap_.freeSpan(s);
}

// ---- Classes ----------------------------------------------------------------------------

TEST(SpanClass, IsASizeClassAndAKind) {
  std::vector<bool> seen(256);
  for (spanKind kind : {spanKind::scan, spanKind::noscan, spanKind::raw}) {
    for (uint8 size = 0; size < gc::NumSizeClasses; size++) {
      spanClass sc = makeSpanClass(size, kind);
      EXPECT_EQ(sc.sizeclass(), size);
      EXPECT_EQ(sc.kind(), kind);
      EXPECT_EQ(sc.noscan(), kind == spanKind::noscan);
      EXPECT_EQ(sc.raw(), kind == spanKind::raw);
      EXPECT_LT(sc.v, numSpanClasses);
      EXPECT_FALSE(seen[sc.v]) << "each has a number of its own";
      seen[sc.v] = true;
    }
  }
}

// ---- From an address to a span ----------------------------------------------------------

TEST(SpanOf, EveryByteOfASpanLeadsToIt) {
  onGoroutine([] {
    mspan* s = mheap_.alloc(3, large);
    ASSERT_NE(s, nullptr);
    EXPECT_EQ(s->state.get(), mSpanInUse);
    EXPECT_EQ(s->base() % pageSize, 0u);
    for (uintptr p = s->base(); p < s->base() + 3 * pageSize; p += 509) {
      EXPECT_EQ(spanOf(p), s);
      EXPECT_EQ(spanOfUnchecked(p), s);
      EXPECT_EQ(spanOfHeap(p), s);
      EXPECT_TRUE(inheap(p));
    }
    EXPECT_NE(spanOfHeap(s->base() - 1), s);
    EXPECT_NE(spanOfHeap(s->limit), s);
    sweepAndFree(s);
  });
}

TEST(SpanOf, AddressesThatAreNotTheHeapsHaveNone) {
  onGoroutine([] {
    int local = 0;
    static int global;
    for (uintptr p :
         {uintptr{0}, uintptr{1}, reinterpret_cast<uintptr>(&local),
          reinterpret_cast<uintptr>(&global), uintptr{1} << 47, uintptr{0x8000000000000000},
          ~uintptr{0}, arenaBaseOffset, arenaBaseOffset - 1}) {
      EXPECT_EQ(spanOf(p), nullptr) << p;
      EXPECT_EQ(spanOfHeap(p), nullptr) << p;
      EXPECT_FALSE(inHeapOrStack(p)) << p;
    }
  });
}

TEST(SpanOf, AFreedSpanIsNoHeap) {
  onGoroutine([] {
    mspan* s = mheap_.alloc(1, large);
    uintptr p = s->base();
    sweepAndFree(s);
    EXPECT_EQ(spanOfHeap(p), nullptr);
    EXPECT_FALSE(inheap(p));
    EXPECT_FALSE(inHeapOrStack(p));
  });
}

TEST(SpanOf, AManualSpanIsNoHeapButInUse) {
  onGoroutine([] {
    mspan* s = mheap_.allocManual(2, spanAllocType::stack);
    EXPECT_EQ(s->state.get(), mSpanManual);
    EXPECT_FALSE(inheap(s->base()));
    EXPECT_TRUE(inHeapOrStack(s->base() + pageSize));
    mheap_.freeManual(s, spanAllocType::stack);
  });
}

TEST(SpanOf, ASpanOverSeveralArenasIsInAllOfThem) {
  onGoroutine([] {
    constexpr uintptr n = 2 * pagesPerArena + 5;
    mspan* s = mheap_.alloc(n, large);
    ASSERT_NE(s, nullptr);
    EXPECT_GE(arenaIndex(s->limit - 1) - arenaIndex(s->base()), 2u);
    for (uintptr i = 0; i < n; i += 97) ASSERT_EQ(spanOf(s->base() + i * pageSize), s);
    EXPECT_EQ(spanOf(s->limit - 1), s);
    sweepAndFree(s);
  });
}

// ---- What a span says of itself ----------------------------------------------------------

TEST(Span, ObjectsFillItButForTheBitsAtItsEnd) {
  onGoroutine([] {
    for (spanKind kind : {spanKind::scan, spanKind::noscan, spanKind::raw}) {
      for (uint8 c = 1; c < gc::NumSizeClasses; c++) {
        uintptr npages = gc::SizeClassToNPages[c], size = gc::SizeClassToSize[c];
        mspan* s = mheap_.alloc(npages, makeSpanClass(c, kind));
        ASSERT_NE(s, nullptr);
        EXPECT_EQ(s->elemsize, size);
        EXPECT_EQ(s->limit, s->base() + s->nelems * size);
        uintptr reserved = s->base() + npages * pageSize - s->limit;
        uintptr wanted = 0;
        if (size >= 16 && size <= 512) wanted += 128;
        if (size <= 512 && kind == spanKind::scan) wanted += npages * pageSize / 64;
        EXPECT_GE(reserved, wanted) << size;
        EXPECT_LT(reserved, wanted + size) << "not an object too few, size " << size;
        for (uintptr p = s->base(); p < s->limit; p += 7) {
          ASSERT_EQ(s->objIndex(p), (p - s->base()) / size) << size;
        }
        EXPECT_EQ(s->spanclass.kind(), kind);
        EXPECT_EQ(s->sweepgen.load(relaxed), mheap_.sweepgen);
        EXPECT_EQ(s->freeindex, 0);
        EXPECT_EQ(s->allocCache, ~uint64{0});
        for (uintptr i = 0; i < (s->nelems + 7u) / 8; i++) {
          ASSERT_EQ(*s->allocBits->bytep(i), 0);
          ASSERT_EQ(*s->gcmarkBits->bytep(i), 0);
        }
        EXPECT_NE(s->allocBits, s->gcmarkBits);
        sweepAndFree(s);
      }
    }
  });
}

TEST(Span, ItsBitIsSetInTheArenaWhileItIsInUse) {
  onGoroutine([] {
    mspan* s = mheap_.alloc(1, scan8);
    pageIndex at = pageIndexOf(s->base());
    EXPECT_NE(at.arena->pageInUse[at.idx].load(relaxed) & at.mask, 0);
    sweepAndFree(s);
    EXPECT_EQ(at.arena->pageInUse[at.idx].load(relaxed) & at.mask, 0);
    s = mheap_.allocManual(1, spanAllocType::workBuf);
    at = pageIndexOf(s->base());
    EXPECT_EQ(at.arena->pageInUse[at.idx].load(relaxed) & at.mask, 0);
    mheap_.freeManual(s, spanAllocType::workBuf);
  });
}

TEST(Span, UsedMemorySaysThatItMayBeOtherThanZero) {
  onGoroutine([] {
    WithProcs procs(1);
    mspan* s = mheap_.alloc(1, large);
    uintptr base = s->base();
    std::memset(reinterpret_cast<void*>(base), 0xff, pageSize);
    sweepAndFree(s);
    // First fit: all free pages below it come first, then this one. None is said to be zero that
    // is not.
    std::vector<mspan*> all;
    bool again = false;
    for (int i = 0; i < 50000 && !again; i++) {
      all.push_back(mheap_.alloc(1, large));
      if (all.back()->needzero == 0) {
        auto* b = reinterpret_cast<const uint8*>(all.back()->base());
        ASSERT_TRUE(std::all_of(b, b + pageSize, [](uint8 x) { return x == 0; }));
      }
      again = all.back()->base() == base;
    }
    EXPECT_EQ(all.back()->needzero, 1);
    EXPECT_TRUE(again);
    for (mspan* x : all) sweepAndFree(x);
  });
}

TEST(Span, RawOnesHaveArenasOfTheirOwn) {
  onGoroutine([] {
    std::vector<mspan*> all;
    std::map<arenaIdx, bool> raw;
    for (int i = 0; i < 300; i++) {
      bool wantRaw = i % 2 == 0;
      mspan* s = mheap_.alloc(uintptr(1 + i % 40), wantRaw ? rawLarge : large);
      ASSERT_NE(s, nullptr);
      auto [it, isNew] = raw.emplace(arenaIndex(s->base()), wantRaw);
      EXPECT_EQ(it->second, wantRaw);
      all.push_back(s);
    }
    for (mspan* s : all) sweepAndFree(s);
  });
}

// ---- Accounting -------------------------------------------------------------------------

TEST(HeapStats, EachByteIsInUseFreeOrReleased) {
  onGoroutine([] {
    WithProcs procs(1);
    usage before = used();
    mspan* s = mheap_.alloc(100, large);
    usage with = used();
    EXPECT_EQ(with.inUse, before.inUse + 100 * pageSize);
    EXPECT_EQ(with.pages, before.pages + 100);
    uint64 grown =
        with.inUse + with.free + with.released - (before.inUse + before.free + before.released);
    EXPECT_EQ(grown % (pallocChunkPages * pageSize), 0u) << "the heap grows in chunks";
    sweepAndFree(s);
    usage after = used();
    EXPECT_EQ(after.inUse, before.inUse);
    EXPECT_EQ(after.pages, before.pages);
    EXPECT_EQ(after.free + after.released, before.free + before.released + grown);
  });
}

// Random spans of all kinds, from several goroutines at once, against a map of what each has got:
// no two overlap, each page leads to its span, and contents stay.
TEST(HeapModel, SpansNeverOverlap) {
  auto seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  WithProcs procs(4);
  std::vector<std::vector<std::pair<uintptr, uintptr>>> left(4);
  std::binary_semaphore done(0);
  go([&] {
    auto said = Chan<void>::make();
    auto leave = Chan<void>::make();
    for (unsigned id = 0; id < 4; id++) {
      go([&, id] {
        std::mt19937 rnd(seed + id);
        struct mine {
          mspan* s;
          uint64 tag;
        };
        std::vector<mine> have;
        auto release = [&](size_t i) {
          auto [s, tag] = have[i];
          for (uintptr p = 0; p < s->npages; p++) {
            EXPECT_EQ(*reinterpret_cast<uint64*>(s->base() + p * pageSize), tag + p);
            EXPECT_EQ(spanOf(s->base() + p * pageSize), s);
          }
          if (s->state.get() == mSpanManual) {
            mheap_.freeManual(s, spanAllocType::stack);
          } else {
            sweepAndFree(s);
          }
          have[i] = have.back();
          have.pop_back();
        };
        for (int step = 0; step < 4000; step++) {
          if (have.size() < 5 || rnd() % 2 == 0) {
            uintptr n = rnd() % 20 == 0 ? 1 + rnd() % 700 : 1 + rnd() % 10;
            mspan* s = rnd() % 4 == 0   ? mheap_.allocManual(n, spanAllocType::stack)
                       : rnd() % 3 == 0 ? mheap_.alloc(n, rawLarge)
                                        : mheap_.alloc(n, large);
            ASSERT_NE(s, nullptr);
            uint64 tag = uint64{id} << 56 | uint64(step) << 20;
            for (uintptr p = 0; p < n; p++) {
              *reinterpret_cast<uint64*>(s->base() + p * pageSize) = tag + p;
            }
            have.push_back({s, tag});
          } else {
            release(rnd() % have.size());
          }
          if (have.size() > 60) release(rnd() % have.size());
          if (step % 64 == 0) runtime::Gosched();
        }
        for (auto& m : have)
          left[id].push_back({m.s->base(), m.s->base() + m.s->npages * pageSize});
        said.send();
        leave.recv();  // all have said what they have
        while (!have.empty()) release(have.size() - 1);
        said.send();
      });
    }
    for (int i = 0; i < 4; i++) said.recv();
    std::vector<std::pair<uintptr, uintptr>> all;
    for (auto& l : left) all.insert(all.end(), l.begin(), l.end());
    std::sort(all.begin(), all.end());
    for (size_t i = 1; i < all.size(); i++) EXPECT_LE(all[i - 1].second, all[i].first);
    for (int i = 0; i < 4; i++) leave.send();
    for (int i = 0; i < 4; i++) said.recv();
    done.release();
  });
  done.acquire();
}

// ---- Bitmaps ----------------------------------------------------------------------------

TEST(MarkBits, AreZeroAndNobodyElses) {
  onGoroutine([] {
    std::vector<std::pair<gcBits*, uintptr>> all;
    for (uintptr n = 1; n <= 1024; n += 3) {
      gcBits* b = newMarkBits(n);
      EXPECT_EQ(reinterpret_cast<uintptr>(b) % 8, 0u);
      for (uintptr i = 0; i < (n + 7) / 8; i++) ASSERT_EQ(*b->bytep(i), 0);
      std::memset(b, 0xff, (n + 63) / 64 * 8);
      all.push_back({b, (n + 63) / 64 * 8});
    }
    std::sort(all.begin(), all.end());
    for (size_t i = 1; i < all.size(); i++) {
      EXPECT_LE(reinterpret_cast<uintptr>(all[i - 1].first) + all[i - 1].second,
                reinterpret_cast<uintptr>(all[i].first));
    }
  });
}

TEST(MarkBits, LiveForTwoCycles) {
  onGoroutine([] {
    gcBits* b = newMarkBits(64);
    *b->bytep(0) = 0x5a;
    for (int cycle = 0; cycle < 2; cycle++) {
      nextMarkBitArenaEpoch();
      for (int i = 0; i < 20000; i++) std::memset(newMarkBits(64), 0xff, 8);
      EXPECT_EQ(*b->bytep(0), 0x5a);
    }
    nextMarkBitArenaEpoch();
    bool again = false;
    for (int i = 0; i < 40000 && !again; i++) again = newMarkBits(64) == b;
    EXPECT_TRUE(again) << "then their memory is used again";
  });
}

// ---- Lists ------------------------------------------------------------------------------

class SpanList : public ::testing::Test {
 protected:
  mSpanList list{}, other{};
  mspan s[4]{};

  std::vector<mspan*> of(const mSpanList& l) {
    std::vector<mspan*> forward, backward;
    for (mspan* x = l.first; x != nullptr; x = x->next) {
      EXPECT_EQ(x->list, &l);
      forward.push_back(x);
    }
    for (mspan* x = l.last; x != nullptr; x = x->prev) backward.insert(backward.begin(), x);
    EXPECT_EQ(forward, backward);
    return forward;
  }
};

TEST_F(SpanList, GrowsAtBothEnds) {
  list.insert(&s[1]);
  list.insert(&s[0]);
  list.insertBack(&s[2]);
  EXPECT_EQ(of(list), (std::vector<mspan*>{&s[0], &s[1], &s[2]}));
}

TEST_F(SpanList, LosesAny) {
  for (mspan& x : s) list.insertBack(&x);
  list.remove(&s[1]);
  EXPECT_EQ(of(list), (std::vector<mspan*>{&s[0], &s[2], &s[3]}));
  list.remove(&s[0]);
  list.remove(&s[3]);
  EXPECT_EQ(of(list), (std::vector<mspan*>{&s[2]}));
  list.remove(&s[2]);
  EXPECT_TRUE(list.isEmpty());
  EXPECT_FALSE(s[2].inList());
}

TEST_F(SpanList, TakesAllOfAnotherToItsFront) {
  list.takeAll(&other);
  EXPECT_TRUE(list.isEmpty());
  other.insertBack(&s[0]);
  other.insertBack(&s[1]);
  list.takeAll(&other);
  EXPECT_EQ(of(list), (std::vector<mspan*>{&s[0], &s[1]}));
  EXPECT_TRUE(other.isEmpty());
  other.insert(&s[2]);
  list.takeAll(&other);
  EXPECT_EQ(of(list), (std::vector<mspan*>{&s[2], &s[0], &s[1]}));
}

using SpanListDeathTest = SpanList;

TEST_F(SpanListDeathTest, ASpanIsInOneListAtMost) {
  list.insert(&s[0]);
  EXPECT_DEATH(other.insert(&s[0]), "fatal error: mSpanList.insert");
  EXPECT_DEATH(list.insertBack(&s[0]), "fatal error: mSpanList.insertBack");
  EXPECT_DEATH(other.remove(&s[0]), "fatal error: mSpanList.remove");
}

TEST(MheapDeathTest, ASpanWithObjectsIsNotFreed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(onGoroutine([] {
                 mspan* s = mheap_.alloc(1, scan8);
                 s->allocCount = 1;
                 mheap_.freeSpan(s);
               }),
               "allocCount 1 sweepgen(.|\n)*fatal error: mheap.freeSpanLocked - invalid free");
}

}  // namespace
}  // namespace gort

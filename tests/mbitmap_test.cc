// Bits of objects: free slots, objects from addresses, pointer bits against the type's own.
//
// Go: runtime/mbitmap.go, runtime/gc_test.go and gcinfo_test.go (pointer bits)

#include "alloc/mbitmap.h"

#include <gort/gort.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "alloc/mbitmap_inl.h"
#include "alloc/mheap_inl.h"
#include "tests/export_test.h"
#include "tests/heap.h"

namespace gort {
namespace {

using testing::madeType;
using testing::onGoroutine;

void freeSpan(mspan* s) {
  s->allocCount = 0;
  mheap_.freeSpan(s);
}

mspan* newSpan(uint8 sizeclass, spanKind kind) {
  mspan* s = mheap_.alloc(gc::SizeClassToNPages[sizeclass], makeSpanClass(sizeclass, kind));
  s->initHeapBits();
  s->refillAllocCache(0);
  return s;
}

// ---- Free slots -------------------------------------------------------------------------

TEST(NextFreeIndex, AFreshSpanGivesAllSlotsInOrder) {
  onGoroutine([] {
    for (uint8 c = 1; c < gc::NumSizeClasses; c++) {
      mspan* s = newSpan(c, spanKind::noscan);
      for (uint16 i = 0; i < s->nelems; i++) ASSERT_EQ(s->nextFreeIndex(), i) << int{c};
      EXPECT_EQ(s->nextFreeIndex(), s->nelems);
      EXPECT_EQ(s->nextFreeIndex(), s->nelems) << "and stays there";
      freeSpan(s);
    }
  });
}

TEST(NextFreeIndex, GivesExactlyTheSlotsWithoutABit) {
  auto seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 rnd(seed);
  onGoroutine([&] {
    for (int round = 0; round < 300; round++) {
      mspan* s = newSpan(uint8(1 + rnd() % (gc::NumSizeClasses - 1)), spanKind::noscan);
      std::vector<uint16> wanted;
      unsigned density = rnd() % 17;  // 0: no bits, 16: nearly all
      for (uint16 i = 0; i < s->nelems; i++) {
        if (rnd() % 16 < density) {
          gcBits::bit b = s->allocBits->bitp(i);
          *b.bytep = uint8(*b.bytep | b.mask);
        } else {
          wanted.push_back(i);
        }
      }
      s->refillAllocCache(0);
      for (uint16 i = 0; i < s->nelems; i++) {
        EXPECT_EQ(s->isFree(i), std::find(wanted.begin(), wanted.end(), i) != wanted.end());
      }
      for (uint16 w : wanted) ASSERT_EQ(s->nextFreeIndex(), w);
      EXPECT_EQ(s->nextFreeIndex(), s->nelems);
      freeSpan(s);
    }
  });
}

TEST(CountAlloc, CountsMarks) {
  onGoroutine([] {
    mspan* s = newSpan(1, spanKind::noscan);
    ASSERT_GT(s->nelems, 1000);
    EXPECT_EQ(s->countAlloc(), 0u);
    for (uint16 i = 0; i < s->nelems; i += 3) {
      gcBits::bit b = s->gcmarkBits->bitp(i);
      *b.bytep = uint8(*b.bytep | b.mask);
    }
    EXPECT_EQ(s->countAlloc(), (s->nelems + 2u) / 3);
    freeSpan(s);
  });
}

// ---- From an address to an object -------------------------------------------------------

// Against a map of all slots: every address in a span, and around it.
TEST(FindObject, AnyByteLeadsToTheObject) {
  onGoroutine([] {
    std::vector<mspan*> spans;
    std::map<uintptr, std::pair<uintptr, mspan*>> objects;  // start -> end, span
    for (uint8 c = 1; c < gc::NumSizeClasses; c++) {
      for (spanKind kind : {spanKind::scan, spanKind::noscan, spanKind::raw}) {
        mspan* s = newSpan(c, kind);
        spans.push_back(s);
        for (uintptr i = 0; i < s->nelems; i++) {
          uintptr base = s->base() + i * s->elemsize;
          objects[base] = {base + s->elemsize, s};
        }
      }
    }
    for (mspan* s : spans) {
      for (uintptr p = s->base(); p < s->base() + s->npages * pageSize; p += 13) {
        auto it = objects.upper_bound(p);
        auto got = findObject(p);
        if (it != objects.begin() && p < std::prev(it)->second.first) {
          --it;
          ASSERT_EQ(got.s, it->second.second);
          ASSERT_EQ(got.base, it->first);
          ASSERT_EQ(got.objIndex, (it->first - s->base()) / s->elemsize);
        } else {
          ASSERT_EQ(got.s, nullptr) << "behind the last object";
        }
      }
    }
    for (mspan* s : spans) freeSpan(s);
    for (auto& [base, o] : objects) ASSERT_EQ(findObject(base).s, nullptr) << "freed";
  });
}

// ---- Pointer bits -----------------------------------------------------------------------

TEST(HeapBits, AreTheTypesForEachValueAndNobodyElses) {
  auto seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rnd(seed);
  onGoroutine([&] {
    for (uint8 c = 1; gc::SizeClassToSize[c] <= 512; c++) {
      mspan* s = newSpan(c, spanKind::scan);
      uintptr words = s->elemsize / 8;
      std::vector<uint64> model(s->nelems);
      for (int round = 0; round < 2000; round++) {
        uintptr slot = rnd() % s->nelems;
        // n values of a type of `size` words, as a small slice has them.
        uintptr size = 1 + rnd() % words;
        uintptr n = words / size;
        uint64 all = size == 64 ? ~uint64{0} : (uint64{1} << size) - 1;
        uint64 ptrs = size == 1 ? 1 : rnd() & all;
        if (ptrs == 0) ptrs = 1;
        madeType made(size * 8, ptrs);
        uintptr x = s->base() + slot * s->elemsize;
        uintptr scan = heapSetTypeNoHeader(x, n * size * 8, &made.t, s);
        model[slot] = 0;
        for (uintptr i = 0; i < n; i++) model[slot] |= ptrs << (i * size);
        EXPECT_EQ(scan, (n - 1) * size * 8 + made.t.ptrdata);
        ASSERT_EQ(s->heapBitsSmallForAddr(x), model[slot]) << "size " << s->elemsize;
      }
      for (uintptr i = 0; i < s->nelems; i++) {
        ASSERT_EQ(s->heapBitsSmallForAddr(s->base() + i * s->elemsize), model[i]);
      }
      freeSpan(s);
    }
  });
}

TEST(HeapBits, LieBehindTheObjects) {
  onGoroutine([] {
    for (uint8 c = 1; gc::SizeClassToSize[c] <= 512; c++) {
      mspan* s = newSpan(c, spanKind::scan);
      std::memset(reinterpret_cast<void*>(s->base()), 0xff, s->limit - s->base());
      for (uintptr i = 0; i < s->nelems; i++) {
        ASSERT_EQ(s->heapBitsSmallForAddr(s->base() + i * s->elemsize), 0u);
      }
      freeSpan(s);
    }
  });
}

}  // namespace
}  // namespace gort

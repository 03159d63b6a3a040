// The allocator that never takes memory back: what it returns, and what it says when it
// cannot.
//
// Go: runtime/malloc_test.go

#include "alloc/malloc.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "alloc/mstats.h"
#include "alloc/type.h"
#include "alloc/upcalls.h"
#include "arch/sanitizer.h"
#include "tests/export_test.h"
#include "tests/testprog.h"

namespace gort {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::onGoroutine;
using testing::ProgResult;
using testing::runTestProg;
using ::testing::StartsWith;
using testing::WithProcs;

uintptr addr(const void* p) { return reinterpret_cast<uintptr>(p); }

_type typeOf(uintptr size, uint8 align) {
  _type t = {};
  t.size = size;
  t.align = align;
  return t;
}

bool allZero(const void* p, uintptr n) {
  auto* b = static_cast<const char*>(p);
  return std::all_of(b, b + n, [](char c) { return c == 0; });
}

// ---- mallocgc ---------------------------------------------------------------------------

TEST(Malloc, NothingHasOneAddress) {
  onGoroutine([] {
    EXPECT_EQ(mallocgc(0, nullptr, true), &zerobase);
    _type empty = typeOf(0, 1);
    EXPECT_EQ(newobject(&empty), &zerobase);
    EXPECT_EQ(newarray(&empty, 100), &zerobase);
    EXPECT_EQ(newarray(&basicTypes[kindInt], 0), &zerobase);
  });
}

TEST(Malloc, MemoryIsZeroWhateverTheSize) {
  onGoroutine([] {
    for (uintptr size = 1; size <= (16 << 20); size = size * 3 / 2 + 1) {
      void* p = mallocgc(size, nullptr, true);
      ASSERT_TRUE(allZero(p, size)) << size;
      std::memset(p, 0xff, size);
    }
  });
}

TEST(Malloc, IsAlignedAsTheSizeAllowsAndTheTypeAsks) {
  onGoroutine([] {
    for (int round = 0; round < 50; round++) {
      EXPECT_EQ(addr(mallocgc(3, nullptr, true)) % 16, 0u) << "no type: for anything";
      for (uintptr size = 1; size < 200; size++) {
        _type t = typeOf(size, 1);
        uintptr want = size % 8 == 0 ? 8 : size % 4 == 0 ? 4 : size % 2 == 0 ? 2 : 1;
        EXPECT_EQ(addr(newobject(&t)) % want, 0u) << size;
      }
      for (uint8 align : {16, 32, 64, 128}) {
        _type t = typeOf(align, align);
        EXPECT_EQ(addr(newobject(&t)) % align, 0u);
      }
    }
  });
}

TEST(Malloc, ObjectsDoNotOverlap) {
  WithProcs procs(4);
  onGoroutine([] {
    struct object {
      uintptr start, end;
    };
    constexpr int workers = 8, each = 20000;
    static std::vector<object> objects[workers];
    auto done = Chan<void>::make();
    for (int w = 0; w < workers; w++) {
      go([w, done] {
        uint32 seed = uint32(w) * 7919 + 1;
        for (int i = 0; i < each; i++) {
          seed = seed * 1664525 + 1013904223;
          uintptr size = (seed >> 16) % 100 == 0 ? (seed >> 8) % 200000 + 1 : (seed >> 8) % 500 + 1;
          auto* p = static_cast<char*>(mallocgc(size, nullptr, true));
          p[0] = p[size - 1] = char(w);
          objects[w].push_back({addr(p), addr(p) + size});
          if (i % 1000 == 0) runtime::Gosched();
        }
        done.send();
      });
    }
    for (int w = 0; w < workers; w++) done.recv();
    std::vector<object> all;
    for (int w = 0; w < workers; w++) {
      all.insert(all.end(), objects[w].begin(), objects[w].end());
      for (object o : objects[w]) {
        ASSERT_EQ(*reinterpret_cast<char*>(o.start), char(w));
        ASSERT_EQ(*reinterpret_cast<char*>(o.end - 1), char(w));
      }
    }
    std::sort(all.begin(), all.end(), [](object a, object b) { return a.start < b.start; });
    for (size_t i = 1; i < all.size(); i++) ASSERT_LE(all[i - 1].end, all[i].start);
  });
}

TEST(Malloc, CutsSmallObjectsFromTheChunkOfTheP) {
  onGoroutine([] {
    m* mp = getg()->m;
    mp->locks++;
    _type t = typeOf(24, 8);
    newobject(&t);
    auto a = addr(newobject(&t)), b = addr(newobject(&t));
    if (b > a) {
      EXPECT_EQ(b, a + 24);
    }
    EXPECT_EQ(mpalloc(), &mp->p.load(relaxed)->palloc);
    EXPECT_TRUE(inPersistentAlloc(a));
    mp->locks--;
  });
}

TEST(Malloc, WorksOnAnMWithoutAP) {
  onGoroutine([] {
    std::vector<uintptr> got;
    runtime::Blocking([&] {
      systemstack([&] {
        // As an M that has given its P away.
        m* mp = getg()->m;
        p* pp = mp->p.load(relaxed);
        mp->p.store(nullptr, relaxed);
        for (int i = 0; i < 100000; i++) {
          auto* p = static_cast<char*>(persistentalloc(24, 8, &memstats.other_sys));
          if (!allZero(p, 24)) break;
          p[0] = 1;
          got.push_back(addr(p));
        }
        mp->p.store(pp, relaxed);
      });
    });
    EXPECT_EQ(got.size(), 100000u);
    std::sort(got.begin(), got.end());
    for (size_t i = 1; i < got.size(); i++) ASSERT_LE(got[i - 1] + 24, got[i]);
  });
}

TEST(Malloc, CountsWhatItTakesFromTheSystem) {
  onGoroutine([] {
    uint64 before = memstats.heap_sys.load();
    int64 ready = memstats.mappedReady.load(relaxed);
    mallocgc(10 << 20, nullptr, true);
    EXPECT_EQ(memstats.heap_sys.load(), before + (10 << 20));
    EXPECT_EQ(memstats.mappedReady.load(relaxed), ready + (10 << 20));
  });
}

TEST(Malloc, ArraysAreOfTheirElements) {
  onGoroutine([] {
    auto* a = static_cast<int32*>(newarray(&basicTypes[kindInt32], 1000));
    EXPECT_TRUE(allZero(a, 4000));
    for (int i = 0; i < 1000; i++) a[i] = i;
    auto* b = static_cast<int32*>(newarray(&basicTypes[kindInt32], 1000));
    EXPECT_TRUE(b >= a + 1000 || b + 1000 <= a);
    EXPECT_NE(newarray(&basicTypes[kindInt32], 1), newarray(&basicTypes[kindInt32], 1));
  });
}

// ---- persistentalloc -----------------------------------------------------------------------

TEST(Persistentalloc, AlignsAsAskedAndCountsWhereAsked) {
  onGoroutine([] {
    for (uintptr align = 1; align <= 4096; align *= 2) {
      EXPECT_EQ(addr(persistentalloc(10, align, &memstats.other_sys)) % align, 0u);
    }
    EXPECT_EQ(addr(persistentalloc(1, 0, &memstats.other_sys)) % 8, 0u);
    uint64 before = memstats.gcMiscSys.load();
    void* p = persistentalloc(1000, 8, &memstats.gcMiscSys);
    EXPECT_EQ(memstats.gcMiscSys.load(), before + 1000);
    EXPECT_TRUE(allZero(p, 1000));
    EXPECT_TRUE(inPersistentAlloc(addr(p)));
    EXPECT_TRUE(inPersistentAlloc(addr(p) + 999));
    EXPECT_FALSE(inPersistentAlloc(addr(&before)));
    EXPECT_FALSE(inPersistentAlloc(0));

    before = memstats.gcMiscSys.load();
    void* large = persistentalloc(1 << 20, 8, &memstats.gcMiscSys);
    EXPECT_EQ(memstats.gcMiscSys.load(), before + (1 << 20));
    EXPECT_TRUE(allZero(large, 1 << 20));
  });
}

// ---- Failures ----------------------------------------------------------------------------

TEST(MallocFails, ArraysThatCannotBe) {
  for (const char* how : {"negative", "overflow", "too large"}) {
    ProgResult r = runTestProg("malloc", {how});
    EXPECT_EQ(r.exit, 2) << how;
    EXPECT_THAT(r.err, StartsWith("panic: runtime: allocation size out of range\n\n"
                                  "goroutine 1 [running]:\n"))
        << how;
  }
}

TEST(MallocFails, OutOfMemory) {
  ProgResult r = runTestProg("malloc", {"huge"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("fatal error: out of memory\n"));
  if (asanenabled || raceenabled) return;  // they need more address space than any limit leaves
  r = runTestProg("malloc", {"no memory"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, MatchesRegex("runtime: out of memory: cannot allocate 3221225472-byte block "
                                  "\\([0-9]+ in use\\)\nfatal error: out of memory\n(.|\n)*"));
  r = runTestProg("malloc", {"small chunks"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, MatchesRegex("runtime: out of memory: cannot allocate 4194304-byte block "
                                  "\\([0-9]+ in use\\)\nfatal error: out of memory\n(.|\n)*"));
}

TEST(MallocFails, CallsThatMakeNoSense) {
  struct {
    const char* how;
    const char* says;
  } const cases[] = {
      {"dirty pointers", "fatal error: objects with pointers must be zeroed\n"},
      {"persistent nothing", "fatal error: persistentalloc: size == 0\n"},
      {"persistent align", "fatal error: persistentalloc: align is not a power of 2\n"},
      {"persistent page", "fatal error: persistentalloc: align is too large\n"},
      {"statistic", "fatal error: sysMemStat overflow\n"},
  };
  for (auto& c : cases) {
    ProgResult r = runTestProg("malloc", {c.how});
    EXPECT_EQ(r.exit, 2) << c.how;
    EXPECT_THAT(r.err, HasSubstr(c.says)) << c.how;
  }
}

}  // namespace
}  // namespace gort

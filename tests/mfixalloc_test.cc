// Objects of one size, outside the heap.
//
// Go: runtime/mfixalloc.go (Go tests it through the heap)

#include "alloc/mfixalloc.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>
#include <vector>

#include "alloc/mstats.h"
#include "tests/export_test.h"

namespace gort {
namespace {

constinit sysMemStat stat;

bool isZero(const void* p, uintptr n) {
  auto* b = static_cast<const uint8*>(p);
  for (uintptr i = 0; i < n; i++) {
    if (b[i] != 0) return false;
  }
  return true;
}

class Fixalloc : public ::testing::Test {
 protected:
  testing::threadAsM m;
  fixalloc f{};
};

TEST_F(Fixalloc, ObjectsAreZeroAndApart) {
  f.init(48, nullptr, nullptr, &stat);
  std::set<uintptr> all;
  for (int i = 0; i < 1000; i++) {
    void* p = f.alloc();
    ASSERT_TRUE(isZero(p, 48));
    std::memset(p, 0xff, 48);
    uintptr a = reinterpret_cast<uintptr>(p);
    ASSERT_EQ(a % 8, 0u);
    auto next = all.lower_bound(a);
    if (next != all.end()) {
      ASSERT_LE(a + 48, *next);
    }
    if (next != all.begin()) {
      ASSERT_LE(*std::prev(next) + 48, a);
    }
    all.insert(a);
  }
  EXPECT_EQ(f.inuse, 48000u);
}

TEST_F(Fixalloc, AFreedObjectIsUsedAgainFirst) {
  f.init(32, nullptr, nullptr, &stat);
  void* p = f.alloc();
  void* q = f.alloc();
  std::memset(p, 0xff, 32);
  std::memset(q, 0xff, 32);
  f.free(p);
  f.free(q);
  EXPECT_EQ(f.inuse, 0u);
  EXPECT_EQ(f.alloc(), q);
  EXPECT_TRUE(isZero(q, 32));
  EXPECT_EQ(f.alloc(), p);
  EXPECT_TRUE(isZero(p, 32));
  EXPECT_EQ(f.inuse, 64u);
}

TEST_F(Fixalloc, ZeroingCanBeTheCallers) {
  f.init(32, nullptr, nullptr, &stat);
  f.zero = false;
  auto* p = static_cast<uint8*>(f.alloc());
  EXPECT_TRUE(isZero(p, 32)) << "fresh memory is zero in any case";
  std::memset(p, 0xff, 32);
  f.free(p);
  EXPECT_EQ(f.alloc(), p);
  for (int i = 8; i < 32; i++) ASSERT_EQ(p[i], 0xff) << i;
}

TEST_F(Fixalloc, FirstIsCalledOncePerObject) {
  std::vector<void*> seen;
  f.init(
      64, [](void* arg, void* p) { static_cast<std::vector<void*>*>(arg)->push_back(p); }, &seen,
      &stat);
  void* p = f.alloc();
  void* q = f.alloc();
  EXPECT_EQ(seen, (std::vector<void*>{p, q}));
  f.free(p);
  EXPECT_EQ(f.alloc(), p);
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(Fixalloc, ChunksHaveWholeObjectsAndAreCounted) {
  constexpr uintptr size = 5000;  // three to a chunk
  f.init(size, nullptr, nullptr, &stat);
  EXPECT_EQ(f.nalloc, 3 * size);
  uint64 before = stat.load();
  for (int i = 0; i < 3; i++) f.alloc();
  EXPECT_EQ(stat.load(), before + 3 * size);
  EXPECT_EQ(f.nchunk, 0u);
  f.alloc();
  EXPECT_EQ(stat.load(), before + 6 * size);
}

TEST_F(Fixalloc, SizesHaveLimits) {
  f.init(1, nullptr, nullptr, &stat);
  EXPECT_EQ(f.size, sizeof(mlink)) << "a free object has room for its link";
  f.init(FixAllocChunk, nullptr, nullptr, &stat);
  EXPECT_NE(f.alloc(), nullptr);
  EXPECT_DEATH(f.init(FixAllocChunk + 1, nullptr, nullptr, &stat),
               "runtime: fixalloc size too large");
}

TEST_F(Fixalloc, InitComesFirst) { EXPECT_DEATH(f.alloc(), "runtime: internal error"); }

// Random use: no object is out twice, its content stays, and memory is reused.
TEST_F(Fixalloc, Random) {
  uint64 seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 rng(seed);
  struct object {
    uint64 words[5];
  };
  f.init(sizeof(object), nullptr, nullptr, &stat);
  std::vector<object*> out;
  std::set<object*> ever;
  uintptr most = 0;
  for (uint64 step = 1; step < 20000; step++) {
    if (out.empty() || rng() % 100 < (step / 4000 % 2 == 0 ? 60u : 40u)) {
      auto* p = static_cast<object*>(f.alloc());
      ASSERT_TRUE(isZero(p, sizeof *p));
      for (uint64& w : p->words) w = reinterpret_cast<uintptr>(p) + step;
      p->words[0] = step;
      out.push_back(p);
      ever.insert(p);
    } else {
      size_t i = rng() % out.size();
      object* p = out[i];
      for (int w = 1; w < 5; w++) {
        ASSERT_EQ(p->words[w], reinterpret_cast<uintptr>(p) + p->words[0]);
      }
      f.free(p);
      out[i] = out.back();
      out.pop_back();
    }
    most = std::max(most, out.size());
    ASSERT_EQ(f.inuse, out.size() * sizeof(object));
  }
  EXPECT_EQ(ever.size(), most) << "never used objects are taken only when none is free";
}

}  // namespace
}  // namespace gort

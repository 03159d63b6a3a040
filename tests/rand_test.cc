// Random numbers of an M.
//
// Go: runtime/rand_test.go

#include "sched/rand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "sched/rand_inl.h"
#include "tests/export_test.h"

namespace gort {
namespace {

class Rand : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    testing::threadAsM thread;
    randinit();
  }
  Rand() { mrandinit(thread.mp()); }
  testing::threadAsM thread;
};

TEST_F(Rand, CheaprandIsWyrand) {
  // From Go's cheaprand and cheaprandu64, state 0.
  thread.mp()->cheaprand = 0;
  EXPECT_EQ(cheaprand(), 0x1305eed8u);
  EXPECT_EQ(cheaprand(), 0x82b8a478u);
  EXPECT_EQ(cheaprand(), 0x82e919aau);
  thread.mp()->cheaprand64 = 0;
  EXPECT_EQ(cheaprandu64(), 0x111cb3a78f59a58eu);
  EXPECT_EQ(cheaprandu64(), 0xceabd938ff4e856du);
  EXPECT_EQ(cheaprandu64(), 0x61fb51318f47d2a4u);
}

TEST_F(Rand, Cheaprand64IsNotNegative) {
  for (int i = 0; i < 1000; i++) EXPECT_GE(cheaprand64(), 0);
}

// Draws n numbers less than `buckets` and expects each about equally often: further away
// than six standard deviations happens once in 10^8 runs.
template <class F>
void expectUniform(F draw, uint32 buckets) {
  constexpr int n = 1 << 18;
  std::vector<int> count(buckets);
  for (int i = 0; i < n; i++) {
    uint32 x = draw(buckets);
    ASSERT_LT(x, buckets);
    count[x]++;
  }
  double mean = double(n) / buckets;
  for (int c : count) EXPECT_LT((c - mean) * (c - mean), 36 * mean);
}

TEST_F(Rand, BoundedNumbersAreUniform) {
  for (uint32 buckets : {2u, 3u, 7u, 64u, 100u}) {
    expectUniform(cheaprandn, buckets);
    expectUniform(randn, buckets);
  }
  EXPECT_EQ(cheaprandn(0), 0u);
  EXPECT_EQ(cheaprandn(1), 0u);
  EXPECT_EQ(randn(0), 0u);
}

TEST_F(Rand, DoesNotRepeatOverManyRefills) {
  std::set<uint64> seen;
  for (int i = 0; i < 10'000; i++) EXPECT_TRUE(seen.insert(rand()).second);
  EXPECT_EQ(thread.mp()->locks, 0);
}

TEST_F(Rand, EveryMHasItsOwnStream) {
  std::vector<uint64> streams[2];
  for (std::vector<uint64>& stream : streams) {
    std::thread([&stream] {
      testing::threadAsM other;
      mrandinit(other.mp());
      for (int i = 0; i < 100; i++) stream.push_back(rand());
      stream.push_back(other.mp()->cheaprand);
      stream.push_back(other.mp()->cheaprand64);
    }).join();
  }
  for (uint64 x : streams[0]) {
    EXPECT_EQ(std::count(streams[1].begin(), streams[1].end(), x), 0);
  }
}

TEST_F(Rand, BootstrapRandDoesNotRepeat) {
  std::set<uint64> seen;
  for (int i = 0; i < 1000; i++) {
    EXPECT_TRUE(seen.insert(bootstrapRand()).second);
    if (i % 100 == 0) bootstrapRandReseed();
  }
}

TEST_F(Rand, TheKernelGaveRandomBytes) { EXPECT_FALSE(readRandomFailed); }

TEST_F(Rand, IsSeededOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(randinit(), "randinit twice");
}

}  // namespace
}  // namespace gort

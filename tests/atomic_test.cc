// arch/atomic.h: what each operation does and returns.
#include "arch/atomic.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace {

using namespace gort;

TEST(Atomic, IsZeroAtFirst) {
  static constinit atomic<uint64> n;
  static constinit atomic<int*> p;
  static constinit atomic<bool> b;
  EXPECT_EQ(n.load(relaxed), 0u);
  EXPECT_EQ(p.load(relaxed), nullptr);
  EXPECT_FALSE(b.load(relaxed));
}

TEST(Atomic, AddReturnsTheNewValueAndWraps) {
  atomic<uint32> u(5);
  EXPECT_EQ(u.add(3, relaxed), 8u);
  EXPECT_EQ(u.add(static_cast<uint32>(-9), relaxed), 0xffffffffu);
  atomic<int64> i(5);
  EXPECT_EQ(i.add(-7, seq_cst), -2);
}

TEST(Atomic, AndAndOrReturnTheOldValue) {
  atomic<uint8> u(0b1100);
  EXPECT_EQ(u.and_(0b0110, relaxed), 0b1100);
  EXPECT_EQ(u.or_(0b0001, relaxed), 0b0100);
  EXPECT_EQ(u.load(relaxed), 0b0101);
}

TEST(Atomic, CasStoresOnlyOverTheExpectedValue) {
  atomic<uint32> u(1);
  EXPECT_FALSE(u.cas(2, 3, acq_rel));
  EXPECT_EQ(u.load(relaxed), 1u);
  EXPECT_TRUE(u.cas(1, 3, acq_rel));
  EXPECT_EQ(u.load(relaxed), 3u);
}

TEST(Atomic, ExchangeReturnsTheOldValue) {
  int a, b;
  atomic<int*> p(&a);
  EXPECT_EQ(p.exchange(&b, acq_rel), &a);
  EXPECT_EQ(p.load(acquire), &b);
}

TEST(Atomic, HoldsEnumsAndFloats) {
  enum state : uint32 { idle, busy };
  atomic<state> s(idle);
  EXPECT_TRUE(s.cas(idle, busy, acquire));
  EXPECT_EQ(s.load(relaxed), busy);
  atomic<float64> f(1.5);
  f.store(2.5, release);
  EXPECT_EQ(f.load(acquire), 2.5);
}

TEST(Atomic, PlainWordsHaveTheSameOperations) {
  uint64 n = 1;
  atomicstore(&n, 4, release);
  EXPECT_EQ(atomicadd(&n, 2, relaxed), 6u);
  EXPECT_EQ(atomicexchange(&n, 9, relaxed), 6u);
  EXPECT_TRUE(atomiccas(&n, 9, 12, seq_cst));
  EXPECT_EQ(atomicor(&n, 1, relaxed), 12u);
  EXPECT_EQ(atomicand(&n, 5, relaxed), 13u);
  EXPECT_EQ(atomicload(&n, acquire), 5u);
}

TEST(Atomic, AFailedCasOnlyLoads) {
  EXPECT_EQ(casFailureOrder(relaxed), relaxed);
  EXPECT_EQ(casFailureOrder(acquire), acquire);
  EXPECT_EQ(casFailureOrder(release), relaxed);
  EXPECT_EQ(casFailureOrder(acq_rel), acquire);
  EXPECT_EQ(casFailureOrder(seq_cst), seq_cst);
}

TEST(Atomic, AddsOfManyThreadsAreNotLost) {
  constexpr int threads = 4, times = 20000;
  atomic<uint32> n;
  std::vector<std::thread> all;
  for (int i = 0; i < threads; i++) {
    all.emplace_back([&] {
      for (int k = 0; k < times; k++) n.add(1, relaxed);
    });
  }
  for (auto& t : all) t.join();
  EXPECT_EQ(n.load(relaxed), uint32{threads * times});
}

TEST(Atomic, ReleasePublishesToAcquire) {
  constexpr int rounds = 10000;
  int data = 0;  // plain: ThreadSanitizer checks that the flag orders it
  atomic<int32> flag;
  std::thread reader([&] {
    for (int i = 1; i <= rounds; i++) {
      while (flag.load(acquire) != i) std::this_thread::yield();
      EXPECT_EQ(data, i);
      flag.store(-i, release);
    }
  });
  for (int i = 1; i <= rounds; i++) {
    data = i;
    flag.store(i, release);
    while (flag.load(acquire) != -i) std::this_thread::yield();
  }
  reader.join();
}

}  // namespace

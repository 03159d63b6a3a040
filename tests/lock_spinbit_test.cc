// The runtime's mutex: exclusion, and whom an unlock wakes.
//
// Go: runtime/lock_spinbit.go; the invariants are numbered in lock_spinbit.h.

#include "sched/lock_spinbit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check_inl.h"
#include "sched/rand_inl.h"
#include "tests/export_test.h"

namespace gort {
namespace {

uintptr word(const mutex& l) { return l.key.load(acquire); }

uintptr bits(const m* mp) { return reinterpret_cast<uintptr>(mp); }

// The Ms on l's stack, top first. Nobody may pop meanwhile.
std::vector<m*> sleepers(const mutex& l) {
  std::vector<m*> out;
  for (m* mp = reinterpret_cast<m*>(word(l) & ~mutexMMask); mp; mp = mp->mWaitList.next) {
    out.push_back(mp);
  }
  return out;
}

// Makes the next draw of unlock2Wake choose, or not choose, the bottom of the stack.
void nextUnlockWakesBottom(m* mp, bool bottom) {
  for (uint32 seed = 1;; seed++) {
    mp->cheaprand = seed;
    bool drawn = cheaprandn(mutexTailWakePeriod) == 0;
    if (drawn == bottom) {
      mp->cheaprand = seed;
      return;
    }
  }
}

TEST(Mutex, ZeroValueIsUnlocked) {
  testing::threadAsM thread;
  mutex l;
  lock(&l);
  EXPECT_EQ(word(l), mutexLocked);
  unlock(&l);
  EXPECT_EQ(word(l), 0u);
  EXPECT_FALSE(mutexContended(&l));
}

TEST(Mutex, PinsTheGoroutineWhileHeld) {
  testing::threadAsM thread;
  mutex a{lockRankHchan}, b;
  lock(&a);
  EXPECT_EQ(thread.mp()->locks, mutexMLocksDelta);
  lock(&b);
  EXPECT_EQ(thread.mp()->locks, 2 * mutexMLocksDelta);
  unlock(&a);
  unlock(&b);
  EXPECT_EQ(thread.mp()->locks, 0);
}

TEST(Mutex, LastUnlockPosesARefusedPreemptionAgain) {
  testing::threadAsM thread;
  mutex a{lockRankHchan}, b;
  thread.g0()->preempt.store(true, relaxed);
  lock(&a);
  lock(&b);
  thread.g0()->stackguard0.store(0, relaxed);
  unlock(&b);
  EXPECT_EQ(thread.g0()->stackguard0.load(relaxed), 0u);
  unlock(&a);
  EXPECT_EQ(thread.g0()->stackguard0.load(relaxed), stackPreempt);
}

TEST(Mutex, ExcludesThreads) {
  constexpr int threads = 4, rounds = 20'000;
  mutex l;
  int64 counter = 0;  // not atomic
  std::vector<std::thread> all;
  for (int i = 0; i < threads; i++) {
    all.emplace_back([&] {
      testing::threadAsM thread;
      for (int j = 0; j < rounds; j++) {
        lock(&l);
        counter++;
        unlock(&l);
      }
      EXPECT_EQ(thread.mp()->locks, 0);
      EXPECT_EQ(thread.mp()->mWaitList.next, nullptr);
    });
  }
  for (std::thread& t : all) t.join();
  EXPECT_EQ(counter, threads * rounds);
  EXPECT_EQ(word(l), 0u);  // nobody is left behind on the stack
}

TEST(Mutex, AllWhoSleptAreWoken) {
  constexpr size_t threads = 8;
  testing::threadAsM thread;
  mutex l;
  std::atomic<size_t> done = 0;
  lock(&l);
  std::vector<std::thread> all;
  for (size_t i = 0; i < threads; i++) {
    all.emplace_back([&] {
      testing::threadAsM waiter;
      lock(&l);
      done++;
      unlock(&l);
    });
  }
  while (sleepers(l).size() < threads) std::this_thread::yield();
  EXPECT_TRUE(mutexContended(&l));
  EXPECT_EQ(done, 0u);
  EXPECT_EQ(word(l) & mutexLocked, mutexLocked);
  unlock(&l);
  for (std::thread& t : all) t.join();
  EXPECT_EQ(done, threads);
  EXPECT_EQ(word(l), 0u);
}

// The rest drives lock2 and unlock2 over words and stacks made by hand: a, b and c pose as
// Ms that went to sleep in this order.
class MutexWord : public ::testing::Test {
 protected:
  void SetUp() override {
    c.mWaitList.next = &b;
    b.mWaitList.next = &a;
    nextUnlockWakesBottom(thread.mp(), false);
  }

  uint32 woken(const m& mp) { return mp.waitsema.load(relaxed); }

  testing::threadAsM thread;
  m a{}, b{}, c{};
  mutex l;
};

TEST_F(MutexWord, LockKeepsTheStack) {
  l.key.store(bits(&c), relaxed);
  lock2(&l);
  EXPECT_EQ(word(l), bits(&c) | mutexLocked);
  unlock2(&l);
}

TEST_F(MutexWord, UnlockWakesTheTopOfTheStack) {
  l.key.store(bits(&c), relaxed);
  lock2(&l);
  unlock2(&l);
  EXPECT_EQ(woken(c), 1u);
  EXPECT_EQ(woken(b) + woken(a), 0u);
  EXPECT_EQ(sleepers(l), (std::vector<m*>{&b, &a}));
  EXPECT_EQ(word(l) & mutexStackLocked, 0u);
}

TEST_F(MutexWord, NowAndThenUnlockWakesTheBottomOfTheStack) {
  a.mWaitList.startTicks = 7;
  l.key.store(bits(&c), relaxed);
  lock2(&l);
  nextUnlockWakesBottom(thread.mp(), true);
  unlock2(&l);
  EXPECT_EQ(woken(a), 1u);
  EXPECT_EQ(woken(b) + woken(c), 0u);
  EXPECT_EQ(sleepers(l), (std::vector<m*>{&c, &b}));
  EXPECT_EQ(b.mWaitList.startTicks, 7);
  EXPECT_EQ(word(l) & mutexStackLocked, 0u);
}

TEST_F(MutexWord, TheOnlyOneIsWokenEitherWay) {
  for (bool bottom : {false, true}) {
    l.key.store(bits(&a), relaxed);
    lock2(&l);
    nextUnlockWakesBottom(thread.mp(), bottom);
    unlock2(&l);
    EXPECT_EQ(sleepers(l), std::vector<m*>{});
  }
  EXPECT_EQ(woken(a), 2u);
}

TEST_F(MutexWord, UnlockWakesNobodyWhileSomebodySpins) {
  l.key.store(bits(&c) | mutexSpinning, relaxed);
  lock2(&l);
  unlock2(&l);
  EXPECT_EQ(woken(a) + woken(b) + woken(c), 0u);
  EXPECT_EQ(sleepers(l), (std::vector<m*>{&c, &b, &a}));
}

TEST_F(MutexWord, StarvationIsAvoidedEvenWhileSomebodySpins) {
  l.key.store(bits(&c) | mutexSpinning, relaxed);
  lock2(&l);
  nextUnlockWakesBottom(thread.mp(), true);
  unlock2(&l);
  EXPECT_EQ(woken(a), 1u);
  EXPECT_EQ(sleepers(l), (std::vector<m*>{&c, &b}));
  EXPECT_EQ(word(l) & mutexSpinning, mutexSpinning);
}

TEST_F(MutexWord, UnlockLeavesTheStackToWhoHasItsLock) {
  l.key.store(bits(&c) | mutexStackLocked, relaxed);
  lock2(&l);
  unlock2(&l);
  EXPECT_EQ(woken(a) + woken(b) + woken(c), 0u);
  EXPECT_EQ(word(l), bits(&c) | mutexStackLocked);
}

// Without membarrier(2) an unlock fences for itself.
TEST_F(MutexWord, UnlockWakesWithoutAsymmetricFences) {
  bool have = std::exchange(asymmetricFences, false);
  l.key.store(bits(&c), relaxed);
  lock2(&l);
  unlock2(&l);
  EXPECT_EQ(woken(c), 1u);
  EXPECT_EQ(sleepers(l), (std::vector<m*>{&b, &a}));
  asymmetricFences = have;
}

class MutexDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  testing::threadAsM thread;
  mutex l;
};

TEST_F(MutexDeathTest, UnlockOfAnUnlockedLockDies) {
  EXPECT_DEATH(unlock2(&l), "unlock of unlocked lock");
}

TEST_F(MutexDeathTest, ACorruptCountDies) {
  thread.mp()->locks = -1;
  EXPECT_DEATH(lock2(&l), "lock: lock count");
  thread.mp()->locks = 0;
  l.key.store(mutexLocked, relaxed);
  EXPECT_DEATH(unlock2(&l), "unlock: lock count");
}

}  // namespace
}  // namespace gort

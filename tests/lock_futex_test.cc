// Futexes and notes: what an M sleeps on.
//
// Go: runtime/lock_futex.go, runtime/futex_test.go

#include "sched/lock_futex.h"

#include <gort/gort.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "arch/os_linux.h"
#include "tests/export_test.h"

namespace gort {
namespace {

constexpr int64 ms = 1'000'000;

TEST(Futexsleep, ReturnsAtOnceIfTheWordHasChanged) {
  atomic<uint32> word{1};
  futexsleep(&word, 0, -1);  // would hang otherwise
}

TEST(Futexsleep, ReturnsAfterItsTime) {
  atomic<uint32> word;
  for (int64 ns : {int64{0}, 5 * ms}) {
    int64 before = nanotime();
    futexsleep(&word, 0, ns);
    EXPECT_GE(nanotime() - before, ns);
  }
}

TEST(Futexwakeup, WakesAsManyAsAsked) {
  atomic<uint32> word;
  std::atomic<int> left = 0;
  std::thread sleepers[3];
  for (std::thread& t : sleepers) {
    t = std::thread([&] {
      while (word.load(acquire) == 0) futexsleep(&word, 0, -1);
      left++;
    });
  }
  futexwakeup(&word, 3);  // spurious: everybody goes back to sleep
  EXPECT_EQ(left, 0);
  word.store(1, release);
  futexwakeup(&word, 3);
  for (std::thread& t : sleepers) t.join();
  EXPECT_EQ(left, 3);
}

TEST(Futexwakeup, OfAWordWithoutSleepersDoesNothing) {
  atomic<uint32> word;
  futexwakeup(&word, 1);
  EXPECT_EQ(word.load(relaxed), 0u);
}

TEST(Note, WakeupBeforeSleepIsNotLost) {
  testing::threadAsM thread;
  note n{};
  noteclear(&n);
  notewakeup(&n);
  notesleep(&n);
  EXPECT_TRUE(notetsleep(&n, 0));
  noteclear(&n);
  EXPECT_FALSE(notetsleep(&n, 0));
}

TEST(Note, SleepEndsWithTheWakeupAndSeesWhatWasDoneBefore) {
  for (int round = 0; round < 200; round++) {
    note n{};
    int message = 0;  // not atomic: the note has to order it
    std::thread sleeper([&] {
      testing::threadAsM thread;
      notesleep(&n);
      EXPECT_EQ(message, round + 1);
      EXPECT_FALSE(thread.mp()->blocked);
    });
    testing::threadAsM thread;
    message = round + 1;
    notewakeup(&n);
    sleeper.join();
  }
}

TEST(Note, TimedSleepEndsByTimeOrByWakeup) {
  testing::threadAsM thread;
  note n{};
  int64 before = nanotime();
  EXPECT_FALSE(notetsleep(&n, 5 * ms));
  EXPECT_GE(nanotime() - before, 5 * ms);

  std::thread waker([&] {
    testing::threadAsM thread;
    notewakeup(&n);
  });
  EXPECT_TRUE(notetsleep(&n, INT64_MAX));  // as good as for ever, and no overflow
  waker.join();
  EXPECT_TRUE(notetsleep(&n, -1));
}

TEST(Note, AGoroutineThatSleepsLeavesItsPToOthers) {
  int before = gort::runtime::GOMAXPROCS(1);
  for (int round = 0; round < 20; round++) {
    note n{};
    bool woken = false;
    sync::WaitGroup wg;
    wg.Go([&] { woken = notetsleepg(&n, -1); });
    wg.Go([&] { notewakeup(&n); });  // needs the only P
    wg.Wait();
    EXPECT_TRUE(woken);
  }
  gort::runtime::GOMAXPROCS(before);
}

TEST(Note, AGoroutineSleepsForATime) {
  note n{};
  bool woken = true;
  int64 slept = 0;
  sync::WaitGroup wg;
  wg.Go([&] {
    int64 start = nanotime();
    woken = notetsleepg(&n, 5 * ms);
    slept = nanotime() - start;
  });
  wg.Wait();
  EXPECT_FALSE(woken);
  EXPECT_GE(slept, 5 * ms);
}

TEST(NoteDeathTest, SecondWakeupDies) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  testing::threadAsM thread;
  note n{};
  notewakeup(&n);
  EXPECT_DEATH(notewakeup(&n), "notewakeup - double wakeup \\(1\\)");
}

TEST(NoteDeathTest, SleepOnTheWrongStackDies) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        note n{};
        sync::WaitGroup wg;
        wg.Go([&] { notesleep(&n); });
        wg.Wait();
      },
      "notesleep not on g0");
  testing::threadAsM thread;
  note n{};
  EXPECT_DEATH(notetsleepg(&n, 0), "notetsleepg on g0");
}

TEST(Semasleep, TakesWhatSemawakeupGave) {
  testing::threadAsM thread;
  semawakeup(thread.mp());
  semasleep();
  EXPECT_EQ(thread.mp()->waitsema.load(relaxed), 0u);
}

TEST(Semasleep, WaitsForSemawakeup) {
  testing::threadAsM waker;
  m* sleeper = nullptr;
  std::atomic<bool> ready = false;
  std::thread t([&] {
    testing::threadAsM thread;
    sleeper = thread.mp();
    ready = true;
    for (int i = 0; i < 1000; i++) semasleep();
    EXPECT_EQ(thread.mp()->waitsema.load(relaxed), 0u);
    while (ready) std::this_thread::yield();  // its m stays until the last wakeup is out
  });
  while (!ready) std::this_thread::yield();
  for (int i = 0; i < 1000; i++) semawakeup(sleeper);
  ready = false;
  t.join();
}

}  // namespace
}  // namespace gort

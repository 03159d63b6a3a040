// sync: Mutex, WaitGroup, Once.
//
// Go: sync/mutex_test.go, sync/waitgroup_test.go, sync/once_test.go

#include <gort/sync.h>

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/export_test.h"
#include "tests/testprog.h"

namespace gort {
namespace {

using testing::onGoroutine;
using testing::runTestProg;
using ::testing::StartsWith;
using testing::WithProcs;

// ---- Mutex --------------------------------------------------------------------------

TEST(Mutex, TryLockTakesItIffItIsFree) {
  sync::Mutex m;
  EXPECT_TRUE(m.TryLock());
  EXPECT_FALSE(m.TryLock());
  m.Unlock();
  m.Lock();
  EXPECT_FALSE(m.TryLock());
  m.Unlock();
  EXPECT_TRUE(m.TryLock());
  m.Unlock();
}

TEST(Mutex, ExcludesOthers) {
  WithProcs four(4);
  onGoroutine([] {
    sync::Mutex m;
    int64 counter = 0;  // plain: the mutex guards it
    sync::WaitGroup wg;
    constexpr int G = 10, loops = 10'000;
    for (int i = 0; i < G; i++) {
      wg.Go([&] {
        for (int k = 0; k < loops; k++) {
          if (k % 3 == 0) {
            while (!m.TryLock()) runtime::Gosched();
          } else {
            m.Lock();
          }
          counter++;
          m.Unlock();
        }
      });
    }
    wg.Wait();
    EXPECT_EQ(counter, G * loops);
  });
}

TEST(Mutex, ParksTheGoroutineAndNotTheThread) {
  // On one P, a waiter that blocked its thread would keep the owner from unlocking.
  WithProcs one(1);
  onGoroutine([] {
    sync::Mutex m;
    m.Lock();
    std::atomic<int> got = 0;
    sync::WaitGroup wg;
    for (int i = 0; i < 100; i++) {
      wg.Go([&] {
        std::lock_guard lock(m);
        got++;
      });
    }
    for (int i = 0; i < 10; i++) runtime::Gosched();
    EXPECT_EQ(got, 0);
    m.Unlock();
    wg.Wait();
    EXPECT_EQ(got, 100);
  });
}

TEST(Mutex, MayBeUnlockedByAnotherGoroutine) {
  onGoroutine([] {
    sync::Mutex m;
    m.Lock();
    go([&] { m.Unlock(); });
    m.Lock();
    m.Unlock();
  });
}

TEST(Mutex, IsHandedToAWaiterThatStarves) {
  // One goroutine holds the mutex nearly always, for 100 us at a time, and never waits.
  // Without the starvation mode the other would almost never find it free.
  WithProcs two(2);
  onGoroutine([] {
    sync::Mutex m;
    std::atomic<bool> stop = false;
    sync::WaitGroup wg;
    auto spin = [](std::chrono::microseconds t) {
      auto end = std::chrono::steady_clock::now() + t;
      while (std::chrono::steady_clock::now() < end) {
      }
    };
    wg.Go([&] {
      while (!stop) {
        m.Lock();
        spin(std::chrono::microseconds(100));
        m.Unlock();
      }
    });
    for (int i = 0; i < 10; i++) {
      auto begin = std::chrono::steady_clock::now();
      m.Lock();
      m.Unlock();
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    }
    stop = true;
    wg.Wait();
  });
}

TEST(Mutex, IsAStandardLockable) {
  sync::Mutex a, b;
  {
    std::lock_guard lock(a);
    std::unique_lock second(a, std::try_to_lock);
    EXPECT_FALSE(second.owns_lock());
  }
  {
    std::scoped_lock both(a, b);
    EXPECT_FALSE(a.try_lock());
    EXPECT_FALSE(b.try_lock());
  }
  EXPECT_TRUE(a.try_lock());
  a.unlock();
}

TEST(Mutex, WorksBetweenThreadsThatGortDidNotStartAndGoroutines) {
  sync::Mutex m;
  int64 counter = 0;
  constexpr int loops = 5000;
  auto work = [&] {
    for (int i = 0; i < loops; i++) {
      std::lock_guard lock(m);
      counter++;
    }
  };
  sync::WaitGroup wg;
  wg.Go(work);
  wg.Go(work);
  std::thread t1(work), t2(work);
  t1.join();
  t2.join();
  wg.Wait();
  EXPECT_EQ(counter, 4 * loops);
}

TEST(Mutex, UnlockOfAnUnlockedOneEndsTheProgram) {
  for (const char* name : {"unlock", "unlock twice"}) {
    auto r = runTestProg("chan", {name});
    EXPECT_EQ(r.exit, 2) << name;
    EXPECT_THAT(r.err, StartsWith("fatal error: sync: unlock of unlocked mutex\n\n"
                                  "goroutine 1 [running]:\n"))
        << name;
  }
}

TEST(SyncWaits, DeadlockReportNamesTheReason) {
  struct {
    const char* name;
    const char* state;
  } cases[] = {{"wait mutex", "sync.Mutex.Lock"},
               {"wait once", "sync.Mutex.Lock"},
               {"wait waitgroup", "sync.WaitGroup.Wait"}};
  for (auto& c : cases) {
    auto r = runTestProg("chan", {c.name});
    EXPECT_EQ(r.exit, 2) << c.name;
    EXPECT_THAT(r.err, StartsWith("fatal error: all goroutines are asleep - deadlock!\n\n"
                                  "goroutine 1 [" +
                                  std::string(c.state) + "]:\n"))
        << c.name;
  }
}

// ---- WaitGroup -------------------------------------------------------------------------

void barrier(sync::WaitGroup& wg1, sync::WaitGroup& wg2) {
  constexpr int n = 16;
  wg1.Add(n);
  wg2.Add(n);
  auto exited = Chan<bool>::make(n);
  for (int i = 0; i < n; i++) {
    go([&, exited] {
      wg1.Done();
      wg2.Wait();
      exited.send(true);
    });
  }
  wg1.Wait();
  for (int i = 0; i < n; i++) {
    ASSERT_FALSE(exited.try_recv()) << "released too soon";
    wg2.Done();
  }
  for (int i = 0; i < n; i++) exited.recv();
}

TEST(WaitGroup, ReleasesAllWhenTheCountIsZeroAndNotBefore) {
  WithProcs four(4);
  onGoroutine([] {
    sync::WaitGroup wg1, wg2;
    for (int i = 0; i < 8; i++) barrier(wg1, wg2);
  });
}

TEST(WaitGroup, WaitAtZeroReturnsAtOnce) {
  sync::WaitGroup wg;
  wg.Wait();
  wg.Add(2);
  wg.Add(-2);
  wg.Wait();
}

TEST(WaitGroup, WaitSeesWhatWasDoneBeforeDone) {
  WithProcs four(4);
  onGoroutine([] {
    for (int i = 0; i < 1000; i++) {
      auto wg = std::make_unique<sync::WaitGroup>();
      int n[2] = {};  // plain, and gone as soon as Wait has returned
      for (int& x : n) {
        wg->Add(1);
        go([&x, &wg = *wg] {
          x++;
          wg.Done();
        });
      }
      wg->Wait();
      ASSERT_EQ(n[0] + n[1], 2);
      // A Done may still be on its way out of wg; Go's collector would keep it.
      static std::vector<std::unique_ptr<sync::WaitGroup>> keep;
      keep.push_back(std::move(wg));
    }
  });
}

TEST(WaitGroup, GoRunsATaskAndCountsIt) {
  sync::WaitGroup wg;
  int i = 0;
  wg.Go([&] { i++; });
  wg.Wait();
  EXPECT_EQ(i, 1);
}

TEST(WaitGroup, GoexitCountsAsDone) {
  sync::WaitGroup wg;
  bool after = false;
  wg.Go([&] {
    runtime::Goexit();
    after = true;
  });
  wg.Wait();
  EXPECT_FALSE(after);
}

TEST(WaitGroup, PanicEndsTheProgramBeforeWaitReturns) {
  auto r = runTestProg("chan", {"waitgroup go panic"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_EQ(r.out, "");
  EXPECT_THAT(r.err, StartsWith("panic: close of closed channel\n"));
}

TEST(WaitGroup, NegativeCounterPanics) {
  auto r = runTestProg("chan", {"waitgroup negative"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("panic: sync: negative WaitGroup counter\n\n"
                                "goroutine 1 [running]:\n"));
}

TEST(WaitGroup, ThreadsThatGortDidNotStartMayWaitAndBeWaitedFor) {
  sync::WaitGroup tasks, gate;
  gate.Add(1);
  std::atomic<int> through = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    tasks.Add(1);
    threads.emplace_back([&] {
      gate.Wait();
      through++;
      tasks.Done();
    });
  }
  for (int i = 0; i < 4; i++) {
    tasks.Go([&] {
      gate.Wait();
      through++;
    });
  }
  EXPECT_EQ(through, 0);
  gate.Done();
  tasks.Wait();
  EXPECT_EQ(through, 8);
  for (auto& t : threads) t.join();
}

// ---- Once ----------------------------------------------------------------------------------

TEST(Once, RunsOnceAndAllSeeItDone) {
  WithProcs four(4);
  onGoroutine([] {
    for (int round = 0; round < 100; round++) {
      sync::Once once;
      int x = 0;  // plain: Do orders it
      sync::WaitGroup wg;
      for (int i = 0; i < 10; i++) {
        wg.Go([&] {
          once.Do([&] { x++; });
          EXPECT_EQ(x, 1);
        });
      }
      wg.Wait();
      EXPECT_EQ(x, 1);
    }
  });
}

TEST(Once, CountsAsDoneWhenTheFunctionDoesNotReturn) {
  onGoroutine([] {
    sync::Once once;
    EXPECT_THROW(once.Do([] { throw 1; }), int);
    once.Do([] { ADD_FAILURE() << "called twice"; });

    sync::Once second;
    sync::WaitGroup wg;
    wg.Go([&] { second.Do([] { runtime::Goexit(); }); });
    wg.Wait();
    second.Do([] { ADD_FAILURE() << "called twice"; });
  });
}

}  // namespace
}  // namespace gort

// The scheduler: run queues, orders of stealing, yielding, parking, stopping the world,
// system calls, locked threads, foreign threads.
//
// Go: runtime/proc_test.go
#include "sched/proc.h"

#include <gort/gort.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "arch/os_linux.h"
#include "arch/stubs.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc_inl.h"
#include "sched/proc_runq_inl.h"
#include "sched/rand.h"
#include "sched/rand_inl.h"
#include "sched/sema.h"
#include "tests/export_test.h"

namespace gort {
namespace {

using testing::onGoroutine;
using testing::threadAsM;
using testing::WithProcs;

// A P that nobody schedules, and Gs that nobody runs.
struct queueFixture {
  std::unique_ptr<p> pp = std::make_unique<p>();
  std::vector<std::unique_ptr<g>> gs;

  explicit queueFixture(size_t n) {
    for (size_t i = 0; i < n; i++) gs.push_back(std::make_unique<g>());
  }
};

// ---- Local queues ------------------------------------------------------------------

TEST(RunqTest, IsFirstInFirstOut) {
  threadAsM m;
  queueFixture f(runqsize);
  EXPECT_TRUE(runqempty(f.pp.get()));
  for (auto& gp : f.gs) runqput(f.pp.get(), gp.get(), false);
  EXPECT_FALSE(runqempty(f.pp.get()));
  for (auto& gp : f.gs) {
    bool inherit = true;
    EXPECT_EQ(runqget(f.pp.get(), &inherit), gp.get());
    EXPECT_FALSE(inherit) << "a G from the ring starts a time slice of its own";
  }
  bool inherit;
  EXPECT_EQ(runqget(f.pp.get(), &inherit), nullptr);
  EXPECT_TRUE(runqempty(f.pp.get()));
}

TEST(RunqTest, RunnextRunsFirstAndInheritsTheTimeSlice) {
  threadAsM m;
  queueFixture f(3);
  runqput(f.pp.get(), f.gs[0].get(), false);
  runqput(f.pp.get(), f.gs[1].get(), true);
  EXPECT_EQ(runqpeek(f.pp.get()), f.gs[1].get());
  runqput(f.pp.get(), f.gs[2].get(), true);  // pushes gs[1] to the end of the ring
  bool inherit;
  EXPECT_EQ(runqget(f.pp.get(), &inherit), f.gs[2].get());
  EXPECT_TRUE(inherit);
  EXPECT_EQ(runqget(f.pp.get(), &inherit), f.gs[0].get());
  EXPECT_FALSE(inherit);
  EXPECT_EQ(runqget(f.pp.get(), &inherit), f.gs[1].get());
  EXPECT_EQ(runqget(f.pp.get(), &inherit), nullptr);
}

TEST(RunqTest, KeepsOrderWhereItsCountersWrap) {
  threadAsM m;
  queueFixture f(100);
  f.pp->runqhead.store(0xffffffd0, relaxed);
  f.pp->runqtail.store(0xffffffd0, relaxed);
  for (auto& gp : f.gs) runqput(f.pp.get(), gp.get(), false);
  for (auto& gp : f.gs) {
    bool inherit;
    EXPECT_EQ(runqget(f.pp.get(), &inherit), gp.get());
  }
}

TEST(RunqTest, AFullRingSpillsItsOlderHalfToTheGlobalQueue) {
  threadAsM m;
  queueFixture f(runqsize + 1);
  for (auto& gp : f.gs) runqput(f.pp.get(), gp.get(), false);
  EXPECT_EQ(sched.runqsize.load(relaxed), static_cast<int32>(runqsize / 2 + 1));
  lock(&sched.lock);
  for (uint32 i = 0; i < runqsize / 2; i++) EXPECT_EQ(globrunqget(), f.gs[i].get());
  EXPECT_EQ(globrunqget(), f.gs[runqsize].get()) << "the newcomer goes along";
  EXPECT_EQ(globrunqget(), nullptr);
  unlock(&sched.lock);
  for (uint32 i = runqsize / 2; i < runqsize; i++) {
    bool inherit;
    EXPECT_EQ(runqget(f.pp.get(), &inherit), f.gs[i].get());
  }
}

TEST(RunqTest, AThiefTakesTheOlderHalf) {
  threadAsM m;
  for (size_t n = 0; n <= runqsize; n++) {
    queueFixture victim(n);
    queueFixture thief(0);
    for (auto& gp : victim.gs) runqput(victim.pp.get(), gp.get(), false);
    std::vector<g*> stolen;
    bool inherit;
    g* gp = runqsteal(thief.pp.get(), victim.pp.get(), false);
    while (g* next = runqget(thief.pp.get(), &inherit)) stolen.push_back(next);
    if (gp != nullptr) stolen.push_back(gp);
    ASSERT_EQ(stolen.size(), n - n / 2) << n;
    for (size_t i = 0; i < stolen.size(); i++) ASSERT_EQ(stolen[i], victim.gs[i].get()) << n;
    for (size_t i = stolen.size(); i < n; i++) {
      ASSERT_EQ(runqget(victim.pp.get(), &inherit), victim.gs[i].get()) << n;
    }
  }
}

TEST(RunqTest, AThiefTakesRunnextOnlyWhenToldTo) {
  threadAsM m;
  queueFixture victim(1);
  queueFixture thief(0);
  runqput(victim.pp.get(), victim.gs[0].get(), true);
  EXPECT_EQ(runqsteal(thief.pp.get(), victim.pp.get(), false), nullptr);
  EXPECT_EQ(runqsteal(thief.pp.get(), victim.pp.get(), true), victim.gs[0].get());
  EXPECT_TRUE(runqempty(victim.pp.get()));
}

TEST(RunqTest, DrainTakesEverything) {
  threadAsM m;
  queueFixture f(11);
  for (size_t i = 0; i < 10; i++) runqput(f.pp.get(), f.gs[i].get(), false);
  runqput(f.pp.get(), f.gs[10].get(), true);
  gQueue q = runqdrain(f.pp.get());
  EXPECT_EQ(q.size, 11);
  EXPECT_EQ(q.pop(), f.gs[10].get());
  for (size_t i = 0; i < 10; i++) EXPECT_EQ(q.pop(), f.gs[i].get());
  EXPECT_TRUE(runqempty(f.pp.get()));
}

TEST(RunqTest, ABatchThatDoesNotFitStaysBehind) {
  threadAsM m;
  queueFixture f(runqsize + 10);
  gQueue q;
  for (auto& gp : f.gs) q.pushBack(gp.get());
  runqputbatch(f.pp.get(), &q);
  EXPECT_EQ(q.size, 10);
  EXPECT_EQ(q.head, f.gs[runqsize].get());
}

// One owner that puts and gets, several thieves: every G comes out exactly once.
TEST(RunqTest, NoGIsLostOrDoubledUnderTheft) {
  constexpr size_t n = 100000;
  constexpr int thieves = 3;
  queueFixture f(n);
  std::vector<std::atomic<int>> taken(n);
  for (size_t i = 0; i < n; i++) f.gs[i]->goid = i;
  std::atomic<bool> done{false};
  auto record = [&](g* gp) { taken[gp->goid].fetch_add(1, std::memory_order_relaxed); };

  std::vector<std::thread> ts;
  for (int i = 0; i < thieves; i++) {
    ts.emplace_back([&, i] {
      threadAsM m;
      auto mine = std::make_unique<p>();
      while (!done.load(std::memory_order_acquire)) {
        g* gp = runqsteal(mine.get(), f.pp.get(), i == 0);
        if (gp == nullptr) continue;
        record(gp);
        bool inherit;
        while (g* more = runqget(mine.get(), &inherit)) record(more);
      }
    });
  }
  {
    threadAsM m;
    bool inherit;
    for (size_t i = 0; i < n; i++) {
      runqput(f.pp.get(), f.gs[i].get(), i % 3 == 0);
      if (i % 5 == 0) {
        if (g* gp = runqget(f.pp.get(), &inherit)) record(gp);
      }
    }
    while (!runqempty(f.pp.get())) {
      if (g* gp = runqget(f.pp.get(), &inherit)) record(gp);
    }
    done.store(true, std::memory_order_release);
    for (auto& t : ts) t.join();
    lock(&sched.lock);
    while (g* gp = globrunqget()) record(gp);
    unlock(&sched.lock);
  }
  for (size_t i = 0; i < n; i++) ASSERT_EQ(taken[i].load(), 1) << i;
}

TEST(GlobalRunqTest, ABatchIsAFairShare) {
  threadAsM m;
  queueFixture f(100);
  gomaxprocs.store(4, relaxed);
  gQueue all;
  for (auto& gp : f.gs) all.pushBack(gp.get());
  lock(&sched.lock);
  globrunqputbatch(&all);
  EXPECT_TRUE(all.empty());
  gQueue q;
  EXPECT_EQ(globrunqgetbatch(1000, &q), f.gs[0].get());
  EXPECT_EQ(q.size, 100 / 4) << "one 4th and one, less the one that is the result";
  q = gQueue{};
  EXPECT_EQ(globrunqgetbatch(2, &q), f.gs[26].get());
  EXPECT_EQ(q.size, 1) << "never more than asked for";
  while (globrunqget() != nullptr) {
  }
  unlock(&sched.lock);
  gomaxprocs.store(0, relaxed);
}

TEST(StealOrderTest, VisitsEveryPositionOnceWhateverTheStart) {
  threadAsM m;
  randomOrder order;
  for (uint32 count = 1; count <= 65; count++) {
    order.reset(count);
    for (uint32 start : {0u, 1u, 2u, 77u, 12345u, 0xffffffffu}) {
      std::set<uint32> seen;
      for (randomEnum e = order.start(start); !e.done(); e.next()) {
        ASSERT_LT(e.position(), count);
        ASSERT_TRUE(seen.insert(e.position()).second) << count;
      }
      ASSERT_EQ(seen.size(), count);
    }
  }
}

TEST(PMaskTest, GrowsAndKeepsItsBits) {
  threadAsM m;
  pMask a = pMask{}.resize(10);
  a.set(3);
  a.set(9);
  pMask b = a.resize(100);
  EXPECT_TRUE(b.read(3));
  EXPECT_TRUE(b.read(9));
  EXPECT_FALSE(b.read(64));
  b.set(64);
  b.clear(3);
  EXPECT_TRUE(b.read(64));
  EXPECT_FALSE(b.read(3));
  EXPECT_TRUE(a.read(3)) << "who still reads the old one is not disturbed";
}

TEST(GListTest, IsLastInFirstOutAndCounts) {
  queueFixture f(3);
  gList l;
  for (auto& gp : f.gs) l.push(gp.get());
  gQueue q;
  queueFixture more(2);
  for (auto& gp : more.gs) q.pushBack(gp.get());
  l.pushAll(q);
  EXPECT_EQ(l.size.load(relaxed), 5);
  EXPECT_EQ(l.pop(), more.gs[0].get());
  EXPECT_EQ(l.pop(), more.gs[1].get());
  EXPECT_EQ(l.pop(), f.gs[2].get());
  EXPECT_EQ(l.pop(), f.gs[1].get());
  EXPECT_EQ(l.pop(), f.gs[0].get());
  EXPECT_EQ(l.pop(), nullptr);
}

// ---- Yielding, parking, fairness -------------------------------------------------------

TEST(ProcTest, AGoroutineRunsToItsEnd) {
  int x = 0;
  onGoroutine([&] { x = 42; });
  EXPECT_EQ(x, 42);
}

TEST(ProcTest, YieldingGoroutinesTakeTurns) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    std::vector<int> order;
    sync::WaitGroup wg;
    for (int id = 0; id < 3; id++) {
      wg.Add(1);
      go([&, id] {
        for (int i = 0; i < 10; i++) {
          order.push_back(id);
          runtime::Gosched();
        }
        wg.Done();
      });
    }
    wg.Wait();
    ASSERT_EQ(order.size(), 30u);
    // Who yields goes to the end of the global queue. One look in 61 goes there first, and
    // puts one that yielded before those that wait on the P.
    std::array<int, 3> turns{};
    for (int id : order) {
      turns[static_cast<size_t>(id)]++;
      auto [least, most] = std::minmax_element(turns.begin(), turns.end());
      EXPECT_LE(*most - *least, 2);
    }
  });
}

// Two goroutines that yield to each other are in no queue now and then. An M that looks
// for work at such a moment goes to sleep, and must be woken by a later yield.
TEST(ProcTest, AGoroutineThatYieldedIsFoundByOtherPs) {
  onGoroutine([] {
    if (numCPUStartup < 2) GTEST_SKIP() << "needs two processors";
    WithProcs procs(2);
    using std::chrono::steady_clock;
    constexpr int rounds = 50;
    int stuck = 0;
    for (int i = 0; i < rounds; i++) {
      usleep(500);  // for the other P's M to fall asleep
      std::atomic<uint64> turns = 0;
      std::atomic<bool> done = false;
      go([&] {
        auto until = steady_clock::now() + std::chrono::milliseconds(2);
        while (steady_clock::now() < until) runtime::Gosched();
        uint64 before = turns;
        until = steady_clock::now() + std::chrono::milliseconds(20);
        while (steady_clock::now() < until) {
        }
        if (turns == before) stuck++;
        done = true;
      });
      while (!done) {
        turns++;
        runtime::Gosched();
      }
    }
    // Not none: the system may have other things to do than to run our threads.
    EXPECT_LT(stuck, rounds / 5);
  });
}

TEST(ProcTest, TheNewestGoroutineRunsNextThenTheOthersInOrder) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    std::vector<int> order;
    for (int i = 0; i < 5; i++) go([&order, i] { order.push_back(i); });
    while (order.size() < 5) runtime::Gosched();
    EXPECT_EQ(order, (std::vector<int>{4, 0, 1, 2, 3}));
  });
}

// Two goroutines that keep waking each other do not starve the others.
TEST(ProcTest, APingPongPairDoesNotKeepTheProcessor) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    auto ping = Chan<int>::make(0);
    auto pong = Chan<int>::make(0);
    std::atomic<bool> stop{false};
    std::atomic<int> bystander{0};
    sync::WaitGroup wg;
    wg.Add(3);
    go([&] {
      while (!stop.load(std::memory_order_relaxed)) {
        ping.send(1);
        pong.recv();
      }
      ping.close();
      wg.Done();
    });
    go([&] {
      while (ping.recv()) pong.send(1);
      wg.Done();
    });
    go([&] {
      for (int i = 0; i < 5; i++) {
        bystander.fetch_add(1, std::memory_order_relaxed);
        runtime::Gosched();
      }
      stop.store(true, std::memory_order_relaxed);
      wg.Done();
    });
    wg.Wait();
    EXPECT_EQ(bystander.load(), 5);
  });
}

// A goroutine on the global queue runs although the local queue is never empty.
TEST(ProcTest, TheGlobalQueueIsNotStarvedByTheLocalOne) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    std::atomic<bool> ran{false};
    bool stop = false;
    sync::WaitGroup wg;
    for (int i = 0; i < 2; i++) {
      wg.Add(1);
      go([&] {
        while (!stop) runtime::Gosched();
        wg.Done();
      });
    }
    runtime::Gosched();
    // Made ready by a thread without a P, so it goes to the global queue.
    auto c = Chan<int>::make(0);
    go([&] {
      c.recv();
      ran.store(true, std::memory_order_relaxed);
    });
    std::thread t([&] { c.send(1); });
    while (!ran.load(std::memory_order_relaxed)) runtime::Gosched();
    stop = true;
    wg.Wait();
    t.join();
  });
}

TEST(ProcTest, AThousandGoroutinesReuseTheirDescriptors) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    std::set<g*> seen;
    for (int i = 0; i < 1000; i++) {
      sync::WaitGroup wg;
      wg.Add(1);
      go([&] {
        seen.insert(getg());
        wg.Done();
      });
      wg.Wait();
    }
    EXPECT_LE(seen.size(), 4u);
  });
}

TEST(ProcTest, GoroutineIdsAreUnique) {
  onGoroutine([] {
    std::mutex mu;
    std::set<uint64> ids;
    sync::WaitGroup wg;
    for (int i = 0; i < 500; i++) {
      wg.Add(1);
      go([&] {
        {
          std::lock_guard l(mu);
          ids.insert(getg()->goid);
        }
        wg.Done();
      });
    }
    wg.Wait();
    EXPECT_EQ(ids.size(), 500u);
  });
}

TEST(ProcTest, NumGoroutineCountsUserGoroutines) {
  onGoroutine([] {
    int before = runtime::NumGoroutine();
    auto c = Chan<int>::make(0);
    sync::WaitGroup wg;
    for (int i = 0; i < 10; i++) {
      wg.Add(1);
      go([&] {
        c.recv();
        wg.Done();
      });
    }
    EXPECT_EQ(runtime::NumGoroutine(), before + 10);
    c.close();
    wg.Wait();
    while (runtime::NumGoroutine() != before) runtime::Gosched();
  });
}

TEST(ProcTest, GoexitRunsDestructorsAndEndsOnlyItsGoroutine) {
  onGoroutine([] {
    bool destroyed = false;
    bool after = false;
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      struct Guard {
        bool* d;
        sync::WaitGroup* wg;
        ~Guard() {
          *d = true;
          wg->Done();
        }
      } guard{&destroyed, &wg};
      runtime::Goexit();
      after = true;
    });
    wg.Wait();
    EXPECT_TRUE(destroyed);
    EXPECT_FALSE(after);
  });
}

TEST(ProcTest, AnExceptionInFlightStaysWithItsGoroutine) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    auto c = Chan<int>::make(0);
    std::vector<int> caught;
    sync::WaitGroup wg;
    for (int i = 0; i < 2; i++) {
      wg.Add(1);
      go([&, i] {
        try {
          try {
            throw i;
          } catch (int) {
            c.recv();  // parks inside the handler, while others throw
            throw;
          }
        } catch (int v) {
          caught.push_back(v - i);
        }
        wg.Done();
      });
    }
    for (int i = 0; i < 5; i++) runtime::Gosched();
    c.send(0);
    c.send(0);
    wg.Wait();
    EXPECT_EQ(caught, (std::vector<int>{0, 0}));
  });
}

// ---- Several Ps ---------------------------------------------------------------------------

TEST(ProcTest, GoroutinesRunInParallel) {
  if (runtime::NumCPU() < 2) GTEST_SKIP() << "one processor";
  onGoroutine([] {
    int old = runtime::GOMAXPROCS(2);
    // Each waits for the other without yielding: needs two threads at a time.
    for (int round = 0; round < 20; round++) {
      std::atomic<int> x{0};
      sync::WaitGroup wg;
      for (int id = 0; id < 2; id++) {
        wg.Add(1);
        go([&, id] {
          for (int i = 0; i < 3; i++) {
            while (x.load() != 2 * i + id) {
            }
            x.store(2 * i + id + 1);
          }
          wg.Done();
        });
      }
      wg.Wait();
    }
    runtime::GOMAXPROCS(old);
  });
}

TEST(ProcTest, GOMAXPROCSReturnsTheSettingBeforeAndIgnoresNonsense) {
  onGoroutine([] {
    int old = runtime::GOMAXPROCS(0);
    EXPECT_GE(old, 1);
    EXPECT_EQ(runtime::GOMAXPROCS(3), old);
    EXPECT_EQ(runtime::GOMAXPROCS(-1), 3);
    EXPECT_EQ(runtime::GOMAXPROCS(old), 3);
  });
}

TEST(ProcTest, WorkSurvivesChangesOfGOMAXPROCS) {
  onGoroutine([] {
    constexpr int n = 200;
    std::atomic<int> sum{0};
    sync::WaitGroup wg;
    auto c = Chan<int>::make(3);
    for (int i = 0; i < n; i++) {
      wg.Add(2);
      go([&, i] {
        runtime::Gosched();
        c.send(i);
        wg.Done();
      });
      go([&] {
        sum.fetch_add(*c.recv());
        wg.Done();
      });
      if (i % 10 == 0) runtime::GOMAXPROCS(1 + i / 10 % 7);
    }
    wg.Wait();
    EXPECT_EQ(sum.load(), n * (n - 1) / 2);
  });
}

TEST(ProcTest, TheWorldStopsAndStarts) {
  onGoroutine([] {
    runtime::GOMAXPROCS(4);
    std::atomic<bool> stop{false};
    std::atomic<uint64> progress{0};
    sync::WaitGroup wg;
    for (int i = 0; i < 6; i++) {
      wg.Add(1);
      go([&] {
        while (!stop.load(std::memory_order_relaxed)) {
          progress.fetch_add(1, std::memory_order_relaxed);
          runtime::Gosched();
        }
        wg.Done();
      });
    }
    for (int i = 0; i < 50; i++) {
      worldStop w = stopTheWorld(stwUnknown);
      uint64 a = progress.load(std::memory_order_relaxed);
      for (int32 k = 0; k < allplen; k++) {
        p* pp = allp[k];
        EXPECT_EQ(pp->status.load(relaxed), Pgcstop);
      }
      EXPECT_GE(w.finishedStopping, w.startedStopping);
      systemstack([] { usleep(50); });
      EXPECT_EQ(progress.load(std::memory_order_relaxed), a) << "somebody ran";
      startTheWorld(w);
      runtime::Gosched();
    }
    stop.store(true, std::memory_order_relaxed);
    wg.Wait();
  });
}

TEST(ProcTest, ForEachPRunsOnceForEveryP) {
  static std::atomic<int> calls;
  onGoroutine([] {
    runtime::GOMAXPROCS(4);
    std::atomic<bool> stop{false};
    sync::WaitGroup wg;
    for (int i = 0; i < 3; i++) {
      wg.Add(1);
      go([&] {
        while (!stop.load(std::memory_order_relaxed)) runtime::Gosched();
        wg.Done();
      });
    }
    for (int i = 0; i < 50; i++) {
      calls.store(0);
      semacquire(&worldsema);
      forEachP(waitReasonFlushProcCaches, [](p*) { calls.fetch_add(1); });
      semrelease(&worldsema);
      EXPECT_EQ(calls.load(), 4);
    }
    stop.store(true, std::memory_order_relaxed);
    wg.Wait();
  });
}

// ---- System calls ----------------------------------------------------------------------------

TEST(ProcTest, ABlockingCallGivesItsPAway) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    int fds[2];
    ASSERT_EQ(pipe(fds), 0);
    std::atomic<bool> other{false};
    go([&] {
      other.store(true);
      char b = 'x';
      ASSERT_EQ(write(fds[1], &b, 1), 1);  // lets the reader go on
    });
    char b = 0;
    // With the only P held, the writer could not run.
    ssize_t n = runtime::Blocking([&] { return read(fds[0], &b, 1); });
    EXPECT_EQ(n, 1);
    EXPECT_EQ(b, 'x');
    EXPECT_TRUE(other.load());
    close(fds[0]);
    close(fds[1]);
  });
}

TEST(ProcTest, ShortSystemCallsKeepTheP) {
  onGoroutine([] {
    runtime::GOMAXPROCS(1);
    p* before = getg()->m->p.load(relaxed);
    for (int i = 0; i < 1000; i++) {
      entersyscall();
      exitsyscall();
    }
    EXPECT_EQ(getg()->m->p.load(relaxed), before);
    EXPECT_EQ(readgstatus(getg()), Grunning);
  });
}

// A goroutine that has looked for a stop, and is not Gsyscall yet, when the world is
// being stopped, and then stays in its system call.
TEST(ProcTest, TheWorldStopsUnderASystemCallThatBeginsJustThen) {
  onGoroutine([] {
    WithProcs procs(2);
    std::atomic<bool> end = false;
    std::atomic<bool> stopped = true;
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      while (!end) {
        runtime::Blocking([&] {
          if (!sched.gcwaiting.load(relaxed)) return;
          for (int i = 0; i < 20000 && !stopped; i++) usleep(100);
        });
      }
      wg.Done();
    });
    for (int i = 0; i < 5000; i++) {
      stopped = false;
      for (uint32 spin = cheaprandn(2000); spin > 0; spin--) procyield(1);
      auto begin = std::chrono::steady_clock::now();
      worldStop w = stopTheWorld(stwUnknown);
      auto took = std::chrono::steady_clock::now() - begin;
      stopped = true;
      startTheWorld(w);
      ASSERT_LT(took, std::chrono::seconds(1)) << "stop number " << i;
    }
    end = true;
    wg.Wait();
  });
}

TEST(ProcTest, TheWorldStopsUnderSystemCalls) {
  onGoroutine([] {
    runtime::GOMAXPROCS(3);
    int fds[2];
    ASSERT_EQ(pipe(fds), 0);
    sync::WaitGroup wg;
    for (int i = 0; i < 2; i++) {
      wg.Add(1);
      go([&] {
        char b;
        runtime::Blocking([&] { return read(fds[0], &b, 1); });
        wg.Done();
      });
    }
    runtime::Gosched();
    for (int i = 0; i < 20; i++) {
      worldStop w = stopTheWorld(stwUnknown);
      startTheWorld(w);
    }
    ASSERT_EQ(write(fds[1], "ab", 2), 2);
    wg.Wait();
    close(fds[0]);
    close(fds[1]);
  });
}

// ---- Locked and foreign threads ---------------------------------------------------------------

pid_t tid() { return static_cast<pid_t>(syscall(SYS_gettid)); }

TEST(ProcTest, ALockedGoroutineStaysOnItsThreadAndAlone) {
  onGoroutine([] {
    runtime::GOMAXPROCS(2);
    runtime::LockOSThread();
    runtime::LockOSThread();
    pid_t mine = tid();
    auto c = Chan<pid_t>::make(0);
    for (int i = 0; i < 50; i++) {
      go([&] { c.send(tid()); });
      EXPECT_NE(*c.recv(), mine) << "somebody else ran on the locked thread";
      EXPECT_EQ(tid(), mine);
    }
    runtime::UnlockOSThread();
    EXPECT_TRUE(lockedOSThread()) << "it nests";
    runtime::UnlockOSThread();
    EXPECT_FALSE(lockedOSThread());
    runtime::UnlockOSThread();  // one too many is no error
  });
}

TEST(ProcTest, AThreadEndsWithTheGoroutineThatIsLockedToIt) {
  onGoroutine([] {
    for (int i = 0; i < 20; i++) {
      auto c = Chan<pid_t>::make(1);
      go([c]() mutable {
        runtime::LockOSThread();
        c.send(tid());
      });
      pid_t t = *c.recv();
      // The first thread stays, asleep: a process without one looks dead.
      if (t == static_cast<pid_t>(m0.procid)) continue;
      auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
      while (syscall(SYS_tgkill, getpid(), t, 0) == 0) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "thread " << t << " lives on";
        runtime::Gosched();
      }
    }
  });
}

TEST(ProcTest, ForeignThreadsUseChannels) {
  constexpr int threads = 8;
  constexpr int each = 200;
  auto c = Chan<int>::make(4);
  std::vector<std::thread> ts;
  for (int i = 0; i < threads; i++) {
    ts.emplace_back([c, i]() mutable {
      pid_t before = tid();
      for (int k = 0; k < each; k++) c.send(i * each + k);
      EXPECT_EQ(tid(), before);
    });
  }
  std::set<int> got;
  for (int i = 0; i < threads * each; i++) got.insert(*c.recv());
  for (auto& t : ts) t.join();
  EXPECT_EQ(got.size(), static_cast<size_t>(threads * each));
}

TEST(ProcTest, ManyGoroutinesCanBeParkedAtOnce) {
  onGoroutine([] {
    constexpr int n = 50000;
    auto c = Chan<int>::make(0);
    sync::WaitGroup wg;
    std::atomic<int> woken{0};
    for (int i = 0; i < n; i++) {
      wg.Add(1);
      go([&] {
        c.recv();
        woken.fetch_add(1, std::memory_order_relaxed);
        wg.Done();
      });
    }
    c.close();
    wg.Wait();
    EXPECT_EQ(woken.load(), n);
  });
}

}  // namespace
}  // namespace gort

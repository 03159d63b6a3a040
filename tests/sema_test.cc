// Semaphores: the tree of waiters, sleeping and waking goroutines, condition lists.
//
// Go: runtime/sema_test.go; the invariants are numbered in sema.h.

#include "sched/sema.h"

#include <gort/gort.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "sched/lock_spinbit.h"
#include "sched/lockrank_check.h"
#include "sched/proc.h"
#include "sched/runtime2.h"
#include "tests/export_test.h"

namespace gort {
namespace {

// Checks INV1 to INV4 below s and returns the number of sudogs there.
int checkTree(sudog* s, uintptr low, uintptr high) {
  if (s == nullptr) return 0;
  uintptr at = reinterpret_cast<uintptr>(s->elem);
  EXPECT_LT(low, at);
  EXPECT_LT(at, high);
  EXPECT_EQ(s->ticket & 1, 1u);
  int n = 1;
  for (sudog* child : {s->prev, s->next}) {
    if (child == nullptr) continue;
    EXPECT_EQ(child->parent, s);
    EXPECT_LE(s->ticket, child->ticket);
  }
  sudog* last = nullptr;
  for (sudog* w = s->waitlink; w != nullptr; w = w->waitlink, n++) {
    EXPECT_EQ(w->elem, s->elem);
    EXPECT_EQ(w->parent, nullptr);
    EXPECT_EQ(w->prev, nullptr);
    EXPECT_EQ(w->next, nullptr);
    last = w;
  }
  EXPECT_EQ(s->waittail, last);
  EXPECT_EQ(s->waiters, n - 1);
  return n + checkTree(s->prev, low, at) + checkTree(s->next, at, high);
}

int depth(sudog* s) { return s == nullptr ? 0 : 1 + std::max(depth(s->prev), depth(s->next)); }

class SemaRoot : public ::testing::Test {
 protected:
  SemaRoot() { lockInit(&root->lock, lockRankRoot); }

  void queue(uint32* addr, sudog* s, semaOrder order) {
    lock(&root->lock);
    root->queue(addr, s, order);
    unlock(&root->lock);
  }
  sudog* dequeue(uint32* addr) {
    lock(&root->lock);
    sudog* s = root->dequeue(addr).found;
    unlock(&root->lock);
    return s;
  }
  int check() {
    EXPECT_TRUE(root->treap == nullptr || root->treap->parent == nullptr);
    return checkTree(root->treap, 0, UINTPTR_MAX);
  }

  testing::threadAsM thread;
  std::unique_ptr<semaRoot> root = std::make_unique<semaRoot>();
  uint32 words[64] = {};
};

TEST_F(SemaRoot, FirstComeFirstServed) {
  sudog s[3]{};
  for (sudog& x : s) queue(&words[0], &x, semaFIFO);
  EXPECT_EQ(check(), 3);
  for (sudog& x : s) EXPECT_EQ(dequeue(&words[0]), &x);
  EXPECT_EQ(dequeue(&words[0]), nullptr);
  EXPECT_EQ(root->treap, nullptr);
}

TEST_F(SemaRoot, LIFOComesBeforeAll) {
  sudog s[4]{};
  queue(&words[0], &s[0], semaFIFO);
  queue(&words[0], &s[1], semaLIFO);
  queue(&words[0], &s[2], semaFIFO);
  queue(&words[0], &s[3], semaLIFO);
  EXPECT_EQ(check(), 4);
  for (int i : {3, 1, 0, 2}) EXPECT_EQ(dequeue(&words[0]), &s[i]);
}

TEST_F(SemaRoot, AddressesDoNotMix) {
  sudog s[2]{};
  queue(&words[0], &s[0], semaFIFO);
  queue(&words[1], &s[1], semaFIFO);
  EXPECT_EQ(dequeue(&words[2]), nullptr);
  EXPECT_EQ(dequeue(&words[1]), &s[1]);
  EXPECT_EQ(dequeue(&words[1]), nullptr);
  EXPECT_EQ(dequeue(&words[0]), &s[0]);
}

TEST_F(SemaRoot, ADequeuedSudogIsClean) {
  sudog s[2]{};
  queue(&words[0], &s[0], semaFIFO);
  queue(&words[0], &s[1], semaFIFO);
  EXPECT_NE(thread.g0()->waiting, nullptr);
  sudog* found = dequeue(&words[0]);
  for (sudog* p : {found->parent, found->prev, found->next, found->waitlink, found->waittail}) {
    EXPECT_EQ(p, nullptr);
  }
  EXPECT_EQ(found->elem, nullptr);
  EXPECT_EQ(found->ticket, 0u);
  EXPECT_EQ(thread.g0()->waiting, nullptr);
}

TEST_F(SemaRoot, ProfiledTimesGoFromHeadToHead) {
  sudog s[3]{};
  for (int i = 0; i < 3; i++) s[i].acquiretime = 10 + i;
  for (sudog& x : s) queue(&words[0], &x, semaFIFO);
  lock(&root->lock);
  semaRoot::dequeued d = root->dequeue(&words[0]);
  unlock(&root->lock);
  EXPECT_EQ(d.found, &s[0]);
  EXPECT_NE(d.now, 0);
  EXPECT_EQ(d.tailtime, 12);
  EXPECT_EQ(s[1].acquiretime, d.now);
  EXPECT_EQ(s[2].acquiretime, d.now);
}

TEST_F(SemaRoot, KeepsItsInvariantsUnderRandomUse) {
  std::mt19937 random(1);
  std::vector<std::unique_ptr<sudog>> spare;
  std::map<uint32*, std::deque<sudog*>> model;
  int size = 0;
  for (int step = 0; step < 20'000; step++) {
    uint32* addr = &words[random() % std::size(words)];
    std::deque<sudog*>& waiting = model[addr];
    bool grow = random() % 1000 < (size < 200 ? 600 : 400);
    if (grow) {
      spare.push_back(std::make_unique<sudog>());
      sudog* s = spare.back().get();
      if (random() % 4 == 0) {
        queue(addr, s, semaLIFO);
        waiting.push_front(s);
      } else {
        queue(addr, s, semaFIFO);
        waiting.push_back(s);
      }
      size++;
    } else {
      sudog* want = waiting.empty() ? nullptr : waiting.front();
      ASSERT_EQ(dequeue(addr), want);
      if (want != nullptr) {
        waiting.pop_front();
        size--;
      }
    }
    if (step % 16 == 0) {
      ASSERT_EQ(check(), size);
    }
    if (HasFailure()) return;
  }
}

TEST_F(SemaRoot, IsBalancedForAddressesInOrder) {
  constexpr int n = 4096;
  std::vector<uint32> many(n);
  std::vector<sudog> s(n);
  for (int i = 0; i < n; i++) queue(&many[i], &s[i], semaFIFO);
  EXPECT_EQ(check(), n);
  EXPECT_LT(depth(root->treap), 60);  // expected about 28; a list would have 4096
}

TEST(SemTable, RootsAreOnLinesOfTheirOwnAndFoundByAddress) {
  EXPECT_EQ(sizeof(semTableEntry) % 64, 0u);
  alignas(8) static uint32 words[2 * (semTabSize + 1)];
  EXPECT_EQ(semtable.rootFor(&words[0]), semtable.rootFor(&words[0]));
  EXPECT_NE(semtable.rootFor(&words[0]), semtable.rootFor(&words[2]));
  EXPECT_EQ(semtable.rootFor(&words[0]), semtable.rootFor(&words[2 * semTabSize]));
}

TEST(Cansemacquire, TakesOneIfThereIsOne) {
  uint32 sema = 2;
  EXPECT_TRUE(cansemacquire(&sema));
  EXPECT_TRUE(cansemacquire(&sema));
  EXPECT_FALSE(cansemacquire(&sema));
  EXPECT_EQ(sema, 0u);
}

TEST(Semrelease, WithoutWaitersOnlyCounts) {
  testing::threadAsM thread;
  uint32 sema = 0;
  semrelease(&sema);
  semrelease1(&sema, semaHandoffToWaiter, 0);
  EXPECT_EQ(sema, 2u);
}

TEST(NotifyList, ATicketThatWasNotifiedDoesNotWait) {
  testing::threadAsM thread;
  for (uint32 start : {0u, 0x7fffffffu, 0xffffffffu}) {  // tickets wrap
    notifyList l{};
    l.wait.store(start, relaxed);
    l.notify.store(start, relaxed);
    uint32 t0 = notifyListAdd(&l);
    uint32 t1 = notifyListAdd(&l);
    EXPECT_EQ(t0, start);
    EXPECT_EQ(t1, start + 1);
    notifyListNotifyOne(&l);
    EXPECT_EQ(l.notify.load(relaxed), t1);
    notifyListWait(&l, t0);
    notifyListNotifyAll(&l);
    notifyListWait(&l, t1);
    EXPECT_EQ(l.notify.load(relaxed), l.wait.load(relaxed));
    notifyListNotifyOne(&l);  // nobody: nothing changes
    EXPECT_EQ(l.notify.load(relaxed), l.wait.load(relaxed));
  }
}

// ---- With goroutines --------------------------------------------------------------------

// Runs f on a goroutine, with one P if `procs` is 1, and waits for it.
template <class F>
void onGoroutine(int procs, F f) {
  int before = gort::runtime::GOMAXPROCS(procs);
  sync::WaitGroup wg;
  wg.Go(std::move(f));
  wg.Wait();
  gort::runtime::GOMAXPROCS(before);
}

// How many goroutines wait for addr, and how many for that or another address of the same root: the
// thread that runs the test, for one, on a WaitGroup that lies wherever its stack is.
struct Waiters {
  uint32 here, inRoot, nwait;
};
Waiters waiters(uint32* addr) {
  semaRoot* root = semtable.rootFor(addr);
  lockWithRank(&root->lock, lockRankRoot);
  Waiters w{0, 0, root->nwait.load(relaxed)};
  std::vector<const sudog*> todo{root->treap};
  while (!todo.empty()) {
    const sudog* t = todo.back();
    todo.pop_back();
    if (t == nullptr) continue;
    todo.insert(todo.end(), {t->prev, t->next});
    for (const sudog* s = t; s != nullptr; s = s->waitlink) {
      w.inRoot++;
      if (t->elem == addr) w.here++;
    }
  }
  unlock(&root->lock);
  return w;
}

// Lets others run until n goroutines wait for addr.
void awaitWaiters(uint32* addr, uint32 n) {
  while (waiters(addr).here < n) gort::runtime::Gosched();
}

// Lets others run until cond() holds. One Gosched may not do: now and then the scheduler takes the
// caller again at once.
template <class Cond>
void await(Cond cond) {
  while (!cond()) gort::runtime::Gosched();
}

TEST(Semacquire, EveryReleaseWakesOne) {
  onGoroutine(4, [] {
    constexpr int n = 200;
    static uint32 sema;
    std::atomic<int> through = 0;
    sync::WaitGroup wg;
    for (int i = 0; i < n; i++) {
      wg.Go([&] {
        semacquire(&sema);
        through++;
      });
    }
    awaitWaiters(&sema, n);
    EXPECT_EQ(through, 0);
    for (int i = 0; i < n; i++) semrelease(&sema);
    wg.Wait();
    EXPECT_EQ(through, n);
    EXPECT_EQ(sema, 0u);
    Waiters w = waiters(&sema);
    EXPECT_EQ(w.here, 0u);
    EXPECT_EQ(w.nwait, w.inRoot);
  });
}

TEST(Semacquire, WakesInOrderOfComing) {
  onGoroutine(1, [] {
    static uint32 sema;
    std::vector<int> order;
    sync::WaitGroup wg;
    for (int i = 0; i < 6; i++) {
      wg.Go([&, i] {
        semacquire1(&sema, i < 4 ? semaFIFO : semaLIFO, semaNoProfile, 0, waitReasonSemacquire);
        order.push_back(i);
      });
      awaitWaiters(&sema, i + 1);
    }
    for (size_t i = 0; i < 6; i++) {
      semrelease(&sema);
      await([&] { return order.size() > i; });
    }
    wg.Wait();
    EXPECT_EQ(order, (std::vector<int>{5, 4, 0, 1, 2, 3}));
  });
}

TEST(Semrelease, HandoffRunsTheWaiterAtOnceAndNobodyElseGetsTheUnit) {
  onGoroutine(1, [] {
    static uint32 sema;
    bool ran = false;
    sync::WaitGroup wg;
    wg.Go([&] {
      semacquire(&sema);
      ran = true;
    });
    awaitWaiters(&sema, 1);
    semrelease1(&sema, semaHandoffToWaiter, 0);
    EXPECT_TRUE(ran);
    EXPECT_FALSE(cansemacquire(&sema));
    wg.Wait();
  });
}

TEST(Semrelease, WithoutHandoffTheReleaserGoesOnAndMayTakeTheUnitAgain) {
  onGoroutine(1, [] {
    static uint32 sema;
    bool ran = false;
    sync::WaitGroup wg;
    wg.Go([&] {
      semacquire(&sema);
      ran = true;
    });
    awaitWaiters(&sema, 1);
    semrelease(&sema);
    EXPECT_FALSE(ran);
    EXPECT_TRUE(cansemacquire(&sema));
    gort::runtime::Gosched();  // the waiter is readied in vain and waits again
    EXPECT_FALSE(ran);
    awaitWaiters(&sema, 1);
    semrelease(&sema);
    wg.Wait();
    EXPECT_TRUE(ran);
  });
}

TEST(Semrelease, HandoffWithALockHeldDoesNotYield) {
  onGoroutine(1, [] {
    static uint32 sema;
    bool ran = false;
    sync::WaitGroup wg;
    wg.Go([&] {
      semacquire(&sema);
      ran = true;
    });
    awaitWaiters(&sema, 1);
    m* mp = getg()->m;
    mp->locks++;
    semrelease1(&sema, semaHandoffToWaiter, 0);
    mp->locks--;
    EXPECT_FALSE(ran);
    EXPECT_FALSE(cansemacquire(&sema));  // but the unit is given
    wg.Wait();
    EXPECT_TRUE(ran);
  });
}

TEST(Semacquire, TracebacksCanTellWhatAGoroutineWaitsFor) {
  struct entry {
    void (*acquire)(uint32*);
    const char* reason;
  };
  static const entry entries[] = {
      {sync_runtime_Semacquire, "semacquire"},
      {poll_runtime_Semacquire, "semacquire"},
      {[](uint32* s) { internal_sync_runtime_SemacquireMutex(s, semaFIFO, 0); }, "sync.Mutex.Lock"},
      {[](uint32* s) { sync_runtime_SemacquireRWMutexR(s, semaFIFO, 0); }, "sync.RWMutex.RLock"},
      {[](uint32* s) { sync_runtime_SemacquireRWMutex(s, semaFIFO, 0); }, "sync.RWMutex.Lock"},
      {sync_runtime_SemacquireWaitGroup, "sync.WaitGroup.Wait"},
  };
  for (const entry& e : entries) {
    onGoroutine(1, [&e] {
      static uint32 sema;
      g* waiter = nullptr;
      sync::WaitGroup wg;
      wg.Go([&] {
        waiter = getg();
        e.acquire(&sema);
      });
      awaitWaiters(&sema, 1);
      EXPECT_EQ(readgstatus(waiter), Gwaiting);
      EXPECT_STREQ(waitReasonString(waiter->waitreason), e.reason);
      ASSERT_NE(waiter->waiting, nullptr);
      EXPECT_EQ(waiter->waiting->elem, &sema);
      sync_runtime_Semrelease(&sema, semaNoHandoff, 0);
      wg.Wait();
    });
  }
}

TEST(NotifyList, NotifyOneGoesByTicketAndNotifyAllTakesTheRest) {
  onGoroutine(1, [] {
    static notifyList l;
    std::vector<int> order;
    sync::WaitGroup wg;
    for (int i = 0; i < 5; i++) {
      wg.Go([&, i] {
        notifyListWait(&l, notifyListAdd(&l));
        order.push_back(i);
      });
      while (l.wait.load(relaxed) != uint32(i + 1)) gort::runtime::Gosched();
    }
    notifyListNotifyOne(&l);
    await([&] { return !order.empty(); });
    EXPECT_EQ(order, (std::vector<int>{0}));
    notifyListNotifyOne(&l);
    await([&] { return order.size() > 1; });
    EXPECT_EQ(order, (std::vector<int>{0, 1}));
    notifyListNotifyAll(&l);
    wg.Wait();
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
    EXPECT_EQ(l.head, nullptr);
    EXPECT_EQ(l.tail, nullptr);
  });
}

TEST(NotifyList, WhoOvertookAnotherIsFoundBehindItAndInTheMiddle) {
  onGoroutine(1, [] {
    static notifyList l;
    uint32 tickets[3];
    for (uint32& t : tickets) t = notifyListAdd(&l);
    std::vector<uint32> order;
    sync::WaitGroup wg;
    for (int i : {2, 0, 1}) {  // they come to sleep in this order
      wg.Go([&, i] {
        notifyListWait(&l, tickets[i]);
        order.push_back(i);
      });
      while (l.tail == nullptr || l.tail->ticket != tickets[i]) gort::runtime::Gosched();
    }
    for (int i = 0; i < 3; i++) {
      notifyListNotifyOne(&l);
      gort::runtime::Gosched();
    }
    wg.Wait();
    EXPECT_EQ(order, (std::vector<uint32>{0, 1, 2}));
    EXPECT_EQ(l.head, nullptr);
    EXPECT_EQ(l.tail, nullptr);
  });
}

TEST(NotifyListDeathTest, ASizeThatDiffersFromTheHeadersDies) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  notifyListCheck(sizeof(notifyList));
  EXPECT_DEATH(notifyListCheck(sizeof(notifyList) + 8), "bad notifyList size");
}

}  // namespace
}  // namespace gort

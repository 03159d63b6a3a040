// export_test.h: the only door to the runtime's private state, for tests.
//
// Go: runtime/export_test.go
//
// Each part belongs to one test file or names those that use it. Nothing here is
// compiled into the library.
#ifndef TESTS_EXPORT_TEST_H_
#define TESTS_EXPORT_TEST_H_

#include <gort/go.h>
#include <gort/runtime.h>
#include <gort/types.h>

#include <bit>
#include <semaphore>

#include "runtime/chan.h"
#include "sched/lock_spinbit.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort::testing {

// ---- Threads that pose as Ms (lock_*_test, rwmutex_test, sema_test, rand_test) --------
//
// Locks, notes and random numbers need no more of an M than that getg() leads to one. A
// threadAsM gives that to the thread that makes it, without a scheduler, a P or a stack:
// getg() is the g0 of an M of its own until it is destroyed.
class threadAsM {
 public:
  threadAsM() {
    static atomic<uint32> seed;
    mp_.g0 = &g0_;
    g0_.m = &mp_;
    mp_.cheaprand = seed.add(0x9e3779b9, relaxed);
    mp_.cheaprand64 = mp_.cheaprand;
    mp_.procid = mp_.cheaprand;
    old_ = getg();
    setg(&g0_);
  }
  ~threadAsM() { setg(old_); }
  threadAsM(const threadAsM&) = delete;
  threadAsM& operator=(const threadAsM&) = delete;

  m* mp() { return &mp_; }
  g* g0() { return &g0_; }

 private:
  m mp_{};
  g g0_{};
  g* old_;
};

// ---- Goroutines (proc_test, chan_test, select_test, sync_test, gort_test) --------------

// onGoroutine runs f() on a goroutine and returns when it is done. For tests that look at
// what only exists there: getg()->m->p and the like. The calling thread sleeps.
template <class F>
void onGoroutine(F f) {
  std::binary_semaphore done(0);
  go([&] {
    f();
    done.release();
  });
  done.acquire();
}

// ---- Channels (chan_test, select_test, sync_test, gort_test) -----------------------------

// While one lives, GOMAXPROCS is n.
class WithProcs {
 public:
  explicit WithProcs(int n) : before_(runtime::GOMAXPROCS(n)) {}
  ~WithProcs() { runtime::GOMAXPROCS(before_); }
  WithProcs(const WithProcs&) = delete;
  WithProcs& operator=(const WithProcs&) = delete;

 private:
  int before_;
};

// The channel that c refers to.
template <class C>
hchan* channel(C c) {
  return std::bit_cast<hchan*>(c);
}

// The number of goroutines that wait on a channel, to receive and to send.
struct Waiters {
  int receivers;
  int senders;
  friend bool operator==(const Waiters&, const Waiters&) = default;
};

inline Waiters waitersOf(hchan* c) {
  Waiters w{0, 0};
  lock(&c->lock);
  for (sudog* s = c->recvq.first.load(relaxed); s != nullptr; s = s->next) w.receivers++;
  for (sudog* s = c->sendq.first.load(relaxed); s != nullptr; s = s->next) w.senders++;
  unlock(&c->lock);
  return w;
}

// awaitWaiters returns once exactly these wait on c. On a goroutine.
template <class C>
void awaitWaiters(C c, Waiters want) {
  while (waitersOf(channel(c)) != want) runtime::Gosched();
}

}  // namespace gort::testing

#endif  // TESTS_EXPORT_TEST_H_

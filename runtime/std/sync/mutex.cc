// mutex.cc: the slow half of sync.Mutex.
//
// A mutex is in one of two modes.
//
// Normal. Waiters sleep in the order of arrival, but one that is woken does not own
// the mutex: it competes with goroutines that come just then. Those are running, and
// there can be many, so it often loses; then it sleeps again, at the front of the
// queue. This is fast: a goroutine can take the mutex many times in a row without a
// switch, although others wait.
//
// Starving. If a waiter has not got it for starvationThresholdNs, it sets mutexStarving.
// Now Unlock hands the mutex to the waiter at the front, and those who arrive queue up
// behind, even if it looks free; they do not spin. Slow (two goroutines can go on in
// lock step for ever), but it bounds how long anybody waits. A waiter that gets the
// mutex like this ends the mode if it is the last one, or waited less than the
// threshold.
//
// INV1: mutexLocked clear and mutexStarving set: the mutex is on its way to a waiter.
// INV2: the number of waiters counts who is in semacquire or on the way there.
// INV3: mutexWoken set: some goroutine is awake between sleeping, or spinning, and its
//       next change of state; so Unlock wakes nobody.
//
// Memory orders: who takes the mutex by a change of state does it with acquire, who
// frees it with release. A handed-over mutex is passed on by the semaphore.
//
// Go: internal/sync/mutex.go, sync/mutex.go
//
// Differs from Go: on a thread that gort did not start, the slow path runs as a
// goroutine.
#include <gort/sync.h>

#include "arch/os_linux.h"
#include "arch/upcalls.h"
#include "runtime/foreign_inl.h"
#include "sched/proc.h"
#include "sched/sema.h"

namespace gort::sync {

namespace {

constexpr int64 starvationThresholdNs = 1'000'000;

}  // namespace

void Mutex::lockSlow() {
  if (foreign()) [[unlikely]] {
    return foreigncall([this] { lockSlow(); });
  }
  int64 waitStartTime = 0;
  bool starving = false;
  bool awoke = false;
  intgo iter = 0;
  int32 old = state_.load(std::memory_order_relaxed);
  for (;;) {
    // In starvation mode it is handed over, spinning is in vain.
    if ((old & (mutexLocked | mutexStarving)) == mutexLocked && sync_runtime_canSpin(iter)) {
      // Tell Unlock that somebody is awake already.
      if (!awoke && (old & mutexWoken) == 0 && old >> mutexWaiterShift != 0) {
        int32 seen = old;
        if (state_.compare_exchange_strong(seen, old | mutexWoken, std::memory_order_relaxed,
                                           std::memory_order_relaxed)) {
          awoke = true;
        }
      }
      sync_runtime_doSpin();
      iter++;
      old = state_.load(std::memory_order_relaxed);
      continue;
    }
    int32 now = old;
    // Not a starving mutex: who arrives queues up.
    if ((old & mutexStarving) == 0) now |= mutexLocked;
    if ((old & (mutexLocked | mutexStarving)) != 0) now += 1 << mutexWaiterShift;
    // We have waited too long: switch modes. Not if it is unlocked: a starving mutex has
    // waiters, says Unlock, and then there would be none.
    if (starving && (old & mutexLocked) != 0) now |= mutexStarving;
    if (awoke) {
      // We were woken, or said so while spinning: take the flag back either way.
      if ((now & mutexWoken) == 0) throw_("sync: inconsistent mutex state");
      now &= ~mutexWoken;
    }
    // acquire: if it takes the lock, pairs with Unlock's release.
    if (!state_.compare_exchange_strong(old, now, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
      continue;  // old is what it is now
    }
    if ((old & (mutexLocked | mutexStarving)) == 0) return;  // ours, by the CAS

    // Who has waited before goes to the front.
    semaOrder order = waitStartTime != 0 ? semaLIFO : semaFIFO;
    if (waitStartTime == 0) waitStartTime = nanotime();
    internal_sync_runtime_SemacquireMutex(&sema_, order, 2);
    starving = starving || nanotime() - waitStartTime > starvationThresholdNs;
    old = state_.load(std::memory_order_relaxed);
    if ((old & mutexStarving) != 0) {
      // It was handed to us, and the state does not say so yet: mutexLocked is clear, and
      // we count as a waiter.
      if ((old & (mutexLocked | mutexWoken)) != 0 || old >> mutexWaiterShift == 0) {
        throw_("sync: inconsistent mutex state");
      }
      int32 delta = mutexLocked - (1 << mutexWaiterShift);
      if (!starving || old >> mutexWaiterShift == 1) delta -= mutexStarving;
      state_.fetch_add(delta, std::memory_order_acquire);
      return;
    }
    awoke = true;
    iter = 0;
  }
}

void Mutex::unlockSlow(int32 now) {
  if (foreign()) [[unlikely]] {
    return foreigncall([this, now] { unlockSlow(now); });
  }
  if (((now + mutexLocked) & mutexLocked) == 0) fatal("sync: unlock of unlocked mutex");
  if ((now & mutexStarving) != 0) {
    // Hand it over, with the rest of our time slice. mutexLocked is clear until the waiter
    // sets it; with mutexStarving nobody else takes that for free.
    internal_sync_runtime_Semrelease(&sema_, semaHandoffToWaiter, 2);
    return;
  }
  int32 old = now;
  for (;;) {
    // Nobody to wake: no waiters, or one is awake, or somebody took the mutex meanwhile and
    // will see to it. Starving: the hand-over goes from that one on.
    if (old >> mutexWaiterShift == 0 || (old & (mutexLocked | mutexWoken | mutexStarving)) != 0) {
      return;
    }
    // Win the right to wake one. relaxed: the lock has been released already.
    int32 woken = (old - (1 << mutexWaiterShift)) | mutexWoken;
    if (state_.compare_exchange_strong(old, woken, std::memory_order_relaxed,
                                       std::memory_order_relaxed)) {
      internal_sync_runtime_Semrelease(&sema_, semaNoHandoff, 2);
      return;
    }
  }
}

}  // namespace gort::sync

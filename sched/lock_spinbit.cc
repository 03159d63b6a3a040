// lock_spinbit.cc: the slow halves of mutex: waiting, and choosing whom to wake.
//
// Go: runtime/lock_spinbit.go
//
// The bits, the invariants and why no wake-up is lost: lock_spinbit.h.
#include "sched/lock_spinbit.h"

#include "arch/cputicks.h"
#include "arch/os_linux.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"
#include "sched/lock_futex.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/rand_inl.h"
#include "sched/runtime2.h"

namespace gort {

static_assert(alignof(m) % mutexMAlign == 0, "the low bits of an m* hold the flags of mutex.key");

namespace {

// mutexWaitListHead returns the M at the top of the stack in v, nil if it is empty.
m* mutexWaitListHead(uintptr v) { return reinterpret_cast<m*>(v & ~mutexMMask); }

// mutexPreferLowLatency reports whether all who wait for l may spin, at the risk
// that throughput collapses. sched.lock passes quickly between Ms that each have
// work of their own behind it, as when the world is stopped.
bool mutexPreferLowLatency(const mutex* l) { return l == &sched.lock; }

}  // namespace

bool mutexContended(const mutex* l) {
  return (l->key.load(relaxed) & ~mutexMMask) != 0;  // a snapshot, orders nothing
}

// The count is put right before a report of it, because the report takes locks.
[[gnu::noinline, gnu::cold]] void lock2BadCount() {
  getg()->m->locks = 0;
  throw_("runtime·lock: lock count");
}

[[gnu::noinline, gnu::cold]] void unlock2BadCount() {
  getg()->m->locks = 0;
  throw_("runtime·unlock: lock count");
}

[[gnu::noinline, gnu::cold]] void unlock2Unlocked() { throw_("unlock of unlocked lock"); }

// lock2Slow waits for l after the exchange of lock2 found it locked.
//
// A waiter is in one of three roles: spinner (weSpin: owns mutexSpinning), plain, or
// asleep on the stack. Plain waiters try for the spinner's role, or go to sleep.
// One that woke as the last of the stack (atTail) may have starved and spins anyway.
[[gnu::noinline]] void lock2Slow(mutex* l) {
  m* mp = getg()->m;
  atomic<uint8>* k8 = key8(&l->key);

  // With one CPU the owner cannot run while we spin.
  int32 spin = numCPUStartup > 1 ? mutexActiveSpinCount : 0;
  bool weSpin = false;
  bool atTail = false;
  bool haveTimers = false;

  // Loads of key are relaxed: each is confirmed by the read-modify-write that follows.
  uintptr v = l->key.load(relaxed);
  for (int32 i = 0;; i++) {
    if ((v & mutexLocked) == 0) {
      if (weSpin) {
        // Taking the lock and giving back the spinner's role is one step.
        uintptr next = (v & ~mutexSpinning) | mutexLocked;
        if (l->key.cas(v, next, acquire)) return;  // pairs with unlock2's store
      } else {
        uint8 prev8 = k8->exchange(mutexLocked, acquire);
        if ((prev8 & mutexLocked) == 0) return;
      }
      v = l->key.load(relaxed);
      continue;
    }

    if (!weSpin && (v & mutexSpinning) == 0 && l->key.cas(v, v | mutexSpinning, relaxed)) {
      v |= mutexSpinning;
      weSpin = true;
    }

    if (weSpin || atTail || mutexPreferLowLatency(l)) {
      if (i < spin) {
        procyield(mutexActiveSpinSize);
        v = l->key.load(relaxed);
        continue;
      }
      if (i < spin + mutexPassiveSpinCount) {
        osyield();
        v = l->key.load(relaxed);
        continue;
      }
    }

    // Go to sleep: push ourselves, and stop being the spinner in the same step.
    if (!haveTimers) {
      mp->mWaitList.startTicks = cputicks();
      haveTimers = true;
    }
    mp->mWaitList.next = mutexWaitListHead(v);
    uintptr next = reinterpret_cast<uintptr>(mp) | (v & mutexMMask);
    if (weSpin) next &= ~mutexSpinning;

    // release: publishes mWaitList to whoever holds mutexStackLocked. The CAS succeeds
    // only while the lock is held, as far as memory knows.
    if (l->key.cas(v, next, release)) {
      // The owner may have stored that the lock is free, and looked at the stack, before our
      // push, with the store still on its way. After the fence it has arrived; then see to it
      // that somebody wakes, as that unlock would have. It may be us.
      heavyFence();
      if ((l->key.load(relaxed) & mutexLocked) == 0) unlock2Wake(l);
      weSpin = false;
      semasleep();
      atTail = mp->mWaitList.next == nullptr;  // all who came before us are gone
      i = 0;
    }
    mp->mWaitList.next = nullptr;
    v = l->key.load(relaxed);
  }
}

// unlock2Wake wakes an M of l's stack if one should be awake. The caller has freed l, or
// found it free, with Ms asleep.
[[gnu::noinline]] void unlock2Wake(mutex* l) {
  uintptr v = l->key.load(relaxed);

  // Now and then the M at the bottom of the stack is woken, so that it cannot starve.
  bool antiStarve = cheaprandn(mutexTailWakePeriod) == 0;

  if (!antiStarve && (v & mutexSpinning) != 0 && !mutexPreferLowLatency(l)) {
    return;  // the spinner takes the lock, or looks again before it sleeps
  }

  for (;;) {
    // An empty stack needs nobody. Who holds mutexStackLocked decides as we would, and
    // decides again if the word changed under it, as it just did.
    if ((v & ~mutexMMask) == 0 || (v & mutexStackLocked) != 0) return;
    if (l->key.cas(v, v | mutexStackLocked, acquire)) {  // pairs with the pushes
      v |= mutexStackLocked;
      break;
    }
    v = l->key.load(relaxed);
  }

  // We own mutexStackLocked. Others may push meanwhile; nobody else pops, and nobody
  // else changes the links below the head that we read.
  m* committed = nullptr;  // unlinked from the middle: must be woken whatever happens
  for (;;) {
    m* mp = mutexWaitListHead(v);
    m* head = mp;
    m* wakem = committed;
    if (committed == nullptr) {
      if ((v & mutexSpinning) == 0 || mutexPreferLowLatency(l)) wakem = mp;
      if (antiStarve) {
        wakem = mp;
        m* prev = mp;
        while (m* next = wakem->mWaitList.next) {
          prev = wakem;
          wakem = next;
        }
        if (wakem != mp) {
          committed = wakem;
          prev->mWaitList.next = nullptr;
          // The bottom of the stack carries the time from which the whole stack's
          // waiting has not been charged to anybody yet: hand it on.
          prev->mWaitList.startTicks = wakem->mWaitList.startTicks;
        }
      }
    }
    if (wakem == mp) head = mp->mWaitList.next;

    uintptr flags = v & (mutexMMask & ~mutexStackLocked);
    uintptr next = reinterpret_cast<uintptr>(head) | flags;
    // release: our change of a link, for the next holder of mutexStackLocked.
    if (l->key.cas(v, next, release)) {
      if (wakem != nullptr) semawakeup(wakem);
      return;
    }
    v = l->key.load(acquire);  // an M may have been pushed: pairs with its CAS
  }
}

}  // namespace gort

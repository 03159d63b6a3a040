// lock_spinbit_inl.h: fast paths of lock2 and unlock2.
//
// Go: runtime/lock_spinbit.go (lock2, unlock2 up to the first branch)
//
// The protocol and its argument: lock_spinbit.h. lock2 and unlock2 take no note of
// ranks; callers use lock and unlock (lockrank_check_inl.h).
#ifndef SCHED_LOCK_SPINBIT_INL_H_
#define SCHED_LOCK_SPINBIT_INL_H_

#include <bit>

#include "sched/lock_spinbit.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

// key8 returns the byte of *key that holds the lowest eight bits.
inline atomic<uint8>* key8(atomic<uintptr>* key) {
  static_assert(std::endian::native == std::endian::little);
  static_assert(sizeof(atomic<uint8>) == 1);
  return reinterpret_cast<atomic<uint8>*>(key);
}

// lock2 is lock without ranks.
inline void lock2(mutex* l) {
  m* mp = getg()->m;
  if (mp->locks < 0) [[unlikely]]
    lock2BadCount();
  mp->locks += mutexMLocksDelta;

  atomic<uint8>* k8 = key8(&l->key);
  uint8 v8 = k8->exchange(mutexLocked, acquire);  // pairs with unlock2's exchange
  if ((v8 & mutexLocked) == 0) [[likely]] {
    // The exchange wiped the hint. We hold the lock: nobody needs it before our unlock.
    if ((v8 & mutexSleeping) != 0) k8->or_(mutexSleeping, relaxed);
    return;
  }
  lock2Slow(l);
}

// unlock2 is unlock without ranks.
inline void unlock2(mutex* l) {
  g* gp = getg();
  m* mp = gp->m;
  uint8 prev8 = key8(&l->key)->exchange(0, release);  // pairs with lock2's exchange
  if ((prev8 & mutexLocked) == 0) [[unlikely]]
    unlock2Unlocked();
  if ((prev8 & mutexSleeping) != 0) [[unlikely]]
    unlock2Wake(l);

  mp->locks -= mutexMLocksDelta;
  if (mp->locks < 0) [[unlikely]]
    unlock2BadCount();
  // A request that came while the M could not be preempted may have been taken back
  // from stackguard0; put it there again. relaxed: this thread alone acts on it.
  if (mp->locks == 0 && gp->preempt.load(relaxed)) [[unlikely]] {
    gp->stackguard0.store(stackPreempt, relaxed);
  }
}

}  // namespace gort

#endif  // SCHED_LOCK_SPINBIT_INL_H_

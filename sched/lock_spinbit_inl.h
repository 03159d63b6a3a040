// lock_spinbit_inl.h: fast paths of lock2 and unlock2.
//
// Go: runtime/lock_spinbit.go (lock2, unlock2 up to the first branch)
//
// The protocol and its argument: lock_spinbit.h. lock2 and unlock2 take no note of
// ranks; callers use lock and unlock (lockrank_check_inl.h).
#ifndef SCHED_LOCK_SPINBIT_INL_H_
#define SCHED_LOCK_SPINBIT_INL_H_

#include <bit>

#include "arch/os_linux.h"
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

  uint8 v8 = key8(&l->key)->exchange(mutexLocked, acquire);  // pairs with unlock2's store
  if ((v8 & mutexLocked) != 0) [[unlikely]]
    lock2Slow(l);
}

// mutexSleepers reports whether the stack in *key is not empty, without a look at the low byte:
// a load of bytes that were just stored, and of others, waits until the store is in the cache.
// Memory below 64 KiB is never mapped, so a pointer's upper 48 bits are enough.
inline bool mutexSleepers(const atomic<uintptr>* key) {
  auto* b = reinterpret_cast<const uint8*>(key);
  return (reinterpret_cast<const atomic<uint16>*>(b + 2)->load(relaxed) |
          reinterpret_cast<const atomic<uint32>*>(b + 4)->load(relaxed)) != 0;
}

// unlock2 is unlock without ranks.
inline void unlock2(mutex* l) {
  g* gp = getg();
  m* mp = gp->m;
  atomic<uint8>* k8 = key8(&l->key);
  if (k8->load(relaxed) == 0) [[unlikely]]
    unlock2Unlocked();
  // Both pair with lock2's exchange.
  if (asymmetricFences) [[likely]] {
    k8->store(0, release);
    lightFence();  // with heavyFence in lock2Slow
  } else {
    k8->exchange(0, seq_cst);
  }
  if (mutexSleepers(&l->key)) [[unlikely]]
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

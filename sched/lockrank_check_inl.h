// lockrank_check_inl.h: lock, unlock and the asserts, inline.
//
// Go: runtime/lock_spinbit.go (lock, unlock), runtime/lockrank_off.go
//
// Each of these is an ordinary function as well (lockrank_check.cc), which is what
// floors below sched and files without this header call. gnu_inline says that to the
// compiler: a body for inlining here, the symbol elsewhere.
#ifndef SCHED_LOCKRANK_CHECK_INL_H_
#define SCHED_LOCKRANK_CHECK_INL_H_

#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check.h"

namespace gort {

[[gnu::gnu_inline]] extern inline void lockWithRank(mutex* l, lockRank rank) {
  if constexpr (staticLockRanking) {
    lockWithRankChecked(l, rank);
  } else {
    lock2(l);
  }
}

[[gnu::gnu_inline]] extern inline void unlockWithRank(mutex* l) {
  if constexpr (staticLockRanking) {
    unlockWithRankChecked(l);
  } else {
    unlock2(l);
  }
}

[[gnu::gnu_inline]] extern inline void lock(mutex* l) { lockWithRank(l, l->rank); }

[[gnu::gnu_inline]] extern inline void unlock(mutex* l) { unlockWithRank(l); }

[[gnu::gnu_inline]] extern inline void assertLockHeld(mutex* l) {
  if constexpr (staticLockRanking) assertLockHeldChecked(l);
}

[[gnu::gnu_inline]] extern inline void assertRankHeld(lockRank rank) {
  if constexpr (staticLockRanking) assertRankHeldChecked(rank);
}

[[gnu::gnu_inline]] extern inline void assertWorldStopped() {
  if constexpr (staticLockRanking) assertWorldStoppedChecked();
}

[[gnu::gnu_inline]] extern inline void assertWorldStoppedOrLockHeld(mutex* l) {
  if constexpr (staticLockRanking) assertWorldStoppedOrLockHeldChecked(l);
}

}  // namespace gort

#endif  // SCHED_LOCKRANK_CHECK_INL_H_

// lockrank_check.h: checks that locks are taken in the order of lockrank.txt, and
// that a function's caller holds what the function says it must.
//
// Go: runtime/lockrank_on.go, runtime/lockrank_off.go
//
// Every M lists the locks that it holds (m.locksHeld). Taking one compares its rank
// with the one taken last; unlocking removes it from wherever it stands. So an order
// that could deadlock is reported on the first run that takes the locks in it, without
// the other thread that would make it one. Built when GORT_DEBUG is defined to 1;
// otherwise every function here is its unchecked half or nothing.
//
// Differs from Go:
//  - Both halves are compiled always; staticLockRanking chooses (`if constexpr`).
//  - Go records on the system stack, because its own stack may be moved, with locks
//    taken, between the record and the lock. C++ stacks do not move.
#ifndef SCHED_LOCKRANK_CHECK_H_
#define SCHED_LOCKRANK_CHECK_H_

#include "sched/lock_state.h"

namespace gort {

#if defined(GORT_DEBUG) && GORT_DEBUG
inline constexpr bool staticLockRanking = true;
#else
inline constexpr bool staticLockRanking = false;
#endif

// lockInit gives l its rank, before anybody else knows l. Where there is no such
// moment, lockWithRank gives the rank at each lock.
void lockInit(mutex* l, lockRank rank);
lockRank getLockRank(const mutex* l);

// lockWithRank is lock for a mutex whose rank is said here and not by lockInit.
void lockWithRank(mutex* l, lockRank rank);
void unlockWithRank(mutex* l);

// lockWithRankMayAcquire checks that l could be taken here, for a function that takes
// it only now and then.
void lockWithRankMayAcquire(mutex* l, lockRank rank);

// acquireLockRankAndM notes a rank that is held without a mutex (a reader of an
// rwmutex), and keeps the goroutine on its M until releaseLockRankAndM.
void acquireLockRankAndM(lockRank rank);
void releaseLockRankAndM(lockRank rank);

// The asserts throw, after printing what is held, unless ...
void assertLockHeld(mutex* l);                // this M holds l
void assertRankHeld(lockRank rank);           // this M holds a lock of this rank
void assertWorldStopped();                    // somebody has stopped the world
void assertWorldStoppedOrLockHeld(mutex* l);  // one of both

// worldStopped and worldStarted tell the asserts. worldsema must be held.
void worldStopped();
void worldStarted();

// The checking halves.
void lockWithRankChecked(mutex* l, lockRank rank);
void unlockWithRankChecked(mutex* l);
void assertLockHeldChecked(mutex* l);
void assertRankHeldChecked(lockRank rank);
void assertWorldStoppedChecked();
void assertWorldStoppedOrLockHeldChecked(mutex* l);

// rankMayFollow reports whether a lock of rank may be taken when the lock taken last
// has rank prev. It is the rule itself, and knows no M.
bool rankMayFollow(lockRank prev, lockRank rank);

}  // namespace gort

#endif  // SCHED_LOCKRANK_CHECK_H_

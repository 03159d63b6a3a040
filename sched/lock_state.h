// lock_state.h: layouts of the locks of the runtime itself: mutex, note, and what
// an M keeps about the locks that it holds or waits for.
//
// Go: runtime/runtime2.go (mutex, note_other.go, lock_spinbit.go's mWaitList,
// lockrank_on.go's lockRankStruct)
//
// A state header: plain data that g, m, p, the channels and the allocator hold
// by value, so that nobody needs the lock code to lay out a struct. The code is
// lock_spinbit (mutex), lock_futex (note and the semaphore of an M) and
// lockrank_check (ranks). lockrank.h, included here, is a state header as well:
// one enum and its tables.
//
// Who sleeps on what:
//   mutex    an M waits, short critical sections, no goroutine switch inside
//   note     an M waits for one event
//   rwmutex  as mutex, many readers (sched/rwmutex.h)
//   sema     a goroutine waits (sched/sema.h); sync.Mutex and friends use it
//
// Differs from Go: a mutex has its rank in every build, which makes it 16 bytes;
// Go's has 8 unless lock ranking is built in. A program and a runtime built with
// different GORT_DEBUG agree on every layout that way.

#ifndef SCHED_LOCK_STATE_H_
#define SCHED_LOCK_STATE_H_

#include <gort/types.h>

#include "arch/atomic.h"
#include "sched/lockrank.h"

namespace gort {

struct m;

// lockRankStruct is what a lock knows of its place in the order of locks.
struct lockRankStruct {
  lockRank rank;  // set once by lockInit before the lock is shared; 0: a leaf
};

// A mutex excludes other Ms. The zero value is unlocked and of leaf rank. It may
// not be copied, and its memory must stay valid until the last unlock returned.
//
// key holds flags and a pointer: see lock_spinbit.h for the bits and their rules.
struct mutex : lockRankStruct {
  constexpr mutex() : lockRankStruct{lockRankUnknown} {}
  constexpr explicit mutex(lockRank r) : lockRankStruct{r} {}

  atomic<uintptr> key;
};

// A note is a one-time event for one sleeping M. The cycle is
//
//   noteclear   by the owner, while nobody sleeps or wakes
//   notesleep   by one M; returns once notewakeup has happened, also if before
//   notewakeup  by one M, once a cycle; a second one throws
//   noteclear   only after the sleeper has returned
//
// A sleeper that leaves early (notetsleep) may clear the note only when it knows
// that the waker is not, and will not be, inside notewakeup.
struct note {
  atomic<uint32> key;  // 0 not yet, 1 happened; the futex word
};

// mWaitList is an M's place in the stack of Ms that sleep for one mutex. The
// head of the stack is in mutex.key.
struct mWaitList {
  m* next = nullptr;     // M that went to sleep before; guarded as in lock_spinbit.h
  int64 startTicks = 0;  // cputicks when this M began to wait, moved on when blame is taken
};

// mutexMAlign is what the address of every m must be a multiple of, because the
// low bits of mutex.key hold flags where the pointer to an m has its own.
//
// Differs from Go: Go rebuilds the lost bits from a size class, a malloc header
// and a special case for m0. Alignment of the type says it in one word.
inline constexpr uintptr mutexMAlign = 0x400;

// heldLockInfo is one entry of m.locksHeld, which is kept in debug builds.
struct heldLockInfo {
  uintptr lockAddr = 0;  // address of the mutex; 0: a rank without a mutex
  lockRank rank = lockRankUnknown;
  int32 more = 0;  // locks of this rank, taken after this one, that have no entry
};

}  // namespace gort

#endif  // SCHED_LOCK_STATE_H_

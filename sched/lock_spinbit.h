// lock_spinbit.h: mutex, the lock of the runtime itself.
//
// Go: runtime/lock_spinbit.go
//
// It excludes Ms, not goroutines: who waits blocks a thread. Sections are a few
// dozen instructions long and never park a goroutine, so waiters first spin. The
// weak point of spinning is a crowd: with many spinners the word bounces between
// caches and the owner's unlock waits in line with them. So at most one waiter
// spins, the others sleep, and an unlock wakes somebody only if nobody spins.
// That is the spin bit. (Futex locks with three states were what Go had before;
// under contention their throughput collapses.)
//
// mutex.key, low bits first:
//
//   0x001  mutexLocked       the lock
//   0x002  mutexSleeping     hint: the stack is not empty
//   0x0fc  unused            part of the byte that the fast paths swap
//   0x100  mutexSpinning     one waiter, the one that set it, spins
//   0x200  mutexStackLocked  one unlocker, the one that set it, may pop the stack
//   rest   the head of a stack of sleeping Ms, linked by m.mWaitList.next
//
// Lock and unlock without contention are one 8-bit exchange each, of the low byte;
// a compare-and-swap would fail and repeat whenever the upper bits change.
//
// INV1: who reads mutexLocked clear in the byte that it exchanged for a value with
//       mutexLocked set owns the lock, and nobody else changes it to clear.
// INV2: an M is on the stack from its successful push until the pop by the holder
//       of mutexStackLocked, who then wakes it exactly once (semawakeup). Pushing
//       needs no lock; popping and changing an inner link does.
// INV3: if the stack is not empty and the lock is free or has no mutexSleeping,
//       somebody is awake who will set mutexSleeping or unlock by the slow path:
//       a waiter between its first look and its sleep, or a popped M.
//
// INV3 is why no wake-up is lost although both fast paths overwrite the hint.
// Lock's exchange clears it: if that took the lock, lock puts the hint back before
// it can unlock; if it did not, the M is a waiter now, and will either push itself
// (which sets the hint), take the lock with the hint set, or take it as the spinner,
// who looks at the stack and sets the hint accordingly. Unlock's exchange clears it
// and reads what it was: if it was set, unlock2Wake pops an M, or leaves because
// somebody has mutexSpinning (a waiter awake) or mutexStackLocked (an unlocker that
// makes the same decision; it retries its CAS on our change of the word), or because
// the stack is empty.
//
// Starvation: the stack is last in, first out. One unlock in mutexTailWakePeriod
// takes the M at the bottom instead, and that one may spin beside the spinner.
//
// Memory orders. Every change of key is a read-modify-write, so an acquire that reads
// any of them synchronises with every earlier release to the word:
//   lock's exchange or CAS (acquire)  with unlock's exchange (release): the data
//   a push (release)  with the setting of mutexStackLocked, or the CAS that failed
//     and reloaded under it (acquire): the mWaitList of every M on the stack
//   semawakeup (release)  with semasleep (acquire): the popped M's mWaitList
// Nothing here needs one order of all operations: each decision is taken on one value
// of one word.
//
// Differs from Go:
//  - An M is aligned to mutexMAlign, so the pointer in key needs no repair.
//  - The contention profile is not gathered: mLockProfile comes with profiles.
//  - After taking mutexStackLocked, Go keeps the value from before, and its first CAS
//    always fails. Here the value is brought up to date.
//
// The 8-bit exchange and the word-sized CAS mix sizes on one location. C++ has no
// words for that; amd64 and arm64 both keep such accesses coherent and atomic, and
// ThreadSanitizer files them under the same location.
#ifndef SCHED_LOCK_SPINBIT_H_
#define SCHED_LOCK_SPINBIT_H_

#include "sched/lock_state.h"

namespace gort {

struct m;

inline constexpr uintptr mutexLocked = 0x001;
inline constexpr uintptr mutexSleeping = 0x002;
inline constexpr uintptr mutexSpinning = 0x100;
inline constexpr uintptr mutexStackLocked = 0x200;
inline constexpr uintptr mutexMMask = 0x3FF;
static_assert(mutexMMask + 1 == mutexMAlign);

inline constexpr int32 mutexActiveSpinCount = 4;   // rounds of procyield before ...
inline constexpr uint32 mutexActiveSpinSize = 30;  // ... each of this many pauses
inline constexpr int32 mutexPassiveSpinCount = 1;  // rounds of osyield after that
inline constexpr uint32 mutexTailWakePeriod = 16;

// The same for sync.Mutex (sync_runtime_canSpin, sync_runtime_doSpin in proc.cc).
inline constexpr int32 active_spin = 4;
inline constexpr uint32 active_spin_cnt = 30;

// mutexMLocksDelta is what a held mutex adds to m.locks; acquirem adds 1. The last
// unlock can be told by m.locks / mutexMLocksDelta.
inline constexpr int32 mutexMLocksDelta = 16;

// lock waits until l is free and takes it. The M cannot be preempted from here to
// unlock. l's rank is checked in debug builds (lockrank_check.h). Throws if this M's
// count of locks is corrupt. Inline form: lockrank_check_inl.h.
void lock(mutex* l);

// unlock frees l, which the caller holds; throws if nobody does.
void unlock(mutex* l);

// mutexContended reports whether an M sleeps for l at this moment.
bool mutexContended(const mutex* l);

// Slow halves of lock2 and unlock2 (lock_spinbit_inl.h).
void lock2Slow(mutex* l);
void unlock2Wake(mutex* l);
[[noreturn]] void lock2BadCount();
[[noreturn]] void unlock2BadCount();
[[noreturn]] void unlock2Unlocked();

}  // namespace gort

#endif  // SCHED_LOCK_SPINBIT_H_

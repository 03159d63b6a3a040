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
//   0x0fe  always clear      the rest of the byte that the fast paths write
//   0x100  mutexSpinning     one waiter, the one that set it, spins
//   0x200  mutexStackLocked  one unlocker, the one that set it, may pop the stack
//   rest   the head of a stack of sleeping Ms, linked by m.mWaitList.next
//
// Lock without contention is one 8-bit exchange, of the low byte; a compare-and-swap would
// fail and repeat whenever the upper bits change. Unlock is a plain store to that byte and a
// look at the others.
//
// INV1: who reads mutexLocked clear in the byte that it exchanged for a value with
//       mutexLocked set owns the lock, and nobody else changes it to clear.
// INV2: an M is on the stack from its successful push until the pop by the holder
//       of mutexStackLocked, who then wakes it exactly once (semawakeup). Pushing
//       needs no lock; popping and changing an inner link does.
// INV3: if the stack is not empty and the lock is free, somebody is awake who will take
//       the lock, or call unlock2Wake: a waiter between its first look and its sleep,
//       a popped M, or the M that freed the lock, until unlock2 has looked.
//
// INV3 is why no wake-up is lost. Let M push itself while A owns the lock; its CAS asked for
// mutexLocked. A's unlock stores "free" and then looks at the stack, with nothing between that
// keeps the processor from looking first. M fences all running threads and then looks at the
// lock. If A's look came before that fence, so did A's store, and M sees the lock free, or
// taken by a third whose own unlock is still to come and begins behind the fence; if the look
// came after, it sees M. So either A's unlock, or that third one, or M itself calls
// unlock2Wake, which pops an M, or leaves because somebody has mutexSpinning (a waiter awake,
// who takes the lock, or pushes itself and then looks as M did), or mutexStackLocked (an
// unlocker that makes the same decision: it retries its CAS on our change of the word), or
// because the stack is empty.
//
// Starvation: the stack is last in, first out. One unlock in mutexTailWakePeriod
// takes the M at the bottom instead, and that one may spin beside the spinner.
//
// Memory orders. Changes of key are read-modify-writes but for unlock's store, which only the
// owner makes:
//   lock's exchange or CAS (acquire)  with unlock's store (release): the data
//   a push (release)  with the setting of mutexStackLocked, or the CAS that failed
//     and reloaded under it (acquire): the mWaitList of every M on the stack
//   semawakeup (release)  with semasleep (acquire): the popped M's mWaitList
//   unlock's store, lightFence, look  with the push, heavyFence, look (arch/os_linux.h): one
//     of the two sees the other. Everything else is decided on one value of one word.
//
// Differs from Go:
//  - Unlock has no atomic read-modify-write, which is half of what an uncontended section
//    costs; who goes to sleep pays for it instead, and sleeping is slow anyway. The hint that
//    Go keeps beside the lock bit (mutexSleeping) has no use then, and lock need not restore it.
//  - An M is aligned to mutexMAlign, so the pointer in key needs no repair.
//  - The contention profile is not gathered: mLockProfile comes with profiles.
//  - After taking mutexStackLocked, Go keeps the value from before, and its first CAS
//    always fails. Here the value is brought up to date.
//
// The 8-bit accesses and the word-sized CAS mix sizes on one location. C++ has no
// words for that; amd64 and arm64 both keep such accesses coherent and atomic, and
// ThreadSanitizer files them under the same location.
#ifndef SCHED_LOCK_SPINBIT_H_
#define SCHED_LOCK_SPINBIT_H_

#include "sched/lock_state.h"

namespace gort {

struct m;

inline constexpr uintptr mutexLocked = 0x001;
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

// lock_futex.h: what an M sleeps on, made of Linux futexes: notes, and the
// semaphore of an M on which lock_spinbit is built.
//
// Go: runtime/lock_futex.go (and futexsleep, futexwakeup from os_linux.go)
//
// The layout of a note and the cycle of its calls: lock_state.h.
//
// Differs from Go:
//  - beforeIdle and checkTimeouts are hooks for wasm, and semacreate is empty on
//    Linux: they do not exist here.
//  - cgo_yield (polling of interceptors while asleep) has no counterpart: libc's
//    own thread functions are in use.
//  - semasleep takes no timeout, because no caller has one.
#ifndef SCHED_LOCK_FUTEX_H_
#define SCHED_LOCK_FUTEX_H_

#include "arch/atomic.h"
#include "sched/lock_state.h"

namespace gort {

struct m;

// futexsleep blocks this thread if *addr == val, atomically against futexwakeup
// on addr. Returns when woken, after ns nanoseconds (ns < 0: no limit), or for no
// reason at all: the caller looks at its condition again.
void futexsleep(atomic<uint32>* addr, uint32 val, int64 ns);

// futexwakeup wakes up to cnt threads that sleep on addr. addr may be memory that
// has been given back meanwhile, as long as it is still mapped.
void futexwakeup(atomic<uint32>* addr, uint32 cnt);

// noteclear makes n ready for a new cycle.
void noteclear(note* n);

// notewakeup makes n happen, and wakes its sleeper. Throws if n already happened.
void notewakeup(note* n);

// notesleep returns once n has happened. On g0 only.
void notesleep(note* n);

// notetsleep sleeps at most ns nanoseconds (ns < 0: no limit) and reports whether
// n has happened. On g0, or on a goroutine that nothing keeps from being preempted;
// its P stays with the M.
bool notetsleep(note* n, int64 ns);

// notetsleepg is notetsleep for a goroutine: the P is handed on meanwhile, as in a
// system call. Not on g0.
bool notetsleepg(note* n, int64 ns);

// semasleep takes one from the semaphore of this M, waiting until there is one.
void semasleep();

// semawakeup adds one to the semaphore of mp, and wakes mp if it sleeps.
void semawakeup(m* mp);

}  // namespace gort

#endif  // SCHED_LOCK_FUTEX_H_

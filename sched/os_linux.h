// os_linux.h: threads, as far as an m is concerned.
//
// Go: runtime/os_linux.go (the part that touches an m), runtime/stubs2.go
//
// Differs from Go: threads are made by pthread_create and not by clone, because
// C and C++ code runs on them, which wants its thread-local storage. They have
// stacks of ours (g0stackalloc). Such a stack can be used again only after the
// thread is gone altogether, destructors of thread-locals included: threadexited
// tells, where Go's threads clear a word as their last act.
#ifndef GORT_SCHED_OS_LINUX_H_
#define GORT_SCHED_OS_LINUX_H_

#include "sched/stack_state.h"

namespace gort {

struct m;

// newosproc starts a thread on mp->g0's stack (g0stackalloc) that calls
// mstart(mp) and ends when that returns. All signals are blocked in it at first.
// Throws when the system has no more threads. May run without a P.
void newosproc(m* mp);

// threadexited reports whether the thread that newosproc made for mp has left
// its stack, and then releases what the system keeps of it: true at most once.
// Does not wait.
bool threadexited(m* mp);

// threadcount returns the number of threads of the process, ours and others'; 0 if
// the system does not tell (/proc is not mounted).
int32 threadcount();

// mpreinit gives a new mp its signal-handling goroutine. Runs on the parent
// thread, may allocate.
void mpreinit(m* mp);

// minit makes the calling thread ready to be the current m's: signal stack and
// mask, procid, the place of its C++ exception state. May not allocate.
void minit();

// unminit undoes minit, when a thread leaves its m (dropm, mexit).
void unminit();

// mdestroy is called once the thread will not use mp again. Nothing of it is
// left to release by then.
void mdestroy(m* mp);

// signalM sends sig to mp's thread. The thread must not have left mp.
void signalM(m* mp, int32 sig);

// threadstack returns the bounds of the calling thread's own stack, of a thread
// that the C library made: those of a g0 that is not ours. *lo of the main
// thread is where its limit would let it grow.
stack threadstack();

}  // namespace gort

#endif  // GORT_SCHED_OS_LINUX_H_

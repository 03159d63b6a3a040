// signal_unix.h: signals.
//
// Go: runtime/signal_unix.go
//
// Here are the signals that a fault raises: memory, arithmetic, illegal
// instructions, traps, abort. The handler runs on the M's gsignal goroutine, on
// the thread's alternate stack, and does one of four things:
//
//   a guard page was hit          Go's report of a stack overflow, exit 2
//   user code of a goroutine      the call of sigpanic is injected, which panics
//   everything else that is ours  a report with registers and tracebacks, exit 2
//   not ours                      the handler that was there before, or the default
//
// Differs from Go: signals that are delivered to programs (os/signal), profiling
// and preemption signals are not handled yet, and handlers for them not
// installed. A thread's alternate stack is always replaced by ours and put back
// by unminit: what a foreign thread brings may be too small for a traceback.
#ifndef GORT_SCHED_SIGNAL_UNIX_H_
#define GORT_SCHED_SIGNAL_UNIX_H_

#include <gort/types.h>

namespace gort {

struct m;

// Flags of sigtable, Go's.
enum : int32 {
  SigNotify = 1 << 0,    // a program may have it, even if from the kernel
  SigKill = 1 << 1,      // otherwise: exit quietly
  SigThrow = 1 << 2,     // otherwise: exit loudly
  SigPanic = 1 << 3,     // if from the kernel: panic
  SigDefault = 1 << 4,   // not watched unless asked for
  SigGoExit = 1 << 5,    // all goroutines of the program exit (Plan 9)
  SigSetStack = 1 << 6,  // no handler of ours, but its handler is to use the alternate stack
  SigUnblock = 1 << 7,   // never blocked
  SigIgn = 1 << 8,       // the default action is to ignore it
};

// signame returns "SIGSEGV: segmentation violation"; null for what is no signal.
const char* signame(uint32 sig);

// initsig installs the handlers. In a program that has its own main (islibrary)
// only those of faults that become panics, and what was there before gets what
// did not happen on a goroutine. preinit: before the scheduler is there; signals
// that come then are passed on.
void initsig(bool preinit);

// minitSignals sets the current thread's alternate stack and signal mask;
// unminitSignals puts back the stack that was there.
void minitSignals();
void unminitSignals();

// sigsave stores the thread's signal mask in *mask; msigrestore sets it.
void sigsave(uint64* mask);
void msigrestore(uint64 mask);

// sigblock blocks all signals, but those that the C library needs. exiting says
// why, as in Go; it makes no difference here.
void sigblock(bool exiting);

// unblocksig takes sig out of the thread's mask.
void unblocksig(uint32 sig);

// sigpanic turns the fault described in g.sig... into a panic. It is called as if
// by the instruction that faulted.
extern "C" [[noreturn]] void gort_sigpanic();

// dieFromSignal ends the process by sig, as if nobody handled it.
[[noreturn]] void dieFromSignal(uint32 sig);

// crash leaves a core file if the system makes them: GOTRACEBACK=crash.
[[noreturn]] void crash();

}  // namespace gort

#endif  // GORT_SCHED_SIGNAL_UNIX_H_

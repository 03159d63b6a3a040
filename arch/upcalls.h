// upcalls.h: what arch needs from the floors above. Declared here, defined in
// the file where Go defines it.
//
// All of these are called on any stack, on threads that have no g, and (but for
// throw_ and fatal) in signal handlers: they neither allocate nor block, except
// for the print lock itself.
//
// Go: runtime/panic.go (throw, fatal, panicking), runtime/print.go (printlock)
#ifndef GORT_ARCH_UPCALLS_H_
#define GORT_ARCH_UPCALLS_H_

#include <gort/types.h>

namespace gort {

// throw_ ends the process: "fatal error: " s, a traceback, exit code 2. For what
// cannot happen. Defined in runtime/panic.cc.
[[noreturn]] void throw_(const char* s);

// fatal is throw_ for mistakes of the user: without the runtime's own frames.
// Defined in runtime/panic.cc.
[[noreturn]] void fatal(const char* s);

// printlock and printunlock bracket one print statement, so that the lines of
// two threads do not mix. A thread may take the lock again while it has it, for
// a crash in the middle of a print. No effect on a thread without an m.
// Go: runtime/print.go. Defined in the runtime, beside the lock.
void printlock();
void printunlock();

// printdivert takes the n bytes at b if the current goroutine's output is
// diverted to a buffer (g->writebuf, and the thread is not dying), and reports
// whether it did. What does not fit is dropped. Go: runtime/print.go, gwrite.
bool printdivert(const uint8* b, uintptr n);

// ispanicking reports whether some thread is crashing: Go's panicking != 0.
// Defined in runtime/panic.cc.
bool ispanicking();

}  // namespace gort

extern "C" {

// gort_badmcall throws: mcall was called on g0. gort_badmcall2 throws: the
// function that mcall called returned. Go: runtime/proc.go, badmcall, badmcall2.
[[noreturn]] void gort_badmcall();
[[noreturn]] void gort_badmcall2();

// gort_goexit1 ends the current goroutine; called by gort_gostart when the
// goroutine's function has returned. Go: runtime/proc.go, goexit1.
[[noreturn]] void gort_goexit1();

}  // extern "C"

#endif  // GORT_ARCH_UPCALLS_H_

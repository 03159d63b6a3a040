// upcalls.h: what the scheduler needs from the floors above it.
//
// Each is defined in the file where Go defines it. throw_ and fatal are in
// arch/upcalls.h, because everybody needs them.
//
// Go: no twin; there the packages below runtime are linked to it by name
#ifndef SCHED_UPCALLS_H_
#define SCHED_UPCALLS_H_

#include <gort/types.h>

#include "arch/atomic.h"
#include "sched/lock_state.h"

namespace gort {

struct g;

// ---- runtime/runtime1.cc -------------------------------------------------------

// goargs and goenvs record the process's arguments and environment (argc/argv of
// rt0_go). Called once, by schedinit.
void goargs();
void goenvs();
// gogetenv returns the value of an environment variable; null if it is not set.
const char* gogetenv(const char* key);
// gotraceback returns what a traceback is to contain, for a failure on this M.
struct tracebackSetting {
  int32 level;  // 0: nothing, 1: goroutines, 2: the machine level as well
  bool all;     // every goroutine, not only the one that failed
  bool crash;   // end with SIGABRT, for a core file
};
tracebackSetting gotraceback();
// parseRuntimeDebugVars fills `debug` (runtime/debug_state.h) from GODEBUG's text.
void parseRuntimeDebugVars(const char* godebug);

// ---- runtime/panic.cc ------------------------------------------------------------

extern atomic<uint32> panicking;           // > 0: some M is dying; it must not be disturbed
extern atomic<uint32> runningPanicDefers;  // > 0: deferred calls of a panic are running
extern mutex paniclk;                      // serialises dying; rank lockRankPanic
extern mutex deadlock;  // locked twice to stop an M for good; rank lockRankDeadlock
// startpanic_m is the first step of a fatal report: it keeps other Ms away.
// False if this M was reporting already, and only a traceback should be tried.
bool startpanic_m();
// canpanic reports whether the running code is a goroutine's own and the M in no
// delicate state, so that a fault may become a panic.
bool canpanic();
[[noreturn]] void panicmemAddr(uintptr addr);
[[noreturn]] void panicfloat();
// panicplain panics with a runtime error whose text is msg, without prefix.
[[noreturn]] void panicplain(const char* msg);

// ---- runtime/runtime.cc ------------------------------------------------------------

// runExitHooks runs the hooks registered for exit with `code`, once.
void runExitHooks(int32 code);
// exitprocess flushes what C stdio holds and ends the process at once: no
// destructors, no atexit handlers, other threads are just gone.
[[noreturn]] void exitprocess(int32 code);

// ---- runtime/traceback.cc -----------------------------------------------------------

// traceback prints the frames from pc/sp outwards, on behalf of gp.
void traceback(uintptr pc, uintptr sp, uintptr lr, g* gp);
// tracebacktrap is traceback from the very instruction at pc, which made a fault,
// and not from a call. bp is the frame pointer register there.
void tracebacktrap(uintptr pc, uintptr sp, uintptr bp, g* gp);
// goroutineheader prints "goroutine N [state]:".
void goroutineheader(g* gp);
// tracebackothers prints all goroutines but me, as far as GOTRACEBACK says.
void tracebackothers(g* me);

}  // namespace gort

#endif  // SCHED_UPCALLS_H_

// runtime1.h: what the environment tells the runtime: arguments, variables,
// GODEBUG, GOTRACEBACK.
//
// Go: runtime/runtime1.go, runtime/env_posix.go
//
// goargs, goenvs, gogetenv and parseRuntimeDebugVars, which the scheduler calls
// when it starts, are declared in sched/upcalls.h.
#ifndef GORT_RUNTIME_RUNTIME1_H_
#define GORT_RUNTIME_RUNTIME1_H_

#include <gort/types.h>

#include "sched/upcalls.h"  // gotraceback

namespace gort {

// args takes the process's arguments, as main has them; they live as long as
// the process. argc 0 if a program did not hand them over.
void args(int32 argc, char** argv);

// The arguments and the environment as Go strings, a slice of string each.
// Constant after schedinit.
extern slice argslice;
extern slice envs;

// check throws if the machine or the compiler's flags break what the runtime
// takes for granted.
void check();

// reportInvalidGODEBUG ends the program if GODEBUG asked for something that Go has
// removed. On the main goroutine, before package initialisation.
void reportInvalidGODEBUG();

// setTraceback sets what gotraceback returns to one of GOTRACEBACK's values:
// none, single (or empty), all, system, crash, or a number. The environment's
// value is the least that it can be set to.
void setTraceback(string level);

}  // namespace gort

#endif  // GORT_RUNTIME_RUNTIME1_H_

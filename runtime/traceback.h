// traceback.h: what a dying process says about its goroutines.
//
// Go: runtime/traceback.go
//
// Differs from Go: the frames of a goroutine are not listed yet, because names
// and lines come with the symbol table. A report of the machine level, which
// failures of the runtime itself and GOTRACEBACK=system ask for, has addresses
// that addr2line understands.
#ifndef GORT_RUNTIME_TRACEBACK_H_
#define GORT_RUNTIME_TRACEBACK_H_

#include "sched/upcalls.h"  // goroutineheader, traceback, tracebacktrap, tracebackothers

#endif  // GORT_RUNTIME_TRACEBACK_H_

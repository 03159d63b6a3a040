// cgocall.h: calls out of the runtime's world, and into it from threads that do
// not belong to it.
//
// cgocall runs a function that blocks its thread, without a P. cgocallback runs
// a function as a goroutine: on a foreign thread it lends the thread an M whose
// one goroutine, locked to it, makes the call. The thread keeps that M until it
// ends, so the next call is cheap; between two calls it is a thread like any
// other, and getg() is null on it.
//
// Go: runtime/cgocall.go, runtime/cgocallback.go, runtime/cgo.go
//
// Differs from Go: the foreign function runs on the goroutine's own stack. Go's
// goroutines have stacks too small for C, so it goes to g0's; ours are C stacks.
// That is why a call back needs no second stack either, and exceptions pass
// through cgocall like through any function. On a foreign thread the goroutine
// of its M waits in a loop for the next call, where Go makes a new frame on its
// stack each time, because a sanitizer has to see it return.
#ifndef GORT_RUNTIME_CGOCALL_H_
#define GORT_RUNTIME_CGOCALL_H_

#include <gort/types.h>

#include "arch/atomic.h"

namespace gort {

// Calls made by Ms that have ended; NumCgoCall adds those of the living.
extern atomic<uint64> ncgocall;

// cgocall calls fn(arg) while other goroutines may use this one's P. fn must not
// use the runtime but through cgocallback. On a thread without a g, and inside
// of another cgocall, it just calls. fn may throw, and may call Goexit.
void cgocall(void (*fn)(void*), void* arg);

// cgocallback calls fn(arg) as a goroutine: on a thread that the runtime does not
// know, starting the runtime if need be, or inside of a cgocall. On a goroutine
// it just calls. The thread is the caller's all the time. What fn throws arrives
// at the caller. Goexit in fn is possible inside of a cgocall only.
void cgocallback(void (*fn)(void*), void* arg);

}  // namespace gort

#endif  // GORT_RUNTIME_CGOCALL_H_

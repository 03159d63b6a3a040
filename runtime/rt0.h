// rt0.h: bringing the runtime to life.
//
// There are two ways. A program of goroutines calls rt0_go (<gort/abi.h>; the
// C++ front's name is gort::Main) on its first thread, which becomes m0 and
// never returns. A program that has its own main, or a library in one, just
// uses the runtime: the first use calls libInit, which starts it on a thread of
// its own, and the calling thread is lent an M like any foreign thread. Such a
// runtime lets the process live without goroutines, and does not report
// deadlocks, since it cannot know what the other threads are up to.
//
// Go: runtime/rt0_linux_amd64.s, runtime/asm_amd64.s (rt0_go), runtime/libinit.go
//
// Differs from Go: libc owns _start. Go's c-archive starts its runtime from a
// constructor; ours starts when it is first needed, so a program that links it
// and does not use it has no thread more.
#ifndef GORT_RUNTIME_RT0_H_
#define GORT_RUNTIME_RT0_H_

#include <gort/types.h>

namespace gort {

// libInit returns once the runtime runs, started by whomever, and its package
// initialisation is done. On threads without a g only.
void libInit();

}  // namespace gort

#endif  // GORT_RUNTIME_RT0_H_

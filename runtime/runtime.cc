// runtime.cc: what package os asks of the runtime: its arguments, and how the
// process ends in order.
//
// Go: runtime/runtime.go (syscall_Exit, os_runtime_args), runtime/proc.go
//     (runExitHooks, os_beforeExit)
//
// Differs from Go: the process has C stdio, whose buffers are written out before
// it ends. Nothing else of what exit(3) does: destructors of globals and atexit
// functions would run while other threads still use what they destroy.
#include <gort/abi.h>
#include <gort/go.h>

#include <stdio_ext.h>

#include <cstdio>

#include "alloc/type.h"
#include "arch/syscall_linux.h"
#include "runtime/exithook.h"
#include "runtime/runtime1.h"
#include "sched/proc.h"
#include "sched/upcalls.h"

namespace gort {

void runExitHooks(int32 code) { exithook::Run(code); }

// fflush(nullptr) takes the lock of every stream, also of those that have nothing to
// write. A goroutine that waits for input in getchar holds stdin's, maybe for ever: so
// stdin is taken out.
void exitprocess(int32 code) {
  if (ftrylockfile(stdin) != 0) __fsetlocking(stdin, FSETLOCKING_BYCALLER);
  std::fflush(nullptr);
  exit(code);
}

void osExit(int32 code) {
  runExitHooks(code);
  exitprocess(code);
}

void internal::mainReturned(int32 code) {
  // As main_ does.
  if (runningPanicDefers.load(acquire) != 0) {
    for (int c = 0; c < 1000 && runningPanicDefers.load(acquire) != 0; c++) Gosched();
  }
  if (panicking.load(acquire) != 0) {
    gopark(nullptr, nullptr, waitReasonPanicWait, traceBlockForever, 1);
  }
  osExit(code);
}

slice runtime_args() {
  const _type* t = &basicTypes[kindString];
  void* a = makeslice(t, argslice.len, argslice.len);
  typedslicecopy(t, a, argslice.len, argslice.array, argslice.len);
  return slice{a, argslice.len, argslice.len};
}

}  // namespace gort

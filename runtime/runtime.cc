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

#include <cstdio>

#include "alloc/type.h"
#include "arch/syscall_linux.h"
#include "runtime/exithook.h"
#include "runtime/runtime1.h"
#include "sched/upcalls.h"

namespace gort {

void runExitHooks(int32 code) { exithook::Run(code); }

void exitprocess(int32 code) {
  std::fflush(nullptr);
  exit(code);
}

void osExit(int32 code) {
  runExitHooks(code);
  exitprocess(code);
}

slice runtime_args() {
  const _type* t = &basicTypes[kindString];
  void* a = makeslice(t, argslice.len, argslice.len);
  typedslicecopy(t, a, argslice.len, argslice.array, argslice.len);
  return slice{a, argslice.len, argslice.len};
}

}  // namespace gort

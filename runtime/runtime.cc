// runtime.cc: how the process ends in order.
//
// Go: runtime/runtime.go (syscall_Exit), runtime/proc.go (runExitHooks, os_beforeExit)
//
// Differs from Go: the process has C stdio, whose buffers are written out before
// it ends. Nothing else of what exit(3) does: destructors of globals and atexit
// functions would run while other threads still use what they destroy.
#include <gort/abi.h>

#include <cstdio>

#include "arch/syscall_linux.h"
#include "runtime/exithook.h"
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

}  // namespace gort

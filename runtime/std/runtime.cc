// runtime.cc: package runtime for C++ (<gort/runtime.h>).
//
// Thin: what a thread without a g is told, and the two calls that C++ needs besides.
//
// Go: runtime/extern.go, runtime/debug.go, runtime/proc.go (the exported functions)
#include <gort/abi.h>
#include <gort/runtime.h>

#include <sched.h>

#include "arch/upcalls.h"
#include "runtime/cgocall.h"
#include "runtime/foreign_inl.h"
#include "sched/proc.h"
#include "sched/stack.h"

namespace gort {

namespace runtime {

void Gosched() {
  if (foreign()) [[unlikely]] {
    sched_yield();
    return;
  }
  gort::Gosched();
}

void Goexit() {
  if (foreign()) [[unlikely]]
    throw_("Goexit on a thread that is not a goroutine");
  gort::Goexit();
}

int GOMAXPROCS(int n) {
  if (foreign()) [[unlikely]] {
    return foreigncall([n] { return static_cast<int>(gort::GOMAXPROCS(n)); });
  }
  return gort::GOMAXPROCS(n);
}

int NumCPU() {
  if (foreign()) [[unlikely]] {
    return foreigncall([] { return static_cast<int>(gort::NumCPU()); });
  }
  return gort::NumCPU();
}

int NumGoroutine() {
  if (foreign()) [[unlikely]] {
    return foreigncall([] { return static_cast<int>(gort::NumGoroutine()); });
  }
  return gort::NumGoroutine();
}

void LockOSThread() {
  if (!foreign()) gort::LockOSThread();
}

void UnlockOSThread() {
  if (!foreign()) gort::UnlockOSThread();
}

}  // namespace runtime

namespace internal {

void blocking(void (*fn)(void*), void* arg) { cgocall(fn, arg); }

void withStack(std::size_t bytes, void (*fn)(void*), void* arg) {
  // More than there is, but withstack adds to it.
  constexpr std::size_t tooMuch = ~std::size_t{0} / 2;
  if (bytes > tooMuch) bytes = tooMuch;
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { withstack(bytes, fn, arg); });
  }
  withstack(bytes, fn, arg);
}

}  // namespace internal

}  // namespace gort

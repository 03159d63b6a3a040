// go.cc: starting a goroutine from C++ (<gort/go.h>).
//
// Go: none; newprocframe is in sched/proc.cc
#include <gort/go.h>

#include "runtime/foreign_inl.h"

namespace gort::internal {

void goframe(void (*entry)(void*), uintptr size, uintptr align, void (*init)(void*, void*),
             void* src, uintptr stacksize) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { newprocframe(entry, size, align, init, src, stacksize); });
  }
  // A tail call: the goroutine is recorded as made by our caller.
  newprocframe(entry, size, align, init, src, stacksize);
}

}  // namespace gort::internal

// exithook.cc: functions to run when the program ends in order.
//
// Go: internal/runtime/exithook
#include "runtime/exithook.h"

#include <gort/abi.h>
#include <sched.h>

#include "alloc/malloc.h"
#include "alloc/type.h"
#include "arch/atomic.h"
#include "arch/syscall_linux.h"
#include "arch/upcalls.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort::exithook {

namespace {

struct node {
  Hook h;
  node* link;
};

// Not a mutex: hooks are the user's code, and run with it held.
constinit atomic<int32> locked;
constinit atomic<uint64> runGoid;  // who is in Run; only it finds itself here
constinit node* hooks = nullptr;   // newest first; guarded by locked

// goid is never 0. A thread that gort did not start has its own number, with a mark.
uint64 goid() {
  g* gp = getg();
  return gp != nullptr ? gp->goid : uint64{1} << 63 | gettid();
}

void yield() {
  if (getg() != nullptr) {
    Gosched();
  } else {
    sched_yield();
  }
}

}  // namespace

void Add(Hook h) {
  // Memory first: mallocgc may panic, and nobody would unlock.
  auto* n = static_cast<node*>(mallocgc(sizeof(node), &basicTypes[kindUnsafePointer], true));
  n->h = h;
  while (!locked.cas(0, 1, acquire)) yield();  // pairs with the releases below
  n->link = hooks;
  hooks = n;
  locked.store(0, release);
}

void Run(int32 code) {
  while (!locked.cas(0, 1, acquire)) {  // pairs with the releases below
    // relaxed: equal only if we stored it
    if (goid() == runGoid.load(relaxed)) throw_("exit hook invoked exit");
    yield();
  }
  runGoid.store(goid(), relaxed);
  while (hooks != nullptr) {
    Hook h = hooks->h;
    hooks = hooks->link;
    if (code != 0 && !h.RunOnFailure) continue;
    h.F(h.arg);
  }
  runGoid.store(0, relaxed);
  locked.store(0, release);
}

}  // namespace gort::exithook

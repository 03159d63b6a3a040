// rt0.cc: bringing the runtime to life.
//
// Go: runtime/rt0_linux_amd64.s, runtime/asm_amd64.s (rt0_go), runtime/libinit.go
#include "runtime/rt0.h"

#include <gort/abi.h>
#include <pthread.h>

#include "arch/atomic.h"
#include "arch/gobuf.h"
#include "arch/os_linux.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "arch/upcalls.h"
#include "runtime/panic.h"
#include "runtime/runtime1.h"
#include "sched/os_linux.h"
#include "sched/proc.h"

namespace gort {

namespace {

// Where the runtime stands. Goes forward only. A futex, since who waits for it
// has no M to sleep on.
enum : uint32 {
  notStarted,
  starting,  // somebody has taken it on
  started,   // package initialisation is done
};
constinit atomic<uint32> startState;

constinit program prog = {
    nullptr, nullptr};  // what rt0_go was given; written by who moved startState to starting

// maininit is the program's initialisation with an announcement at its end.
void maininit() {
  reportInvalidGODEBUG();
  if (prog.init != nullptr) prog.init();
  startState.store(started, release);  // pairs with libInit's load
  futex(startState.ptr(), FUTEX_WAKE_PRIVATE, 0x7fffffff, nullptr, nullptr, 0);
}

constinit program mainProg = {maininit, nullptr};

// start makes this thread m0 and schedules for ever.
[[noreturn, gnu::noinline]] void start(int argc, char** argv) {
  // The thread's own stack is g0's.
  g0.stack = threadstack();
  g0.stackguard1 = g0.stack.lo + stackGuardReserve;
  g0.stackguard0.store(g0.stackguard1, relaxed);
  g0.sched.g = &g0;
  g0.m = &m0;
  m0.g0 = &g0;
  m0.ehglobals = gort_ehglobals();
  setg(&g0);

  check();
  terminateinit();
  args(argc, argv);
  osinit();
  schedinit();

  // newproc copies nothing but the pointer, and the value is constant.
  static constinit funcval mainPC = {nullptr};
  mainPC.fn = reinterpret_cast<void (*)()>(+[](funcval*) { main_(&mainProg); });
  newproc(&mainPC);
  mstart(&m0);
  abort();
}

}  // namespace

void rt0_go(int argc, char** argv, const program& p) {
  if (!startState.cas(notStarted, starting, acquire)) {
    fatal("gort: the runtime has been started already, by a Main or by using gort before Main");
  }
  prog = p;
  mainProg.main = p.main;
  start(argc, argv);
}

void libInit() {
  uint32 s = startState.load(acquire);  // pairs with maininit's store
  if (s == started) return;
  if (s == notStarted && startState.cas(notStarted, starting, acquire)) {
    islibrary = true;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    auto* body = +[](void*) -> void* { start(0, nullptr); };
    if (pthread_create(&thread, &attr, body, nullptr) != 0) {
      fatal("gort: cannot start a thread for the runtime");
    }
    pthread_attr_destroy(&attr);
  }
  while ((s = startState.load(acquire)) != started) {
    futex(startState.ptr(), FUTEX_WAIT_PRIVATE, s, nullptr, nullptr, 0);
  }
}

}  // namespace gort

// Changing stacks, and telling the sanitizers.
//
// Go: runtime/stubs.go, runtime/asm_amd64.s (mcall, systemstack)
//
// In an ordinary build each function here is a jump to the assembly. With
// AddressSanitizer or ThreadSanitizer the switch is announced on the old stack
// and completed on the new one (arch/sanitizer.h). A goroutine is continued in
// the function that it left through, so that one completes the switch; g0 is
// entered at the top of its stack every time, therefore mcallEntry.
#include "sched/stubs.h"

#include "arch/gobuf.h"
#include "arch/sanitizer.h"
#include "sched/runtime2.h"

namespace gort {

static constexpr bool announce = asanenabled || raceenabled;

[[maybe_unused]] static void mcallEntry(g* gp) {
  m* mp = getg()->m;
  fiberSwitched(&mp->g0->fiber);
  mp->mcallfn(gp);
}

GORT_NO_SANITIZE_FIBER void mcall(void (*fn)(g*)) {
  if constexpr (announce) {
    g* gp = getg();
    m* mp = gp->m;
    mp->mcallfn = fn;
    fiberSwitch(&gp->fiber, &mp->g0->fiber, fiberExit::parks);
    gort_mcall(mcallEntry);
    fiberSwitched(&gp->fiber);
  } else {
    gort_mcall(fn);
  }
}

GORT_NO_SANITIZE_FIBER void mcallexit(void (*fn)(g*)) {
  if constexpr (announce) {
    g* gp = getg();
    m* mp = gp->m;
    mp->mcallfn = fn;
    fiberSwitch(&gp->fiber, &mp->g0->fiber, fiberExit::dies);
    gort_mcall(mcallEntry);
  } else {
    gort_mcall(fn);
  }
  __builtin_unreachable();
}

GORT_NO_SANITIZE_FIBER void gogo(g* gp) {
  if constexpr (announce) {
    g* me = getg();
    if (me != gp) fiberSwitch(&me->fiber, &gp->fiber, fiberExit::parks);
  }
  gort_gogo(&gp->sched);
}

GORT_NO_SANITIZE_FIBER void switchto(g* from, g* to, void (*commit)(g* from)) {
  if constexpr (announce) fiberSwitch(&from->fiber, &to->fiber, fiberExit::parks);
  gort_switchto(from, to, commit);
  if constexpr (announce) fiberSwitched(&from->fiber);
}

void goentry(void*) {
  g* gp = getg();
  fiberSwitched(&gp->fiber);
  gp->start(gp->startarg);
}

namespace {

// A call through systemstack, with what AddressSanitizer needs around it.
struct stackCall {
  void (*fn)(void*);
  void* arg;
  fiberFrame frame;
};

// Completes the way back also when fn throws.
struct leaveGuard {
  fiberFrame* frame;
  ~leaveGuard() { fiberLeave(frame); }
};

[[maybe_unused]] void stackCallEntry(void* p) {
  auto* c = static_cast<stackCall*>(p);
  fiberEntered(&c->frame);
  c->fn(c->arg);
}

}  // namespace

void systemstack1(void (*fn)(void*), void* arg) {
  if constexpr (asanenabled) {
    g* gp = getg();
    if (gp == nullptr || gp == gp->m->g0 || gp == gp->m->gsignal) return fn(arg);
    stackCall c{fn, arg, {}};
    fiberEnter(&c.frame, gp->m->g0->fiber.lo, gp->m->g0->fiber.hi);
    leaveGuard guard{&c.frame};
    gort_systemstack(stackCallEntry, &c);
  } else {
    gort_systemstack(fn, arg);
  }
}

}  // namespace gort

// cgocall.cc: calls out of the runtime's world, and into it.
//
// Go: runtime/cgocall.go, runtime/cgocallback.go, runtime/cgo.go
#include "runtime/cgocall.h"

#include <gort/abi.h>
#include <pthread.h>

#include <exception>

#include "arch/gobuf.h"
#include "arch/upcalls.h"
#include "runtime/rt0.h"
#include "sched/proc.h"

namespace gort {

constinit atomic<uint64> ncgocall;

namespace {

bool insyscall(g* gp) { return (readgstatus(gp) & ~uint32{Gscan}) == Gsyscall; }

// Out of the world for as long as it lives; a destructor, for fn may throw. Both
// ends are inlined, since exitsyscall wants to be called from the frame that
// called entersyscall, or from below.
struct outside {
  m* mp = getg()->m;

  [[gnu::always_inline]] outside() {
    atomicstore(&mp->ncgocall, mp->ncgocall + 1, relaxed);  // a statistic; we are its only writer
    entersyscall();
    mp->ncgo++;
  }
  [[gnu::always_inline]] ~outside() {
    mp->ncgo--;  // before exitsyscall, which may move us to another M
    exitsyscall();
  }
};

}  // namespace

[[gnu::noinline]] void cgocall(void (*fn)(void*), void* arg) {
  g* gp = getg();
  if (gp == nullptr || insyscall(gp)) return fn(arg);
  if (gp != gp->m->curg.load(relaxed)) throw_("cgocall on system stack");
  outside o;
  fn(arg);
}

namespace {

// Back in the world while it lives, inside of a cgocall. The goroutine stays on
// its thread, because the foreign frames above may depend on it.
struct inside {
  g* gp = getg();
  m* mp = gp->m;
  uintptr pc = gp->syscallpc;
  uintptr sp = gp->syscallsp;
  uintptr bp = gp->syscallbp;

  inside() {
    lockOSThread();
    exitsyscall();
    mp->ncgo--;
  }
  ~inside() {
    if (gp->m != mp) throw_("m changed unexpectedly in cgocallback");
    unlockOSThread();
    mp->ncgo++;
    // As if the outer entersyscall had just been: its frame is where a scan of
    // the stack starts.
    reentersyscall(pc, sp, bp);
  }
};

// A call that a foreign thread wants to have made, on that thread's stack.
struct callback {
  void (*fn)(void*);
  void* arg;
  std::exception_ptr thrown;
};

// cgocallbackg makes the calls of a foreign thread. It is all that the goroutine
// of an extra M does, on whatever threads the M is lent to. Enters and leaves
// each call in Gsyscall.
void cgocallbackg(void*) {
  g* gp = getg();
  m* mp = gp->m;
  for (;;) {
    auto* c = static_cast<callback*>(gp->param);
    gp->param = nullptr;
    exitsyscall();
    mp->isExtraInC.store(false, relaxed);
    if (mp->needextram) {
      mp->needextram = false;
      systemstack([] { newextram(); });
    }

    try {
      c->fn(c->arg);
    } catch (...) {
      c->thrown = std::current_exception();
      // No C++ exception: Goexit, which will find that this is no goroutine to end.
      if (c->thrown == nullptr) throw;
    }

    if (gp->m != mp) throw_("m changed unexpectedly in cgocallback");
    mp->isExtraInC.store(true, relaxed);
    entersyscall();
    switchto(gp, mp->g0, [](g*) {});
  }
}

// The M that a foreign thread keeps; its destructor gives it back when the
// thread ends.
constinit pthread_key_t boundM = 0;
constinit pthread_once_t boundMOnce = PTHREAD_ONCE_INIT;

void createBoundM() {
  auto* destructor = +[](void* p) {
    setg(static_cast<m*>(p)->g0);
    dropm();
  };
  if (pthread_key_create(&boundM, destructor) != 0) fatal("gort: pthread_key_create failed");
}

// cgocallbackforeign is cgocallback on a thread without a g.
[[gnu::noinline]] void cgocallbackforeign(callback* c) {
  libInit();
  pthread_once(&boundMOnce, createBoundM);
  auto* mp = static_cast<m*>(pthread_getspecific(boundM));
  if (mp == nullptr) {
    needm(reinterpret_cast<uintptr>(__builtin_frame_address(0)));
    mp = getg()->m;
    if (pthread_setspecific(boundM, mp) != 0) throw_("pthread_setspecific failed");
  } else {
    setg(mp->g0);
  }

  g* gp = mp->curg.load(relaxed);  // ours alone
  gp->param = c;
  if (gp->start != cgocallbackg) {
    gp->start = cgocallbackg;
    gp->startarg = nullptr;
    gp->sched.sp = (gp->stack.hi - 64) & ~uintptr{15};
    gp->sched.pc = reinterpret_cast<uintptr>(gort_gostart);
    gp->sched.r12 = reinterpret_cast<uintptr>(goentry);
    gp->sched.r13 = 0;
    gp->sched.rbp = 0;
    gp->sched.g = gp;
    gp->stktopsp = gp->sched.sp;
  }
  switchto(mp->g0, gp, [](g*) {});
  setg(nullptr);
}

}  // namespace

void cgocallback(void (*fn)(void*), void* arg) {
  g* gp = getg();
  if (gp == nullptr) {
    callback c{fn, arg, nullptr};
    cgocallbackforeign(&c);
    if (c.thrown != nullptr) std::rethrow_exception(c.thrown);
    return;
  }
  if (gp != gp->m->curg.load(relaxed)) throw_("cgocallback on system stack");
  if (!insyscall(gp)) return fn(arg);
  inside in;
  fn(arg);
}

}  // namespace gort

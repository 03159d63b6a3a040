// os_linux.cc: making threads and fitting them out (see os_linux.h).
//
// Go: runtime/os_linux.go
//
// The upcalls of alloc/upcalls.h that ask about the running M are answered here.
#include "sched/os_linux.h"

#include <gort/abi.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "alloc/malloc.h"
#include "alloc/upcalls.h"
#include "arch/gobuf.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "arch/upcalls.h"
#include "sched/lock_spinbit.h"
#include "sched/proc.h"
#include "sched/signal_unix.h"
#include "sched/stack.h"

#if !defined(AT_MINSIGSTKSZ)
#define AT_MINSIGSTKSZ 51
#endif

// The highest address of the main thread's stack, from the dynamic loader.
extern "C" [[gnu::weak]] void* __libc_stack_end;

namespace gort {

namespace {

// What a signal handler needs of its stack beside the saved registers: a
// traceback, symbols included.
constexpr uintptr sigStackBytes = 48 << 10;

// The chunk of Ms without a P.
struct globalChunk {
  mutex lock{lockRankGlobalAlloc};
  persistentAlloc chunk{};  // under lock
};
constinit globalChunk globalAlloc;

// The first function of a thread of ours.
void* threadstart(void* arg) {
  auto* mp = static_cast<m*>(arg);
  g* gp = mp->g0;
  // What lies above is the C library's.
  gp->stack.hi = reinterpret_cast<uintptr>(__builtin_frame_address(0));
  gp->stackguard1 = gp->stack.lo + stackGuardReserve;
  gp->stackguard0.store(gp->stackguard1, relaxed);  // nobody else looks at a g0's
  setg(gp);
  // By itself, and not by pthread_create's caller: who joins it (threadexited) may
  // come before that one has looked. Published by mexit's store of freeWait.
  mp->pthread = pthread_self();
  mstart(mp);
  setg(nullptr);
  return nullptr;
}

}  // namespace

void newosproc(m* mp) {
  stack stk = mp->g0->stack;
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  int32 ret = pthread_attr_setstack(&attr, reinterpret_cast<void*>(stk.lo), stk.hi - stk.lo);
  if (ret != 0) throw_("newosproc: bad stack");

  // The thread inherits the mask, and must not see a signal before minit.
  uint64 oset;
  sigsave(&oset);
  sigblock(false);
  pthread_t thread = 0;
  ret = retryOnEAGAIN([&] { return pthread_create(&thread, &attr, threadstart, mp); });
  msigrestore(oset);
  pthread_attr_destroy(&attr);

  if (ret != 0) {
    print("runtime: failed to create new OS thread (have ", mcount(), " already; errno=", ret,
          ")\n");
    if (ret == EAGAIN) println("runtime: may need to increase max user processes (ulimit -u)");
    throw_("newosproc");
  }
}

bool threadexited(m* mp) {
  return pthread_tryjoin_np(static_cast<pthread_t>(mp->pthread), nullptr) == 0;
}

int32 threadcount() {
  struct ::stat st;
  int32 err = getErrno();
  // A directory has two links, and one for each directory in it: here, each thread.
  bool ok = ::stat("/proc/self/task", &st) == 0 && st.st_nlink > 2;
  setErrno(err);
  return ok ? static_cast<int32>(st.st_nlink) - 2 : 0;
}

void mpreinit(m* mp) {
  uintptr frame = getauxval(AT_MINSIGSTKSZ);  // registers alone; 0 if the kernel does not say
  uintptr size = round2stack(frame + sigStackBytes + physPageSize);
  g* gs = mp->gsignal;
  if (gs == nullptr) {
    gs = malg(size);
  } else {  // an m that is used again
    gs->stack = stackalloc(size);
    fiberInit(&gs->fiber, gs->stack.lo, gs->stack.hi);
  }
  gs->m = mp;
  mp->gsignal = gs;
}

void minit() {
  m* mp = getg()->m;
  mp->ehglobals = gort_ehglobals();
  minitSignals();
  mp->procid = gettid();
}

void unminit() {
  unminitSignals();
  getg()->m->procid = 0;
}

void mdestroy([[maybe_unused]] m* mp) {}

void signalM(m* mp, int32 sig) { tgkill(getpid(), intgo(mp->procid), sig); }

stack threadstack() {
  if (gettid() == uint32(getpid())) {
    // pthread_getattr_np would read all of /proc/self/maps for this one.
    uintptr hi = reinterpret_cast<uintptr>(__builtin_frame_address(0));
    if (&__libc_stack_end != nullptr) hi = reinterpret_cast<uintptr>(__libc_stack_end);
    hi = alignUp(hi, physPageSize);
    rlimit lim;
    uintptr size = 8 << 20;
    if (getrlimit(RLIMIT_STACK, &lim) == 0 && lim.rlim_cur < (64 << 20)) size = lim.rlim_cur;
    return {hi - size, hi};
  }
  pthread_attr_t attr;
  void* lo = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attr) != 0) throw_("pthread_getattr_np failed");
  pthread_attr_getstack(&attr, &lo, &size);
  pthread_attr_destroy(&attr);
  uintptr base = reinterpret_cast<uintptr>(lo);
  return {base, base + size};
}

persistentAlloc* mpalloc() {
  g* gp = getg();
  if (gp == nullptr) [[unlikely]]
    throw_("runtime: allocation on a thread without an m");
  p* pp = gp->m->p.load(relaxed);  // ours while it is set
  return pp == nullptr ? nullptr : &pp->palloc;
}

mcache* currentmcache() {
  p* pp = getg()->m->p.load(relaxed);  // as in mpalloc
  return pp == nullptr ? nullptr : pp->mcache;
}

persistentAlloc* globalAllocLock() {
  lock(&globalAlloc.lock);
  return &globalAlloc.chunk;
}

void globalAllocUnlock() { unlock(&globalAlloc.lock); }

}  // namespace gort

// The scheduler: distributes goroutines that can run over threads.
//
//   g  a goroutine: a stack and where to go on
//   m  a thread of the operating system
//   p  the right to run user code, with a run queue and caches; GOMAXPROCS of them
//
// An M needs a P to run a G. A G that waits costs nothing but its stack; an M
// that waits in a system call gives its P away. All state that is touched at
// every switch belongs to a P, so that Ps do not disturb each other; what Ps
// share (sched) is visited rarely.
//
// Waking and parking threads
// --------------------------
// Too few awake Ms leave processors unused, too many burn them. Nobody knows
// both the amount of work and the number of Ms that look for some, because that
// would be global state on the fast path. What was rejected: one central queue
// (does not scale); handing a readied G straight to an idle P (destroys locality,
// and the thread that readied it is often out of work the next moment); waking
// a thread at each ready (most find nothing).
//
// Instead an M that runs out of work *spins*: it looks everywhere for a while,
// marked in m.spinning and counted in sched.nmspinning, before it parks. Who
// submits work wakes another M only if there is an idle P and nobody spins
// (wakep). An M that stops spinning because it found work wakes another one in
// turn (resetspinning), so a burst of work wakes Ms one after another.
//
// No wake-up is lost if submission and giving up cannot miss each other:
//
//   submitter                          M that spins
//   S1 put the G on a queue            G1 nmspinning--
//   S2 load nmspinning, npidle         G2 look at all queues again
//
// All four are seq_cst. If S2 sees a spinning M, S2 comes before G1 in the total
// order, hence S1 before G2, and G2 finds the G. If S2 sees none and an idle P,
// the submitter wakes an M. If S2 sees neither, all Ps are busy; the first that
// runs out of work must not park without a further look:
//
//   submitter                          M with a P, not spinning, no work
//   S3 needspinning = 1                G3 npidle++ (P is put on the idle list)
//   S4 load npidle: still 0?           G4 load needspinning: 1? then take the P
//                                         back and spin
//
// Again at least one sees the other. Go calls this the delicate dance.
//
// Beyond Go: direct hand-off
// --------------------------
// A goroutine that parks, yields or ends usually has a successor on its own
// P's queue. Going through g0 and schedule() costs more than the switch itself.
// So gopark, Gosched and goexit1 first ask nextDirect: if nothing wants the
// scheduler's attention (a stop of the world, a preemption request, a locked
// thread, the 61st turn), they switch straight from one stack to the other. What
// must happen after a goroutine's context is saved, and before anybody may
// continue it (its new status, the unlocking of what it waits on), runs as the
// first thing on the successor's stack.
//
// Go: runtime/proc.go. This file: main .. gList but what the other proc_*.cc say.
//
// Differs from Go:
//  - direct hand-off, as above; a yield puts the goroutine at the end of the
//    local queue if the local queue has a successor, and not on the global one;
//  - ready, newproc and their like run on the caller's stack (it is large and
//    does not move) and not on g0;
//  - wakep looks at npidle before it takes sched.lock, with needspinning set
//    without the lock; therefore G4, which Go does not have;
//  - timers, the poller, the collector and the tracer are not there yet.
#include "sched/proc.h"

#include "alloc/malloc.h"
#include "arch/cpu.h"
#include "arch/go_asm.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/sanitizer.h"
#include "arch/stubs.h"
#include "arch/sys.h"
#include "arch/upcalls.h"
#include "runtime/debug_state.h"
#include "sched/cgroup_linux.h"
#include "sched/lock_futex.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check.h"
#include "sched/lockrank_check_inl.h"
#include "sched/os_linux.h"
#include "sched/proc_inl.h"
#include "sched/proc_runq_inl.h"
#include "sched/rand.h"
#include "sched/rand_inl.h"
#include "sched/signal_unix.h"
#include "sched/stack.h"
#include "sched/upcalls.h"

namespace gort {

constinit m m0{};
constinit g g0{};
constinit schedt sched{};
constinit atomic<m*> allm;
constinit atomic<int32> gomaxprocs;
constinit bool islibrary = false;
constinit bool isarchive = false;
constinit bool mainStarted = false;
constinit int64 runtimeInitTime = 0;
constinit atomic<bool> mainInitDone;
constinit uint64 initSigmask = 0;

// ---- The main goroutine ---------------------------------------------------------

namespace {

// Unlocks the main goroutine from its thread at the end of initialisation, also
// when Goexit unwinds out of it.
struct unlockAfterInit {
  bool needUnlock = true;
  void unlock() {
    if (needUnlock) unlockOSThread();
    needUnlock = false;
  }
  ~unlockAfterInit() { unlock(); }
};

}  // namespace

void main_(const program* prog) {
  m* mp = getg()->m;

  // Decimal, because the number appears in the overflow report.
  maxstacksize = 1000000000;
  maxstackceiling = 2 * maxstacksize;

  mainStarted = true;
  systemstack([] { newm(sysmon, nullptr, -1); });

  // Initialisation runs on the process's first thread, because some libraries
  // insist on it; a program that calls LockOSThread there stays on it.
  lockOSThread();
  if (mp != &m0) throw_("runtime.main not on m0");
  runtimeInitTime = nanotime();
  if (runtimeInitTime == 0) throw_("nanotime returning zero");
  {
    unlockAfterInit guard;
    defaultGOMAXPROCSUpdateEnable();
    if (prog->init != nullptr) prog->init();
    mainInitDone.store(true, release);
  }

  if (islibrary || isarchive) return;  // the program has its own main

  prog->main();

  // Let a panic on another goroutine finish its report: it will exit.
  if (runningPanicDefers.load(acquire) != 0) {
    for (int c = 0; c < 1000 && runningPanicDefers.load(acquire) != 0; c++) Gosched();
  }
  if (panicking.load(acquire) != 0) {
    gopark(nullptr, nullptr, waitReasonPanicWait, traceBlockForever, 1);
  }
  runExitHooks(0);
  exitprocess(0);
}

// ---- Direct hand-off --------------------------------------------------------------

// AddressSanitizer must be told of a switch in the frame that continues, which
// here may be any of several; it gets the way through g0, where it is always
// the same one.
static constexpr bool directSwitch = !asanenabled;

// nextDirect takes the G that gp's M may run at once, without the scheduler;
// null if there is none or if the scheduler should look. Runs on gp.
[[gnu::always_inline]] static inline g* nextDirect(g* gp, m* mp, p* pp, bool* inheritTime) {
  if constexpr (!directSwitch) return nullptr;
  if (gp->preempt.load(relaxed) || mp->lockedg.load(relaxed) != nullptr ||
      sched.gcwaiting.load(relaxed) || pp->runSafePointFn.load(relaxed) != 0 ||
      atomicload(&sched.disable.user, relaxed) ||
      (pp->schedtick.load(relaxed) % 61 == 0 && sched.runqsize.load(relaxed) != 0)) {
    return nullptr;
  }
  g* next = runqpeek(pp);
  if (next == nullptr || next->lockedm.load(relaxed) != nullptr) return nullptr;
  next = runqget(pp, inheritTime);
  if (next != nullptr && next->lockedm.load(relaxed) != nullptr) [[unlikely]] {
    // A thief took the one we saw, and this is another. Its thread must run it.
    runqput(pp, next, *inheritTime);
    return nullptr;
  }
  return next;
}

// handoff runs next instead of gp, here and now; commit(gp) says what becomes of
// gp. Returns when gp runs again, perhaps on another M.
[[gnu::always_inline]] static inline void handoff(g* gp, g* next, m* mp, p* pp, bool inheritTime,
                                                  void (*commit)(g*)) {
  // release: preemptone and setBlockOnExitSyscall read curg of a running M.
  mp->curg.store(next, release);
  atomicstore(&next->m, mp, relaxed);
  casgstatus(next, Grunnable, Grunning);
  next->waitsince = 0;
  next->preempt.store(false, relaxed);
  next->stackguard0.store(next->stackguard1, relaxed);
  if (!inheritTime) pp->schedtick.store(pp->schedtick.load(relaxed) + 1, relaxed);
  switchto(gp, next, commit);
}

// ---- Yielding and parking ---------------------------------------------------------

// On the successor's stack: gp has yielded.
static void goschedCommit(g* gp) {
  m* mp = getg()->m;
  casgstatus(gp, Grunning, Grunnable);
  atomicstore(&gp->m, static_cast<m*>(nullptr), relaxed);
  runqput(mp->p.load(relaxed), gp, false);
  // gp was in no queue for a moment, and who looked then may have gone to sleep.
  wakep();
}

// Gosched lets other goroutines run; the caller stays runnable.
void Gosched() {
  g* gp = getg();
  m* mp = gp->m;
  p* pp = mp->p.load(relaxed);
  bool inheritTime;
  if (g* next = nextDirect(gp, mp, pp, &inheritTime)) {
    handoff(gp, next, mp, pp, false, goschedCommit);
    return;
  }
  mcall(gosched_m);
}

void goschedguarded() { mcall(goschedguarded_m); }

void goschedIfBusy() {
  g* gp = getg();
  // If somebody else could use this P's time, or asked for it, yield; with idle
  // Ps around nobody is waiting for ours.
  if (!gp->preempt.load(relaxed) && sched.npidle.load(relaxed) > 0) return;
  Gosched();
}

// On the successor's stack: gp is parked. What it waits on is unlocked last, for
// from then on somebody else may ready it.
static void parkCommit(g* gp) {
  m* mp = getg()->m;
  auto* fn = mp->waitunlockf;
  void* arg = mp->waitlock;
  mp->waitunlockf = nullptr;
  mp->waitlock = nullptr;
  casgstatus(gp, Grunning, Gwaiting);
  atomicstore(&gp->m, static_cast<m*>(nullptr), relaxed);
  if (fn != nullptr && !fn(gp, arg)) {
    casgstatus(gp, Gwaiting, Grunnable);
    runqput(mp->p.load(relaxed), gp, true);
    wakep();  // as in goschedCommit
  }
}

void gopark(bool (*unlockf)(g*, void*), void* lock, waitReason reason,
            [[maybe_unused]] traceBlockReason traceReason, [[maybe_unused]] int traceskip) {
  g* gp = getg();
  m* mp = gp->m;
  uint32 status = readgstatus(gp);
  if (status != Grunning && status != Gscanrunning) [[unlikely]] {
    dumpgstatus(gp);
    throw_("gopark: bad g status");
  }
  mp->waitlock = lock;
  mp->waitunlockf = unlockf;
  gp->waitreason = reason;
  p* pp = mp->p.load(relaxed);
  bool inheritTime;
  if (g* next = nextDirect(gp, mp, pp, &inheritTime)) {
    handoff(gp, next, mp, pp, inheritTime, parkCommit);
    return;
  }
  mcall(park_m);
}

static bool parkunlock_c(g*, void* l) {
  unlock(static_cast<mutex*>(l));
  return true;
}

void goparkunlock(mutex* l, waitReason reason, traceBlockReason traceReason, int traceskip) {
  gopark(parkunlock_c, l, reason, traceReason, traceskip);
}

void goready(g* gp, int traceskip) { ready(gp, traceskip, true); }

// ---- sudogs ---------------------------------------------------------------------------

static constexpr int32 sudogbufsize = sizeof(p::sudogbuf) / sizeof(p::sudogbuf[0]);

// Fills the P's cache to one half from the central list, or with a new sudog.
[[gnu::noinline, gnu::cold]] static void sudogrefill(p* pp) {
  lock(&sched.sudoglock);
  while (pp->sudogcachelen < sudogbufsize / 2 && sched.sudogcache != nullptr) {
    sudog* s = sched.sudogcache;
    sched.sudogcache = s->next;
    s->next = nullptr;
    pp->sudogbuf[pp->sudogcachelen++] = s;
  }
  unlock(&sched.sudoglock);
  if (pp->sudogcachelen == 0) {
    pp->sudogbuf[pp->sudogcachelen++] =
        static_cast<sudog*>(persistentalloc(sizeof(sudog), alignof(sudog), nullptr));
  }
}

// Moves half of a full cache to the central list.
[[gnu::noinline, gnu::cold]] static void sudogflush(p* pp) {
  sudog* first = nullptr;
  sudog* last = nullptr;
  while (pp->sudogcachelen > sudogbufsize / 2) {
    sudog* s = pp->sudogbuf[--pp->sudogcachelen];
    if (first == nullptr) {
      first = s;
    } else {
      last->next = s;
    }
    last = s;
  }
  lock(&sched.sudoglock);
  last->next = sched.sudogcache;
  sched.sudogcache = first;
  unlock(&sched.sudoglock);
}

sudog* acquireSudog() {
  m* mp = acquirem();
  p* pp = mp->p.load(relaxed);
  if (pp->sudogcachelen == 0) [[unlikely]]
    sudogrefill(pp);
  sudog* s = pp->sudogbuf[--pp->sudogcachelen];
  if (s->elem != nullptr) [[unlikely]]
    throw_("acquireSudog: found s.elem != nil in cache");
  releasem(mp);
  return s;
}

void releaseSudog(sudog* s) {
  if (s->elem != nullptr) [[unlikely]]
    throw_("runtime: sudog with non-nil elem");
  if (s->isSelect) [[unlikely]]
    throw_("runtime: sudog with non-false isSelect");
  if (s->next != nullptr) [[unlikely]]
    throw_("runtime: sudog with non-nil next");
  if (s->prev != nullptr) [[unlikely]]
    throw_("runtime: sudog with non-nil prev");
  if (s->waitlink != nullptr) [[unlikely]]
    throw_("runtime: sudog with non-nil waitlink");
  if (s->c != nullptr) [[unlikely]]
    throw_("runtime: sudog with non-nil c");
  if (getg()->param != nullptr) [[unlikely]] {
    throw_("runtime: releaseSudog with non-nil gp.param");
  }
  m* mp = acquirem();
  p* pp = mp->p.load(relaxed);
  if (pp->sudogcachelen == sudogbufsize) [[unlikely]]
    sudogflush(pp);
  pp->sudogbuf[pp->sudogcachelen++] = s;
  releasem(mp);
}

bool lockedOSThread() {
  g* gp = getg();
  return gp->lockedm.load(relaxed) != nullptr && gp->m->lockedg.load(relaxed) != nullptr;
}

// ---- All gs --------------------------------------------------------------------------

// allgs[:allglen] are all gs ever made; the array is replaced when it is full,
// and an old one stays readable. allglock guards changes. A reader without it
// loads allglen first (acquire) and the array after it, so it never looks
// beyond the array's end.
constinit mutex allglock;
static constinit atomic<uintptr> allglen;
static constinit atomic<g**> allgptr;
static constinit uintptr allgcap = 0;

void allgadd(g* gp) {
  if (readgstatus(gp) == Gidle) throw_("allgadd: bad status Gidle");
  lock(&allglock);
  uintptr n = allglen.load(relaxed);
  if (n == allgcap) {
    uintptr ncap = allgcap == 0 ? 256 : 2 * allgcap;
    g** old = allgptr.load(relaxed);
    auto** a = static_cast<g**>(persistentalloc(ncap * sizeof(g*), alignof(g*), nullptr));
    for (uintptr i = 0; i < n; i++) a[i] = old[i];
    allgptr.store(a, release);
    allgcap = ncap;
  }
  atomicstore(&allgptr.load(relaxed)[n], gp, relaxed);
  allglen.store(n + 1, release);  // publishes the entry and the array
  unlock(&allglock);
}

void forEachG(void (*fn)(g* gp, void* arg), void* arg) {
  lock(&allglock);
  forEachGRace(fn, arg);
  unlock(&allglock);
}

void forEachGRace(void (*fn)(g* gp, void* arg), void* arg) {
  uintptr n = allglen.load(acquire);
  g** a = allgptr.load(acquire);
  for (uintptr i = 0; i < n; i++) fn(atomicload(&a[i], relaxed), arg);
}

// ---- Initialisation --------------------------------------------------------------------

static constexpr uint64 GoidCacheBatch = 16;  // goroutine ids that a P takes at once

// Decimal text of a positive int32, with nothing behind it; 0 if it is not.
static int32 parseProcs(const char* s) {
  if (s == nullptr) return 0;
  if (*s == '+') s++;
  if (*s == 0) return 0;
  int64 n = 0;
  for (; *s != 0; s++) {
    if (*s < '0' || *s > '9') return 0;
    n = n * 10 + (*s - '0');
    if (n > 0x7fffffff) return 0;
  }
  return static_cast<int32>(n);
}

void schedinit() {
  lockInit(&sched.lock, lockRankSched);
  lockInit(&sched.sysmonlock, lockRankSysmon);
  lockInit(&sched.sudoglock, lockRankSudog);
  lockInit(&deadlock, lockRankDeadlock);
  lockInit(&paniclk, lockRankPanic);
  lockInit(&allglock, lockRankAllg);
  lockInit(&allpLock, lockRankAllp);
  lockInit(&computeMaxProcsLock, lockRankComputeMaxProcs);
  minitLocks();

  sched.midle.init(offsetof(m, idleNode));

  g* gp = getg();
  sched.maxmcount = 10000;

  worldStopped();  // nobody else is here

  const char* godebug = gogetenv("GODEBUG");
  parseRuntimeDebugVars(godebug);
  stackinit();
  randinit();  // before mcommoninit
  mallocinit();
  cpu::Initialize(godebug);
  mcommoninit(gp->m, -1);

  sigsave(&gp->m->sigmask);
  initSigmask = gp->m->sigmask;

  goargs();
  goenvs();
  checkfds();

  defaultGOMAXPROCSInit();
  lock(&sched.lock);
  int32 procs = parseProcs(gogetenv("GOMAXPROCS"));
  if (procs > 0) {
    sched.customGOMAXPROCS = true;
  } else {
    procs = defaultGOMAXPROCS(numCPUStartup);
  }
  if (procresize(procs) != nullptr) throw_("unknown runnable goroutine during bootstrap");
  unlock(&sched.lock);

  worldStarted();
}

void dumpgstatus(g* gp) {
  g* thisg = getg();
  print("runtime:   gp: gp=", static_cast<void*>(gp), ", goid=", gp->goid,
        ", gp->atomicstatus=", readgstatus(gp), "\n");
  print("runtime: getg:  g=", static_cast<void*>(thisg), ", goid=", thisg->goid,
        ",  g->atomicstatus=", readgstatus(thisg), "\n");
}

// ---- Readying ----------------------------------------------------------------------------

void ready(g* gp, [[maybe_unused]] int traceskip, bool next) {
  m* mp = acquirem();  // pp is held in a local variable
  uint32 status = readgstatus(gp);
  if ((status & ~Gscan) != Gwaiting) [[unlikely]] {
    dumpgstatus(gp);
    throw_("bad g->status in ready");
  }
  casgstatus(gp, Gwaiting, Grunnable);
  runqput(mp->p.load(relaxed), gp, next);
  wakep();
  releasem(mp);
}

// ---- Status -------------------------------------------------------------------------------
//
// atomicstatus is the lock of a goroutine's stack. Every change is a CAS with
// acquire (whoever gets the stack sees what the one before did to it) and release.

uint32 readgstatus(const g* gp) { return gp->atomicstatus.load(acquire); }

static bool validScanStatus(uint32 s) {
  switch (s) {
    case Gscanrunnable:
    case Gscanwaiting:
    case Gscanrunning:
    case Gscansyscall:
    case Gscanleaked:
    case Gscanpreempted:
    case Gscandeadextra: return true;
  }
  return false;
}

// casfrom_Gscanstatus takes the scan bit off. The caller holds it.
void casfrom_Gscanstatus(g* gp, uint32 oldval, uint32 newval) {
  if (!validScanStatus(oldval)) {
    print("runtime: casfrom_Gscanstatus bad oldval gp=", static_cast<void*>(gp),
          ", oldval=", hex(oldval), ", newval=", hex(newval), "\n");
    dumpgstatus(gp);
    throw_("casfrom_Gscanstatus:top gp->status is not in scan state");
  }
  if (newval != (oldval & ~Gscan) || !gp->atomicstatus.cas(oldval, newval, acq_rel)) {
    print("runtime: casfrom_Gscanstatus failed gp=", static_cast<void*>(gp),
          ", oldval=", hex(oldval), ", newval=", hex(newval), "\n");
    dumpgstatus(gp);
    throw_("casfrom_Gscanstatus: gp->status is not in scan state");
  }
  releaseLockRankAndM(lockRankGscan);
}

// castogscanstatus puts the scan bit on; false if the status is no longer oldval.
bool castogscanstatus(g* gp, uint32 oldval, uint32 newval) {
  switch (oldval) {
    case Grunnable:
    case Grunning:
    case Gwaiting:
    case Gleaked:
    case Gsyscall:
    case Gdeadextra:
      if (newval == (oldval | Gscan)) {
        bool r = gp->atomicstatus.cas(oldval, newval, acq_rel);
        if (r) acquireLockRankAndM(lockRankGscan);
        return r;
      }
  }
  print("runtime: castogscanstatus oldval=", hex(oldval), " newval=", hex(newval), "\n");
  throw_("bad oldval passed to castogscanstatus");
}

// casgstatus's wait: somebody holds the scan bit, for a short time.
[[gnu::noinline, gnu::cold]] static void casgstatusSlow(g* gp, uint32 oldval, uint32 newval) {
  if ((oldval & Gscan) != 0 || (newval & Gscan) != 0 || oldval == newval) {
    print("runtime: casgstatus: oldval=", hex(oldval), " newval=", hex(newval), "\n");
    throw_("casgstatus: bad incoming values");
  }
  constexpr int64 yieldDelay = 5 * 1000;
  int64 nextYield = 0;
  for (int i = 0; !gp->atomicstatus.cas(oldval, newval, acq_rel); i++) {
    uint32 now = gp->atomicstatus.load(relaxed);
    if (oldval == Gwaiting && now == Grunnable) {
      throw_("casgstatus: waiting for Gwaiting but is Grunnable");
    }
    if ((now & ~Gscan) != oldval) {
      // Only the scan bit may differ: anything else is a broken invariant, and
      // waiting for it would hang.
      print("runtime: casgstatus: oldval=", hex(oldval), " newval=", hex(newval), "\n");
      dumpgstatus(gp);
      throw_("casgstatus: unexpected status");
    }
    if (i == 0) nextYield = nanotime() + yieldDelay;
    if (nanotime() < nextYield) {
      for (int x = 0; x < 10 && gp->atomicstatus.load(relaxed) != oldval; x++) procyield(1);
    } else {
      osyield();
      nextYield = nanotime() + yieldDelay / 2;
    }
  }
}

// casgstatus makes the transition oldval -> newval, waiting while somebody holds
// the scan bit. The table beside the states says who may make which.
void casgstatus(g* gp, uint32 oldval, uint32 newval) {
  lockWithRankMayAcquire(nullptr, lockRankGscan);
  if (((oldval | newval) & Gscan) == 0 && gp->atomicstatus.cas(oldval, newval, acq_rel))
      [[likely]] {
    return;
  }
  casgstatusSlow(gp, oldval, newval);
}

void casGToWaiting(g* gp, uint32 old, waitReason reason) {
  gp->waitreason = reason;
  casgstatus(gp, old, Gwaiting);
}

void casGToWaitingForSuspendG(g* gp, uint32 old, waitReason reason) {
  // These wait without being parked, so that suspendG need not wait for them.
  switch (reason) {
    case waitReasonStoppingTheWorld:
    case waitReasonGCMarkTermination:
    case waitReasonGarbageCollection:
    case waitReasonGarbageCollectionScan:
    case waitReasonTraceGoroutineStatus:
    case waitReasonTraceProcStatus:
    case waitReasonPageTraceFlush:
    case waitReasonGCAssistMarking:
    case waitReasonGCWorkerActive:
    case waitReasonFlushProcCaches: break;
    default: throw_("casGToWaitingForSuspendG with non-isWaitingForSuspendG wait reason");
  }
  casGToWaiting(gp, old, reason);
}

// ---- Running ------------------------------------------------------------------------------

// execute runs gp on this M, which has a P. On g0.
[[noreturn]] void execute(g* gp, bool inheritTime) {
  m* mp = getg()->m;
  mp->curg.store(gp, release);  // preemptone and setBlockOnExitSyscall read it
  atomicstore(&gp->m, mp, relaxed);
  gp->syncSafePoint = false;
  casgstatus(gp, Grunnable, Grunning);
  gp->waitsince = 0;
  gp->preempt.store(false, relaxed);
  gp->stackguard0.store(gp->stackguard1, relaxed);
  if (!inheritTime) {
    p* pp = mp->p.load(relaxed);
    pp->schedtick.store(pp->schedtick.load(relaxed) + 1, relaxed);
  }
  gogo(gp);
}

// stealWork tries every other P's queue, four times; at the last time it takes
// runnext as well. *newWork: there may be work that needs a fresh look.
static g* stealWork(bool* newWork) {
  p* pp = getg()->m->p.load(relaxed);
  constexpr int stealTries = 4;
  *newWork = false;
  for (int i = 0; i < stealTries; i++) {
    bool stealRunNextG = i == stealTries - 1;
    for (randomEnum e = stealOrder.start(cheaprand()); !e.done(); e.next()) {
      if (sched.gcwaiting.load(relaxed)) {
        *newWork = true;
        return nullptr;
      }
      p* p2 = allp[e.position()];
      if (p2 == pp || idlepMask.read(e.position())) continue;
      if (g* gp = runqsteal(pp, p2, stealRunNextG)) return gp;
    }
  }
  return nullptr;
}

// checkRunqsNoP looks at all local queues on behalf of an M that has just given
// up its P. If one has work and a P is idle, returns that P.
static p* checkRunqsNoP(p** snapshot, int32 n, pMask idle) {
  for (int32 id = 0; id < n; id++) {
    p* p2 = snapshot[id];
    if (!idle.read(static_cast<uint32>(id)) && !runqempty(p2)) {
      lock(&sched.lock);
      p* pp = pidlegetSpinning(0);
      unlock(&sched.lock);
      return pp;
    }
  }
  return nullptr;
}

static void becomeSpinning(m* mp) {
  mp->spinning.store(true, relaxed);
  sched.nmspinning.add(1, seq_cst);
  sched.needspinning.store(0, seq_cst);
}

static void stopSpinning(m* mp, const char* who) {
  mp->spinning.store(false, relaxed);
  if (sched.nmspinning.add(-1, seq_cst) < 0) throw_(who);  // G1
}

// globalBatch moves a fair share of the global queue to pp and returns its first
// G; null if it is empty. sched.lock must be held; it is released.
static g* globalBatchUnlock(p* pp) {
  gQueue q;
  g* gp = globrunqgetbatch(runqsize / 2, &q);
  unlock(&sched.lock);
  if (gp != nullptr) {
    runqputbatch(pp, &q);
    if (!q.empty()) throw_("Couldn't put Gs into empty local runq");
  }
  return gp;
}

// findRunnable returns a G to run, blocking the M until there is one.
static g* findRunnable(bool* inheritTime) {
  m* mp = getg()->m;
  *inheritTime = false;

  for (;;) {
    p* pp = mp->p.load(relaxed);
    if (sched.gcwaiting.load(acquire)) {
      gcstopm();
      continue;
    }
    if (pp->runSafePointFn.load(relaxed) != 0) runSafePointFn();

    // For fairness, now and then the global queue goes first: else two
    // goroutines that ready each other could keep this P for ever.
    if (pp->schedtick.load(relaxed) % 61 == 0 && sched.runqsize.load(relaxed) != 0) {
      lock(&sched.lock);
      g* gp = globrunqget();
      unlock(&sched.lock);
      if (gp != nullptr) return gp;
    }

    if (g* gp = runqget(pp, inheritTime)) return gp;

    if (sched.runqsize.load(relaxed) != 0) {
      lock(&sched.lock);
      if (g* gp = globalBatchUnlock(pp)) return gp;
    }

    // Spin, unless half of the busy Ps' number does already.
    if (mp->spinning.load(relaxed) || 2 * sched.nmspinning.load(relaxed) <
                                          gomaxprocs.load(relaxed) - sched.npidle.load(relaxed)) {
      if (!mp->spinning.load(relaxed)) becomeSpinning(mp);
      bool newWork;
      if (g* gp = stealWork(&newWork)) return gp;
      if (newWork) continue;
    }

    // Nothing. Give the P up. allp may change once we have none, so keep what we see.
    p** allpSnapshot = allp;
    int32 nallp = allplen;
    pMask idlepSnapshot = idlepMask;

    lock(&sched.lock);
    if (sched.gcwaiting.load(relaxed) || pp->runSafePointFn.load(relaxed) != 0) {
      unlock(&sched.lock);
      continue;
    }
    if (sched.runq.size != 0) {
      g* gp = globalBatchUnlock(pp);
      if (gp == nullptr) throw_("global runq empty with non-zero runqsize");
      return gp;
    }
    if (!mp->spinning.load(relaxed) && sched.needspinning.load(seq_cst) == 1) {
      becomeSpinning(mp);
      unlock(&sched.lock);
      continue;
    }
    if (releasep() != pp) throw_("findRunnable: wrong p");
    pidleput(pp, 0);                                                             // G3
    if (!mp->spinning.load(relaxed) && sched.needspinning.load(seq_cst) == 1) {  // G4
      // Somebody submitted work while our P was not yet on the list.
      if (p* again = pidleget(0)) {
        unlock(&sched.lock);
        acquirep(again);
        becomeSpinning(mp);
        continue;
      }
    }
    unlock(&sched.lock);

    if (mp->spinning.load(relaxed)) {
      stopSpinning(mp, "findRunnable: negative nmspinning");  // G1

      // G2: work may have been submitted while we counted as spinning. The
      // global queue is looked at under the lock, the others without a P.
      lock(&sched.lock);
      if (sched.runq.size != 0) {
        if (p* again = pidlegetSpinning(0)) {
          acquirep(again);
          becomeSpinning(mp);
          g* gp = globalBatchUnlock(again);
          if (gp == nullptr) throw_("global runq empty with non-zero runqsize");
          return gp;
        }
      }
      unlock(&sched.lock);

      if (p* again = checkRunqsNoP(allpSnapshot, nallp, idlepSnapshot)) {
        acquirep(again);
        becomeSpinning(mp);
        continue;
      }
    }
    stopm();
  }
}

// resetspinning: this M found work. Somebody else shall look for more.
static void resetspinning() {
  m* mp = getg()->m;
  if (!mp->spinning.load(relaxed)) throw_("resetspinning: not a spinning m");
  stopSpinning(mp, "findRunnable: negative nmspinning");
  wakep();
}

// schedule finds a runnable goroutine and runs it. On g0, with a P, unless the M
// is locked to a goroutine.
[[noreturn]] void schedule() {
  m* mp = getg()->m;
  if (mp->locks != 0) throw_("schedule: holding locks");

  if (mp->lockedg.load(relaxed) != nullptr) {
    stoplockedm();
    execute(mp->lockedg.load(relaxed), false);
  }

  for (;;) {
    p* pp = mp->p.load(relaxed);
    pp->preempt.store(false, relaxed);
    // A spinning M has no local work: else it would hide it from others.
    if (mp->spinning.load(relaxed) && !runqempty(pp)) throw_("schedule: spinning with local work");

    bool inheritTime;
    g* gp = findRunnable(&inheritTime);  // blocks

    // About to run one: not spinning any more, and another M may take over.
    if (mp->spinning.load(relaxed)) resetspinning();

    if (atomicload(&sched.disable.user, relaxed)) {
      lock(&sched.lock);
      bool enabled = schedEnabled(gp);
      if (!enabled) sched.disable.runnable.pushBack(gp);
      unlock(&sched.lock);
      if (!enabled) continue;
    }

    if (gp->lockedm.load(relaxed) != nullptr) {
      startlockedm(gp);  // hands our P to its M, and blocks for a new one
      continue;
    }
    execute(gp, inheritTime);
  }
}

// dropg severs curg from this M. On g0; curg's status is already not Grunning.
static void dropg() {
  m* mp = getg()->m;
  atomicstore(&mp->curg.load(relaxed)->m, static_cast<m*>(nullptr), relaxed);
  mp->curg.store(nullptr, release);
}

// park_m is gopark's way through g0.
void park_m(g* gp) {
  m* mp = getg()->m;
  if (gp->preempt.load(relaxed)) {
    // Its time slice is used up, so what it readied does not inherit it. Go's
    // signal would have hit it earlier.
    p* pp = mp->p.load(relaxed);
    g* next = pp->runnext.load(relaxed);
    if (next != nullptr && pp->runnext.cas(next, nullptr, acquire)) runqput(pp, next, false);
  }
  casgstatus(gp, Grunning, Gwaiting);
  dropg();
  if (auto* fn = mp->waitunlockf) {
    void* arg = mp->waitlock;
    mp->waitunlockf = nullptr;
    mp->waitlock = nullptr;
    if (!fn(gp, arg)) {
      casgstatus(gp, Gwaiting, Grunnable);
      execute(gp, true);
    }
  }
  schedule();
}

[[noreturn]] static void goschedImpl(g* gp, bool preempted) {
  p* pp = gp->m->p.load(relaxed);
  uint32 status = readgstatus(gp);
  if ((status & ~Gscan) != Grunning) {
    dumpgstatus(gp);
    throw_("bad g status");
  }
  casgstatus(gp, Grunning, Grunnable);
  dropg();
  if (preempted && sched.gcwaiting.load(relaxed)) {
    // Preempted for a stop of the world: it keeps its turn.
    runqput(pp, gp, true);
  } else {
    lock(&sched.lock);
    globrunqput(gp);
    unlock(&sched.lock);
  }
  if (mainStarted) wakep();
  schedule();
}

void gosched_m(g* gp) { goschedImpl(gp, false); }

void goschedguarded_m(g* gp) {
  if (!canPreemptM(gp->m)) gogo(gp);
  goschedImpl(gp, false);
}

void gopreempt_m(g* gp) { goschedImpl(gp, true); }

// preemptPark parks gp in Gpreempted, for suspendG to find.
void preemptPark(g* gp) {
  uint32 status = readgstatus(gp);
  if ((status & ~Gscan) != Grunning) {
    dumpgstatus(gp);
    throw_("bad g status");
  }
  // Through the scan state, so that nobody readies it before it left its M.
  acquireLockRankAndM(lockRankGscan);
  while (!gp->atomicstatus.cas(Grunning, Gscanpreempted, acq_rel)) procyield(1);
  dropg();
  casfrom_Gscanstatus(gp, Gscanpreempted, Gpreempted);
  schedule();
}

void goyield() { mcall(goyield_m); }

void goyield_m(g* gp) {
  p* pp = gp->m->p.load(relaxed);
  casgstatus(gp, Grunning, Grunnable);
  dropg();
  runqput(pp, gp, false);
  schedule();
}

// ---- The end of a goroutine ----------------------------------------------------------------

static void gfput(p* pp, g* gp);

// gdestroy makes gp dead and keeps it for reuse. The M is mp, and gp is not
// running any more. Returns whether gp was locked to its thread.
static bool gdestroy(g* gp, m* mp) {
  p* pp = mp->p.load(relaxed);
  casgstatus(gp, Grunning, Gdead);
  if (isSystemGoroutine(gp, false)) sched.ngsys.add(-1, relaxed);
  atomicstore(&gp->m, static_cast<m*>(nullptr), relaxed);
  bool locked = gp->lockedm.load(relaxed) != nullptr;
  gp->lockedm.store(nullptr, relaxed);
  if (locked) mp->lockedg.store(nullptr, relaxed);
  gp->preemptStop = false;
  gp->paniconfault = false;
  gp->defer_ = nullptr;
  gp->panic_ = nullptr;  // not null after Goexit during a panic
  gp->waitreason = waitReasonZero;
  gp->param = nullptr;
  gp->systemg = false;
  gp->eh[0] = gp->eh[1] = 0;
  if (gp->region != nullptr) [[unlikely]]
    stackregionfree(gp);

  if (locked && mp->lockedInt != 0) {
    print("runtime: mp.lockedInt = ", mp->lockedInt, "\n");
    if (mp->isextra) {
      throw_("runtime.Goexit called in a thread that was not created by the Go runtime");
    }
    throw_("exited a goroutine internally locked to the OS thread");
  }
  gfput(pp, gp);
  return locked;
}

// On the successor's stack: gp has ended.
static void goexitCommit(g* gp) { gdestroy(gp, getg()->m); }

[[noreturn]] void goexit1() {
  g* gp = getg();
  m* mp = gp->m;
  p* pp = mp->p.load(relaxed);
  bool inheritTime;
  if (g* next = nextDirect(gp, mp, pp, &inheritTime)) {
    handoff(gp, next, mp, pp, inheritTime, goexitCommit);
    throw_("goexit1: dead goroutine continued");
  }
  mcallexit(goexit0);
}

void goexit0(g* gp) {
  m* mp = getg()->m;
  bool locked = gdestroy(gp, mp);
  mp->curg.store(nullptr, release);
  if (locked) {
    // The goroutine may have left its thread in any state: the thread ends with
    // it. Back to mstart, which lets the thread go.
    mp->leaving = true;
    gogo(mp->g0);
  }
  schedule();
}

// ---- New goroutines --------------------------------------------------------------------------

g* malg(uintptr stacksize) {
  auto* gp = static_cast<g*>(persistentalloc(sizeof(g), 64, nullptr));
  if (stacksize != 0) {
    gp->stack = stackalloc(stacksize);
    gp->stackguard1 = gp->stack.lo + stackGuardReserve;
    gp->stackguard0.store(gp->stackguard1, relaxed);
  }
  gp->sched.g = gp;
  fiberInit(&gp->fiber, gp->stack.lo, gp->stack.hi);
  return gp;
}

static g* gfget(p* pp, uintptr stacksize);

// Takes a new batch of goroutine ids.
[[gnu::noinline, gnu::cold]] static void goidrefill(p* pp) {
  uint64 end = sched.goidgen.add(GoidCacheBatch, relaxed);
  pp->goidcache = end - (GoidCacheBatch - 1);
  pp->goidcacheend = pp->goidcache + GoidCacheBatch;
}

// A frame of more bytes is not taken from the stack that the goroutine asked for, and one of more
// than half the largest stack is refused.
static constexpr uintptr largeFrame = 4 << 10;
static constexpr uintptr maxFrame = maxSlot / 2;

g* newproc1(void (*start)(void*), void* arg, g* callergp, uintptr callerpc,
            const newprocOptions& opt) {
  m* mp = acquirem();  // mp and pp are held in local variables
  p* pp = mp->p.load(relaxed);
  uintptr stacksize = opt.stacksize == 0 ? fixedStack : opt.stacksize;
  if (opt.framesize > largeFrame) [[unlikely]] {
    if (opt.framesize > maxFrame) {
      throw_("newproc: function arguments too large for new goroutine");
    }
    stacksize += opt.framesize;
  }
  stacksize = round2stack(stacksize);
  g* newg = gfget(pp, stacksize);
  if (newg == nullptr) [[unlikely]] {
    newg = malg(stacksize);
    casgstatus(newg, Gidle, Gdead);
    allgadd(newg);
  }
  if (newg->stack.hi == 0) throw_("newproc1: newg missing stack");
  if (readgstatus(newg) != Gdead) throw_("newproc1: new g is not Gdead");

  uintptr sp = newg->stack.hi;
  if (opt.framesize != 0) {
    sp = alignDown(sp - opt.framesize, opt.framealign < 16 ? 16 : opt.framealign);
    arg = reinterpret_cast<void*>(sp);
    opt.init(arg, opt.src);
  }
  sp = alignDown(sp, 16);
  newg->sched = gobuf{};
  newg->sched.sp = sp;
  newg->sched.pc = reinterpret_cast<uintptr>(&gort_gostart);
  newg->sched.g = newg;
  // Sanitizers must be told that the switch is complete before user code runs.
  constexpr bool announce = asanenabled || raceenabled;
  newg->sched.r12 = reinterpret_cast<uintptr>(announce ? goentry : start);
  newg->sched.r13 = reinterpret_cast<uintptr>(arg);
  newg->stktopsp = sp;
  newg->start = start;
  newg->startarg = arg;
  newg->parentGoid = callergp->goid;
  newg->gopc = callerpc;
  newg->startpc = reinterpret_cast<uintptr>(start);
  newg->systemg = opt.systemg;
  if (opt.systemg) sched.ngsys.add(1, relaxed);

  uint32 status = Grunnable;
  if (opt.parked) {
    status = Gwaiting;
    newg->waitreason = opt.waitreason;
  }
  if (pp->goidcache == pp->goidcacheend) [[unlikely]]
    goidrefill(pp);
  newg->goid = pp->goidcache++;
  casgstatus(newg, Gdead, status);
  pp->goroutinesCreated++;
  releasem(mp);
  return newg;
}

// Puts a new goroutine on the queue; it runs next.
static void newprocready(g* newg) {
  m* mp = acquirem();
  runqput(mp->p.load(relaxed), newg, true);
  if (mainStarted) wakep();
  releasem(mp);
}

static void runfuncval(void* fv) {
  auto* fn = static_cast<funcval*>(fv);
  reinterpret_cast<void (*)(funcval*)>(fn->fn)(fn);
}

void newproc(funcval* fn) {
  if (fn == nullptr) fatal("go of nil func value");
  uintptr pc = GORT_CALLERPC();
  g* newg = newproc1(runfuncval, fn, getg(), pc, newprocOptions{});
  newg->startpc = reinterpret_cast<uintptr>(fn->fn);
  newprocready(newg);
}

void newprocframe(void (*entry)(void*), uintptr size, uintptr align,
                  void (*init)(void* frame, void* src), void* src, uintptr stacksize) {
  uintptr pc = GORT_CALLERPC();
  newprocOptions opt;
  opt.stacksize = stacksize;
  opt.framesize = size == 0 ? 1 : size;
  opt.framealign = align;
  opt.init = init;
  opt.src = src;
  newprocready(newproc1(entry, nullptr, getg(), pc, opt));
}

void newprocsystem(void (*start)(void*), void* arg) {
  newprocOptions opt;
  opt.systemg = true;
  newprocready(newproc1(start, arg, getg(), GORT_CALLERPC(), opt));
}

bool isSystemGoroutine(const g* gp, [[maybe_unused]] bool fixed) { return gp->systemg; }

// ---- Dead gs --------------------------------------------------------------------------------

// Frees gp's stack if it is not of the default size. (A stack of the default
// size stays with its g, so that reuse costs nothing.)
static void dropoddstack(g* gp, uintptr want) {
  if (gp->stack.lo == 0 || stackslotsize(gp->stack) == want) return;
  stackfree(gp->stack);
  gp->stack = {0, 0};
  gp->stackguard0.store(0, relaxed);
  gp->stackguard1 = 0;
  fiberDestroy(&gp->fiber);
}

// Moves gs of l, beyond `keep`, to the global lists.
[[gnu::noinline, gnu::cold]] static void gfflush(p* pp, int32 keep) {
  gQueue stackQ;
  gQueue noStackQ;
  while (pp->gFree.size.load(relaxed) > keep) {
    g* gp = pp->gFree.pop();
    if (gp->stack.lo == 0) {
      noStackQ.push(gp);
    } else {
      stackQ.push(gp);
    }
  }
  lock(&sched.gFree.lock);
  sched.gFree.noStack.pushAll(noStackQ);
  sched.gFree.stack.pushAll(stackQ);
  unlock(&sched.gFree.lock);
}

// gfput keeps a dead g for reuse. Caller owns pp.
static void gfput(p* pp, g* gp) {
  if (readgstatus(gp) != Gdead) throw_("gfput: bad status (not Gdead)");
  dropoddstack(gp, fixedStack);
  pp->gFree.push(gp);
  if (pp->gFree.size.load(relaxed) >= 64) gfflush(pp, 31);
}

// Takes up to 32 gs from the global lists.
[[gnu::noinline, gnu::cold]] static void gfrefill(p* pp) {
  lock(&sched.gFree.lock);
  while (pp->gFree.size.load(relaxed) < 32) {
    g* gp = sched.gFree.stack.pop();
    if (gp == nullptr) gp = sched.gFree.noStack.pop();
    if (gp == nullptr) break;
    pp->gFree.push(gp);
  }
  unlock(&sched.gFree.lock);
}

// gfget takes a dead g with a stack slot of stacksize bytes; null if there is
// none. Caller owns pp.
static g* gfget(p* pp, uintptr stacksize) {
  while (pp->gFree.empty() && (sched.gFree.stack.size.load(relaxed) != 0 ||
                               sched.gFree.noStack.size.load(relaxed) != 0)) {
    gfrefill(pp);
  }
  g* gp = pp->gFree.pop();
  if (gp == nullptr) return nullptr;
  dropoddstack(gp, stacksize);
  if (gp->stack.lo == 0) {
    gp->stack = stackalloc(stacksize);
    gp->stackguard1 = gp->stack.lo + stackGuardReserve;
    fiberInit(&gp->fiber, gp->stack.lo, gp->stack.hi);
  } else {
    // What its last life left poisoned.
    asanunpoison(reinterpret_cast<void*>(gp->stack.lo), gp->stack.hi - gp->stack.lo);
  }
  return gp;
}

// gfpurge empties pp's list for good. Caller owns pp.
void gfpurge(p* pp) { gfflush(pp, 0); }

// ---- Locking goroutines to threads -----------------------------------------------------------

static void dolockOSThread() {
  g* gp = getg();
  gp->m->lockedg.store(gp, relaxed);
  gp->lockedm.store(gp->m, relaxed);
}

static void dounlockOSThread() {
  g* gp = getg();
  if (gp->m->lockedInt != 0 || gp->m->lockedExt != 0) return;
  gp->m->lockedg.store(nullptr, relaxed);
  gp->lockedm.store(nullptr, relaxed);
}

void LockOSThread() {
  // New threads must not inherit what the program does to this one.
  startTemplateThread();
  g* gp = getg();
  gp->m->lockedExt++;
  if (gp->m->lockedExt == 0) {
    gp->m->lockedExt--;
    panicplain("LockOSThread nesting overflow");
  }
  dolockOSThread();
}

void lockOSThread() {
  getg()->m->lockedInt++;
  dolockOSThread();
}

void UnlockOSThread() {
  g* gp = getg();
  if (gp->m->lockedExt == 0) return;
  gp->m->lockedExt--;
  dounlockOSThread();
}

void unlockOSThread() {
  g* gp = getg();
  if (gp->m->lockedInt == 0) {
    throw_("runtime: internal error: misuse of lockOSThread/unlockOSThread");
  }
  gp->m->lockedInt--;
  dounlockOSThread();
}

// ---- Counts ------------------------------------------------------------------------------------

// gcount returns how many goroutines there are; an estimate while they come and go.
int32 gcount(bool includeSys) {
  int32 n = static_cast<int32>(allglen.load(relaxed)) - sched.gFree.stack.size.load(relaxed) -
            sched.gFree.noStack.size.load(relaxed);
  if (!includeSys) n -= sched.ngsys.load(relaxed);
  for (int32 i = 0; i < allplen; i++) n -= allp[i]->gFree.size.load(relaxed);
  return n < 1 ? 1 : n;
}

// mcount returns how many Ms there are; without sched.lock an estimate.
int32 mcount() {
  return static_cast<int32>(sched.mnext.load(relaxed) - sched.nmfreed.load(relaxed));
}

// ---- Deadlock ------------------------------------------------------------------------------------

void incidlelocked(int32 v) {
  lock(&sched.lock);
  sched.nmidlelocked += v;
  if (v > 0) checkdead();
  unlock(&sched.lock);
}

namespace {
struct deadCount {
  int32 waiting = 0;
  uint64 runnableGoid = 0;
  uint32 runnableStatus = 0;
};
}  // namespace

// checkdead reports a deadlock when no M is left that could ready a goroutine.
// sched.lock must be held; it is released before a report.
void checkdead() {
  assertLockHeld(&sched.lock);

  // A library waits for its program to call.
  if (islibrary || isarchive) return;
  // A dying M may be about to end the process.
  if (panicking.load(relaxed) > 0) return;

  // Ms that wait for foreign threads to come in do not count as running.
  int32 run0 = static_cast<int32>(extraMLength.load(relaxed));
  int32 run = mcount() - sched.nmidle - sched.nmidlelocked - sched.nmsys;
  if (run > run0) return;
  // One of them may have left with its P, and work on it; sysmon will take the P,
  // and come here again.
  if (run0 > 0 && sched.npidle.load(relaxed) != gomaxprocs.load(relaxed)) return;
  if (run < 0) {
    print("runtime: checkdead: nmidle=", sched.nmidle, " nmidlelocked=", sched.nmidlelocked,
          " mcount=", mcount(), " nmsys=", sched.nmsys, "\n");
    unlock(&sched.lock);
    throw_("checkdead: inconsistent counts");
  }
  // A thread that is not ours may be about to ready a goroutine.
  if (foreignThreads() > 0) return;

  deadCount count;
  forEachG(
      [](g* gp, void* arg) {
        auto* c = static_cast<deadCount*>(arg);
        if (isSystemGoroutine(gp, false)) return;
        uint32 s = readgstatus(gp);
        switch (s & ~Gscan) {
          case Gwaiting:
          case Gpreempted: c->waiting++; break;
          case Grunnable:
          case Grunning:
          case Gsyscall: c->runnableGoid = gp->goid; c->runnableStatus = s;
        }
      },
      &count);
  if (count.runnableGoid != 0) {
    print("runtime: checkdead: find g ", count.runnableGoid, " in status ", count.runnableStatus,
          "\n");
    unlock(&sched.lock);
    throw_("checkdead: runnable g");
  }
  unlock(&sched.lock);
  if (count.waiting == 0) {  // possible if the main goroutine called Goexit
    fatal("no goroutines (main called runtime.Goexit) - deadlock!");
  }
  fatal("all goroutines are asleep - deadlock!");
}

// ---- Selective scheduling -----------------------------------------------------------------------

// schedEnableUser lets user goroutines run, or holds them back. The world may run.
void schedEnableUser(bool enable) {
  lock(&sched.lock);
  if (sched.disable.user == !enable) {
    unlock(&sched.lock);
    return;
  }
  atomicstore(&sched.disable.user, !enable, relaxed);
  if (!enable) {
    unlock(&sched.lock);
    return;
  }
  int32 n = sched.disable.runnable.size;
  globrunqputbatch(&sched.disable.runnable);
  unlock(&sched.lock);
  for (; n != 0 && sched.npidle.load(relaxed) != 0; n--) startm(nullptr, false, false);
}

// schedEnabled reports whether gp may run. sched.lock must be held.
bool schedEnabled(g* gp) {
  assertLockHeld(&sched.lock);
  return !sched.disable.user || isSystemGoroutine(gp, true);
}

// ---- Pinning and spinning for sync ------------------------------------------------------------------

// procPin keeps the goroutine on its P until procUnpin; returns the P's id.
intgo procPin() { return acquirem()->p.load(relaxed)->id; }

void procUnpin() { getg()->m->locks--; }

// sync_runtime_canSpin reports whether it makes sense to spin for a sync.Mutex
// at the i-th try: only few tries, on a multiprocessor, with other Ps running
// and nothing to run here.
bool sync_runtime_canSpin(intgo i) {
  if (i >= active_spin || numCPUStartup <= 1 ||
      gomaxprocs.load(relaxed) <= sched.npidle.load(relaxed) + sched.nmspinning.load(relaxed) + 1) {
    return false;
  }
  return runqempty(getg()->m->p.load(relaxed));
}

void sync_runtime_doSpin() { procyield(active_spin_cnt); }

}  // namespace gort

// What the assembly calls.
extern "C" void gort_badmcall() { gort::throw_("runtime: mcall called on m->g0 stack"); }
extern "C" void gort_badmcall2() { gort::throw_("runtime: mcall function returned"); }
extern "C" void gort_goexit1() { gort::goexit1(); }

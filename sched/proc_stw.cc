// Stopping and starting the world, and the number of Ps.
//
// The world is stopped when no P runs user code: each P is Pgcstop, and its M
// waits. Who wants that takes worldsema, sets sched.gcwaiting and
//
//   - takes the P away from each M that is in a system call, and from the idle list;
//   - asks every running goroutine to yield (preemptall); it does so at its next
//     call of the scheduler or at its next prologue check, and its M gives the P
//     up in gcstopm.
//
// sched.stopwait counts the Ps that are still missing; whoever stops the last
// one wakes stopnote. Requests can get lost (a goroutine just being started is
// not asked, one that enters a system call at this moment keeps its P), so they
// are repeated every 100 us.
//
// While the world is stopped, allp, gomaxprocs and all that belongs to a P may be
// changed. procresize does so for GOMAXPROCS.
//
// forEachP runs a function once for every P without stopping the world: idle Ps
// and Ps in system calls by proxy, others at their next safe point.
//
// Go: runtime/proc.go, freezetheworld, stopTheWorld .. startTheWorldWithSema,
//     forEachP, runSafePointFn, gcstopm, preemptall, procresize .. releasep,
//     defaultGOMAXPROCSUpdateEnable .. sysmonUpdateGOMAXPROCS;
//     runtime/debug.go, defaultGOMAXPROCS
//
// Differs from Go:
//  - Ps under system calls are taken at each repetition. Go takes them once, and
//    leaves one whose goroutine had not seen gcwaiting, but was not Gsyscall yet,
//    to sysmon; which sleeps up to a minute while gcwaiting is set.
//  - a P that is destroyed gives its stack cache back as well; the P's own fields
//    are atomic where others look at them while the world runs.
#include "alloc/malloc.h"
#include "alloc/mcache.h"
#include "arch/os_linux.h"
#include "arch/print.h"
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
#include "sched/sema.h"
#include "sched/stack.h"
#include "sched/upcalls.h"

namespace gort {

constinit p** allp = nullptr;
constinit int32 allplen = 0;
static constinit int32 allpcap = 0;  // entries of the array; beyond allplen: dead Ps, or null
constinit mutex allpLock;
constinit atomic<bool> freezing;
constinit uint32 worldsema = 1;  // held while the world is stopped, or to keep it running
constinit uint32 gcsema = 1;     // held by the collector's cycle and by changes of GOMAXPROCS
constinit int32 newprocs = 0;

// ---- Freezing -------------------------------------------------------------------

// freezetheworld is stopTheWorld for a process that is dying: it takes no lock,
// can be called several times, and does not wait for success.
void freezetheworld() {
  freezing.store(true, seq_cst);
  if (debug.dontfreezetheworld > 0) {
    // Schedulers go on; they stop at the deadlock lock when they touch a user
    // goroutine. A moment for those that print already.
    usleep(1000);
    return;
  }
  // stopwait this large makes Ps stop for good.
  for (int i = 0; i < 5; i++) {
    sched.stopwait.store(freezeStopWait, relaxed);
    sched.gcwaiting.store(true, seq_cst);
    if (!preemptall()) break;  // nobody runs
    usleep(1000);
  }
  usleep(1000);
  preemptall();
  usleep(1000);
}

// ---- Stop and start -----------------------------------------------------------------

static constexpr const char* stwReasonStrings[] = {
    "unknown",
    "GC mark termination",
    "GC sweep termination",
    "write heap dump",
    "goroutine profile",
    "goroutine profile cleanup",
    "all goroutines stack trace",
    "read mem stats",
    "AllThreadsSyscall",
    "GOMAXPROCS",
    "start trace",
    "stop trace",
    "CountPagesInUse (test)",
    "ReadMetricsSlow (test)",
    "ReadMemStatsSlow (test)",
    "PageCachePagesLeaked (test)",
    "ResetDebugLog (test)",
};

const char* stwReasonString(stwReason r) { return stwReasonStrings[r]; }

// stopTheWorld stops all Ps but the caller's. Pair it with startTheWorld; only
// one goroutine at a time gets through. The caller holds no lock.
worldStop stopTheWorld(stwReason reason) {
  semacquire(&worldsema);
  getg()->m->preemptoff = stwReasonString(reason);
  worldStop w;
  systemstack([&] { w = stopTheWorldWithSema(reason); });
  return w;
}

void startTheWorld(worldStop w) {
  systemstack([&] { startTheWorldWithSema(0, w); });
  // worldsema is handed to the next waiter directly; without that a goroutine
  // that stops the world in a loop could keep others out.
  m* mp = acquirem();
  mp->preemptoff = nullptr;
  semrelease1(&worldsema, semaHandoffToWaiter, 0);
  releasem(mp);
}

// stopTheWorldGC also keeps a collection from being under way.
worldStop stopTheWorldGC(stwReason reason) {
  semacquire(&gcsema);
  return stopTheWorld(reason);
}

void startTheWorldGC(worldStop w) {
  startTheWorld(w);
  semrelease(&gcsema);
}

// gcstopSyscalls stops the Ps under goroutines in system calls. sched.lock must
// be held.
static void gcstopSyscalls() {
  assertLockHeld(&sched.lock);
  for (int32 i = 0; i < allplen; i++) {
    syscallingThread thread;
    if (setBlockOnExitSyscall(allp[i], &thread)) {
      thread.gcstopP();
      thread.resume();
    }
  }
}

// Asks once more, and reports whether nothing is left to wait for. Who else stops
// the last P has set stopnote before it lets go of sched.lock.
static bool stopAgain() {
  preemptall();
  lock(&sched.lock);
  gcstopSyscalls();
  bool stopped = sched.stopwait.load(relaxed) == 0;
  unlock(&sched.lock);
  return stopped;
}

// stopTheWorldWithSema does the work. worldsema is held; on g0. Between the two
// calls nothing may allocate on behalf of another P.
worldStop stopTheWorldWithSema(stwReason reason) {
  // The goroutine waits in the eyes of others: else two that want to stop each
  // other's stack would wait for ever.
  g* gp = getg();
  m* mp = gp->m;
  casGToWaitingForSuspendG(mp->curg.load(relaxed), Grunning, waitReasonStoppingTheWorld);
  // A lock held here may be what a goroutine to be stopped waits for.
  if (mp->locks > 0) throw_("stopTheWorld: holding locks");

  lock(&sched.lock);
  int64 start = nanotime();
  sched.stopwait.store(gomaxprocs.load(relaxed), relaxed);
  sched.gcwaiting.store(true, seq_cst);
  preemptall();

  // This P,
  p* pp = mp->p.load(relaxed);
  pp->status.store(Pgcstop, relaxed);
  pp->gcStopTime = start;
  sched.stopwait.add(-1, relaxed);

  // those under goroutines in system calls,
  gcstopSyscalls();

  // and idle ones.
  int64 now = nanotime();
  while (p* idle = pidleget(now)) {
    idle->status.store(Pgcstop, relaxed);
    idle->gcStopTime = nanotime();
    sched.stopwait.add(-1, relaxed);
  }
  bool wait = sched.stopwait.load(relaxed) > 0;
  unlock(&sched.lock);

  if (wait) {
    while (!notetsleep(&sched.stopnote, 100 * 1000) && !stopAgain()) {
    }
    noteclear(&sched.stopnote);
  }

  int64 finish = nanotime();
  int64 stoppingCPUTime = 0;
  const char* bad = nullptr;
  if (sched.stopwait.load(acquire) != 0) {
    bad = "stopTheWorld: not stopped (stopwait != 0)";
  } else {
    for (int32 i = 0; i < allplen; i++) {
      p* p2 = allp[i];
      if (p2->status.load(acquire) != Pgcstop) {
        bad = "stopTheWorld: not stopped (status != Pgcstop)";
      }
      if (p2->gcStopTime == 0 && bad == nullptr) {
        bad = "stopTheWorld: broken CPU time accounting";
      }
      stoppingCPUTime += finish - p2->gcStopTime;
      p2->gcStopTime = 0;
    }
  }
  if (freezing.load(relaxed)) {
    // Some other thread is dying and has changed stopwait. Let it.
    lock(&deadlock);
    lock(&deadlock);
  }
  if (bad != nullptr) throw_(bad);

  worldStopped();
  casgstatus(mp->curg.load(relaxed), Gwaiting, Grunning);
  return worldStop{reason, start, finish, stoppingCPUTime};
}

// startTheWorldWithSema lets the Ps run again, newprocs of them if that is not
// 0. Returns nanotime (now, if it is not 0). On g0.
int64 startTheWorldWithSema(int64 now, [[maybe_unused]] worldStop w) {
  assertWorldStopped();
  m* mp = acquirem();  // a P may be held in a local variable
  lock(&sched.lock);
  int32 procs = gomaxprocs.load(relaxed);
  if (newprocs != 0) {
    procs = newprocs;
    newprocs = 0;
  }
  p* p1 = procresize(procs);
  sched.gcwaiting.store(false, seq_cst);
  if (sched.sysmonwait.load(relaxed)) {
    sched.sysmonwait.store(false, relaxed);
    notewakeup(&sched.sysmonnote);
  }
  unlock(&sched.lock);

  worldStarted();

  while (p1 != nullptr) {
    p* pp = p1;
    p1 = p1->link;
    if (m* mp2 = pp->m.load(relaxed)) {
      pp->m.store(nullptr, relaxed);
      if (mp2->nextp != nullptr) throw_("startTheWorld: inconsistent mp->nextp");
      mp2->nextp = pp;
      notewakeup(&mp2->park);
    } else {
      newm(nullptr, pp, -1);
    }
  }
  if (now == 0) now = nanotime();

  // There may be goroutines beyond those that their Ms were started for.
  wakep();
  releasem(mp);
  return now;
}

// ---- forEachP --------------------------------------------------------------------------

void forEachP(waitReason reason, void (*fn)(p*)) {
  systemstack([&] {
    g* gp = getg()->m->curg.load(relaxed);
    casGToWaitingForSuspendG(gp, Grunning, reason);
    forEachPInternal(fn);
    casgstatus(gp, Gwaiting, Grunning);
  });
}

// forEachPInternal calls fn(pp) for every P, at a moment when pp's owner is at a
// safe point, and returns when all calls are done. fn runs on any M and must not
// block. worldsema must be held.
void forEachPInternal(void (*fn)(p*)) {
  m* mp = acquirem();
  p* pp = mp->p.load(relaxed);

  lock(&sched.lock);
  if (sched.safePointWait != 0) throw_("forEachP: sched.safePointWait != 0");
  sched.safePointWait = gomaxprocs.load(relaxed) - 1;
  sched.safePointFn = fn;

  for (int32 i = 0; i < allplen; i++) {
    if (allp[i] != pp) allp[i]->runSafePointFn.store(1, seq_cst);
  }
  preemptall();

  // Any P that becomes idle from now on runs fn itself. For those that are:
  for (p* p2 = sched.pidle; p2 != nullptr; p2 = p2->link) {
    if (p2->runSafePointFn.cas(1, 0, acq_rel)) {
      fn(p2);
      sched.safePointWait--;
    }
  }
  bool wait = sched.safePointWait > 0;
  unlock(&sched.lock);

  fn(pp);

  // Ps under system calls: handing them off runs fn.
  for (int32 i = 0; i < allplen; i++) {
    p* p2 = allp[i];
    if (p2->runSafePointFn.load(relaxed) != 1) continue;
    syscallingThread thread;
    if (setBlockOnExitSyscall(p2, &thread)) {
      thread.takeP();
      thread.resume();
      handoffp(p2);
    }
  }

  if (wait) {
    while (!notetsleep(&sched.safePointNote, 100 * 1000)) preemptall();
    noteclear(&sched.safePointNote);
  }
  if (sched.safePointWait != 0) throw_("forEachP: not done");
  for (int32 i = 0; i < allplen; i++) {
    if (allp[i]->runSafePointFn.load(relaxed) != 0) throw_("forEachP: P did not run fn");
  }
  lock(&sched.lock);
  sched.safePointFn = nullptr;
  unlock(&sched.lock);
  releasem(mp);
}

// runSafePointFn runs this P's share of forEachP, if it has not been run yet.
void runSafePointFn() {
  p* pp = getg()->m->p.load(relaxed);
  // forEachP may have run it by proxy.
  if (!pp->runSafePointFn.cas(1, 0, acq_rel)) return;
  sched.safePointFn(pp);
  lock(&sched.lock);
  if (--sched.safePointWait == 0) notewakeup(&sched.safePointNote);
  unlock(&sched.lock);
}

// gcstopm stops this M for a stop of the world and returns when it is over. The
// P is given up.
void gcstopm() {
  m* mp = getg()->m;
  if (!sched.gcwaiting.load(acquire)) throw_("gcstopm: not waiting for gc");
  if (mp->spinning.load(relaxed)) {
    mp->spinning.store(false, relaxed);
    // startTheWorld wakes an M if there is work: no need to look again.
    if (sched.nmspinning.add(-1, seq_cst) < 0) throw_("gcstopm: negative nmspinning");
  }
  p* pp = releasep();
  lock(&sched.lock);
  pp->status.store(Pgcstop, relaxed);
  pp->gcStopTime = nanotime();
  if (sched.stopwait.add(-1, acq_rel) == 0) notewakeup(&sched.stopnote);
  unlock(&sched.lock);
  stopm();
}

// ---- Asking for a yield ------------------------------------------------------------------

// preemptall asks every running goroutine to yield. Best effort: one that is
// just starting may be missed. Returns whether anybody was asked.
bool preemptall() {
  bool res = false;
  for (int32 i = 0; i < allplen; i++) {
    if (allp[i]->status.load(relaxed) != Prunning) continue;
    if (preemptone(allp[i])) res = true;
  }
  return res;
}

// preemptone asks the goroutine on pp to yield. It may ask the wrong one, or one
// that is in the middle of leaving; the request is then ignored. Who owns pp is
// not our business: p, m and g are never unmapped, so stale pointers are harmless.
bool preemptone(p* pp) {
  m* mp = pp->m.load(acquire);
  if (mp == nullptr || mp == getg()->m) return false;
  g* gp = mp->curg.load(acquire);
  if (gp == nullptr || gp == mp->g0) return false;
  if ((readgstatus(gp) & ~Gscan) == Gsyscall) return false;  // nothing to stop
  gp->preempt.store(true, relaxed);
  // The stack check of every compiled function fails from now on.
  gp->stackguard0.store(stackPreempt, relaxed);
  return true;
}

// ---- Ps ---------------------------------------------------------------------------------

static void pinit(p* pp, int32 id) {
  pp->id = id;
  pp->status.store(Pgcstop, relaxed);
  pp->sudogcachelen = 0;
  if (pp->mcache == nullptr) pp->mcache = allocmcache();
  // A P that runs is not idle; who takes it off the idle list clears the bit too.
  idlepMask.clear(id);
}

// pdestroy gives back all that pp holds. World stopped, sched.lock held.
static void pdestroy(p* pp) {
  assertLockHeld(&sched.lock);
  assertWorldStopped();
  // Goroutines go to the front of the global queue, in order.
  uint32 h = pp->runqhead.load(relaxed);
  for (uint32 t = pp->runqtail.load(relaxed); t != h;) {
    t--;
    globrunqputhead(pp->runqslots[t % runqsize].load(relaxed));
    pp->runqtail.store(t, relaxed);
  }
  if (g* next = pp->runnext.load(relaxed)) {
    globrunqputhead(next);
    pp->runnext.store(nullptr, relaxed);
  }
  while (pp->sudogcachelen > 0) {
    sudog* s = pp->sudogbuf[--pp->sudogcachelen];
    lock(&sched.sudoglock);
    s->next = sched.sudogcache;
    sched.sudogcache = s;
    unlock(&sched.sudoglock);
  }
  gfpurge(pp);
  stackcache_clear(pp);
  freemcache(pp->mcache);
  pp->mcache = nullptr;
  sched.goroutinesCreated.add(pp->goroutinesCreated, relaxed);
  pp->goroutinesCreated = 0;
  pp->status.store(Pdead, relaxed);
}

// Makes room for nprocs entries in allp. World stopped, allpLock held.
static void allpgrow(int32 nprocs) {
  if (nprocs <= allpcap) return;
  int32 ncap = nprocs > 2 * allpcap ? nprocs : 2 * allpcap;
  auto** a = static_cast<p**>(
      persistentalloc(static_cast<uintptr>(ncap) * sizeof(p*), alignof(p*), nullptr));
  for (int32 i = 0; i < allpcap; i++) a[i] = allp[i];
  allp = a;
  allpcap = ncap;
}

// procresize makes nprocs Ps current and returns those that have local work,
// linked, each with an M in pp->m or none. The caller's P is kept if it is among
// them, else the caller gets P 0. World stopped, sched.lock held.
p* procresize(int32 nprocs) {
  assertLockHeld(&sched.lock);
  assertWorldStopped();

  int32 old = gomaxprocs.load(relaxed);
  if (old < 0 || nprocs <= 0) throw_("procresize: invalid arg");

  int64 now = nanotime();
  if (sched.procresizetime != 0) {
    sched.totaltime += int64{old} * (now - sched.procresizetime);
  }
  sched.procresizetime = now;

  if (nprocs > allplen) {
    // sysmon reads allp under this lock while the world is stopped.
    lock(&allpLock);
    allpgrow(nprocs);
    idlepMask = idlepMask.resize(nprocs);
    for (int32 i = old; i < nprocs; i++) {
      if (allp[i] == nullptr) {
        allp[i] = static_cast<p*>(persistentalloc(sizeof(p), alignof(p), nullptr));
      }
      pinit(allp[i], i);
    }
    allplen = nprocs;
    unlock(&allpLock);
  }

  m* mp = getg()->m;
  p* mine = mp->p.load(relaxed);
  if (mine != nullptr && mine->id < nprocs) {
    mine->status.store(Prunning, relaxed);
  } else {
    if (mine != nullptr) mine->m.store(nullptr, relaxed);
    mp->p.store(nullptr, relaxed);
    p* pp = allp[0];
    pp->m.store(nullptr, relaxed);
    pp->status.store(Pidle, relaxed);
    acquirep(pp);
  }

  // A P itself stays: an M in a system call may still point to it.
  for (int32 i = nprocs; i < old; i++) pdestroy(allp[i]);
  if (allplen != nprocs) {
    lock(&allpLock);
    allplen = nprocs;
    unlock(&allpLock);
  }

  p* runnablePs = nullptr;
  for (int32 i = nprocs - 1; i >= 0; i--) {
    p* pp = allp[i];
    if (mp->p.load(relaxed) == pp) continue;
    pp->status.store(Pidle, relaxed);
    if (runqempty(pp)) {
      pidleput(pp, now);
      continue;
    }
    pp->m.store(mget(), relaxed);
    pp->link = runnablePs;
    runnablePs = pp;
  }
  stealOrder.reset(static_cast<uint32>(nprocs));
  gomaxprocs.store(nprocs, seq_cst);
  return runnablePs;
}

// acquirep ties pp, which is idle and ours, to this M.
void acquirep(p* pp) {
  m* mp = getg()->m;
  if (mp->p.load(relaxed) != nullptr) throw_("wirep: already in go");
  m* owner = pp->m.load(relaxed);
  uint32 status = pp->status.load(relaxed);
  if (owner != nullptr || status != Pidle) {
    print("wirep: p->m=", static_cast<void*>(owner), "(", owner != nullptr ? owner->id : 0,
          ") p->status=", status, "\n");
    throw_("wirep: invalid p state");
  }
  mp->p.store(pp, relaxed);
  // release: who finds mp through pp (preemptone, retake) sees mp initialised.
  pp->m.store(mp, release);
  pp->status.store(Prunning, relaxed);
  pp->oldm = mp;
}

// releasep unties this M's P and returns it, idle.
p* releasep() {
  m* mp = getg()->m;
  p* pp = mp->p.load(relaxed);
  if (pp == nullptr) throw_("releasep: invalid arg");
  if (pp->m.load(relaxed) != mp || pp->status.load(relaxed) != Prunning) {
    print("releasep: m=", static_cast<void*>(mp), " m->p=", static_cast<void*>(pp),
          " p->m=", static_cast<void*>(pp->m.load(relaxed)),
          " p->status=", pp->status.load(relaxed), "\n");
    throw_("releasep: invalid p state");
  }
  mp->p.store(nullptr, relaxed);
  pp->m.store(nullptr, relaxed);
  pp->status.store(Pidle, relaxed);
  return pp;
}

// ---- GOMAXPROCS ------------------------------------------------------------------------------

// Serialises the computation of the default, which reads files. rank computeMaxProcs.
constinit mutex computeMaxProcsLock;

// defaultGOMAXPROCS returns how many Ps a program gets that does not say: the
// processors it may use, and no more than its cgroup's CPU limit, rounded up.
// n: the number of processors if it is known, 0 to ask.
int32 defaultGOMAXPROCS(int32 n) {
  if (n == 0) n = getCPUCount();
  return adjustCgroupGOMAXPROCS(n);
}

namespace {
// The goroutine that applies a new default, parked until sysmon finds one.
struct updateMaxProcsGState {
  mutex lock;
  g* gp = nullptr;
  atomic<bool> idle;
  int32 procs = 0;  // the new value; under lock
};
constinit updateMaxProcsGState updateMaxProcsG;
}  // namespace

// A goroutine, because sysmon cannot stop the world. It ends once the program
// sets GOMAXPROCS itself.
static void updateMaxProcsGoroutine(void*) {
  updateMaxProcsG.gp = getg();
  lockInit(&updateMaxProcsG.lock, lockRankUpdateMaxProcsG);
  for (;;) {
    lock(&updateMaxProcsG.lock);
    if (updateMaxProcsG.idle.load(relaxed)) throw_("updateMaxProcsGoroutine: phase error");
    updateMaxProcsG.idle.store(true, release);
    goparkunlock(&updateMaxProcsG.lock, waitReasonUpdateGOMAXPROCSIdle, traceBlockSystemGoroutine,
                 1);

    worldStop stw = stopTheWorldGC(stwGOMAXPROCS);
    // The program may have set it meanwhile; then it is the program's for ever.
    lock(&sched.lock);
    bool custom = sched.customGOMAXPROCS;
    unlock(&sched.lock);
    if (custom) {
      startTheWorldGC(stw);
      return;
    }
    newprocs = updateMaxProcsG.procs;
    startTheWorldGC(stw);
  }
}

// defaultGOMAXPROCSUpdateEnable starts the goroutine, unless GODEBUG says no.
void defaultGOMAXPROCSUpdateEnable() {
  if (debug.updatemaxprocs == 0) return;
  newprocsystem(updateMaxProcsGoroutine, nullptr);
}

// sysmonUpdateGOMAXPROCS looks whether the default has changed (a cgroup limit
// was raised, say) and wakes the goroutine that applies it. On sysmon, about once
// a second.
void sysmonUpdateGOMAXPROCS() {
  lock(&computeMaxProcsLock);
  lock(&sched.lock);
  bool custom = sched.customGOMAXPROCS;
  int32 curr = gomaxprocs.load(relaxed);
  unlock(&sched.lock);
  if (custom) {
    unlock(&computeMaxProcsLock);
    return;
  }
  int32 procs = defaultGOMAXPROCS(0);
  unlock(&computeMaxProcsLock);
  if (procs == curr) return;

  if (updateMaxProcsG.idle.load(acquire)) {
    lock(&updateMaxProcsG.lock);
    updateMaxProcsG.procs = procs;
    updateMaxProcsG.idle.store(false, relaxed);
    gList list;
    list.push(updateMaxProcsG.gp);
    injectglist(&list);
    unlock(&updateMaxProcsG.lock);
  }
}

}  // namespace gort

// Ms: threads of the operating system, their birth, sleep and end.
//
// An M is born in newm, runs mstart on its g0 stack, and from there schedule()
// for ever. Without work it sleeps in stopm, on sched.midle, until startm gives
// it a P. It ends only when a goroutine that is locked to it ends: such a thread
// may have been changed in ways nobody can undo (mexit).
//
// Extra Ms serve threads that the runtime did not make. Each has a goroutine of
// its own (curg), locked to it, in state Gdeadextra on the list and Gsyscall while
// a thread has it: for the scheduler a foreign thread is a goroutine in a system
// call, and calling into gort is returning from that call. There is always one
// spare on the list, because a foreign thread has nothing to make one with.
//
// The template thread: a thread that a program has locked may have a changed
// name space, signal mask or priority, and new threads inherit such things. So
// an M never starts a thread while its goroutine is locked; it asks one that
// nobody ever ran user code on.
//
// Go: runtime/proc.go, mcommoninit, mstart .. mexit, allocm .. startlockedm
//
// Differs from Go:
//  - threads come from libc (newosproc), because user code needs libc's thread
//    state; a finished one is joined when a new one is made (threadexited), and
//    its m and g0 are used again: an m is never unmapped, so that preemptone and
//    retake may look at a stale one;
//  - every program has the spare extra M; deadlock detection subtracts those on
//    the list, and stays quiet while the process has threads that are not ours,
//    whether they have called in yet or not. In Go a program with cgo never gets
//    a report.
#include "alloc/malloc.h"
#include "arch/gobuf.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/sanitizer.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"
#include "sched/lock_futex.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check.h"
#include "sched/lockrank_check_inl.h"
#include "sched/os_linux.h"
#include "sched/proc_inl.h"
#include "sched/proc_runq_inl.h"
#include "sched/rand.h"
#include "sched/rwmutex.h"
#include "sched/signal_unix.h"
#include "sched/stack.h"
#include "sched/upcalls.h"

namespace gort {

// allocmLock keeps Ms from being made while fork or the like needs the threads to
// stand still; execLock keeps threads from being started during exec.
static constinit rwmutex allocmLock;
static constinit rwmutex execLock;

// Finished ms whose thread is gone, linked by freelink; under sched.lock.
static constinit m* mpool = nullptr;

// m0 has ended, but for its thread (mexit); under sched.lock.
static constinit bool m0Retired = false;

namespace {
// Ms that wait for the template thread to start their threads.
struct newmHandoffState {
  mutex lock;
  m* newm = nullptr;     // linked by schedlink
  bool waiting = false;  // the template thread sleeps on wake
  note wake;
  atomic<uint32> haveTemplateThread;  // 1 once it has been started
};
constinit newmHandoffState newmHandoff;
}  // namespace

void minitLocks() {
  allocmLock.init(lockRankAllocmR, lockRankAllocmRInternal, lockRankAllocmW);
  execLock.init(lockRankExecR, lockRankExecRInternal, lockRankExecW);
}

// ---- Birth ---------------------------------------------------------------------------

// checkmcount ends the program if there are too many threads. sched.lock must be held.
static void checkmcount() {
  assertLockHeld(&sched.lock);
  // Foreign threads are not ours to limit.
  int32 count = mcount() - static_cast<int32>(extraMInUse.load(relaxed)) -
                static_cast<int32>(extraMLength.load(relaxed));
  if (count > sched.maxmcount) {
    print("runtime: program exceeds ", sched.maxmcount, "-thread limit\n");
    throw_("thread exhaustion");
  }
}

// mReserveID returns the id of the next M. sched.lock must be held.
static int64 mReserveID() {
  assertLockHeld(&sched.lock);
  int64 id = sched.mnext.load(relaxed);
  if (id == INT64_MAX) throw_("runtime: thread ID overflow");
  sched.mnext.store(id + 1, relaxed);
  checkmcount();
  return id;
}

// mcommoninit makes mp known. id: from mReserveID, or -1.
void mcommoninit(m* mp, int64 id) {
  lock(&sched.lock);
  mp->id = id >= 0 ? id : mReserveID();
  mrandinit(mp);
  mpreinit(mp);
  mp->alllink = allm.load(relaxed);
  allm.store(mp, release);  // publishes it to readers without the lock
  unlock(&sched.lock);
}

// reapms moves finished Ms, whose threads are gone, from sched.freem to mpool, and
// returns how many remain. sched.lock must be held.
static int32 reapms() {
  assertLockHeld(&sched.lock);
  int32 n = 0;
  m** link = &sched.freem;
  while (m* mp = *link) {
    if (mp->freeWait.load(acquire) == freeMWait || !threadexited(mp)) {
      link = &mp->freelink;
      n++;
      continue;
    }
    *link = mp->freelink;
    g0stackfree(mp->g0->stack);
    mp->g0->stack = {0, 0};
    mp->freelink = mpool;
    mpool = mp;
  }
  return n;
}

// foreignThreads returns how many threads of the process are not ours, as far as the
// system tells: those may come in at any time and ready a goroutine. No M runs and no
// foreign thread has one. sched.lock must be held.
int32 foreignThreads() {
  assertLockHeld(&sched.lock);
  // Ms that have a thread, those that ended and still have one, and a sanitizer's.
  int32 ours = mcount() - static_cast<int32>(extraMLength.load(relaxed)) + reapms();
  if (m0Retired) ours++;
  if constexpr (raceenabled) ours++;
  int32 n = threadcount() - ours;
  return n > 0 ? n : 0;
}

// allocm returns an M with a g0, whose stack is ours if ownstack.
enum class g0Stack { ours, foreign };
static m* allocm(void (*fn)(), int64 id, g0Stack kind) {
  allocmLock.rlock();
  m* me = acquirem();

  m* mp = nullptr;
  lock(&sched.lock);
  reapms();
  if (mpool != nullptr) {
    mp = mpool;
    mpool = mp->freelink;
  }
  unlock(&sched.lock);

  g* gp0;
  if (mp != nullptr) {
    gp0 = mp->g0;
    g* gsignal = mp->gsignal;
    memclrNoHeapPointers(mp, sizeof(m));
    mp->gsignal = gsignal;
  } else {
    mp = static_cast<m*>(persistentalloc(sizeof(m), alignof(m), nullptr));
    gp0 = static_cast<g*>(persistentalloc(sizeof(g), 64, nullptr));
  }
  mp->mstartfn = fn;
  mp->g0 = gp0;
  gp0->m = mp;
  gp0->sched.g = gp0;
  if (kind == g0Stack::ours) {
    gp0->stack = g0stackalloc();
    gp0->stackguard1 = gp0->stack.lo + stackGuardReserve;
    gp0->stackguard0.store(gp0->stackguard1, relaxed);
  }
  mcommoninit(mp, id);

  releasem(me);
  allocmLock.runlock();
  return mp;
}

// newm1 starts mp's thread.
static void newm1(m* mp) {
  execLock.rlock();
  newosproc(mp);
  execLock.runlock();
}

// newm makes an M that runs fn (if not null) and then, with pp, the scheduler.
// id: from mReserveID, or -1.
void newm(void (*fn)(), p* pp, int64 id) {
  m* me = acquirem();
  m* mp = allocm(fn, id, g0Stack::ours);
  mp->nextp = pp;
  mp->sigmask = initSigmask;
  if (me->lockedExt != 0) {
    lock(&newmHandoff.lock);
    if (newmHandoff.haveTemplateThread.load(relaxed) == 0) {
      throw_("on a locked thread with no template thread");
    }
    mp->schedlink = newmHandoff.newm;
    newmHandoff.newm = mp;
    if (newmHandoff.waiting) {
      newmHandoff.waiting = false;
      notewakeup(&newmHandoff.wake);
    }
    unlock(&newmHandoff.lock);
    releasem(me);
    return;
  }
  newm1(mp);
  releasem(me);
}

// templateThread starts the threads that locked Ms ask for. It never runs a
// goroutine.
static void templateThread() {
  lock(&sched.lock);
  sched.nmsys++;
  checkdead();
  unlock(&sched.lock);

  for (;;) {
    lock(&newmHandoff.lock);
    while (newmHandoff.newm != nullptr) {
      m* mp = newmHandoff.newm;
      newmHandoff.newm = nullptr;
      unlock(&newmHandoff.lock);
      while (mp != nullptr) {
        m* next = mp->schedlink;
        mp->schedlink = nullptr;
        newm1(mp);
        mp = next;
      }
      lock(&newmHandoff.lock);
    }
    newmHandoff.waiting = true;
    noteclear(&newmHandoff.wake);
    unlock(&newmHandoff.lock);
    notesleep(&newmHandoff.wake);
  }
}

// startTemplateThread starts it, once. The calling thread is not locked yet.
void startTemplateThread() {
  if (newmHandoff.haveTemplateThread.load(relaxed) != 0) return;
  systemstack([] {
    m* mp = acquirem();
    if (newmHandoff.haveTemplateThread.cas(0, 1, relaxed)) newm(templateThread, nullptr, -1);
    releasem(mp);
  });
}

// mstart1 is the part of mstart that does not come back.
[[noreturn]] static void mstart1(m* mp) {
  minit();
  if (mp == &m0) {
    newextram();
    initsig(false);
  }
  if (mp->mstartfn != nullptr) mp->mstartfn();
  if (mp != &m0) {
    acquirep(mp->nextp);
    mp->nextp = nullptr;
  }
  schedule();
}

static void mexit(m* mp);

void mstart(m* mp) {
  g* gp = getg();
  if (gp != mp->g0) throw_("bad runtime.mstart");
  fiberInitThread(&gp->fiber, gp->stack.lo, gp->stack.hi);
  gp->sched.g = gp;
  // Everything that runs on g0 later starts at this stack pointer. gogo(g0),
  // from goexit0, makes gort_gosave return again.
  if (gort_gosave(&gp->sched) == 0) mstart1(mp);
  if (!mp->leaving) throw_("mstart: g0 continued");
  mexit(mp);
}

// mexit ends this M; mstart then returns, and with it the thread. m0 stays:
// without the first thread a process looks dead to others.
static void mexit(m* mp) {
  if (mp == &m0) {
    mp->leaving = false;
    handoffp(releasep());
    lock(&sched.lock);
    sched.nmfreed.store(sched.nmfreed.load(relaxed) + 1, relaxed);
    m0Retired = true;
    checkdead();
    unlock(&sched.lock);
    mPark();
    throw_("locked m0 woke up");
  }

  sigblock(true);
  unminit();
  if (mp->gsignal != nullptr) {
    // No signal comes any more. The g stays for the next user of this m.
    stackfree(mp->gsignal->stack);
    mp->gsignal->stack = {0, 0};
    fiberDestroy(&mp->gsignal->fiber);
  }

  lock(&sched.lock);
  if (allm.load(relaxed) == mp) {
    allm.store(mp->alllink, release);
  } else {
    m* prev = allm.load(relaxed);
    while (prev != nullptr && prev->alllink != mp) prev = prev->alllink;
    if (prev == nullptr) throw_("m not found in allm");
    prev->alllink = mp->alllink;
  }
  // Nobody may free our stack yet: we run on it. See the end.
  mp->freeWait.store(freeMWait, relaxed);
  mp->freelink = sched.freem;
  atomicstore(&sched.freem, mp, relaxed);
  unlock(&sched.lock);

  handoffp(releasep());

  lock(&sched.lock);
  sched.nmfreed.store(sched.nmfreed.load(relaxed) + 1, relaxed);
  checkdead();
  unlock(&sched.lock);

  mdestroy(mp);
  // From here on the thread itself is all that keeps the stack: reapms joins it.
  mp->freeWait.store(freeMStack, release);
  setg(nullptr);
}

// ---- Extra Ms, for foreign threads ------------------------------------------------------

// The list, linked by schedlink; the low bit locks it. A spin lock, because a
// foreign thread has no m and so cannot use a mutex.
static constinit atomic<uintptr> extraM;
static constexpr uintptr extraMLocked = 1;
constinit atomic<uint32> extraMLength;          // Ms on the list
constinit atomic<uint32> extraMInUse;           // Ms that threads have
static constinit atomic<uint32> extraMWaiters;  // threads that found the list empty

// lockextra locks the list and returns its head. If the list is empty, waits for
// somebody to add an M, unless nilokay.
static m* lockextra(bool nilokay) {
  bool incr = false;
  for (;;) {
    uintptr old = extraM.load(relaxed);
    if (old == extraMLocked) {
      osyield_no_g();
      continue;
    }
    if (old == 0 && !nilokay) {
      if (!incr) {
        extraMWaiters.add(1, relaxed);
        incr = true;
      }
      usleep_no_g(1);
      continue;
    }
    // acquire: pairs with unlockextra, so that what the list's Ms hold is seen.
    if (extraM.cas(old, extraMLocked, acquire)) return reinterpret_cast<m*>(old);
    osyield_no_g();
  }
}

static void unlockextra(m* mp, int32 delta) {
  extraMLength.add(static_cast<uint32>(delta), relaxed);
  extraM.store(reinterpret_cast<uintptr>(mp), release);
}

static m* getExtraM(bool* last) {
  m* mp = lockextra(false);
  extraMInUse.add(1, relaxed);
  unlockextra(mp->schedlink, -1);
  *last = mp->schedlink == nullptr;
  return mp;
}

static void addExtraM(m* mp) {
  mp->schedlink = lockextra(true);
  unlockextra(mp, 1);
}

static void oneNewExtraM() {
  m* mp = allocm(nullptr, -1, g0Stack::foreign);
  g* gp = malg(fixedStack);
  gp->sched.pc = reinterpret_cast<uintptr>(&gort_gostart);
  gp->sched.sp = gp->stack.hi;
  gp->syscallpc = gp->sched.pc;
  gp->syscallsp = gp->sched.sp;
  gp->stktopsp = gp->sched.sp;
  casgstatus(gp, Gidle, Gdeadextra);
  gp->m = mp;
  mp->curg.store(gp, relaxed);
  mp->isextra = true;
  mp->isExtraInC.store(true, relaxed);
  mp->lockedInt++;
  mp->lockedg.store(gp, relaxed);
  gp->lockedm.store(mp, relaxed);
  gp->goid = sched.goidgen.add(1, relaxed);
  allgadd(gp);
  sched.ngsys.add(1, relaxed);  // not counted until a thread has it
  addExtraM(mp);
}

// newextram makes Ms for all threads that wait, or the spare one. On g0.
void newextram() {
  uint32 c = extraMWaiters.exchange(0, relaxed);
  if (c > 0) {
    for (uint32 i = 0; i < c; i++) oneNewExtraM();
  } else if (extraMLength.load(relaxed) == 0) {
    oneNewExtraM();
  }
}

void needm(uintptr sp) {
  // No signal between here and minit: its handler would find an M without its
  // signal stack.
  uint64 sigmask;
  sigsave(&sigmask);
  sigblock(false);

  bool last;
  m* mp = getExtraM(&last);
  // The spare is gone: the first thing to do with a P is to make another.
  mp->needextram = last;
  mp->sigmask = sigmask;

  g* gp0 = mp->g0;
  setg(gp0);
  // The thread's own bounds; or what must at least be there, if libc cannot say.
  stack bounds = threadstack();
  gp0->stack = bounds.hi != 0 ? bounds : stack{sp - (32 << 10), sp + 1024};
  gp0->stackguard1 = gp0->stack.lo + stackGuardReserve;
  gp0->stackguard0.store(gp0->stackguard1, relaxed);
  gp0->sched.sp = alignDown(sp, 16);
  fiberInitThread(&gp0->fiber, gp0->stack.lo, gp0->stack.hi);
  mp->isExtraInC.store(false, relaxed);
  minit();

  casgstatus(mp->curg.load(relaxed), Gdeadextra, Gsyscall);
  sched.ngsys.add(-1, relaxed);
  addGSyscallNoP(mp);
}

void dropm() {
  m* mp = getg()->m;
  g* gp = mp->curg.load(relaxed);
  casgstatus(gp, Gsyscall, Gdeadextra);
  gp->preemptStop = false;
  sched.ngsys.add(1, relaxed);
  decGSyscallNoP(mp);
  // exitsyscall of the next user must not take this for its own system call.
  mp->syscalltick--;

  uint64 sigmask = mp->sigmask;
  sigblock(false);
  unminit();
  setg(nullptr);

  g* gp0 = mp->g0;
  gp0->stack = {0, 0};
  gp0->stackguard0.store(0, relaxed);
  gp0->stackguard1 = 0;
  extraMInUse.add(static_cast<uint32>(-1), relaxed);
  addExtraM(mp);
  msigrestore(sigmask);
}

// ---- Sleeping and waking ---------------------------------------------------------------------

// mPark sleeps until somebody gives this M something to do.
void mPark() {
  m* mp = getg()->m;
  notesleep(&mp->park);
  noteclear(&mp->park);
}

// mput puts an idle mp on the list. sched.lock must be held.
void mput(m* mp) {
  assertLockHeld(&sched.lock);
  sched.midle.push(mp);
  sched.nmidle++;
  checkdead();
}

// mget takes an idle M, null if there is none. sched.lock must be held.
m* mget() {
  assertLockHeld(&sched.lock);
  auto* mp = static_cast<m*>(sched.midle.pop());
  if (mp != nullptr) sched.nmidle--;
  return mp;
}

// stopm parks this M, which has no P, and returns with one.
void stopm() {
  m* mp = getg()->m;
  if (mp->locks != 0) throw_("stopm holding locks");
  if (mp->p.load(relaxed) != nullptr) throw_("stopm holding p");
  if (mp->spinning.load(relaxed)) throw_("stopm spinning");
  lock(&sched.lock);
  mput(mp);
  unlock(&sched.lock);
  mPark();
  acquirep(mp->nextp);
  mp->nextp = nullptr;
}

static void mspinning() {
  // startm counted it in nmspinning.
  getg()->m->spinning.store(true, relaxed);
}

// startm lets some M run pp; if pp is null, any idle P, and if there is none it
// does nothing. spinning: the caller has counted the M in nmspinning and pp has
// no work. lockheld: sched.lock is held, and is afterwards.
void startm(p* pp, bool spinning, bool lockheld) {
  // The P is ours in a local variable: no preemption until the M has it.
  m* me = acquirem();
  if (!lockheld) lock(&sched.lock);
  if (pp == nullptr) {
    if (spinning) throw_("startm: P required for spinning=true");
    pp = pidleget(0);
    if (pp == nullptr) {
      if (!lockheld) unlock(&sched.lock);
      releasem(me);
      return;
    }
  }
  m* nmp = mget();
  if (nmp == nullptr) {
    // The id is reserved before the lock goes, so that checkdead, which may run
    // before the new M is known, counts it as running.
    int64 id = mReserveID();
    unlock(&sched.lock);
    newm(spinning ? mspinning : nullptr, pp, id);
    if (lockheld) lock(&sched.lock);
    releasem(me);
    return;
  }
  if (!lockheld) unlock(&sched.lock);
  if (nmp->spinning.load(relaxed)) throw_("startm: m is spinning");
  if (nmp->nextp != nullptr) throw_("startm: m has p");
  if (spinning && !runqempty(pp)) throw_("startm: p has runnable gs");
  nmp->spinning.store(spinning, relaxed);
  nmp->nextp = pp;
  notewakeup(&nmp->park);
  releasem(me);
}

// handoffp finds something to do for pp, which an M has just let go: another M if
// there is work, else the idle list. Needs no P.
void handoffp(p* pp) {
  if (!runqempty(pp) || sched.runqsize.load(relaxed) != 0) {
    startm(pp, false, false);
    return;
  }
  // Nobody looks for work and no P is idle: whatever is readied now would wait.
  if (sched.nmspinning.load(seq_cst) + sched.npidle.load(seq_cst) == 0 &&
      sched.nmspinning.cas(0, 1, seq_cst)) {
    sched.needspinning.store(0, seq_cst);
    startm(pp, true, false);
    return;
  }
  lock(&sched.lock);
  if (sched.gcwaiting.load(relaxed)) {
    pp->status.store(Pgcstop, relaxed);
    pp->gcStopTime = nanotime();
    if (sched.stopwait.add(-1, acq_rel) == 0) notewakeup(&sched.stopnote);
    unlock(&sched.lock);
    return;
  }
  if (pp->runSafePointFn.load(relaxed) != 0 && pp->runSafePointFn.cas(1, 0, acq_rel)) {
    sched.safePointFn(pp);
    if (--sched.safePointWait == 0) notewakeup(&sched.safePointNote);
  }
  if (sched.runq.size != 0) {
    unlock(&sched.lock);
    startm(pp, false, false);
    return;
  }
  pidleput(pp, 0);
  if (sched.needspinning.load(seq_cst) == 1) {
    // The same dance as in findRunnable, G3 and G4: work was submitted while
    // this P was on no list.
    p* again = pidleget(0);
    unlock(&sched.lock);
    if (again != nullptr) startm(again, false, false);
    return;
  }
  unlock(&sched.lock);
}

[[gnu::noinline]] void wakepSlow() {
  // Be careful not to have two Ms spinning because of one piece of work.
  if (sched.nmspinning.load(seq_cst) != 0 || !sched.nmspinning.cas(0, 1, seq_cst)) return;
  systemstack([] {
    m* mp = acquirem();  // the P is in a local variable
    lock(&sched.lock);
    p* pp = pidlegetSpinning(0);
    if (pp == nullptr) {
      if (sched.nmspinning.add(-1, seq_cst) < 0) throw_("wakep: negative nmspinning");
      unlock(&sched.lock);
      releasem(mp);
      return;
    }
    unlock(&sched.lock);
    startm(pp, true, false);
    releasem(mp);
  });
}

// stoplockedm parks this M, which is locked to a goroutine that cannot run, until
// it can. Returns with a P.
void stoplockedm() {
  m* mp = getg()->m;
  g* lockedg = mp->lockedg.load(relaxed);
  if (lockedg == nullptr || lockedg->lockedm.load(relaxed) != mp) {
    throw_("stoplockedm: inconsistent locking");
  }
  if (mp->p.load(relaxed) != nullptr) handoffp(releasep());
  incidlelocked(1);
  mPark();
  uint32 status = readgstatus(lockedg);
  if ((status & ~Gscan) != Grunnable) {
    print("runtime:stoplockedm: lockedg (atomicstatus=", status,
          ") is not Grunnable or Gscanrunnable\n");
    dumpgstatus(lockedg);
    throw_("stoplockedm: not runnable");
  }
  acquirep(mp->nextp);
  mp->nextp = nullptr;
}

// startlockedm gives this M's P to the M that gp is locked to, and parks. Returns
// with another P.
void startlockedm(g* gp) {
  m* mp = gp->lockedm.load(relaxed);
  if (mp == getg()->m) throw_("startlockedm: locked to me");
  if (mp->nextp != nullptr) throw_("startlockedm: m has p");
  incidlelocked(-1);
  mp->nextp = releasep();
  notewakeup(&mp->park);
  stopm();
}

// setMaxThreads sets how many threads may exist and returns the limit before.
intgo setMaxThreads(intgo in) {
  lock(&sched.lock);
  intgo out = sched.maxmcount;
  sched.maxmcount = in > 0x7fffffff ? 0x7fffffff : static_cast<int32>(in);
  checkmcount();
  unlock(&sched.lock);
  return out;
}

}  // namespace gort

// System calls: a goroutine that blocks outside the runtime keeps its thread, but
// not its P.
//
// entersyscall only marks the goroutine Gsyscall; the P stays attached, because
// most calls are short and the goroutine will want it back. Who finds the P
// there (sysmon after 20 us to 10 ms, a stop of the world at once) may take it:
//
//   taker  Gsyscall -> Gscan|Gsyscall     setBlockOnExitSyscall
//          m.p = null, p.m = null, p.status = Pidle or Pgcstop
//          Gscan|Gsyscall -> Gsyscall     resume
//   G      Gsyscall -> Grunning           exitsyscall; waits while the bit is set
//          m.p still there? go on. Else get a P, or queue up.
//
// The scan bit is the lock for g.m.p and the P's link back. G's transition to
// Grunning (acquire) comes before or after the taker's bit, never between, so it
// sees either all of the taker's stores or none of them. Whether a P that the
// taker found on its way (p.m, m.curg) still belongs to the G it locked, it
// checks under the bit.
//
// Go: runtime/proc.go, save .. decGSyscallNoP, setBlockOnExitSyscall .. resume
//
// Differs from Go: no forking (syscall_runtime_BeforeFork): a C++ program forks
// through libc, and only async-signal-safe calls are allowed in its child.
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"
#include "sched/lock_futex.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc_inl.h"
#include "sched/stack.h"
#include "sched/upcalls.h"

namespace gort {

// save records where the goroutine is, for whoever walks its stack meanwhile.
static void save(g* gp, uintptr pc, uintptr sp, uintptr bp) {
  if (gp == gp->m->g0 || gp == gp->m->gsignal) throw_("save on system g not allowed");
  gp->sched.pc = pc;
  gp->sched.sp = sp;
  gp->sched.rbp = bp;
}

static void entersyscallWakeSysmon() {
  lock(&sched.lock);
  if (sched.sysmonwait.load(relaxed)) {
    sched.sysmonwait.store(false, relaxed);
    notewakeup(&sched.sysmonnote);
  }
  unlock(&sched.lock);
}

// The world is being stopped: give the P up here and now, so that nobody has to
// come and take it.
static void entersyscallHandleGCWait(m* mp) {
  lock(&sched.lock);
  if (sched.stopwait.load(relaxed) > 0) {
    p* pp = mp->p.load(relaxed);
    pp->m.store(nullptr, relaxed);
    mp->p.store(nullptr, relaxed);
    pp->status.store(Pgcstop, relaxed);
    addGSyscallNoP(mp);
    pp->gcStopTime = nanotime();
    pp->syscalltick.store(pp->syscalltick.load(relaxed) + 1, relaxed);
    if (sched.stopwait.add(-1, acq_rel) == 0) notewakeup(&sched.stopnote);
  }
  unlock(&sched.lock);
}

[[noreturn]] static void badSyscallSP(const char* who, g* gp, const char* what, uintptr v) {
  print(who, " inconsistent ", what, " ", hex(v), " [", hex(gp->stack.lo), ",", hex(gp->stack.hi),
        "]\n");
  throw_(who);
}

// reentersyscall is entersyscall for a caller that says where it is: pc, sp and
// bp of a frame that stays until exitsyscall.
void reentersyscall(uintptr pc, uintptr sp, uintptr bp) {
  g* gp = getg();
  m* mp = gp->m;
  // No preemption while gp is half in: it could not be continued.
  mp->locks++;
  // A prologue check in here would see a goroutine that must not yield.
  gp->stackguard0.store(stackPreempt, relaxed);
  gp->throwsplit = true;

  p* pp = mp->p.load(relaxed);
  mp->syscalltick = pp->syscalltick.load(relaxed);
  if (pp->runSafePointFn.load(relaxed) != 0) systemstack(runSafePointFn);
  mp->oldp = pp;

  save(gp, pc, sp, bp);
  gp->syscallsp = sp;
  gp->syscallpc = pc;
  gp->syscallbp = bp;
  if (!onstack(gp, sp)) badSyscallSP("entersyscall", gp, "sp", sp);

  if (sched.gcwaiting.load(relaxed)) {
    systemstack([mp] { entersyscallHandleGCWait(mp); });
  }
  // release: who takes the P sees this P as the goroutine left it.
  casgstatus(gp, Grunning, Gsyscall);
  if (sched.sysmonwait.load(relaxed)) systemstack(entersyscallWakeSysmon);
  mp->locks--;
}

[[gnu::noinline]] void entersyscall() {
  reentersyscall(GORT_CALLERPC(), reinterpret_cast<uintptr>(__builtin_dwarf_cfa()),
                 reinterpret_cast<uintptr>(__builtin_frame_address(0)));
}

// entersyscallblock is for calls that are known to block: the P goes to somebody
// else at once.
[[gnu::noinline]] void entersyscallblock() {
  g* gp = getg();
  m* mp = gp->m;
  mp->locks++;
  gp->throwsplit = true;
  gp->stackguard0.store(stackPreempt, relaxed);
  p* pp = mp->p.load(relaxed);
  mp->syscalltick = pp->syscalltick.load(relaxed);
  pp->syscalltick.store(mp->syscalltick + 1, relaxed);

  addGSyscallNoP(mp);

  auto sp = reinterpret_cast<uintptr>(__builtin_dwarf_cfa());
  save(gp, GORT_CALLERPC(), sp, reinterpret_cast<uintptr>(__builtin_frame_address(0)));
  gp->syscallsp = gp->sched.sp;
  gp->syscallpc = gp->sched.pc;
  gp->syscallbp = gp->sched.rbp;
  if (!onstack(gp, sp)) badSyscallSP("entersyscallblock", gp, "sp", sp);

  systemstack([] { handoffp(releasep()); });
  casgstatus(gp, Grunning, Gsyscall);
  mp->locks--;
}

// exitsyscallTryGetP takes a P for the goroutine that returns: the one it had, or
// any idle one. On g0.
static p* exitsyscallTryGetP(p* oldp) {
  if (oldp != nullptr) {
    // It may be under another goroutine's system call.
    syscallingThread thread;
    if (setBlockOnExitSyscall(oldp, &thread)) {
      thread.takeP();
      decGSyscallNoP(getg()->m);
      thread.resume();
      return oldp;
    }
  }
  if (sched.npidle.load(relaxed) == 0) return nullptr;
  lock(&sched.lock);
  p* pp = pidleget(0);
  if (pp != nullptr && sched.sysmonwait.load(relaxed)) {
    sched.sysmonwait.store(false, relaxed);
    notewakeup(&sched.sysmonnote);
  }
  unlock(&sched.lock);
  if (pp != nullptr) decGSyscallNoP(getg()->m);
  return pp;
}

// exitsyscallNoP queues gp up, because there is no P for it. On g0.
static void exitsyscallNoP(g* gp) {
  m* mp = getg()->m;
  casgstatus(gp, Grunning, Grunnable);
  decGSyscallNoP(mp);
  atomicstore(&gp->m, static_cast<m*>(nullptr), relaxed);
  mp->curg.store(nullptr, release);
  lock(&sched.lock);
  p* pp = nullptr;
  if (schedEnabled(gp)) pp = pidleget(0);
  bool locked = false;
  if (pp == nullptr) {
    // Look before the queue has it: then somebody else may run and unlock it.
    locked = gp->lockedm.load(relaxed) != nullptr;
    globrunqput(gp);
  } else if (sched.sysmonwait.load(relaxed)) {
    sched.sysmonwait.store(false, relaxed);
    notewakeup(&sched.sysmonnote);
  }
  unlock(&sched.lock);
  if (pp != nullptr) {
    acquirep(pp);
    execute(gp, false);
  }
  if (locked) {
    // Only this M can run it; wait for a P.
    stoplockedm();
    execute(gp, false);
  }
  stopm();
  schedule();
}

[[gnu::noinline]] void exitsyscall() {
  g* gp = getg();
  m* mp = gp->m;
  mp->locks++;
  if (reinterpret_cast<uintptr>(__builtin_dwarf_cfa()) > gp->syscallsp) {
    throw_("exitsyscall: syscall frame is no longer valid");
  }
  gp->waitsince = 0;
  if (sched.stopwait.load(relaxed) == freezeStopWait) {
    // The process is dying: a user goroutine must not run any more.
    systemstack([] {
      lock(&deadlock);
      lock(&deadlock);
    });
  }

  // acquire: if a taker was here, its stores to m.p are seen below.
  casgstatus(gp, Gsyscall, Grunning);

  p* oldp = mp->oldp;
  mp->oldp = nullptr;
  p* pp = mp->p.load(relaxed);
  if (pp == nullptr) {
    systemstack([&] {
      pp = exitsyscallTryGetP(oldp);
      if (pp != nullptr) acquirep(pp);
    });
  }
  if (pp != nullptr) {
    pp->syscalltick.store(pp->syscalltick.load(relaxed) + 1, relaxed);
    gp->syscallsp = 0;
    mp->locks--;
    // Put the guard back to what it was; a request that came meanwhile stays.
    gp->stackguard0.store(gp->preempt.load(relaxed) ? stackPreempt : gp->stackguard1, relaxed);
    gp->throwsplit = false;
    if (atomicload(&sched.disable.user, relaxed)) {
      bool enabled;
      systemstack([&] {
        lock(&sched.lock);
        enabled = schedEnabled(gp);
        unlock(&sched.lock);
      });
      if (!enabled) Gosched();
    }
    return;
  }
  mp->locks--;

  mcall(exitsyscallNoP);

  // Another M, perhaps.
  gp->syscallsp = 0;
  pp = gp->m->p.load(relaxed);
  pp->syscalltick.store(pp->syscalltick.load(relaxed) + 1, relaxed);
  gp->throwsplit = false;
}

// nGsyscallNoP counts goroutines in system calls whose P was taken, without
// threads that are in foreign code for good.
void addGSyscallNoP(m* mp) {
  if (!mp->isExtraInC.load(relaxed)) sched.nGsyscallNoP.add(1, relaxed);
}

void decGSyscallNoP(m* mp) {
  if (!mp->isExtraInC.load(relaxed)) sched.nGsyscallNoP.add(-1, relaxed);
}

// ---- Taking a P ---------------------------------------------------------------------

// setBlockOnExitSyscall holds the goroutine on pp in its system call, if it is in
// one, and describes it; false if it is not, or leaves at this moment. The caller
// must let it go with resume. Needs no lock, and races with everything: what it
// finds on its way to the goroutine is checked once the goroutine is held.
bool setBlockOnExitSyscall(p* pp, syscallingThread* thread) {
  if (pp->status.load(relaxed) != Prunning) return false;
  m* mp = pp->m.load(acquire);
  if (mp == nullptr) return false;
  g* gp = mp->curg.load(acquire);
  if (gp == nullptr) return false;
  uint32 status = readgstatus(gp) & ~Gscan;
  // A goroutine of an extra M counts as being in a system call before its
  // thread's first one, too.
  if (status != Gsyscall && status != Gdeadextra) return false;
  if (!castogscanstatus(gp, status, status | Gscan)) return false;
  if (atomicload(&gp->m, relaxed) != mp || mp->p.load(relaxed) != pp) {
    casfrom_Gscanstatus(gp, status | Gscan, status);
    return false;
  }
  *thread = syscallingThread{gp, mp, pp, status};
  return true;
}

// gcstopP takes the P for a stop of the world. sched.lock must be held.
void syscallingThread::gcstopP() {
  assertLockHeld(&sched.lock);
  releaseP(Pgcstop);
  pp->gcStopTime = nanotime();
  sched.stopwait.add(-1, relaxed);
}

// takeP takes the P; it is idle and the caller's.
void syscallingThread::takeP() { releaseP(Pidle); }

void syscallingThread::releaseP(uint32 state) {
  if (state != Pidle && state != Pgcstop) throw_("attempted to release P into a bad state");
  pp->m.store(nullptr, relaxed);
  mp->p.store(nullptr, relaxed);
  pp->status.store(state, relaxed);
  addGSyscallNoP(mp);
  pp->syscalltick.store(pp->syscalltick.load(relaxed) + 1, relaxed);
}

// resume lets the goroutine return from its system call. release (in the CAS):
// it sees what was done to its P.
void syscallingThread::resume() { casfrom_Gscanstatus(gp, status | Gscan, status); }

}  // namespace gort

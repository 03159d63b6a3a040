// sysmon: a thread without a P that watches the others.
//
// It takes Ps away from goroutines that stay in system calls, asks goroutines
// that run longer than 10 ms to yield, applies changes of the cgroup's CPU limit
// and prints the traces that GODEBUG asks for. It sleeps 20 us between looks
// while there is something to do, and up to 10 ms when there is not; when all Ps
// are idle it sleeps until somebody wakes it (sched.sysmonwait).
//
// Go: runtime/proc.go, sysmon, retake, schedtrace
//
// Differs from Go:
//  - the poller, timers, the scavenger and forced collections are looked after here
//    once they exist;
//  - a deep sleep that nobody ended looks for a deadlock.
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/upcalls.h"
#include "runtime/debug_state.h"
#include "sched/lock_futex.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc_inl.h"
#include "sched/proc_runq_inl.h"

namespace gort {

static constexpr int64 forcegcperiod = 2 * 60 * int64{1000000000};  // also the longest sleep, twice
static constexpr int64 forcePreemptNS = 10 * 1000 * 1000;           // a time slice

void sysmon() {
  lock(&sched.lock);
  sched.nmsys++;
  checkdead();
  unlock(&sched.lock);

  int64 lastgomaxprocs = 0;
  int64 lasttrace = 0;
  int idle = 0;  // looks in succession at which there was nothing to do
  uint32 delay = 0;

  for (;;) {
    if (idle == 0) {
      delay = 20;
    } else if (idle > 50) {
      delay *= 2;  // after 1 ms of quiet
    }
    if (delay > 10 * 1000) delay = 10 * 1000;
    usleep(delay);

    // Sleep deep when the world is stopped or all Ps are idle. Whoever gives a P
    // work, or starts the world, sees sysmonwait under sched.lock.
    int64 now = nanotime();
    if (debug.schedtrace <= 0 &&
        (sched.gcwaiting.load(relaxed) || sched.npidle.load(relaxed) == gomaxprocs.load(relaxed))) {
      lock(&sched.lock);
      if (sched.gcwaiting.load(relaxed) || sched.npidle.load(relaxed) == gomaxprocs.load(relaxed)) {
        sched.sysmonwait.store(true, relaxed);
        unlock(&sched.lock);
        bool syscallWake = notetsleep(&sched.sysmonnote, forcegcperiod / 2);
        lock(&sched.lock);
        sched.sysmonwait.store(false, relaxed);
        noteclear(&sched.sysmonnote);
        if (syscallWake) {
          idle = 0;
          delay = 20;
        } else {
          // The foreign threads that all waited for may have ended meanwhile, which
          // nobody tells us.
          checkdead();
        }
      }
      unlock(&sched.lock);
    }

    lock(&sched.sysmonlock);
    // Again, because we may have slept long, on the note or on the lock.
    now = nanotime();
    if (debug.updatemaxprocs != 0 && lastgomaxprocs + int64{1000000000} <= now) {
      sysmonUpdateGOMAXPROCS();
      lastgomaxprocs = now;
    }
    if (retake(now) != 0) {
      idle = 0;
    } else {
      idle++;
    }
    if (debug.schedtrace > 0 && lasttrace + int64{debug.schedtrace} * 1000000 <= now) {
      lasttrace = now;
      schedtrace(debug.scheddetail > 0);
    }
    unlock(&sched.sysmonlock);
  }
}

// retake1 looks at one P; true if it took it.
static bool retake1(p* pp, int64 now, bool sysretake) {
  sysmontick* pd = &pp->sysmontick;
  syscallingThread thread;
  if (!setBlockOnExitSyscall(pp, &thread)) return false;

  // In the same system call as at the last look? Otherwise remember this one.
  uint32 syst = pp->syscalltick.load(relaxed);
  if (!sysretake && pd->syscalltick != syst) {
    pd->syscalltick = syst;
    pd->syscallwhen = now;
    thread.resume();
    return false;
  }
  // Without need the P stays: there is no work for it and others are ready to
  // take work. But not for ever, so that sysmon itself can sleep.
  if (runqempty(pp) && sched.nmspinning.load(relaxed) + sched.npidle.load(relaxed) > 0 &&
      pd->syscallwhen + 10 * 1000 * 1000 > now) {
    thread.resume();
    return false;
  }
  thread.takeP();
  thread.resume();
  handoffp(pp);
  return true;
}

// retake asks goroutines that used up their time slice to yield, and takes Ps
// from system calls. Returns how many it took.
uint32 retake(int64 now) {
  uint32 n = 0;
  // allp changes under this lock; it is let go where a P is handed on.
  lock(&allpLock);
  for (int32 i = 0; i < allplen; i++) {
    p* pp = allp[i];
    if (pp == nullptr || pp->status.load(relaxed) != Prunning) continue;
    sysmontick* pd = &pp->sysmontick;
    bool sysretake = false;
    uint32 schedt = pp->schedtick.load(relaxed);
    if (pd->schedtick != schedt) {
      pd->schedtick = schedt;
      pd->schedwhen = now;
    } else if (pd->schedwhen + forcePreemptNS <= now) {
      preemptone(pp);
      // In a system call nobody sees the request. Take the P.
      sysretake = true;
    }
    unlock(&allpLock);

    // The M whose P is taken looks idle and locked from the outside for a moment,
    // or another is about to be started: not a deadlock.
    incidlelocked(-1);
    if (retake1(pp, now, sysretake)) n++;
    incidlelocked(1);
    lock(&allpLock);
  }
  unlock(&allpLock);
  return n;
}

static int64 starttime = 0;

// Prints an M's or G's number, or nil.
static void printid(bool have, int64 id) {
  if (have) {
    print(id);
  } else {
    print("nil");
  }
}

// schedtrace prints the line, or with detailed the table, of GODEBUG=schedtrace.
// Much of it may change while it is printed.
void schedtrace(bool detailed) {
  int64 now = nanotime();
  if (starttime == 0) starttime = now;

  lock(&sched.lock);
  print("SCHED ", (now - starttime) / 1000000, "ms: gomaxprocs=", gomaxprocs.load(relaxed),
        " idleprocs=", sched.npidle.load(relaxed), " threads=", mcount(),
        " spinningthreads=", sched.nmspinning.load(relaxed),
        " needspinning=", sched.needspinning.load(relaxed), " idlethreads=", sched.nmidle,
        " runqueue=", sched.runq.size);
  if (detailed) {
    print(" gcwaiting=", sched.gcwaiting.load(relaxed), " nmidlelocked=", sched.nmidlelocked,
          " stopwait=", sched.stopwait.load(relaxed),
          " sysmonwait=", sched.sysmonwait.load(relaxed), "\n");
  }
  for (int32 i = 0; i < allplen; i++) {
    p* pp = allp[i];
    uint32 h = pp->runqhead.load(relaxed);
    uint32 t = pp->runqtail.load(relaxed);
    if (detailed) {
      print("  P", i, ": status=", pp->status.load(relaxed),
            " schedtick=", pp->schedtick.load(relaxed),
            " syscalltick=", pp->syscalltick.load(relaxed), " m=");
      m* mp = pp->m.load(acquire);
      printid(mp != nullptr, mp != nullptr ? mp->id : 0);
      print(" runqsize=", t - h, " gfreecnt=", pp->gFree.size.load(relaxed), " timerslen=0\n");
    } else {
      // The lengths of the local queues: [ len1 len2 ... ]
      print(" ");
      if (i == 0) print("[ ");
      print(t - h);
      if (i == allplen - 1) print(" ]");
    }
  }
  if (!detailed) {
    print(" schedticks=[ ");
    for (int32 i = 0; i < allplen; i++) print(allp[i]->schedtick.load(relaxed), " ");
    print("]\n");
    unlock(&sched.lock);
    return;
  }

  for (m* mp = allm.load(acquire); mp != nullptr; mp = mp->alllink) {
    p* pp = mp->p.load(relaxed);
    print("  M", mp->id, ": p=");
    printid(pp != nullptr, pp != nullptr ? pp->id : 0);
    print(" curg=");
    g* curg = mp->curg.load(acquire);
    printid(curg != nullptr, curg != nullptr ? static_cast<int64>(curg->goid) : 0);
    const char* off = atomicload(&mp->preemptoff, relaxed);
    print(" mallocing=", atomicload(&mp->mallocing, relaxed),
          " throwing=", static_cast<int32>(mp->throwing), " preemptoff=", off != nullptr ? off : "",
          " locks=", atomicload(&mp->locks, relaxed), " dying=", mp->dying,
          " spinning=", mp->spinning.load(relaxed), " blocked=", mp->blocked, " lockedg=");
    g* lockedg = mp->lockedg.load(relaxed);
    printid(lockedg != nullptr, lockedg != nullptr ? static_cast<int64>(lockedg->goid) : 0);
    print("\n");
  }
  forEachG(
      [](g* gp, void*) {
        print("  G", gp->goid, ": status=", readgstatus(gp), "(", waitReasonString(gp->waitreason),
              ") m=");
        m* mp = atomicload(&gp->m, relaxed);
        printid(mp != nullptr, mp != nullptr ? mp->id : 0);
        print(" lockedm=");
        m* lockedm = gp->lockedm.load(relaxed);
        printid(lockedm != nullptr, lockedm != nullptr ? lockedm->id : 0);
        print("\n");
      },
      nullptr);
  unlock(&sched.lock);
}

}  // namespace gort

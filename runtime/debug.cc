// debug.cc: questions to the scheduler and its one setting, GOMAXPROCS.
//
// Go: runtime/debug.go
//
// Differs from Go: int is int32 here, wide enough for a number of processors or
// goroutines that fit into memory.
#include "runtime/debug.h"

#include <gort/abi.h>

#include "arch/os_linux.h"
#include "runtime/cgocall.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc.h"

namespace gort {

int32 GOMAXPROCS(int32 n) {
  lock(&sched.lock);
  int32 ret = gomaxprocs.load(relaxed);  // changed under sched.lock
  if (n <= 0) {
    unlock(&sched.lock);
    return ret;
  }
  sched.customGOMAXPROCS = true;  // sysmon leaves the number alone from now on
  unlock(&sched.lock);

  // sysmon may be computing a new default; it must not apply that after ours.
  lock(&computeMaxProcsLock);
  unlock(&computeMaxProcsLock);
  if (n == ret) return ret;

  worldStop stw = stopTheWorldGC(stwGOMAXPROCS);
  newprocs = n;
  startTheWorldGC(stw);
  return ret;
}

void SetDefaultGOMAXPROCS() {
  int32 procs = defaultGOMAXPROCS(0);

  lock(&sched.lock);
  int32 curr = gomaxprocs.load(relaxed);  // changed under sched.lock
  bool custom = sched.customGOMAXPROCS;
  unlock(&sched.lock);
  if (!custom && procs == curr) return;

  worldStop stw = stopTheWorldGC(stwGOMAXPROCS);
  newprocs = procs;
  lock(&sched.lock);
  sched.customGOMAXPROCS = false;
  unlock(&sched.lock);
  startTheWorldGC(stw);
}

int32 NumCPU() { return numCPUStartup; }

int64 NumCgoCall() {
  auto n = static_cast<int64>(ncgocall.load(relaxed));  // a statistic
  for (m* mp = allm.load(acquire); mp != nullptr; mp = mp->alllink) {
    n += static_cast<int64>(atomicload(&mp->ncgocall, relaxed));
  }
  return n;
}

int32 NumGoroutine() { return gcount(false); }

}  // namespace gort

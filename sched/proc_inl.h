// proc_inl.h: the scheduler's shortest functions, inline.
//
// Go: runtime/runtime1.go (acquirem, releasem), runtime/proc.go
#ifndef SCHED_PROC_INL_H_
#define SCHED_PROC_INL_H_

#include "sched/proc.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

// acquirem pins the goroutine to its M, and thereby to its P: no preemption
// until releasem. It nests.
inline m* acquirem() {
  m* mp = getg()->m;
  mp->locks++;
  return mp;
}

inline void releasem(m* mp) {
  g* gp = getg();
  mp->locks--;
  if (mp->locks == 0 && gp->preempt.load(relaxed)) [[unlikely]] {
    // A request that arrived meanwhile and was refused: pose it again.
    gp->stackguard0.store(stackPreempt, relaxed);
  }
}

// canPreemptM reports whether mp is in a state in which its goroutine may be
// descheduled. The caller runs on mp.
inline bool canPreemptM(m* mp) {
  p* pp = mp->p.load(relaxed);
  return mp->locks == 0 && mp->mallocing == 0 && mp->preemptoff == nullptr && pp != nullptr &&
         pp->status.load(relaxed) == Prunning;
}

// wakepSlow starts a spinning M on an idle P, if there is one.
void wakepSlow();

// wakep wakes one more P, if one is idle and nobody is looking for work already.
// Called after work was put on a queue. proc.cc, "Waking and parking threads",
// has the argument; here are its steps S2 to S4. S1 was seq_cst: runqput, the
// global queue and runqputbatch are.
inline void wakep() {
  if (sched.nmspinning.load(seq_cst) != 0) return;  // S2
  if (sched.npidle.load(seq_cst) == 0) {
    // All are busy. The one that runs out of work first must look again. If the
    // flag is up already, whoever takes it down will look after that.
    if (sched.needspinning.load(seq_cst) != 0) return;
    sched.needspinning.store(1, seq_cst);         // S3
    if (sched.npidle.load(seq_cst) == 0) return;  // S4
  }
  wakepSlow();
}

}  // namespace gort

#endif  // SCHED_PROC_INL_H_

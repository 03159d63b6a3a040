// Local run queues, the fast paths.   Go: runtime/proc.go, runqput, runqget
//
// A P keeps its ready goroutines in a ring, so that readying a G and taking the
// next one need no lock. One producer, the M that owns the P; many consumers,
// the owner and thieves. A full ring spills half to sched.runq, so sched.lock
// is paid once per 128 goroutines. Whom to rob: findRunnable (proc.cc).
//
// The argument. runqtail is stored by the owner only, runqhead advances by CAS
// only, and never past runqtail.
//  - A consumer that loads tail t (acquire) sees every slot below t filled,
//    because the owner stored the slots before it stored t (release).
//  - A consumer reads its slots first and claims them by moving head h -> h+n
//    (release). If the CAS succeeds, head was h all the time, so the owner,
//    which writes slot i only when i - head < runqsize, has not written the
//    slots again: what was read is what was claimed. A thief that fails the CAS
//    forgets what it read.
//  - The owner may reuse a slot once it has loaded a head (acquire) beyond it;
//    this pairs with the release of the CAS, so the consumer's read of the slot
//    happened before the owner's overwrite.
//  - head and tail are 32 bits and wrap. A thief whose h is 2^32 operations old
//    could be fooled; it would have to be suspended for all of them.
//
// runnext is one slot beside the ring. Only the owner stores a G there, anybody
// may CAS it to null; so the owner's CAS from a G can fail, from null never.
//
// Differs from Go: a thief may read a slot it then fails to claim. Go calls that
// benign; C++ calls it undefined unless atomic, hence relaxed slots.
#ifndef SCHED_PROC_RUNQ_INL_H_
#define SCHED_PROC_RUNQ_INL_H_

#include "sched/proc.h"
#include "sched/runtime2.h"

namespace gort {

// runqput makes gp runnable on pp: in runnext if next, which moves the G there
// to the end of the ring, else at the end. Caller owns pp and cannot be preempted.
//
// It is a full barrier between the G becoming visible and whatever the caller loads
// afterwards (wakep relies on it).
inline void runqput(p* pp, g* gp, bool next) {
  if (next) {
    // acq_rel would do for the G; seq_cst puts the exchange before wakep's loads
    // in the single total order.
    gp = pp->runnext.exchange(gp, seq_cst);
    if (gp == nullptr) return;
  }
  for (;;) {
    uint32 h = pp->runqhead.load(acquire);  // pairs with the consumers' CAS: slot is free
    uint32 t = pp->runqtail.load(relaxed);  // no other writer
    if (t - h < runqsize) [[likely]] {
      pp->runqslots[t % runqsize].store(gp, relaxed);
      // Publishes the slot. A G that comes out of runnext has no barrier of its own:
      // the one in its place is visible, so the queue did not look empty.
      if (next) {
        pp->runqtail.store(t + 1, release);
      } else {
        pp->runqtail.store(t + 1, seq_cst);
      }
      return;
    }
    if (runqputslow(pp, gp, h, t)) return;  // takes sched.lock
    // Lost to a thief: there is room now.
  }
}

// runqget takes the next G of pp, null if there is none. *inheritTime tells that
// it runs in the time slice of the current one. Caller owns pp.
inline g* runqget(p* pp, bool* inheritTime) {
  g* next = pp->runnext.load(relaxed);
  // If the CAS fails, a thief took it; nobody but us could have stored another.
  if (next != nullptr && pp->runnext.cas(next, nullptr, acquire)) {
    *inheritTime = true;
    return next;
  }
  *inheritTime = false;
  for (;;) {
    uint32 h = pp->runqhead.load(acquire);  // pairs with other consumers' CAS
    uint32 t = pp->runqtail.load(relaxed);
    if (t == h) return nullptr;
    g* gp = pp->runqslots[h % runqsize].load(relaxed);
    if (pp->runqhead.cas(h, h + 1, release)) return gp;  // commits the consumption
  }
}

// runqpeek returns the G that runqget would return if no thief interfered.
// The G is not claimed: it may be running elsewhere a moment later.
inline g* runqpeek(p* pp) {
  if (g* next = pp->runnext.load(relaxed)) return next;
  uint32 h = pp->runqhead.load(acquire);
  if (pp->runqtail.load(relaxed) == h) return nullptr;
  return pp->runqslots[h % runqsize].load(relaxed);
}

}  // namespace gort

#endif  // SCHED_PROC_RUNQ_INL_H_

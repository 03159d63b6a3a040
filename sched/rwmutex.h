// rwmutex.h: a lock for Ms that many readers or one writer may hold.
//
// Go: runtime/rwmutex.go
//
// Like mutex it blocks the M and knows nothing of goroutines. A writer that waits
// keeps new readers out, so it cannot starve.
//
// Ranks. Three are involved. readRank and writeRank say where a read lock and a write
// lock of this rwmutex stand among the other locks. The write lock is wLock, held all
// the while, so writeRank is simply its rank. A reader holds no mutex, so its rank is
// noted without one (acquireLockRankAndM). rLock is taken inside these functions only,
// by either side, under a rank of its own (readRankInternal), a leaf below both.
#ifndef SCHED_RWMUTEX_H_
#define SCHED_RWMUTEX_H_

#include "arch/atomic.h"
#include "sched/lock_state.h"

namespace gort {

struct m;

// The zero value is unlocked; init gives it its ranks.
//
// INV1: readerCount is the number of readers that hold or wait; a writer that wants in
//       or is in has taken rwmutexMaxReaders off, so negative means: a writer is about.
// INV2: readerWait is the number of readers that held when the writer came and still do;
//       it may be negative for a moment, before the writer has added what it found.
// INV3: a reader that found readerCount negative is on `readers`, or has taken one from
//       readerPass, or is on its way to rLock for one of both.
struct rwmutex {
  mutex rLock;            // rank readRankInternal
  m* readers = nullptr;   // rLock: waiting readers, linked by m.schedlink
  uint32 readerPass = 0;  // rLock: waiting readers that need not queue any more
  m* writer = nullptr;    // rLock: the writer that waits for readers to leave

  mutex wLock;  // rank writeRank; held by the writer from lock to unlock

  atomic<int32> readerCount;
  atomic<int32> readerWait;

  lockRank readRank = lockRankUnknown;  // constant after init

  void init(lockRank readRank, lockRank readRankInternal, lockRank writeRank);
  void rlock();    // waits while there is a writer
  void runlock();  // undoes one rlock; throws if there was none
  void lock();     // waits until nobody else is in
  void unlock();   // undoes lock; throws if there was none
};

inline constexpr int32 rwmutexMaxReaders = 1 << 30;

}  // namespace gort

#endif  // SCHED_RWMUTEX_H_

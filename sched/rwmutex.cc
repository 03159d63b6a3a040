// rwmutex.cc: a lock for Ms that many readers or one writer may hold.
//
// Go: runtime/rwmutex.go
//
// Memory orders. readerCount and readerWait are changed by read-modify-writes only, all
// acq_rel, so each side that comes later in a counter's order sees what the other did
// before it left:
//   writer then reader: unlock's add to readerCount, with rlock's add that is >= 0; a
//     reader that had to wait is ordered by rLock and by its note instead
//   reader then writer: runlock's add to readerCount, with lock's; a reader that was
//     still in is ordered by readerWait, or by rLock and the writer's note
#include "sched/rwmutex.h"

#include "arch/upcalls.h"
#include "sched/lock_futex.h"
#include "sched/lockrank_check_inl.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

void rwmutex::init(lockRank readRank, lockRank readRankInternal, lockRank writeRank) {
  this->readRank = readRank;
  lockInit(&rLock, readRankInternal);
  lockInit(&wLock, writeRank);
}

void rwmutex::rlock() {
  // The reader keeps its P while it waits: gave it up, and the writer's side might need
  // the lock in turn to get on with a P, they would wait for each other.
  acquireLockRankAndM(readRank);
  lockWithRankMayAcquire(&rLock, getLockRank(&rLock));

  if (readerCount.add(1, acq_rel) >= 0) return;

  // A writer is about. notesleep is for g0.
  systemstack([this] {
    gort::lock(&rLock);
    if (readerPass > 0) {
      readerPass--;  // it has left meanwhile, and counted us
      gort::unlock(&rLock);
      return;
    }
    m* mp = getg()->m;
    mp->schedlink = readers;
    readers = mp;
    gort::unlock(&rLock);
    notesleep(&mp->park);
    noteclear(&mp->park);
  });
}

void rwmutex::runlock() {
  int32 r = readerCount.add(-1, acq_rel);
  if (r < 0) {
    if (r + 1 == 0 || r + 1 == -rwmutexMaxReaders) throw_("runlock of unlocked rwmutex");
    // A writer waits for those who were in before it.
    if (readerWait.add(-1, acq_rel) == 0) {
      gort::lock(&rLock);
      m* w = writer;
      if (w != nullptr) notewakeup(&w->park);
      gort::unlock(&rLock);
    }
  }
  releaseLockRankAndM(readRank);
}

void rwmutex::lock() {
  gort::lock(&wLock);  // also keeps us on this M and its P
  m* mp = getg()->m;
  int32 r = readerCount.add(-rwmutexMaxReaders, acq_rel) + rwmutexMaxReaders;
  // From here to the sleep rLock is held, so the last reader finds `writer` set.
  gort::lock(&rLock);
  if (r != 0 && readerWait.add(r, acq_rel) != 0) {
    systemstack([this, mp] {
      writer = mp;
      gort::unlock(&rLock);
      notesleep(&mp->park);
      noteclear(&mp->park);
    });
  } else {
    gort::unlock(&rLock);
  }
}

void rwmutex::unlock() {
  int32 r = readerCount.add(rwmutexMaxReaders, acq_rel);
  if (r >= rwmutexMaxReaders) throw_("unlock of unlocked rwmutex");
  gort::lock(&rLock);
  while (readers != nullptr) {
    m* reader = readers;
    readers = reader->schedlink;
    reader->schedlink = nullptr;
    notewakeup(&reader->park);
    r--;
  }
  // The rest have counted themselves and are on their way to rLock: let them pass.
  readerPass += static_cast<uint32>(r);
  gort::unlock(&rLock);
  gort::unlock(&wLock);
}

}  // namespace gort

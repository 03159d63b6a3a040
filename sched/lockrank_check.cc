// lockrank_check.cc: checks that locks are taken in the order of lockrank.txt, and
// that a function's caller holds what the function says it must.
//
// Go: runtime/lockrank_on.go
//
// Everything about held locks is the running M's own, and an M that holds a lock is
// not left by its goroutine: no atomics, but for the count of world stops.
#include "sched/lockrank_check.h"

#include <iterator>

#include "arch/atomic.h"
#include "arch/print.h"
#include "arch/upcalls.h"
#include "sched/lock_spinbit.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/proc_inl.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

namespace {

// worldIsStopped is 1 while the world is stopped. Written with worldsema held; relaxed
// everywhere, as only the holder and those it lets run under it rely on the answer.
constinit atomic<uint32> worldIsStopped;

// exempt reports whether locks of this rank are not recorded: those that reports of
// this very file need, and those taken while dying, after any other lock.
//
// Differs from Go: Go compares addresses with debuglock, paniclk and raceFiniLock, of
// which the first two live a floor above.
bool exempt(lockRank rank) {
  return rank == lockRankPrint || rank == lockRankPanic || rank == lockRankRaceFini;
}

void printRank(lockRank rank) { print(lockRankString(rank), " ", int64{rank}); }

void printHeldLocks(m* mp) {
  if (mp->locksHeldLen == 0) {
    print("<none>\n");
    return;
  }
  for (int64 j = 0; j < mp->locksHeldLen; j++) {
    const heldLockInfo& held = mp->locksHeld[j];
    print(j, " : ");
    printRank(held.rank);
    print(" ", reinterpret_cast<void*>(held.lockAddr));
    if (held.more != 0) print(" and ", held.more, " more");
    print("\n");
  }
}

// A select holds the locks of all its channels, and there is no bound on those. From
// this many entries on, a lock of the rank of the last two is counted in the last.
// Differs from Go: a Go runtime built with lock ranking throws at eleven channels.
constexpr int64 locksListed = 6;

// push records a lock, and throws if its rank may not follow the one before it.
void push(m* mp, lockRank rank, uintptr addr) {
  int64 i = mp->locksHeldLen;
  if (i >= static_cast<int64>(std::size(mp->locksHeld))) {
    throw_("too many locks held concurrently for rank checking");
  }
  if (i >= locksListed && mp->locksHeld[i - 1].rank == rank && mp->locksHeld[i - 2].rank == rank &&
      rankMayFollow(rank, rank)) {
    mp->locksHeld[i - 1].more++;
    return;
  }
  mp->locksHeld[i] = heldLockInfo{addr, rank, 0};
  mp->locksHeldLen++;
  if (i == 0 || rankMayFollow(mp->locksHeld[i - 1].rank, rank)) return;
  printlock();
  print(mp->procid, "  ======\n");
  printHeldLocks(mp);
  throw_("lock ordering problem");
}

// removeAt forgets the lock at addr, which is in the i-th entry (see find).
void removeAt(m* mp, int64 i, uintptr addr) {
  heldLockInfo& held = mp->locksHeld[i];
  if (held.more > 0) {
    held.more--;
    if (held.lockAddr == addr) held.lockAddr = 0;  // what is left was only counted
    return;
  }
  for (; i + 1 < mp->locksHeldLen; i++) mp->locksHeld[i] = mp->locksHeld[i + 1];
  mp->locksHeldLen--;
}

// find returns the index of the entry that l is in, -1 if there is none. Where locks
// are only counted, any of the rank may be l.
int64 find(m* mp, const mutex* l) {
  int64 counted = -1;
  for (int64 i = mp->locksHeldLen - 1; i >= 0; i--) {
    const heldLockInfo& held = mp->locksHeld[i];
    if (held.lockAddr == reinterpret_cast<uintptr>(l)) return i;
    if ((held.more > 0 || held.lockAddr == 0) && held.rank == l->rank) counted = i;
  }
  return counted;
}

bool checkWorldStopped() {
  uint32 stopped = worldIsStopped.load(relaxed);
  if (stopped > 1) {
    print("inconsistent world stop count=", stopped, "\n");
    throw_("inconsistent world stop count");
  }
  return stopped == 1;
}

}  // namespace

void lockInit(mutex* l, lockRank rank) { l->rank = rank; }

lockRank getLockRank(const mutex* l) { return l->rank; }

void lock(mutex* l) {
  if constexpr (staticLockRanking) {
    lockWithRankChecked(l, l->rank);
  } else {
    lock2(l);
  }
}

void lockWithRank(mutex* l, lockRank rank) {
  if constexpr (staticLockRanking) {
    lockWithRankChecked(l, rank);
  } else {
    lock2(l);
  }
}

void unlock(mutex* l) { unlockWithRank(l); }

void unlockWithRank(mutex* l) {
  if constexpr (staticLockRanking) {
    unlockWithRankChecked(l);
  } else {
    unlock2(l);
  }
}

void lockWithRankChecked(mutex* l, lockRank rank) {
  if (exempt(rank)) {
    lock2(l);
    return;
  }
  if (rank == lockRankUnknown) rank = lockRankLeafRank;
  // Recorded before it is taken: a deadlock would leave no report otherwise. Between
  // the two this M runs nothing else.
  push(getg()->m, rank, reinterpret_cast<uintptr>(l));
  lock2(l);
}

void unlockWithRankChecked(mutex* l) {
  if (exempt(l->rank)) {
    unlock2(l);
    return;
  }
  m* mp = getg()->m;
  int64 i = find(mp, l);
  if (i < 0) {
    print(mp->procid, " : ");
    printRank(l->rank);
    print(" ", static_cast<void*>(l), "\n");
    throw_("unlock without matching lock acquire");
  }
  removeAt(mp, i, reinterpret_cast<uintptr>(l));
  unlock2(l);
}

void lockWithRankMayAcquire(mutex* l, lockRank rank) {
  if constexpr (staticLockRanking) {
    m* mp = getg()->m;
    if (mp->locksHeldLen == 0) return;  // nothing that could be out of order with it
    int64 n = mp->locksHeldLen;
    push(mp, rank == lockRankUnknown ? lockRankLeafRank : rank, reinterpret_cast<uintptr>(l));
    if (mp->locksHeldLen == n) {
      mp->locksHeld[n - 1].more--;
    } else {
      mp->locksHeldLen--;
    }
  }
}

bool rankMayFollow(lockRank prev, lockRank rank) {
  if (rank < prev) return false;
  if (rank == lockRankLeafRank) return prev < lockRankLeafRank;
  const lockRankList& before = lockPartialOrder[rank];
  for (int32 i = 0; i < before.len; i++) {
    if (before.ranks[i] == prev) return true;
  }
  return false;
}

void acquireLockRankAndM(lockRank rank) {
  m* mp = acquirem();
  mp->locks += mutexMLocksDelta;
  if constexpr (staticLockRanking) push(mp, rank, 0);
}

void releaseLockRankAndM(lockRank rank) {
  m* mp = getg()->m;
  if constexpr (staticLockRanking) {
    int64 i = mp->locksHeldLen - 1;
    while (i >= 0 && (mp->locksHeld[i].rank != rank || mp->locksHeld[i].lockAddr != 0)) i--;
    if (i < 0) {
      print(mp->procid, " : ");
      printRank(rank);
      print("\n");
      throw_("lockRank release without matching lockRank acquire");
    }
    removeAt(mp, i, 0);
  }
  mp->locks -= mutexMLocksDelta;
  releasem(mp);
}

void assertLockHeld(mutex* l) {
  if constexpr (staticLockRanking) assertLockHeldChecked(l);
}

void assertLockHeldChecked(mutex* l) {
  m* mp = getg()->m;
  if (find(mp, l) >= 0) return;
  printlock();
  print("caller requires lock ", static_cast<void*>(l), " (rank ", lockRankString(l->rank),
        "), holding:\n");
  printHeldLocks(mp);
  throw_("not holding required lock!");
}

void assertRankHeld(lockRank rank) {
  if constexpr (staticLockRanking) assertRankHeldChecked(rank);
}

void assertRankHeldChecked(lockRank rank) {
  m* mp = getg()->m;
  for (int64 i = mp->locksHeldLen - 1; i >= 0; i--) {
    if (mp->locksHeld[i].rank == rank) return;
  }
  printlock();
  print("caller requires lock with rank ", lockRankString(rank), ", holding:\n");
  printHeldLocks(mp);
  throw_("not holding required lock!");
}

void worldStopped() {
  if constexpr (staticLockRanking) {
    uint32 stopped = worldIsStopped.add(1, relaxed);
    if (stopped != 1) {
      print("world stop count=", stopped, "\n");
      throw_("recursive world stop");
    }
  }
}

void worldStarted() {
  if constexpr (staticLockRanking) {
    uint32 stopped = worldIsStopped.add(-1u, relaxed);
    if (stopped != 0) {
      print("world stop count=", stopped, "\n");
      throw_("released non-stopped world stop");
    }
  }
}

void assertWorldStopped() {
  if constexpr (staticLockRanking) assertWorldStoppedChecked();
}

void assertWorldStoppedChecked() {
  if (!checkWorldStopped()) throw_("world not stopped");
}

void assertWorldStoppedOrLockHeld(mutex* l) {
  if constexpr (staticLockRanking) assertWorldStoppedOrLockHeldChecked(l);
}

void assertWorldStoppedOrLockHeldChecked(mutex* l) {
  if (checkWorldStopped()) return;
  m* mp = getg()->m;
  if (find(mp, l) >= 0) return;
  printlock();
  print("caller requires world stop or lock ", static_cast<void*>(l), " (rank ",
        lockRankString(l->rank), "), holding:\n");
  print("<no world stop>\n");
  printHeldLocks(mp);
  throw_("no world stop or required lock!");
}

}  // namespace gort

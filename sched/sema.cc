// sema.cc: semaphores on which goroutines sleep, and the list behind sync.Cond.
//
// Go: runtime/sema.go
//
// Why no wake-up is lost. Acquire: (a1) nwait += 1, (a2) look at *addr, sleep if 0.
// Release: (r1) *addr += 1, (r2) look at nwait, return if 0. Two locations, each side
// writes one and then reads the other: without one order of the four operations both
// could read the old value and the unit would lie there while its taker sleeps. Hence
// seq_cst on all four. If r2 read 0, it precedes a1 in that order, so r1 precedes a2,
// and a2 sees the unit. If r2 read more than 0, release takes the lock, which acquire
// holds from a1 until it is queued and parked, and finds the sleeper, or finds that
// somebody else took the unit.
#include "sched/sema.h"

#include "arch/cputicks.h"
#include "arch/print.h"
#include "arch/upcalls.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc.h"
#include "sched/rand_inl.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

constinit semTable semtable{};

semaRoot* semTable::rootFor(uint32* addr) {
  return &entries[(reinterpret_cast<uintptr>(addr) >> 3) % semTabSize].root;
}

void sync_runtime_Semacquire(uint32* addr) {
  semacquire1(addr, semaFIFO, semaBlockProfile, 0, waitReasonSemacquire);
}

void poll_runtime_Semacquire(uint32* addr) {
  semacquire1(addr, semaFIFO, semaBlockProfile, 0, waitReasonSemacquire);
}

void sync_runtime_Semrelease(uint32* addr, semaHandoff handoff, intgo skipframes) {
  semrelease1(addr, handoff, skipframes);
}

void internal_sync_runtime_SemacquireMutex(uint32* addr, semaOrder order, intgo skipframes) {
  semacquire1(addr, order, semaProfileFlags(semaBlockProfile | semaMutexProfile), skipframes,
              waitReasonSyncMutexLock);
}

void sync_runtime_SemacquireRWMutexR(uint32* addr, semaOrder order, intgo skipframes) {
  semacquire1(addr, order, semaProfileFlags(semaBlockProfile | semaMutexProfile), skipframes,
              waitReasonSyncRWMutexRLock);
}

void sync_runtime_SemacquireRWMutex(uint32* addr, semaOrder order, intgo skipframes) {
  semacquire1(addr, order, semaProfileFlags(semaBlockProfile | semaMutexProfile), skipframes,
              waitReasonSyncRWMutexLock);
}

void sync_runtime_SemacquireWaitGroup(uint32* addr) {
  semacquire1(addr, semaFIFO, semaBlockProfile, 0, waitReasonSyncWaitGroupWait);
}

void poll_runtime_Semrelease(uint32* addr) { semrelease(addr); }

void internal_sync_runtime_Semrelease(uint32* addr, semaHandoff handoff, intgo skipframes) {
  semrelease1(addr, handoff, skipframes);
}

static void readyWithTime(sudog* s, intgo traceskip) {
  if (s->releasetime != 0) s->releasetime = cputicks();
  goready(s->g, traceskip);
}

void semacquire(uint32* addr) {
  semacquire1(addr, semaFIFO, semaNoProfile, 0, waitReasonSemacquire);
}

void semacquire1(uint32* addr, semaOrder order, [[maybe_unused]] semaProfileFlags profile,
                 intgo skipframes, waitReason reason) {
  g* gp = getg();
  if (gp != gp->m->curg.load(relaxed)) throw_("semacquire not on the G stack");

  if (cansemacquire(addr)) return;

  sudog* s = acquireSudog();
  semaRoot* root = semtable.rootFor(addr);
  s->releasetime = 0;
  s->acquiretime = 0;
  s->ticket = 0;
  for (;;) {
    lockWithRank(&root->lock, lockRankRoot);
    root->nwait.add(1, seq_cst);  // a1: from here on semrelease comes to the lock
    if (cansemacquire(addr)) {    // a2
      root->nwait.add(-1, relaxed);
      unlock(&root->lock);
      break;
    }
    root->queue(addr, s, order);
    goparkunlock(&root->lock, reason, traceBlockSync, 4 + skipframes);
    // Woken with ticket 1 we were given the unit; otherwise we compete for it.
    if (s->ticket != 0 || cansemacquire(addr)) break;
  }
  releaseSudog(s);
}

void semrelease(uint32* addr) { semrelease1(addr, semaNoHandoff, 0); }

void semrelease1(uint32* addr, semaHandoff handoff, intgo skipframes) {
  semaRoot* root = semtable.rootFor(addr);
  // r1. Also publishes to the taker what the caller did before.
  atomicadd(addr, 1, seq_cst);

  if (root->nwait.load(seq_cst) == 0) return;  // r2

  lockWithRank(&root->lock, lockRankRoot);
  if (root->nwait.load(relaxed) == 0) {  // written under the lock
    unlock(&root->lock);                 // somebody took the unit without sleeping
    return;
  }
  sudog* s = root->dequeue(addr).found;
  if (s != nullptr) root->nwait.add(-1, relaxed);
  unlock(&root->lock);
  if (s == nullptr) return;

  // The rest may be slow or yield: no lock is held.
  if (s->ticket != 0) throw_("corrupted semaphore ticket");
  // A ticket tells the waiter that it has the unit, so nobody can snatch it while the
  // waiter is on its way. After readyWithTime s belongs to the waiter.
  bool given = handoff == semaHandoffToWaiter && cansemacquire(addr);
  if (given) s->ticket = 1;
  readyWithTime(s, 5 + skipframes);
  g* gp = getg();
  if (given && gp->m->locks == 0 && gp != gp->m->g0) {
    // The waiter is this P's runnext: make room, and it runs at once with what is left
    // of our time slice, so that a contended lock does not own the P for ever.
    goyield();
  }
}

bool cansemacquire(uint32* addr) {
  for (;;) {
    uint32 v = atomicload(addr, seq_cst);  // a2 in semacquire1
    if (v == 0) return false;
    if (atomiccas(addr, v, v - 1, acquire)) return true;  // pairs with r1
  }
}

void semaRoot::queue(uint32* addr, sudog* s, semaOrder order) {
  assertLockHeld(&lock);
  s->g = getg();
  s->elem = addr;
  s->g->waiting = s;  // a search for leaked goroutines reads the address from here
  s->next = nullptr;
  s->prev = nullptr;
  s->waiters = 0;

  sudog* last = nullptr;
  sudog** pt = &treap;
  for (sudog* t = *pt; t != nullptr; t = *pt) {
    if (t->elem == addr) {
      if (order == semaLIFO) {
        // s takes t's place in the tree, and t becomes the first behind it.
        *pt = s;
        s->ticket = t->ticket;
        s->acquiretime = t->acquiretime;  // the head carries the oldest time
        s->parent = t->parent;
        s->prev = t->prev;
        s->next = t->next;
        if (s->prev != nullptr) s->prev->parent = s;
        if (s->next != nullptr) s->next->parent = s;
        s->waitlink = t;
        s->waittail = t->waittail;
        if (s->waittail == nullptr) s->waittail = t;
        s->waiters = t->waiters;
        if (s->waiters != UINT16_MAX) s->waiters++;
        t->parent = nullptr;
        t->prev = nullptr;
        t->next = nullptr;
        t->waittail = nullptr;
      } else {
        if (t->waittail == nullptr) {
          t->waitlink = s;
        } else {
          t->waittail->waitlink = s;
        }
        t->waittail = s;
        s->waitlink = nullptr;
        if (t->waiters != UINT16_MAX) t->waiters++;
      }
      return;
    }
    last = t;
    pt = reinterpret_cast<uintptr>(addr) < reinterpret_cast<uintptr>(t->elem) ? &t->prev : &t->next;
  }

  // A new address: a leaf, then rotated up while its ticket is less than its parent's.
  // The lowest bit is set because 0 and 1 mean something else in semacquire1; losing
  // one bit does the balance no harm.
  s->ticket = cheaprand() | 1;
  s->parent = last;
  *pt = s;
  while (s->parent != nullptr && s->parent->ticket > s->ticket) {
    if (s->parent->prev == s) {
      rotateRight(s->parent);
    } else {
      if (s->parent->next != s) throw_("semaRoot queue");
      rotateLeft(s->parent);
    }
  }
}

semaRoot::dequeued semaRoot::dequeue(uint32* addr) {
  assertLockHeld(&lock);
  sudog** ps = &treap;
  sudog* s = *ps;
  for (; s != nullptr && s->elem != addr; s = *ps) {
    ps = reinterpret_cast<uintptr>(addr) < reinterpret_cast<uintptr>(s->elem) ? &s->prev : &s->next;
  }
  if (s == nullptr) return {nullptr, 0, 0};

  int64 now = s->acquiretime != 0 ? cputicks() : 0;
  int64 tailtime;
  if (sudog* t = s->waitlink) {
    // The next in line takes s's place in the tree.
    *ps = t;
    t->ticket = s->ticket;
    t->parent = s->parent;
    t->prev = s->prev;
    if (t->prev != nullptr) t->prev->parent = t;
    t->next = s->next;
    if (t->next != nullptr) t->next->parent = t;
    t->waittail = t->waitlink != nullptr ? s->waittail : nullptr;
    t->waiters = s->waiters;
    if (t->waiters != 0) t->waiters--;
    // The caller charges all waiting up to now; the next one starts from here.
    t->acquiretime = now;
    tailtime = s->waittail->acquiretime;
    s->waittail->acquiretime = now;
    s->waitlink = nullptr;
    s->waittail = nullptr;
  } else {
    // Rotate s down until it is a leaf, the smaller ticket going up.
    while (s->next != nullptr || s->prev != nullptr) {
      if (s->next == nullptr || (s->prev != nullptr && s->prev->ticket < s->next->ticket)) {
        rotateRight(s);
      } else {
        rotateLeft(s);
      }
    }
    if (s->parent == nullptr) {
      treap = nullptr;
    } else if (s->parent->prev == s) {
      s->parent->prev = nullptr;
    } else {
      s->parent->next = nullptr;
    }
    tailtime = s->acquiretime;
  }
  s->g->waiting = nullptr;
  s->parent = nullptr;
  s->elem = nullptr;
  s->next = nullptr;
  s->prev = nullptr;
  s->ticket = 0;
  return {s, now, tailtime};
}

void semaRoot::rotateLeft(sudog* x) {
  sudog* p = x->parent;
  sudog* y = x->next;
  sudog* b = y->prev;

  y->prev = x;
  x->parent = y;
  x->next = b;
  if (b != nullptr) b->parent = x;

  y->parent = p;
  if (p == nullptr) {
    treap = y;
  } else if (p->prev == x) {
    p->prev = y;
  } else {
    if (p->next != x) throw_("semaRoot rotateLeft");
    p->next = y;
  }
}

void semaRoot::rotateRight(sudog* y) {
  sudog* p = y->parent;
  sudog* x = y->prev;
  sudog* b = x->next;

  x->next = y;
  y->parent = x;
  y->prev = b;
  if (b != nullptr) b->parent = y;

  x->parent = p;
  if (p == nullptr) {
    treap = x;
  } else if (p->prev == y) {
    p->prev = x;
  } else {
    if (p->next != y) throw_("semaRoot rotateRight");
    p->next = x;
  }
}

// less compares two tickets that may have wrapped: a < b if b is less than 2^31 ahead.
static bool less(uint32 a, uint32 b) { return static_cast<int32>(a - b) < 0; }

uint32 notifyListAdd(notifyList* l) {
  // acq_rel: a notifier that sees this ticket sees what its holder did before, as the
  // lock of the sync.Cond ordered it; the fast paths below do not go through l->lock.
  return l->wait.add(1, acq_rel) - 1;
}

void notifyListWait(notifyList* l, uint32 t) {
  lockWithRank(&l->lock, lockRankNotifyList);

  if (less(t, l->notify.load(relaxed))) {  // written under the lock
    unlock(&l->lock);
    return;
  }

  sudog* s = acquireSudog();
  s->g = getg();
  s->elem = l;  // a search for leaked goroutines reads the address from here
  s->g->waiting = s;
  s->ticket = t;
  s->releasetime = 0;
  if (l->tail == nullptr) {
    l->head = s;
  } else {
    l->tail->next = s;
  }
  l->tail = s;
  goparkunlock(&l->lock, waitReasonSyncCondWait, traceBlockCondWait, 3);
  s->g->waiting = nullptr;
  s->elem = nullptr;
  releaseSudog(s);
}

void notifyListNotifyAll(notifyList* l) {
  // No ticket since the last notification: nothing to do. A ticket that is taken at the
  // same moment is not owed this notification, so the two loads need no common order;
  // acquire pairs with notifyListAdd, and with the release of notify below.
  if (l->wait.load(acquire) == l->notify.load(acquire)) return;

  lockWithRank(&l->lock, lockRankNotifyList);
  sudog* s = l->head;
  l->head = nullptr;
  l->tail = nullptr;

  // Every ticket up to wait is on the list we hold, or will find here that it has been
  // notified when it comes to the lock.
  l->notify.store(l->wait.load(acquire), release);
  unlock(&l->lock);

  while (s != nullptr) {
    sudog* next = s->next;
    s->next = nullptr;
    readyWithTime(s, 4);
    s = next;
  }
}

void notifyListNotifyOne(notifyList* l) {
  if (l->wait.load(acquire) == l->notify.load(acquire)) return;  // as in NotifyAll

  lockWithRank(&l->lock, lockRankNotifyList);
  uint32 t = l->notify.load(relaxed);  // written under the lock
  if (t == l->wait.load(acquire)) {
    unlock(&l->lock);
    return;
  }
  l->notify.store(t + 1, release);

  // The holder of ticket t may not have come to the lock yet: then it is not found, and
  // will not sleep. Else it is near the front, behind only those that overtook it
  // between their ticket and the lock. So the walk is short in either case.
  for (sudog *p = nullptr, *s = l->head; s != nullptr; p = s, s = s->next) {
    if (s->ticket != t) continue;
    sudog* n = s->next;
    if (p != nullptr) {
      p->next = n;
    } else {
      l->head = n;
    }
    if (n == nullptr) l->tail = p;
    unlock(&l->lock);
    s->next = nullptr;
    readyWithTime(s, 4);
    return;
  }
  unlock(&l->lock);
}

void notifyListCheck(uintptr sz) {
  if (sz == sizeof(notifyList)) return;
  print("runtime: bad notifyList size - sync=", sz, " runtime=", sizeof(notifyList), "\n");
  throw_("bad notifyList size");
}

}  // namespace gort

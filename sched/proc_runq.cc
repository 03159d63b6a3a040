// Run queues: the global queue, idle Ps, and what the local queues do when they
// are full, empty or robbed.
//
// The local ring and its argument are in proc_runq_inl.h. The global queue
// (sched.runq, a plain list under sched.lock) holds what does not belong to a
// P: goroutines that used up their time slice, overflow of a ring, goroutines
// made ready by a thread without a P. A P looks there at every 61st turn even
// if it has work of its own, so that two goroutines that keep readying each
// other cannot starve the rest.
//
// Go: runtime/proc.go, injectglist, mput .. gList, randomOrder
//
// Differs from Go: sched.runqsize mirrors runq.size in an atomic, so that looking
// whether the global queue is empty needs no lock and is no data race.
#include "alloc/malloc.h"
#include "arch/os_linux.h"
#include "arch/upcalls.h"
#include "runtime/debug_state.h"
#include "sched/lock_spinbit_inl.h"
#include "sched/lockrank_check.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc_inl.h"
#include "sched/proc_runq_inl.h"
#include "sched/rand.h"
#include "sched/rand_inl.h"

namespace gort {

constinit pMask idlepMask;
constinit randomOrder stealOrder;

// ---- injectglist --------------------------------------------------------------

// startIdle wakes up to n idle Ps, each with an M.
static void startIdle(int32 n) {
  for (; n > 0; n--) {
    m* mp = acquirem();  // see startm
    lock(&sched.lock);
    p* pp = pidlegetSpinning(0);
    if (pp == nullptr) {
      unlock(&sched.lock);
      releasem(mp);
      return;
    }
    startm(pp, false, true);
    unlock(&sched.lock);
    releasem(mp);
  }
}

// injectglist makes every G of glist runnable and empties it. Without a P, all
// go to the global queue; with one, as many go there as there are idle Ps to
// take them, and the rest to the local queue.
void injectglist(gList* glist) {
  if (glist->empty()) return;
  gQueue q;
  while (g* gp = glist->pop()) {
    casgstatus(gp, Gwaiting, Grunnable);
    q.pushBack(gp);
  }

  p* pp = getg()->m->p.load(relaxed);
  if (pp == nullptr) {
    int32 n = q.size;
    lock(&sched.lock);
    globrunqputbatch(&q);
    unlock(&sched.lock);
    startIdle(n);
    return;
  }

  gQueue globq;
  for (int32 npidle = sched.npidle.load(relaxed); npidle > 0 && !q.empty(); npidle--) {
    globq.pushBack(q.pop());
  }
  if (!globq.empty()) {
    int32 n = globq.size;
    lock(&sched.lock);
    globrunqputbatch(&globq);
    unlock(&sched.lock);
    startIdle(n);
  }

  runqputbatch(pp, &q);
  if (!q.empty()) {
    lock(&sched.lock);
    globrunqputbatch(&q);
    unlock(&sched.lock);
  }
  // Some P may have become idle after the count above and before the batch was
  // in the ring.
  wakep();
}

// ---- The global queue ---------------------------------------------------------

// noteRunqsize publishes the length for looks without the lock. seq_cst: the
// submitter's store comes before its look at nmspinning and npidle (wakep).
static void noteRunqsize() { sched.runqsize.store(sched.runq.size, seq_cst); }

// globrunqput appends gp to the global queue. sched.lock must be held.
void globrunqput(g* gp) {
  assertLockHeld(&sched.lock);
  sched.runq.pushBack(gp);
  noteRunqsize();
}

// globrunqputhead puts gp in front of the global queue. sched.lock must be held.
void globrunqputhead(g* gp) {
  assertLockHeld(&sched.lock);
  sched.runq.push(gp);
  noteRunqsize();
}

// globrunqputbatch appends all of batch and empties it. sched.lock must be held.
void globrunqputbatch(gQueue* batch) {
  assertLockHeld(&sched.lock);
  sched.runq.pushBackAll(*batch);
  *batch = gQueue{};
  noteRunqsize();
}

// globrunqget takes one G, null if there is none. sched.lock must be held.
g* globrunqget() {
  assertLockHeld(&sched.lock);
  if (sched.runq.size == 0) return nullptr;
  g* gp = sched.runq.pop();
  noteRunqsize();
  return gp;
}

// globrunqgetbatch takes a fair share of the queue, at most n: one G as result,
// the others appended to q. sched.lock must be held.
g* globrunqgetbatch(int32 n, gQueue* q) {
  assertLockHeld(&sched.lock);
  int32 size = sched.runq.size;
  if (size == 0) return nullptr;
  int32 share = size / gomaxprocs.load(relaxed) + 1;
  if (n > size) n = size;
  if (n > share) n = share;

  g* gp = sched.runq.pop();
  for (n--; n > 0; n--) q->pushBack(sched.runq.pop());
  noteRunqsize();
  return gp;
}

// ---- pMask ----------------------------------------------------------------------

// read reports whether the bit of P id is set. May race with set and clear.
bool pMask::read(uint32 id) const {
  return (words[id / 32].load(seq_cst) & (uint32{1} << (id % 32))) != 0;
}

void pMask::set(int32 id) { words[id / 32].or_(uint32{1} << (id % 32), seq_cst); }

void pMask::clear(int32 id) { words[id / 32].and_(~(uint32{1} << (id % 32)), seq_cst); }

// resize returns a mask with room for nprocs Ps. The old one stays readable: Ms
// without a P may be looking at it. The world is stopped.
pMask pMask::resize(int32 nprocs) const {
  int32 need = (nprocs + 31) / 32;
  if (need <= len) return *this;
  auto* w = static_cast<atomic<uint32>*>(
      persistentalloc(static_cast<uintptr>(need) * sizeof(atomic<uint32>), 64, nullptr));
  for (int32 i = 0; i < len; i++) w[i].store(words[i].load(relaxed), relaxed);
  return pMask{w, need};
}

// ---- Idle Ps --------------------------------------------------------------------

// pidleput puts pp on the idle list. Returns nanotime (now, if it is not 0).
// pp's queue is empty and nobody owns it. sched.lock must be held.
int64 pidleput(p* pp, int64 now) {
  assertLockHeld(&sched.lock);
  if (!runqempty(pp)) throw_("pidleput: P has non-empty run queue");
  if (now == 0) now = nanotime();
  idlepMask.set(pp->id);
  pp->link = sched.pidle;
  sched.pidle = pp;
  sched.npidle.add(1, seq_cst);  // pairs with wakep's load: see there
  return now;
}

// pidleget takes a P from the idle list, null if there is none. sched.lock must
// be held.
p* pidleget(int64) {
  assertLockHeld(&sched.lock);
  p* pp = sched.pidle;
  if (pp != nullptr) {
    idlepMask.clear(pp->id);
    sched.pidle = pp->link;
    sched.npidle.add(-1, seq_cst);
  }
  return pp;
}

// pidlegetSpinning is pidleget for a caller that has work for a spinning M. If
// there is no idle P, the next M that runs out of work must look once more
// before it gives up its P; see "Waking and parking threads" in proc.cc.
p* pidlegetSpinning(int64 now) {
  assertLockHeld(&sched.lock);
  p* pp = pidleget(now);
  if (pp == nullptr) sched.needspinning.store(1, seq_cst);
  return pp;
}

// ---- Local queues -----------------------------------------------------------------

// runqempty reports whether pp has no G in its local queue. It never reports
// empty while a G is moved from runnext to the ring: the tail is checked to be
// the same after runnext was read.
bool runqempty(p* pp) {
  for (;;) {
    uint32 head = pp->runqhead.load(seq_cst);
    uint32 tail = pp->runqtail.load(seq_cst);
    g* next = pp->runnext.load(seq_cst);
    if (tail == pp->runqtail.load(seq_cst)) return head == tail && next == nullptr;
  }
}

// runqputslow moves half of a full ring and gp to the global queue. Returns
// false if a thief made room first. Caller owns pp.
[[gnu::noinline, gnu::cold]] bool runqputslow(p* pp, g* gp, uint32 h, uint32 t) {
  g* batch[runqsize / 2 + 1];
  uint32 n = (t - h) / 2;
  if (n != runqsize / 2) throw_("runqputslow: queue is not full");
  for (uint32 i = 0; i < n; i++) batch[i] = pp->runqslots[(h + i) % runqsize].load(relaxed);
  if (!pp->runqhead.cas(h, h + n, release)) return false;  // commits the consumption
  batch[n] = gp;

  gQueue q;
  for (uint32 i = 0; i <= n; i++) q.pushBack(batch[i]);
  lock(&sched.lock);
  globrunqputbatch(&q);
  unlock(&sched.lock);
  return true;
}

// runqputbatch moves as much of q as fits into pp's ring. Caller owns pp.
void runqputbatch(p* pp, gQueue* q) {
  if (q->empty()) return;
  uint32 h = pp->runqhead.load(acquire);
  uint32 t = pp->runqtail.load(relaxed);
  while (!q->empty() && t - h < runqsize) {
    pp->runqslots[t % runqsize].store(q->pop(), relaxed);
    t++;
  }
  pp->runqtail.store(t, seq_cst);  // publishes; before wakep's loads
}

// runqdrain takes everything from pp's local queue. Caller owns pp.
gQueue runqdrain(p* pp) {
  gQueue q;
  g* next = pp->runnext.load(relaxed);
  if (next != nullptr && pp->runnext.cas(next, nullptr, acquire)) q.pushBack(next);
  for (;;) {
    uint32 h = pp->runqhead.load(acquire);
    uint32 t = pp->runqtail.load(relaxed);
    uint32 n = t - h;
    if (n == 0) return q;
    // Slots first, claim second, as everywhere: gs that a thief took must not
    // be linked into q.
    g* batch[runqsize];
    for (uint32 i = 0; i < n; i++) batch[i] = pp->runqslots[(h + i) % runqsize].load(relaxed);
    if (!pp->runqhead.cas(h, h + n, release)) continue;
    for (uint32 i = 0; i < n; i++) q.pushBack(batch[i]);
    return q;
  }
}

// runqgrab claims half of p2's ring and stores the Gs in pp's ring from
// batchHead on, unpublished. Returns how many. If the ring is empty it may take
// runnext, at the last try of a thief. Caller owns pp, not p2.
static uint32 runqgrab(p* p2, p* pp, uint32 batchHead, bool stealRunNextG) {
  for (;;) {
    uint32 h = p2->runqhead.load(acquire);  // with other consumers
    uint32 t = p2->runqtail.load(acquire);  // with the producer: slots are filled
    uint32 n = t - h;
    n = n - n / 2;
    if (n == 0) {
      if (!stealRunNextG) return 0;
      g* next = p2->runnext.load(seq_cst);
      if (next == nullptr) return 0;
      if (p2->status.load(relaxed) == Prunning) {
        // The owner readied this G and will most likely block the next moment
        // and run it: taking it now would only bounce it between threads. Let
        // the owner have it, unless it is in a system call and cannot.
        if (m* mp = p2->m.load(relaxed)) {
          g* gp = mp->curg.load(relaxed);
          if (gp == nullptr || (readgstatus(gp) & ~Gscan) != Gsyscall) usleep(3);
        }
      }
      if (!p2->runnext.cas(next, nullptr, acquire)) continue;
      pp->runqslots[batchHead % runqsize].store(next, relaxed);
      return 1;
    }
    if (n > runqsize / 2) continue;  // h and t do not belong together
    for (uint32 i = 0; i < n; i++) {
      g* gp = p2->runqslots[(h + i) % runqsize].load(relaxed);
      pp->runqslots[(batchHead + i) % runqsize].store(gp, relaxed);
    }
    if (p2->runqhead.cas(h, h + n, acq_rel)) return n;  // commits the consumption
  }
}

// runqsteal robs p2 of half its local queue: one G is the result, the others are
// put in pp's queue. Null if there was nothing. Caller owns pp.
g* runqsteal(p* pp, p* p2, bool stealRunNextG) {
  uint32 t = pp->runqtail.load(relaxed);
  uint32 n = runqgrab(p2, pp, t, stealRunNextG);
  if (n == 0) return nullptr;
  n--;
  g* gp = pp->runqslots[(t + n) % runqsize].load(relaxed);
  if (n == 0) return gp;
  uint32 h = pp->runqhead.load(acquire);
  if (t - h + n >= runqsize) throw_("runqsteal: runq overflow");
  pp->runqtail.store(t + n, release);  // publishes the slots
  return gp;
}

// ---- gQueue, gList ----------------------------------------------------------------

void gQueue::push(g* gp) {
  gp->schedlink = head;
  head = gp;
  if (tail == nullptr) tail = gp;
  size++;
}

void gQueue::pushBack(g* gp) {
  gp->schedlink = nullptr;
  if (tail != nullptr) {
    tail->schedlink = gp;
  } else {
    head = gp;
  }
  tail = gp;
  size++;
}

void gQueue::pushBackAll(gQueue q) {
  if (q.tail == nullptr) return;
  q.tail->schedlink = nullptr;
  if (tail != nullptr) {
    tail->schedlink = q.head;
  } else {
    head = q.head;
  }
  tail = q.tail;
  size += q.size;
}

g* gQueue::pop() {
  g* gp = head;
  if (gp != nullptr) {
    head = gp->schedlink;
    if (head == nullptr) tail = nullptr;
    size--;
  }
  return gp;
}

// The sizes of a gList are stored relaxed: only the list's owner changes it, and
// who looks from outside (gfget, gcount) wants an estimate.
void gList::push(g* gp) {
  gp->schedlink = head;
  head = gp;
  size.store(size.load(relaxed) + 1, relaxed);
}

void gList::pushAll(gQueue q) {
  if (q.empty()) return;
  q.tail->schedlink = head;
  head = q.head;
  size.store(size.load(relaxed) + q.size, relaxed);
}

g* gList::pop() {
  g* gp = head;
  if (gp != nullptr) {
    head = gp->schedlink;
    size.store(size.load(relaxed) - 1, relaxed);
  }
  return gp;
}

// ---- randomOrder ----------------------------------------------------------------------
//
// Steps of size inc through a ring of count visit every position once if inc and
// count have no common divisor. So a start is a random position and a random
// inc out of those precomputed.

static uint32 gcd(uint32 a, uint32 b) {
  while (b != 0) {
    uint32 r = a % b;
    a = b;
    b = r;
  }
  return a;
}

// reset prepares for count positions. The world is stopped.
void randomOrder::reset(uint32 n) {
  if (n > capcoprimes) {
    capcoprimes = n > 2 * capcoprimes ? n : 2 * capcoprimes;
    coprimes = static_cast<uint32*>(
        persistentalloc(capcoprimes * sizeof(uint32), alignof(uint32), nullptr));
  }
  count = n;
  ncoprimes = 0;
  for (uint32 i = 1; i <= n; i++) {
    if (gcd(i, n) == 1) coprimes[ncoprimes++] = i;
  }
}

// start begins a round; i is a random number.
randomEnum randomOrder::start(uint32 i) const {
  return randomEnum{0, count, i % count, coprimes[i / count % ncoprimes]};
}

}  // namespace gort

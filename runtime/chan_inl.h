// chan_inl.h: what chan.cc and select.cc share: the queues of a channel, and
// completing an operation for a goroutine that waits.
//
// Go: runtime/chan.go (waitq, chanbuf, full, empty, send, recv)
#ifndef RUNTIME_CHAN_INL_H_
#define RUNTIME_CHAN_INL_H_

#include "arch/stubs.h"
#include "gc/mbarrier_inl.h"
#include "runtime/chan.h"
#include "sched/lockrank_check_inl.h"
#include "sched/proc.h"
#include "sched/runtime2.h"

namespace gort {

// waitq's lists are changed under the channel's lock. The stores to first are
// release, for those who look at it without: see empty().
inline void waitq::enqueue(sudog* sgp) {
  sgp->next = nullptr;
  sudog* x = last;
  sgp->prev = x;
  last = sgp;
  if (x == nullptr) {
    first.store(sgp, release);
  } else {
    x->next = sgp;
  }
}

inline sudog* waitq::dequeue() {
  for (;;) {
    sudog* sgp = first.load(relaxed);  // under lock
    if (sgp == nullptr) return nullptr;
    sudog* y = sgp->next;
    if (y == nullptr) {
      first.store(nullptr, release);
      last = nullptr;
    } else {
      y->prev = nullptr;
      first.store(y, release);
      sgp->next = nullptr;  // says "not in the queue" to dequeueSudoG
    }
    // A goroutine in a select waits on several channels, and another channel may
    // have woken it although it has not come round to leaving this queue. Who
    // sets selectDone wakes it; to the others it is not there.
    // relaxed: the flag decides who goes on, and nothing else. What the waker
    // writes reaches the goroutine through goready, and selectgo takes the locks
    // of all its channels before it sets the flag back to 0.
    if (sgp->isSelect && !sgp->g->selectDone.cas(0, 1, relaxed)) continue;
    return sgp;
  }
}

inline void* chanbuf(hchan* c, uint64 i) { return c->buf + i * c->elemsize; }

// recvDirect and sendDirect move a value between two stacks: the only place where
// a running goroutine writes to, or reads from, another's stack. The other one is
// parked, and stays so until we ready it.
//
// A collector that scans stacks once relies on nobody storing into a stack that
// it has scanned. Here somebody does, so the store has to shade what it stores,
// as if the slot were in the heap; what typedmemmove finds out from the address of
// the slot, that it is no heap memory and needs no barrier, would be wrong.
inline void sendDirect(const _type* t, sudog* sg, const void* src) {
  void* dst = sg->elem;
  if (t->size == sizeof(uintptr)) [[likely]] {
    __builtin_memcpy(dst, src, sizeof(uintptr));
  } else {
    memmove(dst, src, t->size);
  }
}

inline void recvDirect(const _type* t, sudog* sg, void* dst) {
  const void* src = sg->elem;
  if (t->size == sizeof(uintptr)) [[likely]] {
    __builtin_memcpy(dst, src, sizeof(uintptr));
  } else {
    memmove(dst, src, t->size);
  }
}

// send hands the value at ep to the receiver sg, which has been dequeued, and
// readies it. The channel's buffer is empty and its lock held; unlockf() frees it.
template <class F>
[[gnu::always_inline]] inline void send(hchan* c, sudog* sg, const void* ep, F unlockf, int skip) {
  if (sg->elem != nullptr) {
    sendDirect(c->elemtype, sg, ep);
    sg->elem = nullptr;
  }
  g* gp = sg->g;
  unlockf();
  gp->param = sg;
  sg->success = true;
  goready(gp, skip + 1);
}

// recv takes a value for the receiver, who runs here, while the sender sg waits;
// sg has been dequeued. Without a buffer the value is the sender's. With one, the
// buffer is full: the receiver gets its oldest value, and the sender's moves into
// that slot, which is the tail of the queue as well as its head. ep may be null.
// The channel's lock is held; unlockf() frees it.
template <class F>
[[gnu::always_inline]] inline void recv(hchan* c, sudog* sg, void* ep, F unlockf, int skip) {
  if (c->dataqsiz == 0) {
    if (ep != nullptr) recvDirect(c->elemtype, sg, ep);
  } else {
    void* qp = chanbuf(c, c->recvx);
    if (ep != nullptr) typedmemmove1(c->elemtype, ep, qp);
    typedmemmove1(c->elemtype, qp, sg->elem);
    c->recvx++;
    if (c->recvx == c->dataqsiz) c->recvx = 0;
    c->sendx = c->recvx;
  }
  sg->elem = nullptr;
  g* gp = sg->g;
  unlockf();
  gp->param = sg;
  sg->success = true;
  goready(gp, skip + 1);
}

// bufsend puts the value at ep into the ring, which has room; bufrecv takes the
// oldest value out of it to ep, which may be null; there is one. lock held.
// The stores to qcount are release, for those who look without the lock: empty().
[[gnu::always_inline]] inline void bufsend(hchan* c, const void* ep) {
  typedmemmove1(c->elemtype, chanbuf(c, c->sendx), ep);
  c->sendx++;
  if (c->sendx == c->dataqsiz) c->sendx = 0;
  c->qcount.store(c->qcount.load(relaxed) + 1, release);
}

[[gnu::always_inline]] inline void bufrecv(hchan* c, void* ep) {
  void* qp = chanbuf(c, c->recvx);
  if (ep != nullptr) typedmemmove1(c->elemtype, ep, qp);
  typedmemclr1(c->elemtype, qp);
  c->recvx++;
  if (c->recvx == c->dataqsiz) c->recvx = 0;
  c->qcount.store(c->qcount.load(relaxed) - 1, release);
}

}  // namespace gort

#endif  // RUNTIME_CHAN_INL_H_

// chan.cc: channels.
//
// A channel passes values between goroutines and lines them up in time. It is a
// ring of slots under a lock, and there is always at most one crowd waiting: where
// somebody waits to receive, the ring is empty, and where somebody waits to send,
// it is full (INV2 in chan.h). So an operation looks in a fixed order, and the
// first that applies is right:
//
//   send     closed: panic.   A receiver waits: give it the value.   There is a
//            free slot: put it there.   Else wait.
//   receive  closed and empty: zero.   A sender waits: take its value (or, with a
//            ring, the oldest one, and put the sender's into the ring).   There is
//            a value: take it.   Else wait.
//
// A value never stays in between: who comes second moves it directly from stack to
// stack, on behalf of the one that waits, and that one wakes with its operation
// done. It learns how it ended from its sudog: `success` is false if it was close
// that woke it.
//
// Waiting. The goroutine puts a sudog into the channel's queue and parks; the lock
// is freed by chanparkcommit, after the goroutine's context has been saved, because
// from that moment another thread may complete the operation and run it.
//
// Without the lock. A non-blocking operation that cannot proceed is what select with
// a default does in a loop, so it looks at single words first (full, empty). Each
// look is true at some moment, and closed is never taken back; the arguments stand
// at the looks. For them, all stores to qcount, closed and waitq.first are release
// stores, made under the lock.
//
// Memory model: what a goroutine did before it sent or closed is visible to who
// received that value or saw the close; the k-th receive on a channel with room for
// c values is visible to who completes send k+c. Both follow from the lock, and from
// goready for those who waited.
//
// Go: runtime/chan.go
//
// Differs from Go:
//  - The timer of a time.After channel (hchan.timer, whose hooks are maybeRunChan,
//    blockTimerChan and unblockTimerChan, and timerchandrain) comes with timers; the
//    places are marked "timer". Likewise bubbles (synctest) and releasetime (profile
//    of blocking).
//  - The parts that park are functions of their own, so that the others stay short.
//  - A thread that the runtime does not know may call the entry points: it becomes a
//    goroutine for the time of the call (foreign_inl.h).
//  - Calls of the race detector: ThreadSanitizer sees the lock itself.
//  - hchan's descriptor: elemtype and sudogs lie outside the heap, so only buf counts.
#include "runtime/chan.h"

#include <cstddef>
#include <new>

#include "alloc/malloc.h"
#include "alloc/type.h"
#include "arch/upcalls.h"
#include "runtime/chan_inl.h"
#include "runtime/foreign_inl.h"
#include "sched/upcalls.h"

namespace gort {

static_assert(hchanSize % maxAlign == 0);

// ---- Making -------------------------------------------------------------------

namespace {

constexpr uint8 hchanName[] = {'r', 'u', 'n', 't', 'i', 'm', 'e', '.', 'h', 'c', 'h', 'a', 'n'};
constexpr string hchanStr{hchanName, sizeof(hchanName)};

// The word that buf is. offsetof is exact, although hchan is no standard-layout class
// (its mutex has a base), because no virtual base is involved.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
constexpr uintptr bufWord = offsetof(hchan, buf) / sizeof(uintptr);
#pragma GCC diagnostic pop
static_assert(bufWord < 8);
constexpr uint8 hchanPtrs[] = {1 << bufWord};

// The descriptor of an hchan whose ring is an object of its own.
constexpr _type hchanType{
    .size = hchanSize,
    .ptrdata = (bufWord + 1) * sizeof(uintptr),
    .hash = 0,
    .tflag = 0,
    .align = alignof(hchan),
    .fieldAlign = alignof(hchan),
    .kind = kindStruct,
    .equal = nullptr,
    .gcdata = hchanPtrs,
    .str = &hchanStr,
    .uncommon = nullptr,
    .ptrToThis = nullptr,
};

}  // namespace

hchan* makechan64(const chantype* t, int64 size) { return makechan(t, size); }

hchan* makechan(const chantype* t, intgo size) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { return makechan(t, size); });
  }
  const _type* elem = t->elem;

  // Compilers refuse both; <gort/chan.h> boxes such values.
  if (elem->size >= 1 << 16) throw_("makechan: invalid channel element type");
  if (elem->align > maxAlign) throw_("makechan: bad alignment");

  uintptr mem;
  bool overflow = __builtin_mul_overflow(elem->size, static_cast<uintptr>(size), &mem);
  if (overflow || mem > maxAlloc - hchanSize || size < 0) {
    panicplain("makechan: size out of range");
  }

  hchan* c;
  if (mem == 0) {
    // No ring, or a ring of nothing: slots have addresses, but no bytes.
    c = new (mallocgc(hchanSize, nullptr, true)) hchan{};
    c->buf = reinterpret_cast<uint8*>(&c->buf);
  } else if (!hasPointers(elem)) {
    // One object, without pointers: buf points into it, elemtype stays anyway.
    c = new (mallocgc(hchanSize + mem, nullptr, true)) hchan{};
    c->buf = reinterpret_cast<uint8*>(c) + hchanSize;
  } else {
    c = new (mallocgc(hchanSize, &hchanType, true)) hchan{};
    c->buf = static_cast<uint8*>(mallocgc(mem, elem, true));
  }

  c->elemsize = static_cast<uint16>(elem->size);
  c->elemtype = elem;
  c->dataqsiz = static_cast<uint64>(size);
  lockInit(&c->lock, lockRankHchan);
  return c;
}

// ---- Looking without the lock ---------------------------------------------------

// One word that may change is read, so the answer was true at that moment.
bool full(const hchan* c) {
  // dataqsiz is constant. acquire: see chansend.
  if (c->dataqsiz == 0) return c->recvq.first.load(acquire) == nullptr;
  return c->qcount.load(acquire) == c->dataqsiz;
}

bool empty(const hchan* c) {
  // acquire: see chanrecv. (timer: it may have to be run first)
  if (c->dataqsiz == 0) return c->sendq.first.load(acquire) == nullptr;
  return c->qcount.load(acquire) == 0;
}

// ---- Sending --------------------------------------------------------------------

namespace {

// chansendPark waits, with c's lock held, until a receiver has taken *ep.
[[gnu::noinline]] void chansendPark(hchan* c, const void* ep) {
  g* gp = getg();
  sudog* mysg = acquireSudog();
  mysg->releasetime = 0;
  mysg->elem = const_cast<void*>(ep);
  mysg->waitlink = nullptr;
  mysg->g = gp;
  mysg->isSelect = false;
  mysg->c = c;
  gp->waiting = mysg;
  gp->param = nullptr;
  c->sendq.enqueue(mysg);
  // From here until chanparkcommit nobody may take the stack apart: the sudog points
  // into it, and activeStackChans does not say so yet. relaxed: who wants the stack
  // synchronises with our change of status.
  gp->parkingOnChan.store(true, relaxed);
  gopark(chanparkcommit, &c->lock, waitReasonChanSend, traceBlockChanSend, 3);

  // Somebody woke us.
  if (mysg != gp->waiting) throw_("G waiting list is corrupted");
  gp->waiting = nullptr;
  gp->activeStackChans = false;
  bool closed = !mysg->success;
  gp->param = nullptr;
  mysg->c = nullptr;
  releaseSudog(mysg);
  if (closed) {
    if (c->closed.load(relaxed) == 0) throw_("chansend: spurious wakeup");
    panicplain("send on closed channel");
  }
}

// chansend sends *ep on c. If that would have to wait and block is false, it returns
// false and has done nothing.
[[gnu::always_inline]] inline bool chansend(hchan* c, const void* ep, bool block) {
  if (c == nullptr) [[unlikely]] {
    if (!block) return false;
    gopark(nullptr, nullptr, waitReasonChanSendNilChan, traceBlockForever, 2);
    throw_("unreachable");
  }

  // A send that cannot proceed, without the lock. Two words are read, closed and the
  // one in full. A channel does not turn from ready into not ready by being closed, so
  // if it was open when we looked and not ready afterwards, there was a moment between
  // the looks when it was open and not ready; and if the looks come in the other
  // order, it was open at the first, because it was at the second. So relaxed is
  // enough for closed. That a loop over this gets to see the change some day is left
  // to the cache: plain stores become visible.
  if (!block && c->closed.load(relaxed) == 0 && full(c)) return false;

  lock(&c->lock);

  if (c->closed.load(relaxed) != 0) [[unlikely]] {  // under lock
    unlock(&c->lock);
    panicplain("send on closed channel");
  }

  if (sudog* sg = c->recvq.dequeue(); sg != nullptr) {
    // The receiver gets it directly, past the ring, which is empty.
    send(
        c, sg, ep, [c] { unlock(&c->lock); }, 3);
    return true;
  }

  if (c->qcount.load(relaxed) < c->dataqsiz) {
    bufsend(c, ep);
    unlock(&c->lock);
    return true;
  }

  if (!block) {
    unlock(&c->lock);
    return false;
  }
  chansendPark(c, ep);
  return true;
}

}  // namespace

void chansend1(hchan* c, const void* elem) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { chansend1(c, elem); });
  }
  chansend(c, elem, true);
}

// For select { case c <- *elem: A default: B } compilers write
// if (selectnbsend(c, elem)) A else B.
bool selectnbsend(hchan* c, const void* elem) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { return selectnbsend(c, elem); });
  }
  return chansend(c, elem, false);
}

// ---- Closing --------------------------------------------------------------------

void closechan(hchan* c) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { closechan(c); });
  }
  if (c == nullptr) panicplain("close of nil channel");

  lock(&c->lock);
  if (c->closed.load(relaxed) != 0) {
    unlock(&c->lock);
    panicplain("close of closed channel");
  }
  c->closed.store(1, release);  // pairs with the acquire in chanrecv

  gList glist;

  // Receivers wake with the zero value.
  while (sudog* sg = c->recvq.dequeue()) {
    if (sg->elem != nullptr) {
      typedmemclr(c->elemtype, sg->elem);
      sg->elem = nullptr;
    }
    g* gp = sg->g;
    gp->param = sg;
    sg->success = false;
    glist.push(gp);
  }

  // Senders wake and panic.
  while (sudog* sg = c->sendq.dequeue()) {
    sg->elem = nullptr;
    g* gp = sg->g;
    gp->param = sg;
    sg->success = false;
    glist.push(gp);
  }
  unlock(&c->lock);

  // Not under the lock: it forbids to ready anybody.
  while (!glist.empty()) {
    g* gp = glist.pop();
    gp->schedlink = nullptr;
    goready(gp, 3);
  }
}

// ---- Receiving ------------------------------------------------------------------

namespace {

// chanrecvPark waits, with c's lock held, for a sender to fill *ep or for close, and
// reports whether it was a sender.
[[gnu::noinline]] bool chanrecvPark(hchan* c, void* ep) {
  g* gp = getg();
  sudog* mysg = acquireSudog();
  mysg->releasetime = 0;
  mysg->elem = ep;
  mysg->waitlink = nullptr;
  gp->waiting = mysg;

  mysg->g = gp;
  mysg->isSelect = false;
  mysg->c = c;
  gp->param = nullptr;
  c->recvq.enqueue(mysg);
  // (timer: a channel somebody waits on keeps its timer in the heap)

  gp->parkingOnChan.store(true, relaxed);  // as in chansendPark
  gopark(chanparkcommit, &c->lock, waitReasonChanReceive, traceBlockChanRecv, 3);

  // Somebody woke us.
  if (mysg != gp->waiting) throw_("G waiting list is corrupted");
  gp->waiting = nullptr;
  gp->activeStackChans = false;
  bool success = mysg->success;
  gp->param = nullptr;
  mysg->c = nullptr;
  releaseSudog(mysg);
  return success;
}

// chanrecv receives from c into *ep; ep may be null. If that would have to wait and
// block is false, nothing is selected. On a channel that is closed and empty, *ep is
// zeroed, and something is selected but not received.
[[gnu::always_inline]] inline selectResult chanrecv(hchan* c, void* ep, bool block) {
  if (c == nullptr) [[unlikely]] {
    if (!block) return {false, false};
    gopark(nullptr, nullptr, waitReasonChanReceiveNilChan, traceBlockForever, 2);
    throw_("unreachable");
  }

  // (timer: it may have to be run first)

  // A receive that cannot proceed, without the lock.
  if (!block && empty(c)) {
    // Not ready a moment ago; now, is it closed? In this order: of a channel that was
    // closed with values in it, and drained then, the other order could see it open and
    // then empty, which it never was. The load in empty is an acquire, and draining
    // and closing store with release, in critical sections that follow each other; so
    // who saw the emptiness after the close sees the close.
    if (c->closed.load(acquire) == 0) {
      // Open now, so open when it was not ready.
      return {false, false};
    }
    // Closed for good. A value may have come between the first look and the close; its
    // store to qcount is before the close, which we have acquired.
    if (empty(c)) {
      if (ep != nullptr) typedmemclr(c->elemtype, ep);
      return {true, false};
    }
  }

  lock(&c->lock);

  if (c->closed.load(relaxed) != 0) [[unlikely]] {  // under lock
    if (c->qcount.load(relaxed) == 0) {
      unlock(&c->lock);
      if (ep != nullptr) typedmemclr(c->elemtype, ep);
      return {true, false};
    }
    // Closed, but there are values left. Nobody waits to send: close woke them all.
  } else {
    if (sudog* sg = c->sendq.dequeue(); sg != nullptr) {
      recv(
          c, sg, ep, [c] { unlock(&c->lock); }, 3);
      return {true, true};
    }
  }

  if (c->qcount.load(relaxed) > 0) {
    bufrecv(c, ep);
    unlock(&c->lock);
    return {true, true};
  }

  if (!block) {
    unlock(&c->lock);
    return {false, false};
  }
  return {true, chanrecvPark(c, ep)};
}

}  // namespace

void chanrecv1(hchan* c, void* elem) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { chanrecv1(c, elem); });
  }
  chanrecv(c, elem, true);
}

bool chanrecv2(hchan* c, void* elem) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { return chanrecv2(c, elem); });
  }
  return chanrecv(c, elem, true).received;
}

// For select { case *elem, ok = <-c: A default: B } compilers write
// if (auto [selected, ok] = selectnbrecv(elem, c); selected) A else B.
selectResult selectnbrecv(void* elem, hchan* c) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { return selectnbrecv(elem, c); });
  }
  return chanrecv(c, elem, false);
}

// chanparkcommit runs when gp has been parked.
bool chanparkcommit(g* gp, void* chanLock) {
  // From here to the wake-up there are sudogs that point into gp's stack without a lock
  // held: who wants to take the stack apart has to lock their channels.
  gp->activeStackChans = true;
  // release: who sees false sees activeStackChans.
  gp->parkingOnChan.store(false, release);
  // Last, because then somebody may wake gp, and it must find what we wrote.
  unlock(static_cast<mutex*>(chanLock));
  return true;
}

// ---- Asking ---------------------------------------------------------------------

// (timer: a channel of a timer has a ring of one slot, and calls itself unbuffered)

intgo chanlen(const hchan* c) {
  if (c == nullptr) return 0;
  return static_cast<intgo>(c->qcount.load(relaxed));  // a hint: it may have changed by now
}

intgo chancap(const hchan* c) {
  if (c == nullptr) return 0;
  return static_cast<intgo>(c->dataqsiz);
}

}  // namespace gort

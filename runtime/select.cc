// select.cc: the select statement.
//
// A select looks at several channels at one moment: it locks them all, and does the
// first operation that can proceed, in a random order of the cases. If none can it
// queues itself on all of them and parks; the first channel that has something for it
// wins it by setting g.selectDone (waitq::dequeue), and the goroutine leaves the other
// queues when it wakes.
//
// Two orders, both in the caller's `order` array. pollorder is the random one, so that
// of two channels that are always ready neither starves. lockorder is by the channels'
// addresses, so that two selects over the same channels cannot deadlock. A channel may
// appear in several cases: equal neighbours in lockorder, locked once.
//
// Three passes:
//   1. all channels locked: look for an operation that can proceed; if there is none
//      and there is a default, unlock and leave;
//   2. enqueue a sudog on each channel, linked in g.waiting in lock order; park, which
//      unlocks (selparkcommit);
//   3. awake, and all channels locked again: leave the queues, and find out which case
//      it was: g.param is its sudog.
//
// Go: runtime/select.go; reflect.rselect for Select::run
//
// Differs from Go: pc0 and casePC are the race detector's. Timers, bubbles and
// releasetime are as in chan.cc; the places are marked "timer". A goto may not jump
// over initialised variables in C++, so the ends that Go jumps to are calls in place.
#include "runtime/select.h"

#include <gort/select.h>

#include <utility>

#include "arch/upcalls.h"
#include "runtime/chan.h"
#include "runtime/chan_inl.h"
#include "runtime/foreign_inl.h"
#include "sched/rand_inl.h"
#include "sched/upcalls.h"

namespace gort {

namespace {

void sellock(const scase* scases, const uint16* lockorder, intgo n) {
  hchan* c = nullptr;
  for (intgo i = 0; i < n; i++) {
    hchan* c0 = scases[lockorder[i]].c;
    if (c0 != c) {
      c = c0;
      lock(&c->lock);
    }
  }
}

// The last unlock may let another thread run this goroutine, if it was parking, and
// scases and lockorder with it: nothing of them is read after it.
void selunlock(const scase* scases, const uint16* lockorder, intgo n) {
  for (intgo i = n - 1; i >= 0; i--) {
    hchan* c = scases[lockorder[i]].c;
    if (i > 0 && c == scases[lockorder[i - 1]].c) continue;  // unlocked on the next turn
    unlock(&c->lock);
  }
}

uintptr sortkey(const hchan* c) { return reinterpret_cast<uintptr>(c); }

}  // namespace

// selparkcommit runs when gp has been parked; not on gp's stack, so it goes by
// gp->waiting, which has all channels in lock order.
bool selparkcommit(g* gp, void*) {
  // As chanparkcommit.
  gp->activeStackChans = true;
  gp->parkingOnChan.store(false, release);

  // Once a channel is unlocked, the fields of its sudogs may change, c and waitlink
  // among them. So unlock it only after the walk has passed all of them.
  hchan* lastc = nullptr;
  for (sudog* sg = gp->waiting; sg != nullptr; sg = sg->waitlink) {
    if (sg->c != lastc && lastc != nullptr) unlock(&lastc->lock);
    lastc = sg->c;
  }
  if (lastc != nullptr) unlock(&lastc->lock);
  return true;
}

void block() {
  if (foreign()) [[unlikely]]
    foreigncall([] { block(); });
  gopark(nullptr, nullptr, waitReasonSelectNoCases, traceBlockForever, 1);
  throw_("unreachable");
}

selectgoResult selectgo(scase* scases, uint16* order, intgo nsends, intgo nrecvs, bool block) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=] { return selectgo(scases, order, nsends, nrecvs, block); });
  }
  const intgo ncases = nsends + nrecvs;
  uint16* pollorder = order;
  uint16* lockorder = order + ncases;

  // Compilers turn selects with no case, one case, or one case and a default into
  // something simpler. If few cases are left here, channels were nil: rare.

  // Shuffle: each case, as it comes, swaps places with a random one so far. Cases
  // without a channel are in neither order.
  intgo norder = 0;
  for (intgo i = 0; i < ncases; i++) {
    scase* cas = &scases[i];
    if (cas->c == nullptr) {
      cas->elem = nullptr;  // for the collector
      continue;
    }
    // (timer: it may have to be run first)
    uint32 j = cheaprandn(static_cast<uint32>(norder + 1));
    pollorder[norder] = pollorder[j];
    pollorder[j] = static_cast<uint16>(i);
    norder++;
  }

  // Sort by address, with heapsort: n log n whatever comes, and no stack. It begins
  // with pollorder, so that cases on one channel stay in random order.
  for (intgo i = 0; i < norder; i++) {
    intgo j = i;
    hchan* c = scases[pollorder[i]].c;
    while (j > 0 && sortkey(scases[lockorder[(j - 1) / 2]].c) < sortkey(c)) {
      intgo k = (j - 1) / 2;
      lockorder[j] = lockorder[k];
      j = k;
    }
    lockorder[j] = pollorder[i];
  }
  for (intgo i = norder - 1; i >= 0; i--) {
    uint16 o = lockorder[i];
    hchan* c = scases[o].c;
    lockorder[i] = lockorder[0];
    intgo j = 0;
    for (;;) {
      intgo k = j * 2 + 1;
      if (k >= i) break;
      if (k + 1 < i && sortkey(scases[lockorder[k]].c) < sortkey(scases[lockorder[k + 1]].c)) {
        k++;
      }
      if (sortkey(c) < sortkey(scases[lockorder[k]].c)) {
        lockorder[j] = lockorder[k];
        j = k;
        continue;
      }
      break;
    }
    lockorder[j] = o;
  }

  sellock(scases, lockorder, norder);
  auto unlockall = [&] { selunlock(scases, lockorder, norder); };

  // Pass 1: look for something that can proceed. Everything under the locks.
  for (intgo i = 0; i < norder; i++) {
    const intgo casi = pollorder[i];
    scase* cas = &scases[casi];
    hchan* c = cas->c;

    if (casi >= nsends) {
      if (sudog* sg = c->sendq.dequeue(); sg != nullptr) {
        recv(c, sg, cas->elem, unlockall, 2);
        return {casi, true};
      }
      if (c->qcount.load(relaxed) > 0) {
        bufrecv(c, cas->elem);
        unlockall();
        return {casi, true};
      }
      if (c->closed.load(relaxed) != 0) {
        unlockall();
        if (cas->elem != nullptr) typedmemclr(c->elemtype, cas->elem);
        return {casi, false};
      }
    } else {
      if (c->closed.load(relaxed) != 0) {
        unlockall();
        panicplain("send on closed channel");
      }
      if (sudog* sg = c->recvq.dequeue(); sg != nullptr) {
        send(c, sg, cas->elem, unlockall, 2);
        return {casi, false};
      }
      if (c->qcount.load(relaxed) < c->dataqsiz) {
        bufsend(c, cas->elem);
        unlockall();
        return {casi, false};
      }
    }
  }

  if (!block) {
    unlockall();
    return {-1, false};
  }

  // Pass 2: enqueue on all channels.
  g* gp = getg();
  if (gp->waiting != nullptr) throw_("gp.waiting != nil");
  sudog** nextp = &gp->waiting;
  for (intgo i = 0; i < norder; i++) {
    const intgo casi = lockorder[i];
    scase* cas = &scases[casi];
    hchan* c = cas->c;
    sudog* sg = acquireSudog();
    sg->g = gp;
    sg->isSelect = true;
    sg->elem = cas->elem;
    sg->releasetime = 0;
    sg->waitlink = nullptr;
    sg->c = c;
    *nextp = sg;  // the list in lock order
    nextp = &sg->waitlink;

    if (casi < nsends) {
      c->sendq.enqueue(sg);
    } else {
      c->recvq.enqueue(sg);
    }
    // (timer: a channel somebody waits on keeps its timer in the heap)
  }

  gp->param = nullptr;
  gp->parkingOnChan.store(true, relaxed);  // as in chansendPark
  gopark(selparkcommit, nullptr, waitReasonSelect, traceBlockSelect, 1);
  gp->activeStackChans = false;

  sellock(scases, lockorder, norder);

  gp->selectDone.store(0, relaxed);  // under all locks: waitq::dequeue
  auto* sg = static_cast<sudog*>(gp->param);
  gp->param = nullptr;

  // Pass 3: leave the other queues, or sudogs would pile up on quiet channels.
  intgo casi = -1;
  bool caseSuccess = false;
  sudog* sglist = gp->waiting;
  for (sudog* sg1 = gp->waiting; sg1 != nullptr; sg1 = sg1->waitlink) {
    sg1->isSelect = false;
    sg1->elem = nullptr;
    sg1->c = nullptr;
  }
  gp->waiting = nullptr;

  for (intgo i = 0; i < norder; i++) {
    const intgo casei = lockorder[i];
    if (sg == sglist) {
      // Our waker has dequeued this one.
      casi = casei;
      caseSuccess = sglist->success;
    } else {
      hchan* c = scases[casei].c;
      if (casei < nsends) {
        c->sendq.dequeueSudoG(sglist);
      } else {
        c->recvq.dequeueSudoG(sglist);
      }
    }
    sudog* sgnext = sglist->waitlink;
    sglist->waitlink = nullptr;
    releaseSudog(sglist);
    sglist = sgnext;
  }

  if (casi < 0) throw_("selectgo: bad wakeup");

  unlockall();
  if (casi < nsends && !caseSuccess) panicplain("send on closed channel");
  return {casi, casi >= nsends && caseSuccess};
}

void waitq::dequeueSudoG(sudog* sgp) {
  sudog* x = sgp->prev;
  sudog* y = sgp->next;
  if (x != nullptr) {
    if (y != nullptr) {  // in the middle
      x->next = y;
      y->prev = x;
      sgp->next = nullptr;
      sgp->prev = nullptr;
      return;
    }
    x->next = nullptr;  // at the end
    last = x;
    sgp->prev = nullptr;
    return;
  }
  if (y != nullptr) {  // at the front
    y->prev = nullptr;
    first.store(y, release);
    sgp->next = nullptr;
    return;
  }
  // Without neighbours: alone in the queue, or not in it any more.
  if (first.load(relaxed) == sgp) {
    first.store(nullptr, release);
    last = nullptr;
  }
}

// ---- gort::Select ---------------------------------------------------------------

// More cases than fit inline: double the room.
void Select::grow() {
  if (n_ >= maxCases) panicplain("gort: Select: too many cases (max 65536)");
  const auto size = static_cast<uintptr>(cap_) * sizeof(Case);
  auto* cases = static_cast<Case*>(internal::newbox(2 * size, alignof(Case)));
  memmove(cases, cases_, size);
  if (cases_ != inline_) internal::freebox(cases_, alignof(Case));
  cases_ = cases;
  cap_ *= 2;
}

void Select::settle(Case* taken, End end) {
  for (int i = 0; i < n_; i++) {
    Case& k = cases_[i];
    // Once, even if it throws: then ~Select settles the rest.
    if (auto* f = std::exchange(k.settle, nullptr)) f(k, &k == taken ? end : End::notTaken);
  }
  n_ = 0;
}

Select::~Select() {
  settle(nullptr, End::notTaken);
  if (cases_ != inline_) internal::freebox(cases_, alignof(Case));
}

int Select::run() {
  auto carrier = [](Case& k) { return k.boxed ? static_cast<void*>(&k.word) : k.elem; };

  int chosen = -1;
  bool received = false;
  if (n_ == 0) {
    if (block_) block();
  } else if (n_ == 1) {
    Case& k = cases_[0];
    if (k.sends) {
      if (block_) {
        chansend1(k.c, carrier(k));
        chosen = 0;
      } else if (selectnbsend(k.c, carrier(k))) {
        chosen = 0;
      }
    } else if (block_) {
      received = chanrecv2(k.c, carrier(k));
      chosen = 0;
    } else {
      selectResult r = selectnbrecv(carrier(k), k.c);
      received = r.received;
      if (r.selected) chosen = 0;
    }
  } else {
    // What selectgo wants: sends in front, receives behind; and where each came from.
    struct Scratch {
      scase inlineCases_[inlineCases];
      uint16 inlineOrder[3 * inlineCases];
      scase* scases = inlineCases_;
      uint16* order = inlineOrder;

      explicit Scratch(int n) {
        if (n <= inlineCases) return;
        auto size = static_cast<uintptr>(n) * (sizeof(scase) + 3 * sizeof(uint16));
        scases = static_cast<scase*>(internal::newbox(size, alignof(scase)));
        order = reinterpret_cast<uint16*>(scases + n);
      }
      ~Scratch() {
        if (scases != inlineCases_) internal::freebox(scases, alignof(scase));
      }
    } scratch(n_);
    uint16* orig = scratch.order + 2 * n_;
    int nsends = 0;
    int nrecvs = 0;
    for (int i = 0; i < n_; i++) {
      Case& k = cases_[i];
      int j = k.sends ? nsends++ : n_ - ++nrecvs;
      scratch.scases[j] = scase{k.c, carrier(k)};
      orig[j] = static_cast<uint16>(i);
    }
    selectgoResult r = selectgo(scratch.scases, scratch.order, nsends, nrecvs, block_);
    if (r.index >= 0) chosen = orig[r.index];
    received = r.received;
  }

  if (chosen < 0) {
    settle(nullptr, End::notTaken);
    if (dflt_.call != nullptr) dflt_.call(dflt_, End::done);
    return Default;
  }
  Case& k = cases_[chosen];
  End end = k.sends || received ? End::done : End::closed;
  settle(&k, end);
  if (k.ok != nullptr) *k.ok = received;
  if (k.call != nullptr) k.call(k, end);
  return chosen;
}

}  // namespace gort

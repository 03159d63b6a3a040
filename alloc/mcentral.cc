// mcentral.cc: getting a span with a free object, and giving back a used one.
//
// Go: runtime/mcentral.go
#include "alloc/mcentral.h"

#include "alloc/mbitmap_inl.h"
#include "alloc/upcalls.h"
#include "arch/upcalls.h"

namespace gort {

void mcentral::init(spanClass spc) { spanclass = spc; }

mspan* mcentral::cacheSpan() {
  // What is swept here is paid for by one allocation. After so many spans without a free object a
  // fresh one is cheaper; that many for each fresh one also bounds the room that is wasted, by 1%.
  int spanBudget = 100;

  uint32 sg = mheap_.sweepgen;
  mspan* s = partialSwept(sg)->pop();
  if (s == nullptr) {
    sweepLocker sl = sweepbegin();
    if (sl.valid) {
      for (; s == nullptr && spanBudget >= 0; spanBudget--) {
        mspan* t = partialUnswept(sg)->pop();
        if (t == nullptr) break;
        if (!sweeptryacquire(sl, t)) continue;  // somebody else sweeps it, or has
        sweepspan(t, sweepKeep::preserve);
        s = t;
      }
      for (; s == nullptr && spanBudget >= 0; spanBudget--) {
        mspan* t = fullUnswept(sg)->pop();
        if (t == nullptr) break;
        if (!sweeptryacquire(sl, t)) continue;
        sweepspan(t, sweepKeep::preserve);
        if (uint16 freeIndex = t->nextFreeIndex(); freeIndex != t->nelems) {
          t->freeindex = freeIndex;
          s = t;
        } else {
          fullSwept(sg)->push(t);
        }
      }
      sweepend(sl);
    }
    if (s == nullptr) s = grow();
    if (s == nullptr) return nullptr;
  }

  if (s->freeindex == s->nelems || s->allocCount == s->nelems) {
    throw_("span has no free objects");
  }
  s->refillAllocCache(uint16((s->freeindex & ~63) / 8));
  s->allocCache >>= s->freeindex % 64;
  return s;
}

void mcentral::uncacheSpan(mspan* s) {
  if (s->allocCount == 0) throw_("uncaching span but s.allocCount == 0");
  uint32 sg = mheap_.sweepgen;
  if (s->sweepgen.load(relaxed) == sg + 1) {
    // Cached since before the cycle began, and so in no unswept set: nobody but us sweeps it.
    s->sweepgen.store(sg - 1, relaxed);
    sweepspan(s, sweepKeep::release);
    return;
  }
  s->sweepgen.store(sg, relaxed);  // the set publishes it
  (s->allocCount < s->nelems ? partialSwept(sg) : fullSwept(sg))->push(s);
}

mspan* mcentral::grow() {
  mspan* s = mheap_.alloc(gc::SizeClassToNPages[spanclass.sizeclass()], spanclass);
  if (s != nullptr) s->initHeapBits();
  return s;
}

}  // namespace gort

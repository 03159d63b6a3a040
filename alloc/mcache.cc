// mcache.cc: getting and giving back a P's spans.
//
// Go: runtime/mcache.go; of runtime/malloc.go nextFree
#include "alloc/mcache.h"

#include "alloc/mbitmap_inl.h"
#include "alloc/mcentral.h"
#include "alloc/mstats.h"
#include "alloc/upcalls.h"
#include "arch/print.h"
#include "arch/upcalls.h"

namespace gort {

constinit mspan emptymspan{};

static constexpr spanClass tinySpanClass = makeSpanClass(gc::TinySizeClass, spanKind::noscan);

mcache* allocmcache() {
  lock(&mheap_.lock);
  auto* c = static_cast<mcache*>(mheap_.cachealloc.alloc());
  c->flushGen.store(mheap_.sweepgen, relaxed);
  unlock(&mheap_.lock);
  for (mspan*& s : c->alloc) s = &emptymspan;
  return c;
}

void freemcache(mcache* c) {
  c->releaseAll();
  mheap_.flushPages(c);
  lock(&mheap_.lock);
  mheap_.cachealloc.free(c);
  unlock(&mheap_.lock);
}

// count takes note of the objects that were allocated from s while it was cached.
static void count(mspan* s) {
  int64 slotsUsed = int64{s->allocCount} - int64{s->allocCountBeforeCache};
  s->allocCountBeforeCache = 0;
  memstats.smallAllocCount[s->spanclass.sizeclass()].add(uint64(slotsUsed), relaxed);
}

static void countTiny(mcache* c) {
  memstats.tinyAllocCount.add(c->tinyAllocs, relaxed);
  c->tinyAllocs = 0;
}

void mcache::refill(spanClass spc) {
  mspan* s = alloc[spc.v];
  if (s->allocCount != s->nelems) throw_("refill of span with free space remaining");
  if (s != &emptymspan) {
    if (s->sweepgen.load(relaxed) != mheap_.sweepgen + 3) throw_("bad sweepgen in refill");
    count(s);
    if (spc == tinySpanClass) countTiny(this);
    mheap_.central[spc.v].uncacheSpan(s);
  }

  s = mheap_.central[spc.v].cacheSpan();
  if (s == nullptr) throw_("out of memory");
  if (s->allocCount == s->nelems) throw_("span has no free space");
  // Cached: the next cycle's sweeper must not find it. relaxed: we own it, and the cycle begins
  // with the world stopped.
  s->sweepgen.store(mheap_.sweepgen + 3, relaxed);
  s->allocCountBeforeCache = s->allocCount;
  scanAlloc = 0;
  alloc[spc.v] = s;
}

mspan* mcache::allocLarge(uintptr size, spanKind kind) {
  if (size + pageSize < size) throw_("out of memory");
  uintptr npages = (size + pageSize - 1) / pageSize;
  spanClass spc = makeSpanClass(0, kind);
  mspan* s = mheap_.alloc(npages, spc);
  if (s == nullptr) throw_("out of memory");
  memstats.largeAlloc.add(npages * pageSize, relaxed);
  memstats.largeAllocCount.add(1, relaxed);
  s->limit = s->base() + size;  // what lies behind is no object: pointers there keep nothing alive
  s->initHeapBits();
  // To the sweeper. It does not look before the next cycle, by which time the object is complete.
  mheap_.central[spc.v].fullSwept(mheap_.sweepgen)->push(s);
  return s;
}

mcache::slot mcache::nextFree(spanClass spc) {
  mspan* s = alloc[spc.v];
  bool checkGCTrigger = false;
  uint16 freeIndex = s->nextFreeIndex();
  if (freeIndex == s->nelems) {
    if (s->allocCount != s->nelems) {
      print("runtime: s.allocCount=", s->allocCount, " s.nelems=", s->nelems, "\n");
      throw_("s.allocCount != s.nelems && freeIndex == s.nelems");
    }
    refill(spc);
    checkGCTrigger = true;
    s = alloc[spc.v];
    freeIndex = s->nextFreeIndex();
  }
  if (freeIndex >= s->nelems) throw_("freeIndex is not valid");
  if (++s->allocCount > s->nelems) {
    print("s.allocCount=", s->allocCount, " s.nelems=", s->nelems, "\n");
    throw_("s.allocCount > s.nelems");
  }
  return {s->base() + freeIndex * s->elemsize, s, checkGCTrigger};
}

void mcache::releaseAll() {
  scanAlloc = 0;
  for (uintptr i = 0; i < numSpanClasses; i++) {
    mspan* s = alloc[i];
    if (s == &emptymspan) continue;
    count(s);
    mheap_.central[i].uncacheSpan(s);
    alloc[i] = &emptymspan;
  }
  tiny = tinyoffset = 0;
  countTiny(this);
}

void mcache::prepareForSweep() {
  uint32 sg = mheap_.sweepgen;
  uint32 gen = flushGen.load(relaxed);
  if (gen == sg) return;
  if (gen != sg - 2) {
    print("bad flushGen ", gen, " in prepareForSweep; sweepgen ", sg, "\n");
    throw_("bad flushGen");
  }
  releaseAll();
  flushGen.store(sg, relaxed);  // read by the owner, or with the world stopped
}

}  // namespace gort

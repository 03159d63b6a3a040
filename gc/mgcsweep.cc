// mgcsweep.cc: see the header.
//
// Go: runtime/mgcsweep.go; of runtime/mgc.go gcSweep
#include "gc/mgcsweep.h"

#include "alloc/mbitmap_inl.h"
#include "alloc/mcentral.h"
#include "alloc/mheap_inl.h"
#include "alloc/mstats.h"
#include "arch/hexdump.h"
#include "arch/print.h"
#include "arch/upcalls.h"
#include "sched/lockrank_check.h"

namespace gort {

namespace {

// The number of sweepers, and whether all unswept sets have been found empty.
constexpr uint32 sweepDrainedMask = uint32{1} << 31;

struct sweepdata {
  atomic<uint32> active{sweepDrainedMask};  // nothing to sweep before the first cycle

  // Where to look for an unswept span: class*2, and 1 more for spans with free objects. Only ever
  // grows in a cycle; a hint.
  atomic<uint32> centralIndex;
};

constinit sweepdata sweep;

constexpr uint32 numSweepClasses = numSpanClasses * 2;

// nextSpanForSweep pops a span from an unswept set, full ones first: they have more to free.
mspan* nextSpanForSweep() {
  uint32 sg = mheap_.sweepgen;
  uint32 sc = sweep.centralIndex.load(relaxed);
  mspan* s = nullptr;
  for (; sc < numSweepClasses; sc++) {
    mcentral* c = &mheap_.central[sc / 2];
    s = (sc % 2 == 0 ? c->fullUnswept(sg) : c->partialUnswept(sg))->pop();
    if (s != nullptr) break;
  }
  uint32 old = sweep.centralIndex.load(relaxed);
  while (old < sc && !sweep.centralIndex.cas(old, sc, relaxed)) {
    old = sweep.centralIndex.load(relaxed);
  }
  return s;
}

// reportZombies prints all objects of s and throws, because some are marked and free.
[[noreturn, gnu::noinline, gnu::cold]] void reportZombies(mspan* s) {
  printlock();
  print("runtime: marked free object in span ", static_cast<void*>(s), ", elemsize=", s->elemsize,
        " freeindex=", s->freeindex,
        " (bad use of unsafe.Pointer or having race conditions? try -d=checkptr or -race)\n");
  for (uintptr i = 0; i < s->nelems; i++) {
    uintptr addr = s->base() + i * s->elemsize;
    gcBits::bit b = s->gcmarkBits->bitp(i);
    bool marked = (*b.bytep & b.mask) != 0;
    bool alloc = !s->isFree(i);
    print(hex(addr), alloc ? " alloc" : " free ", marked ? " marked  " : " unmarked");
    if (marked && !alloc) print(" zombie");
    print("\n");
    if (marked && !alloc)
      hexdumpWords(addr, s->elemsize < 1024 ? s->elemsize : 1024, nullptr, nullptr);
  }
  throw_("found pointer to free object");
}

// checkZombies throws if an object of s is marked that is not allocated.
void checkZombies(mspan* s) {
  if (s->freeindex >= s->nelems) return;  // all are
  // In the first byte those below freeindex are allocated whatever their bit.
  uintptr obj = s->freeindex;
  auto zombies = [s](uintptr i) {
    return uint8(*s->gcmarkBits->bytep(i) & ~*s->allocBits->bytep(i));
  };
  if (zombies(obj / 8) >> obj % 8 != 0) reportZombies(s);
  for (uintptr i = obj / 8 + 1; i < (s->nelems + 7u) / 8; i++) {
    if (zombies(i) != 0) reportZombies(s);
  }
}

}  // namespace

sweepLocker sweepbegin() {
  for (;;) {
    uint32 state = sweep.active.load(acquire);  // pairs with gcSweepStart
    if ((state & sweepDrainedMask) != 0) return {mheap_.sweepgen, false};
    if (sweep.active.cas(state, state + 1, acquire)) return {mheap_.sweepgen, true};
  }
}

void sweepend(sweepLocker sl) {
  if (sl.sweepGen != mheap_.sweepgen) {
    throw_("sweeper left outstanding across sweep generations");
  }
  uint32 state = sweep.active.add(uint32(-1), release);
  if ((state & ~sweepDrainedMask) == sweepDrainedMask - 1) {
    throw_("mismatched begin/end of activeSweep");
  }
}

// markDrained notes that there is nothing left to begin with.
static void markDrained() { sweep.active.or_(sweepDrainedMask, relaxed); }

bool isSweepDone() { return sweep.active.load(acquire) == sweepDrainedMask; }

bool sweeptryacquire(sweepLocker sl, mspan* s) {
  if (!sl.valid) throw_("use of invalid sweepLocker");
  return s->sweepgen.load(relaxed) == sl.sweepGen - 2 &&
         s->sweepgen.cas(sl.sweepGen - 2, sl.sweepGen - 1, acquire);
}

uintptr sweepone() {
  sweepLocker sl = sweepbegin();
  if (!sl.valid) return sweepNone;
  uintptr npages = sweepNone;
  for (;;) {
    mspan* s = nextSpanForSweep();
    if (s == nullptr) {
      markDrained();
      break;
    }
    if (s->state.get() != mSpanInUse) {
      // Swept already, as part of somebody's allocation, and freed. Then it is up to date.
      uint32 gen = s->sweepgen.load(relaxed);
      if (gen != sl.sweepGen && gen != sl.sweepGen + 3) {
        print("runtime: bad span s.state=", uint8(s->state.get()), " s.sweepgen=", gen,
              " sweepgen=", sl.sweepGen, "\n");
        throw_("non in-use span in unswept list");
      }
      continue;
    }
    if (sweeptryacquire(sl, s)) {
      npages = s->npages;
      if (!sweepspan(s, sweepKeep::release)) npages = 0;
      break;
    }
  }
  sweepend(sl);
  return npages;
}

bool sweepspan(mspan* s, sweepKeep keep) {
  uint32 sweepgen = mheap_.sweepgen;
  if (s->state.get() != mSpanInUse || s->sweepgen.load(relaxed) != sweepgen - 1) {
    print("mspan.sweep: state=", uint8(s->state.get()), " sweepgen=", s->sweepgen.load(relaxed),
          " mheap.sweepgen=", sweepgen, "\n");
    throw_("mspan.sweep: bad span state");
  }
  mheap_.pagesSwept.add(s->npages, relaxed);
  checkZombies(s);

  uint16 nalloc = uint16(s->countAlloc());
  if (nalloc > s->allocCount) {
    // checkZombies should have found out, and said more.
    print("runtime: nelems=", s->nelems, " nalloc=", nalloc, " previous allocCount=", s->allocCount,
          "\n");
    throw_("sweep increased allocation count");
  }
  uint16 nfreed = uint16(s->allocCount - nalloc);

  s->allocCount = nalloc;
  s->freeindex = 0;
  s->freeIndexForScan.store(0, relaxed);
  s->allocBits = s->gcmarkBits;
  s->gcmarkBits = newMarkBits(s->nelems);
  s->refillAllocCache(0);

  // From here on the span is swept. Whoever is to have it gets it below.
  s->sweepgen.store(sweepgen, release);

  spanClass spc = s->spanclass;
  mcentral* c = &mheap_.central[spc.v];
  if (spc.sizeclass() == 0) {
    if (nfreed == 0) {
      if (keep == sweepKeep::release) c->fullSwept(sweepgen)->push(s);
      return false;
    }
    memstats.largeFreeCount.add(1, relaxed);
    memstats.largeFree.add(s->npages * pageSize, relaxed);
  } else {
    if (nfreed > 0) {
      // Free slots of a span that was never full are still zero if nothing was freed.
      s->needzero = 1;
      memstats.smallFreeCount[spc.sizeclass()].add(nfreed, relaxed);
    }
    if (keep == sweepKeep::preserve) return false;
    if (nalloc != 0) {
      (nalloc == s->nelems ? c->fullSwept(sweepgen) : c->partialSwept(sweepgen))->push(s);
      return false;
    }
  }
  if (keep == sweepKeep::preserve) return false;
  // An unswept set may still have it. Who pops it there finds a sweepgen that is not g-2.
  mheap_.freeSpan(s);
  return true;
}

void finishsweep_m() {
  assertWorldStopped();
  while (sweepone() != sweepNone) {
  }
  if ((sweep.active.load(acquire) & ~sweepDrainedMask) != 0) {
    throw_("active sweepers found at start of mark phase");
  }
  // Empty by now. Their numbers of pushes begin anew.
  uint32 sg = mheap_.sweepgen;
  for (uintptr i = 0; i < numSpanClasses; i++) {
    mheap_.central[i].partialUnswept(sg)->reset();
    mheap_.central[i].fullUnswept(sg)->reset();
  }
  nextMarkBitArenaEpoch();
}

void gcSweepStart() {
  assertWorldStopped();
  if (!isSweepDone()) throw_("sweeping begins before the last has ended");
  lock(&mheap_.lock);
  mheap_.sweepgen += 2;
  mheap_.pagesSwept.store(0, relaxed);
  unlock(&mheap_.lock);
  sweep.centralIndex.store(0, relaxed);
  sweep.active.store(0, release);  // pairs with sweepbegin
}

}  // namespace gort

// mheap.cc: spans out of pages, pages out of arenas, arenas out of address space.
//
// Go: runtime/mheap.go; of runtime/malloc.go the hints and sysAlloc
#include "alloc/mheap.h"

#include <cstring>

#include "alloc/malloc.h"
#include "alloc/mcache.h"
#include "alloc/mcentral.h"
#include "alloc/mem.h"
#include "alloc/mheap_inl.h"
#include "alloc/mstats.h"
#include "alloc/upcalls.h"
#include "arch/mem_linux.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/sanitizer.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"

namespace gort {

constinit mheap mheap_{};

constinit const char* const mSpanStateNames[3] = {"mSpanDead", "mSpanInUse", "mSpanManual"};

// ---- Lists ------------------------------------------------------------------------------

void mSpanList::remove(mspan* span) {
  if (span->list != this) {
    print("runtime: failed mSpanList.remove span.npages=", span->npages,
          " span=", static_cast<void*>(span), " prev=", static_cast<void*>(span->prev),
          " span.list=", static_cast<void*>(span->list), " list=", static_cast<void*>(this), "\n");
    throw_("mSpanList.remove");
  }
  (first == span ? first : span->prev->next) = span->next;
  (last == span ? last : span->next->prev) = span->prev;
  span->next = span->prev = nullptr;
  span->list = nullptr;
}

// unlinked throws unless span is in no list.
static void unlinked(const mspan* span, const char* who) {
  if (span->next == nullptr && span->prev == nullptr && span->list == nullptr) return;
  print("runtime: failed ", who, " ", static_cast<const void*>(span), " ",
        static_cast<void*>(span->next), " ", static_cast<void*>(span->prev), " ",
        static_cast<void*>(span->list), "\n");
  throw_(who);
}

void mSpanList::insert(mspan* span) {
  unlinked(span, "mSpanList.insert");
  span->next = first;
  (first != nullptr ? first->prev : last) = span;
  first = span;
  span->list = this;
}

void mSpanList::insertBack(mspan* span) {
  unlinked(span, "mSpanList.insertBack");
  span->prev = last;
  (last != nullptr ? last->next : first) = span;
  last = span;
  span->list = this;
}

void mSpanList::takeAll(mSpanList* other) {
  if (other->isEmpty()) return;
  for (mspan* s = other->first; s != nullptr; s = s->next) s->list = this;
  if (isEmpty()) {
    last = other->last;
  } else {
    other->last->next = first;
    first->prev = other->last;
  }
  first = other->first;
  other->init();
}

// ---- Making the heap --------------------------------------------------------------------

void recordspan(void* vh, void* p) {
  auto* h = static_cast<mheap*>(vh);
  assertLockHeld(&h->lock);
  if (h->allspansLen == h->allspansCap) {
    uintgo n = 64 * 1024 / goarch::PtrSize;
    if (n < h->allspansCap * 3 / 2) n = h->allspansCap * 3 / 2;
    auto* larger = static_cast<mspan**>(
        gort::sysAlloc(n * goarch::PtrSize, &memstats.other_sys, "allspans array"));
    if (larger == nullptr) throw_("runtime: cannot allocate memory");
    if (h->allspansLen != 0) {
      std::memcpy(larger, h->allspans, h->allspansLen * goarch::PtrSize);
      sysFree(h->allspans, h->allspansCap * goarch::PtrSize, &memstats.other_sys);
    }
    h->allspans = larger;
    h->allspansCap = n;
  }
  h->allspans[h->allspansLen++] = static_cast<mspan*>(p);
}

// Where the first arena would go: 0x00c000000000, as in Go, so that a pointer into the heap looks like
// one. Address sanitizers have their shadow there; ThreadSanitizer leaves the system to choose.
static constexpr uintptr hintBase = asanenabled ? 0x20c000000000 : 0x00c000000000;
static constexpr uintptr hintStep = uintptr{1} << 40;
static constexpr uintptr heapHints = raceenabled ? 0 : asanenabled ? 0x10 : 0x30;
static constexpr uintptr rawHints = raceenabled ? 0 : 0x10;

void mheap::init() {
  lockInit(&lock, lockRankMheap);
  spanalloc.init(sizeof(mspan), recordspan, this, &memstats.mspan_sys);
  cachealloc.init(sizeof(mcache), nullptr, nullptr, &memstats.mcache_sys);
  arenaHintAlloc.init(sizeof(arenaHint), nullptr, nullptr, &memstats.other_sys);

  // The sweeper looks at spans while others allocate them: their sweepgen must not jump.
  spanalloc.zero = false;

  heap.pages.init(&lock, &memstats.gcMiscSys, false);
  raw.pages.init(&lock, &memstats.gcMiscSys, false);

  central = static_cast<mcentral*>(
      persistentalloc(sizeof(mcentral) * numSpanClasses, alignof(mcentral), &memstats.other_sys));
  for (uintptr i = 0; i < numSpanClasses; i++) (new (&central[i]) mcentral)->init({uint8(i)});

  // The map of arenas is reserved in full, and touched where there are arenas.
  constexpr uintptr bytes = sizeof(*arenas) << arenaL2Bits;
  void* map = sysAllocOS(bytes, "heap index");
  if (map == nullptr) throw_("out of memory allocating heap arena map");
  sysNoHugePage(map, bytes);
  arenas = static_cast<atomic<heapArena*>*>(map);

  gort::lock(&lock);
  for (uintptr i = heapHints + rawHints; i-- > 0;) {
    addHint(i < heapHints ? &heap : &raw, hintBase + i * hintStep, false);
  }
  unlock(&lock);
}

void mheap::addHint(heapSpace* space, uintptr addr, bool down) {
  auto* hint = static_cast<arenaHint*>(arenaHintAlloc.alloc());
  hint->addr = addr;
  hint->down = down;
  hint->next = space->hints;
  space->hints = hint;
}

// ---- Address space ----------------------------------------------------------------------

// append adds ri to list, in memory that lives for ever.
static void append(arenaList* list, arenaIdx ri) {
  if (list->len == list->cap) {
    uintptr bytes = list->cap == 0 ? physPageSize : 2 * list->cap * sizeof(arenaIdx);
    auto* larger =
        static_cast<arenaIdx*>(persistentalloc(bytes, alignof(arenaIdx), &memstats.gcMiscSys));
    if (list->len != 0) std::memcpy(larger, list->array, list->len * sizeof(arenaIdx));
    list->array = larger;
    list->cap = bytes / sizeof(arenaIdx);
  }
  list->array[list->len++] = ri;
}

// checkAddressSpace throws unless the arena map has room for the n bytes from p on.
static void checkAddressSpace(uintptr p, uintptr n) {
  const char* bad = nullptr;
  if (p + n < p) {
    bad = "region exceeds uintptr range";
  } else if (arenaIndex(p) >= uintptr{1} << arenaL2Bits) {
    bad = "base outside usable address space";
  } else if (arenaIndex(p + n - 1) >= uintptr{1} << arenaL2Bits) {
    bad = "end outside usable address space";
  }
  if (bad != nullptr) {
    print("runtime: memory allocated by OS [", hex(p), ", ", hex(p + n),
          ") not in usable address space: ", bad, "\n");
    throw_("memory reservation exceeds address space limit");
  }
  if (p % heapArenaBytes != 0) throw_("misrounded allocation in sysAlloc");
}

// sysAlloc reserves arenas for at least n bytes and enters them. They are Reserved (alloc/mem.h)
// and belong to no page allocator yet. An empty range: the system has none.
// h.lock must be held.
addrRange mheap::sysAlloc(heapSpace* space, uintptr n) {
  assertLockHeld(&lock);
  n = alignUp(n, heapArenaBytes);
  uintptr v = 0;

  // At the hints, each of which is the end of the arenas before. A hint that fails is dropped.
  while (v == 0 && space->hints != nullptr) {
    arenaHint* hint = space->hints;
    uintptr p = hint->down ? hint->addr - n : hint->addr;
    void* got = nullptr;
    if (p + n >= p && arenaIndex(p + n - 1) < uintptr{1} << arenaL2Bits) {
      got = sysReserve(reinterpret_cast<void*>(p), n, "heap reservation");
    }
    if (got == reinterpret_cast<void*>(p) && got != nullptr) {
      hint->addr = hint->down ? p : p + n;
      v = p;
      break;
    }
    if (got != nullptr) sysUnreserve(got, n);
    space->hints = hint->next;
    arenaHintAlloc.free(hint);
  }

  // Anywhere, and from there on in both directions.
  if (v == 0) {
    v = reinterpret_cast<uintptr>(sysReserveAligned(nullptr, n, heapArenaBytes, "heap"));
    if (v == 0) return {};
    addHint(space, v, true);
    addHint(space, v + n, false);
  }
  checkAddressSpace(v, n);

  for (arenaIdx ri = arenaIndex(v); ri <= arenaIndex(v + n - 1); ri++) {
    if (arenas[ri].load(relaxed) != nullptr) throw_("arena already initialized");
    void* r = persistentalloc(sizeof(heapArena), alignof(heapArena), &memstats.gcMiscSys);
    append(&space->arenas, ri);
    arenas[ri].store(static_cast<heapArena*>(r), release);  // pairs with heapArenaOf
  }
  return {{v}, {v + n}};
}

// grow gives space at least npages more pages and returns how many bytes it has got, 0 if the
// system has no more. Whole chunks of the page allocator, which is also the unit of the system's
// large pages.
// h.lock must be held.
uintptr mheap::grow(heapSpace* space, uintptr npages) {
  assertLockHeld(&lock);
  uintptr ask = alignUp(npages, pallocChunkPages) * pageSize;
  uintptr total = 0;

  // To the page allocator: from Reserved to Prepared, which counts as released.
  auto enter = [&](uintptr base, uintptr size) {
    sysMap(reinterpret_cast<void*>(base), size, &memstats.heapReleased, "heap");
    space->pages.grow(base, size);
    total += size;
  };

  auto& cur = space->curArena;
  uintptr end = cur.base + ask;  // may overflow: ask can be anything
  uintptr nBase = alignUp(end, physPageSize);
  if (nBase > cur.end || end < cur.base) {
    addrRange got = sysAlloc(space, ask);
    if (got.size() == 0) {
      print("runtime: out of memory: cannot allocate ", ask, "-byte block (",
            memstats.heapFree.load() + memstats.heapReleased.load() + memstats.heapInUse.load(),
            " in use)\n");
      return 0;
    }
    if (got.base.addr() == cur.end) {
      cur.end = got.limit.addr();
    } else {
      // Elsewhere. What is left here is used first.
      if (cur.end != cur.base) enter(cur.base, cur.end - cur.base);
      cur.base = got.base.addr();
      cur.end = got.limit.addr();
    }
    nBase = alignUp(cur.base + ask, physPageSize);
  }
  uintptr v = cur.base;
  cur.base = nBase;
  enter(v, nBase - v);
  return total;
}

// ---- Making and freeing spans -----------------------------------------------------------

mspan* mheap::alloc(uintptr npages, spanClass spanclass) {
  return allocSpan(npages, spanAllocType::heap, spanclass);
}

mspan* mheap::allocManual(uintptr npages, spanAllocType typ) {
  if (typ == spanAllocType::heap) {
    throw_("manual span allocation called with non-manually-managed type");
  }
  return allocSpan(npages, typ, {});
}

void mheap::setSpans(uintptr base, uintptr npages, mspan* s) {
  for (uintptr p = base; npages > 0;) {
    heapArena* ha = arenas[arenaIndex(p)].load(relaxed);  // ours: it does not change
    uintptr first = p / pageSize % pagesPerArena;
    uintptr n = pagesPerArena - first;
    if (n > npages) n = npages;
    for (uintptr i = 0; i < n; i++) ha->spans[first + i].store(s, relaxed);
    p += n * pageSize;
    npages -= n;
  }
}

// allocNeedsZero reports whether some of the npages pages from base on, which the caller has just
// allocated, have been used before, and says that all of them have been from now on. To be called
// whenever pages are allocated. No lock is needed.
bool mheap::allocNeedsZero(uintptr base, uintptr npages) {
  bool needZero = false;
  while (npages > 0) {
    heapArena* ha = arenas[arenaIndex(base)].load(relaxed);
    uintptr zeroedBase = ha->zeroedBase.load(relaxed);
    uintptr from = base % heapArenaBytes;
    uintptr to = from + npages * pageSize;
    if (to > heapArenaBytes) to = heapArenaBytes;

    // It may be less than `from`: others have taken the pages between and are on their way here.
    if (from < zeroedBase) needZero = true;
    while (to > zeroedBase) {
      if (ha->zeroedBase.cas(zeroedBase, to, relaxed)) break;
      zeroedBase = ha->zeroedBase.load(relaxed);
      if (zeroedBase <= to && zeroedBase > from) {
        throw_("potentially overlapping in-use allocations detected");
      }
    }
    base += to - from;
    npages -= (to - from) / pageSize;
  }
  return needZero;
}

// allocMSpanLocked returns an unused mspan; c may be null.
// h.lock must be held.
mspan* mheap::allocMSpanLocked(mcache* c) {
  assertLockHeld(&lock);
  if (c == nullptr) return static_cast<mspan*>(spanalloc.alloc());
  if (c->nspans == 0) {
    constexpr uintgo refill = sizeof(c->spans) / sizeof(c->spans[0]) / 2;
    for (uintgo i = 0; i < refill; i++) c->spans[i] = static_cast<mspan*>(spanalloc.alloc());
    c->nspans = refill;
  }
  return c->spans[--c->nspans];
}

// freeMSpanLocked takes back s, which is in no span's place any more.
// h.lock must be held.
void mheap::freeMSpanLocked(mcache* c, mspan* s) {
  assertLockHeld(&lock);
  if (c != nullptr && c->nspans < sizeof(c->spans) / sizeof(c->spans[0])) {
    c->spans[c->nspans++] = s;
    return;
  }
  spanalloc.free(s);
}

// allocSpan makes a span of npages pages. Null: the system has no memory.
// h.lock must not be held.
mspan* mheap::allocSpan(uintptr npages, spanAllocType typ, spanClass spanclass) {
  heapSpace* space = spanclass.raw() ? &raw : &heap;
  mcache* c = currentmcache();
  mspan* s = nullptr;
  pageAlloc::allocResult got{};

  if (c != nullptr && npages < pageCachePages / 4) {
    pageCache* pc = spanclass.raw() ? &c->rawpcache : &c->pcache;
    if (pc->empty()) {
      gort::lock(&lock);
      *pc = space->pages.allocToCache();
      unlock(&lock);
    }
    got = pc->alloc(npages);
    if (got.addr != 0 && c->nspans != 0) s = c->spans[--c->nspans];
  }

  if (s == nullptr) {
    gort::lock(&lock);
    if (got.addr == 0) got = space->pages.alloc(npages);
    if (got.addr == 0) {
      if (grow(space, npages) == 0) {
        unlock(&lock);
        return nullptr;
      }
      got = space->pages.alloc(npages);
      if (got.addr == 0) throw_("grew heap, but no adequate free space found");
    }
    s = allocMSpanLocked(c);
    unlock(&lock);
  }

  initSpan(s, typ, spanclass, got.addr, npages, got.scav);

  uintptr nbytes = npages * pageSize;
  if (got.scav != 0) {
    sysUsed(reinterpret_cast<void*>(got.addr), nbytes, got.scav);
    memstats.heapReleased.add(-int64(got.scav));
  }
  memstats.heapFree.add(-int64(nbytes - got.scav));
  if (typ == spanAllocType::heap) memstats.heapInUse.add(int64(nbytes));
  return s;
}

void mspan::init(uintptr base, uintptr n) {
  next = prev = nullptr;
  list = nullptr;
  startAddr = base;
  npages = n;
  limit = base + n * pageSize;
  manualFreeList = nullptr;
  freeindex = nelems = 0;
  freeIndexForScan.store(0, relaxed);
  allocCache = 0;
  allocBits = gcmarkBits = nullptr;
  pinnerBits.store(nullptr, relaxed);
  divMul = 0;
  allocCount = allocCountBeforeCache = 0;
  spanclass = {};
  needzero = 0;
  isUserArenaChunk = false;
  elemsize = 0;
  lockInit(&speciallock, lockRankMspanSpecial);
  specials = nullptr;
  userArenaChunkFree = {};
  largeType.store(nullptr, relaxed);
  state.set(mSpanDead);
}

// initSpan makes s the span of the npages pages from base on, of which scav bytes were scavenged,
// and publishes it.
void mheap::initSpan(mspan* s, spanAllocType typ, spanClass spanclass, uintptr base, uintptr npages,
                     uintptr scav) {
  uintptr nbytes = npages * pageSize;
  s->init(base, npages);
  // In this order: allocNeedsZero takes note of the pages. Scavenged ones come back as zero.
  if (allocNeedsZero(base, npages) && (scav != nbytes || needZeroAfterSysUnusedOS())) {
    s->needzero = 1;
  }

  if (typ != spanAllocType::heap) {
    s->state.set(mSpanManual);
    setSpans(base, npages, s);
    return;
  }

  s->spanclass = spanclass;
  if (uint8 sizeclass = spanclass.sizeclass(); sizeclass == 0) {
    s->elemsize = nbytes;
    s->nelems = 1;
  } else {
    s->elemsize = gc::SizeClassToSize[sizeclass];
    uintptr reserve = 0;
    if (gcUsesSpanInlineMarkBits(s->elemsize)) reserve += spanInlineMarkBitsSize;
    if (heapBitsInSpan(s->elemsize) && spanclass.kind() == spanKind::scan) {
      reserve += nbytes / goarch::PtrSize / 8;
    }
    s->nelems = uint16((nbytes - reserve) / s->elemsize);
    s->divMul = gc::SizeClassToDivMagic[sizeclass];
  }
  s->allocCache = ~uint64{0};
  s->gcmarkBits = newMarkBits(s->nelems);
  s->allocBits = newAllocBits(s->nelems);
  s->limit = base + s->elemsize * s->nelems;

  // sweepgen changes with the world stopped, and we are running. relaxed: before the state.
  s->sweepgen.store(sweepgen, relaxed);
  s->state.set(mSpanInUse);

  // Nobody else looks at these entries before the span's bit is set, or an address in it known.
  setSpans(base, npages, s);
  pageIndex at = pageIndexOf(base);
  if (gcUsesSpanInlineMarkBits(s->elemsize)) {
    at.arena->pageUseSpanInlineMarkBits[at.idx].or_(at.mask, relaxed);
  }
  at.arena->pageInUse[at.idx].or_(at.mask, release);  // pairs with the walks of the sweeper
  pagesInUse.add(npages, relaxed);
}

void mheap::freeSpan(mspan* s) {
  gort::lock(&lock);
  freeSpanLocked(s, spanAllocType::heap);
  unlock(&lock);
}

void mheap::freeManual(mspan* s, spanAllocType typ) {
  gort::lock(&lock);
  freeSpanLocked(s, typ);
  unlock(&lock);
}

// h.lock must be held.
void mheap::freeSpanLocked(mspan* s, spanAllocType typ) {
  assertLockHeld(&lock);
  switch (s->state.get()) {
    case mSpanManual:
      if (s->allocCount != 0) throw_("mheap.freeSpanLocked - invalid stack free");
      break;
    case mSpanInUse: {
      if (s->isUserArenaChunk) {
        throw_("mheap.freeSpanLocked - invalid free of user arena chunk");
      }
      if (s->allocCount != 0 || s->sweepgen.load(relaxed) != sweepgen) {
        print("mheap.freeSpanLocked - span ", static_cast<void*>(s), " ptr ", hex(s->base()),
              " allocCount ", s->allocCount, " sweepgen ", s->sweepgen.load(relaxed), "/", sweepgen,
              "\n");
        throw_("mheap.freeSpanLocked - invalid free");
      }
      pagesInUse.add(-s->npages, relaxed);
      pageIndex at = pageIndexOf(s->base());
      at.arena->pageInUse[at.idx].and_(uint8(~at.mask), relaxed);
      if (gcUsesSpanInlineMarkBits(s->elemsize)) {
        at.arena->pageUseSpanInlineMarkBits[at.idx].and_(uint8(~at.mask), relaxed);
      }
      break;
    }
    default: throw_("mheap.freeSpanLocked - invalid span state");
  }

  uintptr nbytes = s->npages * pageSize;
  memstats.heapFree.add(int64(nbytes));
  if (typ == spanAllocType::heap) memstats.heapInUse.add(-int64(nbytes));

  heapSpace* space = s->spanclass.raw() ? &raw : &heap;
  space->pages.free(s->base(), s->npages);
  s->state.set(mSpanDead);
  freeMSpanLocked(currentmcache(), s);
}

void mheap::flushPages(mcache* c) {
  gort::lock(&lock);
  if (!c->pcache.empty()) c->pcache.flush(&heap.pages);
  if (!c->rawpcache.empty()) c->rawpcache.flush(&raw.pages);
  while (c->nspans != 0) spanalloc.free(c->spans[--c->nspans]);
  unlock(&lock);
}

// ---- Bitmaps of objects -----------------------------------------------------------------
//
// Alloc and mark bits live for two cycles. In the cycle in which it is made, a bitmap's marks are
// set; in the next, it says what is allocated; when all spans have been swept after that, none points
// to it. So bitmaps are cut from arenas that are freed as a whole, by their age:
//
//   next      being cut from, for marks of the coming cycle
//   current   marks of this cycle
//   previous  alloc bits of this cycle, until their spans are swept
//   free      to be zeroed and used again

namespace {

constexpr uintptr gcBitsChunkBytes = 64 << 10;
constexpr uintptr gcBitsHeaderBytes = 16;

struct gcBitsArena : sys::NotInHeap {
  atomic<uintptr> free;  // bytes of bits that are taken; more than there are: full
  gcBitsArena* next;
  gcBits bits[gcBitsChunkBytes - gcBitsHeaderBytes];

  // tryAlloc takes `bytes` bytes, or returns null if there are not as many. Any thread.
  gcBits* tryAlloc(uintptr bytes) {
    constexpr uintptr n = sizeof(bits);
    if (free.load(relaxed) + bytes > n) return nullptr;
    // relaxed: each gets bytes of its own, which were zero when the arena was published.
    uintptr end = free.add(bytes, relaxed);
    return end > n ? nullptr : &bits[end - bytes];
  }
};
static_assert(sizeof(gcBitsArena) == gcBitsChunkBytes && gcBitsHeaderBytes % 8 == 0);

constinit struct {
  mutex lock{lockRankGcBitsArenas};
  gcBitsArena* free = nullptr;
  atomic<gcBitsArena*> next;  // changed under lock (release), read without (acquire)
  gcBitsArena* current = nullptr;
  gcBitsArena* previous = nullptr;
} gcBitsArenas;

// newArenaMayUnlock returns an empty arena. gcBitsArenas.lock must be held; it may be let go of
// in between.
gcBitsArena* newArenaMayUnlock() {
  gcBitsArena* result = gcBitsArenas.free;
  if (result == nullptr) {
    unlock(&gcBitsArenas.lock);
    result = static_cast<gcBitsArena*>(sysAlloc(gcBitsChunkBytes, &memstats.gcMiscSys, "gc bits"));
    if (result == nullptr) throw_("runtime: cannot allocate memory");
    lock(&gcBitsArenas.lock);
  } else {
    gcBitsArenas.free = result->next;
    std::memset(result->bits, 0, sizeof(result->bits));
  }
  result->next = nullptr;
  result->free.store(0, relaxed);
  return result;
}

// cut returns `bytes` bytes of the arena that is being cut from, null if there are not as many.
gcBits* cut(uintptr bytes) {
  gcBitsArena* head = gcBitsArenas.next.load(acquire);  // pairs with its publication
  return head == nullptr ? nullptr : head->tryAlloc(bytes);
}

[[gnu::noinline, gnu::cold]] gcBits* newMarkBitsSlow(uintptr bytes) {
  lock(&gcBitsArenas.lock);
  gcBits* p = cut(bytes);  // somebody may have been faster
  if (p == nullptr) {
    gcBitsArena* fresh = newArenaMayUnlock();
    p = cut(bytes);  // also here
    if (p != nullptr) {
      fresh->next = gcBitsArenas.free;
      gcBitsArenas.free = fresh;
    } else {
      p = fresh->tryAlloc(bytes);
      if (p == nullptr) throw_("markBits overflow");
      fresh->next = gcBitsArenas.next.load(relaxed);
      gcBitsArenas.next.store(fresh, release);  // pairs with cut
    }
  }
  unlock(&gcBitsArenas.lock);
  return p;
}

}  // namespace

gcBits* newMarkBits(uintptr nelems) {
  uintptr bytes = (nelems + 63) / 64 * 8;
  gcBits* p = cut(bytes);
  return p != nullptr ? p : newMarkBitsSlow(bytes);
}

gcBits* newAllocBits(uintptr nelems) { return newMarkBits(nelems); }

void nextMarkBitArenaEpoch() {
  lock(&gcBitsArenas.lock);
  if (gcBitsArena* last = gcBitsArenas.previous; last != nullptr) {
    while (last->next != nullptr) last = last->next;
    last->next = gcBitsArenas.free;
    gcBitsArenas.free = gcBitsArenas.previous;
  }
  gcBitsArenas.previous = gcBitsArenas.current;
  gcBitsArenas.current = gcBitsArenas.next.load(relaxed);
  gcBitsArenas.next.store(nullptr, release);
  unlock(&gcBitsArenas.lock);
}

}  // namespace gort

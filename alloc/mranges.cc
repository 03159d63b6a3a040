// mranges.cc: changes and look-ups of sets of addresses (see mranges.h).
//
// Go: runtime/mranges.go
#include "alloc/mranges.h"

#include "arch/print.h"

namespace gort {

namespace {

// Ranges that a new set has room for.
constexpr intgo initialCap = 16;

addrRange* allocRanges(intgo n, sysMemStat* sysStat) {
  return static_cast<addrRange*>(
      persistentalloc(sizeof(addrRange) * uintptr(n), goarch::PtrSize, sysStat));
}

// copyRanges copies n ranges; the two places may overlap.
void copyRanges(addrRange* to, const addrRange* from, intgo n) {
  memmove(to, from, sizeof(addrRange) * uintptr(n));
}

}  // namespace

// ---- addrRange ------------------------------------------------------------------

addrRange makeAddrRange(uintptr base, uintptr limit) {
  // The subtraction wraps around for one half of the addresses and not for the other.
  if ((base - arenaBaseOffset >= base) != (limit - arenaBaseOffset >= limit)) {
    throw_("addr range base and limit are not in the same memory segment");
  }
  return {{base}, {limit}};
}

addrRange addrRange::subtract(addrRange b) const {
  addrRange r = *this;
  if (b.base.lessEqual(r.base) && r.limit.lessEqual(b.limit)) return addrRange{};
  if (r.base.lessThan(b.base) && b.limit.lessThan(r.limit)) throw_("bad prune");
  if (b.limit.lessThan(r.limit) && r.base.lessThan(b.limit)) {
    r.base = b.limit;
  } else if (r.base.lessThan(b.base) && b.base.lessThan(r.limit)) {
    r.limit = b.base;
  }
  return r;
}

addrFound addrRange::takeFromFront(uintptr len, uint8 align) {
  uintptr start = alignUp(base.addr(), align);
  if (start + len > limit.addr()) return {0, false};
  base = {start + len};
  return {start, true};
}

addrFound addrRange::takeFromBack(uintptr len, uint8 align) {
  uintptr start = alignDown(limit.addr() - len, align);
  if (start < base.addr()) return {0, false};
  limit = {start};
  return {start, true};
}

addrRange addrRange::removeGreaterEqual(uintptr addr) const {
  if (offAddr{addr}.lessEqual(base)) return addrRange{};
  if (limit.lessEqual({addr})) return *this;
  return makeAddrRange(base.addr(), addr);
}

// ---- atomicOffAddr --------------------------------------------------------------

void atomicOffAddr::Clear() {
  for (;;) {
    int64 old = a.load(relaxed);
    if (old < 0) return;
    if (a.cas(old, int64(minOffAddr.addr() - arenaBaseOffset), relaxed)) return;
  }
}

void atomicOffAddr::StoreMin(uintptr addr) {
  int64 new_ = int64(addr - arenaBaseOffset);
  for (;;) {
    int64 old = a.load(relaxed);
    if (old < new_) return;  // lower already, or marked
    if (a.cas(old, new_, relaxed)) return;
  }
}

void atomicOffAddr::StoreUnmark(uintptr markedAddr, uintptr newAddr) {
  a.cas(-int64(markedAddr - arenaBaseOffset), int64(newAddr - arenaBaseOffset), relaxed);
}

// ---- addrRanges -----------------------------------------------------------------

void addrRanges::init(sysMemStat* stat) {
  len = 0;
  cap = initialCap;
  ranges = allocRanges(cap, stat);
  sysStat = stat;
  totalBytes = 0;
}

intgo addrRanges::findSucc(uintptr addr) const {
  // Halve while there are many, then go through the rest: a few in order are faster to look at
  // than to choose from.
  constexpr intgo iterMax = 8;
  intgo bot = 0, top = len;
  while (top - bot > iterMax) {
    intgo i = bot + (top - bot) / 2;
    if (ranges[i].contains(addr)) return i + 1;
    if (offAddr{addr}.lessThan(ranges[i].base)) {
      top = i;  // perhaps i itself
    } else {
      bot = i + 1;
    }
  }
  while (bot < top && !offAddr{addr}.lessThan(ranges[bot].base)) bot++;
  return bot;
}

addrFound addrRanges::findAddrGreaterEqual(uintptr addr) const {
  intgo i = findSucc(addr);
  if (i > 0 && ranges[i - 1].contains(addr)) return {addr, true};
  if (i < len) return {ranges[i].base.addr(), true};
  return {0, false};
}

bool addrRanges::contains(uintptr addr) const {
  intgo i = findSucc(addr);
  return i > 0 && ranges[i - 1].contains(addr);
}

void addrRanges::add(addrRange r) {
  // Nothing would change, but who adds nothing has made a mistake.
  if (r.size() == 0) {
    print("runtime: range = {", hex(r.base.addr()), ", ", hex(r.limit.addr()), "}\n");
    throw_("attempted to add zero-sized address range");
  }
  // r is not in the set, so what begins above its base is what comes behind it.
  intgo i = findSucc(r.base.addr());
  bool coalescesDown = i > 0 && ranges[i - 1].limit.equal(r.base);
  bool coalescesUp = i < len && r.limit.equal(ranges[i].base);
  if (coalescesUp && coalescesDown) {
    // r fills the gap between two ranges, which become one.
    ranges[i - 1].limit = ranges[i].limit;
    copyRanges(&ranges[i], &ranges[i + 1], len - i - 1);
    len--;
  } else if (coalescesDown) {
    ranges[i - 1].limit = r.limit;
  } else if (coalescesUp) {
    ranges[i].base = r.base;
  } else {
    // Make room at i. At worst, a TiB of 64 MiB arenas no two of which touch, that moves
    // 256 KiB: some ten microseconds.
    if (len == cap) {
      addrRange* old = ranges;
      cap *= 2;
      ranges = allocRanges(cap, sysStat);
      copyRanges(ranges, old, i);
      copyRanges(&ranges[i + 1], &old[i], len - i);
    } else {
      copyRanges(&ranges[i + 1], &ranges[i], len - i);
    }
    ranges[i] = r;
    len++;
  }
  totalBytes += r.size();
}

addrRange addrRanges::removeLast(uintptr nBytes) {
  if (len == 0) return addrRange{};
  addrRange* last = &ranges[len - 1];
  addrRange r = *last;
  uintptr size = r.size();
  if (size > nBytes) {
    last->limit = r.limit.sub(nBytes);
    totalBytes -= nBytes;
    return {last->limit, r.limit};
  }
  len--;
  totalBytes -= size;
  return r;
}

void addrRanges::removeGreaterEqual(uintptr addr) {
  intgo pivot = findSucc(addr);
  uintptr removed = 0;
  for (intgo i = pivot; i < len; i++) removed += ranges[i].size();
  if (pivot > 0 && ranges[pivot - 1].contains(addr)) {
    addrRange r = ranges[pivot - 1];
    addrRange below = r.removeGreaterEqual(addr);
    removed += r.size() - below.size();
    if (below.size() == 0) {
      pivot--;
    } else {
      ranges[pivot - 1] = below;
    }
  }
  len = pivot;
  totalBytes -= removed;
}

void addrRanges::cloneInto(addrRanges* b) const {
  if (len > b->cap) {
    b->cap = cap;
    b->ranges = allocRanges(b->cap, b->sysStat);
  }
  b->len = len;
  b->totalBytes = totalBytes;
  copyRanges(b->ranges, ranges, len);
}

}  // namespace gort

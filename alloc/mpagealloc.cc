// mpagealloc.cc: finding, taking and giving back runs of pages (see mpagealloc.h).
//
// Go: runtime/mpagealloc.go, runtime/mpagealloc_64bit.go
#include "alloc/mpagealloc.h"

#include <algorithm>

#include "alloc/mem.h"
#include "alloc/upcalls.h"
#include "arch/os_linux.h"
#include "arch/print.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"

namespace gort {

namespace {

constexpr intgo leaf = summaryLevels - 1;

constexpr const char* vmaNamePageAllocIndex = "page alloc index";

// offAddrToLevelIndex returns the index at a level of the summary that covers addr, and
// levelIndexToOffAddr the first address that summary idx covers.
constexpr uintgo offAddrToLevelIndex(intgo level, offAddr addr) {
  return (addr.addr() - arenaBaseOffset) >> levelShift[level];
}
constexpr offAddr levelIndexToOffAddr(intgo level, uintgo idx) {
  return {(idx << levelShift[level]) + arenaBaseOffset};
}

// Entries lo <= i < hi of a level.
struct summaryRange {
  uintgo lo, hi;
};

// addrsToSummaryRange returns the summaries that cover some of [base, limit).
constexpr summaryRange addrsToSummaryRange(intgo level, uintptr base, uintptr limit) {
  // limit may lie inside a summary, or be the very end of one: count from the last address.
  return {(base - arenaBaseOffset) >> levelShift[level],
          ((limit - 1 - arenaBaseOffset) >> levelShift[level]) + 1};
}

// blockAlignSummaryRange widens r to whole blocks, which is how find reads them.
constexpr summaryRange blockAlignSummaryRange(intgo level, summaryRange r) {
  uintptr e = uintptr{1} << levelBits[level];
  return {alignDown(r.lo, e), alignUp(r.hi, e)};
}

// eachChunk calls f(chunk, first page, pages) for the part of the npages pages from base on that
// lies in each chunk.
template <class F>
[[gnu::always_inline]] inline void eachChunk(uintptr base, uintptr npages, F f) {
  uintptr last = base + npages * pageSize - 1;
  chunkIdx ec = chunkIndex(last);
  uintgo from = chunkPageIndex(base);
  for (chunkIdx c = chunkIndex(base); c < ec; c++, from = 0) f(c, from, pallocChunkPages - from);
  f(ec, from, chunkPageIndex(last) + 1 - from);
}

// freeWindow is where the first free page of the heap must be, ends included. find narrows it
// at each level.
struct freeWindow {
  offAddr base = minOffAddr, bound = maxOffAddr;

  // foundFree is told of a stretch of size bytes from addr on that has a free page. Stretches
  // come in the order of addresses and, from level to level, from inside the one before. So the
  // first of a level narrows the window, and those that follow lie behind it. Partly is not
  // possible.
  void foundFree(offAddr addr, uintptr size) {
    offAddr last = addr.add(size - 1);
    if (base.lessEqual(addr) && last.lessEqual(bound)) {
      base = addr;
      bound = last;
    } else if (!last.lessThan(base) && !bound.lessThan(addr)) {
      partial(addr, size);
    }
  }

  [[noreturn, gnu::noinline, gnu::cold]] void partial(offAddr addr, uintptr size) const {
    print("runtime: addr = ", hex(addr.addr()), ", size = ", size, "\n");
    print("runtime: base = ", hex(base.addr()), ", bound = ", hex(bound.addr()), "\n");
    throw_("range partially overlaps");
  }
};

[[gnu::noinline, gnu::cold]] void printSum(pallocSum sum) {
  print(sum.start(), ", ", sum.max(), ", ", sum.end());
}

[[noreturn, gnu::noinline, gnu::cold]] void unalignedGrow(uintptr base, uintptr limit) {
  print("runtime: base = ", hex(base), ", limit = ", hex(limit), "\n");
  throw_("sysGrow bounds not aligned to pallocChunkBytes");
}

}  // namespace

// ---- Summaries --------------------------------------------------------------------

pallocSum mergeSummaries(const pallocSum* sums, uintgo n, uintgo logMaxPagesPerSum) {
  const uintgo all = uintgo{1} << logMaxPagesPerSum;
  auto [start, most, end] = sums[0].unpack();
  for (uintgo i = 1; i < n; i++) {
    auto [si, mi, ei] = sums[i].unpack();
    if (start == i * all) start += si;  // free up to here
    most = std::max({most, end + si, mi});
    end = ei == all ? end + all : ei;
  }
  return packPallocSum(start, most, end);
}

[[gnu::noinline, gnu::cold]] void summaryLevel::outOfRange(uintptr n) const {
  print("runtime: summary entry ", n - 1, " of ", len, "\n");
  throw_("index out of range");
}

void pageAlloc::update(uintptr base, uintptr npages, updateContig contig, updateAlloc alloc) {
  assertLockHeld(mheapLock);

  uintptr last = base + npages * pageSize - 1;
  chunkIdx sc = chunkIndex(base), ec = chunkIndex(last);
  if (sc == ec) {
    // A change inside a chunk often changes nothing for its summary.
    pallocSum* x = &summary[leaf][sc];
    pallocSum y = chunkOf(sc)->summarize();
    if (*x == y) return;
    *x = y;
  } else if (contig) {
    // The chunks in between have no other pages.
    summary[leaf][sc] = chunkOf(sc)->summarize();
    pallocSum whole = alloc == allocated ? pallocSum{} : freeChunkSum;
    std::fill_n(summary[leaf].block(sc + 1, ec - sc - 1), ec - sc - 1, whole);
    summary[leaf][ec] = chunkOf(ec)->summarize();
  } else {
    for (chunkIdx c = sc; c <= ec; c++) summary[leaf][c] = chunkOf(c)->summarize();
  }

  // Up the tree, as far as anything changes.
  bool changed = true;
  for (intgo l = leaf - 1; l >= 0 && changed; l--) {
    changed = false;
    uintgo bits = levelBits[l + 1], n = uintgo{1} << bits;
    auto [lo, hi] = addrsToSummaryRange(l, base, last + 1);
    for (uintgo i = lo; i < hi; i++) {
      pallocSum sum = mergeSummaries(summary[l + 1].block(i << bits, n), n, levelLogPages[l + 1]);
      pallocSum* old = &summary[l][i];
      if (*old == sum) continue;
      *old = sum;
      changed = true;
    }
  }
}

// ---- Growing ----------------------------------------------------------------------

void pageAlloc::init(mutex* mheapLock, sysMemStat* sysStat, bool test) {
  this->sysStat = sysStat;
  inUse.init(sysStat);
  sysInit();
  searchAddr = maxSearchAddr();
  this->mheapLock = mheapLock;
  scav.index.init();
  this->test = test;
}

void pageAlloc::grow(uintptr base, uintptr size) {
  assertLockHeld(mheapLock);

  // Nothing smaller than a chunk can be described.
  uintptr limit = alignUp(base + size, pallocChunkBytes);
  base = alignDown(base, pallocChunkBytes);

  sysGrow(base, limit);
  summaryMappedReady += scav.index.grow(base, limit, sysStat);

  // start is 0 at first; page 0 is never the heap's.
  chunkIdx sc = chunkIndex(base), ec = chunkIndex(limit);
  if (start == 0 || sc < start) start = sc;
  if (ec > end) end = ec;
  inUse.add(makeAddrRange(base, limit));
  if (offAddr{base}.lessThan(searchAddr)) searchAddr = {base};

  // Memory that has never been touched costs nothing yet: it is scavenged.
  for (chunkIdx c = sc; c < ec; c++) {
    pallocChunksL2** l2 = &chunks[chunkL1(c)];
    if (*l2 == nullptr) {
      void* r = sysAlloc(sizeof(pallocChunksL2), sysStat, vmaNamePageAllocIndex);
      if (r == nullptr) throw_("pageAlloc: out of memory");
      if (!test) {
        if (chunkHugePages) {
          sysHugePage(r, sizeof(pallocChunksL2));
        } else {
          sysNoHugePage(r, sizeof(pallocChunksL2));
        }
      }
      *l2 = static_cast<pallocChunksL2*>(r);
    }
    chunkOf(c)->scavenged.setAll();
  }

  update(base, (limit - base) / pageSize, contig, freed);
}

void pageAlloc::enableChunkHugePages() {
  // From the moment that chunkHugePages is set, new blocks of chunks have what we want. Those that
  // there are by then are found in a copy of inUse, so that the lock is not held during the calls:
  // blocks, once there, do not go away.
  lock(mheapLock);
  if (chunkHugePages) {
    unlock(mheapLock);
    return;
  }
  chunkHugePages = true;
  addrRanges had{};
  had.sysStat = sysStat;
  inUse.cloneInto(&had);
  unlock(mheapLock);

  for (intgo r = 0; r < had.len; r++) {
    uintgo last = chunkL1(chunkIndex(had.ranges[r].limit.addr() - 1));
    for (uintgo i = chunkL1(chunkIndex(had.ranges[r].base.addr())); i <= last; i++) {
      sysHugePage(chunks[i], sizeof(pallocChunksL2));
    }
  }
}

// sysInit reserves the levels.
void pageAlloc::sysInit() {
  for (intgo l = 0; l < summaryLevels; l++) {
    uintptr entries = uintptr{1} << (heapAddrBits - levelShift[l]);
    void* r = sysReserve(nullptr, alignUp(entries * pallocSumBytes, physPageSize), "page summary");
    if (r == nullptr) throw_("failed to reserve page summary memory");
    summary[l] = {static_cast<pallocSum*>(r), 0, entries};
  }
}

// sysGrow takes the summaries of [base, limit) into use, and of their blocks. inUse is still
// without that range, and the bounds are a chunk's.
void pageAlloc::sysGrow(uintptr base, uintptr limit) {
  if (base % pallocChunkBytes != 0 || limit % pallocChunkBytes != 0) unalignedGrow(base, limit);

  auto blocksOf = [](intgo l, addrRange r) {
    return blockAlignSummaryRange(l, addrsToSummaryRange(l, r.base.addr(), r.limit.addr()));
  };
  // The pages, of the system's, that hold these entries.
  auto pagesOf = [this](intgo l, summaryRange r) {
    uintptr array = reinterpret_cast<uintptr>(summary[l].array);
    return addrRange{{array + alignDown(r.lo * pallocSumBytes, physPageSize)},
                     {array + alignUp(r.hi * pallocSumBytes, physPageSize)}};
  };

  // The neighbours of the new range: some of its summaries' pages may be in use for them. As the
  // range lies outside of both, what is left is one piece.
  intgo succ = inUse.findSucc(base);
  for (intgo l = 0; l < summaryLevels; l++) {
    summaryRange blocks = blocksOf(l, makeAddrRange(base, limit));
    if (blocks.hi > summary[l].len) summary[l].len = blocks.hi;

    addrRange need = pagesOf(l, blocks);
    if (succ > 0) need = need.subtract(pagesOf(l, blocksOf(l, inUse.ranges[succ - 1])));
    if (succ < inUse.len) need = need.subtract(pagesOf(l, blocksOf(l, inUse.ranges[succ])));
    if (need.size() == 0) continue;
    void* v = reinterpret_cast<void*>(need.base.addr());
    sysMap(v, need.size(), sysStat, "page alloc");
    sysUsed(v, need.size(), need.size());
    summaryMappedReady += need.size();
  }
}

// sysInit reserves the index. Nothing of it is in use yet.
void scavengeIndex::sysInit() {
  uintptr n = maxAlloc / pallocChunkBytes;
  void* r = sysReserve(nullptr, n * sizeof(atomicScavChunkData), "scavenge index");
  if (r == nullptr) throw_("failed to reserve scavenge index memory");
  chunks = static_cast<atomicScavChunkData*>(r);
}

// sysGrow takes the entries of [base, limit) into use, and all between them and those that are:
// find walks over gaps in the heap. At worst, with a heap at either end of the address space,
// that is 512 MiB, of which the pages that are touched cost something.
uintptr scavengeIndex::sysGrow(uintptr base, uintptr limit, sysMemStat* sysStat) {
  if (base % pallocChunkBytes != 0 || limit % pallocChunkBytes != 0) unalignedGrow(base, limit);

  constexpr uintptr scSize = sizeof(atomicScavChunkData);
  uintptr needMin = alignDown(chunkIndex(base), physPageSize / scSize);
  uintptr needMax = alignUp(chunkIndex(limit), physPageSize / scSize);
  if (needMax < min) needMax = min;
  if (max != 0 && needMin > max) needMin = max;

  // What is in use must not be mapped again: that would clear it.
  uintptr array = reinterpret_cast<uintptr>(chunks);
  addrRange have = makeAddrRange(array + min * scSize, array + max * scSize);
  addrRange need = makeAddrRange(array + needMin * scSize, array + needMax * scSize).subtract(have);
  if (need.size() == 0) return 0;

  void* v = reinterpret_cast<void*>(need.base.addr());
  sysMap(v, need.size(), sysStat, "scavenge index");
  sysUsed(v, need.size(), need.size());
  if (max == 0 || needMin < min) min = needMin;
  if (needMax > max) max = needMax;
  return need.size();
}

// ---- Finding ----------------------------------------------------------------------

// findMappedAddr returns the first address of the heap that is not below addr; maxOffAddr if
// there is none. find knows addr from summaries, which do not tell gaps from allocated pages.
offAddr pageAlloc::findMappedAddr(offAddr addr) {
  assertLockHeld(mheapLock);
  auto [vAddr, ok] = inUse.findAddrGreaterEqual(addr.addr());
  return ok ? offAddr{vAddr} : maxOffAddr;
}

// find goes down the tree, at each level through the entries of one block, of which i is the first.
// It keeps the run of free pages that reaches up to the entry it looks at; an entry that says it
// has a run long enough inside sends it down.
//
// On the way it learns where the heap's first free page is (firstFree): the first entry that is
// not full, at each level. Once the search follows another entry down, it learns nothing more; the
// new searchAddr is good anyway, only lower than it could be.
pageAlloc::findResult pageAlloc::find(uintptr npages) {
  assertLockHeld(mheapLock);

  freeWindow firstFree;
  uintgo i = 0;
  pallocSum lastSum = {};  // the entry, of the level above, that sent us down
  intgo lastSumIdx = -1;
  for (intgo l = 0; l < summaryLevels; l++) {
    const uintgo entriesPerBlock = uintgo{1} << levelBits[l];
    const uintgo logMaxPages = levelLogPages[l];
    i <<= levelBits[l];
    const pallocSum* entries = summary[l].block(i, entriesPerBlock);

    // Begin at searchAddr, if it is in this block.
    uintgo j = 0;
    uintgo searchIdx = offAddrToLevelIndex(l, searchAddr);
    if (alignDown(searchIdx, entriesPerBlock) == i) j = searchIdx - i;

    // The run up to entry j: size pages, from number base of the block on.
    uintgo base = 0, size = 0;
    bool down = false;
    for (; j < entriesPerBlock; j++) {
      pallocSum sum = entries[j];
      if (sum == pallocSum{}) {
        size = 0;
        continue;
      }
      firstFree.foundFree(levelIndexToOffAddr(l, i + j), pageSize << logMaxPages);

      uintgo s = sum.start();
      if (size + s >= npages) {
        if (size == 0) base = j << logMaxPages;
        size += s;
        break;
      }
      if (sum.max() >= npages) {
        i += j;
        lastSum = sum;
        lastSumIdx = intgo(i);
        down = true;
        break;
      }
      if (size == 0 || s < uintgo{1} << logMaxPages) {
        // A new run, at the end of this entry; perhaps of no page.
        size = sum.end();
        base = ((j + 1) << logMaxPages) - size;
      } else {
        size += uintgo{1} << logMaxPages;
      }
    }
    if (down) continue;
    if (size >= npages) {
      // The run crosses a border of entries, so its start is known.
      uintptr addr = levelIndexToOffAddr(l, i).add(base * pageSize).addr();
      return {addr, findMappedAddr(firstFree.base)};
    }
    if (l == 0) return {0, maxSearchAddr()};
    findBadSummary(l, npages, i, lastSum, lastSumIdx);
  }

  // The run lies inside a chunk.
  chunkIdx ci = i;
  auto [j, searchIdx] = chunkOf(ci)->find(npages, 0);
  if (j == pallocBits::notFound) {
    print("runtime: summary[", leaf, "][", i, "] = (");
    printSum(summary[leaf][i]);
    print(")\nruntime: npages = ", npages, "\n");
    throw_("bad summary data");
  }
  uintptr searchAddr = chunkBase(ci) + searchIdx * pageSize;
  firstFree.foundFree({searchAddr}, chunkBase(ci + 1) - searchAddr);
  return {chunkBase(ci) + j * pageSize, findMappedAddr(firstFree.base)};
}

// findBadSummary reports that find was sent down to the block of level l at i, and there is no run
// of npages pages.
[[gnu::noinline, gnu::cold]] void pageAlloc::findBadSummary(intgo l, uintptr npages, uintgo i,
                                                            pallocSum lastSum, intgo lastSumIdx) {
  print("runtime: summary[", l - 1, "][", lastSumIdx, "] = ");
  printSum(lastSum);
  print("\nruntime: level = ", l, ", npages = ", npages, "\n");
  print("runtime: p.searchAddr = ", hex(searchAddr.addr()), ", i = ", i, "\n");
  print("runtime: levelShift[level] = ", levelShift[l], ", levelBits[level] = ", levelBits[l],
        "\n");
  for (uintgo j = 0; j < uintgo{1} << levelBits[l]; j++) {
    print("runtime: summary[", l, "][", i + j, "] = (");
    printSum(summary[l][i + j]);
    print(")\n");
  }
  throw_("bad summary data");
}

// ---- Allocating and freeing -------------------------------------------------------

pageAlloc::allocResult pageAlloc::alloc(uintptr npages) {
  assertLockHeld(mheapLock);

  // searchAddr is beyond the heap if that is exhausted.
  chunkIdx ci = chunkIndex(searchAddr.addr());
  if (ci >= end) return {0, 0};

  // Often the first free pages are enough: look into their chunk before the tree.
  findResult found = {0, minOffAddr};
  uintgo pi = chunkPageIndex(searchAddr.addr());
  if (pallocChunkPages - pi >= npages) {
    uintgo max = summary[leaf][ci].max();
    if (max >= npages) {
      auto [j, searchIdx] = chunkOf(ci)->find(npages, pi);
      if (j == pallocBits::notFound) {
        print("runtime: max = ", max, ", npages = ", npages, "\n");
        print("runtime: searchIdx = ", pi, ", p.searchAddr = ", hex(searchAddr.addr()), "\n");
        throw_("bad summary data");
      }
      found = {chunkBase(ci) + j * pageSize, {chunkBase(ci) + searchIdx * pageSize}};
    }
  }
  if (found.addr == 0) {
    found = find(npages);
    if (found.addr == 0) {
      // If there is not even one page, nobody need search again.
      if (npages == 1) searchAddr = maxSearchAddr();
      return {0, 0};
    }
  }

  uintptr scav = allocRange(found.addr, npages);
  if (searchAddr.lessThan(found.searchAddr)) searchAddr = found.searchAddr;
  return {found.addr, scav};
}

uintptr pageAlloc::allocRange(uintptr base, uintptr npages) {
  assertLockHeld(mheapLock);

  uintgo scavPages = 0;
  eachChunk(base, npages, [&](chunkIdx c, uintgo from, uintgo n) {
    pallocData* chunk = chunkOf(c);
    scavPages += chunk->scavenged.popcntRange(from, n);
    chunk->allocRange(from, n);
    scav.index.alloc(c, n);
  });
  update(base, npages, contig, allocated);
  return scavPages * pageSize;
}

void pageAlloc::free(uintptr base, uintptr npages) {
  assertLockHeld(mheapLock);

  if (offAddr{base}.lessThan(searchAddr)) searchAddr = {base};
  eachChunk(base, npages, [&](chunkIdx c, uintgo from, uintgo n) {
    chunkOf(c)->free(from, n);
    scav.index.free(c, from, n);
  });
  update(base, npages, contig, freed);
}

void pageAlloc::markRandomPaddingPages(uintptr base, uintptr npages) {
  assertLockHeld(mheapLock);

  eachChunk(base, npages, [&](chunkIdx c, uintgo from, uintgo n) {
    pallocData* chunk = chunkOf(c);
    chunk->allocRange(from, n);
    scav.index.alloc(c, n);
    chunk->scavenged.setRange(from, n);
  });
  update(base, npages, contig, allocated);
}

}  // namespace gort

// mgcscavenge.cc: the index of chunks that have pages to give back (see mgcscavenge.h).
//
// Go: runtime/mgcscavenge.go (scavengeIndex, scavChunkData)
#include "alloc/mgcscavenge.h"

#include "arch/print.h"
#include "arch/upcalls.h"

namespace gort {

// ---- scavengeIndex ----------------------------------------------------------------

void scavengeIndex::init() {
  searchAddrBg.Clear();
  searchAddrForce.Clear();
  freeHWM = minOffAddr;
  sysInit();
}

uintptr scavengeIndex::grow(uintptr base, uintptr limit, sysMemStat* sysStat) {
  uintptr mapped = sysGrow(base, limit, sysStat);
  // The heap may begin lower now even if there was nothing to map.
  uintptr old = minHeapIdx.load(relaxed);
  uintptr baseIdx = chunkIndex(base);
  if (old == 0 || baseIdx < old) minHeapIdx.store(baseIdx, release);  // pairs with find
  return mapped;
}

scavengeIndex::findResult scavengeIndex::find(bool force) {
  atomicOffAddr* cursor = force ? &searchAddrForce : &searchAddrBg;
  auto [searchAddr, marked] = cursor->Load();
  if (searchAddr == minOffAddr.addr()) return {0, 0};  // exhausted

  uint32 g = gen.load(relaxed);
  chunkIdx lowest = minHeapIdx.load(acquire);  // not 0, as something has been freed
  chunkIdx start = chunkIndex(searchAddr);
  for (chunkIdx i = start; i >= lowest; i--) {
    if (!chunks[i].load().shouldScavenge(g, force)) continue;
    if (i == start) return {i, chunkPageIndex(searchAddr)};

    // Nothing above i: go on from there the next time. It does not matter if that fails, because
    // the cursor has been moved up, or another search was faster; then one search may be longer.
    // It would matter to overwrite a mark.
    uintptr newSearchAddr = chunkBase(i) + pallocChunkBytes - pageSize;
    if (marked) {
      cursor->StoreUnmark(searchAddr, newSearchAddr);
    } else {
      cursor->StoreMin(newSearchAddr);
    }
    return {i, pallocChunkPages - 1};
  }
  cursor->Clear();  // a mark stays, until a search that begins there finds something
  return {0, 0};
}

void scavengeIndex::alloc(chunkIdx ci, uintgo npages) {
  scavChunkData sc = chunks[ci].load();
  sc.alloc(npages, gen.load(relaxed));
  chunks[ci].store(sc);
}

void scavengeIndex::free(chunkIdx ci, uintgo page, uintgo npages) {
  scavChunkData sc = chunks[ci].load();
  sc.free(npages, gen.load(relaxed));
  chunks[ci].store(sc);

  offAddr last = {chunkBase(ci) + (page + npages - 1) * pageSize};
  if (freeHWM.lessThan(last)) freeHWM = last;
  // Only we move the cursor up, and find may move it down after our load. So the store below does
  // not lower it, and if there is no store, find has been or will be where we would send it.
  if (offAddr{searchAddrForce.Load().addr}.lessThan(last)) searchAddrForce.StoreMarked(last.addr());
}

void scavengeIndex::nextGen() {
  gen.add(1, relaxed);
  if (offAddr{searchAddrBg.Load().addr}.lessThan(freeHWM)) searchAddrBg.StoreMarked(freeHWM.addr());
  freeHWM = minOffAddr;
}

void scavengeIndex::setEmpty(chunkIdx ci) {
  scavChunkData sc = chunks[ci].load();
  sc.setEmpty();
  chunks[ci].store(sc);
}

// ---- scavChunkData ----------------------------------------------------------------

scavChunkData unpackScavChunkData(uint64 sc) {
  return {{uint8(sc >> (16 + logScavChunkInUseMax) & scavChunkFlagsMask)},
          uint16(sc),
          uint16(sc >> 16 & scavChunkInUseMask),
          uint32(sc >> 32)};
}

uint64 scavChunkData::pack() const {
  return uint64{inUse} | uint64{lastInUse} << 16 | uint64{flags} << (16 + logScavChunkInUseMax) |
         uint64{gen} << 32;
}

bool scavChunkData::shouldScavenge(uint32 currGen, bool force) const {
  if (isEmpty()) return false;
  if (force) return true;
  // Dense now, or at the beginning of this generation: not yet. If there was no change in this
  // generation, it began with what there is now.
  if (gen == currGen) return inUse < scavChunkHiOccPages && lastInUse < scavChunkHiOccPages;
  return inUse < scavChunkHiOccPages;
}

void scavChunkData::alloc(uintgo npages, uint32 newGen) {
  if (inUse + npages > pallocChunkPages) {
    print("runtime: inUse=", inUse, " npages=", npages, "\n");
    throw_("too many pages allocated in chunk?");
  }
  if (gen != newGen) {
    lastInUse = inUse;
    gen = newGen;
  }
  inUse += uint16(npages);
  if (inUse == pallocChunkPages) setEmpty();
}

void scavChunkData::free(uintgo npages, uint32 newGen) {
  if (inUse < npages) {
    print("runtime: inUse=", inUse, " npages=", npages, "\n");
    throw_("allocated pages below zero?");
  }
  if (gen != newGen) {
    lastInUse = inUse;
    gen = newGen;
  }
  inUse -= uint16(npages);
  setNonEmpty();
}

}  // namespace gort

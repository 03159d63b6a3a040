// mgcscavenge.h: which chunks have pages that can be given back to the system.
//
// Giving back ("scavenging") a free page saves memory until the page is used again, and costs a
// fault then. So pages are taken where they will not be wanted soon: from the top of the heap, as
// allocation goes by lowest address, and from chunks that have not been nearly full lately: dense
// chunks are worth their huge page, and free pages there are about to be used.
//
// scavengeIndex is what the scavenger asks for the next chunk. It has one word for each chunk of the
// address space: how many pages are allocated now, how many were when the current collection cycle
// began, and whether a look is worth while at all. Two cursors say where the search goes on, downwards:
// one for the background scavenger, which goes up again only with a new cycle, and one for forced
// scavenging, which goes up with every free.
//
// Everything but find is called with the heap's lock held; find without, at any time. So the words
// and cursors are atomic, and find may answer from the past: the scavenger looks again under the
// lock. A page that is freed into a chunk just when find passes it may stay unnoticed until more is
// freed there or above, or the next cycle begins; it is given back late, and nothing worse.
//
// Memory orders:
//   a cursor, StoreMarked with Load (mranges.h): up there the index is mapped, and the word is there
//     that says that the chunk is worth a look
//   minHeapIdx (release)  with find (acquire): from there on up the index is mapped
//   the words (relaxed): each is whole in itself
//   gen (relaxed): an old one only makes find choose as it would have a moment ago
//
// Go: runtime/mgcscavenge.go (scavengeIndex, scavChunkData); scavengeIndex's sysGrow and sysInit
//     are in mpagealloc.cc, as they are in runtime/mpagealloc_64bit.go
//
// Differs from Go: so far the index only. The scavenger itself (findScavengeCandidate, scavengeOne,
// the background goroutine and its pacing) comes with its driver. grow maps first and moves
// minHeapIdx then; the other way round, find can run into what is not mapped. min and max are
// plain, as only the holder of the heap's lock looks at them, and gen is atomic, as find does too.
#ifndef GORT_ALLOC_MGCSCAVENGE_H_
#define GORT_ALLOC_MGCSCAVENGE_H_

#include "alloc/mpallocbits.h"
#include "alloc/mranges.h"
#include "arch/atomic.h"

namespace gort {

struct sysMemStat;

// From this many allocated pages on, a chunk is dense: 96.875 percent.
inline constexpr uint16 scavChunkHiOccPages = pallocChunkPages / 32 * 31;

// scavChunkFlags is the part of scavChunkData that is not numbers.
struct scavChunkFlags {
  uint8 flags;

  // There may be something to scavenge. The zero value says that there is not, which is right
  // for a chunk that has just been grown: new memory counts as scavenged.
  static constexpr uint8 scavChunkHasFree = 1 << 0;

  constexpr bool isEmpty() const { return (flags & scavChunkHasFree) == 0; }
  constexpr void setEmpty() { flags &= uint8(~scavChunkHasFree); }
  constexpr void setNonEmpty() { flags |= scavChunkHasFree; }

  friend constexpr bool operator==(scavChunkFlags, scavChunkFlags) = default;
};

// scavChunkData is what the index knows of a chunk. Zero for a new one.
struct scavChunkData : scavChunkFlags {
  uint16 inUse;      // pages that are allocated
  uint16 lastInUse;  // pages that were when gen began
  uint32 gen;        // generation of the index at the last alloc or free

  // shouldScavenge reports whether the chunk is worth a look in generation currGen. force: dense
  // or not.
  bool shouldScavenge(uint32 currGen, bool force) const;

  // alloc and free note that npages were allocated or freed in generation newGen. They throw when
  // that makes more pages than there are or fewer than none.
  void alloc(uintgo npages, uint32 newGen);
  void free(uintgo npages, uint32 newGen);

  // pack returns it in one word:
  //   bits 0..15  inUse     16..25  lastInUse     26..31  flags     32..63  gen
  uint64 pack() const;

  friend constexpr bool operator==(scavChunkData, scavChunkData) = default;
};

// Bits of a number of pages, which may be all of them.
inline constexpr uintgo logScavChunkInUseMax = logPallocChunkPages + 1;
inline constexpr uint64 scavChunkInUseMask = (uint64{1} << logScavChunkInUseMax) - 1;
inline constexpr uintgo scavChunkMaxFlags = 6;
inline constexpr uint64 scavChunkFlagsMask = (uint64{1} << scavChunkMaxFlags) - 1;
static_assert(16 + logScavChunkInUseMax + scavChunkMaxFlags <= 32);

scavChunkData unpackScavChunkData(uint64 sc);

// atomicScavChunkData is a scavChunkData that find reads while others change it; only one changes
// it at a time.
struct atomicScavChunkData {
  atomic<uint64> value;

  scavChunkData load() const { return unpackScavChunkData(value.load(relaxed)); }
  void store(scavChunkData ssc) { value.store(ssc.pack(), relaxed); }
};

struct scavengeIndex {
  // Constant after init: an entry for every chunk of the address space, most of them reserved only.
  atomicScavChunkData* chunks;

  // Under the heap's lock. [min, max) of chunks is mapped; freeHWM is the highest page that was
  // freed in this generation.
  uintptr min, max;
  offAddr freeHWM;

  // Changed under the heap's lock.
  atomic<uintptr> minHeapIdx;  // the first chunk of the heap; min is rounded down from that
  atomic<uint32> gen;          // cycles of the collector

  // Where find goes on: the highest page that may be worth it. find moves these down; free
  // (Force) and nextGen (Bg) move them up, marked, see mranges.h.
  atomicOffAddr searchAddrBg;
  atomicOffAddr searchAddrForce;

  // init reserves the index, and takes nothing into use.
  void init();

  // grow makes entries for the chunks of [base, limit), which the page allocator has just got. It
  // returns the bytes that it has taken into use for that, which count in *sysStat.
  uintptr grow(uintptr base, uintptr limit, sysMemStat* sysStat);

  struct findResult {
    chunkIdx ci;     // 0: there is none
    uintgo pageIdx;  // where in ci to begin, downwards
  };

  // find returns the highest chunk that may have pages to scavenge. The chunk is found again until
  // setEmpty. force: dense chunks as well. Needs no lock.
  findResult find(bool force);

  // alloc and free note that npages of chunk ci, from number page on, were allocated or freed.
  void alloc(chunkIdx ci, uintgo npages);
  void free(chunkIdx ci, uintgo page, uintgo npages);

  // nextGen begins a new generation: chunks that have not been dense since the last one began are
  // available to the background scavenger. Once a collection cycle, or more often for more memory.
  void nextGen();

  // setEmpty notes that there is nothing to scavenge in ci until pages are freed there.
  void setEmpty(chunkIdx ci);

 private:
  void sysInit();
  uintptr sysGrow(uintptr base, uintptr limit, sysMemStat* sysStat);
};

}  // namespace gort

#endif  // GORT_ALLOC_MGCSCAVENGE_H_

// mpagealloc.h: which pages of the address space are free.
//
// pageAlloc hands out runs of pages by lowest address, first fit. What is known of each page is two
// bits in the bitmaps of its chunk (mpallocbits.h): allocated, and scavenged. To find a run without a
// look at every chunk, there is a tree of summaries on top:
//
//   level  a summary covers  entries in all   mapped for a heap of 1 GiB
//     0        16 GiB             2^14             128 KiB
//     1         2 GiB             2^17               4 KiB
//     2       256 MiB             2^20               4 KiB
//     3        32 MiB             2^23               4 KiB
//     4         4 MiB, a chunk    2^26               4 KiB
//
// A summary says how many pages are free at the start of its stretch, in the longest run within it,
// and at its end (pallocSum). Eight neighbours, one cache line, make their parent's. That is enough to
// decide at each level whether a run of n pages lies inside one of the children (go down there),
// across the border of some (it is found, start and all), or not here.
//
// Each level is one array, indexed by address, that is reserved for the whole address space and
// taken into use piece by piece: no pointers, no nodes to allocate, and memory only for what exists.
// So are the chunks, whose array would be 8 GiB, but in two steps. A balanced tree of free runs, which
// Go had before, costs a node for each run and a rebalance for each change, and is slowest when the
// heap is most fragmented.
//
// INV1: a summary at level 4 is what summarize() says of its chunk, one above what mergeSummaries says
//       of its eight children. Memory that the heap has not grown into has the summary 0.
// INV2: no page of the heap below searchAddr is free. searchAddr is in inUse, or maxSearchAddr().
// INV3: for each chunk, scav.index has as many pages in use as its bitmap has ones (more ones while
//       the scavenger has a run of pages aside).
//
// Everything is under *mheapLock, which the callers of every function hold. Who only has the lock to
// give pages to a P's cache: mpagecache.h.
//
// Go: runtime/mpagealloc.go, runtime/mpagealloc_64bit.go
//
// Differs from Go:
//  - What Go checks in init is a static_assert.
//  - Walks over the chunks of a range are one template.
//  - findMappedAddr asks inUse alone. Go looks into the heap's arenas first; inUse has one range,
//    nearly always, and answers as fast.
//  - grow updates the summaries of whole chunks, whatever it was given.
//  - enableChunkHugePages reaches the last block of each range; Go's loop ends before it.
#ifndef GORT_ALLOC_MPAGEALLOC_H_
#define GORT_ALLOC_MPAGEALLOC_H_

#include "alloc/mgcscavenge.h"
#include "alloc/mpallocbits.h"
#include "alloc/mranges.h"
#include "arch/atomic.h"

namespace gort {

struct mutex;
struct pageCache;
struct sysMemStat;

// ---- The shape of the tree ----------------------------------------------------------

// Bits of an address that choose the entry at the root.
inline constexpr uintgo summaryL0Bits =
    heapAddrBits - logPallocChunkBytes - (summaryLevels - 1) * summaryLevelBits;

// Bits that choose among the entries of a block, by level. A block is the children of one summary;
// the root is one block.
inline constexpr uintgo levelBits[summaryLevels] = {
    summaryL0Bits, summaryLevelBits, summaryLevelBits, summaryLevelBits, summaryLevelBits,
};

// An address less arenaBaseOffset, shifted by this, is the index of its summary.
inline constexpr uintgo levelShift[summaryLevels] = {
    heapAddrBits - summaryL0Bits,
    heapAddrBits - summaryL0Bits - 1 * summaryLevelBits,
    heapAddrBits - summaryL0Bits - 2 * summaryLevelBits,
    heapAddrBits - summaryL0Bits - 3 * summaryLevelBits,
    heapAddrBits - summaryL0Bits - 4 * summaryLevelBits,
};

// log2 of the pages that a summary covers.
inline constexpr uintgo levelLogPages[summaryLevels] = {
    logPallocChunkPages + 4 * summaryLevelBits,
    logPallocChunkPages + 3 * summaryLevelBits,
    logPallocChunkPages + 2 * summaryLevelBits,
    logPallocChunkPages + 1 * summaryLevelBits,
    logPallocChunkPages,
};

static_assert(levelLogPages[0] <= logMaxPackedValue, "root level max pages fits in a summary");
static_assert(levelShift[summaryLevels - 1] == logPallocChunkBytes, "a leaf is a chunk");
static_assert(levelShift[0] == levelLogPages[0] + gc::PageShift);
static_assert((pallocSumBytes << summaryLevelBits) == goarch::CacheLineSize, "a block is a line");

// Chunks are found in two steps: 2^13 pointers, in pageAlloc itself, to arrays of 2^13 chunks, 1 MiB.
inline constexpr uintgo pallocChunksL1Bits = 13;
inline constexpr uintgo pallocChunksL2Bits =
    heapAddrBits - logPallocChunkBytes - pallocChunksL1Bits;
inline constexpr uintgo pallocChunksL1Shift = pallocChunksL2Bits;

// chunkL1 and chunkL2 return the index of ci in the first and in the second step.
constexpr uintgo chunkL1(chunkIdx ci) { return ci >> pallocChunksL1Shift; }
constexpr uintgo chunkL2(chunkIdx ci) { return ci & ((uintgo{1} << pallocChunksL2Bits) - 1); }

struct pallocChunksL2 {
  pallocData data[uintgo{1} << pallocChunksL2Bits];
};
static_assert(sizeof(pallocChunksL2) == 1 << 20);

// maxSearchAddr is the searchAddr of a heap without free pages.
constexpr offAddr maxSearchAddr() { return maxOffAddr; }

// mergeSummaries returns the summary of n stretches that follow one another, each of
// 1<<logMaxPagesPerSum pages.
pallocSum mergeSummaries(const pallocSum* sums, uintgo n, uintgo logMaxPagesPerSum);

// ---- The allocator ------------------------------------------------------------------

// summaryLevel is one level of the tree. Of `cap` entries, which are reserved, those from len on
// are surely not in use, and those below are if inUse says so: an index beyond len throws, one into
// a gap faults.
struct summaryLevel {
  pallocSum* array;
  uintptr len;
  uintptr cap;

  pallocSum& operator[](uintptr i) { return *block(i, 1); }

  // block returns the n entries from i on.
  pallocSum* block(uintptr i, uintptr n) {
    if (i + n > len) [[unlikely]]
      outOfRange(i + n);
    return &array[i];
  }

 private:
  [[noreturn]] void outOfRange(uintptr n) const;
};

struct pageAlloc {
  // The tree. Constant after init are its places; grow takes them into use.
  summaryLevel summary[summaryLevels];

  // The bitmaps: null where the heap has no chunk in 2^13. Use chunkOf.
  pallocChunksL2* chunks[uintgo{1} << pallocChunksL1Bits];

  offAddr searchAddr;  // see INV2

  // The chunks that are known lie in [start, end).
  chunkIdx start, end;

  // The address space that grow has got: the heap. Usually one range.
  addrRanges inUse;

  struct {
    scavengeIndex index;

    // Bytes that were given back in this cycle: in the background, and when somebody waited.
    atomic<uintptr> releasedBg;
    atomic<uintptr> releasedEager;
  } scav;

  // Constant after init.
  mutex* mheapLock;     // the heap's own, but in tests
  sysMemStat* sysStat;  // where the tree and the bitmaps count
  bool test;            // the addresses are not memory: no calls to the system about them

  uintptr summaryMappedReady;  // bytes of summaries and index that are Ready

  bool chunkHugePages;  // whether bitmaps are to have huge pages

  // init makes an allocator without pages. The lock need not be held.
  void init(mutex* mheapLock, sysMemStat* sysStat, bool test);

  // tryChunkOf returns the bitmaps of chunk ci, null if there are none; chunkOf those of a chunk
  // of the heap.
  pallocData* tryChunkOf(chunkIdx ci) {
    pallocChunksL2* l2 = chunks[chunkL1(ci)];
    return l2 == nullptr ? nullptr : &l2->data[chunkL2(ci)];
  }
  pallocData* chunkOf(chunkIdx ci) { return &chunks[chunkL1(ci)]->data[chunkL2(ci)]; }

  // grow adds the chunks of [base, base+size), which it has not had before, as free and scavenged
  // pages. Throws if there is no memory for their bitmaps.
  void grow(uintptr base, uintptr size);

  // enableChunkHugePages lets bitmaps have huge pages, those of today and those to come. For heaps
  // that are so large that it pays. The lock must not be held. Where a huge page is larger than the
  // 1 MiB of an L2 block, as on amd64, old blocks stay as they are.
  void enableChunkHugePages();

  struct allocResult {
    uintptr addr;  // 0: there is no such run
    uintptr scav;  // bytes of it that were scavenged: they must become Ready before use
  };

  // alloc allocates the first run of npages pages.
  allocResult alloc(uintptr npages);

  // allocRange allocates the npages pages from base on, which are free, and returns the bytes
  // that were scavenged.
  uintptr allocRange(uintptr base, uintptr npages);

  // free frees the npages pages from base on, which are allocated.
  void free(uintptr base, uintptr npages);

  // markRandomPaddingPages takes npages pages from base on out of use for ever: allocated, so
  // that nobody gets them, and scavenged, so that they count for nothing. They are free before.
  void markRandomPaddingPages(uintptr base, uintptr npages);

  // allocToCache allocates what is free of the first 64 pages, aligned to 64, that have a free
  // one. An empty cache: there is none. In mpagecache.cc.
  pageCache allocToCache();

  // What update is told of the bits that have changed: one run of pages, all in the same way, or
  // any of them.
  enum updateContig : bool { notContig, contig };
  enum updateAlloc : bool { freed, allocated };

  // update brings the summaries up to date after a change of bits in the npages pages from base on.
  void update(uintptr base, uintptr npages, updateContig contig, updateAlloc alloc);

  struct findResult {
    uintptr addr;        // 0: there is no such run
    offAddr searchAddr;  // no page below is free; nothing if addr is 0
  };

  // find searches the tree for the first run of npages free pages.
  findResult find(uintptr npages);

 private:
  void sysInit();
  void sysGrow(uintptr base, uintptr limit);
  offAddr findMappedAddr(offAddr addr);
  [[noreturn]] void findBadSummary(intgo l, uintptr npages, uintgo i, pallocSum lastSum,
                                   intgo lastSumIdx);
};

}  // namespace gort

#endif  // GORT_ALLOC_MPAGEALLOC_H_

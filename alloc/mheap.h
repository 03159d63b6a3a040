// mheap.h: spans, and the heap that makes them out of pages.
//
// Memory comes in three sizes:
//
//   arena  64 MiB of address space, aligned. What is known of its pages is in a heapArena
//   span   a run of pages for objects of one size, or for one purpose. Described by an mspan
//   page   8 KiB. Which are free: alloc/mpagealloc.h
//
// From any address to its span is two loads: the arena's number is the upper bits of the address, its
// heapArena has an mspan* for each page. That is what makes interior pointers cheap, and it is why
// nothing of a span lies in the span itself: a page of objects is nothing but objects (and, for small
// ones with pointers, their bitmap at the end).
//
//                  allocSpan                     sweep, freeManual
//   pages free ----------------> mSpanInUse ---------------------------> pages free
//              `---------------> mSpanManual --------------------------'
//
// Who owns a span: in mSpanInUse the mcentral of its class, the mcache that has it cached, or whoever
// sweeps it (sweepgen says which); in mSpanManual whoever asked for it; an mspan in mSpanDead is on
// nobody's mind but its allocator's.
//
// INV1: state becomes mSpanInUse or mSpanManual after every other field is set (release), so that a
//       reader with a doubtful pointer who sees it so (acquire) sees the fields as well.
// INV2: for a page of such a span, the arena's spans[page] is that span. For a page that was freed it
//       is some span, maybe a dead or a new one elsewhere: hence the checks in spanOfHeap.
// INV3: an arena, once entered, and its heapArena stay for ever.
// INV4: while the collector marks, no span becomes free: an address that it has seen would change its
//       meaning.
//
// Two heaps in one, which differ only in the addresses they take: objects of classes that are "raw"
// (design: every word may be a pointer, stores have no barrier) are found again by the pages that were
// written, so they have arenas of their own.
//
// Go: runtime/mheap.go; of runtime/malloc.go the shape of arenas, sysAlloc and the hints
//
// Differs from Go:
//  - Not here yet: what the sweeper does with the heap (reclaim), specials, user arenas, scavenging when
//    the heap grows. They come with their parts.
//  - Spans have a third property, raw, beside noscan. It makes three kinds of class, in three blocks of
//    numbers, where Go has a bit.
//  - Functions do not ask for the system stack: goroutines here grow in place, without the heap.
//  - Free mspans and pages of a P are in its mcache, so that a P has one pointer into this floor.
//  - The base of the heap is not randomised.
#ifndef GORT_ALLOC_MHEAP_H_
#define GORT_ALLOC_MHEAP_H_

#include "alloc/mfixalloc.h"
#include "alloc/mpagealloc.h"
#include "alloc/mpagecache.h"
#include "arch/atomic.h"
#include "arch/sys.h"
#include "sched/lock_state.h"

namespace gort {

struct _type;
struct mSpanList;
struct mcache;
struct mcentral;
struct mspan;
struct special;

// ---- Arenas -----------------------------------------------------------------------------

inline constexpr uintptr logHeapArenaBytes = 26;
inline constexpr uintptr heapArenaBytes = uintptr{1} << logHeapArenaBytes;
inline constexpr uintptr pagesPerArena = heapArenaBytes / pageSize;

// One array has an entry for each arena of the address space: 32 MiB that are never touched
// but where arenas are.
inline constexpr uintptr arenaL2Bits = heapAddrBits - logHeapArenaBytes;

// arenaIdx is the number of an arena.
using arenaIdx = uintgo;

// heapArena is what is known of an arena. Bitmaps have the bit of a span's first page.
struct heapArena : sys::NotInHeap {
  // See INV2. Written by the owner of the pages; relaxed, because whoever has got an address
  // into the span has synchronised with that, and who has not checks the state.
  atomic<mspan*> spans[pagesPerArena];

  atomic<uint8> pageInUse[pagesPerArena / 8];                  // mSpanInUse
  atomic<uint8> pageMarks[pagesPerArena / 8];                  // has a marked object
  atomic<uint8> pageSpecials[pagesPerArena / 8];               // has specials
  atomic<uint8> pageUseSpanInlineMarkBits[pagesPerArena / 8];  // see gcUsesSpanInlineMarkBits

  // Bytes of the arena from its start that have been in use. What lies behind is still as the
  // system gave it: zero. Pages are handed out by lowest address, so one number is enough. Grows by
  // CAS (relaxed: it speaks of memory that the caller owns, and to its next owner through the
  // heap's lock).
  atomic<uintptr> zeroedBase;
};

// arenaHint is where the next arena might go: at addr, or below it.
struct arenaHint : sys::NotInHeap {
  uintptr addr;
  bool down;
  arenaHint* next;
};

// ---- Span classes -----------------------------------------------------------------------

// spanKind is what the collector sees in the objects of a span.
enum class spanKind : uint8 {
  scan = 0,    // pointers where the type says
  noscan = 1,  // none
  raw = 2,     // any word may be one
};

// spanClass is a size class and a kind.
struct spanClass {
  uint8 v;

  constexpr spanKind kind() const { return spanKind(v / gc::NumSizeClasses); }
  constexpr uint8 sizeclass() const { return uint8(v % gc::NumSizeClasses); }
  constexpr bool noscan() const { return v >= gc::NumSizeClasses && v < 2 * gc::NumSizeClasses; }
  constexpr bool raw() const { return v >= 2 * gc::NumSizeClasses; }

  friend constexpr bool operator==(spanClass, spanClass) = default;
};

inline constexpr uintptr numSpanClasses = 3 * gc::NumSizeClasses;
static_assert(numSpanClasses <= 256);

constexpr spanClass makeSpanClass(uint8 sizeclass, spanKind kind) {
  return {uint8(uint8(kind) * gc::NumSizeClasses + sizeclass)};
}

// ---- Spans ------------------------------------------------------------------------------

enum class mSpanState : uint8 {
  mSpanDead,
  mSpanInUse,   // objects of the collected heap
  mSpanManual,  // somebody looks after it himself
};
using enum mSpanState;

extern const char* const mSpanStateNames[3];

// mSpanStateBox is the state, which is read and written as INV1 has it.
struct mSpanStateBox {
  atomic<uint8> s;

  void set(mSpanState state) { s.store(uint8(state), release); }
  mSpanState get() const { return mSpanState(s.load(acquire)); }
};

// gcBits is the first byte of a bitmap of objects, 8-byte aligned.
struct gcBits : sys::NotInHeap {
  uint8 x;

  struct bit {
    uint8* bytep;
    uint8 mask;
  };

  // bytep returns the address of byte n, bitp that of the byte with bit n, and the bit in it.
  uint8* bytep(uintptr n) { return &x + n; }
  bit bitp(uintptr n) { return {bytep(n / 8), uint8(1 << (n % 8))}; }
};

// Bytes at the end of a span with inline mark bits that the collector uses for them.
inline constexpr uintptr spanInlineMarkBitsSize = 128;

// gcUsesSpanInlineMarkBits reports whether spans of objects of `size` bytes have their mark bits
// within: one page, and few enough objects. heapBitsInSpan: whether pointer bits of objects with
// pointers are at the end of the span, and not in a header of the object.
constexpr bool heapBitsInSpan(uintptr size) { return size <= gc::MinSizeForMallocHeader; }
constexpr bool gcUsesSpanInlineMarkBits(uintptr size) { return heapBitsInSpan(size) && size >= 16; }

struct mspan : sys::NotInHeap {
  mspan* next;      // in a list, or null
  mspan* prev;      //
  mSpanList* list;  // which list, for checks

  uintptr startAddr;  // address of the first byte
  uintptr npages;

  void* manualFreeList;  // of an mSpanManual span: free objects, linked through their first words

  // Slots of objects are numbered from 0 to nelems. Slot n is free if n >= freeindex and bit n of
  // allocBits is 0. Each allocation looks on from freeindex.
  uint16 freeindex;
  uint16 nelems;

  // freeindex as the collector may use it: an object below it is complete, its heap bits
  // included. Written (release) after those, read (acquire) by the marker.
  atomic<uint16> freeIndexForScan;

  // The complement of the 64 allocBits from freeindex on, shifted so that bit 0 is freeindex's:
  // the next free slot is the number of trailing zeros. Bits behind nelems mean nothing.
  uint64 allocCache;

  gcBits* allocBits;           // see gcBitsArenas in mheap.cc for where these lie, and until when
  gcBits* gcmarkBits;          //
  atomic<gcBits*> pinnerBits;  // two bits an object, or null

  // With g = mheap_.sweepgen, which grows by 2 each cycle:
  //   g-2  to be swept             g-1  being swept
  //   g    swept, to be used       g+1  cached since before the cycle, to be swept
  //   g+3  swept, then cached, and still cached
  atomic<uint32> sweepgen;
  uint32 divMul;      // n / elemsize == n * divMul >> 32; 0 if there is one object
  uint16 allocCount;  // objects in use
  spanClass spanclass;
  mSpanStateBox state;
  uint8 needzero;  // memory may be other than zero
  bool isUserArenaChunk;
  uint16 allocCountBeforeCache;  // allocCount when the span was cached
  uintptr elemsize;
  uintptr limit;      // end of the objects
  mutex speciallock;  // guards specials, and changes of pinnerBits
  special* specials;  // sorted by offset
  addrRange userArenaChunkFree;

  // The type of a large object with pointers, null until the object is initialised.
  atomic<const _type*> largeType;

  uintptr base() const { return startAddr; }

  // init makes an unused mspan that of the npages pages from base on; state is mSpanDead.
  void init(uintptr base, uintptr npages);

  bool inList() const { return list != nullptr; }

  // Objects and their bits: alloc/mbitmap.h and mbitmap_inl.h.
  uintptr objIndex(uintptr p) const;
  void refillAllocCache(uint16 whichByte);
  uint16 nextFreeIndex();
  bool isFree(uintptr index) const;
  bool isFreeOrNewlyAllocated(uintptr index) const;
  uintptr countAlloc() const;
  void initHeapBits();
  atomic<uintptr>* heapBits() const;
  uintptr heapBitsSmallForAddr(uintptr addr) const;
  uintptr writeHeapBitsSmall(uintptr x, uintptr dataSize, const _type* typ);
};

// mSpanList is a list of spans through next and prev. A span is in at most one. Whoever owns the
// list locks.
struct mSpanList : sys::NotInHeap {
  mspan* first;
  mspan* last;

  void init() { first = last = nullptr; }
  bool isEmpty() const { return first == nullptr; }

  // Throw if the span is in another list, or, insert and insertBack, in any.
  void remove(mspan* span);
  void insert(mspan* span);
  void insertBack(mspan* span);

  // takeAll moves all spans of other to the front of this.
  void takeAll(mSpanList* other);
};

// ---- The heap ---------------------------------------------------------------------------

// spanAllocType is what a span is for.
enum class spanAllocType : uint8 { heap, stack, workBuf };

// arenaList is the arenas of a heapSpace in the order in which they came. It only grows; an array
// that has become too small stays as it is, so that who copied this under the lock may read on without.
struct arenaList {
  arenaIdx* array;
  uintgo len;
  uintgo cap;
};

// heapSpace is a part of the address space with its pages.
struct heapSpace {
  pageAlloc pages;
  arenaHint* hints;
  arenaList arenas;
  struct {
    uintptr base, end;
  } curArena;  // reserved and not yet in pages; base is a multiple of physPageSize
};

struct mheap {
  // Guards all but what says otherwise. Held for the shortest time: whoever waits for it spins.
  mutex lock;

  heapSpace heap;  // scan and noscan classes, stacks, work buffers
  heapSpace raw;   // raw classes

  // Written with the world stopped. See mspan.sweepgen.
  uint32 sweepgen;

  // Every mspan there is, once.
  mspan** allspans;
  uintgo allspansLen;
  uintgo allspansCap;

  // Of mSpanInUse spans: how many there are, and how many of them this cycle has swept.
  atomic<uintptr> pagesInUse;
  atomic<uint64> pagesSwept;

  mcentral* central;  // one for each spanClass; constant after init

  // The heapArena of each arena number, or null. Entered under lock (release), read without
  // (acquire). Null before init.
  atomic<heapArena*>* arenas;

  fixalloc spanalloc;   // mspans; not zeroed, because sweepgen has to survive
  fixalloc cachealloc;  // mcaches
  fixalloc arenaHintAlloc;

  // init makes an empty heap. Before the first span, once.
  void init();

  // alloc makes a span of the collected heap, of npages pages and a class. Null: the system has no
  // memory. The memory is zero unless needzero is set.
  mspan* alloc(uintptr npages, spanClass spanclass);

  // allocManual makes a span that the collector leaves alone; freeManual frees it again. typ is
  // not `heap`, and the same for both. It must have no objects (allocCount 0) by then.
  mspan* allocManual(uintptr npages, spanAllocType typ);
  void freeManual(mspan* s, spanAllocType typ);

  // freeSpan frees a span of the collected heap, which has been swept in this cycle and has no
  // objects. Throws if it has.
  void freeSpan(mspan* s);

  // flushPages gives back the pages and mspans that c keeps for its P.
  void flushPages(mcache* c);

 private:
  mspan* allocSpan(uintptr npages, spanAllocType typ, spanClass spanclass);
  void initSpan(mspan* s, spanAllocType typ, spanClass spanclass, uintptr base, uintptr npages,
                uintptr scav);
  void freeSpanLocked(mspan* s, spanAllocType typ);
  mspan* allocMSpanLocked(mcache* c);
  void freeMSpanLocked(mcache* c, mspan* s);
  void setSpans(uintptr base, uintptr npages, mspan* s);
  bool allocNeedsZero(uintptr base, uintptr npages);
  uintptr grow(heapSpace* space, uintptr npages);
  addrRange sysAlloc(heapSpace* space, uintptr n);
  void addHint(heapSpace* space, uintptr addr, bool down);
};

extern mheap mheap_;

// recordspan puts p, a new mspan, into allspans of the heap vh.
void recordspan(void* vh, void* p);

// ---- Bitmaps of objects -----------------------------------------------------------------

// newMarkBits and newAllocBits return a bitmap of nelems zero bits, for the coming cycle.
gcBits* newMarkBits(uintptr nelems);
gcBits* newAllocBits(uintptr nelems);

// nextMarkBitArenaEpoch begins a cycle: the world is stopped and all spans have been swept. Bitmaps
// that were made in the cycle before the last one are gone.
void nextMarkBitArenaEpoch();

}  // namespace gort

#endif  // GORT_ALLOC_MHEAP_H_

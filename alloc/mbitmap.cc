// mbitmap.cc: see the header.
//
// Go: runtime/mbitmap.go
#include "alloc/mbitmap.h"

#include <bit>
#include <cstring>

#include "alloc/mbitmap_inl.h"
#include "alloc/mheap_inl.h"
#include "arch/upcalls.h"

namespace gort {

// nextFreeIndex returns the next free slot from freeindex on, and moves freeindex behind it; nelems
// if there is none. The slot counts as taken when the caller increments allocCount.
uint16 mspan::nextFreeIndex() {
  uint16 i = freeindex;
  if (i == nelems) return i;
  if (i > nelems) throw_("s.freeindex > s.nelems");

  int bit = std::countr_zero(allocCache);
  while (bit == 64) {
    i = uint16((i + 64) & ~63);
    if (i >= nelems) return freeindex = nelems;
    refillAllocCache(uint16(i / 8));
    bit = std::countr_zero(allocCache);
  }
  uint16 result = uint16(i + bit);
  if (result >= nelems) return freeindex = nelems;

  allocCache = allocCache >> bit >> 1;
  i = uint16(result + 1);
  // The cache is used up: at such an index it must hold the next 64.
  if (i % 64 == 0 && i != nelems) refillAllocCache(uint16(i / 8));
  freeindex = i;
  return result;
}

// countAlloc returns how many objects are marked.
uintptr mspan::countAlloc() const {
  uintptr count = 0;
  for (uintptr i = 0; i < (nelems + 7u) / 8; i += 8) {
    uint64 bits;
    std::memcpy(&bits, gcmarkBits->bytep(i), sizeof bits);
    count += uintptr(std::popcount(bits));
  }
  return count;
}

// initHeapBits clears the bitmap of a new span, and what the collector keeps behind the objects.
void mspan::initHeapBits() {
  uintptr end = base() + npages * pageSize;
  if (gcUsesSpanInlineMarkBits(elemsize)) {
    std::memset(reinterpret_cast<void*>(end - spanInlineMarkBitsSize), 0, spanInlineMarkBitsSize);
  }
  if (spanclass.kind() == spanKind::scan && heapBitsInSpan(elemsize)) {
    std::memset(static_cast<void*>(heapBits()), 0, npages * pageSize / goarch::PtrSize / 8);
  }
}

// heapBitsSmallForAddr returns the pointer bits of the object at addr, bit 0 for its first word.
uintptr mspan::heapBitsSmallForAddr(uintptr addr) const {
  atomic<uintptr>* hbits = heapBits();
  uintptr o = (addr - base()) / goarch::PtrSize;
  uintptr i = o / ptrBits, j = o % ptrBits;
  uintptr bits = elemsize / goarch::PtrSize;
  uintptr read = hbits[i].load(relaxed) >> j;
  if (j + bits > ptrBits) read |= hbits[i + 1].load(relaxed) << (ptrBits - j);
  return read & (~uintptr{0} >> (ptrBits - bits));
}

foundObject findObject(uintptr p) {
  mspan* s = spanOfHeap(p);
  if (s == nullptr) return {};
  uintptr objIndex = s->objIndex(p);
  return {s->base() + objIndex * s->elemsize, s, objIndex};
}

}  // namespace gort

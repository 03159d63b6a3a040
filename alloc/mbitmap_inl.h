// mbitmap_inl.h: the bits that an allocation touches.
//
// Go: runtime/mbitmap.go
#ifndef GORT_ALLOC_MBITMAP_INL_H_
#define GORT_ALLOC_MBITMAP_INL_H_

#include <cstring>

#include "alloc/mbitmap.h"
#include "alloc/type.h"

namespace gort {

inline constexpr uintptr ptrBits = 8 * goarch::PtrSize;

// objIndex returns the number of the object that p points into, p in [base, limit).
inline uintptr mspan::objIndex(uintptr p) const { return (p - base()) * divMul >> 32; }

// refillAllocCache takes the 64 bits of allocBits from byte whichByte on, which is a multiple of 8.
inline void mspan::refillAllocCache(uint16 whichByte) {
  uint64 bits;
  std::memcpy(&bits, allocBits->bytep(whichByte), sizeof bits);
  allocCache = ~bits;
}

// isFree reports whether no object is in slot index. isFreeOrNewlyAllocated is the same for the
// collector, to which an object that is not complete yet is not there.
inline bool mspan::isFree(uintptr index) const {
  if (index < freeindex) return false;
  gcBits::bit b = allocBits->bitp(index);
  return (*b.bytep & b.mask) == 0;
}
inline bool mspan::isFreeOrNewlyAllocated(uintptr index) const {
  if (index < freeIndexForScan.load(acquire)) return false;  // pairs with mallocgc
  gcBits::bit b = allocBits->bitp(index);
  return (*b.bytep & b.mask) == 0;
}

// heapBits returns the span's bitmap, for objects of up to 512 bytes with pointers. It is the last
// thing in the span, but for inline mark bits.
inline atomic<uintptr>* mspan::heapBits() const {
  uintptr bytes = npages * pageSize / goarch::PtrSize / 8;
  uintptr end = base() + npages * pageSize;
  if (gcUsesSpanInlineMarkBits(elemsize)) end -= spanInlineMarkBitsSize;
  return reinterpret_cast<atomic<uintptr>*>(end - bytes);
}

// writeHeapBitsSmall writes the bits of the object at x, see heapSetTypeNoHeader. Caller owns the
// span's free slots, so nobody else writes.
[[gnu::always_inline]] inline uintptr mspan::writeHeapBitsSmall(uintptr x, uintptr dataSize,
                                                                const _type* typ) {
  uintptr src, scanSize;
  if (typ->size == goarch::PtrSize) {
    src = ~uintptr{0} >> (ptrBits - dataSize / goarch::PtrSize);  // all pointers
    scanSize = dataSize;
  } else {
    // Types of up to 512 bytes have a bitmap, never a program, and it is as long as ptrdata.
    uintptr src0 = 0;
    std::memcpy(&src0, typ->gcdata, (typ->ptrdata / goarch::PtrSize + 7) / 8);
    src = src0;
    scanSize = typ->ptrdata;
    for (uintptr i = typ->size; i < dataSize; i += typ->size) {
      src |= src0 << (i / goarch::PtrSize);
      scanSize += typ->size;
    }
  }

  atomic<uintptr>* dst = heapBits();
  uintptr o = (x - base()) / goarch::PtrSize;
  uintptr i = o / ptrBits, j = o % ptrBits;
  uintptr bits = elemsize / goarch::PtrSize;
  auto put = [&](uintptr k, uintptr mask, uintptr v) {
    dst[k].store((dst[k].load(relaxed) & ~mask) | v, relaxed);
  };
  uintptr mask = ~uintptr{0} >> (ptrBits - bits);
  if (j + bits > ptrBits) {
    uintptr bits0 = ptrBits - j;
    put(i, mask << j, src << j);
    put(i + 1, mask >> bits0, src >> bits0);
  } else {
    put(i, mask << j, src << j);
  }
  return scanSize;
}

inline uintptr heapSetTypeNoHeader(uintptr x, uintptr dataSize, const _type* typ, mspan* s) {
  return s->writeHeapBitsSmall(x, dataSize, typ);
}
inline uintptr heapSetTypeSmallHeader(const _type* typ, const _type** header, mspan* s) {
  *header = typ;
  return s->elemsize;
}
inline uintptr heapSetTypeLarge(const _type* typ, mspan* s) {
  s->largeType.store(typ, release);  // pairs with the marker: the object is zero by now
  return s->elemsize;
}

}  // namespace gort

#endif  // GORT_ALLOC_MBITMAP_INL_H_

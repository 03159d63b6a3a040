// malloc_inl.h: an object out of the spans of an mcache.
//
// What an allocation has to do differs by the kind and the size of the object:
//
//   tiny     noscan, below 16 bytes    several share a block of 16, which lives as long as any of them
//   noscan   up to 32 KiB - 8          a slot
//   scan     up to 512 bytes           a slot, and pointer bits at the end of the span
//   scan     up to 32 KiB - 8          a slot that begins with 8 bytes for the type
//   raw      up to 32 KiB - 8          a slot in an arena of raw objects; of the types that a compiler
//                                      describes, those that a header would put at a wrong address
//   large    beyond                    a span of its own
//
// mallocgcSmall is one function for each kind and size class up to 512 bytes, so that the size of the
// slot and where its bits are are constants in it, and what is left is: find a zero bit, clear the
// memory if need be, write the bits. mallocgcCached picks the function from a table.
//
// Nobody but the caller knows the new object. A marker that meets its address by chance takes it for
// an object only below freeIndexForScan, which is stored (release) when memory and bits are as they
// should be.
//
// Go: runtime/malloc.go (nextFreeFast, mallocgcTiny, mallocgcSmallNoscan, mallocgcSmallScanNoHeader,
//     mallocgcSmallScanHeader, mallocgcLarge), runtime/malloc_stubs.go and malloc_generated.go
//
// Differs from Go: the copies that a generator writes there are instances of a template, and go up to
// 512 bytes, where those end at 80. What a cycle in progress wants of a new object (to be marked) and
// what assists take comes with the collector.
#ifndef GORT_ALLOC_MALLOC_INL_H_
#define GORT_ALLOC_MALLOC_INL_H_

#include <bit>
#include <cstring>

#include "alloc/mbitmap_inl.h"
#include "alloc/mcache.h"
#include "alloc/type.h"

namespace gort {

// nextFreeFast returns the next free slot of s and takes it, if it is among the 64 that s has at
// hand; 0: nextFree knows more. elemsize is that of s.
[[gnu::always_inline]] inline uintptr nextFreeFast(mspan* s, uintptr elemsize) {
  int bit = std::countr_zero(s->allocCache);
  if (bit == 64) return 0;
  uint16 result = uint16(s->freeindex + bit);
  if (result >= s->nelems) return 0;
  uint16 next = uint16(result + 1);
  // The cache would be used up, and must be filled at such an index.
  if (next % 64 == 0 && next != s->nelems) return 0;
  s->allocCache = s->allocCache >> bit >> 1;
  s->freeindex = next;
  s->allocCount++;
  return s->base() + result * elemsize;
}

// takeSlot returns a free slot of class spc and takes it.
[[gnu::always_inline]] inline mcache::slot takeSlot(mcache* c, spanClass spc, uintptr elemsize) {
  mspan* s = c->alloc[spc.v];
  uintptr v = nextFreeFast(s, elemsize);
  if (v == 0) [[unlikely]]
    return c->nextFree(spc);
  return {v, s, false};
}

// publish makes the object that was taken last from s one for the marker.
[[gnu::always_inline]] inline void publish(mspan* s) {
  s->freeIndexForScan.store(s->freeindex, release);  // pairs with isFreeOrNewlyAllocated
}

// mallocgcTiny returns size bytes, below 16, aligned as the size allows: 8, 4, 2 or 1.
inline void* mallocgcTiny(mcache* c, uintptr size) {
  constexpr spanClass spc = makeSpanClass(gc::TinySizeClass, spanKind::noscan);
  uintptr align = size & (0 - size);
  uintptr off = (c->tinyoffset + align - 1) & (0 - align);
  if (c->tiny != 0 && off + size <= gc::TinySize) {
    c->tinyoffset = off + size;
    c->tinyAllocs++;
    return reinterpret_cast<void*>(c->tiny + off);
  }
  auto [v, s, _] = takeSlot(c, spc, gc::TinySize);
  std::memset(reinterpret_cast<void*>(v), 0, gc::TinySize);
  // The block with more room left is the one to go on with.
  if (c->tiny == 0 || size < c->tinyoffset) {
    c->tiny = v;
    c->tinyoffset = size;
  }
  publish(s);
  return reinterpret_cast<void*>(v);
}

// mallocgcSlot returns an object of `size` bytes in a slot of class sizeclass, of elemsize bytes.
template <spanKind kind>
[[gnu::always_inline]] inline void* mallocgcSlot(mcache* c, uint8 sizeclass, uintptr elemsize,
                                                 uintptr size, const _type* typ, bool needzero) {
  spanClass spc = makeSpanClass(sizeclass, kind);
  auto [v, s, _] = takeSlot(c, spc, elemsize);
  // To its end: a raw object is scanned as far, a class may be larger than size.
  if (needzero && s->needzero != 0) std::memset(reinterpret_cast<void*>(v), 0, elemsize);
  if constexpr (kind == spanKind::raw) {
    c->scanAlloc += elemsize;
  } else if constexpr (kind == spanKind::scan) {
    if (heapBitsInSpan(elemsize)) {
      c->scanAlloc += heapSetTypeNoHeader(v, size, typ, s);
    } else {
      c->scanAlloc += heapSetTypeSmallHeader(typ, reinterpret_cast<const _type**>(v), s);
      v += gc::MallocHeaderSize;
    }
  }
  publish(s);
  return reinterpret_cast<void*>(v);
}

// One for each class of up to 512 bytes, and one for all others.
template <spanKind kind, uint8 sizeclass>
void* mallocgcSmall(mcache* c, uint8, uintptr size, const _type* typ, bool needzero) {
  return mallocgcSlot<kind>(c, sizeclass, gc::SizeClassToSize[sizeclass], size, typ, needzero);
}
template <spanKind kind>
void* mallocgcMedium(mcache* c, uint8 sizeclass, uintptr size, const _type* typ, bool needzero) {
  return mallocgcSlot<kind>(c, sizeclass, gc::SizeClassToSize[sizeclass], size, typ, needzero);
}

// mallocgcLarge returns an object in a span of its own. needzero if typ has pointers.
inline void* mallocgcLarge(mcache* c, uintptr size, const _type* typ, bool needzero) {
  bool pointers = typ != nullptr && hasPointers(typ);
  mspan* s = c->allocLarge(size, pointers ? spanKind::scan : spanKind::noscan);
  s->freeindex = 1;
  s->allocCount = 1;
  auto* x = reinterpret_cast<void*>(s->base());
  if (needzero && s->needzero != 0) std::memset(x, 0, size);
  if (pointers) c->scanAlloc += heapSetTypeLarge(typ, s);
  publish(s);
  return x;
}

}  // namespace gort

#endif  // GORT_ALLOC_MALLOC_INL_H_

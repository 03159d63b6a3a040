// msize.h: how much room an allocation really gets.
//
// append and the conversions to []byte and []rune ask before they allocate, and
// give the room to the program as capacity. Hence the answers are Go's, also
// while mallocgc itself hands out memory in another way.
//
// Go: runtime/msize.go
#ifndef GORT_ALLOC_MSIZE_H_
#define GORT_ALLOC_MSIZE_H_

#include "alloc/gc_malloc.h"

namespace gort {

// sizeToClass returns the smallest class with slots of at least size bytes, size <= MaxSmallSize.
constexpr uint8 sizeToClass(uintptr size) {
  if (size <= gc::SmallSizeMax - 8) {
    return gc::SizeToSizeClass8[(size + gc::SmallSizeDiv - 1) / gc::SmallSizeDiv];
  }
  return gc::SizeToSizeClass128[(size - gc::SmallSizeMax + gc::LargeSizeDiv - 1) /
                                gc::LargeSizeDiv];
}

// roundupsize returns the bytes that an object of size bytes may use: those of
// its size class less a malloc header, or whole pages for a large object.
// noscan says that it holds no pointers. A size near the end of the address
// space comes back unchanged; the caller's check of maxAlloc refuses it.
constexpr uintptr roundupsize(uintptr size, bool noscan) {
  uintptr reqSize = size;
  if (reqSize <= gc::MaxSmallSize - gc::MallocHeaderSize) {
    if (!noscan && reqSize > gc::MinSizeForMallocHeader) reqSize += gc::MallocHeaderSize;
    return gc::SizeClassToSize[sizeToClass(reqSize)] - (reqSize - size);
  }
  reqSize += gc::PageSize - 1;
  if (reqSize < size) return size;
  return reqSize & ~(gc::PageSize - 1);
}

}  // namespace gort

#endif  // GORT_ALLOC_MSIZE_H_

// mfixalloc.cc: objects of one size (see mfixalloc.h).
//
// Go: runtime/mfixalloc.go
#include "alloc/mfixalloc.h"

#include <algorithm>

#include "alloc/malloc.h"
#include "arch/print.h"
#include "arch/stubs.h"

namespace gort {

void fixalloc::init(uintptr size, void (*first)(void* arg, void* p), void* arg, sysMemStat* stat) {
  if (size > FixAllocChunk) throw_("runtime: fixalloc size too large");
  size = std::max(size, sizeof(mlink));

  *this = fixalloc{};
  this->size = size;
  this->first = first;
  this->arg = arg;
  this->stat = stat;
  nalloc = uint32(FixAllocChunk / size * size);  // nothing is left over at the end
  zero = true;
}

void* fixalloc::alloc() {
  if (size == 0) {
    print("runtime: use of FixAlloc_Alloc before FixAlloc_Init\n");
    throw_("runtime: internal error");
  }

  if (list != nullptr) {
    mlink* v = list;
    list = v->next;
    inuse += size;
    if (zero) memclrNoHeapPointers(v, size);
    return v;
  }
  if (nchunk < size) {
    chunk = reinterpret_cast<uintptr>(persistentalloc(nalloc, 0, stat));
    nchunk = nalloc;
  }

  void* v = reinterpret_cast<void*>(chunk);
  if (first != nullptr) first(arg, v);
  chunk += size;
  nchunk -= uint32(size);
  inuse += size;
  return v;
}

void fixalloc::free(void* p) {
  inuse -= size;
  auto* v = static_cast<mlink*>(p);
  v->next = list;
  list = v;
}

}  // namespace gort

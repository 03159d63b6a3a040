// mfixalloc.h: objects of one size, outside the heap.
//
// The allocator's own records (mspan, mcache, specials) cannot come from the heap that they
// describe. A fixalloc cuts chunks of persistentalloc's memory into objects of one size and keeps
// those that were freed in a list; no memory ever returns to the system.
//
// Go: runtime/mfixalloc.go; of runtime/malloc.go FixAllocChunk
#ifndef GORT_ALLOC_MFIXALLOC_H_
#define GORT_ALLOC_MFIXALLOC_H_

#include "arch/sys.h"

namespace gort {

struct sysMemStat;

// Bytes that a fixalloc takes at a time.
inline constexpr uintptr FixAllocChunk = 16 << 10;

// mlink is a free object, as a link in a list of such. The object is usually larger.
struct mlink : sys::NotInHeap {
  mlink* next;
};

// fixalloc hands out objects of `size` bytes, aligned to a word. Objects are zero; who does not
// need that clears `zero` after init, and then finds of an object that was freed before whatever
// was left in it, but for its first word. The caller locks around calls.
struct fixalloc {
  uintptr size;                       // 0: not initialised
  void (*first)(void* arg, void* p);  // called when p is handed out for the first time, or null
  void* arg;
  mlink* list;    // free objects
  uintptr chunk;  // address of the next object that has never been used
  uint32 nchunk;  // bytes left there
  uint32 nalloc;  // bytes of a new chunk: whole objects
  uintptr inuse;  // bytes of objects that are handed out
  sysMemStat* stat;
  bool zero;

  // init makes an allocator without objects. Throws if size is more than FixAllocChunk.
  void init(uintptr size, void (*first)(void* arg, void* p), void* arg, sysMemStat* stat);

  // alloc returns an object; there always is one. Throws before init.
  void* alloc();

  // free takes back p, which alloc returned and nobody uses any more.
  void free(void* p);
};

}  // namespace gort

#endif  // GORT_ALLOC_MFIXALLOC_H_

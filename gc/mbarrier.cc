// mbarrier.cc: moving and clearing memory that holds pointers.
//
// The collector marks while goroutines run and change the graph of objects under
// it. A goroutine can hide an object: read the only pointer to it from a place
// that marking has not reached, put it where marking has been, and erase the
// first. The write barrier makes hiding impossible. Ours is Go's hybrid of two:
//
//   write *slot = ptr  while marking:   shade(*slot)   Yuasa: what is erased was
//                                                      reachable when marking began
//                                       shade(ptr)     Dijkstra: what is stored into
//                                                      marked memory gets marked
//
// shade(p) marks the object p points to and queues it for scanning. The first
// shade makes it enough to scan a goroutine's stack once: whatever it loads later
// was reachable at the start, and stays marked even if erased. The second covers
// the stacks that have not been scanned yet, which can hold the only pointer to
// an object. A store into a stack's own frame needs no barrier, therefore; a
// store into another goroutine's does (sendDirect in runtime/chan.cc).
//
// The barrier comes before the store (and before the store publishes the pointer
// to a third party), and it may see a value that another goroutine is just
// replacing: that goroutine runs the barrier too, so at worst something is
// shaded in vain.
//
// Go makes neither shade depend on the colour of the object that holds the slot:
// to look at that colour without a race, goroutine and collector would both need
// a store-load fence at every store.
//
// Go: runtime/mbarrier.go
//
// Differs from Go: globals and thread-local variables have no barrier, because C++
// code stores into them freely; they are scanned with the world stopped at the
// start of marking, and then the Yuasa half covers them as it does stacks. There is
// no collector in the runtime yet that could mark, hence no barrier to switch on:
// the functions move memory. Their callers are already those of the final contract.
#include "gc/mbarrier.h"

#include <gort/abi.h>

#include "arch/stubs.h"

namespace gort {

void typedmemmove(const _type* typ, void* dst, const void* src) {
  if (dst == src) return;
  memmove(dst, src, typ->size);
}

intgo typedslicecopy(const _type* typ, void* dstPtr, intgo dstLen, const void* srcPtr,
                     intgo srcLen) {
  intgo n = dstLen < srcLen ? dstLen : srcLen;
  if (n == 0) return 0;
  if (dstPtr != srcPtr) memmove(dstPtr, srcPtr, static_cast<uintptr>(n) * typ->size);
  return n;
}

void typedmemclr(const _type* typ, void* ptr) { memclrNoHeapPointers(ptr, typ->size); }

void memclrHasPointers(void* ptr, uintptr n) { memclrNoHeapPointers(ptr, n); }

}  // namespace gort

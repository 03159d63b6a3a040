// mspanset.cc: pushing to and popping from a set of spans.
//
// Go: runtime/mspanset.go
//
// The invariants, and why no lock is needed: mspanset.h.
#include "alloc/mspanset.h"

#include <algorithm>

#include "alloc/malloc.h"
#include "alloc/mstats.h"
#include "alloc/upcalls.h"
#include "arch/cpu.h"
#include "arch/print.h"
#include "arch/upcalls.h"

namespace gort {

constinit spanSetBlockAlloc spanSetBlockPool;

// ---- spanSet --------------------------------------------------------------------

void spanSet::push(mspan* s) {
  uintptr cursor = index.incTail().tail() - 1;  // our place
  uintptr top = cursor / spanSetBlockEntries, bottom = cursor % spanSetBlockEntries;

  spanSetBlock* block;
  if (top < spineLen.load(acquire)) [[likely]] {  // pairs with pushSlow
    block = spine.load(acquire).lookup(top)->load(relaxed);
  } else {
    block = pushSlow(top);
  }
  block->spans[bottom].store(s, release);  // pairs with pop: the span is its popper's
}

// pushSlow adds blocks up to number top, unless others have, and returns that one.
[[gnu::noinline, gnu::cold]] spanSetBlock* spanSet::pushSlow(uintptr top) {
  lock(&spineLock);
  uintptr len = spineLen.load(relaxed);  // changes under the lock only, as spine does
  spanSetSpinePointer s = spine.load(relaxed);
  for (; len <= top; len++) {
    if (len == spineCap) {
      uintptr newCap = spineCap == 0 ? spanSetInitSpineCap : spineCap * 2;
      spanSetSpinePointer old = s;
      s.p = static_cast<atomic<spanSetBlock*>*>(
          persistentalloc(newCap * goarch::PtrSize, cpu::CacheLineSize, &memstats.gcMiscSys));
      // A popper that clears an entry of the old spine now leaves a stale one in the new (INV2).
      for (uintptr i = 0; i < spineCap; i++) {
        s.lookup(i)->store(old.lookup(i)->load(relaxed), relaxed);
      }
      // Others may still read the old spine, and never tell when they are done. It is not given
      // back: a TiB of spans leaves less than 2 MiB of old spines behind.
      spine.store(s, release);  // pairs with push and pop
      spineCap = newCap;
    }
    s.lookup(len)->store(spanSetBlockPool.alloc(), relaxed);
    spineLen.store(len + 1, release);  // pairs with push and pop: entry len is there
  }
  spanSetBlock* block = s.lookup(top)->load(relaxed);
  unlock(&spineLock);
  return block;
}

mspan* spanSet::pop() {
  uint32 backoff = goarch::IsArm64 ? 128 : 0;
  headTailIndex headtail = index.load();
  uint32 head;
  for (;;) {
    head = headtail.head();
    if (head >= headtail.tail()) return nullptr;
    if (spineLen.load(acquire) <= head / spanSetBlockEntries) {  // pairs with pushSlow
      // A pusher has the place but not yet a block. That may take it a while.
      return nullptr;
    }
    // Claim the place. Pushers change the word as well: try again as long as it is only that.
    bool claimed = false;
    do {
      claimed = index.cas(headtail, makeHeadTailIndex(head + 1, headtail.tail()));
      if (claimed) break;
      procyield(backoff);
      backoff += backoff / 2;
      headtail = index.load();
    } while (headtail.head() == head);
    if (claimed) break;
  }

  atomic<spanSetBlock*>* blockp = spine.load(acquire).lookup(head / spanSetBlockEntries);
  spanSetBlock* block = blockp->load(relaxed);
  atomic<mspan*>* place = &block->spans[head % spanSetBlockEntries];
  mspan* s;
  while ((s = place->load(acquire)) == nullptr) procyield(1);  // pairs with push
  place->store(nullptr, relaxed);

  // Ours need not be the last place, only the last pop that completes. See INV2 and INV4.
  if (block->popped.add(1, acq_rel) == spanSetBlockEntries) {
    blockp->store(nullptr, relaxed);
    spanSetBlockPool.free(block);
  }
  return s;
}

void spanSet::reset() {
  // Relaxed: nobody else is here.
  auto [head, tail] = index.load().split();
  if (head < tail) {
    print("head = ", head, ", tail = ", tail, "\n");
    throw_("attempt to clear non-empty span set");
  }
  uintptr top = head / spanSetBlockEntries;
  if (top < spineLen.load(relaxed)) {
    // The block in which head and tail met has room left, so no popper has returned it.
    atomic<spanSetBlock*>* blockp = spine.load(relaxed).lookup(top);
    if (spanSetBlock* block = blockp->load(relaxed)) {
      uint32 popped = block->popped.load(relaxed);
      // A block comes with a push, which has been popped since.
      if (popped == 0) throw_("span set block with unpopped elements found in reset");
      if (popped == spanSetBlockEntries) {
        throw_("fully empty unfreed span set block found in reset");
      }
      blockp->store(nullptr, relaxed);
      spanSetBlockPool.free(block);
    }
  }
  index.reset();
  spineLen.store(0, relaxed);
}

// ---- spanSetBlockAlloc ------------------------------------------------------------

spanSetBlock* spanSetBlockAlloc::alloc() {
  if (lfnode* s = stack.pop()) return static_cast<spanSetBlock*>(s);
  constexpr uintptr align = std::max(cpu::CacheLineSize, tagAlign);
  return static_cast<spanSetBlock*>(
      persistentalloc(sizeof(spanSetBlock), align, &memstats.gcMiscSys));
}

void spanSetBlockAlloc::free(spanSetBlock* block) {
  block->popped.store(0, relaxed);  // published by the stack
  stack.push(block);
}

// ---- atomicHeadTailIndex ------------------------------------------------------------

headTailIndex atomicHeadTailIndex::incTail() {
  headTailIndex ht = {u.add(1, relaxed)};
  if (ht.tail() == 0) {
    print("runtime: head = ", ht.head(), ", tail = ", ht.tail(), "\n");
    throw_("headTailIndex overflow");
  }
  return ht;
}

}  // namespace gort

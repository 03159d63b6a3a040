// mspanset.h: a set of spans that many threads push to and pop from at once.
//
// mcentral keeps the spans of a size class in such sets, and every refill of every P goes through
// one. So pushing and popping take no lock: each claims a place in one endless sequence with one
// atomic operation, and works on that place alone. A stack of spans, linked through the spans,
// would be smaller, but all its traffic would meet at the head and reads there could touch a span
// that another thread has already given away.
//
//   index   head: the next place to pop, tail: the next place to push; one word
//   spine   an array of pointers to blocks, in their order; it only grows, until reset
//   block   512 places. A block that has been popped empty goes to a pool for all sets
//
// INV1: 0 <= head <= tail. A place belongs to the pusher that moved tail over it, until it is
//       filled, and then to the popper that moved head over it.
// INV2: spine[i] of every spine that was current when spineLen became more than i, or is current
//       later, points to block i, as long as one of its places has not been popped. Behind that it
//       is stale; nobody looks.
// INV3: spineLen never shrinks, reset apart; a place whose block is not below spineLen has not been
//       filled.
// INV4: all places of a block in the pool are null and its count of pops is 0.
//
// Why a popper may use its place's block: its place has not been popped, so the block is there
// (INV2), and stays there, for whoever returns it to the pool must count 512 pops and ours comes
// last in that count. Which spine it looks into does not matter, as INV2 speaks of all of them; old
// ones are never given back. Why a pusher may: the same, as its place has not been popped either.
//
// Why no span is lost or popped twice: tail and head move by one atomic step each, so a place has
// one pusher and one popper. A popper may be early, its place claimed by a pusher but still null;
// then it waits, for a few instructions of the pusher's, or, if the block itself is not there
// yet (INV3), says that the set is empty before it claims anything.
//
// Memory orders:
//   spineLen, a new length (release)  with its loads (acquire): the spine and its entry. Entries
//     are relaxed: they are written before that
//   spine, a larger one (release)  with its loads (acquire): the entries copied into it, which the
//     spineLen that the reader has seen need not cover
//   a place, push (release)  with pop (acquire): what the pusher did to the span
//   popped (acq_rel): the last of 512 poppers knows that all places are null before the block
//     goes to the pool, whose stack hands that on to the block's next user (arch/lfstack.h)
//   index (relaxed): it says whose a place is and nothing about its content. A push that
//     happened before a pop by other means is seen by coherence
//
// Go: runtime/mspanset.go
//
// Differs from Go: push adds all blocks up to its own, where Go adds one and so relies on fewer
// than 512 pushers standing still at the same time. Entries are copied one by one when a spine
// grows, because a popper may clear one meanwhile. atomicSpanSetSpinePointer and atomicMSpanPointer
// are atomic<spanSetSpinePointer> and atomic<mspan*>.
#ifndef GORT_ALLOC_MSPANSET_H_
#define GORT_ALLOC_MSPANSET_H_

#include "arch/atomic.h"
#include "arch/lfstack.h"
#include "arch/sys.h"
#include "sched/lock_state.h"

namespace gort {

struct mspan;  // opaque here

inline constexpr uintptr spanSetBlockEntries = 512;
inline constexpr uintptr spanSetInitSpineCap = 256;  // enough for a GiB of one-page spans

struct spanSetBlockHeader : lfnode {
  atomic<uint32> popped;  // pops that are complete
};

struct alignas(tagAlign) spanSetBlock : spanSetBlockHeader, sys::NotInHeap {
  alignas(tagAlign) atomic<mspan*> spans[spanSetBlockEntries];
};
static_assert(sizeof(spanSetBlock) == tagAlign + spanSetBlockEntries * goarch::PtrSize);

// spanSetSpinePointer is the address of an array of pointers to blocks.
struct spanSetSpinePointer {
  atomic<spanSetBlock*>* p;

  atomic<spanSetBlock*>* lookup(uintptr idx) const { return p + idx; }
};

// spanSetBlockAlloc is a pool of blocks, for any thread.
struct spanSetBlockAlloc {
  lfstack stack;

  // alloc returns a block as INV4 has it.
  spanSetBlock* alloc();

  // free takes a block whose places are null.
  void free(spanSetBlock* block);
};

extern spanSetBlockAlloc spanSetBlockPool;

// headTailIndex is both ends of the sequence: 2^32 pushes until reset. With every span of one page
// in one set, and pushed once a cycle, that is a heap of 32 TiB.
struct headTailIndex {
  uint64 v;

  struct parts {
    uint32 head, tail;
  };

  constexpr uint32 head() const { return uint32(v >> 32); }
  constexpr uint32 tail() const { return uint32(v); }
  constexpr parts split() const { return {head(), tail()}; }
};

constexpr headTailIndex makeHeadTailIndex(uint32 head, uint32 tail) {
  return {uint64{head} << 32 | tail};
}

struct atomicHeadTailIndex {
  atomic<uint64> u;

  headTailIndex load() const { return {u.load(relaxed)}; }
  bool cas(headTailIndex old, headTailIndex new_) { return u.cas(old.v, new_.v, relaxed); }

  // The others return the new value.
  headTailIndex incHead() { return {u.add(uint64{1} << 32, relaxed)}; }
  headTailIndex decHead() { return {u.add(-(uint64{1} << 32), relaxed)}; }
  headTailIndex incTail();  // throws if tail is then 0: it has overflowed into head

  void reset() { u.store(0, relaxed); }
};

// spanSet is the set. The zero value is empty, but for the lock's rank.
struct spanSet {
  mutex spineLock{lockRankSpanSetSpine};  // to add a block
  uintptr spineCap = 0;                   // entries of spine; under spineLock
  atomic<spanSetSpinePointer> spine;      // changed under spineLock
  atomic<uintptr> spineLen;               // blocks there are; changed under spineLock
  atomicHeadTailIndex index;

  // push puts s, which is not null, into the set.
  void push(mspan* s);

  // pop takes a span out, in about the order in which they came. Null: the set is empty, or the
  // only push that would have filled it is not complete.
  mspan* pop();

  // reset makes an empty set as good as new: its sequence begins at 0. Throws if it is not empty.
  // Nobody else may use the set meanwhile.
  void reset();

 private:
  spanSetBlock* pushSlow(uintptr top);
};

}  // namespace gort

#endif  // GORT_ALLOC_MSPANSET_H_

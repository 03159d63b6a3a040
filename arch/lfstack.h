// lfstack.h: a stack without locks.
//
// The head is a tagged pointer: its tag counts the pushes of the node on top, so
// a thread that was held up between reading head and swapping it does not take an
// old head for the present one. A popped node may still be read by such a
// thread, so nodes are never returned to the system, and live off the heap.
//
// Go: runtime/lfstack.go
//
// Differs from Go: lfnodeValidate cannot ask the heap whether the node is part of
// it; it checks alignment and range. The backoff of pop is for arm64 only there
// as here.
#ifndef GORT_ARCH_LFSTACK_H_
#define GORT_ARCH_LFSTACK_H_

#include "arch/atomic.h"
#include "arch/stubs.h"
#include "arch/tagptr.h"

namespace gort {

// First member of every node. tagAlign-aligned.
struct lfnode {
  atomic<uint64> next;  // read by poppers while another pops: relaxed
  uintptr pushcnt;      // owner of the node only
};

inline uint64 lfstackPack(lfnode* node, uintptr cnt) {
  return taggedPointerPack(node, cnt & tagMask).v;
}
inline lfnode* lfstackUnpack(uint64 val) {
  return static_cast<lfnode*>(taggedPointer{val}.pointer());
}

// lfnodeValidate throws if node cannot be pushed. For when a node is allocated.
inline void lfnodeValidate(lfnode* node) { lfstackPack(node, ~uintptr{0}); }

struct lfstack {
  atomic<uint64> head;

  // push takes the node over.
  void push(lfnode* node) {
    node->pushcnt++;
    const uint64 new_ = lfstackPack(node, node->pushcnt);
    for (;;) {
      uint64 old = head.load(relaxed);
      node->next.store(old, relaxed);
      // Publishes the node's content to the load of pop.
      if (head.cas(old, new_, release)) return;
    }
  }

  // pop returns the node that was pushed last, or null.
  lfnode* pop() {
    uint32 backoff = goarch::IsArm64 ? 128 : 0;
    for (;;) {
      uint64 old = head.load(acquire);  // pairs with push: next and content are there
      if (old == 0) return nullptr;
      lfnode* node = lfstackUnpack(old);
      uint64 next = node->next.load(relaxed);  // may be stale, then the CAS fails
      // acq_rel keeps the chain of releases: what next's pusher wrote is seen by
      // whoever pops it from the head that we store here.
      if (head.cas(old, next, acq_rel)) return node;
      procyield(backoff);
      backoff += backoff / 2;
    }
  }

  bool empty() const { return head.load(relaxed) == 0; }
};

}  // namespace gort

#endif  // GORT_ARCH_LFSTACK_H_

// list.h: a list whose links are members of its elements.
//
// Not in a circle, not a queue: push, pop at the head, remove anywhere. One
// object may be in several lists, through several links.
//
// Go: runtime/list.go
//
// Differs from Go: the difference to list_manual.h is the write barrier in Go,
// which here the user of collected objects has to add; both have the same code.
#ifndef GORT_ARCH_LIST_H_
#define GORT_ARCH_LIST_H_

#include "arch/stubs.h"
#include "arch/upcalls.h"

namespace gort {

// A link, member of the elements. Not initialised: zero.
struct listNode {
  void* prev;
  void* next;
};

// The list. Call init with the offset of the link in an element first. Guarded by
// whatever guards the elements.
struct listHead {
  void* obj;  // the first element
  bool initialized;
  uintptr nodeOffset;

  void init(uintptr off) {
    initialized = true;
    nodeOffset = off;
  }

  // getNode returns p's link, null for null.
  listNode* getNode(void* p) const {
    if (!initialized) throw_("runtime: uninitialized listHead");
    if (p == nullptr) return nullptr;
    return static_cast<listNode*>(add(p, nodeOffset));
  }

  bool empty() const { return obj == nullptr; }

  // head returns the first element, or null.
  void* head() const { return obj; }

  // push makes p, which is in no such list, the first.
  void push(void* p) {
    listNode* pNode = getNode(p);
    pNode->next = obj;
    if (obj != nullptr) getNode(obj)->prev = p;
    obj = p;
  }

  // pop removes and returns the first element, or null.
  void* pop() {
    if (obj == nullptr) return nullptr;
    void* p = obj;
    listNode* pNode = getNode(p);
    obj = pNode->next;
    pNode->next = nullptr;
    if (obj != nullptr) getNode(obj)->prev = nullptr;
    return p;
  }

  // remove takes p, which is in this list, out.
  void remove(void* p) {
    if (obj == p) {
      pop();
      return;
    }
    listNode* pNode = getNode(p);
    listNode* prevNode = getNode(pNode->prev);
    listNode* nextNode = getNode(pNode->next);
    if (prevNode != nullptr) prevNode->next = pNode->next;
    if (nextNode != nullptr) nextNode->prev = pNode->prev;
    pNode->prev = nullptr;
    pNode->next = nullptr;
  }
};

}  // namespace gort

#endif  // GORT_ARCH_LIST_H_

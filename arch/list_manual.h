// list_manual.h: list.h with links that no collector sees.
//
// The links are integers. For objects that something else keeps alive, such as
// all Ms or all Gs, in code that must not have write barriers.
//
// Go: runtime/list_manual.go
#ifndef GORT_ARCH_LIST_MANUAL_H_
#define GORT_ARCH_LIST_MANUAL_H_

#include "arch/stubs.h"
#include "arch/upcalls.h"

namespace gort {

// A link, member of the elements. Zero at first.
struct listNodeManual {
  uintptr prev;
  uintptr next;
};

// The list; used as listHead.
struct listHeadManual {
  uintptr obj;  // the first element
  bool initialized;
  uintptr nodeOffset;

  void init(uintptr off) {
    initialized = true;
    nodeOffset = off;
  }

  // getNode returns p's link, null for null.
  listNodeManual* getNode(void* p) const {
    if (!initialized) throw_("runtime: uninitialized listHead");
    if (p == nullptr) return nullptr;
    return static_cast<listNodeManual*>(add(p, nodeOffset));
  }

  bool empty() const { return obj == 0; }

  // head returns the first element, or null.
  void* head() const { return reinterpret_cast<void*>(obj); }

  // push makes p, which is in no such list, the first.
  void push(void* p) {
    listNodeManual* pNode = getNode(p);
    pNode->next = obj;
    if (obj != 0) getNode(head())->prev = reinterpret_cast<uintptr>(p);
    obj = reinterpret_cast<uintptr>(p);
  }

  // pop removes and returns the first element, or null.
  void* pop() {
    if (obj == 0) return nullptr;
    void* p = head();
    listNodeManual* pNode = getNode(p);
    obj = pNode->next;
    pNode->next = 0;
    if (obj != 0) getNode(head())->prev = 0;
    return p;
  }

  // remove takes p, which is in this list, out.
  void remove(void* p) {
    if (head() == p) {
      pop();
      return;
    }
    listNodeManual* pNode = getNode(p);
    listNodeManual* prevNode = getNode(reinterpret_cast<void*>(pNode->prev));
    listNodeManual* nextNode = getNode(reinterpret_cast<void*>(pNode->next));
    if (prevNode != nullptr) prevNode->next = pNode->next;
    if (nextNode != nullptr) nextNode->prev = pNode->prev;
    pNode->prev = 0;
    pNode->next = 0;
  }
};

}  // namespace gort

#endif  // GORT_ARCH_LIST_MANUAL_H_

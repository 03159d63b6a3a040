// stack_state.h: what g, m and p hold of stacks.
//
// Go: runtime/runtime2.go (stack, gsignalStack), runtime/mcache.go (stackfreelist),
//     runtime/malloc.go (_NumStackOrders, _StackCacheSize)
//
// Differs from Go: a per-P cache is an array of stacks and not a list threaded
// through them, so that taking one touches no memory of another, and so that
// a stack whose pages were given back to the kernel stays given back.
#ifndef GORT_SCHED_STACK_STATE_H_
#define GORT_SCHED_STACK_STATE_H_

#include <gort/types.h>

#include "arch/sanitizer.h"

namespace gort {

// A stack is [lo, hi). The guard page lies below lo and is not part of it, so
// hi - lo is a slot's size less one page.
struct stack {
  uintptr lo;
  uintptr hi;
};

// Slots come in powers of two. The smallest order is minStack bytes, guard
// included; the numStackOrders smallest are cached by each P, larger ones come
// from their pool under a lock.
inline constexpr uintptr minStack = 32 << 10;
inline constexpr uintptr maxSlot = 64 << 20;  // the largest slot; beyond, WithStack
inline constexpr int numStackOrders = 4;      // 32, 64, 128 and 256 KiB
inline constexpr uint32 stackCacheSize = 32;  // stacks of one order that a P keeps

// What a goroutine gets by default. A sanitizer's frames are several times as large.
inline constexpr uintptr fixedStack = (asanenabled || raceenabled) ? 256 << 10 : 64 << 10;

// The free stacks of one order that a P holds, newest last. Owner: the M that
// holds the P; any M while the world is stopped.
struct stackfreelist {
  uint32 n;                      // 0 <= n <= stackCacheSize
  uintptr list[stackCacheSize];  // lo of each
};

struct stackRegion;  // a large region that a goroutine continues on; see stack.h

// The alternate signal stack that a thread had before minit installed ours.
struct gsignalStack {
  uintptr sp;
  uintptr size;
  int32 flags;
};

// stackguard0 values that make every check fail. All lie above any real stack.
inline constexpr uintptr stackPreempt = ~uintptr{0} - 1313;  // -1314: please yield
inline constexpr uintptr stackFork = ~uintptr{0} - 1233;     // -1234: forking, do not grow
inline constexpr uintptr stackPoisonMin = ~uintptr{0} - 4095;

}  // namespace gort

#endif  // GORT_SCHED_STACK_STATE_H_

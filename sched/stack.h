// stack.h: stacks of goroutines, of g0s, and the large region behind a small one.
//
// Go: runtime/stack.go
#ifndef GORT_SCHED_STACK_H_
#define GORT_SCHED_STACK_H_

#include <gort/abi.h>
#include <gort/types.h>

#include "arch/atomic.h"
#include "sched/stack_state.h"

namespace gort {

struct g;
struct p;

// What a goroutine may use in all, in bytes. main sets it to 1000000000, the
// ceiling to twice that, before there is a second thread. Later changes:
// setMaxStack.
extern uintptr maxstacksize;
extern uintptr maxstackceiling;

// setMaxStack changes maxstacksize and returns the value before: debug.SetMaxStack.
intgo setMaxStack(intgo in);

// stackinit prepares the pools. Before any other function here, after osinit.
void stackinit();

// round2stack returns the slot size for a wish of n bytes: a power of two from
// minStack to maxSlot; 0 asks for fixedStack.
uintptr round2stack(uintptr n);

// stackslotsize returns the size of the slot that stk is in.
inline uintptr stackslotsize(stack stk) {
  // The guard page and the colour are less than half of it.
  return uintptr{1} << (64 - __builtin_clzl(stk.hi - stk.lo));
}

// stackalloc returns a stack in a slot of n bytes, guard page included; n is a
// power of two from minStack to maxSlot, or 0 for fixedStack. The contents are
// whatever the last user left. Any M, with or without a P; must not be preempted.
stack stackalloc(uintptr n);

// stackfree takes back what stackalloc returned (stk.lo tells which slot). Nobody
// may be running on it.
void stackfree(stack stk);

// stackcache_clear gives back what pp's caches hold. pp is the caller's, or the
// world is stopped.
void stackcache_clear(p* pp);

// g0stackalloc returns a stack for a thread of ours; g0stackfree takes it back
// once the thread is gone.
stack g0stackalloc();
void g0stackfree(stack stk);

// Whose stack an address belongs to.
enum class stackKind : uint8 {
  none,
  goroutine,  // a slot
  region,     // a large region
  system,     // a g0
};

// stackguardhit reports whether addr lies in the guard of a stack, of which kind,
// and in *stk that stack. Lock-free, for signal handlers.
stackKind stackguardhit(uintptr addr, stack* stk);

// ---- The large region -------------------------------------------------------

// A goroutine that compiled code grew past its slot continues in one of these
// until the call that grew it returns. While it does, g.stack is the part of the
// region that is in use, and g.region leads to the slot.
struct stackRegion {
  stack stk;          // all of the region; constant
  uintptr wish;       // bytes it was made for, more than it has if there were no more; constant
  stack slot;         // g.stack as it was, and will be
  uintptr limit;      // lowest address this goroutine may use
  int64 giveBackAt;   // nanotime before which more pages are kept
  stackRegion* next;  // stackLarge.free; under its lock
};

// instackregion reports whether gp runs on its large region.
bool instackregion(const g* gp);

// onstack reports whether addr is on any part of gp's stack: its slot, or the
// region that continues it.
bool onstack(const g* gp, uintptr addr);

// stackregionfree ends the use of the region, whose frames are gone: for whoever
// leaves them by a jump and not by returning or unwinding. The caller runs on
// the slot.
void stackregionfree(g* gp);

// withstack runs fn(arg) with at least `bytes` of stack, on the region if what is
// left here does not do. Backs runtime::WithStack.
void withstack(uintptr bytes, void (*fn)(void*), void* arg);

// stackoverflow reports that gp outgrew stk, at sp: Go's three lines. limit is
// the size it was not allowed to exceed.
[[noreturn]] void stackoverflow(uintptr sp, stack stk, uintptr limit);

// stacklimit is the number of bytes that the report names for a large region.
uintptr stacklimit();

}  // namespace gort

#endif  // GORT_SCHED_STACK_H_

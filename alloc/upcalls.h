// upcalls.h: what alloc needs from the floors above. Declared here, defined in
// the file where Go defines it, or where the data lives.
//
// Go: runtime/malloc.go (what persistentalloc1 asks of m and p), runtime/lock_spinbit.go,
//     runtime/lockrank_on.go, runtime/panic.go, runtime/alg.go
#ifndef GORT_ALLOC_UPCALLS_H_
#define GORT_ALLOC_UPCALLS_H_

#include "alloc/malloc_state.h"
#include "sched/lock_state.h"

namespace gort {

struct mcache;
struct mspan;

// The locks of the runtime, described in sched/lock_spinbit.h. lock waits until l is free and
// takes it; unlock frees it. assertLockHeld throws, in debug builds, unless the running M holds
// l. Defined in sched/lockrank_check.cc.
void lock(mutex* l);
void unlock(mutex* l);
void assertLockHeld(mutex* l);

// lockInit gives l its rank, before anybody else knows l. Defined in sched/lockrank_check.cc.
void lockInit(mutex* l, lockRank rank);

// currentmcache returns the mcache of the running M's P, or null if it has none; it is the
// caller's as mpalloc's chunk is. Defined in sched/os_linux.cc.
mcache* currentmcache();

// Sweeping, described and defined in gc/mgcsweep. Between sweepbegin and sweepend no cycle ends; the
// former may say that there is nothing to sweep. sweeptryacquire makes s the caller's if it has to
// be swept and nobody else does so; sweepspan sweeps such a span, and then either leaves it to the
// caller or puts it where it belongs and reports whether that was back into pages.
struct sweepLocker {
  uint32 sweepGen;
  bool valid;
};
enum class sweepKeep : bool { release, preserve };
sweepLocker sweepbegin();
void sweepend(sweepLocker sl);
bool sweeptryacquire(sweepLocker sl, mspan* s);
bool sweepspan(mspan* s, sweepKeep keep);

// mpalloc returns the chunk of the running M's P, or null if it has none. The
// chunk is the caller's alone until it next does what can park or be preempted;
// the runtime's own text is not preempted anywhere else. Defined in
// sched/os_linux.cc.
persistentAlloc* mpalloc();

// globalAllocLock returns, locked, the chunk for everybody without a P;
// globalAllocUnlock unlocks it. The thread has an M. Go: globalAlloc. Defined in
// sched/os_linux.cc.
persistentAlloc* globalAllocLock();
void globalAllocUnlock();

// panicplain panics with a runtime.Error whose text is s. Defined in
// runtime/panic.cc.
[[noreturn]] void panicplain(const char* s);

// Equality of the values at p and q, for the descriptors of the basic types in
// alloc/type.cc. Defined in runtime/alg.cc.
bool memequal8(const void* p, const void* q);
bool memequal16(const void* p, const void* q);
bool memequal32(const void* p, const void* q);
bool memequal64(const void* p, const void* q);
bool f32equal(const void* p, const void* q);
bool f64equal(const void* p, const void* q);
bool c64equal(const void* p, const void* q);
bool c128equal(const void* p, const void* q);
bool strequal(const void* p, const void* q);

}  // namespace gort

#endif  // GORT_ALLOC_UPCALLS_H_

// stubs.h: small helpers that everybody uses, and the C++ names of assembly.
//
// Go: runtime/stubs.go, runtime/stubs_amd64.go
//
// Differs from Go: what needs to know a g (getg, mcall, systemstack) is in
// sched/stubs.h. noescape has no meaning without escape analysis; reflectcall,
// cgocallback and the gcWriteBarrierN of Go's compiler have no twin here.
#ifndef GORT_ARCH_STUBS_H_
#define GORT_ARCH_STUBS_H_

#include "arch/goarch.h"

extern "C" {
[[noreturn]] void gort_abort();
void gort_procyield(gort::uint32 cycles);
void gort_memmove(void* to, const void* from, gort::uintptr n);
void gort_memclr(void* ptr, gort::uintptr n);
}

namespace gort {

// add returns p+x; x may be negative in two's complement.
[[gnu::always_inline]] inline void* add(void* p, uintptr x) {
  return reinterpret_cast<void*>(reinterpret_cast<uintptr>(p) + x);
}
[[gnu::always_inline]] inline const void* add(const void* p, uintptr x) {
  return reinterpret_cast<const void*>(reinterpret_cast<uintptr>(p) + x);
}

// alignUp rounds n up to a multiple of a, a power of two.
constexpr uintptr alignUp(uintptr n, uintptr a) { return (n + a - 1) & ~(a - 1); }

// alignDown rounds n down to a multiple of a, a power of two.
constexpr uintptr alignDown(uintptr n, uintptr a) { return n & ~(a - 1); }

// divRoundUp returns ceil(n / a); a need not be a power of two, n+a must not overflow.
constexpr uintptr divRoundUp(uintptr n, uintptr a) { return (n + a - 1) / a; }

constexpr intgo bool2int(bool x) { return x ? 1 : 0; }

// memmove copies n bytes; the ranges may overlap. A word that is aligned in both
// ranges is copied in one piece, so that a collector that looks on sees pointers
// and never halves of two. No write barrier: see gc/mbarrier.h.
inline void memmove(void* to, const void* from, uintptr n) { gort_memmove(to, from, n); }

// memclrNoHeapPointers clears n bytes, aligned words in one piece. Memory that
// holds pointers to the heap needs memclrHasPointers, for the write barrier.
inline void memclrNoHeapPointers(void* ptr, uintptr n) { gort_memclr(ptr, n); }

// memequal reports whether the size bytes at a and b are the same. a and b may be
// null if size is 0.
inline bool memequal(const void* a, const void* b, uintptr size) {
  return size == 0 || __builtin_memcmp(a, b, size) == 0;
}

// procyield spins for `cycles` pause instructions; less than a system call, and
// gentle with the other hyperthread.
inline void procyield(uint32 cycles) { gort_procyield(cycles); }

// publicationBarrier orders the stores that initialise an object before the
// store that publishes it. No instruction on amd64: the machine keeps stores in
// order, the compiler has to be told.
[[gnu::always_inline]] inline void publicationBarrier() { __asm__ volatile("" ::: "memory"); }

// abort stops the process on the spot, without a word: SIGTRAP.
[[noreturn]] inline void abort() { gort_abort(); }

// breakpoint stops in the debugger.
inline void breakpoint() { __asm__ volatile("int3"); }

// getfp returns the frame pointer register. Only functions that were compiled
// with frame pointers keep their frame's address in it.
[[gnu::always_inline]] inline uintptr getfp() {
  uintptr fp;
  __asm__ volatile("movq %%rbp, %0" : "=r"(fp));
  return fp;
}

// The stack pointer, somewhere in the current frame.
[[gnu::always_inline]] inline uintptr getsp() {
  uintptr sp;
  __asm__ volatile("movq %%rsp, %0" : "=r"(sp));
  return sp;
}

}  // namespace gort

#endif  // GORT_ARCH_STUBS_H_

// sanitizer.h: telling ASan, TSan and valgrind that the stack changes.
//
// A sanitizer keeps books on "the" stack of a thread: its bounds and poisoned
// parts (ASan), the functions on it and what they are ordered after (TSan), where
// it may jump to (valgrind). A goroutine switch makes those wrong unless it is
// announced. Each g holds one sanitizerFiber; every change of stack is bracketed:
//
//   fiberSwitch(&from->fiber, &to->fiber, keep);   // the last thing on the old stack
//   gort_mcall / gort_gogo / gort_switchto / ...
//   fiberSwitched(&me->fiber);                     // the first thing on the new one
//
// The function that contains fiberSwitch and the switch must be
// GORT_NO_SANITIZE_FIBER and noinline: the entry that TSan records for it would
// otherwise be taken off another fibre's stack.
//
// systemstack and the big region of a grown stack are the same fibre for TSan
// (their calls nest), and another stack for ASan: fiberEnter and fiberLeave.
//
// TSan and functions that never return: it counts calls and returns per fibre,
// and code on g0 that ends in gogo adds entries that nothing removes, until its
// stack of 65,536 is full. Files with such code are compiled with
// `-mllvm -tsan-instrument-func-entry-exit=0`.
//
// Orders: TSan takes a switch as a synchronisation, so everything that runs on
// one M counts as ordered. Races between goroutines that shared an M hide; run
// with several.
//
// In an ordinary build all of this is empty.
//
// Go: runtime/race0.go, asan0.go, msan0.go, valgrind0.go
//
// Differs from Go: those annotate memory operations by hand, because the runtime
// itself is not instrumented; ours is, and needs the stacks explained instead.
// TSan is clang's: gcc 12's takes a millisecond a fibre and has no more than 8,128.
#ifndef GORT_ARCH_SANITIZER_H_
#define GORT_ARCH_SANITIZER_H_

#include "arch/goarch.h"

#if defined(__SANITIZE_ADDRESS__)
#define GORT_ASAN_ENABLED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GORT_ASAN_ENABLED true
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define GORT_TSAN_ENABLED true
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GORT_TSAN_ENABLED true
#endif
#endif

#if !defined(GORT_ASAN_ENABLED)
#define GORT_ASAN_ENABLED false
#endif
#if !defined(GORT_TSAN_ENABLED)
#define GORT_TSAN_ENABLED false
#endif
#if defined(GORT_VALGRIND)
#define GORT_VALGRIND_ENABLED true
#else
#define GORT_VALGRIND_ENABLED false
#endif

#if GORT_TSAN_ENABLED && defined(__clang__)
#define GORT_NO_SANITIZE_FIBER \
  __attribute__((noinline, no_sanitize("thread"), disable_sanitizer_instrumentation))
#else
#define GORT_NO_SANITIZE_FIBER __attribute__((noinline))
#endif

// The sanitizers' own entry points; present in their builds only.
extern "C" {
void __sanitizer_start_switch_fiber(void** fake_stack_save, const void* bottom, size_t size);
void __sanitizer_finish_switch_fiber(void* fake_stack_save, const void** bottom_old,
                                     size_t* size_old);
void __asan_poison_memory_region(void const volatile* addr, size_t size);
void __asan_unpoison_memory_region(void const volatile* addr, size_t size);
void* __tsan_get_current_fiber(void);
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __tsan_acquire(void* addr);
void __tsan_release(void* addr);
}

namespace gort {

inline constexpr bool asanenabled = GORT_ASAN_ENABLED;
inline constexpr bool raceenabled = GORT_TSAN_ENABLED;
inline constexpr bool valgrindenabled = GORT_VALGRIND_ENABLED;

// What the sanitizers know about one stack. Plain data, held by g; belongs to
// whoever owns the g's stack.
struct sanitizerFiber {
  void* tsan;       // TSan's fibre
  void* fakestack;  // ASan's, while the stack is not running
  uintptr lo;       // the stack is [lo, hi)
  uintptr hi;
  uint64 valgrind;  // id of the stack
};

// valgrindRequest is valgrind's door: a sequence that does nothing on a real
// machine and that its simulator takes as a call. Returns 0 outside of it.
inline uint64 valgrindRequest([[maybe_unused]] uint64 request, [[maybe_unused]] uint64 a1,
                              [[maybe_unused]] uint64 a2) {
  uint64 result = 0;
  if constexpr (valgrindenabled) {
    uint64 args[6] = {request, a1, a2, 0, 0, 0};
    __asm__ volatile(
        "rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi\n\t"
        "xchgq %%rbx, %%rbx"
        : "=d"(result)
        : "a"(&args[0]), "0"(result)
        : "cc", "memory");
  }
  return result;
}

// VALGRIND_STACK_REGISTER and _DEREGISTER.
inline uint64 valgrindRegisterStack(uintptr lo, uintptr hi) {
  return valgrindRequest(0x1501, lo, hi);
}
inline void valgrindDeregisterStack(uint64 id) { valgrindRequest(0x1502, id, 0); }

// fiberInit makes *f stand for a new goroutine that will run on [lo, hi).
inline void fiberInit(sanitizerFiber* f, uintptr lo, uintptr hi) {
  f->lo = lo;
  f->hi = hi;
  if constexpr (raceenabled) f->tsan = __tsan_create_fiber(0);
  if constexpr (valgrindenabled) f->valgrind = valgrindRegisterStack(lo, hi);
}

// fiberInitThread makes *f stand for the calling thread's own stack, [lo, hi):
// a g0.
inline void fiberInitThread(sanitizerFiber* f, uintptr lo, uintptr hi) {
  f->lo = lo;
  f->hi = hi;
  if constexpr (raceenabled) f->tsan = __tsan_get_current_fiber();
}

// fiberDestroy undoes fiberInit. Not on that stack; its frames are gone.
inline void fiberDestroy(sanitizerFiber* f) {
  if constexpr (raceenabled) __tsan_destroy_fiber(f->tsan);
  if constexpr (asanenabled) {
    __asan_unpoison_memory_region(reinterpret_cast<void*>(f->lo), f->hi - f->lo);
  }
  if constexpr (valgrindenabled) valgrindDeregisterStack(f->valgrind);
  *f = {};
}

// Whether the stack that is left will be returned to.
enum class fiberExit { parks, dies };

// fiberSwitch announces the switch from `from`, running here, to `to`. To be
// called by the function that switches, see above.
[[gnu::always_inline]] inline void fiberSwitch([[maybe_unused]] sanitizerFiber* from,
                                               [[maybe_unused]] const sanitizerFiber* to,
                                               [[maybe_unused]] fiberExit exit) {
  if constexpr (asanenabled) {
    __sanitizer_start_switch_fiber(exit == fiberExit::dies ? nullptr : &from->fakestack,
                                   reinterpret_cast<const void*>(to->lo), to->hi - to->lo);
  }
  if constexpr (raceenabled) __tsan_switch_to_fiber(to->tsan, 0);
}

// fiberSwitched completes the switch to `me` on its stack.
[[gnu::always_inline]] inline void fiberSwitched([[maybe_unused]] sanitizerFiber* me) {
  if constexpr (asanenabled) {
    __sanitizer_finish_switch_fiber(me->fakestack, nullptr, nullptr);
    me->fakestack = nullptr;
  }
}

// What ASan had before fiberEnter.
struct fiberFrame {
  void* fakestack;
  const void* lo;
  size_t size;
};

// fiberEnter announces that a call on the stack [lo, hi) follows; fiberEntered
// is the first thing there, and fiberLeave comes after the call, back on the old
// stack, even if an exception ended it.
[[gnu::always_inline]] inline void fiberEnter([[maybe_unused]] fiberFrame* f,
                                              [[maybe_unused]] uintptr lo,
                                              [[maybe_unused]] uintptr hi) {
  if constexpr (asanenabled) {
    __sanitizer_start_switch_fiber(&f->fakestack, reinterpret_cast<const void*>(lo), hi - lo);
  }
}
[[gnu::always_inline]] inline void fiberEntered([[maybe_unused]] fiberFrame* f) {
  if constexpr (asanenabled) __sanitizer_finish_switch_fiber(nullptr, &f->lo, &f->size);
}
[[gnu::always_inline]] inline void fiberLeave([[maybe_unused]] fiberFrame* f) {
  if constexpr (asanenabled) {
    __sanitizer_start_switch_fiber(nullptr, f->lo, f->size);
    __sanitizer_finish_switch_fiber(f->fakestack, nullptr, nullptr);
  }
}

// asanpoison and asanunpoison forbid and allow the use of n bytes at addr.
inline void asanpoison([[maybe_unused]] void* addr, [[maybe_unused]] uintptr n) {
  if constexpr (asanenabled) __asan_poison_memory_region(addr, n);
}
inline void asanunpoison([[maybe_unused]] void* addr, [[maybe_unused]] uintptr n) {
  if constexpr (asanenabled) __asan_unpoison_memory_region(addr, n);
}

// raceacquire and racerelease order what the kernel orders and TSan cannot see.
inline void raceacquire([[maybe_unused]] void* addr) {
  if constexpr (raceenabled) __tsan_acquire(addr);
}
inline void racerelease([[maybe_unused]] void* addr) {
  if constexpr (raceenabled) __tsan_release(addr);
}

}  // namespace gort

#endif  // GORT_ARCH_SANITIZER_H_

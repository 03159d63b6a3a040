// compiled.h: a function with the prologue check that compilers emit, for tests of
// what gort_morestack does.
//
// Go: what cmd/internal/obj/x86 puts in front of a function (stacksplit)
#ifndef TESTS_COMPILED_H_
#define TESTS_COMPILED_H_

#include <gort/abi.h>

#include "arch/stubs.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort::testing {

// compiledCall recurses n times, each time with the check, and calls leaf(arg) at
// the end. Returns n, counted on the way back.
[[gnu::noinline, maybe_unused]] static long compiledCall(long n, void (*leaf)(void*), void* arg);

namespace internal {

struct compiledArgs {
  long n;
  void (*leaf)(void*);
  void* arg;
  long result;
};

// What follows a failed check: the same call, on a stack with room.
[[gnu::noinline, gnu::cold, maybe_unused]] static long compiledGrow(long n, void (*leaf)(void*),
                                                                    void* arg) {
  compiledArgs a{n, leaf, arg, 0};
  gort_morestack(
      [](void* p) {
        auto* a = static_cast<compiledArgs*>(p);
        a->result = compiledCall(a->n, a->leaf, a->arg);
      },
      &a);
  return a.result;
}

}  // namespace internal

[[gnu::noinline, maybe_unused]] static long compiledCall(long n, void (*leaf)(void*), void* arg) {
  if (getsp() < getg()->stackguard0.load(relaxed)) [[unlikely]] {
    return internal::compiledGrow(n, leaf, arg);
  }
  volatile char frame[64];
  frame[n % 64] = 1;
  if (n == 0) {
    leaf(arg);
    return 0;
  }
  long result = compiledCall(n - 1, leaf, arg);
  return result + frame[n % 64];
}

inline long compiledDepth(long n) {
  return compiledCall(
      n, [](void*) {}, nullptr);
}

template <class F>
long compiledCall(long n, F f) {
  return compiledCall(
      n, [](void* p) { (*static_cast<F*>(p))(); }, &f);
}

}  // namespace gort::testing

#endif  // TESTS_COMPILED_H_

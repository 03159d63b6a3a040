// go.h: starting goroutines.
//
//   gort::go([] { puts("hello"); });
//   gort::go(serve, connection, 80);              // arguments as with std::thread
//   gort::go(gort::StackSize{1 << 20}, parse);    // with a stack of 1 MiB
//
//   int main(int argc, char** argv) {             // a program of goroutines
//     return gort::Main(argc, argv, [] { ... });
//   }
//
// A goroutine costs about a page of memory and starts in well under a microsecond;
// blocked ones cost no thread. When main's function returns the process ends, whatever
// goroutines are still there. What throws out of a goroutine ends the process.
//
// A goroutine that had to wait may go on on another thread. So it holds no std::mutex
// while it waits, and thread-local variables, errno among them, are another thread's
// afterwards, if the compiler has not kept the old one's address: see LockOSThread.
//
// A program whose own main does something else just calls gort::go, a channel or any
// other part of gort, on any thread: the first call starts the runtime.
//
// Go: the go statement; runtime/proc.go (newproc), runtime/rt0_linux_amd64.s
//
// Differs from Go: the callable and its arguments are moved to the top of the new
// stack, so that a go statement allocates nothing. Stacks have a fixed place and grow
// inside it (sched/stack.cc), therefore StackSize.
#ifndef GORT_GO_H_
#define GORT_GO_H_

#include <gort/abi.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace gort {

// How much address space a goroutine's stack gets, in bytes. Memory is used as the
// stack grows into it. Rounded up to a power of two; at most 64 MiB.
struct StackSize {
  std::size_t bytes;
};

namespace internal {

// newprocframe, on any thread. runtime/std/go.cc
void goframe(void (*entry)(void*), uintptr size, uintptr align, void (*init)(void*, void*),
             void* src, uintptr stacksize);

inline constexpr std::size_t maxFrame = 16 << 10;  // larger ones are boxed

// Runs and destroys the F at frame.
template <class F>
void goEntry(void* frame) {
  struct Destroy {
    F* f;
    ~Destroy() { std::destroy_at(f); }
  } destroy{static_cast<F*>(frame)};
  std::invoke(std::move(*destroy.f));
}

// Makes the F at frame of the From at src.
template <class F, class From>
void goInit(void* frame, void* src) {
  ::new (frame) F(static_cast<From&&>(*static_cast<std::remove_reference_t<From>*>(src)));
}

// Always inlined, so that the goroutine is recorded as created by the caller of go.
//
// newprocframe makes the F in the middle of its work, when nothing may throw: a copy
// that could throw is made before, and one that cannot be moved without throwing is boxed.
template <class F, class From>
[[gnu::always_inline]] inline void startGoroutine(From&& from, uintptr stacksize) {
  constexpr bool fits = sizeof(F) <= maxFrame && alignof(F) <= 64;
  if constexpr (std::is_function_v<std::remove_reference_t<From>>) {
    startGoroutine<F, F>(from, stacksize);  // an object: a pointer to it
  } else if constexpr (fits && std::is_nothrow_constructible_v<F, From>) {
    auto* src = const_cast<void*>(static_cast<const volatile void*>(std::addressof(from)));
    goframe(goEntry<F>, sizeof(F), alignof(F), goInit<F, From>, src, stacksize);
  } else if constexpr (fits && std::is_nothrow_move_constructible_v<F>) {
    F f(std::forward<From>(from));
    startGoroutine<F>(std::move(f), stacksize);
  } else {
    auto boxed = [p = std::make_unique<F>(std::forward<From>(from))] {
      std::invoke(std::move(*p));
    };
    startGoroutine<decltype(boxed)>(std::move(boxed), stacksize);
  }
}

// mainReturned ends the process when Main's function has returned code. runtime/runtime.cc
[[noreturn]] void mainReturned(int32 code);

}  // namespace internal

// go starts a goroutine that calls f(args...), with copies of f and args (moved where
// they were given as rvalues, std::ref(x) for a reference), and returns at once. What
// f returns is dropped. What copying them throws is thrown by go.
template <class F, class... Args>
requires(std::is_invocable_v<std::decay_t<F>, std::decay_t<Args>...>)
    [[gnu::always_inline]] inline void go(StackSize stack, F&& f, Args&&... args) {
  if constexpr (sizeof...(Args) == 0) {
    internal::startGoroutine<std::decay_t<F>>(std::forward<F>(f), stack.bytes);
  } else {
    auto call = [f = std::decay_t<F>(std::forward<F>(f)),
                 args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)]() mutable {
      std::apply([&f](auto&... a) { std::invoke(std::move(f), std::move(a)...); }, args);
    };
    internal::startGoroutine<decltype(call)>(std::move(call), stack.bytes);
  }
}

template <class F, class... Args>
requires(std::is_invocable_v<std::decay_t<F>, std::decay_t<Args>...>)
    [[gnu::always_inline]] inline void go(F&& f, Args&&... args) {
  go(StackSize{0}, std::forward<F>(f), std::forward<Args>(args)...);
}

// Main starts the runtime, runs f() on the main goroutine, on this thread, and ends
// the process: with status 0 when f returns, or with the int that f returns. Call it
// first thing in main, once: what uses gort before, a global variable that makes a
// channel for example, starts the runtime without Main, which then ends the process
// with an error. Main does not return; its type is for "return Main(...)".
template <class F>
int Main(int argc, char** argv, F f) {
  static F* body = std::addressof(f);
  program p{nullptr, [] {
              if constexpr (std::is_void_v<decltype((*body)())>) {
                (*body)();
              } else {
                internal::mainReturned(static_cast<int32>((*body)()));
              }
            }};
  rt0_go(argc, argv, p);
}

template <class F>
int Main(F f) {
  return Main(0, nullptr, std::move(f));
}

}  // namespace gort

#endif  // GORT_GO_H_

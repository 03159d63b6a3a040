// runtime.h: asking the scheduler, and telling it things.
//
// Go: package runtime
//
// Differs from Go: Blocking and WithStack are what a C++ program needs and Go's
// compiler does by itself.
#ifndef GORT_RUNTIME_H_
#define GORT_RUNTIME_H_

#include <gort/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace gort {

namespace internal {

// runtime/std/runtime.cc
void blocking(void (*fn)(void*), void* arg);
void withStack(std::size_t bytes, void (*fn)(void*), void* arg);

// Calls through(fn, arg) so that fn(arg) calls f and keeps what it returns.
template <class F, class Through>
auto callThrough(F& f, Through through) -> std::invoke_result_t<F&> {
  using R = std::invoke_result_t<F&>;
  if constexpr (std::is_function_v<F>) {
    auto* p = std::addressof(f);  // an object, whose address is a void*
    return callThrough(p, through);
  } else if constexpr (std::is_void_v<R>) {
    through([](void* p) { (*static_cast<F*>(p))(); },
            const_cast<void*>(static_cast<const void*>(std::addressof(f))));
  } else if constexpr (std::is_reference_v<R>) {
    std::remove_reference_t<R>* result = nullptr;
    auto call = [&] {
      auto&& r = f();
      result = std::addressof(r);
    };
    callThrough(call, through);
    return static_cast<R>(*result);
  } else {
    std::optional<R> result;
    auto call = [&] { result.emplace(f()); };
    callThrough(call, through);
    return std::move(*result);
  }
}

}  // namespace internal

namespace runtime {

// Gosched lets other goroutines run; this one stays runnable. On a thread that gort
// did not start, the thread yields.
void Gosched();

// Goexit ends this goroutine. Destructors of everything on its stack run; a catch (...)
// on the way must rethrow. From the main goroutine, the others go on without it, and
// when they have all ended or wait, the program ends with a deadlock report. It is a
// mistake on a thread that gort did not start: it throws.
[[noreturn]] void Goexit();

// GOMAXPROCS sets how many threads run goroutines at the same time, and returns the
// setting before. n < 1 only asks.
int GOMAXPROCS(int n);

// NumCPU is the number of processors that this process may use, NumGoroutine the
// number of goroutines that exist.
int NumCPU();
int NumGoroutine();

// LockOSThread ties this goroutine to its thread: it runs on no other, and the thread
// runs nothing else, until UnlockOSThread has been called as often. If the goroutine
// ends before, so does the thread. For thread-local state and libraries that want it.
// No effect on a thread that gort did not start: it has only itself.
void LockOSThread();
void UnlockOSThread();

// Blocking runs f, which is about to block its thread (a system call, a foreign lock, a
// long computation), and returns what it returns. Other goroutines go on meanwhile, on
// another thread if it takes long. f may throw, but must not use gort: no channels, no
// goroutines, no locks of gort::sync.
//
// Differs from Go: Go brackets every system call like this; C++ code calls the kernel
// behind the runtime's back.
template <class F>
decltype(auto) Blocking(F&& f) {
  return internal::callThrough(f,
                               [](void (*fn)(void*), void* arg) { internal::blocking(fn, arg); });
}

// WithStack runs f on a stack of at least `bytes` bytes of its own, and returns what it
// returns; exceptions pass. For a deep recursion in a goroutine whose stack is small.
// The stack is kept for the next call if it is not huge. More than a goroutine's stack may
// ever have, 1000000000 bytes, is the fatal error "stack overflow".
template <class F>
decltype(auto) WithStack(std::size_t bytes, F&& f) {
  return internal::callThrough(
      f, [bytes](void (*fn)(void*), void* arg) { internal::withStack(bytes, fn, arg); });
}

}  // namespace runtime

}  // namespace gort

#endif  // GORT_RUNTIME_H_

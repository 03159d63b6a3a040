// foreign_inl.h: calls from threads that the runtime does not know.
//
// A thread made by std::thread, or the main thread of a C++ program that did not
// begin with gort::Main, has no g. When it sends on a channel it needs one: it may
// have to be parked, and goroutines are. cgocallback lends it an M with a goroutine
// for the time of the call, and starts the runtime if nobody has yet.
//
// An entry point that needs a g begins
//
//   if (foreign()) [[unlikely]] return foreigncall([=] { return entry(args...); });
//
// which costs goroutines one load and one branch. The load is one that the entry
// point needs anyway.
//
// Go: runtime/cgocall.go (cgocallback, for C code that calls exported functions)
#ifndef RUNTIME_FOREIGN_INL_H_
#define RUNTIME_FOREIGN_INL_H_

#include <type_traits>

#include "runtime/cgocall.h"
#include "sched/stubs.h"

namespace gort {

// foreign reports whether this thread has no g.
[[gnu::always_inline]] inline bool foreign() { return getg() == nullptr; }

// foreigncall runs f() on a goroutine and returns what it returns: nothing, or a
// trivial value.
template <class F>
[[gnu::noinline, gnu::cold]] auto foreigncall(F f) -> decltype(f()) {
  using R = decltype(f());
  if constexpr (std::is_void_v<R>) {
    cgocallback([](void* p) { (*static_cast<F*>(p))(); }, &f);
  } else {
    static_assert(std::is_trivial_v<R>);
    struct {
      F* f;
      R r;
    } call{&f, R{}};
    using Call = decltype(call);
    cgocallback(
        [](void* p) {
          auto* c = static_cast<Call*>(p);
          c->r = (*c->f)();
        },
        &call);
    return call.r;
  }
}

}  // namespace gort

#endif  // RUNTIME_FOREIGN_INL_H_

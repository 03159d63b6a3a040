// stubs.h: which goroutine runs here, and changing stacks.
//
// getg() is a single %fs load in volatile assembly, because a goroutine may
// continue on another thread after any call that can park: a compiler that
// keeps the address of a thread-local variable across such a call reads another
// thread's g. The same holds for errno and everything else behind a const
// accessor; arch/os_linux.h has the safe one.
//
// mcall and systemstack are Go's. mcall(fn) leaves the goroutine for good, as
// far as the caller's stack is concerned, and runs fn on g0; systemstack(f)
// runs f on g0 and comes back. gogo(gp) continues gp.
//
// Go: runtime/stubs.go, runtime/stubs_amd64.go
//
// Differs from Go: with a sanitizer, each change of stack is announced to it
// (arch/sanitizer.h), therefore the wrappers here and not the assembly itself
// are what the runtime calls.
#ifndef SCHED_STUBS_H_
#define SCHED_STUBS_H_

#include <gort/types.h>

#include <type_traits>

#include "arch/gobuf.h"

namespace gort {

struct g;
struct m;

// getg returns the g whose stack this is: a goroutine's, g0 or gsignal.
[[gnu::always_inline]] inline g* getg() {
  g* gp;
#if defined(__PIC__) && !defined(__PIE__)
  uintptr off;
  asm volatile("movq gort_tls_g@gottpoff(%%rip), %1\n\tmovq %%fs:(%1), %0" : "=r"(gp), "=&r"(off));
#else
  asm volatile("movq %%fs:gort_tls_g@tpoff, %0" : "=r"(gp));
#endif
  return gp;
}

// setg says which g runs on this thread.
[[gnu::always_inline]] inline void setg(g* gp) {
#if defined(__PIC__) && !defined(__PIE__)
  uintptr off;
  asm volatile("movq gort_tls_g@gottpoff(%%rip), %0\n\tmovq %1, %%fs:(%0)"
               : "=&r"(off)
               : "r"(gp)
               : "memory");
#else
  asm volatile("movq %0, %%fs:gort_tls_g@tpoff" : : "r"(gp) : "memory");
#endif
}

// mcall parks the running goroutine's context in g.sched and calls fn(g) on the
// M's g0 stack. fn does not return; it schedules something. Must not be called
// on g0. Returns when somebody continues the goroutine. mcallexit is mcall for a
// goroutine that will not be continued.
void mcall(void (*fn)(g*));
[[noreturn]] void mcallexit(void (*fn)(g*));

// gogo continues gp on this thread. Must be called on g0.
[[noreturn]] void gogo(g* gp);

// switchto continues `to` on this thread, without a turn through g0, and runs
// commit(from) on to's stack as soon as from's context is saved: only then may
// anybody else continue `from`. Returns when somebody does.
void switchto(g* from, g* to, void (*commit)(g* from));

// systemstack1 runs fn(arg) on the M's g0 stack; on g0 or gsignal already, it
// just calls. Exceptions and backtraces pass through it.
void systemstack1(void (*fn)(void*), void* arg);

// systemstack runs f() on the M's g0 stack.
template <class F>
inline void systemstack(F&& f) {
  using Fn = std::remove_reference_t<F>;
  systemstack1([](void* p) { (*static_cast<Fn*>(p))(); },
               const_cast<void*>(static_cast<const void*>(&f)));
}

inline void systemstack(void (*fn)()) {
  systemstack1([](void* p) { (*static_cast<void (**)()>(p))(); }, &fn);
}

// goentry is what a new goroutine starts with, for gobuf.r12: it completes the
// switch for the sanitizers and calls g.start(g.startarg). Without them a
// goroutine starts with its function.
void goentry(void*);

// The return address of the function that uses it.
#define GORT_CALLERPC() reinterpret_cast<::gort::uintptr>(__builtin_return_address(0))

}  // namespace gort

#endif  // SCHED_STUBS_H_

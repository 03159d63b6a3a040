// waitgroup.cc: the slow half of sync.WaitGroup.
//
// One word holds both counts, so that an Add that comes to zero sees at once how many
// wait, and a Wait that sees a count other than zero announces itself in the same
// instant. From zero with waiters on, nobody may change the word but who brought it
// there: it sets it to 0 and releases the waiters one by one.
//
// Go: sync/waitgroup.go
//
// Differs from Go: bit 31, membership in a synctest bubble, comes with synctest. A
// panic of f in Go ends the program on the spot, so there is nothing to recover and to
// repeat in Go.
#include <gort/sync.h>
#include <gort/type.h>

#include "runtime/foreign_inl.h"
#include "runtime/panic.h"
#include "sched/sema.h"

namespace gort::sync {

namespace {

constexpr uint32 waiters(uint64 state) { return static_cast<uint32>(state & 0x7fffffff); }
constexpr int32 counter(uint64 state) { return static_cast<int32>(state >> 32); }

// panicstring panics with a string, as package sync does, and not with a run-time error.
template <uintptr N>
[[noreturn]] void panicstring(const char (&s)[N]) {
  string str{reinterpret_cast<const uint8*>(s), N - 1};
  auto* data = static_cast<string*>(newobject(typeOf<string>()));
  *data = str;
  gopanic(eface{typeOf<string>(), data});
}

}  // namespace

// Add has changed the counter by delta, and the result was state.
void WaitGroup::addSlow(intgo delta, uint64 state) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=, this] { addSlow(delta, state); });
  }
  int32 v = counter(state);
  uint32 w = waiters(state);
  if (v < 0) panicstring("sync: negative WaitGroup counter");
  if (w != 0 && delta > 0 && v == static_cast<int32>(delta)) {
    panicstring("sync: WaitGroup misuse: Add called concurrently with Wait");
  }
  if (v > 0 || w == 0) return;

  // Zero, with waiters. Nobody may change state now: an Add must not run beside a Wait,
  // and a Wait that sees zero returns. See whether they kept to it.
  if (state_.load(std::memory_order_relaxed) != state) {
    panicstring("sync: WaitGroup misuse: Add called concurrently with Wait");
  }
  // relaxed: the semaphore passes on what was done, to each waiter.
  state_.store(0, std::memory_order_relaxed);
  for (; w != 0; w--) sync_runtime_Semrelease(&sema_, semaNoHandoff, 0);
}

void WaitGroup::waitSlow(uint64 state) {
  if (foreign()) [[unlikely]] {
    return foreigncall([=, this] { waitSlow(state); });
  }
  for (;;) {
    if (counter(state) == 0) return;
    // Announce ourselves. acquire on failure: it may be zero now, and then that is the
    // load that sees it.
    if (state_.compare_exchange_strong(state, state + 1, std::memory_order_relaxed,
                                       std::memory_order_acquire)) {
      break;
    }
  }
  sync_runtime_SemacquireWaitGroup(&sema_);
  if (state_.load(std::memory_order_relaxed) != 0) {
    panicstring("sync: WaitGroup is reused before previous Wait has returned");
  }
}

}  // namespace gort::sync

// Package sync for compiled code, which knows sync's types as plain structs of the same layout.
//
// Out of line on purpose: <gort/sync.h> needs the C++ library, and a generated program that included it
// would compile three times as long. Declared in <gort/minigo.h>.
//
// Go: sync/mutex.go, sync/waitgroup.go, sync/once.go (no code of its own)
#include <gort/minigo.h>
#include <gort/sync.h>

namespace gort::compiled {

namespace {

template <class C>
C* receiver(void* p) {
  return static_cast<C*>(nn(p));
}

}  // namespace

void lock(void* m) { receiver<sync::Mutex>(m)->Lock(); }
bool trylock(void* m) { return receiver<sync::Mutex>(m)->TryLock(); }
void unlock(void* m) { receiver<sync::Mutex>(m)->Unlock(); }

void wgadd(void* wg, intgo delta) { receiver<sync::WaitGroup>(wg)->Add(delta); }
void wgdone(void* wg) { receiver<sync::WaitGroup>(wg)->Done(); }
void wgwait(void* wg) { receiver<sync::WaitGroup>(wg)->Wait(); }
void wggo(void* wg, func f) {
  receiver<sync::WaitGroup>(wg)->Go([f] { call<void()>(f); });
}

void once(void* o, func f) {
  receiver<sync::Once>(o)->Do([f] { call<void()>(f); });
}

}  // namespace gort::compiled

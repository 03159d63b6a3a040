// minigo_sync.h: package sync for what tools/minigo writes.
//
// Compiled code has its own plain structs for sync's types, which it may copy as Go does; they
// have the layout of the classes in <gort/sync.h>, whose methods do the work.
//
// Go: sync/mutex.go, sync/waitgroup.go, sync/once.go
#ifndef GORT_MINIGO_SYNC_H_
#define GORT_MINIGO_SYNC_H_

#include <gort/minigo.h>
#include <gort/sync.h>

namespace gort::compiled {

template <class C, class T>
inline C* receiver(T* p) {
  static_assert(sizeof(C) == sizeof(T) && alignof(C) == alignof(T));
  return reinterpret_cast<C*>(nn(p));
}

template <class T>
inline void lock(T* m) {
  receiver<sync::Mutex>(m)->Lock();
}
template <class T>
inline bool trylock(T* m) {
  return receiver<sync::Mutex>(m)->TryLock();
}
template <class T>
inline void unlock(T* m) {
  receiver<sync::Mutex>(m)->Unlock();
}

template <class T>
inline void add(T* wg, intgo delta) {
  receiver<sync::WaitGroup>(wg)->Add(delta);
}
template <class T>
inline void done(T* wg) {
  receiver<sync::WaitGroup>(wg)->Done();
}
template <class T>
inline void wait(T* wg) {
  receiver<sync::WaitGroup>(wg)->Wait();
}
template <class T>
inline void waitgo(T* wg, func f) {
  receiver<sync::WaitGroup>(wg)->Go([f] { call<void()>(f); });
}

template <class T>
inline void once(T* o, func f) {
  receiver<sync::Once>(o)->Do([f] { call<void()>(f); });
}

}  // namespace gort::compiled

#endif  // GORT_MINIGO_SYNC_H_

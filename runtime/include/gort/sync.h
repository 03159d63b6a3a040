// sync.h: Mutex, WaitGroup and Once for goroutines.
//
// A goroutine that waits here is parked and its thread goes on with another one,
// which is why std::mutex is not the right lock in a goroutine: it stops the thread.
// Threads that gort did not start can use these types too.
//
// All of them are ready for use when zero, and must not be copied. Their layout is
// that of Go's, so a sync.Mutex in a struct of compiled code is this one. What is
// inline here is the case that nobody waits: one instruction on one word.
//
// Go: package sync (mutex.go, waitgroup.go, once.go), internal/sync/mutex.go
#ifndef GORT_SYNC_H_
#define GORT_SYNC_H_

#include <gort/go.h>
#include <gort/types.h>

#include <atomic>
#include <concepts>
#include <type_traits>
#include <utility>

namespace gort::sync {

// A Mutex is a lock of mutual exclusion. Not recursive; whoever holds it may hand it
// to another goroutine to unlock. It is fair after a millisecond: mutex.cc.
//
// state, low bits first:
//   1      mutexLocked    somebody holds it
//   2      mutexWoken     a waiter is awake and trying; Unlock need not wake another
//   4      mutexStarving  the next owner is the longest waiter, who gets it handed
//   rest   number of waiters
//
// Meets Lockable, so std::lock_guard, std::unique_lock and std::scoped_lock work.
class Mutex {
 public:
  constexpr Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Lock waits until the mutex is free and takes it.
  void Lock() {
    int32 old = 0;
    // acquire: pairs with the release in Unlock.
    if (state_.compare_exchange_strong(old, mutexLocked, std::memory_order_acquire,
                                       std::memory_order_relaxed)) [[likely]] {
      return;
    }
    lockSlow();
  }

  // TryLock takes the mutex if it is free, and reports whether it did. That it failed
  // says nothing about the moment after.
  bool TryLock() {
    int32 old = state_.load(std::memory_order_relaxed);
    if ((old & (mutexLocked | mutexStarving)) != 0) return false;
    // There may be waiters, but we are running and they are not.
    return state_.compare_exchange_strong(old, old | mutexLocked, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  // Unlock frees the mutex. If nobody holds it the program ends with
  // "fatal error: sync: unlock of unlocked mutex".
  void Unlock() {
    int32 now = state_.fetch_sub(mutexLocked, std::memory_order_release) - mutexLocked;
    if (now != 0) [[unlikely]]
      unlockSlow(now);
  }

  void lock() { Lock(); }
  bool try_lock() { return TryLock(); }
  void unlock() { Unlock(); }

 private:
  static constexpr int32 mutexLocked = 1;
  static constexpr int32 mutexWoken = 2;
  static constexpr int32 mutexStarving = 4;
  static constexpr int mutexWaiterShift = 3;

  void lockSlow();
  void unlockSlow(int32 now);

  std::atomic<int32> state_{0};
  uint32 sema_ = 0;  // a semaphore of sched/sema.h
};

// A WaitGroup waits for a set of goroutines, or of other tasks, to end.
//
//   gort::sync::WaitGroup wg;
//   for (auto& x : work) wg.Go([&x] { handle(x); });
//   wg.Wait();
//
// state holds the count of tasks in its upper 32 bits, the number of goroutines in
// Wait in the lower 31.
class WaitGroup {
 public:
  constexpr WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  // Add adds delta, which may be negative, to the count; Done is Add(-1). At zero all
  // goroutines in Wait are released. Panics with "sync: negative WaitGroup counter".
  // An Add from zero must happen before the Wait that is to see it.
  void Add(intgo delta) {
    // release: what the task did is seen by who sees its Done. acquire: whoever comes to
    // zero passes on, to those it wakes, what all others did before.
    uint64 d = static_cast<uint64>(delta) << 32;
    uint64 state = state_.fetch_add(d, std::memory_order_acq_rel) + d;
    // The common case: the counter stays positive, or nobody waits.
    auto v = static_cast<int32>(state >> 32);
    auto w = static_cast<uint32>(state & 0x7fffffff);
    if (v >= 0 && w == 0) [[likely]]
      return;
    addSlow(delta, state);
  }
  void Done() { Add(-1); }

  // Wait waits until the count is zero.
  void Wait() {
    uint64 state = state_.load(std::memory_order_acquire);  // pairs with Add
    if (static_cast<int32>(state >> 32) != 0) waitSlow(state);
  }

  // Go counts a task and runs f() on a new goroutine. The task is done when f returns
  // or ends the goroutine with Goexit. A panic in f ends the program before Wait
  // returns.
  template <class F>
  void Go(F&& f) {
    Add(1);
    AtEnd unless{this};  // f cannot be copied, say, and there is no goroutine
    gort::go([this, f = std::forward<F>(f)]() mutable {
      AtEnd end{this};
      f();
    });
    unless.wg = nullptr;
  }

 private:
  struct AtEnd {
    WaitGroup* wg;
    ~AtEnd() {
      if (wg != nullptr) wg->Done();
    }
  };

  void addSlow(intgo delta, uint64 state);
  void waitSlow(uint64 state);

  std::atomic<uint64> state_{0};
  uint32 sema_ = 0;
};

// A Once runs one function once, whoever comes first.
class Once {
 public:
  constexpr Once() = default;
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  // Do calls f() if no Do of this Once has been called before; in any case it returns
  // when that call has returned. A Do inside f waits for itself for ever. If f panics
  // or calls Goexit, it counts as called.
  template <std::invocable F>
  void Do(F&& f) {
    if (done_.load(std::memory_order_acquire) == 0) [[unlikely]]
      doSlow(f);
  }

 private:
  template <class F>
  [[gnu::noinline]] void doSlow(F& f) {
    struct Unlocker {
      Mutex& m;
      explicit Unlocker(Mutex& mu) : m(mu) { m.Lock(); }
      ~Unlocker() { m.Unlock(); }
    } unlocker(m_);
    if (done_.load(std::memory_order_relaxed) != 0) return;  // under m_
    struct Setter {
      std::atomic<uint32>& done;
      // release: pairs with the load in Do. After f, so that who sees it sees f's work.
      ~Setter() { done.store(1, std::memory_order_release); }
    } setter{done_};
    f();
  }

  std::atomic<uint32> done_{0};
  Mutex m_;
};

static_assert(sizeof(Mutex) == 8 && alignof(Mutex) == 4 && std::is_standard_layout_v<Mutex>);
static_assert(sizeof(WaitGroup) == 16 && std::is_standard_layout_v<WaitGroup>);
static_assert(sizeof(Once) == 12 && std::is_standard_layout_v<Once>);

}  // namespace gort::sync

#endif  // GORT_SYNC_H_

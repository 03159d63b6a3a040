// atomic.h: words that several threads use at once.
//
// Thin over the compiler's builtins and not over std::atomic, for three
// reasons: no default memory order, so each use says what it needs; `add`
// returns the new value, as all of Go's runtime expects; and the same operations
// exist for plain words (futexes, fields of compiled code) that cannot change
// their type.
//
// Go: internal/runtime/atomic
//
// Differs from Go: one template for Int32, Uint32, Pointer[T], Bool ...; the
// order is an argument, where Go has sequential consistency and a few LoadAcq,
// StoreRel; And and Or return the old value, as Go's And32 and Or32. There is
// no write barrier in here: pointers to collected objects are stored with the
// barrier's own functions.
#ifndef GORT_ARCH_ATOMIC_H_
#define GORT_ARCH_ATOMIC_H_

#include <type_traits>

#include "arch/goarch.h"

namespace gort {

enum memorder : int {
  relaxed = __ATOMIC_RELAXED,
  acquire = __ATOMIC_ACQUIRE,
  release = __ATOMIC_RELEASE,
  acq_rel = __ATOMIC_ACQ_REL,
  seq_cst = __ATOMIC_SEQ_CST,
};

// The order of a compare-and-swap that fails: it only loads.
constexpr memorder casFailureOrder(memorder order) {
  return order == acq_rel ? acquire : order == release ? relaxed : order;
}

// Operations on plain words. *ptr must be naturally aligned and, while several
// threads use it, be used through these functions only.

template <class T>
[[gnu::always_inline]] inline T atomicload(const T* ptr, memorder order) {
  std::remove_const_t<T> v;
  __atomic_load(ptr, &v, order);
  return v;
}

template <class T>
[[gnu::always_inline]] inline void atomicstore(T* ptr, std::type_identity_t<T> v, memorder order) {
  __atomic_store(ptr, &v, order);
}

// Returns the value that was there.
template <class T>
[[gnu::always_inline]] inline T atomicexchange(T* ptr, std::type_identity_t<T> v, memorder order) {
  T old;
  __atomic_exchange(ptr, &v, &old, order);
  return old;
}

// Stores new_ if *ptr is old, and reports whether it did. Never fails otherwise.
template <class T>
[[gnu::always_inline]] inline bool atomiccas(T* ptr, std::type_identity_t<T> old,
                                             std::type_identity_t<T> new_, memorder order) {
  return __atomic_compare_exchange(ptr, &old, &new_, false, order, casFailureOrder(order));
}

// Returns the new value.
template <class T>
[[gnu::always_inline]] inline T atomicadd(T* ptr, std::type_identity_t<T> d, memorder order) {
  return __atomic_add_fetch(ptr, d, order);
}

// Return the value that was there.
template <class T>
[[gnu::always_inline]] inline T atomicand(T* ptr, std::type_identity_t<T> v, memorder order) {
  return __atomic_fetch_and(ptr, v, order);
}
template <class T>
[[gnu::always_inline]] inline T atomicor(T* ptr, std::type_identity_t<T> v, memorder order) {
  return __atomic_fetch_or(ptr, v, order);
}

// atomic<T> is a T that is only used atomically. Zero at the start. Any trivial
// type of 1, 2, 4 or 8 bytes; add is for integers, and_ and or_ for unsigned ones.
template <class T>
class atomic {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8);

 public:
  constexpr atomic() : v_() {}
  constexpr explicit atomic(T v) : v_(v) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  [[gnu::always_inline]] T load(memorder order) const { return atomicload(&v_, order); }
  [[gnu::always_inline]] void store(T v, memorder order) { atomicstore(&v_, v, order); }
  [[gnu::always_inline]] T exchange(T v, memorder order) { return atomicexchange(&v_, v, order); }
  [[gnu::always_inline]] bool cas(T old, T new_, memorder order) {
    return atomiccas(&v_, old, new_, order);
  }

  // Returns the new value; wraps around.
  [[gnu::always_inline]] T add(T d, memorder order) requires std::is_integral_v<T> {
    return atomicadd(&v_, d, order);
  }

  // Return the old value.
  [[gnu::always_inline]] T and_(T v, memorder order) requires std::is_unsigned_v<T> {
    return atomicand(&v_, v, order);
  }
  [[gnu::always_inline]] T or_(T v, memorder order) requires std::is_unsigned_v<T> {
    return atomicor(&v_, v, order);
  }

  // The word itself, for the kernel (futex) and for the functions above.
  T* ptr() { return &v_; }

 private:
  alignas(sizeof(T)) T v_;
};

}  // namespace gort

#endif  // GORT_ARCH_ATOMIC_H_

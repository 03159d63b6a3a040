// sys.h: bits of words, cache hints, and where we were called from.
//
// Go: internal/runtime/sys, math/bits
//
// Differs from Go: NotInHeap is a base class that forbids new; there is no
// compiler to check the rest. GetCallerPC and GetCallerSP are macros, because
// they speak of the function that uses them. GetClosurePtr has no twin: a func
// value's code receives the closure as its first argument.
#ifndef GORT_ARCH_SYS_H_
#define GORT_ARCH_SYS_H_

#include <bit>

#include "arch/goarch.h"

namespace gort {

namespace sys {

// Number of zero bits below the lowest one; the width of x if x is 0.
constexpr intgo TrailingZeros64(uint64 x) { return std::countr_zero(x); }
constexpr intgo TrailingZeros32(uint32 x) { return std::countr_zero(x); }
constexpr intgo TrailingZeros8(uint8 x) { return std::countr_zero(x); }

// Number of zero bits above the highest one; the width of x if x is 0.
constexpr intgo LeadingZeros64(uint64 x) { return std::countl_zero(x); }
constexpr intgo LeadingZeros8(uint8 x) { return std::countl_zero(x); }

// Number of bits that x needs; 0 if x is 0.
constexpr intgo Len64(uint64 x) { return std::bit_width(x); }
constexpr intgo Len32(uint32 x) { return std::bit_width(x); }
constexpr intgo Len8(uint8 x) { return std::bit_width(x); }

constexpr intgo OnesCount64(uint64 x) { return std::popcount(x); }

constexpr uint64 Bswap64(uint64 x) { return __builtin_bswap64(x); }
constexpr uint32 Bswap32(uint32 x) { return __builtin_bswap32(x); }

constexpr uint64 RotateLeft64(uint64 x, intgo k) { return std::rotl(x, static_cast<int>(k)); }
constexpr uint32 RotateLeft32(uint32 x, intgo k) { return std::rotl(x, static_cast<int>(k)); }

// Prefetch brings the line at addr into the caches; PrefetchStreamed for data
// that is used once. Any address is allowed.
inline void Prefetch(uintptr addr) {
  __builtin_prefetch(reinterpret_cast<const void*>(addr), 0, 3);
}
inline void PrefetchStreamed(uintptr addr) {
  __builtin_prefetch(reinterpret_cast<const void*>(addr), 0, 0);
}
inline void PrefetchWrite(uintptr addr) {
  __builtin_prefetch(reinterpret_cast<const void*>(addr), 1, 3);
}

// A type that derives from NotInHeap lives in memory that is not collected:
// pointers to it need no write barrier, and keep nothing alive.
struct NotInHeap {
  static void* operator new(size_t) = delete;
  static void* operator new[](size_t) = delete;
  static constexpr void* operator new(size_t, void* p) noexcept { return p; }
};

inline constexpr uintptr DefaultPhysPageSize = goarch::DefaultPhysPageSize;
inline constexpr uintptr PCQuantum = goarch::PCQuantum;
inline constexpr uintptr Int64Align = goarch::Int64Align;
inline constexpr uintptr MinFrameSize = goarch::MinFrameSize;
inline constexpr uintptr StackAlign = goarch::StackAlign;

// The function that uses GORT_GETCALLERPC was called from just before this
// address, and had this stack pointer once it returned. That function must not
// be inlined.
#define GORT_GETCALLERPC() (reinterpret_cast<::gort::uintptr>(__builtin_return_address(0)))
#define GORT_GETCALLERSP() \
  (reinterpret_cast<::gort::uintptr>(__builtin_frame_address(0)) + 2 * ::gort::goarch::PtrSize)

}  // namespace sys

}  // namespace gort

#endif  // GORT_ARCH_SYS_H_

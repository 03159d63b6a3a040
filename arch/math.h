// math.h: arithmetic that notices overflow.
//
// Go: internal/runtime/math
#ifndef GORT_ARCH_MATH_H_
#define GORT_ARCH_MATH_H_

#include <gort/types.h>

namespace gort {

namespace math {

inline constexpr uint16 MaxUint16 = ~uint16{0};
inline constexpr uint32 MaxUint32 = ~uint32{0};
inline constexpr uint64 MaxUint64 = ~uint64{0};
inline constexpr uintptr MaxUintptr = ~uintptr{0};
inline constexpr int64 MaxInt64 = static_cast<int64>(MaxUint64 >> 1);

// a*b, and whether it did not fit.
struct mulResult {
  uintptr v;
  bool overflow;
};
constexpr mulResult MulUintptr(uintptr a, uintptr b) {
  uintptr v = 0;
  bool overflow = __builtin_mul_overflow(a, b, &v);
  return {v, overflow};
}

// The full product.
struct mul64Result {
  uint64 hi, lo;
};
constexpr mul64Result Mul64(uint64 x, uint64 y) {
  __extension__ using uint128 = unsigned __int128;
  uint128 p = uint128{x} * y;
  return {static_cast<uint64>(p >> 64), static_cast<uint64>(p)};
}

// x+y+carry; carry is 0 or 1.
struct add64Result {
  uint64 sum, carryOut;
};
constexpr add64Result Add64(uint64 x, uint64 y, uint64 carry) {
  uint64 s = 0, sum = 0;
  bool c1 = __builtin_add_overflow(x, y, &s);
  bool c2 = __builtin_add_overflow(s, carry, &sum);
  return {sum, uint64{c1 || c2}};
}

}  // namespace math

}  // namespace gort

#endif  // GORT_ARCH_MATH_H_

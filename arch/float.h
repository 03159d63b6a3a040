// float.h: floating-point numbers as bits, and a little arithmetic that the
// runtime does without the C library.
//
// Go: runtime/float.go
#ifndef GORT_ARCH_FLOAT_H_
#define GORT_ARCH_FLOAT_H_

#include <bit>

#include <gort/types.h>

namespace gort {

inline constexpr uint32 float64Mask = 0x7FF;
inline constexpr uint32 float64Shift = 64 - 11 - 1;
inline constexpr int32 float64Bias = 1023;

constexpr uint64 float64bits(float64 f) { return std::bit_cast<uint64>(f); }
constexpr float64 float64frombits(uint64 b) { return std::bit_cast<float64>(b); }
constexpr uint32 float32bits(float32 f) { return std::bit_cast<uint32>(f); }
constexpr float32 float32frombits(uint32 b) { return std::bit_cast<float32>(b); }

inline constexpr float64 inf = float64frombits(0x7FF0000000000000);

constexpr bool isNaN(float64 f) { return f != f; }
constexpr bool isFinite(float64 f) {
  return (float64bits(f) >> float64Shift & float64Mask) != float64Mask;
}
constexpr bool isInf(float64 f) { return f == inf || f == -inf; }

// abs and copysign work on the sign bit, so on NaN and zero too.
inline constexpr uint64 float64Sign = uint64{1} << 63;
constexpr float64 abs(float64 x) { return float64frombits(float64bits(x) & ~float64Sign); }
constexpr float64 copysign(float64 x, float64 y) {
  return float64frombits((float64bits(x) & ~float64Sign) | (float64bits(y) & float64Sign));
}

// The integer and the fractional part of f, both with f's sign. ±Inf gives ±Inf
// and NaN.
struct modfResult {
  float64 int_;
  float64 frac;
};
constexpr modfResult modf(float64 f) {
  if (isInf(f)) return {f, float64frombits(0x7FF8000000000001)};
  const float64 mag = abs(f);
  if (isNaN(f) || f == 0) return {f, f};
  if (mag < 1) return {copysign(0, f), f};
  uint64 x = float64bits(f);
  const int32 e = static_cast<int32>(x >> float64Shift & float64Mask) - float64Bias;
  if (e < 52) x &= ~((uint64{1} << (52 - e)) - 1);
  const float64 i = float64frombits(x);
  return {i, copysign(f - i, f)};
}

// floor and ceil round to an integer, down and up. ±0, ±Inf and NaN stay.
constexpr float64 floor(float64 x) {
  if (x == 0 || isNaN(x) || isInf(x)) return x;
  if (x < 0) {
    auto [d, fract] = modf(-x);
    return fract != 0 ? -(d + 1) : -d;
  }
  return modf(x).int_;
}
constexpr float64 ceil(float64 x) { return -floor(-x); }

}  // namespace gort

#endif  // GORT_ARCH_FLOAT_H_

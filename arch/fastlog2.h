// fastlog2.h: a rough logarithm, for sampling.
//
// The exponent of the float is the integer part; the top 5 bits of the mantissa
// pick two entries of a table, the next 20 interpolate between them. Off by at
// most 0.0002.
//
// Go: runtime/fastlog2.go, runtime/fastlog2table.go
//
// Differs from Go: the table is computed by the compiler here, generated there.
#ifndef GORT_ARCH_FASTLOG2_H_
#define GORT_ARCH_FASTLOG2_H_

#include "arch/float.h"

namespace gort {

inline constexpr intgo fastlogNumBits = 5;

struct fastlog2Tab {
  float64 v[(1 << fastlogNumBits) + 1];
};

// log2(1 + i/32) for i = 0 .. 32, by the series of the inverse hyperbolic
// tangent: ln(x) = 2 artanh((x-1)/(x+1)).
consteval fastlog2Tab makeFastlog2Table() {
  constexpr long double ln2 = 0.693147180559945309417232121458176568L;
  fastlog2Tab t = {};
  for (intgo i = 0; i <= 1 << fastlogNumBits; i++) {
    const long double x = 1 + static_cast<long double>(i) / (1 << fastlogNumBits);
    const long double z = (x - 1) / (x + 1);
    long double sum = 0;
    long double power = z;
    for (int k = 1; k < 60; k += 2) {
      sum += power / k;
      power *= z * z;
    }
    t.v[i] = static_cast<float64>(2 * sum / ln2);
  }
  t.v[1 << fastlogNumBits] = 1;
  return t;
}

inline constexpr fastlog2Tab fastlog2Table = makeFastlog2Table();

// fastlog2 returns about log2(x), for x > 0 and normal.
constexpr float64 fastlog2(float64 x) {
  constexpr intgo fastlogScaleBits = 20;
  constexpr float64 fastlogScaleRatio = 1.0 / (1 << fastlogScaleBits);

  const uint64 xBits = float64bits(x);
  const int64 xExp = static_cast<int64>(xBits >> float64Shift & float64Mask) - float64Bias;
  const uint64 xManIndex = (xBits >> (52 - fastlogNumBits)) % (1 << fastlogNumBits);
  const uint64 xManScale =
      (xBits >> (52 - fastlogNumBits - fastlogScaleBits)) % (1 << fastlogScaleBits);
  const float64 low = fastlog2Table.v[xManIndex];
  const float64 high = fastlog2Table.v[xManIndex + 1];
  return static_cast<float64>(xExp) + low +
         (high - low) * static_cast<float64>(xManScale) * fastlogScaleRatio;
}

}  // namespace gort

#endif  // GORT_ARCH_FASTLOG2_H_

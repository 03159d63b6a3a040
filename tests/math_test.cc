// arch/math.h, arch/float.h and arch/fastlog2.h: arithmetic.
#include "arch/math.h"

#include <gtest/gtest.h>

#include <cmath>

#include "arch/fastlog2.h"
#include "arch/float.h"

namespace {

using namespace gort;

TEST(Math, MulUintptrReportsOverflow) {
  struct {
    uintptr a, b;
    bool overflow;
  } cases[] = {
      {0, ~uintptr{0}, false},
      {1, ~uintptr{0}, false},
      {2, ~uintptr{0}, true},
      {uintptr{1} << 32, uintptr{1} << 31, false},
      {uintptr{1} << 32, uintptr{1} << 32, true},
      {~uintptr{0} / 3, 3, false},
      {~uintptr{0} / 3 + 1, 3, true},
  };
  for (const auto& c : cases) {
    for (auto [v, overflow] : {math::MulUintptr(c.a, c.b), math::MulUintptr(c.b, c.a)}) {
      EXPECT_EQ(v, c.a * c.b);
      EXPECT_EQ(overflow, c.overflow) << c.a << " * " << c.b;
    }
  }
}

TEST(Math, Mul64HasBothHalves) {
  auto [hi, lo] = math::Mul64(~uint64{0}, ~uint64{0});
  EXPECT_EQ(hi, ~uint64{0} - 1);
  EXPECT_EQ(lo, 1u);
  EXPECT_EQ(math::Mul64(uint64{1} << 63, 2).hi, 1u);
}

TEST(Math, Add64Carries) {
  auto r = math::Add64(~uint64{0}, 0, 1);
  EXPECT_EQ(r.sum, 0u);
  EXPECT_EQ(r.carryOut, 1u);
  r = math::Add64(~uint64{0}, ~uint64{0}, 1);
  EXPECT_EQ(r.sum, ~uint64{0});
  EXPECT_EQ(r.carryOut, 1u);
  EXPECT_EQ(math::Add64(1, 2, 0).carryOut, 0u);
}

constexpr float64 samples[] = {0.0,   -0.0, 0.25, -0.25, 1.0,   -1.0,   1.5,
                               -1.5,  2.75, 1e10, 1e15,  1e300, -1e300, 4503599627370497.5,
                               5e-324};

TEST(Float, AgreesWithTheCLibrary) {
  for (float64 x : samples) {
    EXPECT_EQ(float64bits(gort::floor(x)), float64bits(std::floor(x))) << x;
    EXPECT_EQ(float64bits(gort::ceil(x)), float64bits(std::ceil(x))) << x;
    EXPECT_EQ(float64bits(gort::abs(x)), float64bits(std::fabs(x))) << x;
    float64 whole;
    const float64 frac = std::modf(x, &whole);
    EXPECT_EQ(float64bits(gort::modf(x).int_), float64bits(whole)) << x;
    EXPECT_EQ(float64bits(gort::modf(x).frac), float64bits(frac)) << x;
    for (float64 y : {1.0, -0.0}) {
      EXPECT_EQ(float64bits(gort::copysign(x, y)), float64bits(std::copysign(x, y)));
    }
  }
}

TEST(Float, KnowsInfinityAndNaN) {
  const float64 nan = std::nan("");
  EXPECT_EQ(gort::inf, HUGE_VAL);
  EXPECT_TRUE(isNaN(nan) && !isNaN(gort::inf) && !isNaN(1));
  EXPECT_TRUE(isInf(gort::inf) && isInf(-gort::inf) && !isInf(nan) && !isInf(1e308));
  EXPECT_TRUE(isFinite(1e308) && !isFinite(gort::inf) && !isFinite(nan));
  EXPECT_TRUE(isNaN(gort::floor(nan)));
  EXPECT_EQ(gort::floor(-gort::inf), -gort::inf);
  EXPECT_TRUE(isNaN(gort::modf(gort::inf).frac));
}

TEST(Fastlog2, TheTableIsExact) {
  for (int i = 0; i <= 32; i++) EXPECT_EQ(fastlog2Table.v[i], std::log2(1 + i / 32.0)) << i;
}

TEST(Fastlog2, IsCloseEnough) {
  float64 squares = 0;
  int n = 0;
  for (float64 x = 1; x < 1 << 20; x += x * 0.001, n++) {
    const float64 off = fastlog2(x) - std::log2(x);
    EXPECT_LT(std::fabs(off), 0.0002) << x;
    squares += off * off;
  }
  EXPECT_LT(std::sqrt(squares / n), 5e-5 * 3);
}

}  // namespace

// Tests of runtime/alg.h. What panics is in panic_test.cc.
#include "runtime/alg.h"

#include <gort/abi.h>
#include <gtest/gtest.h>

#include <limits>

#include "alloc/type.h"
#include "tests/main_on_goroutine.h"

namespace gort {
namespace {

TEST(MemEqual, ComparesTheBytesOfItsSize) {
  uint8 a[17], b[17];
  for (int i = 0; i < 17; i++) a[i] = b[i] = static_cast<uint8>(i);
  struct {
    bool (*equal)(const void*, const void*);
    int size;
  } all[] = {{memequal0, 0},  {memequal8, 1},  {memequal16, 2},
             {memequal32, 4}, {memequal64, 8}, {memequal128, 16}};
  for (auto& f : all) {
    EXPECT_TRUE(f.equal(a, b));
    b[f.size] ^= 1;  // behind
    EXPECT_TRUE(f.equal(a, b)) << f.size;
    b[f.size] ^= 1;
    for (int i = 0; i < f.size; i++) {
      b[i] ^= 1;
      EXPECT_FALSE(f.equal(a, b)) << f.size << " byte " << i;
      b[i] ^= 1;
    }
  }
}

TEST(FloatEqual, IsEqualityOfNumbers) {
  float64 zero = 0, minus = -0.0, nan = std::numeric_limits<float64>::quiet_NaN(), one = 1;
  EXPECT_TRUE(f64equal(&zero, &minus));
  EXPECT_FALSE(f64equal(&nan, &nan));
  EXPECT_FALSE(f64equal(&zero, &one));
  float32 zero32 = 0, minus32 = -0.0f, nan32 = std::numeric_limits<float32>::quiet_NaN();
  EXPECT_TRUE(f32equal(&zero32, &minus32));
  EXPECT_FALSE(f32equal(&nan32, &nan32));
}

TEST(ComplexEqual, NeedsBothParts) {
  float64 a[2] = {1, 2}, b[2] = {1, 3}, c[2] = {0, 2}, d[2] = {1, 2};
  EXPECT_TRUE(c128equal(a, d));
  EXPECT_FALSE(c128equal(a, b));
  EXPECT_FALSE(c128equal(a, c));
  float32 e[2] = {1, 2}, f[2] = {1, 3}, g[2] = {1, 2};
  EXPECT_TRUE(c64equal(e, g));
  EXPECT_FALSE(c64equal(e, f));
}

TEST(StringEqual, ComparesContents) {
  uint8 text[] = {'a', 'b'};
  string a = literal<"ab">, b = {text, 2}, c = literal<"abc">, empty = {nullptr, 0},
         empty2 = {text, 0};
  EXPECT_TRUE(strequal(&a, &b));
  EXPECT_FALSE(strequal(&a, &c));
  EXPECT_TRUE(strequal(&empty, &empty2));
}

TEST(EfaceEqual, ComparesTypesThenValues) {
  intgo five = 5, anotherFive = 5, six = 6;
  uintgo unsignedFive = 5;
  eface a = {&basicTypes[kindInt], &five}, b = {&basicTypes[kindInt], &anotherFive},
        c = {&basicTypes[kindInt], &six}, d = {&basicTypes[kindUint], &unsignedFive},
        nil = {nullptr, nullptr};
  EXPECT_TRUE(nilinterequal(&a, &b));
  EXPECT_FALSE(nilinterequal(&a, &c));
  EXPECT_FALSE(nilinterequal(&a, &d));
  EXPECT_FALSE(nilinterequal(&a, &nil));
  EXPECT_TRUE(nilinterequal(&nil, &nil));
}

TEST(EfaceEqual, ComparesDirectValuesByTheirWord) {
  const _type* p = &basicTypes[kindUnsafePointer];
  int x = 0, y = 0;  // not looked at
  EXPECT_TRUE(efaceeq(p, &x, &x));
  EXPECT_FALSE(efaceeq(p, &x, &y));
}

TEST(IfaceEqual, ComparesTablesThenValues) {
  const void* tab1[] = {&basicTypes[kindInt]};
  const void* tab2[] = {&basicTypes[kindInt]};
  intgo five = 5, anotherFive = 5;
  iface a = {tab1, &five}, b = {tab1, &anotherFive}, c = {tab2, &five}, nil = {nullptr, nullptr};
  EXPECT_TRUE(interequal(&a, &b));
  EXPECT_FALSE(interequal(&a, &c));
  EXPECT_FALSE(interequal(&a, &nil));
  EXPECT_TRUE(interequal(&nil, &nil));
}

TEST(TypesEqual, UsesTheDescriptor) {
  float64 nan = std::numeric_limits<float64>::quiet_NaN();
  EXPECT_FALSE(typesEqual(&basicTypes[kindFloat64], &nan, &nan));
  EXPECT_TRUE(typesEqual(&basicTypes[kindUint64], &nan, &nan));
}

}  // namespace
}  // namespace gort

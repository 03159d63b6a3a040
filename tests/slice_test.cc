// Tests of runtime/slice.h and of the slice functions of <gort/abi.h>. What panics is
// in panic_test.cc. Capacities are those that Go 1.27 gives.
#include "runtime/slice.h"

#include <gort/abi.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "alloc/malloc.h"
#include "alloc/type.h"
#include "tests/main_on_goroutine.h"

namespace gort {
namespace {

_type typeOfSize(uintptr size, uintptr ptrdata) {
  _type t = {};
  t.size = size;
  t.ptrdata = ptrdata;
  t.align = 1;
  t.kind = ptrdata == 0 ? kindStruct | kindNoPointers : kindStruct;
  return t;
}

// The capacities that a slice goes through which is appended to, one element at a
// time, from capacity `from` on.
std::vector<intgo> growth(const _type* t, intgo from, int steps) {
  std::vector<intgo> caps;
  intgo cap = from;
  for (int i = 0; i < steps; i++) {
    void* old = mallocgc(static_cast<uintptr>(cap) * t->size, nullptr, true);
    cap = growslice(old, cap + 1, cap, 1, t).cap;
    caps.push_back(cap);
  }
  return caps;
}

TEST(GrowSlice, GrowsAsGoDoes) {
  using v = std::vector<intgo>;
  EXPECT_EQ(growth(&basicTypes[kindUint8], 0, 4), (v{8, 16, 32, 64}));
  EXPECT_EQ(growth(&basicTypes[kindUint8], 64, 17),
            (v{128, 256, 512, 896, 1408, 2048, 3072, 4096, 5376, 6912, 9472, 12288, 16384, 21760,
               28672, 40960, 57344}));
  EXPECT_EQ(growth(&basicTypes[kindInt], 0, 4), (v{1, 2, 4, 8}));
  EXPECT_EQ(growth(&basicTypes[kindInt], 64, 14),
            (v{128, 256, 512, 848, 1280, 1792, 2560, 3408, 5120, 7168, 9216, 12288, 16384, 21504}));
  EXPECT_EQ(
      growth(&basicTypes[kindUnsafePointer], 32, 15),
      (v{64, 143, 287, 607, 1023, 1535, 2303, 3071, 4095, 6144, 8192, 11264, 14336, 18432, 23552}));
  EXPECT_EQ(growth(&basicTypes[kindString], 16, 10),
            (v{32, 71, 143, 303, 591, 1023, 1535, 2560, 3584, 5120}));
  _type three = typeOfSize(3, 0);
  EXPECT_EQ(growth(&three, 10, 10), (v{21, 42, 85, 170, 341, 682, 1066, 1621, 2261, 3157}));
  _type pointers = typeOfSize(24, 24);
  EXPECT_EQ(growth(&pointers, 1, 13),
            (v{2, 4, 8, 16, 37, 74, 170, 341, 682, 1135, 1706, 2389, 3413}));
}

TEST(GrowSlice, TakesWhatIsAskedForIfThatIsMoreThanDouble) {
  EXPECT_EQ(growslice(nullptr, 5, 0, 5, &basicTypes[kindUint8]).cap, 8);
  EXPECT_EQ(growslice(nullptr, 5, 0, 5, &basicTypes[kindInt]).cap, 6);
  intgo old[257] = {};
  EXPECT_EQ(growslice(old, 257, 255, 2, &basicTypes[kindInt]).cap, 512);
  EXPECT_EQ(growslice(old, 258, 257, 1, &basicTypes[kindInt]).cap, 608);
}

TEST(GrowSlice, KeepsTheOldElementsAndClearsTheRest) {
  uint8 old[5] = {1, 2, 3, 4, 5};
  slice s = growslice(old, 6, 5, 1, &basicTypes[kindUint8]);
  EXPECT_EQ(s.len, 6);
  EXPECT_EQ(s.cap, 16);
  auto* p = static_cast<uint8*>(s.array);
  EXPECT_EQ(std::memcmp(p, old, 5), 0);
  for (int i = 6; i < 16; i++) EXPECT_EQ(p[i], 0);  // p[5] is the caller's to write
}

TEST(GrowSlice, OfElementsWithoutSizeIsNotNil) {
  _type empty = typeOfSize(0, 0);
  slice s = growslice(nullptr, 3, 0, 3, &empty);
  EXPECT_EQ(s.array, &zerobase);
  EXPECT_EQ(s.len, 3);
  EXPECT_EQ(s.cap, 3);
}

TEST(NextSliceCap, DoublesSmallOnesAndTendsToAQuarterMore) {
  EXPECT_EQ(nextslicecap(9, 8), 16);
  EXPECT_EQ(nextslicecap(17, 8), 17);
  EXPECT_EQ(nextslicecap(256, 255), 510);
  EXPECT_EQ(nextslicecap(257, 256), 512);
  EXPECT_EQ(nextslicecap(10001, 10000), 12692);
  EXPECT_EQ(nextslicecap((intgo{1} << 62) + 1, intgo{1} << 62),
            (intgo{1} << 62) + (intgo{1} << 60) + 192);
}

TEST(NextSliceCap, FallsBackToTheWishWhenItOverflows) {
  EXPECT_EQ(nextslicecap(INT64_MAX, INT64_MAX - 1), INT64_MAX);
}

TEST(MakeSlice, IsClearAndNeverNil) {
  auto* p = static_cast<intgo*>(makeslice(&basicTypes[kindInt], 3, 10));
  for (int i = 0; i < 10; i++) EXPECT_EQ(p[i], 0);
  EXPECT_NE(makeslice(&basicTypes[kindInt], 0, 0), nullptr);
  _type empty = typeOfSize(0, 0);
  EXPECT_EQ(makeslice64(&empty, INT64_MAX, INT64_MAX), &zerobase);
}

TEST(MakeSliceCopy, CopiesAndClearsTheRest) {
  uint8 from[3] = {1, 2, 3};
  auto* p = static_cast<uint8*>(makeslicecopy(&basicTypes[kindUint8], 5, 3, from));
  EXPECT_EQ(std::memcmp(p, "\1\2\3\0\0", 5), 0);
  p = static_cast<uint8*>(makeslicecopy(&basicTypes[kindUint8], 2, 3, from));
  EXPECT_EQ(std::memcmp(p, "\1\2", 2), 0);
}

TEST(SliceCopy, CopiesTheShorterLengthAlsoWhenTheyOverlap) {
  uint32 a[5] = {1, 2, 3, 4, 5};
  EXPECT_EQ(slicecopy(a + 1, 4, a, 5, 4), 4);
  EXPECT_EQ(a[0], 1u);
  EXPECT_EQ(a[1], 1u);
  EXPECT_EQ(a[4], 4u);
  EXPECT_EQ(slicecopy(a, 0, a, 5, 4), 0);
  EXPECT_EQ(slicecopy(a, 5, nullptr, 0, 4), 0);
  EXPECT_EQ(slicecopy(nullptr, 5, nullptr, 7, 0), 5);
}

}  // namespace
}  // namespace gort

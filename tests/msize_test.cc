// Tests of alloc/msize.h and of the table it reads, alloc/sizeclasses.h.
#include "alloc/msize.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace gort {
namespace {

TEST(SizeClasses, AreWhatTheGeneratorMakes) {
  std::string generator = std::string(GORT_SOURCE_DIR) + "/tools/mksizeclasses.py --check";
  EXPECT_EQ(std::system(generator.c_str()), 0);
}

TEST(SizeClasses, RiseAndKeepWasteBelowAnEighthOfTheSpan) {
  for (uintptr c = 1; c < gc::NumSizeClasses; c++) {
    uintptr size = gc::SizeClassToSize[c];
    uintptr span = gc::SizeClassToNPages[c] * gc::PageSize;
    EXPECT_GT(size, gc::SizeClassToSize[c - 1]);
    EXPECT_LE(span % size, span / 8) << "class " << c;
  }
}

TEST(SizeClasses, TheReciprocalDividesEveryOffset) {
  for (uintptr c = 1; c < gc::NumSizeClasses; c++) {
    uint64 size = gc::SizeClassToSize[c];
    uint64 magic = gc::SizeClassToDivMagic[c];
    for (uint64 n = 0; n <= gc::SizeClassToNPages[c] * gc::PageSize; n++) {
      ASSERT_EQ(n * magic >> 32, n / size) << "class " << c << " offset " << n;
    }
  }
}

TEST(RoundupSize, IsTheSmallestClassThatFits) {
  for (uintptr size = 1; size <= gc::MaxSmallSize - gc::MallocHeaderSize; size++) {
    uintptr got = roundupsize(size, true);
    uintptr c = 1;
    while (gc::SizeClassToSize[c] < size) c++;
    ASSERT_EQ(got, gc::SizeClassToSize[c]) << size;
  }
}

TEST(RoundupSize, LeavesRoomForTheHeaderOfAnObjectWithPointers) {
  EXPECT_EQ(roundupsize(512, false), 512u);  // no header up to here
  EXPECT_EQ(roundupsize(513, false), 576u - 8);
  EXPECT_EQ(roundupsize(568, false), 576u - 8);
  EXPECT_EQ(roundupsize(569, false), 640u - 8);
  EXPECT_EQ(roundupsize(1024, false), 1152u - 8);
  EXPECT_EQ(roundupsize(1024, true), 1024u);
  for (uintptr size = 1; size <= gc::MaxSmallSize - gc::MallocHeaderSize; size++) {
    ASSERT_GE(roundupsize(size, false), size);
  }
}

TEST(RoundupSize, RoundsLargeObjectsToPages) {
  EXPECT_EQ(roundupsize(32760, true), 32768u);
  EXPECT_EQ(roundupsize(32761, true), 32768u);
  EXPECT_EQ(roundupsize(32768, true), 32768u);
  EXPECT_EQ(roundupsize(32769, true), 40960u);
  EXPECT_EQ(roundupsize(40961, false), 49152u);
}

TEST(RoundupSize, OfZeroIsZero) { EXPECT_EQ(roundupsize(0, true), 0u); }

TEST(RoundupSize, LeavesASizeAtTheEndOfTheAddressSpaceAlone) {
  EXPECT_EQ(roundupsize(~uintptr{0} - 5, true), ~uintptr{0} - 5);
}

}  // namespace
}  // namespace gort

// arch/tagptr.h
#include "arch/tagptr.h"

#include <gtest/gtest.h>

namespace {

using namespace gort;

void* at(uintptr a) { return reinterpret_cast<void*>(a); }

TEST(Tagptr, GivesBackPointerAndTag) {
  const uintptr addrs[] = {0,
                           tagAlign,
                           0x7ffffffff000 & ~(tagAlign - 1),
                           0xc000000000,
                           0x0000fffffffffe00,
                           0xffff800000000000,
                           0xfffffffffffffe00};
  const uintptr tags[] = {0, 1, 0xffff, tagMask};
  for (uintptr a : addrs) {
    for (uintptr tag : tags) {
      const taggedPointer t = taggedPointerPack(at(a), tag);
      EXPECT_EQ(t.pointer(), at(a));
      EXPECT_EQ(t.tag(), tag);
    }
  }
}

TEST(Tagptr, DifferentTagsMakeDifferentWords) {
  EXPECT_NE(taggedPointerPack(at(0x1000), 1).v, taggedPointerPack(at(0x1000), 2).v);
}

TEST(TagptrDeathTest, ThrowsOnWhatDoesNotFit) {
  EXPECT_DEATH(taggedPointerPack(at(0x1001), 0), "taggedPointerPack invalid packing: ptr=0x1001");
  EXPECT_DEATH(taggedPointerPack(at(uintptr{1} << 52), 0), "fatal error: taggedPointerPack");
  EXPECT_DEATH(taggedPointerPack(at(0x1000), tagMask + 1), "fatal error: taggedPointerPack");
}

}  // namespace

// arch/sys.h
#include "arch/sys.h"

#include <gtest/gtest.h>

#include <new>

namespace {

using namespace gort;

TEST(Sys, CountsZeros) {
  for (intgo i = 0; i <= 64; i++) {
    EXPECT_EQ(sys::TrailingZeros64(i == 64 ? 0 : uint64{5} << i), i);
    EXPECT_EQ(sys::LeadingZeros64(i == 64 ? 0 : ~uint64{0} >> i), i);
    EXPECT_EQ(sys::Len64(i == 0 ? 0 : ~uint64{0} >> (64 - i)), i);
  }
  EXPECT_EQ(sys::TrailingZeros32(0), 32);
  EXPECT_EQ(sys::TrailingZeros8(0), 8);
  EXPECT_EQ(sys::TrailingZeros8(0x40), 6);
  EXPECT_EQ(sys::LeadingZeros8(1), 7);
  EXPECT_EQ(sys::Len8(0xff), 8);
  EXPECT_EQ(sys::Len32(0), 0);
  EXPECT_EQ(sys::OnesCount64(0xf0f), 8);
}

TEST(Sys, SwapsAndRotates) {
  EXPECT_EQ(sys::Bswap64(0x1122334455667788), 0x8877665544332211u);
  EXPECT_EQ(sys::Bswap32(0x11223344), 0x44332211u);
  EXPECT_EQ(sys::RotateLeft32(0x80000001, 1), 3u);
  EXPECT_EQ(sys::RotateLeft64(1, -1), uint64{1} << 63);
}

TEST(Sys, PrefetchTakesAnyAddress) {
  sys::Prefetch(0);
  sys::PrefetchStreamed(~uintptr{0});
  sys::PrefetchWrite(1);
}

[[gnu::noinline]] uintptr callerpc() { return GORT_GETCALLERPC(); }
[[gnu::noinline]] uintptr callersp() { return GORT_GETCALLERSP(); }

TEST(Sys, CallerPcIsAfterTheCall) {
  const uintptr here = callerpc();
  uintptr now;
  __asm__ volatile("leaq (%%rip), %0" : "=r"(now));
  EXPECT_LT(here, now);
  EXPECT_GT(here, now - 256);
}

TEST(Sys, CallerSpIsOurStackPointer) {
  const uintptr theirs = callersp();
  uintptr ours;
  __asm__ volatile("movq %%rsp, %0" : "=r"(ours));
  EXPECT_EQ(theirs, ours);
}

struct offHeap : sys::NotInHeap {
  int x = 7;
};
template <class T>
concept Newable = requires {
  new T;
};

TEST(Sys, NotInHeapCanOnlyBePlaced) {
  static_assert(!Newable<offHeap>);
  static_assert(sizeof(offHeap) == sizeof(int));
  alignas(offHeap) unsigned char buf[sizeof(offHeap)];
  EXPECT_EQ((new (buf) offHeap)->x, 7);
}

}  // namespace

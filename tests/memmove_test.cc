// arch/memmove_amd64.S: every size, alignment and overlap, each variant; and words in one piece.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "arch/atomic.h"
#include "arch/cpu.h"
#include "arch/stubs.h"

namespace {

using namespace gort;

// The variants that this processor can run, as values of gort_memmoveBits.
std::vector<uint8> variants() {
  cpu::Initialize(nullptr);
  std::vector<uint8> v = {0, MEMMOVE_REPMOVS};
  if (cpu::X86.HasAVX) {
    v.push_back(MEMMOVE_AVX);
    v.push_back(MEMMOVE_AVX | MEMMOVE_REPMOVS);
  }
  return v;
}

class Memmove : public ::testing::TestWithParam<uint8> {
 protected:
  void SetUp() override {
    old = gort_memmoveBits;
    gort_memmoveBits = GetParam();
  }
  void TearDown() override { gort_memmoveBits = old; }

  // Copies n bytes from offset `from` to offset `to` of one buffer, and looks at all of it.
  void check(uintptr from, uintptr to, uintptr n) {
    const uintptr size = (from > to ? from : to) + n + 64;
    buf.resize(size);
    want.resize(size);
    for (uintptr i = 0; i < size; i++) buf[i] = want[i] = static_cast<uint8>(i * 7 + i / 256);
    std::memmove(&want[to], &want[from], n);
    gort::memmove(&buf[to], &buf[from], n);
    ASSERT_EQ(std::memcmp(buf.data(), want.data(), size), 0)
        << n << " bytes from " << from << " to " << to;
  }
  void checkClear(uintptr at, uintptr n) {
    buf.assign(at + n + 64, 0xff);
    gort::memclrNoHeapPointers(&buf[at], n);
    for (uintptr i = 0; i < buf.size(); i++) {
      ASSERT_EQ(buf[i], at <= i && i < at + n ? 0 : 0xff) << n << " bytes at " << at;
    }
  }

  uint8 old = 0;
  std::vector<uint8> buf, want;
};

TEST_P(Memmove, EverySmallSizeApart) {
  for (uintptr n = 0; n <= 600; n++) check(64, 1000 + n % 33, n);
}

TEST_P(Memmove, EverySmallSizeOverlapping) {
  for (uintptr n = 0; n <= 600; n++) {
    for (uintptr d : {1, 3, 7, 8, 15, 16, 17, 31, 32, 63, 64, 65, 127, 255}) {
      check(300, 300 + d, n);
      check(300 + d, 300, n);
    }
    check(300, 300, n);
  }
}

TEST_P(Memmove, LargeSizesAtEveryAlignment) {
  for (uintptr n : {1000, 2047, 2048, 2049, 4096, 5001, 8192}) {
    for (uintptr a = 0; a < 33; a++) {
      check(64, 10000 + a, n);
      check(10000 + a, 64 + a / 2, n);
    }
  }
}

TEST_P(Memmove, LargeSizesOverlapping) {
  for (uintptr n : {1000, 2048, 2056, 4099, 10000}) {
    for (uintptr d : {1, 8, 16, 24, 63, 64, 65, 72, 128, 500, 999}) {
      for (uintptr a : {0, 1, 8, 16}) {
        check(64 + a, 64 + a + d, n);
        check(64 + a + d, 64 + a, n);
      }
    }
  }
}

TEST_P(Memmove, ClearsEverySizeAndNoMore) {
  for (uintptr n = 0; n <= 600; n++) {
    for (uintptr a : {0, 1, 8, 15, 16, 31}) checkClear(a, n);
  }
  for (uintptr n : {2047, 2048, 2056, 5001, 10000}) {
    for (uintptr a = 0; a < 33; a++) checkClear(a, n);
  }
}

// While words are copied over and over from two sources, each word that a second thread sees is
// one of theirs and never a mixture.
TEST_P(Memmove, AlignedWordsAreCopiedInOnePiece) {
  constexpr uintptr most = 520;
  constexpr uint64 A = 0x1111111111111111, B = 0x2222222222222222;
  for (uintptr words : {1, 2, 3, 5, 8, 13, 31, 32, 33, 130, 519}) {
    // An odd word, so that a vector is not aligned if a word is.
    alignas(64) static uint64 a[most], b[most], to[most];
    for (uintptr i = 0; i < most; i++) {
      a[i] = A;
      b[i] = B;
      to[i] = A;
    }
    atomic<bool> stop;
    uint64 mixed = 0;
    std::thread reader([&] {
      for (uintptr i = 0; !stop.load(relaxed); i = (i + 1) % words) {
        const uint64 v = atomicload(&to[1 + i], relaxed);
        if (v != A && v != B && v != 0) mixed = v;
      }
    });
    for (int i = 0; i < 3000; i++) {
      gort::memmove(&to[1], &a[1], words * 8);
      gort::memmove(&to[1], &b[i % 2], words * 8);
      if (i % 3 == 0) gort::memclrNoHeapPointers(&to[1], words * 8);
    }
    stop.store(true, relaxed);
    reader.join();
    EXPECT_EQ(mixed, 0u) << words << " words";
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, Memmove, ::testing::ValuesIn(variants()), [](const auto& info) {
  return std::string(info.param & MEMMOVE_AVX ? "Avx" : "Sse") +
         (info.param & MEMMOVE_REPMOVS ? "Rep" : "");
});

TEST(Stubs, MemequalComparesBytes) {
  EXPECT_TRUE(memequal("abc", "abd", 2));
  EXPECT_FALSE(memequal("abc", "abd", 3));
  EXPECT_TRUE(memequal(nullptr, nullptr, 0));
}

TEST(Stubs, Alignment) {
  static_assert(alignUp(0, 8) == 0 && alignUp(1, 8) == 8 && alignUp(8, 8) == 8);
  static_assert(alignDown(7, 8) == 0 && alignDown(8, 8) == 8 && alignDown(15, 8) == 8);
  static_assert(divRoundUp(0, 3) == 0 && divRoundUp(1, 3) == 1 && divRoundUp(6, 3) == 2);
  int x[2];
  EXPECT_EQ(add(&x[0], sizeof(int)), &x[1]);
  EXPECT_EQ(add(&x[1], static_cast<uintptr>(-int64{sizeof(int)})), &x[0]);
  procyield(0);
  procyield(10);
  EXPECT_EQ(bool2int(true) + bool2int(false), 1);
}

}  // namespace

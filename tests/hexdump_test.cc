// arch/hexdump.h: layout of the dump, as Go prints it.
#include "arch/hexdump.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "arch/print.h"

namespace {

using namespace gort;

struct options {
  uintptr addr = 0;
  uint8 wordBytes = 1;
  hexdumpMark mark = nullptr;
  uintptr piece = 32;  // bytes per write
};

std::string dump(const options& o) {
  uint8 data[32];
  for (uintptr i = 0; i < sizeof data; i++) data[i] = static_cast<uint8>(0x10 + i);
  ::testing::internal::CaptureStderr();
  hexdumper h;
  h.addr = o.addr;
  h.addrBytes = 4;
  h.wordBytes = o.wordBytes;
  h.mark = o.mark;
  for (uintptr i = 0; i < sizeof data; i += o.piece) h.write(data + i, o.piece);
  h.close();
  return "\n" + ::testing::internal::GetCapturedStderr();
}

TEST(Hexdump, Bytes) {
  EXPECT_EQ(dump({}), R"(
           0 1 2 3  4 5 6 7   8 9 a b  c d e f  0123456789abcdef
00000000: 10111213 14151617  18191a1b 1c1d1e1f  ................
00000010: 20212223 24252627  28292a2b 2c2d2e2f   !"#$%&'()*+,-./
)");
}

TEST(Hexdump, WordsReadFromTheMostSignificantByte) {
  EXPECT_EQ(dump({.wordBytes = 4}), R"(
           3 2 1 0  7 6 5 4   b a 9 8  f e d c  0123456789abcdef
00000000: 13121110 17161514  1b1a1918 1f1e1d1c  ................
00000010: 23222120 27262524  2b2a2928 2f2e2d2c   !"#$%&'()*+,-./
)");
  EXPECT_EQ(dump({.wordBytes = 8}), R"(
           7 6 5 4  3 2 1 0   f e d c  b a 9 8  0123456789abcdef
00000000: 17161514 13121110  1f1e1d1c 1b1a1918  ................
00000010: 27262524 23222120  2f2e2d2c 2b2a2928   !"#$%&'()*+,-./
)");
}

TEST(Hexdump, AnOddStartIsIndentedToItsPlace) {
  EXPECT_EQ(dump({.addr = 1}), R"(
           0 1 2 3  4 5 6 7   8 9 a b  c d e f  0123456789abcdef
00000000:   101112 13141516  1718191a 1b1c1d1e   ...............
00000010: 1f202122 23242526  2728292a 2b2c2d2e  . !"#$%&'()*+,-.
00000020: 2f                                    /
)");
  EXPECT_EQ(dump({.addr = 1, .wordBytes = 4}), R"(
           3 2 1 0  7 6 5 4   b a 9 8  f e d c  0123456789abcdef
00000000: 121110   16151413  1a191817 1e1d1c1b   ...............
00000010: 2221201f 26252423  2a292827 2e2d2c2b  . !"#$%&'()*+,-.
00000020:       2f                              /
)");
}

TEST(Hexdump, PiecesAreJoinedToLines) {
  for (uintptr piece : {1, 2, 4, 8, 16}) {
    EXPECT_EQ(dump({.addr = 1, .piece = piece}), dump({.addr = 1}));
  }
}

void markEvery7(void*, uintptr addr, hexdumpMarker m) {
  if (addr % 7 == 0) {
    m.start();
    println("mark");
  }
}

TEST(Hexdump, MarksPointAtTheirWord) {
  EXPECT_EQ(dump({.mark = markEvery7}), R"(
           0 1 2 3  4 5 6 7   8 9 a b  c d e f  0123456789abcdef
00000000: 10111213 14151617  18191a1b 1c1d1e1f  ................
          ^ mark
                         ^ mark
                                          ^ mark
00000010: 20212223 24252627  28292a2b 2c2d2e2f   !"#$%&'()*+,-./
                     ^ mark
                                      ^ mark
)");
  EXPECT_EQ(dump({.wordBytes = 4, .mark = markEvery7}), R"(
           3 2 1 0  7 6 5 4   b a 9 8  f e d c  0123456789abcdef
00000000: 13121110 17161514  1b1a1918 1f1e1d1c  ................
          ^ mark
00000010: 23222120 27262524  2b2a2928 2f2e2d2c   !"#$%&'()*+,-./
                                      ^ mark
)");
}

TEST(Hexdump, WordsOfMemoryWithAFullAddress) {
  alignas(16) uint64 words[2] = {0x4142434445464748, 0xff};
  char want[256];
  std::snprintf(want, sizeof want,
                "                   7 6 5 4  3 2 1 0   f e d c  b a 9 8  0123456789abcdef\n"
                "%016lx: 41424344 45464748  00000000 000000ff  HGFEDCBA........\n",
                reinterpret_cast<unsigned long>(words));
  ::testing::internal::CaptureStderr();
  hexdumpWords(reinterpret_cast<uintptr>(words), sizeof words, nullptr, nullptr);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), want);
}

TEST(HexdumpDeathTest, RefusesImpossibleSizes) {
  const uint8 byte = 0;
  for (uint8 wordBytes : {3, 16}) {
    hexdumper h;
    h.wordBytes = wordBytes;
    EXPECT_DEATH(h.write(&byte, 1), "fatal error: invalid wordBytes");
  }
  hexdumper h;
  h.addrBytes = 9;
  EXPECT_DEATH(h.write(&byte, 1), "fatal error: invalid addrBytes");
}

}  // namespace

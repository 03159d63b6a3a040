// arch/utf8.h: decoding accepts exactly UTF-8.
#include "arch/utf8.h"

#include <gtest/gtest.h>

#include <string_view>

namespace {

using namespace gort;

gort::string str(std::string_view s) {
  return {reinterpret_cast<const uint8*>(s.data()), static_cast<intgo>(s.size())};
}

TEST(Utf8, EveryCharacterSurvivesEncodingAndDecoding) {
  for (rune r = 0; r <= maxRune; r++) {
    if (surrogateMin <= r && r <= surrogateMax) continue;
    uint8 buf[4];
    const intgo n = encoderune(buf, r);
    ASSERT_EQ(n, r < 0x80 ? 1 : r < 0x800 ? 2 : r < 0x10000 ? 3 : 4);
    if (r < runeSelf) {
      ASSERT_EQ(buf[0], r);
      continue;
    }
    const runeAt got = decoderune({buf, n}, 0);
    ASSERT_EQ(got.r, r);
    ASSERT_EQ(got.pos, static_cast<uintgo>(n));
  }
}

TEST(Utf8, WhatIsNoCharacterIsEncodedAsRuneError) {
  for (rune r : {-1, 0xD800, 0xDFFF, 0x110000, 0x7fffffff}) {
    uint8 buf[4];
    ASSERT_EQ(encoderune(buf, r), 3);
    EXPECT_EQ(buf[0], 0xEF);
    EXPECT_EQ(buf[1], 0xBF);
    EXPECT_EQ(buf[2], 0xBD);
  }
}

TEST(Utf8, BadBytesGiveRuneErrorAndOneStep) {
  for (std::string_view s : {
           "\x80",              // a continuation alone
           "\xbf\x80",          //
           "\xc3",              // cut short
           "\xe2\x82",          //
           "\xf0\x9f\x98",      //
           "\xc3\x28",          // no continuation
           "\xe2\x28\xa1",      //
           "\xe2\x82\x28",      //
           "\xf0\x9f\x28\x80",  //
           "\xc0\xaf",          // overlong
           "\xe0\x80\xaf",      //
           "\xf0\x80\x80\xaf",  //
           "\xed\xa0\x80",      // a surrogate
           "\xf4\x90\x80\x80",  // beyond the last character
           "\xf8\x88\x80\x80",  // no such length
           "\xff",
       }) {
    const runeAt got = decoderune(str(s), 0);
    EXPECT_EQ(got.r, runeError) << s;
    EXPECT_EQ(got.pos, 1u) << s;
  }
}

TEST(Utf8, DecodesInTheMiddleAndStopsAtTheEnd) {
  const runeAt got = decoderune(str("a€b"), 1);
  EXPECT_EQ(got.r, 0x20AC);
  EXPECT_EQ(got.pos, 4u);
  EXPECT_EQ(decoderune(str("a"), 1).r, runeError);
  EXPECT_EQ(decoderune(str("a"), 5).pos, 6u);
}

TEST(Utf8, CountsRunes) {
  EXPECT_EQ(countrunes(str("")), 0);
  EXPECT_EQ(countrunes(str("aé€😀")), 4);
  EXPECT_EQ(countrunes(str("\xff\xc3")), 2);
}

}  // namespace

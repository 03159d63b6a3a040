// Tests of runtime/string.h and of the string functions of <gort/abi.h>.
#include "runtime/string.h"

#include <gort/abi.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "alloc/type.h"
#include "tests/main_on_goroutine.h"

namespace gort {
namespace {

std::string str(string s) { return {reinterpret_cast<const char*>(s.ptr), size_t(s.len)}; }
string go(const std::string& s) {
  return {reinterpret_cast<const uint8*>(s.data()), static_cast<intgo>(s.size())};
}

TEST(Concat, JoinsInOrder) {
  EXPECT_EQ(str(concat({literal<"a">, literal<"">, literal<"bc">, literal<"d">})), "abcd");
}

TEST(Concat, OfNothingIsEmpty) {
  EXPECT_EQ(concat({}).len, 0);
  EXPECT_EQ(concat({literal<"">, {nullptr, 0}}).len, 0);
}

TEST(Concat, ReturnsTheOnlyOperandItself) {
  EXPECT_EQ(concat({literal<"">, literal<"abc">, {nullptr, 0}}).ptr, literal<"abc">.ptr);
}

TEST(SliceByteToString, Copies) {
  uint8 b[] = {'x', 'y', 'z'};
  string s = slicebytetostring(b, 3);
  b[0] = '!';
  EXPECT_EQ(str(s), "xyz");
  EXPECT_EQ(slicebytetostring(nullptr, 0).len, 0);
}

TEST(SliceByteToString, HasEveryOneByteStringReady) {
  for (int i = 0; i < 256; i++) {
    auto b = static_cast<uint8>(i);
    string s = slicebytetostring(&b, 1);
    EXPECT_EQ(s.len, 1);
    EXPECT_EQ(*s.ptr, b);
    EXPECT_EQ(s.ptr, slicebytetostring(&b, 1).ptr);
  }
}

TEST(StringToSliceByte, CopiesAndClearsTheRoomBehind) {
  std::string text(33, 'a');
  slice b = stringtoslicebyte(go(text));
  EXPECT_EQ(b.len, 33);
  EXPECT_EQ(b.cap, 48);  // the size class
  auto* p = static_cast<uint8*>(b.array);
  for (int i = 0; i < 48; i++) EXPECT_EQ(p[i], i < 33 ? 'a' : 0);
}

TEST(StringToSliceByte, OfTheEmptyStringIsNotNil) {
  slice b = stringtoslicebyte({nullptr, 0});
  EXPECT_EQ(b.len, 0);
  EXPECT_NE(b.array, nullptr);
}

TEST(StringToSliceRune, DecodesUTF8) {
  slice r = stringtoslicerune(go("aé世\xf0\x9f\x98\x80\xff"));
  std::vector<rune> got(static_cast<rune*>(r.array), static_cast<rune*>(r.array) + r.len);
  EXPECT_EQ(got, (std::vector<rune>{'a', 0xe9, 0x4e16, 0x1f600, 0xfffd}));
}

TEST(StringToSliceRune, HasTheCapacityOfItsSizeClass) {
  EXPECT_EQ(stringtoslicerune(go(std::string(33, 'x'))).cap, 36);
  EXPECT_EQ(stringtoslicerune(go(std::string(100, 'x'))).cap, 104);
  EXPECT_EQ(stringtoslicerune(go(std::string(1000, 'x'))).cap, 1024);
}

TEST(SliceRuneToString, EncodesAndReplacesWhatIsNoRune) {
  rune r[] = {'a', 0xe9, 0x4e16, 0x1f600, 0xd800, -1, 0x110000};
  EXPECT_EQ(str(slicerunetostring(r, 7)), "aé世\xf0\x9f\x98\x80\ufffd\ufffd\ufffd");
  EXPECT_EQ(slicerunetostring(nullptr, 0).len, 0);
}

TEST(IntString, IsTheStringOfOneRune) {
  EXPECT_EQ(str(intstring('x')), "x");
  EXPECT_EQ(str(intstring(0x4e16)), "世");
  EXPECT_EQ(str(intstring(0xd800)), "\ufffd");
  EXPECT_EQ(str(intstring(-1)), "\ufffd");
  EXPECT_EQ(str(intstring(int64{1} << 32 | 'x')), "\ufffd");  // no rune, though its low half is one
}

TEST(DecodeRune, ReturnsTheRuneAndTheIndexBehind) {
  string s = literal<"aé\xff世">;
  auto [r0, n0] = decoderune(s, 0);
  EXPECT_EQ(r0, 'a');
  EXPECT_EQ(n0, 1);
  auto [r1, n1] = decoderune(s, 1);
  EXPECT_EQ(r1, 0xe9);
  EXPECT_EQ(n1, 3);
  auto [r2, n2] = decoderune(s, 3);
  EXPECT_EQ(r2, 0xfffd);
  EXPECT_EQ(n2, 4);
  auto [r3, n3] = decoderune(s, 4);
  EXPECT_EQ(r3, 0x4e16);
  EXPECT_EQ(n3, 7);
}

TEST(CmpString, OrdersByBytesThenLength) {
  EXPECT_EQ(cmpstring(go("a"), go("b")), -1);
  EXPECT_EQ(cmpstring(go("b"), go("a")), 1);
  EXPECT_EQ(cmpstring(go("a"), go("a")), 0);
  EXPECT_EQ(cmpstring(go("a"), go("aa")), -1);
  EXPECT_EQ(cmpstring(go("aa"), go("a")), 1);
  EXPECT_EQ(cmpstring({nullptr, 0}, go("a")), -1);
  EXPECT_EQ(cmpstring({nullptr, 0}, {nullptr, 0}), 0);
  EXPECT_EQ(cmpstring(go("\x7f"), go("\x80")), -1);  // unsigned
}

TEST(EqString, ComparesContents) {
  EXPECT_TRUE(eqstring(go("abc"), literal<"abc">));
  EXPECT_FALSE(eqstring(go("abc"), literal<"abd">));
  EXPECT_FALSE(eqstring(go("abc"), literal<"abcd">));
  EXPECT_TRUE(eqstring({nullptr, 0}, literal<"">));
}

TEST(GoString, CopiesCStrings) {
  char text[] = "abc";
  string s = gostring(text), same = gostringnocopy(text);
  text[0] = 'X';
  EXPECT_EQ(str(s), "abc");
  EXPECT_EQ(str(same), "Xbc");
  EXPECT_EQ(str(gostringn(text, 2)), "Xb");
  EXPECT_EQ(gostring(nullptr).len, 0);
  EXPECT_EQ(gostringnocopy(nullptr).len, 0);
}

TEST(GoBytes, Copies) {
  char text[] = "abc";
  slice b = gobytes(text, 3);
  text[0] = 'X';
  EXPECT_EQ(b.len, 3);
  EXPECT_EQ(b.cap, 3);
  EXPECT_EQ(*static_cast<char*>(b.array), 'a');
  EXPECT_NE(gobytes(text, 0).array, nullptr);
}

TEST(Atoi, TakesWhatGoDoes) {
  struct {
    const char* text;
    bool ok;
    intgo n;
  } all[] = {
      {"0", true, 0},
      {"42", true, 42},
      {"+42", true, 42},
      {"-42", true, -42},
      {"007", true, 7},
      {"9223372036854775807", true, INT64_MAX},
      {"-9223372036854775808", true, INT64_MIN},
      {"9223372036854775808", false, 0},
      {"-9223372036854775809", false, 0},
      {"", false, 0},
      {"-", false, 0},
      {"+", false, 0},
      {"4x", false, 0},
      {" 4", false, 0},
      {"4 ", false, 0},
      {"0x4", false, 0},
      {"1_000", false, 0},
      {"--4", false, 0},
  };
  for (auto& c : all) {
    intgo n = -99;
    EXPECT_EQ(atoi(gostringnocopy(c.text), &n), c.ok) << c.text;
    EXPECT_EQ(n, c.ok ? c.n : -99) << c.text;
  }
}

TEST(Atoi32, RefusesWhatDoesNotFit) {
  int32 n = -99;
  EXPECT_TRUE(atoi32(go("2147483647"), &n));
  EXPECT_EQ(n, INT32_MAX);
  EXPECT_TRUE(atoi32(go("-2147483648"), &n));
  EXPECT_EQ(n, INT32_MIN);
  EXPECT_FALSE(atoi32(go("2147483648"), &n));
  EXPECT_EQ(n, INT32_MIN);
}

}  // namespace
}  // namespace gort

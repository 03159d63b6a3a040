// Tests of tools/minigo/constant.h: exact arithmetic, rounding to float types, and the forms in which
// messages show values.
#include "tools/minigo/constant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace gort::minigo {
namespace {

using K = Value::Kind;

Value lit(const char* s) {
  LitKind k = LitKind::Int;
  std::string t = s;
  bool hex = t.size() > 1 && (t[1] == 'x' || t[1] == 'X');
  if (t[0] == '"' || t[0] == '`') {
    k = LitKind::String;
  } else if (t[0] == '\'') {
    k = LitKind::Rune;
  } else if (t.back() == 'i') {
    k = LitKind::Imag;
  } else if (t.find_first_of(hex ? ".pP" : ".eE") != std::string::npos) {
    k = LitKind::Float;
  }
  return makeFromLiteral(s, k);
}

std::string op(const char* x, Operator o, const char* y, bool intDiv = false) {
  return exactString(binaryOp(lit(x), o, lit(y), intDiv));
}

TEST(Literal, Integers) {
  EXPECT_EQ(exactString(lit("1_000_000")), "1000000");
  EXPECT_EQ(exactString(lit("0x_ff")), "255");
  EXPECT_EQ(exactString(lit("0b1010")), "10");
  EXPECT_EQ(exactString(lit("0o17")), "15");
  EXPECT_EQ(exactString(lit("017")), "15");
  EXPECT_EQ(exactString(lit("0")), "0");
  EXPECT_EQ(exactString(lit("123456789012345678901234567890")), "123456789012345678901234567890");
}

TEST(Literal, Floats) {
  EXPECT_EQ(exactString(lit("0.1")), "1/10");
  EXPECT_EQ(exactString(lit("1e3")), "1000");
  EXPECT_EQ(exactString(lit("1.5e-2")), "3/200");
  EXPECT_EQ(exactString(lit("0x1p-2")), "1/4");
  EXPECT_EQ(exactString(lit("0x1.8p1")), "3");
  EXPECT_EQ(lit("1e3").kind(), K::Float);
}

TEST(Literal, HugeExponentsCostNothing) {
  EXPECT_EQ(valueString(lit("1e1000000")), "1e+1000000");
  EXPECT_EQ(valueString(lit("1e-1000000")), "1e-1000000");
  EXPECT_EQ(lit("1e10000000000").kind(), K::Unknown);
  EXPECT_EQ(sign(lit("1e-99999999999")), 0);
  EXPECT_EQ(exactString(lit("0e999999999999")), "0");
}

TEST(Literal, RunesAndStrings) {
  EXPECT_EQ(exactString(lit("'a'")), "97");
  EXPECT_EQ(exactString(lit("'\\''")), "39");
  EXPECT_EQ(exactString(lit("'\\u00e4'")), "228");
  EXPECT_EQ(exactString(lit("'\\xff'")), "255");
  EXPECT_EQ(stringVal(lit(R"("a\n\x41\101\u00e4")")), "a\nAA\u00e4");
  EXPECT_EQ(stringVal(lit("`a\\n\r\nb`")), "a\\n\nb");
}

TEST(Arithmetic, OnIntegersIsExact) {
  EXPECT_EQ(op("9223372036854775807", Operator::Add, "1"), "9223372036854775808");
  EXPECT_EQ(op("0xffffffffffffffff", Operator::Mul, "0xffffffffffffffff"),
            "340282366920938463426481119284349108225");
  EXPECT_EQ(op("7", Operator::Div, "2", true), "3");
  EXPECT_EQ(
      exactString(binaryOp(unaryOp(Operator::Sub, lit("7"), 0), Operator::Div, lit("2"), true)),
      "-3");
  EXPECT_EQ(
      exactString(binaryOp(unaryOp(Operator::Sub, lit("7"), 0), Operator::Rem, lit("2"), true)),
      "-1");
  EXPECT_EQ(op("6", Operator::AndNot, "3"), "4");
  EXPECT_EQ(exactString(shift(lit("1"), Operator::Shl, 100)), "1267650600228229401496703205376");
  EXPECT_EQ(exactString(shift(makeInt64(-5), Operator::Shr, 1)), "-3");
}

TEST(Arithmetic, ComplementOfUnsignedHasItsSize) {
  EXPECT_EQ(exactString(unaryOp(Operator::Xor, lit("1"), 0)), "-2");
  EXPECT_EQ(exactString(unaryOp(Operator::Xor, lit("1"), 8)), "254");
}

TEST(Arithmetic, OnFractionsIsExact) {
  EXPECT_EQ(op("0.1", Operator::Add, "0.2"), "3/10");
  EXPECT_EQ(op("1.0", Operator::Div, "3"), "1/3");
  Value third = binaryOp(lit("1.0"), Operator::Div, lit("3"), false);
  EXPECT_TRUE(compare(binaryOp(third, Operator::Mul, lit("3"), false), Operator::Eql, lit("1")));
}

TEST(Arithmetic, MixedKindsMeetInTheLargerOne) {
  EXPECT_EQ(binaryOp(lit("1"), Operator::Add, lit("0.5"), false).kind(), K::Float);
  EXPECT_EQ(binaryOp(lit("1"), Operator::Add, lit("2i"), false).kind(), K::Complex);
  EXPECT_EQ(op("2i", Operator::Mul, "2i"), "(-4 + 0i)");
}

TEST(Arithmetic, WithUnknownIsUnknown) {
  EXPECT_EQ(binaryOp(makeUnknown(), Operator::Add, lit("1"), false).kind(), K::Unknown);
  EXPECT_EQ(unaryOp(Operator::Sub, makeUnknown(), 0).kind(), K::Unknown);
  EXPECT_FALSE(compare(makeUnknown(), Operator::Eql, makeUnknown()));
}

TEST(Arithmetic, LongSumsOfStringsAreCheap) {
  Value s = makeString("x");
  for (int i = 0; i < 20000; i++) s = binaryOp(s, Operator::Add, makeString("yz"), false);
  EXPECT_EQ(stringLen(s), 40001u);
  EXPECT_EQ(stringVal(s).substr(0, 5), "xyzyz");
  Value big = makeString("0123456789");
  for (int i = 0; i < 40; i++) big = binaryOp(big, Operator::Add, big, false);
  EXPECT_EQ(stringLen(big), size_t{10} << 40);
  EXPECT_EQ(valueString(big).substr(0, 12), "\"01234567890");
}

TEST(Conversion, ToIntegersOnlyWhenIntegral) {
  EXPECT_EQ(exactString(toInt(lit("3.0"))), "3");
  EXPECT_EQ(toInt(lit("3.5")).kind(), K::Unknown);
  EXPECT_EQ(exactString(toInt(binaryOp(lit("3"), Operator::Add, lit("0i"), false))), "3");
  EXPECT_EQ(toInt(lit("\"3\"")).kind(), K::Unknown);
}

TEST(Conversion, Int64AndUint64OnlyWhenTheyFit) {
  EXPECT_EQ(int64Val(lit("9223372036854775807")), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(int64Val(lit("9223372036854775808")), std::nullopt);
  EXPECT_EQ(uint64Val(lit("18446744073709551615")), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(uint64Val(makeInt64(-1)), std::nullopt);
}

TEST(Rounding, ToFloat64IsToNearestEven) {
  EXPECT_EQ(float64Val(lit("0.1")), 0.1);
  EXPECT_EQ(float64Val(lit("9007199254740993")), 9007199254740992.0);  // 2^53+1: a tie, to even
  EXPECT_EQ(float64Val(lit("9007199254740995")), 9007199254740996.0);
  EXPECT_EQ(float64Val(lit("1.7976931348623157e308")), std::numeric_limits<double>::max());
  EXPECT_TRUE(std::isinf(float64Val(lit("1.8e308"))));
  EXPECT_EQ(float64Val(lit("4.940656458412465441765687928682213723651e-324")),
            std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(float64Val(lit("2.4e-324")), 0.0);
  EXPECT_EQ(float64Val(lit("2.5e-324")), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(float64Val(lit("2.2250738585072011e-308")),
            2.2250738585072011e-308);  // the largest subnormal
  EXPECT_TRUE(std::isinf(float64Val(lit("1e1000000"))));
  EXPECT_EQ(float64Val(lit("1e-1000000")), 0.0);
}

TEST(Rounding, ToFloat32HappensOnce) {
  EXPECT_EQ(float32Val(lit("0.1")), 0.1f);
  EXPECT_EQ(float32Val(lit("16777217")), 16777216.0f);
  EXPECT_TRUE(std::isinf(float32Val(lit("3.5e38"))));
  EXPECT_EQ(float32Val(lit("3.4028235e38")), std::numeric_limits<float>::max());
  EXPECT_EQ(float32Val(lit("1.401298464324817e-45")), std::numeric_limits<float>::denorm_min());
  // rounding to double first would make a tie of this
  EXPECT_EQ(float32Val(lit("0x1.000001000000001p0")), 0x1.000002p0f);
}

TEST(Text, FloatsHaveSixDigits) {
  EXPECT_EQ(valueString(lit("3.14159265358979")), "3.14159");
  EXPECT_EQ(valueString(lit("1e100")), "1e+100");
  EXPECT_EQ(valueString(lit("100000.5")), "100000.5");  // it must look like no integer
  EXPECT_EQ(valueString(lit("0.0000001")), "1e-07");
  EXPECT_EQ(valueString(lit("2.0")), "2");
}

TEST(Text, StringsAreQuotedAndCut) {
  EXPECT_EQ(valueString(makeString("a\"b\n\x01\xff\u00e4\u200b")), R"("a\"b\n\x01\xffä\u200b")");
  std::string cut = valueString(makeString(std::string(100, 'x')));
  EXPECT_EQ(cut, "\"" + std::string(68, 'x') + "...");
  EXPECT_EQ(exactString(makeString(std::string(100, 'x'))).size(), 102u);
}

TEST(Utf8, DecodesStrictly) {
  int n;
  EXPECT_EQ(decodeRune("\u20ac", 0, &n), 0x20acu);
  EXPECT_EQ(n, 3);
  for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_EQ(decodeRune(bad, 0, &n), 0xfffdu) << bad;
    EXPECT_EQ(n, 1);
  }
}

}  // namespace
}  // namespace gort::minigo

// arch/print.h: what arrives at standard error is what Go prints.
//
// The expected texts are those of Go 1.27.
#include "arch/print.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace {

using namespace gort;

template <class F>
std::string printed(F&& f) {
  ::testing::internal::CaptureStderr();
  f();
  return ::testing::internal::GetCapturedStderr();
}
template <class... Args>
std::string prints(const Args&... args) {
  return printed([&] { print(args...); });
}
gort::string str(const char* s) {
  return {reinterpret_cast<const uint8*>(s), static_cast<intgo>(std::char_traits<char>::length(s))};
}

TEST(Print, PutsNothingBetweenArgumentsAndPrintlnSpaces) {
  EXPECT_EQ(prints("a", 1, true, "b"), "a1trueb");
  EXPECT_EQ(printed([] { println("a", 1, false); }), "a 1 false\n");
  EXPECT_EQ(printed([] { println(); }), "\n");
  EXPECT_EQ(prints(), "");
}

TEST(Print, IntegersAreDecimal) {
  EXPECT_EQ(prints(0), "0");
  EXPECT_EQ(prints(std::numeric_limits<int64>::min()), "-9223372036854775808");
  EXPECT_EQ(prints(std::numeric_limits<int64>::max()), "9223372036854775807");
  EXPECT_EQ(prints(std::numeric_limits<uint64>::max()), "18446744073709551615");
  EXPECT_EQ(prints(int8{-128}, " ", uint8{255}, " ", int16{-1}, " ", uint32{7}), "-128 255 -1 7");
  enum color { red = 3 };
  EXPECT_EQ(prints(red), "3");
}

TEST(Print, HexAndPointersHaveAPrefix) {
  EXPECT_EQ(prints(hex(0)), "0x0");
  EXPECT_EQ(prints(hex(uint64{0xdeadbeef})), "0xdeadbeef");
  EXPECT_EQ(prints(hex(-1)), "0xffffffffffffffff");
  EXPECT_EQ(prints(nullptr), "0x0");
  EXPECT_EQ(prints(reinterpret_cast<void*>(0x1234)), "0x1234");
  EXPECT_EQ(prints(reinterpret_cast<const uint8*>(0xab)), "0xab");
}

TEST(Print, HexDigitsCanBePadded) {
  EXPECT_EQ(printed([] { printhexopts(false, 4, 0x2a); }), "002a");
  EXPECT_EQ(printed([] { printhexopts(true, 2, 0x12345); }), "0x12345");
  minhexdigits = 8;
  EXPECT_EQ(prints(hex(0x2a)), "0x0000002a");
  minhexdigits = 0;
}

TEST(Print, Float64) {
  struct {
    float64 v;
    const char* want;
  } cases[] = {
      {0.0, "0"},
      {-0.0, "-0"},
      {1.0, "1"},
      {1.5, "1.5"},
      {-2.5, "-2.5"},
      {0.1, "0.1"},
      {100000, "100000"},
      {123456, "123456"},
      {123456.5, "123456.5"},
      {999999.5, "999999.5"},
      {1e6, "1e+06"},
      {1234567, "1.234567e+06"},
      {123456789, "1.23456789e+08"},
      {0.0001, "0.0001"},
      {0.00012345, "0.00012345"},
      {0.00001, "1e-05"},
      {1e21, "1e+21"},
      {1e100, "1e+100"},
      {1.0 / 3, "0.3333333333333333"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {-1.7976931348623157e308, "-1.7976931348623157e+308"},
      {HUGE_VAL, "+Inf"},
      {-HUGE_VAL, "-Inf"},
      {std::nan(""), "NaN"},
  };
  for (const auto& c : cases) EXPECT_EQ(prints(c.v), c.want);
}

TEST(Print, Float32HasTheDigitsOfItsOwnPrecision) {
  EXPECT_EQ(prints(1.1f), "1.1");
  EXPECT_EQ(prints(16777216.0f), "1.6777216e+07");
  EXPECT_EQ(prints(-1.06338233e+37f), "-1.06338233e+37");
  EXPECT_EQ(prints(1e-45f), "1e-45");
}

TEST(Print, Complex) {
  EXPECT_EQ(printed([] { printcomplex128(1, -2.5); }), "(1-2.5i)");
  EXPECT_EQ(printed([] { printcomplex128(0, 0); }), "(0+0i)");
  EXPECT_EQ(printed([] { printcomplex128(std::nan(""), HUGE_VAL); }), "(NaN+Infi)");
  EXPECT_EQ(printed([] { printcomplex128(-1.7976931348623157e308, -1.7976931348623157e308); }),
            "(-1.7976931348623157e+308-1.7976931348623157e+308i)");
  EXPECT_EQ(printed([] { printcomplex64(1.1f, 2.2f); }), "(1.1+2.2i)");
}

TEST(Print, StringsSlicesAndInterfaces) {
  EXPECT_EQ(prints(str("héllo")), "héllo");
  EXPECT_EQ(prints(gort::string{nullptr, 0}), "");
  EXPECT_EQ(prints(slice{reinterpret_cast<void*>(0x100), 2, 5}), "[2/5]0x100");
  EXPECT_EQ(prints(slice{nullptr, 0, 0}), "[0/0]0x0");
  EXPECT_EQ(prints(eface{nullptr, reinterpret_cast<void*>(0x10)}), "(0x0,0x10)");
  EXPECT_EQ(prints(iface{nullptr, nullptr}), "(0x0,0x0)");
  const char* null = nullptr;
  EXPECT_EQ(prints("[", null, "]"), "[]");
}

TEST(Print, QuotedEscapesWhatIsNotPlainText) {
  EXPECT_EQ(prints(quoted(str(""))), R"("")");
  EXPECT_EQ(prints(quoted(str("plain text"))), R"("plain text")");
  EXPECT_EQ(prints(quoted(str("a\n\r\t\"\\"))), R"("a\n\r\t\"\\")");
  EXPECT_EQ(prints(quoted(str("\x01\x1f"))), R"("\x01\x1f")");
  EXPECT_EQ(prints(quoted(str("\x7f"))), R"("\u007f")");
  EXPECT_EQ(prints(quoted(str("é€"))), R"("\u00e9\u20ac")");
  EXPECT_EQ(prints(quoted(str("😀"))), R"("\U0001f600")");
  EXPECT_EQ(prints(quoted(str("\xff\xc3"))), R"("\xff\xc3")");
  EXPECT_EQ(prints(quoted(str("\xef\xbf\xbd"))), R"("\ufffd")");  // U+FFFD itself
}

TEST(Print, KeepsWhatItPrintedForAPostMortem) {
  prints("0123456789");
  std::string last;
  for (intgo i = printBacklogIndex - 10; i < printBacklogIndex; i++) {
    last += static_cast<char>(printBacklog[(i + printBacklogSize) % printBacklogSize]);
  }
  EXPECT_EQ(last, "0123456789");
  // More than the ring holds: the end stays.
  const std::string longer(printBacklogSize + 3, 'x');
  prints(longer.c_str(), "y");
  EXPECT_EQ(printBacklog[(printBacklogIndex + printBacklogSize - 1) % printBacklogSize], 'y');
}

TEST(Print, LongTextArrivesWhole) {
  const std::string s(100000, 'z');
  EXPECT_EQ(prints(s.c_str()), s);
}

}  // namespace

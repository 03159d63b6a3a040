// The generator: what C++ it writes, and that programs compiled with it do what Go says.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/minigo/check.h"
#include "tools/minigo/gen.h"

namespace gort::minigo {
namespace {

// cpp is the C++ text for a program with the given body of main.
std::string cpp(const std::string& declarations, const std::string& body) {
  Result r = checkSource("prog.go",
                         "package main\n" + declarations + "\nfunc main() {\n" + body + "\n}\n");
  for (const std::string& e : r.errors) ADD_FAILURE() << e;
  return r.ok() ? generate(*r.package, "/src/prog.go") : "";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) n++;
  return n;
}

constexpr const char* funcs =
    "func f() int { return 1 }\nfunc g(a, b int) int { return a + b }\nvar v int\n";

TEST(Order, OneCallNeedsNoTemporary) {
  EXPECT_TRUE(has(cpp(funcs, "x := 2\nprintln(g(x, f()))"), "main_g(x, main_f())"));
}

TEST(Order, TwoCallsRunFromLeftToRight) {
  std::string s = cpp(funcs, "_ = g(f(), f())");
  EXPECT_TRUE(has(s, "intgo t1 = main_f();"));
  EXPECT_TRUE(has(s, "main_g(t1, main_f())"));
}

TEST(Order, LenIsACallAndIndexingIsNot) {
  std::string s = cpp(funcs + std::string("var a []int"), "_ = g(a[len(a)-v], f())");
  EXPECT_TRUE(has(s, "intgo t1 = main_a.len;"));
  EXPECT_TRUE(has(s, "intgo t2 = main_f();"));
  EXPECT_TRUE(has(s, "main_g(go::at(main_a, t1 - main_v), t2)"));
}

TEST(Order, OperandsOfTheLeftSideAreReadAfterCallsOfTheRight) {
  std::string s = cpp(funcs + std::string("var a []int"), "a[v], v = f(), 1");
  EXPECT_LT(s.find("intgo t3 = main_f();"), s.find("intgo t2 = main_v;"));
}

TEST(Order, AReadOfAGlobalComesAfterTheCall) {
  EXPECT_TRUE(has(cpp(funcs, "x := v + f()\n_ = x"), "intgo t1 = main_f();"));
}

TEST(Order, TheRightSideOfAndWithStatementsRunsOnlyIfAsked) {
  std::string s = cpp(funcs, "if v > 0 && g(f(), f()) > 1 { v = 2 }");
  EXPECT_TRUE(has(s, "bool t2 = main_v > 0;"));
  EXPECT_TRUE(has(s, "if (t2) {"));
}

TEST(Order, ASwapReadsBothBeforeItAssigns) {
  std::string s = cpp("", "a, b := 1, 2\na, b = b, a\nprintln(a, b)");
  EXPECT_TRUE(has(s, "intgo t1 = b;"));
  EXPECT_TRUE(has(s, "intgo t2 = a;"));
}

TEST(Names, PackageLevelNamesHaveAPrefixAndLocalsDoNot) {
  std::string s = cpp("var x int\nfunc h(x int) int { return x }", "x = h(x)");
  EXPECT_TRUE(has(s, "main_x = main_h(main_x);"));
  EXPECT_TRUE(has(s, "intgo main_h(intgo x) {"));
}

TEST(Names, ShadowingGetsANumber) {
  EXPECT_TRUE(has(cpp("", "x := 1\n{ x := x + 1\n_ = x }"), "intgo x_2 = x + 1;"));
}

TEST(Names, OfFieldsStayApart) {
  std::string s = cpp("type t struct{ class, class_, main_t int }", "var x t\n_ = x");
  EXPECT_TRUE(has(s, "intgo class_;\n  intgo class___1;\n  intgo v_main_t;"));
}

TEST(Names, OfTheGeneratorGiveWayToTheProgram) {
  std::string s = cpp("var type0, str0 int", "panic(type0 + str0)");
  EXPECT_TRUE(has(s, "main_type0_2"));
  EXPECT_TRUE(has(s, "main_str0_2"));
}

TEST(Names, KeywordsAndMacrosOfCppAreAvoided) {
  std::string s = cpp("",
                      "new, class, NULL, _GNU_SOURCE, a__b := 1, 2, 3, 4, 5\nprintln(new, class, "
                      "NULL, _GNU_SOURCE, a__b)");
  for (const char* name :
       {"intgo new_ ", "intgo class_ ", "intgo NULL_ ", "intgo u_GNU_SOURCE ", "intgo a_u_b "}) {
    EXPECT_TRUE(has(s, name)) << name;
  }
}

TEST(Variables, StayOnTheStackUnlessTheyEscape) {
  std::string s = cpp("var p *int", "x := 1\nx++\ny := 2\np = &y\nprintln(x)");
  EXPECT_TRUE(has(s, "intgo x = 1;"));
  EXPECT_TRUE(has(s, "intgo& y = *go::make_new<intgo>("));
}

TEST(Variables, AreCopiedIntoAClosureThatOnlyReadsThem) {
  std::string s = cpp("var f func() int", "x := 1\nf = func() int { return x }");
  EXPECT_TRUE(has(s, "intgo x = 1;"));
  EXPECT_TRUE(has(s, "intgo x = self->x;"));
}

TEST(Variables, OfALoopAreNewEachRoundOnlyIfTheyEscape) {
  EXPECT_TRUE(
      has(cpp("", "for i := 0; i < 3; i++ { println(i) }"), "for (intgo i = 0; i < 3; i++) {"));
  EXPECT_TRUE(has(cpp("var f func()", "for i := 0; i < 3; i++ { f = func() { i++ } }"),
                  "i_p = go::make_new<intgo>(&main_type0, *i_p);"));
}

TEST(Types, OfEqualStructureShareOneStruct) {
  std::string s = cpp("type a struct{ x int }\ntype b struct{ x int }", "println(b(a{1}).x)");
  EXPECT_EQ(count(s, "struct main_a {") + count(s, "struct main_b {"), 1u);
}

TEST(Types, MayContainThemselves) {
  EXPECT_TRUE(
      has(cpp("type t []t", "var x t\nprintln(len(x))"), "using main_t = go::slice<main_t_elem>;"));
}

TEST(Types, OfSizeZeroHaveNoSizeInCpp) {
  EXPECT_TRUE(has(cpp("", "var x struct{ a struct{} }\n_ = x"), ") == 0);"));
}

TEST(Descriptors, NameTheTypeWithItsPackageBetweenTabs) {
  EXPECT_TRUE(has(cpp("type t int", "panic(t(1))"), "\"\\tmain\\tmain.t\""));
}

TEST(Lines, StatementsBearTheirGoLine) {
  std::string s = cpp("", "\n\nprintln(1)\n\nprintln(2)");
  EXPECT_TRUE(has(s, "#line 1 \"/src/prog.go\""));
  EXPECT_TRUE(has(s, "#line 6\n"));
  EXPECT_TRUE(has(s, "#line 8\n"));
}

TEST(StackCheck, IsInFunctionsThatCallCompiledCode) {
  std::string s =
      cpp("func leaf(x int) int { return x * 2 }\nfunc rec(n int) int { return rec(n-1) }",
          "rec(leaf(1))");
  EXPECT_TRUE(has(s, "go::morestack<main_rec>(n)"));
  EXPECT_FALSE(has(s, "go::morestack<main_leaf>"));
}

TEST(StackCheck, KnowsLargeFrames) {
  EXPECT_TRUE(
      has(cpp("func big() int { var a [1000]int; return a[f()] }\nfunc f() int { return 3 }",
              "println(big())"),
          "go::stacklow<16"));
}

TEST(StackCheck, StandsBeforeALargeFrameAndNotInIt) {
  std::string s =
      cpp("type big struct{ a [1000]int }\nfunc f(b big) int { b.a[1]++; return b.a[0] }",
          "println(f(big{}))");
  EXPECT_TRUE(has(s, "[[gnu::noinline]] intgo main_f_body(main_big& b) {"));
  EXPECT_TRUE(has(s,
                  "go::stacklow<16000>()) [[unlikely]] "
                  "return go::morestackof<main_f_body, 16000>::call(b);"));
  EXPECT_TRUE(has(s, "return main_f_body(b);"));
}

TEST(Constants, AreExact) {
  std::string s =
      cpp("", "x, y, z := 0.1, 1e308, float32(0.1)\nprintln(x, y, z, uint64(1<<64-1), -1<<63)");
  EXPECT_TRUE(has(s, "0x1.999999999999ap-4") || has(s, "float64 x = 0.1;"));
  EXPECT_TRUE(has(s, "18446744073709551615u"));
  EXPECT_TRUE(has(s, "(-9223372036854775807 - 1)"));
}

// ---- Programs ----------------------------------------------------------------------------------

std::vector<std::string> programs() {
  std::vector<std::string> names;
  for (const auto& e : std::filesystem::directory_iterator(GORT_SOURCE_DIR "/tests/minigo")) {
    if (e.path().extension() == ".go") names.push_back(e.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Program : public ::testing::TestWithParam<std::string> {};

// The same output and exit status as real Go, as recorded in tests/minigo/NAME.want.
TEST_P(Program, DoesWhatGoDoes) {
  std::string command = "python3 " GORT_SOURCE_DIR "/tests/minigo/run --minigo " GORT_MINIGO " " +
                        GetParam() + " 2>&1";
  FILE* p = popen(command.c_str(), "r");
  ASSERT_NE(p, nullptr);
  std::string out;
  char buf[4096];
  for (size_t n; (n = fread(buf, 1, sizeof buf, p)) > 0;) out.append(buf, n);
  EXPECT_EQ(pclose(p), 0) << out;
}

INSTANTIATE_TEST_SUITE_P(Minigo, Program, ::testing::ValuesIn(programs()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace gort::minigo

// Tests of runtime/panic.h: what a dying program says, and how it exits. Texts are
// those of Go 1.27. The programs: tests/testprog/{panic,fatal,goexit,exception}.cc.
#include "runtime/panic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/testprog.h"

namespace gort {
namespace {

using ::testing::ContainsRegex;
using testing::expectFatal;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProgResult;
using testing::runTestProg;
using ::testing::StartsWith;

const std::string header = "\n\ngoroutine 1 [running]:\n";

struct Case {
  const char* name;
  const char* message;
};

void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

class Panic : public ::testing::TestWithParam<Case> {};

TEST_P(Panic, NamesTheValueAndTheGoroutine) {
  expectFatal(runTestProg("panic", {GetParam().name}),
              std::string("panic: ") + GetParam().message + header);
}

INSTANTIATE_TEST_SUITE_P(
    OfABasicType, Panic,
    ::testing::Values(Case{"string", "hello"}, Case{"lines", "hello\n\tworld\n\t"},
                      Case{"int", "-42"}, Case{"int8", "-8"}, Case{"int16", "-16"},
                      Case{"int32", "120"}, Case{"int64", "-9223372036854775808"},
                      Case{"uint", "18446744073709551615"}, Case{"uint8", "255"},
                      Case{"uint16", "16"}, Case{"uint32", "32"}, Case{"uint64", "64"},
                      Case{"uintptr", "16"}, Case{"bool", "true"}, Case{"float32", "0.1"},
                      Case{"float64", "1.5"}, Case{"complex64", "(1+2i)"},
                      Case{"complex128", "(1-2i)"},
                      Case{"nil", "runtime error: panic called with nil argument"}));

INSTANTIATE_TEST_SUITE_P(
    OfADefinedType, Panic,
    ::testing::Values(Case{"myint", "main.MyInt(93)"},
                      Case{"mystring", "main.MyString(\"a\n\tb\")"}, Case{"mybool", "x.B(false)"},
                      Case{"myfloat", "main.F(2.5)"}, Case{"mycomplex", "main.C(1-2i)"},
                      Case{"struct", "(main.S) 0x1234"}, Case{"error", "line1\n\tline2"},
                      Case{"stringer", "three"}));

INSTANTIATE_TEST_SUITE_P(
    OfTheRuntime, Panic,
    ::testing::Values(Case{"divide", "runtime error: integer divide by zero"},
                      Case{"shift", "runtime error: negative shift amount"},
                      Case{"overflow", "runtime error: integer overflow"},
                      Case{"index", "runtime error: index out of range [5] with length 3"},
                      Case{"nildottype", "interface conversion: interface is nil, not int"},
                      Case{"compare", "runtime error: comparing uncomparable type []int"},
                      Case{"makeslice len", "runtime error: makeslice: len out of range"},
                      Case{"makeslice cap", "runtime error: makeslice: cap out of range"},
                      Case{"growslice", "runtime error: growslice: len out of range"},
                      Case{"closenil", "close of nil channel"}));

TEST(PanicReport, OfANilDereferenceNamesTheSignal) {
  ProgResult r = runTestProg("panic", {"mem"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ContainsRegex("^panic: runtime error: invalid memory address or nil pointer "
                                   "dereference\n\\[signal SIGSEGV: segmentation violation "
                                   "code=0x1 addr=0x0 pc=0x[0-9a-f]+\\]\n\ngoroutine 1 "
                                   "\\[running\\]:\n$"));
}

TEST(PanicReport, NamesTheGoroutineThatPanicked) {
  ProgResult r = runTestProg("panic", {"goroutine"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ContainsRegex("^panic: on a goroutine\n\ngoroutine [2-9][0-9]* "
                                   "\\[running\\]:\n$"));
}

TEST(PanicReport, KeepsNilWithPanicnil) {
  expectFatal(runTestProg("panic", {"nil"}, {"GODEBUG=panicnil=1"}), "panic: nil" + header);
}

TEST(PanicReport, StaysWholeWhenManyPanicAtOnce) {
  for (int i = 0; i < 10; i++) {
    ProgResult r = runTestProg("fatal", {"many panics"}, {"GOMAXPROCS=8"});
    EXPECT_EQ(r.exit, 2);
    EXPECT_THAT(r.err, ContainsRegex("^(panic: one of many\n\ngoroutine [0-9]+ "
                                     "\\[running\\]:\n)+$"));
  }
}

TEST(PanicReport, OfAMethodThatPanicsIsFatal) {
  ProgResult r = runTestProg("panic", {"inner string"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("fatal error: panic while printing panic value: inner\n\n"));
  r = runTestProg("panic", {"inner error"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("fatal error: panic while printing panic value: type "
                                "runtime.errorString\n\n"));
}

TEST(PanicWhereNobodyMay, IsAThrow) {
  struct {
    const char* name;
    const char* text;
  } all[] = {
      {"panic on g0", "panic: on g0\nfatal error: panic on system stack\n"},
      {"panic holding locks", "panic: pinned\nfatal error: panic holding locks\n"},
      {"panic in malloc", "fatal error: integer divide by zero\n"},
  };
  for (auto& c : all) {
    ProgResult r = runTestProg("fatal", {c.name});
    EXPECT_EQ(r.exit, 2) << c.name;
    EXPECT_THAT(r.err, StartsWith(c.text));
  }
}

TEST(Fatal, ShowsTheGoroutineOnly) {
  expectFatal(runTestProg("fatal", {"fatal"}), "fatal error: this is\n\tfatal" + header);
}

TEST(Throw, ShowsTheMachineToo) {
  ProgResult r = runTestProg("fatal", {"throw"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ContainsRegex("^fatal error: this cannot be\n\ngoroutine 1 gp=0x[0-9a-f]+ "
                                   "m=0 mp=0x[0-9a-f]+ \\[running\\]:\n\t\\+0x[0-9a-f]+ "
                                   "fp=0x[0-9a-f]+ pc=0x[0-9a-f]+\n"));
}

TEST(Throw, OnTheSystemStackShowsThatStack) {
  ProgResult r = runTestProg("fatal", {"throw on g0"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ContainsRegex("^fatal error: this cannot be\n\nruntime stack:\n\t\\+0x"));
  EXPECT_THAT(r.err, HasSubstr("\n\ngoroutine 1 gp=0x"));
}

TEST(Deadlock, ListsWhatEverybodyWaitsFor) {
  expectFatal(runTestProg("fatal", {"deadlock"}),
              "fatal error: all goroutines are asleep - deadlock!\n\n"
              "goroutine 1 [select (no cases)]:\n");
  ProgResult r = runTestProg("fatal", {"deadlock of three"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ContainsRegex("^fatal error: all goroutines are asleep - deadlock!\n\n"
                                   "goroutine 1 \\[select \\(no cases\\)\\]:\n\n"
                                   "goroutine [0-9]+ \\[select \\(no cases\\)\\]:\n\n"
                                   "goroutine [0-9]+ \\[select \\(no cases\\), locked to "
                                   "thread\\]:\n$"));
}

TEST(Deadlock, IsNoneWhileAForeignThreadMayCallIn) {
  ProgResult r = runTestProg("fatal", {"deadlock but for a thread"});
  EXPECT_EQ(r.exit, 0) << r.err;
  EXPECT_EQ(r.out, "woken\n");
}

TEST(Deadlock, IsFoundOnceForeignThreadsAreGone) {
  expectFatal(runTestProg("fatal", {"deadlock after a thread"}),
              "fatal error: all goroutines are asleep - deadlock!\n\n"
              "goroutine 1 [select (no cases)]:\n");
}

// ---- GOTRACEBACK ------------------------------------------------------------------------

TEST(Gotraceback, NoneLeavesTheMessage) {
  expectFatal(runTestProg("panic", {"string"}, {"GOTRACEBACK=none"}), "panic: hello\n");
  expectFatal(runTestProg("panic", {"string"}, {"GOTRACEBACK=0"}), "panic: hello\n");
}

TEST(Gotraceback, SingleShowsTheFailedGoroutine) {
  for (const char* v : {"GOTRACEBACK=single", "GOTRACEBACK="}) {
    expectFatal(runTestProg("fatal", {"panic with others"}, {v}), "panic: one of two" + header);
  }
}

TEST(Gotraceback, AllShowsTheOthers) {
  for (const char* v : {"GOTRACEBACK=all", "GOTRACEBACK=1"}) {
    ProgResult r = runTestProg("fatal", {"panic with others"}, {v, "GOMAXPROCS=1"});
    EXPECT_EQ(r.exit, 2);
    EXPECT_THAT(r.err, ContainsRegex("^panic: one of two\n\ngoroutine 1 \\[running\\]:\n\n"
                                     "goroutine [0-9]+ \\[select \\(no cases\\)\\]:\n$"));
  }
}

TEST(Gotraceback, SystemShowsTheMachineAndTheRuntimesGoroutines) {
  ProgResult r = runTestProg("panic", {"string"}, {"GOTRACEBACK=system"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ContainsRegex("^panic: hello\n\ngoroutine 1 gp=0x[0-9a-f]+ m=0 "
                                   "mp=0x[0-9a-f]+ \\[running\\]:\n\t\\+0x"));
  EXPECT_THAT(r.err, ContainsRegex("\n\ngoroutine 2 gp="));
}

TEST(Gotraceback, CrashAborts) {
  ProgResult r = runTestProg("panic", {"string"}, {"GOTRACEBACK=crash"});
  EXPECT_EQ(r.signal, SIGABRT);
  EXPECT_THAT(r.err, StartsWith("panic: hello\n\ngoroutine 1 gp="));
}

TEST(PanicReport, SaysWhenAGoroutineIsLockedToItsThread) {
  expectFatal(runTestProg("fatal", {"locked"}),
              "panic: locked\n\ngoroutine 1 [running, locked to thread]:\n");
}

// ---- Goexit -----------------------------------------------------------------------------

TEST(Goexit, RunsDestructorsInnermostFirstAndNothingElse) {
  ProgResult r = runTestProg("goexit", {"goroutine"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "~inner\n~outer\nmain ends\n");
  EXPECT_EQ(r.err, "");
}

TEST(Goexit, OnTheMainGoroutineLetsTheOthersGoOn) {
  ProgResult r = runTestProg("goexit", {"main, others go on"});
  EXPECT_EQ(r.exit, 3);
  EXPECT_EQ(r.out, "still here\n");
}

TEST(Goexit, OfTheLastGoroutineIsADeadlock) {
  ProgResult r = runTestProg("goexit", {"main"});
  EXPECT_EQ(r.out, "~main\n");
  expectFatal(r, "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n");
}

TEST(Goexit, PassesACatchAllThatRethrows) {
  ProgResult r = runTestProg("goexit", {"catch and rethrow"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "~inner\ncatch (...)\n");
}

TEST(Goexit, OutOfACatchBlockEndsTheException) {
  ProgResult r = runTestProg("goexit", {"in a catch"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "caught x\n~inner\n0 none\n");
}

TEST(Goexit, CannotBeSwallowed) {
  expectFatal(runTestProg("goexit", {"swallowed"}),
              "fatal error: Goexit stopped by a catch (...) that did not rethrow" + header);
}

TEST(Goexit, CannotPassNoexcept) {
  ProgResult r = runTestProg("goexit", {"noexcept"});
  EXPECT_THAT(r.err, StartsWith("fatal error: C++ std::terminate during Goexit"));
  EXPECT_EQ(r.exit, 2);
}

TEST(Goexit, DoesNotHideAPanicThatHappensMeanwhile) {
  expectFatal(runTestProg("goexit", {"panic in destructor"}), "panic: in a destructor" + header);
}

TEST(Goexit, CanBeUsedAHundredThousandTimes) {
  ProgResult r = runTestProg("goexit", {"many"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "all ended\n");
}

// ---- C++ exceptions ------------------------------------------------------------------------

TEST(Exception, ThatLeavesAGoroutineIsReportedLikeAPanic) {
  expectFatal(runTestProg("exception", {"std"}),
              "panic: C++ exception: std::runtime_error: boom\n\tboom" + header);
  expectFatal(runTestProg("exception", {"int"}), "panic: C++ exception: int" + header);
  ProgResult r = runTestProg("exception", {"goroutine"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ContainsRegex("^panic: C\\+\\+ exception: std::out_of_range: far out\n\n"
                                   "goroutine [2-9][0-9]* \\[running\\]:\n$"));
}

TEST(Exception, IsTheLastOneThrown) {
  expectFatal(runTestProg("exception", {"caught on the way"}),
              "panic: C++ exception: std::logic_error: second" + header);
}

TEST(Exception, PassesTheSystemStack) {
  expectFatal(runTestProg("exception", {"through systemstack"}),
              "panic: C++ exception: std::runtime_error: from g0" + header);
}

TEST(Exception, TerminateWithoutOneIsFatal) {
  expectFatal(runTestProg("exception", {"terminate"}), "fatal error: C++ std::terminate" + header);
}

}  // namespace
}  // namespace gort

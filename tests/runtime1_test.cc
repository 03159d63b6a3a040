// Tests of runtime/runtime1.h and runtime/debug_state.h: GODEBUG, GOTRACEBACK,
// GOMAXPROCS, arguments, environment.
#include "runtime/runtime1.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "alloc/type.h"
#include "runtime/debug_state.h"
#include "runtime/string.h"
#include "sched/upcalls.h"
#include "tests/export_test.h"
#include "tests/testprog.h"

namespace gort {
namespace {

using testing::expectFatal;
using testing::ProgResult;
using testing::runTestProg;
using testing::threadAsM;

TEST(Check, FindsNothingWrong) { check(); }

TEST(Godebug, StartsWithDefaults) {
  parseRuntimeDebugVars(nullptr);
  EXPECT_EQ(debug.schedtrace, 0);
  EXPECT_EQ(debug.containermaxprocs, 1);
  EXPECT_EQ(debug.updatemaxprocs, 1);
  EXPECT_EQ(debug.panicnil.load(relaxed), 0);
}

TEST(Godebug, SetsVariablesTheLastOneWins) {
  parseRuntimeDebugVars("schedtrace=1000,scheddetail=1,panicnil=1,schedtrace=5,updatemaxprocs=0");
  EXPECT_EQ(debug.schedtrace, 5);
  EXPECT_EQ(debug.scheddetail, 1);
  EXPECT_EQ(debug.panicnil.load(relaxed), 1);
  EXPECT_EQ(debug.updatemaxprocs, 0);
  EXPECT_EQ(debug.containermaxprocs, 1);
}

TEST(Godebug, IgnoresWhatItDoesNotUnderstand) {
  parseRuntimeDebugVars(
      ",,schedtrace,=3,nosuchname=1,schedtrace=abc,schedtrace=,schedtrace=99999999999,"
      "schedtraceX=4,SCHEDTRACE=6, schedtrace=7,http2debug=1,dontfreezetheworld=-1,");
  EXPECT_EQ(debug.schedtrace, 0);
  EXPECT_EQ(debug.dontfreezetheworld, -1);
}

TEST(Godebug, RefusesWhatGoHasRemoved) {
  expectFatal(runTestProg("exit", {"main"}, {"GODEBUG=asynctimerchan=1"}),
              "fatal error: removed GODEBUG \"asynctimerchan\" set to old value \"1\" in "
              "environment (https://go.dev/doc/godebug#go-127)\n\n"
              "goroutine 1 [running, locked to thread]:\n");
  EXPECT_EQ(runTestProg("exit", {"main"}, {"GODEBUG=asynctimerchan=0"}).exit, 0);
}

bool operator==(const tracebackSetting& a, const tracebackSetting& b) {
  return a.level == b.level && a.all == b.all && a.crash == b.crash;
}

TEST(Gotraceback, IsWhatSetTracebackSaid) {
  threadAsM m;
  unsetenv("GOTRACEBACK");
  parseRuntimeDebugVars(nullptr);
  struct {
    const char* text;
    tracebackSetting want;
  } all[] = {
      {"", {1, false, false}},      {"single", {1, false, false}}, {"all", {1, true, false}},
      {"system", {2, true, false}}, {"crash", {2, true, true}},    {"1", {1, true, false}},
      {"3", {3, true, false}},
  };
  for (auto& c : all) {
    setTraceback(gostringnocopy(c.text));
    tracebackSetting got = gotraceback();
    // The level of the environment (single) is the least.
    EXPECT_EQ(got.level & c.want.level, c.want.level) << c.text;
    EXPECT_EQ(got.all, c.want.all) << c.text;
    EXPECT_EQ(got.crash, c.want.crash) << c.text;
  }
}

TEST(Gotraceback, CannotBeSetBelowTheEnvironment) {
  threadAsM m;
  setenv("GOTRACEBACK", "system", 1);
  parseRuntimeDebugVars(nullptr);
  EXPECT_TRUE((gotraceback() == tracebackSetting{2, true, false}));
  setTraceback(literal<"none">);
  EXPECT_TRUE((gotraceback() == tracebackSetting{2, true, false}));
  unsetenv("GOTRACEBACK");
}

TEST(Gotraceback, IsMoreForAFailureOfTheRuntime) {
  threadAsM m;
  parseRuntimeDebugVars(nullptr);
  m.mp()->throwing = throwTypeRuntime;
  EXPECT_TRUE((gotraceback() == tracebackSetting{2, true, false}));
  m.mp()->throwing = throwTypeUser;
  EXPECT_TRUE((gotraceback() == tracebackSetting{1, false, false}));
}

TEST(Gogetenv, TellsUnsetFromEmpty) {
  setenv("GORT_TEST_EMPTY", "", 1);
  EXPECT_STREQ(gogetenv("GORT_TEST_EMPTY"), "");
  EXPECT_EQ(gogetenv("GORT_TEST_UNSET"), nullptr);
}

TEST(ArgsAndEnvironment, ReachTheProgram) {
  ProgResult r = runTestProg("exit", {"args", "a b", ""}, {"GORT_TEST=yes"});
  EXPECT_EQ(r.out, "buffered, [args][a b][][GORT_TEST]first\n");
  EXPECT_EQ(r.exit, 5);
}

TEST(Gomaxprocs, IgnoresBadSettings) {
  std::string normal = runTestProg("exit", {"procs"}).out;
  for (const char* bad : {"abc", "0", "-3", "", "3x", "99999999999", " 3"}) {
    EXPECT_EQ(runTestProg("exit", {"procs"}, {std::string("GOMAXPROCS=") + bad}).out, normal)
        << bad;
  }
  EXPECT_EQ(runTestProg("exit", {"procs"}, {"GOMAXPROCS=3"}).out, "buffered, 3second\nfirst\n");
  EXPECT_EQ(runTestProg("exit", {"procs"}, {"GOMAXPROCS=+3"}).out, "buffered, 3second\nfirst\n");
}

}  // namespace
}  // namespace gort

// Tests of runtime/rt0.h: starting the runtime. The programs: tests/testprog/exit.cc
// (with rt0_go), tests/testprog/lib.cc (with a main of its own).
#include "runtime/rt0.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/testprog.h"

namespace gort {
namespace {

using testing::expectFatal;
using ::testing::HasSubstr;
using testing::ProgResult;
using testing::runTestProg;
using ::testing::StartsWith;

TEST(Rt0, RunsInitBeforeMain) {
  ProgResult r = runTestProg("exit", {"init"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "init, buffered, second\nfirst\n");
}

TEST(LazyStart, HappensAtTheFirstUseOnly) {
  EXPECT_EQ(runTestProg("lib", {"unused"}).out, "1");
  EXPECT_EQ(runTestProg("lib", {"used"}).out, "42 threads");
}

TEST(LazyStart, IsDoneOnceHoweverManyThreadsAreFirst) {
  for (int i = 0; i < 5; i++) {
    ProgResult r = runTestProg("lib", {"first use by many"});
    EXPECT_EQ(r.out, "28");
    EXPECT_EQ(r.exit, 0) << r.err;
  }
}

TEST(LazyStart, LeavesTheProgramToItsMain) {
  ProgResult r = runTestProg("lib", {"no deadlock report"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "main returns");
  EXPECT_EQ(r.err, "");
}

TEST(LazyStart, MakesPanicsAbort) {
  // Somebody else's process: exiting quietly would surprise.
  ProgResult r = runTestProg("lib", {"panic"});
  EXPECT_EQ(r.signal, SIGABRT);
  EXPECT_THAT(r.err, StartsWith("panic: runtime error: integer divide by zero\n\ngoroutine "));
  r = runTestProg("lib", {"panic on a foreign thread"});
  EXPECT_EQ(r.signal, SIGABRT);
  EXPECT_THAT(r.err, HasSubstr("[running, locked to thread]:\n"));
}

TEST(LazyStart, AllowsNoGoexitOnAForeignThread) {
  ProgResult r = runTestProg("lib", {"Goexit on a foreign thread"});
  EXPECT_EQ(r.signal, SIGABRT);
  EXPECT_THAT(r.err, HasSubstr("fatal error: runtime.Goexit called in a thread that was not "
                               "created by the Go runtime\n"));
}

TEST(LazyStart, ExitsFromAForeignThread) {
  EXPECT_EQ(runTestProg("lib", {"exit from a foreign thread"}).exit, 7);
}

TEST(Main, CannotStartASecondRuntime) {
  const char* alreadyStarted =
      "fatal error: gort: the runtime has been started already, by a Main or by using gort before "
      "Main\n";
  ProgResult r = runTestProg("lib", {"Main behind"});
  EXPECT_THAT(r.err, StartsWith(alreadyStarted));
  EXPECT_EQ(r.exit, 2);
  r = runTestProg("lib", {"Main twice"});
  EXPECT_THAT(r.err, StartsWith(alreadyStarted));
  EXPECT_EQ(r.exit, 2);
}

}  // namespace
}  // namespace gort

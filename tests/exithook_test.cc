// Tests of runtime/exithook.h, runtime/runtime.cc: a program that ends in order. The
// program: tests/testprog/exit.cc.
#include "runtime/exithook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testprog.h"

namespace gort {
namespace {

using testing::ProgResult;
using testing::runTestProg;

TEST(ExitHook, RunsLastFirstWhenMainReturns) {
  ProgResult r = runTestProg("exit", {"main"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "buffered, second\nfirst\n");
  EXPECT_EQ(r.err, "");
}

TEST(ExitHook, RunsAtOsExit) {
  ProgResult r = runTestProg("exit", {"exit 0"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "buffered, second\nfirst\n");
}

TEST(ExitHook, IsLeftOutOnFailureUnlessItAskedForIt) {
  ProgResult r = runTestProg("exit", {"exit 3"});
  EXPECT_EQ(r.exit, 3);
  EXPECT_EQ(r.out, "buffered, first\n");
}

TEST(ExitHook, MustNotExitItself) {
  ProgResult r = runTestProg("exit", {"hook exits"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ::testing::StartsWith("fatal error: exit hook invoked exit\n"));
}

TEST(ExitHook, RunsOnceWhenAnotherThreadExitsMeanwhile) {
  ProgResult r = runTestProg("exit", {"a thread exits meanwhile"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "buffered, second\nfirst\n");
  EXPECT_EQ(r.err, "");
}

TEST(Exit, DoesNotWaitForWhoReadsStdin) {
  ProgResult r = runTestProg("exit", {"somebody reads"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "buffered, second\nfirst\n");
}

TEST(Exit, WaitsForThePanicOfAnotherGoroutine) {
  ProgResult r =
      runTestProg("exit", {"main returns an int while others panic"}, {"GOTRACEBACK=all"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, ::testing::StartsWith("panic: runtime error: integer divide by zero\n"));
}

TEST(Exit, DoesNotWaitForOtherGoroutines) {
  ProgResult r = runTestProg("exit", {"others run"});
  EXPECT_EQ(r.exit, 0);
  EXPECT_EQ(r.out, "buffered, second\nfirst\n");
}

TEST(Panic, LeavesStdioAsItIs) {
  // A crash runs nothing that could wait for a lock.
  ProgResult r = runTestProg("fatal", {"no stdio"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_EQ(r.out, "");
}

}  // namespace
}  // namespace gort

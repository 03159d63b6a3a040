// Signals that faults raise: which become a panic, which end the process with a report,
// and which are not ours.
//
// Go: runtime/crash_test.go, runtime/crash_cgo_test.go, runtime/signal_*test.go

#include "sched/signal_unix.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <thread>

#include "arch/stubs.h"
#include "sched/proc.h"
#include "sched/stubs.h"
#include "tests/export_test.h"
#include "tests/testprog.h"

namespace gort {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::onGoroutine;
using testing::ProgResult;
using testing::runTestProg;
using ::testing::StartsWith;

// ---- Panics ---------------------------------------------------------------------------

constexpr const char* nilPanic =
    "panic: runtime error: invalid memory address or nil pointer dereference\n"
    "\\[signal SIGSEGV: segmentation violation code=0x1 addr=0x[0-9a-f]+ pc=0x[0-9a-f]+\\]\n\n"
    "goroutine [0-9]+ \\[running\\]:\n";

TEST(SigPanic, ANullPointerIsARuntimeError) {
  for (const char* how :
       {"nil read", "nil write", "nil field", "nil call", "nil leaf", "nil goroutine"}) {
    ProgResult r = runTestProg("signal", {how});
    EXPECT_EQ(r.exit, 2) << how;
    EXPECT_THAT(r.err, MatchesRegex(std::string(nilPanic) + "(.|\n)*")) << how;
  }
}

TEST(SigPanic, TheReportHasTheAddress) {
  ProgResult r = runTestProg("signal", {"nil field"});
  EXPECT_THAT(r.err, HasSubstr(" addr=0x190 pc=0x")) << "100 ints from null";
}

// A process that is not ours is not just left, but aborted, as in Go.
TEST(SigPanic, InALibraryTheSame) {
  ProgResult r = runTestProg("signal", {"nil write", "library"});
  EXPECT_EQ(r.signal, SIGABRT);
  EXPECT_THAT(r.err, MatchesRegex(std::string(nilPanic) + "(.|\n)*"));
}

TEST(SigPanic, DivisionByZeroIsARuntimeError) {
  ProgResult r = runTestProg("signal", {"divide"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("panic: runtime error: integer divide by zero\n"
                                "[signal SIGFPE: floating-point exception code=0x1 addr=0x"));
}

TEST(SigPanic, OtherAddressesAreFatal) {
  for (const char* how : {"wild", "noncanonical"}) {
    ProgResult r = runTestProg("signal", {how});
    EXPECT_EQ(r.exit, 2) << how;
    EXPECT_THAT(r.err, MatchesRegex("unexpected fault address 0x[0-9a-f]+\nfatal error: fault\n"
                                    "\\[signal SIGSEGV: segmentation violation code=0x[0-9a-f]+ "
                                    "addr=0x[0-9a-f]+ pc=0x[0-9a-f]+\\]\n\ngoroutine 1 (.|\n)*"))
        << how;
  }
}

// ---- Reports --------------------------------------------------------------------------

TEST(SigThrow, AFaultInTheRuntimeIsNoPanic) {
  ProgResult r = runTestProg("signal", {"locked"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, MatchesRegex("fatal error: unexpected signal during runtime execution\n"
                                  "\\[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 "
                                  "pc=0x[0-9a-f]+\\]\n\n(.|\n)*"));
}

TEST(SigThrow, AFaultInACallThatBlocksIsNoPanic) {
  ProgResult r = runTestProg("signal", {"blocking"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, MatchesRegex("SIGSEGV: segmentation violation\n"
                                  "PC=0x[0-9a-f]+ m=[0-9]+ sigcode=1 addr=0x0\n"
                                  "signal arrived during cgo execution\n\n"
                                  "goroutine 1 (.|\n)*\\[syscall\\]:\n(.|\n)*"));
}

// The report of what is not a goroutine's fault.
void expectReport(const char* how, const std::string& name, bool addr) {
  ProgResult r = runTestProg("signal", {how});
  EXPECT_EQ(r.exit, 2) << how;
  EXPECT_EQ(r.signal, 0) << how;
  EXPECT_THAT(r.err, MatchesRegex(name + "\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=-?[0-9]+" +
                                  (addr ? " addr=0x[0-9a-f]+" : "") +
                                  "\n(instruction bytes:( 0x[0-9a-f]+)+\n)?\n(.|\n)*"))
      << how;
  EXPECT_THAT(r.err, MatchesRegex("(.|\n)*\ngoroutine [0-9]+ (.|\n)*"
                                  "\nrax +0x[0-9a-f]+\nrbx (.|\n)*\nrip +0x[0-9a-f]+\n(.|\n)*"
                                  "\ngs +0x[0-9a-f]+\n"))
      << how;
}

TEST(SigThrow, NamesTheSignalAndShowsTheRegisters) {
  expectReport("g0", "SIGSEGV: segmentation violation", true);
  expectReport("sent", "SIGSEGV: segmentation violation", true);
  expectReport("abort", "SIGABRT: abort", false);
  expectReport("trap", "SIGILL: illegal instruction", false);
  expectReport("int3", "SIGTRAP: trace trap", false);
  expectReport("quit", "SIGQUIT: quit", false);
}

TEST(SigThrow, ShowsTheBytesOfAnIllegalInstruction) {
  ProgResult r = runTestProg("signal", {"trap"});
  EXPECT_THAT(r.err, HasSubstr("\ninstruction bytes: 0xf 0xb "));
}

TEST(SigThrow, AbortsIfToldSo) {
  ProgResult r = runTestProg("signal", {"wild"}, {"GOTRACEBACK=crash"});
  EXPECT_EQ(r.signal, SIGABRT);
}

TEST(SigDie, CrashEndsBySIGABRT) {
  ProgResult r = runTestProg("signal", {"crash"});
  EXPECT_EQ(r.signal, SIGABRT);
  EXPECT_EQ(r.err, "");
}

// ---- Not ours ---------------------------------------------------------------------------

TEST(SigForeign, AThreadOfTheProgramDiesAsIfWeWereNotThere) {
  ProgResult r = runTestProg("signal", {"thread"});
  EXPECT_EQ(r.signal, SIGSEGV);
  EXPECT_EQ(r.err, "");
  r = runTestProg("signal", {"thread", "library"});
  EXPECT_EQ(r.signal, SIGSEGV);
  r = runTestProg("signal", {"thread abort", "library"});
  EXPECT_EQ(r.signal, SIGABRT);
}

TEST(SigForeign, TheProgramsOwnHandlerGetsItsThreadsFaults) {
  ProgResult r = runTestProg("signal", {"own handler thread", "library"});
  EXPECT_EQ(r.exit, 7);
  EXPECT_EQ(r.out, "own SIGSEGV\n");
}

TEST(SigForeign, AFaultOfAGoroutineIsOursAllTheSame) {
  ProgResult r = runTestProg("signal", {"own handler goroutine", "library"});
  EXPECT_EQ(r.signal, SIGABRT);
  EXPECT_EQ(r.out, "");
  EXPECT_THAT(r.err, MatchesRegex(std::string(nilPanic) + "(.|\n)*"));
}

TEST(SigForeign, InALibraryOtherSignalsAreLeftAlone) {
  for (const char* how : {"own usr1", "own abort"}) {
    ProgResult r = runTestProg("signal", {how, "library"});
    EXPECT_EQ(r.exit, 7) << how;
    EXPECT_EQ(r.out, "own other\n") << how;
  }
}

// ---- Masks and stacks ---------------------------------------------------------------------

TEST(SigName, IsGos) {
  EXPECT_STREQ(signame(SIGSEGV), "SIGSEGV: segmentation violation");
  EXPECT_STREQ(signame(SIGURG), "SIGURG: urgent condition on socket");
  EXPECT_STREQ(signame(64), "signal 64");
  EXPECT_EQ(signame(65), nullptr);
}

TEST(SigMask, SaveAndRestore) {
  std::thread([] {
    uint64 before, blocked, after;
    sigsave(&before);
    sigblock(false);
    sigsave(&blocked);
    EXPECT_NE(blocked & (uint64{1} << (SIGUSR1 - 1)), 0u);
    EXPECT_EQ(blocked & (uint64{7} << 31), 0u) << "32 to 34 are the C library's";
    unblocksig(SIGUSR1);
    sigsave(&after);
    EXPECT_EQ(after, blocked & ~(uint64{1} << (SIGUSR1 - 1)));
    msigrestore(before);
    sigsave(&after);
    EXPECT_EQ(after, before);
  }).join();
}

TEST(SigMask, AnMBlocksNothingThatFaultsRaise) {
  onGoroutine([] {
    uint64 mask;
    sigsave(&mask);
    for (int sig : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP}) {
      EXPECT_EQ(mask & (uint64{1} << (sig - 1)), 0u) << sig;
    }
  });
}

TEST(SigStack, AnMsIsItsGsignals) {
  onGoroutine([] {
    LockOSThread();
    const stack& s = getg()->m->gsignal->stack;
    stack_t st = {};
    ::sigaltstack(nullptr, &st);
    EXPECT_EQ(reinterpret_cast<uintptr>(st.ss_sp), s.lo);
    EXPECT_EQ(st.ss_size, s.hi - s.lo);
    EXPECT_EQ(st.ss_flags & SS_DISABLE, 0);
    UnlockOSThread();
  });
}

// A thread of the program's own has the stack and the mask that it had, once it is no M
// any more.
TEST(SigStack, AThreadGetsItsOwnBack) {
  onGoroutine([] {});  // starts the runtime
  std::thread([] {
    static char memory[64 << 10];
    stack_t own = {}, old = {}, after = {};
    own.ss_sp = memory;
    own.ss_size = sizeof memory;
    ASSERT_EQ(::sigaltstack(&own, &old), 0);
    uint64 maskBefore, maskAfter;
    sigsave(&maskBefore);

    needm(getsp());
    ASSERT_EQ(::sigaltstack(nullptr, &after), 0);
    EXPECT_EQ(reinterpret_cast<uintptr>(after.ss_sp), getg()->m->gsignal->stack.lo);
    dropm();

    ASSERT_EQ(::sigaltstack(nullptr, &after), 0);
    EXPECT_EQ(after.ss_sp, memory);
    EXPECT_EQ(after.ss_size, sizeof memory);
    sigsave(&maskAfter);
    EXPECT_EQ(maskAfter, maskBefore);
    ::sigaltstack(&old, nullptr);
  }).join();
}

}  // namespace
}  // namespace gort

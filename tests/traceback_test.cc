// Tests of runtime/traceback.cc: headers of goroutines. Whole reports: panic_test.cc.
#include "runtime/traceback.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>

#include <memory>

#include "alloc/type.h"
#include "arch/os_linux.h"
#include "runtime/runtime1.h"
#include "tests/export_test.h"

namespace gort {
namespace {

using testing::threadAsM;

struct Header : ::testing::Test {
  Header() {
    parseRuntimeDebugVars(nullptr);
    gp->goid = 7;
  }

  std::string header() {
    ::testing::internal::CaptureStderr();
    goroutineheader(gp.get());
    return ::testing::internal::GetCapturedStderr();
  }
  void status(uint32 s) { gp->atomicstatus.store(s, relaxed); }

  threadAsM me;
  std::unique_ptr<g> gp = std::make_unique<g>();
};

TEST_F(Header, NamesTheStatus) {
  struct {
    uint32 status;
    const char* text;
  } all[] = {
      {Gidle, "idle"},
      {Grunnable, "runnable"},
      {Grunning, "running"},
      {Gsyscall, "syscall"},
      {Gwaiting, "waiting"},
      {Gdead, "dead"},
      {Gleaked, "leaked"},
      {Gpreempted, "preempted"},
      {Gdeadextra, "waiting for cgo callback"},
      {5, "???"},
  };
  for (auto& c : all) {
    status(c.status);
    std::string leaked = c.status == Gleaked ? " (leaked)" : "";
    EXPECT_EQ(header(), std::string("goroutine 7 [") + c.text + leaked + "]:\n");
    status(c.status | Gscan);
    EXPECT_EQ(header(), std::string("goroutine 7 [") + c.text + leaked + " (scan)]:\n");
  }
}

TEST_F(Header, NamesWhatAGoroutineWaitsFor) {
  status(Gwaiting);
  gp->waitreason = waitReasonChanReceive;
  EXPECT_EQ(header(), "goroutine 7 [chan receive]:\n");
  gp->waitreason = waitReasonSyncMutexLock;
  EXPECT_EQ(header(), "goroutine 7 [sync.Mutex.Lock]:\n");
  status(Grunnable);  // what it waited for before does not matter
  EXPECT_EQ(header(), "goroutine 7 [runnable]:\n");
}

TEST_F(Header, TellsWaitsOfAMinuteAndMore) {
  status(Gwaiting);
  gp->waitreason = waitReasonChanSend;
  gp->waitsince = nanotime() - int64{59'000'000'000};
  EXPECT_EQ(header(), "goroutine 7 [chan send]:\n");
  gp->waitsince = nanotime() - int64{150'000'000'000};
  EXPECT_EQ(header(), "goroutine 7 [chan send, 2 minutes]:\n");
  status(Gsyscall);
  EXPECT_EQ(header(), "goroutine 7 [syscall, 2 minutes]:\n");
  status(Grunning);
  EXPECT_EQ(header(), "goroutine 7 [running]:\n");
}

TEST_F(Header, TellsAThreadLock) {
  status(Grunning);
  gp->lockedm.store(me.mp(), relaxed);
  EXPECT_EQ(header(), "goroutine 7 [running, locked to thread]:\n");
}

TEST_F(Header, TellsTheMachineOnRequest) {
  status(Gwaiting);
  setTraceback(literal<"system">);
  EXPECT_THAT(header(), ::testing::ContainsRegex("^goroutine 7 gp=0x[0-9a-f]+ m=nil "
                                                 "\\[waiting\\]:\n$"));
  gp->m = me.mp();
  me.mp()->id = 3;
  EXPECT_THAT(header(), ::testing::ContainsRegex("^goroutine 7 gp=0x[0-9a-f]+ m=3 "
                                                 "mp=0x[0-9a-f]+ \\[waiting\\]:\n$"));
}

}  // namespace
}  // namespace gort

// conformance CASE: what Go's tests of its runtime check on whole processes and what needs system
// calls or settings that minigo has no package for. tests/conformance/testprog.tsv has the expectations.
//
// Go: runtime/testdata/testprog/lockosthread.go, deadlock.go (ThreadExhaustion, StackOverflow)
#include <errno.h>
#include <gort/gort.h>
#include <gort/minigo.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sched/proc.h"
#include "sched/stack.h"

using namespace gort;
namespace go_ = gort::compiled;

namespace {

const char* which = "";
pid_t mainTID;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

pid_t gettid_() { return static_cast<pid_t>(syscall(SYS_gettid)); }

[[noreturn]] void fail(const char* what) {
  std::printf("%s\n", what);
  std::fflush(stdout);
  _exit(1);
}

void ok() {
  std::printf("OK\n");
  std::fflush(stdout);
}

void sleepMillisecond() {
  runtime::Blocking([] { usleep(1000); });
}

// A goroutine that starts on the main thread may lock itself there; main then goes on elsewhere.
void lockOSThreadMain() {
  if (runtime::GOMAXPROCS(-1) != 1) fail("requires GOMAXPROCS=1");
  auto ready = Chan<bool>::make(1);
  go([ready] {
    runtime::LockOSThread();
    if (gettid_() != mainTID) fail("failed to start goroutine on main thread");
    ready.send(true);  // and exit with the main thread locked
  });
  ready.recv();
  sleepMillisecond();
  if (gettid_() == mainTID) fail("goroutine migrated to locked thread");
  ok();
}

// A thread whose goroutine exits while locked ends, and nothing else runs on it.
void lockOSThreadAlt() {
  auto ready = Chan<pid_t>::make(1);
  go([ready] {
    runtime::LockOSThread();
    ready.send(gettid_());
  });
  pid_t sub = *ready.recv();
  runtime::UnlockOSThread();
  for (int i = 0; i < 100; i++) {
    sleepMillisecond();
    if (gettid_() == sub) fail("locked thread reused");
    if (syscall(SYS_tgkill, getpid(), sub, 0) != 0 && errno == ESRCH) return ok();
  }
  fail("sub thread still running");
}

// New threads are not cloned from a locked one, whose state may be strange.
void lockOSThreadAvoidsStatePropagation() {
  if (runtime::GOMAXPROCS(-1) != 1) fail("requires GOMAXPROCS=1");
  if (chdir("/") != 0) fail("failed to chdir");
  auto ready = Chan<bool>::make(1);
  go([ready] {
    runtime::LockOSThread();
    if (unshare(CLONE_FS) != 0) {
      if (errno == EPERM) {
        ok();  // nothing to see here without the permission
        _exit(0);
      }
      fail("failed to unshare fs");
    }
    if (chdir("/tmp") != 0) fail("failed to chdir");
    ready.send(true);
  });
  ready.recv();
  auto done = Chan<bool>::make();
  go([done] {
    runtime::LockOSThread();
    char wd[4096];
    if (getcwd(wd, sizeof wd) == nullptr) fail("failed to get cwd");
    if (std::strcmp(wd, "/") != 0)
      fail("bad state from old thread propagated after it should have died");
    done.recv();
    runtime::UnlockOSThread();
  });
  done.send(true);
  runtime::UnlockOSThread();
  ok();
}

void threadExhaustion() {
  setMaxThreads(10);
  for (int i = 0; i < 100; i++) {
    auto c = Chan<int>::make();
    go([c] {
      runtime::LockOSThread();
      c.send(0);
      block();
    });
    c.recv();
  }
  fail("no limit");
}

uint8 overflow(volatile uint8* outer);
uint8 overflow(volatile uint8* outer) {
  if (go_::stacklow<4096>()) [[unlikely]]
    return go_::morestack<overflow>(outer);
  volatile uint8 buf[1024];
  buf[0] = *outer;
  uint8 r = overflow(buf);
  return static_cast<uint8>(r + buf[0]);
}

void stackOverflow() {
  setMaxStack(1474560);
  uint8 x = 0;
  std::printf("%d\n", overflow(&x));
}

void init() {
  mainTID = gettid_();
  if (is("LockOSThreadAlt") || is("LockOSThreadAvoidsStatePropagation")) runtime::LockOSThread();
}

void run() {
  if (is("LockOSThreadMain")) return lockOSThreadMain();
  if (is("LockOSThreadAlt")) return lockOSThreadAlt();
  if (is("LockOSThreadAvoidsStatePropagation")) return lockOSThreadAvoidsStatePropagation();
  if (is("ThreadExhaustion")) return threadExhaustion();
  if (is("StackOverflow")) return stackOverflow();
  fail("unknown case");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) which = argv[1];
  static constexpr program p = {init, run};
  rt0_go(argc, argv, p);
}

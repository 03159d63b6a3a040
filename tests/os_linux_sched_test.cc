// Threads as Ms: how they are fitted out, what is left when they end, and what happens
// when the system has no more.
//
// Go: runtime/crash_unix_test.go, runtime/proc_test.go

#include "sched/os_linux.h"

#include <cxxabi.h>
#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/auxv.h>

#include <set>
#include <thread>

#include "arch/os_linux.h"
#include "arch/syscall_linux.h"
#include "sched/proc.h"
#include "sched/stack.h"
#include "tests/export_test.h"
#include "tests/testprog.h"

namespace gort {
namespace {

using ::testing::MatchesRegex;
using testing::onGoroutine;
using testing::ProgResult;
using testing::runTestProg;

// locked runs f on a goroutine that has a thread of ours to itself.
template <class F>
void locked(F f) {
  onGoroutine([&] {
    LockOSThread();
    f(getg()->m);
    UnlockOSThread();
  });
}

TEST(Thread, AnMKnowsItsThread) {
  locked([](m* mp) {
    EXPECT_EQ(mp->procid, gettid());
    EXPECT_EQ(mp->ehglobals, static_cast<void*>(__cxxabiv1::__cxa_get_globals()));
    EXPECT_EQ(getg()->m, mp);
    systemstack([mp] {
      EXPECT_EQ(getg(), mp->g0);
      uintptr sp = getsp();
      EXPECT_TRUE(sp >= mp->g0->stack.lo && sp < mp->g0->stack.hi);
    });
  });
}

TEST(Thread, ItsSignalStackHoldsAllRegistersAndATraceback) {
  locked([](m* mp) {
    const stack& s = mp->gsignal->stack;
    EXPECT_GE(s.hi - s.lo, getauxval(AT_MINSIGSTKSZ) + (48 << 10) - 1024);
    EXPECT_EQ(mp->gsignal->m, mp);
    stack hit;
    EXPECT_EQ(stackguardhit(s.lo - 1, &hit), stackKind::goroutine);
  });
}

TEST(Thread, ThatWeMadeRunsOnAStackWithAGuard) {
  onGoroutine([] {
    // Three locked goroutines at once have three threads; one may be that of m0.
    auto looked = Chan<bool>::make();
    auto leave = Chan<void>::make();
    for (int i = 0; i < 3; i++) {
      go([=] {
        runtime::LockOSThread();
        m* mp = getg()->m;
        if (mp != &m0) {
          stack hit;
          EXPECT_EQ(stackguardhit(mp->g0->stack.lo - 1, &hit), stackKind::system);
          pthread_attr_t attr;
          ASSERT_EQ(pthread_getattr_np(pthread_self(), &attr), 0);
          void* lo;
          size_t size;
          pthread_attr_getstack(&attr, &lo, &size);
          pthread_attr_destroy(&attr);
          EXPECT_EQ(reinterpret_cast<uintptr>(lo), mp->g0->stack.lo);
        }
        looked.send(mp != &m0);
        leave.recv();
        runtime::UnlockOSThread();
      });
    }
    int ours = 0;
    for (int i = 0; i < 3; i++) ours += *looked.recv() ? 1 : 0;
    for (int i = 0; i < 3; i++) leave.send();
    EXPECT_GE(ours, 2);
  });
}

// A goroutine that ends locked takes its thread along. The stack is used for another, once
// the thread is gone.
TEST(Thread, StacksOfEndedOnesAreUsedAgain) {
  std::set<uintptr> stacks;
  std::set<uint32> threads;
  onGoroutine([&] {
    auto c = Chan<void>::make();
    for (int i = 0; i < 200; i++) {
      go([&, c] {
        LockOSThread();
        m* mp = getg()->m;
        if (mp != &m0) {
          stacks.insert(mp->g0->stack.lo);
          threads.insert(gettid());
        }
        c.send();
      });
      c.recv();
    }
  });
  EXPECT_GT(threads.size(), 100u);
  EXPECT_LT(stacks.size(), 60u);
}

TEST(Threadstack, ContainsTheFrameOfItsCaller) {
  auto check = [] {
    stack s = threadstack();
    auto here = reinterpret_cast<uintptr>(__builtin_frame_address(0));
    EXPECT_LT(s.lo, here);
    EXPECT_GT(s.hi, here);
    EXPECT_GE(s.hi - s.lo, uintptr{64} << 10);
  };
  check();
  std::thread(check).join();
}

TEST(Newosproc, WithoutMoreThreadsSaysWhatToDo) {
  ProgResult r = runTestProg("threads");
  if (r.out == "not permitted\n" || r.out == "no limit\n") GTEST_SKIP() << r.out;
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, MatchesRegex("runtime: failed to create new OS thread \\(have [0-9]+ "
                                  "already; errno=11\\)\n"
                                  "runtime: may need to increase max user processes "
                                  "\\(ulimit -u\\)\n"
                                  "fatal error: newosproc\n(.|\n)*"));
}

}  // namespace
}  // namespace gort

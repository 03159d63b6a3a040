// Tests of runtime/cgocall.h: calls out of the runtime, and into it from foreign
// threads. Every test runs on such a thread: main is GoogleTest's.
#include "runtime/cgocall.h"

#include <gort/gort.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "runtime/debug.h"
#include "sched/proc.h"

namespace gort {
namespace {

// callback runs f() through cgocallback.
template <class F>
void callback(F f) {
  cgocallback([](void* p) { (*static_cast<F*>(p))(); }, &f);
}

// call runs f() through cgocall.
template <class F>
void call(F f) {
  cgocall([](void* p) { (*static_cast<F*>(p))(); }, &f);
}

// onGoroutine runs f() on a new goroutine and waits for it.
template <class F>
void onGoroutine(F f) {
  auto done = Chan<int>::make();
  go([&f, done] {
    f();
    done.send(1);
  });
  done.recv();
}

bool isGoroutine() {
  g* gp = getg();
  return gp != nullptr && gp == gp->m->curg.load(relaxed) && readgstatus(gp) == Grunning &&
         gp->m->p.load(relaxed) != nullptr;
}

// ---- Into the runtime ----------------------------------------------------------------

TEST(CgoCallback, RunsAsAGoroutineOnTheSameThread) {
  EXPECT_EQ(getg(), nullptr);
  pid_t tid = gettid();
  bool ran = false;
  callback([&] {
    EXPECT_TRUE(isGoroutine());
    EXPECT_EQ(gettid(), tid);
    for (int i = 0; i < 100; i++) Gosched();
    EXPECT_EQ(gettid(), tid);
    ran = true;
  });
  EXPECT_TRUE(ran);
  EXPECT_EQ(getg(), nullptr);
}

TEST(CgoCallback, CanBlockAndStartGoroutines) {
  callback([] {
    auto c = Chan<int>::make();
    go([c] { c.send(42); });
    EXPECT_EQ(*c.recv(), 42);
  });
}

TEST(CgoCallback, KeepsItsMUntilTheThreadEnds) {
  m* first = nullptr;
  m* second = nullptr;
  uint32 before = extraMInUse.load(relaxed);
  std::thread([&] {
    callback([&] { first = getg()->m; });
    EXPECT_EQ(extraMInUse.load(relaxed), before + 1);
    callback([&] { second = getg()->m; });
    EXPECT_EQ(extraMInUse.load(relaxed), before + 1);
  }).join();
  EXPECT_EQ(first, second);
  EXPECT_EQ(extraMInUse.load(relaxed), before);
}

TEST(CgoCallback, ReusesTheMsOfThreadsThatEnded) {
  std::thread([] { callback([] {}); }).join();
  uint32 spare = extraMLength.load(relaxed);
  for (int i = 0; i < 50; i++) {
    std::thread([] { callback([] { Gosched(); }); }).join();
  }
  EXPECT_EQ(extraMLength.load(relaxed), spare);
}

TEST(CgoCallback, ServesManyThreadsAtOnce) {
  constexpr int threads = 16, calls = 300;
  std::atomic<int> sum = 0;
  std::vector<std::thread> ts;
  auto c = Chan<int>::make();
  callback([&] {
    go([&sum, c] {
      while (auto v = c.recv()) sum += *v;
    });
  });
  for (int t = 0; t < threads; t++) {
    ts.emplace_back([&] {
      for (int i = 0; i < calls; i++) {
        callback([&] {
          EXPECT_TRUE(isGoroutine());
          c.send(1);
        });
      }
    });
  }
  for (auto& t : ts) t.join();
  callback([&] {
    c.close();
    while (sum != threads * calls) Gosched();
  });
  EXPECT_EQ(sum, threads * calls);
}

TEST(CgoCallback, LetsExceptionsThroughToTheCaller) {
  try {
    callback([] { throw std::runtime_error("from inside"); });
    FAIL();
  } catch (std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "from inside");
  }
  bool ran = false;
  callback([&] { ran = std::uncaught_exceptions() == 0; });  // works as before
  EXPECT_TRUE(ran);
}

TEST(CgoCallback, FromAHandlerKeepsTheCallersException) {
  try {
    throw std::runtime_error("outer");
  } catch (std::runtime_error&) {
    callback([] {
      EXPECT_EQ(std::current_exception(), nullptr);  // another goroutine's
      try {
        throw std::logic_error("inner");
      } catch (std::logic_error&) {
        Gosched();
      }
    });
    try {
      throw;
    } catch (std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "outer");
    }
  }
}

TEST(CgoCallback, OnAGoroutineJustCalls) {
  onGoroutine([] {
    g* gp = getg();
    callback([&] { EXPECT_EQ(getg(), gp); });
  });
  callback([] {
    g* gp = getg();
    callback([&] { EXPECT_EQ(getg(), gp); });
  });
}

// ---- Out of it ---------------------------------------------------------------------------

TEST(CgoCall, LetsOthersUseTheProcessor) {
  onGoroutine([] {
    int32 procs = GOMAXPROCS(1);
    int fds[2];
    ASSERT_EQ(pipe(fds), 0);
    go([&] { EXPECT_EQ(write(fds[1], "x", 1), 1); });
    char c = 0;
    call([&] { EXPECT_EQ(read(fds[0], &c, 1), 1); });  // blocks until the other has run
    EXPECT_EQ(c, 'x');
    EXPECT_TRUE(isGoroutine());
    close(fds[0]);
    close(fds[1]);
    GOMAXPROCS(procs);
  });
}

TEST(CgoCall, RunsInASystemCall) {
  onGoroutine([] {
    g* gp = getg();
    call([&] {
      EXPECT_EQ(getg(), gp);
      EXPECT_EQ(readgstatus(gp), Gsyscall);
      bool nested = false;
      call([&] { nested = true; });
      EXPECT_TRUE(nested);
      EXPECT_EQ(readgstatus(gp), Gsyscall);
    });
    EXPECT_EQ(readgstatus(gp), Grunning);
  });
}

TEST(CgoCall, IsCounted) {
  onGoroutine([] {
    int64 before = NumCgoCall();
    for (int i = 0; i < 3; i++) call([] {});
    EXPECT_GE(NumCgoCall(), before + 3);
  });
}

TEST(CgoCall, LetsExceptionsThrough) {
  onGoroutine([] {
    try {
      call([] { throw std::runtime_error("from outside"); });
      ADD_FAILURE();
    } catch (std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "from outside");
    }
    EXPECT_TRUE(isGoroutine());
  });
}

TEST(CgoCall, OnAForeignThreadJustCalls) {
  bool ran = false;
  call([&] { ran = getg() == nullptr; });
  EXPECT_TRUE(ran);
}

TEST(CgoCall, CanCallBack) {
  onGoroutine([] {
    g* gp = getg();
    auto c = Chan<int>::make();
    call([&] {
      pid_t tid = gettid();
      for (int i = 0; i < 10; i++) {
        callback([&] {
          EXPECT_EQ(getg(), gp);
          EXPECT_TRUE(isGoroutine());
          go([c, i] { c.send(i); });
          EXPECT_EQ(*c.recv(), i);
          EXPECT_EQ(gettid(), tid);
        });
        EXPECT_EQ(readgstatus(gp), Gsyscall);
      }
      EXPECT_THROW(callback([] { throw 42; }), int);
      EXPECT_EQ(readgstatus(gp), Gsyscall);
    });
    EXPECT_TRUE(isGoroutine());
    EXPECT_EQ(gp->lockedm.load(relaxed), nullptr);
  });
}

TEST(CgoCall, CanBeLeftByGoexit) {
  auto done = Chan<int>::make(1);
  go([done] {
    struct Done {
      Chan<int> c;
      ~Done() { c.send(7); }  // a channel operation: we are back in the runtime
    } d{done};
    call([] { Goexit(); });
  });
  EXPECT_EQ(*done.recv(), 7);
}

TEST(CgoCall, ManyAtOnceGetThreadsOfTheirOwn) {
  onGoroutine([] {
    constexpr int n = 20;
    std::atomic<int> inside = 0;
    auto done = Chan<int>::make();
    for (int i = 0; i < n; i++) {
      go([&] {
        call([&] {
          inside++;
          while (inside < n) usleep(100);  // until all are in at the same time
        });
        done.send(1);
      });
    }
    for (int i = 0; i < n; i++) done.recv();
    EXPECT_EQ(inside, n);
  });
}

}  // namespace
}  // namespace gort

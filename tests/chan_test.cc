// Channels: what each operation does in each state of a channel, how values travel,
// and who wakes whom.
//
// Go: runtime/chan_test.go; the language specification on channel types, send
//     statements, the receive operator, close, len and cap

#include "runtime/chan.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <map>
#include <vector>

#include "tests/export_test.h"
#include "tests/testprog.h"

namespace gort {
namespace {

using testing::awaitWaiters;
using testing::channel;
using ::testing::ContainsRegex;
using testing::onGoroutine;
using testing::runTestProg;
using ::testing::StartsWith;
using testing::Waiters;
using testing::WithProcs;

// A channel without buffer, small ones, and one of a hundred.
constexpr int caps[] = {0, 1, 2, 3, 7, 100};

// ---- Making -------------------------------------------------------------------

TEST(ChanMake, CapIsAsAskedAndLenCountsTheBuffer) {
  onGoroutine([] {
    for (int cap : caps) {
      auto c = Chan<int>::make(cap);
      EXPECT_EQ(c.cap(), cap);
      for (int i = 0; i < cap; i++) {
        EXPECT_EQ(c.len(), i);
        c.send(i);
      }
      EXPECT_EQ(c.len(), cap);
      for (int i = cap; i > 0; i--) {
        EXPECT_EQ(c.len(), i);
        c.recv();
      }
      EXPECT_EQ(c.len(), 0);
    }
  });
}

TEST(ChanMake, NilHasLenAndCapZero) {
  EXPECT_EQ(chanlen(nullptr), 0);
  EXPECT_EQ(chancap(nullptr), 0);
}

TEST(ChanMake, ElementsWithoutPointersShareTheChannelsObject) {
  onGoroutine([] {
    hchan* c = channel(Chan<int64>::make(4));
    EXPECT_EQ(c->buf, reinterpret_cast<uint8*>(c) + hchanSize);
    EXPECT_EQ(c->elemsize, 8);
    EXPECT_EQ(c->dataqsiz, 4u);
  });
}

TEST(ChanMake, ElementsWithoutSizeNeedNoBuffer) {
  onGoroutine([] {
    auto c = Chan<void>::make(intgo{1} << 40);
    EXPECT_EQ(c.cap(), intgo{1} << 40);
    for (int i = 0; i < 1000; i++) c.send();
    EXPECT_EQ(c.len(), 1000);
    for (int i = 0; i < 1000; i++) EXPECT_TRUE(c.recv().has_value());
    EXPECT_EQ(c.len(), 0);
  });
}

// What `chan CASE` (tests/testprog/chan.cc) prints when the main goroutine panics.
void expectPanic(const char* name, const std::string& text) {
  auto r = runTestProg("chan", {name});
  EXPECT_EQ(r.exit, 2) << name;
  EXPECT_EQ(r.out, "") << name;
  EXPECT_THAT(r.err, StartsWith("panic: " + text + "\n\ngoroutine 1 [running]:\n")) << name;
}

TEST(ChanMake, RefusesImpossibleSizes) {
  for (const char* name :
       {"make -1", "make -1 of no size", "make huge", "make overflow", "make max", "make64 -1"}) {
    expectPanic(name, "makechan: size out of range");
  }
}

TEST(ChanMake, ThrowsAtWhatNoCompilerLetsPass) {
  auto r = runTestProg("chan", {"elem too large"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("fatal error: makechan: invalid channel element type\n"));
  r = runTestProg("chan", {"elem alignment"});
  EXPECT_EQ(r.exit, 2);
  EXPECT_THAT(r.err, StartsWith("fatal error: makechan: bad alignment\n"));
}

// ---- Sending and receiving ------------------------------------------------------

TEST(Chan, ReceiveFromEmptyWaitsAndDoesNotIfItNeedNot) {
  onGoroutine([] {
    for (int cap : caps) {
      auto c = Chan<int>::make(cap);
      std::atomic<int> received = 0;
      sync::WaitGroup wg;
      wg.Go([&] {
        c.recv();
        received++;
      });
      wg.Go([&] {
        int v;
        c.recv(v);
        received++;
      });
      awaitWaiters(c, {2, 0});
      EXPECT_EQ(received, 0);
      EXPECT_FALSE(c.try_recv());
      int v = 42;
      selectResult r = c.try_recv(v);
      EXPECT_FALSE(r.selected);
      EXPECT_FALSE(r.received);
      EXPECT_EQ(v, 42);
      c.send(0);
      c.send(0);
      wg.Wait();
      EXPECT_EQ(received, 2);
    }
  });
}

TEST(Chan, SendToFullWaitsAndDoesNotIfItNeedNot) {
  onGoroutine([] {
    for (int cap : caps) {
      auto c = Chan<int>::make(cap);
      for (int i = 0; i < cap; i++) c.send(i);
      std::atomic<bool> sent = false;
      sync::WaitGroup wg;
      wg.Go([&] {
        c.send(cap);
        sent = true;
      });
      awaitWaiters(c, {0, 1});
      EXPECT_FALSE(sent);
      EXPECT_FALSE(c.try_send(0));
      // The sender's value comes last, behind what was in the buffer.
      for (int i = 0; i <= cap; i++) EXPECT_EQ(c.recv(), i);
      wg.Wait();
      EXPECT_TRUE(sent);
    }
  });
}

TEST(Chan, ValuesArriveInOrder) {
  onGoroutine([] {
    for (int cap : caps) {
      auto c = Chan<int>::make(cap);
      for (int round = 0; round < 2; round++) {
        go([c] {
          for (int i = 0; i < 100; i++) c.send(i);
        });
        for (int i = 0; i < 100; i++) {
          int v = -1;
          ASSERT_TRUE(c.recv(v));
          ASSERT_EQ(v, i);
        }
      }
    }
  });
}

TEST(Chan, WaitersAreServedInTheOrderTheyCame) {
  onGoroutine([] {
    WithProcs one(1);
    auto c = Chan<int>::make();
    std::vector<int> order;
    sync::WaitGroup wg;
    for (int i = 0; i < 5; i++) {
      wg.Go([&, i] {
        c.recv();
        order.push_back(i);
      });
      awaitWaiters(c, {i + 1, 0});
    }
    for (int i = 0; i < 5; i++) {
      c.send(i);
      while (order.size() <= static_cast<size_t>(i)) runtime::Gosched();
    }
    wg.Wait();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));

    for (int i = 0; i < 5; i++) {
      wg.Go([&, i] { c.send(i); });
      awaitWaiters(c, {0, i + 1});
    }
    for (int i = 0; i < 5; i++) EXPECT_EQ(c.recv(), i);
    wg.Wait();
  });
}

TEST(Chan, ManySendersAndReceiversLoseAndInventNothing) {
  static constexpr int P = 4;
  static constexpr int L = 1000;
  WithProcs four(4);
  onGoroutine([] {
    for (int cap : caps) {
      auto c = Chan<int>::make(cap);
      for (int p = 0; p < P; p++) {
        go([c] {
          for (int i = 0; i < L; i++) c.send(i);
        });
      }
      auto done = Chan<std::map<int, int>>::make();
      for (int p = 0; p < P; p++) {
        go([c, done] {
          std::map<int, int> seen;
          for (int i = 0; i < L; i++) seen[*c.recv()]++;
          done.send(std::move(seen));
        });
      }
      std::map<int, int> all;
      for (int p = 0; p < P; p++) {
        auto seen = *done.recv();
        for (auto [v, n] : seen) all[v] += n;
      }
      ASSERT_EQ(all.size(), static_cast<size_t>(L));
      for (auto [v, n] : all) ASSERT_EQ(n, P) << v;
    }
  });
}

TEST(Chan, UnbufferedSendReturnsAfterTheReceiveBegan) {
  // Go's memory model: a receive from an unbuffered channel is synchronised before the
  // completion of the send. The plain variable is the check, under ThreadSanitizer.
  WithProcs two(2);
  onGoroutine([] {
    for (int i = 0; i < 1000; i++) {
      auto c = Chan<int>::make();
      int a = 0;
      go([&a, c] {
        a = 1;
        c.recv();
      });
      c.send(0);
      ASSERT_EQ(a, 1);
    }
  });
}

TEST(Chan, BufferLimitsHowManyAreInside) {
  // The k-th receive of a channel with room for c is synchronised before the completion
  // of send k+c: a channel is a counting semaphore.
  WithProcs four(4);
  onGoroutine([] {
    constexpr int limit = 3;
    auto tokens = Chan<void>::make(limit);
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    sync::WaitGroup wg;
    for (int i = 0; i < 16; i++) {
      wg.Go([&] {
        for (int j = 0; j < 200; j++) {
          tokens.send();
          int n = ++inside;
          int m = most;
          while (n > m && !most.compare_exchange_weak(m, n)) {
          }
          runtime::Gosched();
          --inside;
          tokens.recv();
        }
      });
    }
    wg.Wait();
    EXPECT_LE(most, limit);
    EXPECT_EQ(inside, 0);
  });
}

TEST(Chan, MultiConsumer) {
  WithProcs four(4);
  onGoroutine([] {
    constexpr int nwork = 23;
    constexpr int niter = 50'000;
    constexpr int pn[] = {2, 3, 7, 11, 13, 17, 19, 23, 27, 31};
    auto q = Chan<int>::make(nwork * 3);
    auto r = Chan<int>::make(nwork * 3);
    sync::WaitGroup wg;
    for (int w = 0; w < nwork; w++) {
      wg.Go([&, w] {
        for (int v : q) {
          if (pn[w % 10] == v) runtime::Gosched();  // disturb the order
          r.send(v);
        }
      });
    }
    int64 expect = 0;
    for (int i = 0; i < niter; i++) expect += pn[i % 10];
    go([&] {
      for (int i = 0; i < niter; i++) q.send(pn[i % 10]);
      q.close();
      wg.Wait();
      r.close();
    });
    int n = 0;
    int64 sum = 0;
    for (int v : r) {
      n++;
      sum += v;
    }
    EXPECT_EQ(n, niter);
    EXPECT_EQ(sum, expect);
  });
}

// ---- Closing ----------------------------------------------------------------------

TEST(ChanClose, WhatIsInTheBufferIsReceivedThenZeroForEver) {
  onGoroutine([] {
    for (int cap : caps) {
      auto c = Chan<int>::make(cap);
      for (int i = 0; i < cap; i++) c.send(i + 1);
      c.close();
      EXPECT_EQ(c.len(), cap);
      for (int i = 0; i < cap; i++) EXPECT_EQ(c.recv(), i + 1);
      for (int i = 0; i < 3; i++) {
        EXPECT_FALSE(c.recv().has_value());
        int v = 42;
        EXPECT_FALSE(c.recv(v));
        EXPECT_EQ(v, 0);
        v = 42;
        selectResult r = c.try_recv(v);
        EXPECT_TRUE(r.selected);
        EXPECT_FALSE(r.received);
        EXPECT_EQ(v, 0);
      }
      EXPECT_EQ(c.cap(), cap);
    }
  });
}

TEST(ChanClose, WakesEveryReceiverWithZero) {
  onGoroutine([] {
    for (int cap : caps) {
      auto c = Chan<int>::make(cap);
      sync::WaitGroup wg;
      std::atomic<int> ok = 0;
      for (int i = 0; i < 10; i++) {
        wg.Go([&] {
          int v = 42;
          if (!c.recv(v) && v == 0) ok++;
        });
      }
      awaitWaiters(c, {10, 0});
      c.close();
      wg.Wait();
      EXPECT_EQ(ok, 10);
    }
  });
}

TEST(ChanClose, SendOnClosedPanics) {
  for (const char* name : {"send", "send buffered", "try_send", "try_send buffered",
                           "select of one", "select", "select default"}) {
    expectPanic(name, "send on closed channel");
  }
}

TEST(ChanClose, SenderThatWaitsPanics) {
  for (const char* name : {"send closed under", "select closed under"}) {
    auto r = runTestProg("chan", {name});
    EXPECT_EQ(r.exit, 2) << name;
    EXPECT_THAT(r.err, ContainsRegex("^panic: send on closed channel\n\n"
                                     "goroutine [2-9][0-9]* \\[running\\]:\n"))
        << name;
  }
}

TEST(ChanClose, TwiceOrOfNilPanics) {
  expectPanic("close twice", "close of closed channel");
  expectPanic("close nil", "close of nil channel");
}

// ---- nil ----------------------------------------------------------------------------

TEST(ChanNil, IsNeverReady) {
  onGoroutine([] {
    Chan<int> c;
    EXPECT_FALSE(c.try_send(1));
    EXPECT_FALSE(c.try_recv());
    int v = 42;
    EXPECT_FALSE(c.try_recv(v).selected);
    EXPECT_EQ(v, 42);
  });
}

// ---- Without the lock ---------------------------------------------------------------

TEST(ChanNonblocking, ClosedWithAValueIsReady) {
  // A receive that looks while the channel is being closed must find the value.
  WithProcs two(2);
  onGoroutine([] {
    for (int i = 0; i < 2000; i++) {
      auto c = Chan<int>::make(1);
      c.send(1);
      auto ready = Chan<bool>::make(1);
      go([=] { ready.send(c.try_recv().has_value()); });
      c.close();
      bool other = c.recv().has_value();
      ASSERT_NE(*ready.recv(), other);  // one of the two got it
    }
  });
}

TEST(ChanNonblocking, OpenAndDrainedIsNeverTakenForOpenAndEmpty) {
  // {selected, not received} only after close; {not selected} never after it, if the
  // closing happened before.
  WithProcs two(2);
  onGoroutine([] {
    for (int i = 0; i < 2000; i++) {
      auto c = Chan<int>::make(1);
      c.send(7);
      std::atomic<bool> wrong = false;
      sync::WaitGroup wg;
      wg.Go([&] {
        c.close();
        c.recv();  // drained after the close
      });
      for (int v = 0;;) {
        bool before = channel(c)->closed.load(acquire) != 0;
        selectResult r = c.try_recv(v);
        if (!r.selected && before) wrong = true;
        if (r.selected && !r.received) break;
        runtime::Gosched();
      }
      wg.Wait();
      ASSERT_FALSE(wrong);
    }
  });
}

TEST(ChanNonblocking, FullAndEmptyTellAtOnce) {
  onGoroutine([] {
    auto b = Chan<int>::make(2);
    EXPECT_TRUE(empty(channel(b)));
    EXPECT_FALSE(full(channel(b)));
    b.send(1);
    EXPECT_FALSE(empty(channel(b)));
    EXPECT_FALSE(full(channel(b)));
    b.send(2);
    EXPECT_FALSE(empty(channel(b)));
    EXPECT_TRUE(full(channel(b)));

    auto u = Chan<int>::make();
    EXPECT_TRUE(empty(channel(u)));
    EXPECT_TRUE(full(channel(u)));
    sync::WaitGroup wg;
    wg.Go([&] { u.send(1); });
    awaitWaiters(u, {0, 1});
    EXPECT_FALSE(empty(channel(u)));
    EXPECT_TRUE(full(channel(u)));
    u.recv();
    wg.Wait();
    wg.Go([&] { u.recv(); });
    awaitWaiters(u, {1, 0});
    EXPECT_TRUE(empty(channel(u)));
    EXPECT_FALSE(full(channel(u)));
    u.send(1);
    wg.Wait();
  });
}

// ---- How values travel ------------------------------------------------------------------

// Values of N bytes through each of the ways: with the receiver waiting, with the sender
// waiting, through the buffer, out of a full buffer with a sender behind.
template <size_t N>
struct Bytes {
  unsigned char b[N];
};
template <size_t N>
Bytes<N> pattern(unsigned seed) {
  Bytes<N> v;
  for (size_t i = 0; i < N; i++) v.b[i] = static_cast<unsigned char>(seed * 31 + i * 7 + 1);
  return v;
}

template <size_t N>
void travels() {
  struct Guarded {
    unsigned char before[8];
    Bytes<N> value;
    unsigned char after[8];
  };
  auto expectReceived = [](Chan<Bytes<N>> c, unsigned seed) {
    Guarded g;
    memset(&g, 0xee, sizeof g);
    ASSERT_TRUE(c.recv(g.value));
    auto want = pattern<N>(seed);
    EXPECT_EQ(memcmp(&g.value, &want, N), 0);
    for (unsigned char x : g.before) EXPECT_EQ(x, 0xee);
    for (unsigned char x : g.after) EXPECT_EQ(x, 0xee);
  };
  sync::WaitGroup wg;

  auto u = Chan<Bytes<N>>::make();
  wg.Go([&] { expectReceived(u, 1); });
  awaitWaiters(u, {1, 0});
  u.send(pattern<N>(1));
  wg.Wait();

  wg.Go([&] { u.send(pattern<N>(2)); });
  awaitWaiters(u, {0, 1});
  expectReceived(u, 2);
  wg.Wait();

  auto b = Chan<Bytes<N>>::make(3);
  for (unsigned i = 0; i < 3; i++) b.send(pattern<N>(10 + i));
  wg.Go([&] { b.send(pattern<N>(13)); });
  awaitWaiters(b, {0, 1});
  for (unsigned i = 0; i < 4; i++) expectReceived(b, 10 + i);
  wg.Wait();

  // A receiver that does not want the value.
  b.send(pattern<N>(20));
  chanrecv1(channel(b), nullptr);
  wg.Go([&] { chanrecv1(channel(u), nullptr); });
  awaitWaiters(u, {1, 0});
  u.send(pattern<N>(21));
  wg.Wait();

  // Slots are zero once they are empty.
  for (size_t i = 0; i < 3 * N; i++) ASSERT_EQ(channel(b)->buf[i], 0) << i;
}

TEST(ChanValues, TravelWholeAndTouchNothingElse) {
  onGoroutine([] {
    travels<1>();
    travels<2>();
    travels<3>();
    travels<4>();
    travels<7>();
    travels<8>();
    travels<9>();
    travels<12>();
    travels<16>();
    travels<24>();
    travels<31>();
    travels<64>();
    travels<100>();
    travels<1000>();
    travels<4096>();
  });
}

TEST(ChanValues, OfTheLargestSize) {
  struct Big {
    char bytes[65535];
  };
  auto done = Chan<void>::make();
  go(StackSize{4 << 20}, [done] {
    auto c = Chan<Big>::make(1);
    auto big = std::make_unique<Big>();
    for (size_t i = 0; i < sizeof big->bytes; i++) big->bytes[i] = static_cast<char>(i % 251);
    c.send(*big);
    auto got = std::make_unique<Big>();
    EXPECT_TRUE(c.recv(*got));
    EXPECT_EQ(memcmp(got.get(), big.get(), sizeof *big), 0);
    done.close();
  });
  done.recv();
}

// ---- What a traceback says ----------------------------------------------------------------

TEST(ChanWaits, DeadlockReportNamesTheReason) {
  struct {
    const char* name;
    const char* state;
  } cases[] = {
      {"wait recv", "chan receive"},
      {"wait recv2", "chan receive"},
      {"wait range", "chan receive"},
      {"wait send", "chan send"},
      {"wait send full", "chan send"},
      {"wait recv nil", "chan receive (nil chan)"},
      {"wait send nil", "chan send (nil chan)"},
      {"wait select", "select"},
      {"wait select nil", "select"},
      {"wait select none", "select (no cases)"},
      {"wait block", "select (no cases)"},
  };
  for (auto& c : cases) {
    auto r = runTestProg("chan", {c.name});
    EXPECT_EQ(r.exit, 2) << c.name;
    EXPECT_THAT(r.err, StartsWith("fatal error: all goroutines are asleep - deadlock!\n\n"
                                  "goroutine 1 [" +
                                  std::string(c.state) + "]:\n"))
        << c.name;
  }
}

}  // namespace
}  // namespace gort

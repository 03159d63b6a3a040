// Select: which case is taken, when it waits, that it is fair and takes effect at one
// moment, and the C++ front.
//
// Go: runtime/chan_test.go (the select tests), reflect/all_test.go (TestSelect)

#include "runtime/select.h"

#include <gmock/gmock.h>
#include <gort/gort.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "tests/export_test.h"

namespace gort {
namespace {

using testing::awaitWaiters;
using testing::channel;
using testing::onGoroutine;
using testing::Waiters;
using testing::waitersOf;
using testing::WithProcs;

// ---- Which case ---------------------------------------------------------------------

TEST(Select, TakesTheCaseThatIsReady) {
  onGoroutine([] {
    auto a = Chan<int>::make(1);
    auto b = Chan<int>::make(1);
    int va = 0, vb = 0;
    bool ok = false;
    b.send(5);
    EXPECT_EQ(Select().recv(a, va).recv(b, vb, ok).run(), 1);
    EXPECT_EQ(va, 0);
    EXPECT_EQ(vb, 5);
    EXPECT_TRUE(ok);

    EXPECT_EQ(Select().recv(a, va).send(b, 6).run(), 1);
    EXPECT_EQ(b.recv(), 6);

    a.close();
    ok = true;
    va = 42;
    EXPECT_EQ(Select().recv(b, vb).recv(a, va, ok).run(), 1);
    EXPECT_EQ(va, 0);
    EXPECT_FALSE(ok);
  });
}

TEST(Select, WithDefaultDoesNotWait) {
  onGoroutine([] {
    auto a = Chan<int>::make();
    auto full = Chan<int>::make(1);
    full.send(0);
    int v = 42;
    EXPECT_EQ(Select().recv(a, v).send(full, 1).default_().run(), Select::Default);
    EXPECT_EQ(v, 42);
    EXPECT_EQ(Select().default_().run(), Select::Default);
    EXPECT_EQ(Select().recv(a).default_().run(), Select::Default);
    EXPECT_EQ(Select().send(full, 1).default_().run(), Select::Default);
    EXPECT_EQ(Select().recv(full, v).send(a, 1).default_().run(), 0);
    EXPECT_EQ(v, 0);
  });
}

TEST(Select, IgnoresNilChannels) {
  onGoroutine([] {
    Chan<int> nil;
    auto a = Chan<int>::make(1);
    for (int i = 0; i < 20; i++) {
      EXPECT_EQ(Select().recv(nil).send(nil, 1).send(a, i).recv(nil).run(), 2);
      int v = -1;
      EXPECT_EQ(Select().send(nil, 1).recv(nil).recv(a, v).run(), 2);
      EXPECT_EQ(v, i);
    }
    EXPECT_EQ(Select().recv(nil).send(nil, 1).default_().run(), Select::Default);
  });
}

TEST(Select, WaitsForWhicheverComesFirst) {
  onGoroutine([] {
    auto in = Chan<int>::make();
    auto out = Chan<int>::make();
    auto done = Chan<int>::make();
    std::atomic<int> got = 0;
    sync::WaitGroup wg;
    auto waitInSelect = [&] {
      wg.Go([&] {
        int v = -1;
        got = Select().recv(in, v).send(out, 7).recv(done).run() * 100 + v;
      });
      awaitWaiters(in, {1, 0});
      awaitWaiters(out, {0, 1});
      awaitWaiters(done, {1, 0});
    };
    auto nobodyWaits = [&] {
      for (auto c : {in, out, done}) EXPECT_EQ(waitersOf(channel(c)), (Waiters{0, 0}));
    };

    waitInSelect();
    in.send(5);
    wg.Wait();
    EXPECT_EQ(got, 5);
    nobodyWaits();

    waitInSelect();
    EXPECT_EQ(out.recv(), 7);
    wg.Wait();
    EXPECT_EQ(got, 99);
    nobodyWaits();

    waitInSelect();
    done.close();
    wg.Wait();
    EXPECT_EQ(got, 199);
    nobodyWaits();
  });
}

TEST(Select, TheSameChannelInManyCases) {
  onGoroutine([] {
    auto c = Chan<int>::make();
    auto d = Chan<int>::make();
    auto e = Chan<int>::make();
    // A waits on c twice and on d; B waits on c behind it.
    go([=] {
      Select().recv(c).recv(c).recv(d).run();
      e.send(9);
    });
    awaitWaiters(c, {2, 0});
    go([=] { c.recv(); });
    awaitWaiters(c, {3, 0});
    d.send(7);  // wakes A, which must leave c's queue and nobody else
    EXPECT_EQ(e.recv(), 9);
    awaitWaiters(c, {1, 0});
    c.send(8);  // wakes B
    EXPECT_EQ(waitersOf(channel(c)), (Waiters{0, 0}));
  });
}

TEST(Select, LeavesQueuesFromTheFrontTheMiddleAndTheEnd) {
  onGoroutine([] {
    auto c = Chan<int>::make();
    std::vector<Chan<int>> wake;
    sync::WaitGroup wg;
    std::atomic<int> got = 0;
    for (int i = 0; i < 5; i++) {
      wake.push_back(Chan<int>::make());
      wg.Go([&, i] {
        int v = 0;
        if (Select().recv(c, v).recv(wake[static_cast<size_t>(i)]).run() == 0) got += v;
      });
      awaitWaiters(c, {i + 1, 0});
    }
    int left = 5;
    for (size_t i : {2, 0, 4}) {  // the middle, the front, the end
      wake[i].send(0);
      awaitWaiters(c, {--left, 0});
    }
    c.send(10);
    c.send(20);
    wg.Wait();
    EXPECT_EQ(got, 30);
  });
}

TEST(Select, OfBothSidesOfOneChannel) {
  WithProcs two(2);
  onGoroutine([] {
    for (int cap : {0, 10}) {
      auto c = Chan<int>::make(cap);
      sync::WaitGroup wg;
      for (int p = 0; p < 2; p++) {
        wg.Go([=] {
          for (int i = 0; i < 1000; i++) {
            int v = -1;
            int chosen;
            if (p == 0 || i % 2 == 0) {
              chosen = Select().send(c, p).recv(c, v).run();
            } else {
              chosen = 1 - Select().recv(c, v).send(c, p).run();
            }
            if (chosen == 1 && cap == 0) {
              EXPECT_NE(v, p) << "received from itself";
            }
          }
        });
      }
      wg.Wait();
    }
  });
}

// ---- Fairness ---------------------------------------------------------------------------

// More than ten sigma from the mean is not chance.
void expectEven(int n0, int n1) {
  double mean = (n0 + n1) * 0.5;
  double sigma = std::sqrt((n0 + n1) * 0.25);
  EXPECT_LT(std::abs(n0 - mean), 10 * sigma) << n0 << " and " << n1;
}

TEST(SelectFairness, BetweenTwoReadyChannels) {
  constexpr int trials = 10'000;
  onGoroutine([] {
    auto c1 = Chan<uint8>::make(trials + 1);
    auto c2 = Chan<uint8>::make(trials + 1);
    for (int i = 0; i < trials + 1; i++) {
      c1.send(1);
      c2.send(2);
    }
    auto c3 = Chan<uint8>::make();
    auto c4 = Chan<uint8>::make();
    auto out = Chan<uint8>::make();
    auto done = Chan<void>::make();
    sync::WaitGroup wg;
    wg.Go([=] {
      for (;;) {
        uint8 b = 0;
        Select().recv(c3, b).recv(c4, b).recv(c1, b).recv(c2, b).run();
        if (Select().send(out, b).recv(done).run() == 1) return;
      }
    });
    int n[3] = {};
    for (int i = 0; i < trials; i++) n[*out.recv()]++;
    EXPECT_EQ(n[0], 0);
    expectEven(n[1], n[2]);
    done.close();
    wg.Wait();
  });
}

TEST(SelectFairness, BetweenCasesOfOneChannel) {
  onGoroutine([] {
    for (int cap : {0, 1000}) {
      auto c = Chan<int>::make(cap);
      auto result = Chan<int>::make();
      go([=] {
        int ones = 0;
        for (int i = 0; i < 1000; i++) {
          runtime::Gosched();
          ones += *c.recv();
        }
        result.send(ones);
      });
      for (int i = 0; i < 1000; i++) Select().send(c, 1).send(c, 0).run();
      int ones = *result.recv();
      expectEven(ones, 1000 - ones);
    }
  });
}

TEST(SelectFairness, AmongManyReadyChannels) {
  onGoroutine([] {
    constexpr int n = 20;
    constexpr int trials = 20'000;
    std::vector<Chan<int>> c;
    for (int i = 0; i < n; i++) {
      c.push_back(Chan<int>::make(1));
      c.back().send(i);
    }
    std::vector<int> count(n);
    for (int t = 0; t < trials; t++) {
      Select s;
      int v = -1;
      for (auto ch : c) s.recv(ch, v);
      int i = s.run();
      ASSERT_EQ(v, i);
      count[static_cast<size_t>(i)]++;
      c[static_cast<size_t>(i)].send(i);
    }
    double sigma = std::sqrt(trials * (1.0 / n) * (1 - 1.0 / n));
    for (int k : count) EXPECT_LT(std::abs(k - trials / n), 10 * sigma);
  });
}

// ---- At one moment -----------------------------------------------------------------------

// While c1 is ready from the start and c2 becomes ready before c1 stops to be, a select
// over both never finds neither.
template <class MakeReady>
void neverNeither(MakeReady makeReady) {
  auto done = Chan<bool>::make(1);
  for (int i = 0; i < 5000; i++) {
    auto c1 = Chan<int>::make(1);
    auto c2 = Chan<int>::make(1);
    c1.send(1);
    go([=] { done.send(Select().recv(c1).recv(c2).default_().run() != Select::Default); });
    makeReady(c2);
    c1.try_recv();
    ASSERT_TRUE(*done.recv());
  }
}

TEST(SelectMoment, ASendThenAReceive) {
  WithProcs two(2);
  onGoroutine([] { neverNeither([](Chan<int> c) { c.send(1); }); });
}

TEST(SelectMoment, ACloseThenAReceive) {
  WithProcs two(2);
  onGoroutine([] { neverNeither([](Chan<int> c) { c.close(); }); });
}

TEST(SelectMoment, OnlyOneCaseTakesEffect) {
  WithProcs four(4);
  onGoroutine([] {
    auto a = Chan<int>::make();
    auto b = Chan<int>::make();
    constexpr int n = 20'000;
    std::atomic<int> sent = 0;
    sync::WaitGroup wg;
    for (auto c : {a, b}) {
      wg.Go([&, c] {
        for (int i = 0; i < n; i++) {
          c.send(1);
          sent++;
        }
      });
    }
    int received = 0;
    for (int i = 0; i < 2 * n; i++) {
      int va = 0, vb = 0;
      Select().recv(a, va).recv(b, vb).run();
      ASSERT_EQ(va + vb, 1);
      received += va + vb;
    }
    wg.Wait();
    EXPECT_EQ(received, sent);
  });
}

TEST(SelectStress, ChaosThatCannotDeadlock) {
  // On each of four channels one goroutine sends N values and one receives N; one more
  // sends N on each in selects, and one receives N from each.
  WithProcs ten(10);
  onGoroutine([] {
    constexpr int N = 5000;
    Chan<int> c[4] = {Chan<int>::make(), Chan<int>::make(), Chan<int>::make(2), Chan<int>::make(3)};
    sync::WaitGroup wg;
    for (auto ch : c) {
      wg.Go([=] {
        for (int i = 0; i < N; i++) ch.send(0);
      });
      wg.Go([=] {
        for (int i = 0; i < N; i++) ch.recv();
      });
    }
    wg.Go([c]() mutable {
      int n[4] = {};
      for (int i = 0; i < 4 * N; i++) {
        int k = 3 - Select().send(c[3], 0).send(c[2], 0).send(c[1], 0).send(c[0], 0).run();
        if (++n[k] == N) c[k] = nullptr;
      }
    });
    wg.Go([c]() mutable {
      int n[4] = {};
      for (int i = 0; i < 4 * N; i++) {
        int k = Select().recv(c[0]).recv(c[1]).recv(c[2]).recv(c[3]).run();
        if (++n[k] == N) c[k] = nullptr;
      }
    });
    wg.Wait();
    for (auto ch : c) EXPECT_EQ(ch.len(), 0);
  });
}

// ---- selectgo as compiled code calls it ---------------------------------------------------

TEST(Selectgo, OrdersChannelsByAddressWhateverTheCases) {
  onGoroutine([] {
    constexpr int n = 33;
    std::vector<Chan<int>> c;
    for (int i = 0; i < n; i++) c.push_back(Chan<int>::make());
    for (int round = 0; round < 50; round++) {
      scase cases[n];
      uint16 order[2 * n];
      for (int i = 0; i < n; i++) {
        cases[i] = {channel(c[static_cast<size_t>((i * 7 + round) % n)]), nullptr};
      }
      cases[3].c = nullptr;
      cases[30].c = nullptr;
      auto r = selectgo(cases, order, 16, n - 16, false);
      ASSERT_EQ(r.index, -1);
      const uint16* lockorder = order + n;
      for (int i = 0; i + 1 < n - 2; i++) {
        ASSERT_LT(cases[lockorder[i]].c, cases[lockorder[i + 1]].c);
      }
    }
  });
}

TEST(Selectgo, NumbersCasesAsGiven) {
  onGoroutine([] {
    auto full = Chan<int>::make(1);
    auto room = Chan<int>::make(1);
    auto empty = Chan<int>::make(1);
    full.send(3);
    int out = 9, in = -1;
    scase cases[] = {{channel(full), &out}, {channel(room), &out}, {channel(empty), &in}};
    uint16 order[6];
    auto r = selectgo(cases, order, 2, 1, true);
    EXPECT_EQ(r.index, 1);
    EXPECT_EQ(room.recv(), 9);
    scase recvs[] = {{channel(empty), &in}, {channel(full), &in}};
    r = selectgo(recvs, order, 0, 2, true);
    EXPECT_EQ(r.index, 1);
    EXPECT_TRUE(r.received);
    EXPECT_EQ(in, 3);
  });
}

// ---- The C++ front -------------------------------------------------------------------------

TEST(SelectFront, CallsTheHandlerOfTheCaseItTook) {
  onGoroutine([] {
    auto a = Chan<int>::make(1);
    auto b = Chan<std::string>::make(1);
    auto done = Chan<void>::make();
    std::string log;
    auto once = [&] {
      return Select()
          .recv(a, [&](int v) { log += "a" + std::to_string(v) + " "; })
          .recv(b, [&](std::string v, bool ok) { log += ok ? "b" + v + " " : "bclosed "; })
          .recv(done, [&] { log += "done "; })
          .default_([&] { log += "default "; })
          .run();
    };
    EXPECT_EQ(once(), Select::Default);
    a.send(1);
    EXPECT_EQ(once(), 0);
    b.send("x");
    EXPECT_EQ(once(), 1);
    b.close();
    EXPECT_EQ(once(), 1);
    EXPECT_EQ(log, "default a1 bx bclosed ");

    log.clear();
    EXPECT_EQ(Select().send(a, 5, [&] { log += "sent"; }).recv(done).run(), 0);
    EXPECT_EQ(log, "sent");
    EXPECT_EQ(a.recv(), 5);
  });
}

TEST(SelectFront, HandlersMayUseChannelsAndThrow) {
  onGoroutine([] {
    auto a = Chan<int>::make(1);
    auto b = Chan<int>::make(1);
    a.send(1);
    Select().recv(a, [&](int v) { b.send(v + 1); }).recv(Chan<int>()).run();
    EXPECT_EQ(b.recv(), 2);

    auto s = Chan<std::string>::make(1);
    s.send("boxed");
    EXPECT_THROW(Select().recv(s, [](std::string v) { throw v; }).recv(a).run(), std::string);
    EXPECT_EQ(s.len(), 0);
  });
}

int handled = 0;
void handle(int v) { handled += v; }
void handleSent() { handled += 100; }

TEST(SelectFront, HandlersMayBeFunctions) {
  onGoroutine([] {
    auto c = Chan<int>::make(1);
    handled = 0;
    Select().send(c, 5, handleSent).recv(Chan<int>(), handle).run();
    Select().recv(c, handle).run();
    EXPECT_EQ(handled, 105);
    Select().recv(c, handle).default_(handleSent).run();
    EXPECT_EQ(handled, 205);
  });
}

// Cannot be assigned to.
struct Stubborn {
  Stubborn() = default;
  Stubborn(Stubborn&&) {}
  Stubborn& operator=(Stubborn&&) { throw std::string("stubborn"); }
};

TEST(SelectFront, ThrowsWhatAssigningTheValueThrowsAndFreesTheOthers) {
  onGoroutine([] {
    auto p = std::make_shared<int>(1);
    auto unsent = Chan<std::shared_ptr<int>>::make();
    auto c = Chan<Stubborn>::make(1);
    c.send(Stubborn());
    Stubborn v;
    EXPECT_THROW(Select().send(unsent, p).recv(c, v).send(unsent, p).run(), std::string);
    EXPECT_EQ(p.use_count(), 1);
    EXPECT_EQ(c.len(), 0);
  });
}

TEST(SelectFront, WhatIsNotSentStaysWhereItWas) {
  onGoroutine([] {
    auto full = Chan<std::unique_ptr<int>>::make(1);
    full.send(std::make_unique<int>(1));
    auto other = Chan<int>::make(1);
    other.send(2);
    auto p = std::make_unique<int>(3);
    std::string s = "text";
    auto strings = Chan<std::string>::make();
    EXPECT_EQ(Select().send(full, std::move(p)).send(strings, std::move(s)).recv(other).run(), 2);
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(*p, 3);
    EXPECT_EQ(s, "text");
    EXPECT_EQ(Select().send(full, std::move(p)).default_().run(), Select::Default);
    ASSERT_NE(p, nullptr);

    EXPECT_EQ(**full.recv(), 1);
    EXPECT_EQ(Select().send(full, std::move(p)).send(strings, s).run(), 0);
    EXPECT_EQ(p, nullptr);
    EXPECT_EQ(s, "text");
    EXPECT_EQ(**full.recv(), 3);
  });
}

TEST(SelectFront, ReceivesBoxedValuesIntoVariables) {
  onGoroutine([] {
    auto s = Chan<std::string>::make(1);
    auto u = Chan<std::unique_ptr<int>>::make(1);
    std::string text = "old";
    auto p = std::make_unique<int>(0);
    bool ok = false;
    s.send("new");
    EXPECT_EQ(Select().recv(u, p).recv(s, text, ok).run(), 1);
    EXPECT_EQ(text, "new");
    EXPECT_TRUE(ok);
    EXPECT_EQ(*p, 0);
    u.send(std::make_unique<int>(5));
    EXPECT_EQ(Select().recv(u, p).recv(s, text).run(), 0);
    EXPECT_EQ(*p, 5);
    EXPECT_EQ(text, "new");
    s.send("dropped");
    EXPECT_EQ(Select().recv(u, p).recv(s).run(), 1);
    s.close();
    EXPECT_EQ(Select().recv(u, p).recv(s, text, ok).run(), 1);
    EXPECT_EQ(text, "");
    EXPECT_FALSE(ok);
    u.close();
    EXPECT_EQ(Select().recv(u, p).run(), 0);
    EXPECT_EQ(p, nullptr);
  });
}

struct NoDefault {
  explicit NoDefault(int x) : x(x) {}
  int x;
};
struct Defaulted {
  int x = 7;  // trivially copyable, but not zero by default
};

TEST(SelectFront, TypesWithoutDefaultAndWithADefaultOfTheirOwn) {
  onGoroutine([] {
    auto c = Chan<NoDefault>::make(1);
    c.send(NoDefault(3));
    int got = 0;
    auto handler = [&](std::optional<NoDefault> v) { got = v ? v->x : -1; };
    Select().recv(c, handler).recv(Chan<int>()).run();
    EXPECT_EQ(got, 3);
    c.close();
    Select().recv(c, handler).recv(Chan<int>()).run();
    EXPECT_EQ(got, -1);

    auto d = Chan<Defaulted>::make(1);
    d.close();
    Defaulted v{1};
    Select().recv(d, v).recv(Chan<int>()).run();
    EXPECT_EQ(v.x, 7);
    v.x = 1;
    EXPECT_FALSE(d.recv(v));
    EXPECT_EQ(v.x, 7);
    v.x = 1;
    EXPECT_TRUE(d.try_recv(v).selected);
    EXPECT_EQ(v.x, 7);
  });
}

TEST(SelectFront, MoreCasesThanFitInline) {
  onGoroutine([] {
    constexpr int n = 100;
    std::vector<Chan<std::string>> c;
    for (int i = 0; i < n; i++) c.push_back(Chan<std::string>::make(1));
    for (int i = 0; i < n; i += 9) {
      std::string got, send = "out";
      Select s;
      for (int k = 0; k < n; k++) {
        if (k == i || k % 2 == 0) {
          s.recv(c[static_cast<size_t>(k)], got);
        } else {
          s.send(c[static_cast<size_t>(k)], send);
        }
      }
      for (int k = 1; k < n; k += 2) {
        if (k != i) c[static_cast<size_t>(k)].send("full");
      }
      c[static_cast<size_t>(i)].send("in");
      EXPECT_EQ(s.run(), i);
      EXPECT_EQ(got, "in");
      for (int k = 1; k < n; k += 2) {
        if (k != i) {
          EXPECT_EQ(c[static_cast<size_t>(k)].recv(), "full");
        }
      }
    }
  });
}

TEST(SelectFront, SendsAndReceivesOfNoSize) {
  onGoroutine([] {
    auto done = Chan<void>::make(1);
    Unit u;
    EXPECT_EQ(Select().send(done).recv(Chan<int>()).run(), 0);
    EXPECT_EQ(Select().send(done).recv(Chan<int>()).default_().run(), Select::Default);
    EXPECT_EQ(Select().recv(done, u).recv(Chan<int>()).run(), 0);
    EXPECT_EQ(done.len(), 0);
  });
}

TEST(SelectFront, TakesDirectedChannels) {
  onGoroutine([] {
    auto c = Chan<int64>::make(1);
    SendChan<int64> s = c;
    RecvChan<int64> r = c;
    int64 v = 0;
    int i = 17;
    EXPECT_EQ(Select().send(s, i).recv(RecvChan<int64>()).run(), 0);
    EXPECT_EQ(Select().recv(r, v).send(SendChan<int64>(), 1).run(), 0);
    EXPECT_EQ(v, 17);
  });
}

}  // namespace
}  // namespace gort

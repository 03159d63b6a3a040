// <gort/gort.h>: go, Chan, runtime and type descriptors as a C++ program uses them.
//
// Go: the language; what is C++ here has no twin

#include <gort/gort.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "tests/export_test.h"

namespace gort {
namespace {

using testing::awaitWaiters;
using testing::channel;
using ::testing::ElementsAre;
using testing::onGoroutine;
using testing::WithProcs;

// ---- go ----------------------------------------------------------------------------------

TEST(Go, TakesArgumentsAsAThreadDoes) {
  onGoroutine([] {
    auto out = Chan<std::string>::make(4);
    auto f = [out](int i, const std::string& s) { out.send(s + std::to_string(i)); };
    go(f, 1, "a");
    EXPECT_EQ(out.recv(), "a1");

    int x = 0;
    auto done = Chan<void>::make();
    go([](int& r, Chan<void> done) { r = 5, done.send(); }, std::ref(x), done);
    done.recv();
    EXPECT_EQ(x, 5);

    struct S {
      Chan<std::string> out;
      void method(int i) { out.send("m" + std::to_string(i)); }
    } s{out};
    go(&S::method, &s, 7);
    EXPECT_EQ(out.recv(), "m7");
  });
}

TEST(Go, MovesWhatCannotBeCopied) {
  onGoroutine([] {
    auto out = Chan<int>::make();
    auto p = std::make_unique<int>(3);
    go([p = std::move(p), out] { out.send(*p); });
    EXPECT_EQ(out.recv(), 3);
    go([out](std::unique_ptr<int> q) { out.send(*q); }, std::make_unique<int>(4));
    EXPECT_EQ(out.recv(), 4);
  });
}

struct Counted {
  static inline std::atomic<int> alive = 0;
  Counted() { alive++; }
  Counted(const Counted&) { alive++; }
  Counted(Counted&&) noexcept { alive++; }
  ~Counted() { alive--; }
};

TEST(Go, DestroysTheCallableWhenItReturnsOrExits) {
  onGoroutine([] {
    auto done = Chan<void>::make();
    struct Closes {
      Chan<void> c;
      ~Closes() { c.close(); }
    };
    {
      auto closes = std::unique_ptr<Closes>(new Closes{done});
      go([c = Counted(), closes = std::move(closes)] {});
      done.recv();
    }
    while (Counted::alive != 0) runtime::Gosched();

    done = Chan<void>::make();
    auto closes = std::unique_ptr<Closes>(new Closes{done});
    go([c = Counted(), closes = std::move(closes)] {
      Counted onStack;
      runtime::Goexit();
    });
    done.recv();
    while (Counted::alive != 0) runtime::Gosched();
  });
}

// Throws when it has been copied *left times.
struct ThrowingCopy {
  int* left;
  explicit ThrowingCopy(int* left) : left(left) {}
  ThrowingCopy(const ThrowingCopy& o) : left(o.left) {
    if ((*left)-- == 0) throw std::string("no more copies");
  }
  void operator()() {}
};

TEST(Go, ThrowsWhatCopyingTheCallableThrows) {
  onGoroutine([] {
    int left = 0;
    ThrowingCopy f(&left);
    EXPECT_THROW(go(f), std::string);
    left = 0;
    EXPECT_THROW(go([](const ThrowingCopy&) {}, f), std::string);
    left = 1;
    EXPECT_THROW(go([f] {}), std::string);
    left = 0;
    sync::WaitGroup wg;
    EXPECT_THROW(wg.Go(f), std::string);
    wg.Wait();  // it was not counted
    runtime::Gosched();
    left = 100;
    wg.Go(f);
    wg.Wait();
  });
}

std::atomic<int> ran = 0;
void run() { ran++; }

TEST(Go, TakesAFunction) {
  onGoroutine([] {
    ran = 0;
    go(run);
    go(StackSize{1 << 20}, run);
    sync::WaitGroup wg;
    wg.Go(run);
    wg.Wait();
    while (ran < 3) runtime::Gosched();
  });
}

TEST(Go, CallsAsAnRvalueWhatIsCalledOnce) {
  onGoroutine([] {
    struct Once {
      Chan<int> out;
      void operator()() && { out.send(1); }
    };
    struct LargeOnce : Once {
      char more[internal::maxFrame];
    };
    auto out = Chan<int>::make();
    go(Once{out});
    EXPECT_EQ(out.recv(), 1);
    go(LargeOnce{{out}, {}});
    EXPECT_EQ(out.recv(), 1);
  });
}

TEST(Go, BoxesACallableThatIsTooLargeForTheFrame) {
  struct Large {
    std::array<int, 50'000> a;
  };
  auto large = std::make_unique<Large>();
  std::iota(large->a.begin(), large->a.end(), 0);
  auto out = Chan<int64>::make();
  go(StackSize{2 << 20}, [large = *large, out] {
    out.send(std::accumulate(large.a.begin(), large.a.end(), int64{0}));
  });
  EXPECT_EQ(out.recv(), int64{50'000} * 49'999 / 2);
}

struct alignas(64) Aligned {
  char c[64];
};

TEST(Go, AlignsTheCallable) {
  auto out = Chan<uintptr>::make();
  for (int i = 0; i < 4; i++) {
    go([a = Aligned{}, out] { out.send(reinterpret_cast<uintptr>(&a) % 64); });
    EXPECT_EQ(out.recv(), 0u);
  }
}

TEST(Go, StackSizeIsHonoured) {
  auto done = Chan<int>::make();
  go(StackSize{8 << 20}, [done] {
    volatile char buf[6 << 20];
    buf[0] = 1;
    buf[sizeof buf - 1] = 2;
    done.send(buf[0] + buf[sizeof buf - 1]);
  });
  EXPECT_EQ(done.recv(), 3);
}

int ack(int m, int n) {
  return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1));
}

TEST(Go, TenThousandOfThem) {
  onGoroutine([] {
    sync::WaitGroup wg;
    std::atomic<int> n = 0;
    for (int i = 0; i < 10'000; i++) wg.Go([&] { n += ack(1, 1) - 2; });
    wg.Wait();
    EXPECT_EQ(n, 10'000);
  });
}

// ---- Chan -----------------------------------------------------------------------------------

TEST(ChanFront, IsAReference) {
  onGoroutine([] {
    auto c = Chan<int>::make(1);
    auto d = c;
    EXPECT_EQ(c, d);
    EXPECT_NE(c, Chan<int>::make(1));
    EXPECT_TRUE(c);
    d.send(5);
    EXPECT_EQ(c.recv(), 5);
    RecvChan<int> r = c;
    SendChan<int> s = c;
    s.send(6);
    EXPECT_EQ(r.len(), 1);
    EXPECT_EQ(r.recv(), 6);
    EXPECT_EQ(r, c);
    EXPECT_EQ(s, SendChan<int>(d));
  });
}

TEST(ChanFront, DefaultIsNil) {
  Chan<int> c;
  EXPECT_FALSE(c);
  EXPECT_EQ(c, nullptr);
  EXPECT_EQ(c.len(), 0);
  EXPECT_EQ(c.cap(), 0);
}

static_assert(std::ranges::input_range<Chan<int>>);
static_assert(std::ranges::input_range<RecvChan<std::unique_ptr<int>>>);
static_assert(std::is_trivially_copyable_v<Chan<std::string>> && sizeof(Chan<int>) == 8);
static_assert(std::is_convertible_v<Chan<int>, SendChan<int>>);
static_assert(!std::is_convertible_v<RecvChan<int>, Chan<int>>);
static_assert(!std::is_convertible_v<RecvChan<int>, SendChan<int>>);

TEST(ChanFront, IsARangeThatEndsWithTheChannel) {
  onGoroutine([] {
    auto c = Chan<int>::make();
    go([c] {
      for (int i = 0; i < 5; i++) c.send(i * i);
      c.close();
    });
    std::vector<int> got;
    for (int v : c) got.push_back(v);
    EXPECT_THAT(got, ElementsAre(0, 1, 4, 9, 16));

    auto d = Chan<int>::make(10);
    for (int i = 0; i < 10; i++) d.send(i);
    d.close();
    got.clear();
    std::ranges::copy_if(d, std::back_inserter(got), [](int v) { return v % 2 == 0; });
    EXPECT_THAT(got, ElementsAre(0, 2, 4, 6, 8));
  });
}

TEST(ChanFront, RangeOverClosedAndEmptyIsEmpty) {
  onGoroutine([] {
    auto c = Chan<std::string>::make();
    c.close();
    for (auto& s : c) ADD_FAILURE() << s;
  });
}

TEST(ChanFront, StringsTravelWhole) {
  WithProcs four(4);
  onGoroutine([] {
    for (int cap : {0, 3}) {
      auto c = Chan<std::string>::make(cap);
      constexpr int n = 2000;
      auto text = [](int i) {
        return std::string(static_cast<size_t>(i % 50), 'x') + std::to_string(i);
      };
      go([=] {
        for (int i = 0; i < n; i++) c.send(text(i));
        c.close();
      });
      int i = 0;
      for (auto& s : c) ASSERT_EQ(s, text(i++));
      EXPECT_EQ(i, n);
    }
  });
}

TEST(ChanFront, MoveOnlyValues) {
  onGoroutine([] {
    auto c = Chan<std::unique_ptr<int>>::make(1);
    c.send(std::make_unique<int>(1));
    auto p = std::make_unique<int>(2);
    EXPECT_FALSE(c.try_send(std::move(p)));
    ASSERT_NE(p, nullptr);  // not sent, not moved from
    EXPECT_EQ(**c.recv(), 1);
    EXPECT_TRUE(c.try_send(std::move(p)));
    EXPECT_EQ(p, nullptr);
    std::unique_ptr<int> q;
    EXPECT_TRUE(c.recv(q));
    EXPECT_EQ(*q, 2);
    EXPECT_FALSE(c.try_recv());
    c.close();
    EXPECT_FALSE(c.recv(q));
    EXPECT_EQ(q, nullptr);
  });
}

// Trivially copyable, and yet move-only.
struct Handle {
  int fd;
  explicit Handle(int fd) : fd(fd) {}
  Handle(Handle&&) = default;
  Handle& operator=(Handle&&) = default;
};
static_assert(std::is_trivially_copyable_v<Handle> && !std::is_copy_constructible_v<Handle>);

template <class C, class V>
constexpr bool canSend = requires(C c, V v) {
  c.send(static_cast<V>(v));
};
template <class C, class V>
constexpr bool canTrySend = requires(C c, V v) {
  c.try_send(static_cast<V>(v));
};
template <class C, class V>
constexpr bool canSelect = requires(C c, V v) {
  Select().send(c, static_cast<V>(v));
};

TEST(ChanFront, MoveOnlyValuesThatTravelAsBytes) {
  onGoroutine([] {
    auto c = Chan<Handle>::make(2);
    c.send(Handle(3));
    EXPECT_TRUE(c.try_send(Handle(4)));
    EXPECT_EQ(c.recv()->fd, 3);
    EXPECT_EQ(c.try_recv()->fd, 4);
    EXPECT_EQ(Select().send(c, Handle(5)).run(), 0);
    int got = 0;
    Select().recv(c, [&](std::optional<Handle> h) { got = h->fd; }).run();
    EXPECT_EQ(got, 5);
  });
  // Nobody gets a copy of what cannot be copied.
  EXPECT_TRUE((canSend<Chan<Handle>, Handle&&>));
  EXPECT_FALSE((canSend<Chan<Handle>, Handle&>));
  EXPECT_FALSE((canSend<SendChan<Handle>, Handle&>));
  EXPECT_FALSE((canTrySend<Chan<Handle>, Handle&>));
  EXPECT_FALSE((canTrySend<SendChan<Handle>, Handle&>));
  EXPECT_TRUE((canSelect<Chan<Handle>, Handle&&>));
  EXPECT_FALSE((canSelect<Chan<Handle>, Handle&>));
}

// Knows where it lives, so that a copy of its bytes would be noticed.
struct SelfAware {
  SelfAware* self = this;
  int x = 0;
  explicit SelfAware(int x) : x(x) { alive++; }
  SelfAware(const SelfAware& o) : x(o.x) { alive++; }
  SelfAware(SelfAware&& o) noexcept : x(o.x) { alive++; }
  SelfAware& operator=(const SelfAware& o) {
    x = o.x;
    return *this;
  }
  ~SelfAware() {
    EXPECT_EQ(self, this);
    alive--;
  }
  static inline std::atomic<int> alive = 0;
};

TEST(ChanFront, ObjectsAreMovedAndDestroyedNotCopiedAsBytes) {
  onGoroutine([] {
    for (int cap : {0, 2}) {
      auto c = Chan<SelfAware>::make(cap);
      go([=] {
        for (int i = 0; i < 100; i++) c.send(SelfAware(i));
        c.close();
      });
      int i = 0;
      for (SelfAware& s : c) {
        EXPECT_EQ(s.self, &s);
        EXPECT_EQ(s.x, i++);
      }
      EXPECT_EQ(i, 100);
    }
    auto full = Chan<SelfAware>::make(1);
    SelfAware a(1);
    full.send(a);
    EXPECT_FALSE(full.try_send(a));
    EXPECT_FALSE(full.try_send(std::move(a)));
    EXPECT_EQ(a.x, 1);
    Select().send(full, a).send(Chan<SelfAware>(), a).default_().run();
    Select().recv(full).recv(Chan<int>()).run();
  });
  EXPECT_EQ(SelfAware::alive, 0);
}

TEST(ChanFront, ValuesThatGoCouldNotSend) {
  onGoroutine([] {
    auto aligned = Chan<Aligned>::make(1);  // aligned to more than a word: boxed
    Aligned a{};
    a.c[63] = 'z';
    aligned.send(a);
    auto got = aligned.recv();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->c[63], 'z');

    struct Huge {
      char c[70'000];
    };
    auto huge = Chan<std::unique_ptr<Huge>>::make(1);
    huge.send(std::make_unique<Huge>());
    EXPECT_TRUE(*huge.recv());

    auto chans = Chan<Chan<int>>::make(1);  // a channel of channels
    auto inner = Chan<int>::make(1);
    chans.send(inner);
    chans.recv()->send(5);
    EXPECT_EQ(inner.recv(), 5);
  });
}

TEST(ChanFront, UnitHasNoSize) {
  onGoroutine([] {
    auto c = Chan<void>::make(3);
    EXPECT_EQ(channel(c)->elemsize, 0);
    c.send();
    c.send(Unit());
    EXPECT_TRUE(c.try_send());
    EXPECT_FALSE(c.try_send());
    c.close();
    int n = 0;
    for ([[maybe_unused]] Unit u : c) n++;
    EXPECT_EQ(n, 3);
    struct Empty {};
    EXPECT_EQ(channel(Chan<Empty>::make())->elemsize, 0);
  });
}

TEST(ChanFront, BlockedSendOfABoxedValueArrives) {
  onGoroutine([] {
    auto c = Chan<std::string>::make();
    go([c] { c.send("from a stack that is gone by the time it is read"); });
    awaitWaiters(c, {0, 1});
    auto s = c.recv();
    for (int i = 0; i < 3; i++) runtime::Gosched();
    EXPECT_EQ(s, "from a stack that is gone by the time it is read");
  });
}

// ---- Threads that gort did not start --------------------------------------------------------

TEST(ForeignThreads, SendReceiveSelectAndClose) {
  auto c = Chan<int>::make();
  auto strings = Chan<std::string>::make(1);
  constexpr int n = 300, T = 4;
  std::vector<std::thread> senders;
  sync::WaitGroup wg;
  wg.Add(T);
  for (int t = 0; t < T; t++) {
    senders.emplace_back([=, &wg] {
      for (int i = 0; i < n; i++) {
        if (i % 2 == 0) {
          c.send(1);
        } else {
          std::string s = "1";
          Select().send(c, 1).send(strings, std::move(s)).run();
        }
      }
      wg.Done();
    });
  }
  std::atomic<int> sum = 0;
  auto receive = [&] {
    for (;;) {
      int v;
      std::string s;
      bool ok = true;
      if (Select().recv(c, v, ok).recv(strings, s).run() == 0) {
        if (!ok) return;
        sum += v;
      } else {
        sum += std::stoi(s);
      }
    }
  };
  std::thread receiver(receive);
  go([&] {
    wg.Wait();
    while (strings.len() != 0) runtime::Gosched();
    c.close();
  });
  receive();
  receiver.join();
  for (auto& t : senders) t.join();
  EXPECT_EQ(sum, T * n);
}

TEST(ForeignThreads, StartGoroutinesAndAskTheRuntime) {
  std::thread t([] {
    auto c = Chan<int>::make();
    go([c] { c.send(runtime::NumGoroutine()); });
    EXPECT_GE(*c.recv(), 1);
    EXPECT_GE(runtime::NumCPU(), 1);
    EXPECT_GE(runtime::GOMAXPROCS(0), 1);
    EXPECT_GE(runtime::NumGoroutine(), 0);
    runtime::Gosched();
    runtime::LockOSThread();
    runtime::UnlockOSThread();
    EXPECT_EQ(runtime::Blocking([] { return 5; }), 5);
    EXPECT_EQ(runtime::WithStack(1 << 20, [] { return 6; }), 6);
    EXPECT_FALSE(c.try_recv());
    EXPECT_EQ(Select().recv(c).default_().run(), Select::Default);
  });
  t.join();
}

TEST(ForeignThreads, ManyOneAfterTheOther) {
  auto c = Chan<int>::make(1);
  for (int i = 0; i < 50; i++) {
    std::thread([c, i] { c.send(i); }).join();
    EXPECT_EQ(c.recv(), i);
  }
}

// ---- runtime -----------------------------------------------------------------------------------

TEST(Runtime, GoschedLetsOthersRun) {
  WithProcs one(1);
  onGoroutine([] {
    std::string order;
    sync::WaitGroup wg;
    for (char c : {'a', 'b'}) {
      wg.Go([&, c] {
        for (int i = 0; i < 3; i++) {
          order += c;
          runtime::Gosched();
        }
      });
    }
    wg.Wait();
    // Who yields goes to the end of the global queue, which every 61st scheduling takes first: once in
    // these six turns the same goroutine may come again at once, and never twice.
    EXPECT_NE(order.substr(0, 3).find('a'), std::string::npos) << order;
    EXPECT_NE(order.substr(0, 3).find('b'), std::string::npos) << order;
    EXPECT_EQ(order.size(), 6u);
  });
}

TEST(Runtime, GOMAXPROCSReturnsTheSettingBefore) {
  int before = runtime::GOMAXPROCS(3);
  EXPECT_EQ(runtime::GOMAXPROCS(0), 3);
  EXPECT_EQ(runtime::GOMAXPROCS(-1), 3);
  EXPECT_EQ(runtime::GOMAXPROCS(before), 3);
  EXPECT_EQ(runtime::GOMAXPROCS(0), before);
}

TEST(Runtime, NumGoroutineCounts) {
  onGoroutine([] {
    int before = runtime::NumGoroutine();
    auto c = Chan<void>::make();
    for (int i = 0; i < 10; i++) go([c] { c.recv(); });
    EXPECT_EQ(runtime::NumGoroutine(), before + 10);
    c.close();
    while (runtime::NumGoroutine() > before) runtime::Gosched();
  });
}

TEST(Runtime, BlockingLetsOthersRunOnTheOnlyP) {
  WithProcs one(1);
  onGoroutine([] {
    std::atomic<int> phase = 0;
    go([&] {
      while (phase != 1) runtime::Gosched();
      phase = 2;
    });
    // Blocks its thread until the other goroutine has run.
    int r = runtime::Blocking([&] {
      phase = 1;
      while (phase != 2) std::this_thread::yield();
      return 42;
    });
    EXPECT_EQ(r, 42);
  });
}

TEST(Runtime, BlockingReturnsReferencesAndObjectsAndThrows) {
  onGoroutine([] {
    int x = 1;
    int& y = runtime::Blocking([&]() -> int& { return x; });
    EXPECT_EQ(&x, &y);
    EXPECT_EQ(*runtime::Blocking([] { return std::make_unique<int>(3); }), 3);
    EXPECT_THROW(runtime::Blocking([] { throw std::string("out"); }), std::string);
    auto c = Chan<int>::make(1);
    c.send(1);  // the P is back
    EXPECT_EQ(c.recv(), 1);
  });
}

int called = 0;
void call() { called++; }
int& callForReference() { return ++called; }

TEST(Runtime, BlockingAndWithStackTakeFunctions) {
  onGoroutine([] {
    called = 0;
    runtime::Blocking(call);
    runtime::WithStack(1 << 20, call);
    EXPECT_EQ(called, 2);
    EXPECT_EQ(&runtime::Blocking(callForReference), &called);
    int&& moved = runtime::Blocking([]() -> int&& { return std::move(called); });
    EXPECT_EQ(&moved, &called);
  });
}

int depth(int n) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(n);
  return n == 0 ? 0 : depth(n - 1) + 1 + (frame[0] - static_cast<char>(n));
}

TEST(Runtime, WithStackGivesRoom) {
  onGoroutine([] {
    EXPECT_EQ(runtime::WithStack(64 << 20, [] { return depth(20'000); }), 20'000);
    EXPECT_THROW(runtime::WithStack(1 << 20, [] { throw 1; }), int);
    // Channels work from there, also when they have to wait.
    auto c = Chan<int>::make();
    go([c] { c.send(7); });
    EXPECT_EQ(runtime::WithStack(1 << 20, [&] { return *c.recv(); }), 7);
  });
}

TEST(Runtime, LockOSThreadKeepsTheThread) {
  WithProcs four(4);
  onGoroutine([] {
    sync::WaitGroup wg;
    for (int i = 0; i < 4; i++) {
      wg.Go([] {
        runtime::LockOSThread();
        auto self = [] { return runtime::Blocking([] { return std::this_thread::get_id(); }); };
        auto id = self();
        auto c = Chan<int>::make();
        go([c] {
          for (int k = 0; k < 50; k++) c.send(k);
        });
        for (int k = 0; k < 50; k++) {
          c.recv();
          EXPECT_EQ(self(), id);
        }
        runtime::UnlockOSThread();
      });
    }
    wg.Wait();
  });
}

// ---- Type descriptors ----------------------------------------------------------------------------

struct Mixed {
  void* p;
  int32 n;
  char c[9];
};
enum class Colour : uint16 { red };

std::string nameOf(const _type* t) {
  return {reinterpret_cast<const char*>(t->str->ptr), static_cast<size_t>(t->str->len)};
}

TEST(TypeOf, NumbersAreGosOwnTypes) {
  EXPECT_EQ(typeOf<int64>(), &basicTypes[kindInt64]);
  EXPECT_EQ(typeOf<unsigned char>(), &basicTypes[kindUint8]);
  EXPECT_EQ(typeOf<double>(), &basicTypes[kindFloat64]);
  EXPECT_EQ(typeOf<string>(), &basicTypes[kindString]);
  EXPECT_EQ(typeOf<Colour>(), &basicTypes[kindUint16]);
  EXPECT_EQ(nameOf(typeOf<long>()), "int64");
}

TEST(TypeOf, EveryWordOfAnythingElseMayBeAPointer) {
  const _type* t = typeOf<Mixed>();
  EXPECT_EQ(t->size, 24u);
  EXPECT_EQ(t->align, 8);
  EXPECT_EQ(t->ptrdata, 24u);
  EXPECT_EQ(t->gcdata[0], 7);
  EXPECT_EQ(t->kind & kindMask, kindStruct);
  EXPECT_THAT(nameOf(t), ::testing::EndsWith("::Mixed"));
  EXPECT_EQ(typeOf<int*>()->ptrdata, 8u);
  EXPECT_EQ(typeOf<Unit>()->size, 0u);
  EXPECT_EQ(typeOf<Unit>()->ptrdata, 0u);
  struct Small {
    char c[7];
  };
  EXPECT_EQ(typeOf<Small>()->ptrdata, 0u);
  EXPECT_NE(typeOf<Small>()->kind & kindNoPointers, 0);
}

TEST(TypeOf, OfAChannelNamesItsElement) {
  const chantype* t = chanTypeOf<int32>();
  EXPECT_EQ(t->elem, typeOf<int32>());
  EXPECT_EQ(t->dir, bothDir);
  EXPECT_EQ(t->kind & kindMask, kindChan);
  EXPECT_EQ(nameOf(t), "chan int32");
}

}  // namespace
}  // namespace gort

// chan_stress: channels in random topologies.
//
// Workload. Several goroutines build one random round after the other:
//
//   network   1 to 4 layers of 1 to 4 channels each, of random capacity. Producers send
//             into the first layer, movers take from one layer and send into the next,
//             consumers take from the last. A layer is closed when all who send into it
//             have ended. Each of them picks its ways of sending (send, try_send, a select
//             over all channels of the layer, with and without a default) and of receiving
//             (recv, try_recv, range, select; movers also select that may send or
//             receive), yields, is locked to its thread, ends by return or by Goexit, or
//             is a thread that gort did not start. Values are structs, or strings (boxed).
//   ring      goroutines in a ring of unbuffered channels pass some tokens around
//   services  clients send requests that contain the channel for the answer
//   broadcast many wait in selects for a channel to be closed, while others feed them
//   pair      two goroutines select over sending and receiving on the same channels
//
// At the same time one goroutine keeps changing GOMAXPROCS between 1 and 8.
//
// Checked, for every round: nothing is lost, invented or changed (number of messages, sum
// and mixed sum of their ids; a checksum in each); between one sender and one receiver
// the messages of a channel come in order; at the end all channels are empty, nobody is
// left, and every boxed value has been destroyed.
//
//   chan_stress [--seconds=N] [--seed=S] [--size=K]     K: messages of a producer, about
//
// Prints the seed; exits 0, or 1 with what was wrong. (A hang is a failure: the ctest case
// has a timeout.)
#include <gort/gort.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using gort::Chan;
using gort::Select;
using Clock = std::chrono::steady_clock;

std::atomic<uint64_t> wrong{0};
std::atomic<uint64_t> messages{0};

void fail(const char* what, uint64_t seed) {
  wrong.fetch_add(1);
  std::fprintf(stderr, "chan_stress: %s (round %llu)\n", what,
               static_cast<unsigned long long>(seed));
}

uint64_t mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// A stream of random numbers; each goroutine has its own.
class Random {
 public:
  explicit Random(uint64_t seed) : x_(mix(seed + 0x9e3779b97f4a7c15u)) {}
  uint64_t next() { return mix(x_ += 0x9e3779b97f4a7c15u); }
  int below(int n) { return static_cast<int>(next() % static_cast<uint64_t>(n)); }
  bool one_in(int n) { return below(n) == 0; }

 private:
  uint64_t x_;
};

int capacity(Random& r) {
  constexpr int caps[] = {0, 0, 0, 1, 2, 7, 64};
  return caps[r.below(7)];
}

// ---- Messages -------------------------------------------------------------------------

// from and seq are of the last hop: seq counts what `from` sent on that channel.
struct Msg {
  uint64_t id;
  uint32_t from;
  uint32_t seq;
  uint64_t check;

  void seal() { check = mix(id + from * 1000003 + seq); }
  bool whole() const { return check == mix(id + from * 1000003 + seq); }
};

// The same as text, long enough to live on the heap; counts the living.
class Text {
 public:
  static inline std::atomic<int64_t> alive{0};

  Text() { alive.fetch_add(1); }
  explicit Text(const Msg& m) : s_(reinterpret_cast<const char*>(&m), sizeof m) {
    alive.fetch_add(1);
  }
  Text(const Text& o) : s_(o.s_) { alive.fetch_add(1); }
  Text(Text&& o) noexcept : s_(std::move(o.s_)) { alive.fetch_add(1); }
  Text& operator=(const Text&) = default;
  Text& operator=(Text&&) noexcept = default;
  ~Text() { alive.fetch_sub(1); }

  Msg msg() const {
    Msg m{};
    if (s_.size() == sizeof m) std::memcpy(&m, s_.data(), sizeof m);
    return m;
  }

 private:
  std::string s_;
};

Msg unpack(const Msg& m) { return m; }
Msg unpack(const Text& t) { return t.msg(); }

// What a set of messages adds up to.
struct Sum {
  uint64_t count = 0;
  uint64_t ids = 0;
  uint64_t mixed = 0;

  void add(uint64_t id) {
    count++;
    ids += id;
    mixed += mix(id);
  }
  void add(const Sum& s) {
    count += s.count;
    ids += s.ids;
    mixed += s.mixed;
  }
  friend bool operator==(const Sum&, const Sum&) = default;
};

// ---- Workers ----------------------------------------------------------------------------

// worker runs f on a goroutine, now and then locked to its thread, or on a thread of its
// own; when f has returned, or the goroutine has ended by Goexit, wg is done.
template <class F>
void worker(Random& r, gort::sync::WaitGroup& wg, std::vector<std::thread>& threads, F f) {
  wg.Add(1);
  if (r.one_in(40)) {
    threads.emplace_back([&wg, f]() mutable {
      f();
      wg.Done();
    });
    return;
  }
  bool locked = r.one_in(8);
  bool goexit = r.one_in(4);
  gort::go([&wg, f, locked, goexit]() mutable {
    struct Done {
      gort::sync::WaitGroup& wg;
      ~Done() { wg.Done(); }
    } done{wg};
    if (locked) gort::runtime::LockOSThread();
    f();
    if (goexit) gort::runtime::Goexit();  // maybe locked: then the thread ends, too
    if (locked) gort::runtime::UnlockOSThread();
  });
}

template <class T>
struct Layer {
  std::vector<Chan<T>> chans;
  gort::sync::WaitGroup senders;
};

// A Sender numbers its messages on each channel.
template <class T>
class Sender {
 public:
  Sender(uint32_t self, const std::vector<Chan<T>>& out)
      : self_(self), out_(out), seq_(out.size()) {}

  void send(Random& r, uint64_t id) {
    auto k = static_cast<size_t>(r.below(static_cast<int>(out_.size())));
    switch (r.below(4)) {
      case 0: {
        T v = value(k, id);
        while (!out_[k].try_send(std::move(v))) gort::runtime::Gosched();
        break;
      }
      case 1: {  // whichever takes it
        std::vector<T> v;
        for (size_t i = 0; i < out_.size(); i++) v.push_back(value(i, id));
        Select s;
        for (size_t i = 0; i < out_.size(); i++) s.send(out_[i], v[i]);
        k = static_cast<size_t>(s.run());
        break;
      }
      case 2: {  // or a default
        for (;;) {
          T v = value(k, id);
          if (Select().send(out_[k], std::move(v)).recv(Chan<int>()).default_().run() == 0) break;
          gort::runtime::Gosched();
        }
        break;
      }
      default: out_[k].send(value(k, id));
    }
    seq_[k]++;
  }

  // The message as it would be sent on channel k now.
  T value(size_t k, uint64_t id) {
    Msg m{id, self_, seq_[k], 0};
    m.seal();
    return T(m);
  }
  void sent(size_t k) { seq_[k]++; }
  size_t outs() const { return out_.size(); }
  Chan<T> out(size_t k) const { return out_[k]; }

 private:
  uint32_t self_;
  std::vector<Chan<T>> out_;
  std::vector<uint32_t> seq_;
};

// A Receiver takes messages and checks their order.
template <class T>
class Receiver {
 public:
  Receiver(uint64_t round, const std::vector<Chan<T>>& in) : round_(round), in_(in) {}

  // Takes one message; false when all channels are closed and empty.
  bool recv(Random& r, Msg& m) {
    while (open() != 0) {
      auto k = static_cast<size_t>(r.below(static_cast<int>(in_.size())));
      if (in_[k] == nullptr) continue;
      T v;
      switch (r.below(4)) {
        case 0: {
          auto res = in_[k].try_recv(v);
          if (!res.selected) {
            gort::runtime::Gosched();
            continue;
          }
          if (!take(k, v, res.received, m)) continue;
          return true;
        }
        case 1:
          // Only of the last that is open may we wait alone, or the others fill up.
          if (open() != 1) continue;
          if (!take(k, v, in_[k].recv(v), m)) continue;
          return true;
        default: {
          bool ok = false;
          Select s;
          for (auto c : in_) s.recv(c, v, ok);
          k = static_cast<size_t>(s.run());
          if (!take(k, v, ok, m)) continue;
          return true;
        }
      }
    }
    return false;
  }

  // What came from channel k; false and the channel forgotten if it was closed.
  bool take(size_t k, const T& v, bool ok, Msg& m) {
    if (!ok) {
      in_[k] = nullptr;
      return false;
    }
    m = unpack(v);
    if (!m.whole()) fail("a message was damaged", round_);
    auto [last, first] = last_.try_emplace({m.from, k}, m.seq);
    if (!first) {
      if (m.seq <= last->second) fail("messages overtook each other", round_);
      last->second = m.seq;
    }
    return true;
  }
  int open() const {
    int n = 0;
    for (auto c : in_) n += c != nullptr;
    return n;
  }
  const std::vector<Chan<T>>& in() const { return in_; }

 private:
  uint64_t round_;
  std::vector<Chan<T>> in_;                               // nil once closed
  std::map<std::pair<uint32_t, size_t>, uint32_t> last_;  // of each sender and channel
};

// Moves everything from `from` to `to`. Now and then it holds a message and waits for
// whatever is possible first, to pass it on or to get another one.
template <class T>
void move(Random r, Receiver<T> from, Sender<T> to) {
  Msg m;
  if (r.one_in(2)) {
    while (from.recv(r, m)) {
      to.send(r, m.id);
      if (r.one_in(16)) gort::runtime::Gosched();
    }
    return;
  }
  std::vector<uint64_t> held;
  while (from.open() != 0 || !held.empty()) {
    T in;
    bool ok = false;
    std::vector<T> outs;
    Select s;
    size_t nin = from.in().size();
    for (auto c : from.in()) {
      s.recv(held.size() < 4 ? c : Chan<T>(), in, ok);
    }
    if (!held.empty()) {
      for (size_t k = 0; k < to.outs(); k++) outs.push_back(to.value(k, held.back()));
      for (size_t k = 0; k < to.outs(); k++) s.send(to.out(k), outs[k]);
    }
    auto i = static_cast<size_t>(s.run());
    if (i < nin) {
      if (from.take(i, in, ok, m)) held.push_back(m.id);
    } else {
      to.sent(i - nin);
      held.pop_back();
    }
  }
}

template <class T>
void network(uint64_t round, int size) {
  Random r(round);
  int nlayers = 1 + r.below(4);
  std::vector<std::unique_ptr<Layer<T>>> layers;
  for (int i = 0; i < nlayers; i++) {
    layers.push_back(std::make_unique<Layer<T>>());
    for (int k = 1 + r.below(4); k > 0; k--) {
      layers.back()->chans.push_back(Chan<T>::make(capacity(r)));
    }
  }
  std::vector<std::thread> threads;
  uint32_t workers = 0;

  // Producers.
  Sum expected;
  uint64_t id = mix(round);
  for (int p = 1 + r.below(4); p > 0; p--) {
    uint64_t first = id;
    int n = 1 + r.below(2 * size);
    for (int i = 0; i < n; i++) expected.add(id++);
    worker(
        r, layers[0]->senders, threads,
        [first, n, rnd = Random(r.next()), to = Sender<T>(workers++, layers[0]->chans)]() mutable {
          for (int i = 0; i < n; i++) {
            to.send(rnd, first + static_cast<uint64_t>(i));
            if (rnd.one_in(16)) gort::runtime::Gosched();
          }
        });
  }

  // Movers, and who closes a layer.
  for (size_t l = 0; l < layers.size(); l++) {
    if (l > 0) {
      for (int k = 1 + r.below(4); k > 0; k--) {
        worker(r, layers[l]->senders, threads,
               [rnd = Random(r.next()), from = Receiver<T>(round, layers[l - 1]->chans),
                to = Sender<T>(workers++, layers[l]->chans)]() mutable {
                 move<T>(rnd, std::move(from), std::move(to));
               });
      }
    }
    gort::go([layer = layers[l].get(), chans = layers[l]->chans] {
      layer->senders.Wait();
      for (auto c : chans) c.close();
    });
  }

  // Consumers.
  auto sums = Chan<Sum>::make();
  gort::sync::WaitGroup consumers;
  int nconsumers = 1 + r.below(4);
  for (int k = 0; k < nconsumers; k++) {
    worker(r, consumers, threads,
           [sums, rnd = Random(r.next()), from = Receiver<T>(round, layers.back()->chans),
            simple = layers.back()->chans.size() == 1 && r.one_in(2)]() mutable {
             Sum sum;
             Msg m;
             if (simple) {
               for (T& v : from.in()[0]) {
                 if (from.take(0, v, true, m)) sum.add(m.id);
               }
             } else {
               while (from.recv(rnd, m)) sum.add(m.id);
             }
             sums.send(sum);
           });
  }
  Sum got;
  for (int k = 0; k < nconsumers; k++) got.add(*sums.recv());
  if (got != expected) fail("messages were lost or invented", round);
  consumers.Wait();
  for (auto& l : layers) {
    l->senders.Wait();
    for (auto c : l->chans) {
      if (c.len() != 0) fail("a channel is not empty", round);
      if (c.recv()) fail("a closed channel has a value", round);
    }
  }
  gort::runtime::Blocking([&] {
    for (auto& t : threads) t.join();
  });
  messages.fetch_add(got.count);
}

// ---- The other rounds ----------------------------------------------------------------------

void ring(uint64_t round, int size) {
  Random r(round);
  int n = 2 + r.below(20);
  int ntokens = 1 + r.below(n - 1);
  std::vector<Chan<int>> c;
  for (int i = 0; i < n; i++) c.push_back(Chan<int>::make(r.one_in(3) ? 1 : 0));
  auto out = Chan<int>::make(n);
  gort::sync::WaitGroup wg;
  std::atomic<int64_t> hops{0};
  for (int i = 0; i < n; i++) {
    bool locked = r.one_in(10);
    wg.Go([&, in = c[static_cast<size_t>(i)], next = c[static_cast<size_t>((i + 1) % n)], out,
           locked] {
      if (locked) gort::runtime::LockOSThread();
      for (int left : in) {
        hops.fetch_add(1);
        if (left == 0) {
          out.send(0);
        } else {
          next.send(left - 1);
        }
      }
      if (locked) gort::runtime::UnlockOSThread();
    });
  }
  int64_t expected = 0;
  for (int k = 0; k < ntokens; k++) {
    int left = r.below(10 * size);
    expected += left + 1;
    c[static_cast<size_t>(r.below(n))].send(left);
  }
  for (int k = 0; k < ntokens; k++) out.recv();
  for (auto ch : c) ch.close();
  wg.Wait();
  if (hops.load() != expected) fail("the ring made a wrong number of hops", round);
  messages.fetch_add(static_cast<uint64_t>(expected));
}

void services(uint64_t round, int size) {
  struct Request {
    uint64_t x;
    Chan<uint64_t> answer;
  };
  Random r(round);
  auto requests = Chan<Request>::make(capacity(r));
  gort::sync::WaitGroup servers, clients;
  for (int i = 1 + r.below(4); i > 0; i--) {
    servers.Go([=] {
      for (auto& q : requests) {
        if (q.x % 7 == 0) gort::runtime::Gosched();
        q.answer.send(mix(q.x));
      }
    });
  }
  std::atomic<uint64_t> answered{0};
  int nclients = 1 + r.below(8);
  for (int i = 0; i < nclients; i++) {
    clients.Go([=, &answered, rnd = Random(r.next())]() mutable {
      auto mine = Chan<uint64_t>::make(rnd.below(2));
      for (int k = 0; k < size; k++) {
        uint64_t x = rnd.next();
        auto answer = rnd.one_in(4) ? Chan<uint64_t>::make() : mine;
        requests.send(Request{x, answer});
        if (answer.recv() != mix(x)) fail("a wrong answer", round);
        answered.fetch_add(1);
      }
    });
  }
  clients.Wait();
  requests.close();
  servers.Wait();
  if (answered.load() != static_cast<uint64_t>(nclients) * static_cast<uint64_t>(size)) {
    fail("answers are missing", round);
  }
  messages.fetch_add(2 * answered.load());
}

void broadcast(uint64_t round, int size) {
  Random r(round);
  auto done = Chan<void>::make();
  auto feed = Chan<int>::make(capacity(r));
  gort::sync::WaitGroup listeners, feeders;
  std::atomic<int64_t> got{0};
  std::atomic<int64_t> released{0};
  int n = 1 + r.below(50);
  for (int i = 0; i < n; i++) {
    bool quiet = r.one_in(2);
    listeners.Go([&, quiet, done, feed] {
      for (;;) {
        int v = 0;
        bool over = false;
        Select()
            .recv(quiet ? Chan<int>() : feed, v)
            .recv(done, [&] { over = true; })
            .recv(done, [&] { over = true; })
            .run();
        if (over) break;
        got.fetch_add(v);
      }
      released.fetch_add(1);
    });
  }
  std::atomic<int64_t> sent{0};
  for (int i = r.below(4); i > 0; i--) {
    feeders.Go([&, rnd = Random(r.next()), done, feed]() mutable {
      for (int k = 0; k < size; k++) {
        int v = 1 + rnd.below(100);
        if (Select().send(feed, v).recv(done).run() == 1) return;
        sent.fetch_add(v);
      }
    });
  }
  for (int i = r.below(100); i > 0; i--) gort::runtime::Gosched();
  done.close();
  feeders.Wait();
  listeners.Wait();
  while (auto v = feed.try_recv()) got.fetch_add(*v);
  if (released.load() != n) fail("close released a wrong number", round);
  if (got.load() != sent.load()) fail("the feed lost or invented values", round);
  messages.fetch_add(static_cast<uint64_t>(n));
}

// Two goroutines that each select over sending to and receiving from the same channels:
// what one has sent the other has received.
void pair(uint64_t round, int size) {
  Random r(round);
  std::vector<Chan<uint64_t>> c;
  for (int i = 1 + r.below(3); i > 0; i--) c.push_back(Chan<uint64_t>::make(capacity(r)));
  auto bye = Chan<void>::make();
  std::atomic<uint64_t> sent{0}, received{0};
  std::atomic<int> left{2};
  gort::sync::WaitGroup wg;
  for (int side = 0; side < 2; side++) {
    wg.Go([&, c, bye, rnd = Random(r.next())]() mutable {
      for (int i = 0; i < size;) {
        uint64_t out = rnd.next();
        uint64_t in = 0;
        bool ok = false;
        Select s;
        for (auto ch : c) s.send(ch, out).recv(ch, in, ok);
        s.recv(bye);
        auto k = s.run();
        if (k == static_cast<int>(2 * c.size())) break;
        i++;
        if (k % 2 == 0) {
          sent.fetch_add(mix(out));
        } else {
          received.fetch_add(mix(in));
        }
      }
      if (left.fetch_sub(1) == 2) bye.close();  // the other one may wait for us
    });
  }
  wg.Wait();
  for (auto ch : c) {
    while (auto v = ch.try_recv()) received.fetch_add(mix(*v));
  }
  if (sent.load() != received.load()) fail("what was sent is not what was received", round);
  messages.fetch_add(static_cast<uint64_t>(size));
}

void round(uint64_t seed, int size) {
  switch (mix(seed) % 8) {
    case 0: ring(seed, size); break;
    case 1: services(seed, size); break;
    case 2: broadcast(seed, size); break;
    case 3: pair(seed, size); break;
    case 4:
    case 5: network<Text>(seed, size); break;
    default: network<Msg>(seed, size);
  }
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seconds = 5, size = 50;
  uint64_t seed = static_cast<uint64_t>(Clock::now().time_since_epoch().count());
  for (int i = 1; i < argc; i++) {
    auto value = [&](const char* name, uint64_t* v) {
      size_t n = std::strlen(name);
      if (std::strncmp(argv[i], name, n) != 0) return false;
      *v = std::strtoull(argv[i] + n, nullptr, 0);
      return true;
    };
    if (!value("--seconds=", &seconds) && !value("--seed=", &seed) && !value("--size=", &size)) {
      std::fprintf(stderr, "usage: chan_stress [--seconds=N] [--seed=S] [--size=K]\n");
      return 2;
    }
  }
  std::printf("chan_stress: seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);

  return gort::Main(argc, argv, [=]() -> int {
    auto end = Clock::now() + std::chrono::seconds(seconds);
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> rounds{0};
    gort::sync::WaitGroup builders, changer;

    changer.Go([&] {
      Random r(seed);
      while (!stop.load()) {
        gort::runtime::GOMAXPROCS(1 + r.below(8));
        for (int i = 0; i < 20; i++) gort::runtime::Gosched();
        gort::runtime::Blocking([] { usleep(300); });
      }
    });
    for (uint64_t i = 0; i < 4; i++) {
      builders.Go([&, i] {
        for (uint64_t k = 0; Clock::now() < end && wrong.load() == 0; k++) {
          round(mix(seed + i) + k, static_cast<int>(size));
          rounds.fetch_add(1);
        }
      });
    }
    builders.Wait();
    stop.store(true);
    changer.Wait();

    // Everybody who is still there is on the way out.
    for (int i = 0; gort::runtime::NumGoroutine() > 1 || Text::alive.load() != 0; i++) {
      if (i == 1000) {
        fail("goroutines or values are left over", seed);
        break;
      }
      gort::runtime::Blocking([] { usleep(10000); });
    }
    std::printf("chan_stress: %llu rounds, %llu messages, %llu wrong\n",
                static_cast<unsigned long long>(rounds.load()),
                static_cast<unsigned long long>(messages.load()),
                static_cast<unsigned long long>(wrong.load()));
    return wrong.load() == 0 ? 0 : 1;
  });
}

// sched_stress: the scheduler under everything at once.
//
// Workload. The main goroutine starts, over and over, random trees of goroutines. Each
// node does a few random steps and passes the sum of its subtree to its parent:
//
//   yield | burn a little | a system call (short, or long enough that its P is taken)
//   | LockOSThread around some of these, nested | a mutex-guarded counter
//   | start children and wait for their sums (over a channel, or a WaitGroup)
//   | end: return, Goexit, Goexit while locked to the thread (which ends the thread)
//
// At the same time one goroutine changes GOMAXPROCS between 1 and 8 and stops the world,
// and foreign threads start goroutines, too.
//
// Checked: the sum of every tree equals what a sequential walk over the same random
// numbers gives; the counter equals the number of increments; a locked goroutine never
// changes its thread; goroutines are all gone at the end.
//
//   sched_stress [--seconds=N] [--seed=S] [--size=K]     K: nodes of a tree, about
//
// Prints the seed; exits 0, or 1 with what was wrong. (A hang is a failure: the ctest
// case has a timeout.)
#include <gort/gort.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

// One random number out of a path in the tree: the same for the goroutines and for the
// sequential walk, whatever order they run in.
uint64_t mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

std::atomic<uint64_t> wrong{0};
std::atomic<uint64_t> increments{0};
gort::sync::Mutex counterLock;
uint64_t counter = 0;  // under counterLock

void fail(const char* what) {
  wrong.fetch_add(1);
  std::fprintf(stderr, "sched_stress: %s\n", what);
}

long tid() { return syscall(SYS_gettid); }

void burn(uint64_t n) {
  uint64_t x = n;
  for (uint64_t i = 0; i < n; i++) x = mix(x);
  asm volatile("" : : "r"(x));  // keeps the loop
}

void step(uint64_t r) {
  switch (r % 8) {
    case 0:
    case 1: gort::runtime::Gosched(); break;
    case 2: burn(r >> 32 & 0x3ff); break;
    case 3: gort::runtime::Blocking([] { syscall(SYS_getppid); }); break;
    case 4:
      if ((r >> 8) % 64 == 0) {
        gort::runtime::Blocking([] { usleep(300); });  // longer than sysmon's patience
      }
      break;
    case 5: {
      counterLock.Lock();
      counter++;
      counterLock.Unlock();
      increments.fetch_add(1, std::memory_order_relaxed);
      break;
    }
    case 6: {
      gort::runtime::LockOSThread();
      long before = tid();
      gort::runtime::Gosched();
      if ((r >> 8) % 4 == 0) {
        gort::runtime::LockOSThread();
        gort::runtime::Blocking([] { syscall(SYS_getppid); });
        gort::runtime::UnlockOSThread();
      }
      if (tid() != before) fail("a locked goroutine changed its thread");
      gort::runtime::UnlockOSThread();
      break;
    }
    default: break;
  }
}

// How many children a node has, and of what size each subtree is.
int fanout(uint64_t r, int size) { return size <= 1 ? 0 : 1 + static_cast<int>(r >> 16 & 3); }

uint64_t expected(uint64_t seed, int size) {
  uint64_t r = mix(seed);
  uint64_t sum = r & 0xffff;
  int n = fanout(r, size);
  for (int i = 0; i < n; i++) sum += expected(r + 1 + static_cast<uint64_t>(i), (size - 1) / n);
  return sum;
}

// Sends once, whichever way the goroutine ends.
struct Result {
  gort::Chan<uint64_t> out;
  uint64_t sum = 0;
  ~Result() { out.send(sum); }
};

void node(uint64_t seed, int size, gort::Chan<uint64_t> out) {
  Result result{out};
  uint64_t r = mix(seed);
  for (uint64_t i = 0; i < (r >> 24 & 7); i++) step(mix(r + i * 77));
  int n = fanout(r, size);
  result.sum = r & 0xffff;
  if (n > 0 && (r >> 20 & 1) != 0) {
    // Sums in slots of our own, joined with a WaitGroup.
    std::vector<uint64_t> sums(static_cast<size_t>(n));
    gort::sync::WaitGroup wg;
    wg.Add(n);
    for (int i = 0; i < n; i++) {
      gort::go([&, i] {
        auto sub = gort::Chan<uint64_t>::make(1);
        node(r + 1 + static_cast<uint64_t>(i), (size - 1) / n, sub);
        sums[static_cast<size_t>(i)] = *sub.recv();
        wg.Done();
      });
    }
    wg.Wait();
    for (uint64_t s : sums) result.sum += s;
    return;
  }
  auto in = gort::Chan<uint64_t>::make((r >> 21 & 1) != 0 ? n : 0);
  for (int i = 0; i < n; i++) {
    gort::go([=] {
      uint64_t childSeed = r + 1 + static_cast<uint64_t>(i);
      uint64_t how = mix(childSeed) >> 40;
      if (how % 512 == 0) gort::runtime::LockOSThread();  // its thread ends with it
      node(childSeed, (size - 1) / n, in);
      if (how % 4 == 0) gort::runtime::Goexit();
    });
  }
  for (int i = 0; i < n; i++) result.sum += *in.recv();
  for (uint64_t i = 0; i < (r >> 28 & 3); i++) step(mix(r - i * 77));
}

bool tree(uint64_t seed, int size) {
  auto out = gort::Chan<uint64_t>::make(1);
  gort::go([=] { node(seed, size, out); });
  uint64_t got = *out.recv();
  uint64_t want = expected(seed, size);
  if (got == want) return true;
  std::fprintf(stderr, "tree %llu: sum %llu, want %llu\n", static_cast<unsigned long long>(seed),
               static_cast<unsigned long long>(got), static_cast<unsigned long long>(want));
  wrong.fetch_add(1);
  return false;
}

bool option(const char* arg, const char* name, uint64_t* value) {
  size_t n = std::strlen(name);
  if (std::strncmp(arg, name, n) != 0 || arg[n] != '=') return false;
  *value = std::strtoull(arg + n + 1, nullptr, 0);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seconds = 10;
  uint64_t seed = std::random_device{}();
  uint64_t size = 2000;
  for (int i = 1; i < argc; i++) {
    if (!option(argv[i], "--seconds", &seconds) && !option(argv[i], "--seed", &seed) &&
        !option(argv[i], "--size", &size)) {
      std::fprintf(stderr, "usage: sched_stress [--seconds=N] [--seed=S] [--size=K]\n");
      return 2;
    }
  }
  std::printf("sched_stress: --seed=%llu --seconds=%llu --size=%llu\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seconds),
              static_cast<unsigned long long>(size));
  std::fflush(stdout);

  return gort::Main(argc, argv, [=]() -> int {
    auto end = Clock::now() + std::chrono::seconds(seconds);
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> trees{0};
    gort::sync::WaitGroup wg;

    wg.Add(1);
    gort::go([&] {
      uint64_t r = mix(seed + 1);
      while (!stop.load()) {
        r = mix(r + 1);
        gort::runtime::GOMAXPROCS(1 + static_cast<int>(r % 8));
        for (int i = 0; i < 20; i++) gort::runtime::Gosched();
        gort::runtime::Blocking([] { usleep(200); });
      }
      wg.Done();
    });

    std::vector<std::thread> foreign;
    for (uint64_t i = 0; i < 2; i++) {
      foreign.emplace_back([&, i] {
        for (uint64_t k = 0; !stop.load(); k++) {
          if (tree(seed + (i + 2) * 1000003 + k, static_cast<int>(size) / 20)) trees.fetch_add(1);
        }
      });
    }

    constexpr int gardeners = 3;
    wg.Add(gardeners);
    for (uint64_t i = 0; i < gardeners; i++) {
      gort::go([&, i] {
        for (uint64_t k = 0; Clock::now() < end && wrong.load() == 0; k++) {
          if (tree(seed + i * 7777777 + k, static_cast<int>(size))) trees.fetch_add(1);
        }
        stop.store(true);
        wg.Done();
      });
    }
    wg.Wait();
    gort::runtime::Blocking([&] {
      for (auto& t : foreign) t.join();
    });

    // Everybody who is still there is on the way out.
    for (int i = 0; gort::runtime::NumGoroutine() > 1; i++) {
      if (i == 1000) {
        fail("goroutines are left over");
        break;
      }
      gort::runtime::Blocking([] { usleep(10000); });
    }
    if (counter != increments.load()) fail("the mutex let two in at a time");
    std::printf("sched_stress: %llu trees, %llu increments, %llu wrong\n",
                static_cast<unsigned long long>(trees.load()),
                static_cast<unsigned long long>(increments.load()),
                static_cast<unsigned long long>(wrong.load()));
    return wrong.load() == 0 ? 0 : 1;
  });
}

// lock_stress: the runtime's locks and semaphores under random load.
//
// Workload. `goroutines` goroutines run for `seconds`. In each step a goroutine picks one
// of `objects` objects of each kind and
//   mutex       locks it, adds 1 to two plain counters with some work between, unlocks;
//   rwmutex     the same for writing, or reads both for reading (three in four);
//   semaphore   used as a lock: the same, released with or without handing it over;
//   condition   a store of tokens under such a lock with two notify lists: puts a token
//               in (waits while it is full) or takes one (waits while it is empty);
//   note        sleeps on one of its own, in a system call, until its partner wakes it.
// GOMAXPROCS changes all the while between 1 and `procs`.
//
// Checked: the two counters of an object are equal whenever the lock is held, and in the
// end add up to the number of times it was locked; no token is lost or made; every
// goroutine comes back (the watchdog says which object it hangs on).
//
// usage: lock_stress [--seed=N] [--seconds=N] [--goroutines=N] [--objects=N] [--procs=N]
// Prints its arguments with the seed first. Exit code 0: all right; 1: a check failed;
// 2: bad arguments, or the runtime found fault itself.

#include <gort/gort.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "arch/os_linux.h"
#include "sched/lock_futex.h"
#include "sched/lock_spinbit.h"
#include "sched/lockrank_check.h"
#include "sched/runtime2.h"
#include "sched/rwmutex.h"
#include "sched/sema.h"

namespace {

using namespace gort;

struct arguments {
  unsigned long long seed = 0;  // 0: a new one
  unsigned long long seconds = 10;
  unsigned long long goroutines = 64;
  unsigned long long objects = 3;
  unsigned long long procs = 4;
};

[[noreturn]] void usage(const char* bad) {
  fprintf(stderr,
          "lock_stress: bad argument '%s'\n"
          "usage: lock_stress [--seed=N] [--seconds=N] [--goroutines=N] [--objects=N] "
          "[--procs=N]\n",
          bad);
  ::exit(2);
}

arguments parse(int argc, char** argv) {
  arguments a;
  struct option {
    const char* name;
    unsigned long long* value;
    unsigned long long least;
  } options[] = {{"--seed=", &a.seed, 0},
                 {"--seconds=", &a.seconds, 1},
                 {"--goroutines=", &a.goroutines, 2},
                 {"--objects=", &a.objects, 1},
                 {"--procs=", &a.procs, 1}};
  for (int i = 1; i < argc; i++) {
    bool known = false;
    for (option& o : options) {
      size_t n = strlen(o.name);
      if (strncmp(argv[i], o.name, n) != 0) continue;
      char* end;
      *o.value = strtoull(argv[i] + n, &end, 10);
      if (end == argv[i] + n || *end != 0 || *o.value < o.least) usage(argv[i]);
      known = true;
    }
    if (!known) usage(argv[i]);
  }
  if (a.seed == 0) a.seed = std::random_device{}();
  return a;
}

[[noreturn]] void fail(const char* what, size_t object) {
  fprintf(stderr, "lock_stress: FAILED: %s %zu\n", what, object);
  ::_exit(1);
}

// Two counters that only their lock keeps equal.
struct pair {
  uint64 a = 0;
  uint64 b = 0;

  bool equal() const { return a == b; }
  void change(unsigned work) {
    a++;
    for (unsigned i = 0; i < work; i++) asm volatile("");
    b++;
  }
};

struct guardedByMutex {
  mutex lock;
  pair data;
};

struct guardedByRWMutex {
  rwmutex lock;
  pair data;
};

struct guardedBySemaphore {
  uint32 sema = 1;
  pair data;
};

constexpr int capacity = 4;  // tokens a store holds

struct store {
  uint32 sema = 1;  // guards the rest
  pair data;
  int tokens = capacity / 2;
  notifyList notFull{};
  notifyList notEmpty{};
};

struct noted {
  note here{};        // the worker sleeps
  note there{};       // the partner sleeps
  bool stop = false;  // ordered by the notes
};

struct world {
  explicit world(const arguments& arg)
      : mutexes(arg.objects), rwmutexes(arg.objects), semaphores(arg.objects), stores(arg.objects) {
    for (guardedByRWMutex& r : rwmutexes) {
      r.lock.init(lockRankTestR, lockRankTestRInternal, lockRankTestW);
    }
  }

  std::vector<guardedByMutex> mutexes;
  std::vector<guardedByRWMutex> rwmutexes;
  std::vector<guardedBySemaphore> semaphores;
  std::vector<store> stores;
  std::atomic<bool> stop{false};
  std::atomic<uint64> steps{0};
  std::atomic<uint64> locked[4]{};  // per kind: how often for change
};

class worker {
 public:
  worker(world& w, uint64 seed) : w_(w), random_(seed) {}

  void run() {
    noted mine;
    sync::WaitGroup partner;
    partner.Go([&mine] {
      for (;;) {
        notetsleepg(&mine.there, -1);
        noteclear(&mine.there);
        if (mine.stop) return;
        notewakeup(&mine.here);
      }
    });
    while (!w_.stop.load(std::memory_order_relaxed)) {
      step(mine);
      w_.steps.fetch_add(1, std::memory_order_relaxed);
    }
    mine.stop = true;
    notewakeup(&mine.there);
    partner.Wait();
    for (int i = 0; i < 4; i++) w_.locked[i] += changes_[i];
  }

 private:
  size_t pick(size_t n) { return random_() % n; }

  void step(noted& mine) {
    size_t i = pick(w_.mutexes.size());
    unsigned work = pick(64);
    size_t draw = pick(16);
    if (draw < 5) {
      guardedByMutex& x = w_.mutexes[i];
      lock(&x.lock);
      if (!x.data.equal()) fail("mutex", i);
      x.data.change(work);
      unlock(&x.lock);
      changes_[0]++;
    } else if (draw < 9) {
      guardedByRWMutex& x = w_.rwmutexes[i];
      if (pick(4) == 0) {
        x.lock.lock();
        if (!x.data.equal()) fail("rwmutex", i);
        x.data.change(work);
        x.lock.unlock();
        changes_[1]++;
      } else {
        x.lock.rlock();
        if (!x.data.equal()) fail("rwmutex", i);
        x.lock.runlock();
      }
    } else if (draw < 13) {
      guardedBySemaphore& x = w_.semaphores[i];
      semacquire1(&x.sema, pick(2) == 0 ? semaLIFO : semaFIFO, semaNoProfile, 0,
                  waitReasonSemacquire);
      if (!x.data.equal()) fail("semaphore", i);
      x.data.change(work);
      if (pick(8) == 0) gort::runtime::Gosched();
      semrelease1(&x.sema, pick(2) == 0 ? semaHandoffToWaiter : semaNoHandoff, 0);
      changes_[2]++;
    } else if (draw < 15) {
      bool putFirst = pick(2) == 0;
      for (bool put : {putFirst, !putFirst}) {
        useStore(w_.stores[i], i, put, work);
        if (pick(2) == 0) gort::runtime::Gosched();
      }
    } else {
      notewakeup(&mine.there);
      notetsleepg(&mine.here, -1);
      noteclear(&mine.here);
    }
  }

  // Puts a token in or takes one out. A step does one after the other, in either order,
  // and stores start half full, so somebody can always go on: while it is full, more than
  // half a store's worth of workers are about to take; while it is empty, to put.
  void useStore(store& x, size_t i, bool put, unsigned work) {
    semacquire(&x.sema);
    while (x.tokens == (put ? capacity : 0)) await(x, put ? &x.notFull : &x.notEmpty);
    if (!x.data.equal()) fail("store", i);
    if (x.tokens < 0 || x.tokens > capacity) fail("tokens of store", i);
    x.tokens += put ? 1 : -1;
    x.data.change(work);
    changes_[3]++;
    notifyList* changed = put ? &x.notEmpty : &x.notFull;
    if (pick(4) == 0) {
      notifyListNotifyAll(changed);
    } else {
      notifyListNotifyOne(changed);
    }
    semrelease(&x.sema);
  }

  // What sync.Cond's Wait does.
  void await(store& x, notifyList* list) {
    uint32 ticket = notifyListAdd(list);
    semrelease(&x.sema);
    notifyListWait(list, ticket);
    semacquire(&x.sema);
  }

  world& w_;
  std::mt19937_64 random_;
  uint64 changes_[4] = {};
};

// Changes GOMAXPROCS until the workers are done.
void juggle(const arguments& arg, uint64 seed, std::atomic<bool>& done) {
  std::mt19937_64 random(seed);
  while (!done.load(std::memory_order_relaxed)) {
    gort::runtime::GOMAXPROCS(1 + static_cast<int>(random() % arg.procs));
    gort::runtime::Blocking([&] { ::usleep(1000 * (random() % 20)); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  arguments arg = parse(argc, argv);
  return Main([arg] {
    printf("lock_stress --seed=%llu --seconds=%llu --goroutines=%llu --objects=%llu --procs=%llu\n",
           arg.seed, arg.seconds, arg.goroutines, arg.objects, arg.procs);
    fflush(stdout);

    // The watchdog is a thread of its own, not a goroutine: it must run when none does.
    static world w(arg);
    static std::atomic<bool> over{false};
    std::thread([] {
      uint64 last = ~uint64{0};
      for (int idle = 0; !over;) {
        ::sleep(1);
        uint64 now = w.steps;
        idle = now == last ? idle + 1 : 0;
        last = now;
        if (idle < 60) continue;
        for (size_t i = 0; i < w.mutexes.size(); i++) {
          fprintf(stderr, "mutex %zu: %#lx\nrwmutex %zu: readers %d waited for %d\n", i,
                  w.mutexes[i].lock.key.load(relaxed), i,
                  w.rwmutexes[i].lock.readerCount.load(relaxed),
                  w.rwmutexes[i].lock.readerWait.load(relaxed));
          fprintf(stderr, "semaphore %zu: %u\nstore %zu: %u, %d tokens\n", i,
                  atomicload(&w.semaphores[i].sema, relaxed), i,
                  atomicload(&w.stores[i].sema, relaxed), w.stores[i].tokens);
        }
        fail("no progress for 60 seconds; steps", now);
      }
    }).detach();

    std::mt19937_64 random(arg.seed);
    sync::WaitGroup workers, juggler;
    std::atomic<bool> done{false};
    juggler.Go([&, seed = random()] { juggle(arg, seed, done); });
    for (unsigned long long i = 0; i < arg.goroutines; i++) {
      workers.Go([seed = random()] { worker(w, seed).run(); });
    }
    int64 end = nanotime() + static_cast<int64>(arg.seconds) * 1'000'000'000;
    while (nanotime() < end) {
      gort::runtime::Blocking([] { ::usleep(10'000); });
    }
    w.stop = true;
    workers.Wait();
    done = true;
    juggler.Wait();
    over = true;

    uint64 sum[4] = {};
    for (size_t i = 0; i < arg.objects; i++) {
      sum[0] += w.mutexes[i].data.a;
      sum[1] += w.rwmutexes[i].data.a;
      sum[2] += w.semaphores[i].data.a;
      sum[3] += w.stores[i].data.a;
      if (w.mutexes[i].lock.key.load(relaxed) != 0) fail("left locked: mutex", i);
      if (w.rwmutexes[i].lock.readerCount.load(relaxed) != 0) fail("left locked: rwmutex", i);
      if (w.semaphores[i].sema != 1) fail("left locked: semaphore", i);
      if (w.stores[i].sema != 1) fail("left locked: store", i);
      if (w.stores[i].tokens != capacity / 2) fail("tokens lost or made: store", i);
    }
    for (int kind = 0; kind < 4; kind++) {
      if (sum[kind] != w.locked[kind]) fail("changes were lost: kind", kind);
    }
    printf("ok: %llu steps\n", static_cast<unsigned long long>(w.steps.load()));
    return 0;
  });
}

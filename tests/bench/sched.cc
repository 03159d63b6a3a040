// Benchmarks of goroutines, channels, select and mutexes. Each does what the Go benchmark of the
// same name in tests/bench/go/sched_test.go does; a name that ends in 2P crosses cores.
//
// Go: runtime/proc_test.go, runtime/chan_test.go, sync/mutex_test.go (the ideas, not these programs)

#include <atomic>
#include <cstdint>

#include "tests/bench/bench.h"

namespace gort::bench {
namespace {

void SpawnJoin(benchmark::State& state) {
  WithProcs procs(1);
  sync::WaitGroup wg;
  for (auto _ : state) {
    wg.Add(1);
    go([&wg] { wg.Done(); });
    wg.Wait();
  }
}
BENCHMARK(SpawnJoin)->UseRealTime();

void SpawnJoin100(benchmark::State& state) {
  WithProcs procs(1);
  sync::WaitGroup wg;
  for (auto _ : state) {
    wg.Add(100);
    for (int i = 0; i < 100; i++) go([&wg] { wg.Done(); });
    wg.Wait();
  }
}
BENCHMARK(SpawnJoin100)->UseRealTime();

void Gosched(benchmark::State& state) {
  WithProcs procs(1);
  std::atomic<bool> stop = false;
  auto done = Chan<void>::make();
  go([&stop, done] {
    while (!stop.load()) runtime::Gosched();
    done.close();
  });
  runtime::Gosched();
  for (auto _ : state) runtime::Gosched();
  stop.store(true);
  done.recv();
}
BENCHMARK(Gosched)->UseRealTime();

void pingPong(benchmark::State& state) {
  auto ping = Chan<int64_t>::make(), pong = Chan<int64_t>::make();
  go([ping, pong] {
    int64_t v;
    while (ping.recv(v)) pong.send(v);
    pong.close();
  });
  int64_t i = 0, v;
  for (auto _ : state) {
    ping.send(i++);
    pong.recv(v);
  }
  ping.close();
  pong.recv();
}

void PingPong1P(benchmark::State& state) {
  WithProcs procs(1);
  pingPong(state);
}
BENCHMARK(PingPong1P)->UseRealTime();

void PingPong2P(benchmark::State& state) {
  WithProcs procs(2);
  pingPong(state);
}
BENCHMARK(PingPong2P)->UseRealTime();

void producerConsumer(benchmark::State& state) {
  auto c = Chan<int64_t>::make(128);
  auto done = Chan<int64_t>::make();
  go([c, done] {
    int64_t sum = 0, v;
    while (c.recv(v)) sum += v;
    done.send(sum);
  });
  int64_t i = 0;
  for (auto _ : state) c.send(i++);
  c.close();
  if (done.recv() != i * (i - 1) / 2) state.SkipWithError("values were lost");
}

void ProducerConsumer1P(benchmark::State& state) {
  WithProcs procs(1);
  producerConsumer(state);
}
BENCHMARK(ProducerConsumer1P)->UseRealTime();

void ProducerConsumer2P(benchmark::State& state) {
  WithProcs procs(2);
  producerConsumer(state);
}
BENCHMARK(ProducerConsumer2P)->UseRealTime();

void SendRecvUncontended(benchmark::State& state) {
  WithProcs procs(1);
  auto c = Chan<int64_t>::make(1);
  int64_t i = 0, v;
  for (auto _ : state) {
    c.send(i++);
    c.recv(v);
  }
}
BENCHMARK(SendRecvUncontended)->UseRealTime();

void SelectTwoReady(benchmark::State& state) {
  WithProcs procs(1);
  auto x = Chan<int64_t>::make(1), y = Chan<int64_t>::make(1);
  x.send(0);
  for (auto _ : state) {
    Select().recv(x, [&](int64_t v) { y.send(v); }).recv(y, [&](int64_t v) { x.send(v); }).run();
  }
}
BENCHMARK(SelectTwoReady)->UseRealTime();

void SelectTwoBlocking(benchmark::State& state) {
  WithProcs procs(1);
  auto x = Chan<int64_t>::make(), y = Chan<int64_t>::make();
  auto stop = Chan<void>::make();
  go([x, y, stop] {
    for (int64_t i = 0;; i++) {
      if (Select().send(x, i).send(y, i).recv(stop).run() == 2) {
        x.close();
        return;
      }
    }
  });
  int64_t v;
  for (auto _ : state) Select().recv(x, v).recv(y, v).run();
  stop.close();
  while (x.recv(v)) {
  }
}
BENCHMARK(SelectTwoBlocking)->UseRealTime();

// What one iteration of the mutex benchmarks does: enough for starting four goroutines to be
// nothing beside it.
constexpr int64_t mutexRounds = 1000;

// Four goroutines hold the mutex over a Gosched, so that on one P, too, every other Lock finds it
// held and has to wait.
void contendedMutex(benchmark::State& state) {
  for (auto _ : state) {
    sync::Mutex mu;
    sync::WaitGroup wg;
    std::atomic<int64_t> left = mutexRounds;
    wg.Add(4);
    for (int i = 0; i < 4; i++) {
      go([&] {
        while (left.fetch_sub(1) > 0) {
          mu.Lock();
          runtime::Gosched();
          mu.Unlock();
        }
        wg.Done();
      });
    }
    wg.Wait();
  }
}

void MutexContended1P(benchmark::State& state) {
  WithProcs procs(1);
  contendedMutex(state);
}
BENCHMARK(MutexContended1P)->UseRealTime();

void MutexContended2P(benchmark::State& state) {
  WithProcs procs(2);
  contendedMutex(state);
}
BENCHMARK(MutexContended2P)->UseRealTime();

}  // namespace
}  // namespace gort::bench

GORT_BENCH_MAIN()

// What a parked goroutine costs: time from its start to its exit, and memory. The twins are in
// tests/bench/go/parked_test.go. Each is meant to run once in a process of its own, because the
// second time finds memory in place.
//
// Go: no twin

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "tests/bench/bench.h"

namespace gort::bench {
namespace {

// resident returns the memory that the process occupies, in bytes.
double resident() {
  long pages = 0;
  FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr || std::fscanf(f, "%*d %ld", &pages) != 1) std::perror("/proc/self/statm");
  if (f != nullptr) std::fclose(f);
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// n goroutines on one P wait for a channel to be closed, and are woken. The time runs from the first
// start to the last exit, without the look at the memory in between.
void parked(benchmark::State& state, int64_t n) {
  using clock = std::chrono::steady_clock;
  WithProcs procs(1);
  double bytes = 0;
  for (auto _ : state) {
    auto gate = Chan<void>::make();
    std::atomic<int64_t> started = 0;
    sync::WaitGroup wg;
    wg.Add(n);
    double before = resident();
    auto start = clock::now();
    for (int64_t i = 0; i < n; i++) {
      go([&started, &wg, gate] {
        started.fetch_add(1);
        gate.recv();
        wg.Done();
      });
    }
    while (started.load() < n) runtime::Gosched();
    std::chrono::duration<double> time = clock::now() - start;
    bytes += resident() - before;
    start = clock::now();
    gate.close();
    wg.Wait();
    time += clock::now() - start;
    state.SetIterationTime(time.count() / static_cast<double>(n));
  }
  state.counters["bytes"] =
      bytes / static_cast<double>(n) / static_cast<double>(state.iterations());
}

void Parked100k(benchmark::State& state) { parked(state, 100'000); }
BENCHMARK(Parked100k)->UseManualTime()->Iterations(1);

void Parked1M(benchmark::State& state) { parked(state, 1'000'000); }
BENCHMARK(Parked1M)->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace gort::bench

GORT_BENCH_MAIN()

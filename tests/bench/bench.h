// bench.h: the main function of a benchmark program, and what several need.
//
// Go: testing (benchmarks); the twins are in tests/bench/go
#ifndef TESTS_BENCH_BENCH_H_
#define TESTS_BENCH_BENCH_H_

#include <benchmark/benchmark.h>
#include <gort/gort.h>

namespace gort::bench {

// While one lives, GOMAXPROCS is n.
class WithProcs {
 public:
  explicit WithProcs(int n) : before_(runtime::GOMAXPROCS(n)) {}
  ~WithProcs() { runtime::GOMAXPROCS(before_); }
  WithProcs(const WithProcs&) = delete;
  WithProcs& operator=(const WithProcs&) = delete;

 private:
  int before_;
};

}  // namespace gort::bench

// Benchmarks run on the main goroutine, as Go's do, on a stack that leaves Google Benchmark's
// regular expressions and reports all the room they want.
#define GORT_BENCH_MAIN()                                                             \
  int main(int argc, char** argv) {                                                   \
    benchmark::Initialize(&argc, argv);                                               \
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;                 \
    return gort::Main(argc, argv, [] {                                                \
      gort::runtime::WithStack(8 << 20, [] { benchmark::RunSpecifiedBenchmarks(); }); \
    });                                                                               \
  }

#endif  // TESTS_BENCH_BENCH_H_

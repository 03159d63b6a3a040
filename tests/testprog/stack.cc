// stack CASE: outgrows a stack, in the way that CASE names.
#include <gort/gort.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sched/stack.h"
#include "tests/compiled.h"

using namespace gort;

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

volatile int never = -1;

// Recursion as C++ compiles it: without a check.
[[gnu::noinline]] int unchecked(int n) {
  if (n == never) return 0;
  volatile char frame[200];
  frame[n % 200] = 1;
  return unchecked(n + 1) + frame[n % 200];
}

void onAnother(void (*f)()) {
  auto done = Chan<void>::make();
  go([f, done] {
    f();
    done.close();
  });
  done.recv();
}

// Each goroutine has a stack while it waits; n of them.
void park(int n) {
  auto forever = Chan<void>::make();
  for (int i = 0; i < n; i++) {
    go([forever] { forever.recv(); });
    if (i % 256 == 0) runtime::Gosched();
  }
}

// Leaves this many more bytes of address space.
void limitAddressSpace(rlim_t more) {
  long pages = 0;
  FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr || std::fscanf(f, "%ld", &pages) != 1) std::abort();
  std::fclose(f);
  rlimit lim;
  getrlimit(RLIMIT_AS, &lim);
  lim.rlim_cur = static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE)) + more;
  setrlimit(RLIMIT_AS, &lim);
}

void run() {
  if (is("scarce")) {
    limitAddressSpace(700 << 20);  // not enough for a region as large as it should be
    for (int i = 0; i < 20; i++) {
      runtime::WithStack(1 << 20, [] {});
    }
    std::puts("ok");
  }
  if (is("cpp")) std::printf("%d\n", unchecked(0));
  if (is("cpp goroutine")) onAnother([] { std::printf("%d\n", unchecked(0)); });
  if (is("cpp small")) {
    auto done = Chan<void>::make();
    go(StackSize{32 << 10}, [done] {
      std::printf("%d\n", unchecked(0));
      done.close();
    });
    done.recv();
  }
  if (is("cpp region")) {
    setMaxStack(20 << 20);
    runtime::WithStack(10 << 20, [] { std::printf("%d\n", unchecked(0)); });
  }
  if (is("frame")) {
    newprocframe([](void*) {}, (32 << 20) + 1, 8, [](void*, void*) {}, nullptr, 0);
  }
  if (is("compiled")) std::printf("%ld\n", testing::compiledDepth(1L << 40));
  if (is("compiled limit")) {
    setMaxStack(10 << 20);
    std::printf("%ld\n", testing::compiledDepth(1L << 40));
  }
  if (is("compiled below slot")) {
    setMaxStack(1000);
    std::printf("%ld\n", testing::compiledDepth(1L << 40));
  }
  if (is("withstack limit")) runtime::WithStack(2000000000, [] { std::puts("not reached"); });
  if (is("withstack of all")) runtime::WithStack(SIZE_MAX, [] { std::puts("not reached"); });
  if (is("park")) {
    park(40000);
    std::puts("ok");
  }
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  // "locked": all memory is locked as it is used, which the kernel does not allow
  // for guard regions.
  if (argc > 2 && std::strcmp(argv[2], "locked") == 0 &&
      mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
    std::puts("not permitted");
    return 0;
  }
  return Main(argc, argv, run);
}

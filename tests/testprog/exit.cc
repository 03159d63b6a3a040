// exit CASE: ends in order.
#include <gort/gort.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "runtime/exithook.h"
#include "runtime/runtime1.h"
#include "runtime/string.h"
#include "sched/upcalls.h"

using namespace gort;

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

void say(void* what) { std::printf("%s\n", static_cast<const char*>(what)); }

void add(const char* what, bool runOnFailure) {
  exithook::Add({say, const_cast<char*>(what), runOnFailure});
}

struct Global {
  ~Global() { std::printf("destructors of globals do not run\n"); }
} global;

void run() {
  std::printf("buffered, ");  // not flushed by us
  add("first", true);
  add("second", false);
  if (is("main")) return;
  if (is("exit 0")) osExit(0);
  if (is("exit 3")) osExit(3);
  if (is("hook exits")) {
    exithook::Add({[](void*) { osExit(4); }, nullptr, true});
    return;
  }
  if (is("a thread exits meanwhile")) {
    exithook::Add({[](void*) {
                     static std::atomic<bool> there = false;
                     std::thread([] {
                       there = true;
                       osExit(4);
                     }).detach();
                     while (!there) sched_yield();
                     for (int i = 0; i < 10'000; i++) sched_yield();
                   },
                   nullptr, true});
    return;
  }
  if (is("somebody reads")) {
    alarm(20);  // instead of waiting for ever
    int fds[2];
    if (pipe(fds) != 0 || dup2(fds[0], STDIN_FILENO) < 0) std::abort();
    std::thread([] { std::getchar(); }).detach();
    while (ftrylockfile(stdin) == 0) {
      funlockfile(stdin);
      sched_yield();
    }
    return;
  }
  if (is("others run")) {
    newprocframe(
        [](void*) {
          for (;;) Gosched();
        },
        8, 8, [](void*, void*) {}, nullptr, 0);
    Gosched();
    return;
  }
  if (is("args")) {
    const auto* a = static_cast<const string*>(argslice.array);
    for (intgo i = 1; i < argslice.len; i++) {
      std::printf("[%.*s]", static_cast<int>(a[i].len), reinterpret_cast<const char*>(a[i].ptr));
    }
    const auto* e = static_cast<const string*>(envs.array);
    for (intgo i = 0; i < envs.len; i++) {
      if (eqstring(e[i], gostringnocopy("GORT_TEST=yes"))) std::printf("[GORT_TEST]");
    }
    osExit(5);
  }
  if (is("procs")) std::printf("%d", GOMAXPROCS(0));
}

// Returns when another goroutine is about to report its panic, which takes a while.
int returnWhileOthersPanic() {
  GOMAXPROCS(2);
  for (int i = 0; i < 300; i++) go(block);
  go(panicdivide);
  while (panicking.load(relaxed) == 0) sched_yield();
  return 0;
}

void init() {
  if (is("init")) std::printf("init, ");
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  if (is("main returns an int while others panic")) {
    return Main(argc, argv, returnWhileOthersPanic);
  }
  rt0_go(argc, argv, program{init, run});
}

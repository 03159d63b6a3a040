// fatal CASE: dies on the main goroutine, or around it, as CASE says.
#include <gort/abi.h>
#include <gort/chan.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <thread>

#include "alloc/type.h"
#include "arch/upcalls.h"
#include "sched/proc_inl.h"

using namespace gort;

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

void start(void (*f)(void*)) {
  newprocframe(
      f, 8, 8, [](void*, void*) {}, nullptr, 0);
}

[[noreturn]] void panicString(const string* s) {
  gopanic(eface{&basicTypes[kindString], const_cast<string*>(s)});
}

void run() {
  if (is("fatal")) fatal("this is\nfatal");
  if (is("throw")) throw_("this cannot be");
  if (is("throw on g0")) systemstack([] { throw_("this cannot be"); });
  if (is("deadlock")) block();
  if (is("deadlock of three")) {
    start([](void*) { block(); });
    start([](void*) {
      LockOSThread();
      block();
    });
    block();
  }
  if (is("deadlock but for a thread")) {
    // The thread has not called in yet when all goroutines wait.
    auto c = Chan<int>::make();
    std::thread([c]() mutable {
      usleep(50000);
      c.send(1);
    }).detach();
    c.recv();
    std::puts("woken");
    return;
  }
  if (is("deadlock after a thread")) {
    // It has ended before the last goroutine waits.
    auto c = Chan<int>::make(1);
    std::thread([c]() mutable { c.send(1); }).join();
    start([](void*) { LockOSThread(); });
    for (int i = 0; i < 100; i++) Gosched();
    block();
  }
  if (is("locked")) {
    LockOSThread();
    panicString(&literal<"locked">);
  }
  if (is("panic with others")) {
    static std::atomic<bool> running = false;
    start([](void*) {
      running = true;
      block();
    });
    while (!running) Gosched();
    panicString(&literal<"one of two">);
  }
  if (is("panic on g0")) systemstack([] { panicString(&literal<"on g0">); });
  if (is("panic holding locks")) {
    acquirem();
    panicString(&literal<"pinned">);
  }
  if (is("panic in malloc")) {
    getg()->m->mallocing++;
    panicdivide();
  }
  if (is("many panics")) {
    // All at once; one report, whole.
    for (int i = 0; i < 50; i++) {
      start([](void*) { panicString(&literal<"one of many">); });
    }
    block();
  }
  if (is("no stdio")) {
    std::printf("buffered");
    panicString(&literal<"x">);
  }
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  rt0_go(argc, argv, program{nullptr, run});
}

// goexit CASE: ends goroutines by Goexit.
#include <gort/abi.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "alloc/type.h"

using namespace gort;

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

void start(void (*f)(void*)) {
  newprocframe(
      f, 8, 8, [](void*, void*) {}, nullptr, 0);
}

struct Says {
  const char* what;
  ~Says() { std::printf("~%s\n", what); }
};

[[gnu::noinline]] void nested(int depth) {
  Says s{depth == 0 ? "inner" : "outer"};
  if (depth > 0) nested(depth - 1);
  if (depth == 0) Goexit();
  std::printf("not reached\n");
}

void noexceptCaller() noexcept {
  Says s{"noexcept"};
  Goexit();
}

void run() {
  if (is("main")) {
    Says s{"main"};
    Goexit();
  }
  if (is("main, others go on")) {
    start([](void*) {
      for (int i = 0; i < 10; i++) Gosched();
      std::printf("still here\n");
      osExit(3);
    });
    Goexit();
  }
  if (is("goroutine")) {
    static std::atomic<bool> done = false;
    start([](void*) {
      struct Done {
        ~Done() { done = true; }
      } d;
      nested(1);
    });
    while (!done) Gosched();
    std::printf("main ends\n");
  }
  if (is("catch and rethrow")) {
    static std::atomic<bool> done = false;
    start([](void*) {
      struct Done {
        ~Done() { done = true; }
      } d;
      try {
        nested(0);
      } catch (std::exception&) {
        std::printf("not reached\n");
      } catch (...) {
        std::printf("catch (...)\n");
        throw;
      }
    });
    while (!done) Gosched();
  }
  if (is("in a catch")) {
    static std::atomic<bool> done = false;
    start([](void*) {
      struct Done {
        ~Done() { done = true; }
      } d;
      try {
        throw std::runtime_error("x");
      } catch (std::exception& e) {
        std::printf("caught %s\n", e.what());
        nested(0);
      }
    });
    while (!done) Gosched();
    // The next goroutine has no exception in flight.
    std::printf("%d %s\n", std::uncaught_exceptions(),
                std::current_exception() == nullptr ? "none" : "some");
  }
  if (is("swallowed")) {
    try {
      Goexit();
    } catch (...) {
    }
  }
  if (is("noexcept")) noexceptCaller();
  if (is("panic in destructor")) {
    struct Panics {
      ~Panics() {
        string s = literal<"in a destructor">;
        gopanic(eface{&basicTypes[kindString], &s});
      }
    } p;
    Goexit();
  }
  if (is("many")) {
    static int ended = 0;
    for (int i = 0; i < 100'000; i++) {
      start([](void*) {
        struct Count {
          ~Count() { __atomic_add_fetch(&ended, 1, __ATOMIC_RELAXED); }
        } c;
        Goexit();
      });
      if (i % 100 == 0) Gosched();
    }
    while (__atomic_load_n(&ended, __ATOMIC_RELAXED) != 100'000) Gosched();
    std::printf("all ended\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  rt0_go(argc, argv, program{nullptr, run});
}

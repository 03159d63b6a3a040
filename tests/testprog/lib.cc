// lib CASE: a program with a main of its own uses the runtime, or not.
#include <gort/gort.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

#include "runtime/cgocall.h"

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

size_t threads() {
  size_t n = 0;
  for (auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    (void)task;
    n++;
  }
  return n;
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  if (is("unused")) std::printf("%zu", threads());
  if (is("used")) {
    auto c = gort::Chan<int>::make();
    gort::go([c] { c.send(42); });
    std::printf("%d", *c.recv());
    std::printf(threads() > 1 ? " threads" : " one thread");
  }
  if (is("first use by many")) {
    std::vector<std::thread> ts;
    auto c = gort::Chan<int>::make(8);
    for (int i = 0; i < 8; i++) ts.emplace_back([c, i] { c.send(i); });
    for (auto& t : ts) t.join();
    int sum = 0;
    for (int i = 0; i < 8; i++) sum += *c.recv();
    std::printf("%d", sum);
  }
  if (is("no deadlock report")) {
    gort::go([] { gort::Chan<int>().recv(); });
    for (int i = 0; i < 100; i++) gort::runtime::NumGoroutine();
    std::printf("main returns");
  }
  if (is("panic")) {
    gort::go([] { gort::panicdivide(); });
    gort::Chan<int>().recv();
  }
  if (is("panic on a foreign thread")) {
    gort::cgocallback([](void*) { gort::panicdivide(); }, nullptr);
  }
  if (is("Goexit on a foreign thread")) {
    gort::cgocallback([](void*) { gort::Goexit(); }, nullptr);
  }
  if (is("Main behind")) {
    gort::runtime::NumGoroutine();
    return gort::Main(argc, argv, [] {});
  }
  if (is("Main twice")) {
    return gort::Main(argc, argv,
                      [=] { std::thread([=] { gort::Main(argc, argv, [] {}); }).join(); });
  }
  if (is("exit from a foreign thread")) {
    std::thread([] { gort::cgocallback([](void*) { gort::osExit(7); }, nullptr); }).join();
  }
  return 0;
}

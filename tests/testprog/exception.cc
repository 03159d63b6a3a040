// exception CASE: a C++ exception leaves a goroutine.
#include <gort/abi.h>

#include <cstring>
#include <stdexcept>

#include "alloc/type.h"
#include "sched/stubs.h"

using namespace gort;

namespace {

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

struct Says {
  // The stack is not unwound before the report, so this says nothing.
  ~Says() { std::exit(9); }
};

void run() {
  Says s;
  if (is("std")) throw std::runtime_error("boom\nboom");
  if (is("int")) throw 42;
  if (is("goroutine")) {
    newprocframe([](void*) { throw std::out_of_range("far out"); }, 8, 8, [](void*, void*) {},
                 nullptr, 0);
    block();
  }
  if (is("caught on the way")) {
    try {
      try {
        throw std::runtime_error("first");
      } catch (std::exception&) {
        Gosched();
        throw;
      }
    } catch (std::exception&) {
      throw std::logic_error("second");
    }
  }
  if (is("through systemstack")) {
    systemstack([] { throw std::runtime_error("from g0"); });
  }
  if (is("terminate")) std::terminate();
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  rt0_go(argc, argv, program{nullptr, run});
}

// threads CASE: asks the system for more threads than it has.
#include <gort/gort.h>
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

using namespace gort;

namespace {

void run() {
  // Limits on processes do not hold for root.
  if (getuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0)) {
    std::puts("not permitted");
    return;
  }
  rlimit lim = {1, 1};
  setrlimit(RLIMIT_NPROC, &lim);
  auto never = Chan<void>::make();
  for (int i = 0; i < 100; i++) {
    go([never] {
      runtime::LockOSThread();
      never.recv();
    });
    runtime::Gosched();
  }
  std::puts("no limit");
}

}  // namespace

int main(int argc, char** argv) { return Main(argc, argv, run); }

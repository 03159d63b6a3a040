// mstats.cc: accounting of memory from the system.
//
// Go: runtime/mstats.go
#include "alloc/mstats.h"

#include "arch/print.h"
#include "arch/upcalls.h"

namespace gort {

constinit mstats memstats;

void sysMemStat::add(int64 n) {
  // Relaxed: a statistic. Nobody concludes from it that the memory is there.
  uint64 val = value.add(uint64(n), relaxed);
  if ((n > 0 && int64(val) < n) || (n < 0 && int64(val) < 0)) {
    print("runtime: val=", val, " n=", n, "\n");
    throw_("sysMemStat overflow");
  }
}

}  // namespace gort

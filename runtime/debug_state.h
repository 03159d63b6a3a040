// debug_state.h: the settings that GODEBUG makes, for any floor to read.
//
// Go: runtime/runtime1.go (debug)
//
// A variable is here once something obeys it. A name of Go's that is not yet
// obeyed is treated as Go treats a name it does not know: ignored in silence,
// because the same GODEBUG also carries settings of other packages.
#ifndef GORT_RUNTIME_DEBUG_STATE_H_
#define GORT_RUNTIME_DEBUG_STATE_H_

#include <gort/types.h>

#include "arch/atomic.h"

namespace gort {

struct debugVars {
  // Set before the first goroutine runs, constant afterwards.
  int32 containermaxprocs;   // 1: the cgroup's CPU limit bounds GOMAXPROCS
  int32 decoratemappings;    // 1 (default): mappings have names in /proc/self/maps
  int32 disablethp;          // 1: no huge pages for the heap
  int32 dontfreezetheworld;  // 1: a crash does not stop the other Ms
  int32 harddecommit;        // 1: memory given back is also made inaccessible
  int32 madvdontneed;        // 1 (default): give memory back with MADV_DONTNEED, 0: MADV_FREE
  int32 sbrk;                // 1: memory is handed out and never reclaimed; the only mode so far
  int32 scheddetail;         // 1: schedtrace prints every P, M and G
  int32 schedtrace;          // > 0: milliseconds between two lines about the scheduler
  int32 updatemaxprocs;      // 1: GOMAXPROCS follows changes of the CPU limit

  // May change while the program runs.
  atomic<int32> panicnil;  // 1: panic(nil) stays a panic with a nil value
};

extern debugVars debug;

}  // namespace gort

#endif  // GORT_RUNTIME_DEBUG_STATE_H_

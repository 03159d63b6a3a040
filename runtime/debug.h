// debug.h: questions to the scheduler and its one setting, GOMAXPROCS.
//
// Go: runtime/debug.go
//
// GOMAXPROCS, NumCPU and NumGoroutine are in <gort/abi.h>.
#ifndef GORT_RUNTIME_DEBUG_H_
#define GORT_RUNTIME_DEBUG_H_

#include <gort/types.h>

namespace gort {

// SetDefaultGOMAXPROCS goes back to the number that the machine and the cgroup
// suggest, and to following it when it changes.
void SetDefaultGOMAXPROCS();

// NumCgoCall returns the number of Blocking calls so far.
int64 NumCgoCall();

}  // namespace gort

#endif  // GORT_RUNTIME_DEBUG_H_

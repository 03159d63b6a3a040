// prof_state.h: what m holds by value of panics and profiles.
//
// Go: runtime/panic.go (throwType)
//
// Differs from Go: the lock and goroutine profiles' state joins it when there
// are such profiles.
#ifndef GORT_RUNTIME_PROF_STATE_H_
#define GORT_RUNTIME_PROF_STATE_H_

#include <gort/types.h>

namespace gort {

// m.throwing: what kind of fatal error this M is reporting. The higher, the
// more a report tells.
enum throwType : uint32 {
  throwTypeNone,
  throwTypeUser,     // the program's fault (fatal): user frames and goroutines only
  throwTypeRuntime,  // ours (throw_): everything, system goroutines and the machine level too
};

}  // namespace gort

#endif  // GORT_RUNTIME_PROF_STATE_H_

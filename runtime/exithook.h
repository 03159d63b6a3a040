// exithook.h: functions to run when the program ends in order: main returned, or
// somebody called osExit. Not when it panics.
//
// Go: internal/runtime/exithook
//
// Differs from Go: a hook is a function and an argument, for want of closures
// below the language.
#ifndef GORT_RUNTIME_EXITHOOK_H_
#define GORT_RUNTIME_EXITHOOK_H_

#include <gort/types.h>

namespace gort::exithook {

struct Hook {
  void (*F)(void* arg);
  void* arg;
  bool RunOnFailure;  // also when the exit code is not 0
};

// Add registers h. Hooks run in reverse order. On a goroutine only.
void Add(Hook h);

// Run runs the hooks that apply to code. Each runs once, also if Run is called
// again. A hook that exits the program itself: throw_ if in its own goroutine;
// in another one, or on another thread, it waits for the exit that is going on.
void Run(int32 code);

}  // namespace gort::exithook

#endif  // GORT_RUNTIME_EXITHOOK_H_

// panic.h: panics, fatal errors, Goexit, and how the process dies of them.
//
// Three ways down. gopanic is the program's: it names the value and the
// goroutine, and can be recovered from. fatal is the program's too, but beyond
// recovery: a deadlock, an unlock of an unlocked mutex. throw_ is ours: what it
// reports cannot happen. All end in the same place, which stops the other
// threads as well as it can, prints tracebacks as GOTRACEBACK asks, and exits
// with code 2, or with SIGABRT if GOTRACEBACK=crash.
//
// Go: runtime/panic.go
//
// Differs from Go: there is no recover and no defer yet, so a panic is always
// fatal. C++ adds two things of its own: Goexit runs destructors by unwinding
// the stack, and an exception that no function of a goroutine catches is
// reported like a panic.
#ifndef GORT_RUNTIME_PANIC_H_
#define GORT_RUNTIME_PANIC_H_

#include <gort/types.h>

#include "runtime/prof_state.h"
#include "sched/upcalls.h"  // startpanic_m, canpanic, panicplain, panicmemAddr

namespace gort {

struct g;
struct boundsError;

// An ongoing panic, or Goexit. Linked from g.panic_, innermost first. Owner: the
// goroutine.
struct _panic {
  eface arg;        // argument of panic; its text, once preprintpanics was there
  _panic* link;     // the panic during which this one started
  string text;      // what arg's Error or String returned
  bool goexit;      // this is a Goexit and no panic
  bool repanicked;  // the inner panic has the same value: print it once
  bool preprint;    // Error or String is running
};

// panicCheck2 turns a panic that comes from within the allocator into a throw of
// msg: panicking allocates.
void panicCheck2(string msg);

// throwstring is throw_ (arch/upcalls.h) for a text that was put together.
[[noreturn]] void throwstring(string s);

// panicbounds panics with e.
[[noreturn]] void panicbounds(const boundsError& e);

// fatalthrow ends the process after the message has been printed: what throw_
// and fatal have in common. fatalpanic does so for the panics from p on, or
// without any if p is null; it prints them.
[[noreturn]] void fatalthrow(throwType t);
[[noreturn]] void fatalpanic(_panic* p);

// terminateinit makes an uncaught C++ exception die like a panic. Called once,
// when the runtime starts.
void terminateinit();

}  // namespace gort

#endif  // GORT_RUNTIME_PANIC_H_

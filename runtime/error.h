// error.h: the values that the runtime panics with, and how panic values print.
//
// A run-time error is an ordinary Go value: an interface whose dynamic type has
// the methods Error and RuntimeError. Hosted code that gets one from recover
// calls them through the descriptor like those of any other type.
//
// Go: runtime/error.go, internal/abi/bounds.go
//
// Differs from Go: the types' method tables are written out here, because no
// compiler makes them; a method on a value takes the value's address, as
// gccgo's do. panicwrap waits for names of functions.
#ifndef GORT_RUNTIME_ERROR_H_
#define GORT_RUNTIME_ERROR_H_

#include <gort/types.h>

#include "alloc/type.h"

namespace gort {

// *TypeAssertionError: a failed type assertion.
struct TypeAssertionError {
  const _type* interface_;  // null: an interface without methods
  const _type* concrete;    // null: the interface was nil
  const _type* asserted;
  string missingMethod;  // needed by asserted, which concrete does not have
};

enum boundsErrorCode : uint8 {
  boundsIndex,       // s[x], 0 <= x < len(s) failed
  boundsSliceAlen,   // s[?:x], 0 <= x <= len(s) failed
  boundsSliceAcap,   // s[?:x], 0 <= x <= cap(s) failed
  boundsSliceB,      // s[x:y], 0 <= x <= y failed
  boundsSlice3Alen,  // s[?:?:x], 0 <= x <= len(s) failed
  boundsSlice3Acap,  // s[?:?:x], 0 <= x <= cap(s) failed
  boundsSlice3B,     // s[?:x:y], 0 <= x <= y failed
  boundsSlice3C,     // s[x:y:?], 0 <= x <= y failed
  boundsConvert,     // (*[x]T)(s), 0 <= x <= len(s) failed
};

// An index or a slice operation out of range. An index can be any number of 65
// bits, as it were: signed_ says how to read x.
struct boundsError {
  int64 x;
  intgo y;  // the length, capacity or bound that x was compared with
  bool signed_;
  boundsErrorCode code;
};

// A run-time error that knows the address at fault.
struct errorAddressString {
  string msg;
  uintptr addr;
};

// Descriptors of the types, by which recovered values can be told apart. An
// errorString prints "runtime error: " in front of its text, a plainError only
// the text; both are strings.
extern const _type errorStringType;
extern const _type plainErrorType;
extern const structtype errorAddressStringType;
extern const structtype boundsErrorType;
extern const ptrtype typeAssertionErrorType;  // of *TypeAssertionError
extern const ptrtype panicNilErrorType;       // of *PanicNilError

// text is what the value's Error method returns.
string errorText(const TypeAssertionError& e);
string errorText(const boundsError& e);

// panicerror panics with an errorString: "runtime error: " s. For a plainError:
// panicplain (sched/upcalls.h).
[[noreturn]] void panicerror(string s);

// printpanicval prints the argument of a panic as Go does: main.T(5) for defined
// types, every line of a text after the first indented by a TAB, so that no
// text can look like a traceback. It does not call methods.
void printpanicval(eface v);
void printindented(string s);

}  // namespace gort

#endif  // GORT_RUNTIME_ERROR_H_

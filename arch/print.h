// print.h: Go's print and println, to standard error.
//
// The one way in which the runtime speaks: crash messages, tracebacks, GODEBUG
// lines. It must work when nothing else does, so it allocates nothing, takes no
// lock but the print lock, calls no stdio, and runs on any stack, on a thread
// without a g, and in a signal handler.
//
//   print("runtime: bad p=", pp, " status=", status, "\n");
//   println("a", 1, true);     // spaces between, newline at the end
//
// Formats are Go's: decimal integers; pointers and hex{x} as 0x...; floating
// point the shortest way that reads back, as 1.5, 1e+06, +Inf; a slice as
// [len/cap]0x...; an interface as (0x...,0x...).
//
// Go: runtime/print.go, runtime/write_err.go, internal/strconv (for floats)
//
// Differs from Go: print and println are templates, where Go's compiler emits
// the calls; a C string and a gort::string are both printed as strings; an enum
// is printed as its number. There is no complex type to overload on: compiled
// code calls printcomplex128.
#ifndef GORT_ARCH_PRINT_H_
#define GORT_ARCH_PRINT_H_

#include <type_traits>

#include "arch/upcalls.h"

namespace gort {

// A value of this type is printed in hexadecimal.
struct hex {
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) constexpr explicit hex(T x)
      : v(static_cast<uint64>(x)) {}
  uint64 v;
};

// A value of this type is printed in double quotes, with escapes.
struct quoted {
  constexpr explicit quoted(string x) : s(x) {}
  string s;
};

// Digits that printhex pads to with zeros. Guarded by the print lock; who
// changes it holds the lock and puts it back.
extern intgo minhexdigits;

// The last text that was printed before a crash, for somebody who reads a core
// file: a ring of printBacklogSize bytes, next write at printBacklogIndex.
inline constexpr intgo printBacklogSize = 512;
extern uint8 printBacklog[printBacklogSize];
extern intgo printBacklogIndex;

// writeErr writes n bytes to file descriptor 2, all of them if it can be done.
void writeErr(const void* b, uintptr n);
void writeErrStr(const char* s);

// gwrite is where all print functions end: to the current goroutine's buffer, if
// its output is diverted, else to standard error.
void gwrite(const void* b, uintptr n);

// One for each type that Go's print takes. Each is one gwrite or takes the print
// lock itself.
void printsp();
void printnl();
void printbool(bool v);
void printfloat64(float64 v);
void printfloat32(float32 v);
void printcomplex128(float64 re, float64 im);
void printcomplex64(float32 re, float32 im);
void printuint(uint64 v);
void printint(int64 v);
void printhexopts(bool include0x, intgo mindigits, uint64 v);
void printhex(uint64 v);
void printquoted(string s);
void printpointer(const void* p);
void printuintptr(uintptr p);
void printstring(string s);
void printcstring(const char* s);
void printslice(slice s);
void printeface(eface e);
void printiface(iface i);

// printvalue prints one argument of print.
inline void printvalue(const char* s) { printcstring(s); }
inline void printvalue(char* s) { printcstring(s); }
inline void printvalue(string s) { printstring(s); }
inline void printvalue(slice s) { printslice(s); }
inline void printvalue(eface e) { printeface(e); }
inline void printvalue(iface i) { printiface(i); }
inline void printvalue(hex h) { printhex(h.v); }
inline void printvalue(quoted q) { printquoted(q.s); }
inline void printvalue(float32 v) { printfloat32(v); }
inline void printvalue(float64 v) { printfloat64(v); }
template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) inline void printvalue(T v) {
  if constexpr (std::is_same_v<T, bool>) {
    printbool(v);
  } else if constexpr (std::is_enum_v<T>) {
    printvalue(static_cast<std::underlying_type_t<T>>(v));
  } else if constexpr (std::is_signed_v<T>) {
    printint(v);
  } else {
    printuint(v);
  }
}
template <class T>
inline void printvalue(T* p) {
  if constexpr (std::is_function_v<T>) {
    printpointer(reinterpret_cast<const void*>(p));
  } else {
    printpointer(const_cast<const void*>(static_cast<const volatile void*>(p)));
  }
}
inline void printvalue(std::nullptr_t) { printpointer(nullptr); }

// print prints its arguments, nothing between them.
template <class... Args>
inline void print(const Args&... args) {
  printlock();
  (printvalue(args), ...);
  printunlock();
}

// println prints its arguments with spaces between and a newline at the end.
template <class... Args>
inline void println(const Args&... args) {
  printlock();
  [[maybe_unused]] bool first = true;
  ((first ? void(first = false) : printsp(), printvalue(args)), ...);
  printnl();
  printunlock();
}

}  // namespace gort

#endif  // GORT_ARCH_PRINT_H_

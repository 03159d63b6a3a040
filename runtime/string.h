// string.h: Go strings: concatenation, conversions, and C strings.
//
// Go: runtime/string.go
//
// Differs from Go: no function takes a buffer on the caller's stack. Such
// buffers are the compiler's escape analysis at work, and minigo's knows of
// variables only, not of strings.
#ifndef GORT_RUNTIME_STRING_H_
#define GORT_RUNTIME_STRING_H_

#include <gort/types.h>

#include <initializer_list>

namespace gort {

// concat is concatstrings for the runtime's own messages.
string concat(std::initializer_list<string> a);

// rawstring returns room for a string of size bytes, not cleared; the caller
// fills it before anybody else sees it.
struct rawstringResult {
  string s;
  uint8* b;
};
rawstringResult rawstring(intgo size);

// rawbyteslice and rawruneslice return slices of size elements that are not
// cleared, with the capacity that the size class gives; the rest is cleared.
slice rawbyteslice(intgo size);
slice rawruneslice(intgo size);

// gostring copies a C string, gostringn its first l bytes; a null p is "".
string gostring(const char* p);
string gostringn(const char* p, intgo l);
// gostringnocopy makes a Go string of a C string that lives on unchanged.
string gostringnocopy(const char* p);
// gobytes copies n bytes; panics if n is negative or more than can be allocated.
slice gobytes(const void* p, intgo n);

// atoi reads s as a decimal number with an optional sign, nothing else before or
// behind it. False: it is none, or it does not fit; *n is then unchanged.
bool atoi(string s, intgo* n);
bool atoi32(string s, int32* n);

// The numbers 0 to 255, in read-only memory: boxes for one-byte values, and the
// bytes of one-byte strings (Go: staticuint64s in runtime/ints.s).
extern const uint64 staticuint64s[256];

}  // namespace gort

#endif  // GORT_RUNTIME_STRING_H_

// print.cc: number formatting without allocation, and the way to descriptor 2.
//
// Go: runtime/print.go, runtime/write_err.go, internal/strconv/ftoa.go, ctoa.go
//
// Differs from Go: the shortest decimal digits of a float come from the C++
// library's to_chars, which like Go's finds the shortest digits that read back
// and of those the nearest; it neither allocates nor looks at a locale. The lock
// and the diversion into g->writebuf need g and m, and are upcalls.
#include "arch/print.h"

#include <charconv>

#include "arch/syscall_linux.h"
#include "arch/utf8.h"

namespace gort {

constinit uint8 printBacklog[printBacklogSize] = {};
constinit intgo printBacklogIndex = 0;
constinit intgo minhexdigits = 0;

namespace {

// The longest float: "-1.7976931348623157e+308".
constexpr intgo float64Bytes = 24;

// recordForPanic keeps the text in printBacklog, unless a crash is being
// reported: that much is in the core file anyway.
void recordForPanic(const uint8* b, uintptr n) {
  printlock();
  if (!ispanicking()) {
    for (uintptr i = 0; i < n; i++) {
      printBacklog[printBacklogIndex] = b[i];
      printBacklogIndex = (printBacklogIndex + 1) % printBacklogSize;
    }
  }
  printunlock();
}

// formatDecimal writes v to the end of buf and returns where it starts.
uint8* formatDecimal(uint8* end, uint64 v) {
  do {
    *--end = static_cast<uint8>('0' + v % 10);
    v /= 10;
  } while (v != 0);
  return end;
}

char* copyString(char* dst, const char* s) {
  while (*s != 0) *dst++ = *s++;
  return dst;
}

// appendFloat writes v as Go's strconv does with format 'g' and precision -1, at
// most float64Bytes characters, and returns the end.
template <class Float>
char* appendFloat(char* dst, Float v) {
  if (v != v) return copyString(dst, "NaN");
  if (v - v != 0) return copyString(dst, v > 0 ? "+Inf" : "-Inf");

  // The library's form is [-]d[.ddd]e±dd; pick it apart.
  char sci[float64Bytes + 8];
  char* end = std::to_chars(sci, sci + sizeof sci, v, std::chars_format::scientific).ptr;
  const char* p = sci;
  if (*p == '-') *dst++ = *p++;
  char digits[20];
  intgo nd = 0;
  for (; *p != 'e'; p++) {
    if (*p != '.') digits[nd++] = *p;
  }
  p++;
  const bool negexp = *p++ == '-';
  intgo exp = 0;
  for (; p < end; p++) exp = exp * 10 + (*p - '0');
  if (negexp) exp = -exp;

  // Below 1e-4 and from 1e6 on with an exponent, however few the digits.
  constexpr intgo eprec = 6;
  if (exp < -4 || exp >= eprec) {
    *dst++ = digits[0];
    if (nd > 1) {
      *dst++ = '.';
      for (intgo i = 1; i < nd; i++) *dst++ = digits[i];
    }
    *dst++ = 'e';
    *dst++ = exp < 0 ? '-' : '+';
    if (exp < 0) exp = -exp;
    if (exp >= 100) *dst++ = static_cast<char>('0' + exp / 100);
    *dst++ = static_cast<char>('0' + exp / 10 % 10);
    *dst++ = static_cast<char>('0' + exp % 10);
    return dst;
  }
  if (exp < 0) {
    *dst++ = '0';
    *dst++ = '.';
    for (intgo i = -1; i > exp; i--) *dst++ = '0';
    for (intgo i = 0; i < nd; i++) *dst++ = digits[i];
    return dst;
  }
  for (intgo i = 0; i <= exp || i < nd; i++) {
    if (i == exp + 1) *dst++ = '.';
    *dst++ = i < nd ? digits[i] : '0';
  }
  return dst;
}

template <class Float>
void printfloat(Float v) {
  char buf[float64Bytes];
  gwrite(buf, static_cast<uintptr>(appendFloat(buf, v) - buf));
}

template <class Float>
void printcomplex(Float re, Float im) {
  char buf[2 * float64Bytes + 4];
  char* p = buf;
  *p++ = '(';
  p = appendFloat(p, re);
  char* sign = p++;  // in front of the imaginary part, unless it brings its own
  *sign = '+';
  char* end = appendFloat(p, im);
  if (*p == '+' || *p == '-') end = appendFloat(sign, im);
  end = copyString(end, "i)");
  gwrite(buf, static_cast<uintptr>(end - buf));
}

}  // namespace

void writeErr(const void* b, uintptr n) {
  const uint8* p = static_cast<const uint8*>(b);
  while (n > 0) {
    constexpr uintptr most = 1 << 30;
    int32 r = write(2, p, static_cast<int32>(n < most ? n : most));
    if (r == -EINTR) continue;
    if (r <= 0) return;  // nobody to tell
    p += r;
    n -= static_cast<uintptr>(r);
  }
}

void writeErrStr(const char* s) { writeErr(s, __builtin_strlen(s)); }

void gwrite(const void* b, uintptr n) {
  if (n == 0) return;
  const uint8* p = static_cast<const uint8*>(b);
  recordForPanic(p, n);
  if (printdivert(p, n)) return;
  writeErr(p, n);
}

void printsp() { gwrite(" ", 1); }
void printnl() { gwrite("\n", 1); }

void printbool(bool v) { printcstring(v ? "true" : "false"); }

void printfloat64(float64 v) { printfloat(v); }
void printfloat32(float32 v) { printfloat(v); }
void printcomplex128(float64 re, float64 im) { printcomplex(re, im); }
void printcomplex64(float32 re, float32 im) { printcomplex(re, im); }

void printuint(uint64 v) {
  uint8 buf[20];
  uint8* end = buf + sizeof buf;
  uint8* p = formatDecimal(end, v);
  gwrite(p, static_cast<uintptr>(end - p));
}

void printint(int64 v) {
  uint8 buf[20];
  uint8* end = buf + sizeof buf;
  uint8* p = formatDecimal(end, v < 0 ? -static_cast<uint64>(v) : static_cast<uint64>(v));
  if (v < 0) *--p = '-';
  gwrite(p, static_cast<uintptr>(end - p));
}

void printhexopts(bool include0x, intgo mindigits, uint64 v) {
  constexpr intgo most = 96;
  uint8 buf[most + 2];
  uint8* end = buf + sizeof buf;
  uint8* p = end;
  if (mindigits > most) mindigits = most;
  do {
    *--p = static_cast<uint8>("0123456789abcdef"[v % 16]);
    v /= 16;
  } while (v != 0 || end - p < mindigits);
  if (include0x) {
    *--p = 'x';
    *--p = '0';
  }
  gwrite(p, static_cast<uintptr>(end - p));
}

void printhex(uint64 v) { printhexopts(true, minhexdigits, v); }

void printquoted(string s) {
  printlock();
  printcstring("\"");
  uintgo next;
  for (uintgo i = 0; i < static_cast<uintgo>(s.len); i = next) {
    rune r = s.ptr[i];
    next = i + 1;
    if (r >= runeSelf) {
      auto [r1, pos] = decoderune(s, i);
      r = r1;
      next = pos;
      if (r == runeError && pos == i + 1) {  // not U+FFFD itself but a bad byte
        printcstring("\\x");
        printhexopts(false, 2, s.ptr[i]);
        continue;
      }
    }
    switch (r) {
      case '\n': printcstring("\\n"); continue;
      case '\r': printcstring("\\r"); continue;
      case '\t': printcstring("\\t"); continue;
      case '\\':
      case '"': {
        const uint8 esc[2] = {'\\', static_cast<uint8>(r)};
        gwrite(esc, 2);
        continue;
      }
      default: break;
    }
    if (r >= ' ' && r <= '~') {
      const uint8 c = static_cast<uint8>(r);
      gwrite(&c, 1);
    } else if (r < 127) {
      printcstring("\\x");
      printhexopts(false, 2, static_cast<uint64>(r));
    } else if (r < 0x10000) {
      printcstring("\\u");
      printhexopts(false, 4, static_cast<uint64>(r));
    } else {
      printcstring("\\U");
      printhexopts(false, 8, static_cast<uint64>(r));
    }
  }
  printcstring("\"");
  printunlock();
}

void printpointer(const void* p) { printhex(reinterpret_cast<uintptr>(p)); }
void printuintptr(uintptr p) { printhex(p); }

void printstring(string s) { gwrite(s.ptr, static_cast<uintptr>(s.len)); }
void printcstring(const char* s) {
  if (s != nullptr) gwrite(s, __builtin_strlen(s));
}

void printslice(slice s) { print("[", s.len, "/", s.cap, "]", s.array); }
void printeface(eface e) { print("(", e.typ, ",", e.data, ")"); }
void printiface(iface i) { print("(", i.tab, ",", i.data, ")"); }

}  // namespace gort

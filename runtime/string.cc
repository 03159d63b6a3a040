// string.cc: Go strings: concatenation, conversions, and C strings.
//
// Go: runtime/string.go, runtime/ints.s, internal/strconv/atoi.go (atoi)
#include "runtime/string.h"

#include <gort/abi.h>

#include <cstring>
#include <limits>

#include "alloc/malloc.h"
#include "alloc/msize.h"
#include "arch/stubs.h"
#include "arch/upcalls.h"
#include "arch/utf8.h"
#include "runtime/error.h"

namespace gort {

#define GORT_ROW(i) i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7
#define GORT_ROWS(i) GORT_ROW(i), GORT_ROW(i + 8), GORT_ROW(i + 16), GORT_ROW(i + 24)
constinit const uint64 staticuint64s[256] = {
    GORT_ROWS(0),   GORT_ROWS(32),  GORT_ROWS(64),  GORT_ROWS(96),
    GORT_ROWS(128), GORT_ROWS(160), GORT_ROWS(192), GORT_ROWS(224),
};
#undef GORT_ROWS
#undef GORT_ROW

string concatstrings(const string* a, intgo n) {
  intgo idx = 0;
  intgo l = 0;
  intgo count = 0;
  for (intgo i = 0; i < n; i++) {
    if (a[i].len == 0) continue;
    if (__builtin_add_overflow(l, a[i].len, &l)) throw_("string concatenation too long");
    count++;
    idx = i;
  }
  if (count == 0) return string{nullptr, 0};
  if (count == 1) return a[idx];

  auto [s, b] = rawstring(l);
  for (intgo i = 0; i < n; i++) {
    if (a[i].len == 0) continue;
    std::memcpy(b, a[i].ptr, static_cast<uintptr>(a[i].len));
    b += a[i].len;
  }
  return s;
}

runeResult decoderune(string s, intgo k) {
  if (s.ptr[k] < runeSelf) return {s.ptr[k], k + 1};
  auto [r, pos] = decoderune(s, static_cast<uintgo>(k));
  return {r, static_cast<intgo>(pos)};
}

string concat(std::initializer_list<string> a) {
  return concatstrings(a.begin(), static_cast<intgo>(a.size()));
}

string slicebytetostring(const uint8* ptr, intgo n) {
  if (n == 0) return string{nullptr, 0};
  if (n == 1) return string{reinterpret_cast<const uint8*>(&staticuint64s[*ptr]), 1};
  auto [s, b] = rawstring(n);
  std::memcpy(b, ptr, static_cast<uintptr>(n));
  return s;
}

slice stringtoslicebyte(string s) {
  slice b = rawbyteslice(s.len);
  if (s.len != 0) std::memcpy(b.array, s.ptr, static_cast<uintptr>(s.len));
  return b;
}

slice stringtoslicerune(string s) {
  slice a = rawruneslice(countrunes(s));
  auto* out = static_cast<rune*>(a.array);
  for (intgo k = 0; k < s.len;) {
    auto [r, next] = decoderune(s, k);
    *out++ = r;
    k = next;
  }
  return a;
}

string slicerunetostring(const rune* ptr, intgo n) {
  uint8 dum[4];
  intgo size1 = 0;
  for (intgo i = 0; i < n; i++) size1 += encoderune(dum, ptr[i]);
  if (size1 == 0) return string{nullptr, 0};

  // Another goroutine may change the runes between the passes, against the
  // rules; the string is then wrong, but the copy stays within its room, of
  // which the last rune may use three bytes more than were counted.
  auto [s, b] = rawstring(size1 + 3);
  intgo size2 = 0;
  for (intgo i = 0; i < n && size2 < size1; i++) size2 += encoderune(b + size2, ptr[i]);
  s.len = size2;
  return s;
}

string intstring(int64 v) {
  auto [s, b] = rawstring(4);
  auto r = static_cast<rune>(v);
  if (r != v) r = runeError;
  s.len = encoderune(b, r);
  return s;
}

rawstringResult rawstring(intgo size) {
  auto* p = static_cast<uint8*>(mallocgc(static_cast<uintptr>(size), nullptr, false));
  return {string{p, size}, p};
}

slice rawbyteslice(intgo size) {
  auto n = static_cast<uintptr>(size);
  uintptr cap = roundupsize(n, true);
  auto* p = static_cast<uint8*>(mallocgc(cap, nullptr, false));
  if (cap != n) memclrNoHeapPointers(p + n, cap - n);
  return slice{p, size, static_cast<intgo>(cap)};
}

slice rawruneslice(intgo size) {
  auto n = static_cast<uintptr>(size);
  if (n > maxAlloc / sizeof(rune)) throw_("out of memory");
  uintptr mem = roundupsize(n * sizeof(rune), true);
  auto* p = static_cast<uint8*>(mallocgc(mem, nullptr, false));
  uintptr used = n * sizeof(rune);
  if (mem != used) memclrNoHeapPointers(p + used, mem - used);
  return slice{p, size, static_cast<intgo>(mem / sizeof(rune))};
}

slice gobytes(const void* p, intgo n) {
  if (n == 0) return slice{&zerobase, 0, 0};
  if (n < 0 || static_cast<uintptr>(n) > maxAlloc) {
    panicerror(literal<"gobytes: length out of range">);
  }
  void* bp = mallocgc(static_cast<uintptr>(n), nullptr, false);
  std::memcpy(bp, p, static_cast<uintptr>(n));
  return slice{bp, n, n};
}

string gostring(const char* p) { return gostringn(p, p == nullptr ? 0 : gostringnocopy(p).len); }

string gostringn(const char* p, intgo l) {
  if (l == 0) return string{nullptr, 0};
  auto [s, b] = rawstring(l);
  std::memcpy(b, p, static_cast<uintptr>(l));
  return s;
}

string gostringnocopy(const char* p) {
  return string{reinterpret_cast<const uint8*>(p),
                p == nullptr ? 0 : static_cast<intgo>(std::strlen(p))};
}

bool eqstring(string a, string b) {
  return a.len == b.len && (a.ptr == b.ptr || a.len == 0 ||
                            std::memcmp(a.ptr, b.ptr, static_cast<uintptr>(a.len)) == 0);
}

intgo cmpstring(string a, string b) {
  intgo l = a.len < b.len ? a.len : b.len;
  if (l != 0 && a.ptr != b.ptr) {
    if (int c = std::memcmp(a.ptr, b.ptr, static_cast<uintptr>(l)); c != 0) return c < 0 ? -1 : 1;
  }
  return a.len < b.len ? -1 : a.len > b.len;
}

bool atoi(string s, intgo* n) {
  intgo i = 0;
  bool neg = false;
  if (s.len > 0 && (s.ptr[0] == '+' || s.ptr[0] == '-')) {
    neg = s.ptr[0] == '-';
    i = 1;
  }
  if (i == s.len) return false;

  intgo v = 0;
  for (; i < s.len; i++) {
    uint8 c = s.ptr[i];
    if (c < '0' || c > '9') return false;
    // Towards the sign, so that the smallest number needs no case of its own.
    intgo digit = neg ? '0' - c : c - '0';
    if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v)) return false;
  }
  *n = v;
  return true;
}

bool atoi32(string s, int32* n) {
  intgo v;
  if (!atoi(s, &v)) return false;
  if (v < std::numeric_limits<int32>::min() || v > std::numeric_limits<int32>::max()) return false;
  *n = static_cast<int32>(v);
  return true;
}

}  // namespace gort

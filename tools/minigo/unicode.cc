// Lookup in the generated tables, and the forms in which messages show a character.
//
// Go: unicode/letter.go, strconv/quote.go, fmt/format.go (fmtUnicode)
//
// Differs from Go: equalFold folds ASCII only. It serves spelling hints ("but does have field X"),
// where other letters do not pay for a table.
#include "tools/minigo/unicode.h"

#include <cstdio>

#include "tools/minigo/constant.h"

namespace gort::minigo {

namespace {

bool inRanges(const RuneRange* table, size_t len, uint32_t r) {
  size_t lo = 0, hi = len;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (r < table[mid].lo) {
      hi = mid;
    } else if (r > table[mid].hi) {
      lo = mid + 1;
    } else {
      return true;
    }
  }
  return false;
}

char lowerAscii(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

bool isUnicodeLetter(uint32_t r) { return inRanges(letterRanges, letterRangesLen, r); }
bool isUnicodeDigit(uint32_t r) { return inRanges(digitRanges, digitRangesLen, r); }
bool isUnicodeUpper(uint32_t r) { return inRanges(upperRanges, upperRangesLen, r); }
bool isUnicodePrint(uint32_t r) { return inRanges(printRanges, printRangesLen, r); }

std::string runeDescription(uint32_t r) {
  char buf[32];
  snprintf(buf, sizeof buf, "U+%04X", r);
  std::string s = buf;
  if (isUnicodePrint(r)) {
    s += " '";
    appendRune(&s, r);
    s += "'";
  }
  return s;
}

std::string quoteRune(uint32_t r) {
  std::string one;
  appendRune(&one, r);
  if (r == '\'') return "'\\''";
  if (r == '"') return "'\"'";
  std::string q = quoteString(one);
  q.front() = '\'';
  q.back() = '\'';
  return q;
}

bool equalFold(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); i++) {
    if (lowerAscii(a[i]) != lowerAscii(b[i])) return false;
  }
  return true;
}

}  // namespace gort::minigo

// utf8.h: runes out of strings and back.
//
// Go: runtime/utf8.go
//
// Differs from Go: range over a string is written by the caller, with
// decoderune for what is not ASCII; countrunes does so itself.
#ifndef GORT_ARCH_UTF8_H_
#define GORT_ARCH_UTF8_H_

#include <gort/types.h>

namespace gort {

inline constexpr rune runeError = 0xFFFD;  // stands for what is not UTF-8
inline constexpr rune runeSelf = 0x80;     // below it, a byte is its own rune
inline constexpr rune maxRune = 0x10FFFF;

// Halves of UTF-16 pairs; no characters, so not valid in UTF-8.
inline constexpr rune surrogateMin = 0xD800;
inline constexpr rune surrogateMax = 0xDFFF;

inline constexpr rune rune1Max = (1 << 7) - 1;
inline constexpr rune rune2Max = (1 << 11) - 1;
inline constexpr rune rune3Max = (1 << 16) - 1;

struct runeAt {
  rune r;
  uintgo pos;  // of the byte after r
};

// decoderune returns the rune that starts at s[k], which is not ASCII. What is
// not UTF-8 (a stray or missing byte, an overlong form, a surrogate, too large)
// gives runeError and k+1, so that a loop makes progress.
constexpr runeAt decoderune(string s, uintgo k) {
  const uintgo len = static_cast<uintgo>(s.len);
  auto continues = [&](uintgo i) { return i < len && (s.ptr[i] & 0xC0) == 0x80; };
  auto low6 = [&](uintgo i) { return rune{s.ptr[i]} & 0x3F; };

  if (k < len) {
    const rune c = s.ptr[k];
    if (c >= 0xC0 && c < 0xE0) {
      if (continues(k + 1)) {
        rune r = (c & 0x1F) << 6 | low6(k + 1);
        if (r > rune1Max) return {r, k + 2};
      }
    } else if (c >= 0xE0 && c < 0xF0) {
      if (continues(k + 1) && continues(k + 2)) {
        rune r = (c & 0x0F) << 12 | low6(k + 1) << 6 | low6(k + 2);
        if (r > rune2Max && !(surrogateMin <= r && r <= surrogateMax)) return {r, k + 3};
      }
    } else if (c >= 0xF0 && c < 0xF8) {
      if (continues(k + 1) && continues(k + 2) && continues(k + 3)) {
        rune r = (c & 0x07) << 18 | low6(k + 1) << 12 | low6(k + 2) << 6 | low6(k + 3);
        if (r > rune3Max && r <= maxRune) return {r, k + 4};
      }
    }
  }
  return {runeError, k + 1};
}

// countrunes returns the number of runes in s, as a range over it counts them.
constexpr intgo countrunes(string s) {
  intgo n = 0;
  for (uintgo i = 0; i < static_cast<uintgo>(s.len); n++) {
    i = s.ptr[i] < runeSelf ? i + 1 : decoderune(s, i).pos;
  }
  return n;
}

// encoderune writes r to p as UTF-8, up to 4 bytes, and returns how many. What is
// not a character is written as runeError.
constexpr intgo encoderune(uint8* p, rune r) {
  uint32 i = static_cast<uint32>(r);  // negative ones become too large
  if (i > uint32{maxRune} || (uint32{surrogateMin} <= i && i <= uint32{surrogateMax})) {
    i = uint32{runeError};
  }
  auto tail = [](uint32 x) { return static_cast<uint8>(0x80 | (x & 0x3F)); };
  if (i <= uint32{rune1Max}) {
    p[0] = static_cast<uint8>(i);
    return 1;
  }
  if (i <= uint32{rune2Max}) {
    p[0] = static_cast<uint8>(0xC0 | i >> 6);
    p[1] = tail(i);
    return 2;
  }
  if (i <= uint32{rune3Max}) {
    p[0] = static_cast<uint8>(0xE0 | i >> 12);
    p[1] = tail(i >> 6);
    p[2] = tail(i);
    return 3;
  }
  p[0] = static_cast<uint8>(0xF0 | i >> 18);
  p[1] = tail(i >> 12);
  p[2] = tail(i >> 6);
  p[3] = tail(i);
  return 4;
}

}  // namespace gort

#endif  // GORT_ARCH_UTF8_H_

// hexdump.h: memory in hexadecimal, for crash reports.
//
// Go: runtime/hexdump.go
//
// Differs from Go: a mark is a function and its argument, as there are no
// closures; hexdumpWords does not name functions that words point into, because
// that takes the symbol tables of the floor above: a caller up there passes a
// mark that does.
#ifndef GORT_ARCH_HEXDUMP_H_
#define GORT_ARCH_HEXDUMP_H_

#include "arch/goarch.h"

namespace gort {

// Given to a mark function: start begins an annotation that points at the word.
// The mark then prints its text and a newline.
struct hexdumpMarker {
  intgo chars;  // columns left of the word
  void start();
};

using hexdumpMark = void (*)(void* ctx, uintptr addr, hexdumpMarker m);

// hexdumpWords prints [p, p+len) as words. mark, if not null, is called with ctx
// for every aligned word.
void hexdumpWords(uintptr p, uintptr len, hexdumpMark mark, void* ctx);

// Set the first members as wanted, write as often as needed, close. All in one
// print lock if the lines shall stay together.
struct hexdumper {
  uintptr addr = 0;     // printed for the first byte
  uint8 addrBytes = 0;  // bytes of addr to print; 0: all
  uint8 wordBytes = 0;  // 1, 2, 4 or 8: how bytes are grouped; 0: 8
  hexdumpMark mark = nullptr;
  void* markctx = nullptr;

  void write(const uint8* data, uintptr n);
  void close();

 private:
  static constexpr uintptr bytesPerLine = 16;

  void init();
  void flushLine(const uint8* data, uintptr n);

  enum : uint8 { start, header, lines } ready = start;
  uint8 dataBuf[bytesPerLine] = {};  // a line that is not complete
  uint8 dataPos = 0;
  uint8 dataSkip = 0;              // bytes of the first line in front of addr
  uint8 toPos[bytesPerLine] = {};  // column of each byte
};

}  // namespace gort

#endif  // GORT_ARCH_HEXDUMP_H_

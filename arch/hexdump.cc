// hexdump.cc: see the header. A line is
//
//   00000000: 13121110 17161514  1b1a1918 1f1e1d1c  ................
//
// with the bytes of a word in reading order, the most significant first.
//
// Go: runtime/hexdump.go
#include "arch/hexdump.h"

#include "arch/print.h"

namespace gort {

namespace {

// fmtHex fills buf with v; a '*' in front says that it did not fit.
void fmtHex(uint8* buf, uintptr n, uint64 v) {
  for (uintptr i = n; i > 0; i--) {
    buf[i - 1] = static_cast<uint8>("0123456789abcdef"[v % 16]);
    v /= 16;
  }
  if (v != 0) buf[0] = '*';
}

// Two digits a byte, a space more after 4, one more again after 8.
constexpr uintptr column(uintptr field) { return field * 2 + field / 4 + field / 8; }

}  // namespace

void hexdumpWords(uintptr p, uintptr len, hexdumpMark mark, void* ctx) {
  printlock();
  hexdumper h;
  h.addr = p;
  h.mark = mark;
  h.markctx = ctx;
  h.write(reinterpret_cast<const uint8*>(p), len);
  h.close();
  printunlock();
}

void hexdumper::write(const uint8* data, uintptr n) {
  if (ready == start) init();

  if (dataPos > 0) {
    while (dataPos < bytesPerLine && n > 0) {
      dataBuf[dataPos++] = *data++;
      n--;
    }
    if (dataPos < bytesPerLine) return;
    flushLine(dataBuf, bytesPerLine);
  }
  for (; n >= bytesPerLine; n -= bytesPerLine) {
    flushLine(data, bytesPerLine);
    data += bytesPerLine;
  }
  for (; n > 0; n--) dataBuf[dataPos++] = *data++;
}

void hexdumper::close() {
  if (dataPos > 0) flushLine(dataBuf, dataPos);
}

void hexdumper::init() {
  if (addrBytes == 0) {
    addrBytes = goarch::PtrSize;
  } else if (addrBytes > goarch::PtrSize) {
    throw_("invalid addrBytes");
  }
  if (wordBytes == 0) wordBytes = goarch::PtrSize;
  if (wordBytes >= bytesPerLine || (wordBytes & (wordBytes - 1)) != 0) {
    throw_("invalid wordBytes");
  }
  for (uintptr i = 0; i < bytesPerLine; i++) {
    const uintptr field = goarch::BigEndian ? i : i ^ uintptr(wordBytes - 1);
    toPos[i] = static_cast<uint8>(column(field));
  }

  // The first line begins at a multiple of its size.
  const uintptr aligned = addr & ~(bytesPerLine - 1);
  dataPos = dataSkip = static_cast<uint8>(addr - aligned);
  addr = aligned;
  ready = header;
}

void hexdumper::flushLine(const uint8* data, uintptr n) {
  constexpr uintptr sep = 2;  // ": " and "  "
  constexpr uintptr dataChars = column(bytesPerLine - 1) + 2;
  const uintptr addrChars = uintptr{2} * addrBytes;
  const uintptr dataStart = addrChars + sep;
  const uintptr asciiStart = dataStart + dataChars + sep;

  uint8 line[2 * goarch::PtrSize + sep + dataChars + sep + bytesPerLine + 1];
  __builtin_memset(line, ' ', sizeof line);

  if (ready == header) {
    for (uintptr i = 0; i < bytesPerLine; i++) {
      fmtHex(&line[dataStart + toPos[i] + 1], 1, i);
      fmtHex(&line[asciiStart + i], 1, i);
    }
    line[asciiStart + bytesPerLine] = '\n';
    gwrite(line, asciiStart + bytesPerLine + 1);
    __builtin_memset(line, ' ', sizeof line);
    ready = lines;
  }

  fmtHex(line, addrChars, addr);
  line[addrChars] = ':';
  for (uintptr i = dataSkip; i < n; i++) {
    fmtHex(&line[dataStart + toPos[i]], 2, data[i]);
    line[asciiStart + i] = data[i] >= ' ' && data[i] <= '~' ? data[i] : uint8{'.'};
  }
  line[asciiStart + n] = '\n';
  gwrite(line, asciiStart + n + 1);

  if (mark != nullptr) {
    for (uintptr i = 0; i + wordBytes <= n; i += wordBytes) {
      if (i < dataSkip) continue;
      const uint8 first = toPos[i], last = toPos[i + wordBytes - 1];
      const uintptr caret = dataStart + (first < last ? first : last);
      mark(markctx, addr + i, hexdumpMarker{static_cast<intgo>(caret)});
    }
  }

  addr += bytesPerLine;
  dataPos = 0;
  dataSkip = 0;
}

void hexdumpMarker::start() {
  for (intgo i = 0; i < chars; i++) printsp();
  print("^ ");
}

}  // namespace gort

// chacha8rand.cc: the generator, and the block function in plain C++.
//
// A block is a 4x4 matrix of 32-bit words: constants, key (two rows), and a row
// of counter and zeros. Four blocks are computed side by side; word w of block b
// stands at [w][b]. Unlike in the cipher only the key is added back in the end:
// constants and counter hold no secret.
//
// Go: internal/chacha8rand/chacha8.go, chacha8_generic.go
#include "arch/chacha8rand.h"

#include "arch/sys.h"

namespace gort {

namespace chacha8rand {

namespace {

// "expand 32-byte k"
constexpr uint32 constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

// qr is the quarter round.
void qr(uint32& a, uint32& b, uint32& c, uint32& d) {
  a += b;
  d = sys::RotateLeft32(d ^ a, 16);
  c += d;
  b = sys::RotateLeft32(b ^ c, 12);
  a += b;
  d = sys::RotateLeft32(d ^ a, 8);
  c += d;
  b = sys::RotateLeft32(b ^ c, 7);
}

}  // namespace

void State::Init(const uint8 (&s)[32]) {
  uint64 words[4];
  __builtin_memcpy(words, s, sizeof words);  // little-endian, as the machine is
  static_assert(!goarch::BigEndian);
  Init64(words);
}

void State::Init64(const uint64 (&s)[4]) {
  __builtin_memcpy(seed, s, sizeof seed);
  block(seed, buf, 0);
  c = 0;
  i = 0;
  n = chunk;
}

void State::Refill() {
  c += ctrInc;
  if (c == ctrMax) {
    // The new key is the end of the last step. Taking it now and not when that
    // step was made leaves a state that can be written down as key and offset.
    __builtin_memcpy(seed, &buf[chunk - reseed], sizeof seed);
    c = 0;
  }
  block(seed, buf, c);
  i = 0;
  n = c == ctrMax - ctrInc ? chunk - reseed : chunk;
}

void State::Reseed() {
  uint64 s[reseed];
  for (uint64& word : s) {
    for (;;) {
      auto [x, ok] = Next();
      if (ok) {
        word = x;
        break;
      }
      Refill();
    }
  }
  Init64(s);
}

void block_generic(const uint64 (&seed)[4], uint64 (&blocks)[chunk], uint32 counter) {
  uint32 key[8];
  __builtin_memcpy(key, seed, sizeof key);
  uint32 out[16][4];
  for (uint32 lane = 0; lane < 4; lane++) {
    uint32 x[16] = {};
    for (int w = 0; w < 4; w++) x[w] = constants[w];
    for (int w = 0; w < 8; w++) x[4 + w] = key[w];
    x[12] = counter + lane;
    for (int round = 0; round < 8; round += 2) {
      qr(x[0], x[4], x[8], x[12]);  // columns
      qr(x[1], x[5], x[9], x[13]);
      qr(x[2], x[6], x[10], x[14]);
      qr(x[3], x[7], x[11], x[15]);
      qr(x[0], x[5], x[10], x[15]);  // diagonals
      qr(x[1], x[6], x[11], x[12]);
      qr(x[2], x[7], x[8], x[13]);
      qr(x[3], x[4], x[9], x[14]);
    }
    for (int w = 0; w < 8; w++) x[4 + w] += key[w];
    for (int w = 0; w < 16; w++) out[w][lane] = x[w];
  }
  __builtin_memcpy(blocks, out, sizeof out);
}

}  // namespace chacha8rand

}  // namespace gort

// chacha8rand_amd64.cc: the block function with SSE2, four blocks in the lanes.
//
// The matrix fills all sixteen registers, so the compiler has to spill one or
// two; rotations are two shifts, as every amd64 processor has them.
//
// Go: internal/chacha8rand/chacha8_amd64.s
//
// Differs from Go: intrinsics and not assembly.
#include <emmintrin.h>

#include "arch/chacha8rand.h"

namespace gort {

namespace chacha8rand {

namespace {

template <int k>
[[gnu::always_inline]] inline __m128i rotl(__m128i x) {
  return _mm_or_si128(_mm_slli_epi32(x, k), _mm_srli_epi32(x, 32 - k));
}

[[gnu::always_inline]] inline void qr(__m128i& a, __m128i& b, __m128i& c, __m128i& d) {
  a = _mm_add_epi32(a, b);
  d = rotl<16>(_mm_xor_si128(d, a));
  c = _mm_add_epi32(c, d);
  b = rotl<12>(_mm_xor_si128(b, c));
  a = _mm_add_epi32(a, b);
  d = rotl<8>(_mm_xor_si128(d, a));
  c = _mm_add_epi32(c, d);
  b = rotl<7>(_mm_xor_si128(b, c));
}

}  // namespace

void block(const uint64 (&seed)[4], uint64 (&blocks)[chunk], uint32 counter) {
  int32 key[8];
  __builtin_memcpy(key, seed, sizeof key);

  __m128i x[16];
  x[0] = _mm_set1_epi32(0x61707865);
  x[1] = _mm_set1_epi32(0x3320646e);
  x[2] = _mm_set1_epi32(0x79622d32);
  x[3] = _mm_set1_epi32(0x6b206574);
  for (int w = 0; w < 8; w++) x[4 + w] = _mm_set1_epi32(key[w]);
  x[12] = _mm_add_epi32(_mm_set1_epi32(static_cast<int32>(counter)), _mm_set_epi32(3, 2, 1, 0));
  x[13] = x[14] = x[15] = _mm_setzero_si128();

  for (int round = 0; round < 8; round += 2) {
    qr(x[0], x[4], x[8], x[12]);
    qr(x[1], x[5], x[9], x[13]);
    qr(x[2], x[6], x[10], x[14]);
    qr(x[3], x[7], x[11], x[15]);
    qr(x[0], x[5], x[10], x[15]);
    qr(x[1], x[6], x[11], x[12]);
    qr(x[2], x[7], x[8], x[13]);
    qr(x[3], x[4], x[9], x[14]);
  }

  for (int w = 0; w < 8; w++) x[4 + w] = _mm_add_epi32(x[4 + w], _mm_set1_epi32(key[w]));
  __m128i* out = reinterpret_cast<__m128i*>(blocks);
  for (int w = 0; w < 16; w++) _mm_storeu_si128(out + w, x[w]);
}

}  // namespace chacha8rand

}  // namespace gort

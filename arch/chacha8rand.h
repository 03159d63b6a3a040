// chacha8rand.h: the random numbers of the runtime.
//
// ChaCha with 8 rounds, keyed by 32 bytes. One step produces 32 words from four
// blocks at once, interleaved as four vector lanes leave them; after four steps
// the last 32 bytes become the next key, so that a memory image does not tell
// earlier output. The sequence is fixed by https://c2sp.org/chacha8rand.
//
// A State belongs to one thread at a time; each m has one.
//
// Go: internal/chacha8rand
//
// Differs from Go: Marshal and Unmarshal serve math/rand/v2 there; they come with
// a package that needs them.
#ifndef GORT_ARCH_CHACHA8RAND_H_
#define GORT_ARCH_CHACHA8RAND_H_

#include <gort/types.h>

namespace gort {

namespace chacha8rand {

inline constexpr uint32 ctrInc = 4;   // blocks per step
inline constexpr uint32 ctrMax = 16;  // blocks per key
inline constexpr uint32 chunk = 32;   // words per step
inline constexpr uint32 reseed = 4;   // words of a key

// A random value, if there was one left.
struct nextResult {
  uint64 x;
  bool ok;
};

struct State {
  uint64 buf[chunk];
  uint64 seed[reseed];
  uint32 i;  // next word of buf
  uint32 n;  // words that may be used
  uint32 c;  // block counter of buf

  // Init and Init64 start the sequence of seed.
  void Init(const uint8 (&seed)[32]);
  void Init64(const uint64 (&seed)[4]);

  // Next returns the next value; ok is false if Refill has to be called first.
  nextResult Next() {
    if (i >= n) return {0, false};
    return {buf[i++ & (chunk - 1)], true};
  }

  void Refill();

  // Reseed goes on with a key of random words, so that what was returned so far
  // can no longer be found in the state.
  void Reseed();
};

// block computes the step with the given counter. The vector version is what
// State uses; block_generic is the definition.
void block(const uint64 (&seed)[4], uint64 (&blocks)[chunk], uint32 counter);
void block_generic(const uint64 (&seed)[4], uint64 (&blocks)[chunk], uint32 counter);

}  // namespace chacha8rand

}  // namespace gort

#endif  // GORT_ARCH_CHACHA8RAND_H_

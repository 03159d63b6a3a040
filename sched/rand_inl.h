// rand_inl.h: cheap random numbers, for the runtime's own choices: which P to rob, which
// case of a select comes first, which waiter to wake.
//
// Go: runtime/rand.go (cheaprand and its family)
//
// wyrand (github.com/wangyi-fudan/wyhash): a counter with an odd step, and the two
// halves of one multiplication. A few instructions, no branch; good enough to be fair,
// and predictable. What a program sees must come from rand() instead.
//
// The state is the running M's own. A goroutine that loses its M between the load and
// the store would step somebody else's counter back, which harms nothing; the runtime is
// not preempted inside anyway.
#ifndef SCHED_RAND_INL_H_
#define SCHED_RAND_INL_H_

#include "sched/rand.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

// cheaprand returns 32 random bits.
inline uint32 cheaprand() {
  m* mp = getg()->m;
  mp->cheaprand += 0x53c5ca59;
  uint64 product = uint64{mp->cheaprand} * (mp->cheaprand ^ 0x74743c1b);
  return static_cast<uint32>(product >> 32) ^ static_cast<uint32>(product);
}

// cheaprandu64 returns 64 random bits.
inline uint64 cheaprandu64() {
  m* mp = getg()->m;
  mp->cheaprand64 += 0xa0761d6478bd642f;
  __extension__ using uint128 = unsigned __int128;
  uint128 product = uint128{mp->cheaprand64} * (mp->cheaprand64 ^ 0xe7037ed1a0b428db);
  return static_cast<uint64>(product >> 64) ^ static_cast<uint64>(product);
}

// cheaprand64 returns 63 random bits: it is not negative.
inline int64 cheaprand64() { return static_cast<int64>(cheaprandu64() & ~(uint64{1} << 63)); }

// cheaprandn returns a number less than n, 0 for n == 0, without a division (Lemire, "A
// fast alternative to the modulo reduction"). Off from uniform by at most n / 2^32.
inline uint32 cheaprandn(uint32 n) { return static_cast<uint32>((uint64{cheaprand()} * n) >> 32); }

}  // namespace gort

#endif  // SCHED_RAND_INL_H_

// rand.h: random numbers: good ones from a ChaCha8 generator in every M, and cheap
// ones for the scheduler's own choices (rand_inl.h).
//
// Go: runtime/rand.go
//
// One global generator, seeded at start from what the kernel put beside the program's
// arguments, or else from getrandom. It seeds the generator of each new M and then
// replaces its own key, so that a later look at memory does not tell an M's key. After
// that an M needs no lock for a random number.
//
// Differs from Go: the bytes beside the arguments (AT_RANDOM) are libc's as well (stack
// protector, pointer guard), and a hosted library is not alone in the process: they are
// mixed into the seed with getrandom's and not overwritten. Go's xorshift for machines
// without 64-bit multiplication and the legacy names (fastrand) have no user here.
#ifndef SCHED_RAND_H_
#define SCHED_RAND_H_

#include <gort/types.h>

namespace gort {

struct m;

// readRandomFailed is set if the kernel gave no random bytes, and the clock had to do.
extern bool readRandomFailed;

// randinit seeds the global generator; once, before the first mrandinit.
void randinit();

// bootstrapRand returns a number from the global generator, under its lock.
uint64 bootstrapRand();

// bootstrapRandReseed makes numbers that bootstrapRand has returned irrecoverable.
void bootstrapRandReseed();

// mrandinit seeds mp's generators. mp is not running yet, or is the caller.
void mrandinit(m* mp);

// rand returns 64 random bits that nobody can guess from others; rand32 returns 32.
// Needs an M.
uint64 rand();
uint32 rand32();

// randn returns a number less than n, 0 for n == 0. Not exactly uniform: off by at most
// n / 2^32.
uint32 randn(uint32 n);

}  // namespace gort

#endif  // SCHED_RAND_H_

// rand.cc: the random generators of the process and of each M.
//
// Go: runtime/rand.go
#include "sched/rand.h"

#include "arch/chacha8rand.h"
#include "arch/os_linux.h"
#include "arch/upcalls.h"
#include "sched/lockrank_check_inl.h"
#include "sched/runtime2.h"
#include "sched/stubs.h"

namespace gort {

namespace {

// The global generator: for start and for seeding new Ms.
struct globalRandom {
  mutex lock;  // a leaf; guards the rest
  chacha8rand::State state;
  bool init;
};
constinit globalRandom globalRand{};

constexpr intgo seedSize = 32;
constexpr intgo startupRandSize = 16;

// next returns the next value of s, making more if there is none.
uint64 next(chacha8rand::State* s) {
  for (;;) {
    chacha8rand::nextResult r = s->Next();
    if (r.ok) return r.x;
    s->Refill();
  }
}

bool allZero(const uint8* b, intgo n) {
  uint8 acc = 0;
  for (intgo i = 0; i < n; i++) acc |= b[i];
  return acc == 0;
}

// readTimeRandom stretches the clock over the n bytes at r and mixes it into them, so
// whatever entropy they had stays. For when the kernel gives none.
void readTimeRandom(uint8* r, intgo n) {
  uint64 v = static_cast<uint64>(nanotime());
  for (intgo at = 0; at < n; at += 8) {
    v ^= 0xa0761d6478bd642f;
    v *= 0xe7037ed1a0b428db;
    for (intgo i = 0; i < 8 && at + i < n; i++) r[at + i] ^= static_cast<uint8>(v >> (8 * i));
    v = v >> 32 | v << 32;
  }
}

}  // namespace

bool readRandomFailed;

void randinit() {
  lock(&globalRand.lock);
  if (globalRand.init) fatal("randinit twice");

  uint8 seed[seedSize] = {};
  if (readRandom(seed, seedSize) != seedSize || allZero(seed, seedSize)) {
    // Better a guessable order of map iterations than no program.
    readRandomFailed = true;
    readTimeRandom(seed, seedSize);
  }
  if (startupRand != nullptr) {
    for (intgo i = 0; i < startupRandSize; i++) seed[i] ^= startupRand[i];
  }
  globalRand.state.Init(seed);
  __builtin_memset(seed, 0, sizeof seed);
  asm volatile("" : : "r"(seed) : "memory");  // the bytes are really cleared

  globalRand.init = true;
  unlock(&globalRand.lock);
}

uint64 bootstrapRand() {
  lock(&globalRand.lock);
  if (!globalRand.init) fatal("randinit missed");
  uint64 x = next(&globalRand.state);
  unlock(&globalRand.lock);
  return x;
}

void bootstrapRandReseed() {
  lock(&globalRand.lock);
  if (!globalRand.init) fatal("randinit missed");
  globalRand.state.Reseed();
  unlock(&globalRand.lock);
}

uint32 rand32() { return static_cast<uint32>(rand()); }

uint64 rand() {
  m* mp = getg()->m;
  for (;;) {
    chacha8rand::nextResult r = mp->chacha8.Next();
    if (r.ok) return r.x;
    mp->locks++;  // stay on mp while its state is half made
    mp->chacha8.Refill();
    mp->locks--;
  }
}

void mrandinit(m* mp) {
  uint64 seed[4];
  for (uint64& s : seed) s = bootstrapRand();
  bootstrapRandReseed();  // nobody finds the seed in the global state any more
  mp->chacha8.Init64(seed);
  // Differs from Go: drawn from mp's generator and not from the caller's, for the caller
  // may have none yet.
  mp->cheaprand = static_cast<uint32>(next(&mp->chacha8));
  mp->cheaprand64 = next(&mp->chacha8);
}

uint32 randn(uint32 n) {
  return static_cast<uint32>((uint64{static_cast<uint32>(rand())} * n) >> 32);
}

}  // namespace gort

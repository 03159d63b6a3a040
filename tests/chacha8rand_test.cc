// arch/chacha8rand.h: the sequence is the published one, however it is computed.
#include "arch/chacha8rand.h"

#include <gtest/gtest.h>

#include <cstring>

namespace {

using namespace gort;
using chacha8rand::State;

// https://c2sp.org/chacha8rand, and internal/chacha8rand/rand_test.go: this seed, and parts of
// the sequence that follows from it.
constexpr char seedText[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456";

struct part {
  int first;
  uint64 values[8];
};
constexpr part published[] = {
    {0,
     {0xb773b6063d4616a5, 0x1160af22a66abc3c, 0x8c2599d9418d287c, 0x7ee07e037edc5cd6,
      0xcfaa9ee02d1c16ad, 0x0e090eef8febea79, 0x3c82d271128b5b3e, 0x9c5addc11252a34f}},
    {28,
     {0x846a9021392495a4, 0x8e8510549630a61b, 0x18dc02545dbae493, 0x0f8f9ff0a65a3d43,
      0xccf065f7190ff080, 0xfd76d1aa39673330, 0x95d232936cba6433, 0x6c7456d1070cbd17}},
    {60,
     {0xd1a8b6e2745c0ead, 0x31a7918d45c410e8, 0xabcc61ad90216eec, 0x4040d92d2032a71a,
      0x3cd2f66ffb40cd68, 0xdcd051c07295857a, 0xeab55cbcd9ab527e, 0x18471dce781bdaac}},
    {120,
     {0x1cf08ce1b1176f00, 0xccf7d0a4b81ecb49, 0x303fea136b2c430e, 0x861d6c139c06c871,
      0x5f41df72e05e0487, 0x25bd7e1e1ae26b1d, 0xbe9f4004d662a41d, 0x65bf58d483188546}},
    {124,
     {0x5f41df72e05e0487, 0x25bd7e1e1ae26b1d, 0xbe9f4004d662a41d, 0x65bf58d483188546,
      0xd1b27cff69db13cc, 0x01a6663372c1bb36, 0x578dd7577b727f4d, 0x19c78f066c083cf6}},
    {244,
     {0x574c3d7b3a2721c6, 0xae99906a0076824b, 0xb175a5418b532e70, 0xd8b3e251ee231ddd,
      0xb433eec25dca1966, 0x530f30dc5cff9a93, 0x9ff03d98b53cd335, 0xafc4225076558cdf}},
    {364,
     {0x11170c2eb6c19fd8, 0x44433c779062ba58, 0xc0acb51af1874c45, 0x9f2e134284809fa1,
      0xedb523bd15c619fa, 0x02d97fd53ecc23c0, 0xacaf05a34462374c, 0xddd9c6d34bffa11f}},
};

State seeded() {
  uint8 seed[32];
  std::memcpy(seed, seedText, sizeof seed);
  State s = {};
  s.Init(seed);
  return s;
}

uint64 next(State& s) {
  for (;;) {
    auto [x, ok] = s.Next();
    if (ok) return x;
    s.Refill();
  }
}

TEST(Chacha8rand, ProducesThePublishedSequence) {
  for (const part& p : published) {
    State s = seeded();
    for (int i = 0; i < p.first; i++) next(s);
    for (int i = 0; i < 8; i++) EXPECT_EQ(next(s), p.values[i]) << "value " << p.first + i;
  }
}

TEST(Chacha8rand, NextIsEmptyAfterEachChunkAndRefillFillsIt) {
  State s = seeded();
  // Of the fourth chunk the last words are the next key and not output.
  for (uint32 want : {32u, 32u, 32u, 28u, 32u}) {
    uint32 n = 0;
    while (s.Next().ok) n++;
    EXPECT_EQ(n, want);
    EXPECT_FALSE(s.Next().ok);
    s.Refill();
  }
}

TEST(Chacha8rand, TheVectorBlockComputesWhatTheGenericOneDoes) {
  uint64 seed[4] = {0x0123456789abcdef, ~uint64{0}, 0, 0x8000000000000001};
  for (uint32 counter : {0u, 4u, 8u, 12u, 0xfffffffeu}) {
    uint64 a[chacha8rand::chunk], b[chacha8rand::chunk];
    chacha8rand::block(seed, a, counter);
    chacha8rand::block_generic(seed, b, counter);
    EXPECT_EQ(std::memcmp(a, b, sizeof a), 0) << "counter " << counter;
    std::memcpy(seed, a, sizeof seed);
  }
}

TEST(Chacha8rand, ReseedChangesTheKeyAndForgetsTheBuffer) {
  State s = seeded();
  const State before = s;
  s.Reseed();
  EXPECT_NE(std::memcmp(before.seed, s.seed, sizeof s.seed), 0);
  EXPECT_NE(std::memcmp(before.buf, s.buf, sizeof s.buf), 0);
  // The new key is the next four values.
  State again = before;
  for (uint64 word : s.seed) EXPECT_EQ(next(again), word);
}

}  // namespace

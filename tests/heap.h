// heap.h: types with pointers at chosen places, and the allocator's cycle without a collector
// (mbitmap_test, malloc_inl_test, mgcsweep_test).
//
// Go: no twin
#ifndef TESTS_HEAP_H_
#define TESTS_HEAP_H_

#include <gort/gort.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "alloc/mbitmap_inl.h"
#include "alloc/mcache.h"
#include "gc/mgcsweep.h"
#include "sched/proc.h"
#include "sched/runtime2.h"

namespace gort::testing {

// A type of `size` bytes with pointers in the words where `ptrs` has ones.
struct madeType {
  uint8 mask[8] = {};
  _type t = {};

  explicit madeType(uintptr size, uint64 ptrs = 0, uint8 align = 8) {
    std::memcpy(mask, &ptrs, sizeof ptrs);
    t.size = size;
    t.ptrdata = ptrs == 0 ? 0 : uintptr(64 - std::countl_zero(ptrs)) * 8;
    t.align = t.fieldAlign = align;
    t.kind = kindStruct;
    t.gcdata = mask;
  }
};

inline void mark(uintptr p) {
  foundObject o = findObject(p);
  ASSERT_NE(o.s, nullptr);
  gcBits::bit b = o.s->gcmarkBits->bitp(o.objIndex);
  *b.bytep = uint8(*b.bytep | b.mask);
}

// A cycle: with the world stopped, what `live` holds is marked, and all else is garbage.
template <class Live>
void cycle(const Live& live) {
  worldStop stw = stopTheWorldGC(stwGOMAXPROCS);
  for (int32 i = 0; i < allplen; i++) allp[i]->mcache->prepareForSweep();
  finishsweep_m();
  for (auto p : live) mark(p);
  gcSweepStart();
  for (int32 i = 0; i < allplen; i++) allp[i]->mcache->prepareForSweep();
  startTheWorldGC(stw);
}

inline void sweepAll() {
  while (sweepone() != sweepNone) {
  }
  while (!isSweepDone()) runtime::Gosched();
}

}  // namespace gort::testing

#endif  // TESTS_HEAP_H_

// cputicks.h: the processor's own clock.
//
// For spans that are too short for a system clock, such as the time spent
// waiting for a lock. Not ordered between processors, may jump after a migration.
//
// Go: runtime/cputicks.go, runtime/asm_amd64.s (cputicks)
#ifndef GORT_ARCH_CPUTICKS_H_
#define GORT_ARCH_CPUTICKS_H_

#include "arch/cpu.h"

namespace gort {

// cputicks reads the time stamp counter, after all earlier instructions.
inline int64 cputicks() {
  uint32 lo, hi;
  if (cpu::X86.HasRDTSCP) [[likely]] {
    uint32 processor;
    __asm__ volatile("rdtscp" : "=a"(lo), "=d"(hi), "=c"(processor) : : "memory");
  } else {
    // lfence orders on Intel, mfence on old AMD processors.
    __asm__ volatile("mfence; lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
  }
  return static_cast<int64>(uint64{hi} << 32 | lo);
}

}  // namespace gort

#endif  // GORT_ARCH_CPUTICKS_H_

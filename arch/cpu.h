// cpu.h: what the processor can do.
//
// One struct of flags, filled once at start from CPUID and GODEBUG, then read by
// whoever picks an implementation.
//
// Go: internal/cpu/cpu.go, cpu_x86.go; runtime/cpuflags.go, cpuflags_amd64.go
//
// Differs from Go: memmoveBits is computed by Initialize and not by an init
// function, as there are no static constructors. The offsets that Go exports to
// assembly are not needed: assembly tests memmoveBits.
#ifndef GORT_ARCH_CPU_H_
#define GORT_ARCH_CPU_H_

#include "arch/go_asm.h"
#include "arch/goarch.h"

namespace gort {

namespace cpu {

inline constexpr uintptr CacheLinePadSize = goarch::CacheLineSize;
inline constexpr uintptr CacheLineSize = CacheLinePadSize;

// CacheLinePad between two members keeps their writers apart.
struct CacheLinePad {
  uint8 pad[CacheLinePadSize];
};

// HasAVX and everything above it are set only if the system saves the registers
// as well. All false until Initialize, constant afterwards.
struct X86Features {
  CacheLinePad pad0;
  bool HasAES;
  bool HasADX;
  bool HasAVX;
  bool HasAVXVNNI;
  bool HasAVX2;
  bool HasAVX512;  // F, CD, BW, DQ and VL together
  bool HasAVX512F;
  bool HasAVX512CD;
  bool HasAVX512BW;
  bool HasAVX512DQ;
  bool HasAVX512VL;
  bool HasAVX512GFNI;
  bool HasAVX512VAES;
  bool HasAVX512VNNI;
  bool HasAVX512VBMI;
  bool HasAVX512VBMI2;
  bool HasAVX512BITALG;
  bool HasAVX512VPOPCNTDQ;
  bool HasAVX512VPCLMULQDQ;
  bool HasBMI1;
  bool HasBMI2;
  bool HasERMS;
  bool HasFSRM;
  bool HasFMA;
  bool HasGFNI;
  bool HasOSXSAVE;
  bool HasPCLMULQDQ;
  bool HasPOPCNT;
  bool HasRDTSCP;
  bool HasSHA;
  bool HasSSE3;
  bool HasSSSE3;
  bool HasSSE41;
  bool HasSSE42;
  bool HasVAES;
  bool HasVPCLMULQDQ;
  CacheLinePad pad1;
};

extern X86Features X86;

// Initialize examines the processor and obeys the options cpu.NAME=on|off and
// cpu.all=on|off in env, the value of GODEBUG (null: none); mistakes there are
// printed, as Go does. Before anything that asks X86.
void Initialize(const char* env);

// Name writes the vendor's name of the processor to buf, without a final zero,
// and returns its length; 0 if there is none.
inline constexpr intgo NameSize = 48;
intgo Name(uint8 (&buf)[NameSize]);

}  // namespace cpu

// Whether the processor says GenuineIntel. Set by cpu::Initialize.
extern bool isIntel;

}  // namespace gort

// How memmove and memclr treat large sizes; bits MEMMOVE_... of arch/go_asm.h.
// 0, which works everywhere, until cpu::Initialize.
extern "C" [[gnu::visibility("hidden")]] gort::uint8 gort_memmoveBits;

#endif  // GORT_ARCH_CPU_H_

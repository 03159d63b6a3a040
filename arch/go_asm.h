// go_asm.h: offsets of the fields that assembly reads in g, m and gobuf.
//
// Usable from assembly and from C++, hence macros and nothing else. Go's
// toolchain writes its go_asm.h from the Go sources; ours is written by hand
// and held true by static_asserts: those on gobuf stand in arch/gobuf.h, those
// on g and m in sched/runtime2.cc, the only places that see both sides.
//
// The call frame information of arch/asm_amd64.S repeats some of these numbers
// as DWARF bytes; it checks them with #error.
//
// Go: runtime/asm_amd64.s includes "go_asm.h", which cmd/compile generates
#ifndef GORT_ARCH_GO_ASM_H_
#define GORT_ARCH_GO_ASM_H_

// struct g
#define G_STACK_LO 0
#define G_STACK_HI 8
#define G_STACKGUARD0 16
#define G_STACKGUARD1 24
#define G_M 32
#define G_SCHED 40  // a gobuf
#define G_EH 112    // two words: the goroutine's own copy of the C++ exception globals

// struct m
#define M_G0 0
#define M_GSIGNAL 8
#define M_EHGLOBALS 16  // address of the thread's C++ exception globals
#define M_CURG 24

// struct gobuf
#define GOBUF_SP 0
#define GOBUF_PC 8
#define GOBUF_G 16
#define GOBUF_RBX 24
#define GOBUF_RBP 32
#define GOBUF_R12 40
#define GOBUF_R13 48
#define GOBUF_R14 56
#define GOBUF_R15 64
#define GOBUF_SIZE 72

// memmoveBits, see arch/cpu.h
#define MEMMOVE_AVX 1
#define MEMMOVE_REPMOVS 2

#endif  // GORT_ARCH_GO_ASM_H_

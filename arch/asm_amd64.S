// asm_amd64.S: switching between goroutines, on amd64.
//
// The contracts are in arch/gobuf.h. This file is C by its names (gort_...) and
// System V by its calls: arguments in rdi rsi rdx, callee-saved rbx rbp r12-r15.
//
// Call frame information. A debugger, a profiler's signal handler and the C++
// unwinder may look at any instruction here, so every one has a rule, or an
// end (`.cfi_undefined %rip`):
// - gort_gostart is the bottom of a goroutine: an end. The unwinder looks up a
//   return address minus one, hence the nop before the label: a goroutine that
//   did not run yet has the label itself as its pc.
// - gort_systemstack and gort_morestack_call keep the frame address in rbp while
//   the stack pointer is elsewhere, so walking goes on on the old stack. They
//   share the switching call, in a symbol with the name __morestack: gdb takes a
//   frame that lies on the wrong side of its caller for a corrupt stack, except
//   in a function of that name (it is the split-stack function of gcc).
// - gort_mcall is an end, once the stack is switched: its goroutine may already
//   run elsewhere, or its stack be unmapped, while fn still runs.
// - gort_switchto describes the frame of `to`, which is ours until we jump, by
//   expressions over rbx.
//
// Go: runtime/asm_amd64.s
//
// Differs from Go: __morestack has a cleanup for exceptions, which makes the
// goroutine current again when fn throws. abort, procyield and the switches are
// what is left of the Go file: there is no reflectcall, cgocallback, debugCall
// or prologue that calls morestack, and the program starts in C++.
#include "arch/go_asm.h"

#if G_SCHED != 40 || GOBUF_SP != 0 || GOBUF_PC != 8 || GOBUF_RBX != 24
#error "the DWARF bytes in gort_switchto have these offsets built in"
#endif

// The thread-local gort_tls_g. The form for executables is one instruction; a
// shared library has to load the offset first.
#if defined(__PIC__) && !defined(__PIE__)
#define GET_TLS_G(dst) movq gort_tls_g@gottpoff(%rip), dst; movq %fs:(dst), dst
#define SET_TLS_G(src, tmp) movq gort_tls_g@gottpoff(%rip), tmp; movq src, %fs:(tmp)
#else
#define GET_TLS_G(dst) movq %fs:gort_tls_g@tpoff, dst
#define SET_TLS_G(src, tmp) movq src, %fs:gort_tls_g@tpoff
#endif

#define FUNCTION(name) \
  .globl name; \
  .type name, @function; \
  .balign 16; \
name:

#define END(name) .size name, .-name

// SAVE stores the caller's context of a function that pushed nothing yet into
// the gobuf at off(base).
#define SAVE(off, base, tmp) \
  movq (%rsp), tmp; \
  movq tmp, off+GOBUF_PC(base); \
  leaq 8(%rsp), tmp; \
  movq tmp, off+GOBUF_SP(base); \
  movq %rbx, off+GOBUF_RBX(base); \
  movq %rbp, off+GOBUF_RBP(base); \
  movq %r12, off+GOBUF_R12(base); \
  movq %r13, off+GOBUF_R13(base); \
  movq %r14, off+GOBUF_R14(base); \
  movq %r15, off+GOBUF_R15(base)

	.section .tbss, "awT", @nobits
	.globl gort_tls_g
	.type gort_tls_g, @object
	.size gort_tls_g, 8
	.balign 8
gort_tls_g:
	.zero 8

	.text

// [[noreturn]] void gort_gogo(gobuf* buf)
FUNCTION(gort_gogo)
	.cfi_startproc
	movq	GOBUF_G(%rdi), %rdx
	movq	G_M(%rdx), %rcx
	movq	M_EHGLOBALS(%rcx), %rcx
	movups	G_EH(%rdx), %xmm0
	movups	%xmm0, (%rcx)
	SET_TLS_G(%rdx, %rcx)
	movq	GOBUF_PC(%rdi), %rcx
	// From here on this is a frame of the context that is resumed: everything it
	// needs is in *rdi or restored already.
	movq	GOBUF_SP(%rdi), %rsp
	.cfi_def_cfa %rsp, 0
	.cfi_register %rip, %rcx
	.cfi_undefined %rbx
	.cfi_undefined %rbp
	movq	GOBUF_R12(%rdi), %r12
	movq	GOBUF_R13(%rdi), %r13
	movq	GOBUF_R14(%rdi), %r14
	movq	GOBUF_R15(%rdi), %r15
	movq	GOBUF_RBX(%rdi), %rbx
	.cfi_same_value %rbx
	movq	GOBUF_RBP(%rdi), %rbp
	.cfi_same_value %rbp
	movl	$1, %eax		// gort_gosave returns again
	jmp	*%rcx
	.cfi_endproc
END(gort_gogo)

// int32 gort_gosave(gobuf* buf)
FUNCTION(gort_gosave)
	.cfi_startproc
	SAVE(0, %rdi, %rax)
	xorl	%eax, %eax
	ret
	.cfi_endproc
END(gort_gosave)

// void gort_mcall(void (*fn)(g*))
FUNCTION(gort_mcall)
	.cfi_startproc
	GET_TLS_G(%rax)
	movq	G_M(%rax), %rdx
	movq	M_G0(%rdx), %rsi
	cmpq	%rsi, %rax
	je	.Lbadmcall
	SAVE(G_SCHED, %rax, %rcx)
	movq	M_EHGLOBALS(%rdx), %rdx
	movups	(%rdx), %xmm0
	movups	G_EH(%rsi), %xmm1
	movups	%xmm0, G_EH(%rax)
	movups	%xmm1, (%rdx)
	SET_TLS_G(%rsi, %rdx)
	movq	%rdi, %rdx
	movq	%rax, %rdi
	movq	G_SCHED+GOBUF_SP(%rsi), %rsp
	.cfi_remember_state
	.cfi_undefined %rip
	.cfi_undefined %rbp
	xorl	%ebp, %ebp		// walkers of frame pointers end here as well
	call	*%rdx
	call	gort_badmcall2@PLT
	ud2
.Lbadmcall:
	.cfi_restore_state
	subq	$8, %rsp
	.cfi_def_cfa_offset 16
	call	gort_badmcall@PLT
	ud2
	.cfi_endproc
END(gort_mcall)

// void gort_switchto(g* from, g* to, void (*commit)(g* from))
FUNCTION(gort_switchto)
	.cfi_startproc
	SAVE(G_SCHED, %rdi, %rax)
	movq	G_M(%rdi), %rcx
	movq	M_EHGLOBALS(%rcx), %rcx
	movups	(%rcx), %xmm0
	movups	G_EH(%rsi), %xmm1
	movups	%xmm0, G_EH(%rdi)
	movups	%xmm1, (%rcx)
	SET_TLS_G(%rsi, %rcx)
	movq	%rsi, %rbx
	// DW_CFA_def_cfa_expression: [rbx + G_SCHED+GOBUF_SP]
	.cfi_escape 0x0f, 3, 0x73, 40, 0x06
	// DW_CFA_expression for rip, rbx, rbp, r12-r15: saved at rbx + G_SCHED+GOBUF_...
	.cfi_escape 0x10, 16, 2, 0x73, 48
	.cfi_escape 0x10, 3, 3, 0x73, 0xc0, 0x00
	.cfi_escape 0x10, 6, 3, 0x73, 0xc8, 0x00
	.cfi_escape 0x10, 12, 3, 0x73, 0xd0, 0x00
	.cfi_escape 0x10, 13, 3, 0x73, 0xd8, 0x00
	.cfi_escape 0x10, 14, 3, 0x73, 0xe0, 0x00
	.cfi_escape 0x10, 15, 3, 0x73, 0xe8, 0x00
	movq	G_SCHED+GOBUF_SP(%rsi), %rsp
	xorl	%ebp, %ebp
	call	*%rdx
	movq	G_SCHED+GOBUF_PC(%rbx), %rcx
	movq	G_SCHED+GOBUF_R12(%rbx), %r12
	movq	G_SCHED+GOBUF_R13(%rbx), %r13
	movq	G_SCHED+GOBUF_R14(%rbx), %r14
	movq	G_SCHED+GOBUF_R15(%rbx), %r15
	movq	G_SCHED+GOBUF_RBP(%rbx), %rbp
	movq	G_SCHED+GOBUF_RBX(%rbx), %rbx
	.cfi_def_cfa %rsp, 0
	.cfi_register %rip, %rcx
	.cfi_same_value %rbx
	.cfi_same_value %rbp
	.cfi_same_value %r12
	.cfi_same_value %r13
	.cfi_same_value %r14
	.cfi_same_value %r15
	movl	$1, %eax		// `to` may have been saved by gort_gosave
	jmp	*%rcx
	.cfi_endproc
END(gort_switchto)

// void gort_systemstack(void (*fn)(void*), void* arg)
FUNCTION(gort_systemstack)
	.cfi_startproc
	GET_TLS_G(%rax)
	testq	%rax, %rax
	je	.Lnoswitch
	movq	G_M(%rax), %rcx
	movq	M_G0(%rcx), %rdx
	cmpq	%rdx, %rax
	je	.Lnoswitch
	cmpq	M_GSIGNAL(%rcx), %rax
	je	.Lnoswitch
	cmpq	M_CURG(%rcx), %rax
	jne	.Lbadsystemstack

	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rbx
	.cfi_offset %rbx, -24
	movq	%rax, %rbx		// to be current again afterwards
	SET_TLS_G(%rdx, %rax)
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	G_SCHED+GOBUF_SP(%rdx), %rdx
	jmp	__morestack

	.cfi_def_cfa %rsp, 8
	.cfi_restore %rbp
	.cfi_restore %rbx
.Lnoswitch:
	// A tail call would lose the caller from backtraces.
	subq	$8, %rsp
	.cfi_def_cfa_offset 16
	movq	%rdi, %rax
	movq	%rsi, %rdi
	call	*%rax
	addq	$8, %rsp
	.cfi_def_cfa_offset 8
	ret

	// Neither g0 nor curg: nothing is known about this stack. No use to throw,
	// which would come here again.
.Lbadsystemstack:
	movl	$1, %eax		// SYS_write
	movl	$2, %edi
	leaq	.Lmsg_badsystemstack(%rip), %rsi
	movl	$.Lmsg_badsystemstack_end-.Lmsg_badsystemstack, %edx
	syscall
	jmp	gort_abort
	.cfi_endproc
END(gort_systemstack)

// void gort_morestack_call(uintptr newsp, void (*fn)(void*), void* arg)
FUNCTION(gort_morestack_call)
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rbx
	.cfi_offset %rbx, -24
	GET_TLS_G(%rbx)
	movq	%rsi, %rax
	movq	%rdi, %rcx
	movq	%rdx, %rdi
	movq	%rcx, %rdx
	jmp	__morestack
	.cfi_endproc
END(gort_morestack_call)

// The common end of the two functions above.
// rax: the function; rdi: its argument; rdx: the stack; rbx: the goroutine that
// is current afterwards; rbp: the frame of the caller, with rbx below.
	.type	__morestack, @function
	.balign 16
__morestack:
	.cfi_startproc
#if defined(__PIC__) || defined(__PIE__)
	.cfi_personality 0x9b, DW.ref.__gcc_personality_v0
	.cfi_lsda 0x1b, .Llsda
#else
	.cfi_personality 0x03, __gcc_personality_v0
	.cfi_lsda 0x03, .Llsda
#endif
	.cfi_def_cfa %rbp, 16
	.cfi_offset %rbp, -16
	.cfi_offset %rbx, -24
	movq	%rdx, %rsp
.Lcall:
	call	*%rax
.Lcall_end:
	SET_TLS_G(%rbx, %rcx)
	movq	-8(%rbp), %rbx
	.cfi_restore %rbx
	movq	%rbp, %rsp
	popq	%rbp
	.cfi_def_cfa %rsp, 8
	.cfi_restore %rbp
	ret

	// An exception leaves fn; rax points at it. Go back to the old stack, as the
	// old goroutine, and let it go on from there.
	.cfi_def_cfa %rbp, 16
	.cfi_offset %rbp, -16
	.cfi_offset %rbx, -24
.Lpad:
	SET_TLS_G(%rbx, %rcx)
	leaq	-16(%rbp), %rsp
	movq	%rax, %rdi
.Lresume:
	call	_Unwind_Resume@PLT
.Lresume_end:
	ud2
	.cfi_endproc
	.size	__morestack, .-__morestack

	.section .gcc_except_table, "a", @progbits
	.balign 4
.Llsda:
	.byte	0xff			// landing pads relative to the start of the function
	.byte	0xff			// no types
	.byte	0x01			// call sites in uleb128
	.uleb128 .Lsites_end-.Lsites
.Lsites:
	.uleb128 .Lcall-__morestack
	.uleb128 .Lcall_end-.Lcall
	.uleb128 .Lpad-__morestack
	.uleb128 0			// a cleanup
	.uleb128 .Lresume-__morestack
	.uleb128 .Lresume_end-.Lresume
	.uleb128 0			// no landing pad
	.uleb128 0
.Lsites_end:

#if defined(__PIC__) || defined(__PIE__)
	.hidden	DW.ref.__gcc_personality_v0
	.weak	DW.ref.__gcc_personality_v0
	.section .data.rel.local.DW.ref.__gcc_personality_v0, "awG", @progbits, DW.ref.__gcc_personality_v0, comdat
	.balign 8
	.type	DW.ref.__gcc_personality_v0, @object
	.size	DW.ref.__gcc_personality_v0, 8
DW.ref.__gcc_personality_v0:
	.quad	__gcc_personality_v0
#endif

	.text

// The first frame of a goroutine. Entered by a jump, rsp 16-aligned, function in
// r12, argument in r13.
	.balign 16
	.cfi_startproc
	.cfi_undefined %rip
	.cfi_undefined %rbp
	nop
	.globl	gort_gostart
	.type	gort_gostart, @function
gort_gostart:
	xorl	%ebp, %ebp
	movq	%r13, %rdi
	call	*%r12
	call	gort_goexit1@PLT
	ud2
	.cfi_endproc
END(gort_gostart)

// Where a fault continues when the signal handler made it look like a call:
// preparePanic (sched/signal_unix.cc) has skipped the red zone and pushed the pc of
// the instruction that faulted. The stack pointer may be anything; registers are
// those of the fault, and cleanups of that frame may use the callee-saved ones.
// A signal frame: the pc is looked up as it is, and not minus one.
FUNCTION(gort_sigpanic0)
	.cfi_startproc
	.cfi_signal_frame
	.cfi_def_cfa %rsp, 136
	.cfi_offset %rip, -136
	pushq	%rbp
	.cfi_def_cfa_offset 144
	.cfi_offset %rbp, -144
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	cld
	andq	$-16, %rsp
	call	gort_sigpanic@PLT
	ud2
	.cfi_endproc
END(gort_sigpanic0)

// [[noreturn]] void gort_abort()
FUNCTION(gort_abort)
	.cfi_startproc
	int3
1:	jmp	1b
	.cfi_endproc
END(gort_abort)

// void gort_procyield(uint32 cycles)
FUNCTION(gort_procyield)
	.cfi_startproc
	testl	%edi, %edi
	je	2f
1:	pause
	subl	$1, %edi
	jne	1b
2:	ret
	.cfi_endproc
END(gort_procyield)

	.section .rodata
.Lmsg_badsystemstack:
	.ascii	"fatal: systemstack called from unexpected goroutine\n"
.Lmsg_badsystemstack_end:

	.section .note.GNU-stack, "", @progbits

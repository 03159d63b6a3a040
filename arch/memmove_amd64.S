// memmove_amd64.S: copying and clearing, pointer words in one piece.
//
// A collector or another goroutine may read a slot while it is copied over. It
// must see the old pointer or the new one. libc's memmove promises no such
// thing (it may copy a tail byte by byte), hence these. The rule: a word that is
// 8-aligned in source and destination is written by one store that covers it.
// Stores here are 8, 16 or 32 bytes wide, start a multiple of 8 from the start or
// the end of the range, and processors do not split them inside an aligned word;
// `rep movsq` goes word by word. Narrower stores are used for sizes below 8 only,
// where no aligned word fits.
//
// Sizes up to 256 load everything before they store, which settles overlaps and
// needs one compare chain. Larger: forward, or backward if the destination
// starts inside the source. The main loop moves aligned vectors of the
// destination; what remains at both ends was loaded before and is stored last,
// overlapping the loop's part.
//
// Which way for large ones is decided by memmoveBits, see arch/cpu.cc.
//
// Go: runtime/memmove_amd64.s, runtime/memclr_amd64.s
//
// Differs from Go: no non-temporal stores. They help copies beyond the cache and
// hurt whoever reads the copy next, which in a runtime is the usual case; and
// from 2 KiB on `rep movsq`, where it is good, does the same by itself.
#include "arch/go_asm.h"

	.hidden	gort_memmoveBits
	.text

// void gort_memmove(void* to, const void* from, uintptr n)
// rdi: to; rsi: from; rdx: n
	.globl	gort_memmove
	.type	gort_memmove, @function
	.balign	64
gort_memmove:
	.cfi_startproc
	cmpq	$16, %rdx
	ja	.Lmove_17up
	cmpq	$8, %rdx
	jae	.Lmove_8to16
	cmpq	$4, %rdx
	jae	.Lmove_4to7
	cmpq	$1, %rdx
	jb	.Lmove_0
	je	.Lmove_1
	movzwl	(%rsi), %eax
	movzwl	-2(%rsi,%rdx), %ecx
	movw	%ax, (%rdi)
	movw	%cx, -2(%rdi,%rdx)
	ret
.Lmove_1:
	movzbl	(%rsi), %eax
	movb	%al, (%rdi)
.Lmove_0:
	ret
.Lmove_4to7:
	movl	(%rsi), %eax
	movl	-4(%rsi,%rdx), %ecx
	movl	%eax, (%rdi)
	movl	%ecx, -4(%rdi,%rdx)
	ret
.Lmove_8to16:
	movq	(%rsi), %rax
	movq	-8(%rsi,%rdx), %rcx
	movq	%rax, (%rdi)
	movq	%rcx, -8(%rdi,%rdx)
	ret

.Lmove_17up:
	cmpq	$32, %rdx
	ja	.Lmove_33up
	movups	(%rsi), %xmm0
	movups	-16(%rsi,%rdx), %xmm1
	movups	%xmm0, (%rdi)
	movups	%xmm1, -16(%rdi,%rdx)
	ret
.Lmove_33up:
	cmpq	$64, %rdx
	ja	.Lmove_65up
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	-32(%rsi,%rdx), %xmm2
	movups	-16(%rsi,%rdx), %xmm3
	movups	%xmm0, (%rdi)
	movups	%xmm1, 16(%rdi)
	movups	%xmm2, -32(%rdi,%rdx)
	movups	%xmm3, -16(%rdi,%rdx)
	ret
.Lmove_65up:
	cmpq	$128, %rdx
	ja	.Lmove_129up
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm2
	movups	48(%rsi), %xmm3
	movups	-64(%rsi,%rdx), %xmm4
	movups	-48(%rsi,%rdx), %xmm5
	movups	-32(%rsi,%rdx), %xmm6
	movups	-16(%rsi,%rdx), %xmm7
	movups	%xmm0, (%rdi)
	movups	%xmm1, 16(%rdi)
	movups	%xmm2, 32(%rdi)
	movups	%xmm3, 48(%rdi)
	movups	%xmm4, -64(%rdi,%rdx)
	movups	%xmm5, -48(%rdi,%rdx)
	movups	%xmm6, -32(%rdi,%rdx)
	movups	%xmm7, -16(%rdi,%rdx)
	ret
.Lmove_129up:
	cmpq	$256, %rdx
	ja	.Lmove_257up
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm2
	movups	48(%rsi), %xmm3
	movups	64(%rsi), %xmm4
	movups	80(%rsi), %xmm5
	movups	96(%rsi), %xmm6
	movups	112(%rsi), %xmm7
	movups	-128(%rsi,%rdx), %xmm8
	movups	-112(%rsi,%rdx), %xmm9
	movups	-96(%rsi,%rdx), %xmm10
	movups	-80(%rsi,%rdx), %xmm11
	movups	-64(%rsi,%rdx), %xmm12
	movups	-48(%rsi,%rdx), %xmm13
	movups	-32(%rsi,%rdx), %xmm14
	movups	-16(%rsi,%rdx), %xmm15
	movups	%xmm0, (%rdi)
	movups	%xmm1, 16(%rdi)
	movups	%xmm2, 32(%rdi)
	movups	%xmm3, 48(%rdi)
	movups	%xmm4, 64(%rdi)
	movups	%xmm5, 80(%rdi)
	movups	%xmm6, 96(%rdi)
	movups	%xmm7, 112(%rdi)
	movups	%xmm8, -128(%rdi,%rdx)
	movups	%xmm9, -112(%rdi,%rdx)
	movups	%xmm10, -96(%rdi,%rdx)
	movups	%xmm11, -80(%rdi,%rdx)
	movups	%xmm12, -64(%rdi,%rdx)
	movups	%xmm13, -48(%rdi,%rdx)
	movups	%xmm14, -32(%rdi,%rdx)
	movups	%xmm15, -16(%rdi,%rdx)
	ret

.Lmove_257up:
	movq	%rdi, %rcx
	subq	%rsi, %rcx		// to - from
	je	.Lmove_0
	cmpq	%rdx, %rcx
	jb	.Lbackward		// `to` starts inside the source
	movzbl	gort_memmoveBits(%rip), %eax
	cmpq	$2048, %rdx
	jb	.Lforward
	testb	$MEMMOVE_REPMOVS, %al
	je	.Lforward
	// `from` shortly after `to` makes rep movs very slow.
	negq	%rcx
	cmpq	$64, %rcx
	jb	.Lforward
	// Only the words of an aligned destination are words of the source as well,
	// if any are.
	testb	$7, %dil
	jne	.Lforward
	movq	-8(%rsi,%rdx), %rax
	leaq	-8(%rdi,%rdx), %r8
	leaq	-1(%rdx), %rcx
	shrq	$3, %rcx
	rep movsq
	movq	%rax, (%r8)
	ret

.Lforward:
	testb	$MEMMOVE_AVX, %al
	jne	.Lforward_avx
	// Head and tail of 64 bytes in registers, 64 a turn between.
	movups	(%rsi), %xmm4
	movups	-64(%rsi,%rdx), %xmm8
	movups	-48(%rsi,%rdx), %xmm9
	movups	-32(%rsi,%rdx), %xmm10
	movups	-16(%rsi,%rdx), %xmm11
	movq	%rdi, %r8		// head
	leaq	-64(%rdi,%rdx), %r9	// tail
	// Up to the next multiple of 16, if the destination is 8-aligned or not.
	movq	%rdi, %rcx
	andq	$-16, %rcx
	addq	$16, %rcx
	subq	%rdi, %rcx
	addq	%rcx, %rdi
	addq	%rcx, %rsi
1:	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm2
	movups	48(%rsi), %xmm3
	addq	$64, %rsi
	movaps	%xmm0, (%rdi)
	movaps	%xmm1, 16(%rdi)
	movaps	%xmm2, 32(%rdi)
	movaps	%xmm3, 48(%rdi)
	addq	$64, %rdi
	cmpq	%r9, %rdi
	jb	1b
	movups	%xmm4, (%r8)
	movups	%xmm8, (%r9)
	movups	%xmm9, 16(%r9)
	movups	%xmm10, 32(%r9)
	movups	%xmm11, 48(%r9)
	ret

.Lforward_avx:
	vmovdqu	(%rsi), %ymm4
	vmovdqu	-128(%rsi,%rdx), %ymm8
	vmovdqu	-96(%rsi,%rdx), %ymm9
	vmovdqu	-64(%rsi,%rdx), %ymm10
	vmovdqu	-32(%rsi,%rdx), %ymm11
	movq	%rdi, %r8
	leaq	-128(%rdi,%rdx), %r9
	movq	%rdi, %rcx
	andq	$-32, %rcx
	addq	$32, %rcx
	subq	%rdi, %rcx
	addq	%rcx, %rdi
	addq	%rcx, %rsi
1:	vmovdqu	(%rsi), %ymm0
	vmovdqu	32(%rsi), %ymm1
	vmovdqu	64(%rsi), %ymm2
	vmovdqu	96(%rsi), %ymm3
	subq	$-128, %rsi
	vmovdqa	%ymm0, (%rdi)
	vmovdqa	%ymm1, 32(%rdi)
	vmovdqa	%ymm2, 64(%rdi)
	vmovdqa	%ymm3, 96(%rdi)
	subq	$-128, %rdi
	cmpq	%r9, %rdi
	jb	1b
	vmovdqu	%ymm4, (%r8)
	vmovdqu	%ymm8, (%r9)
	vmovdqu	%ymm9, 32(%r9)
	vmovdqu	%ymm10, 64(%r9)
	vmovdqu	%ymm11, 96(%r9)
	vzeroupper
	ret

	// The mirror image: aligned ends, downwards.
.Lbackward:
	movups	-16(%rsi,%rdx), %xmm4	// tail
	movups	(%rsi), %xmm8		// head
	movups	16(%rsi), %xmm9
	movups	32(%rsi), %xmm10
	movups	48(%rsi), %xmm11
	leaq	-16(%rdi,%rdx), %r8
	leaq	64(%rdi), %r9
	leaq	(%rdi,%rdx), %rcx
	leaq	-1(%rcx), %rax
	andq	$-16, %rax		// end of the aligned part
	subq	%rcx, %rax		// minus what is left out
	leaq	(%rcx,%rax), %rcx
	addq	%rdx, %rsi
	addq	%rax, %rsi
1:	movups	-16(%rsi), %xmm0
	movups	-32(%rsi), %xmm1
	movups	-48(%rsi), %xmm2
	movups	-64(%rsi), %xmm3
	subq	$64, %rsi
	movaps	%xmm0, -16(%rcx)
	movaps	%xmm1, -32(%rcx)
	movaps	%xmm2, -48(%rcx)
	movaps	%xmm3, -64(%rcx)
	subq	$64, %rcx
	cmpq	%r9, %rcx
	ja	1b
	movups	%xmm4, (%r8)
	movups	%xmm8, (%rdi)
	movups	%xmm9, 16(%rdi)
	movups	%xmm10, 32(%rdi)
	movups	%xmm11, 48(%rdi)
	ret
	.cfi_endproc
	.size	gort_memmove, .-gort_memmove

// void gort_memclr(void* ptr, uintptr n)
// rdi: ptr; rsi: n
	.globl	gort_memclr
	.type	gort_memclr, @function
	.balign	64
gort_memclr:
	.cfi_startproc
	xorl	%eax, %eax
	cmpq	$16, %rsi
	ja	.Lclear_17up
	cmpq	$8, %rsi
	jae	.Lclear_8to16
	cmpq	$4, %rsi
	jae	.Lclear_4to7
	cmpq	$1, %rsi
	jb	.Lclear_0
	je	.Lclear_1
	movw	%ax, (%rdi)
	movw	%ax, -2(%rdi,%rsi)
	ret
.Lclear_1:
	movb	%al, (%rdi)
.Lclear_0:
	ret
.Lclear_4to7:
	movl	%eax, (%rdi)
	movl	%eax, -4(%rdi,%rsi)
	ret
.Lclear_8to16:
	movq	%rax, (%rdi)
	movq	%rax, -8(%rdi,%rsi)
	ret

.Lclear_17up:
	xorps	%xmm0, %xmm0
	cmpq	$32, %rsi
	ja	.Lclear_33up
	movups	%xmm0, (%rdi)
	movups	%xmm0, -16(%rdi,%rsi)
	ret
.Lclear_33up:
	cmpq	$64, %rsi
	ja	.Lclear_65up
	movups	%xmm0, (%rdi)
	movups	%xmm0, 16(%rdi)
	movups	%xmm0, -32(%rdi,%rsi)
	movups	%xmm0, -16(%rdi,%rsi)
	ret
.Lclear_65up:
	cmpq	$128, %rsi
	ja	.Lclear_129up
	movups	%xmm0, (%rdi)
	movups	%xmm0, 16(%rdi)
	movups	%xmm0, 32(%rdi)
	movups	%xmm0, 48(%rdi)
	movups	%xmm0, -64(%rdi,%rsi)
	movups	%xmm0, -48(%rdi,%rsi)
	movups	%xmm0, -32(%rdi,%rsi)
	movups	%xmm0, -16(%rdi,%rsi)
	ret
.Lclear_129up:
	movzbl	gort_memmoveBits(%rip), %ecx
	cmpq	$2048, %rsi
	jb	.Lclear_loop
	testb	$MEMMOVE_REPMOVS, %cl
	je	.Lclear_loop
	testb	$7, %dil
	jne	.Lclear_loop
	leaq	-8(%rdi,%rsi), %r8
	leaq	-1(%rsi), %rcx
	shrq	$3, %rcx
	rep stosq
	movq	%rax, (%r8)
	ret
.Lclear_loop:
	leaq	(%rdi,%rsi), %r9	// end
	testb	$MEMMOVE_AVX, %cl
	jne	.Lclear_avx
	movups	%xmm0, (%rdi)		// up to a multiple of 16
	addq	$16, %rdi
	andq	$-16, %rdi
	leaq	-64(%r9), %rsi
	cmpq	%rsi, %rdi
	jae	2f
1:	movaps	%xmm0, (%rdi)
	movaps	%xmm0, 16(%rdi)
	movaps	%xmm0, 32(%rdi)
	movaps	%xmm0, 48(%rdi)
	addq	$64, %rdi
	cmpq	%rsi, %rdi
	jb	1b
2:	movups	%xmm0, (%rsi)
	movups	%xmm0, 16(%rsi)
	movups	%xmm0, 32(%rsi)
	movups	%xmm0, 48(%rsi)
	ret
.Lclear_avx:
	vpxor	%xmm0, %xmm0, %xmm0	// clears the whole ymm0, with AVX alone
	vmovdqu	%ymm0, (%rdi)
	addq	$32, %rdi
	andq	$-32, %rdi
	leaq	-128(%r9), %rsi
	cmpq	%rsi, %rdi
	jae	2f
1:	vmovdqa	%ymm0, (%rdi)
	vmovdqa	%ymm0, 32(%rdi)
	vmovdqa	%ymm0, 64(%rdi)
	vmovdqa	%ymm0, 96(%rdi)
	subq	$-128, %rdi
	cmpq	%rsi, %rdi
	jb	1b
2:	vmovdqu	%ymm0, (%rsi)
	vmovdqu	%ymm0, 32(%rsi)
	vmovdqu	%ymm0, 64(%rsi)
	vmovdqu	%ymm0, 96(%rsi)
	vzeroupper
	ret
	.cfi_endproc
	.size	gort_memclr, .-gort_memclr

	.section .note.GNU-stack, "", @progbits

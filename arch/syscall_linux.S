// syscall_linux.S: the door to the kernel. Contract in arch/syscall_linux.h.
//
// The kernel takes the number in rax and six arguments in rdi rsi rdx r10 r8 r9,
// clobbers rcx and r11, and returns -4095..-1 for an error.
//
// Go: internal/runtime/syscall/linux/asm_linux_amd64.s
	.text
	.globl	gort_syscall6
	.type	gort_syscall6, @function
	.balign	16
gort_syscall6:
	.cfi_startproc
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %r10
	movq	%r9, %r8
	movq	8(%rsp), %r9
	syscall
	ret
	.cfi_endproc
	.size	gort_syscall6, .-gort_syscall6

	.section .note.GNU-stack, "", @progbits

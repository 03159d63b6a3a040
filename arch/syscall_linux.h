// syscall_linux.h: system calls without libc between.
//
// A wrapper of libc may be a cancellation point, sets errno through a pointer
// that a compiler caches over a switch, and takes locks in places. The runtime
// calls the kernel directly, from any stack, with or without a g, and in signal
// handlers.
//
// Every wrapper returns what the kernel returns: a negative value is -errno.
//
// Go: internal/runtime/syscall/linux, runtime/os_linux64.go, runtime/stubs2.go,
//     runtime/stubs_linux.go, and the system calls in runtime/sys_linux_amd64.s
//
// Differs from Go: Syscall6 returns one word and not three.
#ifndef GORT_ARCH_SYSCALL_LINUX_H_
#define GORT_ARCH_SYSCALL_LINUX_H_

#include <type_traits>

#include "arch/defs_linux_amd64.h"

extern "C" gort::intgo gort_syscall6(gort::uintptr num, gort::uintptr a1, gort::uintptr a2,
                                     gort::uintptr a3, gort::uintptr a4, gort::uintptr a5,
                                     gort::uintptr a6);

namespace gort {

namespace linux_ {

// A system call's argument as a register: integers are sign-extended, pointers
// are addresses.
template <class T>
[[gnu::always_inline]] inline uintptr syscallarg(T v) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<uintptr>(v);
  } else if constexpr (std::is_null_pointer_v<T>) {
    return 0;
  } else {
    return static_cast<uintptr>(static_cast<intgo>(v));
  }
}

// Syscall calls the kernel with up to six arguments.
template <class A = int, class B = int, class C = int, class D = int, class E = int, class F = int>
[[gnu::always_inline]] inline intgo Syscall(uintptr num, A a1 = 0, B a2 = 0, C a3 = 0, D a4 = 0,
                                            E a5 = 0, F a6 = 0) {
  return gort_syscall6(num, syscallarg(a1), syscallarg(a2), syscallarg(a3), syscallarg(a4),
                       syscallarg(a5), syscallarg(a6));
}

}  // namespace linux_

// --- files

inline int32 open(const char* name, int32 mode, int32 perm) {
  return int32(linux_::Syscall(SYS_openat, AT_FDCWD, name, mode, perm));
}
inline int32 closefd(int32 fd) { return int32(linux_::Syscall(SYS_close, fd)); }
inline int32 read(int32 fd, void* p, int32 n) { return int32(linux_::Syscall(SYS_read, fd, p, n)); }
inline int32 write(int32 fd, const void* p, int32 n) {
  return int32(linux_::Syscall(SYS_write, fd, p, n));
}
inline int32 fcntl(int32 fd, int32 cmd, int32 arg) {
  return int32(linux_::Syscall(SYS_fcntl, fd, cmd, arg));
}
// fds[0] is the end to read from.
inline int32 pipe2(int32 (&fds)[2], int32 flags) {
  return int32(linux_::Syscall(SYS_pipe2, &fds[0], flags));
}
inline int32 access(const char* name, int32 mode) {
  return int32(linux_::Syscall(SYS_faccessat, AT_FDCWD, name, mode));
}

// --- memory

struct mmapResult {
  void* p;    // null on error
  int32 err;  // 0, or a positive errno, as in Go
};
inline mmapResult mmap(void* addr, uintptr n, int32 prot, int32 flags, int32 fd, intgo off) {
  intgo r = linux_::Syscall(SYS_mmap, addr, n, prot, flags, fd, off);
  if (r < 0 && r > -4096) return {nullptr, int32(-r)};
  return {reinterpret_cast<void*>(r), 0};
}
inline int32 munmap(void* addr, uintptr n) { return int32(linux_::Syscall(SYS_munmap, addr, n)); }
inline int32 madvise(void* addr, uintptr n, int32 advice) {
  return int32(linux_::Syscall(SYS_madvise, addr, n, advice));
}
inline int32 mprotect(void* addr, uintptr n, int32 prot) {
  return int32(linux_::Syscall(SYS_mprotect, addr, n, prot));
}
inline int32 mincore(void* addr, uintptr n, uint8* dst) {
  return int32(linux_::Syscall(SYS_mincore, addr, n, dst));
}

struct iovec_ {
  void* base;
  uintptr len;
};
// One advice for many ranges; returns the number of bytes advised. PIDFD_SELF_
// for the process itself needs Linux 6.14.
inline intgo process_madvise(int32 pidfd, const iovec_* iov, uintptr n, int32 advice) {
  return linux_::Syscall(SYS_process_madvise, pidfd, iov, n, advice, 0);
}

// --- threads and processes

inline int32 futex(uint32* addr, int32 op, uint32 val, const timespec* ts, uint32* addr2,
                   uint32 val3) {
  return int32(linux_::Syscall(SYS_futex, addr, op, intgo{val}, ts, addr2, intgo{val3}));
}
inline int32 membarrier(int32 cmd) { return int32(linux_::Syscall(SYS_membarrier, cmd, 0, 0)); }
inline int32 sched_yield() { return int32(linux_::Syscall(SYS_sched_yield)); }
inline int32 nanosleep(const timespec* req, timespec* rem) {
  return int32(linux_::Syscall(SYS_nanosleep, req, rem));
}
// Returns the number of bytes written to buf.
inline int32 sched_getaffinity(intgo pid, uintptr len, uint8* buf) {
  return int32(linux_::Syscall(SYS_sched_getaffinity, pid, len, buf));
}
inline int32 getpid() { return int32(linux_::Syscall(SYS_getpid)); }
inline uint32 gettid() { return uint32(linux_::Syscall(SYS_gettid)); }
inline int32 tgkill(intgo tgid, intgo tid, intgo sig) {
  return int32(linux_::Syscall(SYS_tgkill, tgid, tid, sig));
}
template <class A = int, class B = int, class C = int, class D = int>
inline int32 prctl(int32 op, A a2 = 0, B a3 = 0, C a4 = 0, D a5 = 0) {
  return int32(linux_::Syscall(SYS_prctl, op, a2, a3, a4, a5));
}
inline intgo getrandom(void* buf, uintptr n, uint32 flags) {
  return linux_::Syscall(SYS_getrandom, buf, n, intgo{flags});
}

// exit ends the process at once, all threads: no atexit functions, no buffers
// written out.
[[noreturn]] inline void exit(int32 code) {
  for (;;) linux_::Syscall(SYS_exit_group, code);
}

// --- signals

inline int32 rtsigprocmask(int32 how, const sigset* new_, sigset* old, uintptr size) {
  return int32(linux_::Syscall(SYS_rt_sigprocmask, how, new_, old, size));
}
inline void sigprocmask(int32 how, const sigset* new_, sigset* old) {
  rtsigprocmask(how, new_, old, sizeof(sigset));
}
// raise sends sig to this thread, raiseproc to the process.
inline void raise(uint32 sig) { tgkill(getpid(), gettid(), sig); }
inline void raiseproc(uint32 sig) { linux_::Syscall(SYS_kill, getpid(), intgo{sig}); }

// --- timers

inline int32 timer_settime(int32 timerid, int32 flags, const itimerspec* new_, itimerspec* old) {
  return int32(linux_::Syscall(SYS_timer_settime, timerid, flags, new_, old));
}

}  // namespace gort

#endif  // GORT_ARCH_SYSCALL_LINUX_H_

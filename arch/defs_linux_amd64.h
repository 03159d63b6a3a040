// defs_linux_amd64.h: types and constants of the kernel, as far as the runtime
// uses them.
//
// Go: runtime/defs_linux_amd64.go, runtime/os_linux_generic.go
//
// Differs from Go: most are taken from the kernel's and libc's headers, under
// their own names (PROT_READ, EAGAIN, SIGURG). Left here: what those headers
// lack in Debian 12, and helpers that Go hangs on the types.
#ifndef GORT_ARCH_DEFS_LINUX_AMD64_H_
#define GORT_ARCH_DEFS_LINUX_AMD64_H_

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>

#include "arch/goarch.h"

namespace gort {

// madvise(2). GUARD_INSTALL and GUARD_REMOVE are of Linux 6.13.
inline constexpr int32 MADV_POPULATE_WRITE_ = 23;
inline constexpr int32 MADV_COLLAPSE_ = 25;
inline constexpr int32 MADV_GUARD_INSTALL_ = 102;
inline constexpr int32 MADV_GUARD_REMOVE_ = 103;

// pidfd of the calling process in system calls that take one, Linux 6.14.
inline constexpr int32 PIDFD_SELF_ = -10001;

// prctl(2).
inline constexpr int32 PR_SET_VMA_ = 0x53564d41;
inline constexpr int32 PR_SET_VMA_ANON_NAME_ = 0;

using timespec = ::timespec;
using timeval = ::timeval;
using itimerspec = ::itimerspec;
using siginfo = ::siginfo_t;
using stackt = ::stack_t;
using ucontext = ::ucontext_t;
using mcontext = ::mcontext_t;

// setNsec makes *ts a time or span of ns nanoseconds.
inline void setNsec(timespec* ts, int64 ns) {
  ts->tv_sec = ns / 1000000000;
  ts->tv_nsec = ns % 1000000000;
}

inline void set_usec(timeval* tv, int32 x) { tv->tv_usec = x; }

// A signal mask as the kernel has it: 64 bits. libc's sigset_t is larger.
struct sigset {
  uint32 mask[2];
};
static_assert(sizeof(sigset) == 8);

inline constexpr int32 NSIG_ = 65;
inline constexpr sigset sigset_all = {{~uint32{0}, ~uint32{0}}};

inline void sigaddset(sigset* mask, int32 i) {
  mask->mask[(i - 1) / 32] |= uint32{1} << (uint32(i - 1) & 31);
}
inline void sigdelset(sigset* mask, int32 i) {
  mask->mask[(i - 1) / 32] &= ~(uint32{1} << (uint32(i - 1) & 31));
}
inline void sigfillset(sigset* mask) { *mask = sigset_all; }

}  // namespace gort

#endif  // GORT_ARCH_DEFS_LINUX_AMD64_H_

// os_linux.h: time, processors, descriptors and other things of the process that
// need no goroutine.
//
// Go: runtime/os_linux.go (the part without m), runtime/os_unix.go,
//     runtime/create_file_unix.go, runtime/fds_unix.go, runtime/nbpipe_pipe2.go,
//     runtime/retry.go, runtime/stubs3.go, runtime/timeasm.go,
//     runtime/time_linux_amd64.s
//
// Differs from Go: the split. What touches an m (newosproc, minit, mpreinit,
// signalM) is in sched/os_linux.h; futexsleep and futexwakeup are with the locks.
// Times come from libc's clock_gettime, which knows the vDSO already.
#ifndef GORT_ARCH_OS_LINUX_H_
#define GORT_ARCH_OS_LINUX_H_

#include "arch/defs_linux_amd64.h"

namespace gort {

// Set by osinit, constant afterwards.
extern uintptr physPageSize;      // 4096 until then
extern uintptr physHugePageSize;  // 0: unknown or none
extern int32 numCPUStartup;       // processors that the process may use
extern bool secureMode;           // AT_SECURE: setuid and the like
extern const uint8* startupRand;  // 16 random bytes from the kernel, or null

// osinit finds out the above. First thing in schedinit's order; idempotent.
void osinit();

// An asymmetric fence: between two threads that each store and then look at what the other
// stored, both need a full fence, or neither may see the other's store. When one side is
// common and the other rare, the common side's can be free: lightFence only keeps the compiler
// from reordering, and heavyFence makes every running thread of the process pass a full fence
// (membarrier(2); a thread that is not running has passed one in the kernel). So if the common
// side's look came before the heavy fence, its store did as well, and the rare side sees it;
// and if it came after, it sees the rare side's.
//
// That holds only while asymmetricFences is true, which osinit finds out before there is a
// second thread that uses fences. Where there is no membarrier, heavyFence is a fence of
// the calling thread alone, and the common side must have its own, which amd64's exchange is:
//
//   if (asymmetricFences) { x.store(v, release); lightFence(); } else x.exchange(v, seq_cst);
//
// heavyFence takes from 1 to 10 microseconds.
extern bool asymmetricFences;
inline void lightFence() { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
void heavyFence();

// getCPUCount returns the number of processors in the affinity mask, at least 1.
int32 getCPUCount();

// getHugePageSize returns the size of a huge page, or 0.
uintptr getHugePageSize();

// readRandom fills r with n random bytes and returns how many it got.
intgo readRandom(uint8* r, intgo n);

// nanotime returns nanoseconds of the monotonic clock, which does not run while
// the system sleeps.
int64 nanotime();

// walltime returns the time since 1970.
struct wallTime {
  int64 sec;
  int32 nsec;
};
wallTime walltime();

// time_now returns both, taken together.
struct timeNow {
  int64 sec;
  int32 nsec;
  int64 mono;
};
timeNow time_now();

// usleep blocks the thread for usec microseconds; osyield gives up the processor.
void usleep(uint32 usec);
inline void usleep_no_g(uint32 usec) { usleep(usec); }
void osyield();
inline void osyield_no_g() { osyield(); }

// create opens a file for writing, empty; returns the descriptor or -errno.
int32 create(const char* name, int32 perm);

// closeonexec marks fd to be closed in programs that are started.
void closeonexec(int32 fd);

// nonblockingPipe returns a pipe, both ends O_NONBLOCK and O_CLOEXEC.
struct pipeResult {
  int32 r;
  int32 w;
  int32 err;  // 0, or a positive errno
};
pipeResult nonblockingPipe();

// checkfds opens /dev/null for each of descriptors 0, 1 and 2 that is closed, so
// that no other file gets such a number. For programs whose main is ours.
void checkfds();

// retryOnEAGAIN calls fn until it returns an errno other than EAGAIN, up to 20
// times with growing pauses, 210 ms in all. Returns the last errno.
template <class F>
inline int32 retryOnEAGAIN(F&& fn) {
  for (uint32 tries = 0; tries < 20; tries++) {
    int32 err = fn();
    if (err != EAGAIN) return err;
    usleep_no_g((tries + 1) * 1000);
  }
  return EAGAIN;
}

// getErrno and setErrno access this thread's errno. On a goroutine use these and
// not `errno`, whose address a compiler keeps over a call, even if that call
// parks and comes back on another thread. Read it before the next call that can
// park.
int32 getErrno();
void setErrno(int32 e);

}  // namespace gort

#endif  // GORT_ARCH_OS_LINUX_H_

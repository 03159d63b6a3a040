// os_linux.cc: see the header.
//
// Go: runtime/os_linux.go and the small files named in the header
//
// Differs from Go: the auxiliary vector is read through libc's getauxval;
// random bytes come from getrandom(2) and from /dev/urandom only without it.
#include "arch/os_linux.h"

#include <linux/membarrier.h>
#include <sys/auxv.h>

#include "arch/print.h"
#include "arch/sanitizer.h"
#include "arch/syscall_linux.h"

// libc's function under another prototype, without the const attribute that
// lets a compiler reuse another thread's answer.
extern "C" int* gort_errno_location() __asm__("__errno_location");

namespace gort {

constinit uintptr physPageSize = goarch::DefaultPhysPageSize;
constinit uintptr physHugePageSize = 0;
constinit int32 numCPUStartup = 1;
constinit bool secureMode = false;
constinit const uint8* startupRand = nullptr;
constinit bool asymmetricFences = false;

namespace {

void sysauxv() {
  if (unsigned long v = getauxval(AT_PAGESZ); v != 0) physPageSize = v;
  secureMode = getauxval(AT_SECURE) == 1;
  startupRand = reinterpret_cast<const uint8*>(getauxval(AT_RANDOM));
}

int64 clockNanoseconds(clockid_t clock) {
  timespec ts;
  clock_gettime(clock, &ts);
  return int64{ts.tv_sec} * 1000000000 + ts.tv_nsec;
}

}  // namespace

int32 getCPUCount() {
  // Room for 64 Ki processors: 8 KiB, on a system stack, in a leaf.
  uint8 buf[64 * 1024 / 8];
  int32 r = sched_getaffinity(0, sizeof buf, buf);
  if (r < 0) return 1;
  int32 n = 0;
  for (int32 i = 0; i < r; i++) n += __builtin_popcount(buf[i]);
  return n == 0 ? 1 : n;
}

uintptr getHugePageSize() {
  int32 fd = open("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return 0;
  char numbuf[20];
  int32 n = read(fd, numbuf, sizeof numbuf);
  closefd(fd);
  uintptr v = 0;
  for (int32 i = 0; i < n - 1; i++) {  // the last byte is a newline
    if (numbuf[i] < '0' || numbuf[i] > '9') return 0;
    v = v * 10 + static_cast<uintptr>(numbuf[i] - '0');
  }
  return (v & (v - 1)) == 0 ? v : 0;  // a power of two, or of no use
}

void heavyFence() {
  if (!asymmetricFences) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return;
  }
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0) return;
  // Registered, and refused: a filter of system calls that was put up since. The slow form needs
  // no registration; with neither, threads that sleep for a lock could sleep for ever.
  if (membarrier(MEMBARRIER_CMD_GLOBAL) != 0) throw_("membarrier failed");
}

void osinit() {
  sysauxv();
  // ThreadSanitizer sees fences of no kind, and would report what they order.
  asymmetricFences = !raceenabled && membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
  numCPUStartup = getCPUCount();
  physHugePageSize = getHugePageSize();
}

intgo readRandom(uint8* r, intgo n) {
  intgo got = getrandom(r, static_cast<uintptr>(n), 0);
  if (got >= 0) return got;
  int32 fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return 0;
  got = read(fd, r, static_cast<int32>(n));
  closefd(fd);
  return got < 0 ? 0 : got;
}

int64 nanotime() { return clockNanoseconds(CLOCK_MONOTONIC); }

wallTime walltime() {
  timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  return {ts.tv_sec, static_cast<int32>(ts.tv_nsec)};
}

timeNow time_now() {
  auto [sec, nsec] = walltime();
  return {sec, nsec, nanotime()};
}

void usleep(uint32 usec) {
  timespec ts;
  setNsec(&ts, int64{usec} * 1000);
  gort::nanosleep(&ts, nullptr);
}

void osyield() { sched_yield(); }

int32 create(const char* name, int32 perm) {
  return open(name, O_CREAT | O_WRONLY | O_TRUNC, perm);
}

void closeonexec(int32 fd) { fcntl(fd, F_SETFD, FD_CLOEXEC); }

pipeResult nonblockingPipe() {
  int32 fds[2] = {-1, -1};
  int32 r = pipe2(fds, O_NONBLOCK | O_CLOEXEC);
  return {fds[0], fds[1], -r};
}

void checkfds() {
  for (int32 i = 0; i < 3; i++) {
    int32 ret = fcntl(i, F_GETFD, 0);
    if (ret >= 0) continue;
    if (ret != -EBADF) {
      print("runtime: unexpected error while checking standard file descriptor ", i,
            ", errno=", -ret, "\n");
      throw_("cannot open standard fds");
    }
    ret = open("/dev/null", O_RDWR, 0);
    if (ret < 0) {
      print("runtime: standard file descriptor ", i,
            " closed, unable to open /dev/null, errno=", -ret, "\n");
      throw_("cannot open standard fds");
    }
    if (ret != i) {
      print("runtime: opened unexpected file descriptor ", ret, " when attempting to open ", i,
            "\n");
      throw_("cannot open standard fds");
    }
  }
}

[[gnu::noinline]] int32 getErrno() {
  __asm__ volatile("" ::: "memory");
  return *gort_errno_location();
}

[[gnu::noinline]] void setErrno(int32 e) {
  __asm__ volatile("" ::: "memory");
  *gort_errno_location() = e;
}

}  // namespace gort

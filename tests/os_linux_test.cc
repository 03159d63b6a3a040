// arch/os_linux.h and arch/syscall_linux.h: the process and its kernel.
#include "arch/os_linux.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "arch/atomic.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"

namespace {

using namespace gort;

TEST(OsLinux, OsinitFindsOutAboutTheMachine) {
  osinit();
  EXPECT_EQ(physPageSize, static_cast<uintptr>(sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(physHugePageSize & (physHugePageSize - 1), 0u);
  EXPECT_EQ(numCPUStartup, getCPUCount());
  EXPECT_NE(startupRand, nullptr);
  EXPECT_EQ(secureMode, getuid() != geteuid());
}

// Two threads that store and then look: never do both miss the other's store. The light side
// stores with one mov, so that without the heavy side's fence they do so within a few rounds.
TEST(OsLinux, AnAsymmetricFenceOrdersStoreAndLook) {
  osinit();
  if (!asymmetricFences) GTEST_SKIP() << "no membarrier, or ThreadSanitizer";
  constexpr int rounds = 5000;
  alignas(64) atomic<int32> x{};
  alignas(64) atomic<int32> y{};
  alignas(64) atomic<int32> turn{};  // 2 per round, both sides add 1 when they have looked
  std::vector<int32> light(rounds), heavy(rounds);
  auto wait = [&turn](int32 until) {
    for (int spins = 0; turn.load(acquire) < until; spins++) {
      if (spins < 10000) {
        procyield(1);
      } else {
        osyield();
      }
    }
  };
  std::thread common([&] {
    for (int32 i = 1; i <= rounds; i++) {
      wait(2 * (i - 1));
      x.store(i, relaxed);
      lightFence();
      light[static_cast<size_t>(i - 1)] = y.load(relaxed);
      turn.add(1, acq_rel);
    }
  });
  for (int32 i = 1; i <= rounds; i++) {
    wait(2 * (i - 1));
    y.store(i, relaxed);
    heavyFence();
    heavy[static_cast<size_t>(i - 1)] = x.load(relaxed);
    turn.add(1, acq_rel);
  }
  common.join();
  for (size_t i = 0; i < rounds; i++) {
    int32 now = static_cast<int32>(i) + 1;
    ASSERT_TRUE(light[i] == now || heavy[i] == now) << "round " << now;
  }
}

TEST(OsLinux, CountsTheProcessorsOfTheAffinityMask) {
  cpu_set_t all;
  ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
  EXPECT_EQ(getCPUCount(), CPU_COUNT(&all));
  std::thread([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE; i++) {
      if (CPU_ISSET(i, &all)) {
        CPU_SET(i, &one);
        break;
      }
    }
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(getCPUCount(), 1);
  }).join();
}

TEST(OsLinux, NanotimeNeverGoesBack) {
  int64 last = nanotime();
  for (int i = 0; i < 10000; i++) {
    const int64 now = nanotime();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(OsLinux, WalltimeIsTheTimeOfDay) {
  const time_t before = std::time(nullptr);
  const wallTime now = walltime();
  EXPECT_GE(now.sec, before);
  EXPECT_LE(now.sec, before + 60);
  EXPECT_GE(now.nsec, 0);
  EXPECT_LT(now.nsec, 1000000000);
  const int64 mono = nanotime();
  const timeNow both = time_now();
  EXPECT_GE(both.sec, now.sec);
  EXPECT_GE(both.mono, mono);
}

TEST(OsLinux, UsleepSleepsAtLeastThatLong) {
  const int64 t0 = nanotime();
  gort::usleep(2000);
  EXPECT_GE(nanotime() - t0, 2000000);
  osyield();
}

TEST(OsLinux, ReadRandomDoesNotRepeat) {
  uint8 a[32] = {}, b[32] = {};
  EXPECT_EQ(readRandom(a, sizeof a), 32);
  EXPECT_EQ(readRandom(b, sizeof b), 32);
  EXPECT_NE(std::memcmp(a, b, sizeof a), 0);
}

TEST(OsLinux, CreateTruncatesAndCloseonexecMarks) {
  std::string name = ::testing::TempDir() + "gort_os_linux_test";
  int32 fd = create(name.c_str(), 0600);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(gort::fcntl(fd, F_GETFD, 0), 0);
  closeonexec(fd);
  EXPECT_EQ(gort::fcntl(fd, F_GETFD, 0), FD_CLOEXEC);
  EXPECT_EQ(gort::write(fd, "abc", 3), 3);
  closefd(fd);
  fd = create(name.c_str(), 0600);
  struct stat st;
  ASSERT_EQ(::fstat(fd, &st), 0);
  EXPECT_EQ(st.st_size, 0);
  closefd(fd);
  EXPECT_EQ(gort::access(name.c_str(), R_OK), 0);
  ::unlink(name.c_str());
  EXPECT_EQ(gort::access(name.c_str(), R_OK), -ENOENT);
}

TEST(OsLinux, NonblockingPipeDoesNotBlock) {
  auto [r, w, err] = nonblockingPipe();
  ASSERT_EQ(err, 0);
  char c;
  EXPECT_EQ(gort::read(r, &c, 1), -EAGAIN);
  EXPECT_EQ(gort::write(w, "x", 1), 1);
  EXPECT_EQ(gort::read(r, &c, 1), 1);
  EXPECT_EQ(c, 'x');
  EXPECT_EQ(gort::fcntl(r, F_GETFD, 0), FD_CLOEXEC);
  EXPECT_EQ(gort::fcntl(w, F_GETFD, 0), FD_CLOEXEC);
  closefd(r);
  closefd(w);
}

// Exits with 0 if checkfds opens /dev/null in place of closed descriptors.
[[noreturn]] void closeAndCheckfds() {
  closefd(0);
  closefd(1);
  checkfds();
  struct stat null;
  bool ok = ::stat("/dev/null", &null) == 0;
  for (int fd : {0, 1}) {
    struct stat st;
    ok = ok && ::fstat(fd, &st) == 0 && st.st_rdev == null.st_rdev;
  }
  std::_Exit(ok ? 0 : 1);
}

TEST(OsLinuxDeathTest, CheckfdsOpensWhatIsClosed) {
  EXPECT_EXIT(closeAndCheckfds(), ::testing::ExitedWithCode(0), "");
}

TEST(OsLinux, RetryOnEAGAINTriesUntilSomethingElseHappens) {
  int calls = 0;
  EXPECT_EQ(retryOnEAGAIN([&] { return ++calls < 3 ? EAGAIN : 0; }), 0);
  EXPECT_EQ(calls, 3);
  calls = 0;
  EXPECT_EQ(retryOnEAGAIN([&] { return ++calls, ENOMEM; }), ENOMEM);
  EXPECT_EQ(calls, 1);
  calls = 0;
  EXPECT_EQ(retryOnEAGAIN([&] { return ++calls, EAGAIN; }), EAGAIN);
  EXPECT_EQ(calls, 20);
}

TEST(OsLinux, ErrnoIsTheThreadsOwn) {
  setErrno(EPIPE);
  EXPECT_EQ(errno, EPIPE);
  std::thread([] {
    EXPECT_EQ(getErrno(), 0);
    setErrno(EDOM);
  }).join();
  EXPECT_EQ(getErrno(), EPIPE);
  errno = 0;
  EXPECT_EQ(getErrno(), 0);
}

TEST(SyscallLinux, ErrorsAreNegativeAndLeaveErrnoAlone) {
  errno = 0;
  EXPECT_EQ(closefd(-1), -EBADF);
  EXPECT_EQ(gort::open("/does/not/exist", O_RDONLY, 0), -ENOENT);
  EXPECT_EQ(gort::munmap(reinterpret_cast<void*>(1), 4096), -EINVAL);
  EXPECT_EQ(errno, 0);
}

TEST(SyscallLinux, AllSixArgumentsArrive) {
  // mmap uses six, and each one matters here: the second page of a file, read-only, at a place.
  std::string name = ::testing::TempDir() + "gort_syscall_linux_test";
  const int32 fd = gort::open(name.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::ftruncate(fd, 8192), 0);
  ASSERT_EQ(::pwrite(fd, "second", 6, 4096), 6);
  auto hint = gort::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  auto [p, err] = gort::mmap(hint.p, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 4096);
  ASSERT_EQ(err, 0);
  EXPECT_EQ(p, hint.p);
  EXPECT_STREQ(static_cast<char*>(p), "second");
  EXPECT_EQ(gort::munmap(p, 4096), 0);
  closefd(fd);
  ::unlink(name.c_str());
  EXPECT_EQ(gort::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, -1, 0).err, EBADF);
}

TEST(SyscallLinux, FutexComparesWaitsAndWakes) {
  uint32 word = 1;
  EXPECT_EQ(futex(&word, FUTEX_WAIT_PRIVATE, 2, nullptr, nullptr, 0), -EAGAIN);
  timespec ts;
  setNsec(&ts, 1000000);
  EXPECT_EQ(futex(&word, FUTEX_WAIT_PRIVATE, 1, &ts, nullptr, 0), -ETIMEDOUT);
  EXPECT_EQ(futex(&word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0), 0);
}

TEST(SyscallLinux, KnowsItsIds) {
  EXPECT_EQ(gort::getpid(), ::getpid());
  EXPECT_EQ(gort::gettid(), static_cast<uint32>(::syscall(SYS_gettid)));
  EXPECT_EQ(gort::tgkill(gort::getpid(), gort::gettid(), 0), 0);
}

TEST(SyscallLinuxDeathTest, ExitAndRaiseEndTheProcess) {
  EXPECT_EXIT(gort::exit(7), ::testing::ExitedWithCode(7), "");
  EXPECT_EXIT(
      {
        ::signal(SIGTERM, SIG_DFL);
        gort::raise(SIGTERM);
      },
      ::testing::KilledBySignal(SIGTERM), "");
}

TEST(Defs, SignalSets) {
  gort::sigset s = {};
  gort::sigaddset(&s, SIGURG);
  gort::sigaddset(&s, 64);
  EXPECT_EQ(s.mask[0], 1u << (SIGURG - 1));
  EXPECT_EQ(s.mask[1], 1u << 31);
  gort::sigdelset(&s, SIGURG);
  EXPECT_EQ(s.mask[0], 0u);
  gort::sigfillset(&s);
  EXPECT_EQ(s.mask[0] & s.mask[1], ~0u);

  gort::sigset old;
  s = {};
  gort::sigaddset(&s, SIGUSR2);
  gort::sigprocmask(SIG_BLOCK, &s, &old);
  sigset_t libc;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &libc);
  EXPECT_EQ(::sigismember(&libc, SIGUSR2), 1);
  gort::sigprocmask(SIG_SETMASK, &old, nullptr);
}

}  // namespace

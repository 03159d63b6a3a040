// Memory from the system: the states of a region, what may be done in each, and the
// counters.
//
// Go: runtime/mem.go (the comment; Go tests it through the heap)

#include "alloc/mem.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstring>

#include "alloc/mstats.h"
#include "arch/os_linux.h"
#include "arch/syscall_linux.h"

namespace gort {
namespace {

struct counted {
  uint64 stat;
  int64 ready;
  friend bool operator==(const counted&, const counted&) = default;
};

constinit sysMemStat stat;

counted counters() { return {stat.load(), memstats.mappedReady.load(relaxed)}; }

// Whether the byte at p can be read, asked of the kernel.
bool readable(void* p) {
  int32 fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  bool ok = gort::write(fds[1], p, 1) == 1;
  closefd(fds[0]);
  closefd(fds[1]);
  return ok;
}

constexpr uintptr n = 1 << 20;

TEST(Mem, AllocIsReadyAndZeroAndFreeUndoesIt) {
  counted before = counters();
  auto* p = static_cast<char*>(sysAlloc(n, &stat, "test"));
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr>(p) % physPageSize, 0u);
  EXPECT_EQ(p[0], 0);
  EXPECT_EQ(p[n - 1], 0);
  std::memset(p, 1, n);
  EXPECT_EQ(counters(), (counted{before.stat + n, before.ready + int64(n)}));
  sysFree(p, n, &stat);
  EXPECT_FALSE(readable(p));
  EXPECT_EQ(counters(), before);
}

TEST(Mem, FailureIsNullAndCountsNothing) {
  counted before = counters();
  EXPECT_EQ(sysAlloc(uintptr{1} << 47, &stat, "test"), nullptr);
  EXPECT_EQ(sysReserve(nullptr, uintptr{1} << 60, "test"), nullptr);
  EXPECT_EQ(sysReserveAligned(nullptr, uintptr{1} << 60, 1 << 20, "test"), nullptr);
  EXPECT_EQ(counters(), before);
}

TEST(Mem, ReservedBecomesUsableByMapAndUsed) {
  counted before = counters();
  void* p = sysReserve(nullptr, n, "test");
  ASSERT_NE(p, nullptr);
  EXPECT_FALSE(readable(p));
  EXPECT_EQ(counters(), before) << "address space is no memory";

  sysMap(p, n, &stat, "test");
  EXPECT_EQ(counters(), (counted{before.stat + n, before.ready}));
  sysUsed(p, n, n);
  EXPECT_EQ(counters(), (counted{before.stat + n, before.ready + int64(n)}));
  std::memset(p, 1, n);

  sysUnused(p, n);
  EXPECT_EQ(counters(), (counted{before.stat + n, before.ready}));
  sysUsed(p, n, n);
  std::memset(p, 2, n);

  sysFault(p, n);
  EXPECT_FALSE(readable(p));
  EXPECT_EQ(counters(), (counted{before.stat + n, before.ready}));
  sysUnreserve(p, n);
  stat.add(-int64(n));
  EXPECT_EQ(counters(), before);
}

TEST(Mem, ReserveTakesTheHintIfItIsFree) {
  void* hint = sysReserve(nullptr, n, "test");
  sysUnreserve(hint, n);
  void* p = sysReserve(hint, n, "test");
  EXPECT_EQ(p, hint);
  void* other = sysReserve(hint, n, "test");
  EXPECT_NE(other, hint);
  EXPECT_NE(other, nullptr);
  sysUnreserve(p, n);
  sysUnreserve(other, n);
}

TEST(Mem, ReserveAlignedIsAlignedAndExact) {
  for (uintptr align = 4096; align <= (uintptr{1} << 30); align *= 8) {
    void* p = sysReserveAligned(nullptr, n, align, "test");
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr>(p) % align, 0u);
    // What was reserved for the alignment is free again: the page behind can be had.
    void* behind = static_cast<char*>(p) + n;
    void* q = sysReserve(behind, physPageSize, "test");
    EXPECT_EQ(q, behind);
    sysUnreserve(q, physPageSize);
    // With a hint that is taken already.
    void* other = sysReserveAligned(p, n, align, "test");
    EXPECT_NE(other, p);
    EXPECT_EQ(reinterpret_cast<uintptr>(other) % align, 0u);
    sysUnreserve(other, n);
    sysUnreserve(p, n);
  }
}

TEST(MemStat, AddsAndSubtracts) {
  sysMemStat s = {};
  s.add(100);
  s.add(-40);
  EXPECT_EQ(s.load(), 60u);
}

}  // namespace
}  // namespace gort

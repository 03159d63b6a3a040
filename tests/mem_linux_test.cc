// arch/mem_linux.h: what happens to pages.
#include "arch/mem_linux.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <string>

#include "arch/os_linux.h"
#include "arch/stubs.h"
#include "arch/syscall_linux.h"
#include "runtime/debug_state.h"

namespace {

using namespace gort;

class MemLinux : public ::testing::Test {
 protected:
  static constexpr uintptr size = 64 << 10;
  int32 madvdontneed = debug.madvdontneed, harddecommit = debug.harddecommit,
        decoratemappings = debug.decoratemappings;

  void SetUp() override { osinit(); }
  void TearDown() override {
    debug.madvdontneed = madvdontneed;
    debug.harddecommit = harddecommit;
    debug.decoratemappings = decoratemappings;
  }

  static bool allZero(const void* p, uintptr n) {
    const char* c = static_cast<const char*>(p);
    return n == 0 || (c[0] == 0 && std::memcmp(c, c + 1, n - 1) == 0);
  }
  // Whether the kernel can read a byte there; no fault if not.
  static bool readable(const void* p) {
    auto [r, w, err] = nonblockingPipe();
    const bool ok = gort::write(w, p, 1) == 1;
    closefd(r);
    closefd(w);
    return ok;
  }
  // The line of /proc/self/maps that p is in.
  static std::string mapping(const void* p) {
    std::ifstream f("/proc/self/maps");
    for (std::string line; std::getline(f, line);) {
      unsigned long lo = 0, hi = 0;
      std::sscanf(line.c_str(), "%lx-%lx", &lo, &hi);
      if (lo <= reinterpret_cast<uintptr>(p) && reinterpret_cast<uintptr>(p) < hi) return line;
    }
    return "";
  }
};

TEST_F(MemLinux, AllocatedMemoryIsZeroAndOurs) {
  void* p = sysAllocOS(size, "test");
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(allZero(p, size));
  std::memset(p, 1, size);
  sysFreeOS(p, size);
  EXPECT_FALSE(readable(p));
}

TEST_F(MemLinux, MoreThanThereIsGivesNull) {
  EXPECT_EQ(sysAllocOS(uintptr{1} << 60, "test"), nullptr);
  EXPECT_EQ(sysReserveOS(nullptr, uintptr{1} << 60, "test"), nullptr);
}

TEST_F(MemLinux, ReservedSpaceIsUsableOnceMapped) {
  // Far more than there is memory.
  constexpr uintptr large = uintptr{1} << 40;
  void* p = sysReserveOS(nullptr, large, "test");
  ASSERT_NE(p, nullptr);
  EXPECT_FALSE(readable(p));
  sysMapOS(p, size, "test");
  EXPECT_TRUE(allZero(p, size));
  std::memset(p, 1, size);
  EXPECT_FALSE(readable(add(p, size)));
  sysFreeOS(p, large);
}

TEST_F(MemLinux, AReservationIsPutWhereItIsAskedFor) {
  void* p = sysReserveOS(nullptr, size, "test");
  sysFreeOS(p, size);
  EXPECT_EQ(sysReserveOS(p, size, "test"), p);
  // Taken already: somewhere else.
  void* q = sysReserveOS(p, size, "test");
  EXPECT_NE(q, p);
  EXPECT_NE(q, nullptr);
  sysFreeOS(p, size);
  sysFreeOS(q, size);
}

TEST_F(MemLinux, UnusedPagesComeBackZero) {
  debug.madvdontneed = 1;
  EXPECT_FALSE(needZeroAfterSysUnusedOS());
  void* p = sysAllocOS(size, "test");
  std::memset(p, 1, size);
  sysUnusedOS(p, size / 2);
  sysUsedOS(p, size / 2);
  EXPECT_TRUE(allZero(p, size / 2));
  EXPECT_EQ(*static_cast<char*>(add(p, size / 2)), 1);
  sysFreeOS(p, size);
}

TEST_F(MemLinux, UnusedPagesMayKeepTheirContentWithMadvFree) {
  debug.madvdontneed = 0;
  EXPECT_TRUE(needZeroAfterSysUnusedOS());
  void* p = sysAllocOS(size, "test");
  std::memset(p, 1, size);
  sysUnusedOS(p, size);
  sysUsedOS(p, size);
  std::memset(p, 2, size);  // ours again, whatever was there
  EXPECT_EQ(*static_cast<char*>(p), 2);
  sysFreeOS(p, size);
}

TEST_F(MemLinux, HarddecommitMakesUnusedPagesInaccessible) {
  debug.harddecommit = 1;
  void* p = sysAllocOS(size, "test");
  std::memset(p, 1, size);
  sysUnusedOS(p, size);
  EXPECT_FALSE(readable(p));
  sysUsedOS(p, size);
  EXPECT_TRUE(allZero(p, size));
  std::memset(p, 1, size);
  sysFreeOS(p, size);
}

TEST_F(MemLinux, AFaultingRangeCannotBeRead) {
  void* p = sysAllocOS(size, "test");
  std::memset(p, 1, size);
  sysFaultOS(p, size);
  EXPECT_FALSE(readable(p));
  sysFreeOS(p, size);
}

TEST_F(MemLinux, HugePageHintsLeaveTheContentAlone) {
  constexpr uintptr large = 8 << 20;
  void* p = sysAllocOS(large, "test");
  std::memset(p, 1, large);
  sysHugePageOS(p, large);
  sysHugePageCollapseOS(p, large);
  sysNoHugePageOS(p, large);
  const char* c = static_cast<char*>(p);
  EXPECT_EQ(c[0], 1);
  EXPECT_EQ(std::memcmp(c, c + 1, large - 1), 0);
  sysFreeOS(p, large);
}

TEST_F(MemLinux, MappingsAreNamedIfWanted) {
  debug.decoratemappings = 1;
  void* p = sysAllocOS(size, "a test region");
  const std::string named = mapping(p);
  sysFreeOS(p, size);
  if (named.find("[anon:") == std::string::npos) GTEST_SKIP() << "a kernel without names";
  EXPECT_NE(named.find("[anon: Go: a test region]"), std::string::npos) << named;

  const std::string longer(200, 'x');  // cut to what the kernel takes
  p = sysAllocOS(size, longer.c_str());
  EXPECT_NE(mapping(p).find("[anon: Go: " + std::string(74, 'x') + "]"), std::string::npos);
  sysFreeOS(p, size);

  debug.decoratemappings = 0;
  p = sysAllocOS(size, "a test region");
  EXPECT_EQ(mapping(p).find("a test region"), std::string::npos);
  sysFreeOS(p, size);
}

using MemLinuxDeathTest = MemLinux;

TEST_F(MemLinuxDeathTest, UnalignedRangesThrow) {
  void* p = sysAllocOS(size, "test");
  EXPECT_DEATH(sysUnusedOS(add(p, 1), physPageSize), "fatal error: unaligned sysUnused");
  EXPECT_DEATH(sysUnusedOS(p, physPageSize + 1), "fatal error: unaligned sysUnused");
  EXPECT_DEATH(sysNoHugePageOS(add(p, 1), size), "fatal error: unaligned sysNoHugePageOS");
  EXPECT_DEATH(sysHugePageCollapseOS(add(p, 1), size), "fatal error: unaligned sysHugePage");
  sysFreeOS(p, size);
}

TEST_F(MemLinuxDeathTest, MappingOutOfMemoryThrows) {
  EXPECT_DEATH(sysMapOS(nullptr, uintptr{1} << 60, "test"), "fatal error: runtime: out of memory");
}

}  // namespace

// The CPU limit of the process's cgroup: the texts it is read from, and what follows for
// GOMAXPROCS.
//
// Go: internal/runtime/cgroup/cgroup_test.go, line_reader_test.go

#include "sched/cgroup_linux.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

namespace gort::cgroup {
namespace {

// A text as a file, handed out in pieces of at most `piece` bytes.
struct textFile {
  std::string text;
  size_t piece = 1 << 20;
  size_t pos = 0;

  reader read() {
    return {[](void* arg, char* b, intgo n) {
              auto* f = static_cast<textFile*>(arg);
              size_t len = std::min({size_t(n), f->piece, f->text.size() - f->pos});
              std::memcpy(b, f->text.data() + f->pos, len);
              f->pos += len;
              return intgo(len);
            },
            this};
  }
};

// ---- Lines ------------------------------------------------------------------------------

struct lineAndError {
  std::string line;
  error err;
  friend bool operator==(const lineAndError&, const lineAndError&) = default;
};

std::vector<lineAndError> linesOf(const std::string& text, size_t buffer, size_t piece) {
  textFile f{text, piece};
  std::vector<char> scratch(buffer);
  lineReader l(f.read(), scratch);
  std::vector<lineAndError> got;
  for (;;) {
    error err = l.next();
    if (err == error::eof) return got;
    got.push_back({std::string(l.line()), err});
    if (got.size() > 100) return got;
  }
}

TEST(LineReader, ReadsLinesThatFit) {
  using L = std::vector<lineAndError>;
  EXPECT_EQ(linesOf("", 16, 100), L{});
  EXPECT_EQ(linesOf("a\n", 16, 100), (L{{"a", error::none}}));
  EXPECT_EQ(linesOf("one\n\ntwo\n", 16, 100),
            (L{{"one", error::none}, {"", error::none}, {"two", error::none}}));
}

TEST(LineReader, CutsALineThatDoesNotFitAndGoesOnBehindIt) {
  using L = std::vector<lineAndError>;
  EXPECT_EQ(linesOf("0123456789abcdef\nnext\n", 8, 100),
            (L{{"01234567", error::incompleteLine}, {"next", error::none}}));
  std::string longLine(100, 'x');
  EXPECT_EQ(linesOf("a\n" + longLine + "\nb\n", 8, 100),
            (L{{"a", error::none}, {"xxxxxxxx", error::incompleteLine}, {"b", error::none}}));
}

TEST(LineReader, ALastLineWithoutANewlineIsIncomplete) {
  using L = std::vector<lineAndError>;
  EXPECT_EQ(linesOf("a\nb", 16, 100), (L{{"a", error::none}, {"b", error::incompleteLine}}));
}

TEST(LineReader, FailsWhenReadingFails) {
  reader bad{[](void*, char*, intgo) { return intgo{-5}; }, nullptr};
  char scratch[16];
  EXPECT_EQ(lineReader(bad, scratch).next(), error::syscallFailed);
}

// ---- Limits -----------------------------------------------------------------------------

TEST(ParseV1Number, IsADecimalAndANewline) {
  auto parse = [](std::string_view s) { return parseV1Number(s); };
  EXPECT_EQ(parse("-1\n").value, -1);
  EXPECT_EQ(parse("500000\n").value, 500000);
  EXPECT_EQ(parse("9223372036854775807\n").value, INT64_MAX);
  for (const char* bad :
       {"500000", "123max\n", "1000 5000\n", "\n", "", "-\n", "9223372036854775808\n"}) {
    EXPECT_EQ(parse(bad).err, error::malformedFile) << bad;
  }
}

TEST(ParseV2Limit, IsQuotaOverPeriod) {
  EXPECT_EQ(parseV2Limit("500000 100000\n").limit, 5);
  EXPECT_EQ(parseV2Limit("50000 100000\n").limit, 0.5);
  EXPECT_EQ(parseV2Limit("250000 100000\n").limit, 2.5);
  EXPECT_EQ(parseV2Limit("9223372036854775807 9223372036854775807\n").limit, 1);
  EXPECT_TRUE(parseV2Limit("50000 100000\n").ok);
  limitResult none = parseV2Limit("max 100000\n");
  EXPECT_FALSE(none.ok);
  EXPECT_EQ(none.err, error::none);
  for (const char* bad : {"500000 100000", "500000\n", "500000us 100000\n", "500000 100000us\n"}) {
    EXPECT_EQ(parseV2Limit(bad).err, error::malformedFile) << bad;
  }
}

TEST(ContainsCPU, LooksForAWholeName) {
  for (const char* yes : {"cpu", "memory,cpu", "cpu,memory", "memory,cpu,block", "cpu,cpuacct"}) {
    EXPECT_TRUE(containsCPU(yes)) << yes;
  }
  for (const char* no : {"", ",", "memory,cpuacct,block", "cpuset", "xcpu"}) {
    EXPECT_FALSE(containsCPU(no)) << no;
  }
}

// ---- /proc/self/cgroup --------------------------------------------------------------------

struct path {
  std::string text;
  Version version;
  error err;
  friend bool operator==(const path&, const path&) = default;
};

path cgroupOf(const std::string& text) {
  textFile f{text};
  static char out[PathSize], scratch[ParseSize];
  pathResult r = parseCPUCgroup(f.read(), out, scratch);
  return {std::string(out, size_t(r.n)), r.version, r.err};
}

TEST(ParseCPUCgroup, PrefersAHierarchyWithTheCPUController) {
  EXPECT_EQ(cgroupOf("2:cpu,cpuacct:/a/b/cpu\n1:blkio:/a/b/blkio\n"),
            (path{"/a/b/cpu", Version::V1, error::none}));
  EXPECT_EQ(cgroupOf("0::/a/b/c\n"), (path{"/a/b/c", Version::V2, error::none}));
  EXPECT_EQ(cgroupOf("2:cpu,cpuacct:/a/b/cpu\n1:blkio:/a/b/blkio\n0::/a/b/v2\n"),
            (path{"/a/b/cpu", Version::V1, error::none}));
  EXPECT_EQ(cgroupOf("0::/a/b/v2\n1:blkio:/x\n"), (path{"/a/b/v2", Version::V2, error::none}));
  EXPECT_EQ(cgroupOf("0::/with:colon\n"), (path{"/with:colon", Version::V2, error::none}));
}

TEST(ParseCPUCgroup, RefusesWhatItDoesNotUnderstand) {
  for (const char* bad : {"\n", "0\n", "0:\n", "0::\n", "0::a\n"}) {
    EXPECT_EQ(cgroupOf(bad).err, error::malformedFile) << bad;
  }
  EXPECT_EQ(cgroupOf("").err, error::noCgroup);
  EXPECT_EQ(cgroupOf("1:blkio:/x\n").err, error::noCgroup);
  EXPECT_EQ(cgroupOf("0::/" + std::string(PathSize + 10, 'a') + "\n").err, error::pathTooLong);
  EXPECT_EQ(cgroupOf("0::/" + std::string(ParseSize + 10, 'a') + "\n").err, error::incompleteLine);
}

// ---- /proc/self/mountinfo -------------------------------------------------------------------

path mountOf(const std::string& text, const std::string& cgroup, Version version) {
  textFile f{text};
  static char out[PathSize], scratch[ParseSize];
  // As FindCPU calls it: the cgroup stands where the result goes.
  std::memcpy(out, cgroup.data(), cgroup.size());
  pathResult r = parseCPUMount(f.read(), out, {out, cgroup.size()}, version, scratch);
  return {std::string(out, size_t(r.n)), r.version, r.err};
}

// Mounts of a system with both versions.
const char* const mixed =
    "22 1 8:1 / / rw,relatime - ext4 /dev/root rw\n"
    "20 22 0:19 / /proc rw,nosuid,nodev,noexec - proc proc rw\n"
    "21 22 0:20 / /sys rw,nosuid,nodev,noexec - sysfs sysfs rw\n"
    "25 21 0:22 / /sys/fs/cgroup rw,nosuid,nodev,noexec - cgroup2 cgroup2 rw\n"
    "49 22 0:37 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "56 22 0:40 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
    "59 22 0:43 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n";

TEST(ParseCPUMount, FindsTheMountOfTheVersion) {
  EXPECT_EQ(mountOf(mixed, "/", Version::V1),
            (path{"/sys/fs/cgroup/cpu", Version::V1, error::none}));
  EXPECT_EQ(mountOf(mixed, "/", Version::V2), (path{"/sys/fs/cgroup", Version::V2, error::none}));
  EXPECT_EQ(mountOf(mixed, "/a/b", Version::V2).text, "/sys/fs/cgroup/a/b");
  EXPECT_EQ(mountOf(mixed, "/a/b", Version::V1).text, "/sys/fs/cgroup/cpu/a/b");
  EXPECT_EQ(mountOf("22 1 8:1 / / rw - ext4 /dev/root rw\n", "/", Version::V2).err,
            error::noCgroup);
}

TEST(ParseCPUMount, TakesTheMountsRootOffThePath) {
  auto at = [](const char* root, const char* cgroup) {
    return mountOf(
        std::string("25 21 0:22 ") + root + " /mnt rw shared:1 master:2 - cgroup2 x rw\n", cgroup,
        Version::V2);
  };
  EXPECT_EQ(at("/sandbox", "/sandbox/container").text, "/mnt/container");
  EXPECT_EQ(at("/sandbox/container", "/sandbox/container").text, "/mnt");
  EXPECT_EQ(at("/", "/sandbox/container").text, "/mnt/sandbox/container");
  EXPECT_EQ(at("/sand", "/sandbox/container").err, error::noCgroup);
  EXPECT_EQ(at("/other", "/sandbox").err, error::noCgroup);
  // Outside of the cgroup namespace.
  EXPECT_EQ(at("/", "/../../init").err, error::noCgroup);
  EXPECT_EQ(at("/..", "/../../init").err, error::noCgroup);
  EXPECT_EQ(at("/../..", "/../../init").text, "/mnt/init");
  EXPECT_EQ(at("/../../init", "/../../init").text, "/mnt");
}

TEST(ParseCPUMount, UndoesTheKernelsEscapes) {
  EXPECT_EQ(mountOf("25 21 0:22 / /sys/tab\\011tab rw - cgroup2 x rw\n", "/", Version::V2).text,
            "/sys/tab\ttab");
  EXPECT_EQ(mountOf("25 21 0:22 /a\\040b /mnt rw - cgroup2 x rw\n", "/a b/c", Version::V2).text,
            "/mnt/c");
  EXPECT_EQ(mountOf("25 21 0:22 /\\1 /mnt rw - cgroup2 x rw\n", "/", Version::V2).err,
            error::invalidEscape);
  EXPECT_EQ(mountOf("25 21 0:22 / /mnt/\\1 rw - cgroup2 x rw\n", "/", Version::V2).err,
            error::invalidEscape);
  EXPECT_EQ(mountOf("25 21 0:22 / /mnt/\\777 rw - cgroup2 x rw\n", "/", Version::V2).err,
            error::invalidEscape);
}

TEST(ParseCPUMount, OptionsMayBeLongerThanTheBuffer) {
  std::string overlay = "31 22 0:29 / /overlay rw - overlay overlay rw,lowerdir=";
  overlay.append(3 * ParseSize, 'x');
  EXPECT_EQ(mountOf(overlay + "\n" + mixed, "/", Version::V2).text, "/sys/fs/cgroup");
}

TEST(ParseCPUMount, RefusesLinesWithoutTheFields) {
  for (const char* bad : {"\n", "22 1 8:1\n", "22 1 8:1 / /\n", "22 1 8:1 / / rw\n",
                          "22 1 8:1 x / rw - cgroup2 x rw\n", "22 1 8:1 / / rw - cgroup2\n"}) {
    EXPECT_EQ(mountOf(bad, "/", Version::V2).err, error::malformedFile) << bad;
  }
}

TEST(ParseCPUMount, RefusesAPathThatIsTooLong) {
  std::string cgroup = "/" + std::string(PathSize - 10, 'a');
  EXPECT_EQ(mountOf(mixed, cgroup, Version::V2).err, error::pathTooLong);
}

TEST(UnescapePath, WorksInPlace) {
  char text[] = "a\\040b\\134c";
  std::string_view in(text);
  EXPECT_EQ(unescapedLen(in), 5);
  pathResult r = unescapePath({text, sizeof text - 1}, in);
  EXPECT_EQ(r.err, error::none);
  EXPECT_EQ(std::string(text, size_t(r.n)), "a b\\c");
}

// ---- Files ------------------------------------------------------------------------------

int32 fileWith(const char* text) {
  int fd = memfd_create("cgroup", MFD_CLOEXEC);
  EXPECT_EQ(pwrite(fd, text, std::strlen(text), 0), ssize_t(std::strlen(text)));
  return fd;
}

TEST(ReadCPULimit, ReadsTheFilesAnewEachTime) {
  CPU v2{Version::V2, fileWith("150000 100000\n"), -1};
  EXPECT_EQ(ReadCPULimit(v2).limit, 1.5);
  EXPECT_EQ(ReadCPULimit(v2).limit, 1.5);
  EXPECT_EQ(pwrite(v2.quotaFD, "450000", 6, 0), 6);
  EXPECT_EQ(ReadCPULimit(v2).limit, 4.5);
  v2.Close();

  CPU v1{Version::V1, fileWith("300000\n"), fileWith("100000\n")};
  EXPECT_EQ(ReadCPULimit(v1).limit, 3);
  EXPECT_EQ(ftruncate(v1.quotaFD, 0), 0);
  EXPECT_EQ(pwrite(v1.quotaFD, "-1\n", 3, 0), 3);
  EXPECT_FALSE(ReadCPULimit(v1).ok);
  EXPECT_EQ(ReadCPULimit(v1).err, error::none);
  v1.Close();
  EXPECT_EQ(ReadCPULimit(v1).err, error::syscallFailed);
}

TEST(OpenCPU, FindsOurOwnGroupOrSaysThereIsNone) {
  std::vector<char> scratch(ScratchSize);
  CPU cpu;
  error err = OpenCPU(&cpu, scratch);
  if (err != error::none) {
    // The root group of version 2 has no limit file; some systems have no cgroups.
    EXPECT_TRUE(err == error::noCgroup || err == error::syscallFailed);
    return;
  }
  EXPECT_EQ(ReadCPULimit(cpu).err, error::none);
  cpu.Close();
}

TEST(AdjustGOMAXPROCS, WithoutALimitItIsTheNumberOfProcessors) {
  // This test program has not looked for its group.
  EXPECT_EQ(adjustCgroupGOMAXPROCS(8), 8);
}

}  // namespace
}  // namespace gort::cgroup

// cgroup_linux.h: how much processor time the process's control group allows.
//
// GOMAXPROCS is, unless somebody sets it, no more than the CPU limit of the
// cgroup that the process is in: quota per period, both versions of cgroups. The
// limit's file is found once, through /proc/self/cgroup and /proc/self/mountinfo,
// and stays open; reading it again gives the limit of that moment. A tighter
// limit of a parent group is not seen, nor a move to another group.
//
// Go: runtime/cgroup_linux.go, internal/runtime/cgroup
//
// Differs from Go: texts are string_views into a scratch buffer, which is mapped
// for the moment of parsing and not part of .bss, where the collector would look
// for pointers in it. The parser's pieces are in namespace cgroup for its tests.
#ifndef GORT_SCHED_CGROUP_LINUX_H_
#define GORT_SCHED_CGROUP_LINUX_H_

#include <gort/types.h>

#include <span>
#include <string_view>

namespace gort {

// defaultGOMAXPROCSInit finds the cgroup. After GODEBUG has been parsed;
// containermaxprocs=0 means to ignore cgroups.
void defaultGOMAXPROCSInit();

// adjustCgroupGOMAXPROCS returns procs, or the CPU limit of the cgroup if that is
// lower: rounded up to a whole number, and at least 2.
int32 adjustCgroupGOMAXPROCS(int32 procs);

namespace cgroup {

enum class error {
  none,
  noCgroup,  // the process is in no CPU cgroup
  malformedFile,
  incompleteLine,  // the line is longer than the buffer
  syscallFailed,
  eof,
  invalidEscape,
  pathTooLong,
};

enum class Version : int32 { unknown = 0, V1 = 1, V2 = 2 };

inline constexpr intgo PathSize = 4096;                     // the longest path
inline constexpr intgo ParseSize = 4 * 4 * PathSize;        // a line with escaped paths in it
inline constexpr intgo ScratchSize = PathSize + ParseSize;  // what OpenCPU needs

// A CPU holds the open files of a cgroup's limit.
struct CPU {
  Version version = Version::unknown;
  int32 quotaFD = -1;   // v1: cpu.cfs_quota_us; v2: cpu.max
  int32 periodFD = -1;  // v1: cpu.cfs_period_us; v2: none

  void Close() const;
};

// A source of text: read(arg, b, n) stores up to n bytes at b and returns how
// many, 0 at the end, negative for an error.
struct reader {
  intgo (*read)(void* arg, char* b, intgo n);
  void* arg;
};

// lineReader reads line by line with one fixed buffer. A line that does not fit
// is cut off; next then returns incompleteLine once, and line what there is.
class lineReader {
 public:
  lineReader(reader r, std::span<char> scratch) : r_(r), scratch_(scratch) {}

  // next goes to the next line: none, incompleteLine, eof or syscallFailed.
  error next();
  // line is the current line without its newline, valid until next.
  std::string_view line() const;

 private:
  reader r_;
  std::span<char> scratch_;
  intgo n_ = 0;         // bytes of scratch in use
  intgo newline_ = -1;  // index of the first newline in them
};

struct limitResult {
  float64 limit;  // processors
  bool ok;        // there is a limit
  error err;
};
struct numberResult {
  int64 value;
  error err;
};
struct pathResult {
  intgo n;  // bytes written to out
  Version version;
  error err;
};

// OpenCPU opens the limit of the cgroup that this process is in.
error OpenCPU(CPU* cpu, std::span<char> scratch);

// ReadCPULimit reads the limit as it is now.
limitResult ReadCPULimit(const CPU& cpu);

// FindCPU writes the path of the cgroup's directory to out.
pathResult FindCPU(std::span<char> out, std::span<char> scratch);

// The parsers. Texts are those of the files named.
numberResult parseV1Number(std::string_view text);  // cpu.cfs_quota_us
limitResult parseV2Limit(std::string_view text);    // cpu.max
// /proc/self/cgroup; writes the cgroup's path within its hierarchy.
pathResult parseCPUCgroup(reader r, std::span<char> out, std::span<char> scratch);
// /proc/self/mountinfo; writes the directory of `cgroup`, which may lie in out.
pathResult parseCPUMount(reader r, std::span<char> out, std::string_view cgroup, Version version,
                         std::span<char> scratch);
// containsCPU reports whether "cpu" is in a comma-separated list.
bool containsCPU(std::string_view list);
// unescapePath copies in to out without the kernel's escapes (\040 for a space).
// The two may be the same place. out has unescapedLen(in) bytes at least.
pathResult unescapePath(std::span<char> out, std::string_view in);
intgo unescapedLen(std::string_view in);

}  // namespace cgroup

}  // namespace gort

#endif  // GORT_SCHED_CGROUP_LINUX_H_

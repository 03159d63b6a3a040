// cgroup_linux.cc: finding and reading the CPU limit (see cgroup_linux.h).
//
// No allocation: it runs before there is an allocator.
//
// Go: runtime/cgroup_linux.go, internal/runtime/cgroup/cgroup.go,
//     cgroup_linux.go, line_reader.go
#include "sched/cgroup_linux.h"

#include <cstring>

#include "arch/mem_linux.h"
#include "arch/os_linux.h"
#include "arch/syscall_linux.h"
#include "arch/upcalls.h"
#include "runtime/debug_state.h"

namespace gort {

namespace {

// Written by defaultGOMAXPROCSInit, before there are other threads.
constinit bool cgroupOK = false;
constinit cgroup::CPU cgroupCPU;

}  // namespace

void defaultGOMAXPROCSInit() {
  if (debug.containermaxprocs <= 0) return;
  constexpr uintptr n = cgroup::ScratchSize;
  void* scratch = sysAllocOS(n, "cgroup");
  if (scratch == nullptr) return;
  cgroup::CPU cpu;
  cgroup::error err = cgroup::OpenCPU(&cpu, {static_cast<char*>(scratch), n});
  sysFreeOS(scratch, n);
  if (err != cgroup::error::none) return;  // most likely there is none
  cgroupCPU = cpu;
  cgroupOK = true;
}

int32 adjustCgroupGOMAXPROCS(int32 procs) {
  if (!cgroupOK) return procs;
  auto [limit, ok, err] = cgroup::ReadCPULimit(cgroupCPU);
  if (err != cgroup::error::none || !ok) return procs;
  if (limit >= float64(procs)) return procs;
  auto n = int32(limit);
  if (float64(n) < limit) n++;
  if (n < 2) n = 2;
  return n < procs ? n : procs;
}

namespace cgroup {

namespace {

using std::string_view;

// Splits *s at the first c: what is before, and in *s what is behind. False if
// there is no c.
bool cutAt(string_view* s, char c, string_view* before) {
  size_t i = s->find(c);
  if (i == string_view::npos) return false;
  *before = s->substr(0, i);
  s->remove_prefix(i + 1);
  return true;
}

// parseInt parses all of s as a decimal int64.
bool parseInt(string_view s, int64* v) {
  bool neg = !s.empty() && s[0] == '-';
  if (neg || (!s.empty() && s[0] == '+')) s.remove_prefix(1);
  if (s.empty()) return false;
  int64 n = 0;
  for (char c : s) {
    if (c < '0' || c > '9') return false;
    if (__builtin_mul_overflow(n, 10, &n)) return false;
    if (neg ? __builtin_sub_overflow(n, c - '0', &n) : __builtin_add_overflow(n, c - '0', &n)) {
      return false;
    }
  }
  *v = n;
  return true;
}

bool hasPathPrefix(string_view p, string_view prefix) {
  if (prefix.size() == 1) return true;  // the root contains everything
  if (!p.starts_with(prefix)) return false;
  return p.size() == prefix.size() || p[prefix.size()] == '/';  // a whole element
}

// The whole file at descriptor fd, from its start, in b; -1 if it cannot be read
// or does not fit.
intgo readFile(int32 fd, std::span<char> b) {
  intgo n = linux_::Syscall(SYS_pread64, fd, b.data(), intgo(b.size()), 0);
  return n < 0 || n == intgo(b.size()) ? -1 : n;
}

// Opens dir/name; dir has room behind its n bytes.
int32 openIn(std::span<char> dir, intgo n, string_view name) {
  if (n + intgo(name.size()) + 1 > intgo(dir.size())) return -1;
  memcpy(dir.data() + n, name.data(), name.size());
  dir[size_t(n) + name.size()] = 0;
  return open(dir.data(), O_RDONLY | O_CLOEXEC, 0);
}

reader fileReader(int32* fd) {
  return {[](void* arg, char* b, intgo n) {
            return intgo(read(*static_cast<int32*>(arg), b, int32(n)));
          },
          fd};
}

}  // namespace

// ---- Lines ------------------------------------------------------------------------

error lineReader::next() {
  // The line before was complete, and its end is in the buffer; or it was cut
  // off, and its end comes first; or there was none.
  bool complete = newline_ >= 0;
  bool first = n_ == 0;
  for (;;) {
    if (complete) {
      n_ -= newline_ + 1;
      std::memmove(scratch_.data(), scratch_.data() + newline_ + 1, size_t(n_));
      newline_ = intgo(string_view(scratch_.data(), size_t(n_)).find('\n'));
      if (newline_ >= 0) return error::none;
    } else {
      n_ = 0;  // of a line that was cut off, the rest is of no use
    }
    intgo got = r_.read(r_.arg, scratch_.data() + n_, intgo(scratch_.size()) - n_);
    if (got < 0) return error::syscallFailed;
    n_ += got;
    if (n_ == 0) return error::eof;
    newline_ = intgo(string_view(scratch_.data(), size_t(n_)).find('\n'));
    if (complete || first) return newline_ < 0 ? error::incompleteLine : error::none;
    if (newline_ < 0) {
      if (got == 0) return error::eof;
      continue;
    }
    complete = true;  // this was the end of the line before
  }
}

string_view lineReader::line() const {
  return {scratch_.data(), size_t(newline_ < 0 ? n_ : newline_)};
}

// ---- Parsing ------------------------------------------------------------------------

numberResult parseV1Number(string_view text) {
  string_view number;
  int64 v;
  if (!cutAt(&text, '\n', &number) || !parseInt(number, &v)) return {0, error::malformedFile};
  return {v, error::none};
}

limitResult parseV2Limit(string_view text) {
  // "quota period\n", in microseconds; a quota of "max" is none.
  string_view quota, period;
  if (!cutAt(&text, ' ', &quota)) return {0, false, error::malformedFile};
  if (quota == "max") return {0, false, error::none};
  int64 q, p;
  if (!cutAt(&text, '\n', &period) || !parseInt(quota, &q) || !parseInt(period, &p)) {
    return {0, false, error::malformedFile};
  }
  return {float64(q) / float64(p), true, error::none};
}

bool containsCPU(string_view list) {
  string_view name;
  while (cutAt(&list, ',', &name)) {
    if (name == "cpu") return true;
  }
  return list == "cpu";
}

pathResult parseCPUCgroup(reader r, std::span<char> out, std::span<char> scratch) {
  // Lines are hierarchy:controllers:path. Version 2 is hierarchy 0. Where a
  // hierarchy of version 1 has the controller "cpu", version 2 has not.
  lineReader l(r, scratch);
  intgo n = 0;
  for (;;) {
    error err = l.next();
    if (err == error::eof) break;
    if (err != error::none) return {0, Version::unknown, err};
    string_view path = l.line(), hierarchy, controllers;
    if (!cutAt(&path, ':', &hierarchy) || !cutAt(&path, ':', &controllers) || path.empty() ||
        path[0] != '/') {
      return {0, Version::unknown, error::malformedFile};
    }
    if (path.size() > out.size()) return {0, Version::unknown, error::pathTooLong};
    if (hierarchy == "0") {
      memcpy(out.data(), path.data(), path.size());
      n = intgo(path.size());
    } else if (containsCPU(controllers)) {
      memcpy(out.data(), path.data(), path.size());
      return {intgo(path.size()), Version::V1, error::none};
    }
  }
  if (n == 0) return {0, Version::unknown, error::noCgroup};
  return {n, Version::V2, error::none};
}

intgo unescapedLen(string_view in) {
  intgo n = intgo(in.size());
  for (char c : in) {
    if (c == '\\') n -= 3;
  }
  return n;
}

pathResult unescapePath(std::span<char> out, string_view in) {
  size_t n = 0, i = 0;
  while (i < in.size()) {
    // Too little room is too many backslashes for what follows them.
    if (n >= out.size()) return {intgo(n), Version::unknown, error::invalidEscape};
    if (in[i] != '\\') {
      out[n++] = in[i++];
      continue;
    }
    if (i + 3 >= in.size()) return {intgo(n), Version::unknown, error::invalidEscape};
    int c = 0;
    for (size_t k = 1; k <= 3; k++) {
      char digit = in[i + k];
      if (digit < '0' || digit > '7') return {intgo(n), Version::unknown, error::invalidEscape};
      c = c * 8 + (digit - '0');
    }
    if (c > 0xff) return {intgo(n), Version::unknown, error::invalidEscape};
    out[n++] = char(c);
    i += 4;
  }
  return {intgo(n), Version::unknown, error::none};
}

pathResult parseCPUMount(reader r, std::span<char> out, string_view cgroup, Version version,
                         std::span<char> scratch) {
  // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
  //  1  2  3    4     5       6          7     8  9      10           11
  // (4) is the root of the mount within its file system, (5) where it is mounted,
  // (7) any number of fields, (8) ends them, (9) the type, (11) options, which may
  // be longer than any buffer; what is needed comes before.
  constexpr auto bad = [](error err) { return pathResult{0, Version::unknown, err}; };
  lineReader l(r, scratch);
  for (;;) {
    error err = l.next();
    if (err == error::eof) break;
    if (err != error::none && err != error::incompleteLine) return bad(err);

    string_view line = l.line(), field, root, mnt, ftype;
    for (int i = 0; i < 3; i++) {
      if (!cutAt(&line, ' ', &field)) return bad(error::malformedFile);
    }
    if (!cutAt(&line, ' ', &root) || root.empty() || root[0] != '/') {
      return bad(error::malformedFile);
    }
    if (!cutAt(&line, ' ', &mnt)) return bad(error::malformedFile);
    size_t sep = line.find(" - ");
    if (sep == string_view::npos) return bad(error::malformedFile);
    line.remove_prefix(sep + 3);
    if (!cutAt(&line, ' ', &ftype)) return bad(error::malformedFile);
    if (version == Version::V1) {
      if (ftype != "cgroup") continue;
      if (!cutAt(&line, ' ', &field)) return bad(error::malformedFile);
      if (!containsCPU(line)) continue;
    } else {
      if (ftype != "cgroup2") continue;
    }

    // The mount shows what is below its root. /sandbox/container is reached
    // through a mount of /sandbox/container, of /sandbox or of /.
    char* rootStart = scratch.data() + (root.data() - scratch.data());
    pathResult u = unescapePath({rootStart, root.size()}, root);
    if (u.err != error::none) return bad(u.err);
    root = {rootStart, size_t(u.n)};
    if (!hasPathPrefix(cgroup, root)) continue;
    // rel is empty or starts with a slash.
    string_view rel = cgroup.substr(root.size());
    if (root.size() == 1 && cgroup.size() > 1) rel = cgroup;
    // "/.." leads out of the namespace, to where this mount cannot reach.
    if (hasPathPrefix(rel, "/..")) continue;

    // rel first, because it may lie where mnt goes.
    intgo n = unescapedLen(mnt);
    if (n < 0) return bad(error::invalidEscape);
    if (size_t(n) + rel.size() > out.size()) return bad(error::pathTooLong);
    std::memmove(out.data() + n, rel.data(), rel.size());
    u = unescapePath(out.first(size_t(n)), mnt);
    if (u.err != error::none) return bad(u.err);
    if (u.n != n) throw_("wrong unescaped len");
    return {n + intgo(rel.size()), version, error::none};
  }
  return bad(error::noCgroup);
}

// ---- Files --------------------------------------------------------------------------

pathResult FindCPU(std::span<char> out, std::span<char> scratch) {
  int32 fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return {0, Version::unknown, error::syscallFailed};
  pathResult rel = parseCPUCgroup(fileReader(&fd), out, scratch);
  closefd(fd);
  if (rel.err != error::none) return rel;

  fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return {0, Version::unknown, error::syscallFailed};
  pathResult dir =
      parseCPUMount(fileReader(&fd), out, {out.data(), size_t(rel.n)}, rel.version, scratch);
  closefd(fd);
  return dir;
}

error OpenCPU(CPU* cpu, std::span<char> scratch) {
  if (intgo(scratch.size()) != ScratchSize) throw_("runtime: cgroup invalid buffer length");
  std::span<char> base = scratch.first(PathSize);
  pathResult dir = FindCPU(base, scratch.subspan(PathSize));
  if (dir.err != error::none) return dir.err;
  *cpu = {};
  // Opening fails when the process was moved since, and the group deleted.
  if (dir.version == Version::V1) {
    cpu->quotaFD = openIn(base, dir.n, "/cpu.cfs_quota_us");
    if (cpu->quotaFD < 0) return error::syscallFailed;
    cpu->periodFD = openIn(base, dir.n, "/cpu.cfs_period_us");
    if (cpu->periodFD < 0) {
      closefd(cpu->quotaFD);
      return error::syscallFailed;
    }
  } else {
    cpu->quotaFD = openIn(base, dir.n, "/cpu.max");
    if (cpu->quotaFD < 0) return error::syscallFailed;
  }
  cpu->version = dir.version;
  return error::none;
}

void CPU::Close() const {
  closefd(quotaFD);
  if (version == Version::V1) closefd(periodFD);
}

limitResult ReadCPULimit(const CPU& cpu) {
  char b[64];  // two int64 and change
  intgo n = readFile(cpu.quotaFD, b);
  if (n < 0) return {0, false, error::syscallFailed};
  if (cpu.version == Version::V2) return parseV2Limit({b, size_t(n)});
  numberResult quota = parseV1Number({b, size_t(n)});
  if (quota.err != error::none) return {0, false, quota.err};
  if (quota.value < 0) return {0, false, error::none};  // no limit
  n = readFile(cpu.periodFD, b);
  if (n < 0) return {0, false, error::syscallFailed};
  numberResult period = parseV1Number({b, size_t(n)});
  if (period.err != error::none) return {0, false, period.err};
  return {float64(quota.value) / float64(period.value), true, error::none};
}

}  // namespace cgroup

}  // namespace gort

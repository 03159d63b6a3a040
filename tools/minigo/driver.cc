// The driver: reads the source, checks it, writes C++, runs the C++ compiler, puts the result in place.
//
// Go: cmd/go/internal/base/base.go (errors), and exec.go of the package beside it that builds
//
// The executable is made beside its final place and renamed, so that a reader sees the old file or
// the new one. Everything else happens in one temporary directory, which goes on every way out, a
// signal's included; only what the C++ compiler refuses is kept, because that is a bug of ours.
#include "tools/minigo/driver.h"

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tools/minigo/check.h"
#include "tools/minigo/gen.h"

extern char** environ;

namespace gort::minigo {
namespace {

namespace fs = std::filesystem;

// Reported as "gort: <text>".
struct Failure {
  std::string text;
};

// errorText is what Go prints for errno e.
std::string errorText(int e) {
  std::string s = std::strerror(e);
  if (!s.empty() && s[0] >= 'A' && s[0] <= 'Z') s[0] = static_cast<char>(s[0] - 'A' + 'a');
  return s;
}

[[noreturn]] void failErrno(const char* op, const std::string& path, int e) {
  throw Failure{std::string(op) + " " + path + ": " + errorText(e)};
}

std::string readFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) failErrno("open", path, errno);
  std::string s;
  char buf[1 << 16];
  for (;;) {
    ssize_t n = read(fd, buf, sizeof buf);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      int e = errno;
      close(fd);
      failErrno("read", path, e);
    }
    if (n == 0) break;
    s.append(buf, static_cast<size_t>(n));
  }
  close(fd);
  return s;
}

void writeFile(const std::string& path, const std::string& text) {
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) failErrno("open", path, errno);
  size_t done = 0;
  while (done < text.size()) {
    ssize_t n = write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      int e = errno;
      close(fd);
      failErrno("write", path, e);
    }
    done += static_cast<size_t>(n);
  }
  if (close(fd) != 0) failErrno("write", path, errno);
}

// --- Interruption ---

volatile std::sig_atomic_t interruptedBy = 0;

void onSignal(int sig) { interruptedBy = sig; }

// While a Cleaner lives, SIGINT, SIGTERM and SIGHUP only set interruptedBy, and the compiler, which
// is in the same process group, dies of them by itself. It removes the temporary files.
class Cleaner {
 public:
  Cleaner() {
    struct sigaction sa = {};
    sa.sa_handler = onSignal;
    for (int s : signals) sigaction(s, &sa, &old_[s]);
  }
  ~Cleaner() {
    std::error_code ignored;
    for (const std::string& p : paths_) fs::remove_all(p, ignored);
    for (int s : signals) sigaction(s, &old_[s], nullptr);
    if (interruptedBy != 0) raise(static_cast<int>(interruptedBy));
  }
  Cleaner(const Cleaner&) = delete;
  Cleaner& operator=(const Cleaner&) = delete;

  void add(const std::string& path) { paths_.push_back(path); }
  void keep(const std::string& path) { std::erase(paths_, path); }

 private:
  static constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};
  std::vector<std::string> paths_;
  struct sigaction old_[NSIG] = {};
};

// --- Where things are ---

fs::path ownDirectory() {
  std::error_code e;
  fs::path p = fs::read_symlink("/proc/self/exe", e);
  return e ? fs::path(".") : p.parent_path();
}

// In a build tree libgort.a and include/ stand beside minigo; installed they are in ../lib, or
// a directory below it, and ../include.
std::string findLibrary() {
  fs::path own = ownDirectory(), prefix = own.parent_path();
  std::error_code e;
  for (const fs::path& dir : {own, prefix / "lib", prefix / "lib64"}) {
    if (fs::exists(dir / "libgort.a", e)) return dir / "libgort.a";
  }
  for (const auto& entry : fs::directory_iterator(prefix / "lib", e)) {
    if (fs::exists(entry.path() / "libgort.a", e)) return entry.path() / "libgort.a";
  }
  throw Failure{"libgort.a is neither beside minigo nor in " + (prefix / "lib").string()};
}

std::string findInclude() {
  fs::path own = ownDirectory(), prefix = own.parent_path();
  std::error_code e;
  for (const fs::path& dir : {own / "include", prefix / "include"}) {
    if (fs::exists(dir / "gort/minigo.h", e)) return dir;
  }
  throw Failure{"gort/minigo.h is neither in " + (own / "include").string() + " nor in " +
                (prefix / "include").string()};
}

bool onPath(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::string dirs = path != nullptr ? path : "/bin:/usr/bin";
  for (size_t i = 0; i <= dirs.size();) {
    size_t j = dirs.find(':', i);
    if (j == std::string::npos) j = dirs.size();
    std::string dir = dirs.substr(i, j - i);
    if (access(((dir.empty() ? "." : dir) + "/" + program).c_str(), X_OK) == 0) return true;
    i = j + 1;
  }
  return false;
}

#if defined(__clang__)
constexpr const char* builtWith[] = {"clang++", "clang++-14", "g++", "c++"};
#else
constexpr const char* builtWith[] = {"g++", "c++", "clang++"};
#endif

// What the library was built with, its users have to be built with.
#if defined(__SANITIZE_ADDRESS__)
const std::vector<std::string> sanitizeFlags = {"-fsanitize=address,undefined"};
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
const std::vector<std::string> sanitizeFlags = {"-fsanitize=address,undefined"};
#elif __has_feature(thread_sanitizer)
// Without entries of functions: ThreadSanitizer has room for 65,536 frames, and Go recurses deeper.
const std::vector<std::string> sanitizeFlags = {"-fsanitize=thread", "-mllvm",
                                                "-tsan-instrument-func-entry-exit=0"};
#else
const std::vector<std::string> sanitizeFlags;
#endif
#else
const std::vector<std::string> sanitizeFlags;
#endif

std::string findCompiler(const DriverOptions& o) {
  std::string wanted = o.cxx;
  if (wanted.empty()) {
    if (const char* env = std::getenv("CXX"); env != nullptr && *env != 0) wanted = env;
  }
  if (!wanted.empty()) {
    if (onPath(wanted)) return wanted;
    throw Failure{"no C++ compiler: " + wanted + " is not on PATH"};
  }
  for (const char* c : builtWith) {
    if (onPath(c)) return c;
  }
  throw Failure{std::string("no C++ compiler: ") + builtWith[0] + " is not on PATH"};
}

// --- The C++ compiler ---

// Signed overflow wraps in Go, pointers of any type may point at the same memory, loops may be
// endless, x*y+z rounds twice, and a recursion without end overflows the stack. The rest is for speed of compilation; warnings about code that nobody
// wrote help nobody.
const char* const compileFlags[] = {"-std=c++20",
                                    "-O2",
                                    "-fwrapv",
                                    "-fno-strict-aliasing",
                                    "-fno-finite-loops",
                                    "-fno-optimize-sibling-calls",
                                    "-ffp-contract=off",
                                    "-fasynchronous-unwind-tables",
                                    "-fno-omit-frame-pointer",
                                    "-fno-stack-protector",
                                    "-fno-pie",
                                    "-w",
                                    "-pipe"};

// run runs a program, appends what it prints to *output and returns its exit status, -1 for a signal.
// The output comes through a pipe and not a file, because it may say that the disk is full.
int run(const std::vector<std::string>& args, std::string* output) {
  std::vector<char*> argv;
  for (const std::string& a : args) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) throw Failure{"pipe: " + errorText(errno)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
  posix_spawn_file_actions_adddup2(&actions, fds[1], 2);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  pid_t pid = 0;
  int e = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(fds[1]);
  if (e == 0) {
    char buf[1 << 12];
    for (;;) {
      ssize_t n = read(fds[0], buf, sizeof buf);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      output->append(buf, static_cast<size_t>(n));
    }
  }
  close(fds[0]);
  if (e != 0) throw Failure{"cannot run " + args[0] + ": " + errorText(e)};
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// firstError is the first line of a compiler's output that reports an error.
std::string firstError(const std::string& output) {
  size_t i = 0;
  while (i < output.size()) {
    size_t j = output.find('\n', i);
    if (j == std::string::npos) j = output.size();
    std::string line = output.substr(i, j - i);
    if (line.find("error") != std::string::npos ||
        line.find("undefined reference") != std::string::npos)
      return line;
    i = j + 1;
  }
  return output.substr(0, output.find('\n'));
}

std::string compileToCpp(const DriverOptions& o, const std::string& source) {
  std::string out;
  std::vector<std::string> errors;
  runOnLargeStack([&] {
    Result r = checkSource(o.file, source);
    if (!r.ok()) {
      errors = r.errors;
      return;
    }
    char resolved[PATH_MAX];
    std::string path = realpath(o.file.c_str(), resolved) != nullptr ? resolved : o.file;
    try {
      out = generate(*r.package, path);
    } catch (const GenError& e) {
      errors.push_back(Diagnostics(&r.package->files).posString(e.pos) + ": " + e.what());
    }
  });
  if (errors.empty()) return out;
  std::string all;
  for (const std::string& e : errors) all += e + "\n";
  throw all;
}

void build(const DriverOptions& o, const std::string& cpp, Cleaner* cleaner) {
  std::string cxx = findCompiler(o);
  std::string lib = o.lib.empty() ? findLibrary() : o.lib;
  std::string include = o.include.empty() ? findInclude() : o.include;

  if (access(lib.c_str(), R_OK) != 0) failErrno("open", lib, errno);
  std::string header = include + "/gort/minigo.h";
  if (access(header.c_str(), R_OK) != 0) failErrno("open", header, errno);

  struct stat st, src;
  bool discard = false;
  if (stat(o.out.c_str(), &st) != 0) {
    if (errno != ENOENT) failErrno("open", o.out, errno);
  } else if (S_ISDIR(st.st_mode)) {
    failErrno("open", o.out, EISDIR);
  } else if (!S_ISREG(st.st_mode)) {
    // Renaming over a device would replace it.
    discard = o.out == "/dev/null";
    if (!discard) throw Failure{"open " + o.out + ": not a regular file"};
  } else if (stat(o.file.c_str(), &src) == 0 && src.st_dev == st.st_dev &&
             src.st_ino == st.st_ino) {
    throw Failure{"build output " + o.out + " is the source file"};
  }

  const char* tmp = std::getenv("TMPDIR");
  std::string dir = std::string(tmp != nullptr && *tmp != 0 ? tmp : "/tmp") + "/minigo.XXXXXX";
  if (mkdtemp(dir.data()) == nullptr) failErrno("mkdir", dir.substr(0, dir.rfind('/')), errno);
  cleaner->add(dir);
  std::string base = fs::path(o.file).stem().string();
  std::string cppFile = dir + "/" + base + ".cc";
  writeFile(cppFile, cpp);
  if (!o.keepDir.empty()) {
    std::error_code e;
    fs::create_directories(o.keepDir, e);
    if (e) failErrno("mkdir", o.keepDir, e.value());
    writeFile(o.keepDir + "/" + base + ".cc", cpp);
  }

  // Beside the final place. Made here first: what is wrong with the place is said before the
  // compiler runs, and not by the linker.
  std::string half = dir + "/discarded";
  if (!discard) {
    half = fs::path(o.out).parent_path() / (".minigo." + std::to_string(getpid()));
    if (int fd = open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666); fd >= 0)
      close(fd);
    else
      failErrno("open", o.out, errno);
  }
  cleaner->add(half);
  std::vector<std::string> args = {cxx};
  args.insert(args.end(), std::begin(compileFlags), std::end(compileFlags));
  args.insert(args.end(), sanitizeFlags.begin(), sanitizeFlags.end());
  args.insert(args.end(),
              {"-I" + include, cppFile, "-no-pie", "-o", half, lib, "-pthread", "-ldl"});
  // Twice as fast as the default linker.
  if (onPath("ld.gold") && sanitizeFlags.empty()) args.push_back("-fuse-ld=gold");
  std::string output;
  int status = run(args, &output);
  if (interruptedBy != 0) throw Failure{""};
  if (status != 0) {
    if (output.find("No space left on device") != std::string::npos)
      failErrno("write", o.out, ENOSPC);
    if (output.find("Permission denied") != std::string::npos) failErrno("open", o.out, EACCES);
    cleaner->keep(dir);
    throw Failure{"internal error: " + cxx + " cannot compile " + cppFile + ": " +
                  firstError(output)};
  }
  if (discard) return;
  if (rename(half.c_str(), o.out.c_str()) != 0) failErrno("rename", o.out, errno);
}

}  // namespace

std::string usage() {
  return "usage: minigo FILE.go -o OUT [--keep DIR] [--emit-cpp] [--cxx CXX] [--include DIR] "
         "[--lib FILE]\n";
}

bool parseArguments(const std::vector<std::string>& args, DriverOptions* o, std::string* error) {
  for (size_t i = 0; i < args.size(); i++) {
    const std::string& a = args[i];
    std::string* value = a == "-o"          ? &o->out
                         : a == "--keep"    ? &o->keepDir
                         : a == "--cxx"     ? &o->cxx
                         : a == "--include" ? &o->include
                         : a == "--lib"     ? &o->lib
                                            : nullptr;
    if (value != nullptr) {
      if (i + 1 == args.size()) {
        *error = a + " needs an argument";
        return false;
      }
      *value = args[++i];
    } else if (a == "--emit-cpp") {
      o->emitCpp = true;
    } else if (a == "-h" || a == "--help") {
      error->clear();
      return false;
    } else if (a.size() > 1 && a[0] == '-') {
      *error = "unknown option " + a;
      return false;
    } else if (o->file.empty()) {
      o->file = a;
    } else {
      *error = "minigo compiles one file";
      return false;
    }
  }
  if (o->file.empty()) {
    *error = "which file? " + usage().substr(0, usage().size() - 1);
    return false;
  }
  if (o->out.empty() && !o->emitCpp) {
    *error = "give the name of the executable with -o";
    return false;
  }
  return true;
}

int drive(const DriverOptions& o) {
  try {
    std::string cpp = compileToCpp(o, readFile(o.file));
    if (o.emitCpp) {
      std::fwrite(cpp.data(), 1, cpp.size(), stdout);
      if (std::fflush(stdout) != 0) failErrno("write", "standard output", errno);
      return 0;
    }
    Cleaner cleaner;
    build(o, cpp, &cleaner);
    return 0;
  } catch (const Failure& f) {
    if (!f.text.empty()) std::fprintf(stderr, "gort: %s\n", f.text.c_str());
  } catch (const std::string& diagnostics) {
    std::fputs(diagnostics.c_str(), stderr);
  }
  return 1;
}

}  // namespace gort::minigo

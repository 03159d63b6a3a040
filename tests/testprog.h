// testprog.h: running the programs of tests/testprog, which die on purpose.
//
// Go: runtime/crash_test.go (runTestProg)
#ifndef TESTS_TESTPROG_H_
#define TESTS_TESTPROG_H_

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace gort::testing {

// How a program ended and what it said.
struct ProgResult {
  int exit = -1;    // exit code; -1 if a signal ended it
  int signal = 0;   // that signal
  std::string out;  // standard output
  std::string err;  // standard error
};

// runTestProg runs tests/testprog/NAME with args. env is NAME=VALUE each, added to
// an environment without settings for the runtime.
inline ProgResult runTestProg(const std::string& name, std::vector<std::string> args = {},
                              std::vector<std::string> env = {}) {
  ProgResult r;
  std::string path = std::string(GORT_TESTPROG_DIR) + "/" + name;
  int out[2], err[2];
  if (pipe(out) != 0 || pipe(err) != 0) {
    ADD_FAILURE() << "pipe";
    return r;
  }
  std::vector<char*> argv{path.data()};
  for (std::string& a : args) argv.push_back(a.data());
  argv.push_back(nullptr);

  pid_t pid = fork();
  if (pid == 0) {
    dup2(out[1], 1);
    dup2(err[1], 2);
    for (int fd : {out[0], out[1], err[0], err[1]}) close(fd);
    for (const char* v : {"GODEBUG", "GOTRACEBACK", "GOMAXPROCS"}) unsetenv(v);
    for (std::string& e : env) putenv(e.data());
    execv(path.c_str(), argv.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  pollfd fds[] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* texts[] = {&r.out, &r.err};
  for (int open = 2; open > 0;) {
    poll(fds, 2, -1);
    for (int i = 0; i < 2; i++) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      char buf[4096];
      ssize_t n = read(fds[i].fd, buf, sizeof buf);
      if (n > 0) {
        texts[i]->append(buf, static_cast<size_t>(n));
      } else {
        close(fds[i].fd);
        fds[i].fd = -1;
        open--;
      }
    }
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (WIFEXITED(status)) r.exit = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) r.signal = WTERMSIG(status);
  if (r.exit == 127) ADD_FAILURE() << "cannot run " << path;
  return r;
}

// expectFatal checks that r died as a Go program dies of a panic or a fatal error:
// with code 2 and just this on standard error.
inline void expectFatal(const ProgResult& r, const std::string& err) {
  EXPECT_EQ(r.exit, 2);
  EXPECT_EQ(r.signal, 0);
  EXPECT_EQ(r.err, err);
}

}  // namespace gort::testing

#endif  // TESTS_TESTPROG_H_

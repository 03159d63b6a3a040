// The driver: errors are one clear line, exit status 1, and nothing is left behind.
#include "tools/minigo/driver.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace gort::minigo {
namespace {

namespace fs = std::filesystem;

class Driver : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string t = ::testing::TempDir() + "minigo_driver.XXXXXX";
    ASSERT_NE(mkdtemp(t.data()), nullptr);
    dir_ = t;
    fs::create_directory(dir_ / "tmp");
    write("hello.go", "package main\n\nfunc main() { println(\"hello\") }\n");
  }
  void TearDown() override {
    fs::permissions(dir_, fs::perms::owner_all);
    fs::remove_all(dir_);
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ / name) << text;
  }

  // minigo runs the compiler in the directory; its temporary files go to tmp/.
  int minigo(const std::string& args, const std::string& env = "") {
    std::string command = "cd '" + dir_.string() + "' && " + env + " TMPDIR='" +
                          (dir_ / "tmp").string() + "' " GORT_MINIGO " " + args +
                          " >out.txt 2>err.txt";
    int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string file(const std::string& name) {
    std::ostringstream s;
    s << std::ifstream(dir_ / name).rdbuf();
    return s.str();
  }
  std::string errors() { return file("err.txt"); }

  // Everything there is but the inputs and what this class made.
  std::string leftOver() {
    std::string s;
    for (const auto& e : fs::recursive_directory_iterator(dir_)) {
      std::string n = e.path().filename();
      if (n == "tmp" || n == "out.txt" || n == "err.txt" || e.path().extension() == ".go") continue;
      s += n + " ";
    }
    return s;
  }

  fs::path dir_;
};

TEST_F(Driver, MakesAnExecutable) {
  EXPECT_EQ(minigo("hello.go -o hello"), 0) << errors();
  EXPECT_EQ(errors(), "");
  EXPECT_EQ(leftOver(), "hello ");
  EXPECT_EQ(
      std::system(
          ("'" + (dir_ / "hello").string() + "' 2>'" + (dir_ / "out.txt").string() + "'").c_str()),
      0);
  EXPECT_EQ(file("out.txt"), "hello\n");
}

TEST_F(Driver, ReplacesTheExecutableAtOnce) {
  write("hello", "old");
  EXPECT_EQ(minigo("hello.go -o hello"), 0) << errors();
  EXPECT_GT(fs::file_size(dir_ / "hello"), 1000u);
}

TEST_F(Driver, MissingFile) {
  EXPECT_EQ(minigo("nosuch.go -o x"), 1);
  EXPECT_EQ(errors(), "gort: open nosuch.go: no such file or directory\n");
  EXPECT_EQ(leftOver(), "");
}

TEST_F(Driver, ADirectoryIsNoFile) {
  EXPECT_EQ(minigo("tmp -o x"), 1);
  EXPECT_EQ(errors(), "gort: read tmp: is a directory\n");
}

TEST_F(Driver, NotGo) {
  write("bad.go", "#!/bin/sh\necho no\n");
  EXPECT_EQ(minigo("bad.go -o x"), 1);
  EXPECT_EQ(errors().rfind("bad.go:1:1: ", 0), 0u) << errors();
  EXPECT_EQ(leftOver(), "");
}

// What is wrong with a source is one line with its position.
struct BadSource {
  const char* name;
  std::string text;
  const char* want;
};

class BadInput : public Driver, public ::testing::WithParamInterface<BadSource> {};

TEST_P(BadInput, IsOneLineWithItsPosition) {
  write("bad.go", GetParam().text);
  EXPECT_EQ(minigo("bad.go -o x"), 1);
  EXPECT_EQ(errors(), std::string("bad.go:") + GetParam().want + "\n");
  EXPECT_EQ(leftOver(), "");
}

std::string repeated(const std::string& s, int n) {
  std::string out;
  for (int i = 0; i < n; i++) out += s;
  return out;
}
std::string mainWith(const std::string& body) {
  return "package main\nfunc main() { " + body + " }\n";
}

INSTANTIATE_TEST_SUITE_P(
    Sources, BadInput,
    ::testing::Values(
        BadSource{"Empty", "", "1:1: syntax error: package statement must be first"},
        BadSource{"Comment", "// no more\n", "2:1: syntax error: package statement must be first"},
        BadSource{"InvalidUtf8", mainWith("println(\"a\xff\xfe\")"),
                  "2:25: invalid UTF-8 encoding"},
        BadSource{"Nul", mainWith(std::string("println(\"\0\")", 12)),
                  "2:24: invalid NUL character"},
        BadSource{"NestedParentheses",
                  mainWith("println(" + repeated("(", 10000) + "1" + repeated(")", 10000) + ")"),
                  "2:10021: program is nested too deeply (more than 10000 levels)"},
        BadSource{"NestedBlocks", mainWith(repeated("{", 20000) + repeated("}", 20000)),
                  "2:10015: program is nested too deeply (more than 10000 levels)"},
        BadSource{"LongChain", mainWith("x := 1; _ = x" + repeated("+x", 20000)),
                  "2:20028: program is nested too deeply (more than 10000 levels)"},
        BadSource{"HugeNumber", mainWith("println(" + repeated("9", 20000) + ")"),
                  "2:23: excessively long constant: 9999999999... (20000 chars)"},
        BadSource{"NumberOfManyBits", mainWith("_ = 1" + repeated("0", 400)),
                  "2:19: constant overflow"},
        BadSource{"NoMain", "package main\nfunc f() {}\n",
                  " function main is undeclared in the main package"},
        BadSource{"OtherPackage", "package p\nfunc main() {}\n",
                  "1:9: package p is not a main package"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(Driver, NotGoHasFewErrors) {
  std::string noise;
  for (int i = 0; i < 100000; i++) noise += static_cast<char>(i * 7919 >> 3);
  write("bad.go", noise);
  EXPECT_EQ(minigo("bad.go -o x"), 1);
  std::string e = errors();
  EXPECT_LE(std::count(e.begin(), e.end(), '\n'), 11) << e;
  EXPECT_EQ(e.rfind("bad.go:1:1: ", 0), 0u) << e;
}

TEST_F(Driver, NamesMayBeStrange) {
  for (const char* name : {"a b.go", "q'\".go", "back\\slash%d.go", "new\nline.go", "no-suffix"}) {
    write(name, "package main\nfunc main() { println(\"hello\") }\n");
    std::string quoted;
    for (const char* p = name; *p != 0; p++)
      quoted += *p == '\'' ? std::string("'\\''") : std::string(1, *p);
    EXPECT_EQ(minigo("'" + quoted + "' -o hello"), 0) << name << errors();
  }
}

TEST_F(Driver, TypeErrorsHavePositions) {
  write("bad.go", "package main\n\nfunc main() {\n\tvar s string = 1\n\tprintln(s, x)\n}\n");
  EXPECT_EQ(minigo("bad.go -o x"), 1);
  EXPECT_EQ(
      errors(),
      "bad.go:4:17: cannot use 1 (untyped int constant) as string value in variable declaration\n"
      "bad.go:5:13: undefined: x\n");
  EXPECT_EQ(leftOver(), "");
}

TEST_F(Driver, NoCompiler) {
  EXPECT_EQ(minigo("hello.go -o x --cxx no-such-compiler"), 1);
  EXPECT_EQ(errors(), "gort: no C++ compiler: no-such-compiler is not on PATH\n");
  EXPECT_EQ(minigo("hello.go -o x", "CXX=no-such-compiler"), 1);
  EXPECT_EQ(errors(), "gort: no C++ compiler: no-such-compiler is not on PATH\n");
  EXPECT_EQ(minigo("hello.go -o x", "PATH=/nonexistent CXX="), 1);
  EXPECT_EQ(errors().rfind("gort: no C++ compiler: ", 0), 0u) << errors();
  EXPECT_EQ(leftOver(), "");
}

TEST_F(Driver, ACompilerThatFailsIsOurFaultAndItsInputIsKept) {
  EXPECT_EQ(minigo("hello.go -o x --cxx false"), 1);
  std::string e = errors();
  EXPECT_EQ(e.rfind("gort: internal error: false cannot compile ", 0), 0u) << e;
  size_t from = e.find("compile ") + 8;
  EXPECT_TRUE(fs::exists(e.substr(from, e.find(": ", from) - from))) << e;
  EXPECT_FALSE(fs::exists(dir_ / "x"));
}

TEST_F(Driver, OutputInAMissingDirectory) {
  EXPECT_EQ(minigo("hello.go -o no/x"), 1);
  EXPECT_EQ(errors(), "gort: open no/x: no such file or directory\n");
  EXPECT_EQ(leftOver(), "");
}

TEST_F(Driver, OutputWhereNoFileCanBe) {
  EXPECT_EQ(minigo("hello.go -o /proc/x"), 1);  // nobody may create files there, not even root
  EXPECT_EQ(errors(), "gort: open /proc/x: no such file or directory\n");
  EXPECT_EQ(minigo("hello.go -o hello.go/x"), 1);
  EXPECT_EQ(errors(), "gort: open hello.go/x: not a directory\n");
  std::string name(300, 'x');
  EXPECT_EQ(minigo("hello.go -o " + name), 1);
  EXPECT_EQ(errors(), "gort: open " + name + ": file name too long\n");
  EXPECT_EQ(leftOver(), "");
  EXPECT_EQ(minigo("hello.go -o " + name.substr(0, 255)), 0) << errors();
}

TEST_F(Driver, OutputOverTheSource) {
  EXPECT_EQ(minigo("hello.go -o ./hello.go"), 1);
  EXPECT_EQ(errors(), "gort: build output ./hello.go is the source file\n");
  EXPECT_EQ(file("hello.go").rfind("package main", 0), 0u);
}

TEST_F(Driver, MissingTemporaryDirectory) {
  std::string command = "cd '" + dir_.string() +
                        "' && TMPDIR=/nonexistent " GORT_MINIGO " hello.go -o y >out.txt 2>err.txt";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
  EXPECT_EQ(errors(), "gort: mkdir /nonexistent: no such file or directory\n");
  EXPECT_FALSE(fs::exists(dir_ / "y"));
}

TEST_F(Driver, MissingLibraryAndHeader) {
  EXPECT_EQ(minigo("hello.go -o x --lib no.a"), 1);
  EXPECT_EQ(errors(), "gort: open no.a: no such file or directory\n");
  EXPECT_EQ(minigo("hello.go -o x --include no"), 1);
  EXPECT_EQ(errors(), "gort: open no/gort/minigo.h: no such file or directory\n");
  EXPECT_EQ(leftOver(), "");
}

TEST_F(Driver, OutputOverADirectory) {
  EXPECT_EQ(minigo("hello.go -o tmp"), 1);
  EXPECT_EQ(errors(), "gort: open tmp: is a directory\n");
}

TEST_F(Driver, NoPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(dir_ / "locked");
  fs::permissions(dir_ / "locked", fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(minigo("hello.go -o locked/x"), 1);
  EXPECT_EQ(errors(), "gort: open locked/x: permission denied\n");
}

TEST_F(Driver, NoSpaceIsOneLine) {
  // Files may be no larger than some blocks: what the linker writes does not fit.
  std::string command = "cd '" + dir_.string() + "' && ulimit -f 8 && trap '' XFSZ && TMPDIR='" +
                        (dir_ / "tmp").string() +
                        "' " GORT_MINIGO " hello.go -o x >out.txt 2>err.txt";
  int status = std::system(("bash -c \"" + command + "\"").c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
  std::string e = errors();
  EXPECT_EQ(e.rfind("gort: ", 0), 0u) << e;
  EXPECT_EQ(std::count(e.begin(), e.end(), '\n'), 1) << e;
  EXPECT_FALSE(fs::exists(dir_ / "x"));
}

TEST_F(Driver, ADeviceIsNotReplaced) {
  EXPECT_EQ(minigo("hello.go -o /dev/null"), 0) << errors();
  struct stat st;
  ASSERT_EQ(stat("/dev/null", &st), 0);
  EXPECT_TRUE(S_ISCHR(st.st_mode));
}

TEST_F(Driver, KeepsTheCppIfAsked) {
  EXPECT_EQ(minigo("hello.go -o hello --keep kept"), 0) << errors();
  EXPECT_NE(file("kept/hello.cc").find("#include <gort/minigo.h>"), std::string::npos);
}

TEST_F(Driver, EmitCppWritesToStandardOutput) {
  EXPECT_EQ(minigo("hello.go --emit-cpp"), 0) << errors();
  EXPECT_NE(file("out.txt").find("void main_main()"), std::string::npos);
  EXPECT_EQ(leftOver(), "");
}

TEST(Arguments, AreChecked) {
  DriverOptions o;
  std::string error;
  EXPECT_TRUE(parseArguments({"a.go", "-o", "a"}, &o, &error));
  EXPECT_EQ(o.file, "a.go");
  EXPECT_EQ(o.out, "a");
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {}, {"a.go"}, {"a.go", "-o"}, {"a.go", "b.go", "-o", "x"}, {"-x", "a.go", "-o", "x"}}) {
    DriverOptions fresh;
    error.clear();
    EXPECT_FALSE(parseArguments(bad, &fresh, &error));
    EXPECT_NE(error, "");
  }
}

}  // namespace
}  // namespace gort::minigo

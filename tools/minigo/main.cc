// minigo FILE.go -o OUT: the command. All of it is in driver.cc.
//
// Go: cmd/compile/main.go
#include <cstdio>
#include <string>
#include <vector>

#include "tools/minigo/driver.h"

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  gort::minigo::DriverOptions options;
  std::string error;
  if (!gort::minigo::parseArguments(args, &options, &error)) {
    if (error.empty()) {
      std::fputs(gort::minigo::usage().c_str(), stdout);
      return 0;
    }
    std::fprintf(stderr, "gort: %s\n", error.c_str());
    return 1;
  }
  return gort::minigo::drive(options);
}

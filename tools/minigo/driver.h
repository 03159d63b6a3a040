// The driver: from FILE.go to an executable.
//
// Go: cmd/go/internal/work (build actions), cmd/compile/internal/gc/main.go
#ifndef GORT_TOOLS_MINIGO_DRIVER_H_
#define GORT_TOOLS_MINIGO_DRIVER_H_

#include <string>
#include <vector>

namespace gort::minigo {

struct DriverOptions {
  std::string file;      // the Go source
  std::string out;       // the executable to write
  std::string keepDir;   // where to leave the generated C++, if not empty
  bool emitCpp = false;  // write the C++ to standard output and stop
  std::string cxx;       // the C++ compiler; empty: $CXX, or what minigo was built with
  std::string include;   // directory of gort/minigo.h; empty: found beside the executable
  std::string lib;       // libgort.a; empty: found beside the executable
};

// parseArguments reads the command line. Returns false after it has put a usage error into *error.
bool parseArguments(const std::vector<std::string>& args, DriverOptions* o, std::string* error);

// drive compiles. Returns the exit status, 0 or 1; what went wrong is on standard error, one line for
// everything that is not an error in the Go source. Leaves nothing behind but what was asked for.
int drive(const DriverOptions& o);

std::string usage();

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_DRIVER_H_

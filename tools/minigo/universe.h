// The predeclared objects and the packages that a program may import.
//
// Go: cmd/compile/internal/types2/universe.go
#ifndef GORT_TOOLS_MINIGO_UNIVERSE_H_
#define GORT_TOOLS_MINIGO_UNIVERSE_H_

#include <string>

#include "tools/minigo/object.h"

namespace gort::minigo {

// What a call of a built-in function may be used as.
enum class ExprKind : uint8_t { Conversion, Expression, Statement };

struct PredeclaredFunc {
  const char* name;
  size_t nargs;   // least number of arguments
  bool variadic;  // takes more
  ExprKind kind;
};

const PredeclaredFunc& predeclaredFunc(BuiltinId id);

// iotaObject is the constant iota; its value depends on where it is used.
Object* iotaObject();

// importedPackage returns the package with that import path, or null when minigo has none. The
// packages are made once and live forever. (packages.cc)
Package* importedPackage(const std::string& path);

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_UNIVERSE_H_

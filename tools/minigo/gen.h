// The entry to the back end: from a checked package to the text of a C++ program.
//
// Go: cmd/compile/internal/walk and ssagen, as far as C++ leaves work for them
//
// The result is one self-contained translation unit that includes <gort/minigo.h> only. It is
// meant to be read: names are Go's, each statement stands under a #line of the Go source, and
// temporaries appear only where the order of evaluation asks for them.
#ifndef GORT_TOOLS_MINIGO_GEN_H_
#define GORT_TOOLS_MINIGO_GEN_H_

#include <stdexcept>
#include <string>

#include "tools/minigo/object.h"
#include "tools/minigo/token.h"

namespace gort::minigo {

// Thrown for a construct that the checker lets through and the generator cannot express.
struct GenError : std::runtime_error {
  GenError(Pos p, const std::string& msg) : std::runtime_error(msg), pos(p) {}
  Pos pos;
};

// generate returns the C++ text of pkg. `sourcePath` goes into the #line directives. Recurses over
// the tree: call it within runOnLargeStack.
std::string generate(const Package& pkg, const std::string& sourcePath);

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_GEN_H_

// The entry to the front end: from source text to a checked package or to error messages.
//
// Go: cmd/compile/internal/noder (LoadPackage, checkFiles), types2/api.go
//
//   minigo::Result r = minigo::checkSource("prog.go", text);
//   if (!r.ok()) { for (const std::string& line : r.errors) fprintf(stderr, "%s\n", line.c_str()); exit(1); }
//   generate(*r.package);
//
// What a generator reads: Package (object.h): initOrder, vars, types, funcs, methods, inits, literals,
// main; then each Func's decl->body with the "after checking" fields of ast.h.
#ifndef GORT_TOOLS_MINIGO_CHECK_H_
#define GORT_TOOLS_MINIGO_CHECK_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/minigo/ast.h"
#include "tools/minigo/diag.h"
#include "tools/minigo/object.h"
#include "tools/minigo/types.h"

namespace gort::minigo {

// Expressions, types, blocks and literals nested deeper than this are an error.
inline constexpr int maxNesting = 10000;

struct Result {
  std::unique_ptr<Package> package;  // null after an error
  // Lines to print: "prog.go:7:2: undefined: x", sorted by position, at most ten and then
  // "too many errors".
  std::vector<std::string> errors;
  std::vector<Diagnostic> diagnostics;  // the same, taken apart

  bool ok() const { return package != nullptr; }
};

// checkSource parses and checks one file of package main. `name` is used in messages only.
Result checkSource(const std::string& name, std::string_view source);

// parseSource only parses. The package then has `syntax` and nothing else.
Result parseSource(const std::string& name, std::string_view source);

// runOnLargeStack runs f on a thread with a stack large enough for trees of maxNesting levels
// and waits for it. Exceptions pass through. A generator that recurses over the tree runs in it.
void runOnLargeStack(const std::function<void()>& f);

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_CHECK_H_

// Where the variables of functions live.
//
// Go: cmd/compile/internal/escape (what it decides, not how), ir.MaxStackVarSize
//
// A variable stays on the stack unless something that may outlive the frame can reach it: its address
// was taken, or a closure shares it. A closure that could as well have a copy, because the variable never
// changes again, does not make it escape.
//
// Differs from Go: where an address goes is not followed; every taken address counts. Go's analysis keeps
// more on the stack, and never less.
#include "tools/minigo/checker.h"

namespace gort::minigo {

void Checker::placeVariables() {
  // Larger variables would make frames that the stack cannot be asked to hold.
  constexpr int64_t maxStackVarSize = 128 * 1024;
  for (Var* v : locals_) {
    // every return statement assigns to the results
    if (v->varKind == VarKind::Result) v->reassigned = true;
    v->captureByCopy = v->captured && !v->reassigned && !v->addressTaken;
    int64_t size = sizeofType(v->type);
    v->escapes =
        v->addressTaken || (v->captured && !v->captureByCopy) || size < 0 || size > maxStackVarSize;
  }
}

}  // namespace gort::minigo

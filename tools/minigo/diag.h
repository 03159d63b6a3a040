// Diagnostics: errors with a position, sorted and cut as Go's compiler does.
//
// Go: cmd/compile/internal/base/print.go (ErrorfAt, FlushErrors)
#ifndef GORT_TOOLS_MINIGO_DIAG_H_
#define GORT_TOOLS_MINIGO_DIAG_H_

#include <string>
#include <vector>

#include "tools/minigo/token.h"

namespace gort::minigo {

struct Diagnostic {
  Pos pos;
  std::string msg;  // may have further lines, each starting with a tab
};

// Diagnostics collects errors and gives them out in the order and number that Go prints.
class Diagnostics {
 public:
  // Thrown by add when the tenth error has been reported: nothing more is wanted.
  struct TooMany {};

  static constexpr size_t limit = 10;

  // files are the names for Pos::file; they must outlive the object.
  explicit Diagnostics(const std::vector<std::string>* files) : files_(files) {}

  // add records an error. A second syntax error on a line and an error that repeats the last one
  // on its line are dropped. Throws TooMany at the limit.
  void add(Pos pos, std::string msg);

  bool empty() const { return list_.empty(); }
  // sorted gives the errors in order of position, equal ones once; after the limit was hit, the last
  // is "too many errors".
  std::vector<Diagnostic> sorted() const;

  // posString is "prog.go:7:2".
  std::string posString(Pos p) const;

 private:
  const std::vector<std::string>* files_;
  std::vector<Diagnostic> list_;
  Pos lastSyntax_;
  Pos lastOther_;
  std::string lastMsg_;
  bool tooMany_ = false;
};

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_DIAG_H_

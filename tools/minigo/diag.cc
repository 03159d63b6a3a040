// Collecting, sorting and cutting of errors.
//
// Go: cmd/compile/internal/base/print.go
#include "tools/minigo/diag.h"

#include <algorithm>
#include <utility>

namespace gort::minigo {

namespace {

bool sameLine(Pos a, Pos b) { return a.file == b.file && a.line == b.line; }

}  // namespace

void Diagnostics::add(Pos pos, std::string msg) {
  if (msg.compare(0, 12, "syntax error") == 0) {
    if (sameLine(lastSyntax_, pos)) return;
    lastSyntax_ = pos;
  } else {
    if (sameLine(lastOther_, pos) && lastMsg_ == msg) return;
    lastOther_ = pos;
    lastMsg_ = msg;
  }
  list_.push_back({pos, std::move(msg)});
  if (list_.size() >= limit) {
    tooMany_ = true;
    throw TooMany{};
  }
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> out = list_;
  std::stable_sort(out.begin(), out.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.pos < b.pos; });
  auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.pos == b.pos && a.msg == b.msg;
  };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  if (tooMany_) out.push_back({list_.back().pos, "too many errors"});
  return out;
}

std::string Diagnostics::posString(Pos p) const {
  std::string s = p.file < files_->size() ? (*files_)[p.file] : "";
  if (!p.known()) return s;
  return s + ":" + std::to_string(p.line) + ":" + std::to_string(p.col);
}

}  // namespace gort::minigo

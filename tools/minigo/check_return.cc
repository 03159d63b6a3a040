// Terminating statements: does control ever reach the end of a function?
//
// Go: cmd/compile/internal/types2/return.go
#include "tools/minigo/checker.h"

namespace gort::minigo {

namespace {

bool hasBreakList(const std::vector<Stmt*>& list, const std::string& label, bool implicit);

// hasBreak tells whether s has a break that leaves the statement with that label, or (implicit) an
// unlabelled one that leaves the statement around s.
bool hasBreak(Stmt* s0, const std::string& label, bool implicit) {
  switch (s0->kind) {
    case NodeKind::LabeledStmt:
      return hasBreak(static_cast<LabeledStmt*>(s0)->stmt, label, implicit);
    case NodeKind::BranchStmt: {
      auto* s = static_cast<BranchStmt*>(s0);
      if (s->tok != Token::Break) return false;
      return s->label == nullptr ? implicit : s->label->value == label;
    }
    case NodeKind::BlockStmt:
      return hasBreakList(static_cast<BlockStmt*>(s0)->list, label, implicit);
    case NodeKind::IfStmt: {
      auto* s = static_cast<IfStmt*>(s0);
      return hasBreak(s->then, label, implicit) ||
             (s->els != nullptr && hasBreak(s->els, label, implicit));
    }
    case NodeKind::SwitchStmt:
      if (label.empty()) return false;
      for (CaseClause* c : static_cast<SwitchStmt*>(s0)->body) {
        if (hasBreakList(c->body, label, false)) return true;
      }
      return false;
    case NodeKind::SelectStmt:
      if (label.empty()) return false;
      for (CommClause* c : static_cast<SelectStmt*>(s0)->body) {
        if (hasBreakList(c->body, label, false)) return true;
      }
      return false;
    case NodeKind::ForStmt:
      return !label.empty() && hasBreak(static_cast<ForStmt*>(s0)->body, label, false);
    default: return false;
  }
}

bool hasBreakList(const std::vector<Stmt*>& list, const std::string& label, bool implicit) {
  for (Stmt* s : list) {
    if (hasBreak(s, label, implicit)) return true;
  }
  return false;
}

}  // namespace

// isTerminating tells whether s never ends normally. label is the label before it, or "".
bool Checker::isTerminating(Stmt* s0, const std::string& label) {
  switch (s0->kind) {
    case NodeKind::LabeledStmt: {
      auto* s = static_cast<LabeledStmt*>(s0);
      return isTerminating(s->stmt, s->label->value);
    }
    case NodeKind::ExprStmt: {
      auto* call = as<CallExpr>(unparen(static_cast<ExprStmt*>(s0)->x));
      return call != nullptr && panicCalls_.count(call) != 0;
    }
    case NodeKind::ReturnStmt: return true;
    case NodeKind::BranchStmt: {
      Token t = static_cast<BranchStmt*>(s0)->tok;
      return t == Token::Goto || t == Token::Fallthrough;
    }
    case NodeKind::BlockStmt: return isTerminatingList(static_cast<BlockStmt*>(s0)->list);
    case NodeKind::IfStmt: {
      auto* s = static_cast<IfStmt*>(s0);
      return s->els != nullptr && isTerminating(s->then, "") && isTerminating(s->els, "");
    }
    case NodeKind::SwitchStmt: {
      bool hasDefault = false;
      for (CaseClause* c : static_cast<SwitchStmt*>(s0)->body) {
        if (c->cases == nullptr) hasDefault = true;
        if (!isTerminatingList(c->body) || hasBreakList(c->body, label, true)) return false;
      }
      return hasDefault;
    }
    case NodeKind::SelectStmt:
      for (CommClause* c : static_cast<SelectStmt*>(s0)->body) {
        if (!isTerminatingList(c->body) || hasBreakList(c->body, label, true)) return false;
      }
      return true;
    case NodeKind::ForStmt: {
      auto* s = static_cast<ForStmt*>(s0);
      if (s->init != nullptr && s->init->kind == NodeKind::RangeClause) return false;
      return s->cond == nullptr && !hasBreak(s->body, label, true);
    }
    default: return false;
  }
}

bool Checker::isTerminatingList(const std::vector<Stmt*>& list) {
  for (size_t i = list.size(); i-- > 0;) {
    if (list[i]->kind != NodeKind::EmptyStmt) return isTerminating(list[i], "");
  }
  return false;
}

}  // namespace gort::minigo

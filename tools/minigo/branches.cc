// Labels and branches of one function body: where each break, continue and goto leads, and what is
// wrong with them.
//
// Go: cmd/compile/internal/syntax/branches.go
//
// A goto is resolved when its label has been seen; until then it is a forward goto that its block
// hands out to the enclosing one. A label that comes later in the same block resolves it, and if a variable was
// declared between the two, that is an error. What is left at the end jumps into a block or nowhere.
//
// Differs from Go: the LabeledStmt learns which kinds of branches name it.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tools/minigo/parser.h"

namespace gort::minigo {

namespace {

struct Block {
  Block* parent;
  Pos start;
  LabeledStmt* lstmt;  // the label of the statement that this block belongs to, or null
};

struct LabelInfo {
  Block* parent;
  LabeledStmt* lstmt;
  bool used;
};

// What break and continue without label mean, and where fallthrough may stand.
struct Targets {
  Stmt* breaks = nullptr;
  ForStmt* continues = nullptr;
  int caseIndex = -1;  // in the clause of a switch: its number
};

std::vector<Stmt*> trimTrailingEmptyStmts(const std::vector<Stmt*>& list) {
  size_t n = list.size();
  while (n > 0 && list[n - 1]->kind == NodeKind::EmptyStmt) n--;
  return {list.begin(), list.begin() + static_cast<std::ptrdiff_t>(n)};
}

class LabelScope {
 public:
  LabelScope(const Diagnostics& diags, const BranchErrorHandler& errh)
      : diags_(diags), errh_(errh) {}

  void body(BlockStmt* b) {
    for (BranchStmt* fwd : blockBranches(nullptr, Targets{}, nullptr, b->pos, b->list)) {
      const std::string& name = fwd->label->value;
      if (LabelInfo* l = find(name)) {
        l->used = true;
        errh_(fwd->label->pos,
              "goto " + name + " jumps into block starting at " + where(l->parent->start));
      } else {
        errh_(fwd->label->pos, "label " + name + " not defined");
      }
    }
    for (const LabelInfo* l : ordered_) {
      if (!l->used) {
        errh_(l->lstmt->label->pos, "label " + l->lstmt->label->value + " defined and not used");
      }
    }
  }

 private:
  std::string where(Pos p) const { return diags_.posString(p); }

  LabelInfo* find(const std::string& name) {
    auto it = labels_.find(name);
    return it == labels_.end() ? nullptr : &it->second;
  }

  LabelInfo* declare(Block* b, LabeledStmt* s) {
    const std::string& name = s->label->value;
    if (LabelInfo* alt = find(name)) {
      errh_(s->label->pos,
            "label " + name + " already defined at " + where(alt->lstmt->label->pos));
      return alt;
    }
    LabelInfo* l = &labels_.emplace(name, LabelInfo{b, s, false}).first->second;
    ordered_.push_back(l);
    return l;
  }

  LabeledStmt* gotoTarget(Block* b, const std::string& name) {
    LabelInfo* l = find(name);
    if (l == nullptr) return nullptr;
    l->used = true;  // even if it is no valid target
    for (; b != nullptr; b = b->parent) {
      if (l->parent == b) return l->lstmt;
    }
    return nullptr;
  }

  // enclosingTarget finds the enclosing statement with that label. *known tells whether there is such a
  // label at all.
  LabeledStmt* enclosingTarget(Block* b, const std::string& name, bool* known) {
    LabelInfo* l = find(name);
    *known = l != nullptr;
    if (l == nullptr) return nullptr;
    l->used = true;
    for (; b != nullptr; b = b->parent) {
      if (l->lstmt == b->lstmt) return l->lstmt;
    }
    return nullptr;
  }

  void unlabelled(BranchStmt* s, const Targets& ctxt, size_t index, size_t count) {
    if (s->tok == Token::Break) {
      s->target = ctxt.breaks;
      if (s->target == nullptr) errh_(s->pos, "break is not in a loop, switch, or select");
    } else if (s->tok == Token::Continue) {
      s->target = ctxt.continues;
      if (s->target == nullptr) errh_(s->pos, "continue is not in a loop");
    } else {
      std::string msg = "fallthrough statement out of place";
      if (auto* t = as<SwitchStmt>(ctxt.breaks)) {
        if (t->tag != nullptr && t->tag->kind == NodeKind::TypeSwitchGuard) {
          msg = "cannot fallthrough in type switch";
        } else if (ctxt.caseIndex < 0 || index + 1 < count) {
          // nested in a block, or not the last statement
        } else if (static_cast<size_t>(ctxt.caseIndex) + 1 == t->body.size()) {
          msg = "cannot fallthrough final case in switch";
        } else {
          return;
        }
      }
      errh_(s->pos, msg);
    }
  }

  // labelled resolves a branch with a label; false: a goto whose label is not known yet.
  bool labelled(BranchStmt* s, Block* b) {
    const std::string& name = s->label->value;
    bool known;
    switch (s->tok) {
      case Token::Break: {
        LabeledStmt* t = enclosingTarget(b, name, &known);
        if (!known) {
          errh_(s->label->pos, "break label not defined: " + name);
        } else if (t != nullptr &&
                   (t->stmt->kind == NodeKind::ForStmt || t->stmt->kind == NodeKind::SwitchStmt ||
                    t->stmt->kind == NodeKind::SelectStmt)) {
          s->target = t->stmt;
          t->breakTarget = true;
        } else {
          errh_(s->label->pos, "invalid break label " + name);
        }
        return true;
      }
      case Token::Continue: {
        LabeledStmt* t = enclosingTarget(b, name, &known);
        if (!known) {
          errh_(s->label->pos, "continue label not defined: " + name);
        } else if (t != nullptr && t->stmt->kind == NodeKind::ForStmt) {
          s->target = t->stmt;
          t->continueTarget = true;
        } else {
          errh_(s->label->pos, "invalid continue label " + name);
        }
        return true;
      }
      default: {
        LabeledStmt* t = gotoTarget(b, name);
        if (t == nullptr) return false;
        s->target = t;
        t->gotoTarget = true;
        return true;
      }
    }
  }

  // blockBranches handles one block and returns the gotos that it could not resolve.
  std::vector<BranchStmt*> blockBranches(Block* parent, const Targets& ctxt, LabeledStmt* lstmt,
                                         Pos start, const std::vector<Stmt*>& body) {
    blocks_.push_back(std::make_unique<Block>(Block{parent, start, lstmt}));
    Block* b = blocks_.back().get();
    Pos varPos;
    std::string varName;
    std::vector<BranchStmt*> fwdGotos, badGotos;

    auto recordVarDecl = [&](Pos p, const Expr* name) {
      varPos = p;
      varName = exprString(name);
      badGotos = fwdGotos;  // they jump over it, unless they leave the block
    };
    auto innerBlock = [&](const Targets& c, Pos p, const std::vector<Stmt*>& list) {
      for (BranchStmt* g : blockBranches(b, c, lstmt, p, list)) fwdGotos.push_back(g);
    };

    // trailing empty statements do not count for fallthrough
    std::vector<Stmt*> list = trimTrailingEmptyStmts(body);
    for (size_t i = 0; i < list.size(); i++) {
      lstmt = nullptr;
      Stmt* stmt = list[i];
      while (auto* s = as<LabeledStmt>(stmt)) {
        const std::string& name = s->label->value;
        if (name != "_") {
          LabelInfo* l = declare(b, s);
          std::vector<BranchStmt*> rest;
          for (BranchStmt* fwd : fwdGotos) {
            if (fwd->label->value != name) {
              rest.push_back(fwd);
              continue;
            }
            fwd->target = s;
            s->gotoTarget = true;
            l->used = true;
            if (varPos.known() &&
                std::find(badGotos.begin(), badGotos.end(), fwd) != badGotos.end()) {
              errh_(fwd->label->pos, "goto " + name + " jumps over declaration of " + varName +
                                         " at " + where(varPos));
            }
          }
          fwdGotos = std::move(rest);
          lstmt = s;
        }
        stmt = s->stmt;
      }

      switch (stmt->kind) {
        case NodeKind::DeclStmt:
          for (Decl* d : static_cast<DeclStmt*>(stmt)->decls) {
            if (auto* v = as<VarDecl>(d)) {
              recordVarDecl(v->pos, v->names[0]);
              break;
            }
          }
          break;
        case NodeKind::BranchStmt: {
          auto* s = static_cast<BranchStmt*>(stmt);
          if (s->label == nullptr) {
            unlabelled(s, ctxt, i, list.size());
          } else if (!labelled(s, b)) {
            fwdGotos.push_back(s);
          }
          break;
        }
        case NodeKind::AssignStmt: {
          auto* s = static_cast<AssignStmt*>(stmt);
          if (s->op == Operator::Def) recordVarDecl(s->pos, s->lhs);
          break;
        }
        case NodeKind::BlockStmt:
          innerBlock(Targets{ctxt.breaks, ctxt.continues, -1}, stmt->pos,
                     static_cast<BlockStmt*>(stmt)->list);
          break;
        case NodeKind::IfStmt: {
          auto* s = static_cast<IfStmt*>(stmt);
          Targets inner{ctxt.breaks, ctxt.continues, -1};
          innerBlock(inner, s->then->pos, s->then->list);
          if (s->els != nullptr) innerBlock(inner, s->els->pos, {s->els});
          break;
        }
        case NodeKind::ForStmt: {
          auto* s = static_cast<ForStmt*>(stmt);
          innerBlock(Targets{s, s, -1}, s->body->pos, s->body->list);
          break;
        }
        case NodeKind::SwitchStmt: {
          auto* s = static_cast<SwitchStmt*>(stmt);
          for (size_t k = 0; k < s->body.size(); k++) {
            innerBlock(Targets{s, ctxt.continues, static_cast<int>(k)}, s->body[k]->pos,
                       s->body[k]->body);
          }
          break;
        }
        case NodeKind::SelectStmt: {
          auto* s = static_cast<SelectStmt*>(stmt);
          for (CommClause* c : s->body) innerBlock(Targets{s, ctxt.continues, -1}, c->pos, c->body);
          break;
        }
        default: break;
      }
    }
    return fwdGotos;
  }

  const Diagnostics& diags_;
  const BranchErrorHandler& errh_;
  std::map<std::string, LabelInfo> labels_;
  std::vector<LabelInfo*> ordered_;
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace

void checkBranches(BlockStmt* body, const Diagnostics& diags, const BranchErrorHandler& errh) {
  LabelScope(diags, errh).body(body);
}

}  // namespace gort::minigo

// Positions and source forms of syntax trees.
//
// Go: cmd/compile/internal/syntax/positions.go, printer.go (ShortForm)
//
// Differs from Go: statements are printed only as far as messages need them (simple statements), and
// expressions deeper than a limit are cut, because messages may show trees that were refused for
// their depth.
#include "tools/minigo/ast.h"

namespace gort::minigo {

Expr* unparen(Expr* x) {
  while (auto* p = as<ParenExpr>(x)) x = p->x;
  return x;
}

const Expr* unparen(const Expr* x) {
  while (auto* p = as<ParenExpr>(x)) x = p->x;
  return x;
}

std::vector<Expr*> unpackList(Expr* x) {
  if (x == nullptr) return {};
  if (auto* l = as<ListExpr>(x)) return l->elems;
  return {x};
}

Pos startPos(const Node* n) {
  for (;;) {
    switch (n->kind) {
      case NodeKind::File: return Pos{n->pos.file, 1, 1};
      case NodeKind::CompositeLit: {
        auto* e = static_cast<const CompositeLit*>(n);
        if (e->typeExpr == nullptr) return n->pos;
        n = e->typeExpr;
        break;
      }
      case NodeKind::KeyValueExpr: n = static_cast<const KeyValueExpr*>(n)->key; break;
      case NodeKind::SelectorExpr: n = static_cast<const SelectorExpr*>(n)->x; break;
      case NodeKind::IndexExpr: n = static_cast<const IndexExpr*>(n)->x; break;
      case NodeKind::AssertExpr: n = static_cast<const AssertExpr*>(n)->x; break;
      case NodeKind::TypeSwitchGuard: {
        auto* e = static_cast<const TypeSwitchGuard*>(n);
        if (e->lhs != nullptr) {
          n = e->lhs;
        } else {
          n = e->x;
        }
        break;
      }
      case NodeKind::Operation: {
        auto* e = static_cast<const Operation*>(n);
        if (e->y == nullptr) return n->pos;
        n = e->x;
        break;
      }
      case NodeKind::CallExpr: n = static_cast<const CallExpr*>(n)->fun; break;
      case NodeKind::ListExpr: {
        auto* e = static_cast<const ListExpr*>(n);
        if (e->elems.empty()) return n->pos;
        n = e->elems[0];
        break;
      }
      case NodeKind::SendStmt: n = static_cast<const SendStmt*>(n)->chan; break;
      case NodeKind::AssignStmt: n = static_cast<const AssignStmt*>(n)->lhs; break;
      case NodeKind::RangeClause: {
        auto* e = static_cast<const RangeClause*>(n);
        n = e->lhs != nullptr ? e->lhs : e->x;
        break;
      }
      default: return n->pos;
    }
  }
}

namespace {

Pos after(Pos p, size_t len) {
  p.col += static_cast<uint32_t>(len);
  return p;
}

const Node* declEnd(const std::vector<Name*>& names, const Expr* typeExpr, const Expr* values) {
  if (values != nullptr) return values;
  if (typeExpr != nullptr) return typeExpr;
  return names.empty() ? nullptr : names.back();
}

}  // namespace

Pos endPos(const Node* n) {
  for (;;) {
    const Node* m = nullptr;  // where to look next; null: n->pos is the answer
    switch (n->kind) {
      case NodeKind::File: return static_cast<const File*>(n)->eof;
      case NodeKind::ImportDecl: m = static_cast<const ImportDecl*>(n)->path; break;
      case NodeKind::ConstDecl: {
        auto* d = static_cast<const ConstDecl*>(n);
        m = declEnd(d->names, d->typeExpr, d->values);
        break;
      }
      case NodeKind::VarDecl: {
        auto* d = static_cast<const VarDecl*>(n);
        m = declEnd(d->names, d->typeExpr, d->values);
        break;
      }
      case NodeKind::TypeDecl: m = static_cast<const TypeDecl*>(n)->typeExpr; break;
      case NodeKind::FuncDecl: {
        auto* d = static_cast<const FuncDecl*>(n);
        if (d->body != nullptr) {
          m = d->body;
        } else {
          m = d->typeExpr;
        }
        break;
      }
      case NodeKind::Name: return after(n->pos, static_cast<const Name*>(n)->value.size());
      case NodeKind::BasicLit: return after(n->pos, static_cast<const BasicLit*>(n)->value.size());
      case NodeKind::CompositeLit: return static_cast<const CompositeLit*>(n)->rbrace;
      case NodeKind::KeyValueExpr: m = static_cast<const KeyValueExpr*>(n)->value; break;
      case NodeKind::FuncLit: m = static_cast<const FuncLit*>(n)->body; break;
      case NodeKind::ParenExpr: m = static_cast<const ParenExpr*>(n)->x; break;
      case NodeKind::SelectorExpr: m = static_cast<const SelectorExpr*>(n)->sel; break;
      case NodeKind::IndexExpr: m = static_cast<const IndexExpr*>(n)->index; break;
      case NodeKind::SliceExpr: {
        auto* e = static_cast<const SliceExpr*>(n);
        m = e->x;
        for (const Expr* i : e->index) {
          if (i != nullptr) m = i;
        }
        break;
      }
      case NodeKind::AssertExpr: m = static_cast<const AssertExpr*>(n)->typeExpr; break;
      case NodeKind::TypeSwitchGuard: m = static_cast<const TypeSwitchGuard*>(n)->x; break;
      case NodeKind::Operation: {
        auto* e = static_cast<const Operation*>(n);
        m = e->y != nullptr ? e->y : e->x;
        break;
      }
      case NodeKind::CallExpr: {
        auto* e = static_cast<const CallExpr*>(n);
        m = e->args.empty() ? e->fun : e->args.back();
        break;
      }
      case NodeKind::ListExpr: {
        auto* e = static_cast<const ListExpr*>(n);
        if (!e->elems.empty()) m = e->elems.back();
        break;
      }
      case NodeKind::ArrayType: m = static_cast<const ArrayType*>(n)->elem; break;
      case NodeKind::SliceType: m = static_cast<const SliceType*>(n)->elem; break;
      case NodeKind::DotsType: m = static_cast<const DotsType*>(n)->elem; break;
      case NodeKind::StructType: {
        auto* e = static_cast<const StructType*>(n);
        if (!e->fields.empty()) m = e->fields.back();
        break;
      }
      case NodeKind::InterfaceType: {
        auto* e = static_cast<const InterfaceType*>(n);
        if (!e->methods.empty()) m = e->methods.back();
        break;
      }
      case NodeKind::Field: {
        auto* f = static_cast<const Field*>(n);
        if (f->type != nullptr) {
          m = f->type;
        } else {
          m = f->name;
        }
        break;
      }
      case NodeKind::FuncType: {
        auto* e = static_cast<const FuncType*>(n);
        if (!e->results.empty()) {
          m = e->results.back();
        } else if (!e->params.empty()) {
          m = e->params.back();
        }
        break;
      }
      case NodeKind::MapType: m = static_cast<const MapType*>(n)->value; break;
      case NodeKind::ChanType: m = static_cast<const ChanType*>(n)->elem; break;
      case NodeKind::LabeledStmt: m = static_cast<const LabeledStmt*>(n)->stmt; break;
      case NodeKind::BlockStmt: return static_cast<const BlockStmt*>(n)->rbrace;
      case NodeKind::ExprStmt: m = static_cast<const ExprStmt*>(n)->x; break;
      case NodeKind::SendStmt: m = static_cast<const SendStmt*>(n)->value; break;
      case NodeKind::AssignStmt: {
        auto* s = static_cast<const AssignStmt*>(n);
        m = s->rhs != nullptr ? s->rhs : s->lhs;
        break;
      }
      case NodeKind::IfStmt: {
        auto* s = static_cast<const IfStmt*>(n);
        if (s->els != nullptr) {
          m = s->els;
        } else {
          m = s->then;
        }
        break;
      }
      case NodeKind::ForStmt: m = static_cast<const ForStmt*>(n)->body; break;
      case NodeKind::SwitchStmt: return static_cast<const SwitchStmt*>(n)->rbrace;
      case NodeKind::SelectStmt: return static_cast<const SelectStmt*>(n)->rbrace;
      case NodeKind::RangeClause: m = static_cast<const RangeClause*>(n)->x; break;
      case NodeKind::CaseClause: {
        auto* c = static_cast<const CaseClause*>(n);
        if (c->body.empty()) return c->colon;
        m = c->body.back();
        break;
      }
      case NodeKind::CommClause: {
        auto* c = static_cast<const CommClause*>(n);
        if (c->body.empty()) return c->colon;
        m = c->body.back();
        break;
      }
      default: break;
    }
    if (m == nullptr) return n->pos;
    n = m;
  }
}

namespace {

constexpr int maxPrintDepth = 100;

class Printer {
 public:
  std::string out;

  void print(const Node* n) {
    if (n == nullptr) return;
    if (depth_ >= maxPrintDepth) {
      out += "…";
      return;
    }
    depth_++;
    node(n);
    depth_--;
  }

 private:
  int depth_ = 0;

  void exprList(const std::vector<Expr*>& list) {
    for (size_t i = 0; i < list.size(); i++) {
      if (i > 0) out += ", ";
      print(list[i]);
    }
  }

  void node(const Node* n) {
    switch (n->kind) {
      case NodeKind::BadExpr: out += "<bad expr>"; break;
      case NodeKind::Name: out += static_cast<const Name*>(n)->value; break;
      case NodeKind::BasicLit: out += static_cast<const BasicLit*>(n)->value; break;
      case NodeKind::FuncLit: {
        auto* e = static_cast<const FuncLit*>(n);
        print(e->typeExpr);
        out += e->body->list.empty() ? " {}" : " {…}";
        break;
      }
      case NodeKind::CompositeLit: {
        auto* e = static_cast<const CompositeLit*>(n);
        print(e->typeExpr);
        out += e->elems.empty() ? "{}" : "{…}";
        break;
      }
      case NodeKind::ParenExpr:
        out += "(";
        print(static_cast<const ParenExpr*>(n)->x);
        out += ")";
        break;
      case NodeKind::SelectorExpr: {
        auto* e = static_cast<const SelectorExpr*>(n);
        print(e->x);
        out += ".";
        print(e->sel);
        break;
      }
      case NodeKind::IndexExpr: {
        auto* e = static_cast<const IndexExpr*>(n);
        print(e->x);
        out += "[";
        print(e->index);
        out += "]";
        break;
      }
      case NodeKind::SliceExpr: {
        auto* e = static_cast<const SliceExpr*>(n);
        print(e->x);
        out += "[";
        print(e->index[0]);
        out += ":";
        print(e->index[1]);
        if (e->index[2] != nullptr) {
          out += ":";
          print(e->index[2]);
        }
        out += "]";
        break;
      }
      case NodeKind::AssertExpr: {
        auto* e = static_cast<const AssertExpr*>(n);
        print(e->x);
        out += ".(";
        print(e->typeExpr);
        out += ")";
        break;
      }
      case NodeKind::TypeSwitchGuard: {
        auto* e = static_cast<const TypeSwitchGuard*>(n);
        if (e->lhs != nullptr) {
          print(e->lhs);
          out += " := ";
        }
        print(e->x);
        out += ".(type)";
        break;
      }
      case NodeKind::CallExpr: {
        auto* e = static_cast<const CallExpr*>(n);
        print(e->fun);
        out += "(";
        exprList(e->args);
        if (e->hasDots) out += "...";
        out += ")";
        break;
      }
      case NodeKind::Operation: {
        auto* e = static_cast<const Operation*>(n);
        if (e->y == nullptr) {
          out += operatorString(e->op);
          print(e->x);
        } else {
          print(e->x);
          out += " ";
          out += operatorString(e->op);
          out += " ";
          print(e->y);
        }
        break;
      }
      case NodeKind::KeyValueExpr: {
        auto* e = static_cast<const KeyValueExpr*>(n);
        print(e->key);
        out += ": ";
        print(e->value);
        break;
      }
      case NodeKind::ListExpr: exprList(static_cast<const ListExpr*>(n)->elems); break;
      case NodeKind::ArrayType: {
        auto* e = static_cast<const ArrayType*>(n);
        out += "[";
        if (e->len == nullptr) {
          out += "...";
        } else {
          print(e->len);
        }
        out += "]";
        print(e->elem);
        break;
      }
      case NodeKind::SliceType:
        out += "[]";
        print(static_cast<const SliceType*>(n)->elem);
        break;
      case NodeKind::DotsType:
        out += "...";
        print(static_cast<const DotsType*>(n)->elem);
        break;
      case NodeKind::StructType: structType(static_cast<const StructType*>(n)); break;
      case NodeKind::FuncType:
        out += "func";
        signature(static_cast<const FuncType*>(n));
        break;
      case NodeKind::InterfaceType: {
        auto* e = static_cast<const InterfaceType*>(n);
        out += "interface{";
        for (size_t i = 0; i < e->methods.size(); i++) {
          if (i > 0) out += "; ";
          const Field* m = e->methods[i];
          if (m->name != nullptr) {
            print(m->name);
            if (auto* f = as<FuncType>(m->type)) signature(f);
          } else {
            print(m->type);
          }
        }
        out += "}";
        break;
      }
      case NodeKind::MapType: {
        auto* e = static_cast<const MapType*>(n);
        out += "map[";
        print(e->key);
        out += "]";
        print(e->value);
        break;
      }
      case NodeKind::ChanType: {
        auto* e = static_cast<const ChanType*>(n);
        if (e->dir == ChanDir::RecvOnly) out += "<-";
        out += "chan";
        if (e->dir == ChanDir::SendOnly) out += "<-";
        out += " ";
        auto* inner = as<ChanType>(e->elem);
        bool parens =
            e->dir == ChanDir::Both && inner != nullptr && inner->dir == ChanDir::RecvOnly;
        if (parens) out += "(";
        print(e->elem);
        if (parens) out += ")";
        break;
      }
      case NodeKind::ExprStmt: print(static_cast<const ExprStmt*>(n)->x); break;
      case NodeKind::SendStmt: {
        auto* s = static_cast<const SendStmt*>(n);
        print(s->chan);
        out += " <- ";
        print(s->value);
        break;
      }
      case NodeKind::AssignStmt: {
        auto* s = static_cast<const AssignStmt*>(n);
        print(s->lhs);
        if (s->rhs == nullptr) {
          out += operatorString(s->op);
          out += operatorString(s->op);
        } else {
          out += " ";
          out += operatorString(s->op);
          out += "= ";
          print(s->rhs);
        }
        break;
      }
      case NodeKind::RangeClause: {
        auto* s = static_cast<const RangeClause*>(n);
        if (s->lhs != nullptr) {
          print(s->lhs);
          out += s->def ? " := " : " = ";
        }
        out += "range ";
        print(s->x);
        break;
      }
      default: break;
    }
  }

  void structType(const StructType* e) {
    out += "struct{";
    for (size_t i = 0; i < e->fields.size();) {
      if (i > 0) out += "; ";
      const Field* f = e->fields[i];
      size_t j = i + 1;
      if (f->name == nullptr) {
        print(f->type);
      } else {
        while (j < e->fields.size() && e->fields[j]->name != nullptr &&
               e->fields[j]->type == f->type)
          j++;
        for (size_t k = i; k < j; k++) {
          if (k > i) out += ", ";
          print(e->fields[k]->name);
        }
        out += " ";
        print(f->type);
      }
      if (i < e->tags.size() && e->tags[i] != nullptr) {
        out += " ";
        print(e->tags[i]);
      }
      i = j;
    }
    out += "}";
  }

  void parameters(const std::vector<Field*>& list) {
    out += "(";
    for (size_t i = 0; i < list.size(); i++) {
      if (i > 0) out += ", ";
      const Field* f = list[i];
      if (f->name != nullptr) {
        print(f->name);
        if (i + 1 < list.size() && list[i + 1]->name != nullptr && list[i + 1]->type == f->type)
          continue;
        out += " ";
      }
      print(f->type);
    }
    out += ")";
  }

  void signature(const FuncType* f) {
    parameters(f->params);
    if (f->results.empty()) return;
    out += " ";
    if (f->results.size() == 1 && f->results[0]->name == nullptr) {
      print(f->results[0]->type);
    } else {
      parameters(f->results);
    }
  }
};

}  // namespace

std::string exprString(const Node* x) {
  Printer p;
  p.print(x);
  return p.out;
}

}  // namespace gort::minigo

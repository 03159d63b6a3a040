// Walking over syntax trees.
//
// Go: cmd/compile/internal/syntax/walk.go
#include "tools/minigo/ast.h"

namespace gort::minigo {

namespace {

class Walker {
 public:
  explicit Walker(const std::function<bool(Node*)>& f) : f_(f) {}

  void node(Node* n) {
    if (n == nullptr || !f_(n)) return;
    switch (n->kind) {
      case NodeKind::File: {
        auto* x = static_cast<File*>(n);
        node(x->pkgName);
        list(x->decls);
        break;
      }
      case NodeKind::ImportDecl: {
        auto* x = static_cast<ImportDecl*>(n);
        node(x->localName);
        node(x->path);
        break;
      }
      case NodeKind::ConstDecl: {
        auto* x = static_cast<ConstDecl*>(n);
        list(x->names);
        node(x->typeExpr);
        node(x->values);
        break;
      }
      case NodeKind::TypeDecl: {
        auto* x = static_cast<TypeDecl*>(n);
        node(x->name);
        node(x->typeExpr);
        break;
      }
      case NodeKind::VarDecl: {
        auto* x = static_cast<VarDecl*>(n);
        list(x->names);
        node(x->typeExpr);
        node(x->values);
        break;
      }
      case NodeKind::FuncDecl: {
        auto* x = static_cast<FuncDecl*>(n);
        node(x->recv);
        node(x->name);
        node(x->typeExpr);
        node(x->body);
        break;
      }
      case NodeKind::BadExpr:
      case NodeKind::Name:
      case NodeKind::BasicLit: break;
      case NodeKind::CompositeLit: {
        auto* x = static_cast<CompositeLit*>(n);
        node(x->typeExpr);
        list(x->elems);
        break;
      }
      case NodeKind::KeyValueExpr: {
        auto* x = static_cast<KeyValueExpr*>(n);
        node(x->key);
        node(x->value);
        break;
      }
      case NodeKind::FuncLit: {
        auto* x = static_cast<FuncLit*>(n);
        node(x->typeExpr);
        node(x->body);
        break;
      }
      case NodeKind::ParenExpr: node(static_cast<ParenExpr*>(n)->x); break;
      case NodeKind::SelectorExpr: {
        auto* x = static_cast<SelectorExpr*>(n);
        node(x->x);
        node(x->sel);
        break;
      }
      case NodeKind::IndexExpr: {
        auto* x = static_cast<IndexExpr*>(n);
        node(x->x);
        node(x->index);
        break;
      }
      case NodeKind::SliceExpr: {
        auto* x = static_cast<SliceExpr*>(n);
        node(x->x);
        for (Expr* i : x->index) node(i);
        break;
      }
      case NodeKind::AssertExpr: {
        auto* x = static_cast<AssertExpr*>(n);
        node(x->x);
        node(x->typeExpr);
        break;
      }
      case NodeKind::TypeSwitchGuard: {
        auto* x = static_cast<TypeSwitchGuard*>(n);
        node(x->lhs);
        node(x->x);
        break;
      }
      case NodeKind::Operation: {
        auto* x = static_cast<Operation*>(n);
        node(x->x);
        node(x->y);
        break;
      }
      case NodeKind::CallExpr: {
        auto* x = static_cast<CallExpr*>(n);
        node(x->fun);
        list(x->args);
        break;
      }
      case NodeKind::ListExpr: list(static_cast<ListExpr*>(n)->elems); break;
      case NodeKind::ArrayType: {
        auto* x = static_cast<ArrayType*>(n);
        node(x->len);
        node(x->elem);
        break;
      }
      case NodeKind::SliceType: node(static_cast<SliceType*>(n)->elem); break;
      case NodeKind::DotsType: node(static_cast<DotsType*>(n)->elem); break;
      case NodeKind::StructType: {
        auto* x = static_cast<StructType*>(n);
        fields(x->fields);
        list(x->tags);
        break;
      }
      case NodeKind::InterfaceType: fields(static_cast<InterfaceType*>(n)->methods); break;
      case NodeKind::FuncType: {
        auto* x = static_cast<FuncType*>(n);
        fields(x->params);
        fields(x->results);
        break;
      }
      case NodeKind::MapType: {
        auto* x = static_cast<MapType*>(n);
        node(x->key);
        node(x->value);
        break;
      }
      case NodeKind::ChanType: node(static_cast<ChanType*>(n)->elem); break;
      case NodeKind::Field: {
        auto* x = static_cast<Field*>(n);
        node(x->name);
        node(x->type);
        break;
      }
      case NodeKind::EmptyStmt: break;
      case NodeKind::LabeledStmt: {
        auto* x = static_cast<LabeledStmt*>(n);
        node(x->label);
        node(x->stmt);
        break;
      }
      case NodeKind::BlockStmt: list(static_cast<BlockStmt*>(n)->list); break;
      case NodeKind::ExprStmt: node(static_cast<ExprStmt*>(n)->x); break;
      case NodeKind::SendStmt: {
        auto* x = static_cast<SendStmt*>(n);
        node(x->chan);
        node(x->value);
        break;
      }
      case NodeKind::DeclStmt: list(static_cast<DeclStmt*>(n)->decls); break;
      case NodeKind::AssignStmt: {
        auto* x = static_cast<AssignStmt*>(n);
        node(x->lhs);
        node(x->rhs);
        break;
      }
      case NodeKind::BranchStmt: node(static_cast<BranchStmt*>(n)->label); break;
      case NodeKind::CallStmt: node(static_cast<CallStmt*>(n)->call); break;
      case NodeKind::ReturnStmt: node(static_cast<ReturnStmt*>(n)->results); break;
      case NodeKind::IfStmt: {
        auto* x = static_cast<IfStmt*>(n);
        node(x->init);
        node(x->cond);
        node(x->then);
        node(x->els);
        break;
      }
      case NodeKind::ForStmt: {
        auto* x = static_cast<ForStmt*>(n);
        node(x->init);
        node(x->cond);
        node(x->post);
        node(x->body);
        break;
      }
      case NodeKind::SwitchStmt: {
        auto* x = static_cast<SwitchStmt*>(n);
        node(x->init);
        node(x->tag);
        list(x->body);
        break;
      }
      case NodeKind::SelectStmt: list(static_cast<SelectStmt*>(n)->body); break;
      case NodeKind::RangeClause: {
        auto* x = static_cast<RangeClause*>(n);
        node(x->lhs);
        node(x->x);
        break;
      }
      case NodeKind::CaseClause: {
        auto* x = static_cast<CaseClause*>(n);
        node(x->cases);
        list(x->body);
        break;
      }
      case NodeKind::CommClause: {
        auto* x = static_cast<CommClause*>(n);
        node(x->comm);
        list(x->body);
        break;
      }
    }
  }

 private:
  template <class T>
  void list(const std::vector<T*>& l) {
    for (T* n : l) node(n);
  }

  void fields(const std::vector<Field*>& l) {
    Expr* prev = nullptr;
    for (Field* f : l) {
      if (!f_(f)) continue;
      node(f->name);
      if (f->type != prev) node(f->type);
      prev = f->type;
    }
  }

  const std::function<bool(Node*)>& f_;
};

}  // namespace

void inspect(Node* n, const std::function<bool(Node*)>& f) { Walker(f).node(n); }

}  // namespace gort::minigo

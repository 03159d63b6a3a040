// What the checker understands and the generator does not: refused here, with a position, after a
// program has been found to be correct Go. As the generator learns more, lines go away from this file.
//
// Go: no counterpart
#include "tools/minigo/checker.h"

namespace gort::minigo {

void Checker::refuseUncovered() {
  auto refuse = [this](At at, const std::string& what) { errorf(at, "%s", what); };
  // Larger types cannot exist on any machine (types.MaxWidth in Go's compiler).
  constexpr int64_t maxWidth = int64_t{1} << 50;
  // Elements are copied by instructions with a 16-bit size in Go; the limit is part of the language now.
  constexpr int64_t maxElem = int64_t{1} << 16;

  inspect(pkg_->syntax[0], [&](Node* n) {
    if (isExpr(n)) {
      auto* e = static_cast<Expr*>(n);
      if (e->mode == Mode::TypeExpr &&
          (n->kind == NodeKind::ArrayType || n->kind == NodeKind::StructType)) {
        int64_t size = sizeofType(e->type);
        if (size < 0 || size >= maxWidth) {
          refuse(e, sprintf("type %s larger than address space", e->type));
          return false;
        }
      }
      if (e->mode == Mode::TypeExpr && n->kind == NodeKind::ChanType) {
        int64_t size = sizeofType(as<Chan>(e->type)->elem);
        if (size < 0 || size >= maxElem) {
          refuse(e, "channel element type too large (>64kB)");
          return false;
        }
      }
    }

    switch (n->kind) {
      case NodeKind::MapType: refuse(n, sprintf("maps are not in minigo yet: %s", n)); return false;

      case NodeKind::InterfaceType:
        refuse(n, sprintf("interfaces are not in minigo yet: %s", n));
        return false;

      case NodeKind::Name: {
        auto* name = static_cast<Name*>(n);
        auto* t = as<TypeName>(name->obj);
        if (t == nullptr || t->pkg != nullptr) break;
        if (t->name == "any" || t->name == "error") {
          refuse(n, sprintf("interfaces are not in minigo yet: %s", t->name));
        } else if (t->name == "complex64" || t->name == "complex128") {
          refuse(n, sprintf("complex numbers are not in minigo yet: %s", t->name));
        }
        break;
      }

      case NodeKind::BasicLit:
        if (static_cast<BasicLit*>(n)->litKind == LitKind::Imag) {
          refuse(n, sprintf("complex numbers are not in minigo yet: %s", n));
        }
        break;

      case NodeKind::CallExpr: {
        auto* c = static_cast<CallExpr*>(n);
        if (c->callKind != CallKind::Builtin) break;
        switch (c->builtin) {
          case BuiltinId::Complex:
          case BuiltinId::Real:
          case BuiltinId::Imag:
            refuse(c, sprintf("complex numbers are not in minigo yet: %s", n));
            return false;
          case BuiltinId::Recover:
            refuse(c, sprintf("recover is not in minigo yet: %s", n));
            return false;
          default: break;
        }
        break;
      }

      case NodeKind::CallStmt: {
        auto* s = static_cast<CallStmt*>(n);
        if (s->tok != Token::Defer) break;
        refuse(s, sprintf("defer is not in minigo yet: defer %s", s->call));
        return false;
      }

      case NodeKind::AssertExpr:
        refuse(n, sprintf("type assertions are not in minigo yet: %s", n));
        return false;

      case NodeKind::TypeSwitchGuard:
        refuse(n, sprintf("type switches are not in minigo yet: %s", n));
        return false;

      case NodeKind::RangeClause: {
        auto* r = static_cast<RangeClause*>(n);
        if (r->rangeKind == RangeKind::Func) {
          refuse(r->x, sprintf("range over functions is not in minigo yet: range %s", r->x));
        }
        break;
      }

      default: break;
    }
    return true;
  });
}

}  // namespace gort::minigo

// Index and slice expressions.
//
// Go: cmd/compile/internal/types2/index.go
#include "tools/minigo/checker.h"

namespace gort::minigo {

void Checker::indexExpr(Operand* x, IndexExpr* e) {
  exprOrType(x, e->x);
  if (!x->isValid()) {
    use({e->index});
    return;
  }
  if (x->mode == Mode::TypeExpr) {
    x->invalidate();
    x->type = varType(e);  // T[P]: reports that T is not generic
    return;
  }
  if (!isComplete(x->type)) {
    x->invalidate();
    return;
  }

  Type* u = under(x->type);
  bool valid = false;
  int64_t length = -1;
  switch (u->kind) {
    case TypeKind::Basic:
      if (isString(u)) {
        valid = true;
        if (x->mode == Mode::Constant) length = static_cast<int64_t>(stringLen(x->val));
        if (isUntyped(x->type)) updateExprType(x->expr, basicType(BasicKind::String), true);
        x->mode = Mode::Value;  // not a constant, even if string and index are
        x->type = byteType();
      }
      break;

    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      valid = true;
      length = a->len;
      if (x->mode != Mode::Variable) x->mode = Mode::Value;
      x->type = a->elem;
      break;
    }

    case TypeKind::Pointer: {
      auto* p = static_cast<Pointer*>(u);
      if (!isComplete(p->elem)) {
        x->invalidate();
        return;
      }
      if (auto* a = underAs<Array>(p->elem)) {
        valid = true;
        length = a->len;
        x->mode = Mode::Variable;
        x->type = a->elem;
      }
      break;
    }

    case TypeKind::Slice:
      valid = true;
      x->mode = Mode::Variable;
      x->type = static_cast<Slice*>(u)->elem;
      break;

    case TypeKind::Map: {
      auto* m = static_cast<Map*>(u);
      if (!isComplete(m->elem)) {
        x->invalidate();
        return;
      }
      Expr* index = singleIndex(e);
      Operand key;
      expr(&key, index);
      assignment(&key, m->key, "map index");
      x->mode = Mode::MapIndex;
      x->type = m->elem;
      x->expr = e;
      return;
    }

    default: break;
  }

  if (!valid) {
    errorf(e->pos, "cannot index %s", x);
    use({e->index});
    x->invalidate();
    return;
  }
  Expr* index = singleIndex(e);
  if (x->type == nullptr) x->type = basicType(BasicKind::Invalid);
  this->index(index, length);
}

Expr* Checker::singleIndex(IndexExpr* e) {
  if (auto* l = as<ListExpr>(e->index)) {
    if (l->elems.size() > 1) errorf(l->elems[1], "invalid operation: more than one index");
    return l->elems[0];
  }
  return e->index;
}

void Checker::sliceExpr(Operand* x, SliceExpr* e) {
  expr(x, e->x);
  if (!x->isValid()) {
    use({e->index[0], e->index[1], e->index[2]});
    return;
  }
  Type* u = under(x->type);
  if (auto* p = as<Pointer>(u); p != nullptr && !isComplete(p->elem)) {
    x->invalidate();
    return;
  }

  bool valid = false;
  int64_t length = -1;
  switch (u->kind) {
    case TypeKind::Basic:
      if (!isString(u)) break;
      if (e->full) {
        errorf(e->index[2] != nullptr ? e->index[2] : e,
               "invalid operation: 3-index slice of string");
        x->invalidate();
        return;
      }
      valid = true;
      if (x->mode == Mode::Constant) length = static_cast<int64_t>(stringLen(x->val));
      if (isUntyped(x->type)) {
        // the string is needed at run time
        updateExprType(x->expr, basicType(BasicKind::String), true);
        x->type = basicType(BasicKind::String);
      }
      break;

    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      valid = true;
      length = a->len;
      if (x->mode != Mode::Variable) {
        errorf(x, "cannot slice unaddressable value %s", x);
        x->invalidate();
        return;
      }
      noteAddressTaken(e->x);
      x->type = make<Slice>(a->elem);
      break;
    }

    case TypeKind::Pointer:
      if (auto* a = underAs<Array>(static_cast<Pointer*>(u)->elem)) {
        valid = true;
        length = a->len;
        x->type = make<Slice>(a->elem);
      }
      break;

    case TypeKind::Slice: valid = true; break;

    default: break;
  }
  if (!valid) {
    errorf(x, "cannot slice %s", x);
    x->invalidate();
    return;
  }
  x->mode = Mode::Value;

  // length is also the capacity where it is known
  std::array<int64_t, 3> ind{-1, -1, -1};
  for (size_t i = 0; i < 3; i++) {
    if (e->index[i] != nullptr) {
      ind[i] = index(e->index[i], length >= 0 ? length + 1 : -1);
    } else if (i == 0) {
      ind[i] = 0;
    } else if (length >= 0) {
      ind[i] = length;
    }
  }
  for (size_t i = 0; i < 2; i++) {
    if (ind[i] <= 0) continue;
    for (size_t j = i + 1; j < 3; j++) {
      if (ind[j] < 0 || ind[j] >= ind[i]) continue;
      errorf(e->index[j] != nullptr ? e->index[j] : e, "invalid slice indices: %s < %s", ind[j],
             ind[i]);
      return;
    }
  }
}

// index checks an index below max (< 0: any). The result is its value if constant, else -1. *valid tells
// whether it can be an index at all.
int64_t Checker::index(Expr* e, int64_t max, bool* valid) {
  if (valid != nullptr) *valid = false;
  Operand x;
  expr(&x, e);
  if (!isValidIndex(&x, "index", false)) return -1;
  if (x.mode != Mode::Constant) {
    if (valid != nullptr) *valid = true;
    return -1;
  }
  if (x.val.kind() == Value::Kind::Unknown) return -1;
  int64_t v = int64Val(x.val).value_or(-1);
  if (max >= 0 && v >= max) {
    errorf(&x, "invalid argument: index %s out of bounds [0:%s]", x.val, max);
    return -1;
  }
  if (valid != nullptr) *valid = true;
  return v;
}

bool Checker::isValidIndex(Operand* x, const char* what, bool allowNegative) {
  if (!x->isValid()) return false;
  convertUntyped(x, basicType(BasicKind::Int));
  if (!x->isValid()) return false;
  if (!isInteger(x->type)) {
    errorf(x, "invalid argument: %s %s must be integer", what, x);
    return false;
  }
  if (x->mode != Mode::Constant) return true;
  if (!allowNegative && sign(x->val) < 0) {
    errorf(x, "invalid argument: %s %s must not be negative", what, x);
    return false;
  }
  if (!representableConst(x->val, basicType(BasicKind::Int), &x->val)) {
    errorf(x, "invalid argument: %s %s overflows int", what, x);
    return false;
  }
  return true;
}

}  // namespace gort::minigo

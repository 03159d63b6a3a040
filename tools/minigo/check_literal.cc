// Literals: basic, function and composite.
//
// Go: cmd/compile/internal/types2/literals.go, errsupport.go
#include "tools/minigo/checker.h"

namespace gort::minigo {

void Checker::basicLit(Operand* x, BasicLit* e) {
  BasicKind kind = BasicKind::UntypedString;
  switch (e->litKind) {
    case LitKind::Int: kind = BasicKind::UntypedInt; break;
    case LitKind::Float: kind = BasicKind::UntypedFloat; break;
    case LitKind::Imag: kind = BasicKind::UntypedComplex; break;
    case LitKind::Rune: kind = BasicKind::UntypedRune; break;
    case LitKind::String: break;
  }
  if (kind == BasicKind::UntypedInt || kind == BasicKind::UntypedFloat ||
      kind == BasicKind::UntypedComplex) {
    constexpr size_t limit = 10000;
    if (e->value.size() > limit) {
      errorf(e, "excessively long constant: %s... (%s chars)", e->value.substr(0, 10),
             e->value.size());
      return;
    }
  }
  Value v = makeFromLiteral(e->value, e->litKind);
  if (v.kind() == Value::Kind::Unknown) {
    errorf(e, "malformed constant: %s", e->value);
    return;
  }
  x->mode = Mode::Constant;
  x->type = basicType(kind);
  x->val = v;
  x->expr = e;
  overflow(x, opPos(e));
}

void Checker::funcLit(Operand* x, FuncLit* e) {
  auto* sig = as<Signature>(typ(e->typeExpr));
  sig->scope->pos = e->pos;
  sig->scope->end = endPos(e);
  e->sig = sig;
  e->captures.clear();
  literals_.push_back(e);
  // The body may use what is being declared, but must be checked before the scope changes.
  DeclInfo* decl = env_.decl;
  Value iota = env_.iota;
  auto* fn = make<FuncContext>(FuncContext{e, e, env_.fn});
  later([this, decl, sig, e, iota, fn] { funcBody(decl, sig, e->body, iota, fn); });
  x->mode = Mode::Value;
  x->type = sig;
}

// compositeLit checks T{...}, or {...} as an element of a literal whose element type is hint.
void Checker::compositeLit(Operand* x, CompositeLit* e, Type* hint) {
  Type* t;
  Type* base;
  bool isElem = false;
  e->index.clear();
  e->elidedPointer = false;

  if (e->typeExpr != nullptr) {
    auto* atyp = as<ArrayType>(e->typeExpr);
    if (atyp != nullptr && atyp->len == nullptr) {
      t = make<Array>(varType(atyp->elem), -1);  // [...]T: the elements tell the length
    } else {
      t = typ(e->typeExpr);
    }
    base = t;
  } else if (hint != nullptr) {
    t = hint;
    base = deref(under(t), &e->elidedPointer);  // in []*T, {} is &T{}
    if (!e->elidedPointer) base = t;
    isElem = true;
  } else {
    errorf(e, "missing type in composite literal");
    t = base = basicType(BasicKind::Invalid);
  }

  if (!isComplete(base)) {
    x->invalidate();
    return;
  }

  Type* u = under(base);
  switch (u->kind) {
    case TypeKind::Struct: structLit(e, static_cast<Struct*>(u), base); break;

    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      int64_t n = indexedElts(e, a->elem, a->len);
      if (a->len < 0) {
        a->len = n;
        if (e->typeExpr != nullptr) recordTypeAndValue(e->typeExpr, Mode::TypeExpr, a, Value());
      }
      e->arrayLen = a->len;
      break;
    }

    case TypeKind::Slice: e->arrayLen = indexedElts(e, static_cast<Slice*>(u)->elem, -1); break;

    case TypeKind::Map: mapLit(e, static_cast<Map*>(u)); break;

    default:
      for (Expr* el : e->elems) {
        auto* kv = as<KeyValueExpr>(el);
        use({kv != nullptr ? kv->value : el});
      }
      if (isValid(u)) {
        errorf(e, "invalid composite literal%s type %s", isElem ? " element" : "", t);
        x->invalidate();
        return;
      }
  }
  x->mode = Mode::Value;
  x->type = t;
}

void Checker::structLit(CompositeLit* e, Struct* s, Type* base) {
  if (e->elems.empty()) return;
  if (e->elems[0]->kind == NodeKind::KeyValueExpr) {
    // The path of each field that was set: a field may not be set together with one that contains it.
    std::vector<std::pair<std::vector<int>, Var*>> visited;
    for (Expr* el : e->elems) {
      e->index.push_back(0);
      e->path.emplace_back();
      auto* kv = as<KeyValueExpr>(el);
      if (kv == nullptr) {
        errorf(el, "mixture of field:value and value elements in struct literal");
        continue;
      }
      auto* key = as<Name>(kv->key);
      // The value is checked with the field's type in mind only after the field is known, but even if
      // it is not.
      Operand x;
      expr(&x, kv->value);
      if (key == nullptr) {
        errorf(kv, "invalid field name %s in struct literal", kv->key);
        continue;
      }
      LookupResult r = lookupFieldOrMethod(s, false, pkg_, key->value);
      if (r.obj == nullptr) {
        Object* alt = lookupFieldOrMethod(s, false, pkg_, key->value, true).obj;
        errorf(kv->key, "%s", lookupError(base, key->value, alt, true));
        continue;
      }
      auto* f = as<Var>(r.obj);
      if (f == nullptr) {
        errorf(kv->key, "%s is not a field", kv->key);
        continue;
      }
      if (r.indirect) {
        errorf(kv->key, "invalid implicit pointer indirection to reach %s", kv->key);
        continue;
      }
      recordUse(key, f);
      e->index.back() = r.index[0];
      e->path.back() = r.index;
      assignment(&x, f->type, "struct literal");
      bool clash = false;
      for (auto& [path, alt] : visited) {
        size_t n = std::min(path.size(), r.index.size());
        if (!std::equal(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(n),
                        r.index.begin())) {
          continue;
        }
        if (f == alt) {
          errorf(kv, "duplicate field name %s in struct literal", f->name);
        } else if (path.size() < r.index.size()) {
          errorf(kv, "cannot specify promoted field %s and enclosing embedded field %s", f->name,
                 alt->name);
        } else {
          errorf(kv, "cannot specify embedded field %s and enclosed promoted field %s", f->name,
                 alt->name);
        }
        clash = true;
        break;
      }
      if (!clash) visited.emplace_back(r.index, f);
    }
    return;
  }

  for (size_t i = 0; i < e->elems.size(); i++) {
    Expr* el = e->elems[i];
    e->index.push_back(static_cast<int64_t>(i));
    if (el->kind == NodeKind::KeyValueExpr) {
      errorf(el, "mixture of field:value and value elements in struct literal");
      continue;
    }
    Operand x;
    expr(&x, el);
    if (i >= s->fields.size()) {
      errorf(&x, "too many values in struct literal of type %s", base);
      break;
    }
    Var* f = s->fields[i];
    if (!isExported(f) && f->pkg != pkg_) {
      errorf(&x, "implicit assignment to unexported field %s in struct literal of type %s", f->name,
             base);
      continue;
    }
    assignment(&x, f->type, "struct literal");
  }
  if (e->elems.size() < s->fields.size()) {
    const char* hint = "";
    for (Var* f : s->fields) {
      if (!isExported(f) && f->pkg != pkg_)
        hint = " (type has unexported fields - use key:value pairs)";
    }
    errorf(e->rbrace, "too few values in struct literal of type %s%s", base, hint);
  }
}

void Checker::mapLit(CompositeLit* e, Map* m) {
  bool keyIsInterface = isInterface(m->key);
  std::map<std::string, std::vector<Type*>> visited;
  for (Expr* el : e->elems) {
    auto* kv = as<KeyValueExpr>(el);
    if (kv == nullptr) {
      errorf(el, "missing key in map literal");
      continue;
    }
    Operand x;
    expr(&x, kv->key, m->key);
    assignment(&x, m->key, "map literal");
    if (!x.isValid()) continue;
    if (x.mode == Mode::Constant) {
      std::string key = exactString(x.val);
      std::vector<Type*>& types = visited[key];
      bool duplicate = !types.empty() && !keyIsInterface;
      for (Type* t : types) {
        if (identical(t, x.type)) duplicate = true;
      }
      types.push_back(x.type);
      if (duplicate) {
        errorf(&x, "duplicate key %s in map literal", x.val);
        continue;
      }
    }
    Operand v;
    expr(&v, kv->value, m->elem);
    assignment(&v, m->elem, "map literal");
  }
}

// indexedElts checks the elements of an array or slice literal. length is the array's, or < 0. The result is
// the largest index + 1.
int64_t Checker::indexedElts(CompositeLit* e, Type* elem, int64_t length) {
  std::set<int64_t> visited;
  int64_t index = 0, max = 0;
  for (Expr* el : e->elems) {
    bool validIndex = false;
    Expr* value = el;
    if (auto* kv = as<KeyValueExpr>(el)) {
      bool valid;
      int64_t i = this->index(kv->key, length, &valid);
      if (valid) {
        if (i >= 0) {
          index = i;
          validIndex = true;
        } else {
          errorf(el, "index %s must be integer constant", kv->key);
        }
      }
      value = kv->value;
    } else if (length >= 0 && index >= length) {
      errorf(el, "index %s is out of bounds (>= %s)", index, length);
    } else {
      validIndex = true;
    }
    if (validIndex && !visited.insert(index).second) {
      errorf(el, "duplicate index %s in array or slice literal", index);
    }
    e->index.push_back(index);
    if (index < INT64_MAX) index++;
    if (index > max) max = index;

    Operand x;
    expr(&x, value, elem);
    assignment(&x, elem, "array or slice literal");
  }
  return max;
}

namespace {

std::string tail(const std::string& s) {
  int size;
  if (s.empty()) return s;
  decodeRune(s, 0, &size);
  return static_cast<size_t>(size) < s.size() ? s.substr(static_cast<size_t>(size)) : s;
}

}  // namespace

// lookupError says why t has no sel. alt is what a search without regard to case found.
std::string Checker::lookupError(Type* t, const std::string& sel, Object* alt, bool structLit) {
  enum { Missing, Misspelled, Unexported, Inaccessible } e = Missing;
  std::string name;
  if (alt != nullptr) {
    name = alt->name;
    if (alt->pkg == pkg_) {
      e = Misspelled;
    } else if (isExported(sel)) {
      if (isExported(name)) {
        e = Misspelled;
      } else if (tail(sel) == tail(name)) {
        e = Unexported;
      }
    } else if (isExported(name)) {
      if (tail(sel) == tail(name)) e = Misspelled;
    } else if (sel == name) {
      e = Inaccessible;
    }
  }

  if (structLit) {
    switch (e) {
      case Missing: return sprintf("unknown field %s in struct literal of type %s", sel, t);
      case Misspelled:
        return sprintf("unknown field %s in struct literal of type %s, but does have %s", sel, t,
                       name);
      case Unexported:
        return sprintf("unknown field %s in struct literal of type %s, but does have unexported %s",
                       sel, t, name);
      case Inaccessible:
        return sprintf("cannot refer to unexported field %s in struct literal of type %s", name, t);
    }
  }
  const char* what = alt == nullptr ? "object" : alt->kind == ObjectKind::Var ? "field" : "method";
  switch (e) {
    case Misspelled:
      return sprintf("type %s has no field or method %s, but does have %s %s", t, sel, what, name);
    case Unexported:
      return sprintf("type %s has no field or method %s, but does have unexported %s %s", t, sel,
                     what, name);
    case Inaccessible: return sprintf("cannot refer to unexported %s %s", what, name);
    default: return sprintf("type %s has no field or method %s", t, sel);
  }
}

}  // namespace gort::minigo

// Identifiers and type expressions.
//
// Go: cmd/compile/internal/types2/typexpr.go, struct.go, signature.go, interface.go, typeset.go
#include <algorithm>

#include "tools/minigo/checker.h"

namespace gort::minigo {

// ident checks a name into x. wantType: only a type will do.
void Checker::ident(Operand* x, Name* e, bool wantType) {
  x->invalidate();
  x->expr = e;

  Scope* scope = nullptr;
  Object* o = lookup(e->value, &scope);
  if (o == nullptr) {
    if (e->value == "_") {
      errorf(e, "cannot use _ as value or type");
    } else if (isValidName(e->value)) {
      errorf(e, "undefined: %s", e->value);
    }
    return;
  }
  recordUse(e, o);

  auto* tname = as<TypeName>(o);
  if (tname == nullptr && wantType) {
    errorf(e, "%s (%s) is not a type", o->name, objectKindString(o));
    if (auto* v = as<Var>(o)) v->used = true;  // no second error
    return;
  }

  // A type that is met while a type is wanted is declared again, to find cycles.
  if (o->type == nullptr || (tname != nullptr && wantType && o->pkg == pkg_)) objDecl(o);
  Type* t = o->type;

  if (auto it = dotImports_.find({scope, o->name}); it != dotImports_.end())
    it->second->used = true;

  switch (o->kind) {
    case ObjectKind::PkgName: errorf(e, "use of package %s not in selector", o->name); return;

    case ObjectKind::Const:
      addDeclDep(o);
      if (!isValid(t)) return;
      if (o == iotaObject()) {
        if (!env_.iota.present()) {
          errorf(e, "cannot use iota outside constant declaration");
          return;
        }
        x->val = env_.iota;
      } else {
        x->val = as<Const>(o)->val;
      }
      x->mode = Mode::Constant;
      break;

    case ObjectKind::TypeName: x->mode = Mode::TypeExpr; break;

    case ObjectKind::Var: {
      auto* v = as<Var>(o);
      if (v->pkg == pkg_) v->used = true;
      addDeclDep(o);
      if (t == nullptr || !isValid(t)) return;
      noteUse(v);
      x->mode = Mode::Variable;
      break;
    }

    case ObjectKind::Func:
      addDeclDep(o);
      x->mode = Mode::Value;
      break;

    case ObjectKind::Builtin:
      x->id = as<Builtin>(o)->id;
      x->mode = Mode::Builtin;
      break;

    case ObjectKind::Nil: x->mode = Mode::NilValue; break;
  }
  x->type = t;
}

Type* Checker::typ(Expr* e) {
  Nest nest(this, e);
  Type* t = typInternal(e);
  recordTypeAndValue(e, Mode::TypeExpr, t, Value());
  return t;
}

Type* Checker::typInternal(Expr* e0) {
  Type* invalid = basicType(BasicKind::Invalid);
  switch (e0->kind) {
    case NodeKind::BadExpr: return invalid;

    case NodeKind::Name:
    case NodeKind::SelectorExpr: {
      Operand x;
      if (auto* n = as<Name>(e0)) {
        ident(&x, n, true);
      } else {
        selector(&x, static_cast<SelectorExpr*>(e0), true);
      }
      if (x.mode == Mode::TypeExpr) return x.type;
      if (x.mode == Mode::NoValue) {
        errorf(&x, "%s used as type", &x);
      } else if (x.isValid()) {
        errorf(&x, "%s is not a type", &x);
      }
      return invalid;
    }

    case NodeKind::IndexExpr: return instantiatedType(static_cast<IndexExpr*>(e0));

    case NodeKind::ParenExpr: return typ(static_cast<ParenExpr*>(e0)->x);

    case NodeKind::ArrayType: {
      auto* e = static_cast<ArrayType*>(e0);
      int64_t len = -1;
      if (e->len != nullptr) {
        len = arrayLength(e->len);
      } else {
        errorf(e, "invalid use of [...] array (outside a composite literal)");
      }
      auto* t = make<Array>(invalid, len);
      t->elem = varType(e->elem);
      return len >= 0 ? t : invalid;
    }

    case NodeKind::SliceType: {
      auto* t = make<Slice>(invalid);
      t->elem = varType(static_cast<SliceType*>(e0)->elem);
      return t;
    }

    case NodeKind::DotsType: errorf(e0, "invalid use of ..."); return invalid;

    case NodeKind::StructType: {
      auto* t = make<Struct>();
      structType(t, static_cast<StructType*>(e0));
      return t;
    }

    case NodeKind::Operation: {
      auto* e = static_cast<Operation*>(e0);
      if (e->op != Operator::Mul || e->y != nullptr) break;
      auto* t = make<Pointer>(invalid);
      t->elem = varType(e->x);
      return isValid(t->elem) ? t : invalid;
    }

    case NodeKind::FuncType: {
      auto* t = make<Signature>();
      funcType(t, nullptr, static_cast<FuncType*>(e0));
      return t;
    }

    case NodeKind::InterfaceType: {
      auto* t = make<Interface>();
      interfaceType(t, static_cast<InterfaceType*>(e0));
      return t;
    }

    case NodeKind::MapType: {
      auto* e = static_cast<MapType*>(e0);
      auto* t = make<Map>(invalid, invalid);
      t->key = varType(e->key);
      t->elem = varType(e->value);
      later([this, t, e] {
        if (!comparable(t->key)) errorf(e->key, "invalid map key type %s", t->key);
      });
      return t;
    }

    case NodeKind::ChanType: {
      auto* e = static_cast<ChanType*>(e0);
      auto* t = make<Chan>(e->dir, invalid);
      t->elem = varType(e->elem);
      return t;
    }

    default: break;
  }
  errorf(e0, "%s is not a type", e0);
  use({e0});
  return invalid;
}

// instantiatedType: nothing is generic, so the type arguments are wrong.
Type* Checker::instantiatedType(IndexExpr* e) {
  Type* t = typ(e->x);
  if (isValid(t)) {
    errorf(e->x, "invalid operation: %s[%s] (%s is not a generic type)", e->x, e->index, t);
  }
  return basicType(BasicKind::Invalid);
}

int64_t Checker::arrayLength(Expr* e) {
  if (auto* n = as<Name>(e)) {
    Object* o = lookup(n->value);
    if (o == nullptr) {
      errorf(n, "undefined array length %s or missing type constraint", n->value);
      return -1;
    }
    if (as<Const>(o) == nullptr) {
      errorf(n, "invalid array length %s", n->value);
      return -1;
    }
  }
  Operand x;
  expr(&x, e);
  if (x.mode != Mode::Constant) {
    if (x.isValid()) errorf(&x, "array length %s must be constant", &x);
    return -1;
  }
  if (isUntyped(x.type) || isInteger(x.type)) {
    std::optional<int64_t> n = int64Val(toInt(x.val));
    if (n && *n >= 0) return *n;
  }
  errorf(&x, isInteger(x.type) ? "invalid array length %s" : "array length %s must be integer", &x);
  return -1;
}

namespace {

Expr* pointerBase(Expr* e) {
  auto* o = as<Operation>(e);
  return o != nullptr && o->op == Operator::Mul && o->y == nullptr ? o->x : nullptr;
}

// embeddedFieldIdent is the name of an embedded field: T, *T, p.T; null for anything else.
Name* embeddedFieldIdent(Expr* e) {
  for (;;) {
    switch (e->kind) {
      case NodeKind::Name: return static_cast<Name*>(e);
      case NodeKind::SelectorExpr: return static_cast<SelectorExpr*>(e)->sel;
      case NodeKind::IndexExpr: e = static_cast<IndexExpr*>(e)->x; break;
      case NodeKind::Operation: {
        Expr* base = pointerBase(e);
        if (base == nullptr || pointerBase(base) != nullptr) return nullptr;
        e = base;
        break;
      }
      default: return nullptr;
    }
  }
}

}  // namespace

void Checker::structType(Struct* styp, StructType* e) {
  std::map<std::string, Var*> fset;
  std::vector<Var*> fields;
  std::vector<std::string> tags;
  bool anyTag = false;
  Type* t = nullptr;
  Expr* prev = nullptr;

  auto add = [&](Name* n, Type* ft, bool embedded, const std::string& tag) {
    auto* f = make<Var>(VarKind::Field, n->pos, pkg_, n->value, ft);
    f->embedded = embedded;
    if (n->value != "_") {
      auto [alt, isNew] = fset.emplace(objectId(f), f);
      if (!isNew) {
        Error err(this);
        err.add(f, "%s redeclared", f->name);
        err.addAltDecl(alt->second);
        err.report();
        return;
      }
    }
    fields.push_back(f);
    tags.push_back(tag);
    if (!tag.empty()) anyTag = true;
    // The name of an embedded field is also a use of its type; the type is what it denotes.
    if (!embedded) recordDef(n, f);
  };

  for (size_t i = 0; i < e->fields.size(); i++) {
    Field* f = e->fields[i];
    if (i == 0 || f->type != prev) {
      t = varType(f->type);
      prev = f->type;
    }
    std::string tag;
    if (i < e->tags.size() && e->tags[i] != nullptr && !e->tags[i]->bad) {
      BasicLit* lit = e->tags[i];
      if (lit->litKind == LitKind::String) {
        tag = stringVal(makeFromLiteral(lit->value, LitKind::String));
      } else {
        errorf(lit, "incorrect tag syntax: %s", quoteString(lit->value));
      }
    }
    if (f->name != nullptr) {
      add(f->name, t, false, tag);
      continue;
    }

    Pos pos = startPos(f->type);
    Name* n = embeddedFieldIdent(f->type);
    if (n == nullptr) {
      errorf(pos, "invalid embedded field type %s", f->type);
      add(dummyName(pos, "_"), basicType(BasicKind::Invalid), true, "");
      continue;
    }
    add(n, t, true, tag);
    later([this, t, pos] {
      bool isPtr;
      Type* base = deref(t, &isPtr);
      Type* u = under(base);
      if (!isValid(base)) return;
      if (isUnsafePointer(u)) {
        errorf(pos, "embedded field type cannot be unsafe.Pointer");
      } else if (u->kind == TypeKind::Pointer) {
        errorf(pos, "embedded field type cannot be a pointer");
      } else if (u->kind == TypeKind::Interface && isPtr) {
        errorf(pos, "embedded field type cannot be a pointer to an interface");
      }
    });
  }
  styp->fields = std::move(fields);
  if (anyTag) styp->tags = std::move(tags);
}

void Checker::interfaceType(Interface* ityp, InterfaceType* e) {
  for (Field* f : e->methods) {
    if (f->name == nullptr) {
      auto* o = as<Operation>(f->type);
      if (o != nullptr &&
          (o->op == Operator::Tilde || (o->op == Operator::Or && o->y != nullptr))) {
        errorf(f->type, "type constraints are not in minigo yet: %s", f->type);
        continue;
      }
      ityp->embeddeds.push_back(typ(f->type));
      ityp->embedPos.push_back(startPos(f->type));
      continue;
    }
    if (f->name->value == "_") {
      errorf(f->name, "methods must have a unique non-blank name");
      continue;
    }
    auto* sig = as<Signature>(typ(f->type));
    if (sig == nullptr) continue;
    sig->recv = make<Var>(VarKind::Recv, f->name->pos, pkg_, "", ityp);
    auto* m = make<Func>(f->name->pos, pkg_, f->name->value, sig);
    recordDef(f->name, m);
    ityp->methods.push_back(m);
  }
  ityp->complete = true;
  later([this, ityp] { computeInterface(ityp); });
}

// computeInterface checks the methods and embedded types of an interface.
void Checker::computeInterface(Interface* ityp) {
  std::map<std::string, std::pair<Func*, Pos>> seen;
  auto duplicate = [this](Pos pos, Func* m, Pos other) {
    Error err(this);
    err.add(pos, "duplicate method %s", m->name);
    err.add(other, "other declaration of method %s", m->name);
    err.report();
  };
  for (Func* m : ityp->methods) {
    auto [alt, isNew] = seen.emplace(objectId(m), std::pair(m, m->pos));
    if (!isNew) duplicate(m->pos, m, alt->second.second);
  }
  for (size_t i = 0; i < ityp->embeddeds.size(); i++) {
    Type* t = ityp->embeddeds[i];
    Pos pos = ityp->embedPos[i];
    if (!isValid(under(t))) continue;
    auto* u = underAs<Interface>(t);
    if (u == nullptr) {
      errorf(pos, "type constraints are not in minigo yet: interface embeds %s", t);
      continue;
    }
    for (Func* m : allMethods(u)) {
      auto [alt, isNew] = seen.emplace(objectId(m), std::pair(m, pos));
      if (isNew) continue;
      // the same method may come several ways
      Func* other = alt->second.first;
      Pos otherPos = alt->second.second;
      later([=] {
        if (!identical(m->type, other->type)) duplicate(pos, m, otherPos);
      });
    }
  }
  allMethods(ityp);
}

// funcType checks a signature. Its parameters are declared in a scope of their own, sig->scope.
void Checker::funcType(Signature* sig, Field* recvPar, FuncType* ftyp) {
  openScope(ftyp);
  env_.scope->isFunc = true;
  sig->scope = env_.scope;

  Var* recv = recvPar == nullptr ? nullptr : collectRecv(recvPar);
  bool variadic = false, ignored = false;
  std::vector<Var*> params = collectParams(VarKind::Param, ftyp->params, &variadic);
  std::vector<Var*> results = collectParams(VarKind::Result, ftyp->results, &ignored);

  Pos scopePos = endPos(ftyp);
  if (recv != nullptr && !recv->name.empty()) {
    declare(env_.scope, recvPar->name, recv, scopePos);
  }
  declareParams(ftyp->params, params, scopePos);
  declareParams(ftyp->results, results, scopePos);

  sig->recv = recv;
  sig->params = std::move(params);
  sig->results = std::move(results);
  sig->variadic = variadic;
  closeScope();
}

Var* Checker::collectRecv(Field* rparam) {
  Expr* base = unpackRecv(rparam->type).second;
  Type* t = varType(rparam->type);
  Var* recv;
  if (rparam->name != nullptr) {
    recv = make<Var>(VarKind::Recv, rparam->name->pos, pkg_, rparam->name->value, t);
  } else {
    recv = make<Var>(VarKind::Recv, rparam->pos, pkg_, "", t);
  }
  later([this, base, recv] { validRecv(base, recv); });
  return recv;
}

std::vector<Var*> Checker::collectParams(VarKind kind, const std::vector<Field*>& list,
                                         bool* variadic) {
  std::vector<Var*> params;
  Type* t = nullptr;
  Expr* prev = nullptr;
  for (size_t i = 0; i < list.size(); i++) {
    Field* f = list[i];
    if (f->type != prev) {
      prev = f->type;
      Expr* ftype = f->type;
      if (auto* dots = as<DotsType>(ftype)) {
        ftype = dots->elem;
        if (kind == VarKind::Param && i + 1 == list.size()) {
          *variadic = true;
        } else {
          errorf(dots, "invalid use of ...");
        }
      }
      t = varType(ftype);
    }
    if (f->name != nullptr) {
      params.push_back(make<Var>(kind, f->name->pos, pkg_, f->name->value, t));
    } else {
      params.push_back(make<Var>(kind, f->pos, pkg_, "", t));
    }
  }
  if (*variadic) {
    Var* last = params.back();
    last->type = make<Slice>(last->type);
    recordTypeAndValue(list.back()->type, Mode::TypeExpr, last->type, Value());
  }
  return params;
}

void Checker::declareParams(const std::vector<Field*>& list, const std::vector<Var*>& vars,
                            Pos scopePos) {
  for (size_t i = 0; i < list.size(); i++) {
    if (list[i]->name != nullptr) declare(env_.scope, list[i]->name, vars[i], scopePos);
  }
}

void Checker::validRecv(Expr* at, Var* recv) {
  Type* rtyp = deref(recv->type);
  Type* t = unalias(rtyp);
  if (!isValid(t)) return;
  if (auto* n = as<Named>(t)) {
    if (n->obj->pkg != pkg_) {
      errorf(at, "cannot define new methods on non-local type %s", rtyp);
      return;
    }
    Type* u = under(n);
    if (isUnsafePointer(u)) {
      errorf(at, "invalid receiver type %s (unsafe.Pointer)", rtyp);
    } else if (u->kind == TypeKind::Pointer || u->kind == TypeKind::Interface) {
      errorf(at, "invalid receiver type %s (pointer or interface type)", rtyp);
    }
  } else if (t->kind == TypeKind::Basic) {
    errorf(at, "cannot define new methods on non-local type %s", rtyp);
  } else {
    errorf(at, "invalid receiver type %s", recv->type);
  }
}

}  // namespace gort::minigo

// Declarations: their types on demand, cycles among them, and declarations inside functions.
//
// Go: cmd/compile/internal/types2/decl.go, cycles.go, validtype.go
//
// An object whose type is being determined is on objPath_. To meet it again is a cycle: valid when it goes
// through a type definition (type T *T), an error else. Cycles of values only are left to the
// initialisation order, which reports them better.
#include <algorithm>

#include "tools/minigo/checker.h"

namespace gort::minigo {

void Checker::declare(Scope* scope, Name* id, Object* o, Pos scopePos) {
  if (o->name != "_") {
    if (Object* alt = scope->insert(o)) {
      Error err(this);
      err.add(o, "%s redeclared in this block", o->name);
      err.addAltDecl(alt);
      err.report();
      return;
    }
    o->scopePos = scopePos;
  }
  if (id != nullptr) recordDef(id, o);
}

// objDecl determines the type of o.
void Checker::objDecl(Object* o) {
  if (o->pathIdx >= 0) {
    // A cycle. An object always leaves here with some type.
    switch (o->kind) {
      case ObjectKind::Const:
      case ObjectKind::Var:
        if (!validCycle(o) || o->type == nullptr) o->type = basicType(BasicKind::Invalid);
        break;
      case ObjectKind::TypeName:
        if (!validCycle(o)) o->type = basicType(BasicKind::Invalid);
        break;
      default: validCycle(o);  // a function keeps the empty signature that it was given
    }
    return;
  }
  if (o->type != nullptr) return;

  DeclInfo* d = declInfo(o);
  if (d == nullptr) {  // not a package-level object: nothing can be found out here
    o->type = basicType(BasicKind::Invalid);
    return;
  }
  push(o);
  Environment saved = std::move(env_);
  env_ = Environment{};
  env_.scope = d->file;
  switch (o->kind) {
    case ObjectKind::Const:
      env_.decl = d;
      constDecl(as<Const>(o), d->vtyp, d->init, d->inherited);
      break;
    case ObjectKind::Var:
      env_.decl = d;
      varDecl(as<Var>(o), d->lhs, d->vtyp, d->init);
      break;
    case ObjectKind::TypeName:
      typeDecl(as<TypeName>(o), d->tdecl);
      collectMethods(as<TypeName>(o));
      break;
    default: funcDecl(as<Func>(o), d);  // functions may be recursive: no dependencies to track
  }
  env_ = std::move(saved);
  pop();
}

namespace {

size_t firstInSource(const std::vector<Object*>& path) {
  size_t first = 0;
  for (size_t i = 1; i < path.size(); i++) {
    if (path[i]->pos < path[first]->pos) first = i;
  }
  return first;
}

}  // namespace

// validCycle tells whether the cycle that o closes is valid, and reports it if not.
bool Checker::validCycle(Object* o) {
  std::vector<Object*> cycle(objPath_.begin() + o->pathIdx, objPath_.end());
  size_t nval = 0, ndef = 0;  // values and type definitions
  for (Object* c : cycle) {
    if (c->kind == ObjectKind::Const || c->kind == ObjectKind::Var) {
      nval++;
    } else if (auto* t = as<TypeName>(c)) {
      if (!t->isAlias()) ndef++;
    }
  }
  if (nval == cycle.size()) return true;  // see initOrder
  if (nval == 0 && ndef > 0) return true;
  cycleError(cycle, firstInSource(cycle));
  return false;
}

void Checker::cycleError(const std::vector<Object*>& cycle, size_t start) {
  Object* o = cycle[start];
  auto* tname = as<TypeName>(o);
  if (tname != nullptr) {
    if (auto* a = as<Alias>(tname->type)) a->rhs = basicType(BasicKind::Invalid);
  }
  if (cycle.size() == 1) {
    if (tname != nullptr) {
      errorf(o, "invalid recursive type: %s refers to itself", o->name);
    } else {
      errorf(o, "invalid cycle in declaration: %s refers to itself", o->name);
    }
    return;
  }
  Error err(this);
  if (tname != nullptr) {
    err.add(o, "invalid recursive type %s", o->name);
  } else {
    err.add(o, "invalid cycle in declaration of %s", o->name);
  }
  for (size_t i = 0; i < cycle.size(); i++) {
    Object* next = cycle[(start + i + 1) % cycle.size()];
    err.add(o, "%s refers to %s", o->name, next->name);
    o = next;
  }
  err.report();
}

// directCycles finds type declarations that are each just the next one's name, in a circle.
void Checker::directCycles() {
  std::map<TypeName*, int> pathIdx;  // -1: done
  for (Object* o : objList_) {
    auto* t = as<TypeName>(o);
    if (t == nullptr) continue;
    std::vector<Object*> path;
    while (t != nullptr) {
      auto it = pathIdx.find(t);
      if (it != pathIdx.end()) {
        if (it->second < 0) break;
        t->type = basicType(BasicKind::Invalid);
        std::vector<Object*> cycle(path.begin() + it->second, path.end());
        cycleError(cycle, firstInSource(cycle));
        break;
      }
      pathIdx[t] = static_cast<int>(path.size());
      path.push_back(t);
      DeclInfo* d = declInfo(t);
      auto* rhs = d == nullptr ? nullptr : as<Name>(d->tdecl->typeExpr);
      t = rhs == nullptr ? nullptr : as<TypeName>(pkg_->scope->lookup(rhs->value));
    }
    for (Object* p : path) pathIdx[as<TypeName>(p)] = -1;
  }
}

// isComplete tells whether values of type t may be made. If t is still being declared, a cycle is reported.
bool Checker::isComplete(Type* t) {
  for (;;) {
    Object* o;
    if (auto* a = as<Alias>(t)) {
      o = a->obj;
      t = a->rhs;
    } else if (auto* n = as<Named>(t)) {
      o = n->obj;
      t = n->fromRhs;
    } else {
      return true;
    }
    if (o->pathIdx >= 0) {
      std::vector<Object*> cycle(objPath_.begin() + o->pathIdx, objPath_.end());
      cycleError(cycle, firstInSource(cycle));
      return false;
    }
    if (t == nullptr) return true;
  }
}

// validType reports a type that contains itself.
void Checker::validType(Named* t) {
  std::vector<Named*> path;
  validType0(t, &path);
}

bool Checker::validType0(Type* t, std::vector<Named*>* path) {
  t = unalias(t);
  switch (t->kind) {
    case TypeKind::Array: return validType0(static_cast<Array*>(t)->elem, path);
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(t)->fields) {
        if (!validType0(f->type, path)) return false;
      }
      return true;
    case TypeKind::Interface:
      for (Type* e : static_cast<Interface*>(t)->embeddeds) {
        if (!validType0(e, path)) return false;
      }
      return true;
    case TypeKind::Named: {
      auto* n = static_cast<Named*>(t);
      if (validated_.count(n) != 0 || n->fromRhs == nullptr) return true;
      auto it = std::find(path->begin(), path->end(), n);
      if (it != path->end()) {
        n->fromRhs = basicType(BasicKind::Invalid);
        n->underlying = nullptr;
        std::vector<Object*> cycle;
        for (; it != path->end(); ++it) cycle.push_back((*it)->obj);
        cycleError(cycle, 0);
        return false;
      }
      path->push_back(n);
      bool ok = validType0(n->fromRhs, path);
      path->pop_back();
      if (ok) validated_.insert(n);
      return ok;
    }
    default: return true;
  }
}

void Checker::constDecl(Const* o, Expr* typ, Expr* init, bool inherited) {
  Value savedIota = env_.iota;
  Pos savedErrpos = env_.errpos;
  env_.iota = o->val;  // the resolver left the line's number there
  env_.errpos = Pos{};
  o->val = makeUnknown();

  bool ok = true;
  if (typ != nullptr) {
    Type* t = this->typ(typ);
    if (isConstType(t)) {
      o->type = t;
    } else {
      if (isValid(under(t))) errorf(typ, "invalid constant type %s", t);
      o->type = basicType(BasicKind::Invalid);
      ok = false;
    }
  }
  if (ok) {
    Operand x;
    if (init != nullptr) {
      if (inherited) env_.errpos = o->pos;
      expr(&x, init);
    }
    initConst(o, &x);
  }
  env_.iota = savedIota;
  env_.errpos = savedErrpos;
}

void Checker::varDecl(Var* o, const std::vector<Var*>& lhs, Expr* typ, Expr* init) {
  if (typ != nullptr) o->type = varType(typ);
  if (init == nullptr) {
    if (typ == nullptr) o->type = basicType(BasicKind::Invalid);  // reported by arity
    return;
  }
  if (lhs.size() <= 1) {
    Operand x;
    expr(&x, init);
    initVar(o, &x, "variable declaration");
    return;
  }
  // Several variables, one value: all have the declared type, if there is one.
  if (typ != nullptr) {
    for (Var* v : lhs) v->type = o->type;
  }
  initVars(lhs, {init}, nullptr);
}

void Checker::typeDecl(TypeName* o, TypeDecl* d) {
  later([this, o] {
    auto* n = as<Named>(unalias(o->type));
    if (n == nullptr) return;
    validType(n);
    under(n);  // sets n->underlying, if nobody has asked for it yet
  });

  if (d->alias) {
    auto* a = make<Alias>(o);
    o->type = a;
    Type* rhs = typ(d->typeExpr);
    // a cycle that was reported meanwhile has left the invalid type
    if (a->rhs == nullptr) a->rhs = rhs;
    return;
  }
  auto* n = make<Named>(o);
  o->type = n;
  n->fromRhs = typ(d->typeExpr);
}

// collectMethods adds to the type o the methods that the resolver found for it.
void Checker::collectMethods(TypeName* o) {
  auto it = methods_.find(o);
  if (it == methods_.end()) return;
  std::vector<Func*> methods = std::move(it->second);
  methods_.erase(it);
  Named* base = asNamed(o->type);
  if (base != nullptr) {
    later([this, base] { checkFieldUniqueness(base); });
  }
  std::map<std::string, Func*> mset;
  for (Func* m : methods) {
    auto [alt, isNew] = mset.emplace(objectId(m), m);
    if (!isNew) {
      errorf(m, "method %s.%s already declared at %s", o->name, m->name, alt->second->pos);
      continue;
    }
    if (base != nullptr) {
      m->recvNamed = base;
      base->methods.push_back(m);
    }
  }
}

void Checker::checkFieldUniqueness(Named* base) {
  auto* s = underAs<Struct>(base);
  if (s == nullptr) return;
  for (Var* f : s->fields) {
    if (f->name == "_") continue;
    for (Func* m : base->methods) {
      if (objectId(m) != objectId(f)) continue;
      Error err(this);
      err.add(m, "field and method with the same name %s", f->name);
      err.addAltDecl(f);
      err.report();
    }
  }
}

void Checker::funcDecl(Func* o, DeclInfo* d) {
  auto* sig = make<Signature>();
  o->type = sig;  // guards against cycles
  FuncDecl* fdecl = d->fdecl;
  funcType(sig, fdecl->recv, fdecl->typeExpr);
  sig->scope->pos = fdecl->pos;
  sig->scope->end = endPos(fdecl);
  if (fdecl->body == nullptr) return;
  later([this, d, sig, fdecl] {
    auto* fn = make<FuncContext>(FuncContext{fdecl, nullptr, nullptr});
    funcBody(d, sig, fdecl->body, Value(), fn);
  });
}

// --- Declarations inside functions ---

Var* Checker::newLocal(Pos p, const std::string& name) {
  auto* v = make<Var>(VarKind::Local, p, pkg_, name, nullptr);
  v->func = env_.fn == nullptr ? nullptr : env_.fn->node;
  locals_.push_back(v);
  return v;
}

void Checker::localVarDecl(VarDecl* d) {
  size_t top = delayed_.size();
  std::vector<Var*> vars;
  for (Name* n : d->names) vars.push_back(newLocal(n->pos, n->value));
  std::vector<Expr*> values = unpackList(d->values);
  for (size_t i = 0; i < vars.size(); i++) {
    std::vector<Var*> lhs;
    Expr* init = nullptr;
    if (values.size() == vars.size()) {
      init = values[i];
    } else if (values.size() == 1) {
      lhs = vars;
      init = values[0];
    } else if (i < values.size()) {
      init = values[i];
    }
    varDecl(vars[i], lhs, d->typeExpr, init);
    if (values.size() == 1) break;  // one value gives all variables their types
  }
  if (d->typeExpr == nullptr || !values.empty()) arity(d->pos, d->names, values, false, false);
  processDelayed(top);  // function literals are checked before the scope changes
  Pos scopePos = endPos(d);
  for (size_t i = 0; i < vars.size(); i++) declare(env_.scope, d->names[i], vars[i], scopePos);
}

void Checker::declStmt(const std::vector<Decl*>& list) {
  ConstDecl empty;
  ConstDecl* last = nullptr;
  size_t first = 0;
  Decl* prev = nullptr;
  for (size_t i = 0; i < list.size(); i++) {
    switch (list[i]->kind) {
      case NodeKind::ConstDecl: {
        auto* d = static_cast<ConstDecl*>(list[i]);
        size_t top = delayed_.size();
        if (prev == nullptr || prev->kind != NodeKind::ConstDecl || d->group == nullptr ||
            prev->group != d->group) {
          first = i;
          last = nullptr;
        }
        bool inherited = d->typeExpr == nullptr && d->values == nullptr && last != nullptr;
        if (!inherited) last = d->typeExpr != nullptr || d->values != nullptr ? d : &empty;
        std::vector<Expr*> values = unpackList(last->values);
        std::vector<Const*> lhs;
        for (size_t k = 0; k < d->names.size(); k++) {
          Name* n = d->names[k];
          auto* c = make<Const>(n->pos, pkg_, n->value, nullptr,
                                makeInt64(static_cast<int64_t>(i - first)));
          lhs.push_back(c);
          constDecl(c, last->typeExpr, k < values.size() ? values[k] : nullptr, inherited);
        }
        arity(d->pos, d->names, values, true, inherited);
        processDelayed(top);
        Pos scopePos = endPos(d);
        for (size_t k = 0; k < lhs.size(); k++) declare(env_.scope, d->names[k], lhs[k], scopePos);
        break;
      }

      case NodeKind::VarDecl: localVarDecl(static_cast<VarDecl*>(list[i])); break;

      case NodeKind::TypeDecl: {
        auto* d = static_cast<TypeDecl*>(list[i]);
        auto* t = make<TypeName>(d->name->pos, pkg_, d->name->value, nullptr);
        // the scope of a type starts at its name, so that it can be recursive
        declare(env_.scope, d->name, t, d->name->pos);
        push(t);
        typeDecl(t, d);
        pop();
        localTypes_.push_back(d);
        break;
      }

      default: break;
    }
    prev = list[i];
  }
}

}  // namespace gort::minigo

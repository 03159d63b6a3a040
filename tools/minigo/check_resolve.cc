// Collecting package-level objects and imports, and the package as the generator reads it.
//
// Go: cmd/compile/internal/types2/resolver.go
#include <algorithm>

#include "tools/minigo/checker.h"
#include "tools/minigo/unicode.h"

namespace gort::minigo {

// arity checks that a const or var declaration has as many values as names.
void Checker::arity(Pos pos, const std::vector<Name*>& names, const std::vector<Expr*>& inits,
                    bool constDecl, bool inherited) {
  size_t l = names.size(), r = inits.size();
  if (l < r) {
    if (inherited) {
      errorf(pos, "extra init expr at %s", inits[l]->pos);
    } else {
      errorf(inits[l], "extra init expr %s", inits[l]);
    }
  } else if (l > r && (constDecl || r != 1)) {
    // one value for several variables may be a call with several results
    errorf(names[r], "missing init expr for %s", names[r]->value);
  }
}

void Checker::addDecl(Object* o, DeclInfo* d) {
  objMap_[o] = d;
  objList_.push_back(o);
  o->order = static_cast<uint32_t>(objList_.size());
}

DeclInfo* Checker::declInfo(Object* o) {
  auto it = objMap_.find(o);
  return it == objMap_.end() ? nullptr : it->second;
}

void Checker::declarePkgObj(Name* ident, Object* o, DeclInfo* d) {
  if (ident->value == "init") {
    errorf(ident, "cannot declare init - must be func");
    return;
  }
  if (ident->value == "main" && pkg_->name == "main") {
    errorf(ident, "cannot declare main - must be func");
    return;
  }
  declare(pkg_->scope, ident, o, Pos{});
  addDecl(o, d);
}

namespace {

// importPathError is what is wrong with an import path, or "".
std::string importPathError(const std::string& path) {
  if (path.empty()) return "empty string";
  constexpr std::string_view illegal = "!\"#$%&'()*,:;<=>?[\\]^{|}`";
  for (size_t i = 0; i < path.size();) {
    int size;
    uint32_t r = decodeRune(path, i, &size);
    bool bad = !isUnicodePrint(r) || r == ' ' || r == runeError ||
               (r < 0x80 && illegal.find(static_cast<char>(r)) != std::string_view::npos);
    if (bad) return "invalid character " + runeDescription(r);
    i += static_cast<size_t>(size);
  }
  return "";
}

std::string lastElement(const std::string& path) {
  size_t i = path.rfind('/');
  return i == std::string::npos ? path : path.substr(i + 1);
}

}  // namespace

void Checker::collectImport(ImportDecl* d, Scope* fileScope) {
  if (d->path == nullptr || d->path->bad) return;  // reported by the parser
  std::string path = stringVal(makeFromLiteral(d->path->value, LitKind::String));
  if (std::string err = importPathError(path); !err.empty()) {
    errorf(d->path, "invalid import path (%s)", err);
    return;
  }

  Package* imp = importedPackage(path);
  if (imp == nullptr) {
    errorf(d->path, "package %s is not in minigo yet", path);
    imp = make<Package>();
    imp->path = path;
    imp->name = lastElement(path);
    imp->scope = make<Scope>(universe());
    fakeImports_.insert(imp);
  }

  std::string name = d->localName != nullptr ? d->localName->value : imp->name;
  if (name == "init") {
    errorf(d, "cannot import package as init - init must be a func");
    return;
  }
  if (std::find(pkg_->imports.begin(), pkg_->imports.end(), imp) == pkg_->imports.end()) {
    pkg_->imports.push_back(imp);
  }

  auto* pkgName = make<PkgName>(d->pos, pkg_, name, imp);
  if (d->localName != nullptr) recordDef(d->localName, pkgName);
  if (fakeImports_.count(imp) != 0) pkgName->used = true;
  imports_.push_back(pkgName);

  if (name != ".") {
    declare(fileScope, nullptr, pkgName, Pos{});
    return;
  }
  for (Object* o : imp->scope->ordered) {
    if (!isExported(o)) continue;
    if (Object* alt = fileScope->lookup(o->name)) {
      Error err(this);
      err.add(d->localName, "%s redeclared in this block", alt->name);
      err.addAltDecl(alt);
      err.report();
    } else {
      fileScope->elems[o->name] = o;
      dotImports_[{fileScope, o->name}] = pkgName;
    }
  }
}

void Checker::collectVars(VarDecl* d, Scope* fileScope) {
  std::vector<Expr*> values = unpackList(d->values);
  // One value for all variables: they share the declaration, and so depend on it together.
  DeclInfo* shared = nullptr;
  if (d->values == nullptr || d->values->kind != NodeKind::ListExpr) {
    shared = make<DeclInfo>();
    shared->file = fileScope;
    shared->vtyp = d->typeExpr;
    shared->init = d->values;
  }
  for (size_t i = 0; i < d->names.size(); i++) {
    Name* n = d->names[i];
    auto* v = make<Var>(VarKind::Package, n->pos, pkg_, n->value, nullptr);
    DeclInfo* info = shared;
    if (info != nullptr) {
      info->lhs.push_back(v);
    } else {
      info = make<DeclInfo>();
      info->file = fileScope;
      info->vtyp = d->typeExpr;
      if (i < values.size()) info->init = values[i];
    }
    declarePkgObj(n, v, info);
  }
  if (d->typeExpr == nullptr || !values.empty()) arity(d->pos, d->names, values, false, false);
}

void Checker::collectFunc(FuncDecl* d, Scope* fileScope) {
  const std::string& name = d->name->value;
  auto* f = make<Func>(d->name->pos, pkg_, name, nullptr);
  f->decl = d;
  if (d->recv == nullptr) {
    if (name == "init" || (name == "main" && pkg_->name == "main")) {
      if (!d->typeExpr->params.empty() || !d->typeExpr->results.empty()) {
        errorf(d->name, "func %s must have no arguments and no return values", name);
      }
    }
    if (name == "init") {  // invisible: there may be several
      f->parent = pkg_->scope;
      recordDef(d->name, f);
      if (d->body == nullptr) errorf(f, "func init must have a body");
    } else {
      declare(pkg_->scope, d->name, f, Pos{});
    }
  } else {
    recordDef(d->name, f);
  }
  auto* info = make<DeclInfo>();
  info->file = fileScope;
  info->fdecl = d;
  addDecl(f, info);
}

void Checker::collectObjects() {
  File* file = pkg_->syntax[0];
  auto* fileScope = make<Scope>(pkg_->scope, startPos(file), endPos(file));
  ConstDecl empty;
  ConstDecl* last = nullptr;  // the line whose type and values an empty line repeats
  size_t first = 0;           // index of the first line of the constant declaration
  Decl* prev = nullptr;

  for (size_t i = 0; i < file->decls.size(); i++) {
    Decl* decl = file->decls[i];
    switch (decl->kind) {
      case NodeKind::ImportDecl: collectImport(static_cast<ImportDecl*>(decl), fileScope); break;

      case NodeKind::ConstDecl: {
        auto* d = static_cast<ConstDecl*>(decl);
        if (prev == nullptr || prev->kind != NodeKind::ConstDecl || d->group == nullptr ||
            prev->group != d->group) {
          first = i;
          last = nullptr;
        }
        bool inherited = d->typeExpr == nullptr && d->values == nullptr && last != nullptr;
        if (!inherited) last = d->typeExpr != nullptr || d->values != nullptr ? d : &empty;
        std::vector<Expr*> values = unpackList(last->values);
        for (size_t k = 0; k < d->names.size(); k++) {
          Name* n = d->names[k];
          auto* c = make<Const>(n->pos, pkg_, n->value, nullptr,
                                makeInt64(static_cast<int64_t>(i - first)));
          auto* info = make<DeclInfo>();
          info->file = fileScope;
          info->vtyp = last->typeExpr;
          if (k < values.size()) info->init = values[k];
          info->inherited = inherited;
          declarePkgObj(n, c, info);
        }
        arity(d->pos, d->names, values, true, inherited);
        break;
      }

      case NodeKind::VarDecl: collectVars(static_cast<VarDecl*>(decl), fileScope); break;

      case NodeKind::TypeDecl: {
        auto* d = static_cast<TypeDecl*>(decl);
        auto* t = make<TypeName>(d->name->pos, pkg_, d->name->value, nullptr);
        auto* info = make<DeclInfo>();
        info->file = fileScope;
        info->tdecl = d;
        declarePkgObj(d->name, t, info);
        break;
      }

      case NodeKind::FuncDecl: collectFunc(static_cast<FuncDecl*>(decl), fileScope); break;

      default: break;
    }
    prev = decl;
  }

  // Names of the file's imports must differ from those of the package.
  std::vector<std::pair<std::string, Object*>> fileNames(fileScope->elems.begin(),
                                                         fileScope->elems.end());
  std::sort(fileNames.begin(), fileNames.end());
  for (auto& [name, o] : fileNames) {
    Object* alt = pkg_->scope->lookup(name);
    if (alt == nullptr) continue;
    Error err(this);
    auto* p = as<PkgName>(o);
    Package* imp = p != nullptr ? p->imported : o->pkg;
    err.add(alt, "%s already declared through %s of package %s (%s)", alt->name,
            p != nullptr ? "import" : "dot-import", imp->name, quoteString(imp->path));
    err.addAltDecl(o);
    err.report();
  }

  // Methods go to the types they are declared for, where those can be told.
  for (Object* o : objList_) {
    auto* f = as<Func>(o);
    if (f == nullptr || f->decl->recv == nullptr || f->name == "_") continue;
    auto [ptr, base] = unpackRecv(f->decl->recv->type);
    if (auto* n = as<Name>(base)) {
      if (TypeName* t = resolveBaseTypeName(&ptr, n)) {
        f->ptrRecv = ptr;
        methods_[t].push_back(f);
      }
    }
  }
}

// unpackRecv takes a receiver's type apart: is it a pointer, and to what?
std::pair<bool, Expr*> Checker::unpackRecv(Expr* rtyp) {
  bool ptr = false;
  Expr* base = unparen(rtyp);
  if (auto* o = as<Operation>(base); o != nullptr && o->op == Operator::Mul && o->y == nullptr) {
    ptr = true;
    base = unparen(o->x);
  }
  if (auto* i = as<IndexExpr>(base)) base = i->x;
  return {ptr, base};
}

// resolveBaseTypeName follows aliases from name to the package-level type that they stand for. At
// most one of them may be a pointer. Null when that leads nowhere; errors are reported with the method.
TypeName* Checker::resolveBaseTypeName(bool* ptr, Name* name) {
  std::set<TypeName*> seen;
  while (name != nullptr) {
    auto* t = as<TypeName>(pkg_->scope->lookup(name->value));
    if (t == nullptr || !seen.insert(t).second) break;
    TypeDecl* d = declInfo(t)->tdecl;
    if (!d->alias) return t;
    Expr* typ = unparen(d->typeExpr);
    if (auto* o = as<Operation>(typ); o != nullptr && o->op == Operator::Mul && o->y == nullptr) {
      if (*ptr) break;
      *ptr = true;
      typ = unparen(o->x);
    }
    name = as<Name>(typ);
  }
  return nullptr;
}

// packageObjects determines the types of all package-level objects. Types that are no aliases come first,
// then aliases, then the rest: so an alias is rarely needed before it is known.
void Checker::packageObjects() {
  std::vector<Object*> aliases, others;
  for (Object* o : objList_) {
    if (as<TypeName>(o) == nullptr) {
      others.push_back(o);
    } else if (declInfo(o)->tdecl->alias) {
      aliases.push_back(o);
    } else {
      objDecl(o);
    }
  }
  for (Object* o : aliases) objDecl(o);
  for (Object* o : others) objDecl(o);
  methods_.clear();
}

void Checker::unusedImports() {
  for (PkgName* p : imports_) {
    if (p->name == "_" || p->used) continue;
    const std::string& path = p->imported->path;
    if (p->name.empty() || p->name == "." || p->name == lastElement(path)) {
      errorf(p, "%s imported and not used", quoteString(path));
    } else {
      errorf(p, "%s imported as %s and not used", quoteString(path), p->name);
    }
  }
}

// finishPackage sorts the objects of a correct package into the lists that the generator reads.
void Checker::finishPackage() {
  File* file = pkg_->syntax[0];
  for (Object* o : objList_) {
    switch (o->kind) {
      case ObjectKind::Var:
        if (o->name != "_") pkg_->vars.push_back(as<Var>(o));
        break;
      case ObjectKind::TypeName:
        if (o->name != "_") pkg_->types.push_back(as<TypeName>(o));
        break;
      case ObjectKind::Func: {
        auto* f = as<Func>(o);
        if (f->decl->body == nullptr) {
          errorf(f->decl, "missing function body");
        } else if (f->decl->recv != nullptr) {
          if (f->name != "_") pkg_->methods.push_back(f);
        } else if (f->name == "init") {
          pkg_->inits.push_back(f);
        } else if (f->name != "_") {
          pkg_->funcs.push_back(f);
          if (f->name == "main") pkg_->main = f;
        }
        break;
      }
      default: break;
    }
  }
  // The left side of x op= y is checked twice, with the function literals in it: the last time counts.
  auto once = [](auto* list) {
    std::stable_sort(list->begin(), list->end(), [](auto* a, auto* b) { return a->pos < b->pos; });
    list->erase(std::unique(list->begin(), list->end()), list->end());
  };
  once(&localTypes_);
  for (TypeDecl* d : localTypes_) pkg_->types.push_back(as<TypeName>(d->name->obj));
  once(&literals_);
  pkg_->literals = std::move(literals_);
  if (pkg_->name != "main") {
    errorf(file->pkgName, "package %s is not a main package", pkg_->name);
  } else if (pkg_->main == nullptr) {
    errorf(Pos{}, "function main is undeclared in the main package");
  }
}

}  // namespace gort::minigo

// Selectors: fields and methods of a type, promoted through embedded fields.
//
// Go: cmd/compile/internal/types2/lookup.go, typeset.go
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "tools/minigo/object.h"
#include "tools/minigo/types.h"
#include "tools/minigo/unicode.h"

namespace gort::minigo {

bool sameId(const Object* o, const Package* pkg, const std::string& name, bool foldCase) {
  if (foldCase && equalFold(o->name, name)) return true;
  if (o->name != name) return false;
  return isExported(name) || o->pkg == pkg;
}

std::string objectId(const Object* o) {
  if (isExported(o->name)) return o->name;
  std::string path = o->pkg != nullptr && !o->pkg->path.empty() ? o->pkg->path : "_";
  return path + "." + o->name;
}

const std::vector<Func*>& allMethods(Interface* t) {
  static const std::vector<Func*> none;
  if (t->haveAll) return t->allMethods;
  if (!t->complete) return none;
  t->haveAll = true;  // an interface that embeds itself is reported elsewhere
  std::map<std::string, Func*> byId;
  for (Func* m : t->methods) byId.emplace(objectId(m), m);
  for (Type* e : t->embeddeds) {
    auto* u = underAs<Interface>(e);
    if (u == nullptr) continue;
    for (Func* m : allMethods(u)) byId.emplace(objectId(m), m);
  }
  for (auto& [id, m] : byId) t->allMethods.push_back(m);
  std::stable_sort(t->allMethods.begin(), t->allMethods.end(), [](const Func* a, const Func* b) {
    bool ea = isExported(a), eb = isExported(b);
    return ea != eb ? ea : a->name < b->name;
  });
  return t->allMethods;
}

Func* lookupMethod(Interface* t, const Package* pkg, const std::string& name, int* index,
                   bool foldCase) {
  const std::vector<Func*>& all = allMethods(t);
  for (size_t i = 0; i < all.size(); i++) {
    if (!sameId(all[i], pkg, name, foldCase)) continue;
    if (index != nullptr) *index = static_cast<int>(i);
    return all[i];
  }
  return nullptr;
}

namespace {

// A type at the current depth of the search.
struct Embedded {
  Type* type;
  std::vector<int> index;  // the embedded fields that lead to it
  bool indirect;           // a pointer was followed on the way
  bool multiples;          // the type appears more than once at this depth
};

std::vector<int> concat(const std::vector<int>& list, int i) {
  std::vector<int> t = list;
  t.push_back(i);
  return t;
}

// consolidate merges types that appear more than once.
std::vector<Embedded> consolidate(std::vector<Embedded> list) {
  std::vector<Embedded> out;
  for (Embedded& e : list) {
    auto same = std::find_if(out.begin(), out.end(),
                             [&](const Embedded& o) { return identical(o.type, e.type); });
    if (same != out.end()) {
      same->multiples = true;
    } else {
      out.push_back(std::move(e));
    }
  }
  return out;
}

bool wantsPointer(const Func* f) {
  Signature* s = f->signature();
  if (s != nullptr && s->recv != nullptr) {
    bool ptr;
    deref(s->recv->type, &ptr);
    return ptr;
  }
  return f->ptrRecv;
}

LookupResult lookup(Type* t, bool addressable, const Package* pkg, const std::string& name,
                    bool foldCase) {
  if (name == "_") return {};
  bool isPtr;
  Type* typ = deref(t, &isPtr);
  if (isPtr && isInterface(typ)) return {};  // *T for an interface T has no methods

  std::vector<Embedded> current = {{typ, {}, isPtr, false}};
  std::set<const Named*> seen;  // a type that was met at a smaller depth hides this one

  while (!current.empty()) {
    std::vector<Embedded> next;
    LookupResult found;

    for (const Embedded& e : current) {
      if (auto* named = asNamed(e.type)) {
        if (!seen.insert(named).second) continue;
        bool hit = false;
        for (size_t i = 0; i < named->methods.size(); i++) {
          Func* m = named->methods[i];
          if (!sameId(m, pkg, name, foldCase)) continue;
          std::vector<int> index = concat(e.index, static_cast<int>(i));
          if (found.obj != nullptr || e.multiples) return {nullptr, std::move(index), false};
          found = {m, std::move(index), e.indirect};
          hit = true;
          break;
        }
        if (hit) continue;
      }

      Type* u = under(e.type);
      if (auto* s = as<Struct>(u)) {
        for (size_t i = 0; i < s->fields.size(); i++) {
          Var* f = s->fields[i];
          if (sameId(f, pkg, name, foldCase)) {
            std::vector<int> index = concat(e.index, static_cast<int>(i));
            if (found.obj != nullptr || e.multiples) return {nullptr, std::move(index), false};
            found = {f, std::move(index), e.indirect};
            continue;
          }
          // look deeper only while nothing is found at this depth
          if (found.obj == nullptr && f->embedded) {
            bool ptr;
            Type* ft = deref(f->type, &ptr);
            next.push_back(
                {ft, concat(e.index, static_cast<int>(i)), e.indirect || ptr, e.multiples});
          }
        }
      } else if (auto* it = as<Interface>(u)) {
        int i;
        if (Func* m = lookupMethod(it, pkg, name, &i, foldCase)) {
          std::vector<int> index = concat(e.index, i);
          if (found.obj != nullptr || e.multiples) return {nullptr, std::move(index), false};
          found = {m, std::move(index), e.indirect};
        }
      }
    }

    if (found.obj != nullptr) {
      if (auto* f = as<Func>(found.obj)) {
        if (wantsPointer(f) && !found.indirect && !addressable) return {nullptr, {}, true};
      }
      return found;
    }
    current = consolidate(std::move(next));
  }
  return {};
}

}  // namespace

LookupResult lookupFieldOrMethod(Type* t, bool addressable, const Package* pkg,
                                 const std::string& name, bool foldCase) {
  // A declared pointer type has the fields of what it points to, but no methods.
  if (auto* named = asNamed(t)) {
    if (auto* p = underAs<Pointer>(named)) {
      LookupResult r = lookup(p, false, pkg, name, foldCase);
      if (as<Func>(r.obj) != nullptr) return {};
      return r;
    }
  }
  return lookup(t, addressable, pkg, name, foldCase);
}

std::vector<MethodSetEntry> methodSet(Type* t) {
  // The names that can be methods, of t and of everything embedded; then each is looked up.
  std::map<std::string, std::pair<const Package*, std::string>> names;
  std::set<const Type*> seen;
  std::vector<Type*> todo = {t};
  while (!todo.empty()) {
    Type* e = deref(todo.back());
    todo.pop_back();
    if (!seen.insert(unalias(e)).second) continue;
    if (auto* named = asNamed(e)) {
      for (Func* m : named->methods) names.emplace(objectId(m), std::pair(m->pkg, m->name));
    }
    if (auto* s = underAs<Struct>(e)) {
      for (Var* f : s->fields) {
        if (f->embedded) todo.push_back(f->type);
      }
    } else if (auto* it = underAs<Interface>(e)) {
      for (Func* m : allMethods(it)) names.emplace(objectId(m), std::pair(m->pkg, m->name));
    }
  }
  std::vector<MethodSetEntry> out;
  for (auto& [id, n] : names) {
    LookupResult r = lookupFieldOrMethod(t, false, n.first, n.second);
    if (auto* f = as<Func>(r.obj)) out.push_back({f, r.index, r.indirect});
  }
  return out;
}

}  // namespace gort::minigo

// Objects and scopes.
//
// Go: cmd/compile/internal/types2/object.go, scope.go
#include "tools/minigo/object.h"

#include "tools/minigo/unicode.h"

namespace gort::minigo {

bool isExported(const std::string& name) {
  int size;
  return !name.empty() && isUnicodeUpper(decodeRune(name, 0, &size));
}

bool isValidName(const std::string& name) {
  for (size_t i = 0; i < name.size();) {
    int size;
    uint32_t r = decodeRune(name, i, &size);
    if (r != '_' && !isUnicodeLetter(r) && (i == 0 || !isUnicodeDigit(r))) return false;
    i += static_cast<size_t>(size);
  }
  return true;
}

PkgName::PkgName(Pos p, Package* owner, std::string n, Package* imp)
    : Object(Kind, p, owner, std::move(n), basicType(BasicKind::Invalid)), imported(imp) {}

Builtin::Builtin(std::string n, BuiltinId i)
    : Object(Kind, Pos{}, nullptr, std::move(n), basicType(BasicKind::Invalid)), id(i) {}

Nil::Nil() : Object(Kind, Pos{}, nullptr, "nil", basicType(BasicKind::UntypedNil)) {}

bool TypeName::isAlias() const {
  if (type == nullptr) return false;
  switch (type->kind) {
    case TypeKind::Basic: {
      auto* b = static_cast<const Basic*>(type);
      if (b->basic == BasicKind::UnsafePointer) return false;
      return pkg != nullptr || name != b->name || type == byteType() || type == runeType();
    }
    case TypeKind::Named: return static_cast<const Named*>(type)->obj != this;
    default: return true;
  }
}

std::string objectKindString(const Object* o) {
  switch (o->kind) {
    case ObjectKind::PkgName: return "package name";
    case ObjectKind::Const: return "constant";
    case ObjectKind::TypeName:
      return static_cast<const TypeName*>(o)->isAlias() ? "type alias" : "defined type";
    case ObjectKind::Var:
      switch (static_cast<const Var*>(o)->varKind) {
        case VarKind::Package: return "package-level variable";
        case VarKind::Local: return "local variable";
        case VarKind::Recv: return "receiver";
        case VarKind::Param: return "parameter";
        case VarKind::Result: return "result variable";
        case VarKind::Field: return "struct field";
      }
      break;
    case ObjectKind::Func: {
      Signature* s = static_cast<const Func*>(o)->signature();
      return s != nullptr && s->recv != nullptr ? "method" : "function";
    }
    case ObjectKind::Builtin: return "built-in function";
    case ObjectKind::Nil: return "untyped nil";
  }
  return "unknown symbol";
}

Object* Scope::lookup(const std::string& name) const {
  auto it = elems.find(name);
  return it == elems.end() ? nullptr : it->second;
}

Object* Scope::lookupParent(const std::string& name, Pos at, Scope** where) const {
  for (const Scope* s = this; s != nullptr; s = s->parent) {
    Object* o = s->lookup(name);
    if (o == nullptr || (at.known() && o->scopePos.known() && o->scopePos > at)) continue;
    if (where != nullptr) *where = const_cast<Scope*>(s);
    return o;
  }
  return nullptr;
}

Object* Scope::insert(Object* o) {
  auto [it, isNew] = elems.emplace(o->name, o);
  if (!isNew) return it->second;
  ordered.push_back(o);
  if (o->parent == nullptr) o->parent = this;
  return nullptr;
}

}  // namespace gort::minigo

// Objects: what names denote. Scopes, packages and selections.
//
// Go: cmd/compile/internal/types2: object.go, scope.go, package.go, selection.go
//
// Differs from Go: labels are no objects (branches.cc resolves them in the tree). A Var also carries what the generator needs to place it (captured, addressTaken,
// reassigned, escapes), a Func the declaration it came from.
#ifndef GORT_TOOLS_MINIGO_OBJECT_H_
#define GORT_TOOLS_MINIGO_OBJECT_H_

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/minigo/ast.h"
#include "tools/minigo/types.h"

namespace gort::minigo {

enum class ObjectKind : uint8_t { PkgName, Const, TypeName, Var, Func, Builtin, Nil };

struct Object {
  ObjectKind kind;
  Pos pos;  // unknown for predeclared objects and package members
  std::string name;
  Type* type = nullptr;
  Package* pkg = nullptr;  // null for predeclared objects
  Scope* parent =
      nullptr;         // the scope it is declared in; null for fields, methods and universe members
  int pathIdx = -1;    // while its declaration is being checked: its place on the object path
  uint32_t order = 0;  // package-level objects: position in the source, from 1
  Pos scopePos;        // local objects: where the scope of the name starts

 protected:
  Object(ObjectKind k, Pos p, Package* owner, std::string n, Type* t)
      : kind(k), pos(p), name(std::move(n)), type(t), pkg(owner) {}
};

template <class T>
T* as(Object* o) {
  return o != nullptr && o->kind == T::Kind ? static_cast<T*>(o) : nullptr;
}
template <class T>
const T* as(const Object* o) {
  return o != nullptr && o->kind == T::Kind ? static_cast<const T*>(o) : nullptr;
}

bool isExported(const std::string& name);
// isValidName tells whether name is an identifier; one with characters that the lexer refused is none.
bool isValidName(const std::string& name);
inline bool isExported(const Object* o) { return isExported(o->name); }

struct PkgName : Object {
  static constexpr ObjectKind Kind = ObjectKind::PkgName;
  PkgName(Pos p, Package* owner, std::string n, Package* imp);
  Package* imported;
  bool used = false;
};

struct Const : Object {
  static constexpr ObjectKind Kind = ObjectKind::Const;
  Const(Pos p, Package* owner, std::string n, Type* t, Value v)
      : Object(Kind, p, owner, std::move(n), t), val(std::move(v)) {}
  Value val;
};

struct TypeName : Object {
  static constexpr ObjectKind Kind = ObjectKind::TypeName;
  TypeName(Pos p, Package* owner, std::string n, Type* t)
      : Object(Kind, p, owner, std::move(n), t) {}
  bool isAlias() const;
};

enum class VarKind : uint8_t { Package, Local, Recv, Param, Result, Field };

struct Var : Object {
  static constexpr ObjectKind Kind = ObjectKind::Var;
  Var(VarKind k, Pos p, Package* owner, std::string n, Type* t)
      : Object(Kind, p, owner, std::move(n), t), varKind(k) {}
  VarKind varKind;
  bool embedded = false;  // field: embedded, name is the type's
  bool used = false;      // read somewhere (Go's "declared and not used")

  // --- Placement; local variables, parameters and results only ---
  const Node* func = nullptr;  // FuncDecl or FuncLit it belongs to
  bool captured = false;       // used inside a function literal nested in its function
  // Captured, never assigned to after its declaration and its address is not taken: a closure may
  // hold a copy of its value.
  bool captureByCopy = false;
  // Its address is taken: &v, &v.f, &v[i] (array), v[:] (array), or a method with pointer receiver
  // called or bound through it.
  bool addressTaken = false;
  bool reassigned =
      false;  // assigned to after its declaration (=, op=, ++, range without :=, by a closure)
  bool loopVar = false;  // declared in the header of a for statement: one per iteration
  // It may outlive its frame or be shared with a closure, so it must live on the heap: addressTaken,
  // or captured but not captureByCopy.
  bool escapes = false;
};

struct Func : Object {
  static constexpr ObjectKind Kind = ObjectKind::Func;
  Func(Pos p, Package* owner, std::string n, Signature* s)
      : Object(Kind, p, owner, std::move(n), s) {}
  Signature* signature() const { return as<Signature>(type); }
  FuncDecl* decl = nullptr;    // null for methods of interfaces and members of imported packages
  Named* recvNamed = nullptr;  // methods: the receiver's declared type
  bool ptrRecv = false;        // methods: receiver is *T
};

struct Builtin : Object {
  static constexpr ObjectKind Kind = ObjectKind::Builtin;
  Builtin(std::string n, BuiltinId i);
  BuiltinId id;
};

struct Nil : Object {
  static constexpr ObjectKind Kind = ObjectKind::Nil;
  Nil();
};

// The kind of object in messages: "constant", "defined type", "local variable" ...
std::string objectKindString(const Object* o);

// --- Selections ---

enum class SelectionKind : uint8_t {
  FieldVal,    // x.f
  MethodVal,   // x.m, called or bound
  MethodExpr,  // T.m
};

// How x.sel is reached. For methods the receiver is x followed through index (without its last
// entry), then & or * is applied when the method's receiver asks for it. Each entry of index that starts
// from a pointer is an implicit dereference.
struct Selection {
  SelectionKind kind{};
  Type* recv = nullptr;    // type of x (or T for T.m)
  Object* obj = nullptr;   // Var (field) or Func (method)
  std::vector<int> index;  // as LookupResult::index
  bool indirect = false;
  // MethodVal: what has to be done with the receiver after the embedded fields were walked.
  bool addrRecv = false;   // take its address: method wants *T, the receiver is an addressable T
  bool derefRecv = false;  // dereference it: method wants T, the receiver is a *T
};

// --- Scopes ---

struct Scope {
  explicit Scope(Scope* p, Pos s = {}, Pos e = {}) : parent(p), pos(s), end(e) {
    if (p != nullptr && p->parent != nullptr) p->children.push_back(this);  // not of the universe
  }
  Scope* parent;
  Pos pos, end;
  bool isFunc = false;  // a function's outermost scope
  std::vector<Scope*> children;
  std::unordered_map<std::string, Object*> elems;
  std::vector<Object*> ordered;  // in order of declaration

  Object* lookup(const std::string& name) const;
  // lookupParent searches outwards for a name whose scope has started at pos (unknown: any).
  Object* lookupParent(const std::string& name, Pos pos, Scope** where = nullptr) const;
  // insert returns the object that has the name already, or null.
  Object* insert(Object* o);
};

Scope* universe();

// --- Packages ---

// One step of the initialisation of package-level variables: lhs = rhs. Several variables on the
// left belong to a call or commaOk form with that many results; blank variables are among them.
struct Initializer {
  std::vector<Var*> lhs;
  Expr* rhs = nullptr;
};

// A checked program, or a package that it imports (then only path, name and scope are set).
struct Package {
  std::string path;
  std::string name;
  Scope* scope = nullptr;

  std::vector<std::string> files;  // names as given, for Pos::file
  std::vector<File*> syntax;
  std::vector<Package*> imports;

  std::vector<Initializer> initOrder;  // variables with an initialiser, in order of execution
  std::vector<Var*> vars;              // all package-level variables in source order (not "_")
  std::vector<TypeName*> types;        // package-level types in source order, then local types
  std::vector<Func*> funcs;            // functions but init, in source order ("_" is left out)
  std::vector<Func*> methods;          // methods in source order
  std::vector<Func*> inits;            // init functions, in order of execution
  std::vector<FuncLit*> literals;      // all function literals in source order
  Func* main = nullptr;

  Arena arena;  // owns everything above
};

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_OBJECT_H_

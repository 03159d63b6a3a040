// The packages that a program may import: faces of the runtime, as far as their types can be written
// in the language.
//
// Go: runtime, os, sync, unsafe (their exported declarations)
//
// A type of an imported package is a declared struct whose fields are not exported. It has Go's size and
// alignment, so that unsafe.Sizeof of a struct that contains one is Go's.
#include <initializer_list>
#include <map>
#include <utility>

#include "tools/minigo/universe.h"

namespace gort::minigo {

namespace {

class Builder {
 public:
  explicit Builder(const char* path) : pkg_(new Package) {  // lives as long as the program
    pkg_->path = path;
    pkg_->name = path;
    pkg_->scope = pkg_->arena.make<Scope>(universe());
  }

  Package* package() { return pkg_; }

  void func(const char* name, std::initializer_list<Type*> params = {},
            std::initializer_list<Type*> results = {}) {
    pkg_->scope->insert(make<Func>(Pos{}, pkg_, name, signature(params, results)));
  }

  void var(const char* name, Type* t) {
    pkg_->scope->insert(make<Var>(VarKind::Package, Pos{}, pkg_, name, t));
  }

  void stringConst(const char* name, const char* value) {
    pkg_->scope->insert(
        make<Const>(Pos{}, pkg_, name, basicType(BasicKind::String), makeString(value)));
  }

  // type name struct { fields }
  Named* structType(const char* name, std::initializer_list<std::pair<const char*, Type*>> fields) {
    auto* o = make<TypeName>(Pos{}, pkg_, name, nullptr);
    auto* n = make<Named>(o);
    o->type = n;
    auto* s = make<Struct>();
    for (auto& [field, t] : fields)
      s->fields.push_back(make<Var>(VarKind::Field, Pos{}, pkg_, field, t));
    n->fromRhs = n->underlying = s;
    pkg_->scope->insert(o);
    return n;
  }

  // func (*n) name(params) results
  void method(Named* n, const char* name, std::initializer_list<Type*> params = {},
              std::initializer_list<Type*> results = {}) {
    Signature* s = signature(params, results);
    s->recv = make<Var>(VarKind::Recv, Pos{}, pkg_, "", make<Pointer>(n));
    auto* f = make<Func>(Pos{}, pkg_, name, s);
    f->recvNamed = n;
    f->ptrRecv = true;
    n->methods.push_back(f);
  }

  Type* funcType() { return make<Signature>(); }

  template <class T, class... Args>
  T* make(Args&&... args) {
    return pkg_->arena.make<T>(std::forward<Args>(args)...);
  }

 private:
  Signature* signature(std::initializer_list<Type*> params, std::initializer_list<Type*> results) {
    auto* s = make<Signature>();
    for (Type* t : params) s->params.push_back(make<Var>(VarKind::Param, Pos{}, pkg_, "", t));
    for (Type* t : results) s->results.push_back(make<Var>(VarKind::Result, Pos{}, pkg_, "", t));
    return s;
  }

  Package* pkg_;
};

Package* runtimePackage() {
  Builder b("runtime");
  Type* i = basicType(BasicKind::Int);
  b.func("Gosched");
  b.func("Goexit");
  b.func("GC");
  b.func("KeepAlive", {emptyInterface()});
  b.func("GOMAXPROCS", {i}, {i});
  b.func("NumCPU", {}, {i});
  b.func("NumGoroutine", {}, {i});
  b.func("LockOSThread");
  b.func("UnlockOSThread");
  b.stringConst("GOOS", "linux");
  b.stringConst("GOARCH", "amd64");
  return b.package();
}

Package* osPackage() {
  Builder b("os");
  Type* s = basicType(BasicKind::String);
  b.var("Args", b.make<Slice>(s));
  b.func("Exit", {basicType(BasicKind::Int)});
  b.func("Getenv", {s}, {s});
  b.func("LookupEnv", {s}, {s, basicType(BasicKind::Bool)});
  return b.package();
}

Package* syncPackage() {
  Builder b("sync");
  Type* i32 = basicType(BasicKind::Int32);
  Type* u32 = basicType(BasicKind::Uint32);
  Type* u64 = basicType(BasicKind::Uint64);
  Type* f = b.funcType();

  Named* mutex = b.structType("Mutex", {{"state", i32}, {"sema", u32}});
  b.method(mutex, "Lock");
  b.method(mutex, "TryLock", {}, {basicType(BasicKind::Bool)});
  b.method(mutex, "Unlock");

  Named* wg = b.structType("WaitGroup", {{"state", u64}, {"sema", u32}});
  b.method(wg, "Add", {basicType(BasicKind::Int)});
  b.method(wg, "Done");
  b.method(wg, "Go", {f});
  b.method(wg, "Wait");

  Named* once = b.structType("Once", {{"done", u32}, {"m", mutex}});
  b.method(once, "Do", {f});
  return b.package();
}

Package* unsafePackage() {
  Builder b("unsafe");
  Package* p = b.package();
  p->scope->insert(b.make<TypeName>(Pos{}, p, "Pointer", basicType(BasicKind::UnsafePointer)));
  for (auto i = static_cast<size_t>(BuiltinId::UnsafeAdd);
       i <= static_cast<size_t>(BuiltinId::UnsafeStringData); i++) {
    auto id = static_cast<BuiltinId>(i);
    auto* f = b.make<Builtin>(predeclaredFunc(id).name, id);
    f->pkg = p;
    p->scope->insert(f);
  }
  return p;
}

}  // namespace

Package* importedPackage(const std::string& path) {
  static const auto* packages = new std::map<std::string, Package*>{
      {"runtime", runtimePackage()},
      {"os", osPackage()},
      {"sync", syncPackage()},
      {"unsafe", unsafePackage()},
  };
  auto it = packages->find(path);
  return it == packages->end() ? nullptr : it->second;
}

}  // namespace gort::minigo

// The predeclared types, constants and functions.
//
// Go: cmd/compile/internal/types2/universe.go
//
// Made on first use and never freed; checkers share them and do not change them.
#include "tools/minigo/universe.h"

#include <array>

namespace gort::minigo {

namespace {

struct Universe {
  Arena arena;
  Scope* scope = nullptr;
  std::array<Basic*, static_cast<size_t>(BasicKind::UntypedNil) + 1> basics{};
  Basic* byte = nullptr;
  Basic* rune = nullptr;
  Interface* empty = nullptr;
  Alias* any = nullptr;
  Named* error = nullptr;
  Const* iota = nullptr;

  void makeBasics() {
    auto def = [this](BasicKind k, unsigned info, const char* name) {
      basics[static_cast<size_t>(k)] = arena.make<Basic>(k, info, name);
    };
    def(BasicKind::Invalid, 0, "invalid type");
    def(BasicKind::Bool, IsBoolean, "bool");
    def(BasicKind::Int, IsInteger, "int");
    def(BasicKind::Int8, IsInteger, "int8");
    def(BasicKind::Int16, IsInteger, "int16");
    def(BasicKind::Int32, IsInteger, "int32");
    def(BasicKind::Int64, IsInteger, "int64");
    def(BasicKind::Uint, IsInteger | IsUnsigned, "uint");
    def(BasicKind::Uint8, IsInteger | IsUnsigned, "uint8");
    def(BasicKind::Uint16, IsInteger | IsUnsigned, "uint16");
    def(BasicKind::Uint32, IsInteger | IsUnsigned, "uint32");
    def(BasicKind::Uint64, IsInteger | IsUnsigned, "uint64");
    def(BasicKind::Uintptr, IsInteger | IsUnsigned, "uintptr");
    def(BasicKind::Float32, IsFloat, "float32");
    def(BasicKind::Float64, IsFloat, "float64");
    def(BasicKind::Complex64, IsComplex, "complex64");
    def(BasicKind::Complex128, IsComplex, "complex128");
    def(BasicKind::String, IsString, "string");
    def(BasicKind::UnsafePointer, 0, "Pointer");
    def(BasicKind::UntypedBool, IsBoolean | IsUntyped, "untyped bool");
    def(BasicKind::UntypedInt, IsInteger | IsUntyped, "untyped int");
    def(BasicKind::UntypedRune, IsInteger | IsUntyped, "untyped rune");
    def(BasicKind::UntypedFloat, IsFloat | IsUntyped, "untyped float");
    def(BasicKind::UntypedComplex, IsComplex | IsUntyped, "untyped complex");
    def(BasicKind::UntypedString, IsString | IsUntyped, "untyped string");
    def(BasicKind::UntypedNil, IsUntyped, "untyped nil");
    byte = arena.make<Basic>(BasicKind::Uint8, IsInteger | IsUnsigned, "byte");
    rune = arena.make<Basic>(BasicKind::Int32, IsInteger, "rune");
    empty = arena.make<Interface>();
    empty->complete = true;
    empty->haveAll = true;
  }
};

Universe& bare() {
  static Universe* u = [] {
    auto* made = new Universe;
    made->makeBasics();
    return made;
  }();
  return *u;
}

void defineTypes(Universe& u) {
  auto def = [&u](const char* name, Type* t) {
    u.scope->insert(u.arena.make<TypeName>(Pos{}, nullptr, name, t));
  };
  for (Basic* b : u.basics) {
    if (b->basic == BasicKind::Invalid || b->basic == BasicKind::UnsafePointer) continue;
    if (b->info & IsUntyped) continue;
    def(b->name, b);
  }
  def("byte", u.byte);
  def("rune", u.rune);

  // type any = interface{}
  auto* any = u.arena.make<TypeName>(Pos{}, nullptr, "any", nullptr);
  u.any = u.arena.make<Alias>(any);
  u.any->rhs = u.empty;
  any->type = u.any;
  u.scope->insert(any);

  // type error interface{ Error() string }
  auto* error = u.arena.make<TypeName>(Pos{}, nullptr, "error", nullptr);
  u.error = u.arena.make<Named>(error);
  error->type = u.error;
  auto* sig = u.arena.make<Signature>();
  sig->recv = u.arena.make<Var>(VarKind::Recv, Pos{}, nullptr, "", u.error);
  sig->results.push_back(u.arena.make<Var>(VarKind::Result, Pos{}, nullptr, "",
                                           u.basics[static_cast<size_t>(BasicKind::String)]));
  auto* iface = u.arena.make<Interface>();
  iface->methods.push_back(u.arena.make<Func>(Pos{}, nullptr, "Error", sig));
  iface->complete = true;
  u.error->fromRhs = u.error->underlying = iface;
  allMethods(iface);
  u.scope->insert(error);
}

void defineConsts(Universe& u) {
  auto def = [&u](const char* name, BasicKind k, Value v) {
    auto* c =
        u.arena.make<Const>(Pos{}, nullptr, name, u.basics[static_cast<size_t>(k)], std::move(v));
    u.scope->insert(c);
    return c;
  };
  def("true", BasicKind::UntypedBool, makeBool(true));
  def("false", BasicKind::UntypedBool, makeBool(false));
  u.iota = def("iota", BasicKind::UntypedInt, makeInt64(0));
}

constexpr std::array<PredeclaredFunc, static_cast<size_t>(BuiltinId::UnsafeStringData) + 1> funcs =
    {{
        {"append", 1, true, ExprKind::Expression},
        {"cap", 1, false, ExprKind::Expression},
        {"clear", 1, false, ExprKind::Statement},
        {"close", 1, false, ExprKind::Statement},
        {"complex", 2, false, ExprKind::Expression},
        {"copy", 2, false, ExprKind::Statement},
        {"delete", 2, false, ExprKind::Statement},
        {"imag", 1, false, ExprKind::Expression},
        {"len", 1, false, ExprKind::Expression},
        {"make", 1, true, ExprKind::Expression},
        {"max", 1, true, ExprKind::Expression},
        {"min", 1, true, ExprKind::Expression},
        {"new", 1, false, ExprKind::Expression},
        {"panic", 1, false, ExprKind::Statement},
        {"print", 0, true, ExprKind::Statement},
        {"println", 0, true, ExprKind::Statement},
        {"real", 1, false, ExprKind::Expression},
        {"recover", 0, false, ExprKind::Statement},
        {"Add", 2, false, ExprKind::Expression},
        {"Alignof", 1, false, ExprKind::Expression},
        {"Offsetof", 1, false, ExprKind::Expression},
        {"Sizeof", 1, false, ExprKind::Expression},
        {"Slice", 2, false, ExprKind::Expression},
        {"SliceData", 1, false, ExprKind::Expression},
        {"String", 2, false, ExprKind::Expression},
        {"StringData", 1, false, ExprKind::Expression},
    }};

Universe& full() {
  static Universe* u = [] {
    Universe& made = bare();
    made.scope = made.arena.make<Scope>(nullptr);
    defineTypes(made);
    defineConsts(made);
    made.scope->insert(made.arena.make<Nil>());
    for (size_t i = 0; i <= static_cast<size_t>(BuiltinId::Recover); i++) {
      made.scope->insert(made.arena.make<Builtin>(funcs[i].name, static_cast<BuiltinId>(i)));
    }
    return &made;
  }();
  return *u;
}

}  // namespace

Basic* basicType(BasicKind k) { return bare().basics[static_cast<size_t>(k)]; }
Basic* byteType() { return bare().byte; }
Basic* runeType() { return bare().rune; }
Type* emptyInterface() { return bare().empty; }
Type* anyType() { return full().any; }
Named* errorType() { return full().error; }
Scope* universe() { return full().scope; }
Object* iotaObject() { return full().iota; }

const PredeclaredFunc& predeclaredFunc(BuiltinId id) { return funcs[static_cast<size_t>(id)]; }

}  // namespace gort::minigo

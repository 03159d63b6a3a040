// The syntax tree of one Go file.
//
// Go: cmd/compile/internal/syntax/nodes.go
//
// The tree has Go's shape and Go's positions: a node's `pos` is the position of the token that
// is typical of it (the operator of a binary expression, the '(' of a call, the '[' of an index),
// and startPos(n) is its leftmost token. Error messages use startPos, run-time positions use pos.
//
// Nodes are plain structs with a kind, allocated in an Arena and never freed one by one. The parser
// fills the syntax; the fields under "after checking" belong to the type checker and are what the
// generator reads. as<T>(n) is the checked downcast, nullptr when n is of another kind.
//
// Differs from Go: the results of type checking (Info.Types, Defs, Uses, Selections, Implicits) are
// fields of the nodes and not maps, because a tree is checked exactly once.
#ifndef GORT_TOOLS_MINIGO_AST_H_
#define GORT_TOOLS_MINIGO_AST_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/minigo/constant.h"
#include "tools/minigo/token.h"

namespace gort::minigo {

struct Type;
struct Named;
struct Signature;
struct Object;
struct Var;
struct Func;
struct Const;
struct TypeName;
struct PkgName;
struct Scope;
struct Selection;

// An Arena owns everything that is made while one package is parsed and checked.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    for (auto it = owned_.rbegin(); it != owned_.rend(); ++it) it->second(it->first);
  }

  template <class T, class... Args>
  T* make(Args&&... args) {
    T* t = new T(std::forward<Args>(args)...);
    owned_.emplace_back(t, [](void* p) { delete static_cast<T*>(p); });
    return t;
  }

 private:
  std::vector<std::pair<void*, void (*)(void*)>> owned_;
};

enum class NodeKind : uint8_t {
  File,
  // declarations
  ImportDecl,
  ConstDecl,
  TypeDecl,
  VarDecl,
  FuncDecl,
  // expressions and types
  BadExpr,
  Name,
  BasicLit,
  CompositeLit,
  KeyValueExpr,
  FuncLit,
  ParenExpr,
  SelectorExpr,
  IndexExpr,
  SliceExpr,
  AssertExpr,
  TypeSwitchGuard,
  Operation,
  CallExpr,
  ListExpr,
  ArrayType,
  SliceType,
  DotsType,
  StructType,
  InterfaceType,
  FuncType,
  MapType,
  ChanType,
  Field,
  // statements
  EmptyStmt,
  LabeledStmt,
  BlockStmt,
  ExprStmt,
  SendStmt,
  DeclStmt,
  AssignStmt,
  BranchStmt,
  CallStmt,
  ReturnStmt,
  IfStmt,
  ForStmt,
  SwitchStmt,
  SelectStmt,
  RangeClause,
  CaseClause,
  CommClause,
};

struct Node {
  NodeKind kind;
  Pos pos;

 protected:
  explicit Node(NodeKind k) : kind(k) {}
};

template <class T>
T* as(Node* n) {
  return n != nullptr && n->kind == T::Kind ? static_cast<T*>(n) : nullptr;
}
template <class T>
const T* as(const Node* n) {
  return n != nullptr && n->kind == T::Kind ? static_cast<const T*>(n) : nullptr;
}

#define GORT_MINIGO_NODE(T, Base)               \
  static constexpr NodeKind Kind = NodeKind::T; \
  T() : Base(NodeKind::T) {}

// startPos is the position of the leftmost token of n; endPos is about where n ends (the closing
// brace of a block).
Pos startPos(const Node* n);
Pos endPos(const Node* n);

// ---------------------------------------------------------------------------------------------
// Expressions

// What an expression stands for (Go: operandMode).
enum class Mode : uint8_t {
  Invalid,
  NoValue,   // call of a function without results
  Builtin,   // name of a built-in function
  TypeExpr,  // a type
  Constant,  // Expr::val is its value
  Variable,  // addressable: may be assigned to, & may be applied
  MapIndex,  // m[k]: assignable but not addressable; two results when commaOk
  Value,     // computed value
  NilValue,  // predeclared nil; Expr::type is the type it is used as
  CommaOk,   // as Value; may give a second, boolean result (receive, type assertion)
};

struct Expr : Node {
  // --- after checking ---
  // The final type: an untyped constant has the type it is converted to by its context (so that
  // in `var x float32 = 1` the literal is a float32). An untyped boolean, nil or constant stays untyped only
  // where Go leaves it so (e.g. `_ = x == y` gives bool; an operand of an untyped constant
  // expression keeps its untyped type, but then the whole expression has a value).
  // A Tuple for calls with several results and for commaOk forms used with two variables.
  Type* type = nullptr;
  Value val;  // present for Mode::Constant, of the representation of `type`
  Mode mode = Mode::Invalid;
  bool commaOk = false;  // used in the two-valued form: v, ok = <this>; type is a Tuple(T, bool)

 protected:
  using Node::Node;
};

inline bool isExpr(const Node* n) {
  return NodeKind::BadExpr <= n->kind && n->kind <= NodeKind::ChanType;
}

// Stands where an expression could not be parsed; the error was reported there.
struct BadExpr : Expr {
  GORT_MINIGO_NODE(BadExpr, Expr)
};

struct Name : Expr {
  GORT_MINIGO_NODE(Name, Expr)
  std::string value;
  // --- after checking ---
  Object* obj =
      nullptr;  // what it denotes; null for "_" that declares nothing and for `x` in x.(type)
  bool defines =
      false;  // this occurrence declares obj (:=, var, const, type, func, parameter, field)
};

struct BasicLit : Expr {
  GORT_MINIGO_NODE(BasicLit, Expr)
  std::string value;  // source text
  LitKind litKind = LitKind::Int;
  bool bad = false;  // had a syntax error
};

// Type{elems}. After checking, `type` is the literal's type; for an elided &T in a composite of
// pointers (`[]*T{{1}}`) `type` is the pointer type *T and `elidedPointer` is set.
struct CompositeLit : Expr {
  GORT_MINIGO_NODE(CompositeLit, Expr)
  Expr* typeExpr = nullptr;  // null when elided
  std::vector<Expr*> elems;  // KeyValueExpr or values
  int nkeys = 0;             // number of KeyValueExprs
  Pos rbrace;
  // --- after checking ---
  bool elidedPointer = false;
  // struct: the field number of elems[i]; array and slice: the index of elems[i]. Unused for maps.
  std::vector<int64_t> index;
  // struct with keys: the path to the field of elems[i], longer than one number if it is promoted.
  std::vector<std::vector<int>> path;
  int64_t arrayLen =
      0;  // array and slice: number of elements (largest index + 1, or the array's length)
};

struct KeyValueExpr : Expr {
  GORT_MINIGO_NODE(KeyValueExpr, Expr)
  Expr* key = nullptr;
  Expr* value = nullptr;
};

struct FuncType;
struct BlockStmt;

struct FuncLit : Expr {
  GORT_MINIGO_NODE(FuncLit, Expr)
  FuncType* typeExpr = nullptr;
  BlockStmt* body = nullptr;
  // --- after checking ---
  Signature* sig = nullptr;
  // Variables of enclosing functions that the body (or a literal inside it) uses, in order of
  // first use. Each has Var::captured set. Package-level variables are not captured.
  std::vector<Var*> captures;
};

struct ParenExpr : Expr {
  GORT_MINIGO_NODE(ParenExpr, Expr)
  Expr* x = nullptr;
};

// x.sel: a field, a method value, a method expression T.m, or pkg.Member.
struct SelectorExpr : Expr {
  GORT_MINIGO_NODE(SelectorExpr, Expr)
  Expr* x = nullptr;
  Name* sel = nullptr;  // sel->obj: the field Var, method Func, or package member
  // --- after checking ---
  Selection* selection = nullptr;  // null for pkg.Member (object.h)
};

struct IndexExpr : Expr {
  GORT_MINIGO_NODE(IndexExpr, Expr)
  Expr* x = nullptr;
  Expr* index = nullptr;
};

struct SliceExpr : Expr {
  GORT_MINIGO_NODE(SliceExpr, Expr)
  Expr* x = nullptr;
  std::array<Expr*, 3> index{};  // null where omitted
  bool full = false;             // x[a:b:c]
};

struct AssertExpr : Expr {  // x.(T)
  GORT_MINIGO_NODE(AssertExpr, Expr)
  Expr* x = nullptr;
  Expr* typeExpr = nullptr;
};

struct TypeSwitchGuard : Expr {  // lhs := x.(type)
  GORT_MINIGO_NODE(TypeSwitchGuard, Expr)
  Name* lhs = nullptr;
  Expr* x = nullptr;
};

// Unary (y == null) and binary expressions. Unary: + - ! ^ * (Mul: dereference or pointer type),
// & (And: address), <- (Recv), ~ (Tilde, constraints only).
struct Operation : Expr {
  GORT_MINIGO_NODE(Operation, Expr)
  Operator op = Operator::None;
  Expr* x = nullptr;
  Expr* y = nullptr;
};

enum class CallKind : uint8_t { Call, Conversion, Builtin };
enum class BuiltinId : uint8_t {
  Append,
  Cap,
  Clear,
  Close,
  Complex,
  Copy,
  Delete,
  Imag,
  Len,
  Make,
  Max,
  Min,
  New,
  Panic,
  Print,
  Println,
  Real,
  Recover,
  // package unsafe
  UnsafeAdd,
  UnsafeAlignof,
  UnsafeOffsetof,
  UnsafeSizeof,
  UnsafeSlice,
  UnsafeSliceData,
  UnsafeString,
  UnsafeStringData,
};

struct CallExpr : Expr {
  GORT_MINIGO_NODE(CallExpr, Expr)
  Expr* fun = nullptr;
  std::vector<Expr*> args;
  bool hasDots = false;  // f(xs...)
  // --- after checking ---
  CallKind callKind = CallKind::Call;
  BuiltinId builtin{};  // for CallKind::Builtin
  // f(g()) where g has several results: args has that one call, of Tuple type.
  bool spread = false;
};

struct ListExpr : Expr {  // a, b, c on a side of an assignment, in return, case and range
  GORT_MINIGO_NODE(ListExpr, Expr)
  std::vector<Expr*> elems;
};

struct ArrayType : Expr {
  GORT_MINIGO_NODE(ArrayType, Expr)
  Expr* len = nullptr;  // null for [...]
  Expr* elem = nullptr;
};

struct SliceType : Expr {
  GORT_MINIGO_NODE(SliceType, Expr)
  Expr* elem = nullptr;
};

struct DotsType : Expr {  // ...T in a parameter list
  GORT_MINIGO_NODE(DotsType, Expr)
  Expr* elem = nullptr;
};

struct Field : Node {
  GORT_MINIGO_NODE(Field, Node)
  Name* name = nullptr;  // null: unnamed parameter, embedded field or embedded element
  Expr* type = nullptr;  // fields of one list share it
};

struct StructType : Expr {
  GORT_MINIGO_NODE(StructType, Expr)
  std::vector<Field*> fields;
  std::vector<BasicLit*> tags;  // shorter than fields, or null entries: no tag
};

struct InterfaceType : Expr {
  GORT_MINIGO_NODE(InterfaceType, Expr)
  std::vector<Field*> methods;
};

struct FuncType : Expr {
  GORT_MINIGO_NODE(FuncType, Expr)
  std::vector<Field*> params;
  std::vector<Field*> results;
};

struct MapType : Expr {
  GORT_MINIGO_NODE(MapType, Expr)
  Expr* key = nullptr;
  Expr* value = nullptr;
};

enum class ChanDir : uint8_t { Both, SendOnly, RecvOnly };

struct ChanType : Expr {
  GORT_MINIGO_NODE(ChanType, Expr)
  ChanDir dir = ChanDir::Both;
  Expr* elem = nullptr;
};

// unparen strips parentheses.
Expr* unparen(Expr* x);
const Expr* unparen(const Expr* x);
// unpackList gives the elements of a ListExpr, {x} for another expression, {} for null.
std::vector<Expr*> unpackList(Expr* x);
// exprString is the source form of x as messages show it: function bodies as {…}, composite literals
// as T{…}, very deep expressions cut.
std::string exprString(const Node* x);

// ---------------------------------------------------------------------------------------------
// Statements

struct Stmt : Node {
 protected:
  using Node::Node;
};
struct SimpleStmt : Stmt {
 protected:
  using Stmt::Stmt;
};
struct Decl;

struct EmptyStmt : SimpleStmt {
  GORT_MINIGO_NODE(EmptyStmt, SimpleStmt)
};

struct LabeledStmt : Stmt {
  GORT_MINIGO_NODE(LabeledStmt, Stmt)
  Name* label = nullptr;
  Stmt* stmt = nullptr;
  // --- after checking: which branches name it (goto also counts backward jumps) ---
  bool gotoTarget = false;
  bool breakTarget = false;
  bool continueTarget = false;
};

struct BlockStmt : Stmt {
  GORT_MINIGO_NODE(BlockStmt, Stmt)
  std::vector<Stmt*> list;
  Pos rbrace;
};

struct ExprStmt : SimpleStmt {
  GORT_MINIGO_NODE(ExprStmt, SimpleStmt)
  Expr* x = nullptr;
};

struct SendStmt : SimpleStmt {
  GORT_MINIGO_NODE(SendStmt, SimpleStmt)
  Expr* chan = nullptr;
  Expr* value = nullptr;
};

struct DeclStmt : Stmt {
  GORT_MINIGO_NODE(DeclStmt, Stmt)
  std::vector<Decl*> decls;
};

// lhs = rhs, lhs := rhs (op Def), lhs op= rhs, lhs++ and lhs-- (rhs null, op Add or Sub).
// For := each lhs Name has `defines` set if it is new here, and else refers to an older variable.
struct AssignStmt : SimpleStmt {
  GORT_MINIGO_NODE(AssignStmt, SimpleStmt)
  Operator op = Operator::None;
  Expr* lhs = nullptr;
  Expr* rhs = nullptr;
};

// break, continue, goto, fallthrough.
struct BranchStmt : Stmt {
  GORT_MINIGO_NODE(BranchStmt, Stmt)
  Token tok = Token::None;
  Name* label = nullptr;
  // goto: the LabeledStmt; break and continue: the ForStmt, SwitchStmt or SelectStmt that they
  // leave or continue, labelled or not; fallthrough: null.
  Stmt* target = nullptr;
};

// go f(x), defer f(x).
struct CallStmt : Stmt {
  GORT_MINIGO_NODE(CallStmt, Stmt)
  Token tok = Token::None;  // Go or Defer
  Expr* call = nullptr;     // a CallExpr after checking
};

struct ReturnStmt : Stmt {
  GORT_MINIGO_NODE(ReturnStmt, Stmt)
  Expr* results = nullptr;  // null: none written (then named results are returned, if any)
};

struct IfStmt : Stmt {
  GORT_MINIGO_NODE(IfStmt, Stmt)
  SimpleStmt* init = nullptr;
  Expr* cond = nullptr;
  BlockStmt* then = nullptr;
  Stmt* els = nullptr;  // null, IfStmt or BlockStmt
};

// for init; cond; post {}. A RangeClause stands in init. Variables declared in init are one per
// iteration (Go 1.22); a copy per iteration is needed only for those with Var::escapes.
struct ForStmt : Stmt {
  GORT_MINIGO_NODE(ForStmt, Stmt)
  SimpleStmt* init = nullptr;
  Expr* cond = nullptr;
  SimpleStmt* post = nullptr;
  BlockStmt* body = nullptr;
};

enum class RangeKind : uint8_t { Int, String, Array, PointerToArray, Slice, Map, Chan, Func };

struct RangeClause : SimpleStmt {
  GORT_MINIGO_NODE(RangeClause, SimpleStmt)
  Expr* lhs = nullptr;  // null: for range x; else key or ListExpr{key, value}
  bool def = false;     // :=
  Expr* x = nullptr;
  // --- after checking ---
  RangeKind rangeKind{};
  Type* keyType = nullptr;  // null where the range gives none
  Type* valueType = nullptr;
};

struct CaseClause : Node {
  GORT_MINIGO_NODE(CaseClause, Node)
  Expr* cases = nullptr;  // null: default
  std::vector<Stmt*> body;
  Pos colon;
  // --- after checking ---
  Var* implicitVar = nullptr;  // the clause's variable of `switch x := y.(type)`
};

struct SwitchStmt : Stmt {
  GORT_MINIGO_NODE(SwitchStmt, Stmt)
  SimpleStmt* init = nullptr;
  Expr* tag = nullptr;  // null, expression, or TypeSwitchGuard
  std::vector<CaseClause*> body;
  Pos rbrace;
};

struct CommClause : Node {
  GORT_MINIGO_NODE(CommClause, Node)
  // null: default. Else a SendStmt, an ExprStmt of a receive, or an AssignStmt whose rhs is one.
  SimpleStmt* comm = nullptr;
  std::vector<Stmt*> body;
  Pos colon;
};

struct SelectStmt : Stmt {
  GORT_MINIGO_NODE(SelectStmt, Stmt)
  std::vector<CommClause*> body;
  Pos rbrace;
};

// ---------------------------------------------------------------------------------------------
// Declarations

struct Group {};  // declarations inside one pair of parentheses share it

struct Decl : Node {
  Group* group = nullptr;  // null: not in parentheses

 protected:
  using Node::Node;
};

struct ImportDecl : Decl {
  GORT_MINIGO_NODE(ImportDecl, Decl)
  Name* localName = nullptr;  // "." and "_" included; null: none
  BasicLit* path = nullptr;
};

// One line of a const declaration. An inherited line (no type, no values) is checked with the
// expressions of the line it inherits from; read the results from Const objects, not from here.
struct ConstDecl : Decl {
  GORT_MINIGO_NODE(ConstDecl, Decl)
  std::vector<Name*> names;
  Expr* typeExpr = nullptr;
  Expr* values = nullptr;
};

struct TypeDecl : Decl {
  GORT_MINIGO_NODE(TypeDecl, Decl)
  Name* name = nullptr;
  bool alias = false;
  Expr* typeExpr = nullptr;
};

struct VarDecl : Decl {
  GORT_MINIGO_NODE(VarDecl, Decl)
  std::vector<Name*> names;  // obj of each is its Var
  Expr* typeExpr = nullptr;
  Expr* values = nullptr;
};

struct FuncDecl : Decl {
  GORT_MINIGO_NODE(FuncDecl, Decl)
  Field* recv = nullptr;  // null: a function
  Name* name = nullptr;   // name->obj: the Func
  FuncType* typeExpr = nullptr;
  BlockStmt* body = nullptr;  // null: declared without body
};

struct File : Node {
  GORT_MINIGO_NODE(File, Node)
  Name* pkgName = nullptr;
  std::vector<Decl*> decls;
  Pos eof;
};

#undef GORT_MINIGO_NODE

// inspect calls f for n and, where f returns true, for everything below it, in source order. Types
// that are shared by several fields are visited once.
void inspect(Node* n, const std::function<bool(Node*)>& f);

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_AST_H_

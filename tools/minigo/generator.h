// The generator's state, shared by the gen_*.cc files.
//
// Go: cmd/compile/internal/walk/order.go (order of evaluation)
//
// How expressions become C++. gen(e) returns a C++ expression and may first append statements to
// the current block (`pre`-statements), because C++ leaves open the order in which operands are
// evaluated and Go does not: calls, receives and the right sides of && and || run from left to
// right. The rule, in sequence(): an operand that has an effect is put into a temporary when a
// later operand has one too, or when another operand reads memory that the effect may change.
// Plain reads are not ordered against calls, by Go's specification, and happen as late as
// possible, which is what Go's compiler does. What it does in its place is what counts as a call,
// len(s) too, and slicing: see inPlace(). So most expressions need no temporaries at all.
//
// Where variables live. A variable is a C++ local unless it escapes (Var::escapes); then it is
// a reference to a heap object, so that its uses look the same. The variables of a three-clause
// loop, which get a new instance each round, are pointers instead. A closure is a struct of its
// code and its captured variables: by value if nobody assigns to them, else by pointer.
#ifndef GORT_TOOLS_MINIGO_GENERATOR_H_
#define GORT_TOOLS_MINIGO_GENERATOR_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tools/minigo/ast.h"
#include "tools/minigo/gen.h"
#include "tools/minigo/object.h"
#include "tools/minigo/types.h"

namespace gort::minigo {

// cat concatenates strings and numbers.
inline void catInto(std::string*) {}
template <class T, class... Rest>
void catInto(std::string* s, const T& x, const Rest&... rest) {
  if constexpr (requires { std::to_string(x); })
    *s += std::to_string(x);
  else
    *s += x;
  catInto(s, rest...);
}
template <class... A>
std::string cat(const A&... a) {
  std::string s;
  catInto(&s, a...);
  return s;
}

// C++ operator precedences, strongest last.
enum Prec : int8_t {
  precLowest,
  precOr,   // ||
  precAnd,  // &&
  precBitOr,
  precBitXor,
  precBitAnd,
  precEqual,
  precRelation,
  precShift,
  precSum,
  precProduct,
  precUnary,
  precPostfix,  // also names, literals and everything in parentheses
};

// A C++ expression.
struct Cx {
  std::string text;
  Prec prec = precPostfix;
  bool effect = false;    // evaluating it may change what another expression sees
  bool unstable = false;  // its value may be changed by another expression's effect
};

// One line of a function's body. goLine 0: any, no #line is needed.
struct Line {
  uint32_t goLine;
  int indent;
  std::string text;
};
using Lines = std::vector<Line>;

// A statement that break or continue may name.
struct Target {
  const Stmt* stmt;
  bool loop;
  bool cppBreak;     // C++ break leaves it, if it is the innermost one
  bool cppContinue;  // C++ continue continues it, if it is the innermost loop
  std::string breakLabel;
  std::string continueLabel;
  bool breakUsed = false;
  bool continueUsed = false;
};

// The function being generated.
struct Fn {
  Fn* outer = nullptr;
  Signature* sig = nullptr;
  std::string name;                                     // in C++
  std::string symbol;                                   // as Go names it: main.f.func1
  std::set<std::string> used;                           // C++ names of locals
  std::unordered_map<const Var*, std::string> access;   // expression for a variable
  std::unordered_map<const Var*, std::string> address;  // pointer to it, where not &access
  std::vector<Target> targets;
  std::vector<const Var*> results;  // named results, else empty
  int temps = 0;
  int labels = 0;
  int literals = 0;
  bool gotos = false;      // has labels that goto names
  bool callsCode = false;  // calls compiled code
  int64_t frame = 0;       // bytes of its variables
};

class Generator {
 public:
  Generator(const Package& pkg, std::string sourcePath);
  std::string run();
  // About where in the source the generator is.
  Pos position() const { return {0, line_, 1}; }

 private:
  // --- gen_names.cc ---
  static std::string identifier(const std::string& goName);  // a C++ identifier, not yet unique
  std::string global(const std::string& base);               // unique among globals
  std::string local(const std::string& goName);              // unique in the function
  std::string temp();
  std::string label(const char* base);
  static std::string stringLiteral(const std::string& s);
  static std::string fieldName(const Struct* s, size_t i);

  // --- gen_types.cc ---
  std::string cpp(Type* t);                      // C++ type
  std::string cppSignature(const Signature* s);  // R(A, B)
  std::string cppResult(const Signature* s);
  std::string cppTuple(const std::vector<std::string>& types, const std::vector<Type*>& goTypes);
  std::string zero(Type* t);  // its zero value
  std::string desc(Type* t);  // &descriptor
  std::string closureDesc(const std::string& cppName, Struct* layout);
  std::string typeDefinitions();
  struct TypeDef;
  TypeDef* structDef(Struct* s, const std::string& wantName);
  std::string namedType(Named* n);
  void defineNamed(Named* n);
  void collectDeps(Type* t, bool byValue, std::vector<TypeDef*>* deps);
  void emitDef(TypeDef* d, std::string* out);
  bool recursive(Named* n);
  std::string elemType(Type* elem);  // as an element of a pointer or slice
  std::string unboxed(Type* elem);   // ".v" where elemType wraps the element
  std::string structBody(Struct* s, const std::string& name);
  std::string descString(const std::string& text);
  void defineDesc(Type* t, int n, const std::string& name);
  static std::string reflectString(Type* t);
  std::string gcData(Type* t, std::string* kindFlags, int64_t* ptrdata);

  // --- gen_expr.cc ---
  Cx gen(Expr* e);
  std::string text(Expr* e, Prec atLeast = precLowest);  // gen, with parentheses where needed
  static std::string paren(const Cx& c, Prec atLeast);
  // sequence generates the operands and puts into temporaries what the order of evaluation asks
  // for. The expressions returned may be used in any order.
  std::vector<Cx> sequence(const std::vector<Expr*>& list);
  struct Operand {
    Type* type;
    std::function<Cx()> make;
    Expr* expr = nullptr;  // what make generates
  };
  std::vector<Cx> sequenceOf(const std::vector<Operand>& list);
  static void merge(Cx* into, const std::vector<Cx>& parts);
  Cx genConst(const Value& v, Type* t);
  Cx genName(Name* n);
  Cx genVar(const Var* v);
  Cx genComposite(CompositeLit* c);
  Cx genCompositeValue(CompositeLit* c, Type* t);
  // The value of a field and how it is reached through embedded fields.
  struct FieldValue {
    std::vector<int> path;
    std::string value;
  };
  std::string keyedStruct(Type* t, const std::vector<FieldValue>& fields, size_t depth);
  Cx genFuncLit(FuncLit* f);
  Cx genSelector(SelectorExpr* s);
  // walk follows embedded fields: base is a value of type t.
  Cx walk(Cx base, Type* t, const std::vector<int>& index, size_t n, Type** result);
  Cx genField(Cx base, Type** t, int index);
  Cx genReceiver(Expr* x, const Selection* sel);
  Cx genMethodValue(SelectorExpr* s);
  Cx genMethodExpr(SelectorExpr* s);
  Cx genIndex(IndexExpr* x);
  Cx genSlice(SliceExpr* x);
  Cx genUnary(Operation* o);
  Cx genBinary(Operation* o);
  Cx genLogical(Operation* o);
  Cx genConcat(Operation* o);
  Cx compareOp(Operator op, const Cx& x, const Cx& y, Type* t, bool xNil, bool yNil);
  Cx arith(Operator op, const Cx& x, const Cx& y, Type* t, Expr* yExpr, Type* yType);
  Cx deref(const Cx& p);
  Cx narrow(Cx c, Type* t);
  Cx indexed(const Cx& x, Type* xType, const Cx& i, Expr* iExpr);
  Cx spill(const Cx& c, Type* t);
  // inPlace is c, in a temporary if a call follows in the same expression.
  Cx inPlace(const Cx& c, Type* t);
  static bool calls(Expr* e);  // contains a call of code, a receive or the like
  Cx addressOf(const Var* v);
  bool isNil(Expr* e);

  // --- gen_call.cc ---
  Cx genCall(CallExpr* c);
  Cx genBuiltin(CallExpr* c);
  Expr* nameFor(const std::string& text, Type* t);
  Cx genUnsafe(CallExpr* c);
  Cx genAppend(CallExpr* c);
  Cx genMake(CallExpr* c);
  Cx genMinMax(CallExpr* c);
  void genPrint(CallExpr* c);
  Cx genConversion(CallExpr* c);
  Cx convert(const Cx& x, Type* from, Type* to);
  Cx boxed(const Cx& x, Type* t);  // as interface{}
  // What a call runs: text of the callee and its leading arguments.
  struct Callee {
    enum Kind { Direct, Value, Package } kind = Direct;
    std::string name;  // Direct: function; Package: see gen_packages.cc
    Signature* sig = nullptr;
    std::vector<Operand> leading;  // receiver or func value
    std::string closure;           // Direct call of a literal: its closure argument
    Func* member = nullptr;        // Package
  };
  Callee callee(CallExpr* c);
  std::vector<Cx> callArgs(CallExpr* c, const Callee& to);
  Cx callText(const Callee& to, const std::vector<Cx>& args);

  // --- gen_packages.cc ---
  Cx packageCall(Func* f, const std::vector<Cx>& args);
  Cx packageVar(Var* v);
  std::string packageFunc(Func* f);  // a C++ function that can be called through a func value

  // --- gen_stmt.cc ---
  void stmt(Stmt* s);
  void stmts(const std::vector<Stmt*>& list);
  void block(const std::vector<Stmt*>& list);  // the lines between braces
  void stmtBody(Stmt* s);
  void declStmt(DeclStmt* d);
  void assignStmt(AssignStmt* a);
  void define(const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs);
  void declare(const Var* v, const std::string& init);  // init empty: zero value
  void assignList(const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs);
  void assignOne(Expr* lhs, Expr* rhs);
  void assignOp(AssignStmt* a);
  // assignTuple unpacks the result struct that rhs gives.
  void assignTuple(const std::vector<Expr*>& lhs, Expr* rhs, bool def);
  Cx tupleOf(Expr* rhs);  // a call or a commaOk form
  // What is put into temporaries: effects; or all that assignments may change, and then the reads
  // are collected in lateReads_, because they come after the calls on the right side.
  enum class SpillPolicy { Effects, All };
  std::vector<std::string> lvalues(const std::vector<Expr*>& list,
                                   const std::function<bool(Expr*)>& f, Lines* late);
  std::string lvalueBefore(Expr* lhs, Expr* rhs);
  std::string lvalue(Expr* e, SpillPolicy policy, const std::set<const Var*>& assigned);
  std::string operand(Expr* e, SpillPolicy policy, const std::set<const Var*>& assigned, Prec prec);
  void branchStmt(BranchStmt* b);
  void goStmt(CallStmt* c);
  void returnStmt(ReturnStmt* r);
  void ifStmt(IfStmt* s, Lines condPre, const std::string& cond, bool haveCond);
  void forStmt(ForStmt* s);
  void rangeStmt(ForStmt* s, RangeClause* r);
  void switchStmt(SwitchStmt* s);
  void selectStmt(SelectStmt* s);
  void loopBody(const std::vector<Stmt*>& body, Target* t);
  void endBreak(const Target& t);
  bool hasEffect(Expr* e);  // contains a call, receive, literal or logical operation

  // --- gen_func.cc ---
  void genFunc(Func* f);
  void genBody(Fn* fn, Signature* sig, BlockStmt* body, Pos pos);
  void genInit();
  struct CppFunc {
    std::string result, name;
    std::vector<std::string> types, names;  // of the parameters
  };
  // defineFunc writes a function that needs `frame` bytes, with a test of the stack if it asks for
  // one or the frame is large.
  void defineFunc(const CppFunc& f, const std::string& body, bool check, int64_t frame);
  void defineWrapper(const CppFunc& f, const Callee& to, const std::vector<Cx>& args);
  void onStack(Type* t);
  std::string funcName(const Func* f);
  std::string funcSymbol(const Func* f);
  std::string funcValue(Func* f);  // a static func value for a declared function
  std::string valueConst(const std::string& codeName);
  // The code of a function literal and, if it has captured variables, its closure: the struct's
  // name, an expression for its value and the descriptor.
  struct LitCode {
    std::string name, structName, value, desc;
  };
  LitCode literalCode(FuncLit* f);
  std::string captureField(const Var* v, Type** t);
  std::string closureStruct(const std::string& name,
                            const std::vector<std::pair<std::string, Type*>>& fields,
                            const std::vector<std::string>& cppTypes);
  static bool copyCaptured(const Var* v);
  static bool heapAllocated(const Var* v);
  std::string finish();

  // --- output of lines ---
  void emit(std::string s) { cur_->push_back({line_, indent_, std::move(s)}); }
  void emitAny(std::string s) { cur_->push_back({0, indent_, std::move(s)}); }
  // collect runs f and returns the lines that it emitted.
  template <class F>
  Lines collect(F f) {
    Lines mine;
    Lines* saved = cur_;
    cur_ = &mine;
    f();
    cur_ = saved;
    return mine;
  }
  void append(Lines l) {
    for (Line& x : l) cur_->push_back(std::move(x));
  }
  void at(Pos p) {
    if (p.known()) line_ = p.line;
  }
  std::string render(const Lines& lines);
  [[noreturn]] void unsupported(const Node* n, const std::string& what);
  Var* makeVar(const std::string& name, Type* t);

  const Package& pkg_;
  std::string sourcePath_;
  Arena arena_;
  TypeTable table_;

  std::set<std::string> globals_;
  std::unordered_map<const Object*, std::string> globalNames_;
  std::unordered_map<const Func*, std::string> funcValues_;
  std::map<std::string, std::string> bindWrappers_;

  // C++ type definitions.
  struct TypeDef {
    std::string name;
    std::string alias;  // an alias: what it stands for
    Type* aliasOf = nullptr;
    Struct* body = nullptr;  // a struct
    int state = 0;           // 0 waiting, 1 being emitted, 2 done
    std::string box;         // name of the element wrapper of a recursive type
  };
  std::deque<TypeDef> defs_;
  std::map<std::string, TypeDef*> structsByKey_;
  std::unordered_map<const Named*, TypeDef*> named_;
  std::unordered_map<const Type*, TypeDef*> anonymous_;
  std::unordered_map<const Named*, bool> recursive_;
  std::map<std::string, std::string> tuples_;
  std::vector<std::pair<Struct*, std::string>> pendingAsserts_;
  std::string tupleDefs_;
  std::string closureDefs_;

  std::map<int, std::string> descs_;
  std::string descDecls_;
  std::string descDefs_;
  std::map<std::string, std::string> descStrings_;
  int closureDescs_ = 0;

  std::string globalDefs_;
  std::string packageInits_;  // statements that initialise variables of imported packages
  std::string prototypes_;
  std::string values_;  // static func values
  std::string code_;    // function definitions

  bool inPlace_ = false;  // a call follows in the expression
  Lines lateReads_;
  Fn* fn_ = nullptr;
  Lines* cur_ = nullptr;
  uint32_t line_ = 0;
  int indent_ = 1;
};

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_GENERATOR_H_

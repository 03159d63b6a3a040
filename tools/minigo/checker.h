// The type checker's inside. Only check*.cc includes this; users include check.h.
//
// Go: cmd/compile/internal/types2/check.go and the files that it names
//
// The checker has Go's structure. Package-level declarations are collected first, and their types
// are then determined on demand: a name that is met and not known yet is declared on the spot
// (objDecl), so that order in the source does not matter. Function bodies and everything that
// needs complete types is delayed (later) and done when the declarations stand.
//
// An expression is checked into an Operand: what it is (mode), its type, and its value if it is
// constant. Untyped expressions are remembered until their context gives them a type (untyped_,
// updateExprType); final results go into the tree (record).
//
// The whole of Go but type parameters is checked. What the generator cannot do yet is refused by a last
// pass over a correct program (check_subset.cc).
//
// Differs from Go: results are stored in the nodes; there is one language version.
#ifndef GORT_TOOLS_MINIGO_CHECKER_H_
#define GORT_TOOLS_MINIGO_CHECKER_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tools/minigo/ast.h"
#include "tools/minigo/constant.h"
#include "tools/minigo/diag.h"
#include "tools/minigo/object.h"
#include "tools/minigo/types.h"
#include "tools/minigo/universe.h"

namespace gort::minigo {

// What an expression was found to be. The zero Operand is invalid.
struct Operand {
  Mode mode = Mode::Invalid;
  Expr* expr = nullptr;
  Type* type = nullptr;
  Value val;       // Mode::Constant
  BuiltinId id{};  // Mode::Builtin

  bool isValid() const { return mode != Mode::Invalid; }
  void invalidate() { mode = Mode::Invalid; }
  bool isNil() const { return mode == Mode::NilValue; }
};

// A package-level object's declaration.
struct DeclInfo {
  Scope* file = nullptr;
  std::vector<Var*> lhs;  // a, b = f(): all variables of the declaration, which share this DeclInfo
  Expr* vtyp = nullptr;   // type, or null
  Expr* init = nullptr;   // value, or null
  bool inherited = false;  // const: vtyp and init come from an earlier line
  TypeDecl* tdecl = nullptr;
  FuncDecl* fdecl = nullptr;
  std::set<Object*> deps;  // package-level objects that init or the body uses

  bool hasInitializer() const {
    return init != nullptr || (fdecl != nullptr && fdecl->body != nullptr);
  }
};

// The function that is being checked, inside of which others.
struct FuncContext {
  const Node* node;  // FuncDecl or FuncLit
  FuncLit* lit;      // null for a FuncDecl
  FuncContext* outer;
};

// Why an untyped value cannot become a type.
enum class ConversionError : uint8_t { None, Invalid, Truncated, Overflow };

// Where an error is: a node's leftmost token, an operand's expression, an object's declaration, a position.
class At {
 public:
  At(Pos p) : pos_(p) {}                    // NOLINT: implicit by design
  At(const Node* n) : pos_(startPos(n)) {}  // NOLINT
  At(const Object* o) : pos_(o->pos) {}     // NOLINT
  At(const Operand* x) : pos_(x->expr == nullptr ? Pos{} : startPos(x->expr)) {}  // NOLINT
  Pos pos() const { return pos_; }

 private:
  Pos pos_;
};

class Checker {
 public:
  Checker(Package* pkg, Diagnostics* diags) : pkg_(pkg), diags_(diags) {}

  // checkFiles checks pkg_->syntax and fills in the rest of the package. Errors go to the
  // Diagnostics.
  void checkFiles();

 private:
  // --- environment ---
  struct Environment {
    DeclInfo* decl = nullptr;  // package-level declaration whose initialiser or body is checked
    Scope* scope = nullptr;
    Value iota;                // inside a constant declaration
    Pos errpos;                // inside an inherited initialiser: where errors are reported
    Signature* sig = nullptr;  // of the function
    FuncContext* fn = nullptr;
    bool hasCallOrRecv = false;  // the expression has a call or a receive
  };

  // A statement's control-flow context is the parser's business (branches.cc); none is kept here.

  struct ExprInfo {
    bool isLhs = false;  // left operand of a shift whose type is not known yet
    Mode mode{};
    Basic* type = nullptr;
    Value val;
  };

  // One error with further lines.
  class Error {
   public:
    explicit Error(Checker* c) : c_(c) {}
    template <class... Args>
    void add(At at, std::string_view format, const Args&... args) {
      parts_.push_back({at.pos(), c_->sprintf(format, args...)});
    }
    void addAltDecl(const Object* o) {
      if (o->pos.known()) add(o, "other declaration of %s", o->name);
    }
    void report();

   private:
    Checker* c_;
    std::vector<Diagnostic> parts_;
  };

  // --- errors and formatting (check.cc) ---
  // sprintf replaces each %s by the text of the next argument.
  template <class... Args>
  std::string sprintf(std::string_view format, const Args&... args) {
    return expand(format, {text(args)...});
  }
  static std::string expand(std::string_view format, std::initializer_list<std::string> args);
  static std::string text(const std::string& s) { return s; }
  static std::string text(std::string_view s) { return std::string(s); }
  static std::string text(const char* s) { return s; }
  static std::string text(int64_t n) { return std::to_string(n); }
  static std::string text(size_t n) { return std::to_string(n); }
  static std::string text(Operator op) { return std::string(operatorString(op)); }
  static std::string text(const Value& v) { return valueString(v); }
  std::string text(Pos p) const { return diags_->posString(p); }
  static std::string text(const Node* n) { return exprString(n); }
  std::string text(const Type* t) const { return typeString(t, pkg_); }
  std::string text(const Operand* x) const { return operandString(x); }
  std::string operandString(const Operand* x) const;
  std::string varString(const Var* v) const;

  template <class... Args>
  void errorf(At at, std::string_view format, const Args&... args) {
    Error e(this);
    e.add(at, format, args...);
    e.report();
  }
  // Stops everything: the tree is too deep.
  [[noreturn]] void tooDeep(At at);

  // Counts nesting of the checker's own recursion.
  class Nest {
   public:
    Nest(Checker* c, const Node* n);
    ~Nest() { c_->depth_--; }

   private:
    Checker* c_;
  };

  template <class T, class... Args>
  T* make(Args&&... args) {
    return pkg_->arena.make<T>(std::forward<Args>(args)...);
  }
  Name* dummyName(Pos p, const std::string& value);

  void later(std::function<void()> f) { delayed_.push_back(std::move(f)); }
  void processDelayed(size_t top);
  void push(Object* o);
  void pop();
  void addDeclDep(Object* to);

  void openScope(const Node* n);
  void closeScope() { env_.scope = env_.scope->parent; }
  Object* lookup(const std::string& name, Scope** where = nullptr) const;

  // --- recording (check.cc) ---
  void record(Operand* x);
  void recordTypeAndValue(Expr* e, Mode mode, Type* t, const Value& v);
  void recordUntyped();
  void recordBuiltinType(Expr* f, Signature* sig);
  void recordCommaOkTypes(Expr* e, Type* t0, Type* t1);
  void recordDef(Name* n, Object* o);
  void recordUse(Name* n, Object* o);
  void recordSelection(SelectorExpr* e, SelectionKind kind, Type* recv, const LookupResult& r);
  void noteUse(Var* v);            // v is read or written in the current function: captures
  Var* rootVar(Expr* e);           // the variable whose memory e is part of, or null
  void noteAddressTaken(Expr* e);  // &e or the like
  void noteReassigned(Expr* e);    // e = ... other than a declaration

  // --- resolver (check_resolve.cc) ---
  void collectObjects();
  void collectImport(ImportDecl* d, Scope* fileScope);
  void collectVars(VarDecl* d, Scope* fileScope);
  void collectFunc(FuncDecl* d, Scope* fileScope);
  void arity(Pos pos, const std::vector<Name*>& names, const std::vector<Expr*>& inits,
             bool constDecl, bool inherited);
  void declarePkgObj(Name* ident, Object* o, DeclInfo* d);
  void addDecl(Object* o, DeclInfo* d);
  DeclInfo* declInfo(Object* o);
  std::pair<bool, Expr*> unpackRecv(Expr* rtyp);
  TypeName* resolveBaseTypeName(bool* ptr, Name* name);
  void packageObjects();
  void unusedImports();
  void finishPackage();

  // --- declarations (check_decl.cc) ---
  void declare(Scope* scope, Name* id, Object* o, Pos scopePos);
  void objDecl(Object* o);
  bool validCycle(Object* o);
  void cycleError(const std::vector<Object*>& cycle, size_t start);
  void directCycles();
  bool isComplete(Type* t);
  void validType(Named* t);
  bool validType0(Type* t, std::vector<Named*>* path);
  void constDecl(Const* o, Expr* typ, Expr* init, bool inherited);
  void varDecl(Var* o, const std::vector<Var*>& lhs, Expr* typ, Expr* init);
  void typeDecl(TypeName* o, TypeDecl* d);
  void collectMethods(TypeName* o);
  void checkFieldUniqueness(Named* base);
  void funcDecl(Func* o, DeclInfo* d);
  void declStmt(const std::vector<Decl*>& list);
  void localVarDecl(VarDecl* d);
  Var* newLocal(Pos p, const std::string& name);

  // --- types (check_type.cc) ---
  void ident(Operand* x, Name* e, bool wantType);
  Type* typ(Expr* e);
  Type* varType(Expr* e) { return typ(e); }
  Type* typInternal(Expr* e);
  int64_t arrayLength(Expr* e);
  void structType(Struct* styp, StructType* e);
  void interfaceType(Interface* ityp, InterfaceType* e);
  void computeInterface(Interface* ityp);
  void funcType(Signature* sig, Field* recv, FuncType* ftyp);
  Var* collectRecv(Field* rparam);
  void validRecv(Expr* at, Var* recv);
  std::vector<Var*> collectParams(VarKind kind, const std::vector<Field*>& list, bool* variadic);
  void declareParams(const std::vector<Field*>& list, const std::vector<Var*>& vars, Pos scopePos);
  Type* instantiatedType(IndexExpr* e);

  // --- expressions (check_expr.cc) ---
  ExprKind rawExpr(Operand* x, Expr* e, Type* hint);
  ExprKind exprInternal(Operand* x, Expr* e, Type* hint);
  void expr(Operand* x, Expr* e, Type* hint = nullptr);
  void exprOrType(Operand* x, Expr* e);
  std::vector<Operand> multiExpr(Expr* e, bool allowCommaOk, bool* commaOk);
  std::vector<Operand> exprList(const std::vector<Expr*>& list);
  void exclude(Operand* x, std::initializer_list<Mode> modes);
  void singleValue(Operand* x);
  bool use(const std::vector<Expr*>& list) { return useN(list, false); }
  bool useLhs(const std::vector<Expr*>& list) { return useN(list, true); }
  bool useN(const std::vector<Expr*>& list, bool lhs);
  bool use1(Expr* e, bool lhs);
  void unary(Operand* x, Operation* e);
  void binary(Operand* x, Expr* e, Expr* lhs, Expr* rhs, Operator op);
  void shiftExpr(Operand* x, Operand* y, Expr* e, Operator op);
  void comparison(Operand* x, Operand* y, Operator op, bool switchCase);
  std::string incomparableCause(Type* t);
  void matchTypes(Operand* x, Operand* y);
  bool checkOp(Operand* x, Operator op, bool isUnary);
  Type* chanElem(At at, Operand* x, bool recv);
  void updateExprType(Expr* e, Type* t, bool final);
  void updateExprVal(Expr* e, const Value& v);
  void typeAssertion(Expr* e, Operand* x, Type* t, bool typeSwitch);

  // --- constants and conversions (check_const.cc) ---
  void overflow(Operand* x, Pos opPos);
  bool representableConst(const Value& v, Basic* t, Value* rounded);
  ConversionError representation(Operand* x, Basic* t, Value* v);
  void representable(Operand* x, Basic* t);
  void invalidConversion(ConversionError err, Operand* x, Type* target);
  ConversionError implicitTypeAndValue(Operand* x, Type* target, Type** newType, Value* val);
  void convertUntyped(Operand* x, Type* target);
  void conversion(Operand* x, Type* t);
  bool convertibleTo(Operand* x, Type* t, std::string* cause);
  bool assignableTo(Operand* x, Type* t, std::string* cause);
  bool implements(Type* v, Type* t, std::string* cause);
  bool hasAllMethods(Type* v, Type* t, bool isStatic, std::string* cause);
  std::string funcString(Func* f);
  std::string interfacePtrError(Type* t);

  // --- literals (check_literal.cc) ---
  void basicLit(Operand* x, BasicLit* e);
  void funcLit(Operand* x, FuncLit* e);
  void compositeLit(Operand* x, CompositeLit* e, Type* hint);
  void structLit(CompositeLit* e, Struct* s, Type* base);
  void mapLit(CompositeLit* e, Map* m);
  int64_t indexedElts(CompositeLit* e, Type* elem, int64_t length);
  std::string lookupError(Type* t, const std::string& sel, Object* alt, bool structLit);

  // --- index and slice (check_index.cc) ---
  void indexExpr(Operand* x, IndexExpr* e);
  void sliceExpr(Operand* x, SliceExpr* e);
  Expr* singleIndex(IndexExpr* e);
  int64_t index(Expr* e, int64_t max, bool* valid = nullptr);
  bool isValidIndex(Operand* x, const char* what, bool allowNegative);

  // --- calls (check_call.cc) ---
  ExprKind callExpr(Operand* x, CallExpr* call);
  std::vector<Operand> exprListForCall(CallExpr* call);
  void arguments(CallExpr* call, Signature* sig, std::vector<Operand>* args);
  void selector(Operand* x, SelectorExpr* e, bool wantType);
  bool packageMember(Operand* x, SelectorExpr* e);

  // --- built-in functions (check_builtin.cc) ---
  bool builtin(Operand* x, CallExpr* call, BuiltinId id);
  bool builtinAppend(Operand* x, CallExpr* call, std::vector<Operand>* args);
  bool builtinLenCap(Operand* x, CallExpr* call, BuiltinId id);
  bool builtinComplex(Operand* x, CallExpr* call, std::vector<Operand>* args);
  bool builtinCopy(Operand* x, CallExpr* call, std::vector<Operand>* args);
  bool builtinRealImag(Operand* x, CallExpr* call, BuiltinId id);
  bool builtinMake(Operand* x, CallExpr* call);
  bool builtinMinMax(Operand* x, CallExpr* call, BuiltinId id, std::vector<Operand>* args);
  bool builtinNew(Operand* x, CallExpr* call);
  bool builtinOffsetof(Operand* x, CallExpr* call);
  bool builtinUnsafe(Operand* x, CallExpr* call, BuiltinId id, std::vector<Operand>* args);
  Type* sliceElem(Operand* x, std::string* cause);
  bool hasVarSize(Type* t);
  Signature* makeSig(Type* result, std::initializer_list<Type*> params);

  // --- assignments (check_assign.cc) ---
  void assignment(Operand* x, Type* t, const std::string& context);
  void initConst(Const* lhs, Operand* x);
  void initVar(Var* lhs, Operand* x, const std::string& context);
  Type* lhsVar(Expr* lhs);
  void assignVar(Expr* lhs, Expr* rhs, Operand* x, std::string context);
  std::string typesSummary(const std::vector<Type*>& list, bool variadic, bool hasDots);
  void assignError(const std::vector<Expr*>& rhs, size_t l, size_t r);
  void returnError(At at, const std::vector<Var*>& lhs, const std::vector<Operand>& rhs);
  void initVars(const std::vector<Var*>& lhs, const std::vector<Expr*>& rhs, ReturnStmt* ret);
  void assignVars(const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs);
  void shortVarDecl(Pos pos, const std::vector<Expr*>& lhs, const std::vector<Expr*>& rhs);

  // --- statements (check_stmt.cc, check_range.cc, check_return.cc) ---
  void funcBody(DeclInfo* decl, Signature* sig, BlockStmt* body, const Value& iota,
                FuncContext* fn);
  void usage(Scope* scope);
  void stmtList(const std::vector<Stmt*>& list);
  void stmt(Stmt* s);
  void stmtInner(Stmt* s);
  void suspendedCall(CallStmt* s);
  void assignStmt(AssignStmt* s);
  void returnStmt(ReturnStmt* s);
  void ifStmt(IfStmt* s);
  void switchStmt(SwitchStmt* s);
  void typeSwitchStmt(SwitchStmt* s, TypeSwitchGuard* guard);
  void selectStmt(SelectStmt* s);
  void forStmt(ForStmt* s);
  struct SeenCase {
    Pos pos;
    Type* type;
  };
  using SeenCases = std::map<std::string, std::vector<SeenCase>>;
  void caseValues(Operand* x, const std::vector<Expr*>& values, SeenCases* seen);
  bool denotesNil(Expr* e);
  Type* caseTypes(Operand* x, const std::vector<Expr*>& types,
                  std::vector<std::pair<Type*, Expr*>>* seen);
  void rangeStmt(ForStmt* s, RangeClause* r);
  bool rangeKeyVal(Type* t, Type** key, Type** val, RangeKind* kind, std::string* cause);
  bool isTerminating(Stmt* s, const std::string& label);
  bool isTerminatingList(const std::vector<Stmt*>& list);

  // --- initialisation order (check_init.cc) ---
  void initOrder();
  std::vector<Object*> findPath(Object* from, Object* to, std::set<Object*>* seen);
  void reportCycle(const std::vector<Object*>& cycle);

  // --- what the generator does not do yet (check_subset.cc) ---
  void refuseUncovered();

  // --- where variables live (check_escape.cc) ---
  void placeVariables();

  Package* pkg_;
  Diagnostics* diags_;
  Environment env_;
  bool hadError_ = false;
  int depth_ = 0;

  std::unordered_map<Object*, DeclInfo*> objMap_;
  std::vector<Object*> objList_;  // keys of objMap_ in source order
  std::vector<PkgName*> imports_;
  std::map<std::pair<Scope*, std::string>, PkgName*> dotImports_;
  std::set<const Package*> fakeImports_;  // packages that are not in minigo: no follow-on errors
  std::unordered_map<TypeName*, std::vector<Func*>> methods_;  // not yet added to their types
  std::unordered_map<Expr*, ExprInfo> untyped_;
  std::vector<Expr*> untypedOrder_;
  std::vector<std::function<void()>> delayed_;
  std::vector<Object*> objPath_;
  std::unordered_set<const CallExpr*> panicCalls_;
  std::unordered_set<Named*> validated_;  // types that do not contain themselves
  std::unordered_map<Named*, bool> varSize_;
  std::vector<Var*> locals_;  // variables, parameters and results of functions
  std::vector<TypeDecl*> localTypes_;
  std::vector<FuncLit*> literals_;
};

// opPos is the position of the operator of an operation, and the start of other expressions.
Pos opPos(const Expr* e);

inline constexpr const char* invalidArg = "invalid argument: ";
inline constexpr const char* invalidOp = "invalid operation: ";

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_CHECKER_H_

// The parser: source text to syntax tree.
//
// Go: cmd/compile/internal/syntax/parser.go
//
// Recursive descent over the whole grammar of Go, with Go's messages and Go's way to continue after
// an error. Every method that returns a node returns one, also after an error (a BadExpr where
// nothing better is known); those named ...OrNil may return null.
//
// Differs from Go: type parameters are parsed and refused. Nesting deeper than maxNesting is an error
// that ends the parse: Go's stacks grow, ours do not.
#ifndef GORT_TOOLS_MINIGO_PARSER_H_
#define GORT_TOOLS_MINIGO_PARSER_H_

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tools/minigo/ast.h"
#include "tools/minigo/diag.h"
#include "tools/minigo/lexer.h"

namespace gort::minigo {

class Parser {
 public:
  // Errors go to diags; nodes are made in arena. fileNo is the index for positions.
  Parser(std::string_view source, uint32_t fileNo, Arena* arena, Diagnostics* diags);

  // parseFile returns null when not even the package clause could be parsed. Otherwise
  // the tree may be checked unless fatal(): errors that are not "syntax error" leave it whole.
  File* parseFile();

  // fatal tells whether an error was reported after which checking would only confuse.
  bool fatal() const { return fatal_; }

 private:
  struct Abort {};  // thrown when nesting is too deep

  // Counts one level of nesting while it lives.
  class Nest {
   public:
    explicit Nest(Parser* p);
    ~Nest() { p_->depth_--; }

   private:
    Parser* p_;
  };

  // --- tokens and errors ---
  void next() { lex_.next(); }
  Token tok() const { return lex_.tok; }
  Pos pos() const { return posAt(lex_.line, lex_.col); }
  Pos posAt(uint32_t line, uint32_t col) const { return Pos{fileNo_, line, col}; }
  bool got(Token t);
  void want(Token t);
  bool gotAssign();
  void errorAt(Pos p, const std::string& msg);
  void error(const std::string& msg) { errorAt(pos(), msg); }
  void syntaxErrorAt(Pos p, std::string msg);
  void syntaxError(const std::string& msg) { syntaxErrorAt(pos(), msg); }
  void tooDeep();
  void advance(std::initializer_list<Token> followlist);
  void refuseTypeParameters(Pos p);

  template <class T>
  T* make(Pos p) {
    T* n = arena_->make<T>();
    n->pos = p;
    return n;
  }
  Name* newName(Pos p, const std::string& value);
  BadExpr* badExpr() { return make<BadExpr>(pos()); }

  // --- declarations (parser.cc) ---
  File* fileOrNil();
  Pos list(const std::string& context, Token sep, Token close, const std::function<bool()>& f);
  using DeclParser = Decl* (Parser::*)(Group*);
  void appendGroup(std::vector<Decl*>* out, DeclParser f);
  Decl* importDecl(Group* group);
  Decl* constDecl(Group* group);
  Decl* typeDecl(Group* group);
  Decl* varDecl(Group* group);
  FuncDecl* funcDecl();
  BlockStmt* funcBody();

  // --- expressions (parser_expr.cc) ---
  Expr* expr() { return binaryExpr(nullptr, 0); }
  Expr* binaryExpr(Expr* x, int prec);
  Expr* unaryExpr();
  Expr* operand(bool keepParens);
  Expr* pexpr(Expr* x, bool keepParens);
  Expr* bareComplitexpr();
  CompositeLit* complitexpr();
  void argList(CallExpr* call);
  Name* name();
  std::vector<Name*> nameList(Name* first);
  BasicLit* oliteral();
  Expr* qualifiedName(Name* first);
  Expr* exprList();
  Expr* typeList(bool strict, bool* comma);

  // --- types (parser_type.cc) ---
  Expr* type();
  Expr* typeOrNil();
  Expr* typeInstance(Expr* x);
  FuncType* funcType(const std::string& context);
  Expr* arrayType(Pos p, Expr* len);
  Expr* sliceType(Pos p);
  Expr* chanElem();
  StructType* structType();
  InterfaceType* interfaceType();
  std::vector<Field*> funcResult();
  void addField(StructType* styp, Pos p, Name* name, Expr* type, BasicLit* tag);
  void fieldDecl(StructType* styp);
  Expr* arrayOrTArgs();
  Field* methodDecl();
  Field* embeddedElem(Field* f);
  Expr* embeddedTerm();
  Field* paramDeclOrNil(Name* name, Token follow);
  std::vector<Field*> paramList(Name* name, Expr* typ, Token close, bool requireNames, bool dddok);
  Expr* indirect(Pos p, Expr* type);

  // --- statements (parser_stmt.cc) ---
  struct Header {
    SimpleStmt* init = nullptr;
    Expr* cond = nullptr;
    SimpleStmt* post = nullptr;
  };
  SimpleStmt* simpleStmt(Expr* lhs, Token keyword);
  RangeClause* newRangeClause(Expr* lhs, bool def);
  AssignStmt* newAssignStmt(Pos p, Operator op, Expr* lhs, Expr* rhs);
  Stmt* labeledStmtOrNil(Name* label);
  BlockStmt* blockStmt(const std::string& context);
  DeclStmt* declStmt(DeclParser f);
  Stmt* forStmt();
  Header header(Token keyword);
  IfStmt* ifStmt();
  SwitchStmt* switchStmt();
  SelectStmt* selectStmt();
  CaseClause* caseClause();
  CommClause* commClause();
  CallStmt* callStmt();
  Stmt* stmtOrNil();
  std::vector<Stmt*> stmtList();

  Lexer lex_;
  uint32_t fileNo_;
  Arena* arena_;
  Diagnostics* diags_;
  int errcnt_ = 0;  // errors so far, lexical ones included
  bool fatal_ = false;
  int fnest_ = 0;  // function nesting, for recovery
  int xnest_ = 0;  // expression nesting, to tell composite literals from blocks; < 0 in a header
  int depth_ = 0;  // nesting of everything
};

// checkBranches resolves the targets of break, continue and goto in a function's body and reports
// what is wrong with labels and branches. (branches.cc)
// Go: cmd/compile/internal/syntax/branches.go
using BranchErrorHandler = std::function<void(Pos, const std::string&)>;
void checkBranches(BlockStmt* body, const Diagnostics& diags, const BranchErrorHandler& errh);

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_PARSER_H_

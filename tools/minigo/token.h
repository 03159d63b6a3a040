// Tokens, operators and positions of a Go source text.
//
// Go: cmd/compile/internal/syntax/tokens.go
//
// Differs from Go: a position is a plain triple and not a packed word, because the source of
// one program is small; columns count bytes from 1, as Go's do.
#ifndef GORT_TOOLS_MINIGO_TOKEN_H_
#define GORT_TOOLS_MINIGO_TOKEN_H_

#include <compare>
#include <cstdint>
#include <string_view>

namespace gort::minigo {

// A Pos names one byte of one file. The zero Pos is unknown.
struct Pos {
  uint32_t file = 0;  // index into Package::files
  uint32_t line = 0;  // from 1; 0 means unknown
  uint32_t col = 0;   // in bytes, from 1

  bool known() const { return line != 0; }
  friend auto operator<=>(const Pos&, const Pos&) = default;
};

enum class Token : uint8_t {
  None,
  EndOfFile,

  Name,     // identifier
  Literal,  // any literal; LitKind says which

  Operator,  // an operator but '*'
  AssignOp,  // op=
  IncOp,     // ++ or --
  Assign,    // =
  Define,    // :=
  Arrow,     // <-
  Star,      // *

  Lparen,
  Lbrack,
  Lbrace,
  Rparen,
  Rbrack,
  Rbrace,
  Comma,
  Semi,
  Colon,
  Dot,
  DotDotDot,

  Break,
  Case,
  Chan,
  Const,
  Continue,
  Default,
  Defer,
  Else,
  Fallthrough,
  For,
  Func,
  Go,
  Goto,
  If,
  Import,
  Interface,
  Map,
  Package,
  Range,
  Return,
  Select,
  Struct,
  Switch,
  Type,
  Var,
};

enum class LitKind : uint8_t { Int, Float, Imag, Rune, String };

enum class Operator : uint8_t {
  None,
  Def,    // the : of := (only in AssignStmt)
  Not,    // !
  Recv,   // <-
  Tilde,  // ~

  OrOr,
  AndAnd,

  Eql,
  Neq,
  Lss,
  Leq,
  Gtr,
  Geq,

  Add,
  Sub,
  Or,
  Xor,

  Mul,
  Div,
  Rem,
  And,
  AndNot,
  Shl,
  Shr,
};

// Binary operator precedences; 0 is no binary operator.
enum Precedence : int { precNone, precOrOr, precAndAnd, precCmp, precAdd, precMul };

// tokenString is the source form of a token: "(", "break", "name".
std::string_view tokenString(Token tok);

// operatorString is the source form of an operator: "&^".
std::string_view operatorString(Operator op);

// keywordToken returns the keyword's token, or Token::Name when s is no keyword.
Token keywordToken(std::string_view s);

inline bool isComparison(Operator op) { return Operator::Eql <= op && op <= Operator::Geq; }
inline bool isShift(Operator op) { return op == Operator::Shl || op == Operator::Shr; }

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_TOKEN_H_

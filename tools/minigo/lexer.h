// The lexer: source text to tokens, with automatic semicolons.
//
// Go: cmd/compile/internal/syntax/scanner.go, source.go
//
// Differs from Go: the whole text is in memory, so there is no buffer to refill.
#ifndef GORT_TOOLS_MINIGO_LEXER_H_
#define GORT_TOOLS_MINIGO_LEXER_H_

#include <functional>
#include <string>
#include <string_view>

#include "tools/minigo/token.h"

namespace gort::minigo {

// A Lexer walks over a text that must outlive it. next() reads one token into the public fields.
class Lexer {
 public:
  // Called for each lexical error, at the place where it is.
  using ErrorHandler = std::function<void(uint32_t line, uint32_t col, const std::string& msg)>;

  Lexer(std::string_view source, ErrorHandler errh);

  void next();

  // The current token.
  Token tok = Token::None;
  uint32_t line = 0, col = 0;   // where it starts
  std::string lit;              // Name, Literal: source text; Semi: "semicolon", "newline" or "EOF"
  LitKind kind = LitKind::Int;  // Literal
  bool bad = false;             // Literal: it has a syntax error
  Operator op = Operator::None;  // Operator, Star, AssignOp, IncOp
  int prec = 0;                  // Operator, Star, AssignOp, IncOp: precedence, 0 for unary only

 private:
  static constexpr int32_t eof = -1;

  void nextch();
  void rewind();
  void error(const std::string& msg) { errh_(line_ + 1, col_ + 1, msg); }
  void errorAt(uint32_t offset, const std::string& msg) { errh_(line, col + offset, msg); }
  std::string segment() const { return std::string(src_.substr(start_, r_ - chw_ - start_)); }

  void setOperator(Operator o, int precedence);
  void assignOp();
  void setLit(LitKind k, bool ok);
  void ident();
  bool atIdentChar(bool first);
  int digits(int base, int* invalid);
  void number(bool seenPoint);
  void rune();
  void stdString();
  void rawString();
  bool escape(int32_t quote);
  void skipLine();
  void skipComment();

  std::string_view src_;
  ErrorHandler errh_;
  size_t r_ = 0;                 // next byte to read
  size_t start_ = 0;             // first byte of the current token
  int32_t ch_ = ' ';             // current character, or eof
  uint32_t chw_ = 0;             // its width in bytes
  uint32_t line_ = 0, col_ = 0;  // of ch_, from 0
  bool nlsemi_ = false;          // a newline or the end of the text becomes a semicolon
};

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_LEXER_H_

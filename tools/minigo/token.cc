// Source forms of tokens and operators.
//
// Go: cmd/compile/internal/syntax/tokens.go, token_string.go, operator_string.go
#include "tools/minigo/token.h"

#include <array>

namespace gort::minigo {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(Token::Var) + 1> tokenNames = {
    "",      "EOF",    "name",     "literal", "op",     "op=",       "opop",        "=",
    ":=",    "<-",     "*",        "(",       "[",      "{",         ")",           "]",
    "}",     ",",      ";",        ":",       ".",      "...",       "break",       "case",
    "chan",  "const",  "continue", "default", "defer",  "else",      "fallthrough", "for",
    "func",  "go",     "goto",     "if",      "import", "interface", "map",         "package",
    "range", "return", "select",   "struct",  "switch", "type",      "var",
};

constexpr std::array<std::string_view, static_cast<size_t>(Operator::Shr) + 1> operatorNames = {
    "",   ":", "!", "<-", "~", "||", "&&", "==", "!=", "<",  "<=", ">",
    ">=", "+", "-", "|",  "^", "*",  "/",  "%",  "&",  "&^", "<<", ">>",
};

}  // namespace

std::string_view tokenString(Token tok) { return tokenNames[static_cast<size_t>(tok)]; }

std::string_view operatorString(Operator op) { return operatorNames[static_cast<size_t>(op)]; }

Token keywordToken(std::string_view s) {
  for (auto t = static_cast<size_t>(Token::Break); t <= static_cast<size_t>(Token::Var); t++) {
    if (tokenNames[t] == s) return static_cast<Token>(t);
  }
  return Token::Name;
}

}  // namespace gort::minigo

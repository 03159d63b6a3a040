// Tests of tools/minigo/lexer.h: tokens, automatic semicolons, literals and lexical errors.
#include "tools/minigo/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gort::minigo {
namespace {

struct Scan {
  std::vector<std::string>
      tokens;  // as text: names and literals as they are, "\n" for an automatic semicolon
  std::vector<std::string> errors;  // "line:col: message"
};

Scan scan(std::string_view src) {
  Scan out;
  Lexer lex(src, [&](uint32_t line, uint32_t col, const std::string& msg) {
    out.errors.push_back(std::to_string(line) + ":" + std::to_string(col) + ": " + msg);
  });
  for (lex.next(); lex.tok != Token::EndOfFile; lex.next()) {
    switch (lex.tok) {
      case Token::Name:
      case Token::Literal: out.tokens.push_back(lex.lit); break;
      case Token::Semi: out.tokens.push_back(lex.lit == "semicolon" ? ";" : "\\n"); break;
      case Token::Operator: out.tokens.emplace_back(operatorString(lex.op)); break;
      case Token::AssignOp: out.tokens.push_back(std::string(operatorString(lex.op)) + "="); break;
      case Token::IncOp: {
        std::string op(operatorString(lex.op));
        out.tokens.push_back(op + op);
        break;
      }
      default: out.tokens.emplace_back(tokenString(lex.tok));
    }
  }
  return out;
}

std::string joined(std::string_view src) {
  std::string s;
  for (const std::string& t : scan(src).tokens) s += (s.empty() ? "" : " ") + t;
  return s;
}

std::string errors(std::string_view src) {
  std::string s;
  for (const std::string& e : scan(src).errors) s += (s.empty() ? "" : "\n") + e;
  return s;
}

TEST(Tokens, OfAllOperatorsAndDelimiters) {
  EXPECT_EQ(joined("+ - * / % & | ^ << >> &^ && || <- == < > = ! ~ != <= >= := ... ( [ { , . ;"),
            "+ - * / % & | ^ << >> &^ && || <- == < > = ! ~ != <= >= := ... ( [ { , . ;");
  EXPECT_EQ(joined("+= -= *= /= %= &= |= ^= <<= >>= &^= x"),
            "+= -= *= /= %= &= |= ^= <<= >>= &^= x \\n");
  EXPECT_EQ(joined("a..b"), "a . . b \\n");
  EXPECT_EQ(joined("a<-b&^c"), "a <- b &^ c \\n");
}

TEST(Tokens, KeywordsAreNotNames) {
  Lexer lex("range ranges", [](uint32_t, uint32_t, const std::string&) {});
  lex.next();
  EXPECT_EQ(lex.tok, Token::Range);
  lex.next();
  EXPECT_EQ(lex.tok, Token::Name);
  EXPECT_EQ(lex.lit, "ranges");
}

TEST(Tokens, NamesMayHaveAnyLetters) {
  EXPECT_EQ(joined("größe 世界 x_1 π2"), "größe 世界 x_1 π2 \\n");
}

TEST(Positions, CountLinesAndBytesFromOne) {
  Lexer lex("a\n  ö b", [](uint32_t, uint32_t, const std::string&) {});
  lex.next();
  EXPECT_EQ(std::pair(lex.line, lex.col), std::pair(1u, 1u));
  lex.next();  // newline
  EXPECT_EQ(std::pair(lex.line, lex.col), std::pair(1u, 2u));
  lex.next();
  EXPECT_EQ(std::pair(lex.line, lex.col), std::pair(2u, 3u));
  lex.next();
  EXPECT_EQ(std::pair(lex.line, lex.col), std::pair(2u, 6u));  // ö has two bytes
}

TEST(Semicolons, AreInsertedAtTheEndOfALine) {
  EXPECT_EQ(joined("x\n1\n)\n]\n}\n++\n--\nbreak\ncontinue\nfallthrough\nreturn\n"),
            "x \\n 1 \\n ) \\n ] \\n } \\n ++ \\n -- \\n break \\n continue \\n fallthrough \\n "
            "return \\n");
  EXPECT_EQ(joined("(\n+\n,\nif\n{\n"), "( + , if {");
}

TEST(Semicolons, AreInsertedBeforeCommentsThatEndTheLine) {
  EXPECT_EQ(joined("x // comment\ny"), "x \\n y \\n");
  EXPECT_EQ(joined("x /* one line */ y"), "x y \\n");
  EXPECT_EQ(joined("x /* two\nlines */ y"), "x \\n y \\n");
}

TEST(Semicolons, AreInsertedAtTheEndOfTheFile) { EXPECT_EQ(joined("x"), "x \\n"); }

TEST(Literals, Numbers) {
  const char* all =
      "0 1_000 0x1F 0X_ff 0b101 0o17 017 1. .5 1e10 1E-5 0x1p-2 0x.8P+3 1i 0x1p4i 'a' '\\n'";
  EXPECT_EQ(joined(all), std::string(all) + " \\n");
  EXPECT_EQ(errors(all), "");
}

TEST(Literals, WrongNumbersAreReportedWhereTheyAreWrong) {
  EXPECT_EQ(errors("0x"), "1:3: hexadecimal literal has no digits");
  EXPECT_EQ(errors("0b12"), "1:4: invalid digit '2' in binary literal");
  EXPECT_EQ(errors("089"), "1:2: invalid digit '8' in octal literal");
  EXPECT_EQ(errors("0o1.5"), "1:4: invalid radix point in octal literal");
  EXPECT_EQ(errors("1__0"), "1:3: '_' must separate successive digits");
  EXPECT_EQ(errors("1_"), "1:2: '_' must separate successive digits");
  EXPECT_EQ(errors("1e"), "1:3: exponent has no digits");
  EXPECT_EQ(errors("0x1.8"), "1:6: hexadecimal mantissa requires a 'p' exponent");
  EXPECT_EQ(errors("0b1e1"), "1:4: 'e' exponent requires decimal mantissa");
  EXPECT_EQ(errors("1p2"), "1:2: 'p' exponent requires hexadecimal mantissa");
}

TEST(Literals, Strings) {
  EXPECT_EQ(joined(R"("a\tb\x41\101\u00e4\U0001F600\"")"),
            R"("a\tb\x41\101\u00e4\U0001F600\"" \n)");
  EXPECT_EQ(joined("`raw \\n\nsecond`"), "`raw \\n\nsecond` \\n");
  EXPECT_EQ(errors("\"abc\nx"), "1:5: newline in string");
  EXPECT_EQ(errors("\"abc"), "1:1: string not terminated");
  EXPECT_EQ(errors("`abc\n"), "1:1: string not terminated");
  EXPECT_EQ(errors(R"("\q")"), "1:3: unknown escape");
  EXPECT_EQ(errors(R"("\xg0")"), "1:4: invalid character 'g' in hexadecimal escape");
  EXPECT_EQ(errors(R"("\400")"), "1:6: octal escape value 256 > 255");
  EXPECT_EQ(errors(R"("\ud800")"), "1:8: escape is invalid Unicode code point U+D800");
}

TEST(Literals, Runes) {
  EXPECT_EQ(errors("''"), "1:2: empty rune literal or unescaped '");
  EXPECT_EQ(errors("'ab'"), "1:1: more than one character in rune literal");
  EXPECT_EQ(errors("'a\n"), "1:3: newline in rune literal");
  EXPECT_EQ(errors("'a"), "1:1: rune literal not terminated");
  EXPECT_EQ(errors("'世'"), "");
}

TEST(Text, MayStartWithAByteOrderMark) {
  EXPECT_EQ(joined("\xEF\xBB\xBFx"), "x \\n");
  EXPECT_EQ(errors("\xEF\xBB\xBFx"), "");
  EXPECT_EQ(errors("x \xEF\xBB\xBF y"), "1:3: invalid BOM in the middle of the file");
}

TEST(Text, ThatIsNotUtf8IsReported) {
  EXPECT_EQ(errors("x \xFF y"), "1:3: invalid UTF-8 encoding");
  EXPECT_EQ(errors("\"\xC3(\""), "1:2: invalid UTF-8 encoding");
  EXPECT_EQ(errors(std::string_view("x \0 y", 5)), "1:3: invalid NUL character");
  EXPECT_EQ(errors("x # y"), "1:3: invalid character U+0023 '#'");
  EXPECT_EQ(errors("x\u20ac"), "1:2: invalid character U+20AC '€' in identifier");
  EXPECT_EQ(errors("\u0661x"), "1:1: identifier cannot begin with digit U+0661 '١'");
}

TEST(Text, CommentsMustEnd) { EXPECT_EQ(errors("x /* y"), "1:3: comment not terminated"); }

TEST(Text, EmptyHasNoTokens) {
  EXPECT_EQ(joined(""), "");
  EXPECT_EQ(joined(" \t\r\n"), "");
}

}  // namespace
}  // namespace gort::minigo

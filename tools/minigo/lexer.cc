// The lexer.
//
// Go: cmd/compile/internal/syntax/scanner.go, source.go
//
// Differs from Go: //line and //go: directives are comments like any other.
#include "tools/minigo/lexer.h"

#include <utility>

#include "tools/minigo/constant.h"
#include "tools/minigo/unicode.h"

namespace gort::minigo {

namespace {

int32_t lower(int32_t ch) { return ('a' - 'A') | ch; }
bool isLetter(int32_t ch) { return ('a' <= lower(ch) && lower(ch) <= 'z') || ch == '_'; }
bool isDecimal(int32_t ch) { return '0' <= ch && ch <= '9'; }
bool isHex(int32_t ch) { return isDecimal(ch) || ('a' <= lower(ch) && lower(ch) <= 'f'); }

const char* baseName(int base) {
  switch (base) {
    case 2: return "binary";
    case 8: return "octal";
    case 10: return "decimal";
    default: return "hexadecimal";
  }
}

// invalidSep is the index of the first misplaced '_' of number literal x, or -1.
int invalidSep(const std::string& x) {
  int32_t prefix = ' ';
  char d = '.';  // what the last character was: '_', '0' for a digit, '.' for anything else
  size_t i = 0;
  if (x.size() >= 2 && x[0] == '0') {
    prefix = lower(x[1]);
    if (prefix == 'x' || prefix == 'o' || prefix == 'b') {
      d = '0';  // a prefix counts as a digit
      i = 2;
    }
  }
  for (; i < x.size(); i++) {
    char p = d;
    d = x[i];
    if (d == '_') {
      if (p != '0') return static_cast<int>(i);
    } else if (isDecimal(d) || (prefix == 'x' && isHex(d))) {
      d = '0';
    } else {
      if (p == '_') return static_cast<int>(i) - 1;
      d = '.';
    }
  }
  return d == '_' ? static_cast<int>(x.size()) - 1 : -1;
}

}  // namespace

// The first next() starts on a blank before the text: no error is reported from the constructor.
Lexer::Lexer(std::string_view source, ErrorHandler errh) : src_(source), errh_(std::move(errh)) {}

// nextch reads the next character into ch_. What may not stand in a Go text is reported and skipped.
void Lexer::nextch() {
  for (;;) {
    col_ += chw_;
    if (ch_ == '\n') {
      line_++;
      col_ = 0;
    }
    if (r_ >= src_.size()) {
      ch_ = eof;
      chw_ = 0;
      return;
    }
    auto b = static_cast<unsigned char>(src_[r_]);
    if (b < 0x80) {
      r_++;
      chw_ = 1;
      ch_ = b;
      if (b == 0) {
        error("invalid NUL character");
        continue;
      }
      return;
    }
    int size;
    ch_ = static_cast<int32_t>(decodeRune(src_, r_, &size));
    chw_ = static_cast<uint32_t>(size);
    r_ += chw_;
    if (ch_ == static_cast<int32_t>(runeError) && chw_ == 1) {
      error("invalid UTF-8 encoding");
      continue;
    }
    constexpr int32_t BOM = 0xfeff;
    if (ch_ == BOM) {
      if (line_ > 0 || col_ > 0) error("invalid BOM in the middle of the file");
      continue;
    }
    return;
  }
}

// rewind goes back to the start of the current token, which must not contain a newline.
void Lexer::rewind() {
  col_ -= static_cast<uint32_t>(r_ - chw_ - start_);
  r_ = start_;
  chw_ = 0;
  ch_ = ' ';
  nextch();
}

void Lexer::setOperator(Operator o, int precedence) {
  op = o;
  prec = precedence;
}

void Lexer::assignOp() {
  if (ch_ == '=') {
    nextch();
    tok = Token::AssignOp;
  } else {
    tok = Token::Operator;
  }
}

void Lexer::next() {
  bool nlsemi = nlsemi_;
  nlsemi_ = false;

redo:
  while (ch_ == ' ' || ch_ == '\t' || (ch_ == '\n' && !nlsemi) || ch_ == '\r') nextch();

  line = line_ + 1;
  col = col_ + 1;
  start_ = r_ - chw_;
  if (isLetter(ch_) || (ch_ >= 0x80 && atIdentChar(true))) {
    nextch();
    ident();
    return;
  }

  switch (ch_) {
    case eof:
      if (nlsemi) {
        lit = "EOF";
        tok = Token::Semi;
      } else {
        tok = Token::EndOfFile;
      }
      return;

    case '\n':
      nextch();
      lit = "newline";
      tok = Token::Semi;
      return;

    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': number(false); return;

    case '"': stdString(); return;
    case '`': rawString(); return;
    case '\'': rune(); return;

    case '(':
      nextch();
      tok = Token::Lparen;
      return;
    case '[':
      nextch();
      tok = Token::Lbrack;
      return;
    case '{':
      nextch();
      tok = Token::Lbrace;
      return;
    case ',':
      nextch();
      tok = Token::Comma;
      return;
    case ';':
      nextch();
      lit = "semicolon";
      tok = Token::Semi;
      return;
    case ')':
      nextch();
      nlsemi_ = true;
      tok = Token::Rparen;
      return;
    case ']':
      nextch();
      nlsemi_ = true;
      tok = Token::Rbrack;
      return;
    case '}':
      nextch();
      nlsemi_ = true;
      tok = Token::Rbrace;
      return;

    case ':':
      nextch();
      if (ch_ == '=') {
        nextch();
        tok = Token::Define;
      } else {
        tok = Token::Colon;
      }
      return;

    case '.':
      nextch();
      if (isDecimal(ch_)) {
        number(true);
        return;
      }
      if (ch_ == '.') {
        nextch();
        if (ch_ == '.') {
          nextch();
          tok = Token::DotDotDot;
          return;
        }
        rewind();  // back to the first '.'
        nextch();
      }
      tok = Token::Dot;
      return;

    case '+':
    case '-': {
      int32_t c = ch_;
      nextch();
      setOperator(c == '+' ? Operator::Add : Operator::Sub, precAdd);
      if (ch_ != c) return assignOp();
      nextch();
      nlsemi_ = true;
      tok = Token::IncOp;
      return;
    }

    case '*':
      nextch();
      setOperator(Operator::Mul, precMul);
      if (ch_ == '=') {
        nextch();
        tok = Token::AssignOp;
      } else {
        tok = Token::Star;
      }
      return;

    case '/':
      nextch();
      if (ch_ == '/') {
        nextch();
        skipLine();
        goto redo;
      }
      if (ch_ == '*') {
        nextch();
        skipComment();
        if (line_ + 1 > line && nlsemi) {
          // a comment of several lines acts like a newline
          lit = "newline";
          tok = Token::Semi;
          return;
        }
        goto redo;
      }
      setOperator(Operator::Div, precMul);
      return assignOp();

    case '%':
      nextch();
      setOperator(Operator::Rem, precMul);
      return assignOp();

    case '&':
      nextch();
      if (ch_ == '&') {
        nextch();
        setOperator(Operator::AndAnd, precAndAnd);
        tok = Token::Operator;
        return;
      }
      setOperator(Operator::And, precMul);
      if (ch_ == '^') {
        nextch();
        op = Operator::AndNot;
      }
      return assignOp();

    case '|':
      nextch();
      if (ch_ == '|') {
        nextch();
        setOperator(Operator::OrOr, precOrOr);
        tok = Token::Operator;
        return;
      }
      setOperator(Operator::Or, precAdd);
      return assignOp();

    case '^':
      nextch();
      setOperator(Operator::Xor, precAdd);
      return assignOp();

    case '<':
      nextch();
      if (ch_ == '=') {
        nextch();
        setOperator(Operator::Leq, precCmp);
        tok = Token::Operator;
        return;
      }
      if (ch_ == '<') {
        nextch();
        setOperator(Operator::Shl, precMul);
        return assignOp();
      }
      if (ch_ == '-') {
        nextch();
        tok = Token::Arrow;
        return;
      }
      setOperator(Operator::Lss, precCmp);
      tok = Token::Operator;
      return;

    case '>':
      nextch();
      if (ch_ == '=') {
        nextch();
        setOperator(Operator::Geq, precCmp);
        tok = Token::Operator;
        return;
      }
      if (ch_ == '>') {
        nextch();
        setOperator(Operator::Shr, precMul);
        return assignOp();
      }
      setOperator(Operator::Gtr, precCmp);
      tok = Token::Operator;
      return;

    case '=':
      nextch();
      if (ch_ == '=') {
        nextch();
        setOperator(Operator::Eql, precCmp);
        tok = Token::Operator;
        return;
      }
      tok = Token::Assign;
      return;

    case '!':
      nextch();
      if (ch_ == '=') {
        nextch();
        setOperator(Operator::Neq, precCmp);
      } else {
        setOperator(Operator::Not, 0);
      }
      tok = Token::Operator;
      return;

    case '~':
      nextch();
      setOperator(Operator::Tilde, 0);
      tok = Token::Operator;
      return;

    default:
      error("invalid character " + runeDescription(static_cast<uint32_t>(ch_)));
      nextch();
      goto redo;
  }
}

void Lexer::ident() {
  while (isLetter(ch_) || isDecimal(ch_)) nextch();
  if (ch_ >= 0x80) {
    while (atIdentChar(false)) nextch();
  }
  lit = segment();
  tok = keywordToken(lit);
  nlsemi_ = tok == Token::Name || tok == Token::Break || tok == Token::Continue ||
            tok == Token::Fallthrough || tok == Token::Return;
}

bool Lexer::atIdentChar(bool first) {
  if (isLetter(ch_) || (ch_ > 0 && isUnicodeLetter(static_cast<uint32_t>(ch_)))) return true;
  if (ch_ > 0 && isUnicodeDigit(static_cast<uint32_t>(ch_))) {
    if (first) {
      error("identifier cannot begin with digit " + runeDescription(static_cast<uint32_t>(ch_)));
    }
    return true;
  }
  if (ch_ >= 0x80) {
    error("invalid character " + runeDescription(static_cast<uint32_t>(ch_)) + " in identifier");
    return true;
  }
  return false;
}

void Lexer::setLit(LitKind k, bool ok) {
  nlsemi_ = true;
  tok = Token::Literal;
  lit = segment();
  kind = k;
  bad = !ok;
}

// digits accepts digits and '_'. Bit 0 of the result tells that there was a digit, bit 1 a '_'. A
// decimal digit that is too large for the base goes on, and the first one's index into *invalid.
int Lexer::digits(int base, int* invalid) {
  int seen = 0;
  if (base <= 10) {
    int32_t max = '0' + base;
    while (isDecimal(ch_) || ch_ == '_') {
      if (ch_ == '_') {
        seen |= 2;
      } else {
        seen |= 1;
        if (ch_ >= max && invalid != nullptr && *invalid < 0) {
          *invalid = static_cast<int>(col_ + 1 - col);
        }
      }
      nextch();
    }
  } else {
    while (isHex(ch_) || ch_ == '_') {
      seen |= ch_ == '_' ? 2 : 1;
      nextch();
    }
  }
  return seen;
}

void Lexer::number(bool seenPoint) {
  bool ok = true;
  LitKind k = LitKind::Int;
  int base = 10;
  int32_t prefix = 0;  // 0 (decimal), '0' (octal), 'x', 'o' or 'b'
  int digsep = 0;
  int invalid = -1;

  if (!seenPoint) {
    if (ch_ == '0') {
      nextch();
      switch (lower(ch_)) {
        case 'x':
          nextch();
          base = 16;
          prefix = 'x';
          break;
        case 'o':
          nextch();
          base = 8;
          prefix = 'o';
          break;
        case 'b':
          nextch();
          base = 2;
          prefix = 'b';
          break;
        default:
          base = 8;
          prefix = '0';
          digsep = 1;  // the leading 0
      }
    }
    digsep |= digits(base, &invalid);
    if (ch_ == '.') {
      if (prefix == 'o' || prefix == 'b') {
        error(std::string("invalid radix point in ") + baseName(base) + " literal");
        ok = false;
      }
      nextch();
      seenPoint = true;
    }
  }

  if (seenPoint) {
    k = LitKind::Float;
    digsep |= digits(base, &invalid);
  }

  if ((digsep & 1) == 0 && ok) {
    error(std::string(baseName(base)) + " literal has no digits");
    ok = false;
  }

  if (int32_t e = lower(ch_); e == 'e' || e == 'p') {
    if (ok) {
      if (e == 'e' && prefix != 0 && prefix != '0') {
        error(quoteRune(static_cast<uint32_t>(ch_)) + " exponent requires decimal mantissa");
        ok = false;
      } else if (e == 'p' && prefix != 'x') {
        error(quoteRune(static_cast<uint32_t>(ch_)) + " exponent requires hexadecimal mantissa");
        ok = false;
      }
    }
    nextch();
    k = LitKind::Float;
    if (ch_ == '+' || ch_ == '-') nextch();
    digsep = digits(10, nullptr) | (digsep & 2);
    if ((digsep & 1) == 0 && ok) {
      error("exponent has no digits");
      ok = false;
    }
  } else if (prefix == 'x' && k == LitKind::Float && ok) {
    error("hexadecimal mantissa requires a 'p' exponent");
    ok = false;
  }

  if (ch_ == 'i') {
    k = LitKind::Imag;
    nextch();
  }

  setLit(k, ok);

  if (k == LitKind::Int && invalid >= 0 && ok) {
    errorAt(static_cast<uint32_t>(invalid),
            "invalid digit " +
                quoteRune(static_cast<unsigned char>(lit[static_cast<size_t>(invalid)])) + " in " +
                baseName(base) + " literal");
    ok = false;
  }
  if ((digsep & 2) != 0 && ok) {
    if (int i = invalidSep(lit); i >= 0) {
      errorAt(static_cast<uint32_t>(i), "'_' must separate successive digits");
      ok = false;
    }
  }
  bad = !ok;
}

void Lexer::rune() {
  bool ok = true;
  nextch();
  for (int n = 0;; n++) {
    if (ch_ == '\'') {
      if (ok) {
        if (n == 0) {
          error("empty rune literal or unescaped '");
          ok = false;
        } else if (n != 1) {
          errorAt(0, "more than one character in rune literal");
          ok = false;
        }
      }
      nextch();
      break;
    }
    if (ch_ == '\\') {
      nextch();
      if (!escape('\'')) ok = false;
      continue;
    }
    if (ch_ == '\n') {
      if (ok) {
        error("newline in rune literal");
        ok = false;
      }
      break;
    }
    if (ch_ < 0) {
      if (ok) {
        errorAt(0, "rune literal not terminated");
        ok = false;
      }
      break;
    }
    nextch();
  }
  setLit(LitKind::Rune, ok);
}

void Lexer::stdString() {
  bool ok = true;
  nextch();
  for (;;) {
    if (ch_ == '"') {
      nextch();
      break;
    }
    if (ch_ == '\\') {
      nextch();
      if (!escape('"')) ok = false;
      continue;
    }
    if (ch_ == '\n') {
      error("newline in string");
      ok = false;
      break;
    }
    if (ch_ < 0) {
      errorAt(0, "string not terminated");
      ok = false;
      break;
    }
    nextch();
  }
  setLit(LitKind::String, ok);
}

void Lexer::rawString() {
  bool ok = true;
  nextch();
  for (;;) {
    if (ch_ == '`') {
      nextch();
      break;
    }
    if (ch_ < 0) {
      errorAt(0, "string not terminated");
      ok = false;
      break;
    }
    nextch();
  }
  // Carriage returns stay in the text; makeFromLiteral drops them from the value.
  setLit(LitKind::String, ok);
}

void Lexer::skipLine() {
  while (ch_ >= 0 && ch_ != '\n') nextch();
}

void Lexer::skipComment() {
  while (ch_ >= 0) {
    while (ch_ == '*') {
      nextch();
      if (ch_ == '/') {
        nextch();
        return;
      }
    }
    nextch();
  }
  errorAt(0, "comment not terminated");
}

// escape accepts what follows a backslash. At the end of the text the caller complains.
bool Lexer::escape(int32_t quote) {
  int n;
  uint32_t base, max;
  switch (ch_) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\': nextch(); return true;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7': n = 3, base = 8, max = 255; break;
    case 'x':
      nextch();
      n = 2, base = 16, max = 255;
      break;
    case 'u':
      nextch();
      n = 4, base = 16, max = maxRune;
      break;
    case 'U':
      nextch();
      n = 8, base = 16, max = maxRune;
      break;
    default:
      if (ch_ == quote) {
        nextch();
        return true;
      }
      if (ch_ < 0) return true;
      error("unknown escape");
      return false;
  }

  uint32_t x = 0;
  for (int i = n; i > 0; i--) {
    if (ch_ < 0) return true;
    uint32_t d = base;
    if (isDecimal(ch_)) {
      d = static_cast<uint32_t>(ch_ - '0');
    } else if ('a' <= lower(ch_) && lower(ch_) <= 'f') {
      d = static_cast<uint32_t>(lower(ch_) - 'a') + 10;
    }
    if (d >= base) {
      error("invalid character " + quoteRune(static_cast<uint32_t>(ch_)) + " in " +
            baseName(static_cast<int>(base)) + " escape");
      return false;
    }
    x = x * base + d;
    nextch();
  }

  if (x > max && base == 8) {
    error("octal escape value " + std::to_string(x) + " > 255");
    return false;
  }
  if (x > max || (0xD800 <= x && x < 0xE000)) {
    error("escape is invalid Unicode code point " + runeDescription(x));
    return false;
  }
  return true;
}

}  // namespace gort::minigo

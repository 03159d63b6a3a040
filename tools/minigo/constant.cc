// Exact constants: making, reading, computing and printing them.
//
// Go: go/constant/value.go, strconv/quote.go, math/big (conversion to float32 and float64)
#include "tools/minigo/constant.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "tools/minigo/unicode.h"

namespace gort::minigo {

namespace {

constexpr unsigned floatPrec = 512;  // bits of a floating-point value
constexpr size_t maxFractionBits =
    4096;  // numerators and denominators at least this long become floats
constexpr long maxExponent = 2147483647;  // binary exponent of big.Float

// A string, or the sum of two that is not put together yet.
struct StringRep {
  mutable std::string s;
  mutable Value l, r;  // both present or both not
  size_t len = 0;
};

struct ComplexRep {
  Value re, im;
};

struct UnknownRep {};

}  // namespace

struct Value::Rep {
  std::variant<UnknownRep, bool, StringRep, mpz_class, mpq_class, mpf_class, ComplexRep> v;
};

namespace {

using Kind = Value::Kind;

template <class T>
Value makeRep(T v) {
  return Value(std::make_shared<const Value::Rep>(Value::Rep{std::move(v)}));
}

template <class T>
const T* get(const Value& v) {
  return v.rep() == nullptr ? nullptr : std::get_if<T>(&v.rep()->v);
}

bool smallInt(const mpz_class& i) { return mpz_sizeinbase(i.get_mpz_t(), 2) < maxFractionBits; }

mpf_class newFloat() { return mpf_class(0, floatPrec); }

mpf_class ratToFloat(const mpq_class& r) {
  mpf_class f = newFloat();
  mpf_set_q(f.get_mpf_t(), r.get_mpq_t());
  return f;
}

mpf_class intToFloat(const mpz_class& i) {
  mpf_class f = newFloat();
  mpf_set_z(f.get_mpf_t(), i.get_mpz_t());
  return f;
}

// binaryExponent is the e of |f| = m * 2^e with 0.5 <= m < 1.
long binaryExponent(const mpf_class& f) {
  long e = 0;
  mpf_get_d_2exp(&e, f.get_mpf_t());
  return e;
}

bool smallFloat(const mpf_class& f) {
  if (sgn(f) == 0) return true;
  long e = binaryExponent(f);
  return -static_cast<long>(maxFractionBits) < e && e < static_cast<long>(maxFractionBits);
}

// makeFloat keeps f as a floating-point number; Unknown when it is out of big.Float's range.
Value makeFloat(mpf_class f) {
  if (sgn(f) != 0) {
    long e = binaryExponent(f);
    if (e > maxExponent) return makeUnknown();
    if (e < -maxExponent) f = newFloat();
  }
  return makeRep(std::move(f));
}

Value makeIntRep(mpz_class i) { return makeRep(std::move(i)); }

// makeFraction keeps r exactly unless its parts grow too long.
Value makeFraction(mpq_class r) {
  if (smallInt(r.get_num()) && smallInt(r.get_den())) return makeRep(std::move(r));
  return makeFloat(ratToFloat(r));
}

// exactRat is the exact value of a float of moderate size.
mpq_class exactRat(const mpf_class& f) {
  mpq_class r;
  mpq_set_f(r.get_mpq_t(), f.get_mpf_t());
  return r;
}

// roundFraction rounds |r| to `bits` bits, ties to even, with the exponent range of an IEEE format
// whose smallest subnormal is 2^minExp and whose finite values are below 2^maxExp.
double roundFraction(const mpq_class& r, int bits, long minExp, long maxExp) {
  if (sgn(r) == 0) return 0;
  mpz_class num = abs(r.get_num());
  const mpz_class& den = r.get_den();
  // 2^(e-1) <= num/den < 2^(e+1)
  long e = static_cast<long>(mpz_sizeinbase(num.get_mpz_t(), 2)) -
           static_cast<long>(mpz_sizeinbase(den.get_mpz_t(), 2));
  // one unit in the last place of the result is 2^ulp; try the larger exponent first
  double result = 0;
  for (int attempt = 0; attempt < 2; attempt++) {
    long ulp = std::max(e - attempt - bits + 1, minExp);
    mpz_class n = num, d = den;
    if (ulp > 0) {
      d <<= static_cast<unsigned long>(ulp);
    } else {
      n <<= static_cast<unsigned long>(-ulp);
    }
    mpz_class q, rem;
    mpz_fdiv_qr(q.get_mpz_t(), rem.get_mpz_t(), n.get_mpz_t(), d.get_mpz_t());
    if (attempt == 0 && ulp > minExp &&
        mpz_sizeinbase(q.get_mpz_t(), 2) < static_cast<size_t>(bits)) {
      continue;  // one bit short: the exponent was one too large
    }
    rem *= 2;
    int c = cmp(rem, d);
    if (c > 0 || (c == 0 && mpz_odd_p(q.get_mpz_t()))) q += 1;
    // q has at most bits+1 bits and is then a power of two, so the conversion is exact
    result = std::ldexp(q.get_d(), static_cast<int>(ulp));
    break;
  }
  if (maxExp < 1024 && result >= std::ldexp(1.0, static_cast<int>(maxExp))) {
    result = std::numeric_limits<double>::infinity();
  }
  return sgn(r) < 0 ? -result : result;
}

double roundTo(const Value& v, int bits, long minExp, long maxExp) {
  if (auto* i = get<mpz_class>(v)) return roundFraction(mpq_class(*i), bits, minExp, maxExp);
  if (auto* r = get<mpq_class>(v)) return roundFraction(*r, bits, minExp, maxExp);
  if (auto* f = get<mpf_class>(v)) {
    if (sgn(*f) == 0) return 0;
    long e = binaryExponent(*f);
    if (e > maxExp + 1) {
      double inf = std::numeric_limits<double>::infinity();
      return sgn(*f) < 0 ? -inf : inf;
    }
    if (e < minExp - 1) return 0;
    return roundFraction(exactRat(*f), bits, minExp, maxExp);
  }
  return 0;
}

}  // namespace

Value::Kind Value::kind() const {
  if (rep_ == nullptr) return Kind::None;
  switch (rep_->v.index()) {
    case 0: return Kind::Unknown;
    case 1: return Kind::Bool;
    case 2: return Kind::String;
    case 3: return Kind::Int;
    case 4:
    case 5: return Kind::Float;
    default: return Kind::Complex;
  }
}

// --- Making values ---

Value makeUnknown() { return makeRep(UnknownRep{}); }
Value makeBool(bool b) { return makeRep(b); }

Value makeString(std::string s) {
  StringRep r;
  r.len = s.size();
  r.s = std::move(s);
  return makeRep(std::move(r));
}

Value makeInt64(int64_t v) { return makeIntRep(mpz_class(static_cast<long>(v))); }
Value makeUint64(uint64_t v) { return makeIntRep(mpz_class(static_cast<unsigned long>(v))); }
Value makeInt(mpz_class v) { return makeIntRep(std::move(v)); }
Value makeRat(mpq_class v) { return makeFraction(std::move(v)); }

Value makeFloat64(double v) {
  if (std::isinf(v) || std::isnan(v)) return makeUnknown();
  return makeFraction(mpq_class(v));
}

Value makeComplex(const Value& re, const Value& im) {
  if (re.kind() == Kind::Unknown || im.kind() == Kind::Unknown) return makeUnknown();
  return makeRep(ComplexRep{re, im});
}

namespace {

int digitValue(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return 99;
}

// stripPrefix removes a base prefix of an integer and returns the base.
int stripPrefix(std::string_view* s) {
  if (s->size() < 2 || (*s)[0] != '0') return 10;
  switch ((*s)[1] | 0x20) {
    case 'x': s->remove_prefix(2); return 16;
    case 'b': s->remove_prefix(2); return 2;
    case 'o': s->remove_prefix(2); return 8;
    default: s->remove_prefix(1); return 8;
  }
}

Value intFromLiteral(std::string_view lit) {
  std::string clean;
  for (char c : lit) {
    if (c != '_') clean += c;
  }
  std::string_view s = clean;
  int base = stripPrefix(&s);
  if (s.empty()) return makeUnknown();
  for (char c : s) {
    if (digitValue(c) >= base) return makeUnknown();
  }
  return makeIntRep(mpz_class(std::string(s), base));
}

mpf_class power(unsigned long base, unsigned long exp) {
  mpf_class b(base, floatPrec + 64), f(0, floatPrec + 64);
  mpf_pow_ui(f.get_mpf_t(), b.get_mpf_t(), exp);
  return f;
}

// scale is mant * base^exp.
Value scale(const mpz_class& mant, int base, long exp) {
  if (sgn(mant) == 0) return makeFraction(mpq_class(0));
  // log2(10) < 4: is the result near enough to 1 for a fraction?
  long bits = static_cast<long>(mpz_sizeinbase(mant.get_mpz_t(), 2));
  long limit = static_cast<long>(maxFractionBits);
  auto b = static_cast<unsigned long>(base);
  if (std::labs(exp) < 16 * limit && bits < 16 * limit) {
    mpz_class p;
    mpz_ui_pow_ui(p.get_mpz_t(), b, static_cast<unsigned long>(std::labs(exp)));
    mpq_class r = exp >= 0 ? mpq_class(mpz_class(mant * p)) : mpq_class(mant, p);
    r.canonicalize();
    mpf_class f = ratToFloat(r);
    // As in Go, size alone decides here: a fraction of many digits near 1 stays exact.
    if (smallFloat(f)) return makeRep(std::move(r));
    return makeFloat(std::move(f));
  }
  if (exp > maxExponent || exp < -4 * maxExponent) {
    return exp > 0 ? makeUnknown() : makeFraction(mpq_class(0));
  }
  mpf_class f = intToFloat(mant);
  if (exp >= 0) {
    f *= power(b, static_cast<unsigned long>(exp));
  } else {
    f /= power(b, static_cast<unsigned long>(-exp));
  }
  return makeFloat(std::move(f));
}

// floatFromLiteral reads decimal and hexadecimal floating-point numbers, and integers (of imaginary
// literals).
Value floatFromLiteral(std::string_view lit) {
  std::string clean;
  for (char c : lit) {
    if (c != '_') clean += c;
  }
  std::string_view s = clean;
  int base = 10;
  if (s.size() >= 2 && s[0] == '0') {
    int p = s[1] | 0x20;
    if (p == 'x') {
      base = 16;
      s.remove_prefix(2);
    } else if (p == 'b' || p == 'o') {
      Value i = intFromLiteral(lit);
      return i.kind() == Kind::Int ? toFloat(i) : i;
    }
  }
  std::string digits;
  long exp = 0;
  size_t i = 0;
  bool point = false;
  for (; i < s.size(); i++) {
    if (s[i] == '.') {
      if (point) return makeUnknown();
      point = true;
    } else if (digitValue(s[i]) < base) {
      digits += s[i];
      if (point) exp -= base == 16 ? 4 : 1;
    } else {
      break;
    }
  }
  if (i < s.size()) {
    i++;  // e, E, p, P
    bool neg = false;
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) neg = s[i++] == '-';
    if (i >= s.size()) return makeUnknown();
    long e = 0;
    for (; i < s.size(); i++) {
      if (s[i] < '0' || s[i] > '9') return makeUnknown();
      if (e < 16 * maxExponent) e = e * 10 + (s[i] - '0');
    }
    exp += neg ? -e : e;
  }
  if (digits.empty()) return makeUnknown();
  return scale(mpz_class(digits, base), base == 16 ? 2 : 10, exp);
}

int hexDigits(std::string_view s, size_t* i, int n, uint32_t* r) {
  *r = 0;
  for (int k = 0; k < n; k++) {
    if (*i >= s.size() || digitValue(s[*i]) >= 16) return -1;
    *r = *r << 4 | static_cast<uint32_t>(digitValue(s[(*i)++]));
  }
  return 0;
}

Value stringFromLiteral(std::string_view lit) {
  if (lit.size() < 2) return makeUnknown();
  std::string_view s = lit.substr(1, lit.size() - 2);
  std::string out;
  if (lit[0] == '`') {
    for (char c : s) {
      if (c != '\r') out += c;
    }
    return makeString(std::move(out));
  }
  for (size_t i = 0; i < s.size();) {
    bool isByte;
    uint32_t r = unquoteChar(s, &i, &isByte);
    if (isByte) {
      out += static_cast<char>(r);
    } else {
      appendRune(&out, r);
    }
  }
  return makeString(std::move(out));
}

}  // namespace

Value makeFromLiteral(std::string_view lit, LitKind kind) {
  switch (kind) {
    case LitKind::Int: return intFromLiteral(lit);
    case LitKind::Float: return floatFromLiteral(lit);
    case LitKind::Imag:
      if (lit.empty() || lit.back() != 'i') return makeUnknown();
      lit.remove_suffix(1);
      return makeComplex(makeInt64(0), floatFromLiteral(lit));
    case LitKind::Rune: {
      if (lit.size() < 3) return makeUnknown();
      std::string_view s = lit.substr(1, lit.size() - 2);
      size_t i = 0;
      bool isByte;
      uint32_t r = unquoteChar(s, &i, &isByte);
      if (i != s.size()) return makeUnknown();
      return makeInt64(r);
    }
    default: return stringFromLiteral(lit);
  }
}

uint32_t unquoteChar(std::string_view s, size_t* i, bool* isByte) {
  *isByte = false;
  auto c = static_cast<unsigned char>(s[*i]);
  if (c != '\\') {
    int size;
    uint32_t r = decodeRune(s, *i, &size);
    *i += static_cast<size_t>(size);
    return r;
  }
  ++*i;
  if (*i >= s.size()) return runeError;
  c = static_cast<unsigned char>(s[(*i)++]);
  uint32_t r;
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case 'x': *isByte = true; return hexDigits(s, i, 2, &r) < 0 ? 0 : r;
    case 'u': return hexDigits(s, i, 4, &r) < 0 ? runeError : r;
    case 'U': return hexDigits(s, i, 8, &r) < 0 ? runeError : r;
    default:
      if ('0' <= c && c <= '7') {
        *isByte = true;
        r = c - '0';
        for (int k = 0; k < 2 && *i < s.size() && '0' <= s[*i] && s[*i] <= '7'; k++) {
          r = r * 8 + static_cast<uint32_t>(s[(*i)++] - '0');
        }
        return r & 0xff;
      }
      return c;  // \\ \' \"
  }
}

void appendRune(std::string* s, uint32_t r) {
  if (r > maxRune || (0xD800 <= r && r < 0xE000)) r = runeError;
  auto put = [s](uint32_t b) { *s += static_cast<char>(b); };
  if (r < 0x80) {
    put(r);
  } else if (r < 0x800) {
    put(0xC0 | r >> 6);
    put(0x80 | (r & 0x3F));
  } else if (r < 0x10000) {
    put(0xE0 | r >> 12);
    put(0x80 | (r >> 6 & 0x3F));
    put(0x80 | (r & 0x3F));
  } else {
    put(0xF0 | r >> 18);
    put(0x80 | (r >> 12 & 0x3F));
    put(0x80 | (r >> 6 & 0x3F));
    put(0x80 | (r & 0x3F));
  }
}

uint32_t decodeRune(std::string_view s, size_t i, int* size) {
  auto at = [&](size_t k) -> uint32_t {
    return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0;
  };
  auto cont = [&](size_t k) { return (at(k) & 0xC0) == 0x80; };
  uint32_t c = at(0);
  *size = 1;
  if (c < 0x80) return c;
  if (0xC2 <= c && c < 0xE0 && cont(1)) {
    *size = 2;
    return (c & 0x1F) << 6 | (at(1) & 0x3F);
  }
  if (0xE0 <= c && c < 0xF0 && cont(1) && cont(2)) {
    uint32_t r = (c & 0x0F) << 12 | (at(1) & 0x3F) << 6 | (at(2) & 0x3F);
    if (r < 0x800 || (0xD800 <= r && r < 0xE000)) return runeError;
    *size = 3;
    return r;
  }
  if (0xF0 <= c && c < 0xF5 && cont(1) && cont(2) && cont(3)) {
    uint32_t r = (c & 0x07) << 18 | (at(1) & 0x3F) << 12 | (at(2) & 0x3F) << 6 | (at(3) & 0x3F);
    if (r < 0x10000 || r > maxRune) return runeError;
    *size = 4;
    return r;
  }
  return runeError;
}

// --- Reading values ---

bool boolVal(const Value& v) {
  auto* b = get<bool>(v);
  return b != nullptr && *b;
}

const std::string& stringVal(const Value& v) {
  static const std::string empty;
  auto* s = get<StringRep>(v);
  if (s == nullptr) return empty;
  if (s->l.present()) {
    // Put the leaves together from left to right, without recursion on the (left-deep) tree.
    std::string out;
    out.reserve(s->len);
    std::vector<const StringRep*> todo = {get<StringRep>(s->r), get<StringRep>(s->l)};
    while (!todo.empty()) {
      const StringRep* t = todo.back();
      todo.pop_back();
      if (t->l.present()) {
        todo.push_back(get<StringRep>(t->r));
        todo.push_back(get<StringRep>(t->l));
      } else {
        out += t->s;
      }
    }
    s->s = std::move(out);
    s->l = Value();
    s->r = Value();
  }
  return s->s;
}

size_t stringLen(const Value& v) {
  auto* s = get<StringRep>(v);
  return s == nullptr ? 0 : s->len;
}

const mpz_class& intVal(const Value& v) {
  static const mpz_class zero;
  auto* i = get<mpz_class>(v);
  return i == nullptr ? zero : *i;
}

std::optional<int64_t> int64Val(const Value& v) {
  auto* i = get<mpz_class>(v);
  if (i == nullptr || !i->fits_slong_p()) return std::nullopt;
  return i->get_si();
}

std::optional<uint64_t> uint64Val(const Value& v) {
  auto* i = get<mpz_class>(v);
  if (i == nullptr || !i->fits_ulong_p()) return std::nullopt;
  return i->get_ui();
}

double float64Val(const Value& v) { return roundTo(v, 53, -1074, 1024); }
float float32Val(const Value& v) { return static_cast<float>(roundTo(v, 24, -149, 128)); }

Value realPart(const Value& v) {
  if (auto* c = get<ComplexRep>(v)) return c->re;
  return v;
}

Value imagPart(const Value& v) {
  if (auto* c = get<ComplexRep>(v)) return c->im;
  if (v.kind() == Kind::Unknown) return v;
  return makeInt64(0);
}

int sign(const Value& v) {
  if (auto* i = get<mpz_class>(v)) return sgn(*i);
  if (auto* r = get<mpq_class>(v)) return sgn(*r);
  if (auto* f = get<mpf_class>(v)) return sgn(*f);
  if (auto* c = get<ComplexRep>(v)) return sign(c->re) | sign(c->im);
  return 1;  // unknown: not zero, to avoid spurious divisions by zero
}

int bitLen(const Value& v) {
  auto* i = get<mpz_class>(v);
  if (i == nullptr || sgn(*i) == 0) return 0;
  return static_cast<int>(mpz_sizeinbase(i->get_mpz_t(), 2));
}

// --- Conversions ---

Value toInt(const Value& v) {
  if (get<mpz_class>(v) != nullptr) return v;
  if (auto* r = get<mpq_class>(v)) {
    return r->get_den() == 1 ? makeIntRep(r->get_num()) : makeUnknown();
  }
  if (auto* f = get<mpf_class>(v)) {
    if (!smallFloat(*f)) return makeUnknown();
    // The value may be off by rounding: accept an integer within the last few bits.
    mpq_class r = exactRat(*f);
    mpz_class n, twice = 2 * r.get_den();
    mpz_class num = 2 * r.get_num() + r.get_den();
    mpz_fdiv_q(n.get_mpz_t(), num.get_mpz_t(), twice.get_mpz_t());
    mpq_class diff = abs(r - mpq_class(n));
    mpq_class bound = abs(r);
    bound >>= floatPrec - 4;
    return diff <= bound ? makeIntRep(n) : makeUnknown();
  }
  if (get<ComplexRep>(v) != nullptr) {
    Value re = toFloat(v);
    if (re.kind() == Kind::Float) return toInt(re);
  }
  return makeUnknown();
}

Value toFloat(const Value& v) {
  if (auto* i = get<mpz_class>(v)) {
    if (smallInt(*i)) return makeRep(mpq_class(*i));
    return makeFloat(intToFloat(*i));
  }
  if (v.kind() == Kind::Float) return v;
  if (auto* c = get<ComplexRep>(v)) {
    if (sign(c->im) == 0) return toFloat(c->re);
  }
  return makeUnknown();
}

Value toComplex(const Value& v) {
  switch (v.kind()) {
    case Kind::Int:
    case Kind::Float: return makeRep(ComplexRep{v, makeInt64(0)});
    case Kind::Complex: return v;
    default: return makeUnknown();
  }
}

// --- Operations ---

Value unaryOp(Operator op, const Value& v, unsigned prec) {
  if (v.kind() == Kind::Unknown) return v;
  switch (op) {
    case Operator::Add: return v;
    case Operator::Sub:
      if (auto* i = get<mpz_class>(v)) return makeIntRep(-*i);
      if (auto* r = get<mpq_class>(v)) return makeRep(mpq_class(-*r));
      if (auto* f = get<mpf_class>(v)) return makeFloat(-*f);
      if (auto* c = get<ComplexRep>(v)) {
        return makeComplex(unaryOp(op, c->re, 0), unaryOp(op, c->im, 0));
      }
      break;
    case Operator::Xor:
      if (auto* i = get<mpz_class>(v)) {
        mpz_class z = ~*i;
        if (prec > 0) mpz_fdiv_r_2exp(z.get_mpz_t(), z.get_mpz_t(), prec);
        return makeIntRep(z);
      }
      break;
    case Operator::Not:
      if (auto* b = get<bool>(v)) return makeBool(!*b);
      break;
    default: break;
  }
  return makeUnknown();
}

namespace {

// rank orders the numeric representations; matching raises the lower one.
int rank(const Value& v) {
  if (get<mpz_class>(v) != nullptr) return 1;
  if (get<mpq_class>(v) != nullptr) return 2;
  if (get<mpf_class>(v) != nullptr) return 3;
  if (get<ComplexRep>(v) != nullptr) return 4;
  return 0;
}

Value raise(const Value& v, int to) {
  int from = rank(v);
  if (from == 0 || from >= to) return v;
  if (to == 4) return toComplex(v);
  if (to == 3) {
    if (auto* i = get<mpz_class>(v)) return makeRep(intToFloat(*i));
    return makeRep(ratToFloat(*get<mpq_class>(v)));
  }
  return makeRep(mpq_class(*get<mpz_class>(v)));
}

void match(Value* x, Value* y) {
  int to = std::max(rank(*x), rank(*y));
  *x = raise(*x, to);
  *y = raise(*y, to);
}

Value intOp(const mpz_class& a, Operator op, const mpz_class& b, bool intDiv) {
  switch (op) {
    case Operator::Add: return makeIntRep(a + b);
    case Operator::Sub: return makeIntRep(a - b);
    case Operator::Mul: return makeIntRep(a * b);
    case Operator::Div: {
      if (sgn(b) == 0) return makeUnknown();
      if (intDiv) return makeIntRep(a / b);
      mpq_class r(a, b);
      r.canonicalize();
      return makeFraction(std::move(r));
    }
    case Operator::Rem: return sgn(b) == 0 ? makeUnknown() : makeIntRep(a % b);
    case Operator::And: return makeIntRep(a & b);
    case Operator::Or: return makeIntRep(a | b);
    case Operator::Xor: return makeIntRep(a ^ b);
    case Operator::AndNot: return makeIntRep(a & ~b);
    default: return makeUnknown();
  }
}

Value ratOp(const mpq_class& a, Operator op, const mpq_class& b) {
  switch (op) {
    case Operator::Add: return makeFraction(a + b);
    case Operator::Sub: return makeFraction(a - b);
    case Operator::Mul: return makeFraction(a * b);
    case Operator::Div: return sgn(b) == 0 ? makeUnknown() : makeFraction(a / b);
    default: return makeUnknown();
  }
}

Value floatOp(const mpf_class& a, Operator op, const mpf_class& b) {
  mpf_class c = newFloat();
  switch (op) {
    case Operator::Add: c = a + b; break;
    case Operator::Sub: c = a - b; break;
    case Operator::Mul: c = a * b; break;
    case Operator::Div:
      if (sgn(b) == 0) return makeUnknown();
      c = a / b;
      break;
    default: return makeUnknown();
  }
  return makeFloat(std::move(c));
}

Value add(const Value& x, const Value& y) { return binaryOp(x, Operator::Add, y, false); }
Value sub(const Value& x, const Value& y) { return binaryOp(x, Operator::Sub, y, false); }
Value mul(const Value& x, const Value& y) { return binaryOp(x, Operator::Mul, y, false); }
Value quo(const Value& x, const Value& y) { return binaryOp(x, Operator::Div, y, false); }

Value complexOp(const ComplexRep& x, Operator op, const ComplexRep& y) {
  const Value &a = x.re, &b = x.im, &c = y.re, &d = y.im;
  switch (op) {
    case Operator::Add: return makeComplex(add(a, c), add(b, d));
    case Operator::Sub: return makeComplex(sub(a, c), sub(b, d));
    case Operator::Mul: return makeComplex(sub(mul(a, c), mul(b, d)), add(mul(b, c), mul(a, d)));
    case Operator::Div: {
      Value s = add(mul(c, c), mul(d, d));
      if (sign(s) == 0) return makeUnknown();
      return makeComplex(quo(add(mul(a, c), mul(b, d)), s), quo(sub(mul(b, c), mul(a, d)), s));
    }
    default: return makeUnknown();
  }
}

bool cmpZero(int c, Operator op) {
  switch (op) {
    case Operator::Eql: return c == 0;
    case Operator::Neq: return c != 0;
    case Operator::Lss: return c < 0;
    case Operator::Leq: return c <= 0;
    case Operator::Gtr: return c > 0;
    case Operator::Geq: return c >= 0;
    default: return false;
  }
}

}  // namespace

Value binaryOp(const Value& x0, Operator op, const Value& y0, bool intDiv) {
  if (x0.kind() == Kind::Unknown) return x0;
  if (y0.kind() == Kind::Unknown) return y0;
  Value x = x0, y = y0;
  match(&x, &y);
  if (x.rep()->v.index() != y.rep()->v.index()) return makeUnknown();

  if (auto* b = get<bool>(x)) {
    bool c = *get<bool>(y);
    if (op == Operator::AndAnd) return makeBool(*b && c);
    if (op == Operator::OrOr) return makeBool(*b || c);
    return makeUnknown();
  }
  if (auto* i = get<mpz_class>(x)) return intOp(*i, op, *get<mpz_class>(y), intDiv);
  if (auto* r = get<mpq_class>(x)) return ratOp(*r, op, *get<mpq_class>(y));
  if (auto* f = get<mpf_class>(x)) return floatOp(*f, op, *get<mpf_class>(y));
  if (auto* c = get<ComplexRep>(x)) return complexOp(*c, op, *get<ComplexRep>(y));
  if (get<StringRep>(x) != nullptr && op == Operator::Add) {
    StringRep s;
    s.len = stringLen(x) + stringLen(y);
    s.l = x;
    s.r = y;
    return makeRep(std::move(s));
  }
  return makeUnknown();
}

Value shift(const Value& v, Operator op, unsigned s) {
  auto* i = get<mpz_class>(v);
  if (i == nullptr) return makeUnknown();
  mpz_class z;
  if (op == Operator::Shl) {
    mpz_mul_2exp(z.get_mpz_t(), i->get_mpz_t(), s);
  } else {
    mpz_fdiv_q_2exp(z.get_mpz_t(), i->get_mpz_t(), s);
  }
  return makeIntRep(z);
}

bool compare(const Value& x0, Operator op, const Value& y0) {
  if (x0.kind() == Kind::Unknown || y0.kind() == Kind::Unknown) return false;
  Value x = x0, y = y0;
  match(&x, &y);
  if (x.rep()->v.index() != y.rep()->v.index()) return false;
  if (auto* b = get<bool>(x)) {
    bool c = *get<bool>(y);
    return op == Operator::Neq ? *b != c : *b == c;
  }
  if (auto* i = get<mpz_class>(x)) return cmpZero(cmp(*i, *get<mpz_class>(y)), op);
  if (auto* r = get<mpq_class>(x)) return cmpZero(cmp(*r, *get<mpq_class>(y)), op);
  if (auto* f = get<mpf_class>(x)) return cmpZero(cmp(*f, *get<mpf_class>(y)), op);
  if (auto* c = get<ComplexRep>(x)) {
    auto* d = get<ComplexRep>(y);
    bool eq = compare(c->re, Operator::Eql, d->re) && compare(c->im, Operator::Eql, d->im);
    return op == Operator::Neq ? !eq : eq;
  }
  if (get<StringRep>(x) != nullptr) return cmpZero(stringVal(x).compare(stringVal(y)), op);
  return false;
}

// --- Text ---

namespace {

void appendEscaped(std::string* out, uint32_t r) {
  char buf[16];
  switch (r) {
    case '\a': *out += "\\a"; return;
    case '\b': *out += "\\b"; return;
    case '\f': *out += "\\f"; return;
    case '\n': *out += "\\n"; return;
    case '\r': *out += "\\r"; return;
    case '\t': *out += "\\t"; return;
    case '\v': *out += "\\v"; return;
    case '"':
    case '\\':
      *out += '\\';
      *out += static_cast<char>(r);
      return;
    default: break;
  }
  if (isUnicodePrint(r)) {
    appendRune(out, r);
    return;
  }
  if (r < ' ' || r == 0x7f) {
    snprintf(buf, sizeof buf, "\\x%02x", r);
  } else if (r < 0x10000) {
    snprintf(buf, sizeof buf, "\\u%04x", r);
  } else {
    snprintf(buf, sizeof buf, "\\U%08x", r);
  }
  *out += buf;
}

std::string format6g(double d) {
  char buf[64];
  snprintf(buf, sizeof buf, "%.6g", d);
  return buf;
}

// shortestG is Go's %g: the fewest digits that read back as d.
std::string shortestG(double d) {
  char buf[64];
  int p = 0;
  for (; p < 17; p++) {
    snprintf(buf, sizeof buf, "%.*e", p, d);
    if (strtod(buf, nullptr) == d) break;
  }
  std::string s = buf;
  int exp = std::stoi(s.substr(s.find('e') + 1));
  if (exp < -4 || exp >= 21) return s;
  snprintf(buf, sizeof buf, "%.*f", std::max(p - exp, 0), d);
  return buf;
}

// floatString prints a float outside the range of float64.
std::string hugeString(const mpf_class& f) {
  long exp = 0;
  double m = mpf_get_d_2exp(&exp, f.get_mpf_t());
  double d = static_cast<double>(exp) * (M_LN2 / M_LN10);
  auto e = static_cast<int64_t>(d);
  m *= std::pow(10, d - static_cast<double>(e));
  double am = std::fabs(m);
  if (am < 1 - 0.5e-6) {
    m *= 10;
    e--;
  } else if (am >= 10) {
    m /= 10;
    e++;
  }
  char buf[64];
  snprintf(buf, sizeof buf, "%.6ge%+lld", m, static_cast<long long>(e));
  return buf;
}

std::string floatString(const Value& v) {
  double d = float64Val(v);
  bool integral;
  if (auto* r = get<mpq_class>(v)) {
    integral = r->get_den() == 1;
  } else {
    integral = mpf_integer_p(get<mpf_class>(v)->get_mpf_t()) != 0;
  }
  if ((sign(v) == 0) == (d == 0) && !std::isinf(d)) {
    std::string s = format6g(d);
    if (!integral && s.find('.') == std::string::npos) s = shortestG(d);
    return s;
  }
  if (auto* r = get<mpq_class>(v)) return hugeString(ratToFloat(*r));
  return hugeString(*get<mpf_class>(v));
}

// leadingText is at least the first n bytes of a string, without putting all of it together.
std::string leadingText(const StringRep* s, size_t n) {
  std::string out;
  std::vector<const StringRep*> todo = {s};
  while (!todo.empty() && out.size() < n) {
    const StringRep* t = todo.back();
    todo.pop_back();
    if (t->l.present()) {
      todo.push_back(get<StringRep>(t->r));
      todo.push_back(get<StringRep>(t->l));
    } else {
      out += t->s;
    }
  }
  return out;
}

}  // namespace

std::string quoteString(std::string_view s) {
  std::string out = "\"";
  for (size_t i = 0; i < s.size();) {
    int size;
    uint32_t r = decodeRune(s, i, &size);
    if (r == runeError && size == 1) {
      char buf[8];
      snprintf(buf, sizeof buf, "\\x%02x", static_cast<unsigned char>(s[i]));
      out += buf;
    } else {
      appendEscaped(&out, r);
    }
    i += static_cast<size_t>(size);
  }
  return out + "\"";
}

std::string valueString(const Value& v) {
  switch (v.kind()) {
    case Kind::None: return "<nil>";
    case Kind::Unknown: return "unknown";
    case Kind::Bool: return boolVal(v) ? "true" : "false";
    case Kind::Int: return intVal(v).get_str();
    case Kind::Float: return floatString(v);
    case Kind::Complex:
      return "(" + valueString(realPart(v)) + " + " + valueString(imagPart(v)) + "i)";
    case Kind::String: {
      constexpr size_t maxLen = 72;
      std::string q = quoteString(leadingText(get<StringRep>(v), 4 * maxLen));
      size_t runes = 0;
      for (char c : q) {
        if ((c & 0xC0) != 0x80) runes++;
      }
      if (runes <= maxLen) return q;
      size_t i = 0;
      for (size_t n = 0; n < maxLen - 3; n++) {
        int size;
        decodeRune(q, i, &size);
        i += static_cast<size_t>(size);
      }
      return q.substr(0, i) + "...";
    }
  }
  return "";
}

std::string exactString(const Value& v) {
  switch (v.kind()) {
    case Kind::String: return quoteString(stringVal(v));
    case Kind::Float:
      if (auto* r = get<mpq_class>(v)) return r->get_str();
      return valueString(v);
    case Kind::Complex:
      return "(" + exactString(realPart(v)) + " + " + exactString(imagPart(v)) + "i)";
    default: return valueString(v);
  }
}

}  // namespace gort::minigo

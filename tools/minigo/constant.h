// Exact values of constant expressions.
//
// Go: go/constant/value.go
//
// A Value is immutable and cheap to copy. Integers are exact (GMP mpz), fractions are exact
// rationals (mpq) as long as numerator and denominator stay below 4096 bits, and beyond that
// floating-point numbers of 512 bits (mpf), so that 1e1000000 costs no memory.
//
// Differs from Go: the small-number representations (int64) of Go are left out: GMP's are fast
// enough. mpf truncates where big.Float rounds to even, which shows only past 512 bits.
//
// A complex value is the pair of two real ones. A sum of strings is put together when it is first
// read, so that a chain of thousands of them costs no quadratic time or space.
#ifndef GORT_TOOLS_MINIGO_CONSTANT_H_
#define GORT_TOOLS_MINIGO_CONSTANT_H_

#include <gmpxx.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tools/minigo/token.h"

namespace gort::minigo {

class Value {
 public:
  enum class Kind : uint8_t { None, Unknown, Bool, String, Int, Float, Complex };

  Value() = default;  // Kind::None: "not a constant"

  Kind kind() const;
  bool present() const { return rep_ != nullptr; }
  explicit operator bool() const { return present(); }

  struct Rep;
  explicit Value(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  const Rep* rep() const { return rep_.get(); }

 private:
  std::shared_ptr<const Rep> rep_;
};

// --- Making values ---

Value makeUnknown();  // the result of an operation that failed; every operation with it is Unknown
Value makeBool(bool b);
Value makeString(std::string s);
Value makeInt64(int64_t v);
Value makeUint64(uint64_t v);
Value makeInt(mpz_class v);
Value makeRat(mpq_class v);   // Kind::Float, even when integral
Value makeFloat64(double v);  // Unknown for infinities and NaN
Value makeComplex(const Value& re, const Value& im);

// makeFromLiteral reads a syntactically valid Go literal. Unknown when it cannot be represented.
Value makeFromLiteral(std::string_view lit, LitKind kind);

// unquoteChar decodes the character or escape at s[i], advances i, and tells whether the result
// is a raw byte (\x, \octal) and not a rune. s must be valid.
uint32_t unquoteChar(std::string_view s, size_t* i, bool* isByte);

// appendRune appends the UTF-8 form of r; what is no rune becomes U+FFFD.
void appendRune(std::string* s, uint32_t r);

// decodeRune reads one rune at s[i] and returns its size in *size; invalid UTF-8 is U+FFFD, size 1.
uint32_t decodeRune(std::string_view s, size_t i, int* size);

// --- Reading values ---

bool boolVal(const Value& v);                  // Bool
const std::string& stringVal(const Value& v);  // String
size_t stringLen(const Value& v);  // String; cheap even when the string is not put together yet
const mpz_class& intVal(const Value& v);            // Int
std::optional<int64_t> int64Val(const Value& v);    // Int that fits
std::optional<uint64_t> uint64Val(const Value& v);  // Int that fits
double float64Val(const Value& v);  // nearest double of an Int or Float; +-Inf on overflow
float float32Val(const Value& v);   // nearest float, rounded once
Value realPart(const Value& v);     // numeric
Value imagPart(const Value& v);     // numeric
int sign(const Value& v);           // -1, 0, 1; for Complex 0 only when it is zero
int bitLen(const Value& v);         // Int: bits of |v|

// --- Operations (Go: constant.UnaryOp, BinaryOp, Shift, Compare, ToInt, ToFloat, ToComplex) ---

// unaryOp evaluates + - ^ !. For ^ of an unsigned type, `prec` is its size in bits, else 0.
Value unaryOp(Operator op, const Value& v, unsigned prec);
// binaryOp evaluates op on matched operands. `intDiv` selects truncated integer division for Div.
// The divisor must not be zero. Unknown when the operation overflows all representations.
Value binaryOp(const Value& x, Operator op, const Value& y, bool intDiv);
Value shift(const Value& v, Operator op, unsigned s);
bool compare(const Value& x, Operator op, const Value& y);

Value toInt(const Value& v);      // Unknown when not integral
Value toFloat(const Value& v);    // Unknown when not real
Value toComplex(const Value& v);  // Unknown when not numeric

// --- Text ---

// valueString is what Go prints in messages: strings quoted and cut at 72 characters, floats with
// six digits.
std::string valueString(const Value& v);
// exactString is the whole value: quoted string, all digits, "p/q" for fractions.
std::string exactString(const Value& v);
// quoteString is strconv.Quote.
std::string quoteString(std::string_view s);

}  // namespace gort::minigo

#endif  // GORT_TOOLS_MINIGO_CONSTANT_H_

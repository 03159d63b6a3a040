// error.cc: the values that the runtime panics with, and how panic values print.
//
// Go: runtime/error.go, internal/abi/bounds.go, runtime/iface.go (panicnildottype)
#include "runtime/error.h"

#include <gort/abi.h>

#include <cstring>

#include "alloc/malloc.h"
#include "arch/print.h"
#include "runtime/alg.h"
#include "runtime/panic.h"
#include "runtime/string.h"
#include "sched/upcalls.h"

namespace gort {

// ---- Texts -----------------------------------------------------------------------

string errorText(const TypeAssertionError& e) {
  string inter = e.interface_ != nullptr ? toString(e.interface_) : literal<"interface">;
  string as = toString(e.asserted);
  if (e.concrete == nullptr) {
    return concat({literal<"interface conversion: ">, inter, literal<" is nil, not ">, as});
  }
  string cs = toString(e.concrete);
  if (e.missingMethod.len != 0) {
    return concat({literal<"interface conversion: ">, cs, literal<" is not ">, as,
                   literal<": missing method ">, e.missingMethod});
  }
  string why = {nullptr, 0};
  if (eqstring(cs, as)) {
    why = eqstring(pkgpath(e.concrete), pkgpath(e.asserted))
              ? literal<" (types from different scopes)">
              : literal<" (types from different packages)">;
  }
  return concat(
      {literal<"interface conversion: ">, inter, literal<" is ">, cs, literal<", not ">, as, why});
}

namespace {

// By boundsErrorCode; %x and %y stand for the fields.
constexpr const char* boundsErrorFmts[] = {
    "index out of range [%x] with length %y",
    "slice bounds out of range [:%x] with length %y",
    "slice bounds out of range [:%x] with capacity %y",
    "slice bounds out of range [%x:%y]",
    "slice bounds out of range [::%x] with length %y",
    "slice bounds out of range [::%x] with capacity %y",
    "slice bounds out of range [:%x:%y]",
    "slice bounds out of range [%x:%y:]",
    "cannot convert slice with length %y to array or pointer to array with length %x",
};

// The same where x is negative and y therefore does not matter.
constexpr const char* boundsNegErrorFmts[] = {
    "index out of range [%x]",          "slice bounds out of range [:%x]",
    "slice bounds out of range [:%x]",  "slice bounds out of range [%x:]",
    "slice bounds out of range [::%x]", "slice bounds out of range [::%x]",
    "slice bounds out of range [:%x:]", "slice bounds out of range [%x::]",
};

constexpr uintptr maxBoundsText = 128;  // the longest is 120 bytes, two numbers of 20 included

char* appendText(char* b, const char* s) {
  while (*s != 0) *b++ = *s++;
  return b;
}

char* appendIntStr(char* b, int64 v, bool isSigned) {
  auto u = static_cast<uint64>(v);
  if (isSigned && v < 0) {
    *b++ = '-';
    u = -u;
  }
  char digits[20];
  int n = 0;
  do {
    digits[n++] = static_cast<char>('0' + u % 10);
    u /= 10;
  } while (u != 0);
  while (n > 0) *b++ = digits[--n];
  return b;
}

}  // namespace

string errorText(const boundsError& e) {
  const char* fmt = boundsErrorFmts[e.code];
  if (e.signed_ && e.x < 0 && e.code != boundsConvert) fmt = boundsNegErrorFmts[e.code];
  char buf[maxBoundsText];
  char* b = appendText(buf, "runtime error: ");
  for (; *fmt != 0; fmt++) {
    if (*fmt != '%') {
      *b++ = *fmt;
      continue;
    }
    fmt++;
    b = *fmt == 'x' ? appendIntStr(b, e.x, e.signed_) : appendIntStr(b, e.y, true);
  }
  return gostringn(buf, b - buf);
}

// ---- Methods: receiver by address, as descriptors want them -----------------------

namespace {

string errorStringError(const string* e) { return concat({literal<"runtime error: ">, *e}); }
string plainErrorError(const string* e) { return *e; }
string errorAddressStringError(const errorAddressString* e) { return errorStringError(&e->msg); }
string boundsErrorError(const boundsError* e) { return errorText(*e); }
string typeAssertionErrorError(const TypeAssertionError* e) { return errorText(*e); }
string panicNilErrorError(const void*) {
  return literal<"runtime error: panic called with nil argument">;
}
void runtimeError(const void*) {}

bool errorAddressStringEqual(const void* p, const void* q) {
  auto* a = static_cast<const errorAddressString*>(p);
  auto* b = static_cast<const errorAddressString*>(q);
  return a->addr == b->addr && eqstring(a->msg, b->msg);
}

bool boundsErrorEqual(const void* p, const void* q) {
  auto* a = static_cast<const boundsError*>(p);
  auto* b = static_cast<const boundsError*>(q);
  return a->x == b->x && a->y == b->y && a->signed_ == b->signed_ && a->code == b->code;
}

// ---- Descriptors ---------------------------------------------------------------------

// Bitmaps of values whose first 1, 2, 3, 4 words are pointers.
constexpr uint8 pointerWords[] = {1, 3, 7, 15};

template <uintptr N, typename T>
constexpr slice sliceOf(const T (&array)[N]) {
  return slice{const_cast<T*>(array), N, N};
}

const funcval errorAddressStringEqualFunc{reinterpret_cast<void (*)()>(errorAddressStringEqual)};
const funcval boundsErrorEqualFunc{reinterpret_cast<void (*)()>(boundsErrorEqual)};

constexpr _type funcBase(const string* name) {
  return _type{.size = 8,
               .ptrdata = 8,
               .hash = 0,
               .tflag = 0,
               .align = 8,
               .fieldAlign = 8,
               .kind = kindFunc | kindDirectIface,
               .equal = nullptr,
               .gcdata = pointerWords,
               .str = name,
               .uncommon = nullptr,
               .ptrToThis = nullptr};
}

const _type* const stringResult[] = {&basicTypes[kindString]};
const functype funcToString = {
    funcBase(&literal<"func() string">), false, {nullptr, 0, 0}, sliceOf(stringResult)};
const functype funcToNothing = {
    funcBase(&literal<"func()">), false, {nullptr, 0, 0}, {nullptr, 0, 0}};

// errorMethods<T, error>::uncommon is the method table of an error type.
template <auto T, auto error, const string* name>
struct errorMethods {
  static inline const _type* const in[] = {T};
  static inline const functype errorType = {funcBase(&literal<"func(receiver) string">), false,
                                            sliceOf(in), sliceOf(stringResult)};
  static inline const functype runtimeErrorType = {
      funcBase(&literal<"func(receiver)">), false, sliceOf(in), {nullptr, 0, 0}};
  static inline const method methods[] = {
      {&literal<"Error">, nullptr, &funcToString, &errorType, reinterpret_cast<const void*>(error)},
      {&literal<"RuntimeError">, nullptr, &funcToNothing, &runtimeErrorType,
       reinterpret_cast<const void*>(runtimeError)},
  };
  static inline const uncommontype uncommon = {name, &literal<"runtime">, sliceOf(methods)};
};

constexpr _type typeBase(uint8 kind, uint8 size, uint8 ptrdata, const funcval* equal,
                         const string* name, const uncommontype* methods) {
  return _type{.size = size,
               .ptrdata = ptrdata,
               .hash = 0,
               .tflag = 0,
               .align = 8,
               .fieldAlign = 8,
               .kind = kind,
               .equal = equal,
               .gcdata = ptrdata != 0 ? &pointerWords[ptrdata / 8 - 1] : nullptr,
               .str = name,
               .uncommon = methods,
               .ptrToThis = nullptr};
}

const funcval strequalFunc{reinterpret_cast<void (*)()>(strequal)};
const funcval memequal8Func{reinterpret_cast<void (*)()>(memequal8)};
const funcval memequal64Func{reinterpret_cast<void (*)()>(memequal64)};

const _type boundsErrorCodeType = {.size = 1,
                                   .ptrdata = 0,
                                   .hash = 0,
                                   .tflag = tflagRegularMemory,
                                   .align = 1,
                                   .fieldAlign = 1,
                                   .kind = kindUint8 | kindNoPointers,
                                   .equal = &memequal8Func,
                                   .gcdata = nullptr,
                                   .str = &literal<"abi.BoundsErrorCode">,
                                   .uncommon = nullptr,
                                   .ptrToThis = nullptr};

const structfield boundsErrorFields[] = {
    {&literal<"x">, &literal<"runtime">, &basicTypes[kindInt64], nullptr,
     offsetof(boundsError, x) << 1},
    {&literal<"y">, &literal<"runtime">, &basicTypes[kindInt], nullptr,
     offsetof(boundsError, y) << 1},
    {&literal<"signed">, &literal<"runtime">, &basicTypes[kindBool], nullptr,
     offsetof(boundsError, signed_) << 1},
    {&literal<"code">, &literal<"runtime">, &boundsErrorCodeType, nullptr,
     offsetof(boundsError, code) << 1},
};

const structfield errorAddressStringFields[] = {
    {&literal<"msg">, &literal<"runtime">, &basicTypes[kindString], nullptr,
     offsetof(errorAddressString, msg) << 1},
    {&literal<"addr">, &literal<"runtime">, &basicTypes[kindUintptr], nullptr,
     offsetof(errorAddressString, addr) << 1},
};

// The elements of the two pointer types; nobody makes a value of them here
// but through the pointer, so they have a size and no more.
const structtype typeAssertionErrorElem = {
    typeBase(kindStruct, sizeof(TypeAssertionError), sizeof(TypeAssertionError) - 8, nullptr,
             &literal<"runtime.TypeAssertionError">, nullptr),
    {nullptr, 0, 0}};
const structtype panicNilErrorElem = {typeBase(kindStruct | kindNoPointers, 0, 0, nullptr,
                                               &literal<"runtime.PanicNilError">, nullptr),
                                      {nullptr, 0, 0}};

}  // namespace

const _type errorStringType =
    typeBase(kindString, sizeof(string), 8, &strequalFunc, &literal<"runtime.errorString">,
             &errorMethods<&errorStringType, errorStringError, &literal<"errorString">>::uncommon);
const _type plainErrorType =
    typeBase(kindString, sizeof(string), 8, &strequalFunc, &literal<"runtime.plainError">,
             &errorMethods<&plainErrorType, plainErrorError, &literal<"plainError">>::uncommon);
const structtype errorAddressStringType = {
    typeBase(kindStruct, sizeof(errorAddressString), 8, &errorAddressStringEqualFunc,
             &literal<"runtime.errorAddressString">,
             &errorMethods<&errorAddressStringType, errorAddressStringError,
                           &literal<"errorAddressString">>::uncommon),
    sliceOf(errorAddressStringFields)};
const structtype boundsErrorType = {
    typeBase(kindStruct | kindNoPointers, sizeof(boundsError), 0, &boundsErrorEqualFunc,
             &literal<"runtime.boundsError">,
             &errorMethods<&boundsErrorType, boundsErrorError, &literal<"boundsError">>::uncommon),
    sliceOf(boundsErrorFields)};
const ptrtype typeAssertionErrorType = {
    typeBase(
        kindPtr | kindDirectIface, 8, 8, &memequal64Func, &literal<"*runtime.TypeAssertionError">,
        &errorMethods<&typeAssertionErrorType, typeAssertionErrorError, &literal<"">>::uncommon),
    &typeAssertionErrorElem};
const ptrtype panicNilErrorType = {
    typeBase(kindPtr | kindDirectIface, 8, 8, &memequal64Func, &literal<"*runtime.PanicNilError">,
             &errorMethods<&panicNilErrorType, panicNilErrorError, &literal<"">>::uncommon),
    &panicNilErrorElem};

// ---- Panics ----------------------------------------------------------------------------

namespace {

// box returns an interface that holds a copy of v.
template <typename T>
eface box(const _type* t, const T& v) {
  void* p = mallocgc(sizeof(T), t, true);
  std::memcpy(p, &v, sizeof(T));
  return eface{t, p};
}

}  // namespace

void panicerror(string s) {
  panicCheck2(s);
  gopanic(box(&errorStringType, s));
}

void panicplain(const char* s) {
  string text = gostringnocopy(s);
  panicCheck2(text);
  gopanic(box(&plainErrorType, text));
}

void panicbounds(const boundsError& e) {
  panicCheck2(e.code == boundsIndex     ? literal<"index out of range">
              : e.code == boundsConvert ? literal<"slice length too short to convert to array or "
                                                  "pointer to array">
                                        : literal<"slice bounds out of range">);
  gopanic(box(&boundsErrorType, e));
}

void panicnildottype(const _type* want) {
  auto* e = static_cast<TypeAssertionError*>(
      mallocgc(sizeof(TypeAssertionError), &typeAssertionErrorElem, true));
  e->asserted = want;
  gopanic(eface{&typeAssertionErrorType, e});
}

// ---- Printing ----------------------------------------------------------------------------

namespace {

template <typename T>
T load(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

// printbasic prints the value at p of the kind, as print does; false: it is not
// of a kind that print knows.
bool printbasic(uint8 kind, const void* p) {
  switch (kind) {
    case kindBool: printbool(load<bool>(p)); return true;
    case kindInt: printint(load<intgo>(p)); return true;
    case kindInt8: printint(load<int8>(p)); return true;
    case kindInt16: printint(load<int16>(p)); return true;
    case kindInt32: printint(load<int32>(p)); return true;
    case kindInt64: printint(load<int64>(p)); return true;
    case kindUint: printuint(load<uintgo>(p)); return true;
    case kindUint8: printuint(load<uint8>(p)); return true;
    case kindUint16: printuint(load<uint16>(p)); return true;
    case kindUint32: printuint(load<uint32>(p)); return true;
    case kindUint64: printuint(load<uint64>(p)); return true;
    case kindUintptr: printuint(load<uintptr>(p)); return true;
    case kindFloat32: printfloat32(load<float32>(p)); return true;
    case kindFloat64: printfloat64(load<float64>(p)); return true;
    case kindComplex64:
      printcomplex64(load<float32>(p), load<float32>(static_cast<const char*>(p) + 4));
      return true;
    case kindComplex128:
      printcomplex128(load<float64>(p), load<float64>(static_cast<const char*>(p) + 8));
      return true;
    case kindString: printindented(load<string>(p)); return true;
    default: return false;
  }
}

// printanycustomtype prints a value of a defined type. Each newline in what it
// prints is followed by a TAB.
void printanycustomtype(eface v) {
  uint8 kind = kindOf(v.typ);
  const char* open = "(";
  const char* close = ")";
  if (kind == kindString) {
    open = "(\"";
    close = "\")";
  } else if (kind == kindComplex64 || kind == kindComplex128) {
    open = close = "";  // complex numbers print with parentheses of their own
  } else if (kind > kindComplex128 || kind == 0) {
    printcstring("(");
    printtype(v.typ);
    printcstring(") ");
    printpointer(v.data);
    return;
  }
  printtype(v.typ);
  printcstring(open);
  printbasic(kind, v.data);
  printcstring(close);
}

}  // namespace

void printpanicval(eface v) {
  if (v.typ == nullptr) {
    printcstring("nil");
  } else if (!isBasic(v.typ) || !printbasic(kindOf(v.typ), v.data)) {
    printanycustomtype(v);
  }
}

void printindented(string s) {
  intgo from = 0;
  for (intgo i = 0; i < s.len; i++) {
    if (s.ptr[i] != '\n') continue;
    printstring(string{s.ptr + from, i + 1 - from});
    printcstring("\t");
    from = i + 1;
  }
  printstring(string{s.ptr + from, s.len - from});
}

}  // namespace gort

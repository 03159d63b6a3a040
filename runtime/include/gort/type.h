// type.h: type descriptors of C++ types.
//
// typeOf<T>() is what the runtime is told about memory that holds a T: its size,
// its alignment, and which of its words may be pointers. Of C++ types the compiler
// does not say which words are pointers, so every word of anything but a number, a
// bool, an enumeration or an empty class counts as one; the collector checks what it
// finds there. Nothing needs registering, and descriptors are constants of the program.
//
// These descriptors describe memory and not values: they tell no fields and have no
// equality function, so such a value in an interface cannot be compared. Numbers and
// enumerations, bool, gort::string and void* share the descriptors of Go's own types.
//
// Go: internal/abi/type.go; the counterpart of reflect.TypeFor[T]()
#ifndef GORT_TYPE_H_
#define GORT_TYPE_H_

#include <gort/types.h>

#include <type_traits>

namespace gort {

// basicTypes[k] describes Go's predeclared type of kind k; alloc/type.cc.
extern const _type basicTypes[kindUnsafePointer + 1];

namespace internal {

// prettyName is the compiler's name for this function, which contains "T = <type>".
template <class T>
constexpr const char* prettyName() {
  return __PRETTY_FUNCTION__;
}

struct TextRange {
  intgo begin;
  intgo end;
};

// "... [with T = X]" or "... [T = X]": the range of X.
constexpr TextRange nameIn(const char* pretty) {
  intgo begin = 0, end = 0;
  for (intgo i = 0; pretty[i] != 0; i++) {
    if (begin == 0 && pretty[i] == 'T' && pretty[i + 1] == ' ' && pretty[i + 2] == '=') {
      begin = i + 4;
    }
    if (pretty[i] == ']') end = i;
  }
  return {begin, end};
}

// The kind of Go's predeclared type that is T, 0 if there is none.
template <class T>
constexpr uint8 basicKind() {
  if constexpr (std::is_enum_v<T>) return basicKind<std::underlying_type_t<T>>();
  if (std::is_same_v<T, bool>) return kindBool;
  if (std::is_same_v<T, float>) return kindFloat32;
  if (std::is_same_v<T, double>) return kindFloat64;
  if (std::is_same_v<T, string>) return kindString;
  if (std::is_same_v<T, void*>) return kindUnsafePointer;
  if constexpr (std::is_integral_v<T>) {
    switch (sizeof(T)) {
      case 1: return std::is_signed_v<T> ? kindInt8 : kindUint8;
      case 2: return std::is_signed_v<T> ? kindInt16 : kindUint16;
      case 4: return std::is_signed_v<T> ? kindInt32 : kindUint32;
      case 8: return std::is_signed_v<T> ? kindInt64 : kindUint64;
    }
  }
  return 0;
}

constexpr const char* basicNames[] = {"",          "bool",      "int",     "int8",    "int16",
                                      "int32",     "int64",     "uint",    "uint8",   "uint16",
                                      "uint32",    "uint64",    "uintptr", "float32", "float64",
                                      "complex64", "complex128"};

template <intgo N>
struct Text {
  uint8 bytes[N];
};

// The name of T, of numbers Go's.
template <class T>
constexpr const char* nameSource() {
  constexpr uint8 kind = basicKind<T>();
  return kind != 0 && kind <= kindFloat64 ? basicNames[kind] : prettyName<T>();
}
template <class T>
constexpr TextRange nameRange() {
  constexpr uint8 kind = basicKind<T>();
  if (kind == 0 || kind > kindFloat64) return nameIn(prettyName<T>());
  intgo n = 0;
  while (basicNames[kind][n] != 0) n++;
  return {0, n};
}

// The name of T behind `prefix`.
template <class T, intgo N>
constexpr auto nameOf(const char (&prefix)[N]) {
  constexpr TextRange r = nameRange<T>();
  Text<N - 1 + r.end - r.begin> text{};
  intgo n = 0;
  for (intgo i = 0; i < N - 1; i++) text.bytes[n++] = static_cast<uint8>(prefix[i]);
  for (intgo i = r.begin; i < r.end; i++) {
    text.bytes[n++] = static_cast<uint8>(nameSource<T>()[i]);
  }
  return text;
}

template <intgo N>
constexpr uint32 hashOf(const Text<N>& text) {  // FNV-1a
  uint32 h = 2166136261u;
  for (uint8 c : text.bytes) h = (h ^ c) * 16777619u;
  return h;
}

// A bitmap of N ones.
template <uintptr N>
constexpr auto ones() {
  Text<(N + 7) / 8> map{};
  for (uintptr i = 0; i < N; i++) map.bytes[i / 8] |= static_cast<uint8>(1u << (i % 8));
  return map;
}

// A struct, or an array, whose fields are not told; a pointer is one of a single
// word.
template <class T>
struct Descriptor {
  static constexpr auto name = nameOf<T>("");
  static constexpr string str{name.bytes, sizeof(name.bytes)};

  static constexpr uintptr size = std::is_empty_v<T> ? 0 : sizeof(T);
  static constexpr bool pointers = size >= sizeof(uintptr) && !std::is_arithmetic_v<T>;
  static constexpr uintptr words = pointers ? size / sizeof(uintptr) : 0;
  static constexpr auto map = ones < pointers ? words : 1 > ();
  static constexpr uint8 align = alignof(T) < 128 ? alignof(T) : 128;

  static constexpr structtype type{
      {
          .size = size,
          .ptrdata = words * sizeof(uintptr),
          .hash = hashOf(name),
          .tflag = 0,
          .align = align,
          .fieldAlign = align,
          .kind = pointers ? uint8{kindStruct} : uint8{kindStruct | kindNoPointers},
          .equal = nullptr,
          .gcdata = pointers ? map.bytes : nullptr,
          .str = &str,
          .uncommon = nullptr,
          .ptrToThis = nullptr,
      },
      slice{nullptr, 0, 0},
  };
};

template <class T>
struct ChanDescriptor;

}  // namespace internal

// typeOf returns the descriptor of T, the same address at every call. T is a
// complete object type without cv-qualifiers. An empty class is Go's struct{}: it
// has size 0.
template <class T>
constexpr const _type* typeOf() {
  static_assert(std::is_object_v<T> && std::is_same_v<T, std::remove_cv_t<T>>);
  if constexpr (internal::basicKind<T>() != 0) {
    return &basicTypes[internal::basicKind<T>()];
  } else {
    return &internal::Descriptor<T>::type;
  }
}

// chanTypeOf returns the descriptor of Go's chan T.
template <class T>
constexpr const chantype* chanTypeOf() {
  return &internal::ChanDescriptor<T>::type;
}

namespace internal {

template <class T>
struct ChanDescriptor {
  static constexpr auto name = nameOf<T>("chan ");
  static constexpr string str{name.bytes, sizeof(name.bytes)};
  static constexpr auto map = ones<1>();

  static constexpr chantype type{
      {
          .size = sizeof(hchan*),
          .ptrdata = sizeof(hchan*),
          .hash = hashOf(name),
          .tflag = tflagRegularMemory,
          .align = alignof(hchan*),
          .fieldAlign = alignof(hchan*),
          .kind = kindChan | kindDirectIface,
          .equal = nullptr,
          .gcdata = map.bytes,
          .str = &str,
          .uncommon = nullptr,
          .ptrToThis = nullptr,
      },
      typeOf<T>(),
      bothDir,
  };
};

}  // namespace internal

}  // namespace gort

#endif  // GORT_TYPE_H_

// panic CASE: panics on the main goroutine with the value that CASE names.
#include <gort/abi.h>

#include <cstring>

#include "alloc/type.h"

using namespace gort;

namespace {

// A defined type of package main with a method `name` that returns a string.
struct definedType : _type {
  functype methodType;
  const _type* results[1];
  method methods[1];
  uncommontype uncommonType;

  definedType(const _type& underlying, const string* str) : _type(underlying) { this->str = str; }
  definedType& with(const string* name, string (*code)(const void*)) {
    results[0] = &basicTypes[kindString];
    methodType = functype{};
    methodType.out = {results, 1, 1};
    methods[0] = {name, nullptr, &methodType, nullptr, reinterpret_cast<const void*>(code)};
    uncommonType = {str, &literal<"main">, {methods, 1, 1}};
    uncommon = &uncommonType;
    return *this;
  }
};

template <class T>
[[noreturn]] void panicWith(const _type* t, T v) {
  gopanic(eface{t, &v});
}

_type structType(const string* str) {
  _type t = {};
  t.size = 8;
  t.kind = kindStruct | kindNoPointers;
  t.str = str;
  return t;
}

char* which;

bool is(const char* name) { return std::strcmp(which, name) == 0; }

void run() {
  const _type* b = basicTypes;
  if (is("string")) panicWith(&b[kindString], literal<"hello">);
  if (is("lines")) panicWith(&b[kindString], literal<"hello\nworld\n">);
  if (is("int")) panicWith<intgo>(&b[kindInt], -42);
  if (is("int8")) panicWith<int8>(&b[kindInt8], -8);
  if (is("int16")) panicWith<int16>(&b[kindInt16], -16);
  if (is("int32")) panicWith<int32>(&b[kindInt32], 'x');
  if (is("int64")) panicWith<int64>(&b[kindInt64], INT64_MIN);
  if (is("uint")) panicWith<uintgo>(&b[kindUint], ~uintgo{0});
  if (is("uint8")) panicWith<uint8>(&b[kindUint8], 255);
  if (is("uint16")) panicWith<uint16>(&b[kindUint16], 16);
  if (is("uint32")) panicWith<uint32>(&b[kindUint32], 32);
  if (is("uint64")) panicWith<uint64>(&b[kindUint64], 64);
  if (is("uintptr")) panicWith<uintptr>(&b[kindUintptr], 16);
  if (is("bool")) panicWith(&b[kindBool], true);
  if (is("float32")) panicWith(&b[kindFloat32], 0.1f);
  if (is("float64")) panicWith(&b[kindFloat64], 1.5);
  struct {
    float64 re, im;
  } z{1, -2};
  if (is("complex128")) panicWith(&b[kindComplex128], z);
  struct {
    float32 re, im;
  } z32{1, 2};
  if (is("complex64")) panicWith(&b[kindComplex64], z32);
  if (is("nil")) gopanic(eface{nullptr, nullptr});
  if (is("myint")) {
    definedType t(b[kindInt], &literal<"main.MyInt">);
    panicWith<intgo>(&t, 93);
  }
  if (is("mystring")) {
    definedType t(b[kindString], &literal<"main.MyString">);
    panicWith(&t, literal<"a\nb">);
  }
  if (is("mybool")) {
    definedType t(b[kindBool], &literal<"\texample.com/x\tx.B">);
    panicWith(&t, false);
  }
  if (is("myfloat")) {
    definedType t(b[kindFloat32], &literal<"main.F">);
    panicWith(&t, 2.5f);
  }
  if (is("mycomplex")) {
    definedType t(b[kindComplex128], &literal<"main.C">);
    panicWith(&t, z);
  }
  if (is("struct")) {
    _type t = structType(&literal<"main.S">);
    gopanic(eface{&t, reinterpret_cast<void*>(0x1234)});
  }
  if (is("error")) {
    definedType t(structType(&literal<"main.E">), &literal<"main.E">);
    t.with(&literal<"Error">, [](const void*) { return literal<"line1\nline2">; });
    panicWith(&t, 0);
  }
  if (is("stringer")) {
    definedType t(b[kindInt], &literal<"main.St">);
    t.with(&literal<"String">, [](const void* p) {
      return *static_cast<const intgo*>(p) == 3 ? literal<"three"> : literal<"other">;
    });
    panicWith<intgo>(&t, 3);
  }
  if (is("inner string")) {
    definedType t(structType(&literal<"main.E">), &literal<"main.E">);
    t.with(&literal<"Error">,
           [](const void*) -> string { panicWith(&basicTypes[kindString], literal<"inner">); });
    panicWith(&t, 0);
  }
  if (is("inner error")) {
    definedType t(structType(&literal<"main.E">), &literal<"main.E">);
    t.with(&literal<"Error">, [](const void*) -> string { panicdivide(); });
    panicWith(&t, 0);
  }
  if (is("divide")) panicdivide();
  if (is("shift")) panicshift();
  if (is("overflow")) panicoverflow();
  if (is("mem")) panicmem();
  if (is("index")) goPanicIndex(5, 3);
  if (is("nildottype")) panicnildottype(&b[kindInt]);
  if (is("compare")) {
    _type t = structType(&literal<"[]int">);
    efaceeq(&t, nullptr, nullptr);
  }
  if (is("makeslice len")) makeslice(&b[kindInt], -1, -1);
  if (is("makeslice cap")) makeslice(&b[kindInt], 1, 0);
  if (is("growslice")) growslice(nullptr, intgo{1} << 62, 1, intgo{1} << 61, &b[kindInt]);
  if (is("closenil")) closechan(nullptr);
  if (is("goroutine")) {
    newprocframe([](void*) { panicWith(&basicTypes[kindString], literal<"on a goroutine">); }, 8, 8,
                 [](void*, void*) {}, nullptr, 0);
    block();
  }
}

}  // namespace

int main(int argc, char** argv) {
  which = argv[1];
  rt0_go(argc, argv, program{nullptr, run});
}

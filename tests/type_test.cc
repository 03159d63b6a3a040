// Tests of alloc/type.h.
#include "alloc/type.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/main_on_goroutine.h"

namespace gort {
namespace {

std::string str(string s) { return {reinterpret_cast<const char*>(s.ptr), size_t(s.len)}; }

TEST(BasicTypes, DescribeGoTypes) {
  struct {
    uint8 kind;
    const char* name;
    uintptr size;
    uintptr ptrdata;
  } want[] = {
      {kindBool, "bool", 1, 0},           {kindInt, "int", 8, 0},
      {kindInt8, "int8", 1, 0},           {kindInt16, "int16", 2, 0},
      {kindInt32, "int32", 4, 0},         {kindInt64, "int64", 8, 0},
      {kindUint, "uint", 8, 0},           {kindUint8, "uint8", 1, 0},
      {kindUint16, "uint16", 2, 0},       {kindUint32, "uint32", 4, 0},
      {kindUint64, "uint64", 8, 0},       {kindUintptr, "uintptr", 8, 0},
      {kindFloat32, "float32", 4, 0},     {kindFloat64, "float64", 8, 0},
      {kindComplex64, "complex64", 8, 0}, {kindComplex128, "complex128", 16, 0},
      {kindString, "string", 16, 8},      {kindUnsafePointer, "unsafe.Pointer", 8, 8},
  };
  for (auto& w : want) {
    const _type* t = &basicTypes[w.kind];
    EXPECT_EQ(kindOf(t), w.kind);
    EXPECT_EQ(str(toString(t)), w.name);
    EXPECT_EQ(t->size, w.size) << w.name;
    EXPECT_EQ(t->ptrdata, w.ptrdata) << w.name;
    EXPECT_EQ(hasPointers(t), w.ptrdata != 0) << w.name;
    EXPECT_EQ((t->kind & kindNoPointers) != 0, w.ptrdata == 0) << w.name;
    EXPECT_NE(t->equal, nullptr) << w.name;
    EXPECT_TRUE(isBasic(t)) << w.name;
    EXPECT_EQ(t->uncommon, nullptr) << w.name;
  }
  EXPECT_TRUE(isDirectIface(&basicTypes[kindUnsafePointer]));
  EXPECT_FALSE(isDirectIface(&basicTypes[kindInt]));
}

TEST(IsBasic, IsFalseForDefinedTypes) {
  _type celsius = basicTypes[kindFloat64];
  celsius.str = &literal<"main.Celsius">;
  EXPECT_FALSE(isBasic(&celsius));
}

TEST(IsBasic, KnowsTheDescriptorOfAnotherCompiler) {
  _type other = basicTypes[kindInt];
  other.str = &literal<"int">;
  EXPECT_TRUE(isBasic(&other));
}

TEST(IsBasic, IsFalseForKindsWithoutPredeclaredTypes) {
  _type t = {};
  t.kind = kindSlice;
  t.str = &literal<"[]int">;
  EXPECT_FALSE(isBasic(&t));
}

TEST(ToString, LeavesPackagePathsOut) {
  _type t = {};
  t.str = &literal<"map[\texample.com/a\ta.K]*\tb.org/c\tc.V">;
  EXPECT_EQ(str(toString(&t)), "map[a.K]*c.V");
}

TEST(ToString, ReturnsTheNameItselfWhereThereAreNone) {
  _type t = {};
  t.str = &literal<"[]int">;
  EXPECT_EQ(toString(&t).ptr, t.str->ptr);
}

TEST(PrintType, PrintsWhatToStringReturns) {
  _type t = {};
  t.str = &literal<"map[\texample.com/a\ta.K]*\tb.org/c\tc.V">;
  ::testing::internal::CaptureStderr();
  printtype(&t);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "map[a.K]*c.V");
}

TEST(PkgPath, IsTheDefiningPackagesOrEmpty) {
  _type t = {};
  EXPECT_EQ(str(pkgpath(&t)), "");
  uncommontype u = {&literal<"T">, &literal<"example.com/x">, {nullptr, 0, 0}};
  t.uncommon = &u;
  EXPECT_EQ(str(pkgpath(&t)), "example.com/x");
}

TEST(FindMethod, WantsNameExportAndSignature) {
  const _type* strings[] = {&basicTypes[kindString]};
  const _type* ints[] = {&basicTypes[kindInt]};
  functype toString = {}, toInt = {}, stringToString = {};
  toString.out = {strings, 1, 1};
  toInt.out = {ints, 1, 1};
  stringToString.in = stringToString.out = {strings, 1, 1};
  method methods[] = {
      {&literal<"Error">, nullptr, &toString, nullptr, nullptr},
      {&literal<"Len">, nullptr, &toInt, nullptr, nullptr},
      {&literal<"Map">, nullptr, &stringToString, nullptr, nullptr},
      {&literal<"hidden">, &literal<"main">, &toString, nullptr, nullptr},
  };
  uncommontype u = {&literal<"T">, &literal<"main">, {methods, 4, 4}};
  _type t = {};
  EXPECT_EQ(findMethod(&t, "Error", kindString), nullptr);
  t.uncommon = &u;
  EXPECT_EQ(findMethod(&t, "Error", kindString), &methods[0]);
  EXPECT_EQ(findMethod(&t, "Err", kindString), nullptr);
  EXPECT_EQ(findMethod(&t, "Errors", kindString), nullptr);
  EXPECT_EQ(findMethod(&t, "Len", kindString), nullptr);
  EXPECT_EQ(findMethod(&t, "Len", kindInt), &methods[1]);
  EXPECT_EQ(findMethod(&t, "Map", kindString), nullptr);
  EXPECT_EQ(findMethod(&t, "hidden", kindString), nullptr);
}

}  // namespace
}  // namespace gort

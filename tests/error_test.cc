// Tests of runtime/error.h: texts and descriptors. How values print: panic_test.cc.
#include "runtime/error.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/main_on_goroutine.h"

namespace gort {
namespace {

std::string str(string s) { return {reinterpret_cast<const char*>(s.ptr), size_t(s.len)}; }

TEST(BoundsError, SaysWhatWasAskedForAndWhatThereIs) {
  struct {
    boundsErrorCode code;
    const char* text;
    const char* negative;
  } all[] = {
      {boundsIndex, "index out of range [7] with length 3", "index out of range [-7]"},
      {boundsSliceAlen, "slice bounds out of range [:7] with length 3",
       "slice bounds out of range [:-7]"},
      {boundsSliceAcap, "slice bounds out of range [:7] with capacity 3",
       "slice bounds out of range [:-7]"},
      {boundsSliceB, "slice bounds out of range [7:3]", "slice bounds out of range [-7:]"},
      {boundsSlice3Alen, "slice bounds out of range [::7] with length 3",
       "slice bounds out of range [::-7]"},
      {boundsSlice3Acap, "slice bounds out of range [::7] with capacity 3",
       "slice bounds out of range [::-7]"},
      {boundsSlice3B, "slice bounds out of range [:7:3]", "slice bounds out of range [:-7:]"},
      {boundsSlice3C, "slice bounds out of range [7:3:]", "slice bounds out of range [-7::]"},
  };
  for (auto& c : all) {
    EXPECT_EQ(str(errorText({7, 3, true, c.code})), std::string("runtime error: ") + c.text);
    EXPECT_EQ(str(errorText({-7, 3, true, c.code})), std::string("runtime error: ") + c.negative);
  }
  EXPECT_EQ(str(errorText({7, 3, true, boundsConvert})),
            "runtime error: cannot convert slice with length 3 to array or pointer to array with "
            "length 7");
}

TEST(BoundsError, ReadsUnsignedIndicesAsSuch) {
  EXPECT_EQ(str(errorText({-1, 3, false, boundsIndex})),
            "runtime error: index out of range [18446744073709551615] with length 3");
  EXPECT_EQ(str(errorText({INT64_MIN, INT64_MAX, true, boundsIndex})),
            "runtime error: index out of range [-9223372036854775808]");
  EXPECT_EQ(str(errorText({0, 0, true, boundsIndex})),
            "runtime error: index out of range [0] with length 0");
}

TEST(TypeAssertionError, SaysWhatIsMissing) {
  _type reader = {}, file = {}, otherFile = {};
  reader.str = &literal<"io.Reader">;
  file.str = otherFile.str = &literal<"main.File">;
  const _type* i = &basicTypes[kindInt];
  string none = {nullptr, 0};
  EXPECT_EQ(str(errorText(TypeAssertionError{nullptr, nullptr, i, none})),
            "interface conversion: interface is nil, not int");
  EXPECT_EQ(str(errorText(TypeAssertionError{&reader, nullptr, i, none})),
            "interface conversion: io.Reader is nil, not int");
  EXPECT_EQ(str(errorText(TypeAssertionError{&reader, &file, i, none})),
            "interface conversion: io.Reader is main.File, not int");
  EXPECT_EQ(str(errorText(TypeAssertionError{nullptr, &file, &reader, literal<"Read">})),
            "interface conversion: main.File is not io.Reader: missing method Read");
  EXPECT_EQ(str(errorText(TypeAssertionError{nullptr, &file, &otherFile, none})),
            "interface conversion: interface is main.File, not main.File (types from different "
            "scopes)");
  uncommontype u1 = {&literal<"File">, &literal<"a/main">, {nullptr, 0, 0}};
  uncommontype u2 = {&literal<"File">, &literal<"b/main">, {nullptr, 0, 0}};
  file.uncommon = &u1;
  otherFile.uncommon = &u2;
  EXPECT_EQ(str(errorText(TypeAssertionError{nullptr, &file, &otherFile, none})),
            "interface conversion: interface is main.File, not main.File (types from different "
            "packages)");
}

// What hosted code does with a value that it got from recover.
std::string callError(const _type* t, const void* receiver) {
  const method* m = findMethod(t, "Error", kindString);
  if (m == nullptr) return "no Error method";
  auto code = reinterpret_cast<string (*)(const void*)>(const_cast<void*>(m->code));
  return str(code(receiver));
}

TEST(ErrorTypes, HaveErrorMethodsThatCompiledCodeCanCall) {
  string text = literal<"integer divide by zero">;
  EXPECT_EQ(callError(&errorStringType, &text), "runtime error: integer divide by zero");
  EXPECT_EQ(callError(&plainErrorType, &text), "integer divide by zero");
  errorAddressString fault = {literal<"fault">, 0x1234};
  EXPECT_EQ(callError(&errorAddressStringType, &fault), "runtime error: fault");
  boundsError bounds = {1, 0, true, boundsIndex};
  EXPECT_EQ(callError(&boundsErrorType, &bounds),
            "runtime error: index out of range [1] with length 0");
  TypeAssertionError assertion = {nullptr, nullptr, &basicTypes[kindInt], {nullptr, 0}};
  EXPECT_EQ(callError(&typeAssertionErrorType, &assertion),
            "interface conversion: interface is nil, not int");
  EXPECT_EQ(callError(&panicNilErrorType, nullptr),
            "runtime error: panic called with nil argument");
}

TEST(ErrorTypes, AreRuntimeErrors) {
  for (const _type* t :
       {&errorStringType, &plainErrorType, static_cast<const _type*>(&errorAddressStringType),
        static_cast<const _type*>(&boundsErrorType),
        static_cast<const _type*>(&typeAssertionErrorType),
        static_cast<const _type*>(&panicNilErrorType)}) {
    const slice& methods = t->uncommon->methods;
    ASSERT_EQ(methods.len, 2);
    auto* m = static_cast<const method*>(methods.array);
    EXPECT_EQ(str(*m[0].name), "Error");
    EXPECT_EQ(str(*m[1].name), "RuntimeError");
  }
}

TEST(ErrorTypes, CompareByValue) {
  boundsError a = {1, 2, true, boundsIndex}, b = a, c = {1, 3, true, boundsIndex};
  EXPECT_TRUE(typesEqual(&boundsErrorType, &a, &b));
  EXPECT_FALSE(typesEqual(&boundsErrorType, &a, &c));
  string x = literal<"x">, y = literal<"y">;
  EXPECT_TRUE(typesEqual(&errorStringType, &x, &x));
  EXPECT_FALSE(typesEqual(&errorStringType, &x, &y));
}

TEST(PrintIndented, PutsATabBehindEveryNewline) {
  ::testing::internal::CaptureStderr();
  printindented(literal<"a\nb\n\nc">);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "a\n\tb\n\t\n\tc");
  ::testing::internal::CaptureStderr();
  printindented({nullptr, 0});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace gort

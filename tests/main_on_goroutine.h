// main_on_goroutine.h: main for a test whose cases run on the main goroutine. Include
// it in the test's only source file; it takes the place of gtest_main.
#ifndef TESTS_MAIN_ON_GOROUTINE_H_
#define TESTS_MAIN_ON_GOROUTINE_H_

#include <gort/gort.h>
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  // GoogleTest takes more stack than a goroutine has by default.
  return gort::Main(
      argc, argv, [] { return gort::runtime::WithStack(8 << 20, [] { return RUN_ALL_TESTS(); }); });
}

#endif  // TESTS_MAIN_ON_GOROUTINE_H_

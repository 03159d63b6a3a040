// arch/lfstack.h
#include "arch/lfstack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <new>
#include <thread>
#include <vector>

#include "arch/mem_linux.h"

namespace {

using namespace gort;

struct node : lfnode {
  uint64 data;  // plain: owned by who popped it
};

// Nodes off the heap, aligned, never given back while a popper may read them.
class Lfstack : public ::testing::Test {
 protected:
  static constexpr uintptr count = 64;
  node* nodes[count];
  void* memory = nullptr;
  lfstack stack;

  void SetUp() override {
    memory = sysAllocOS(count * tagAlign, "lfstack test");
    ASSERT_NE(memory, nullptr);
    for (uintptr i = 0; i < count; i++) nodes[i] = new (add(memory, i * tagAlign)) node();
  }
  void TearDown() override { sysFreeOS(memory, count * tagAlign); }
};

TEST_F(Lfstack, IsAStack) {
  EXPECT_TRUE(stack.empty());
  EXPECT_EQ(stack.pop(), nullptr);
  for (int i = 0; i < 3; i++) stack.push(nodes[i]);
  EXPECT_FALSE(stack.empty());
  for (int i = 2; i >= 0; i--) EXPECT_EQ(stack.pop(), nodes[i]);
  EXPECT_TRUE(stack.empty());
}

TEST_F(Lfstack, TheHeadChangesWhenTheSameNodeReturns) {
  stack.push(nodes[0]);
  const uint64 before = stack.head.load(relaxed);
  stack.pop();
  stack.push(nodes[0]);
  EXPECT_NE(stack.head.load(relaxed), before);
}

TEST_F(Lfstack, NoNodeIsLostOrDoubled) {
  constexpr int threads = 4, rounds = 20000;
  for (node* n : nodes) stack.push(n);
  std::vector<std::thread> all;
  for (int t = 0; t < threads; t++) {
    all.emplace_back([this] {
      std::vector<node*> mine;
      for (int i = 0; i < rounds; i++) {
        if (auto* n = static_cast<node*>(stack.pop())) {
          n->data++;  // a second owner would lose a count
          mine.push_back(n);
        }
        if (mine.size() > 3 || i % 5 == 0) {
          while (!mine.empty()) {
            stack.push(mine.back());
            mine.pop_back();
          }
        }
      }
      for (node* n : mine) stack.push(n);
    });
  }
  for (auto& t : all) t.join();

  std::vector<lfnode*> left;
  uint64 pops = 0;
  while (auto* n = static_cast<node*>(stack.pop())) {
    left.push_back(n);
    pops += n->data;
  }
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left.size(), count);
  EXPECT_EQ(std::unique(left.begin(), left.end()), left.end());
  EXPECT_LE(pops, uint64{threads} * rounds);
  EXPECT_GT(pops, 0u);
}

TEST_F(Lfstack, ANodeMustBeAligned) {
  lfnodeValidate(nodes[0]);
  EXPECT_DEATH(lfnodeValidate(static_cast<lfnode*>(add(memory, 64))),
               "fatal error: taggedPointerPack");
}

}  // namespace

// arch/list.h and arch/list_manual.h: the same list with two kinds of link.
#include "arch/list.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "arch/list_manual.h"

namespace {

using namespace gort;

struct element {
  int value;
  listNode node;
  listNodeManual manual;
};

struct ordinary {
  using head = listHead;
  static constexpr uintptr offset = offsetof(element, node);
  static bool unlinked(const element& e) { return !e.node.next && !e.node.prev; }
};
struct manual {
  using head = listHeadManual;
  static constexpr uintptr offset = offsetof(element, manual);
  static bool unlinked(const element& e) { return !e.manual.next && !e.manual.prev; }
};

template <class Kind>
class List : public ::testing::Test {
 protected:
  typename Kind::head list = {};
  element e[4] = {{0, {}, {}}, {1, {}, {}}, {2, {}, {}}, {3, {}, {}}};

  void SetUp() override { list.init(Kind::offset); }

  // Takes everything out, front to back.
  std::vector<int> drain() {
    std::vector<int> values;
    while (auto* p = static_cast<element*>(list.pop())) {
      values.push_back(p->value);
      EXPECT_TRUE(Kind::unlinked(*p));
    }
    EXPECT_TRUE(list.empty());
    return values;
  }
  void pushAll() {
    for (element& x : e) list.push(&x);
  }
};
using Kinds = ::testing::Types<ordinary, manual>;
TYPED_TEST_SUITE(List, Kinds);

TYPED_TEST(List, IsEmptyAtFirst) {
  EXPECT_TRUE(this->list.empty());
  EXPECT_EQ(this->list.head(), nullptr);
  EXPECT_EQ(this->list.pop(), nullptr);
}

TYPED_TEST(List, PopsTheLastPushedFirst) {
  this->pushAll();
  EXPECT_EQ(this->list.head(), &this->e[3]);
  EXPECT_EQ(this->drain(), (std::vector<int>{3, 2, 1, 0}));
}

TYPED_TEST(List, RemovesAnywhere) {
  for (int victim = 0; victim < 4; victim++) {
    this->pushAll();
    this->list.remove(&this->e[victim]);
    EXPECT_TRUE(TypeParam::unlinked(this->e[victim]));
    std::vector<int> want;
    for (int i = 3; i >= 0; i--) {
      if (i != victim) want.push_back(i);
    }
    EXPECT_EQ(this->drain(), want);
  }
}

TYPED_TEST(List, TakesARemovedElementAgain) {
  this->pushAll();
  this->list.remove(&this->e[1]);
  this->list.push(&this->e[1]);
  EXPECT_EQ(this->drain(), (std::vector<int>{1, 3, 2, 0}));
}

TEST(ListDeathTest, AnUninitialisedListThrows) {
  element e = {};
  EXPECT_DEATH(
      {
        listHead l = {};
        l.push(&e);
      },
      "fatal error: runtime: uninitialized listHead");
  EXPECT_DEATH(
      {
        listHeadManual l = {};
        l.push(&e);
      },
      "fatal error: runtime: uninitialized listHead");
}

}  // namespace

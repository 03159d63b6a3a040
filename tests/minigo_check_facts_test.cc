// Tests of tools/minigo/check.h: what the checker finds out about a correct program, which is what the
// generator works from.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tools/minigo/check.h"

namespace gort::minigo {
namespace {

class Facts : public testing::Test {
 protected:
  void check(const std::string& src) {
    r_ = checkSource("prog.go", "package main\n" + src);
    ASSERT_TRUE(r_.ok()) << r_.errors[0];
  }

  Package* pkg() { return r_.package.get(); }

  // The n-th node for which f holds.
  template <class T>
  T* find(const std::string& text, int n = 0) {
    T* found = nullptr;
    inspect(pkg()->syntax[0], [&](Node* node) {
      if (auto* t = as<T>(node)) {
        if (found == nullptr && exprString(t) == text && n-- == 0) found = t;
      }
      return true;
    });
    EXPECT_NE(found, nullptr) << text;
    return found;
  }

  Var* var(const std::string& name) {
    Var* v = nullptr;
    inspect(pkg()->syntax[0], [&](Node* node) {
      if (auto* n = as<Name>(node)) {
        if (n->value == name && n->defines && v == nullptr) v = as<Var>(n->obj);
      }
      return true;
    });
    EXPECT_NE(v, nullptr) << name;
    return v;
  }

  std::string type(const Expr* e) { return typeString(e->type, pkg()); }

  Result r_;
};

TEST_F(Facts, UntypedConstantsGetTheTypeOfTheirContext) {
  check(
      "var s uint\nfunc f(float32) {}\nfunc main() {\n\tvar x int64 = 1 << s\n\tf(2)\n\ty := 3\n"
      "\t_ = x + 4\n\t_ = 5.0 < y\n\tprintln(6, 'a', 7.5)\n\t_ = []byte(\"str\")\n\t_ = y << "
      "8\n}\n");
  EXPECT_EQ(type(find<BasicLit>("1")), "int64");
  EXPECT_EQ(type(find<BasicLit>("2")), "float32");
  EXPECT_EQ(type(find<BasicLit>("3")), "int");
  EXPECT_EQ(type(find<BasicLit>("4")), "int64");
  EXPECT_EQ(type(find<BasicLit>("5.0")), "int");
  EXPECT_EQ(valueString(find<BasicLit>("5.0")->val), "5");
  EXPECT_EQ(type(find<BasicLit>("6")), "int");
  EXPECT_EQ(type(find<BasicLit>("'a'")), "rune");
  EXPECT_EQ(type(find<BasicLit>("7.5")), "float64");
  EXPECT_EQ(type(find<BasicLit>("\"str\"")), "string");
  EXPECT_EQ(type(find<BasicLit>("8")), "uint");
}

TEST_F(Facts, ConstantExpressionsHaveTheirValues) {
  check(
      "const c = iota + 1<<70>>68\nfunc main() {\n\tx := c * 2\n\tvar f float32 = 0.1\n\t_ = "
      "len([5]int{})\n"
      "\t_, _ = x, f\n\tvar b bool = c == 4\n\t_ = b\n}\n");
  EXPECT_EQ(valueString(find<Operation>("c * 2")->val), "8");
  EXPECT_EQ(float64Val(find<BasicLit>("0.1")->val), static_cast<double>(0.1f));
  EXPECT_EQ(valueString(find<CallExpr>("len([5]int{})")->val), "5");
  EXPECT_TRUE(boolVal(find<Operation>("c == 4")->val));
}

TEST_F(Facts, RunTimeComparisonsAreBool) {
  check(
      "func main() {\n\tx := 1\n\tif x == 2 {\n\t}\n\ttype B bool\n\tvar b B = x == 3\n\t_ = "
      "b\n}\n");
  EXPECT_EQ(type(find<Operation>("x == 2")), "bool");
  EXPECT_EQ(type(find<Operation>("x == 3")), "B");
}

TEST_F(Facts, NilHasTheTypeItIsUsedAs) {
  check("func main() {\n\tvar p *int = nil\n\tprintln(p == nil)\n}\n");
  EXPECT_EQ(type(find<Name>("nil", 0)), "*int");
  EXPECT_EQ(type(find<Name>("nil", 1)), "*int");
  EXPECT_EQ(find<Name>("nil")->mode, Mode::NilValue);
}

TEST_F(Facts, CommaOkFormsAreTuples) {
  check(
      "func main() {\n\tc := make(chan int)\n\tv, ok := <-c\n\tw := <-c\n\t_, _, _ = v, ok, "
      "w\n}\n");
  auto* two = find<Operation>("<-c", 0);
  EXPECT_TRUE(two->commaOk);
  EXPECT_EQ(type(two), "(int, bool)");
  EXPECT_FALSE(find<Operation>("<-c", 1)->commaOk);
}

TEST_F(Facts, CallsKnowTheirKind) {
  check(
      "func two() (int, string) { return 1, \"\" }\nfunc take(int, string) {}\nfunc main() "
      "{\n\ttake(two())\n"
      "\t_ = int8(1)\n\tprintln(len(\"ab\"))\n}\n");
  EXPECT_TRUE(find<CallExpr>("take(two())")->spread);
  EXPECT_EQ(type(find<CallExpr>("two()")), "(int, string)");
  EXPECT_EQ(find<CallExpr>("int8(1)")->callKind, CallKind::Conversion);
  EXPECT_EQ(find<CallExpr>("len(\"ab\")")->callKind, CallKind::Builtin);
  EXPECT_EQ(find<CallExpr>("len(\"ab\")")->builtin, BuiltinId::Len);
}

TEST_F(Facts, SelectionsSayHowToGetThere) {
  check(
      "type A struct{ x int }\nfunc (A) v() {}\nfunc (*A) p() {}\ntype B struct{ n int; *A }\ntype "
      "C struct{ B }\n"
      "func main() {\n\tvar c C\n\t_ = c.x\n\tc.v()\n\tc.p()\n\tvar a A\n\ta.p()\n\tq := "
      "&a\n\tq.v()\n\t_ = (*A).v\n}\n");
  Selection* x = find<SelectorExpr>("c.x")->selection;
  EXPECT_EQ(x->kind, SelectionKind::FieldVal);
  EXPECT_EQ(x->index, (std::vector<int>{0, 1, 0}));
  EXPECT_TRUE(x->indirect);
  Selection* v = find<SelectorExpr>("c.v")->selection;
  EXPECT_EQ(v->index, (std::vector<int>{0, 1, 0}));
  EXPECT_TRUE(v->derefRecv);
  EXPECT_FALSE(v->addrRecv);
  Selection* p = find<SelectorExpr>("c.p")->selection;
  EXPECT_FALSE(p->derefRecv || p->addrRecv);
  EXPECT_TRUE(find<SelectorExpr>("a.p")->selection->addrRecv);
  EXPECT_TRUE(find<SelectorExpr>("q.v")->selection->derefRecv);
  EXPECT_EQ(find<SelectorExpr>("(*A).v")->selection->kind, SelectionKind::MethodExpr);
  EXPECT_EQ(type(find<SelectorExpr>("(*A).v")), "func(*A)");
}

TEST_F(Facts, LiteralsKnowTheirIndices) {
  check(
      "type T struct{ a, b int }\nfunc main() {\n\t_ = []int{5: 1, 2, 0: 3}\n\t_ = [...]int{2: 1}\n"
      "\t_ = T{b: 1, a: 2}\n\t_ = []*T{{1, 2}}\n}\n");
  auto* s = find<CompositeLit>("[]int{…}");
  EXPECT_EQ(s->index, (std::vector<int64_t>{5, 6, 0}));
  EXPECT_EQ(s->arrayLen, 7);
  EXPECT_EQ(type(find<CompositeLit>("[...]int{…}")), "[3]int");
  EXPECT_EQ(find<CompositeLit>("T{…}")->index, (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(s->path.size(), 0u);
  auto* elided = find<CompositeLit>("{…}");
  EXPECT_TRUE(elided->elidedPointer);
  EXPECT_EQ(type(elided), "*T");
}

TEST_F(Facts, LiteralsKnowThePathsToPromotedFields) {
  check(
      "type A struct{ x, y int }\ntype B struct{ n int; A }\ntype C struct{ B; z int }\n"
      "var c = C{z: 1, y: 2, n: 3}\nfunc main() {}\n");
  EXPECT_EQ(find<CompositeLit>("C{…}")->path,
            (std::vector<std::vector<int>>{{1}, {0, 1, 1}, {0, 0}}));
}

TEST_F(Facts, VariablesAreInitialisedInOrderOfDependency) {
  check(
      "var a = b + f()\nvar b = 1\nvar c, d = two()\nvar e = 2\nfunc f() int { return e }\n"
      "func two() (int, int) { return a, 1 }\nvar _ = f()\nfunc main() {}\n");
  std::string order;
  for (const Initializer& i : pkg()->initOrder) {
    for (Var* v : i.lhs) order += v->name;
    order += " ";
  }
  EXPECT_EQ(order, "b e a cd _ ");
}

TEST_F(Facts, PackagesListTheirObjectsInOrder) {
  check(
      "func init() {}\ntype T int\nfunc (T) m() {}\nvar x, y int\nfunc f() { type L int; _ = "
      "func() {} }\n"
      "func init() {}\nfunc main() {}\n");
  ASSERT_EQ(pkg()->inits.size(), 2u);
  EXPECT_LT(pkg()->inits[0]->pos, pkg()->inits[1]->pos);
  ASSERT_EQ(pkg()->types.size(), 2u);
  EXPECT_EQ(pkg()->types[1]->name, "L");
  ASSERT_EQ(pkg()->methods.size(), 1u);
  EXPECT_EQ(pkg()->methods[0]->recvNamed->obj, pkg()->types[0]);
  EXPECT_EQ(pkg()->funcs.size(), 2u);
  EXPECT_EQ(pkg()->main->name, "main");
  EXPECT_EQ(pkg()->literals.size(), 1u);
  EXPECT_EQ(pkg()->vars.size(), 2u);
}

TEST_F(Facts, OperandsThatAreCheckedTwiceCountOnce) {
  check(
      "func main() {\n\tvar a [3]int\n\tn := 1\n\ta[func() int { type T int; x := T(n); return "
      "int(x) }()] += 1\n"
      "\ta[func() int { return n }()]++\n}\n");
  EXPECT_EQ(pkg()->literals.size(), 2u);
  EXPECT_EQ(pkg()->types.size(), 1u);
  EXPECT_EQ(pkg()->literals[0]->captures.size(), 1u);
  EXPECT_EQ(var("x")->type, pkg()->types[0]->type);
}

TEST_F(Facts, CapturesAreCopiedIfNothingChanges) {
  check(
      "func main() {\n\tfixed, changed, addressed := 1, 2, 3\n\tp := &addressed\n\tfunc() {\n"
      "\t\tfunc() { println(fixed, changed, addressed, p) }()\n\t}()\n\tchanged++\n}\n");
  FuncLit* outer = pkg()->literals[0];
  ASSERT_EQ(outer->captures.size(), 4u);
  EXPECT_EQ(pkg()->literals[1]->captures, outer->captures);
  EXPECT_TRUE(var("fixed")->captureByCopy);
  EXPECT_FALSE(var("fixed")->escapes);
  EXPECT_FALSE(var("changed")->captureByCopy);
  EXPECT_TRUE(var("changed")->escapes);
  EXPECT_TRUE(var("addressed")->addressTaken);
  EXPECT_TRUE(var("addressed")->escapes);
  EXPECT_TRUE(var("p")->captureByCopy);
}

TEST_F(Facts, AddressesAreTakenInManyWays) {
  check(
      "type T struct{ a [3]int; in struct{ b int } }\nfunc (*T) m() {}\nfunc main() {\n"
      "\tvar field, elem, sliced, method, plain, viaPointer T\n\t_ = &field.in.b\n\t_ = "
      "&elem.a[1]\n\t_ = sliced.a[:]\n"
      "\tmethod.m()\n\tplain.in.b = 1\n\tq := new(T)\n\t_ = &q.in\n\t_ = viaPointer\n\tvar big [1 "
      "<< 20]byte\n\t_ = big\n}\n");
  for (const char* name : {"field", "elem", "sliced", "method"})
    EXPECT_TRUE(var(name)->escapes) << name;
  for (const char* name : {"plain", "q", "viaPointer"}) EXPECT_FALSE(var(name)->escapes) << name;
  EXPECT_TRUE(var("plain")->reassigned);
  EXPECT_TRUE(var("big")->escapes);  // too large for a frame
}

TEST_F(Facts, LoopVariablesAreMarked) {
  check(
      "func main() {\n\tfor i := 0; i < 3; i++ {\n\t\tx := i\n\t\tgo func() { println(i, x) "
      "}()\n\t}\n\tfor k := range 3 {\n"
      "\t\tgo func() { println(k) }()\n\t}\n}\n");
  EXPECT_TRUE(var("i")->loopVar);
  EXPECT_TRUE(var("i")->escapes);
  EXPECT_FALSE(var("x")->loopVar);
  EXPECT_TRUE(var("k")->loopVar);
  EXPECT_TRUE(var("k")->captureByCopy);
}

TEST_F(Facts, ResultsAreChangedByReturn) {
  check(
      "func f() (r int) {\n\tg := func() { println(r) }\n\tg()\n\treturn 5\n}\nfunc main() { f() "
      "}\n");
  EXPECT_TRUE(var("r")->escapes);
}

TEST_F(Facts, RangesKnowTheirTypes) {
  check(
      "func main() {\n\tfor i := range uint8(3) {\n\t\t_ = i\n\t}\n\tfor i, r := range \"x\" "
      "{\n\t\t_, _ = i, r\n\t}\n}\n");
  std::vector<RangeClause*> ranges;
  inspect(pkg()->syntax[0], [&](Node* n) {
    if (auto* r = as<RangeClause>(n)) ranges.push_back(r);
    return true;
  });
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_EQ(ranges[0]->rangeKind, RangeKind::Int);
  EXPECT_EQ(typeString(ranges[0]->keyType, pkg()), "uint8");
  EXPECT_EQ(ranges[0]->valueType, nullptr);
  EXPECT_EQ(ranges[1]->rangeKind, RangeKind::String);
  EXPECT_EQ(typeString(ranges[1]->valueType, pkg()), "rune");
}

TEST_F(Facts, TypesHaveGosSizes) {
  check(
      "import \"unsafe\"\nimport \"sync\"\ntype T struct{ a int8; b int64; c int8 }\ntype E "
      "struct{ a int32; z struct{} }\n"
      "const t, e, m, w, o, s = unsafe.Sizeof(T{}), unsafe.Sizeof(E{}), "
      "unsafe.Sizeof(sync.Mutex{}), "
      "unsafe.Sizeof(sync.WaitGroup{}), unsafe.Sizeof(sync.Once{}), unsafe.Sizeof(\"\")\nfunc "
      "main() {}\n");
  auto value = [&](const char* name) {
    return valueString(as<Const>(pkg()->scope->lookup(name))->val);
  };
  EXPECT_EQ(value("t"), "24");
  EXPECT_EQ(value("e"), "8");
  EXPECT_EQ(value("m"), "8");
  EXPECT_EQ(value("w"), "16");
  EXPECT_EQ(value("o"), "12");
  EXPECT_EQ(value("s"), "16");
}

TEST_F(Facts, DeclaredTypesHaveTheirUnderlyingTypes) {
  check(
      "type Chain A\ntype A B\ntype B struct{ x int }\nfunc main() {\n\ttype L [2]A\n\tvar p "
      "*L\n\t_ = p\n}\n");
  ASSERT_EQ(pkg()->types.size(), 4u);
  for (TypeName* o : pkg()->types) {  // also if nobody looked at them
    Type* u = as<Named>(o->type)->underlying;
    ASSERT_NE(u, nullptr) << o->name;
    EXPECT_EQ(typeString(u, pkg()), o->name == "L" ? "[2]A" : "struct{x int}");
  }
}

TEST_F(Facts, IdenticalTypesHaveOneNumber) {
  check(
      "type T struct{ next *T }\nvar a []struct{ x int; f func(a int, b ...T) chan<- byte }\n"
      "var b []struct{ x int; f func(int, ...T) (c chan<- uint8) }\nvar c []struct{ x int; f "
      "func(int, []T) chan<- byte }\n"
      "type A = []int\nvar d A\nvar e []int\nfunc main() {}\n");
  TypeTable table;
  auto number = [&](size_t i) { return table.number(pkg()->vars[i]->type); };
  EXPECT_EQ(number(0), number(1));
  EXPECT_NE(number(0), number(2));
  EXPECT_EQ(number(3), number(4));
  EXPECT_TRUE(identical(pkg()->vars[0]->type, pkg()->vars[1]->type));
  EXPECT_FALSE(identical(pkg()->vars[0]->type, pkg()->vars[2]->type));
  EXPECT_EQ(table.canonical(pkg()->vars[1]->type), table.canonical(pkg()->vars[0]->type));
}

TEST_F(Facts, MethodSetsContainPromotedMethods) {
  check(
      "type A struct{}\nfunc (A) v() {}\nfunc (*A) p() {}\ntype B struct{ A }\ntype C struct{ *A "
      "}\nfunc main() {}\n");
  auto names = [&](Type* t) {
    std::string s;
    for (const MethodSetEntry& m : methodSet(t)) s += m.method->name;
    return s;
  };
  Type *b = pkg()->types[1]->type, *c = pkg()->types[2]->type;
  Pointer pb(b);
  EXPECT_EQ(names(b), "v");
  EXPECT_EQ(names(&pb), "pv");
  EXPECT_EQ(names(c), "pv");
}

}  // namespace
}  // namespace gort::minigo

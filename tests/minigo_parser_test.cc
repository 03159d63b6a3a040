// Tests of tools/minigo/parser.h and ast.h: the shape of trees, positions, and syntax errors with Go's
// texts.
#include "tools/minigo/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tools/minigo/check.h"

namespace gort::minigo {
namespace {

std::string errors(const std::string& src) {
  Result r = parseSource("prog.go", src);
  std::string s;
  for (const std::string& e : r.errors) s += (s.empty() ? "" : "\n") + e;
  return s;
}

// Parses an expression and prints it with parentheses around every operation.
class Tree {
 public:
  explicit Tree(const std::string& expr)
      : r_(parseSource("prog.go", "package p\nvar _ = " + expr + "\n")) {}

  Expr* get() const {
    if (!r_.ok()) return nullptr;
    return static_cast<VarDecl*>(r_.package->syntax[0]->decls[0])->values;
  }

  static std::string parenthesized(Expr* e) {
    auto* o = as<Operation>(e);
    if (o == nullptr) return exprString(e);
    std::string op(operatorString(o->op));
    if (o->y == nullptr) return "(" + op + parenthesized(o->x) + ")";
    return "(" + parenthesized(o->x) + " " + op + " " + parenthesized(o->y) + ")";
  }

 private:
  Result r_;
};

std::string parsed(const std::string& expr) {
  Tree t(expr);
  return t.get() == nullptr ? "error" : Tree::parenthesized(t.get());
}

TEST(Expressions, FollowPrecedence) {
  EXPECT_EQ(parsed("a + b*c - d"), "((a + (b * c)) - d)");
  EXPECT_EQ(parsed("a || b && c == d+e<<f"), "(a || (b && (c == (d + (e << f)))))");
  EXPECT_EQ(parsed("-a * !b"), "((-a) * (!b))");
  EXPECT_EQ(parsed("a &^ b | c ^ d"), "(((a &^ b) | c) ^ d)");
  EXPECT_EQ(parsed("*p.x"), "(*p.x)");
  EXPECT_EQ(parsed("<-c + 1"), "((<-c) + 1)");
}

TEST(Expressions, PrintAsMessagesShowThem) {
  const std::pair<const char*, const char*> forms[] = {
      {"f(a, b...)", "f(a, b...)"},
      {"x.y.z", "x.y.z"},
      {"a[i]", "a[i]"},
      {"a[i:j:k]", "a[i:j:k]"},
      {"a[:]", "a[:]"},
      {"x.(T)", "x.(T)"},
      {"[]int{1, 2}", "[]int{…}"},
      {"T{}", "T{}"},
      {"map[string][]int{\"a\": {1}}", "map[string][]int{…}"},
      {"[...]int{5: 1}", "[...]int{…}"},
      {"func(a, b int, c ...string) (x, y int) { return }",
       "func(a, b int, c ...string) (x, y int) {…}"},
      {"func() {}", "func() {}"},
      {"struct{ a, b int; c T `tag` }{}", "struct{a, b int; c T `tag`}{}"},
      {"(<-chan int)(x)", "(<-chan int)(x)"},
      {"chan (<-chan int)(x)", "chan (<-chan int)(x)"},
      {"interface{ f(int); E }(x)", "interface{f(int); E}(x)"},
      {"&T{1}", "&T{…}"},
  };
  for (auto& [src, want] : forms) {
    Tree t(src);
    ASSERT_NE(t.get(), nullptr) << errors(std::string("package p\nvar _ = ") + src);
    EXPECT_EQ(exprString(t.get()), want);
  }
}

TEST(Expressions, AnArrowBeforeChanBelongsToTheWholeConversion) {
  Tree receive("<-chan int(c)");
  ASSERT_EQ(receive.get()->kind, NodeKind::Operation);
  EXPECT_EQ(static_cast<Operation*>(receive.get())->op, Operator::Recv);
  Tree conversion("(<-chan int)(c)");
  EXPECT_EQ(conversion.get()->kind, NodeKind::CallExpr);
}

TEST(Positions, AreOfTheTypicalTokenAndTheLeftmost) {
  Tree t("aa.b[i](x) + y");
  Expr* e = t.get();
  EXPECT_EQ(e->pos.col, 20u);
  EXPECT_EQ(startPos(e).col, 9u);
  Expr* call = static_cast<Operation*>(e)->x;
  EXPECT_EQ(call->pos.col, 16u);
  EXPECT_EQ(startPos(call).col, 9u);
}

TEST(Statements, OfAllKindsParse) {
  EXPECT_EQ(errors(R"(package p

import "os"
import . "sync"

const (
	a, b = iota, 1 << iota
	c, d
)

var x, y int = 1, 2

type (
	T struct {
		a, b int `tag`
		*U
		sync.Mutex
	}
	A = []T
	I interface {
		m(int) string
		I2
	}
)

func (t *T) method(a int, rest ...string) (n int, err error) { return }

func f() {
L:
	for i := 0; i < 10; i++ {
		switch x := i; {
		case x > 1, x < 0:
			fallthrough
		default:
			continue L
		}
		switch v := i.(type) {
		case int, *T:
			_ = v
		}
		select {
		case v, ok := <-c:
			break L
		case c <- 1:
		default:
		}
	}
	var z [3]T
	for range 10 {
	}
	for k, v := range m {
	}
	for cond {
	}
	for {
		goto end
	}
	if x := g(); x {
	} else if y {
	} else {
	}
	go func() {}()
	defer f(1)
	x, y = y, x
	x <<= 2
	x++
	c <- <-c
	{
		type local struct{}
	}
	;
end:
}
)"),
            "");
}

TEST(Statements, BranchesKnowTheirTargets) {
  Result r = parseSource("prog.go",
                         "package p\nfunc f() {\nL:\n\tfor {\n\t\tswitch {\n\t\tcase true:\n"
                         "\t\t\tcontinue L\n\t\tdefault:\n\t\t\tbreak\n\t\t}\n\t}\n}\n");
  ASSERT_TRUE(r.ok());
  auto* f = static_cast<FuncDecl*>(r.package->syntax[0]->decls[0]);
  auto* l = static_cast<LabeledStmt*>(f->body->list[0]);
  auto* loop = static_cast<ForStmt*>(l->stmt);
  auto* sw = static_cast<SwitchStmt*>(loop->body->list[0]);
  EXPECT_TRUE(l->continueTarget);
  EXPECT_FALSE(l->breakTarget);
  EXPECT_EQ(static_cast<BranchStmt*>(sw->body[0]->body[0])->target, loop);
  EXPECT_EQ(static_cast<BranchStmt*>(sw->body[1]->body[0])->target, sw);
}

struct Case {
  const char* src;
  const char* want;
};

class SyntaxErrors : public testing::TestWithParam<Case> {};

TEST_P(SyntaxErrors, AreGos) {
  EXPECT_EQ(errors(GetParam().src), GetParam().want) << GetParam().src;
}

const Case syntaxErrors[] = {
    {"", "prog.go:1:1: syntax error: package statement must be first"},
    {"hello", "prog.go:1:1: syntax error: package statement must be first"},
    {"package p\nimport fmt\n", "prog.go:2:11: syntax error: missing import path"},
    {"package p\nvar x int\nimport \"os\"\n",
     "prog.go:3:1: syntax error: imports must appear before other declarations"},
    {"package p\nx := 1\n",
     "prog.go:2:1: syntax error: non-declaration statement outside function body"},
    {"package p\nfunc f()\n{\n}\n",
     "prog.go:3:1: syntax error: unexpected semicolon or newline before {"},
    {"package p\nfunc f() {\n\tx = \n}\n",
     "prog.go:4:1: syntax error: unexpected }, expected expression"},
    {"package p\nfunc f() {\n\tif x {\n\t}\n\telse {\n\t}\n}\n",
     "prog.go:5:2: syntax error: unexpected keyword else, expected }"},
    {"package p\nfunc f() {\n\tif {\n\t}\n}\n",
     "prog.go:3:5: syntax error: missing condition in if statement"},
    {"package p\nfunc f() {\n\tif x = 1 {\n\t}\n}\n",
     "prog.go:3:7: syntax error: cannot use assignment x = 1 as value"},
    {"package p\nfunc f() {\n\tfor i := 0; i < 10 {\n\t}\n}\n",
     "prog.go:3:21: syntax error: unexpected {, expected semicolon or newline\n"
     "prog.go:4:2: syntax error: unexpected }, expected expression"},
    {"package p\nfunc f() {\n\tfor i := 0; {\n\t}\n}\n",
     "prog.go:3:14: syntax error: unexpected {, expected for loop condition"},
    {"package p\nfunc f() {\n\tfoo(1, 2\n}\n",
     "prog.go:3:10: syntax error: unexpected newline in argument list; possibly missing comma or "
     ")"},
    {"package p\nvar x = []int{1, 2\n}\n",
     "prog.go:2:19: syntax error: unexpected newline in composite literal; possibly missing comma "
     "or }"},
    {"package p\nfunc f() {\n\tx := 1 y := 2\n}\n",
     "prog.go:3:9: syntax error: unexpected name y at end of statement"},
    {"package p\nfunc f(a, b) {}\nfunc g(a int, b) {}\n",
     "prog.go:3:16: syntax error: missing parameter type"},
    {"package p\nfunc f(x ...int, y int) {}\n",
     "prog.go:2:10: can only use ... with final parameter"},
    {"package p\nfunc f() {\n\ta, b\n}\n",
     "prog.go:3:6: syntax error: unexpected newline, expected := or = or comma"},
    {"package p\nfunc (t T, u U) f() {}\n", "prog.go:2:17: method has multiple receivers"},
    {"package p\ntype T struct {\n\ta int,\n}\n",
     "prog.go:3:7: syntax error: unexpected comma in struct type; possibly missing semicolon or "
     "newline or }"},
    {"package p\nfunc f() {\n\tdefer (g())\n}\n",
     "prog.go:3:8: expression in defer must not be parenthesized"},
    {"package p\nvar s = a[::2]\n", "prog.go:2:12: middle index required in 3-index slice"},
    {"package p\nfunc f() {\n", "prog.go:3:1: syntax error: unexpected EOF, expected }"},
    {"package p\nfunc f() {\n\tL:\n\tvar x int\n}\n", "prog.go:3:2: label L defined and not used"},
    {"package p\nfunc f() {\n\tgoto L\n\tx := 1\nL:\n\t_ = x\n}\n",
     "prog.go:3:7: goto L jumps over declaration of x at prog.go:4:4"},
    {"package p\nfunc f() {\n\tgoto L\n\t{\n\tL:\n\t}\n}\n",
     "prog.go:3:7: goto L jumps into block starting at prog.go:4:2"},
    {"package p\nfunc f() {\n\tgoto L\n}\n", "prog.go:3:7: label L not defined"},
    {"package p\nfunc f() {\nL:\nL:\n\tgoto L\n}\n",
     "prog.go:4:1: label L already defined at prog.go:3:1"},
    {"package p\nfunc f() {\n\tbreak\n\tcontinue\n}\n",
     "prog.go:3:2: break is not in a loop, switch, or select\nprog.go:4:2: continue is not in a "
     "loop"},
    {"package p\nfunc f() {\nL:\n\tif true {\n\t\tfor {\n\t\t\tbreak L\n\t\t}\n\t}\n}\n",
     "prog.go:6:10: invalid break label L"},
    {"package p\nfunc f() {\nL:\n\tswitch {\n\tcase true:\n\t\tcontinue L\n\t}\n}\n",
     "prog.go:6:12: invalid continue label L"},
    {"package p\nfunc f() {\n\tswitch {\n\tcase true:\n\t\tfallthrough\n\t}\n}\n",
     "prog.go:5:3: cannot fallthrough final case in switch"},
    {"package p\nfunc f[T any](x T) {}\n", "prog.go:2:7: type parameters are not in minigo yet"},
    {"package p\ntype L[T any] struct{}\n", "prog.go:2:7: type parameters are not in minigo yet"},
};

INSTANTIATE_TEST_SUITE_P(Table, SyntaxErrors, testing::ValuesIn(syntaxErrors));

TEST(Errors, OnOneLineAreReportedOnce) {
  EXPECT_EQ(errors("package p\nfunc f() { x = = 1; y = = 2 }\n"),
            "prog.go:2:16: syntax error: unexpected =, expected expression");
}

TEST(Errors, StopAfterTen) {
  std::string src = "package p\n";
  for (int i = 0; i < 20; i++) src += "func f() { x = ) }\n";
  Result r = parseSource("prog.go", src);
  ASSERT_EQ(r.errors.size(), 11u);
  EXPECT_EQ(r.errors[10], "prog.go:11:16: too many errors");
}

TEST(Nesting, HasALimitInEveryDirection) {
  const std::string deep(20000, '('), brackets(20000, '['), stars(20000, '*');
  std::string braces, blocks, elses, sum = "1", calls = "f", index = "a";
  for (int i = 0; i < 20000; i++) {
    braces += "{";
    blocks += "{";
    elses += "if x {} else ";
    sum += "+1";
    calls += "()";
    index += "[0]";
  }
  for (const std::string& src :
       {"package p\nvar x = " + deep, "package p\nvar x " + brackets,
        "package p\ntype T " + stars + "T\n", "package p\nvar x = T" + braces,
        "package p\nfunc f() {" + blocks, "package p\nfunc f() {" + elses + "{}}\n",
        "package p\nvar x = " + sum + "\n", "package p\nvar x = " + calls + "\n",
        "package p\nvar x = " + index + "\n"}) {
    Result r = parseSource("prog.go", src);
    ASSERT_FALSE(r.ok()) << src.substr(0, 40);
    EXPECT_NE(r.errors.back().find("nested too deeply (more than 10000 levels)"), std::string::npos)
        << src.substr(0, 40) << ": " << r.errors.back();
  }
}

}  // namespace
}  // namespace gort::minigo

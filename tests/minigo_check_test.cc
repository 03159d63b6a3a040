// Tests of tools/minigo/check.h: programs that are wrong and what Go says about them, and programs that
// are right. What the checker finds out about those: minigo_check_facts_test.cc.
//
// The expected errors are those of Go 1.27's compiler, word for word and place for place.
#include "tools/minigo/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gort::minigo {
namespace {

std::string errors(const std::string& src) {
  Result r = checkSource("prog.go", src);
  std::string s;
  for (const std::string& e : r.errors) s += e + "\n";
  return s;
}

// A wrong program and its errors. The program starts after the first newline.
struct Wrong {
  const char* src;
  const char* want;
};

void expectErrors(const std::vector<Wrong>& cases) {
  for (const Wrong& c : cases) EXPECT_EQ(errors(c.src + 1), c.want + 1) << c.src;
}

TEST(Errors, Names) {
  expectErrors({
      {R"go(
package main

func main() {
	x = 1
	println(y, _)
}
)go",
       R"(
prog.go:4:2: undefined: x
prog.go:5:10: undefined: y
prog.go:5:13: cannot use _ as value or type
)"},
      {R"go(
package main

func main() {
	x := 1
	var y, z int
	y = 2
	_ = z
}
)go",
       R"(
prog.go:4:2: declared and not used: x
prog.go:5:6: declared and not used: y
)"},
      {R"go(
package main

func main() {
	x := 1
	x := 2
	_ = x
	a, a := 1, 2
	1 := 3
	_ := 4
}
)go",
       R"(
prog.go:5:4: no new variables on left side of :=
prog.go:7:2: declared and not used: a
prog.go:7:5: a repeated on left side of :=
prog.go:8:2: non-name 1 on left side of :=
prog.go:9:4: no new variables on left side of :=
)"},
      {R"go(
package main

func main() {
	var x int
	var x string
	_ = x
	func() { y := 1 }()
}
)go",
       R"(
prog.go:5:6: x redeclared in this block
	prog.go:4:6: other declaration of x
prog.go:7:11: declared and not used: y
)"},
      {R"go(
package main

func main() {
	{
		x := 1
	}
	if y := 2; true {
	}
	for i := 0; ; {
	}
	switch z := 1; {
	}
}
)go",
       R"(
prog.go:5:3: declared and not used: x
prog.go:7:5: declared and not used: y
prog.go:9:6: declared and not used: i
prog.go:11:9: declared and not used: z
)"},
      {R"go(
package main

var a int
var a string
func f() {}
func f() {}
type T int
const T = 1
func main() {}
)go",
       R"(
prog.go:4:5: a redeclared in this block
	prog.go:3:5: other declaration of a
prog.go:6:6: f redeclared in this block
	prog.go:5:6: other declaration of f
prog.go:8:7: T redeclared in this block
	prog.go:7:6: other declaration of T
)"},
      {R"go(
package main

var init = 1
var main = 2
func init() int { return 1 }
)go",
       R"(
prog.go:3:5: cannot declare init - must be func
prog.go:4:5: cannot declare main - must be func
prog.go:5:6: func init must have no arguments and no return values
)"},
      {R"go(
package main

func main(x int) {}
)go",
       R"(
prog.go:3:6: func main must have no arguments and no return values
)"},
      {R"go(
package main

func main() {
	type T struct{}
	var t T
	t.x = 1
	t.Foo()
	var u struct{ Name int }
	u.name = 1
	println(u.Nam)
}
)go",
       R"(
prog.go:6:4: t.x undefined (type T has no field or method x)
prog.go:7:4: t.Foo undefined (type T has no field or method Foo)
prog.go:9:4: u.name undefined (type struct{Name int} has no field or method name, but does have field Name)
prog.go:10:12: u.Nam undefined (type struct{Name int} has no field or method Nam)
)"},
      {R"go(
package main

func main() {
	int = 5
	nil := 3
	_ = nil
	true.x()
	len
	var f = len
	println
}
)go",
       R"(
prog.go:4:2: int (type) is not an expression
prog.go:7:7: true.x undefined (type untyped bool has no field or method x)
prog.go:8:2: len (built-in) must be called
prog.go:9:6: declared and not used: f
prog.go:9:10: len (built-in) must be called
prog.go:10:2: println (built-in) must be called
)"},
  });
}

TEST(Errors, Imports) {
  expectErrors({
      {R"go(
package main

import "os"
import r "runtime"
import "unsafe"

func main() {
	os := 1
	_ = os
}
)go",
       R"(
prog.go:3:8: "os" imported and not used
prog.go:4:8: "runtime" imported as r and not used
prog.go:5:8: "unsafe" imported and not used
)"},
      {R"go(
package main

import "runtime"

func main() {
	runtime.Foo()
	runtime.gosched()
	println(runtime)
	var x runtime.T
}
)go",
       R"(
prog.go:6:10: undefined: runtime.Foo
prog.go:7:10: undefined: runtime.gosched (but have Gosched)
prog.go:8:10: use of package runtime not in selector
prog.go:9:6: declared and not used: x
prog.go:9:16: undefined: runtime.T
)"},
      {R"go(
package main

import "os"
import "os"

func os() {}

func main() { os.Exit(0) }
)go",
       R"(
prog.go:4:8: os redeclared in this block
	prog.go:3:8: other declaration of os
prog.go:4:8: "os" imported and not used
prog.go:6:6: os already declared through import of package os ("os")
	prog.go:3:8: other declaration of os
)"},
      {R"go(
package main

import . "sync"
import _ "os"

var m Mutex

func main() { m.Lock(1); Mutex = 1 }
)go",
       R"(
prog.go:8:22: too many arguments in call to m.Lock
	have (number)
	want ()
prog.go:8:26: Mutex (type) is not an expression
)"},
      {R"go(
package main

import "sync"

func main() {
	var wg sync.WaitGroup
	wg.Add("x")
	wg.Done(1)
	wg.Go(func(int) {})
	var o sync.Once
	var n int = o.Do(func() {})
}
)go",
       R"(
prog.go:7:9: cannot use "x" (untyped string constant) as int value in argument to wg.Add
prog.go:8:10: too many arguments in call to wg.Done
	have (number)
	want ()
prog.go:9:8: cannot use func(int) {} (value of type func(int)) as func() value in argument to wg.Go
prog.go:11:6: declared and not used: n
prog.go:11:14: o.Do(func() {}) (no value) used as value
)"},
  });
}

TEST(Errors, Constants) {
  expectErrors({
      {R"go(
package main

func main() {
	const c int8 = 128
	var x uint = -1
	y := uint8(256)
	var f float32 = 1e40
	_, _, _ = x, y, f
}
)go",
       R"(
prog.go:4:17: cannot use 128 (untyped int constant) as int8 value in constant declaration (overflows)
prog.go:5:15: cannot use -1 (untyped int constant) as uint value in variable declaration (overflows)
prog.go:6:13: constant 256 overflows uint8
prog.go:7:18: cannot use 1e40 (untyped float constant 1e+40) as float32 value in variable declaration (overflows)
)"},
      {R"go(
package main

func main() {
	const big = 1 << 100
	var x int = big
	println(big)
	var y = big >> 98
	var f float64 = big
	_, _, _ = x, y, f
}
)go",
       R"(
prog.go:5:14: cannot use big (untyped int constant 1267650600228229401496703205376) as int value in variable declaration (overflows)
prog.go:6:10: cannot use big (untyped int constant 1267650600228229401496703205376) as int value in argument to built-in println (overflows)
)"},
      {R"go(
package main

func main() {
	const c = 10 / 0
	x := 1
	println(x / 0, x % 0, 1.0 / 0, 5.0 % 2)
	var f float64
	println(f / 0)
}
)go",
       R"(
prog.go:4:17: invalid operation: division by zero
prog.go:6:14: invalid operation: division by zero
prog.go:6:33: invalid operation: operator % not defined on 5.0 (untyped float constant 5)
)"},
      {R"go(
package main

func main() {
	var i int = 1.5
	var j int = 1.0
	var s string = 1
	var b bool = 1
	var r rune = "a"
	var by byte = 'ä' + 1000
	println(i, j, s, b, r, by)
}
)go",
       R"(
prog.go:4:14: cannot use 1.5 (untyped float constant) as int value in variable declaration (truncated)
prog.go:6:17: cannot use 1 (untyped int constant) as string value in variable declaration
prog.go:7:15: cannot use 1 (untyped int constant) as bool value in variable declaration
prog.go:8:15: cannot use "a" (untyped string constant) as rune value in variable declaration
prog.go:9:16: cannot use 'ä' + 1000 (untyped rune constant 1228) as byte value in variable declaration (overflows)
)"},
      {R"go(
package main

func main() {
	const (
		a = iota
		b
		c, d = iota, 1
		e
	)
	const f
	const x, y = 1
	println(iota)
}
)go",
       R"(
prog.go:8:3: extra init expr at prog.go:7:16
prog.go:10:8: missing init expr for f
prog.go:11:11: missing init expr for y
prog.go:12:10: cannot use iota outside constant declaration
)"},
      {R"go(
package main

func main() {
	const a = len([10]int{})
	const b = len([]int{})
	var n = 3
	const d = n
	var arr [n]int
	var arr2 [-1]int
	var arr3 [1.5]int
	var arr4 ["x"]int
	var arr5 [2.0]int
}
)go",
       R"(
prog.go:5:12: len([]int{}) (value of type int) is not constant
prog.go:7:12: n (variable of type int) is not constant
prog.go:8:6: declared and not used: arr
prog.go:8:11: invalid array length n
prog.go:9:6: declared and not used: arr2
prog.go:9:12: invalid array length -1 (untyped int constant)
prog.go:10:6: declared and not used: arr3
prog.go:10:12: array length 1.5 (untyped float constant) must be integer
prog.go:11:6: declared and not used: arr4
prog.go:11:12: array length "x" (untyped string constant) must be integer
prog.go:11:6: too many errors
)"},
      {R"go(
package main

func main() {
	const h = 1 << 600
	const i = h * h
	const j = -9223372036854775808 - 1
	var k int64 = j
	const u uint8 = ^0
	const v = uint8(1) << 8
	const w int8 = -128
	const x = -w
}
)go",
       R"(
prog.go:4:14: constant shift overflow
prog.go:7:6: declared and not used: k
prog.go:7:16: cannot use j (untyped int constant -9223372036854775809) as int64 value in variable declaration (overflows)
prog.go:8:18: cannot use ^0 (untyped int constant -1) as uint8 value in constant declaration (overflows)
prog.go:9:12: uint8(1) << 8 (constant 256 of type uint8) overflows uint8
prog.go:11:12: -w (constant 128 of type int8) overflows int8
)"},
      {R"go(
package main

func main() {
	s := uint(3)
	var a float64 = 1 << s
	var b = 1.0 << s
	var c int = 1.0 << s
	var d = "a" << s
	var e = 1 << -1
	var f = 1 << 1.5
	var g = 1 << "x"
	var h int8 = 1 << 8
	var i = 1 << 5000
	_ = uint8(1 << s) == 2 << s
	var j = make([]int, 1.0<<s)
	var k int32 = 1<<s + 1.5
}
)go",
       R"(
prog.go:5:6: declared and not used: a
prog.go:5:18: invalid operation: shifted operand 1 (type float64) must be integer
prog.go:6:10: invalid operation: shifted operand 1.0 (type float64) must be integer
prog.go:8:10: invalid operation: shifted operand "a" (untyped string constant) must be integer
prog.go:9:15: invalid operation: negative shift count -1 (untyped int constant)
prog.go:10:15: 1.5 (untyped float constant) truncated to uint
prog.go:11:15: cannot convert "x" (untyped string constant) to type uint
prog.go:12:15: cannot use 1 << 8 (untyped int constant 256) as int8 value in variable declaration (overflows)
prog.go:13:15: invalid operation: invalid shift count 5000 (untyped int constant)
prog.go:16:23: 1.5 (untyped float constant) truncated to int32
prog.go:5:6: too many errors
)"},
      {R"go(
package main

func main() {
	const c = 'a' + 1
	var r byte = c
	const d = "abc"[1]
	const e = "abc" + "def"
	var x = e[10]
	const g bool = 1 < 2
	const h = "a" < 1
	const m = 'a' == 97.0
	_, _ = r, x
}
)go",
       R"(
prog.go:6:12: "abc"[1] (value of type byte) is not constant
prog.go:8:12: invalid argument: index 10 out of bounds [0:6]
prog.go:10:18: invalid operation: "a" < 1 (mismatched types untyped string and untyped int)
)"},
      {R"go(
package main

func main() {
	println(0x1p-2, 08, 1_0_, 0b2)
}
)go",
       R"(
prog.go:4:19: invalid digit '8' in octal literal
prog.go:4:25: '_' must separate successive digits
prog.go:4:30: invalid digit '2' in binary literal
)"},
      {R"go(
package main

const a = b
const b = a
const c int = "x"
const d = f()

func f() int { return 1 }
func main() {}
)go",
       R"(
prog.go:3:7: initialization cycle for a
	prog.go:3:7: a refers to b
	prog.go:4:7: b refers to a
prog.go:5:15: cannot use "x" (untyped string constant) as int value in constant declaration
prog.go:6:11: f() (value of type int) is not constant
)"},
  });
}

TEST(Errors, Operators) {
  expectErrors({
      {R"go(
package main

func main() {
	var a int
	var b int64
	var s string
	var p *int
	println(a+b, a+s, s+1, a+1.5, s-s, !a, -s, ^1.5, p+p, p == 1, p == nil, nil == nil)
	a = b
	s = a
	a += "x"
	a += 1.5
	s += 1
	s++
}
)go",
       R"(
prog.go:8:10: invalid operation: a + b (mismatched types int and int64)
prog.go:8:15: invalid operation: a + s (mismatched types int and string)
prog.go:8:20: invalid operation: s + 1 (mismatched types string and untyped int)
prog.go:8:27: 1.5 (untyped float constant) truncated to int
prog.go:8:32: invalid operation: operator - not defined on s (variable of type string)
prog.go:8:38: invalid operation: operator ! not defined on a (variable of type int)
prog.go:8:42: invalid operation: operator - not defined on s (variable of type string)
prog.go:8:46: invalid operation: operator ^ not defined on 1.5 (untyped float constant)
prog.go:8:51: invalid operation: operator + not defined on p (variable of type *int)
prog.go:8:61: invalid operation: p == 1 (mismatched types *int and untyped int)
prog.go:8:61: too many errors
)"},
      {R"go(
package main

func main() {
	var x []int
	var f func()
	var c chan int
	var t struct{ x []int }
	var arr [2]func()
	println(x == x, f == f, x == nil, c == c, t == t, arr == arr, x < x, c < c)
}
)go",
       R"(
prog.go:9:10: invalid operation: x == x (slice can only be compared to nil)
prog.go:9:18: invalid operation: f == f (func can only be compared to nil)
prog.go:9:44: invalid operation: t == t (struct containing []int cannot be compared)
prog.go:9:52: invalid operation: arr == arr ([2]func() cannot be compared)
prog.go:9:64: invalid operation: x < x (operator < not defined on slice)
prog.go:9:71: invalid operation: c < c (operator < not defined on chan)
)"},
      {R"go(
package main

func main() {
	type A int
	type B int
	var a A
	var b B
	var s struct{}
	var q *A
	_ = a == b
	_ = a + b
	_ = s < s
	_ = q == &b
	_ = true + false
	_ = true && 1
	_ = "a" && "b"
	_ = 1 & 1.0
	_ = 1.5 & 1
	_ = 5 % 2.0
}
)go",
       R"(
prog.go:10:11: invalid operation: a == b (mismatched types A and B)
prog.go:11:6: invalid operation: a + b (mismatched types A and B)
prog.go:12:6: invalid operation: s < s (operator < not defined on struct)
prog.go:13:11: invalid operation: q == &b (mismatched types *A and *B)
prog.go:14:6: invalid operation: operator + not defined on true (untyped bool constant)
prog.go:15:6: invalid operation: true && 1 (mismatched types untyped bool and untyped int)
prog.go:16:6: invalid operation: operator && not defined on "a" (untyped string constant)
prog.go:17:6: invalid operation: operator & not defined on 1 (untyped float constant)
prog.go:18:6: invalid operation: operator & not defined on 1.5 (untyped float constant)
prog.go:19:6: invalid operation: operator % not defined on 5 (untyped float constant)
prog.go:19:6: too many errors
)"},
      {R"go(
package main

func main() {
	x := 1
	x
	x == 1
	-x
	f := func() int { return 1 }
	f
	f()
	"abc"
	len("abc")
	append([]int{})
	int(x)
	<-make(chan int)
	int
	(f())
	*&x
}
)go",
       R"(
prog.go:5:2: x (variable of type int) is not used
prog.go:6:2: x == 1 (untyped bool value) is not used
prog.go:7:2: -x (value of type int) is not used
prog.go:9:2: f (variable of type func() int) is not used
prog.go:11:2: "abc" (untyped string constant) is not used
prog.go:12:2: len("abc") (constant 3 of type int) is not used
prog.go:13:2: append([]int{}) (value of type []int) is not used
prog.go:14:2: int(x) (value of type int) is not used
prog.go:16:2: int (type) is not an expression
prog.go:18:2: *&x (variable of type int) is not used
prog.go:18:2: too many errors
)"},
      {R"go(
package main

type T struct{ x int }
func f() int { return 1 }
func m() T { return T{} }

func main() {
	&1
	_ = &f()
	_ = &"x"
	_ = &m().x
	x := 5
	*x = 1
	_ = **&x
	_ = &x.y
	_ = &[]int{1}[0]
	_ = &[1]int{1}[0]
}
)go",
       R"(
prog.go:8:3: invalid operation: cannot take address of 1 (untyped int constant)
prog.go:9:7: invalid operation: cannot take address of f() (value of type int)
prog.go:10:7: invalid operation: cannot take address of "x" (untyped string constant)
prog.go:11:7: invalid operation: cannot take address of m().x (value of type int)
prog.go:13:3: invalid operation: cannot indirect x (variable of type int)
prog.go:14:7: invalid operation: cannot indirect *&x (variable of type int)
prog.go:15:9: x.y undefined (type int has no field or method y)
prog.go:17:7: invalid operation: cannot take address of [1]int{…}[0] (value of type int)
)"},
      {R"go(
package main

func main() {
	var c chan int
	var s chan<- int
	var r <-chan int
	x := 1
	<-s
	r <- 1
	c <- "x"
	x <- 1
	<-x
	close(r)
	close(x)
	s = c
	r = c
	c = s
	for range s {
	}
	v, ok := <-c
	v, ok := <-r, 1
}
)go",
       R"(
prog.go:8:4: invalid operation: cannot receive from send-only channel chan<- int s (variable of type chan<- int)
prog.go:9:2: invalid operation: cannot send to receive-only channel <-chan int r (variable of type <-chan int)
prog.go:10:7: cannot use "x" (untyped string constant) as int value in send
prog.go:11:2: invalid operation: cannot send to non-channel int x (variable of type int)
prog.go:12:4: invalid operation: cannot receive from non-channel int x (variable of type int)
prog.go:13:8: invalid operation: cannot close receive-only channel r (variable of type <-chan int)
prog.go:14:8: invalid operation: cannot close non-channel x (variable of type int)
prog.go:17:6: cannot use s (variable of type chan<- int) as chan int value in assignment
prog.go:18:12: cannot range over s (variable of type chan<- int): receive from send-only channel chan<- int
prog.go:21:16: cannot use 1 (untyped int constant) as bool value in multiple assignment
prog.go:21:16: too many errors
)"},
  });
}

TEST(Errors, Assignments) {
  expectErrors({
      {R"go(
package main

func f() (int, string) { return 1, "" }
func g() (int, int, int) { return 1, 2, 3 }
func n() {}

func main() {
	a, b := 1
	a, b = 1, 2, 3
	var c, d int = 1
	a, b = f()
	a = g()
	var e, h = g(), 1
	a, b = g()
	x := n()
	var y = n()
	_ = n()
	return 1
}
)go",
       R"(
prog.go:8:2: declared and not used: a
prog.go:8:10: assignment mismatch: 2 variables but 1 value
prog.go:10:17: assignment mismatch: 2 variables but 1 value
prog.go:12:6: assignment mismatch: 1 variable but g returns 3 values
prog.go:13:13: multiple-value g() (value of type (int, int, int)) in single-value context
prog.go:14:9: assignment mismatch: 2 variables but g returns 3 values
prog.go:15:7: n() (no value) used as value
prog.go:16:10: n() (no value) used as value
prog.go:17:6: n() (no value) used as value
prog.go:18:9: too many return values
	have (number)
	want ()
prog.go:8:2: too many errors
)"},
      {R"go(
package main

type T struct{ x int }
func f() int { return 1 }
func m() T { return T{} }

func main() {
	f() = 1
	1 = 2
	"a"[0] = 1
	s := "abc"
	s[0] = 1
	const c = 1
	c = 2
	nil = 1
	len = 1
	_ += 1
	_ = nil
	x := nil
	var y = nil
	m().x = 1
	[2]int{}[0] = 1
	[]int{1}[0] = 1
	int = 1
}
)go",
       R"(
prog.go:8:2: cannot assign to f() (neither addressable nor a map index expression)
prog.go:9:2: cannot assign to 1 (neither addressable nor a map index expression)
prog.go:10:2: cannot assign to "a"[0] (neither addressable nor a map index expression)
prog.go:12:2: cannot assign to s[0] (neither addressable nor a map index expression)
prog.go:14:2: cannot assign to c (neither addressable nor a map index expression)
prog.go:15:2: cannot assign to nil (neither addressable nor a map index expression)
prog.go:16:2: len (built-in) must be called
prog.go:17:2: cannot use _ as value or type
prog.go:18:6: use of untyped nil in assignment to _ identifier
prog.go:19:7: use of untyped nil in assignment
prog.go:19:7: too many errors
)"},
      {R"go(
package main

func main() {
	var i int
	var f float64
	var p *int
	var q *float64
	i = f
	f = i
	p = q
	p = &f
	p = i
	i = p
	var a [2]int
	var b [3]int
	a = b
	var s []int
	s = a
	s = a[:]
	var fn func(int)
	fn = func(string) {}
	fn = func(x int) int { return 1 }
}
)go",
       R"(
prog.go:8:6: cannot use f (variable of type float64) as int value in assignment
prog.go:9:6: cannot use i (variable of type int) as float64 value in assignment
prog.go:10:6: cannot use q (variable of type *float64) as *int value in assignment
prog.go:11:6: cannot use &f (value of type *float64) as *int value in assignment
prog.go:12:6: cannot use i (variable of type int) as *int value in assignment
prog.go:13:6: cannot use p (variable of type *int) as int value in assignment
prog.go:16:6: cannot use b (variable of type [3]int) as [2]int value in assignment
prog.go:18:6: cannot use a (variable of type [2]int) as []int value in assignment
prog.go:21:7: cannot use func(string) {} (value of type func(string)) as func(int) value in assignment
prog.go:22:7: cannot use func(x int) int {…} (value of type func(x int) int) as func(int) value in assignment
prog.go:22:7: too many errors
)"},
      {R"go(
package main

func main() {
	type MyInt int
	type S struct{ x int }
	var m MyInt = 5
	var i int = m
	i = int(m)
	m = i
	var s S = struct{ x int }{1}
	var t struct{ x int } = s
	var u struct{ y int } = s
	var v *struct{ x int } = &s
	type P *int
	var p P = &i
	var q *int = p
	_, _, _, _, _ = t, u, v, p, q
}
)go",
       R"(
prog.go:7:14: cannot use m (variable of int type MyInt) as int value in variable declaration
prog.go:9:6: cannot use i (variable of type int) as MyInt value in assignment
prog.go:12:26: cannot use s (variable of struct type S) as struct{y int} value in variable declaration
prog.go:13:27: cannot use &s (value of type *S) as *struct{x int} value in variable declaration
)"},
  });
}

TEST(Errors, Functions) {
  expectErrors({
      {R"go(
package main

func a() int {}
func b() int { for { break } }
func c(x int) int {
	if x > 0 {
		return 1
	}
}
func d(x int) int {
	switch {
	case x > 1:
		return 1
	default:
		panic(1)
	}
}
func e() int {
L:
	for {
		for {
			break L
		}
	}
}
func f() int { select {} }
func g() int { goto L; L: return 1 }
func h() (x int) { return }
func i() (x int) { { x := 1; return } }
func main() { _ = func() int {} }
)go",
       R"(
prog.go:3:15: missing return
prog.go:4:30: missing return
prog.go:9:1: missing return
prog.go:25:1: missing return
prog.go:29:22: declared and not used: x
prog.go:29:30: result parameter x not in scope at return
	prog.go:29:22: inner declaration of var x int
prog.go:30:31: missing return
)"},
      {R"go(
package main

func f(a, b int) {}
func g(a int, r ...string) {}
func two() (int, int) { return 1, 2 }
func n() {}

func main() {
	f()
	f(1)
	f(1, 2, 3)
	f(1, "x")
	f("x", 1)
	g(1)
	g(1, "a", "b")
	g(1, 2)
	g(1, []string{}...)
	g(1, "a", []string{}...)
	f([]int{1, 2}...)
	f(two())
	g(two())
	g(two()...)
	x := 1
	x()
	(func() {})(1)
	println(n(), two())
}
)go",
       R"(
prog.go:9:2: not enough arguments in call to f
	have ()
	want (int, int)
prog.go:10:4: not enough arguments in call to f
	have (number)
	want (int, int)
prog.go:11:10: too many arguments in call to f
	have (number, number, number)
	want (int, int)
prog.go:12:7: cannot use "x" (untyped string constant) as int value in argument to f
prog.go:13:4: cannot use "x" (untyped string constant) as int value in argument to f
prog.go:16:7: cannot use 2 (untyped int constant) as string value in argument to g
prog.go:18:12: too many arguments in call to g
	have (number, string, []string...)
	want (int, ...string)
prog.go:19:2: cannot use ... in call to non-variadic f
prog.go:21:4: cannot use two() (value of type int) as string value in argument to g
prog.go:22:2: cannot use ... with 2-valued two()
prog.go:22:2: too many errors
)"},
      {R"go(
package main

func a() { return 1 }
func b() int { return }
func c() int { return 1, 2 }
func d() (int, string) { return 1 }
func e() (int, string) { return "a", 1 }
func f() (int, string) { return d() }
func g() int { return d() }
func h() int { return "x" }
func i() (a, b int) { return 1 }
func main() {}
)go",
       R"(
prog.go:3:19: too many return values
	have (number)
	want ()
prog.go:4:16: not enough return values
	have ()
	want (int)
prog.go:5:26: too many return values
	have (number, number)
	want (int)
prog.go:6:33: not enough return values
	have (number)
	want (int, string)
prog.go:7:33: cannot use "a" (untyped string constant) as int value in return statement
prog.go:7:38: cannot use 1 (untyped int constant) as string value in return statement
prog.go:9:23: too many return values
	have (int, string)
	want (int)
prog.go:10:23: cannot use "x" (untyped string constant) as int value in return statement
prog.go:11:30: not enough return values
	have (number)
	want (int, int)
)"},
      {R"go(
package main

func f(a int, a string) {}
func g(a int) (a string) { return }
func (t T) m(t int) {}
func h(x undefined, y [n]int) {}
func v(x ...int, y int) {}
type T int
func main() {}
)go",
       R"(
prog.go:3:15: a redeclared in this block
	prog.go:3:8: other declaration of a
prog.go:4:16: a redeclared in this block
	prog.go:4:8: other declaration of a
prog.go:4:28: result parameter a not in scope at return
	prog.go:4:8: inner declaration of var a string
prog.go:5:14: t redeclared in this block
	prog.go:5:7: other declaration of t
prog.go:6:10: undefined: undefined
prog.go:6:24: undefined array length n or missing type constraint
prog.go:7:10: can only use ... with final parameter
)"},
      {R"go(
package main

func f() {}

func main() {
	go f
	go f()
	go int(1)
	go len("x")
	go func() {}
	go (f())
	go println(1)
	go append([]int{}, 1)
	go 1
}
)go",
       R"(
prog.go:6:5: expression in go must be function call
prog.go:8:5: go requires function call, not conversion int(1) (constant 1 of type int)
prog.go:9:5: go discards result of len("x") (constant 1 of type int)
prog.go:10:5: expression in go must be function call
prog.go:11:5: expression in go must not be parenthesized
prog.go:13:5: go discards result of append([]int{}, 1) (value of type []int)
prog.go:14:5: expression in go must be function call
)"},
  });
}

TEST(Errors, Methods) {
  expectErrors({
      {R"go(
package main

type T struct{ x int }

func (t T) a()      {}
func (t T) a()      {}
func (t *T) x()     {}
func (t **T) c()    {}
func (t int) d()    {}
func (t []T) e()    {}
func (t Undef) f()  {}
func (t *P) g()     {}
func (P) h()        {}
func (t T) _()      {}

type P *T

func main() {}
)go",
       R"(
prog.go:6:12: method T.a already declared at prog.go:5:12
prog.go:7:13: field and method with the same name x
	prog.go:3:16: other declaration of x
prog.go:8:10: invalid receiver type **T
prog.go:9:9: cannot define new methods on non-local type int
prog.go:10:9: invalid receiver type []T
prog.go:11:9: undefined: Undef
prog.go:12:10: invalid receiver type P (pointer or interface type)
prog.go:13:7: invalid receiver type P (pointer or interface type)
)"},
      {R"go(
package main

type T struct{ x int }

func (T) v()  {}
func (*T) p() {}

func main() {
	var t T
	t.v()
	t.p()
	T{}.v()
	T{}.p()
	(&T{}).p()
	T.v(t)
	T.p(&t)
	(*T).p(&t)
	(*T).v(&t)
	f := t.v
	f(1)
	var g func(T) = T.v
	var h func(*T) = T.v
	t.v = nil
	var pp **T
	pp.v()
	T.x()
	T.y()
}
)go",
       R"(
prog.go:13:6: cannot call pointer method p on T
prog.go:16:4: invalid method expression T.p (needs pointer receiver (*T).p)
prog.go:20:4: too many arguments in call to f
	have (number)
	want ()
prog.go:21:6: declared and not used: g
prog.go:22:6: declared and not used: h
prog.go:22:19: cannot use T.v (value of type func(T)) as func(*T) value in variable declaration
prog.go:23:2: cannot assign to t.v (neither addressable nor a map index expression)
prog.go:25:5: pp.v undefined (type **T has no field or method v)
prog.go:26:2: operand for field selector x must be value of type T
prog.go:27:4: T.y undefined (type T has no field or method y)
prog.go:22:6: too many errors
)"},
      {R"go(
package main

type A struct{ x, z int }
type B struct{ y, z int }
type O struct {
	A
	*B
}
type Q O

func (A) a()  {}
func (*B) b() {}

func main() {
	var o O
	o.a()
	o.b()
	println(o.x, o.y, o.z)
	var q Q
	q.a()
	_ = O{x: 1}
	_ = O{A: A{1}, B: &B{}}
	o.c()
}
)go",
       R"(
prog.go:18:22: ambiguous selector o.z
prog.go:22:14: too few values in struct literal of type A
prog.go:23:4: o.c undefined (type O has no field or method c)
)"},
  });
}

TEST(Errors, Types) {
  expectErrors({
      {R"go(
package main

type A A
type B struct{ b B }
type C struct{ c *C }
type D [2]D
type E []E
type F func(F) F
type G struct{ h H }
type H struct{ g G }
type I J
type J I
type K = K
type L = []L
type M chan M
func main() {}
)go",
       R"(
prog.go:3:6: invalid recursive type: A refers to itself
prog.go:4:6: invalid recursive type: B refers to itself
prog.go:6:6: invalid recursive type: D refers to itself
prog.go:9:6: invalid recursive type G
	prog.go:9:6: G refers to H
	prog.go:10:6: H refers to G
prog.go:11:6: invalid recursive type I
	prog.go:11:6: I refers to J
	prog.go:12:6: J refers to I
prog.go:13:6: invalid recursive type: K refers to itself
prog.go:14:6: invalid recursive type: L refers to itself
)"},
      {R"go(
package main

func main() {
	type T struct {
		a int
		a string
		T2
		*T3
	}
	type T2 struct{}
	type T3 struct{}
	var x T
	var y Undefined
	var z x
	var w main
	var v [len(x)]int
	var u [...]int
	var s 5
	var q *nil
}
)go",
       R"(
prog.go:18:8: syntax error: unexpected literal 5, expected type
)"},
      {R"go(
package main

func main() {
	type L struct {
		next *L
		val  int
	}
	var l L
	l.next.next = &L{&L{}, 1}
	type A = int
	var a A = "x"
	type F = func(A) L
	var f F = 1
	type E struct {
		int
		*string
		[]int
	}
}
)go",
       R"(
prog.go:17:3: syntax error: unexpected [, expected field name or embedded type
)"},
      {R"go(
package main

import "unsafe"

type P *int
type Q *int

func main() {
	var x struct {
		*P
		**int
		Q
		unsafe.Pointer
	}
	_ = x
}
)go",
       R"(
prog.go:11:4: syntax error: unexpected *, expected name
)"},
  });
}

TEST(Errors, Literals) {
  expectErrors({
      {R"go(
package main

type T struct {
	a int
	b string
}

func main() {
	_ = T{1, 2}
	_ = T{1}
	_ = T{1, "a", 3}
	_ = T{a: 1, 2}
	_ = T{a: 1, a: 2}
	_ = T{c: 1}
	_ = T{a: "x"}
	_ = T{A: 1}
	_ = T{}
	_ = int{}
	_ = {1}
	_ = &T{b: 1}
	_ = (T){}
	_ = []T{{1, "a"}, {a: 2}, {1}}
}
)go",
       R"(
prog.go:19:6: syntax error: unexpected {, expected expression
prog.go:20:2: syntax error: non-declaration statement outside function body
)"},
      {R"go(
package main

type T struct{ a int }

func main() {
	_ = [2]int{1, 2, 3}
	_ = [...]int{5: 1, 2}
	_ = []int{0: 1, 0: 2}
	_ = []int{"a"}
	_ = []int{-1: 1}
	_ = []int{x: 1}
	_ = [2]int{5: 1}
	_ = []*T{{1}, &T{2}, {"a"}}
	_ = [][]int{{1}, {"x"}}
	_ = [2][2]int{{1, 2, 3}}
	x := 1
	_ = []int{1.0: 1, 'b': 2, 1.5: 3}
	_ = []string{1: "a"}[5]
}
)go",
       R"(
prog.go:6:19: index 2 is out of bounds (>= 2)
prog.go:8:18: duplicate index 0 in array or slice literal
prog.go:9:12: cannot use "a" (untyped string constant) as int value in array or slice literal
prog.go:10:12: invalid argument: index -1 (constant of type int) must not be negative
prog.go:11:12: undefined: x
prog.go:12:13: invalid argument: index 5 out of bounds [0:2]
prog.go:13:24: cannot use "a" (untyped string constant) as int value in struct literal
prog.go:14:20: cannot use "x" (untyped string constant) as int value in array or slice literal
prog.go:15:23: index 2 is out of bounds (>= 2)
prog.go:17:28: 1.5 (untyped float constant) truncated to int
prog.go:17:28: too many errors
)"},
  });
}

TEST(Errors, IndexAndSlice) {
  expectErrors({
      {R"go(
package main

func f() [2]int { return [2]int{} }

func main() {
	s := []int{1}
	a := [3]int{}
	str := "abc"
	x := 1.0
	_ = s["a"]
	_ = s[-1]
	_ = s[1.0]
	_ = s[1.5]
	_ = s[x]
	_ = a[3]
	_ = a[5:]
	_ = a[2:1]
	_ = "abc"[5]
	_ = str[0:1:2]
	_ = s[1:2:1]
	_ = (&a)[4]
	_ = 5[0]
	_ = s[0][0]
	_ = f()[:]
	_ = s[1<<70]
	_ = a[:][0]
	p := &s
	_ = p[0]
}
)go",
       R"(
prog.go:10:8: cannot convert "a" (untyped string constant) to type int
prog.go:11:8: invalid argument: index -1 (constant of type int) must not be negative
prog.go:13:8: 1.5 (untyped float constant) truncated to int
prog.go:14:8: invalid argument: index x (variable of type float64) must be integer
prog.go:15:8: invalid argument: index 3 out of bounds [0:3]
prog.go:16:8: invalid argument: index 5 out of bounds [0:4]
prog.go:17:10: invalid slice indices: 1 < 2
prog.go:18:12: invalid argument: index 5 out of bounds [0:3]
prog.go:19:14: invalid operation: 3-index slice of string
prog.go:20:12: invalid slice indices: 1 < 2
prog.go:20:12: too many errors
)"},
  });
}

TEST(Errors, BuiltInFunctions) {
  expectErrors({
      {R"go(
package main

func main() {
	var s []int
	var str string
	append(s, 1)
	s = append(s, "a")
	s = append(1, 2)
	s = append(s, s)
	s = append(s, s...)
	_ = append([]byte{}, str...)
	_ = append([]byte{}, "a"...)
	_ = append([]int{}, str...)
	_ = append()
	_ = append(nil, 1)
	_ = append(s...)
	_ = append(s, 1, s...)
}
)go",
       R"(
prog.go:6:2: append(s, 1) (value of type []int) is not used
prog.go:7:16: cannot use "a" (untyped string constant) as int value in argument to append
prog.go:8:13: invalid append: argument must be a slice; have 1 (untyped int constant)
prog.go:9:16: cannot use s (variable of type []int) as int value in argument to append
prog.go:13:22: cannot use str (variable of type string) as []int value in argument to append
prog.go:14:6: invalid operation: not enough arguments for append() (expected 1, found 0)
prog.go:15:13: invalid append: argument must be a slice; have untyped nil
prog.go:16:13: not enough arguments in call to append
	have ([]int...)
	want ([]int, ...int)
prog.go:17:19: too many arguments in call to append
	have ([]int, number, []int...)
	want ([]int, ...int)
)"},
      {R"go(
package main

func main() {
	_ = len(1)
	_ = len()
	_ = len("a", "b")
	_ = cap("a")
	_ = cap([3]int{})
	copy(1, 2)
	copy([]int{}, []string{})
	copy([]byte{}, "x")
	copy([]int{}, "x")
	_ = make(int)
	_ = make([]int)
	_ = make([]int, -1)
	_ = make([]int, 5, 2)
	_ = make([]int, "a")
	_ = make(chan int, 1.5)
	_ = make(chan int, 1, 2)
	_ = make()
	_ = new()
}
)go",
       R"(
prog.go:4:10: invalid argument: 1 (untyped int constant) for built-in len
prog.go:5:6: invalid operation: not enough arguments for len() (expected 1, found 0)
prog.go:6:6: invalid operation: too many arguments for len("a", "b") (expected 1, found 2)
prog.go:7:10: invalid argument: "a" (untyped string constant) for built-in cap
prog.go:9:7: invalid copy: argument must be a slice; have 1 (untyped int constant)
prog.go:10:7: invalid copy: arguments []int{} (value of type []int) and []string{} (value of type []string) have different element types int and string
prog.go:12:7: invalid copy: arguments []int{} (value of type []int) and "x" (untyped string constant) have different element types int and byte
prog.go:13:11: invalid argument: cannot make int: type must be slice, map, or channel
prog.go:14:6: invalid operation: make([]int) expects 2 or 3 arguments; found 1
prog.go:15:18: invalid argument: index -1 (constant of type int) must not be negative
prog.go:15:18: too many errors
)"},
      {R"go(
package main

func main() {
	_ = min()
	_ = min(1, "a")
	_ = max(1, 2.5)
	var i int
	var f float64
	_ = min(i, f)
	_ = min(i, 2.5)
	_ = max([]int{})
	clear(1)
	clear([]int{})
	panic()
	panic(1, 2)
	print(nil)
	println(int)
	_ = println()
	_ = new(1, 2)
	_ = *new(int) + "a"
	close()
	recover(1)
}
)go",
       R"(
prog.go:4:6: invalid operation: not enough arguments for min() (expected 1, found 0)
prog.go:5:13: invalid argument: mismatched types untyped int (previous argument) and untyped string (type of "a")
prog.go:9:13: invalid argument: mismatched types int (previous argument) and float64 (type of f)
prog.go:10:13: 2.5 (untyped float constant) truncated to int
prog.go:11:10: invalid argument: []int{} (value of type []int) cannot be ordered
prog.go:12:8: invalid argument: cannot clear 1 (untyped int constant): argument must be (or constrained by) map or slice
prog.go:14:2: invalid operation: not enough arguments for panic() (expected 1, found 0)
prog.go:15:2: invalid operation: too many arguments for panic(1, 2) (expected 1, found 2)
prog.go:16:8: use of untyped nil in argument to built-in print
prog.go:17:10: int (type) is not an expression
prog.go:17:10: too many errors
)"},
      {R"go(
package main

import "unsafe"

type T struct {
	a int8
	b int64
	c int8
}

func main() {
	_ = unsafe.Sizeof(int32(1)) + 0.5
	var x [unsafe.Sizeof(T{}) - 24]int
	_ = unsafe.Offsetof(T{})
	_ = unsafe.Offsetof(T{}.b)
	var p *int = unsafe.Pointer(nil)
	var q = (*int)(unsafe.Pointer(uintptr(5)))
	_ = unsafe.Pointer(5)
	_, _ = p, q
	_ = unsafe.Foo
}
)go",
       R"(
prog.go:12:32: 0.5 (untyped float constant) truncated to uintptr
prog.go:13:6: declared and not used: x
prog.go:14:22: invalid argument: T{} is not a selector expression
prog.go:16:15: cannot use unsafe.Pointer(nil) (value of type unsafe.Pointer) as *int value in variable declaration
prog.go:18:21: cannot convert 5 (untyped int constant) to type unsafe.Pointer
prog.go:20:13: undefined: unsafe.Foo
)"},
  });
}

TEST(Errors, Conversions) {
  expectErrors({
      {R"go(
package main

func main() {
	_ = int("a")
	_ = string(1.5)
	_ = string(65)
	_ = []byte("abc")
	_ = []rune(5)
	_ = float32("x")
	_ = bool(1)
	_ = int(1.5)
	_ = int8(200)
	var f = 1.5
	_ = int8(f)
	_ = string(f)
	_ = []int("abc")
	_ = int(1, 2)
	_ = int()
	_ = (*int)(5)
	_ = [2]int([]int{1, 2})
	_ = [2]string([]int{1})
	_ = func()(nil)
	_ = (func())(1)
	_ = uint(-1)
	_ = chan int(nil)
}
)go",
       R"(
prog.go:4:10: cannot convert "a" (untyped string constant) to type int
prog.go:5:13: cannot convert 1.5 (untyped float constant) to type string
prog.go:8:13: cannot convert 5 (untyped int constant) to type []rune
prog.go:9:14: cannot convert "x" (untyped string constant) to type float32
prog.go:10:11: cannot convert 1 (untyped int constant) to type bool
prog.go:11:10: cannot convert 1.5 (untyped float constant) to type int
prog.go:12:11: constant 200 overflows int8
prog.go:15:13: cannot convert f (variable of type float64) to type string
prog.go:16:12: cannot convert "abc" (untyped string constant) to type []int
prog.go:17:13: too many arguments in conversion to int
prog.go:17:13: too many errors
)"},
  });
}

TEST(Errors, Statements) {
  expectErrors({
      {R"go(
package main

func f() {}

func main() {
	if 1 {
	}
	if x := 1; x {
	}
	for "a" {
	}
	for i := 0; i; i++ {
	}
	switch 1 {
	case "a":
	case 1, 1:
	case 2.5:
	}
	switch {
	case 1:
	case true, false:
	default:
	default:
	}
	switch x := 5; x {
	case 5:
	case 5:
	}
	switch "a" {
	case "a", "a":
	}
	switch f {
	case nil:
	}
}
)go",
       R"(
prog.go:6:5: non-boolean condition in if statement
prog.go:8:13: non-boolean condition in if statement
prog.go:10:6: non-boolean condition in for statement
prog.go:12:14: non-boolean condition in for statement
prog.go:15:7: cannot convert "a" (untyped string constant) to type int
prog.go:16:10: duplicate case 1 (constant of type int) in expression switch
	prog.go:16:7: previous case
prog.go:17:7: 2.5 (untyped float constant) truncated to int
prog.go:20:7: cannot convert 1 (untyped int constant) to type bool
prog.go:23:2: multiple defaults (first at prog.go:22:2)
prog.go:27:7: duplicate case 5 (constant of type int) in expression switch
	prog.go:26:7: previous case
prog.go:27:7: too many errors
)"},
      {R"go(
package main

func main() {
	for i := range 10 {
	}
	for i, j := range 10 {
		_ = i
	}
	for i, c := range "abc" {
		var b byte = c
		_ = i
	}
	for x := range 1.5 {
	}
	for i, v := range []string{} {
		v = i
	}
	var c chan int
	for i, j := range c {
	}
	var s string
	for s = range []int{} {
	}
	for _ = range 5 {
	}
	for range nil {
	}
	var p *[3]int
	for i, v := range p {
		_, _ = i, v
	}
	for i := range &s {
	}
	for u := range uint8(5) {
		var x int = u
	}
	for f() := range 3 {
	}
}
)go",
       R"(
prog.go:6:9: range over 10 (untyped int constant) permits only one iteration variable
prog.go:10:16: cannot use c (variable of type rune) as byte value in variable declaration
prog.go:13:17: cannot range over 1.5 (untyped float constant)
prog.go:16:7: cannot use i (variable of type int) as string value in assignment
prog.go:19:9: range over c (variable of type chan int) permits only one iteration variable
prog.go:22:6: cannot use s (value of type int) as string value in assignment
prog.go:26:12: cannot range over nil
prog.go:32:17: cannot range over &s (value of type *string)
prog.go:35:15: cannot use u (variable of type uint8) as int value in variable declaration
prog.go:37:6: invalid syntax tree: cannot declare f()
prog.go:37:6: too many errors
)"},
      {R"go(
package main

var c chan int

func f() {}

func main() {
	select {
	case x := 1:
	case <-c:
	case c <- "a":
	case v, ok := <-c:
	case f():
	default:
	default:
	}
	select {
	case <-1:
	}
}
)go",
       R"(
prog.go:9:7: select case must be send or receive (possibly with assignment)
prog.go:11:12: cannot use "a" (untyped string constant) as int value in send
prog.go:12:7: declared and not used: v
prog.go:12:10: declared and not used: ok
prog.go:13:8: select case must be send or receive (possibly with assignment)
prog.go:15:2: multiple defaults (first at prog.go:14:2)
prog.go:18:9: invalid operation: cannot receive from non-channel untyped int 1 (untyped int constant)
)"},
  });
}

TEST(Errors, PackageInitialisation) {
  expectErrors({
      {R"go(
package main

var a = b
var b = c
var c = f()
var x = x
var y, z = g()

func f() int { return a }
func g() (int, int) { return z, 1 }
func main() {}
)go",
       R"(
prog.go:3:5: initialization cycle for a
	prog.go:3:5: a refers to b
	prog.go:4:5: b refers to c
	prog.go:5:5: c refers to f
	prog.go:9:6: f refers to a
prog.go:6:5: initialization cycle: x refers to itself
prog.go:7:8: initialization cycle for z
	prog.go:7:8: z refers to g
	prog.go:10:6: g refers to z
)"},
      {R"go(
package main

var a int = "x"
var b = undefined
var c, d = 1
var e, f int = 1, 2, 3
var g
func main() {}
)go",
       R"(
prog.go:7:6: syntax error: unexpected newline, expected type
)"},
      {R"go(
package main

var (
	a = func() int { return b }
	b = a()
)
type T struct{}
func (T) m() int { return c }
var c = T{}.m()
var d = T.m(T{})
func main() {}
)go",
       R"(
prog.go:4:2: initialization cycle for a
	prog.go:4:2: a refers to b
	prog.go:5:2: b refers to a
prog.go:9:5: initialization cycle for c
	prog.go:9:5: c refers to m
	prog.go:8:10: m refers to c
)"},
  });
}

TEST(Errors, InterfacesAndTheRestOfGo) {
  expectErrors({
      {R"go(
package main

type T struct{}

func (T) m()  {}
func (*T) p() {}

func main() {
	var e error = 1
	var s interface{ m(int) } = T{}
	var i interface{} = 1
	var n int = i
	n = i.(string)
	_ = i.(undefined)
	_ = n.(int)
	switch x := i.(type) {
	case int, string:
	case int:
	case nil, nil:
	}
	switch n.(type) {
	}
	var u interface{ p() } = T{}
	_ = s.(T)
	_, _ = e, u
}
)go",
       R"(
prog.go:9:16: cannot use 1 (constant of type int) as error value in variable declaration: int does not implement error (missing method Error)
prog.go:10:30: cannot use T{} (value of struct type T) as interface{m(int)} value in variable declaration: T does not implement interface{m(int)} (wrong type for method m)
		have m()
		want m(int)
prog.go:12:14: cannot use i (variable of type interface{}) as int value in variable declaration: need type assertion
prog.go:13:6: cannot use i.(string) (comma, ok expression of type string) as int value in assignment
prog.go:14:9: undefined: undefined
prog.go:15:6: invalid operation: n (variable of type int) is not an interface
prog.go:16:9: x declared and not used
prog.go:18:7: duplicate case int in type switch
	prog.go:17:7: previous case
prog.go:19:12: duplicate case nil in type switch
	prog.go:19:7: previous case
prog.go:21:9: n (variable of type int) is not an interface
prog.go:21:9: too many errors
)"},
      {R"go(
package main

func f() {}

func main() {
	var m map[string]int
	m[1] = 2
	m["a"] = "b"
	var x map[[]int]int
	_ = map[string]int{"a": 1, "a": 2}
	_ = map[string]int{1}
	delete(m, 1)
	delete(1, 2)
	_ = &m["a"]
	v, ok := m["a"]
	m["a"].x = 1
	for k, v := range m {
	}
	defer f
	defer recover()
	defer len("a")
}
)go",
       R"(
prog.go:7:4: cannot use 1 (untyped int constant) as string value in map index
prog.go:8:11: cannot use "b" (untyped string constant) as int value in assignment
prog.go:9:12: invalid map key type []int
prog.go:10:29: duplicate key "a" in map literal
prog.go:11:21: missing key in map literal
prog.go:12:12: cannot use 1 (untyped int constant) as string value in argument to delete
prog.go:13:9: invalid argument: 1 (untyped int constant) is not a map
prog.go:14:7: invalid operation: cannot take address of m["a"] (map index expression of type int)
prog.go:16:9: m["a"].x undefined (type int has no field or method x)
prog.go:19:8: expression in defer must be function call
prog.go:19:8: too many errors
)"},
      {R"go(
package main

func main() {
	var c complex128 = 1
	c = 1 + 2i
	var f float64 = c
	_ = real(1.5)
	_ = real("a")
	_ = complex(1, "a")
	_ = c < c
	var d complex64 = c
	f = imag(c)
	const k = 5i * 5i
	var n int = k
	_, _ = d, n
}
)go",
       R"(
prog.go:6:6: declared and not used: f
prog.go:6:18: cannot use c (variable of type complex128) as float64 value in variable declaration
prog.go:8:11: invalid argument: argument has type untyped string, expected complex type
prog.go:9:14: invalid operation: complex(1, "a") (mismatched types untyped float and untyped string)
prog.go:10:6: invalid operation: c < c (operator < not defined on complex128)
prog.go:11:20: cannot use c (variable of type complex128) as complex64 value in variable declaration
)"},
  });
}
// --- Not in minigo yet ---

TEST(Refused, IsWhatTheGeneratorCannotDoYet) {
  expectErrors({
      {R"go(
package main

import "fmt"

func main() {
	fmt.Println(1)
}
)go",
       R"(
prog.go:3:8: package fmt is not in minigo yet
)"},
      {R"go(
package main

type T struct{ e error }

func f(m map[string]int, i interface{}) any { return nil }

func main() {
	defer f(nil, 1)
	_ = recover()
	x := 1i
	var c complex128
	switch f(nil, 2).(type) {
	}
	_ = f(nil, 3).(int)
	for range func(func() bool) {} {
	}
	_, _ = x, c
}
)go",
       R"(
prog.go:3:18: interfaces are not in minigo yet: error
prog.go:5:10: maps are not in minigo yet: map[string]int
prog.go:5:28: interfaces are not in minigo yet: interface{}
prog.go:5:41: interfaces are not in minigo yet: any
prog.go:8:2: defer is not in minigo yet: defer f(nil, 1)
prog.go:9:6: recover is not in minigo yet: recover()
prog.go:10:7: complex numbers are not in minigo yet: 1i
prog.go:11:8: complex numbers are not in minigo yet: complex128
prog.go:12:9: type switches are not in minigo yet: f(nil, 2).(type)
prog.go:14:6: type assertions are not in minigo yet: f(nil, 3).(int)
prog.go:14:6: too many errors
)"},
      {R"go(
package main

func main() {
	for range func(func() bool) {} {
	}
	_ = make(chan [1 << 16]byte)
	var big [1 << 50]byte
	_ = &big
}
)go",
       R"(
prog.go:4:12: range over functions is not in minigo yet: range func(func() bool) {}
prog.go:6:11: channel element type too large (>64kB)
prog.go:7:10: type [1125899906842624]byte larger than address space
)"},
  });
}

TEST(Refused, IsReportedOnlyWhenTheProgramIsCorrect) {
  EXPECT_EQ(errors("package main\n\nfunc main() {\n\tvar m map[string]int\n\tm[1] = 2\n}\n"),
            "prog.go:5:4: cannot use 1 (untyped int constant) as string value in map index\n");
}

TEST(Program, HasAMainFunctionInPackageMain) {
  EXPECT_EQ(errors("package main\n"), "prog.go: function main is undeclared in the main package\n");
  EXPECT_EQ(errors("package p\n\nfunc main() {}\n"),
            "prog.go:1:9: package p is not a main package\n");
  EXPECT_EQ(errors("package main\n\nfunc f()\n\nfunc main() {}\n"),
            "prog.go:3:6: missing function body\n");
}

TEST(Errors, StopAfterTenReports) {
  std::string src = "package main\n\nfunc main() {\n";
  for (int i = 0; i < 20; i++) src += "\tx" + std::to_string(i) + "()\n";
  Result r = checkSource("prog.go", src + "}\n");
  ASSERT_EQ(r.errors.size(), 11u);
  EXPECT_EQ(r.errors[9], "prog.go:13:2: undefined: x9");
  EXPECT_EQ(r.errors[10], "prog.go:13:2: too many errors");
}

TEST(Errors, AreReportedForDeepTreesToo) {
  std::string nested = "x";
  for (int i = 0; i < 6000; i++) nested = "f(" + nested + ")";
  EXPECT_EQ(errors("package main\n\nfunc f(int) int { return 1 }\n\nvar y = " + nested +
                   "\n\nfunc main() {}\n"),
            "prog.go:5:12009: undefined: x\n");
  // Each declaration uses the next one: their depths add up.
  std::string chain = "package main\n\n";
  for (int i = 0; i < 12000; i++) {
    chain += "var v" + std::to_string(i) + " = v" + std::to_string(i + 1) + "\n";
  }
  EXPECT_NE(errors(chain + "var v12000 = 1\n\nfunc main() {}\n").find("nested too deeply"),
            std::string::npos);
}

TEST(Errors, OfLexerAndCheckerComeTogether) {
  EXPECT_EQ(
      errors("package main\n\nfunc main() {\n\tx := '\\q'\n\ty := 09\n}\n"),
      "prog.go:4:2: declared and not used: x\nprog.go:4:9: unknown escape\n"
      "prog.go:5:2: declared and not used: y\nprog.go:5:8: invalid digit '9' in octal literal\n");
}

// --- Correct programs ---

TEST(Accepted, TheWholeLanguageOfTheFirstCut) {
  EXPECT_EQ(errors(R"go(package main

import (
	. "os"
	rt "runtime"
	"sync"
	"unsafe"
)

const (
	KB = 1 << (10 * (iota + 1))
	MB
	_
	huge = 1 << 500 >> 490
)

type (
	Celsius float64
	Point   struct{ X, Y int }
	Named   struct {
		*Point
		Inner
		name string `json:"name"`
		_    int
	}
	Inner struct{ depth int }
	Tree  struct {
		left, right *Tree
		val         int
	}
	Handler func(Handler, ...int) (n int, ok bool)
	Alias   = []Point
)

func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }
func (p *Point) Scale(f int)      { p.X *= f; p.Y *= f }
func (Celsius) unit() string      { return "C" }
func (t *Tree) insert(v int) *Tree {
	if t == nil {
		return &Tree{nil, nil, v}
	}
	switch {
	case v < t.val:
		t.left = t.left.insert(v)
	case v > t.val:
		t.right = t.right.insert(v)
	}
	return t
}

var (
	a, b   = b + 1, f()
	_, _   = g()
	table  = [...]string{2: "two", 0: "zero"}
	nested = [][]Point{{{1, 2}, {3, 4}}, {}}
	ptrs   = []*Point{{1, 2}, nil}
	anon   = struct {
		x int
		y []string
	}{1, nil}
)

func f() int                       { return 1 }
func g() (x, y int)                { x, y = y, x; return }
func variadic(pre string, xs ...int) int { return len(xs) + cap(xs) }
func init()                        {}
func init()                        { _ = KB + MB + huge }

func control(n int) (result string) {
outer:
	for i := 0; i < n; i++ {
		for j := range n {
			switch {
			case i == j:
				continue outer
			case i > 5:
				break outer
			case j == 3:
				fallthrough
			default:
				goto next
			}
		}
	next:
	}
	for i, r := range "héllo" {
		_, _ = i, r
	}
	for range 3 {
	}
	var arr [3]int
	for i := range &arr {
		arr[i]++
	}
	for i, arr[0] = range arr {
	}
	if x, y := g(); x < y {
		return "less"
	} else if x == y {
		return string(rune(x))
	}
	switch x := n; x {
	case 1, 2:
	case 3:
	}
	return
}

var i int

func values() {
	var u8 uint8 = 255
	var i64 int64 = -1 << 63
	s := uint(5)
	var w int64 = 1 << s
	var f32 float32 = 1 << 3
	x := 1.0<<s == w
	var r rune = 'x' + 1
	bs := []byte("abc")
	rs := []rune("abc")
	str := string(bs) + string(rs) + string(r) + table[0][1:] + "lit"[:2]
	bs = append(bs, str...)
	bs = append(bs[:1:2], 'a', 1.0)
	n := copy(bs, "xyz") + copy(bs, bs)
	p := &Point{Y: 1}
	p.Scale(2)
	q := Point.Add(*p, Point{}).Add(Point{1, 1})
	scale := (*Point).Scale
	scale(p, 3)
	add := q.Add
	_ = add(q) == q && anon.x == 1 && *p != q
	var arrp *[3]int
	if arrp != nil {
		arrp[1], _ = len(arrp), arrp[:]
	}
	var c Celsius = 36.6
	d := float64(c) * 1.8
	nm := Named{Point: p, Inner: Inner{1}}
	nm.X, nm.depth = 1, 2
	nm.Scale(1)
	_, _, _ = min(1, 2.5), max(n, 2, 3), new(int)
	clear(bs)
	_ = [2]int([]int{1, 2})
	_, _, _, _, _, _, _, _ = u8, i64, w, f32, x, d, variadic("a"), variadic("b", []int{1}...)
	_ = unsafe.Sizeof(p) + unsafe.Offsetof(nm.name) + unsafe.Alignof(c)
	_ = uintptr(unsafe.Pointer(p))
	var h Handler = func(h Handler, xs ...int) (int, bool) { return h(h, xs...) }
	_ = h
	type local struct{ next *local }
	var l local
	l.next = &l
	const typed uint16 = 1<<16 - 1
	_ = ^typed &^ 1 | 2 ^ 3
	_ = -7/2 == -3 && 7%-2 == 1
	print("a", 1, 2.5, true, 'x', p, nil == p)
	println()
}

func channels() {
	c := make(chan int, 10)
	var send chan<- int = c
	var recv <-chan int = c
	done := make(chan struct{})
	go func() {
		defer_ := 1
		send <- defer_
		close(done)
	}()
	select {
	case v, ok := <-recv:
		_, _ = v, ok
	case c <- f():
	case <-done:
	default:
	}
	v, ok := <-c
	_, _ = v, ok
	for v := range recv {
		_ = v
	}
	cc := make(chan (<-chan int))
	cc <- recv
	<-<-cc
	var wg sync.WaitGroup
	var mu sync.Mutex
	var once sync.Once
	wg.Add(1)
	wg.Go(func() { mu.Lock(); once.Do(values); mu.Unlock() })
	wg.Done()
	wg.Wait()
	_ = mu.TryLock()
	rt.Gosched()
	rt.LockOSThread()
	println(rt.GOMAXPROCS(0), rt.NumCPU(), rt.NumGoroutine(), rt.GOOS+rt.GOARCH)
}

func closures() func() int {
	n := 0
	var fib func(int) int
	fib = func(k int) int {
		if k < 2 {
			return k
		}
		return fib(k-1) + fib(k-2)
	}
	return func() int { n++; return fib(n) }
}

func infinite() int {
	for {
	}
}

func panics() int { panic(Point{1, 2}) }

func main() {
	_ = closures()() + len(control(3)) + infinite() + panics() + a + b
	channels()
	_, _, _ = nested, ptrs, Alias{}
	Exit(0)
}
)go"),
            "");
}

}  // namespace
}  // namespace gort::minigo

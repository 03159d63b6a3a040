// Names that mean something in C++, or that the generator uses itself.
package main

type T struct{ x int }
type U struct {
	main_T   int
	t        T
	int8     int8
	self     *U
	self_    int
	fn       func()
	go_eq    bool
	v        T
	a, b_    int
	this     int
	_        int
	class    string
	v_main_T int
}
type main_T struct{ main_T int }

type struct_ struct{ n int }
type self struct{ self int }
type string_ string

var main_x, x, t1, go_, gort, nn, at, std, NULL_ = 1, 2, 3, 4, 5, 6, 7, 8, 9
var NULL, errno, stdin, EOF, assert, unix, linux, INT_MAX, __LINE__, _Bool, __x = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

func self_(self int) func(int) int {
	self_ := self + 1
	fn := 3
	return func(self2 int) int {
		self := self2 + self_ + fn
		return func(self_, fn int) int { return self_*100 + self + fn }(1, 2)
	}
}

func (self self) main(self_ int) int { return self.self + self_ }
func t2(t1 int, t2 ...int) (t3, t4 int) {
	t3, t4 = len(t2), t1
	t3, t4 = t4, t3
	return
}
func operator(int, long int, _ int, _ int) int { return int + long }
func result() (_ int, result, _ int, arg int)  { result = 1; arg = 2; return result, arg, 5, 6 }

func morestack(n int) int {
	if n == 0 {
		return 0
	}
	return morestack(n-1) + 1
}

func label(n int) {
L_1:
	for t1 := range n {
	L_2:
		for {
			if t1 == 1 {
				continue L_1
			}
			break L_2
		}
		goto loop_1
	loop_1:
		println(t1)
	}
	switch goto_ := n; {
	case goto_ == 3:
		println("three")
		goto break_1
	}
break_1:
}

const bool_ = true

func init()        { println("init") }
func main_init()   { println("main_init") }
func main_goinit() { println("main_goinit") }
func goinit()      {}

var type0, type1, type2, str0, str1, str0_data, gc0, gc1, closuretype1, results, type1_named, type3_fields = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12

type struct_2 struct{ results int }

type é struct{ 世界 int }

func (é é) ünï(ö int) int { return é.世界 + ö }

func true_() bool {
	true := false
	nil := 5
	len := func(x string) int { return nil }
	type int32 = int
	var iota int32 = 7
	append, print, any := 1, 2, 3
	uint8 := uint8(3)
	println(true, nil, len("x"), iota, append, print, any, uint8)
	return true
}

func main() {
	println(type0, type1, str0, str0_data, gc0, closuretype1, results, type1_named, struct_2{3}.results)
	u := U{main_T: 1, t: T{2}, int8: 3, self_: 4, class: "c", this: 5, v_main_T: 6}
	u.self = &u
	u.fn = func() { println(u.main_T, u.t.x, u.self.self.self_, u.class, u.v_main_T) }
	u.fn()
	println(main_T{3}.main_T)
	println(main_x, x, t1, go_, gort, nn, at, std, NULL_)
	println(NULL, errno, stdin, EOF, assert, unix, linux, INT_MAX, __LINE__, _Bool, __x)
	println(self_(1)(2))
	println(self{1}.main(5))
	println(t2(1, 2, 3))
	println(operator(1, 2, 3, 4))
	println(result())
	println(morestack(10))
	label(3)
	main_init()
	main_goinit()
	goinit()
	println(é{1}.ünï(2))
	true_()
	var string string_ = "s"
	println(string)
	intx := 5
	int64 := float32(intx)
	println(intx, int64)
	f := self.main
	println(f(self{2}, 3))
	self := self{7}
	g := self.main
	self.self = 8
	println(g(1), self.self)
	func() {
		self := self
		self.self++
		println(self.self)
	}()
	println(self.self)
	_ = func(main_, main_main, gort, go_ int) {}
	type main_T struct{ a int }
	println(main_T{5}.a)
	main := 3
	println(main)
}

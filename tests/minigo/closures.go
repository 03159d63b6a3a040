// Closures: captured variables are shared, loop variables are new each round, func values of
// functions, methods and method expressions.
package main

func counter() (func() int, func()) {
	n := 0
	return func() int { n++; return n }, func() { n = 100 }
}

type acc struct{ sum int }

func (a *acc) add(x int) int { a.sum += x; return a.sum }
func (a acc) get(x int) int  { return a.sum * x }

type outer struct {
	name string
	*acc
}

func apply(f func(int) int, xs ...int) (r []int) {
	for _, x := range xs {
		r = append(r, f(x))
	}
	return
}

func show(xs []int) {
	for i, x := range xs {
		if i > 0 {
			print(" ")
		}
		print(x)
	}
	println()
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func double(x int) int { return 2 * x }

var global = func(x int) int { return x + 1000 }

func fib(n int) func() int {
	a, b := 0, 1
	_ = n
	return func() int {
		defer0 := a
		a, b = b, a+b
		return defer0
	}
}

func named(x int) (r int) {
	f := func() { r += x }
	f()
	f()
	return r + 1
}

func deep(x int) func() func() int {
	y := x * 2
	return func() func() int {
		z := y + 1
		x++
		return func() int { z++; x++; return x*100 + z + y }
	}
}

func main() {
	inc, reset := counter()
	inc()
	inc()
	println(inc())
	reset()
	println(inc())

	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for i, s := range []string{"a", "bb", "ccc"} {
		fs = append(fs, func() int { return i*100 + len(s) })
	}
	for range 2 {
		for _, f := range fs {
			print(f(), " ")
		}
		println()
	}
	// The body changes the loop's variable through a closure, and the loop sees it.
	for i := 0; i < 6; i++ {
		f := func() { i++ }
		f()
		print(i, " ")
		if i == 3 {
			continue
		}
		fs[0] = func() int { return i }
	}
	println(fs[0]())

	a := acc{5}
	add, get, expr, pexpr := a.add, a.get, acc.get, (*acc).add
	add(10)
	println(a.sum, get(2), expr(a, 2), pexpr(&a, 1), a.sum)
	o := outer{"o", &a}
	oadd := o.add
	oadd(4)
	println(o.sum, o.get(1), outer.get(o, 3), outer.add(o, 1), a.sum)
	show(apply(double, 1, 2, 3))
	show(apply(a.add, 1, 2, 3))
	show(apply(compose(double, global, func(x int) int { return -x }), 1, 2))
	show(apply(func(x int) int { return x * x }))
	f := fib(0)
	for range 10 {
		print(f(), " ")
	}
	println()
	println(named(4))
	g := deep(1)
	h := g()
	println(h(), h(), g()())
	var rec func(int) int
	rec = func(n int) int {
		if n == 0 {
			return 0
		}
		return n + rec(n-1)
	}
	println(rec(100))
	println(func(a, b int) int { return a*10 + b }(1, 2))
	var nilf func()
	println(nilf == nil, rec != nil)
	x := 1
	func() {
		x := x + 1
		x++
		_ = x
	}()
	{
		x := x + 5
		x, y := x+1, x
		println(x, y)
	}
	println(x)
	nilf = func() { println("called") }
	nilf()
	p := &x
	*p = 42
	println(x, *p)
	pp := &p
	**pp++
	println(x)
	arr := [3]int{1, 2, 3}
	ap := &arr
	for i := range ap {
		ap[i] *= 2
	}
	e := &arr[1]
	*e = 7
	println(arr[0], arr[1], arr[2], len(ap))
}

// Closures, recursive types, captured results and parameters.
package main

type F func(F, int) int
type Node struct {
	next *Node
	f    func() *Node
}
type L []L
type R struct{ rs []R }
type P *P
type G func() G
type C chan C
type M [2]*M
type T struct {
	a    [3]struct{ x, y int }
	f    func(int) (int, string)
	c    chan<- func() <-chan int
	s    []func(...int) int
	next *T
}

func counter() (func() int, func(int)) {
	n := 0
	return func() int { n++; return n }, func(k int) { n = k }
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func param(a int, b string, c [2]int, p *int) func() (int, string, [2]int) {
	c[0]++
	f := func() (int, string, [2]int) {
		a++
		b += "x"
		c[1]++
		*p += a
		return a, b, c
	}
	a = 10
	return f
}

func named() (r int, f func() int) {
	f = func() int { r++; return r }
	f()
	return r + 10, f
}

func inf(n int) (g G) {
	if n == 0 {
		return nil
	}
	return func() G { println("g", n); return inf(n - 1) }
}

func escape() *int {
	x := 5
	p := &x
	q := &p
	**q = 6
	return *q
}

func arrp() (*[3]int, []int) {
	var a [3]int
	s := a[1:]
	s[0] = 9
	return &a, s
}

func structp() *struct{ a, b int } {
	var s struct{ a, b int }
	p := &s.b
	*p = 3
	return &s
}

func loop() (fs []func()) {
	for i, j := 0, 10; i < j; i, j = i+1, j-1 {
		if i == 2 {
			i++
		}
		fs = append(fs, func() { print(i, ",", j, " "); i++ })
		if i%2 == 1 {
			j--
			continue
		}
		i := i * 100
		fs = append(fs, func() { print(i, "+", j, " ") })
	}
	return
}

func main() {
	a, s := counter()
	b, _ := counter()
	println(a(), a(), b(), a())
	s(100)
	println(a(), b())
	println(compose(func(x int) int { return x + 1 }, func(x int) int { return x * 2 })(5))
	n := 1
	f := param(1, "b", [2]int{1, 2}, &n)
	x, y, z := f()
	println(x, y, z[0], z[1], n)
	x, y, z = f()
	println(x, y, z[0], z[1], n)
	r, rf := named()
	println(r, rf(), rf())
	for g := inf(3); g != nil; g = g() {
	}
	println(*escape())
	ap, as := arrp()
	as[1] = 4
	println(ap[1], ap[2])
	println(structp().b)
	for range 2 {
		for _, f := range loop() {
			f()
		}
		println()
	}
	fact := F(func(self F, n int) int {
		if n < 2 {
			return 1
		}
		return n * self(self, n-1)
	})
	println(fact(fact, 10))
	l := L{nil, {}, {{}, {}}}
	println(len(l), len(l[2]), len(l[1]), l[0] == nil)
	l[0] = append(l[0], l...)
	println(len(l[0]), len(l[0][2]))
	rr := R{[]R{{}, {[]R{{}}}}}
	println(len(rr.rs[1].rs))
	var p P
	p = &p
	println(*p == p, **p == p)
	var q P = new(P)
	*q = p
	println(*q == p)
	var g G
	g = func() G { return g }
	println(g() != nil, g()() != nil)
	c := make(C, 1)
	c <- c
	println(<-c == c)
	var m M
	m[0] = &m
	m[1] = new(M)
	println(m[0][0][1] == m[1])
	t := T{f: func(n int) (int, string) { return n, "f" }}
	t.a[1].y = 5
	t.next = &t
	u, v := t.next.next.f(3)
	println(t.next.a[1].y, u, v)
	t.s = append(t.s, func(a ...int) int { return len(a) })
	println(t.s[0](1, 2, 3), t.next.s[0]())
	nd := &Node{}
	nd.f = func() *Node { return nd }
	nd.next = nd.f()
	println(nd.next.f().next == nd)
	func() {
		func() {
			func() { n += 100 }()
		}()
	}()
	println(n)
	var fs [3]func() int
	for i := range fs {
		fs[i] = func() int { return i * i }
	}
	println(fs[0](), fs[1](), fs[2]())
	sq := func(x int) int { return x * x }(5)
	println(sq)
	func(a ...string) { println(len(a)) }("x", "y")
	h := func() (a, b int) { a, b = 1, 2; return b, a }
	println(h())
	type local struct{ f func(local) local }
	var lo local
	lo.f = func(l local) local { return l }
	println(lo.f(lo).f != nil)
	{
		type local int
		var k local = 5
		println(k)
	}
	var rec func(int) int
	rec = func(n int) int {
		if n <= 1 {
			return n
		}
		return rec(n-1) + rec(n-2)
	}
	println(rec(15))
	var e1 struct{}
	var e2 [0]int
	fe := func() { _ = e1; _ = e2; e1 = struct{}{} }
	fe()
	var bigarr [1000]int
	fb := func() int { bigarr[5]++; return bigarr[5] }
	fb()
	println(fb(), bigarr[5])
	w := 0
	inc := func() int { w++; return w }
	arr := [5]int{}
	arr[inc()], arr[inc()] = inc(), inc()
	println(arr[1], arr[2], w)
	arr[w], w = 7, 0
	println(arr[4], w)
	xs := []int{1, 2, 3}
	i := 0
	i, xs[i] = 2, 10
	xs[0], xs = 50, nil
	println(i, xs == nil)
}

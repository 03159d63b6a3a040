// Order of evaluation among operands that calls change, in expressions and on both sides of assignments.
package main

import "unsafe"

type S struct {
	a, b int
	arr  [3]int
	p    *S
	m    []int
}

var gs S
var gp = &gs
var ga [4]int
var gi int

func setgi(n int) int { gi = n; return n }
func change() int     { gs.a = 100; ga[1] = 50; return 1 }
func newp() *S        { println("newp"); return &gs }
func nilp() *S        { println("nilp"); return nil }
func val() int        { println("val"); return 3 }
func arrf() [3]int    { println("arrf"); return [3]int{1, 2, 3} }
func b(s string, r bool) bool {
	print(s, " ")
	return r
}

func three() (int, int, int) { return 7, 8, 9 }

type T struct{ x, y int }

func (t T) get() T         { print("get "); return t }
func (t *T) inc() *T       { t.x++; return t }
func (t T) sum() int       { return t.x + t.y }
func use(a, b, c int)      { println(a, b, c) }
func useT(a T, b int, c T) { println(a.x, a.y, b, c.x, c.y) }
func chg(t *T) int         { t.x = 99; return 1 }
func app(s *[]int) int     { *s = append(*s, 1); (*s)[0] = 77; return len(*s) }

func main() {
	// struct copies vs calls
	t := T{1, 2}
	useT(t, chg(&t), t)
	t = T{1, 2}
	useT(t.get(), chg(&t), t)
	t.x = 1
	use(t.x, chg(&t), t.x)
	t.x = 1
	println(t.x+chg(&t)*10, t.x)
	t.x = 1
	x := [3]int{t.x, chg(&t), t.x}
	println(x[0], x[1], x[2])
	t.x = 1
	y := []T{t, {chg(&t), 0}, t}
	println(y[0].x, y[1].x, y[2].x)
	t.x = 1
	z := []*T{&t, {chg(&t), 0}}
	println(z[0].x, z[1].x)
	println(t.inc().inc().sum(), t.inc().x)
	s := []int{1, 2, 3}
	use(s[0], app(&s), s[0])
	s = []int{1, 2, 3}
	use(len(s), app(&s), len(s))
	s = []int{1, 2, 3}
	a, bb, c := len(s), app(&s), len(s)
	use(a, bb, c)
	s = []int{1, 2, 3}
	a, bb, c = s[0], app(&s), s[0]
	use(a, bb, c)
	ga = [4]int{1, 2, 3, 4}
	use(ga[1], change(), ga[1])
	gs = S{a: 1}
	q := gs
	use(gs.a, change(), q.a)
	gi = 0
	use(gi, setgi(5), gi)
	gi = 0
	ga[gi], gi = 9, 2
	println(ga[0], gi)
	ga[gi] = setgi(3)
	println(ga[2], ga[3], gi)
	gi = 1
	ga[gi] += setgi(2)
	println(ga[1], ga[2])
	gi = 1
	gs.arr[gi], gs.a, gi = setgi(2), gi, 7
	println(gs.arr[1], gs.arr[2], gs.a, gi)
	gs.m = []int{1, 2, 3}
	gs.m[1], gs.m = 50, nil
	println(gs.m == nil)
	gs.p = &S{a: 5}
	old := gs.p
	gs.p.a, gs.p = 6, nil
	println(old.a, gs.p == nil)
	newp().a = val()
	println(gs.a)
	newp().arr[val()-1] += val()
	println(gs.arr[2])
	println(arrf()[val()-1])
	a, bb, c = three()
	gs.arr[0], gs.arr[1], gs.arr[2] = three()
	println(a, bb, c, gs.arr[0], gs.arr[2])
	i := 0
	i, gs.arr[i], i = three()
	println(i, gs.arr[0])
	// logical
	if b("1", false) || b("2", true) && !b("3", false) {
		println("yes")
	}
	r := b("a", true) && b("b", true) == b("c", true) || b("d", false)
	println(r)
	use3(b("x", true) && b("y", false), b("z", true), !b("w", true) || b("v", true))
	var np *T
	if np != nil && np.x > 0 || np == nil && len(s) > 10 && s[10] > 0 {
		println("bad")
	}
	for j := 0; j < 3 && b("loop", j < 2); j++ {
	}
	println()
	// pointers
	p1, p2 := &gs.a, &gs.b
	*p1, *p2 = 1, 2
	*p1, *p2 = *p2, *p1
	println(gs.a, gs.b)
	p1, *p1 = p2, 42
	println(gs.a, gs.b, p1 == p2)
	pp := &p1
	*pp, **pp = &i, 77
	println(gs.b, i)
	// shifts and op-assign with calls
	i = 1
	i <<= setgi(3)
	i |= setgi(1)
	i -= setgi(2) * setgi(3)
	println(i)
	i += i + func() int { i = 100; return 1 }()
	println(i)
	str := "a"
	str += str + func() string { str = "z"; return "b" }()
	println(str)
	xs := []string{"x"}
	xs[0] += func() string { xs[0] = "q"; return "w" }()
	println(xs[0])
	// nested composite with effects
	type N struct {
		a [2]int
		t T
		s []T
	}
	n := N{t: T{val(), gi}, a: [2]int{setgi(9), gi}, s: []T{{setgi(4), 1}, {y: gi}}}
	println(n.t.x, n.t.y, n.a[0], n.a[1], n.s[0].x, n.s[1].y)
	println(unsafe.Sizeof(n), unsafe.Offsetof(n.t), unsafe.Alignof(n.t.x), len(n.a), cap(n.s))
	const k = len([10]int{})
	println(k, len(arrf()))
	// array value semantics in calls & returns
	ar := [3]int{1, 2, 3}
	f := func(a [3]int) [3]int { a[0] = 100; return a }
	br := f(ar)
	println(ar[0], br[0], f(f(ar))[1])
	ar, br = br, ar
	println(ar[0], br[0])
	ar[0], br = br[0], ar
	println(ar[0], br[0])
	pa := &ar
	ar2 := *pa
	pa[1] = 55
	println(ar2[1], ar[1], (*pa)[1])
	sl := ar[:]
	ar = [3]int{}
	println(sl[1])
	// copies of struct in range / assign
	st := []T{{1, 2}, {3, 4}}
	e := st[0]
	st[0].x = 9
	st[0], st[1] = st[1], st[0]
	println(e.x, st[0].x, st[1].x)
	st[0], e = e, st[0]
	println(st[0].x, e.x)
	cp := st
	cp[0].y = 1000
	println(st[0].y)
	gg, hh := gs, &gs
	hh.a = -1
	println(gg.a, gs.a, hh.a)
	*hh = S{b: 3}
	println(gs.a, gs.b)
	w := struct{ T }{T{1, 2}}
	w2 := w
	w.T.x = 5
	println(w2.x, w.x, w.sum())
	_, _ = val(), val()
	_ = arrf()
	var _ = val()
	func() { _, _, _ = three() }()
	println(nilOK())
}

func nilOK() (s string) {
	var p *S
	_ = &p
	if p == nil {
		s = "nil"
	}
	return
}
func use3(a, b, c bool) { println(a, b, c) }

// Order of evaluation: calls, receives and logical operators run from left to right, whatever
// expression they stand in; an assignment evaluates its operands before it assigns.
package main

var trace string

func t(name string, v int) int {
	trace += name
	return v
}

func b(name string, v bool) bool {
	trace += name
	return v
}

func flush(what string) {
	println(what, trace)
	trace = ""
}

func two(a, b int) (int, int) { trace += "2"; return a, b }

func sum(xs ...int) int {
	trace += "s"
	s := 0
	for _, x := range xs {
		s = s*10 + x
	}
	return s
}

type point struct{ x, y int }

func (p point) add(d int) point    { trace += "+"; return point{p.x + d, p.y + d} }
func (p *point) move(d int) *point { trace += "m"; p.x += d; return p }

func get(p *point) *point               { trace += "g"; return p }
func slice(s []int) []int               { trace += "l"; return s }
func fun(f func(int) int) func(int) int { trace += "f"; return f }

var counter int

func next() int { counter++; return counter }

func main() {
	println(t("a", 1) + t("b", 2)*t("c", 3) - t("d", 4))
	flush("arith")
	println(sum(t("a", 1), t("b", 2), sum(t("c", 3), t("d", 4)), t("e", 5)))
	flush("calls")
	arr := [3]int{t("a", 1), t("b", 2), t("c", 3)}
	println(arr[t("i", 1)], slice(arr[:])[t("j", 2)])
	flush("index")
	p := point{y: t("y", 1), x: t("x", 2)}
	println(p.x, p.y)
	flush("literal")
	println(b("a", false) && b("b", true) || b("c", true) && b("d", true))
	flush("logic")
	if x := t("x", 1); b("a", true) && (b("b", false) || t("c", 3) == sum(3)) && x == 1 {
		flush("if")
	}
	slice(arr[:])[t("i", 0)] = t("v", 9)
	flush("assign")
	get(&p).x, slice(arr[:])[t("i", 1)] = two(t("a", 5), t("b", 6))
	flush("assign2")
	println(p.x, arr[1])
	println(fun(func(x int) int { return t("in", x) })(t("arg", 3)))
	flush("func")
	println(get(&p).add(t("a", 1)).add(t("b", 2)).x, get(&p).move(t("c", 1)).move(t("d", 2)).x)
	flush("chain")
	c := make(chan int, 3)
	c <- t("s", 1)
	c <- 2
	c <- 3
	println(<-c+t("r", 10), sum(<-c, t("r", 5), <-c))
	flush("receive")

	// Operands first, then the assignments.
	i := 0
	a := []int{10, 20, 30}
	i, a[i] = 1, 99
	println(i, a[0], a[1])
	a[0], a[1], a[2] = a[2], a[0], a[1]
	println(a[0], a[1], a[2])
	q, r := &point{1, 2}, &point{3, 4}
	q.x, q, r.y = r.x, r, q.y
	println(q.x, q.y, r.y)
	x, y := 1, 2
	x, y = y, x+y
	x, y = y, x+y
	println(x, y)
	a[next()] += next() * 100
	println(a[0], a[1], a[2], counter)
	counter = 0
	a[next()]++
	println(a[1], counter)
	m := [2][2]int{{1, 2}, {3, 4}}
	m[0], m[1] = m[1], m[0]
	println(m[0][0], m[0][1], m[1][0], m[1][1])
	s := "a"
	s += s + s
	println(s + "b" + s)

	// A variable that a call changes is read after the call.
	n := 1
	inc := func() int { n *= 10; return n }
	println(n+inc(), inc()+n, n)
	var k, v int
	for k, v = range []int{5, 6, 7} {
	}
	println(k, v)
	var idx [3]int
	for idx[t("k", 1)], idx[t("v", 2)] = range []int{8, 9} {
	}
	println(idx[0], idx[1], idx[2])
	flush("range")
	switch t("tag", 2) {
	case t("1", 1), t("2", 2), t("3", 3):
		flush("switch")
	case t("4", 4):
	}
	switch {
	case b("x", false), b("y", true):
		flush("switch true")
	}
	w, z := two(1, 2)
	w, e := two(w+z, 4)
	println(w, z, e, sum(two(6, 7)))
	flush("tuple")
}

// Struct literals whose keys are fields of embedded structs.
package main

type C struct {
	c int
	s string
}

type B struct {
	b int
	C
}

type A struct {
	a int
	B
	d [2]int
}

type pointer struct {
	*B
	x int
}

type E = C

type alias struct {
	first bool
	E
}

type unnamed struct {
	A
	f func() int
}

func f(s string, n int) int {
	println(s, n)
	return n
}

func show(a A) { println(a.a, a.b, a.c, a.s, a.d[0], a.d[1]) }

var global = A{c: f("global", 7), a: 8}

func main() {
	show(global)
	show(A{a: 1, b: 2})
	show(A{a: 1, c: 3})
	show(A{s: "s", b: 2, a: 1, c: 3})
	// from left to right, whatever the order of the fields
	show(A{s: "x", d: [2]int{f("d", 1), 2}, c: f("c", 3), a: f("a", 4), b: f("b", 5)})
	// embedded structs as wholes beside promoted fields of others
	show(A{C: C{c: f("c", 6)}, b: f("b", 7)})
	p := &A{c: 9}
	p.B.C.s = "p"
	show(*p)
	for _, a := range []*A{{c: 1}, {B: B{b: 2}}} {
		show(*a)
	}
	for _, a := range [...]A{1: {s: "elem"}, 0: {a: 1}} {
		show(a)
	}
	q := pointer{x: 3, B: &B{c: 4}}
	println(q.x, q.c)
	al := alias{s: "alias", first: true}
	println(al.first, al.s, al.c)
	n := 5
	u := unnamed{f: func() int { return n + 1 }, c: n}
	println(u.f(), u.c, u.A.B.C.c)
	println(A{c: 1, b: 2} == A{B: B{2, C{c: 1}}}, A{c: 1} == A{b: 1})
	local := struct {
		C
		z int
	}{s: "local", z: 1}
	println(local.s, local.z)
}

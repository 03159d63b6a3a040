// Structs: values, embedding and promotion, methods, comparison, unnamed and empty ones.
package main

type point struct{ x, y int }

func (p point) plus(q point) point { return point{p.x + q.x, p.y + q.y} }
func (p *point) scale(k int)       { p.x *= k; p.y *= k }
func (p point) sum() int           { p.x += p.y; return p.x }

type named struct {
	name string
	point
}

type inner struct{ *named }
type outer struct {
	inner
	extra [2]point
	f     float64
}

type num int

func (n num) double() num { return n * 2 }
func (n *num) inc()       { *n++ }

type fn func(int) int

func (f fn) call(x int) int { return f(x) }

type node struct {
	next *node
	val  int
}

func (n *node) len() int {
	if n == nil {
		return 0
	}
	return 1 + n.next.len()
}

type empty struct{}

func (empty) hello() string { return "empty" }

type blank struct {
	a int8
	_ int32
	b int8
	_ string
}

type mixed struct {
	a bool
	b int64
	c uint8
	d string
	e float32
	f *int
	g [3]uint16
	h struct{ x, y int8 }
	i chan int
}

type other struct{ x, y int }

func modify(p point) { p.x = 1000 }
func make2() (p point, err string) {
	p.x = 3
	return p, "none"
}

func main() {
	p := point{1, 2}
	q := p
	q.x = 10
	modify(p)
	println(p.x, q.x, p == q, p == point{1, 2}, p.plus(q).x, p.sum(), p.x)
	p.scale(3)
	pp := &p
	pp.scale(2)
	println(p.x, pp.y, pp.sum(), (*pp).plus(*pp).y, (&q).sum())
	n := named{"n", point{5, 6}}
	n.scale(2)
	n.x++
	println(n.name, n.x, n.point.y, n.sum(), n.plus(point{1, 1}).x)
	o := outer{inner: inner{&n}, f: 2.5}
	o.scale(10)
	o.extra[1].x = 4
	o.extra[1].scale(2)
	o2 := o
	o2.extra[1].x++
	o2.y = -1
	println(o.x, n.x, n.y, o.name, o.extra[1].x, o2.extra[1].x, o.sum(), o == o2)
	var k num = 4
	k.inc()
	println(k, k.double(), num(3).double())
	println(fn(func(x int) int { return x * x }).call(5))
	var l *node
	for i := range 5 {
		l = &node{l, i}
	}
	println(l.len(), l.val, l.next.next.val)
	var e, e2 empty
	println(e == e2, e.hello(), empty{}.hello())
	b1, b2 := blank{a: 1, b: 2}, blank{a: 1, b: 2}
	println(b1 == b2, b1 == blank{a: 1})
	x := 3
	m1 := mixed{true, 2, 3, "four", 5.5, &x, [3]uint16{1, 2, 3}, struct{ x, y int8 }{1, 2}, nil}
	m2 := m1
	println(m1 == m2, m1.h.y, m1.g[2], *m1.f, m1.e)
	m2.h.y = 9
	println(m1 == m2, m1 != m2)
	anon := struct {
		x, y int
	}{7, 8}
	p = anon
	o3 := other(p)
	println(p.x, o3.y, anon == p, point(o3) == p)
	pts := []struct{ name string }{{"a"}, {"b"}}
	for _, s := range pts {
		s.name = "changed"
	}
	for i := range pts {
		pts[i].name += "!"
	}
	println(pts[0].name, pts[1].name)
	r, err := make2()
	println(r.x, err)
	arr := [2]point{{1, 2}, {3, 4}}
	for _, a := range arr {
		a.scale(100)
	}
	arr[1].scale(2)
	println(arr[0].x, arr[1].x, arr == [2]point{{1, 2}, {6, 8}})
	ptr := &arr[0]
	ptr.x = 50
	*ptr = point{ptr.y, ptr.x}
	println(arr[0].x, arr[0].y)
	type local struct{ v int }
	lo := &local{4}
	lo.v *= lo.v
	{
		type local struct{ v string }
		println(local{"shadow"}.v, lo.v)
	}
	f, g, h := new(point), new(int), &struct{ a, b int }{1, 2}
	f.x = 1
	*g += 5
	println(f.x, f.y, *g, h.b)
	var nilp *named
	println(nilp == nil, f != nil)
	func(p *point) { *p = point{9, 9} }(&n.point)
	println(n.x, n.y)
}

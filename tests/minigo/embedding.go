// Embedding, recursive types and what is promoted.
package main

// more corners: shadowed builtins and types, struct conversion ignoring tags, embedded pointer cycles,
// method on embedded via pointer, blank fields & params, variadic forwarding, init funcs, labels
type Inner struct{ v int }

func (i *Inner) Inc() *Inner { i.v++; return i }
func (i Inner) Get() int     { return i.v }

type Mid struct {
	*Inner
	name string
}
type Outer struct {
	Mid
	arr [2]Mid
}

type Tagged struct {
	A int `json:"a"`
	B string
}
type Untagged struct {
	A int
	B string
}

type Rec struct {
	kids []Rec
	m    *Rec
	f    func(Rec) *Rec
	c    chan Rec
	a    [0]*Rec
}

type X struct{ Y }
type Y struct{ Z }
type Z struct{ z int }

func (z *Z) set(n int) { z.z = n }
func (z Z) get() int   { return z.z }
func (Y) get2() string { return "y" }

type Fn func() Fn
type Slice []Slice
type Arr [2]*Arr

func (s Slice) depth() int {
	d := 0
	for _, x := range s {
		d = max(d, x.depth())
	}
	return d + 1
}

func blank(_ int, _ string, x int, _ ...float64) (_ int, _ string) { return x, "b" }
func fwd(a ...int) int                                             { return sum(a...) }
func sum(a ...int) (s int) {
	for _, x := range a {
		s += x
	}
	return
}

func main() {
	o := Outer{Mid: Mid{&Inner{1}, "m"}}
	o.Inc().Inc()
	o.arr[1].Inner = o.Inner
	o.arr[1].Inc()
	println(o.Get(), o.v, o.Mid.Inner.v, o.arr[1].Get(), o.name)
	f := o.Inc
	o.Inner = &Inner{100}
	println(f().v, o.v)
	g := Outer.Get
	h := (*Outer).Inc
	println(g(o), h(&o).v, Mid.Get(o.Mid))
	t := Tagged{1, "b"}
	u := Untagged(t)
	u.A++
	pt := (*Untagged)(&t)
	pt.B = "c"
	println(u.A, t.A, t.B, Tagged(u) == t)
	var r Rec
	r.kids = append(r.kids, Rec{}, Rec{kids: []Rec{{}}})
	r.m = &r.kids[1]
	r.f = func(x Rec) *Rec { return x.m }
	println(len(r.f(r).kids), len(r.a), len(r.kids[1].kids[0].kids))
	r.c = make(chan Rec, 1)
	r.c <- r
	println(len((<-r.c).kids))
	var x X
	x.set(5)
	(&x).Y.Z.set(x.get() + 1)
	println(x.get(), x.z, x.get2(), x.Y.Z.z)
	xs := []X{{}, {Y{Z{3}}}}
	xs[0].set(9)
	for i := range xs {
		xs[i].set(xs[i].get() * 2)
	}
	println(xs[0].z, xs[1].z)
	println(Slice{{}, {{}, {{}}}}.depth())
	var a Arr
	a[0] = &a
	println(a[0][0][0] == &a, a[1] == nil)
	n, s := blank(1, "", 7, 1, 2)
	println(n, s, fwd(), fwd(1), fwd([]int{1, 2, 3}...))
	var fn Fn
	k := 0
	fn = func() Fn { k++; return fn }
	fn()()()
	println(k)
	type local struct{ Z }
	l := local{Z{4}}
	l.set(8)
	println(l.get())
	func() {
		type local struct{ Y }
		var l local
		l.set(3)
		println(l.get(), l.get2())
	}()
	var e struct {
		Inner
		*Z
		_ int
	}
	e.Z = &Z{}
	e.Inc()
	e.set(5)
	println(e.v, e.z, e.Get(), e.get())
	arr := [...]struct {
		n string
		f func(int) int
	}{{"dbl", func(i int) int { return i * 2 }}, {n: "id", f: func(i int) int { return i }}}
	for i, c := range arr {
		println(c.n, c.f(i+1))
	}
	m := [][]rune{[]rune("ab"), {'x', 0x1F600}}
	m[0][0], m[1][1] = m[1][1], m[0][0]
	println(string(m[0]), string(m[1]))
	b := [3]bool{1: true}
	b[0], b[1], b[2] = b[1], b[2], b[0]
	println(b[0], b[1], b[2])
	p, q := &b[0], &b[1]
	*p, *q = *q, *p
	println(b[0], b[1])
	var iface struct{ a, b interfaceLess }
	iface.a.x++
	println(iface.a == iface.b, iface.a.x)
	const c = iota
	println(c)
	goto end
end:
	for range 1 {
		break
	}
}

type interfaceLess struct{ x int }

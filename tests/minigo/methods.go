// Methods: values, expressions, promotion, and receivers of all kinds.
package main

type T struct{ n int }

func (t T) V(k int) int  { return t.n + k }
func (t *T) P(k int) int { t.n += k; return t.n }
func (T) None() string   { return "none" }
func (t T) Self() T      { t.n++; return t }
func (t *T) SelfP() *T   { t.n++; return t }
func (t *T) Nil() bool   { return t == nil }

type E struct {
	T
	x int
}
type EP struct {
	*T
	x int
}
type I int

func (i I) Add(j I) I { return i + j }
func (i *I) Inc()     { *i++ }

type F func(int) int

func (f F) Twice(x int) int { return f(f(x)) }

type A [2]int

func (a A) Sum() int      { return a[0] + a[1] }
func (a *A) Set(i, v int) { a[i] = v }

type S []int

func (s S) Len() int    { return len(s) }
func (s *S) Push(v int) { *s = append(*s, v) }

type Str string

func (s Str) Up() Str { return s + "!" }

type C chan int

func (c C) Send(v int) { c <- v }

func main() {
	t := T{1}
	v := t.V
	p := t.P
	t.n = 10
	println(v(1), p(1), t.n, v(1))
	f := T.V
	g := (*T).P
	h := (*T).V
	println(f(t, 2), g(&t, 3), h(&t, 4), t.n)
	e := E{T{5}, 6}
	ev := e.V
	epx := e.P
	e.n = 50
	println(ev(1), epx(1), e.n, e.T.n)
	println(E.V(e, 1), (*E).P(&e, 1), (*E).V(&e, 2))
	ep := EP{&T{7}, 8}
	epv := ep.V
	epp := ep.P
	ep.T.n = 70
	println(epv(1), epp(1), EP.P(ep, 1), EP.V(ep, 3))
	var i I = 3
	i.Inc()
	println(i.Add(4), I.Add(1, 2), I(5).Add(6))
	(&i).Inc()
	pi := &i
	pi.Inc()
	println(*pi, pi.Add(1))
	inc := pi.Inc
	inc()
	inc()
	println(i)
	println(F(func(x int) int { return x * 3 }).Twice(2))
	a := A{1, 2}
	a.Set(0, 10)
	println(a.Sum(), A.Sum(a))
	set := a.Set
	set(1, 20)
	println(a.Sum(), (&a).Sum())
	var s S
	s.Push(1)
	s.Push(2)
	println(s.Len(), s[1])
	arr := []T{{1}, {2}}
	arr[0].P(5)
	println(arr[0].n, arr[1].Self().Self().n, arr[1].SelfP().SelfP().n)
	arr2 := [2]T{{1}, {2}}
	arr2[1].P(5)
	q := &arr2[0]
	q.P(9)
	println(arr2[0].n, arr2[1].n)
	var np *T
	println(np.Nil(), t.None(), Str("a").Up().Up())
	c := make(C, 1)
	c.Send(3)
	println(<-c)
	send := c.Send
	send(4)
	println(<-c)
	fs := []func(int) int{t.V, t.P, e.V, e.P, ep.P}
	for _, f := range fs {
		print(f(1), " ")
	}
	println()
	ms := map1()
	println(ms(3))
	// method value with a call as receiver
	mv := get().V
	println(mv(1), mv(2))
	func() {
		type L struct{ T }
		l := L{T{3}}
		println(l.V(1), L.V(l, 2), (*L).P(&l, 3))
	}()
	defer_ := struct{ T }{T{4}}
	println(defer_.V(1), defer_.P(1))
	u := t
	go u.P(1)
	go get().V(2)
	go func(t T) {}(t)
	var x interfaceLess
	x.T = &T{1}
	println(x.V(1))
}

type interfaceLess struct{ *T }

var cnt int

func get() T { cnt++; println("get", cnt); return T{cnt} }
func map1() func(int) int {
	t := T{100}
	return t.P
}

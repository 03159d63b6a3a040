// Slices and arrays: append, copy, full slice expressions, literals, arrays as values.
package main

type pair struct{ a, b int }
type grid [3][3]int
type list []list

var sink *[]int32

func (l list) depth() int {
	d := 0
	for _, x := range l {
		d = max(d, x.depth())
	}
	return d + 1
}

func show(name string, s []int) {
	print(name, " len ", len(s), ":")
	for _, x := range s {
		print(" ", x)
	}
	println()
}

func change(a [3]int, s []int, p *[3]int) [3]int {
	a[0], s[0], p[0] = 100, 100, 100
	return a
}

func grow(n int) (caps string) {
	var s []int32
	sink = &s // or else Go starts with a few elements on the stack
	last := -1
	for i := range n {
		s = append(s, int32(i))
		if cap(s) != last {
			last = cap(s)
			print(last, " ")
		}
	}
	println()
	return
}

func main() {
	var nilslice []int
	show("nil", nilslice)
	println(nilslice == nil, len(nilslice), cap(nilslice), nilslice[:] == nil)
	s := append(nilslice, 1, 2, 3)
	t := append(s[:1], 9)
	show("s", s)
	show("t", t)
	u := append(s[:1:1], 8)
	show("s", s)
	show("u", u)
	s = append(s, s...)
	s = append(s, s[1], s[2])
	show("s", s)
	v := s[2:4:6]
	println(len(v), cap(v), len(s[4:4]), cap(s[2:3:8]), len(v[:4]))
	println(copy(s, s[1:]), copy(s[1:], s), copy(v, []int{7}), copy(s, []int(nil)))
	show("s", s)
	clear(s[:2])
	show("s", s)
	grow(2000)
	m := make([]int, 3, 10)
	m[2] = 5
	show("m", m[:4])
	println(len(make([]pair, 0)), cap(make([]string, 2, 2)), make([]int, 0) == nil)

	arr := [...]int{5: 50, 1: 10, 60, 7: 70}
	println(len(arr), arr[0], arr[1], arr[2], arr[5], arr[7])
	sp := [100]int{99: 1, 50: 2}
	println(sp[99], sp[50], sp[0])
	sl := []string{2: "two", 0: "zero", 4: "four"}
	println(len(sl), sl[0], sl[1], sl[2], sl[4])
	a := [3]int{1, 2, 3}
	b := a
	b[1] = 20
	c := change(a, b[:], &b)
	println(a[0], b[0], c[0], a == [3]int{1, 2, 3}, a == b, b != c)
	var g grid
	g[1][2] = 5
	h := g
	h[1][2]++
	println(g[1][2], h[1][2], g == h, g == grid{1: {2: 5}})
	row := &g[1]
	row[0] = 7
	println(g[1][0], len(g), len(g[0]))
	for i, r := range g {
		for j := range r {
			g[i][j] += i * j
		}
	}
	println(g[2][2], g[1][2])
	ps := []pair{{1, 2}, {b: 3}}
	ps[0].a++
	pp := &ps[1]
	pp.a = 4
	ps = append(ps, pair{5, 6})
	pp.b = 1000
	println(ps[0].a, ps[1].a, ps[1].b, len(ps))
	ptrs := []*pair{{1, 2}, {3, 4}}
	ptrs[0].a = 11
	println(ptrs[0].a, ptrs[1].b, *ptrs[1] == pair{3, 4})
	nested := [][]int{{1}, {2, 3}, nil, {}}
	println(len(nested), nested[1][1], nested[2] == nil, nested[3] == nil)
	ar := [2][]int{{1, 2}, {3}}
	println(ar[0][1], len(ar[1]))
	p4 := (*[2]int)(s)
	p4[0] = 77
	a2 := [2]int(s)
	a2[1] = 88
	println(s[0], s[1], a2[0], a2[1])
	l := list{{{}, {}}, {}}
	println(l.depth(), len(l), len(l[0]))
	l[1] = append(l[1], list{})
	println(len(l[1]))
	i := 3
	println(arr[i+2], arr[len(arr)-1], [...]string{"x", "y"}[i-2], []int{4, 5, 6}[i-1], a[i/2])
	e := [0]int{}
	println(len(e), e == [0]int{})
	bytes := []byte{'a', 'b', 255}
	println(string(bytes[:2]), bytes[2])
	x, y := s[0:2], s[0:2]
	x[0] = 1
	println(y[0], &x[0] == &y[0])
	big := make([]struct {
		n int
		z [0]byte
	}, 5)
	big[4].n = 3
	println(len(big), big[4].n)
	println(min(3, i, 2), max(i, 2, 9))
}

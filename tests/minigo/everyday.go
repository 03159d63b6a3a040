// Programs of the everyday kind: lists, sorting, closures in tables, workers.
package main

import (
	"os"
	"runtime"
	"sync"
	"unsafe"
)

type Matrix [][]float64

func (m Matrix) mul(n Matrix) Matrix {
	r := make(Matrix, len(m))
	for i := range r {
		r[i] = make([]float64, len(n[0]))
		for j := range r[i] {
			for k := range n {
				r[i][j] += m[i][k] * n[k][j]
			}
		}
	}
	return r
}

type Stack struct {
	items []item
	min   []int
}
type item struct {
	v    int
	name string
	tags [2]string
}

func (s *Stack) push(it item) {
	s.items = append(s.items, it)
	if len(s.min) == 0 || it.v <= s.items[s.min[len(s.min)-1]].v {
		s.min = append(s.min, len(s.items)-1)
	}
}
func (s *Stack) pop() (it item, ok bool) {
	if len(s.items) == 0 {
		return
	}
	it, s.items = s.items[len(s.items)-1], s.items[:len(s.items)-1]
	if s.min[len(s.min)-1] == len(s.items) {
		s.min = s.min[:len(s.min)-1]
	}
	return it, true
}

type list struct {
	head, tail *elem
	n          int
}
type elem struct {
	next, prev *elem
	v          any0
}
type any0 struct{ i int }

func (l *list) add(v int) *list {
	e := &elem{prev: l.tail, v: any0{v}}
	if l.tail != nil {
		l.tail.next = e
	} else {
		l.head = e
	}
	l.tail = e
	l.n++
	return l
}
func (l *list) reverse() {
	for e := l.head; e != nil; e = e.prev {
		e.next, e.prev = e.prev, e.next
	}
	l.head, l.tail = l.tail, l.head
}

func quick(a []int) {
	if len(a) < 2 {
		return
	}
	p := a[len(a)/2]
	i, j := 0, len(a)-1
	for i <= j {
		for a[i] < p {
			i++
		}
		for a[j] > p {
			j--
		}
		if i <= j {
			a[i], a[j] = a[j], a[i]
			i, j = i+1, j-1
		}
	}
	quick(a[:j+1])
	quick(a[i:])
}

func itoa(n int) string {
	if n == 0 {
		return "0"
	}
	var b [20]byte
	i := len(b)
	neg := n < 0
	for n != 0 {
		i--
		d := n % 10
		if d < 0 {
			d = -d
		}
		b[i] = byte('0' + d)
		n /= 10
	}
	if neg {
		i--
		b[i] = '-'
	}
	return string(b[i:])
}

func hash(s string) (h uint32) {
	h = 2166136261
	for i := 0; i < len(s); i++ {
		h ^= uint32(s[i])
		h *= 16777619
	}
	return
}

func perm(a []int, k int, visit func([]int)) {
	if k == len(a) {
		visit(a)
		return
	}
	for i := k; i < len(a); i++ {
		a[k], a[i] = a[i], a[k]
		perm(a, k+1, visit)
		a[k], a[i] = a[i], a[k]
	}
}

type rng struct{ s uint64 }

func (r *rng) next() uint64 {
	r.s ^= r.s << 13
	r.s ^= r.s >> 7
	r.s ^= r.s << 17
	return r.s
}

type visitor func(depth int, path ...string) visitor

func walk(v visitor, depth int) {
	for i := 0; v != nil && i < 3; i++ {
		v = v(depth, itoa(i), itoa(depth))
	}
}

type bits uint16

const (
	A bits = 1 << iota
	B
	C
	all = A | B | C
)

func (b bits) has(x bits) bool { return b&x != 0 }
func (b *bits) clear(x bits)   { *b &^= x }
func (b bits) String() string  { return "bits" + itoa(int(b)) }

type shape struct {
	kind int
	data [4]float32
}

func area(s shape) float32 {
	switch s.kind {
	case 0:
		return s.data[0] * s.data[1]
	case 1:
		return 3 * s.data[0] * s.data[0]
	default:
		return -1
	}
}

var table = [...]struct {
	name string
	f    func(int, int) int
}{
	{"add", func(a, b int) int { return a + b }},
	{"sub", func(a, b int) int { return a - b }},
	{name: "nil"},
	5: {"mul", func(a, b int) int { return a * b }},
}

var grid [3][4][2]int

func main() {
	m := Matrix{{1, 2}, {3, 4}}
	p := m.mul(m).mul(Matrix{{1, 0}, {0, 1}})
	println(p[0][0], p[0][1], p[1][0], p[1][1])
	var s Stack
	for i, v := range []int{5, 3, 8, 1, 1} {
		s.push(item{v, itoa(i), [2]string{"a", itoa(v)}})
	}
	for it, ok := s.pop(); ok; it, ok = s.pop() {
		print(it.v, it.name, it.tags[1], len(s.min), " ")
	}
	println()
	l := new(list).add(1).add(2).add(3)
	l.reverse()
	for e := l.head; e != nil; e = e.next {
		print(e.v.i, " ")
	}
	println(l.n)
	a := make([]int, 0)
	r := rng{12345}
	for range 1000 {
		a = append(a, int(r.next()>>40))
	}
	quick(a)
	for i := 1; i < len(a); i++ {
		if a[i-1] > a[i] {
			println("unsorted", i)
		}
	}
	println(a[0], a[999])
	println(itoa(-1<<63), itoa(0), itoa(120), hash("hello"))
	n := 0
	perm([]int{1, 2, 3, 4}, 0, func(p []int) {
		n = n*31 + p[0]*1000 + p[1]*100 + p[2]*10 + p[3]
	})
	println(n)
	cnt := 0
	var v visitor
	v = func(d int, path ...string) visitor {
		cnt += len(path) * (d + 1)
		if d < 3 {
			walk(v, d+1)
		}
		if cnt > 50 {
			return nil
		}
		return v
	}
	walk(v, 0)
	println(cnt)
	b := A | C
	println(b.has(B), b.has(C), b.String(), all, ^A)
	b.clear(C)
	println(b.has(C), bits.has(b, A), b)
	for _, s := range []shape{{0, [4]float32{2, 3}}, {1, [...]float32{0: 2, 3: 0}}, {kind: 9}} {
		print(area(s), " ")
	}
	println()
	for i, t := range table {
		if t.f == nil {
			print(i, t.name, " ")
			continue
		}
		print(t.name, t.f(7, i), " ")
	}
	println(len(table))
	for i := range grid {
		for j := range grid[i] {
			grid[i][j][(i+j)%2] += i*10 + j
		}
	}
	g := grid
	g[2][3][1]++
	println(grid[2][3][1], g[2][3][1], grid == g, g[0] == grid[0])
	x := [][3]string{{"a"}, 2: {2: "z"}}
	println(len(x), x[2][2], x[0][0]+x[1][1])
	y := map0()
	println(y[1](3))
	var mu sync.Mutex
	var wg sync.WaitGroup
	tot := 0
	jobs, results := make(chan int), make(chan [2]int, 4)
	for w := range 3 {
		wg.Add(1)
		go func() {
			for j := range jobs {
				results <- [2]int{w, j * j}
			}
			mu.Lock()
			tot++
			mu.Unlock()
			wg.Done()
		}()
	}
	go func() {
		for i := range 50 {
			jobs <- i
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	sum := 0
	for res := range results {
		sum += res[1]
	}
	println(sum, tot)
	println(unsafe.Sizeof(s), unsafe.Sizeof(table), unsafe.Sizeof(shape{}), len(os.Args), runtime.GOOS)
	ptrs()
}

func map0() []func(int) int {
	out := make([]func(int) int, 3)
	for i := range out {
		base := i * 100
		out[i] = func(x int) int { base += x; return base }
		out[i](1)
	}
	return out
}

type pt struct{ x, y *int }

func ptrs() {
	a, b := 1, 2
	p := pt{&a, &b}
	q := &p
	q.x, q.y = q.y, q.x
	*q.x, *p.y = *p.y+10, *q.x+20
	println(a, b, *p.x, *q.y)
	pp := &q.x
	*pp = new(int)
	**pp = 5
	println(*p.x, a, b)
	arr := [3]*int{&a, &b}
	arr[2] = arr[0]
	*arr[2]++
	println(a, arr[2] == arr[0], *arr[1])
	s := arr[:]
	for i, e := range s {
		if e != nil {
			*e += i
		}
	}
	println(a, b)
	pa := &arr
	pa[1], pa[0] = pa[0], pa[1]
	println(*pa[0], *(*pa)[1])
	ps := &s
	(*ps)[0] = nil
	println(arr[0] == nil, len((*ps)[1:]))
	pf := func() **int { return &arr[1] }
	**pf() = 99
	*pf() = nil
	println(a, b, arr[1] == nil)
	type rec struct {
		self *rec
		arr  [2]*rec
		f    func(*rec) *rec
	}
	r := &rec{}
	r.self = r
	r.arr[1] = &rec{self: r, f: func(x *rec) *rec { return x.self }}
	println(r.self.self.arr[1].f(r.arr[1]) == r)
	var np **int
	if np != nil && *np != nil {
		println("bad")
	}
	e1, e2 := new(struct{}), new(struct{})
	_, _ = e1, e2
	c := &[]int{1, 2, 3}
	(*c)[1]++
	d := &[3]int{1, 2, 3}
	d[1]++
	println((*c)[1], d[1], len(d), len(*c))
	st := &struct {
		a [2]struct{ b *[2]int }
	}{}
	st.a[1].b = &[2]int{4, 5}
	st.a[1].b[0]--
	println(st.a[1].b[0], len(st.a[0].b))
	x := &a
	y := &x
	z := &y
	***z = 7
	println(a)
}

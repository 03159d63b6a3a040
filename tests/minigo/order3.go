// len, cap and slicing are calls: they happen in their place among the others.
package main

func app(s *[]int) int   { *s = append(*s, 1); (*s)[0] = 77; return len(*s) }
func use(a, b, c int)    { println(a, b, c) }
func grow(p *string) int { *p += "x"; return 1 }

var gs = []int{1, 2, 3}

func appg() int { gs = append(gs, 5); return 0 }

func main() {
	s := []int{1, 2, 3}
	use(len(s), app(&s), len(s))
	x := []int{1, 2, 3}
	use(len(x), app(&x), cap(x))
	y := x[len(x)-1:]
	_ = y
	use(cap(x), app(&x), len(x))
	st := "a"
	use(len(st), grow(&st), len(st))
	use(len(gs), appg(), len(gs))
	println(len(gs)+appg(), len(st)+grow(&st))
	p := &gs
	use(len(*p), appg(), len(*p))
	m := struct{ s []int }{gs}
	q := &m
	use(len(q.s), func() int { m.s = nil; return 1 }(), len(q.s))
	z := s
	f := func() int { z = nil; return 9 }
	use(len(z), f(), len(z))
	z = s
	a, b := len(z), f()
	println(a, b)
}

// Run-time panics: bounds, division, shifts, nil pointers, sizes; values of declared types.
// cases: 39
package main

import "runtime"

type T struct {
	pad [5000]byte
	x   int
	arr [3]int
	p   *T
}

type M struct{ T }

func (t T) v() int   { return t.x }
func (t *T) p1() int { return t.x }

func f(s string, n int) int { print(s, " "); return n }

type str string
type in8 int8
type fl float32
type bl bool
type ptr *int

func main() {
	n, neg, s, zero := 5, -1, []int{1, 2, 3}, 0
	var np *T
	var na *[3]int
	var nm *M
	var nf func(int) int
	var u8 uint8 = 200
	var i64 int64 = -1 << 63
	var u64 uint64 = 1 << 63
	st := "abc"
	switch runtime.GOMAXPROCS(0) {
	case 1:
		println(s[f("i", n)])
	case 2:
		println(s[neg])
	case 3:
		println(s[u64])
	case 4:
		println(s[i64])
	case 5:
		println(st[n], "x")
	case 6:
		println(s[1:n])
	case 7:
		println(s[n:])
	case 8:
		println(s[2 : 1+zero])
	case 9:
		println(len(s[:2:n]))
	case 10:
		println(len(s[: 3 : 2+zero]))
	case 11:
		println(len(s[2+zero : 1+zero : 3]))
	case 12:
		println(st[u8:])
	case 13:
		println(st[neg:])
	case 14:
		println(f("div", 1) / zero)
	case 15:
		println(u8 % uint8(zero))
	case 16:
		println(1 << neg)
	case 17:
		n <<= neg
	case 18:
		println(np.x)
	case 19:
		np.x = f("rhs", 1)
	case 20:
		println(na[1])
	case 21:
		for _, v := range na {
			println(v)
		}
	case 22:
		println(nm.v())
	case 23:
		println(np.p1())
	case 24:
		println(nf(f("arg", 1)))
	case 25:
		println(len(na[:]))
	case 26:
		p := &np.arr
		println(p)
	case 27:
		_ = *np
	case 28:
		x := np.v
		_ = x
	case 30:
		panic(str("a string\nwith lines"))
	case 31:
		panic(in8(-5))
	case 32:
		panic(fl(1.5))
	case 33:
		panic(bl(true))
	case 34:
		a := [3]int(s[:2])
		println(a[0])
	case 35:
		println((*[4]int)(s))
	case 36:
		_ = make([]int, neg)
	case 37:
		_ = make([]int, 2, n-4)
	case 38:
		_ = make(chan int, neg)
	case 39:
		var arr [3]int
		arr[f("i", n)] = f("v", 2)
	case 29:
		panic("a" + st)
	}
}

// Constants, untyped expressions and declared types.
package main

// constants and untyped expressions, conversions between named types
type Celsius float64
type Name string
type Names []Name
type Op func(a, b int) int
type Pair struct{ a, b int }
type Pair2 Pair
type Ints []int
type Arr [2]int
type Ch chan int
type PP *Pair

const (
	Big           = 1 << 200
	Small         = Big >> 199
	F             = 1e300 * 1e300 / 1e300
	Third         = 1.0 / 3.0
	Rune          = 'a' + 1
	Str           = "abc" + "def"
	Len           = len(Str)
	Bool          = Len > 5 && Small == 2
	Neg           = -5 % 3
	Shift         = 1.0 << 3
	Mix           = 'a' * 2.0
	Cmplx         = 7 / 2 * 2.0
	Hex           = 0x1.8p1
	U8            = uint8(255)
	U8n           = ^U8
	I64           = int64(1) << 62
	Typed Celsius = 36.6
)

const (
	x0, y0 = iota, iota + 10
	x1, y1
	_, _
	x3, y3
)

const (
	KB = 1 << (10 * (iota + 1))
	MB
	GB
)

func id(c Celsius) Celsius { return c }
func variadic(names ...Name) (n int) {
	for _, x := range names {
		n += len(x)
	}
	return
}

var shiftN uint = 5
var f32 float32 = 1 << 3
var u8s = uint8(1)<<7 | 1
var i = 1 << shiftN
var w int64 = 1.0 << shiftN
var cmp = 1<<shiftN == 32
var arr [1<<3 - 1]int
var m = uint8(1<<shiftN) >> shiftN
var n8 int8 = -1 << 7

func main() {
	println(Small, F, Third, Rune, Str, Len, Bool, Neg, Shift, Mix, Cmplx, Hex, U8, U8n, I64, Typed)
	println(x0, y0, x1, y1, x3, y3, KB, MB, GB)
	println(f32, u8s, i, w, cmp, len(arr), m, n8)
	var c Celsius = 5
	c = c*9/5 + 32
	println(c, id(3), float64(c)/2, int(c), Celsius(7)/2)
	p := Pair{1, 2}
	q := Pair2(p)
	q.a = 5
	println(p.a, q.a, Pair(q) == p, struct{ a, b int }(q) == struct{ a, b int }{5, 2})
	pp := PP(&p)
	pp.a = 9
	pq := (*Pair2)(&p)
	pq.b = 8
	println(p.a, p.b, (*pp).a)
	var anon struct{ a, b int } = p
	p = anon
	println(anon.b)
	is := Ints{1, 2}
	var s []int = is
	is2 := Ints(s)
	is2[0] = 100
	println(s[0], is[0])
	a := Arr{1, 2}
	b := [2]int(a)
	b[0] = 5
	println(a[0], b[0], a == Arr(b), a == [2]int{1, 2})
	var op Op = func(a, b int) int { return a - b }
	var fn func(int, int) int = op
	println(Op(fn)(5, 3))
	ch := make(Ch, 1)
	var ch2 chan int = ch
	var ro <-chan int = ch
	ch2 <- 4
	println(<-ro, ch == ch2)
	ns := Names{"x", "yy"}
	println(variadic(ns...), variadic("a", Name("b"+"c")), variadic())
	var nm Name = "name"
	println(string(nm)+"!", nm+"?", nm[1:3], len([]byte(nm)), nm == "name", nm < "z")
	for i, r := range nm[:2] {
		println(i, r)
	}
	switch nm {
	case "foo", "name":
		println("matched")
	}
	const local = 3.0
	var arr2 [local]int
	arr2[local-1] = local
	println(arr2[2], len(arr2), local/2, 5/local, 10/4, 10/4.0, 1/2+1/2.0)
	var u uint = 1<<64 - 1
	println(u, u+1, -u, int(u), uint32(u), u>>63, int8(u))
	var i8 int8 = -128
	println(i8/-1, -i8, i8*i8, i8-1, uint8(i8), uint16(i8), int64(uint8(i8)), i8>>1, uint8(i8)>>1)
	var by byte = 'a'
	var rn rune = 'b'
	println(by+1, rn-1, by < 'b', string(rn), 'x'-by, by<<1, by<<1>>1)
	var fl float32 = 0.1
	println(fl, fl*10 == 1, float64(fl)*10 == 1, fl+Third, 1/fl, int(fl*100))
	var d = 1e-320
	println(d, d/10, d*1e300, -d)
	println(^0, -1>>1, uint(1)<<63>>63, ^uint8(3), 5&^3, 5^3, 6|1, -7/2, -7%2, -7>>1, 7&-7)
	x := 10
	x, y := x+1, x+2
	x, y = y, x
	println(x, y)
	var z = func() (int, string) { return 1, "s" }
	v, str := z()
	v2, str := z()
	println(v, v2, str)
	println(1 == 1.0, 'a' == 97, "a" == string(rune(97)), 07 == 7, 0b11 == 3)
	var e struct{}
	var e2 [0]int
	println(e == struct{}{}, len(e2), e2 == [0]int{})
	println(min(3, 1, 2), max(2.5, 1), min("b", "a"), max(x, 5, y), min(1, 2.0), max('a', 1))
	const mm = max(1, 2.5, 'a')
	println(mm, min(uint8(3), 200))
	println(len("héllo"), len([...]int{9: 1}), cap([3]int{}), len([2][5]int{}[0]))
	type T = Pair
	t := T{a: 3}
	t2 := []T{{1, 2}, {b: 3}}
	t3 := [...]*T{{1, 2}, nil, {}}
	println(t.a, t2[1].b, t3[0].b, t3[1] == nil, t3[2].a)
	t4 := [][]T{{{1, 2}}, {}, {{3, 4}, {5, 6}}}
	t5 := [2][2]T{1: {1: {7, 8}}}
	println(t4[2][1].b, len(t4[1]), t5[1][1].a)
	t6 := &[]*[2]T{{{1, 2}, {3, 4}}}
	println((*t6)[0][1].b)
	var g func(...int) func() int = func(a ...int) func() int { return func() int { return len(a) } }
	println(g(1, 2, 3)(), g()())
	goto L
L:
	for k := 0; ; k++ {
		if k == 2 {
			goto M
		}
	}
M:
	println("end")
}

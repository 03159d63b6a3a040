// Uncaught panics and run-time errors: text and exit code. GOMAXPROCS chooses the case, because that
// is a number that every program can read.
//
// cases: 64
package main

import "runtime"

type point struct{ x, y int }

type big struct {
	pad [1 << 20]byte
	x   int
}

type (
	myBool    bool
	myInt     int
	myInt8    int8
	myUint16  uint16
	myUint64  uint64
	myUintptr uintptr
	myFloat32 float32
	myFloat64 float64
	myString  string
)

func (p point) value() int    { return p.x }
func (p *point) pointer() int { return p.x }

//go:noinline
func id(x int) int { return x }

//go:noinline
func idu(x uint64) uint64 { return x }

//go:noinline
func idp(p *point) *point { return p }

//go:noinline
func ids(s []int) []int { return s }

func recurse(n int) int { return recurse(n+1) + 1 }

var cases = []func(){
	1:  func() { _ = ids([]int{1, 2, 3})[id(5)] },
	2:  func() { _ = ids([]int{1, 2, 3})[id(-1)] },
	3:  func() { _ = [3]int{}[id(3)] },
	4:  func() { _ = "abc"[id(3)] },
	5:  func() { _ = ids(nil)[idu(1<<63)] },
	6:  func() { _ = ids([]int{1, 2, 3})[id(2):id(1)] },
	7:  func() { _ = ids([]int{1, 2, 3})[:id(4)] },
	8:  func() { _ = ids([]int{1, 2, 3})[id(4):] },
	9:  func() { _ = "hello"[id(3):id(2)] },
	10: func() { _ = "hello"[:id(6)] },
	11: func() { a := [4]int{}; _ = a[:id(5)] },
	12: func() { _ = ids([]int{1, 2, 3})[0:id(2):id(9)] },
	13: func() { _ = ids([]int{1, 2, 3})[0:id(3):id(2)] },
	14: func() { _ = ids([]int{1, 2, 3})[id(3):id(2):id(2)] },
	15: func() { _ = ids([]int{1, 2, 3})[id(-1):] },
	16: func() { _ = ids([]int{1, 2, 3})[:idu(1<<63)] },
	17: func() { println(1 / id(0)) },
	18: func() { println(uint8(id(5)) % uint8(id(256))) },
	19: func() { println(idp(nil).y) },
	20: func() { idp(nil).x = 1 },
	21: func() { _ = *idp(nil) },
	22: func() { println(idp(nil).value()) },
	23: func() { println(idp(nil).pointer()) },
	24: func() { var p *big; println(p.x) },
	25: func() { var p *[3]int; println(p[1]) },
	26: func() { var p *[3]int; _ = p[:] },
	27: func() { var f func(); f() },
	28: func() { println(1 << id(-1)) },
	29: func() { println(id(1) >> int8(id(-3))) },
	30: func() { _ = make([]int, id(-1)) },
	31: func() { _ = make([]int, id(2), id(1)) },
	32: func() { _ = make([]int, idu(1<<63)) },
	33: func() { _ = make(chan int, id(-1)) },
	34: func() { _ = (*[4]int)(ids([]int{1})) },
	35: func() { _ = [4]int(ids([]int{1})) },
	36: func() { var c chan int; close(c) },
	37: func() { c := make(chan int); close(c); close(c) },
	38: func() { c := make(chan int); close(c); c <- 1 },
	39: func() { panic("text\nin two lines") },
	40: func() { panic(42) },
	41: func() { panic(2.5) },
	42: func() { panic(true) },
	43: func() { panic(nil) },
	44: func() { panic(myString("own\nstring")) },
	45: func() { panic(myInt(-3)) },
	46: func() { panic(myFloat64(0.1)) },
	47: func() { panic(myBool(false)) },
	48: func() { panic(uint8(7)) },
	49: func() { panic(myUint64(1 << 63)) },
	50: func() { panic('x') },
	51: func() { panic(myUint16(5)); println("not reached") },
	52: func() { recurse(0) },
	53: func() { select {} },
	54: func() { <-make(chan int) },
	55: func() { var c chan int; c <- 1 },
	56: func() { runtime.Goexit() },
	57: func() { go func() { panic("in a goroutine") }(); select {} },
	58: func() { var f func(); go f() },
	59: func() { a, b := []int{1}, 7; a[id(0)], a[id(1)] = b, b },
	60: func() { x := ids([]int{1, 2}); x[id(2)] += 3 },
	61: func() { panic(myInt8(-8)) },
	62: func() { panic(myFloat32(1.5)) },
	63: func() { panic(myUintptr(9)) },
	64: func() { panic("") },
}

func main() {
	n := runtime.GOMAXPROCS(0)
	println("case", n)
	cases[n]()
	println("survived")
}

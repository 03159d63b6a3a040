// Package unsafe: pointers, slices and strings made of pointers, and their panics.
// cases: 9
package main

import (
	"runtime"
	"unsafe"
)

type node []node // its elements are boxed in C++

type pair struct {
	a int32
	b string
}

type ptr *int

const size, offset = unsafe.Sizeof(pair{}), unsafe.Offsetof(pair{}.b)

func calls(s string, n int) int {
	println(s, n)
	return n
}

func valid() {
	p := [10]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	p1 := unsafe.Pointer(&p[1])
	println(*(*byte)(unsafe.Add(p1, 1)), *(*byte)(unsafe.Add(p1, -1)))
	println(*(*byte)(unsafe.Add(p1, uint8(7))), *(*byte)(unsafe.Add(p1, int8(-1))))
	println(unsafe.Add(nil, 0) == nil, uintptr(unsafe.Add(unsafe.Pointer(nil), 16)))

	s := unsafe.Slice(&p[2], 5)
	println(len(s), cap(s), s[0], s[4], &s[0] == &p[2])
	s[1] = 33
	println(p[3])
	println(unsafe.Slice((*int)(nil), 0) == nil, len(unsafe.Slice(&p[calls("ptr", 1)], calls("len", 3))))
	println(len(unsafe.Slice(new(struct{}), 1<<40)), unsafe.Slice((*struct{})(nil), uint64(0)) == nil)
	var pp ptr = new(int)
	*pp = 7
	println(unsafe.Slice(pp, 1)[0], *unsafe.SliceData([]int{8, 9}))
	ns := make([]node, 3)
	ns[1] = make(node, 4)
	println(len(unsafe.Slice(&ns[0], 2)[1]), unsafe.SliceData(ns) == &ns[0])
	println(unsafe.SliceData([]int(nil)) == nil, unsafe.SliceData([]int{}) == nil)

	str := unsafe.String(&p[3], 2)
	println(len(str), str[0], str[1], unsafe.String(nil, 0) == "")
	hello := "hello, world"
	h := unsafe.StringData(hello)
	println(*h, unsafe.String(h, 5), string(unsafe.Slice(h, len(hello))) == hello)
	println(unsafe.String(unsafe.SliceData([]byte("bytes")), uint16(5)))

	x := pair{1, "two"}
	q := unsafe.Pointer(&x)
	println(*(*string)(unsafe.Add(q, offset)), *(*int32)(q), size)
	last := (*byte)(unsafe.Pointer(^uintptr(0)))
	println(len(unsafe.Slice(last, 1)), len(unsafe.String(last, 1)))
}

func main() {
	neg, big, huge := -1, uint64(1)<<63, ^uintptr(0)/8
	last := (*byte)(unsafe.Pointer(^uintptr(0)))
	switch runtime.GOMAXPROCS(0) {
	case 1:
		valid()
	case 2:
		_ = unsafe.Slice((*int)(nil), calls("len", 1))
	case 3:
		_ = unsafe.Slice(new(byte), neg)
	case 4:
		_ = unsafe.Slice(new(byte), big)
	case 5:
		_ = unsafe.Slice(new(uint64), huge+1)
	case 6:
		_ = unsafe.Slice((*struct{})(nil), calls("len", 1))
	case 7:
		_ = unsafe.String(nil, calls("len", 1))
	case 8:
		_ = unsafe.String(new(byte), neg)
	case 9:
		_ = unsafe.String(last, calls("len", 2))
	}
}

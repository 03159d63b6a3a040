// Range: copies, fixed lengths, a variable for each round, and what can be ranged over.
package main

type T struct{ a [3]int }

func main() {
	a := [3]int{1, 2, 3}
	for i, v := range a {
		a[2] = 10
		println(i, v)
	}
	a = [3]int{1, 2, 3}
	for i, v := range &a {
		a[2] = 10
		println(i, v)
	}
	s := []int{1, 2, 3}
	for i, v := range s {
		s = append(s, v)
		s[2] = 20
		println(i, v)
	}
	println(len(s))
	for i := range s {
		s = nil
		print(i, " ")
	}
	println()
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
		i := i
		_ = i
	}
	for _, f := range fs {
		println(f(), f())
	}
	fs = nil
	for i := 0; i < 6; i++ {
		fs = append(fs, func() int { return i })
		if i == 2 {
			i++
			continue
		}
	}
	for _, f := range fs {
		print(f(), " ")
	}
	println()
	fs = nil
	for i, v := range []int{5, 6, 7} {
		fs = append(fs, func() int { v++; return i*100 + v })
	}
	for _, f := range fs {
		print(f(), " ", f(), " ")
	}
	println()
	var ps []*int
	for i := 0; i < 3; i++ {
		ps = append(ps, &i)
		defer_ := &i
		*defer_ += 0
	}
	for _, p := range ps {
		print(*p, " ")
	}
	println()
	for i := range 3 {
		i *= 2
		print(i, " ")
	}
	println()
	n := 3
	for i := range n {
		n = 10
		print(i, " ")
	}
	println()
	for range 2 {
		print("x")
	}
	println()
	for i := range int8(3) {
		var j int8 = i
		print(j, " ")
	}
	println()
	for i, r := range "aé\xff日\xe6\x97z\xed\xa0\x80" {
		print(i, ":", r, " ")
	}
	println()
	var x struct {
		i int
		v int
	}
	for x.i, x.v = range []int{9, 8} {
	}
	println(x.i, x.v)
	arr := [2]int{}
	k := 0
	for k, arr[k] = range []int{7, 8} {
		println(k, arr[0], arr[1])
	}
	var np *[4]int
	for i := range np {
		print(i)
	}
	println(len(np))
	for range np {
		print(".")
	}
	println()
	c := make(chan int, 5)
	for i := range 4 {
		c <- i
	}
	close(c)
	for v := range c {
		if v == 1 {
			continue
		}
		print(v, " ")
	}
	println()
outer:
	for i := 0; i < 3; i++ {
		for j := range 3 {
			if j == 1 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			print(i, j, " ")
		}
	}
	println()
	t := T{[3]int{1, 2, 3}}
	for i, v := range t.a {
		t.a[i] = 0
		t.a[2] = 100
		print(v, " ")
	}
	println()
	f := func() [2]int { print("called "); return [2]int{4, 5} }
	for i, v := range f() {
		print(i, v, " ")
	}
	for i := range f() {
		print(i)
	}
	println()
	var nilslice []int
	for range nilslice {
		println("never")
	}
	aa := [2][2]int{{1, 2}, {3, 4}}
	for _, row := range aa {
		row[0] = 9
		aa[1][1] = 50
		print(row[0], row[1], " ")
	}
	println(aa[0][0], aa[1][1])
	// loop var captured and modified by closure and post
	var get func() int
	for i := 0; i < 10; i++ {
		if i == 0 {
			get = func() int { i++; return i }
		} else if i == 5 {
			println(get(), i)
		}
	}
	for i, p := 0, (*int)(nil); i < 2; i++ {
		if p != nil {
			*p = 100
		}
		p = &i
		println(*p)
	}
	var u8 uint8
	for u8 = range 255 {
	}
	println(u8)
	const cst = 5
	for i := range cst {
		print(i)
	}
	for i := range uint64(1 << 2) {
		print(i)
	}
	println()
	for i := range -3 {
		println("never", i)
	}
	type myint int
	for i := range myint(2) {
		println(i)
	}
}

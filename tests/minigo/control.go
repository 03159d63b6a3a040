// Control flow: every form of for, switch with and without tag, fallthrough, labels, goto.
package main

func classify(n int) string {
	switch {
	case n < 0:
		return "negative"
	case n == 0:
		return "zero"
	case n < 10:
		fallthrough
	case n < 20:
		return "small"
	default:
		return "large"
	}
}

func word(s string) int {
	switch s {
	case "one":
		return 1
	case "two", "zwei":
		return 2
	case "":
		return 0
	}
	return -1
}

func days(month int) int {
	switch month {
	case 2:
		return 28
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

func through(n uint8) (s string) {
	switch n {
	case 1:
		s += "1"
		fallthrough
	case 2:
		s += "2"
		fallthrough
	default:
		s += "d"
	case 3:
		s += "3"
		if s == "3" {
			break
		}
		s += "never"
	}
	return
}

type color int8

const (
	red color = iota - 1
	green
	blue
)

func loops() {
	for i, j := 0, 10; i < j; i, j = i+1, j-1 {
		print(i, ":", j, " ")
	}
	println()
	n := 0
	for n < 3 {
		n++
	}
	for {
		n++
		if n > 5 {
			break
		}
	}
	println(n)
	for i := range 3 {
		print(i)
	}
	for i := range uint8(2) {
		i += 5
		print(i)
	}
	for range 2 {
		print("x")
	}
	println()
	a := [3]int{1, 2, 3}
	for i, x := range a { // over a copy
		a[2] = 10
		print(i, x, " ")
	}
	s := a[:]
	for i, x := range s {
		s[2] = 20
		if i == 0 {
			s = append(s, 99)
			s = nil
			s = make([]int, 9)
		}
		print(i, x, " ")
	}
	println()
outer:
	for i := 0; i < 4; i++ {
		for j := 0; ; j++ {
			switch {
			case j == i:
				continue outer
			case i == 3 && j == 2:
				break outer
			case j == 1:
				continue
			}
			if j > 5 {
				break
			}
			print(i, j, " ")
		}
	}
	println()
sel:
	switch {
	default:
		for i := 0; ; i++ {
			switch i {
			case 2:
				continue
			case 4:
				break sel
			}
			print("i", i)
		}
	}
	println()
}

func gotos(n int) int {
	i, s := 0, 0
loop:
	if i >= n {
		goto done
	}
	s += i
	i++
	{
		t := s
		if t > 20 {
			goto done
		}
	}
	goto loop
done:
	return s
}

func shadow(x int) int {
	if x := x + 1; x > 5 {
		return x
	} else if y := x * 2; y > 6 {
		x := y + 100
		return x
	} else if x == 2 {
		return -x
	} else {
		return x + y
	}
}

func calls(f func() bool) string {
	s := ""
	for i := 0; i < 3 && f(); i++ {
		if f() || f() {
			s += "t"
		} else if f() {
			s += "u"
		}
	}
	return s
}

func tags(x any0) string {
	switch x {
	case any0{1, "a"}:
		return "first"
	case any0{2, "b"}:
		return "second"
	}
	return "none"
}

type any0 struct {
	n int
	s string
}

func main() {
	for _, n := range []int{-5, 0, 5, 15, 25} {
		print(classify(n), " ")
	}
	println(word("one"), word("zwei"), word(""), word("x"))
	println(days(2), days(4), days(12))
	println(through(1), through(2), through(3), through(9))
	loops()
	println(gotos(4), gotos(100))
	println(shadow(5), shadow(3), shadow(1), shadow(2))
	k := 0
	println(calls(func() bool { k++; return k%3 != 0 }), k)
	println(tags(any0{1, "a"}), tags(any0{2, "b"}), tags(any0{2, "a"}))
	switch c := blue - 1; c {
	case red:
		println("red")
	case green:
		println("green", c)
	}
	switch x := 5; {
	case x > 3:
		println("x > 3")
	}
	switch 3 {
	case 3:
		println("constant tag")
	}
	switch f := 2.5; f {
	case 1, 2.5:
		println("float")
	}
	var p *int
	switch p {
	case nil:
		println("nil pointer")
	}
	switch true {
	case k > 100:
		println("no")
	case k > 1:
		println("yes")
	}
	switch {
	}
	switch k {
	}
	for i := 0; i < 3; i++ {
		defer0 := i
		if defer0 == 1 {
			goto next
		}
		print("g", i)
	next:
	}
	println()
}

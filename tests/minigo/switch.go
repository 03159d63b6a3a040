// Switch, labels and goto.
package main

func f(n int) string {
	r := ""
	switch {
	case n < 0:
		r += "neg "
		fallthrough
	case n == 0:
		r += "zero "
	case n > 100:
		r += "big "
		fallthrough
	default:
		r += "def "
	case n == 5:
		r += "five "
		if n == 5 {
			break
		}
		r += "unreached"
	}
	return r
}

func g(n int) int {
	i := 0
loop:
	if i < n {
		i++
		goto loop
	}
	goto end
end:
	return i
}

func h() {
	i := 0
L:
	for {
		switch {
		case i == 3:
			i++
			continue L
		case i > 5:
			break L
		default:
			i++
		}
		print(i, " ")
	}
	println()
}

func k(c, d chan int) {
	n := 0
L:
	for {
		select {
		case v := <-c:
			if v == 2 {
				continue L
			}
			println("c", v)
			if v == 4 {
				break
			}
			n++
		case v, ok := <-d:
			println("d", v, ok)
			break L
		}
		println("after", n)
	}
}

type T struct{ a, b int }

func sw2(t T) int {
	switch t {
	case T{1, 2}:
		return 1
	case T{b: 3}:
		return 2
	}
	switch x := t.a; x {
	case 1, 2, 3:
		return 10
	}
	switch x := t.a; {
	case x > 100:
		return 100
	}
	switch t.a {
	}
	switch {
	}
	return 0
}

func str(s string) int {
	switch s {
	case "a", "b":
		return 1
	case "":
		return 2
	case "longer string":
		return 3
	default:
		return 4
	}
}

func goto2(n int) {
	{
		if n > 0 {
			goto inner
		}
		println("skip")
		goto out
	}
inner:
	for i := 0; i < 2; i++ {
		if i == 1 {
			goto next
		}
		println("i", i)
	next:
	}
out:
	println("out")
}

func fl(x float64) int {
	switch x {
	case 1.5:
		return 1
	case 2:
		return 2
	}
	return 3
}

func nested() {
	for i := 0; i < 3; i++ {
		switch i {
		case 1:
			for j := 0; ; j++ {
				switch {
				case j == 2:
					goto done
				}
				print("j", j, " ")
			}
		done:
			print("done ")
			continue
		}
		print("i", i, " ")
	}
	println()
}

func dup() {
	x := 1
	switch x := x + 1; x {
	case 2:
		x := x * 10
		println(x)
	}
	println(x)
	{
		x, y := x+1, x
		println(x, y)
	}
	if x := 5; x > 3 {
		println(x)
	} else if y := x; y > 1 {
		println(y)
	} else {
		println(x, y)
	}
	switch y := interfaceLess(); true {
	case y == 3:
		println("three")
	}
}
func interfaceLess() int { return 3 }

func main() {
	for _, n := range []int{-1, 0, 1, 5, 101} {
		println(f(n))
	}
	println(g(10))
	h()
	c, d := make(chan int, 10), make(chan int)
	k2(c, d)
	println(sw2(T{1, 2}), sw2(T{0, 3}), sw2(T{3, 3}), sw2(T{101, 0}), sw2(T{7, 7}))
	println(str("a"), str(""), str("longer string"), str("x"))
	goto2(0)
	goto2(1)
	println(fl(1.5), fl(2), fl(0))

	nested()
	dup()
}
func k2(c, d chan int) {
	e := make(chan int)
	go func() {
		for i := range 6 {
			e <- i
		}
		close(d)
	}()
	k(e, d)
}

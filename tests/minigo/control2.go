// Control flow: nested loops, switches, selects, gotos, shadowing.
package main

func f(x int) int { return x }

var sink int

type Color int

const (
	Red Color = iota
	Green
	Blue
)

func (c Color) String() string {
	switch c {
	case Red:
		return "red"
	case Green, Blue:
		return "gb"
	}
	return "?"
}

func duffs(n int) (r int) {
	switch n % 4 {
	case 3:
		r += 3
		fallthrough
	case 2:
		r += 20
		fallthrough
	case 1:
		r += 100
	case 0:
		r = -1
	default:
		r = -2
	}
	return r
}

func manyCases(s string, n uint8, r rune, x float32) int {
	t := 0
	switch s {
	case "alpha":
		t = 1
	case "beta", "gamma":
		t = 2
	case "":
		t = 3
	}
	switch n {
	case 0, 1, 2, 3:
		t += 10
	case 'a':
		t += 20
	case 255:
		t += 30
	}
	switch {
	case r >= 'a' && r <= 'z':
		t += 100
	case '0' <= r && r <= '9':
		t += 200
	default:
		t += 300
	}
	switch y := x * 2; y {
	case 1, 3:
		t += 1000
	case 2.5:
		t += 2000
	}
	return t
}

func nestedBreaks() int {
	c := 0
outer:
	for i := 0; ; i++ {
		switch {
		case i > 10:
			break outer
		case i%2 == 0:
			for j := range 5 {
				if j == 3 {
					continue outer
				}
				c += j
			}
		default:
			c += 100
			break
		}
		c += 1000
	}
	return c
}

func gotoLoop(n int) (s int) {
	i := 0
top:
	if i >= n {
		return s
	}
	for j := 0; j < 3; j++ {
		if j == 2 {
			i++
			goto top
		}
		s += i*j + 1
	}
	return -1
}

func selectLoop() (a, b int) {
	c, d, quit := make(chan int), make(chan string), make(chan struct{})
	go func() {
		for i := range 10 {
			if i%3 == 0 {
				d <- "x"
			} else {
				c <- i
			}
		}
		close(quit)
	}()
loop:
	for {
		select {
		case v := <-c:
			if v == 5 {
				continue loop
			}
			a += v
		case s := <-d:
			for range s {
				b++
				if b > 100 {
					break loop
				}
			}
		case <-quit:
			break loop
		}
	}
	return
}

func closureInLoops() {
	var fs []func() (int, int)
	for i, j := 0, 5; i < j; i, j = i+1, j-1 {
		for k := range 2 {
			fs = append(fs, func() (int, int) { j += k; return i, j })
		}
	}
	for _, f := range fs {
		a, b := f()
		print(a, b, " ")
	}
	println()
	for i := 0; i < 3; i++ {
		defer2 := func() { i++ }
		defer2()
		print(i, " ")
	}
	println()
	acc := []*int{}
	for i := 0; i < 3; i++ {
		p := &i
		acc = append(acc, p)
		*p += 0
	}
	for _, p := range acc {
		print(*p, " ")
	}
	for i := 0; i < 4; i++ {
		acc = append(acc, &i)
		if i == 1 {
			i += 1
			continue
		}
	}
	for _, p := range acc {
		print(*p, " ")
	}
	println()
	x := 10
	for x := x; x < 13; x++ {
		x := x * 2
		print(x, " ")
	}
	println(x)
	for i := range 3 {
		go func() {}()
		func() { i += 10 }()
		print(i, " ")
	}
	println()
}

func shadows(a int) (err string) {
	if a := a + 1; a > 1 {
		err := "inner"
		_ = err
		a, err := a*2, "x"
		println(a, err)
	}
	{
		a := a
		a++
		println(a)
	}
	switch a := a * 3; a {
	case 3:
		a, b := a+1, 2
		println(a, b)
	}
	for a := a; a < 3; a++ {
		a := -a
		print(a, " ")
	}
	println(a)
	return
}

func tern(b bool, x, y int) int {
	if b {
		return x
	} else {
		return y
	}
}

func infinite() int {
	n := 0
	for {
		n++
		if n == 5 {
			return n
		}
	}
}

func panicsNever(b bool) int {
	if b {
		return 1
	}
	panic("never")
}

func lots(a, b, c, d, e, f, g, h, i, j, k, l int, s string, t [3]string, u float64, v float32) (int, string, float64) {
	return a + b*c - d + e*f + g - h*i + j - k + l, s + t[2], u * float64(v)
}

func main() {
	for i := range 5 {
		println(Color(i).String(), duffs(i), duffs(-i))
	}
	println(manyCases("alpha", 2, 'q', 0.5), manyCases("gamma", 'a', '5', 1.25), manyCases("", 255, '!', 1.5), manyCases("zz", 9, 'Z', 9))
	println(nestedBreaks(), gotoLoop(4))
	println(selectLoop())
	closureInLoops()
	println(shadows(1))
	println(tern(true, 1, 2), tern(false, 1, 2), infinite(), panicsNever(true))
	println(lots(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, "s", [3]string{2: "t"}, 1.5, 2.5))
	var a [5]int
	i := 0
	for a[i], i = 1, i+1; i < 4; a[i], i = i*i, i+1 {
	}
	println(a[0], a[1], a[2], a[3], a[4])
	for i := 0; i < 10; i, sink = i+3, i {
	}
	println(sink)
	if f := f; f(1) == 1 {
		println("ok")
	}
	var x, y, z = 1, "two", 3.0
	var (
		u    = 5
		v, w uint8
	)
	println(x, y, z, u, v, w)
	for ; x < 3; x++ {
	}
	for x < 5 {
		x++
	}
	println(x)

	{
	}
	switch {
	}
	switch x := 5; x {
	default:
		println("default")
	case 6:
	}
	switch x {
	case 1:
	default:
		println("d")
		fallthrough
	case 2:
		println("2")
	}
	select {
	default:
	}
	var ch chan int
	select {
	case <-ch:
	case ch <- 1:
	default:
		println("none")
	}
}

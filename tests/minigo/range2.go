// Range and select that assign to operands which they change themselves.
package main

func main() {
	a := []int{5, 6, 7}
	x := 0
	for a[0], x = range a {
		print(x, " ")
	}
	println()
	i := 2
	b := [3]rune{}
	for i, b[i] = range "ab" {
		print(i, b[0], b[1], b[2], " ")
	}
	println()
	i = 1
	c := [3]int{}
	for i, c[i] = range a {
		print(i, c[0], c[1], c[2], " ")
	}
	println()
	ch := make(chan int, 2)
	ch <- 1
	ch <- 2
	close(ch)
	for c[c[0]%3] = range ch {
		print(c[0], c[1], c[2], " ")
	}
	println()
	j := 0
	for j = range 3 {
	}
	println(j)
	for j = range a {
	}
	println(j)
	var f = func() *int { print("f "); return &j }
	for *f() = range 2 {
	}
	for *f(), *f() = range a {
	}
	println(j)
	d := make(chan int, 1)
	d <- 7
	i = 1
	var ok [3]bool
	select {
	case c[i], ok[i] = <-d:
	}
	println(c[1], ok[1])
	d <- 8
	select {
	case i, ok[i] = <-d:
	}
	println(i, ok[1])
	d <- 9
	c[1], ok[2] = <-d
	println(c[1], ok[2])
}

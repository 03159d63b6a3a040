// Initialisation: variables by dependency, init functions in order, results of calls, blank ones.
package main

var (
	a          = b + c()
	b          = f("b", 1)
	_          = f("blank", 0)
	x, y       = pair()
	table      = [...]string{2: "two", 0: name}
	name       = "zero"
	fn         = func() int { return later * 2 }
	use        = fn()
	later      = f("later", 21)
	ptr        = &later
	list       = []int{a, b, later}
	konst int8 = -5
)

func f(s string, n int) int {
	println("init", s)
	return n
}

func c() int { return f("c", d) }

var d = f("d", 10)

func pair() (int, string) { return f("pair", 2), "second" }

func init() {
	println("first init", a, b, use)
	later++
}

func init() {
	println("second init", x, y, *ptr)
}

func main() {
	println(table[0], table[1] == "", table[2], list[0], list[2], konst, fn())
}

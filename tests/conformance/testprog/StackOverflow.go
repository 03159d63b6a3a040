// Recursion without end, through a func value, so that no compiler can see where it leads.
package main

func main() {
	var f func() byte
	f = func() byte {
		var buf [64 << 10]byte
		return f() + buf[0]
	}
	println(f())
}

// Frames, arguments, results and literals of many kilobytes, in deep recursion.
package main

type big struct{ a [1500]int }

func (b big) sum() int { return b.a[0] + b.a[1499] }
func (b big) rec(n int) int {
	if n == 0 {
		return b.sum()
	}
	b.a[0]++
	f := big.rec
	g := b.rec
	if n%2 == 0 {
		return f(b, n-1)
	}
	return g(n - 1)
}

type emb struct {
	pad [100]int
	big
}

func ret(n int) (b big, m [1000]int) {
	if n == 0 {
		return
	}
	b, m = ret(n - 1)
	b.a[1]++
	m[999] += 2
	return b, m
}

func lit(n int) []int {
	if n == 0 {
		return nil
	}
	s := lit(n - 1)
	x := [2000]int{5: n, 1999: len(s)}
	return append(s, x[5], x[1999])
}

func chans(n int, c chan big) int {
	if n == 0 {
		return (<-c).a[3]
	}
	c <- big{[1500]int{3: n}}
	_ = <-c
	if n == 1 {
		c <- big{[1500]int{3: 77}}
	}
	return chans(n-1, c)
}

func val(b big, n int) int {
	if n == 0 {
		return b.a[2]
	}
	f := val
	b.a[2]++
	return f(b, n-1)
}

func tiny(n int) int {
	if n == 0 {
		return 0
	}
	var b big
	return tiny(n-1) + leaf(b)
}

func leaf(b big) int {
	var x big
	x = b
	x.a[7] = 1
	return x.a[7]
}

func eq(n int) bool {
	if n == 0 {
		return true
	}
	return mk(n) == mk(n) && eq(n-1)
}

func mk(n int) big { return big{[1500]int{n}} }

func clo(n int, b big) int {
	if n == 0 {
		return b.a[0]
	}
	return func(x big) int { x.a[0]++; return clo(n-1, x) + b.a[0] - b.a[0] }(b)
}

func main() {
	println(big{}.rec(300))
	e := emb{}
	e.a[1499] = 5
	f := emb.sum
	println(f(e), e.rec(101), emb.rec(e, 33), (*emb).sum(&e))
	b, m := ret(300)
	println(b.a[1], m[999])
	println(len(lit(300)))
	println(chans(200, make(chan big, 2)))
	println(val(big{}, 300))
	println(tiny(500), eq(100), clo(200, big{}))
	done := make(chan int)
	for i := range 5 {
		go func() { done <- big{}.rec(50 * i) }()
	}
	t := 0
	for range 5 {
		t += <-done
	}
	println(t)
	var bb big
	bb.a[0] = 3
	go bb.send(done)
	println(<-done)
}

func (b big) send(c chan int) { c <- b.a[0] }

// Stacks, trees and many goroutines; what the scheduler has to get right.
package main

import "runtime"

// scheduler and deep things
type node struct {
	l, r *node
	pad  [3]int
}

func build(d int) *node {
	if d == 0 {
		return &node{}
	}
	return &node{l: build(d - 1), r: build(d - 1)}
}
func (n *node) count() int {
	if n == nil {
		return 0
	}
	return 1 + n.l.count() + n.r.count()
}

type big struct{ a [2000]int }

func deepBig(n int, b big) int {
	if n == 0 {
		return b.a[1999]
	}
	b.a[1999]++
	return deepBig(n-1, b) + b.a[0]
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	c := make(chan int)
	go func() { c <- fib(n - 1) }()
	return fib(n-2) + <-c
}

func filter(in <-chan int, out chan<- int, prime int) {
	for {
		i := <-in
		if i%prime != 0 {
			out <- i
		}
	}
}

func ack(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ack(m-1, 1)
	}
	return ack(m-1, ack(m, n-1))
}

func rec3(n int) (a, b int, s string) {
	if n == 0 {
		return 1, 2, "z"
	}
	b, a, s = rec3(n - 1)
	s = s[:1]
	return
}

func inGo(n int, done chan int) {
	var f func(int) int
	f = func(k int) int {
		if k == 0 {
			return 0
		}
		var a [50]int
		a[k%50] = 1
		return f(k-1) + a[k%50]
	}
	done <- f(n)
}

func main() {
	println(build(14).count())
	println(deepBig(500, big{}))
	println(fib(15))
	ch := make(chan int)
	go func(ch chan<- int) {
		for i := 2; ; i++ {
			ch <- i
		}
	}(ch)
	for range 20 {
		prime := <-ch
		print(prime, " ")
		ch1 := make(chan int)
		go filter(ch, ch1, prime)
		ch = ch1
	}
	println()
	println(ack(2, 300))
	println(rec3(1000001))
	done := make(chan int)
	for i := range 8 {
		go inGo(20000*(i+1), done)
	}
	t := 0
	for range 8 {
		t += <-done
	}
	println(t)
	// many goroutines in a ring
	const N = 10000
	first := make(chan int)
	in := first
	for range N {
		out := make(chan int)
		go func(in, out chan int) { out <- 1 + <-in }(in, out)
		in = out
	}
	go func() { first <- 0 }()
	println(<-in)
	// goexit
	ex := make(chan bool)
	go func() {
		go func() { ex <- true }()
		runtime.Goexit()
		println("not reached")
	}()
	<-ex
	// sync by unbuffered channels ping-pong
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v + 1
		}
		close(pong)
	}()
	v := 0
	for range 1000 {
		ping <- v
		v = <-pong
	}
	close(ping)
	_, ok := <-pong
	println(v, ok)
	// select send and receive fairness: both happen
	a, b := make(chan int, 1), make(chan int, 1)
	ca, cb := 0, 0
	for range 2000 {
		a <- 1
		b <- 1
		select {
		case <-a:
			ca++
			<-b
		case <-b:
			cb++
			<-a
		}
	}
	println(ca > 500, cb > 500, ca+cb)
	var nilc chan struct{}
	sel := 0
	tok := make(chan struct{}, 2)
	for range 5 {
		select {
		case tok <- struct{}{}:
			sel++
		case <-nilc:
			sel += 100
		default:
			sel += 10
		}
	}
	println(sel, len(tok))
}

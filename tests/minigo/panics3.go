// Panics and fatal errors in the middle of statements.
// cases: 23
package main

import (
	"runtime"
	"sync"
)

type E struct{ x int }

func g(s string, n int) int { print(s, " "); return n }

func main() {
	var c chan int
	one := make(chan int, 1)
	var s [][]int
	n := 3
	var arr [4]int
	var p *E
	switch runtime.GOMAXPROCS(0) {
	case 1:
		close(c)
	case 2:
		close(one)
		close(one)
	case 3:
		close(one)
		one <- 1
	case 4:
		<-c
	case 5:
		select {}
	case 6:
		var mu sync.Mutex
		mu.Unlock()
	case 7:
		var wg sync.WaitGroup
		wg.Done()
	case 8:
		s[0][0] = g("v", 1)
	case 9:
		s = append(s, nil)
		s[0][g("i", 0)]++
	case 10:
		arr[n], arr[n+1] = g("a", 1), g("b", 2)
	case 11:
		p.x, n = g("a", 1), g("b", 2)
	case 12:
		var f func()
		go f()
		runtime.Gosched()
	case 13:
		panic(nil)
	case 14:
		println(arr[n+g("one", 1)] + g("two", 2))
	case 15:
		println(g("x", 1)/(n-3) + g("y", 2))
	case 16:
		x := []int{1}[n:]
		println(x)
	case 17:
		var f func() int
		var i = 5
		i, arr[i] = f(), 2
	case 18:
		arr[n+g("i", 5)] += g("v", 2)
	case 19:
		var q **E
		*q = &E{g("e", 1)}
	case 20:
		var rec func(int) int
		rec = func(i int) int { return rec(i+1) + 1 }
		rec(0)
	case 22:
		panic(&n == nil)
	case 23:
		panic(1.5)
	case 21:
		panic(rune('x'))
	}
}

// Channels, select and goroutines, as far as their results do not depend on the scheduler.
package main

import (
	"runtime"
	"sync"
)

type msg struct {
	id   int
	text string
	back chan<- msg
}

func producer(n int, out chan<- int) {
	for i := range n {
		out <- i
	}
	close(out)
}

func add(x, y int, out chan int) { out <- x + y }

type worker struct{ id int }

func (w worker) run(c chan int)   { c <- w.id }
func (w *worker) runp(c chan int) { c <- w.id * 10 }

func fanin(cs ...<-chan int) <-chan int {
	out := make(chan int)
	var wg sync.WaitGroup
	for _, c := range cs {
		wg.Add(1)
		go func() {
			for x := range c {
				out <- x
			}
			wg.Done()
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}

func main() {
	c := make(chan int)
	go producer(5, c)
	sum := 0
	for x := range c {
		sum += x
	}
	v, ok := <-c
	println(sum, v, ok)

	b := make(chan string, 3)
	b <- "a"
	b <- "b"
	println(len(b), cap(b), <-b, len(b))
	close(b)
	s, ok := <-b
	println(s, ok)
	s, ok = <-b
	println(s == "", ok, <-b == "")

	r := make(chan int)
	go add(3, 4, r)
	println(<-r)
	f := add
	go f(5, 6, r)
	println(<-r)
	w := worker{7}
	go w.run(r)
	println(<-r)
	go w.runp(r)
	println(<-r)
	w.id = 8
	m := w.run
	go m(r)
	println(<-r)
	go func(x int, c chan int) { c <- x }(9, r)
	println(<-r)

	back := make(chan msg)
	srv := make(chan msg)
	go func() {
		for q := range srv {
			q.back <- msg{q.id + 1, q.text + "!", nil}
		}
		close(back)
	}()
	for i := range 3 {
		srv <- msg{i, "ping", back}
		a := <-back
		println(a.id, a.text, a.back == nil)
	}
	close(srv)
	_, ok = <-back
	println(ok)

	var nilc chan int
	select {
	case <-nilc:
		println("nil receive")
	case nilc <- 1:
		println("nil send")
	default:
		println("default")
	}
	d := make(chan int, 1)
	for i := range 4 {
		select {
		case d <- i:
			println("sent", i)
		case x := <-d:
			println("received", x)
		}
	}
	close(d)
	select {
	case x, ok := <-d:
		println(x, ok)
	}
	var arr [2]int
	e := make(chan int, 2)
	e <- 5
	e <- 6
	for range 2 {
		select {
		case arr[len(e)%2], ok = <-e:
		}
	}
	println(arr[0], arr[1], ok)
loop:
	for i := 0; ; i++ {
		select {
		case e <- i:
			if i == 1 {
				continue loop
			}
		default:
			println("full after", i, len(e))
			break loop
		}
	}

	c1, c2, c3 := make(chan int), make(chan int), make(chan int)
	go producer(10, c1)
	go producer(20, c2)
	go producer(30, c3)
	total := 0
	for x := range fanin(c1, c2, c3) {
		total += x
	}
	println(total)

	var mu sync.Mutex
	var wg sync.WaitGroup
	var once sync.Once
	n, first := 0, 0
	for range 20 {
		wg.Add(1)
		go func() {
			for range 100 {
				mu.Lock()
				n++
				mu.Unlock()
				runtime.Gosched()
			}
			once.Do(func() { first++ })
			wg.Done()
		}()
	}
	wg.Wait()
	println(n, first, mu.TryLock(), mu.TryLock())

	z := make(chan struct{}, 2)
	z <- struct{}{}
	z <- struct{}{}
	println(len(z), <-z == struct{}{})
	big := make(chan [100]int, 1)
	big <- [100]int{99: 3}
	println((<-big)[99])
	cc := make(chan chan int, 1)
	cc <- r
	go func() { (<-cc) <- 77 }()
	println(<-r)
	var ro <-chan int = r
	var so chan<- int = r
	go func() { so <- 1 }()
	println(<-ro, ro == r, cap(so))
	go func() {
		defer0 := make(chan int)
		go func() { close(defer0) }()
		<-defer0
		runtime.Goexit()
	}()
	go println("")
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
	println("done")
}

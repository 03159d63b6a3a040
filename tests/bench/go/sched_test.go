// The Go twins of tests/bench/sched.cc: each benchmark does the same work under the same name.
package bench

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// withProcs runs f with GOMAXPROCS set to n.
func withProcs(n int, f func()) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
	f()
}

func BenchmarkSpawnJoin(b *testing.B) {
	withProcs(1, func() {
		var wg sync.WaitGroup
		for range b.N {
			wg.Add(1)
			go func() { wg.Done() }()
			wg.Wait()
		}
	})
}

func BenchmarkSpawnJoin100(b *testing.B) {
	withProcs(1, func() {
		var wg sync.WaitGroup
		for range b.N {
			wg.Add(100)
			for range 100 {
				go func() { wg.Done() }()
			}
			wg.Wait()
		}
	})
}

func BenchmarkGosched(b *testing.B) {
	withProcs(1, func() {
		var stop atomic.Bool
		done := make(chan struct{})
		go func() {
			for !stop.Load() {
				runtime.Gosched()
			}
			close(done)
		}()
		runtime.Gosched()
		b.ResetTimer()
		for range b.N {
			runtime.Gosched()
		}
		b.StopTimer()
		stop.Store(true)
		<-done
	})
}

func pingPong(b *testing.B) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
		close(pong)
	}()
	b.ResetTimer()
	for i := range b.N {
		ping <- i
		<-pong
	}
	b.StopTimer()
	close(ping)
	<-pong
}

func BenchmarkPingPong1P(b *testing.B) { withProcs(1, func() { pingPong(b) }) }
func BenchmarkPingPong2P(b *testing.B) { withProcs(2, func() { pingPong(b) }) }

func producerConsumer(b *testing.B) {
	c := make(chan int, 128)
	done := make(chan int)
	go func() {
		sum := 0
		for v := range c {
			sum += v
		}
		done <- sum
	}()
	b.ResetTimer()
	for i := range b.N {
		c <- i
	}
	close(c)
	<-done
}

func BenchmarkProducerConsumer1P(b *testing.B) { withProcs(1, func() { producerConsumer(b) }) }
func BenchmarkProducerConsumer2P(b *testing.B) { withProcs(2, func() { producerConsumer(b) }) }

func BenchmarkSendRecvUncontended(b *testing.B) {
	withProcs(1, func() {
		c := make(chan int, 1)
		for i := range b.N {
			c <- i
			<-c
		}
	})
}

func BenchmarkSelectTwoReady(b *testing.B) {
	withProcs(1, func() {
		x, y := make(chan int, 1), make(chan int, 1)
		x <- 0
		for range b.N {
			select {
			case v := <-x:
				y <- v
			case v := <-y:
				x <- v
			}
		}
	})
}

func BenchmarkSelectTwoBlocking(b *testing.B) {
	withProcs(1, func() {
		x, y, stop := make(chan int), make(chan int), make(chan struct{})
		go func() {
			for i := 0; ; i++ {
				select {
				case x <- i:
				case y <- i:
				case <-stop:
					close(x)
					return
				}
			}
		}()
		b.ResetTimer()
		for range b.N {
			select {
			case <-x:
			case <-y:
			}
		}
		b.StopTimer()
		close(stop)
		for range x {
		}
	})
}

// What one iteration of the mutex benchmarks does: enough for starting four goroutines to be
// nothing beside it.
const mutexRounds = 1000

// contendedMutex has four goroutines that hold the mutex over a Gosched, so that on one P, too,
// every other Lock finds it held and has to wait.
func contendedMutex(b *testing.B) {
	for range b.N {
		var mu sync.Mutex
		var wg sync.WaitGroup
		var left atomic.Int64
		left.Store(mutexRounds)
		wg.Add(4)
		for range 4 {
			go func() {
				for left.Add(-1) >= 0 {
					mu.Lock()
					runtime.Gosched()
					mu.Unlock()
				}
				wg.Done()
			}()
		}
		wg.Wait()
	}
}

func BenchmarkMutexContended1P(b *testing.B) { withProcs(1, func() { contendedMutex(b) }) }
func BenchmarkMutexContended2P(b *testing.B) { withProcs(2, func() { contendedMutex(b) }) }

// The Go twins of tests/bench/parked.cc.
package bench

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// resident returns the memory that the process occupies, in bytes.
func resident() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	field, pages := 0, int64(0)
	for _, c := range text {
		if c == ' ' {
			field++
		} else if field == 1 {
			pages = pages*10 + int64(c-'0')
		}
	}
	return pages * int64(os.Getpagesize())
}

// parked starts n goroutines on one P that wait for a channel to be closed, and wakes them. The time
// runs from the first start to the last exit. It is meant to run once in a process: the second
// time finds memory in place.
func parked(b *testing.B, n int) {
	withProcs(1, func() {
		var time_, bytes int64
		for range b.N {
			gate := make(chan struct{})
			var started atomic.Int64
			var wg sync.WaitGroup
			wg.Add(n)
			before, start := resident(), time.Now()
			for range n {
				go func() {
					started.Add(1)
					<-gate
					wg.Done()
				}()
			}
			for started.Load() < int64(n) {
				runtime.Gosched()
			}
			time_ += int64(time.Since(start))
			bytes += resident() - before
			start = time.Now()
			close(gate)
			wg.Wait()
			time_ += int64(time.Since(start))
		}
		b.ReportMetric(float64(time_)/float64(b.N)/float64(n), "ns/op")
		b.ReportMetric(float64(bytes)/float64(b.N)/float64(n), "bytes")
	})
}

func BenchmarkParked100k(b *testing.B) { parked(b, 100_000) }
func BenchmarkParked1M(b *testing.B)   { parked(b, 1_000_000) }

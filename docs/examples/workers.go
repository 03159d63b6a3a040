// A pool of workers: jobs go in through one channel, results come out of
// another, and a WaitGroup tells when the last worker is done.
package main

import (
	"runtime"
	"sync"
)

type job struct {
	n int
}

type result struct {
	n, steps int
}

// collatz counts the steps from n to 1.
func collatz(n int) int {
	steps := 0
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
	}
	return steps
}

func worker(jobs <-chan job, results chan<- result, wg *sync.WaitGroup) {
	for j := range jobs {
		results <- result{j.n, collatz(j.n)}
	}
	wg.Done()
}

func main() {
	jobs := make(chan job, 16)
	results := make(chan result, 16)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go worker(jobs, results, &wg)
	}
	go func() {
		for n := 1; n <= 10000; n++ {
			jobs <- job{n}
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()

	var best result
	for r := range results {
		if r.steps > best.steps || r.steps == best.steps && r.n < best.n {
			best = r
		}
	}
	println("below 10000 the longest way to 1 has", best.steps, "steps and begins at", best.n)
}

// The prime sieve: a chain of goroutines, each of which lets through what its
// own prime does not divide. The n-th prime has passed n-1 filters.
package main

const count = 100

// generate sends 2, 3, 4 ... to out.
func generate(out chan<- int) {
	for i := 2; ; i++ {
		out <- i
	}
}

// filter copies from in to out what prime does not divide.
func filter(in <-chan int, out chan<- int, prime int) {
	for {
		if i := <-in; i%prime != 0 {
			out <- i
		}
	}
}

func main() {
	ch := make(chan int)
	go generate(ch)
	for i := 0; i < count; i++ {
		prime := <-ch
		println(prime)
		next := make(chan int)
		go filter(ch, next, prime)
		ch = next
	}
}

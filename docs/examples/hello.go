// The smallest program: one goroutine says hello, main waits for it.
package main

func main() {
	done := make(chan bool)
	go func() {
		println("hello from a goroutine")
		done <- true
	}()
	<-done
}

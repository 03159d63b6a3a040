// The same before main has begun.
package main

func init() {
	select {}
}

func main() {
	println("not reached")
}

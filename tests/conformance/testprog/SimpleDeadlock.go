// main waits for nothing, and there is nobody else.
package main

func main() {
	select {}
}

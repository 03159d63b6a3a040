// Nothing but a start with far more Ps than processors.
package main

func main() {
	println("unknown function: NonexistentTest")
}

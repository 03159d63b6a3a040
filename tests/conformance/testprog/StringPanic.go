// The second line of a panic's message is indented.
package main

func main() {
	panic("important multi-line\nstring message")
}

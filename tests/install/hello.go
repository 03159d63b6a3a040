package main

func main() {
	c := make(chan string)
	go func() { c <- "hello from an installed gort" }()
	println(<-c)
}

// main has left and the others end: nobody is there to end the process.
package main

import "runtime"

func count() {
	for i := 0; i < 10; i++ {
	}
}

func main() {
	go count()
	go count()
	runtime.Goexit()
}

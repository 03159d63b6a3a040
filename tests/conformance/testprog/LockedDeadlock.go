// A goroutine that is locked to its thread counts as waiting, too.
package main

import "runtime"

func main() {
	runtime.LockOSThread()
	select {}
}

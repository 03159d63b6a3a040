// Packages os and runtime.
package main

import (
	"os"
	"runtime"
)

var program = os.Args[0] // a variable of package os is initialised before ours

func both(key string) (string, bool) { return os.LookupEnv(key) }

func show(value string, ok bool) { println(len(value) > 0, ok) }

func main() {
	println(len(os.Args), program == os.Args[0], len(program) > 0)
	p := &os.Args
	os.Args = append(os.Args, "a", "b")
	for i, a := range os.Args[1:] {
		println(i, a)
	}
	os.Args[1], os.Args[2] = os.Args[2], os.Args[1]
	println((*p)[1], (*p)[2], len(*p))
	func() { os.Args = nil }()
	println(*p == nil)

	show(os.LookupEnv("PATH"))
	show(both("PATH"))
	show(both("NO_SUCH_VARIABLE"))
	show(both(""))
	show(both("="))
	value, ok := os.LookupEnv("PATH")
	println(ok, value == os.Getenv("PATH"), os.Getenv("PAT") == "", os.Getenv("PATH=") == "")
	get := os.Getenv
	println(get("PATH") == value)
	look := os.LookupEnv
	_, ok = look("NO_SUCH_VARIABLE")
	println(ok)

	// A collection lets others run.
	runtime.GOMAXPROCS(1)
	done := make(chan bool, 1)
	go func() { done <- true }()
	for len(done) == 0 {
		runtime.GC()
	}
	x := new(int)
	runtime.KeepAlive(x)
	runtime.KeepAlive(nil)
	runtime.KeepAlive([2]string{"a"})
	println("done")
}

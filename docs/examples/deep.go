// Deep recursion: a goroutine's stack grows as far as it has to.
package main

type tree struct {
	left, right *tree
	value       int
}

// list makes a tree that is a list, the worst case for a recursive walk.
func list(n int) *tree {
	var t *tree
	for i := n; i > 0; i-- {
		t = &tree{nil, t, i}
	}
	return t
}

func (t *tree) sum() int {
	if t == nil {
		return 0
	}
	return t.left.sum() + t.value + t.right.sum()
}

func main() {
	const n = 1000000
	sums := make(chan int)
	go func() { sums <- list(n).sum() }()
	println("the numbers up to", n, "sum up to", <-sums)
}

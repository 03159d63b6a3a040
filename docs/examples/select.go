// select: a server with two kinds of requests and a way to stop it.
package main

type query struct {
	name  string
	reply chan int
}

type update struct {
	name  string
	count int
}

type entry struct {
	name  string
	count int
}

// serve owns the table; nobody else touches it, so it needs no lock.
func serve(updates <-chan update, queries <-chan query, stop <-chan struct{}) {
	var table []entry
	find := func(name string) int {
		for i, e := range table {
			if e.name == name {
				return i
			}
		}
		return -1
	}
	for {
		select {
		case u := <-updates:
			if i := find(u.name); i >= 0 {
				table[i].count += u.count
			} else {
				table = append(table, entry{u.name, u.count})
			}
		case q := <-queries:
			if i := find(q.name); i >= 0 {
				q.reply <- table[i].count
			} else {
				q.reply <- 0
			}
		case <-stop:
			println("server: stopped with", len(table), "entries")
			return
		}
	}
}

func main() {
	updates := make(chan update)
	queries := make(chan query)
	stop := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		serve(updates, queries, stop)
		close(stopped)
	}()

	for i := 1; i <= 10; i++ {
		updates <- update{"apples", i}
		if i%2 == 0 {
			updates <- update{"pears", 1}
		}
	}
	reply := make(chan int)
	for _, name := range []string{"apples", "pears", "plums"} {
		queries <- query{name, reply}
		println(name, <-reply)
	}
	close(stop)
	<-stopped
}

// Go, with one processor. A yield is runtime.Gosched, a signal an unbuffered
// channel. The command line and the output are those of bench.h.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type size struct{ n, operations int }

type scenario struct {
	name        string
	size, quick size
	run         func(size)
}

var rows []string

func fail(what string) {
	fmt.Fprintln(os.Stderr, "Go: wrong result:", what)
	os.Exit(1)
}

func check(right bool, what string) {
	if !right {
		fail(what)
	}
}

var current struct {
	name string
	n    int
}

func put(part, unit string, value float64) {
	name := current.name
	if part != "" {
		name += " " + part
	}
	rows = append(rows, fmt.Sprintf(`{"runtime": "Go", "row": %q, "n": %d, "unit": %q, "median": %.4g, "minimum": %.4g, "spread": 0, "guarded": "grows"}`,
		name, current.n, unit, value, value))
}

func putTime(part string, elapsed time.Duration, operations int) {
	put(part, "ns", float64(elapsed.Nanoseconds())/float64(operations))
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func kibibytes(path, name string) int {
	content, err := os.ReadFile(path)
	check(err == nil, path)
	for _, line := range strings.Split(string(content), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == name+":" {
			value, err := strconv.Atoi(fields[1])
			check(err == nil, line)
			return value
		}
	}
	fail(path + ": no " + name)
	return 0
}

func memory() int {
	return kibibytes("/proc/self/smaps_rollup", "Rss") + kibibytes("/proc/self/status", "VmPTE")
}

func yield(size size) {
	rounds := 1 + size.operations/size.n
	warmUp := 2 + rounds/5
	turns := 0
	var start, end time.Time
	var all sync.WaitGroup
	all.Add(size.n)
	take := func(n int) {
		for i := 0; i < n; i++ {
			turns++
			runtime.Gosched()
		}
	}
	go func() {
		take(warmUp)
		start = time.Now()
		take(rounds)
		end = time.Now()
		all.Done()
	}()
	for i := 1; i < size.n; i++ {
		go func() {
			take(warmUp + rounds)
			all.Done()
		}()
	}
	all.Wait()
	check(turns == size.n*(warmUp+rounds), "turns")
	putTime("", end.Sub(start), size.n*rounds)
}

func joinAll(n int) {
	done := make(chan int)
	for i := 0; i < n; i++ {
		go func() { done <- 7 }()
		check(<-done == 7, "result")
	}
}

func spawnAndJoin(size size) {
	joinAll(1 + size.operations/5)
	start := time.Now()
	joinAll(size.operations)
	putTime("", time.Since(start), size.operations)
}

func runBatch(n int) time.Duration {
	begun := 0
	var all sync.WaitGroup
	all.Add(n)
	start := time.Now()
	for i := 0; i < n; i++ {
		go func() {
			begun++
			all.Done()
		}()
	}
	all.Wait()
	end := time.Now()
	check(begun == n, "begun")
	return end.Sub(start)
}

func batch(size size) {
	putTime("cold", runBatch(size.n), size.n)
	runBatch(size.n)
	times := size.operations / size.n
	var warm time.Duration
	for i := 0; i < times; i++ {
		warm += runBatch(size.n)
	}
	putTime("warm", warm, size.n*times)
}

func pingPong(size size) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for i := range ping {
			pong <- i + 1
		}
	}()
	play := func(n int) {
		for i := 0; i < n; i++ {
			ping <- i
			check(<-pong == i+1, "answer")
		}
	}
	play(1 + size.operations/5)
	start := time.Now()
	play(size.operations)
	putTime("", time.Since(start), size.operations)
}

var cleaned int

//go:noinline
func third(i int) { panic(i) }

//go:noinline
func second(i int) {
	defer func() { cleaned++ }()
	third(i)
}

//go:noinline
func frame(i int) { second(i) }

//go:noinline
func raiseOnce(i int) (caught int) {
	defer func() { caught = recover().(int) }()
	frame(i)
	return -1
}

func raise(size size) {
	all := func(n int) {
		for i := 0; i < n; i++ {
			check(raiseOnce(i&7) == i&7, "caught")
		}
	}
	all(1 + size.operations/5)
	cleaned = 0
	start := time.Now()
	all(size.operations)
	putTime("", time.Since(start), size.operations)
	check(cleaned == size.operations, "cleaned")
}

func parked(size size) {
	gate := make(chan int)
	begun := 0
	before := memory()
	for i := 0; i < size.n; i++ {
		go func() {
			begun++
			<-gate
		}()
	}
	for begun < size.n {
		runtime.Gosched()
	}
	put("", "KiB", float64(memory()-before)/float64(size.n))
}

func asleep(size size) {
	inTime, around := 0, time.Second
	if size.n < 100000 {
		around /= 50
	}
	var all sync.WaitGroup
	all.Add(size.n)
	start := processorTime()
	for i := 0; i < size.n; i++ {
		duration := around/4*3 + time.Duration(i*7919%size.n)*(around/2)/time.Duration(size.n)
		go func() {
			start := time.Now()
			time.Sleep(duration)
			if time.Since(start) >= duration {
				inTime++
			}
			all.Done()
		}()
	}
	all.Wait()
	putTime("cold", processorTime()-start, size.n)
	check(inTime == size.n, "in time")
}

var scenarios = []scenario{
	{"yield", size{1, 500000}, size{1, 100}, yield},
	{"yield", size{2, 500000}, size{2, 100}, yield},
	{"yield", size{10, 500000}, size{10, 100}, yield},
	{"yield", size{100, 500000}, size{100, 200}, yield},
	{"yield", size{1000, 500000}, size{1000, 2000}, yield},
	{"yield", size{10000, 500000}, size{2000, 4000}, yield},
	{"yield", size{100000, 500000}, size{3000, 6000}, yield},
	{"spawn and join", size{1, 200000}, size{1, 100}, spawnAndJoin},
	{"batch", size{1000, 100000}, size{100, 200}, batch},
	{"batch", size{10000, 100000}, size{100, 200}, batch},
	{"batch", size{100000, 100000}, size{1000, 1000}, batch},
	{"ping-pong", size{2, 200000}, size{2, 100}, pingPong},
	{"raise", size{3, 50000}, size{3, 100}, raise},
	{"parked", size{100000, 0}, size{1000, 0}, parked},
	{"asleep", size{100000, 0}, size{1000, 0}, asleep},
}

func asked(each scenario, names []string) bool {
	for _, name := range names {
		if name == each.name || name == fmt.Sprintf("%s:%d", each.name, each.size.n) {
			return true
		}
	}
	return len(names) == 0
}

// One repetition for each process: bench.py starts as many as it needs.
func main() {
	runtime.GOMAXPROCS(1)
	var quick, list bool
	var names []string
	for i := 1; i < len(os.Args); i++ {
		switch os.Args[i] {
		case "--json":
		case "--quick":
			quick = true
		case "--list":
			list = true
		case "--repetitions":
			i++
			check(i < len(os.Args) && os.Args[i] == "1", "one repetition at a time")
		default:
			names = append(names, os.Args[i])
		}
	}
	for _, each := range scenarios {
		if list {
			rows = append(rows, fmt.Sprintf(`{"row": %q, "n": %d}`, each.name, each.size.n))
		} else if asked(each, names) {
			current.name, current.n = each.name, each.size.n
			if quick {
				each.size, current.n = each.quick, each.quick.n
			}
			each.run(each.size)
		}
	}
	fmt.Println("[" + strings.Join(rows, ",\n ") + "]")
}

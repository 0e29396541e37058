package main

const nodes = 5

type node struct {
	inbox   chan int
	next    *node
	control chan struct{}
}

func (n *node) run(token int) {
	select {
	case n.next.inbox <- token:
	case <-n.control:
	}
	<-n.inbox
}

func main() {
	ring := make([]*node, nodes)
	for i := range ring {
		ring[i] = &node{inbox: make(chan int), control: make(chan struct{})}
	}
	for i, n := range ring {
		n.next = ring[(i+1)%nodes]
	}
	for i, n := range ring[1:] {
		go n.run(i)
	}
	ring[0].run(0)
}

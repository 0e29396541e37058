package main

const (
	a = 1 << 500
	b = a * a * a * a
	c = b * b * b * b
	d = c * c * c * c
	e = d * d * d * d
	f = e * e * e * e
	g = f * f * f * f
)

func main() { println(g / f / e / d) }

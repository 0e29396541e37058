package lamp

var cases = []struct{ from, to State }{{Off, On}, {On, Off}, {Broken, Broken}}

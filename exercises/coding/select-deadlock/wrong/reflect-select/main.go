package main

import "reflect"

func main() {
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(make(chan int))},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(make(chan int))},
	}
	go reflect.Select(cases)
	reflect.Select(cases)
}

package tally

import "reflect"

func pcOf(f any) uintptr { return reflect.ValueOf(f).Pointer() }

;; Calls itself without end; each call keeps a value on the stack, so that none is a tail call.
(module
  (memory (export "memory") 1)
  (func $down (param $depth i32) (result i32)
    (i32.add
      (local.get $depth)
      (call $down (i32.add (local.get $depth) (i32.const 1)))))
  (func (export "_start")
    (drop (call $down (i32.const 0)))))

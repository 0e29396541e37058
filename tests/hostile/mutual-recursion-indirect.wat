;; Two functions call each other without end through a table.
(module
  (type $step (func (param i64) (result i64)))
  (memory (export "memory") 1)
  (table 2 2 funcref)
  (elem (i32.const 0) $even $odd)
  (func $even (type $step)
    (i64.add
      (local.get 0)
      (call_indirect (type $step) (i64.add (local.get 0) (i64.const 1)) (i32.const 1))))
  (func $odd (type $step)
    (i64.xor
      (local.get 0)
      (call_indirect (type $step) (i64.add (local.get 0) (i64.const 1)) (i32.const 0))))
  (func (export "_start")
    (drop (call_indirect (type $step) (i64.const 0) (i32.const 0)))))

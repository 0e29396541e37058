;; Declares a table of 10,000,000 entries and grows it by a million filled entries at a time until that is refused, then exits with 3.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (table $table 10000000 funcref)
  (elem declare func $filler)
  (func $filler)
  (func (export "_start")
    (loop $grow
      (br_if $grow
        (i32.ne
          (table.grow $table (ref.func $filler) (i32.const 1000000))
          (i32.const -1))))
    (call $proc_exit (i32.const 3))))

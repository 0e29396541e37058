;; Declares a memory of 4 GiB from the start, writes to its first and last byte and exits with 3.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 65536)
  (func (export "_start")
    (i32.store8 (i32.const 0) (i32.const 1))
    (i32.store8 (i32.const -1) (i32.const 1))
    (call $proc_exit (i32.const 3))))

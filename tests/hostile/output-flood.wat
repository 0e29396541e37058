;; Writes to standard output and standard error for ever, 64 MiB in a call: 1,024 times the same 64 KiB. Ignores what the calls return.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start") (local $i i32)
    (memory.fill (i32.const 0) (i32.const 65) (i32.const 65536))
    (loop $gather ;; the list of pieces lies in the second page: address 0, length 65536
      (i32.store offset=65540 (i32.shl (local.get $i) (i32.const 3)) (i32.const 65536))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $gather (i32.lt_u (local.get $i) (i32.const 1024))))
    (loop $again
      (drop (call $fd_write (i32.const 1) (i32.const 65536) (i32.const 1024) (i32.const 98304)))
      (drop (call $fd_write (i32.const 2) (i32.const 65536) (i32.const 1024) (i32.const 98304)))
      (br $again))))

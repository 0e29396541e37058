;; Sleeps by the monotonic clock for 2^64-1 ns, again and again: now plus that overflows, and a virtual clock may not save the run.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    ;; The subscription at 0: user data 0, kind 0 (clock) at 8, clock 1 at 16, timeout at 24, precision 0 at 32, flags 0 (relative) at 40.
    (i32.store (i32.const 16) (i32.const 1))
    (i64.store (i32.const 24) (i64.const -1))
    (loop $again
      (drop (call $poll_oneoff (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))
      (br $again))))

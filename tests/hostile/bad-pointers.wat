;; Calls the host with pointers beyond the memory and huge counts: each call must give an error, or the exit code is 9; at the end it is 0.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1 1)
  (func $refused (param $errno i32)
    (if (i32.eqz (local.get $errno)) (then (call $proc_exit (i32.const 9)))))
  (func (export "_start")
    ;; The pieces to write: at 16 from 65520 to beyond the memory, at 24 from -1 on, at 32 one that is in order and empty.
    (i32.store (i32.const 16) (i32.const 65520))
    (i32.store (i32.const 20) (i32.const 17))
    (i32.store (i32.const 24) (i32.const -1))
    (i32.store (i32.const 28) (i32.const -1))
    ;; At 512 lies a subscription in order: clock 1, timeout 0. Everything but the clock is 0.
    (i32.store (i32.const 528) (i32.const 1))
    ;; list beyond the memory
    (call $refused (call $fd_write (i32.const 1) (i32.const -16) (i32.const 1) (i32.const 8)))
    ;; list half beyond the memory
    (call $refused (call $fd_write (i32.const 1) (i32.const 65532) (i32.const 1) (i32.const 8)))
    ;; 4,294,967,295 pieces: their size overflows 32 bits
    (call $refused (call $fd_write (i32.const 1) (i32.const 0) (i32.const -1) (i32.const 8)))
    ;; 536,870,913 pieces: their size is 8 in 32 bits
    (call $refused (call $fd_write (i32.const 1) (i32.const 0) (i32.const 536870913) (i32.const 8)))
    ;; piece whose end is beyond the memory
    (call $refused (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
    ;; piece whose end overflows 32 bits
    (call $refused (call $fd_write (i32.const 1) (i32.const 24) (i32.const 1) (i32.const 8)))
    ;; count of written bytes beyond the memory
    (call $refused (call $fd_write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const -2)))
    ;; no such descriptor
    (call $refused (call $fd_write (i32.const -1) (i32.const 32) (i32.const 1) (i32.const 8)))
    ;; subscriptions beyond the memory
    (call $refused (call $poll_oneoff (i32.const -48) (i32.const 1024) (i32.const 1) (i32.const 8)))
    ;; 4,294,967,295 subscriptions
    (call $refused (call $poll_oneoff (i32.const 512) (i32.const 1024) (i32.const -1) (i32.const 8)))
    ;; 268,435,456 subscriptions: their size is 0 in 32 bits
    (call $refused (call $poll_oneoff (i32.const 512) (i32.const 1024) (i32.const 268435456) (i32.const 8)))
    ;; events beyond the memory
    (call $refused (call $poll_oneoff (i32.const 512) (i32.const -16) (i32.const 1) (i32.const 8)))
    ;; count of events beyond the memory
    (call $refused (call $poll_oneoff (i32.const 512) (i32.const 1024) (i32.const 1) (i32.const -2)))
    ;; buffer beyond the memory, whose end overflows
    (call $refused (call $random_get (i32.const -16) (i32.const 64)))
    ;; 4 GiB of randomness
    (call $refused (call $random_get (i32.const 0) (i32.const -1)))
    ;; one byte too far
    (call $refused (call $random_get (i32.const 65535) (i32.const 2)))
    ;; time beyond the memory
    (call $refused (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const -4)))
    ;; one byte too far
    (call $refused (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 65529)))
    ;; no such clock
    (call $refused (call $clock_time_get (i32.const 99) (i64.const 1) (i32.const 8)))
    ;; count beyond the memory
    (call $refused (call $args_sizes_get (i32.const -2) (i32.const 8)))
    ;; size one byte too far
    (call $refused (call $args_sizes_get (i32.const 8) (i32.const 65533)))
    ;; count beyond the memory
    (call $refused (call $environ_sizes_get (i32.const -2) (i32.const 8)))
    ;; size one byte too far
    (call $refused (call $environ_sizes_get (i32.const 8) (i32.const 65533)))
    ;; state beyond the memory
    (call $refused (call $fd_fdstat_get (i32.const 1) (i32.const -8)))
    ;; one byte too far
    (call $refused (call $fd_fdstat_get (i32.const 1) (i32.const 65513)))
    ;; Without any argument or variable there is nothing to write, so that these may succeed.
    (drop (call $args_get (i32.const -4) (i32.const 1024)))
    (drop (call $args_get (i32.const 1024) (i32.const -1)))
    (drop (call $args_get (i32.const 65534) (i32.const 65535)))
    (drop (call $environ_get (i32.const -4) (i32.const 1024)))
    (drop (call $environ_get (i32.const 1024) (i32.const -1)))
    (drop (call $environ_get (i32.const 65534) (i32.const 65535)))
    (call $proc_exit (i32.const 0))))

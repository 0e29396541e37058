;; Looks for opened folders and opens files from descriptors 3 to 63: each call must give EBADF (8), or the exit code is 9; else it is 0.
(module
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "etc/passwd")
  (data (i32.const 16) "/etc/passwd")
  (data (i32.const 32) "../../../../etc/passwd")
  (data (i32.const 64) ".")
  (data (i32.const 80) "new-file")
  (func $bad (param $errno i32)
    (if (i32.ne (local.get $errno) (i32.const 8)) (then (call $proc_exit (i32.const 9)))))
  ;; Opens with all rights asked; $flags: 1 create, 2 a folder.
  (func $open (param $fd i32) (param $path i32) (param $length i32) (param $flags i32)
    (call $bad
      (call $path_open
        (local.get $fd) (i32.const 1) (local.get $path) (local.get $length) (local.get $flags)
        (i64.const 0x1fffffff) (i64.const 0x1fffffff) (i32.const 0) (i32.const 1024))))
  (func (export "_start") (local $fd i32)
    (local.set $fd (i32.const 3))
    (loop $next
      (call $bad (call $fd_prestat_get (local.get $fd) (i32.const 1024)))
      (call $open (local.get $fd) (i32.const 0) (i32.const 10) (i32.const 0))
      (call $open (local.get $fd) (i32.const 16) (i32.const 11) (i32.const 0))
      (call $open (local.get $fd) (i32.const 32) (i32.const 22) (i32.const 0))
      (call $open (local.get $fd) (i32.const 64) (i32.const 1) (i32.const 2))
      (call $open (local.get $fd) (i32.const 80) (i32.const 8) (i32.const 1))
      (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $fd) (i32.const 64))))
    (call $proc_exit (i32.const 0))))

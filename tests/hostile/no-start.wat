;; Exports no _start, only a function of another name.
(module
  (memory (export "memory") 1)
  (func (export "start")))

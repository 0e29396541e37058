// The network, files, environment and processes of the host, by Go's own library.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

func reached(what string) { fmt.Println("reached", what) }

func main() {
	for _, address := range []string{"127.0.0.1:" + os.Getenv("ATTACK_PORT"), "169.254.169.254:80", "1.1.1.1:443"} {
		if conn, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			conn.Close()
			reached(address)
		}
	}
	if names, err := net.LookupHost("example.com"); err == nil {
		reached(fmt.Sprint("names ", names))
	}
	for _, path := range []string{"/etc/passwd", "/proc/1/environ", "/proc/1/root/etc/passwd", os.Getenv("ATTACK_SECRET")} {
		// In some boxes it is the first process itself.
		if path == "/proc/1/environ" && os.Getpid() == 1 {
			continue
		}
		if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
			reached(path)
		}
	}
	for _, tool := range []string{"/bin/sh", "/usr/bin/env", "sh", "cc"} {
		if out, err := exec.Command(tool).CombinedOutput(); err == nil {
			reached(tool + " " + string(out))
		}
	}
	filepath.WalkDir("/", func(path string, entry os.DirEntry, err error) error {
		if path == "/proc" || path == "/lib" {
			return filepath.SkipDir
		}
		info, err := os.Lstat(path)
		if err == nil && info.Mode().IsRegular() && path != "/program" {
			reached(path)
		}
		return nil
	})
	attributes := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS}
	if _, err := os.StartProcess("/proc/self/exe", []string{"x"}, &os.ProcAttr{Sys: attributes}); err == nil {
		reached("a user namespace")
	}
	if err := syscall.Mount("x", "/tmp", "tmpfs", 0, ""); err == nil {
		reached("mount")
	}
	if err := syscall.Chroot("/tmp"); err == nil {
		reached("chroot")
	}
	if err := syscall.PtraceAttach(os.Getppid()); err == nil {
		reached("ptrace")
	}
	fmt.Println("held")
}

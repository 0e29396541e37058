// The same kernel by its other doors: the 32-bit table and the x32 numbers, which a filter by 64-bit numbers may forget.
static void child(const char *what, long (*call)(void)) {
    int pid = fork(), status = 0;
    if (pid == 0) _exit(call() >= 0 ? 99 : 0);
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 99) reached(what);
}
static long i386(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
}
static long getpid_32(void) { return i386(20, 0, 0, 0); }
static long keyctl_32(void) { return i386(288, 0, -3, 0); }
static long unshare_32(void) { return i386(310, 0x10000000, 0, 0); }
static long getpid_x32(void) { return syscall(0x40000000 | 39); }
static long keyctl_x32(void) { return syscall(0x40000000 | 250, 0, -3, 0); }
int main() {
#ifdef __x86_64__
    child("getpid by int 0x80", getpid_32); child("keyctl by int 0x80", keyctl_32); child("unshare by int 0x80", unshare_32);
    child("getpid by x32", getpid_x32); child("keyctl by x32", keyctl_x32);
#endif
    return held();
}

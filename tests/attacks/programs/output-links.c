// What it leaves behind at the places the host takes things from: links, hard links, pipes and holes.
int main() {
    const char *secret = getenv("ATTACK_SECRET") ?: "/etc/passwd";
    symlink(secret, "tmp/output"); symlink(secret, "tmp/10"); symlink("/etc/passwd", "tmp/stdout");
    link("/proc/self/exe", "tmp/hard"); mkfifo("tmp/pipe", 0600);
    must_fail("a link beside the program", symlink(secret, "/output"));
    must_fail("the descriptor's name", unlink("/proc/self/fd/10"));
    must_fail("the program's name", unlink("/proc/self/exe"));
    must_fail("the descriptor's place", rename("tmp/output", "/proc/self/fd/10"));
    signal(SIGXFSZ, SIG_IGN);
    // Far larger than allowed, without writing it: the host must not believe the size.
    must_fail("a large hole", ftruncate(10, 1l << 40));
    if (write(10, "fine", 4) != 4) reached("no output at all");
    return held();
}

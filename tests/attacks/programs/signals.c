// Everybody is told to end; only the box may hear it.
int main() {
    must_fail("a terminal", open("/dev/tty", O_RDWR));
    for (int f = 0; f < 3; f++) { must_fail("TIOCSTI", ioctl(f, TIOCSTI, "x")); if (isatty(f)) reached("a terminal"); }
    must_fail("TIOCSCTTY", ioctl(0, TIOCSCTTY, 1));
    for (int s = 1; s < 65; s++) signal(s, SIG_IGN);
    for (int round = 0; round < 3; round++) {
        kill(0, SIGTERM); kill(-1, SIGTERM); kill(0, SIGINT); kill(-1, SIGHUP);
        kill(1, SIGKILL); kill(getppid(), SIGKILL);
        for (int pid = 3; pid < 5000; pid++) if (kill(pid, SIGTERM) == 0 || kill(-pid, 0) == 0) { reached("another process"); break; }
    }
    if (getsid(0) == 0 && getppid() == 0) reached("somebody else's session");
    return held();
}

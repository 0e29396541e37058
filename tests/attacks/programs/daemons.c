// Daemons that left their session, their parent and their streams, and ignore what they can.
int main() {
    for (int i = 0; i < 20; i++) {
        if (fork() == 0) {
            setsid();
            if (fork()) _exit(0);
            for (int s = 1; s < 65; s++) signal(s, SIG_IGN);
            if (i % 2) { close(0); close(1); close(2); }
            prctl(PR_SET_NAME, "attack-daemon");
            for (;;) pause();
        }
    }
    usleep(50000);
    return held();
}

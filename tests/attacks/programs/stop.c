// Stops its parent, everybody, and itself.
int main() {
    kill(getppid(), SIGSTOP); kill(-1, SIGSTOP); kill(1, SIGSTOP);
    for (;;) raise(SIGSTOP);
}

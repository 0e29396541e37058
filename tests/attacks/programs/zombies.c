// Children that nobody waits for, until no more can be had.
int main() {
    for (int i = 0; i < 100000; i++) {
        int pid = fork();
        if (pid < 0) return held();
        if (pid == 0) _exit(0);
    }
    reached("100000 zombies");
}

// One short run of each kind, by its argument.
int main(int argc, char **argv) {
    static char block[1 << 16];
    switch (argc > 1 ? argv[1][0] : 's') {
    case 's': { int f = open("tmp/x", O_CREAT | O_WRONLY, 0600); write(f, block, sizeof block); return held(); }
    case 'e': return 3;
    case 'a': abort();
    case 'v': return *(volatile int *)0;
    case 'w': for (;;) pause();
    case 'o': for (;;) write(1, block, sizeof block);
    case 'm': for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }
    case 'd': for (int i = 0; i < 3; i++) if (fork() == 0) { setsid(); for (;;) pause(); } return held();
    }
    return 1;
}

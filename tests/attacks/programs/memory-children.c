// Many processes, each with a little; together more than allowed.
int main() {
    for (int i = 0; i < 40; i++)
        if (fork() == 0) { char *p = malloc(8 << 20); memset(p, 1, 8 << 20); for (;;) pause(); }
    for (;;) pause();
}

// Each child is short; together they are long.
int main() { for (;;) { if (fork() == 0) { for (volatile int i = 0; i < 3000000; i++); _exit(0); } wait(0); } }

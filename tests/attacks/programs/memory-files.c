// Memory files are memory.
int main() {
    static char block[1 << 20];
    memset(block, 1, sizeof block);
    for (int i = 0; i < 500; i++) {
        int f = syscall(SYS_memfd_create, "x", 0);
        if (f < 0) return held();
        for (int k = 0; k < 8; k++) if (write(f, block, sizeof block) < 0) break;
    }
    reached("4 GB of memory files");
}

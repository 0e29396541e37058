// Shared memory by mapping, which only the box's own counter sees.
int main() {
    for (int i = 0; i < 4096; i++) {
        char *p = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) continue;
        memset(p, 1, 1 << 20);
    }
    reached("4 GB of shared memory");
}

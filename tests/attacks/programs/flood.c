// Output without end and without a newline, on both streams.
int main() {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (;;) { write(1, block, sizeof block); write(2, block, sizeof block); }
}

int main() { for (;;) sleep(1000); }

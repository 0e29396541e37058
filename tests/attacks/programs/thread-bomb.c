static void *wait_(void *x) { for (;;) pause(); }
int main() {
    pthread_attr_t a; pthread_attr_init(&a); pthread_attr_setstacksize(&a, 64 << 10);
    for (int i = 0; i < 20000; i++) { pthread_t t; if (pthread_create(&t, &a, wait_, 0)) return held(); }
    reached("20000 threads");
}

// Not an attack: what the next run in the same place sees must be as if it were the first.
int main() {
    DIR *tmp = opendir("tmp");
    for (struct dirent *e; tmp && (e = readdir(tmp));) if (e->d_name[0] != '.') reached("something in tmp");
    if (tmp) closedir(tmp);
    DIR *proc = opendir("/proc");
    for (struct dirent *e; proc && (e = readdir(proc));) {
        int pid = atoi(e->d_name);
        if (pid && pid != getpid()) reached("another process");
    }
    if (proc) closedir(proc);
    for (int f = 3; f < 1024; f++) if (fcntl(f, F_GETFD) >= 0) reached("an open descriptor");
    int f = open("tmp/own", O_CREAT | O_WRONLY, 0600);
    if (f < 0 || write(f, "x", 1) != 1) reached("no room in tmp");
    char *p = malloc(16 << 20);
    if (p) memset(p, 1, 16 << 20); else reached("no memory");
    for (int i = 0; i < 8; i++) { int pid = fork(); if (pid < 0) reached("no processes"); if (pid == 0) _exit(0); wait(0); }
    return held();
}

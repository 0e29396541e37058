// In some boxes it is the first process itself, and may know what it is.
static int own(const char *path) { return getpid() == 1 && strncmp(path, "/proc/1/", 8) == 0 && strcmp(path, "/proc/1/root/etc/passwd"); }
static void look(const char *path) {
    if (own(path)) return;
    int f = open(path, O_RDONLY);
    char b[4096];
    if (f >= 0 && read(f, b, sizeof b) > 0) reached(path);
    DIR *dir = f >= 0 ? fdopendir(f) : 0;
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) { reached(path); break; }
}
extern char **environ;
int main() {
    const char *paths[] = {
        "/etc/passwd", "/etc/shadow", "/etc/hostname", "/root", "/home", "/var", "/usr", "/sys", "/sys/fs/cgroup", "/boot", "/opt",
        "/srv", "/mnt", "/run", "/dev/shm", "/dev/pts", "/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/tty",
        "/dev/console", "/dev/random", "/dev/ptmx", "/dev/net/tun", "/dev/vda", "/dev/sda", "/proc/1/root", "/proc/1/root/etc/passwd", "/proc/1/environ",
        "/proc/1/maps", "/proc/1/fd", "/proc/1/cwd", "/proc/1/mem", "/proc/1/mountinfo", "/proc/self/root/etc/passwd",
        "/proc/self/cwd/../etc/passwd", "../../../etc/passwd", "tmp/../../etc/passwd", "/proc/kcore", "/proc/keys", "/proc/kallsyms",
        "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/cmdline", "/proc/version", "/proc/cpuinfo", "/proc/meminfo",
        "/proc/mounts/../../etc/passwd", "/proc/config.gz", "/proc/net/tcp", "/proc/scsi", "/proc/bus", "/proc/irq", 0};
    for (const char **path = paths; *path; path++) look(*path);
    if (getenv("ATTACK_SECRET")) look(getenv("ATTACK_SECRET"));
    must_fail("writing its own memory", open("/proc/self/mem", O_RDWR));
    must_fail("core_pattern", open("/proc/sys/kernel/core_pattern", O_WRONLY));
    must_fail("oom_score_adj", open("/proc/self/oom_score_adj", O_WRONLY));
    must_fail("uid_map", open("/proc/self/uid_map", O_WRONLY));
    // Some runtimes say where home is: the root, of which nothing follows.
    for (char **v = environ; *v; v++)
        if (strncmp(*v, "ATTACK_", 7) && strncmp(*v, "PATH=", 5) && strcmp(*v, "HOME=/")) reached(*v);
    FILE *mounts = fopen("/proc/self/mountinfo", "r");
    char line[4096];
    while (mounts && fgets(line, sizeof line, mounts)) if (strstr(line, "attack-canary")) reached("a host path in mountinfo");
    FILE *groups = fopen("/proc/self/cgroup", "r");
    while (groups && fgets(line, sizeof line, groups)) if (strstr(line, "assay-")) reached("the name of its cgroup");
    if (getuid() == 0 || geteuid() == 0) reached("user 0");
    return held();
}

#include <sys/ipc.h>
#include <sys/shm.h>
// The first of two that run at the same time: it says something on every channel that might exist.
int main(int argc, char **argv) {
    int self = open(argv[0], O_RDONLY);
    flock(self, LOCK_EX);
    struct flock read_lock = {F_RDLCK, SEEK_SET, 0, 1};
    fcntl(self, F_SETLK, &read_lock);
    fcntl(self, F_OFD_SETLK, &read_lock);
    fcntl(self, F_SETLEASE, F_RDLCK);
    struct timespec when[2] = {{1, 0}, {1, 0}};
    futimens(self, when); fchmod(self, 0700);
    int f = open("tmp/attack-mark", O_CREAT | O_WRONLY, 0666); write(f, "x", 1);
    f = open("/dev/shm/attack-mark", O_CREAT | O_WRONLY, 0666);
    syscall(SYS_add_key, "user", "attack-mark", "x", 1, -4);
    shmat(shmget(0x61737379, 4096, IPC_CREAT | 0666), 0, 0);
    struct sockaddr_un a = {AF_UNIX, "\0attack-mark"};
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(s, (void *)&a, 14); listen(s, 1);
    struct sockaddr_in b = {AF_INET, htons(41414), {htonl(INADDR_LOOPBACK)}};
    s = socket(AF_INET, SOCK_STREAM, 0);
    bind(s, (void *)&b, sizeof b); listen(s, 1);
    prctl(PR_SET_NAME, "attack-mark");
    usleep(1500000);
    return held();
}

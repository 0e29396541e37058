#include <sys/ipc.h>
#include <sys/shm.h>
// The second: it listens on all of them, again and again.
int main(int argc, char **argv) {
    for (int round = 0; round < 10; round++, usleep(100000)) {
        int self = open(argv[0], O_RDONLY);
        if (flock(self, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) reached("flock");
        if (flock(self, LOCK_UN) == 0) reached("a lock on a shared file");
        struct flock lock = {F_WRLCK, SEEK_SET, 0, 1};
        if (fcntl(self, F_GETLK, &lock) == 0) reached("record locks");
        struct flock open_lock = {F_WRLCK, SEEK_SET, 0, 1};
        if (fcntl(self, F_OFD_GETLK, &open_lock) == 0) reached("record locks of descriptions");
        struct stat st;
        fstat(self, &st);
        if (st.st_mtime == 1 || (st.st_mode & 0777) == 0700) reached("the shared file's marks");
        close(self);
        must_fail("tmp", access("tmp/attack-mark", F_OK));
        must_fail("/dev/shm", access("/dev/shm/attack-mark", F_OK));
        must_fail("keyring", syscall(SYS_request_key, "user", "attack-mark", 0, 0));
        must_fail("shm", shmget(0x61737379, 4096, 0));
        struct sockaddr_un a = {AF_UNIX, "\0attack-mark"};
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        must_fail("abstract socket", s < 0 ? -1 : connect(s, (void *)&a, 14));
        close(s);
        struct sockaddr_in b = {AF_INET, htons(41414), {htonl(INADDR_LOOPBACK)}};
        s = socket(AF_INET, SOCK_STREAM, 0);
        if (reaches(s, &b)) reached("loopback");
        close(s);
    }
    return held();
}

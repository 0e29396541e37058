// What the C attacks share: every attempt that goes through is named on standard output, and a program that came to its end
// says so. Compiled in front of each.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void reached(const char *what) { printf("reached %s\n", what); fflush(stdout); }
static int held(void) { printf("held\n"); fflush(stdout); return 0; }
// A call that must fail; whatever it gave, if it did not.
static void must_fail(const char *what, long result) { if (result >= 0) reached(what); }
// A connection to a port at which somebody listens. Where nobody does, the kernel may give a client the very port that it connects
// to, if it is one of those it gives out (32768 to 60999), and TCP then connects the client to itself: nothing was reached.
static int reaches(int s, const struct sockaddr_in *to) {
    struct sockaddr_in self;
    socklen_t size = sizeof self;
    if (s < 0 || connect(s, (const void *)to, sizeof *to) < 0) return 0;
    if (getsockname(s, (void *)&self, &size) < 0) return 1;
    return self.sin_port != to->sin_port || self.sin_addr.s_addr != to->sin_addr.s_addr;
}

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

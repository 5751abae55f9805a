// Death between two steps of one process: an LD_PRELOAD library that sends SIGKILL at a chosen system call.
//
// A step is a moment before, in the middle of, or after a call that others can see:
//   - write, writev, pwrite, pwritev, pwritev2, fallocate, ftruncate, fsync, fdatasync, rename, unlink on files below
//     KILLPOINT_DIR (in the middle of a write: half of its bytes are written);
//   - send, sendmsg, recv, recvmsg on sockets (in the middle of a send: half of its bytes have left).
// Steps are counted over all threads from the moment on at which the file KILLPOINT_TRIGGER exists. At step KILLPOINT_AT
// (0: never) the process dies. Each step is a line in KILLPOINT_LOG before it happens: number, call, moment.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static const char *directory, *trigger;
static unsigned long at, steps;
static int log_file = -1;

__attribute__((constructor)) static void begin(void) {
    directory = getenv("KILLPOINT_DIR");
    trigger = getenv("KILLPOINT_TRIGGER");
    const char *log = getenv("KILLPOINT_LOG"), *number = getenv("KILLPOINT_AT");
    if (!directory || !trigger || !log) return;
    at = number ? strtoul(number, NULL, 10) : 0;
    log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

static bool is_armed(void) { return log_file >= 0 && syscall(SYS_access, trigger, F_OK) == 0; }

static bool is_below(const char *path) {
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

static bool is_watched_file(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t count = readlink(link, path, sizeof path - 1);
    if (count <= 0) return false;
    path[count] = 0;
    return is_below(path);
}

static bool is_socket(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

// Whether this step is the one to die at; logs it.
static bool reached(const char *call, const char *moment) {
    char line[128];
    unsigned long number = __atomic_add_fetch(&steps, 1, __ATOMIC_SEQ_CST);
    int count = snprintf(line, sizeof line, "%lu %s %s\n", number, call, moment);
    syscall(SYS_write, log_file, line, count);
    return number == at;
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static void step(const char *call, const char *moment) {
    if (reached(call, moment)) die();
}

// A call with the steps before and after it, and, where `half` is given, one in its middle.
#define STEPS(type, watched, name, half, forward)     \
    int error = errno;                                \
    bool is_counted = is_armed() && (watched);        \
    errno = error;                                    \
    if (!is_counted) return forward;                  \
    step(#name, "before");                            \
    half;                                             \
    type result = forward;                            \
    error = errno;                                    \
    step(#name, "after");                             \
    errno = error;                                    \
    return result;

#define IN_THE_MIDDLE(name, forward)                  \
    if (reached(#name, "half")) {                     \
        (void)!forward;                               \
        die();                                        \
    }

static struct iovec half_of(const struct iovec *parts, int count, char **buffer) {
    size_t size = 0, filled = 0;
    for (int n = 0; n < count; n++) size += parts[n].iov_len;
    *buffer = malloc(size + 1);
    for (int n = 0; n < count; filled += parts[n++].iov_len) memcpy(*buffer + filled, parts[n].iov_base, parts[n].iov_len);
    return (struct iovec){*buffer, size / 2};
}

#define WRITER(name, signature, half, forward) \
    ssize_t name signature { STEPS(ssize_t, is_watched_file(fd), name, IN_THE_MIDDLE(name, half), forward) }
#define GATHERER(name, signature, half, forward)                              \
    ssize_t name signature {                                                  \
        char *buffer;                                                         \
        STEPS(ssize_t, is_watched_file(fd), name, if (reached(#name, "half")) { \
            struct iovec part = half_of(v, n, &buffer);                       \
            (void)!half;                                                      \
            die();                                                            \
        }, forward)                                                           \
    }

WRITER(write, (int fd, const void *data, size_t size), NEXT(write)(fd, data, size / 2), NEXT(write)(fd, data, size))
WRITER(pwrite, (int fd, const void *data, size_t size, off_t to), NEXT(pwrite)(fd, data, size / 2, to),
       NEXT(pwrite)(fd, data, size, to))
WRITER(pwrite64, (int fd, const void *data, size_t size, off64_t to), NEXT(pwrite64)(fd, data, size / 2, to),
       NEXT(pwrite64)(fd, data, size, to))
GATHERER(writev, (int fd, const struct iovec *v, int n), NEXT(writev)(fd, &part, 1), NEXT(writev)(fd, v, n))
GATHERER(pwritev, (int fd, const struct iovec *v, int n, off_t to), NEXT(pwritev)(fd, &part, 1, to),
         NEXT(pwritev)(fd, v, n, to))
GATHERER(pwritev64, (int fd, const struct iovec *v, int n, off64_t to), NEXT(pwritev64)(fd, &part, 1, to),
         NEXT(pwritev64)(fd, v, n, to))
GATHERER(pwritev2, (int fd, const struct iovec *v, int n, off_t to, int flags), NEXT(pwritev2)(fd, &part, 1, to, flags),
         NEXT(pwritev2)(fd, v, n, to, flags))

#define FILE_CALL(name, signature, forward) int name signature { STEPS(int, is_watched_file(fd), name, , forward) }
FILE_CALL(fallocate, (int fd, int mode, off_t from, off_t size), NEXT(fallocate)(fd, mode, from, size))
FILE_CALL(fallocate64, (int fd, int mode, off64_t from, off64_t size), NEXT(fallocate64)(fd, mode, from, size))
FILE_CALL(ftruncate, (int fd, off_t size), NEXT(ftruncate)(fd, size))
FILE_CALL(ftruncate64, (int fd, off64_t size), NEXT(ftruncate64)(fd, size))
FILE_CALL(fsync, (int fd), NEXT(fsync)(fd))
FILE_CALL(fdatasync, (int fd), NEXT(fdatasync)(fd))

int rename(const char *from, const char *to) { STEPS(int, is_below(to), rename, , NEXT(rename)(from, to)) }
int unlink(const char *path) { STEPS(int, is_below(path), unlink, , NEXT(unlink)(path)) }

#define SOCKET_CALL(name, signature, half, forward) \
    ssize_t name signature { STEPS(ssize_t, is_socket(fd), name, half, forward) }
SOCKET_CALL(send, (int fd, const void *data, size_t size, int flags),
            IN_THE_MIDDLE(send, NEXT(send)(fd, data, size / 2, flags)), NEXT(send)(fd, data, size, flags))
SOCKET_CALL(sendmsg, (int fd, const struct msghdr *message, int flags), , NEXT(sendmsg)(fd, message, flags))
SOCKET_CALL(recv, (int fd, void *data, size_t size, int flags), , NEXT(recv)(fd, data, size, flags))
SOCKET_CALL(recvmsg, (int fd, struct msghdr *message, int flags), , NEXT(recvmsg)(fd, message, flags))

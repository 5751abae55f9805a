// Power loss for one directory of one process: an LD_PRELOAD library.
//
// The process works on POWERLOSS_DIR as usual: that is what the page cache shows. What a disk would still hold after
// the power went is kept beside it, under POWERLOSS_DURABLE:
//
//     inodes/<inode>-<birth>     content, as of the last sync of the file
//     tree/…                     names, as of the last sync of each directory: hard links to inodes/
//
// Kill the process with SIGKILL at any moment; then `tree/` is the disk. What this models:
//   - data written to a file reaches the disk at fsync or fdatasync of that file (by any descriptor), or with a write
//     that syncs (O_DSYNC, O_SYNC, RWF_DSYNC, RWF_SYNC), never before, unless POWERLOSS_WRITEBACK asks for it;
//   - a new, renamed or removed name reaches the disk at fsync of its directory (ext4 is kinder: it is not relied on);
//   - a file whose name is on the disk and which was never synced is empty;
//   - a sync that is interrupted by the kill leaves a part of what it was to write;
//   - what was there when the process started is on the disk.
// Not modelled: writes through mmap, io_uring, reordering inside of one sync, writeback of names.
//
// Faults, all optional. They act on files whose path contains POWERLOSS_MATCH (default: all), and only from the moment
// on at which the file POWERLOSS_TRIGGER exists (default: at once):
//   POWERLOSS_SWALLOW=1              syncs say yes and do nothing: the negative control
//   POWERLOSS_WRITEBACK=<percent>    so many of the written pages reach the disk early, as the kernel's flusher does
//   POWERLOSS_SEED=<n>               which pages
//   POWERLOSS_FAIL_SYNC_AT=<n>       the n-th sync fails with EIO and, as on Linux, what it should have written is lost
//   POWERLOSS_SYNC_DELAY_MS=<n>      every sync takes so long
//   POWERLOSS_ENOSPC_AFTER_BYTES=<n> after so many bytes writes fail with ENOSPC
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#define PAGE 4096
#define BUCKETS 4096
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

// --- Settings -------------------------------------------------------------------------------------------------------
static struct {
    bool on, swallow;
    char dir[PATH_MAX], durable[PATH_MAX];
    const char *match, *trigger;
    unsigned long writeback, fail_sync_at, sync_delay_ms;
    unsigned long long enospc_after;
} set;

static unsigned long long number(const char *name, unsigned long long otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

__attribute__((format(printf, 1, 2), noreturn)) static void fatal(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vdprintf(2, format, arguments);
    va_end(arguments);
    _exit(99);
}

// --- Files that are known -------------------------------------------------------------------------------------------
struct identity {
    uint64_t inode, birth;
    uint64_t size;
    mode_t mode;
};

// What of a file is not on the disk: one range is enough, what lies between two dirty ones is the same on both sides.
struct file {
    struct identity id;
    uint64_t low, high;
    struct file *next;
};

static struct file *files[BUCKETS];
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;  // the table and its ranges
static pthread_mutex_t disk_lock = PTHREAD_MUTEX_INITIALIZER;   // one sync at a time
static uint64_t random_state, bytes_written;
static unsigned long syncs;

static bool identify(int directory, const char *name, int flags, struct identity *id) {
    struct statx status;
    if (syscall(SYS_statx, directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) return false;
    uint64_t birth = (uint64_t)status.stx_btime.tv_sec * 1000000000ULL + status.stx_btime.tv_nsec;
    *id = (struct identity){status.stx_ino, birth, status.stx_size, status.stx_mode};
    return true;
}

// The path of an open file, if it lies below the directory.
static bool tracked_path(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t count = readlink(link, path, PATH_MAX - 1);
    if (count <= 0) return false;
    path[count] = 0;
    size_t length = strlen(set.dir);
    return strncmp(path, set.dir, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static struct file *find(const struct identity *id, bool create) {
    struct file **slot = &files[(id->inode * 0x9E3779B97F4A7C15ULL) % BUCKETS];
    for (struct file *file = *slot; file; file = file->next)
        if (file->id.inode == id->inode && file->id.birth == id->birth) return file;
    if (!create) return NULL;
    struct file *file = calloc(1, sizeof *file);
    if (!file) fatal("powerloss: out of memory\n");
    *file = (struct file){*id, UINT64_MAX, 0, *slot};
    return *slot = file;
}

static void mark(const struct identity *id, uint64_t low, uint64_t high) {
    pthread_mutex_lock(&table_lock);
    struct file *file = find(id, true);
    if (low < file->low) file->low = low;
    if (high > file->high) file->high = high;
    pthread_mutex_unlock(&table_lock);
}

// --- The disk -------------------------------------------------------------------------------------------------------
static int open_durable(const struct identity *id) {
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/inodes/%llu-%llu", set.durable, (unsigned long long)id->inode,
             (unsigned long long)id->birth);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, id->mode & 07777);
    if (fd < 0) fatal("powerloss: cannot open %s: %s\n", path, strerror(errno));
    return fd;
}

static int reopen(int fd) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
}

static void copy(int from, int to, uint64_t low, uint64_t high) {
    static __thread char buffer[1 << 16];
    while (low < high) {
        size_t want = high - low < sizeof buffer ? high - low : sizeof buffer;
        long count = syscall(SYS_pread64, from, buffer, want, low);
        if (count <= 0) return;  // the file was cut meanwhile
        if (syscall(SYS_pwrite64, to, buffer, count, low) != count) fatal("powerloss: %s\n", strerror(errno));
        low += (uint64_t)count;
    }
}

static void put_on_disk(int fd, struct identity *id, uint64_t low, uint64_t high) {
    int from = reopen(fd), to = open_durable(id);
    if (from >= 0) {
        copy(from, to, low, high < id->size ? high : id->size);
        struct identity now;
        if (identify(from, "", AT_EMPTY_PATH, &now)) syscall(SYS_ftruncate, to, now.size < id->size ? now.size : id->size);
        close(from);
    }
    close(to);
}

static void sync_content(int fd, struct identity *id) {
    pthread_mutex_lock(&table_lock);
    struct file *file = find(id, true);
    uint64_t low = file->low, high = file->high;
    file->low = UINT64_MAX;
    file->high = 0;
    pthread_mutex_unlock(&table_lock);
    identify(fd, "", AT_EMPTY_PATH, id);  // the size after the range was taken: what is in the range is in the size
    put_on_disk(fd, id, low, high);
}

static void link_name(const struct identity *id, const char *tree, const char *name) {
    char target[2 * PATH_MAX], entry[2 * PATH_MAX], unfinished[2 * PATH_MAX];
    snprintf(target, sizeof target, "%s/inodes/%llu-%llu", set.durable, (unsigned long long)id->inode,
             (unsigned long long)id->birth);
    snprintf(entry, sizeof entry, "%s/%s", tree, name);
    snprintf(unfinished, sizeof unfinished, "%s/link", set.durable);
    struct identity want, have;
    close(open_durable(id));
    if (!identify(AT_FDCWD, target, 0, &want)) fatal("powerloss: %s: %s\n", target, strerror(errno));
    if (identify(AT_FDCWD, entry, AT_SYMLINK_NOFOLLOW, &have) && have.inode == want.inode) return;
    unlink(unfinished);
    if (link(target, unfinished) != 0 || rename(unfinished, entry) != 0)
        fatal("powerloss: cannot link %s: %s\n", entry, strerror(errno));
}

static void make_path(char *path) {
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0750);
        *slash = '/';
    }
    mkdir(path, 0750);
}

// Makes the names of one directory what they are now.
static void sync_names(const char *path) {
    char tree[2 * PATH_MAX], entry[4 * PATH_MAX];
    snprintf(tree, sizeof tree, "%s/tree%s", set.durable, path + strlen(set.dir));
    make_path(tree);
    DIR *live = opendir(path), *durable = opendir(tree);
    if (!live || !durable) fatal("powerloss: cannot list %s: %s\n", path, strerror(errno));
    struct identity id;
    for (struct dirent *item; (item = readdir(live));) {
        if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, "..")) continue;
        if (!identify(dirfd(live), item->d_name, AT_SYMLINK_NOFOLLOW, &id)) continue;
        snprintf(entry, sizeof entry, "%s/%s", tree, item->d_name);
        if (S_ISDIR(id.mode)) mkdir(entry, 0750);
        if (S_ISREG(id.mode)) link_name(&id, tree, item->d_name);
    }
    for (struct dirent *item; (item = readdir(durable));) {
        if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, "..")) continue;
        if (identify(dirfd(live), item->d_name, AT_SYMLINK_NOFOLLOW, &id)) continue;
        unlinkat(dirfd(durable), item->d_name, 0);
        unlinkat(dirfd(durable), item->d_name, AT_REMOVEDIR);
    }
    closedir(live);
    closedir(durable);
}

// What is there when the process starts, or at sync(2), is on the disk.
static void adopt(const char *path) {
    DIR *live = opendir(path);
    if (!live) return;
    char inner[2 * PATH_MAX];
    struct identity id;
    for (struct dirent *item; (item = readdir(live));) {
        if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, "..")) continue;
        if (!identify(dirfd(live), item->d_name, AT_SYMLINK_NOFOLLOW, &id)) continue;
        snprintf(inner, sizeof inner, "%s/%s", path, item->d_name);
        if (S_ISDIR(id.mode)) adopt(inner);
        if (!S_ISREG(id.mode)) continue;
        int fd = (int)syscall(SYS_openat, AT_FDCWD, inner, O_RDONLY | O_CLOEXEC, 0);
        if (fd >= 0) put_on_disk(fd, &id, 0, UINT64_MAX);
        if (fd >= 0) close(fd);
    }
    closedir(live);
    sync_names(path);
}

__attribute__((constructor)) static void begin(void) {
    const char *dir = getenv("POWERLOSS_DIR"), *durable = getenv("POWERLOSS_DURABLE");
    if (!dir || !durable) return;
    char inodes[PATH_MAX + 16];
    if (!realpath(dir, set.dir) || !realpath(durable, set.durable))
        fatal("powerloss: POWERLOSS_DIR and POWERLOSS_DURABLE must exist: %s\n", strerror(errno));
    snprintf(inodes, sizeof inodes, "%s/inodes", set.durable);
    mkdir(inodes, 0750);
    set.swallow = number("POWERLOSS_SWALLOW", 0);
    set.match = getenv("POWERLOSS_MATCH");
    set.trigger = getenv("POWERLOSS_TRIGGER");
    set.writeback = number("POWERLOSS_WRITEBACK", 0);
    set.fail_sync_at = number("POWERLOSS_FAIL_SYNC_AT", 0);
    set.sync_delay_ms = number("POWERLOSS_SYNC_DELAY_MS", 0);
    set.enospc_after = number("POWERLOSS_ENOSPC_AFTER_BYTES", ULLONG_MAX);
    random_state = number("POWERLOSS_SEED", 1) * 0x9E3779B97F4A7C15ULL | 1;
    adopt(set.dir);
    set.on = true;
}

// --- Faults ---------------------------------------------------------------------------------------------------------
static bool faults_act_on(const char *path) {
    struct identity id;
    if (set.match && !strstr(path, set.match)) return false;
    return !set.trigger || identify(AT_FDCWD, set.trigger, 0, &id);
}

// 0, or the error that a write of so many bytes gets.
static int write_fault(int fd, uint64_t count) {
    char path[PATH_MAX];
    struct identity id;
    if (!set.on || set.enospc_after == ULLONG_MAX || !identify(fd, "", AT_EMPTY_PATH, &id) || !S_ISREG(id.mode)) return 0;
    if (!tracked_path(fd, path) || !faults_act_on(path)) return 0;
    return __atomic_add_fetch(&bytes_written, count, __ATOMIC_SEQ_CST) > set.enospc_after ? ENOSPC : 0;
}

static void delay(unsigned long milliseconds) {
    struct timespec left = {(time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000L};
    while (milliseconds && clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) continue;
}

static unsigned long random_percent(void) {
    pthread_mutex_lock(&table_lock);
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    unsigned long percent = (random_state >> 33) % 100;
    pthread_mutex_unlock(&table_lock);
    return percent;
}

static void write_back_early(int fd, struct identity *id, uint64_t low, uint64_t high) {
    pthread_mutex_lock(&disk_lock);
    int from = reopen(fd), to = open_durable(id);
    for (uint64_t page = low / PAGE * PAGE; from >= 0 && page < high; page += PAGE)
        if (random_percent() < set.writeback) copy(from, to, page, page + PAGE);
    if (from >= 0) close(from);
    close(to);
    pthread_mutex_unlock(&disk_lock);
}

// --- What the calls do besides --------------------------------------------------------------------------------------
// The file behind a descriptor, if it is a regular one below the directory.
static bool known(int fd, struct identity *id) {
    char path[PATH_MAX];
    if (!set.on || !identify(fd, "", AT_EMPTY_PATH, id) || !S_ISREG(id->mode)) return false;
    pthread_mutex_lock(&table_lock);
    bool is_known = find(id, false) != NULL;
    pthread_mutex_unlock(&table_lock);
    return is_known || tracked_path(fd, path);
}

static int synced(int fd);

static void wrote(int fd, long long position, ssize_t count, int flags) {
    struct identity id;
    if (count <= 0 || !known(fd, &id)) return;
    int error = errno;
    uint64_t high = position >= 0 ? (uint64_t)(position + count) : (uint64_t)lseek(fd, 0, SEEK_CUR);
    mark(&id, high - (uint64_t)count, high);
    if (set.writeback) write_back_early(fd, &id, high - (uint64_t)count, high);
    if (flags & (RWF_DSYNC | RWF_SYNC) || fcntl(fd, F_GETFL) & O_DSYNC) synced(fd);
    errno = error;
}

static void cut(int fd, uint64_t from) {
    struct identity id;
    int error = errno;
    if (known(fd, &id)) mark(&id, from, UINT64_MAX);
    errno = error;
}

static int synced(int fd) {
    char path[PATH_MAX];
    struct identity id;
    if (!set.on || !identify(fd, "", AT_EMPTY_PATH, &id) || !(S_ISREG(id.mode) || S_ISDIR(id.mode))) return 0;
    if (!tracked_path(fd, path)) return 0;
    bool faulty = faults_act_on(path);
    bool fails = faulty && set.fail_sync_at && __atomic_add_fetch(&syncs, 1, __ATOMIC_SEQ_CST) == set.fail_sync_at;
    if (faulty) delay(set.sync_delay_ms);
    if (faulty && set.swallow) return 0;
    pthread_mutex_lock(&disk_lock);
    if (fails) {
        pthread_mutex_lock(&table_lock);
        struct file *file = find(&id, true);
        file->low = UINT64_MAX;
        file->high = 0;
        pthread_mutex_unlock(&table_lock);
    } else if (S_ISDIR(id.mode)) {
        sync_names(path);
    } else {
        sync_content(fd, &id);
    }
    pthread_mutex_unlock(&disk_lock);
    if (fails) errno = EIO;
    return fails ? -1 : 0;
}

// --- The calls ------------------------------------------------------------------------------------------------------
#define WRITER(signature, count, forward, position, flags)        \
    ssize_t signature {                                           \
        int fault = write_fault(fd, count);                       \
        if (fault) return errno = fault, -1;                      \
        ssize_t done = forward;                                   \
        wrote(fd, position, done, flags);                         \
        return done;                                              \
    }

static size_t total(const struct iovec *parts, int count) {
    size_t sum = 0;
    for (int n = 0; n < count; n++) sum += parts[n].iov_len;
    return sum;
}

WRITER(write(int fd, const void *data, size_t size), size, NEXT(write)(fd, data, size), -1, 0)
WRITER(pwrite(int fd, const void *data, size_t size, off_t at), size, NEXT(pwrite)(fd, data, size, at), at, 0)
WRITER(pwrite64(int fd, const void *data, size_t size, off64_t at), size, NEXT(pwrite64)(fd, data, size, at), at, 0)
WRITER(writev(int fd, const struct iovec *v, int n), total(v, n), NEXT(writev)(fd, v, n), -1, 0)
WRITER(pwritev(int fd, const struct iovec *v, int n, off_t at), total(v, n), NEXT(pwritev)(fd, v, n, at), at, 0)
WRITER(pwritev64(int fd, const struct iovec *v, int n, off64_t at), total(v, n), NEXT(pwritev64)(fd, v, n, at), at, 0)
WRITER(pwritev2(int fd, const struct iovec *v, int n, off_t at, int f), total(v, n), NEXT(pwritev2)(fd, v, n, at, f), at, f)
WRITER(pwritev64v2(int fd, const struct iovec *v, int n, off64_t at, int f), total(v, n),
       NEXT(pwritev64v2)(fd, v, n, at, f), at, f)

ssize_t copy_file_range(int from, off64_t *from_at, int fd, off64_t *at, size_t size, unsigned flags) {
    long long position = at ? *at : -1;
    ssize_t done = NEXT(copy_file_range)(from, from_at, fd, at, size, flags);
    wrote(fd, position, done, 0);
    return done;
}

#define CUTTER(name, type)                                        \
    int name(int fd, type size) {                                 \
        int result = NEXT(name)(fd, size);                        \
        if (result == 0) cut(fd, (uint64_t)size);                 \
        return result;                                            \
    }
CUTTER(ftruncate, off_t)
CUTTER(ftruncate64, off64_t)

#define ALLOCATOR(name, type)                                     \
    int name(int fd, int mode, type from, type size) {            \
        int fault = write_fault(fd, 0);                           \
        if (fault) return errno = fault, -1;                      \
        int result = NEXT(name)(fd, mode, from, size);            \
        if (result == 0 && mode & ~FALLOC_FL_KEEP_SIZE) cut(fd, (uint64_t)from); \
        return result;                                            \
    }
ALLOCATOR(fallocate, off_t)
ALLOCATOR(fallocate64, off64_t)

int fsync(int fd) { return synced(fd); }
int fdatasync(int fd) { return synced(fd); }
static void sync_all(void) {
    if (!set.on || set.swallow) return;
    pthread_mutex_lock(&disk_lock);
    adopt(set.dir);
    pthread_mutex_unlock(&disk_lock);
}
void sync(void) { sync_all(); }
int syncfs(int fd) { return (void)fd, sync_all(), 0; }

#define OPENER(name, ...)                                         \
    {                                                             \
        mode_t mode = 0;                                          \
        if (flags & (O_CREAT | __O_TMPFILE)) {                    \
            va_list rest;                                         \
            va_start(rest, flags);                                \
            mode = va_arg(rest, mode_t);                          \
            va_end(rest);                                         \
        }                                                         \
        int fd = NEXT(name)(__VA_ARGS__, flags, mode);            \
        if (fd >= 0 && flags & O_TRUNC) cut(fd, 0);               \
        return fd;                                                \
    }
int open(const char *path, int flags, ...) OPENER(open, path)
int open64(const char *path, int flags, ...) OPENER(open64, path)
int openat(int directory, const char *path, int flags, ...) OPENER(openat, directory, path)
int openat64(int directory, const char *path, int flags, ...) OPENER(openat64, directory, path)

/* Preloaded before a server: notes what reaches a database's files, and fails what a test wants failed.

   DISK_FILE  the database; its write-ahead log belongs to it
   DISK_NOTES where each write and sync is noted, in the order in which they were done
   DISK_SYNC_MS how long a sync takes at least, so that an acknowledgement before it is seen */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct note {
  double at;
  int64_t what, file, offset, length;
};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int countdown;

void fail_nth(int n) { countdown = n; }
int still_to_come(void) { return countdown; }

static int which(const char *path) {
  const char *file = getenv("DISK_FILE");
  size_t length = file ? strlen(file) : 0;
  if (!length || strncmp(path, file, length)) return 0;
  if (!path[length]) return 'd';
  return strcmp(path + length, "-wal") ? 0 : 'w';
}

static int which_open(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return which(path);
}

static void note(int what, int file, int64_t offset, const void *bytes, int64_t length) {
  static int notes = -1;
  const char *path = getenv("DISK_NOTES");
  if (!path || !*path) return;
  if (notes < 0) notes = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct note head = {now.tv_sec + now.tv_nsec / 1e9, what, file, offset, length};
  syscall(SYS_write, notes, &head, sizeof head);
  if (bytes) syscall(SYS_write, notes, bytes, length);
}

static int fails(void) {
  if (!countdown || --countdown) return 0;
  errno = EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WATCHED(file, call, noting)          \
  do {                                       \
    int saved = errno, file = which_open(fd); \
    errno = saved;                           \
    if (!file) return call;                  \
    pthread_mutex_lock(&turn);               \
    __typeof__(call) done = -1;              \
    if (!fails()) {                          \
      done = call;                           \
      saved = errno;                         \
      if (done >= 0) noting;                 \
      errno = saved;                         \
    }                                        \
    pthread_mutex_unlock(&turn);             \
    return done;                             \
  } while (0)

ssize_t write(int fd, const void *bytes, size_t size) {
  WATCHED(file, REAL(write)(fd, bytes, size),
          note('W', file, lseek(fd, 0, SEEK_CUR) - done, bytes, done));
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  WATCHED(file, REAL(pwrite)(fd, bytes, size, at), note('W', file, at, bytes, done));
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  WATCHED(file, REAL(pwrite64)(fd, bytes, size, at), note('W', file, at, bytes, done));
}
int ftruncate(int fd, off_t size) {
  WATCHED(file, REAL(ftruncate)(fd, size), note('T', file, size, 0, 0));
}
int ftruncate64(int fd, off64_t size) {
  WATCHED(file, REAL(ftruncate64)(fd, size), note('T', file, size, 0, 0));
}

static void take_time(void) {
  const char *wanted = getenv("DISK_SYNC_MS");
  if (wanted) usleep(atoi(wanted) * 1000);
}

int fdatasync(int fd) {
  WATCHED(file, REAL(fdatasync)(fd), (take_time(), note('S', file, 0, 0, 0)));
}
int fsync(int fd) {
  WATCHED(file, REAL(fsync)(fd), (take_time(), note('S', file, 0, 0, 0)));
}
int unlink(const char *path) {
  int file = which(path);
  int done = REAL(unlink)(path);
  if (file && !done) note('U', file, 0, 0, 0);
  return done;
}

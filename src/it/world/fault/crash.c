/* Faults for the agent's durable writes, by LD_PRELOAD. Build: fault/build.sh OUT.so
 *
 * Kill: CRASH_RENAME=SUBSTRING counts every rename whose target path contains it; CRASH_COUNT_FILE names the
 * file that holds the count over restarts of the process (one line per rename: its number and its target), so
 * that a run without a kill tells how many there are. CRASH_AT=N with CRASH_WHEN=before|after ends the
 * process with SIGKILL just before or just after the N-th, once: the count goes on after the restart.
 *
 * Hold: HOLD_DIR=FOLDER counts the renames of each app's own files (.../apps/NAME/...) in FOLDER/NAME.writes. A
 * file FOLDER/NAME.at with "N before" or "N after" makes the thread of the N-th stand still there for ever and
 * leaves FOLDER/NAME.held, so that whoever watches can kill the process with each of its apps at a place of its
 * own. Both files are read at each call: the counts begin anew when NAME.writes is removed.
 *
 * Errors: FAULT_RULES names a file, read at every call; a line is OP ERRNO SUBSTRING [SKIP [TIMES]] with OP
 * one of fsync, write, rename, open: "fsync 5 /record.json" fails each fsync of such a path with EIO, after
 * SKIP good ones, TIMES times (default: for ever). 5 EIO, 24 EMFILE, 28 ENOSPC, 30 EROFS. No file: no faults. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RULES 64
#define NEXT(f) ((__typeof__(&f))dlsym(RTLD_NEXT, #f))

static int hits[RULES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* System calls by number: the functions of their names are the ones that this file replaces. */
static ssize_t slurp(const char *path, char *buf, size_t size) {
  int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  size_t have = 0;
  ssize_t n;
  while (have < size - 1 && (n = syscall(SYS_read, fd, buf + have, size - 1 - have)) > 0) have += n;
  syscall(SYS_close, fd);
  buf[have] = 0;
  return have;
}

/* The error that a rule asks for, or 0. */
static int fault(const char *op, const char *path) {
  const char *file = getenv("FAULT_RULES");
  char buf[4096], *save, *line;
  int number = 0, error = 0;
  if (!file || !path || slurp(file, buf, sizeof buf) <= 0) return 0;
  pthread_mutex_lock(&lock);
  for (line = strtok_r(buf, "\n", &save); line && number < RULES; line = strtok_r(NULL, "\n", &save), number++) {
    char o[16], part[256];
    int e, skip = 0, times = -1;
    if (sscanf(line, "%15s %d %255s %d %d", o, &e, part, &skip, &times) < 3) continue;
    if (strcmp(o, op) || !strstr(path, part)) continue;
    int hit = hits[number]++;
    if (hit >= skip && (times < 0 || hit < skip + times)) { error = e; break; }
  }
  pthread_mutex_unlock(&lock);
  return error;
}

/* Counts this rename in a file; its number, from 1 on, or 0 when it cannot be counted. */
static long count_in(const char *file, const char *target) {
  int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return 0;
  syscall(SYS_flock, fd, LOCK_EX);
  char buf[8192];
  long lines = 0;
  off_t at = 0;
  ssize_t n;
  while ((n = syscall(SYS_pread64, fd, buf, sizeof buf, at)) > 0) {
    for (ssize_t i = 0; i < n; i++) lines += buf[i] == '\n';
    at += n;
  }
  int length = snprintf(buf, sizeof buf, "%ld %s\n", lines + 1, target);
  syscall(SYS_write, fd, buf, length);
  syscall(SYS_close, fd);
  return lines + 1;
}

static long count(const char *target) {
  const char *part = getenv("CRASH_RENAME"), *file = getenv("CRASH_COUNT_FILE");
  return part && file && strstr(target, part) ? count_in(file, target) : 0;
}

/* The file of the app that the target belongs to, or NULL. */
static const char *hold_file(const char *target, const char *suffix, char *buf, size_t size) {
  const char *folder = getenv("HOLD_DIR"), *app = strstr(target, "/apps/");
  if (!folder || !app) return NULL;
  app += strlen("/apps/");
  size_t length = strcspn(app, "/");
  if (!length || !app[length]) return NULL;
  snprintf(buf, size, "%s/%.*s%s", folder, (int)length, app, suffix);
  return buf;
}

static long hold_count(const char *target) {
  char file[4096];
  return hold_file(target, ".writes", file, sizeof file) ? count_in(file, target) : 0;
}

static void hold(const char *target, long number, const char *when) {
  char file[4096], plan[64], wanted[16];
  long at;
  if (number <= 0 || !hold_file(target, ".at", file, sizeof file) || slurp(file, plan, sizeof plan) <= 0) return;
  if (sscanf(plan, "%ld %15s", &at, wanted) != 2 || at != number || strcmp(wanted, when)) return;
  if (!hold_file(target, ".held", file, sizeof file)) return;
  int fd = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  syscall(SYS_write, fd, target, strlen(target));
  syscall(SYS_close, fd);
  for (;;) pause();
}

static void crash(long number, const char *when) {
  const char *at = getenv("CRASH_AT"), *wanted = getenv("CRASH_WHEN");
  if (number <= 0 || !at || atol(at) != number) return;
  if (strcmp(wanted ? wanted : "before", when)) return;
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static const char *absolute(int dir, const char *path, char *buf, size_t size) {
  char link[64];
  if (path[0] == '/') return path;
  if (dir == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
  else snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
  ssize_t n = readlink(link, buf, size - 1);
  if (n < 0) return path;
  snprintf(buf + n, size - n, "/%s", path);
  return buf;
}

#define RENAMED(dir, path, call) \
  char full_[4096];              \
  const char *target_ = absolute(dir, path, full_, sizeof full_); \
  int error_ = fault("rename", target_);  \
  if (error_) { errno = error_; return -1; } \
  long number_ = count(target_); \
  long held_ = hold_count(target_); \
  crash(number_, "before");      \
  hold(target_, held_, "before"); \
  int result_ = (call);          \
  int saved_ = errno;            \
  crash(number_, "after");       \
  hold(target_, held_, "after"); \
  errno = saved_;                \
  return result_;

int rename(const char *from, const char *to) { RENAMED(AT_FDCWD, to, NEXT(rename)(from, to)) }
int renameat(int d, const char *from, int e, const char *to) { RENAMED(e, to, NEXT(renameat)(d, from, e, to)) }
int renameat2(int d, const char *from, int e, const char *to, unsigned f) {
  RENAMED(e, to, NEXT(renameat2)(d, from, e, to, f))
}

static const char *name_of(int fd, char *buf) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, buf, 4095);
  if (n < 0) return NULL;
  buf[n] = 0;
  return buf;
}

#define BY_FD(op, fd)                             \
  char name_[4096];                               \
  if (getenv("FAULT_RULES")) {                    \
    int error_ = fault(op, name_of(fd, name_));   \
    if (error_) { errno = error_; return -1; }    \
  }

int fsync(int fd) { BY_FD("fsync", fd) return NEXT(fsync)(fd); }
int fdatasync(int fd) { BY_FD("fsync", fd) return NEXT(fdatasync)(fd); }
ssize_t write(int fd, const void *p, size_t n) { BY_FD("write", fd) return NEXT(write)(fd, p, n); }
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t o) { BY_FD("write", fd) return NEXT(pwrite64)(fd, p, n, o); }

#define OPEN(fn)                                    \
  int fn(const char *path, int flags, ...) {        \
    va_list args;                                   \
    va_start(args, flags);                          \
    int mode = va_arg(args, int);                   \
    va_end(args);                                   \
    int error = fault("open", path);                \
    if (error) { errno = error; return -1; }        \
    return NEXT(fn)(path, flags, mode);             \
  }
OPEN(open)
OPEN(open64)

/* The agent's time of day, set by hand: LD_PRELOAD with CLOCK_FILE=FILE. FILE holds a number of seconds that is
 * added to the time of day; it is read at each call, so it may change while the process runs. The steady clock
 * (CLOCK_MONOTONIC) stays as it is, as when a person or NTP sets the clock of a machine. Build: fault/build.sh */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset(void) {
  const char *file = getenv("CLOCK_FILE");
  char text[32];
  if (!file) return 0;
  int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t have = read(fd, text, sizeof text - 1);
  close(fd);
  if (have <= 0) return 0;
  text[have] = 0;
  return atol(text);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int code = syscall(SYS_clock_gettime, clock, now);
  if (code == 0 && clock == CLOCK_REALTIME) now->tv_sec += offset();
  return code;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

/*
 * Calls of the system, of which the k-th kills the process, fails, or waits while others work. Linked with
 * --wrap, for what the library calls; the programs are named in CMakeLists.txt.
 */
#ifndef TESTS_REFUSED_CALLS_H
#define TESTS_REFUSED_CALLS_H

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;                /* by any thread */
static long refused_call;                /* 0: none */
static enum { DIES, FAILS, WAITS } fate; /* of that call */
static void (*meanwhile)(void);          /* what is done while it waits */
static bool touched; /* whether a name was taken, or taken away, that is not a temporary one */

static inline void refuse_call(long k, int how) {
  calls = 0;
  refused_call = k;
  fate = how;
  touched = false;
}

static inline bool is_refused(void) {
  if (atomic_fetch_add(&calls, 1) + 1 != refused_call)
    return false;
  if (fate == DIES)
    kill(getpid(), SIGKILL);
  if (fate == WAITS) {
    int before = errno;
    meanwhile();
    errno = before;
    return false;
  }
  errno = EIO;
  return true;
}

int __real_open(const char *path, int flags, ...);
ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t offset);
int __real_ftruncate(int file, off_t size);
int __real_fsync(int file);
int __real_close(int file);
int __real_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __real_rename(const char *from, const char *to);
int __real_unlink(const char *path);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset);
int __wrap_ftruncate(int file, off_t size);
int __wrap_fsync(int file);
int __wrap_close(int file);
int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __wrap_rename(const char *from, const char *to);
int __wrap_unlink(const char *path);

int __wrap_open(const char *path, int flags, ...) {
  return is_refused() ? -1 : __real_open(path, flags, 0666);
}

ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset) {
  return is_refused() ? -1 : __real_pwrite(file, bytes, size, offset);
}

int __wrap_ftruncate(int file, off_t size) {
  return is_refused() ? -1 : __real_ftruncate(file, size);
}

int __wrap_fsync(int file) {
  return is_refused() ? -1 : __real_fsync(file);
}

/* The file is closed all the same. */
int __wrap_close(int file) {
  bool refused = is_refused();
  int done = __real_close(file);
  errno = refused ? EIO : errno;
  return refused ? -1 : done;
}

int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  return is_refused() ? -1 : __real_linkat(from_folder, from, to_folder, to, flags);
}

int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  if (is_refused())
    return -1;
  touched = true;
  return __real_renameat2(from_folder, from, to_folder, to, flags);
}

int __wrap_rename(const char *from, const char *to) {
  if (is_refused())
    return -1;
  touched = true;
  return __real_rename(from, to);
}

int __wrap_unlink(const char *path) {
  if (is_refused())
    return -1;
  touched |= strstr(path, ".sow-") == NULL;
  return __real_unlink(path);
}

#endif

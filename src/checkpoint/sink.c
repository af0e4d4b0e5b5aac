#include "checkpoint/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/reading.h"
#include "checkpoint/disk.h"

sow_status sow__fail_exists(sow_error *error, const char *path) {
  return sow__fail(error, SOW_EXISTS, "%.300s: the file exists, and force was not given", path);
}

/* ---- names ---- */

/* Length of the part of `path` before its last name, with the '/'; 0 where there is none. */
static size_t folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

#define TEMPORARY_SIZE 48 /* ".sow-", three numbers, ".tmp" */

/* A name that no other process or thread is likely to try; O_EXCL decides. */
static void temporary_name(sow__sink *sink) {
  static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t mix = (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 30 ^ (uint64_t)(uintptr_t)sink << 13;
  char *end = sink->temporary + folder_length(sink->path);
  end += snprintf(end, 24, ".sow-%ld-", (long)getpid());
  for (int i = 0; i < 13; i++, mix >>= 5)
    *end++ = digits[mix & 31];
  memcpy(end, ".tmp", 5);
}

#define NAMES_TRIED 100

/* Runs `make` with fresh names until one is free; 0 or the errno. */
static int temporary_make(sow__sink *sink, int (*make)(sow__sink *sink)) {
  size_t folder = folder_length(sink->path);
  sink->temporary = malloc(folder + TEMPORARY_SIZE);
  if (sink->temporary == NULL)
    return ENOMEM;
  memcpy(sink->temporary, sink->path, folder);
  int number = EEXIST;
  for (int i = 0; i < NAMES_TRIED && number == EEXIST; i++) {
    temporary_name(sink);
    number = make(sink);
  }
  if (number != 0) {
    free(sink->temporary);
    sink->temporary = NULL;
  }
  return number;
}

/* ---- opening ---- */

int sow__open(const char *path, int flags) {
  int file;
  do
    file = open(path, flags | O_CLOEXEC, 0666);
  while (file < 0 && errno == EINTR);
  return file;
}

bool sow__is_named(int file, const char *path) {
  struct stat open_file, named;
  return file >= 0 && fstat(file, &open_file) == 0 && stat(path, &named) == 0 &&
         open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

int sow__create_like(const char *path, const char *like, int flags) {
  struct stat about;
  mode_t mode = stat(like, &about) == 0 && S_ISREG(about.st_mode) ? (about.st_mode & 0666) | 0600 : 0666;
  int file;
  do
    file = open(path, flags | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  while (file < 0 && errno == EINTR);
  return file;
}

static int make_named(sow__sink *sink) {
  sink->file = sow__create_like(sink->temporary, sink->path, O_WRONLY);
  return sink->file < 0 ? errno : 0;
}

static int open_temporary(const char *path) {
  size_t length = folder_length(path);
  char *folder = length == 0 ? strdup(".") : strndup(path, length);
  int file = folder == NULL ? -1 : sow__open(folder, O_WRONLY | O_TMPFILE);
  free(folder);
  return file;
}

static int link_nameless(const sow__sink *sink, const char *name) {
  char self[40];
  snprintf(self, sizeof self, "/proc/self/fd/%d", sink->file);
  int done;
  do
    done = linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
  while (done != 0 && errno == EINTR);
  return done == 0 ? 0 : errno;
}

static int make_linked(sow__sink *sink) {
  return link_nameless(sink, sink->temporary);
}

/*
 * Whether a file without a name can get one here, tried with another one: to be refused after hours of work,
 * as some containers and file systems do, would lose that work. A file can be tried but once.
 */
static bool can_link(const char *path) {
  sow__sink trial = {.path = (char *)path, .file = open_temporary(path)};
  if (trial.file < 0)
    return false;
  int number = temporary_make(&trial, make_linked);
  if (number == 0)
    unlink(trial.temporary);
  free(trial.temporary);
  close(trial.file);
  return number == 0;
}

/* A file without a name vanishes even with a killed process; it can be named later only where /proc is. */
static int open_nameless(const char *path) {
  return access("/proc/self/fd", X_OK) == 0 && can_link(path) ? open_temporary(path) : -1;
}

static bool is_interrupted(const sow__sink *sink) {
  return sink->interrupt != NULL && *sink->interrupt != 0;
}

static sow_status fail_interrupted(const sow__sink *sink, sow_error *error) {
  return sow__fail(error, SOW_INTERRUPTED, "%.300s: stopped on request", sink->shown);
}

void sow__keep_mode(const char *path, int file) {
  struct stat about;
  if (stat(path, &about) == 0 && S_ISREG(about.st_mode))
    (void)!fchmod(file, about.st_mode & 07777);
}

/* A descriptor of the caller's is shared, with its position; beyond 2, for 0 to 2 may be closed. */
static int open_to_write(const char *path) {
  int own = sow__descriptor_of(path);
  return own >= 0 ? fcntl(own, F_DUPFD_CLOEXEC, 3) : open(path, O_WRONLY | O_CLOEXEC);
}

/* Opening a pipe waits for its reader; that wait too can be stopped. */
static sow_status open_stream(sow__sink *sink, const char *path, sow_error *error) {
  sink->stream = true;
  do
    sink->file = open_to_write(path);
  while (sink->file < 0 && errno == EINTR && !is_interrupted(sink));
  if (sink->file >= 0)
    return SOW_OK;
  return errno == EINTR ? fail_interrupted(sink, error) : sow__fail_path(error, sink->shown, errno);
}

/* `path`, which becomes the result's, with the link that it is followed; the same where it is none. */
static char *follow_once(char *path) {
  char target[PATH_MAX];
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0)
    return path;
  target[length] = 0;
  size_t folder = target[0] == '/' ? 0 : folder_length(path);
  char *followed = malloc(folder + (size_t)length + 1);
  if (followed != NULL) {
    memcpy(followed, path, folder);
    memcpy(followed + folder, target, (size_t)length + 1);
  }
  free(path);
  return followed;
}

#define LINKS_LIMIT 40 /* as the system has it */

sow_status sow__target_path(const char *path, sow__target target, char **followed, sow_error *error) {
  char *end = target == SOW__TARGET_FILE ? realpath(path, NULL) : strdup(path);
  bool link = target != SOW__TARGET_FILE;
  for (int i = 0; link && end != NULL && i < LINKS_LIMIT; i++) {
    struct stat about;
    link = lstat(end, &about) == 0 && S_ISLNK(about.st_mode);
    end = link ? follow_once(end) : end;
  }
  if (end == NULL)
    return errno == ENOMEM ? sow__fail(error, SOW_NO_MEMORY, NULL) : sow__fail_path(error, path, errno);
  *followed = end;
  return SOW_OK;
}

static sow_status open_regular(sow__sink *sink, sow__target target, sow_error *error) {
  sow_status status = sow__target_path(sink->shown, target, &sink->path, error);
  if (status != SOW_OK)
    return status;
  sink->file = open_nameless(sink->path);
  int number = sink->file >= 0 ? 0 : temporary_make(sink, make_named);
  if (number == 0) {
    sow__keep_mode(sink->path, sink->file);
    return SOW_OK;
  }
  free(sink->path);
  sink->path = NULL;
  return number == ENOMEM ? sow__fail(error, SOW_NO_MEMORY, NULL)
                          : sow__fail_path(error, sink->shown, number);
}

sow_status sow__target_check(const char *path, bool force, sow__target *target, sow_error *error) {
  struct stat about;
  *target = SOW__TARGET_STREAM;
  if (sow__descriptor_of(path) >= 0)
    return SOW_OK;
  bool exists = stat(path, &about) == 0;
  if (!exists && errno != ENOENT)
    return sow__fail_path(error, path, errno);
  if (exists && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
    return SOW_OK;
  *target = exists ? SOW__TARGET_FILE : SOW__TARGET_NEW;
  if (exists && S_ISDIR(about.st_mode))
    return sow__fail_path(error, path, EISDIR);
  if (path[0] == 0 || path[strlen(path) - 1] == '/')
    return sow__fail_path(error, path, path[0] == 0 ? ENOENT : EISDIR);
  return exists && !force ? sow__fail_exists(error, path) : SOW_OK;
}

static const char *shown_as(const char *path) {
  return strcmp(path, "/dev/stdout") == 0 ? "<stdout>" : path;
}

sow_status sow__sink_open(sow__sink *sink, const char *path, bool force,
                          const volatile sig_atomic_t *interrupt, sow_error *error) {
  *sink = (sow__sink){.shown = shown_as(path), .file = -1, .force = force, .interrupt = interrupt};
  sow__target target = SOW__TARGET_NEW;
  sow_status status = sow__target_check(path, force, &target, error);
  if (status != SOW_OK)
    return status;
  return target == SOW__TARGET_STREAM ? open_stream(sink, path, error) : open_regular(sink, target, error);
}

/* ---- writing ---- */

#define WRITE_LIMIT ((size_t)1 << 20) /* bytes between two looks at the interrupt */

/* A stream goes on where it stands: what is behind the caller's descriptor may hold something already. */
static ssize_t write_part(const sow__sink *sink, uint64_t offset, const char *from, size_t size) {
  return sink->stream ? write(sink->file, from, size) : pwrite(sink->file, from, size, (off_t)offset);
}

#define WAIT_MILLISECONDS 100 /* a signal that comes just before the wait is then seen all the same */

/* Whether a write that failed is to be tried again. A caller's descriptor may be one that does not block. */
static bool try_again(const sow__sink *sink) {
  if (errno == EAGAIN && sink->stream) {
    (void)poll(&(struct pollfd){.fd = sink->file, .events = POLLOUT}, 1, WAIT_MILLISECONDS);
    return true;
  }
  return errno == EINTR;
}

sow_status sow__sink_write(sow__sink *sink, uint64_t offset, const void *bytes, size_t size,
                           sow_error *error) {
  const char *from = bytes;
  while (size > 0) {
    if (is_interrupted(sink))
      return fail_interrupted(sink, error);
    size_t part = sow__huge_part(sink->huge, offset, size < WRITE_LIMIT ? size : WRITE_LIMIT);
    ssize_t done = write_part(sink, offset, from, part);
    if (done < 0 && try_again(sink))
      continue;
    if (done <= 0)
      return sow__fail_path(error, sink->shown, done < 0 ? errno : ENOSPC);
    sow__huge_written(sink->huge, offset, (size_t)done);
    if (!sink->stream)
      sow__disk_begin(sink->file, offset, (size_t)done);
    from += done;
    offset += (uint64_t)done;
    size -= (size_t)done;
  }
  return SOW_OK;
}

/* ---- the end ---- */

void sow__sink_discard(sow__sink *sink) {
  sow__huge_free(sink->huge);
  if (sink->file >= 0)
    close(sink->file);
  if (sink->temporary != NULL)
    unlink(sink->temporary);
  free(sink->temporary);
  free(sink->path);
  *sink = (sow__sink){.file = -1};
}

/* close() may be the first to hear of a full disk or a lost server. After EINTR Linux has closed. */
static int close_checked(sow__sink *sink) {
  int file = sink->file;
  sink->file = -1;
  return close(file) == 0 || errno == EINTR ? 0 : errno;
}

int sow__rename(const char *from, const char *to, bool force) {
  int done;
  do
    done = force ? rename(from, to) : renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
  while (done != 0 && errno == EINTR);
  if (done == 0 || force)
    return done == 0 ? 0 : errno;
  if (errno != EINVAL && errno != ENOSYS)
    return errno;
  if (link(from, to) != 0)
    return errno;
  unlink(from);
  return 0;
}

/* A full disk and a lost server are heard of here, before anything that is there is touched. */
static int flush(sow__sink *sink) {
  sow__huge_free(sink->huge);
  sink->huge = NULL;
  int number = sow__disk_sync(sink->file);
  return number == 0 && is_interrupted(sink) ? ECANCELED : number;
}

/* What was flushed gets a temporary name, which discarding removes. */
static int settle(sow__sink *sink) {
  int number = sink->temporary == NULL ? temporary_make(sink, make_linked) : 0;
  return number == 0 ? close_checked(sink) : number;
}

static int appear(sow__sink *sink) {
  int number = sow__rename(sink->temporary, sink->path, sink->force);
  if (number != 0)
    return number;
  free(sink->temporary);
  sink->temporary = NULL;
  return sow__disk_sync_folder(sink->path);
}

sow_status sow__sink_room(sow__sink *sink, uint64_t bytes, sow_error *error) {
  if (sink->stream)
    return SOW_OK;
  sow_status status = sow__disk_room(sink->file, sink->shown, bytes, error);
  if (status == SOW_OK)
    sink->huge = sow__huge_new(sink->file, bytes);
  return status;
}

static sow_status fail_number(const sow__sink *sink, int number, sow_error *error) {
  if (number == ENOMEM)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  if (number == EEXIST)
    return sow__fail_exists(error, sink->shown);
  if (number == ECANCELED)
    return fail_interrupted(sink, error);
  return number == 0 ? SOW_OK : sow__fail_path(error, sink->shown, number);
}

sow_status sow__sink_flush(sow__sink *sink, sow_error *error) {
  return sink->stream ? SOW_OK : fail_number(sink, flush(sink), error);
}

sow_status sow__sink_settle(sow__sink *sink, sow_error *error) {
  int number = sink->file < 0 ? 0 : sink->stream ? close_checked(sink) : settle(sink);
  return fail_number(sink, number, error);
}

sow_status sow__sink_appear(sow__sink *sink, sow_error *error) {
  return sink->stream ? SOW_OK : fail_number(sink, appear(sink), error);
}

sow_status sow__sink_commit(sow__sink *sink, sow_error *error) {
  sow_status status = sow__sink_flush(sink, error);
  if (status == SOW_OK)
    status = sow__sink_settle(sink, error);
  if (status == SOW_OK)
    status = sow__sink_appear(sink, error);
  sow__sink_discard(sink);
  return status;
}

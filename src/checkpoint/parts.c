#include "checkpoint/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/reading.h"
#include "checkpoint/disk.h"
#include "checkpoint/sink.h"

static char *joined(const char *path, const char *end) {
  sow__buffer text = {0};
  sow__buffer_text(&text, path);
  sow__buffer_text(&text, end);
  if (text.failed)
    sow__buffer_free(&text);
  return text.data;
}

/* ---- what became of a run ---- */

/* Opened, for of names alone a network file system may tell what was before. */
static bool has_size(const sow__parts *parts, const char *path) {
  int file = sow__open(path, O_RDONLY | O_NONBLOCK);
  if (file < 0)
    return false;
  struct stat about;
  bool same = fstat(file, &about) == 0 && S_ISREG(about.st_mode) && (uint64_t)about.st_size == parts->size;
  close(file);
  return same;
}

/* Whether others have completed the file: this process's data has its name, or had it, and another came. */
static bool is_completed(const sow__parts *parts) {
  return sow__is_named(parts->data, parts->path) ||
         (sow__record_was_full(&parts->record) && access(parts->path, F_OK) == 0);
}

static sow_status fail_removed(const sow__parts *parts, sow_error *error) {
  return sow__fail(error, SOW_IO,
                   "%.200s or %.200s was removed or begun anew while this process wrote a part of it, which "
                   "is not marked: run it again",
                   parts->record.path, parts->partial);
}

/* To a process that finds its run gone. */
static sow_status judge_gone(const sow__parts *parts, sow_error *error) {
  return is_completed(parts) ? SOW_OK : fail_removed(parts, error);
}

/* ---- PATH.partial ---- */

/* What is there under that name may be another run's, or have no length yet: its maker was killed. */
static bool is_ready(const sow__parts *parts) {
  return parts->record.has_data && has_size(parts, parts->partial);
}

/* EEXIST where there is anything, unless it is to be replaced. */
static int create_data(const sow__parts *parts, bool replace) {
  if (replace && unlink(parts->partial) != 0 && errno != ENOENT)
    return errno;
  int file = sow__create_like(parts->partial, parts->path, O_RDWR);
  if (file < 0)
    return errno;
  int done;
  do
    done = ftruncate(file, (off_t)parts->size);
  while (done != 0 && errno == EINTR);
  int number = done == 0 ? 0 : errno;
  close(file);
  return number;
}

static bool needs_data(const sow__parts *parts) {
  return !is_ready(parts) && !sow__record_is_begun(&parts->record);
}

#define WAITS 25
#define WAIT_NANOSECONDS 10000000

/*
 * What is there and not marked is left of another run, or of a process that was killed; but where locks do
 * not reach other machines, one of those may be making it just now. *missing: it is still to be made.
 */
static sow_status await_data(sow__parts *parts, bool *missing, sow_error *error) {
  sow_status status = SOW_OK;
  bool same = true;
  for (int i = 0; i < WAITS && status == SOW_OK && same && !parts->record.has_data; i++) {
    nanosleep(&(struct timespec){.tv_nsec = WAIT_NANOSECONDS}, NULL);
    status = sow__record_look(&parts->record, &same, error);
  }
  *missing = status == SOW_OK && same && needs_data(parts);
  return status;
}

/*
 * As long as nothing is done the data may be made again: whoever still writes to what it replaces will not
 * mark a part of it.
 */
static sow_status make_data_held(sow__parts *parts, int file, sow_error *error) {
  int number = create_data(parts, false);
  if (number == EEXIST) {
    bool missing;
    sow_status status = await_data(parts, &missing, error);
    if (!missing)
      return status;
    number = create_data(parts, true);
  }
  if (number == 0)
    return sow__record_mark_data(&parts->record, file, error);
  return number == EEXIST ? SOW_OK : sow__fail_path(error, parts->partial, number);
}

static sow_status make_data(sow__parts *parts, sow_error *error) {
  int file;
  sow_status status = sow__record_hold(&parts->record, F_WRLCK, &file, NULL, error);
  if (status != SOW_OK || file < 0)
    return status;
  if (needs_data(parts))
    status = make_data_held(parts, file, error);
  close(file);
  return status;
}

static sow_status open_data(sow__parts *parts, sow_error *error) {
  parts->data = sow__open(parts->partial, O_RDWR);
  return parts->data >= 0 || errno == ENOENT ? SOW_OK : sow__fail_path(error, parts->partial, errno);
}

/* The data is open, or there is none, and the record was looked at after that. */
static sow_status check_data(const sow__parts *parts, sow_error *error) {
  struct stat about;
  if (parts->data >= 0 && fstat(parts->data, &about) != 0)
    return sow__fail_path(error, parts->partial, errno);
  if (parts->data >= 0 && parts->record.has_data && (uint64_t)about.st_size == parts->size)
    return SOW_OK;
  /* A file that was completed before its record could be removed. */
  if (parts->data < 0 && sow__record_is_full(&parts->record) && has_size(parts, parts->path))
    return SOW_OK;
  return sow__fail(error, SOW_IO, "%.200s is gone or was changed; remove %.200s to start anew",
                   parts->partial, parts->record.path);
}

/* ---- the whole ---- */

static void leave(sow__parts *parts) {
  if (parts->data >= 0)
    close(parts->data);
  parts->data = -1;
  sow__record_close(&parts->record);
}

/* Another process may make the record first: just as good. *again where it was gone before it was read. */
static sow_status join_record(sow__parts *parts, const char *digest, uint64_t count, bool *again,
                              sow_error *error) {
  bool found;
  sow_status status = sow__record_join(&parts->record, digest, count, &found, error);
  if (status == SOW_OK && !found && count > 0) {
    sow_error local = SOW_ERROR_NONE;
    status = sow__record_make(parts->record.path, digest, count, &local);
    if (status != SOW_OK && status != SOW_EXISTS)
      return sow__fail_again(error, &local);
    status = sow__record_join(&parts->record, digest, count, &found, error);
    *again = status == SOW_OK && !found;
  }
  return status == SOW_OK && !found ? sow__fail_path(error, parts->record.path, ENOENT) : status;
}

/* After the data is open: what came of the record meanwhile. */
static sow_status judge(sow__parts *parts, uint64_t count, bool *again, sow_error *error) {
  bool same;
  sow_status status = sow__record_look(&parts->record, &same, error);
  if (status != SOW_OK)
    return status;
  bool begun = sow__record_is_begun(&parts->record);
  if (same && count == 0 && !begun)
    return SOW_OK;
  if (same) {
    status = check_data(parts, error);
    *again = status != SOW_OK && !begun;
    return status;
  }
  *again = !is_completed(parts);
  memset(parts->record.done, SOW__PART_DONE, (size_t)parts->record.count);
  return *again ? fail_removed(parts, error) : SOW_OK;
}

/*
 * A run may end and another one begin between any two calls. Therefore the record is looked at once more
 * when the data is open: if it is the same, the data is its. *again where it is not, and nothing was done
 * yet.
 */
static sow_status join(sow__parts *parts, const char *digest, uint64_t count, bool *again, sow_error *error) {
  *again = false;
  sow_status status = join_record(parts, digest, count, again, error);
  if (status == SOW_OK && count > 0 && needs_data(parts))
    status = make_data(parts, error);
  if (status == SOW_OK)
    status = open_data(parts, error);
  return status == SOW_OK ? judge(parts, count, again, error) : status;
}

static sow_status make_paths(sow__parts *parts, sow__target target, sow_error *error) {
  if (target == SOW__TARGET_STREAM)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%.300s: parts can only be written to a regular file",
                     parts->shown);
  sow_status status = sow__target_path(parts->shown, target, &parts->path, error);
  if (status != SOW_OK)
    return status;
  parts->partial = joined(parts->path, ".partial");
  parts->record.path = joined(parts->path, ".parts");
  return parts->partial == NULL || parts->record.path == NULL ? sow__fail(error, SOW_NO_MEMORY, NULL)
                                                              : SOW_OK;
}

#define JOINS_TRIED 100

sow_status sow__parts_open(sow__parts *parts, const char *path, bool force, const char *digest, uint64_t size,
                           uint64_t count, sow_error *error) {
  *parts = (sow__parts){
      .shown = path, .force = force, .size = size, .data = -1, .held = -1, .record = {.file = -1}};
  sow__target target = SOW__TARGET_NEW;
  sow_status status = sow__target_check(path, force || count == 0, &target, error);
  if (status == SOW_OK)
    status = make_paths(parts, target, error);
  if (status != SOW_OK)
    return status;
  if (count == 0 && target == SOW__TARGET_FILE && access(parts->record.path, F_OK) != 0)
    return sow__fail_exists(error, path);
  bool again = true;
  for (int i = 0; again && i < JOINS_TRIED; i++) {
    leave(parts);
    status = i == 0 ? SOW_OK : sow__target_check(path, force || count == 0, &target, error);
    again = false;
    if (status == SOW_OK)
      status = join(parts, digest, count, &again, error);
  }
  return status;
}

bool sow__parts_is_done(const sow__parts *parts, uint64_t part) {
  return parts->record.done[part] == SOW__PART_DONE;
}

sow_status sow__parts_mark(sow__parts *parts, uint64_t part, sow_error *error) {
  int number = sow__disk_sync(parts->data);
  if (number != 0)
    return sow__fail_path(error, parts->partial, number);
  int file;
  sow_status status = sow__record_hold(&parts->record, F_RDLCK, &file, NULL, error);
  if (status != SOW_OK)
    return status;
  status = file >= 0 && sow__is_named(parts->data, parts->partial)
               ? sow__record_mark_part(&parts->record, file, part, error)
               : judge_gone(parts, error);
  if (file >= 0)
    close(file);
  return status;
}

/* ---- room ---- */

/* Of the byte that stands for the part: whoever writes it shares the lock, whoever takes room back has it
 * alone. */
void sow__parts_begin(sow__parts *parts, uint64_t part) {
  parts->locked = sow__disk_lock(parts->data, F_RDLCK, part, true);
}

bool sow__parts_own(sow__parts *parts, uint64_t part) {
  bool held = false;
  if (!parts->locked || !sow__disk_lock(parts->data, F_WRLCK, part, false))
    return false;
  sow_status status = sow__record_hold(&parts->record, F_RDLCK, &parts->held, &held, NULL);
  return status == SOW_OK && parts->held >= 0 && held && sow__is_named(parts->data, parts->partial) &&
         !sow__parts_is_done(parts, part);
}

/* ---- the end ---- */

/* Nobody else names it, nor begins anew, as long as the record is held and not removed. */
static sow_status name_data(const sow__parts *parts, sow_error *error) {
  int number = 0;
  if (!sow__is_named(parts->data, parts->path)) {
    sow__keep_mode(parts->path, parts->data);
    number = sow__is_named(parts->data, parts->partial)
                 ? sow__rename(parts->partial, parts->path, parts->force)
                 : ENOENT;
    if (number != 0 && sow__is_named(parts->data, parts->path))
      number = 0; /* where there are no locks, another process did it at the same time */
  }
  if (number == EEXIST)
    return sow__fail_exists(error, parts->shown);
  if (number == 0)
    number = sow__disk_sync_folder(parts->path);
  return number == 0 ? SOW_OK : sow__fail_path(error, parts->partial, number);
}

static sow_status complete(sow__parts *parts, sow_error *error) {
  int file;
  sow_status status = sow__record_hold(&parts->record, F_WRLCK, &file, NULL, error);
  if (status != SOW_OK || file < 0)
    return status != SOW_OK ? status : judge_gone(parts, error);
  if (parts->data >= 0)
    status = name_data(parts, error);
  if (status == SOW_OK && sow__is_named(file, parts->record.path) && unlink(parts->record.path) != 0 &&
      errno != ENOENT)
    status = sow__fail_path(error, parts->record.path, errno);
  close(file);
  return status;
}

sow_status sow__parts_finish(sow__parts *parts, uint64_t *missing, sow_error *error) {
  bool same;
  sow_status status = sow__record_look(&parts->record, &same, error);
  *missing = 0;
  if (status != SOW_OK || !same)
    return status != SOW_OK ? status : judge_gone(parts, error);
  for (uint64_t i = 0; i < parts->record.count; i++)
    *missing += !sow__parts_is_done(parts, i);
  return *missing > 0 ? SOW_OK : complete(parts, error);
}

void sow__parts_close(sow__parts *parts) {
  leave(parts);
  if (parts->held >= 0)
    close(parts->held);
  free(parts->path);
  free(parts->partial);
  free(parts->record.path);
  *parts = (sow__parts){.data = -1, .held = -1, .record = {.file = -1}};
}

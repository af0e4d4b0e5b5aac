#include "checkpoint/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/reading.h"
#include "checkpoint/disk.h"
#include "checkpoint/sink.h"

#define DONE '#'
#define OPEN '.'

static sow_status no_memory(sow_error *error) {
  return sow__fail(error, SOW_NO_MEMORY, NULL);
}

static char *joined(const char *path, const char *end) {
  sow__buffer text = {0};
  sow__buffer_text(&text, path);
  sow__buffer_text(&text, end);
  if (text.failed)
    sow__buffer_free(&text);
  return text.data;
}

/* ---- PATH.parts ---- */

/* Parts that a text of PATH.parts has room for, 0 if it is none. */
static uint64_t head_count(const char *text) {
  static const char label[] = "\nparts ";
  const char *at = strstr(text, label);
  uint64_t count;
  if (at == NULL)
    return 0;
  at += sizeof label - 1;
  return sow__digits_read(&at, &count) && count <= SOW_SLICES_LIMIT ? count : 0;
}

static char *head_new(const char *digest, uint64_t count) {
  sow__buffer text = {0};
  sow__buffer_printf(&text, "sow parts 1\ndigest %s\nparts %" PRIu64 "\n", digest, count);
  if (text.failed)
    sow__buffer_free(&text);
  return text.data;
}

/* Under a temporary name first, so that nobody sees half of it. Another process may win: just as good. */
static sow_status record_make(const sow__parts *parts, const char *digest, uint64_t count, sow_error *error) {
  sow__buffer text = {0};
  char *head = head_new(digest, count);
  if (head != NULL)
    sow__buffer_text(&text, head);
  free(head);
  sow__buffer_fill(&text, OPEN, (size_t)count);
  sow__buffer_text(&text, "\n");
  sow_status status = head == NULL || text.failed ? no_memory(error) : SOW_OK;
  sow__sink sink;
  if (status == SOW_OK)
    status = sow__sink_open(&sink, parts->record, false, NULL, error);
  if (status == SOW_OK) {
    status = sow__sink_write(&sink, 0, text.data, text.length, error);
    if (status == SOW_OK)
      status = sow__sink_commit(&sink, error);
    else
      sow__sink_discard(&sink);
  }
  sow__buffer_free(&text);
  return status;
}

#define RECORD_LIMIT (SOW_SLICES_LIMIT + 256)

/*
 * Opening anew is what makes a network file system look at what others have written. *text is the caller's to
 * free; it is NULL where there is no such file.
 */
static sow_status record_read(const sow__parts *parts, char **text, sow_error *error) {
  *text = NULL;
  int file = sow__open(parts->record, O_RDONLY);
  if (file < 0)
    return errno == ENOENT ? SOW_OK : sow__fail_path(error, parts->record, errno);
  char *read_text = calloc(1, RECORD_LIMIT);
  size_t length = 0;
  ssize_t got = 0;
  while (read_text != NULL && length < RECORD_LIMIT - 1) {
    got = read(file, read_text + length, RECORD_LIMIT - 1 - length);
    if (got == 0 || (got < 0 && errno != EINTR))
      break;
    length += got > 0 ? (size_t)got : 0;
  }
  sow_status status = read_text == NULL ? no_memory(error)
                      : got < 0         ? sow__fail_path(error, parts->record, errno)
                                        : SOW_OK;
  close(file);
  if (status == SOW_OK)
    *text = read_text;
  else
    free(read_text);
  return status;
}

static sow_status fail_foreign(const sow__parts *parts, sow_error *error) {
  return sow__fail(
      error, SOW_EXISTS,
      "%.200s holds parts of another model, seed or version of sow; remove it and %.200s to start anew",
      parts->record, parts->partial);
}

/* Checks that `text` is the record of `digest` and of as many parts, and takes over what it says. */
static sow_status record_take(sow__parts *parts, const char *text, const char *digest, uint64_t count,
                              sow_error *error) {
  uint64_t found = head_count(text);
  char *head = head_new(digest, found);
  if (head == NULL)
    return no_memory(error);
  size_t length = strlen(head);
  bool same = found > 0 && strncmp(text, head, length) == 0 && strlen(text) == length + found + 1 &&
              strspn(text + length, "#.") == found;
  free(parts->head);
  parts->head = head;
  if (!same)
    return fail_foreign(parts, error);
  if (count != 0 && found != count)
    return sow__fail(error, SOW_EXISTS, "%.300s is being written in %" PRIu64 " parts, not in %" PRIu64,
                     parts->shown, found, count);
  free(parts->done);
  parts->done = strndup(text + length, (size_t)found);
  parts->count = found;
  return parts->done == NULL ? no_memory(error) : SOW_OK;
}

static sow_status record_open(sow__parts *parts, const char *digest, uint64_t count, sow_error *error) {
  char *text;
  sow_status status = record_read(parts, &text, error);
  if (status == SOW_OK && text == NULL && count > 0) {
    sow_error local = SOW_ERROR_NONE;
    status = record_make(parts, digest, count, &local);
    if (status != SOW_OK && status != SOW_EXISTS)
      return sow__fail(error, status, "%s", local.message);
    status = record_read(parts, &text, error);
  }
  if (status != SOW_OK)
    return status;
  if (text == NULL)
    return sow__fail_path(error, parts->record, ENOENT);
  status = record_take(parts, text, digest, count, error);
  free(text);
  return status;
}

/* ---- PATH.partial ---- */

/* Where nothing is done the data may be missing or have no length yet: its maker was killed. */
static sow_status data_open(sow__parts *parts, uint64_t size, bool create, sow_error *error) {
  bool begun = strchr(parts->done, DONE) != NULL;
  parts->data = sow__open(parts->partial, O_RDWR | (create && !begun ? O_CREAT : 0));
  if (parts->data < 0 && errno == ENOENT && access(parts->record, F_OK) != 0)
    return sow__fail_exists(error, parts->shown); /* others have completed it meanwhile */
  if (parts->data < 0 && errno != ENOENT)
    return sow__fail_path(error, parts->partial, errno);
  struct stat about = {0};
  if (parts->data >= 0 && fstat(parts->data, &about) != 0)
    return sow__fail_path(error, parts->partial, errno);
  if (parts->data >= 0 && about.st_size == 0 && !begun) {
    int done;
    do
      done = ftruncate(parts->data, (off_t)size);
    while (done != 0 && errno == EINTR);
    if (done != 0)
      return sow__fail_path(error, parts->partial, errno);
    about.st_size = (off_t)size;
  }
  if (parts->data < 0 || (uint64_t)about.st_size != size)
    return sow__fail(error, SOW_IO, "%.200s is gone or was changed; remove %.200s to start anew",
                     parts->partial, parts->record);
  return SOW_OK;
}

/* ---- the whole ---- */

sow_status sow__parts_open(sow__parts *parts, const char *path, bool force, const char *digest, uint64_t size,
                           uint64_t count, sow_error *error) {
  *parts = (sow__parts){.shown = path, .force = force, .data = -1};
  sow__target target = SOW__TARGET_NEW;
  sow_status status = sow__target_check(path, force || count == 0, &target, error);
  if (status != SOW_OK)
    return status;
  if (target == SOW__TARGET_STREAM)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%.300s: parts can only be written to a regular file",
                     path);
  status = sow__target_path(path, target, &parts->path, error);
  if (status != SOW_OK)
    return status;
  parts->partial = joined(parts->path, ".partial");
  parts->record = joined(parts->path, ".parts");
  if (parts->partial == NULL || parts->record == NULL)
    return no_memory(error);
  if (count == 0 && target == SOW__TARGET_FILE && access(parts->record, F_OK) != 0)
    return sow__fail_exists(error, path);
  status = record_open(parts, digest, count, error);
  /* A file that was completed before its record could be removed. */
  bool complete = status == SOW_OK && count == 0 && strchr(parts->done, OPEN) == NULL &&
                  access(parts->partial, F_OK) != 0 && target == SOW__TARGET_FILE;
  return status != SOW_OK || complete ? status : data_open(parts, size, count > 0, error);
}

bool sow__parts_is_done(const sow__parts *parts, uint64_t part) {
  return parts->done[part] == DONE;
}

/* Written through: were the page kept, a network file system might write others' marks back as they were. */
sow_status sow__parts_mark(sow__parts *parts, uint64_t part, sow_error *error) {
  int number = sow__disk_sync(parts->data);
  if (number != 0)
    return sow__fail_path(error, parts->partial, number);
  int file = sow__open(parts->record, O_WRONLY | O_SYNC);
  if (file < 0) /* where it is gone, another process had the same part, and finished */
    return errno == ENOENT ? SOW_OK : sow__fail_path(error, parts->record, errno);
  static const char mark = DONE;
  ssize_t done;
  do
    done = pwrite(file, &mark, 1, (off_t)(strlen(parts->head) + part));
  while (done < 0 && errno == EINTR);
  number = done == 1 ? 0 : errno;
  if (close(file) != 0 && number == 0 && errno != EINTR)
    number = errno;
  return number == 0 ? SOW_OK : sow__fail_path(error, parts->record, number);
}

/* ---- room ---- */

/* Of the byte that stands for the part: whoever writes it shares the lock, whoever takes room back has it
 * alone. */
static bool lock(const sow__parts *parts, uint64_t part, short type, bool wait) {
  struct flock what = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)part, .l_len = 1};
  int done;
  do
    done = fcntl(parts->data, wait ? F_OFD_SETLKW : F_OFD_SETLK, &what);
  while (done != 0 && errno == EINTR);
  return done == 0;
}

void sow__parts_begin(sow__parts *parts, uint64_t part) {
  parts->locked = lock(parts, part, F_RDLCK, true);
}

bool sow__parts_own(sow__parts *parts, uint64_t part) {
  char *text = NULL;
  if (!parts->locked || !lock(parts, part, F_WRLCK, false) || record_read(parts, &text, NULL) != SOW_OK)
    return false;
  size_t head = strlen(parts->head);
  bool open = text != NULL && strncmp(text, parts->head, head) == 0 &&
              strlen(text) == head + parts->count + 1 && text[head + part] == OPEN;
  free(text);
  return open;
}

/* ---- the end ---- */

/* Whether the data that this process has open bears the name `path`. */
static bool is_named(const sow__parts *parts, const char *path) {
  struct stat open_file, named;
  return parts->data >= 0 && fstat(parts->data, &open_file) == 0 && stat(path, &named) == 0 &&
         open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

static sow_status name_file(const sow__parts *parts, sow_error *error) {
  sow__keep_mode(parts->path, parts->data);
  int number =
      is_named(parts, parts->partial) ? sow__rename(parts->partial, parts->path, parts->force) : ENOENT;
  if (number == 0)
    number = sow__disk_sync_folder(parts->path);
  if (number != 0 && is_named(parts, parts->path))
    return SOW_OK; /* another process did it at the same time, and removes the record */
  if (number == EEXIST)
    return sow__fail_exists(error, parts->shown);
  if (number != 0)
    return sow__fail_path(error, parts->partial, number);
  return unlink(parts->record) == 0 || errno == ENOENT ? SOW_OK : sow__fail_path(error, parts->record, errno);
}

sow_status sow__parts_finish(sow__parts *parts, uint64_t *missing, sow_error *error) {
  char *text;
  sow_status status = record_read(parts, &text, error);
  if (status != SOW_OK)
    return status;
  size_t head = strlen(parts->head);
  if (text == NULL && is_named(parts, parts->path)) {
    *missing = 0;
    return SOW_OK;
  }
  if (text == NULL)
    return sow__fail_path(error, parts->record, ENOENT);
  bool same = strncmp(text, parts->head, head) == 0 && strlen(text) == head + parts->count + 1;
  if (same)
    memcpy(parts->done, text + head, (size_t)parts->count);
  free(text);
  if (!same)
    return fail_foreign(parts, error);
  *missing = 0;
  for (uint64_t i = 0; i < parts->count; i++)
    *missing += parts->done[i] != DONE;
  if (*missing > 0)
    return SOW_OK;
  if (parts->data >= 0)
    return name_file(parts, error);
  return unlink(parts->record) == 0 || errno == ENOENT ? SOW_OK : sow__fail_path(error, parts->record, errno);
}

void sow__parts_close(sow__parts *parts) {
  if (parts->data >= 0)
    close(parts->data);
  free(parts->path);
  free(parts->partial);
  free(parts->record);
  free(parts->head);
  free(parts->done);
  *parts = (sow__parts){.data = -1};
}

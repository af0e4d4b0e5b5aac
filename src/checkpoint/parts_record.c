#include "checkpoint/parts_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/reading.h"
#include "checkpoint/disk.h"
#include "checkpoint/sink.h"
#include "sow/checkpoint.h"

#define RUN_DIGITS 16
#define DATA_LABEL "\ndata "

static sow_status no_memory(sow_error *error) {
  return sow__fail(error, SOW_NO_MEMORY, NULL);
}

/* ---- text ---- */

static void add_head(sow__buffer *text, const char *digest, const char *run, uint64_t count) {
  sow__buffer_printf(text, "sow parts 2\ndigest %s\nrun %.*s%s%c\nparts %" PRIu64 "\n", digest, RUN_DIGITS,
                     run, DATA_LABEL, SOW__PART_OPEN, count);
}

/* What comes behind `label`, or NULL. */
static const char *find_after(const char *text, const char *label) {
  const char *at = strstr(text, label);
  return at == NULL ? NULL : at + strlen(label);
}

/* Parts that a text has room for, 0 if it is no record. */
static uint64_t head_count(const char *text) {
  const char *at = find_after(text, "\nparts ");
  uint64_t count;
  return at != NULL && sow__digits_read(&at, &count) && count <= SOW_SLICES_LIMIT ? count : 0;
}

/* The mark of the data stands in the head, where it has its place; the head itself has none. */
static size_t data_at(const char *head) {
  return (size_t)(find_after(head, DATA_LABEL) - head);
}

/* Whether the text is whole and begins with the head. */
static bool is_record(const char *text, const char *head, uint64_t count) {
  size_t at = data_at(head), length = strlen(head);
  return strlen(text) == length + count + 1 && strncmp(text, head, at) == 0 &&
         strncmp(text + at + 1, head + at + 1, length - at - 1) == 0 && strspn(text + length, "#.") == count;
}

/* Takes over what a text says that is this record's. */
static void take_marks(sow__record *record, const char *text) {
  memcpy(record->done, text + strlen(record->head), (size_t)record->count);
  record->has_data = text[data_at(record->head)] == SOW__PART_DONE;
}

#define RECORD_LIMIT (SOW_SLICES_LIMIT + 512)

/* All of an open file, as a text that is the caller's to free. */
static sow_status read_text(const char *path, int file, char **text, sow_error *error) {
  char *bytes = calloc(1, RECORD_LIMIT);
  size_t length = 0;
  ssize_t got = 0;
  while (bytes != NULL && length < RECORD_LIMIT - 1) {
    got = pread(file, bytes + length, RECORD_LIMIT - 1 - length, (off_t)length);
    if (got == 0 || (got < 0 && errno != EINTR))
      break;
    length += got > 0 ? (size_t)got : 0;
  }
  *text = bytes;
  if (bytes == NULL)
    return no_memory(error);
  if (got >= 0)
    return SOW_OK;
  *text = NULL;
  free(bytes);
  return sow__fail_path(error, path, errno);
}

/* ---- making ---- */

static int make_run(char run[RUN_DIGITS + 1]) {
  static const char digits[] = "0123456789abcdef";
  unsigned char bytes[RUN_DIGITS];
  ssize_t got;
  do
    got = getrandom(bytes, sizeof bytes, 0);
  while (got < 0 && errno == EINTR);
  if (got != (ssize_t)sizeof bytes)
    return errno;
  for (size_t i = 0; i < RUN_DIGITS; i++)
    run[i] = digits[bytes[i] & 15];
  run[RUN_DIGITS] = 0;
  return 0;
}

sow_status sow__record_make(const char *path, const char *digest, uint64_t count, sow_error *error) {
  char run[RUN_DIGITS + 1];
  int number = make_run(run);
  if (number != 0)
    return sow__fail_path(error, path, number);
  sow__buffer text = {0};
  add_head(&text, digest, run, count);
  sow__buffer_fill(&text, SOW__PART_OPEN, (size_t)count);
  sow__buffer_text(&text, "\n");
  /* Under a temporary name first, so that nobody sees half of it. */
  sow_status status =
      text.failed ? no_memory(error) : sow_file_write(path, text.data, text.length, NULL, error);
  sow__buffer_free(&text);
  return status;
}

/* ---- joining ---- */

/* Bytes of the path that are the whole file's, and are shown. */
static int stem_shown(const sow__record *record) {
  size_t length = strlen(record->path) - strlen(".parts");
  return length < 200 ? (int)length : 200;
}

static sow_status fail_foreign(const sow__record *record, sow_error *error) {
  return sow__fail(
      error, SOW_EXISTS,
      "%.200s holds parts of another model, seed or version of sow; remove it and %.*s.partial to start anew",
      record->path, stem_shown(record), record->path);
}

/* Checks that `text` is a record of `digest` and of as many parts, and takes over what it says. */
static sow_status take(sow__record *record, const char *text, const char *digest, uint64_t count,
                       sow_error *error) {
  uint64_t found = head_count(text);
  const char *run = find_after(text, "\nrun ");
  sow__buffer head = {0};
  add_head(&head, digest, run == NULL ? "" : run, found);
  record->head = head.data;
  if (head.failed)
    return no_memory(error);
  if (found == 0 || !is_record(text, head.data, found))
    return fail_foreign(record, error);
  if (count != 0 && found != count)
    return sow__fail(error, SOW_EXISTS, "%.*s is being written in %" PRIu64 " parts, not in %" PRIu64,
                     stem_shown(record), record->path, found, count);
  record->count = found;
  record->done = calloc(1, (size_t)found + 1);
  if (record->done == NULL)
    return no_memory(error);
  take_marks(record, text);
  return SOW_OK;
}

sow_status sow__record_join(sow__record *record, const char *digest, uint64_t count, bool *found,
                            sow_error *error) {
  record->file = sow__open(record->path, O_RDONLY);
  *found = record->file >= 0;
  if (record->file < 0)
    return errno == ENOENT ? SOW_OK : sow__fail_path(error, record->path, errno);
  char *text;
  sow_status status = read_text(record->path, record->file, &text, error);
  if (status == SOW_OK)
    status = take(record, text, digest, count, error);
  free(text);
  return status;
}

/* ---- looking, and marking ---- */

/* Whether an open file is the one that was joined, and under its name; then what it says is taken over. */
static sow_status look(sow__record *record, int file, bool *same, sow_error *error) {
  char *text;
  sow_status status = read_text(record->path, file, &text, error);
  if (status != SOW_OK)
    return status;
  *same = is_record(text, record->head, record->count) && sow__is_named(file, record->path);
  if (*same)
    take_marks(record, text);
  free(text);
  return SOW_OK;
}

/* Written through: were the page kept, a network file system might write others' marks back as they were. */
sow_status sow__record_hold(sow__record *record, short lock, int *file, bool *locked, sow_error *error) {
  *file = -1;
  int opened = sow__open(record->path, lock == F_UNLCK ? O_RDONLY : O_RDWR | O_SYNC);
  if (opened < 0)
    return errno == ENOENT ? SOW_OK : sow__fail_path(error, record->path, errno);
  bool same = false, has_lock = lock != F_UNLCK && sow__disk_lock(opened, lock, 0, true);
  sow_status status = look(record, opened, &same, error);
  if (same)
    *file = opened;
  else
    close(opened);
  if (locked != NULL)
    *locked = has_lock;
  return status;
}

sow_status sow__record_look(sow__record *record, bool *same, sow_error *error) {
  int file;
  sow_status status = sow__record_hold(record, F_UNLCK, &file, NULL, error);
  *same = file >= 0;
  if (file >= 0)
    close(file);
  return status;
}

static sow_status mark(const sow__record *record, int file, size_t at, sow_error *error) {
  static const char done = SOW__PART_DONE;
  ssize_t written;
  do
    written = pwrite(file, &done, 1, (off_t)at);
  while (written < 0 && errno == EINTR);
  return written == 1 ? SOW_OK : sow__fail_path(error, record->path, written < 0 ? errno : ENOSPC);
}

sow_status sow__record_mark_part(const sow__record *record, int file, uint64_t part, sow_error *error) {
  return mark(record, file, strlen(record->head) + (size_t)part, error);
}

sow_status sow__record_mark_data(const sow__record *record, int file, sow_error *error) {
  return mark(record, file, data_at(record->head), error);
}

bool sow__record_is_begun(const sow__record *record) {
  return strchr(record->done, SOW__PART_DONE) != NULL;
}

bool sow__record_is_full(const sow__record *record) {
  return strchr(record->done, SOW__PART_OPEN) == NULL;
}

bool sow__record_was_full(const sow__record *record) {
  char *text;
  if (record->file < 0 || read_text(record->path, record->file, &text, NULL) != SOW_OK)
    return false;
  bool full = is_record(text, record->head, record->count) &&
              strspn(text + strlen(record->head), "#") == record->count;
  free(text);
  return full;
}

void sow__record_close(sow__record *record) {
  if (record->file >= 0)
    close(record->file);
  free(record->head);
  free(record->done);
  *record = (sow__record){.path = record->path, .file = -1};
}

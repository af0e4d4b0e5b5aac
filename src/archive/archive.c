#include "archive/archive_inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/header_read.h"
#include "base/foreign.h"
#include "base/names.h"
#include "text/diagnostic.h"

#define LENGTH_BYTES 8 /* a little-endian u64 before the JSON */

/* ---- one file ---- */

static uint64_t little_endian(const unsigned char bytes[LENGTH_BYTES]) {
  uint64_t value = 0;
  for (int i = LENGTH_BYTES - 1; i >= 0; i--)
    value = value << 8 | bytes[i];
  return value;
}

/* The upper half of a header's length is zero, as no text's bytes are, and a brace begins the JSON. */
bool sow_archive_recognize(const char *bytes, size_t length) {
  static const char zeros[LENGTH_BYTES / 2] = {0};
  bool archive = length > LENGTH_BYTES && bytes[LENGTH_BYTES] == '{' &&
                 memcmp(bytes + LENGTH_BYTES / 2, zeros, sizeof zeros) == 0;
  return archive || (length > 0 && sow__foreign(bytes, length) != NULL);
}

/* The length of the JSON, or why there is none. */
static sow_status read_length(const sow__archive_file *file, uint64_t *length, sow_error *error) {
  char bytes[SOW__FOREIGN_BYTES];
  size_t size = file->size < sizeof bytes ? (size_t)file->size : sizeof bytes;
  sow_status status = sow__read_at(file->descriptor, file->path, 0, bytes, size, error);
  if (status != SOW_OK)
    return status;
  uint64_t found = size < LENGTH_BYTES ? UINT64_MAX : little_endian((const unsigned char *)bytes);
  uint64_t rest = size < LENGTH_BYTES ? 0 : file->size - LENGTH_BYTES;
  if (found <= rest && found <= SOW_HEADER_LIMIT) {
    *length = found;
    return SOW_OK;
  }
  const char *foreign = sow__foreign(bytes, size);
  if (foreign != NULL)
    return sow__fail(error, SOW_SYNTAX, "%.300s: no safetensors file: %s", file->path, foreign);
  if (size < LENGTH_BYTES)
    return sow__fail(error, SOW_SYNTAX, "%.300s: no safetensors file: shorter than 8 bytes", file->path);
  if (found > rest)
    return sow__fail(error, SOW_SYNTAX,
                     "%.300s: no safetensors file: its header has %" PRIu64 " bytes, but only %" PRIu64
                     " follow",
                     file->path, found, rest);
  return sow__fail(error, SOW_LIMIT, "%.300s: its header has %" PRIu64 " bytes; the limit is %d", file->path,
                   found, SOW_HEADER_LIMIT);
}

static sow_status read_header(sow_archive *archive, const sow__archive_file *file, sow_error *error) {
  uint64_t length = 0;
  sow_status status = read_length(file, &length, error);
  if (status != SOW_OK)
    return status;
  char *json = malloc((size_t)length + 1);
  if (json == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  status = sow__read_at(file->descriptor, file->path, LENGTH_BYTES, json, (size_t)length, error);
  if (status == SOW_OK) {
    sow_error within = SOW_ERROR_NONE;
    status = sow__header_read(archive, json, (size_t)length, LENGTH_BYTES + length,
                              file->size - LENGTH_BYTES - length, &within);
    if (status != SOW_OK)
      sow__fail(error, status, "%.300s: %s", file->path, within.message);
  }
  free(json);
  return status;
}

sow_status sow__archive_add(sow_archive *archive, const char *path, sow_error *error) {
  sow__archive_file file = {.first = archive->count};
  void *files = archive->files;
  file.path = sow__arena_copy(&archive->arena, path, strlen(path));
  if (file.path == NULL ||
      !sow__reserve(&files, &archive->file_capacity, archive->file_count + 1, sizeof *archive->files))
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  archive->files = files;
  sow_status status = sow__read_open(path, &file.descriptor, &file.size, error);
  if (status != SOW_OK)
    return status;
  status = read_header(archive, &file, error);
  file.count = archive->count - file.first;
  archive->files[archive->file_count++] = file;
  return status;
}

/* ---- all files ---- */

static int by_name(const void *a, const void *b, void *context) {
  const sow_archive *archive = context;
  return strcmp(archive->entries[*(const size_t *)a].name, archive->entries[*(const size_t *)b].name);
}

sow_status sow__archive_settle(sow_archive *archive, sow_error *error) {
  archive->by_name = calloc(archive->count + 1, sizeof *archive->by_name);
  if (archive->by_name == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < archive->count; i++) {
    archive->by_name[i] = i;
    archive->bytes += archive->entries[i].bytes;
  }
  qsort_r(archive->by_name, archive->count, sizeof *archive->by_name, by_name, archive);
  for (size_t i = 1; i < archive->count; i++) {
    const sow_archive_entry *entry = &archive->entries[archive->by_name[i]];
    if (by_name(&archive->by_name[i - 1], &archive->by_name[i], archive) != 0)
      continue;
    char quoted[SOW__QUOTE_SIZE];
    return sow__fail(error, SOW_DUPLICATE_NAME, "%.300s: tensor '%s' is in two files",
                     archive->files[entry->file].path,
                     sow__text_quote(entry->name, strlen(entry->name), quoted));
  }
  return SOW_OK;
}

void sow_archive_free(sow_archive *archive) {
  if (archive == NULL)
    return;
  for (size_t i = 0; i < archive->file_count; i++)
    close(archive->files[i].descriptor);
  free(archive->files);
  free(archive->entries);
  free(archive->by_name);
  free(archive->metadata);
  sow__arena_free(&archive->arena);
  free(archive);
}

size_t sow_archive_count(const sow_archive *archive) {
  return archive->count;
}

bool sow_archive_get(const sow_archive *archive, size_t index, sow_archive_entry *entry) {
  if (index >= archive->count)
    return false;
  *entry = archive->entries[index];
  return true;
}

static const char *name_of(const void *context, size_t index) {
  const sow_archive *archive = context;
  return archive->entries[index].name;
}

bool sow_archive_find(const sow_archive *archive, const char *name, size_t *index) {
  return sow__name_find(name, archive->by_name, archive->count, name_of, archive, index);
}

uint64_t sow_archive_bytes(const sow_archive *archive) {
  return archive->bytes;
}

const char *sow_archive_file(const sow_archive *archive, size_t index) {
  return index < archive->file_count ? archive->files[index].path : NULL;
}

bool sow_archive_metadata(const sow_archive *archive, size_t index, sow_metadata *metadata) {
  if (index >= archive->metadata_count)
    return false;
  *metadata = archive->metadata[index];
  return true;
}

const char *sow_archive_metadata_find(const sow_archive *archive, const char *key) {
  for (size_t i = 0; i < archive->metadata_count; i++)
    if (strcmp(archive->metadata[i].key, key) == 0)
      return archive->metadata[i].value;
  return NULL;
}

sow_status sow_archive_read(const sow_archive *archive, size_t index, uint64_t begin, size_t size, void *out,
                            sow_error *error) {
  if (index >= archive->count)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the checkpoint has no tensor %zu", index);
  const sow_archive_entry *entry = &archive->entries[index];
  if (begin > entry->bytes || size > entry->bytes - begin)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%.200s has %" PRIu64 " bytes: there are no %zu from %" PRIu64, entry->name,
                     entry->bytes, size, begin);
  const sow__archive_file *file = &archive->files[entry->file];
  return sow__read_at(file->descriptor, file->path, entry->offset + begin, out, size, error);
}

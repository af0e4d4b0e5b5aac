#include "archive/header_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive/json_load.h"
#include "base/dtype.h"
#include "base/size.h"
#include "text/diagnostic.h"

/* {"NAME":{"dtype":"F4","shape":[],"data_offsets":[0,0]}} has three objects or arrays in 50 bytes. */
#define DEPTH 3
#define DENSITY 12

/* The types of safetensors 0.8 that sow does not make. */
static const struct type {
  const char *name;
  int bits;
} other_types[] = {
    {"U16", 16},        {"U32", 32},    {"U64", 64},    {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E5M2FNUZ", 8},
    {"F8_E4M3FNUZ", 8}, {"F8_E8M0", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4},
};

typedef struct reader {
  sow_archive *archive;
  uint64_t data;
  const char *name; /* of the tensor that is read, made harmless */
  sow_error *error;
} reader;

static sow_status fail_tensor(reader *r, const char *what) {
  return sow__fail(r->error, SOW_SYNTAX, "tensor '%s': %s", r->name, what);
}

static sow_status no_memory(reader *r) {
  return sow__fail(r->error, SOW_NO_MEMORY, NULL);
}

/* ---- one tensor ---- */

static sow_status read_type(reader *r, const json_t *value, sow_archive_entry *entry) {
  if (!json_is_string(value))
    return fail_tensor(r, "its dtype is no string");
  const char *name = json_string_value(value);
  for (int i = 0; i < SOW_DTYPE_COUNT; i++)
    if (strcmp(name, sow__dtype_rows[i].safetensors) == 0) {
      entry->type = sow__dtype_rows[i].safetensors;
      entry->bits = 8 * sow__dtype_rows[i].size;
      entry->dtype = (sow_dtype)i;
      return SOW_OK;
    }
  for (size_t i = 0; i < sizeof other_types / sizeof *other_types; i++)
    if (strcmp(name, other_types[i].name) == 0) {
      entry->type = other_types[i].name;
      entry->bits = other_types[i].bits;
      entry->dtype = SOW_DTYPE_COUNT;
      return SOW_OK;
    }
  return fail_tensor(r, "its dtype is none of safetensors'");
}

static sow_status read_shape(reader *r, const json_t *value, sow_archive_entry *entry) {
  if (!json_is_array(value))
    return fail_tensor(r, "its shape is no array");
  size_t ndim = json_array_size(value);
  if (ndim > SOW_MAX_DIMS)
    return sow__fail(r->error, SOW_LIMIT, "tensor '%s': %zu dimensions; the limit is %d", r->name, ndim,
                     SOW_MAX_DIMS);
  int64_t *shape = sow__arena_alloc(&r->archive->arena, (ndim + 1) * sizeof *shape), count = 1;
  if (shape == NULL)
    return no_memory(r);
  for (size_t i = 0; i < ndim; i++) {
    const json_t *size = json_array_get(value, i);
    if (!json_is_integer(size) || json_integer_value(size) < 0)
      return fail_tensor(r, "its shape holds something else than sizes");
    shape[i] = json_integer_value(size);
    if (!sow__mul(count, shape[i], &count))
      return fail_tensor(r, "its number of elements does not fit in 63 bits");
  }
  entry->ndim = (int)ndim;
  entry->shape = shape;
  entry->count = (uint64_t)count;
  return SOW_OK;
}

static sow_status read_offsets(reader *r, const json_t *value, sow_archive_entry *entry) {
  const json_t *begin = json_array_get(value, 0), *end = json_array_get(value, 1);
  if (json_array_size(value) != 2 || !json_is_integer(begin) || !json_is_integer(end))
    return fail_tensor(r, "its data_offsets are no pair of integers");
  json_int_t from = json_integer_value(begin), to = json_integer_value(end);
  if (from < 0 || to < from)
    return fail_tensor(r, "its data_offsets are no range");
  if ((uint64_t)to > r->data)
    return sow__fail(r->error, SOW_SYNTAX,
                     "tensor '%s': its data ends at byte %" PRId64 ", but there are only %" PRIu64, r->name,
                     (int64_t)to, r->data);
  entry->offset = (uint64_t)from;
  entry->bytes = (uint64_t)(to - from);
  return SOW_OK;
}

static sow_status read_members(reader *r, json_t *value, sow_archive_entry *entry) {
  const json_t *type = json_object_get(value, "dtype"), *shape = json_object_get(value, "shape");
  const json_t *offsets = json_object_get(value, "data_offsets");
  if (json_object_size(value) != 3 || type == NULL || shape == NULL || offsets == NULL)
    return fail_tensor(r, "is no object of dtype, shape and data_offsets");
  sow_status status = read_type(r, type, entry);
  if (status == SOW_OK)
    status = read_shape(r, shape, entry);
  if (status == SOW_OK)
    status = read_offsets(r, offsets, entry);
  if (status != SOW_OK)
    return status;
  int64_t bits;
  if (!sow__mul((int64_t)entry->count, entry->bits, &bits))
    return fail_tensor(r, "its bits do not fit in 63 bits");
  if (bits % 8 != 0)
    return fail_tensor(r, "its elements fill no whole number of bytes");
  if ((uint64_t)bits / 8 != entry->bytes)
    return sow__fail(r->error, SOW_SYNTAX,
                     "tensor '%s': shape and dtype need %" PRId64 " bytes, but data_offsets span %" PRIu64,
                     r->name, bits / 8, entry->bytes);
  return SOW_OK;
}

static sow_status read_tensor(reader *r, const char *name, json_t *value) {
  char quoted[SOW__QUOTE_SIZE];
  r->name = sow__text_quote(name, strlen(name), quoted);
  sow_archive *archive = r->archive;
  sow_archive_entry entry = {.file = archive->file_count};
  sow_status status = read_members(r, value, &entry);
  if (status != SOW_OK)
    return status;
  entry.name = sow__arena_copy(&archive->arena, name, strlen(name));
  void *entries = archive->entries;
  if (entry.name == NULL ||
      !sow__reserve(&entries, &archive->capacity, archive->count + 1, sizeof *archive->entries))
    return no_memory(r);
  archive->entries = entries;
  archive->entries[archive->count++] = entry;
  return SOW_OK;
}

/* ---- metadata ---- */

static sow_status read_metadata(reader *r, json_t *value, bool keep) {
  if (!json_is_object(value))
    return sow__fail(r->error, SOW_SYNTAX, "__metadata__ is no object");
  sow_archive *archive = r->archive;
  const char *key;
  json_t *text;
  json_object_foreach(value, key, text) {
    if (!json_is_string(text))
      return sow__fail(r->error, SOW_SYNTAX, "__metadata__ holds something else than strings");
    if (!keep)
      continue;
    void *metadata = archive->metadata;
    if (!sow__reserve(&metadata, &archive->metadata_capacity, archive->metadata_count + 1,
                      sizeof *archive->metadata))
      return no_memory(r);
    archive->metadata = metadata;
    sow_metadata kept = {sow__arena_copy(&archive->arena, key, strlen(key)),
                         sow__arena_copy(&archive->arena, json_string_value(text), json_string_length(text))};
    if (kept.key == NULL || kept.value == NULL)
      return no_memory(r);
    archive->metadata[archive->metadata_count++] = kept;
  }
  return SOW_OK;
}

/* ---- the whole ---- */

static int compare(uint64_t a, uint64_t b) {
  return (a > b) - (a < b);
}

static int by_offset(const void *a, const void *b) {
  const sow_archive_entry *x = a, *y = b;
  int order = compare(x->offset, y->offset);
  if (order == 0)
    order = compare(x->bytes, y->bytes); /* an empty tensor stands before the one that begins with it */
  return order != 0 ? order : strcmp(x->name, y->name);
}

/* Data without holes, overlaps or rest, as safetensors demands it. */
static sow_status check_data(reader *r, sow_archive_entry *entries, size_t count) {
  uint64_t end = 0;
  for (size_t i = 0; i < count; end += entries[i++].bytes) {
    if (entries[i].offset == end)
      continue;
    char quoted[SOW__QUOTE_SIZE];
    sow__text_quote(entries[i].name, strlen(entries[i].name), quoted);
    return sow__fail(r->error, SOW_SYNTAX, "tensor '%s': its data begins at byte %" PRIu64 ", %s %" PRIu64,
                     quoted, entries[i].offset,
                     entries[i].offset > end ? "after a hole from" : "but another's ends at", end);
  }
  if (end != r->data)
    return sow__fail(r->error, SOW_SYNTAX,
                     "its tensors have %" PRIu64 " bytes of data, but %" PRIu64 " follow the header", end,
                     r->data);
  return SOW_OK;
}

static sow_status read_all(reader *r, json_t *header, uint64_t offset) {
  sow_archive *archive = r->archive;
  size_t first = archive->count;
  bool keep = archive->file_count == 0;
  const char *name;
  json_t *value;
  sow_status status = SOW_OK;
  json_object_foreach(header, name, value) {
    status = strcmp(name, "__metadata__") == 0 ? read_metadata(r, value, keep) : read_tensor(r, name, value);
    if (status != SOW_OK)
      return status;
  }
  size_t count = archive->count - first;
  sow_archive_entry *added = count > 0 ? archive->entries + first : NULL;
  if (count > 0)
    qsort(added, count, sizeof *added, by_offset);
  status = check_data(r, added, count);
  for (size_t i = first; i < archive->count; i++)
    archive->entries[i].offset += offset;
  return status;
}

sow_status sow__header_read(sow_archive *archive, const char *json, size_t length, uint64_t offset,
                            uint64_t data, sow_error *error) {
  if (length == 0 || json[0] != '{')
    return sow__fail(error, SOW_SYNTAX, "no safetensors file: its header does not begin with '{'");
  sow_error within = SOW_ERROR_NONE;
  json_t *header = sow__json_load(json, length, DEPTH, DENSITY, &within);
  if (header == NULL)
    return sow__fail_again(error, &within);
  reader r = {archive, data, NULL, error};
  sow_status status = read_all(&r, header, offset);
  json_decref(header);
  return status;
}

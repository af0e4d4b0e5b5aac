#include "checkpoint/header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"
#include "base/json.h"
#include "base/utf8.h"

#define LENGTH_BYTES 8 /* a little-endian u64 before the JSON */
#define ALIGNMENT 8    /* spaces fill the JSON up to this, so that the data is aligned */

/* ---- metadata ---- */

static int by_key(const void *a, const void *b) {
  return strcmp(((const sow_metadata *)a)->key, ((const sow_metadata *)b)->key);
}

static sow_status check_metadata(const sow_metadata *sorted, size_t count, sow_error *error) {
  for (size_t i = 0; i < count; i++) {
    if (!sow__utf8_check(sorted[i].key) || !sow__utf8_check(sorted[i].value))
      return sow__fail(error, SOW_INVALID_ARGUMENT, "the metadata %zu of the checkpoint is not UTF-8", i);
    if (i > 0 && strcmp(sorted[i - 1].key, sorted[i].key) == 0)
      return sow__fail(error, SOW_DUPLICATE_NAME, "the metadata '%.200s' is given twice", sorted[i].key);
  }
  return SOW_OK;
}

static sow_status put_metadata(sow__buffer *out, const sow_checkpoint_options *options, sow_error *error) {
  size_t given = options == NULL ? 0 : options->metadata_count;
  sow_metadata *sorted = calloc(given + 1, sizeof *sorted);
  if (sorted == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < given; i++)
    sorted[i] = options->metadata[i];
  sorted[given] = (sow_metadata){"format", "pt"};
  qsort(sorted, given + 1, sizeof *sorted, by_key);
  sow_status status = check_metadata(sorted, given + 1, error);
  for (size_t i = 0; status == SOW_OK && i <= given; i++) {
    sow__buffer_text(out, i == 0 ? "{\"__metadata__\":{" : ",");
    sow__json_string(out, sorted[i].key);
    sow__buffer_text(out, ":");
    sow__json_string(out, sorted[i].value);
  }
  sow__buffer_text(out, "}");
  free(sorted);
  return status;
}

/* ---- tensors ---- */

static void put_entry(sow__buffer *out, const sow__entry *entry) {
  sow__buffer_text(out, ",");
  sow__json_string(out, entry->name);
  sow__buffer_printf(out, ":{\"dtype\":\"%s\",\"shape\":[",
                     sow__dtype_rows[sow__entry_dtype(entry)].safetensors);
  for (int i = 0; i < entry->ndim; i++)
    sow__buffer_printf(out, "%s%" PRId64, i == 0 ? "" : ",", entry->shape[i]);
  sow__buffer_printf(out, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", entry->offset,
                     entry->offset + sow__entry_bytes(entry));
}

static void put_length(char bytes[LENGTH_BYTES], uint64_t length) {
  for (int i = 0; i < LENGTH_BYTES; i++)
    bytes[i] = (char)(length >> 8 * i & 0xFF);
}

static bool too_long(const sow__buffer *out) {
  return out->length > LENGTH_BYTES + SOW_HEADER_LIMIT;
}

sow_status sow__header_make(const sow_plan *plan, const sow_checkpoint_options *options, char **bytes,
                            size_t *size, sow_error *error) {
  size_t reserved;
  if (sow_plan_find(plan, "__metadata__", &reserved))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "safetensors cannot hold a tensor named __metadata__");
  sow__buffer out = {0};
  sow__buffer_fill(&out, 0, LENGTH_BYTES);
  sow_status status = put_metadata(&out, options, error);
  for (size_t i = 0; status == SOW_OK && i < plan->stored_count && !too_long(&out); i++)
    put_entry(&out, &plan->entries[plan->in_file[i]]);
  sow__buffer_text(&out, "}");
  sow__buffer_fill(&out, ' ', (ALIGNMENT - out.length % ALIGNMENT) % ALIGNMENT);
  if (status == SOW_OK && too_long(&out))
    status = sow__fail(error, SOW_LIMIT, "the checkpoint's header is longer than %d bytes", SOW_HEADER_LIMIT);
  if (status != SOW_OK) {
    sow__buffer_free(&out);
    return status;
  }
  char *made;
  status = sow__buffer_take(&out, &made, size, error);
  if (status != SOW_OK)
    return status;
  put_length(made, *size - LENGTH_BYTES);
  *bytes = made;
  return SOW_OK;
}

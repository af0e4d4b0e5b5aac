#include "json_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "values.h"

/* Paths may be any bytes. */
static json_t *string_of_bytes(const char *text) {
  char *copy = strdup(text);
  for (char *at = copy; copy != NULL && *at != 0; at++)
    *at = (unsigned char)*at >= 0x80 ? '?' : *at;
  json_t *value = copy != NULL ? json_string(copy) : NULL;
  free(copy);
  return value;
}

bool json_text(const char *text, FILE *stream) {
  json_t *value = json_string(text);
  if (value == NULL)
    value = string_of_bytes(text);
  /* Not json_dumpf: that fails where the stream does, which is told in its own words at the end. */
  char *quoted = value != NULL ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
  json_decref(value);
  if (quoted == NULL)
    return false;
  fputs(quoted, stream);
  free(quoted);
  return true;
}

void json_number(double value, FILE *stream) {
  char text[VALUE_SIZE];
  fputs(isfinite(value) ? value_print(value, SOW_FLOAT64, text) : "null", stream);
}

void json_statistics(const sow_statistics *s, FILE *stream) {
  const struct {
    const char *key;
    double value;
  } numbers[] = {{"mean", s->mean}, {"std", s->std}, {"min", s->min}, {"max", s->max}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    fprintf(stream, "%s\"%s\": ", i == 0 ? "" : ", ", numbers[i].key);
    json_number(numbers[i].value, stream);
  }
  fprintf(stream,
          ", \"zeros\": %" PRIu64 ", \"subnormals\": %" PRIu64 ", \"nans\": %" PRIu64
          ", \"infinities\": %" PRIu64 ", \"sampled\": %" PRIu64,
          s->zeros, s->subnormals, s->nans, s->infinities, s->sampled);
  for (int i = 0; i < SOW_HISTOGRAM_BINS; i++)
    fprintf(stream, "%s%" PRIu32, i == 0 ? ", \"histogram\": [" : ", ", s->histogram[i]);
  fputc(']', stream);
}

bool json_tensor(const sow_archive_entry *entry, const sow_statistics *s, FILE *stream) {
  fputs("\"name\": ", stream);
  bool done = json_text(entry->name, stream);
  fprintf(stream, ", \"dtype\": \"%s\", \"shape\": [", entry->type);
  for (int i = 0; i < entry->ndim; i++)
    fprintf(stream, "%s%" PRId64, i == 0 ? "" : ", ", entry->shape[i]);
  fprintf(stream, "], \"count\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"file\": %zu, \"offset\": %" PRIu64,
          entry->count, entry->bytes, entry->file, entry->offset);
  if (s->measured) {
    fputs(", ", stream);
    json_statistics(s, stream);
  }
  if (s->digest[0] != 0)
    fprintf(stream, ", \"sha256\": \"%s\"", s->digest);
  return done;
}

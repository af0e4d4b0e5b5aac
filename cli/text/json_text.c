#include "cli/text/json_text.h"

#include <inttypes.h>
#include <math.h>

#include "base/json.h"
#include "base/number.h"
#include "cli/text/difference_print.h"

bool json_text(const char *text, FILE *stream) {
  sow__buffer quoted = {0};
  sow__json_string(&quoted, text);
  bool done = !quoted.failed;
  if (done)
    fwrite(quoted.data, 1, quoted.length, stream);
  sow__buffer_free(&quoted);
  return done;
}

void json_number(double value, FILE *stream) {
  char text[SOW__NUMBER_SIZE];
  fputs(isfinite(value) ? sow__number_print(value, text) : "null", stream);
}

/* ---- documents ---- */

void json_open(const char *document, FILE *stream) {
  fprintf(stream, "{\n  \"document\": \"%s\",\n  \"version\": %d", document, JSON_VERSION);
}

void json_key(const char *key, FILE *stream) {
  fprintf(stream, ", \"%s\": ", key);
}

bool json_put_text(const char *key, const char *value, FILE *stream) {
  json_key(key, stream);
  if (value != NULL)
    return json_text(value, stream);
  fputs("null", stream);
  return true;
}

void json_put_number(const char *key, double value, FILE *stream) {
  json_key(key, stream);
  json_number(value, stream);
}

void json_put_count(const char *key, uint64_t value, FILE *stream) {
  json_key(key, stream);
  fprintf(stream, "%" PRIu64, value);
}

void json_put_bool(const char *key, bool value, FILE *stream) {
  json_key(key, stream);
  fputs(value ? "true" : "false", stream);
}

void json_put_shape(int ndim, const int64_t *shape, FILE *stream) {
  json_key("shape", stream);
  shape_print(ndim, shape, stream);
}

/* ---- tensors ---- */

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

#include "cli/text/tensor_json.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/text/diagnostics.h"

void json_statistics(sow__buffer *out, const sow_statistics *s) {
  sow__buffer_text(out, "\"mean\": ");
  sow__json_number(out, s->mean);
  sow__json_put_number(out, "std", s->std);
  sow__json_put_number(out, "min", s->min);
  sow__json_put_number(out, "max", s->max);
  sow__json_put_count(out, "zeros", s->zeros);
  sow__json_put_count(out, "subnormals", s->subnormals);
  sow__json_put_count(out, "nans", s->nans);
  sow__json_put_count(out, "infinities", s->infinities);
  sow__json_put_count(out, "sampled", s->sampled);
  sow__json_key(out, "histogram");
  for (int i = 0; i < SOW_HISTOGRAM_BINS; i++)
    sow__buffer_printf(out, "%s%" PRIu32, i == 0 ? "[" : ", ", s->histogram[i]);
  sow__buffer_text(out, "]");
}

void json_tensor(sow__buffer *out, const sow_archive_entry *entry, const sow_statistics *s) {
  sow__buffer_text(out, "\"name\": ");
  sow__json_string(out, entry->name);
  sow__json_put_text(out, "dtype", entry->type);
  sow__json_put_shape(out, "shape", entry->ndim, entry->shape);
  sow__json_put_count(out, "count", entry->count);
  sow__json_put_count(out, "bytes", entry->bytes);
  sow__json_put_count(out, "file", entry->file);
  sow__json_put_count(out, "offset", entry->offset);
  if (s->measured) {
    sow__buffer_text(out, ", ");
    json_statistics(out, s);
  }
  if (s->digest[0] != 0)
    sow__json_put_text(out, "sha256", s->digest);
}

void json_metadata(sow__buffer *out, const sow_archive *archive) {
  sow_metadata one;
  sow__json_line(out, "metadata");
  sow__buffer_text(out, "{");
  for (size_t i = 0; sow_archive_metadata(archive, i, &one); i++) {
    sow__buffer_text(out, i == 0 ? "" : ", ");
    sow__json_string(out, one.key);
    sow__buffer_text(out, ": ");
    sow__json_string(out, one.value);
  }
  sow__buffer_text(out, "}");
}

int json_print(sow__buffer *document, FILE *stream) {
  int status = document->failed ? complain_memory() : EXIT_SUCCESS;
  if (status == EXIT_SUCCESS)
    fwrite(document->data, 1, document->length, stream);
  sow__buffer_free(document);
  return status;
}

/* sow_checkpoint_write: a plan into a file, a piece at a time. */
#include <stdlib.h>

#include "checkpoint/header.h"
#include "checkpoint/sink.h"
#include "run/range.h"
#include "sow/checkpoint.h"

typedef struct writer {
  const sow_plan *plan;
  sow__sink sink;
  sow__cursor cursor;
  char *header;
  size_t header_size;
  void *drawn, *stored; /* one piece; `drawn` only where something is cast */
  sow_error *error;
} writer;

/* All memory that a run needs but the initialisers' own, before a file is touched. */
static sow_status take_memory(writer *w) {
  uint64_t drawn = 0, stored = 0;
  bool cast = false;
  for (size_t i = 0; i < w->plan->stored_count; i++) {
    const sow__entry *entry = &w->plan->entries[w->plan->in_file[i]];
    uint64_t longest = sow__range_longest(entry);
    uint64_t drawn_bytes = longest * sow_dtype_size(entry->fill.dtype);
    uint64_t stored_bytes = longest * sow_dtype_size(entry->stored);
    cast = cast || sow__range_cast(entry);
    drawn = sow__range_cast(entry) && drawn_bytes > drawn ? drawn_bytes : drawn;
    stored = stored_bytes > stored ? stored_bytes : stored;
  }
  w->stored = stored > SIZE_MAX ? NULL : malloc(stored == 0 ? 1 : (size_t)stored);
  w->drawn = cast && drawn <= SIZE_MAX ? malloc(drawn == 0 ? 1 : (size_t)drawn) : NULL;
  if (w->stored == NULL || (cast && w->drawn == NULL))
    return sow__fail(w->error, SOW_NO_MEMORY, NULL);
  return SOW_OK;
}

static sow_status write_entry(writer *w, const sow__entry *entry) {
  uint64_t count = (uint64_t)entry->fill.count, size = sow_dtype_size(entry->stored);
  sow_status status = SOW_OK;
  for (uint64_t at = 0; status == SOW_OK && at < count;) {
    uint64_t next = sow__range_end(entry, at);
    status = sow__range_run(entry, &w->cursor, at, next, w->drawn, w->stored, w->error);
    if (status == SOW_OK)
      status = sow__sink_write(&w->sink, w->header_size + entry->offset + at * size, w->stored,
                               (size_t)((next - at) * size), w->error);
    at = next;
  }
  return status;
}

/* In the stream's order where the sink can seek: then the cursor only ever goes forward. */
static sow_status write_all(writer *w) {
  sow__cursor_open(&w->cursor, &w->plan->base);
  sow_status status = sow__sink_write(&w->sink, 0, w->header, w->header_size, w->error);
  const size_t *order = w->sink.stream ? w->plan->in_file : w->plan->in_stream;
  for (size_t i = 0; status == SOW_OK && i < w->plan->stored_count; i++)
    status = write_entry(w, &w->plan->entries[order[i]]);
  return status;
}

#define TIES_SHOWN 4

static void warn_ties(const sow_plan *plan, sow_error *error) {
  sow__buffer names = {0};
  size_t ties = plan->count - plan->stored_count, shown = 0;
  for (size_t i = 0; i < plan->count && shown < TIES_SHOWN; i++)
    if (plan->entries[i].tied_to != SOW__NOT_TIED)
      sow__buffer_printf(&names, "%s%s (as %s)", shown++ == 0 ? "" : ", ", plan->entries[i].name,
                         plan->entries[plan->entries[i].tied_to].name);
  if (ties > shown)
    sow__buffer_printf(&names, " and %zu more", ties - shown);
  if (ties > 0 && !names.failed)
    sow__warn(error, "tied tensors are stored once, under their first name: %s", names.data);
  sow__buffer_free(&names);
}

sow_status sow_checkpoint_write(const sow_plan *plan, const char *path, const sow_checkpoint_options *options,
                                sow_error *error) {
  writer w = {.plan = plan, .sink = {.file = -1}, .error = error};
  sow_status status = sow__header_make(plan, options, &w.header, &w.header_size, error);
  if (status == SOW_OK)
    status = take_memory(&w);
  if (status == SOW_OK)
    status = sow__sink_open(&w.sink, path, options != NULL && options->force,
                            options == NULL ? NULL : options->interrupt, error);
  if (status == SOW_OK)
    status = write_all(&w);
  if (status == SOW_OK)
    status = sow__sink_commit(&w.sink, error);
  else
    sow__sink_discard(&w.sink);
  free(w.header);
  free(w.drawn);
  free(w.stored);
  if (status == SOW_OK)
    warn_ties(plan, error);
  return status;
}

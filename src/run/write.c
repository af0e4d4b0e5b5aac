/* sow_checkpoint_write: a plan into a file, a piece at a time. */
#include <stdlib.h>

#include "checkpoint/header.h"
#include "checkpoint/sink.h"
#include "run/job.h"
#include "run/notices.h"
#include "sow/checkpoint.h"

typedef struct writer {
  const sow_plan *plan;
  sow__sink sink;
  sow__sink quiet; /* the same for the other threads, which must not look at what a signal handler changes */
  char *header;
  size_t header_size;
  sow__job job;
} writer;

static sow_status write_piece(void *context, int thread, const sow__entry *entry, uint64_t begin,
                              const void *bytes, size_t size, sow_error *error) {
  writer *w = context;
  uint64_t offset = w->header_size + entry->offset + begin * sow_dtype_size(entry->stored);
  return sow__sink_write(thread == 0 ? &w->sink : &w->quiet, offset, bytes, size, error);
}

/*
 * In the stream's order where the sink can seek: then each cursor only ever goes forward. Otherwise one
 * thread goes in the order of the file.
 */
static sow_status plan_job(writer *w, const sow_checkpoint_options *options, sow_error *error) {
  const size_t *order = w->sink.stream ? w->plan->in_file : w->plan->in_stream;
  int threads = options->threads == 0 ? w->plan->settings.threads : options->threads;
  w->job = (sow__job){.plan = w->plan,
                      .threads = w->sink.stream ? 1 : threads,
                      .write = write_piece,
                      .context = w,
                      .progress = options->progress,
                      .progress_context = options->progress_context};
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < w->plan->stored_count; i++) {
    const sow__entry *entry = &w->plan->entries[order[i]];
    status = sow__job_add(&w->job, entry, 0, (uint64_t)entry->fill.count, NULL, error);
  }
  return status == SOW_OK ? sow__job_prepare(&w->job, error) : status;
}

static sow_status write_all(writer *w, sow_error *error) {
  sow__warn_memory(&w->job, error);
  w->quiet = w->sink;
  w->quiet.interrupt = NULL;
  sow_status status = sow__sink_write(&w->sink, 0, w->header, w->header_size, error);
  return status == SOW_OK ? sow__job_run(&w->job, error) : status;
}

sow_status sow_checkpoint_write(const sow_plan *plan, const char *path, const sow_checkpoint_options *options,
                                sow_error *error) {
  static const sow_checkpoint_options defaults = {0};
  options = options == NULL ? &defaults : options;
  if (options->threads < 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "there are no %d threads", options->threads);
  writer w = {.plan = plan, .sink = {.file = -1}};
  sow_status status = sow__header_make(plan, options, &w.header, &w.header_size, error);
  if (status == SOW_OK)
    status = sow__sink_open(&w.sink, path, options->force, options->interrupt, error);
  if (status == SOW_OK)
    status = plan_job(&w, options, error);
  if (status == SOW_OK)
    status = write_all(&w, error);
  if (status == SOW_OK)
    status = sow__sink_commit(&w.sink, error);
  else
    sow__sink_discard(&w.sink);
  free(w.header);
  sow__job_free(&w.job);
  if (status == SOW_OK)
    sow__warn_ties(plan, error);
  return status;
}

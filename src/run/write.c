/* sow_checkpoint_write: a plan into a file or a pipe. */
#include "run/notices.h"
#include "run/writer.h"

/*
 * In the stream's order where the sink can seek: then each thread's cursor only ever goes forward. Otherwise
 * one thread goes in the order of the file.
 */
static sow_status add_all(sow__writer *writer, sow_error *error) {
  const sow_plan *plan = writer->plan;
  const size_t *order = writer->sink.stream ? plan->in_file : plan->in_stream;
  if (writer->sink.stream)
    writer->job.threads = 1;
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < plan->stored_count; i++) {
    const sow__entry *entry = &plan->entries[order[i]];
    status = sow__job_add(&writer->job, entry->value, entry, 0, (uint64_t)entry->value->count, NULL, error);
  }
  return status;
}

sow_status sow_checkpoint_write(const sow_plan *plan, const char *path, const sow_checkpoint_options *options,
                                sow_error *error) {
  static const sow_checkpoint_options defaults = {0};
  options = options == NULL ? &defaults : options;
  sow__writer writer;
  sow_status status = sow__writer_make(&writer, plan, options, error);
  if (status == SOW_OK)
    status = sow__sink_open(&writer.sink, path, options->force, options->interrupt, error);
  if (status == SOW_OK)
    status = sow__sink_room(&writer.sink, writer.header_size + plan->bytes, error);
  if (status == SOW_OK)
    status = add_all(&writer, error);
  if (status == SOW_OK)
    status = sow__writer_run(&writer, error);
  if (status == SOW_OK)
    status = sow__sink_commit(&writer.sink, error);
  else
    sow__sink_discard(&writer.sink);
  sow__writer_free(&writer);
  if (status == SOW_OK)
    sow__warn_ties(plan, error);
  return status;
}

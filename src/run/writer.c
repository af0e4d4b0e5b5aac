#include "run/writer.h"

#include <stdlib.h>

#include "base/sized_options.h"
#include "base/team.h"
#include "checkpoint/header.h"
#include "run/notices.h"

static sow_status write_piece(void *context, int thread, const void *tag, uint64_t begin, const void *bytes,
                              size_t size, sow_error *error) {
  sow__writer *writer = context;
  const sow__entry *entry = tag;
  uint64_t offset = writer->header_size + entry->offset + begin * sow_dtype_size(sow__entry_dtype(entry));
  return sow__sink_write(thread == 0 ? &writer->sink : &writer->quiet, offset, bytes, size, error);
}

sow_status sow__writer_begin(sow__writer *writer, const sow_plan *plan, const sow_checkpoint_options *options,
                             sow_error *error) {
  *writer = (sow__writer){.plan = plan, .sink = {.file = -1}};
  const sow_checkpoint_options *own = &writer->options;
  sow_status status = SOW__OPTIONS_TAKE(sow_checkpoint_options, &writer->options, options, error);
  if (status == SOW_OK)
    status = sow__threads_check(own->threads, error);
  if (status != SOW_OK)
    return status;
  writer->job = (sow__job){.bases = plan->bases,
                           .threads = own->threads,
                           .write = write_piece,
                           .context = writer,
                           .progress = own->progress,
                           .progress_context = own->progress_context};
  return SOW_OK;
}

sow_status sow__writer_make(sow__writer *writer, const sow_plan *plan, const sow_checkpoint_options *options,
                            sow_error *error) {
  sow_status status = sow__writer_begin(writer, plan, options, error);
  return status == SOW_OK
             ? sow__header_make(plan, &writer->options, &writer->header, &writer->header_size, error)
             : status;
}

sow_status sow__writer_run(sow__writer *writer, sow_error *error) {
  sow_status status = sow__job_prepare(&writer->job, error);
  if (status != SOW_OK)
    return status;
  sow__warn_memory(&writer->job, error);
  writer->quiet = writer->sink;
  writer->quiet.interrupt = NULL;
  status = sow__sink_write(&writer->sink, 0, writer->header, writer->header_size, error);
  if (status == SOW_OK)
    status = sow__job_run(&writer->job, error);
  return status == SOW_NO_MEMORY ? sow__fail_memory(&writer->job, error) : status;
}

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

sow_status sow__writer_fill(sow__writer *writer, sow_error *error) {
  sow_status status = sow__sink_room(&writer->sink, writer->header_size + writer->plan->bytes, error);
  if (status == SOW_OK)
    status = add_all(writer, error);
  if (status == SOW_OK)
    status = sow__writer_run(writer, error);
  if (status != SOW_OK)
    sow__sink_discard(&writer->sink);
  return status;
}

sow_status sow__writer_file(sow__writer *writer, const char *path, sow_error *error) {
  sow_status status =
      sow__sink_open(&writer->sink, path, writer->options.force, writer->options.interrupt, error);
  if (status == SOW_OK)
    status = sow__writer_fill(writer, error);
  return status == SOW_OK ? sow__sink_commit(&writer->sink, error) : status;
}

void sow__writer_free(sow__writer *writer) {
  free(writer->header);
  sow__job_free(&writer->job);
}

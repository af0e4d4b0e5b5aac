#include "run/writer.h"

#include <stdlib.h>

#include "base/sized_options.h"
#include "checkpoint/header.h"
#include "run/notices.h"

static sow_status write_piece(void *context, int thread, const void *tag, uint64_t begin, const void *bytes,
                              size_t size, sow_error *error) {
  sow__writer *writer = context;
  const sow__entry *entry = tag;
  uint64_t offset = writer->header_size + entry->offset + begin * sow_dtype_size(sow__entry_dtype(entry));
  return sow__sink_write(thread == 0 ? &writer->sink : &writer->quiet, offset, bytes, size, error);
}

sow_status sow__writer_make(sow__writer *writer, const sow_plan *plan, const sow_checkpoint_options *options,
                            sow_error *error) {
  *writer = (sow__writer){.plan = plan, .sink = {.file = -1}};
  const sow_checkpoint_options *own = &writer->options;
  sow_status status = SOW__OPTIONS_TAKE(sow_checkpoint_options, &writer->options, options, error);
  if (status == SOW_OK && own->threads < 0)
    status = sow__fail(error, SOW_INVALID_ARGUMENT, "there are no %d threads", own->threads);
  if (status != SOW_OK)
    return status;
  writer->job = (sow__job){.bases = plan->bases,
                           .threads = own->threads,
                           .write = write_piece,
                           .context = writer,
                           .progress = own->progress,
                           .progress_context = own->progress_context};
  return sow__header_make(plan, own, &writer->header, &writer->header_size, error);
}

sow_status sow__writer_run(sow__writer *writer, sow_error *error) {
  sow_status status = sow__job_prepare(&writer->job, error);
  if (status != SOW_OK)
    return status;
  sow__warn_memory(&writer->job, error);
  writer->quiet = writer->sink;
  writer->quiet.interrupt = NULL;
  status = sow__sink_write(&writer->sink, 0, writer->header, writer->header_size, error);
  return status == SOW_OK ? sow__job_run(&writer->job, error) : status;
}

void sow__writer_free(sow__writer *writer) {
  free(writer->header);
  sow__job_free(&writer->job);
}

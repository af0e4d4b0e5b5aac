/* What whole files and parts of files share: a job whose pieces go to their places in a checkpoint. */
#ifndef SOW_RUN_WRITER_H
#define SOW_RUN_WRITER_H

#include "checkpoint/sink.h"
#include "plan/entry.h"
#include "run/job.h"
#include "sow/checkpoint.h"

typedef struct sow__writer {
  const sow_plan *plan;
  sow_checkpoint_options options; /* the caller's, or the defaults */
  sow__sink sink;
  sow__sink quiet; /* the same for the other threads, which must not look at what a signal handler changes */
  char *header;
  size_t header_size;
  sow__job job;
} sow__writer;

/* Checks the options, which may be NULL, and makes the header; nothing is touched. Free in every case. */
sow_status sow__writer_make(sow__writer *writer, const sow_plan *plan, const sow_checkpoint_options *options,
                            sow_error *error);

/* The same without a header, which the caller gives it: malloc'd, with its size. */
sow_status sow__writer_begin(sow__writer *writer, const sow_plan *plan, const sow_checkpoint_options *options,
                             sow_error *error);

/* Header and data of all tensors to `path`. */
sow_status sow__writer_file(sow__writer *writer, const char *path, sow_error *error);

/* The same to an open sink, which is then the caller's to commit; on failure it is discarded. */
sow_status sow__writer_fill(sow__writer *writer, sow_error *error);

/* After the sink is open and the job has its stretches: writes header and data. */
sow_status sow__writer_run(sow__writer *writer, sow_error *error);

void sow__writer_free(sow__writer *writer);

#endif

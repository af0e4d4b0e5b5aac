/* sow_checkpoint_write_slice and sow_checkpoint_finish: a file by several processes. */
#include <inttypes.h>
#include <stdlib.h>

#include "checkpoint/disk.h"
#include "checkpoint/parts.h"
#include "run/notices.h"
#include "run/parts_digest.h"
#include "run/writer.h"
#include "sow/sow.h"

static sow_status add_slice(sow__writer *writer, uint64_t slice, uint64_t slices, sow_error *error) {
  const sow_plan *plan = writer->plan;
  sow__cut begin, end;
  sow__plan_slice(plan, slice, slices, &begin, &end);
  sow_status status = SOW_OK;
  for (size_t i = begin.index; status == SOW_OK && i < plan->stored_count && i <= end.index; i++) {
    const sow__entry *entry = &plan->entries[plan->in_stream[i]];
    uint64_t first = i == begin.index ? begin.element : 0;
    uint64_t last = i == end.index ? end.element : (uint64_t)entry->value->count;
    status = sow__job_add(&writer->job, entry->value, entry, first, last, NULL, error);
  }
  return status;
}

/* From where to where in the file a stretch of the job goes. */
static void extent(const sow__writer *writer, const sow__stretch *stretch, uint64_t *begin, uint64_t *end) {
  const sow__entry *entry = stretch->tag;
  uint64_t width = sow_dtype_size(sow__entry_dtype(entry)), start = writer->header_size + entry->offset;
  *begin = start + stretch->begin * width;
  *end = start + stretch->end * width;
}

/* A part that was stopped has room already. */
static sow_status check_room(const sow__writer *writer, const sow__parts *parts, sow_error *error) {
  uint64_t begin, end, needed = 0;
  for (size_t i = 0; i < writer->job.count; i++) {
    extent(writer, &writer->job.stretches[i], &begin, &end);
    needed += sow__disk_holes(parts->data, begin, end);
  }
  return sow__disk_room(parts->data, parts->shown, needed, error);
}

/* A disk that is full for one part should not stay so for the others. */
static void give_back(const sow__writer *writer, sow__parts *parts, uint64_t slice) {
  uint64_t begin, end;
  if (!sow__parts_own(parts, slice))
    return;
  for (size_t i = 0; i < writer->job.count; i++) {
    extent(writer, &writer->job.stretches[i], &begin, &end);
    sow__disk_give_back(parts->data, begin, end);
  }
}

static sow_status make_slice(sow__writer *writer, sow__parts *parts, uint64_t slice, sow_error *error) {
  if (sow__parts_is_done(parts, slice))
    return SOW_OK;
  writer->sink =
      (sow__sink){.shown = parts->shown, .file = parts->data, .interrupt = writer->options.interrupt};
  sow_status status = add_slice(writer, slice, parts->record.count, error);
  sow__parts_begin(parts, slice);
  if (status == SOW_OK)
    status = check_room(writer, parts, error);
  if (status == SOW_OK)
    status = sow__writer_run(writer, error);
  if (status == SOW_OK)
    status = sow__parts_mark(parts, slice, error);
  if (status == SOW_IO)
    give_back(writer, parts, slice);
  return status;
}

sow_status sow_checkpoint_write_slice(const sow_plan *plan, const char *path, uint64_t slice, uint64_t slices,
                                      const sow_checkpoint_options *options, uint64_t *missing,
                                      sow_error *error) {
  if (slices < 1 || slices > SOW_SLICES_LIMIT || slice >= slices)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "there is no part %" PRIu64 " of %" PRIu64 "; parts are 1 to %d, counted from 0", slice,
                     slices, SOW_SLICES_LIMIT);
  sow__writer writer;
  sow__parts parts = {.data = -1, .held = -1, .record = {.file = -1}};
  char digest[SOW_DIGEST_TEXT_SIZE];
  sow_status status = sow__writer_make(&writer, plan, options, error);
  if (status == SOW_OK)
    status = sow__parts_digest(&writer, digest, error);
  if (status == SOW_OK)
    status = sow__parts_open(&parts, path, writer.options.force, digest, writer.header_size + plan->bytes,
                             slices, error);
  if (status == SOW_OK)
    status = make_slice(&writer, &parts, slice, error);
  uint64_t open = 0;
  if (status == SOW_OK)
    status = sow__parts_finish(&parts, &open, error);
  sow__parts_close(&parts);
  sow__writer_free(&writer);
  if (status == SOW_OK && missing != NULL)
    *missing = open;
  if (status == SOW_OK && open == 0)
    sow__warn_ties(plan, error);
  return status;
}

#define PARTS_SHOWN 8

static sow_status fail_missing(const sow__parts *parts, uint64_t missing, sow_error *error) {
  sow__buffer names = {0};
  uint64_t shown = 0;
  for (uint64_t i = 0; i < parts->record.count && shown < PARTS_SHOWN; i++)
    if (!sow__parts_is_done(parts, i))
      sow__buffer_printf(&names, "%s%" PRIu64, shown++ == 0 ? "" : ", ", i + 1);
  if (missing > shown)
    sow__buffer_printf(&names, " and %" PRIu64 " more", missing - shown);
  sow_status status =
      names.failed ? sow__fail(error, SOW_NO_MEMORY, NULL)
                   : sow__fail(error, SOW_INCOMPLETE, "%.200s: of %" PRIu64 " parts %s %s missing",
                               parts->shown, parts->record.count, names.data, missing == 1 ? "is" : "are");
  sow__buffer_free(&names);
  return status;
}

sow_status sow_checkpoint_finish(const sow_plan *plan, const char *path,
                                 const sow_checkpoint_options *options, sow_error *error) {
  sow__writer writer;
  sow__parts parts = {.data = -1, .held = -1, .record = {.file = -1}};
  char digest[SOW_DIGEST_TEXT_SIZE];
  uint64_t missing = 0;
  sow_status status = sow__writer_make(&writer, plan, options, error);
  if (status == SOW_OK)
    status = sow__parts_digest(&writer, digest, error);
  if (status == SOW_OK)
    status = sow__parts_open(&parts, path, writer.options.force, digest, writer.header_size + plan->bytes, 0,
                             error);
  if (status == SOW_OK)
    status = sow__parts_finish(&parts, &missing, error);
  if (status == SOW_OK && missing > 0)
    status = fail_missing(&parts, missing, error);
  sow__parts_close(&parts);
  sow__writer_free(&writer);
  if (status == SOW_OK)
    sow__warn_ties(plan, error);
  return status;
}

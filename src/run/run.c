/* sow_plan_run, sow_plan_run_block and sow_plan_run_blocks: any part of any entry into memory. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/size.h"
#include "base/team.h"
#include "op/layout.h"
#include "plan/entry.h"
#include "run/rows.h"

static sow_status check_call(const sow_plan *plan, size_t index, int threads, sow_error *error) {
  if (index >= plan->count)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the plan has no entry %zu", index);
  return sow__threads_check(threads, error);
}

/* Adds are done: prepares, runs and frees. */
static sow_status run(sow__job *job, sow_status status, sow_error *error) {
  if (status == SOW_OK)
    status = sow__job_prepare(job, error);
  if (status == SOW_OK)
    status = sow__job_run(job, error);
  sow__job_free(job);
  return status;
}

sow_status sow_plan_run(const sow_plan *plan, size_t index, uint64_t begin, uint64_t end, int threads,
                        void *out, sow_error *error) {
  sow_status status = check_call(plan, index, threads, error);
  if (status != SOW_OK)
    return status;
  const sow__entry *entry = &plan->entries[index];
  if (begin > end || end > (uint64_t)entry->value->count)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%.200s has %" PRId64 " elements: it has no range from %" PRIu64 " to %" PRIu64,
                     entry->name, entry->value->count, begin, end);
  if (begin == end)
    return SOW_OK;
  sow__job job = {.bases = plan->bases, .threads = threads};
  return run(&job, sow__job_add(&job, entry->value, entry, begin, end, out, error), error);
}

static sow_status check_block(const sow__entry *entry, const int64_t *begin, const int64_t *size,
                              const int64_t *strides, bool *empty, sow_error *error) {
  *empty = entry->value->count == 0;
  for (int d = 0; d < entry->ndim; d++) {
    int64_t end;
    if (begin[d] < 0 || size[d] < 0 || !sow__add(begin[d], size[d], &end) || end > entry->shape[d])
      return sow__fail(error, SOW_INVALID_ARGUMENT,
                       "%.200s: its dimension %d has %" PRId64 " elements, and no %" PRId64 " from %" PRId64
                       " on",
                       entry->name, d, entry->shape[d], size[d], begin[d]);
    *empty = *empty || size[d] == 0;
  }
  if (*empty || strides == NULL)
    return SOW_OK;
  return sow__layout_check(entry->ndim, size, strides, sow_dtype_size(sow__entry_dtype(entry)), error);
}

/* A block that is not empty. */
typedef struct part {
  const sow__entry *entry;
  void *out;
  sow__rows rows;
} part;

/* In the order of the stream, so that each thread goes through it once. */
static int compare_parts(const void *left, const void *right) {
  const part *a = left, *b = right;
  if (a->entry->stream != b->entry->stream)
    return a->entry->stream < b->entry->stream ? -1 : 1;
  if (a->entry->position != b->entry->position)
    return a->entry->position < b->entry->position ? -1 : 1;
  if (a->entry != b->entry)
    return a->entry < b->entry ? -1 : 1;
  return a->rows.begin < b->rows.begin ? -1 : a->rows.begin > b->rows.begin;
}

/* Checks all blocks, and leaves those that are not empty in *parts; free() them. */
static sow_status read_blocks(const sow_plan *plan, const sow_block *blocks, size_t count, int threads,
                              part **parts, size_t *part_count, sow_error *error) {
  *part_count = 0;
  *parts = calloc(count, sizeof **parts);
  if (*parts == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < count; i++) {
    const sow_block *one = &blocks[i];
    bool empty;
    sow_status status = check_call(plan, one->index, threads, error);
    if (status != SOW_OK)
      return status;
    const sow__entry *entry = &plan->entries[one->index];
    status = check_block(entry, one->begin, one->size, one->strides, &empty, error);
    if (status != SOW_OK)
      return status;
    if (!empty)
      (*parts)[(*part_count)++] = (part){
          entry, one->out, sow__rows_of(entry->ndim, entry->shape, one->begin, one->size, one->strides)};
  }
  return SOW_OK;
}

sow_status sow_plan_run_blocks(const sow_plan *plan, const sow_block *blocks, size_t count, int threads,
                               sow_error *error) {
  if (count == 0)
    return SOW_OK;
  part *parts;
  size_t part_count;
  sow_status status = read_blocks(plan, blocks, count, threads, &parts, &part_count, error);
  if (status == SOW_OK && part_count > 0) {
    qsort(parts, part_count, sizeof *parts, compare_parts);
    sow__job job = {.bases = plan->bases, .threads = threads};
    for (size_t i = 0; status == SOW_OK && i < part_count; i++)
      status = sow__job_add_rows(&job, parts[i].entry->value, &parts[i].rows, parts[i].out, error);
    status = run(&job, status, error);
  }
  free(parts);
  return status;
}

sow_status sow_plan_run_block(const sow_plan *plan, size_t index, const int64_t *begin, const int64_t *size,
                              const int64_t *strides, int threads, void *out, sow_error *error) {
  return sow_plan_run_blocks(plan, &(sow_block){index, begin, size, strides, out}, 1, threads, error);
}

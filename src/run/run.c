/* sow_plan_run and sow_plan_run_block: any part of any entry into memory. */
#include <inttypes.h>

#include "base/error.h"
#include "base/size.h"
#include "op/layout.h"
#include "plan/entry.h"
#include "run/rows.h"

static sow_status check_call(const sow_plan *plan, size_t index, int threads, sow_error *error) {
  if (index >= plan->count)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the plan has no entry %zu", index);
  if (threads < 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "there are no %d threads", threads);
  return SOW_OK;
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

sow_status sow_plan_run_block(const sow_plan *plan, size_t index, const int64_t *begin, const int64_t *size,
                              const int64_t *strides, int threads, void *out, sow_error *error) {
  bool empty;
  sow_status status = check_call(plan, index, threads, error);
  if (status != SOW_OK)
    return status;
  const sow__entry *entry = &plan->entries[index];
  status = check_block(entry, begin, size, strides, &empty, error);
  if (status != SOW_OK || empty)
    return status;
  sow__rows rows = sow__rows_of(entry->ndim, entry->shape, begin, size, strides);
  sow__job job = {.bases = plan->bases, .threads = threads};
  return run(&job, sow__job_add_rows(&job, entry->value, &rows, out, error), error);
}

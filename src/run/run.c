/* sow_plan_run: any range of any entry into memory. */
#include <inttypes.h>

#include "run/job.h"

sow_status sow_plan_run(const sow_plan *plan, size_t index, uint64_t begin, uint64_t end, void *out,
                        sow_error *error) {
  if (index >= plan->count)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the plan has no entry %zu", index);
  const sow__entry *entry = &plan->entries[index];
  if (begin > end || end > (uint64_t)entry->fill.count)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%.200s has %" PRId64 " elements: it has no range from %" PRIu64 " to %" PRIu64,
                     entry->name, entry->fill.count, begin, end);
  if (begin == end)
    return SOW_OK;
  sow__job job = {.plan = plan, .threads = plan->settings.threads};
  sow_status status = sow__job_add(&job, entry, begin, end, out, error);
  if (status == SOW_OK)
    status = sow__job_prepare(&job, error);
  if (status == SOW_OK)
    status = sow__job_run(&job, error);
  sow__job_free(&job);
  return status;
}

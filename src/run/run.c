/* sow_plan_run: any range of any entry into memory. */
#include <inttypes.h>
#include <stdlib.h>

#include "run/range.h"

/* Piece by piece, so that a range of any length needs one piece of memory beside the caller's. */
static sow_status run_cast(const sow__entry *entry, sow__cursor *cursor, uint64_t begin, uint64_t end,
                           char *out, sow_error *error) {
  uint64_t longest = sow__range_longest(entry);
  uint64_t bytes = (end - begin < longest ? end - begin : longest) * sow_dtype_size(entry->fill.dtype);
  void *drawn = bytes > SIZE_MAX ? NULL : malloc(bytes == 0 ? 1 : (size_t)bytes);
  if (drawn == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = SOW_OK;
  for (uint64_t at = begin; status == SOW_OK && at < end;) {
    uint64_t next = sow__range_end(entry, at);
    next = next > end ? end : next;
    status = sow__range_run(entry, cursor, at, next, drawn,
                            out + (at - begin) * sow_dtype_size(entry->stored), error);
    at = next;
  }
  free(drawn);
  return status;
}

sow_status sow_plan_run(const sow_plan *plan, size_t index, uint64_t begin, uint64_t end, void *out,
                        sow_error *error) {
  if (index >= plan->count)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the plan has no entry %zu", index);
  const sow__entry *entry = &plan->entries[index];
  if (begin > end || end > (uint64_t)entry->fill.count)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%.200s has %" PRId64 " elements: it has no range from %" PRIu64 " to %" PRIu64,
                     entry->name, entry->fill.count, begin, end);
  sow__cursor cursor;
  sow__cursor_open(&cursor, &plan->base);
  if (sow__range_cast(entry))
    return run_cast(entry, &cursor, begin, end, out, error);
  return sow__range_run(entry, &cursor, begin, end, NULL, out, error);
}

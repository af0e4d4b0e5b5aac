#include "run/notices.h"

#include <inttypes.h>

#define TIES_SHOWN 4

void sow__warn_ties(const sow_plan *plan, sow_error *error) {
  sow__buffer names = {0};
  size_t ties = plan->count - plan->stored_count, shown = 0;
  for (size_t i = 0; i < plan->count && shown < TIES_SHOWN; i++)
    if (plan->entries[i].tied_to != SOW__NOT_TIED)
      sow__buffer_printf(&names, "%s%s (as %s)", shown++ == 0 ? "" : ", ", plan->entries[i].name,
                         plan->entries[plan->entries[i].tied_to].name);
  if (ties > shown)
    sow__buffer_printf(&names, " and %zu more", ties - shown);
  if (ties > 0 && !names.failed)
    sow__warn(error, "tied tensors are stored once, under their first name: %s", names.data);
  sow__buffer_free(&names);
}

#define LARGE ((uint64_t)1 << 30)

/* What is drawn, what is stored, and what making it takes beside. */
static uint64_t whole_bytes(const sow__entry *entry) {
  if (entry->source != NULL || entry->fill.grain < (uint64_t)entry->fill.count)
    return 0;
  uint64_t each = sow_dtype_size(entry->fill.dtype) + sow_dtype_size(entry->stored), bytes;
  bool known = !__builtin_mul_overflow((uint64_t)entry->fill.count, each, &bytes) &&
               !__builtin_add_overflow(bytes, sow__fill_memory(&entry->fill), &bytes);
  return known ? bytes : UINT64_MAX;
}

void sow__warn_memory(const sow__job *job, sow_error *error) {
  for (size_t i = 0; i < job->count; i++) {
    const sow__entry *entry = job->stretches[i].entry;
    uint64_t bytes = whole_bytes(entry);
    if (bytes >= LARGE)
      sow__warn(error, "%.200s: %s is made whole and takes about %" PRIu64 " MiB of memory", entry->name,
                sow_initializer_name(entry->fill.initializer.kind), bytes >> 20);
  }
}

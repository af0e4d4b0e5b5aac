#include "run/notices.h"

#include <inttypes.h>

#define TIES_SHOWN 4

void sow__warn_ties(const sow_plan *plan, sow_error *error) {
  sow__buffer names = {0};
  size_t ties = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const sow__entry *entry = &plan->entries[i];
    if (entry->tied_to != SOW__NOT_TIED && !entry->temporary && ties++ < TIES_SHOWN)
      sow__buffer_printf(&names, "%s%s (as %s)", ties == 1 ? "" : ", ", entry->name,
                         plan->entries[entry->tied_to].name);
  }
  if (ties > TIES_SHOWN)
    sow__buffer_printf(&names, " and %zu more", ties - TIES_SHOWN);
  if (ties > 0 && !names.failed)
    sow__warn(error, "tied tensors are stored once, under their first name: %s", names.data);
  sow__buffer_free(&names);
}

#define LARGE ((uint64_t)1 << 30)

/* What is drawn, what is stored, and what making it takes beside. */
static uint64_t whole_bytes(const sow__entry *entry) {
  const sow__value *value = entry->value;
  if (!sow__value_is_whole(value))
    return 0;
  uint64_t each = sow_dtype_size(entry->drawn) + sow_dtype_size(value->dtype), bytes;
  bool known = !__builtin_mul_overflow((uint64_t)value->count, each, &bytes) &&
               !__builtin_add_overflow(bytes, sow__value_memory(value), &bytes);
  return known ? bytes : UINT64_MAX;
}

/* Of what cannot be cut. */
static const char *whole_name(const sow__value *value) {
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    if (step->op->cut != SOW__CUT)
      return sow_initializer_name(step->call.kind);
    if (step->source != NULL && step->source->value != NULL && sow__value_is_whole(step->source->value))
      return whole_name(step->source->value);
  }
  return value->step_count > 0 ? sow_initializer_name(value->steps[0]->call.kind) : "it";
}

void sow__warn_memory(const sow__job *job, sow_error *error) {
  for (size_t i = 0; i < job->count; i++) {
    const sow__entry *entry = job->stretches[i].tag;
    uint64_t bytes = whole_bytes(entry);
    if (bytes >= LARGE)
      sow__warn(error, "%.200s: %s is made whole and takes about %" PRIu64 " MiB of memory", entry->name,
                whole_name(entry->value), bytes >> 20);
  }
}

sow_status sow__fail_memory(const sow__job *job, sow_error *error) {
  if (job->failed == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  const sow__entry *entry = job->failed->tag;
  uint64_t bytes = whole_bytes(entry);
  if (bytes == 0)
    return sow__fail(error, SOW_NO_MEMORY, "%.200s: out of memory while it was made", entry->name);
  return sow__fail(error, SOW_NO_MEMORY,
                   "%.200s: out of memory: %s is made whole and takes about %" PRIu64 " bytes", entry->name,
                   whole_name(entry->value), bytes);
}

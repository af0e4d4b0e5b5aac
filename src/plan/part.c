#include "plan/part.h"

#include <stdlib.h>

/* An order of the whole plan's entries, with what is not in the part left out and renumbered. */
static void take_order(size_t count, const size_t *order, const size_t *part_of, size_t part,
                       const size_t *renumbered, size_t *out) {
  for (size_t i = 0; i < count; i++)
    if (part_of[order[i]] == part)
      *out++ = renumbered[order[i]];
}

static bool take_memory(sow_plan *made, size_t count) {
  made->entries = calloc(count + 1, sizeof *made->entries);
  made->by_name = calloc(count + 1, sizeof *made->by_name);
  made->in_file = calloc(count + 1, sizeof *made->in_file);
  made->in_stream = calloc(count + 1, sizeof *made->in_stream);
  return made->entries != NULL && made->by_name != NULL && made->in_file != NULL && made->in_stream != NULL;
}

static void fill(const sow_plan *plan, const size_t *part_of, size_t part, size_t *renumbered,
                 sow_plan *made) {
  for (size_t i = 0; i < plan->count; i++)
    if (part_of[i] == part) {
      renumbered[i] = made->count;
      made->entries[made->count++] = plan->entries[i];
    }
  made->stored_count = made->count;
  take_order(plan->count, plan->by_name, part_of, part, renumbered, made->by_name);
  take_order(plan->stored_count, plan->in_file, part_of, part, renumbered, made->in_file);
  take_order(plan->stored_count, plan->in_stream, part_of, part, renumbered, made->in_stream);
  for (size_t i = 0; i < made->count; i++) {
    sow__entry *entry = &made->entries[made->in_file[i]];
    entry->offset = made->bytes;
    made->bytes += sow__entry_bytes(entry);
  }
}

sow_status sow__plan_part(const sow_plan *plan, const size_t *part_of, size_t part, sow_plan **out,
                          sow_error *error) {
  size_t count = 0;
  for (size_t i = 0; i < plan->count; i++)
    count += part_of[i] == part;
  sow_plan *made = calloc(1, sizeof *made);
  size_t *renumbered = calloc(plan->count + 1, sizeof *renumbered);
  if (made == NULL || renumbered == NULL || !take_memory(made, count)) {
    free(renumbered);
    sow__plan_part_free(made);
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  }
  made->bases = plan->bases;
  made->given_state = plan->given_state;
  made->settings = plan->settings;
  made->draws = plan->draws;
  made->end = plan->end;
  fill(plan, part_of, part, renumbered, made);
  free(renumbered);
  *out = made;
  return SOW_OK;
}

void sow__plan_part_free(sow_plan *part) {
  if (part == NULL)
    return;
  free(part->entries);
  free(part->by_name);
  free(part->in_file);
  free(part->in_stream);
  free(part);
}

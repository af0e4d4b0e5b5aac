#include "plan/steps.h"

#include <stdlib.h>

#include "base/names.h"
#include "base/sized_options.h"

void sow_plan_free(sow_plan *plan) {
  if (plan == NULL)
    return;
  free(plan->entries);
  free(plan->by_name);
  free(plan->in_file);
  free(plan->in_stream);
  free(plan->bases);
  sow__arena_free(&plan->arena);
  free(plan);
}

size_t sow_plan_count(const sow_plan *plan) {
  return plan->count;
}

bool sow__entry_is_stored(const sow__entry *entry) {
  return entry->tied_to == SOW__NOT_TIED && !entry->temporary;
}

sow_dtype sow__entry_dtype(const sow__entry *entry) {
  return entry->value->dtype;
}

uint64_t sow__entry_bytes(const sow__entry *entry) {
  return (uint64_t)entry->value->count * sow_dtype_size(entry->value->dtype);
}

void sow__plan_entry(const sow_plan *plan, size_t index, sow_plan_entry *entry) {
  const sow__entry *from = &plan->entries[index];
  *entry = (sow_plan_entry){
      .name = from->name,
      .dtype = from->value->dtype,
      .drawn = from->drawn,
      .ndim = from->ndim,
      .shape = from->shape,
      .count = from->value->count,
      .step_count = sow__entry_step_count(from),
      .rule = from->value->steps[from->value->step_count - 1]->rule,
      .tied_to = from->tied_to == SOW__NOT_TIED ? NULL : plan->entries[from->tied_to].name,
      .stream = from->stream,
      .position = from->position,
      .draws = sow__value_draws(from->value),
      .grain = from->value->grain,
      .offset = from->offset,
      .bytes = sow__entry_bytes(from),
      .values = sow__value_expect(from->value),
      .inputs = from->inputs,
      .kept = from->kept,
      .temporary = from->temporary,
  };
}

bool sow_plan_get(const sow_plan *plan, size_t index, sow_plan_entry *entry) {
  if (index >= plan->count)
    return false;
  sow__plan_entry(plan, index, entry);
  return true;
}

bool sow_plan_step_get(const sow_plan *plan, size_t index, size_t step, sow_plan_step *out) {
  bool cast = false;
  if (index >= plan->count)
    return false;
  const sow__entry *entry = &plan->entries[index];
  const sow__step *found = sow__entry_step(entry, step, &cast);
  if (found == NULL)
    return false;
  *out = (sow_plan_step){.call = found->call,
                         .cast = cast,
                         .dtype = found->dtype,
                         .rule = found->rule,
                         .whole = sow__step_covers(found, entry->value->count),
                         .ndim = found->ndim,
                         .shape = found->shape,
                         .strides = found->strides,
                         .offset = found->offset,
                         .stream = found->begin.stream,
                         .position = found->begin.position,
                         .draws = found->draws};
  return true;
}

/* One step, or all of them where `step` is SIZE_MAX. */
static sow_status print_steps(const sow_plan *plan, size_t index, size_t step, char **text,
                              sow_error *error) {
  sow__buffer out = {0};
  bool cast = false;
  const sow__step *found = NULL;
  if (index < plan->count && step != SIZE_MAX)
    found = sow__entry_step(&plan->entries[index], step, &cast);
  if (index >= plan->count || (step != SIZE_MAX && found == NULL))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the plan has no such entry or step");
  if (found != NULL)
    sow__entry_step_text(&plan->entries[index], found, cast, &out);
  else if (plan->entries[index].kept)
    sow__buffer_text(&out, "-");
  else
    sow__entry_line(&plan->entries[index], &out);
  size_t length;
  return sow__buffer_take(&out, text, &length, error);
}

sow_status sow_plan_step_print(const sow_plan *plan, size_t index, size_t step, char **text,
                               sow_error *error) {
  return print_steps(plan, index, step, text, error);
}

sow_status sow_plan_line(const sow_plan *plan, size_t index, char **text, sow_error *error) {
  return print_steps(plan, index, SIZE_MAX, text, error);
}

static const char *name_of(const void *context, size_t index) {
  const sow_plan *plan = context;
  return plan->entries[index].name;
}

bool sow_plan_find(const sow_plan *plan, const char *name, size_t *index) {
  return sow__name_find(name, plan->by_name, plan->count, name_of, plan, index);
}

size_t sow_plan_kept(const sow_plan *plan) {
  size_t kept = 0;
  for (size_t i = 0; i < plan->stored_count; i++)
    kept += plan->entries[plan->in_file[i]].kept;
  return kept;
}

uint64_t sow_plan_draws(const sow_plan *plan) {
  return plan->draws;
}

uint64_t sow_plan_bytes(const sow_plan *plan) {
  return plan->bytes;
}

sow_status sow_plan_settings(const sow_plan *plan, sow_plan_options *options, sow_error *error) {
  return sow__options_give(options, &plan->settings, sizeof plan->settings, "sow_plan_options", error);
}

sow_status sow_plan_generator(const sow_plan *plan, sow_generator **generator, sow_error *error) {
  sow_generator *made = sow_generator_copy(&plan->bases[plan->end.stream]);
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow__cursor cursor;
  sow__cursor_open(&cursor, plan->bases);
  sow__place_engine(&plan->end, &cursor, made);
  *generator = made;
  return SOW_OK;
}

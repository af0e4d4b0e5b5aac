#include "plan/entry.h"

#include <math.h>
#include <stdlib.h>

#include "base/names.h"

sow_plan_options sow_plan_defaults(void) {
  return (sow_plan_options){.edition = SOW_TORCH_NEWEST, .dtype = SOW_FLOAT32, .cast = SOW_FLOAT32};
}

void sow_plan_free(sow_plan *plan) {
  if (plan == NULL)
    return;
  free(plan->entries);
  free(plan->by_name);
  free(plan->in_file);
  free(plan->in_stream);
  sow__arena_free(&plan->arena);
  free(plan);
}

size_t sow_plan_count(const sow_plan *plan) {
  return plan->count;
}

/* A bound in the dtypes that a value passes through. Rounding is monotone, so no rounded value leaves it. */
static double bound_round(double bound, sow_dtype drawn, sow_dtype stored) {
  if (drawn == SOW_INT64)
    return bound;
  unsigned char made[sizeof(double)], kept[sizeof(double)];
  sow__convert(SOW_FLOAT64, &bound, drawn, made, 1);
  sow__convert(drawn, made, stored, kept, 1);
  sow__convert(stored, kept, SOW_FLOAT64, &bound, 1);
  return bound;
}

void sow__plan_entry(const sow_plan *plan, size_t index, sow_plan_entry *entry) {
  static const sow__expectation unknown = {.mean = NAN, .std = NAN, .low = -INFINITY, .high = INFINITY};
  const sow__entry *from = &plan->entries[index];
  sow__expectation expected = from->source == NULL ? sow__fill_expect(&from->fill) : unknown;
  double low = bound_round(expected.low, from->fill.dtype, from->stored);
  double high = bound_round(expected.high, from->fill.dtype, from->stored);
  if (from->zero_row >= 0) {
    low = low > 0 ? 0 : low;
    high = high < 0 ? 0 : high;
  }
  *entry = (sow_plan_entry){
      .name = from->name,
      .dtype = from->stored,
      .drawn = from->fill.dtype,
      .ndim = from->ndim,
      .shape = from->shape,
      .count = from->fill.count,
      .initializer = from->fill.initializer,
      .rule = from->rule,
      .tied_to = from->tied_to == SOW__NOT_TIED ? NULL : plan->entries[from->tied_to].name,
      .position = from->fill.begin.position,
      .draws = from->fill.draws,
      .grain = from->fill.grain,
      .offset = from->offset,
      .bytes = from->bytes,
      .mean = expected.mean,
      .std = expected.std,
      .low = low,
      .high = high,
      .zero_row = from->zero_row,
      .inputs = from->inputs,
      .kept = from->source != NULL,
  };
}

bool sow_plan_get(const sow_plan *plan, size_t index, sow_plan_entry *entry) {
  if (index >= plan->count)
    return false;
  sow__plan_entry(plan, index, entry);
  return true;
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
    kept += plan->entries[plan->in_file[i]].source != NULL;
  return kept;
}

uint64_t sow_plan_draws(const sow_plan *plan) {
  return plan->end.position;
}

uint64_t sow_plan_bytes(const sow_plan *plan) {
  return plan->bytes;
}

sow_plan_options sow_plan_settings(const sow_plan *plan) {
  return plan->settings;
}

sow_status sow_plan_generator(const sow_plan *plan, sow_generator **generator, sow_error *error) {
  sow_generator *made = sow_generator_copy(&plan->base);
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow__cursor cursor;
  sow__cursor_open(&cursor, &plan->base);
  sow__place_engine(&plan->end, &cursor, made);
  *generator = made;
  return SOW_OK;
}

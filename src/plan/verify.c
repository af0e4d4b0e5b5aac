#include "plan/verify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "op/layout.h"

/* ---- elements that nothing writes ---- */

static bool writes_all(const sow__value *value) {
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    if (step->op->before == SOW__OVERWRITES && sow__step_covers(step, value->count))
      return true;
  }
  return value->count == 0;
}

/* A bit for each element that the step writes. */
static void mark_written(const sow__step *step, unsigned char *bits) {
  sow__walk walk = sow__walk_make(step->ndim, step->shape, step->strides, false);
  for (uint64_t i = 0; i < (uint64_t)step->count; i++) {
    uint64_t at = (uint64_t)(step->offset + sow__walk_offset(&walk, i));
    bits[at / 8] |= (unsigned char)(1u << at % 8);
  }
}

sow_status sow__verify_written(const char *name, const sow__value *value, sow_error *error) {
  if (writes_all(value))
    return SOW_OK;
  uint64_t count = (uint64_t)value->count, missing = 0;
  unsigned char *bits = calloc((size_t)(count / 8 + 1), 1);
  if (bits == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (uint32_t i = 0; i < value->step_count; i++)
    if (value->steps[i]->op->before == SOW__OVERWRITES)
      mark_written(value->steps[i], bits);
  for (uint64_t i = 0; i < count; i++)
    missing += (bits[i / 8] >> i % 8 & 1) == 0;
  free(bits);
  if (missing == 0)
    return SOW_OK;
  return sow__fail(error, SOW_UNCOVERED,
                   "%.200s: nothing initialises %" PRIu64 " of its %" PRIu64 " elements", name, missing,
                   count);
}

/* ---- literals of one seed ---- */

#define NAMES_SHOWN 5

static bool take_bound(void *context, const sow__step *step) {
  const char **reason = context;
  *reason = step->source != NULL ? step->source->bound : NULL;
  return *reason != NULL;
}

static bool is_recorded(const sow_plan *plan, const sow__tree *tree) {
  const sow_plan_options *settings = &plan->settings;
  sow_generator recorded = {.edition = settings->edition};
  if (settings->edition != tree->recorded_edition || settings->dtype != tree->recorded_dtype)
    return false;
  if (!plan->given_state)
    return settings->seed == tree->recorded_seed;
  sow__engine_seed(&recorded, tree->recorded_seed);
  return memcmp(recorded.word, plan->bases[0].word, sizeof recorded.word) == 0 &&
         recorded.left == plan->bases[0].left && !plan->bases[0].cached;
}

sow_status sow__verify_bound(const sow_plan *plan, const sow__tree *tree, sow_error *error) {
  if (is_recorded(plan, tree))
    return SOW_OK;
  if (tree->recorded_bound != NULL)
    return sow__fail(
        error, SOW_INVALID_ARGUMENT,
        "the constructor looked at random numbers (%.200s), so the recording holds for seed %" PRIu64
        ", torch %s and %s only; record it anew for others",
        tree->recorded_bound, tree->recorded_seed, sow_edition_name(tree->recorded_edition),
        sow_dtype_name(tree->recorded_dtype));
  sow__buffer names = {0};
  size_t bound = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const char *reason = NULL;
    if (plan->entries[i].tied_to != SOW__NOT_TIED ||
        !sow__value_any(plan->entries[i].value, take_bound, &reason))
      continue;
    if (bound < NAMES_SHOWN)
      sow__buffer_printf(&names, "%s%s (%s)", bound == 0 ? "" : ", ", plan->entries[i].name, reason);
    bound++;
  }
  if (bound > NAMES_SHOWN)
    sow__buffer_printf(&names, " and %zu more", bound - NAMES_SHOWN);
  sow_status status = SOW_OK;
  if (names.failed)
    status = sow__fail(error, SOW_NO_MEMORY, NULL);
  else if (bound > 0)
    status = sow__fail(
        error, SOW_INVALID_ARGUMENT,
        "%zu tensor%s the numbers of seed %" PRIu64 ", torch %s and %s, for which the model was recorded: "
        "%s; record it anew for others",
        bound, bound == 1 ? " holds" : "s hold", tree->recorded_seed,
        sow_edition_name(tree->recorded_edition), sow_dtype_name(tree->recorded_dtype), names.data);
  sow__buffer_free(&names);
  return status;
}

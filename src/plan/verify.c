#include "plan/verify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/listing.h"
#include "base/size.h"
#include "op/layout.h"

/* ---- elements that nothing writes ---- */

static const sow__value *read_by(const sow__step *step) {
  return step->source == NULL ? NULL : step->source->value;
}

/* Whether one step writes all, and nothing is read that is not written; the others have to be looked at. */
static bool is_plainly_written(const sow__value *value) {
  bool covered = value->count == 0;
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    if (read_by(step) != NULL && !is_plainly_written(read_by(step)))
      return false;
    covered = covered || (step->op->before == SOW__OVERWRITES && sow__step_covers(step, value->count));
  }
  return covered;
}

/* A bit for each element; for so many at most, so that a text cannot ask for memory by a number alone. */
#define BITS_LIMIT ((int64_t)1 << 32)

static void set_bits(uint64_t *bits, uint64_t begin, uint64_t count) {
  for (; count > 0 && begin % 64 != 0; begin++, count--)
    bits[begin / 64] |= UINT64_C(1) << begin % 64;
  memset(bits + begin / 64, 0xff, (size_t)(count / 64) * sizeof *bits);
  for (begin += count / 64 * 64, count %= 64; count > 0; begin++, count--)
    bits[begin / 64] |= UINT64_C(1) << begin % 64;
}

static bool bit_at(const uint64_t *bits, uint64_t at) {
  return (bits[at / 64] >> at % 64 & 1) != 0;
}

/* All that the step writes, run by run. */
static void mark_all(const sow__step *step, uint64_t *bits) {
  sow__walk walk = sow__walk_make(step->ndim, step->shape, step->strides, false);
  uint64_t count = (uint64_t)step->count,
           run = walk.ndim > 0 && walk.stride[0] == 1 ? (uint64_t)walk.size[0] : 1;
  for (uint64_t i = 0; i < count; i += run)
    set_bits(bits, (uint64_t)(step->offset + sow__walk_offset(&walk, i)), run);
}

/* What is made of an element that nothing has written is not written either. */
static void mark_read(const sow__step *step, const uint64_t *read, uint64_t *bits) {
  const sow__view *view = &step->source->view;
  sow__walk to = sow__walk_make(step->ndim, step->shape, step->strides, true);
  sow__walk from = sow__walk_make(view->ndim, view->shape, view->strides, true);
  for (uint64_t i = 0; i < (uint64_t)step->count; i++) {
    uint64_t at = (uint64_t)(step->offset + sow__walk_offset(&to, i));
    if (!bit_at(read, (uint64_t)(view->offset + sow__walk_offset(&from, i))))
      bits[at / 64] &= ~(UINT64_C(1) << at % 64);
    else if (step->op->before == SOW__OVERWRITES)
      set_bits(bits, at, 1);
  }
}

static sow_status written_bits(const sow__value *value, uint64_t **bits, sow_error *error);

/* A norm is made of all that it reads, and a complex number of two elements. */
static bool reads_more(const sow__step *step) {
  return step->call.kind == SOW_INIT_NORM || step->call.kind == SOW_INIT_VIEW_AS_COMPLEX;
}

static sow_status check_read(const sow__step *step, const uint64_t *read, sow_error *error) {
  const sow__view *view = &step->source->view;
  int64_t count = 0;
  sow__walk from = sow__walk_make(view->ndim, view->shape, view->strides, true);
  sow_status status = sow__count(view->ndim, view->shape, &count, error);
  for (uint64_t i = 0; i < (uint64_t)count && status == SOW_OK; i++)
    if (!bit_at(read, (uint64_t)(view->offset + sow__walk_offset(&from, i))))
      return sow__fail(error, SOW_UNCOVERED, "%s (%s) reads elements that nothing initialises",
                       step->op->name, step->rule);
  return status;
}

static sow_status mark_step(const sow__step *step, uint64_t *bits, sow_error *error) {
  const sow__value *from = read_by(step);
  uint64_t *read = NULL;
  if (step->count == 0)
    return SOW_OK;
  sow_status status = from == NULL || is_plainly_written(from) ? SOW_OK : written_bits(from, &read, error);
  const bool all = reads_more(step);
  if (status == SOW_OK && read != NULL && all)
    status = check_read(step, read, error);
  if (status == SOW_OK && read != NULL && !all)
    mark_read(step, read, bits);
  else if (status == SOW_OK && step->op->before == SOW__OVERWRITES)
    mark_all(step, bits);
  free(read);
  return status;
}

static sow_status written_bits(const sow__value *value, uint64_t **bits, sow_error *error) {
  if (value->count > BITS_LIMIT)
    return sow__fail(error, SOW_LIMIT,
                     "parts of a storage of %" PRId64
                     " elements are initialised one by one; such a storage may have "
                     "%" PRId64,
                     value->count, BITS_LIMIT);
  uint64_t *made = calloc((size_t)((uint64_t)value->count / 64 + 1), sizeof *made);
  sow_status status = made == NULL ? sow__fail(error, SOW_NO_MEMORY, NULL) : SOW_OK;
  for (uint32_t i = 0; i < value->step_count && status == SOW_OK; i++)
    status = mark_step(value->steps[i], made, error);
  if (status == SOW_OK)
    *bits = made;
  else
    free(made);
  return status;
}

/* No more than these elements can be written: so many are missing at least, whatever the size. */
static uint64_t missing_at_least(const sow__value *value) {
  uint64_t written = 0, count = (uint64_t)value->count;
  for (uint32_t i = 0; i < value->step_count && written < count; i++)
    if (value->steps[i]->op->before == SOW__OVERWRITES)
      written += (uint64_t)value->steps[i]->count;
  return written < count ? count - written : 0;
}

static uint64_t count_missing(const uint64_t *bits, uint64_t count) {
  uint64_t missing = count;
  for (uint64_t i = 0; i <= count / 64; i++)
    missing -= (uint64_t)__builtin_popcountll(bits[i]);
  return missing;
}

sow_status sow__verify_written(const char *name, const sow__value *value, sow_error *error) {
  uint64_t *bits = NULL, missing = 0;
  if (is_plainly_written(value))
    return SOW_OK;
  missing = missing_at_least(value);
  if (missing == 0) {
    sow_status status = written_bits(value, &bits, error);
    if (status != SOW_OK)
      return sow__fail_within(error, status, "%.200s", name);
    missing = count_missing(bits, (uint64_t)value->count);
    free(bits);
  }
  if (missing == 0)
    return SOW_OK;
  return sow__fail(error, SOW_UNCOVERED,
                   "%.200s: nothing initialises %" PRIu64 " of its %" PRIu64 " elements", name, missing,
                   (uint64_t)value->count);
}

/* ---- literals of one seed ---- */

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
  sow__listing names = {0};
  for (size_t i = 0; i < plan->count; i++) {
    const char *reason = NULL;
    if (plan->entries[i].tied_to == SOW__NOT_TIED &&
        sow__value_any(plan->entries[i].value, take_bound, &reason))
      sow__listing_add(&names, plan->entries[i].name, reason);
  }
  const char *text = sow__listing_end(&names);
  sow_status status = SOW_OK;
  if (text == NULL)
    status = sow__fail(error, SOW_NO_MEMORY, NULL);
  else if (names.count > 0)
    status = sow__fail(error, SOW_INVALID_ARGUMENT,
                       "%zu tensor%s the numbers of seed %" PRIu64
                       ", torch %s and %s, for which the model was recorded: "
                       "%s; record it anew for others",
                       names.count, names.count == 1 ? " holds" : "s hold", tree->recorded_seed,
                       sow_edition_name(tree->recorded_edition), sow_dtype_name(tree->recorded_dtype), text);
  sow__listing_free(&names);
  return status;
}

/* ---- words of another dtype ---- */

/* bernoulli and random_, for two, take two words a number where it is float64. */
void sow__verify_skips(const sow_plan *plan, const sow__tree *tree, sow_error *error) {
  sow_dtype recorded = tree->recorded_dtype, now = plan->settings.dtype;
  if (tree->recorded_skip == 0 || (recorded == SOW_FLOAT64) == (now == SOW_FLOAT64))
    return;
  sow__warn(error,
            "torch drew numbers under %s that the recording only counts (line %d); under %s it may take more "
            "words for them, or fewer: record the constructor under %s",
            sow_dtype_name(recorded), tree->recorded_skip, sow_dtype_name(now), sow_dtype_name(now));
}

/* ---- the order of a checkpoint ---- */

void sow__verify_order(const sow_plan *plan, const sow__tree *tree, sow_error *error) {
  size_t drawn = 0;
  for (size_t i = 0; i < plan->count && tree->unordered; i++)
    drawn += !plan->entries[i].kept && sow__value_draws(plan->entries[i].value) > 0;
  if (drawn > 1)
    sow__warn(error,
              "%zu tensors are drawn in the order of the checkpoint that is the model, which is not that of "
              "state_dict(): torch's numbers come from a print, a recording, or a list in the model's order",
              drawn);
}

/*
 * copy_: the elements of another tensor as they were at that moment, cast where the dtypes differ; or bytes
 * that are there, of a literal or of another checkpoint. view_as_complex_: pairs of another tensor's
 * elements.
 */
#include <math.h>

#include "op/source.h"

static sow_status copy_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                           void *out, sow_error *error) {
  return sow__source_read(step, worker, begin, end, out, error);
}

/* Handing a byte on takes as long as reading one. */
static uint32_t copy_weight(const sow__step *step) {
  uint64_t weight = 3 * sow__store_weight(step);
  if (step->source->value != NULL)
    weight += sow__value_weight(step->source->value);
  return weight > UINT32_MAX ? UINT32_MAX : (uint32_t)weight;
}

static uint64_t copy_memory(const sow__step *step) {
  return step->source->value == NULL ? 0 : sow__value_memory(step->source->value);
}

/* Whether any part of such values looks like all of them, and no element is read twice. */
static bool is_any_part(const sow__step *step, const sow_distribution *made) {
  const sow__view *view = &step->source->view;
  for (int i = 0; view->strides != NULL && i < view->ndim; i++)
    if (view->strides[i] == 0 && view->shape[i] > 1)
      return false;
  return made->share == 1 && made->density != SOW_DENSITY_UNKNOWN && made->density != SOW_DENSITY_SPHERE &&
         made->density != SOW_DENSITY_BALL && made->density != SOW_DENSITY_ONES;
}

static sow_distribution copy_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  const sow__value *from = step->source->value;
  if (from == NULL)
    return sow__expect_unknown(-(double)INFINITY, (double)INFINITY);
  sow_distribution made = sow__value_expect(from);
  if (!sow_dtype_is_float(from->dtype) || !sow_dtype_is_float(step->dtype))
    return sow__expect_unknown(-(double)INFINITY, (double)INFINITY);
  made.low = sow__step_round(step, made.low);
  made.high = sow__step_round(step, made.high);
  return from->count == step->count || is_any_part(step, &made) ? made
                                                                : sow__expect_unknown(made.low, made.high);
}

SOW__OP(copy, "copy_", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX, SOW__MAY_FAIL,
        sow__drawless_bind, copy_run, copy_memory, copy_weight, copy_expect);

/* ---- pairs, which lie as a complex number does ---- */

static sow_status pairs_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                            void *out, sow_error *error) {
  return sow__source_pairs(step->source, worker, begin, end, out, error);
}

static uint32_t pairs_weight(const sow__step *step) {
  uint64_t weight = 2 * (uint64_t)copy_weight(step);
  return weight > UINT32_MAX ? UINT32_MAX : (uint32_t)weight;
}

static sow_distribution pairs_expect(const sow__step *step, const sow_distribution *before) {
  (void)step;
  (void)before;
  return sow__expect_unknown(-(double)INFINITY, (double)INFINITY);
}

SOW__OP(view_as_complex, "view_as_complex_", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX,
        SOW__MAY_FAIL, sow__drawless_bind, pairs_run, copy_memory, pairs_weight, pairs_expect);

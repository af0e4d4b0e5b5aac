#include "plan/copy_value.h"

#include "base/size.h"
#include "plan/tape_replay.h"

const sow__value *sow__copy_value(sow__arena *arena, int ndim, const int64_t *shape, sow_dtype dtype,
                                  const sow__source *source, const char *rule) {
  const sow__step **steps = sow__arena_alloc(arena, sizeof *steps);
  sow__step *step = sow__arena_alloc(arena, sizeof *step);
  sow__value *value = sow__arena_alloc(arena, sizeof *value);
  int64_t count;
  if (steps == NULL || step == NULL || value == NULL || sow__count(ndim, shape, &count, NULL) != SOW_OK)
    return NULL;
  *step = (sow__step){.op = &sow__op_copy,
                      .call = sow_copy(),
                      .rule = rule,
                      .dtype = dtype,
                      .ndim = ndim,
                      .shape = sow__sizes_copy(arena, ndim, shape),
                      .count = count,
                      .source = source,
                      .grain = 1};
  steps[0] = step;
  *value = (sow__value){.dtype = dtype, .count = count, .steps = steps, .step_count = 1};
  sow__value_settle(value);
  return step->shape == NULL ? NULL : value;
}

/* ---- parts ---- */

/* Behind the last element of a view that is not empty. */
static int64_t end_of(int ndim, const int64_t *shape, const int64_t *strides, int64_t offset, int64_t count) {
  if (strides == NULL)
    return offset + count;
  for (int i = 0; i < ndim; i++)
    offset += (shape[i] - 1) * strides[i];
  return offset + 1;
}

static bool may_write(const sow__step *step, int64_t begin, int64_t end) {
  return step->count > 0 && step->offset < end &&
         end_of(step->ndim, step->shape, step->strides, step->offset, step->count) > begin;
}

static const sow__value *narrow(sow__arena *arena, const sow__value *value, int64_t begin, int64_t end) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < value->step_count; i++)
    count += may_write(value->steps[i], begin, end);
  if (count == value->step_count)
    return value;
  const sow__step **steps = sow__arena_alloc(arena, ((size_t)count + 1) * sizeof *steps);
  sow__value *made = sow__arena_alloc(arena, sizeof *made);
  if (steps == NULL || made == NULL)
    return NULL;
  *made = (sow__value){.dtype = value->dtype, .count = value->count, .steps = steps};
  for (uint32_t i = 0; i < value->step_count; i++)
    if (may_write(value->steps[i], begin, end))
      steps[made->step_count++] = value->steps[i];
  sow__value_settle(made);
  return made;
}

const sow__value *sow__value_narrow(sow__arena *arena, const sow__value *value, const sow__view *view) {
  int64_t count;
  if (sow__count(view->ndim, view->shape, &count, NULL) != SOW_OK || count == 0)
    return value;
  int64_t end = end_of(view->ndim, view->shape, view->strides, view->offset, count);
  return narrow(arena, value, view->offset, end);
}

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

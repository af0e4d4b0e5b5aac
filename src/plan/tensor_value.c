#include "plan/tensor_value.h"

#include "base/size.h"
#include "op/layout.h"
#include "plan/copy_value.h"
#include "plan/tape_replay.h"

/* The rule is that of the last step, which made the tensor what it is. */
static const sow__value *read_value(sow__arena *arena, const sow__tensor *tensor, const sow__value *from,
                                    const sow__view *view, sow_dtype dtype) {
  sow__source *source = sow__arena_alloc(arena, sizeof *source);
  if (source == NULL)
    return NULL;
  *source = (sow__source){.value = from, .view = *view};
  const char *rule = from->step_count > 0 ? from->steps[from->step_count - 1]->rule : NULL;
  return sow__copy_value(arena, tensor->ndim, tensor->shape, dtype, source, rule);
}

const sow__value *sow__tensor_cast(sow__arena *arena, const sow__tensor *tensor, const sow__value *value,
                                   sow_dtype dtype) {
  sow__view whole = {tensor->ndim, sow__sizes_copy(arena, tensor->ndim, tensor->shape), NULL, 0};
  return whole.shape == NULL ? NULL : read_value(arena, tensor, value, &whole, dtype);
}

/* ---- part of a storage ---- */

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

/* Without the steps that write elsewhere: they would be drawn for nothing, and shown as if they made the
 * tensor. */
static const sow__value *narrow(sow__arena *arena, const sow__value *storage, int64_t begin, int64_t end) {
  const sow__step **steps = sow__arena_alloc(arena, ((size_t)storage->step_count + 1) * sizeof *steps);
  sow__value *made = sow__arena_alloc(arena, sizeof *made);
  if (steps == NULL || made == NULL)
    return NULL;
  *made = (sow__value){.dtype = storage->dtype, .count = storage->count, .steps = steps};
  for (uint32_t i = 0; i < storage->step_count; i++)
    if (may_write(storage->steps[i], begin, end))
      steps[made->step_count++] = storage->steps[i];
  sow__value_settle(made);
  return made;
}

const sow__value *sow__tensor_value(sow__arena *arena, const sow__tensor *tensor, const sow__value *storage) {
  int64_t count = 0;
  (void)sow__count(tensor->ndim, tensor->shape, &count, NULL);
  if (tensor->strides == NULL && tensor->offset == 0 && count == storage->count)
    return storage;
  sow__view view = {tensor->ndim, sow__sizes_copy(arena, tensor->ndim, tensor->shape), NULL, tensor->offset};
  if (tensor->strides != NULL)
    view.strides = sow__sizes_copy(arena, tensor->ndim, tensor->strides);
  if (view.shape == NULL || (tensor->strides != NULL && view.strides == NULL))
    return NULL;
  if (count > 0) {
    int64_t end = end_of(view.ndim, view.shape, view.strides, view.offset, count);
    storage = narrow(arena, storage, view.offset, end);
  }
  if (storage == NULL || storage->step_count == 0)
    return storage;
  return read_value(arena, tensor, storage, &view, storage->dtype);
}

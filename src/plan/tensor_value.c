#include "plan/tensor_value.h"

#include "base/size.h"
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
  storage = sow__value_narrow(arena, storage, &view);
  if (storage == NULL || storage->step_count == 0)
    return storage;
  return read_value(arena, tensor, storage, &view, storage->dtype);
}

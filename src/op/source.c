#include "op/source.h"

#include "base/error.h"
#include "op/convert.h"
#include "op/layout.h"

sow_dtype sow__source_dtype(const sow__source *source) {
  return source->value != NULL ? source->value->dtype : source->dtype;
}

/* The elements of the value between the first and the last that are read, from which they are gathered. */
static sow_status gather(const sow__source *source, const sow__walk *walk, sow__worker *worker,
                         uint64_t begin, uint64_t end, void *out, sow_error *error) {
  size_t size = sow_dtype_size(source->value->dtype);
  int64_t low = 0, high = sow__walk_reach(walk) + 1;
  if (walk->rising) {
    low = sow__walk_offset(walk, begin);
    high = sow__walk_offset(walk, end - 1) + 1;
  }
  char *span = sow__scratch_take(worker->scratch, (uint64_t)(high - low) * size);
  if (span == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  int64_t offset = source->view.offset;
  sow_status status =
      sow__value_run(source->value, worker, (uint64_t)(offset + low), (uint64_t)(offset + high), span, error);
  if (status == SOW_OK)
    sow__walk_gather(walk, begin, end, low, high, span - low * (int64_t)size, out, size);
  sow__scratch_give(worker->scratch, span);
  return status;
}

static sow_status read_own(const sow__source *source, sow__worker *worker, uint64_t begin, uint64_t end,
                           void *out, sow_error *error) {
  const sow__view *view = &source->view;
  if (source->value == NULL) {
    size_t size = sow_dtype_size(source->dtype);
    return source->read(source->context, source->index, begin * size, (size_t)(end - begin) * size, out,
                        error);
  }
  if (view->strides == NULL) {
    uint64_t offset = (uint64_t)view->offset;
    return sow__value_run(source->value, worker, offset + begin, offset + end, out, error);
  }
  sow__walk walk = sow__walk_make(view->ndim, view->shape, view->strides, true);
  return gather(source, &walk, worker, begin, end, out, error);
}

sow_status sow__source_take(const sow__source *source, sow__worker *worker, uint64_t begin, uint64_t end,
                            void **memory, sow_error *error) {
  *memory = sow__scratch_take(worker->scratch, (end - begin) * sow_dtype_size(sow__source_dtype(source)));
  if (*memory == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = read_own(source, worker, begin, end, *memory, error);
  if (status != SOW_OK) {
    sow__scratch_give(worker->scratch, *memory);
    *memory = NULL;
  }
  return status;
}

sow_status sow__source_read(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                            void *out, sow_error *error) {
  const sow__source *source = step->source;
  sow_dtype dtype = sow__source_dtype(source);
  if (dtype == step->dtype)
    return read_own(source, worker, begin, end, out, error);
  void *own;
  sow_status status = sow__source_take(source, worker, begin, end, &own, error);
  if (status != SOW_OK)
    return status;
  sow__convert(dtype, own, step->dtype, out, (size_t)(end - begin));
  sow__scratch_give(worker->scratch, own);
  return status;
}

sow_status sow__source_pairs(const sow__source *source, sow__worker *worker, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  return read_own(source, worker, 2 * begin, 2 * end, out, error);
}

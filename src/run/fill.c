/* sow_fill: one step on a caller's tensor. */
#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/sized_options.h"
#include "base/team.h"
#include "init/resolve.h"
#include "op/layout.h"
#include "run/job.h"

typedef struct destination {
  sow_dtype dtype;
  int64_t count;
  void *data;             /* the first element */
  const int64_t *strides; /* NULL where contiguous */
} destination;

static sow_status read_tensor(const DLTensor *tensor, destination *made, sow_error *error) {
  if (tensor == NULL || (tensor->ndim > 0 && tensor->shape == NULL))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the tensor, or its shape, is NULL");
  DLDeviceType device = tensor->device.device_type;
  if (device != kDLCPU && device != kDLCUDAHost && device != kDLROCMHost)
    return sow__fail(error, SOW_DEVICE, "the tensor is on DLPack device type %d; fill one in host memory",
                     (int)device);
  DLDataType type = tensor->dtype;
  if (!sow__dtype_of_dlpack(type, &made->dtype))
    return sow__fail(error, SOW_DTYPE,
                     "DLPack type code %d with %d bits and %d lanes is none of " SOW__DTYPE_LIST, type.code,
                     type.bits, type.lanes);
  sow_status status = sow__count(tensor->ndim, tensor->shape, &made->count, error);
  if (status != SOW_OK)
    return status;
  made->strides = NULL;
  made->data = NULL;
  if (made->count == 0)
    return SOW_OK;
  if (tensor->data == NULL)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the tensor's data is NULL");
  made->data = (char *)tensor->data + tensor->byte_offset;
  if (tensor->strides == NULL || sow__layout_contiguous(tensor->ndim, tensor->shape, tensor->strides))
    return SOW_OK;
  made->strides = tensor->strides;
  return sow__layout_check(tensor->ndim, tensor->shape, tensor->strides, sow_dtype_size(made->dtype), error);
}

/* ---- making ---- */

/* The memory from the first element of a view to its last, of which the step writes the view's elements. */
static sow__value value_of(const sow__step *step, const sow__step *const *steps) {
  sow__value value = {.dtype = step->dtype, .count = step->count, .steps = steps, .step_count = 1};
  if (step->strides != NULL && !step->is_dense) {
    sow__walk walk = sow__walk_make(step->ndim, step->shape, step->strides, false);
    value.count = sow__walk_reach(&walk) + 1;
  }
  sow__value_settle(&value);
  return value;
}

static sow_status make_at(const sow__step *step, sow__job *job, char *data, sow_error *error) {
  const sow__step *const steps[] = {step};
  sow__value value = value_of(step, steps);
  sow_status status = sow__job_add(job, &value, NULL, 0, (uint64_t)value.count, data, error);
  if (status == SOW_OK)
    status = sow__job_prepare(job, error);
  return status == SOW_OK ? sow__job_run(job, error) : status;
}

/* Where a step that is sure early may make its elements. */
static void *early_place(const destination *target) {
  return target->strides == NULL ? target->data : NULL;
}

static bool may_fail(const sow__step *step, const destination *target) {
  return step->op->safety == SOW__MAY_FAIL ||
         (step->op->safety == SOW__SURE_EARLY && early_place(target) == NULL);
}

/* What may fail half-way, and what lies askew in memory, is made elsewhere first: in *values, or else NULL.
 */
static sow_status take_room(const sow__step *step, const destination *target, char **values,
                            sow_error *error) {
  size_t size = sow_dtype_size(target->dtype);
  bool aligned = (uintptr_t)target->data % size == 0;
  *values = NULL;
  if (step->count == 0 || (aligned && !may_fail(step, target)))
    return SOW_OK;
  *values = sow__large_alloc((size_t)step->count * size);
  return *values != NULL ? SOW_OK : sow__fail(error, SOW_NO_MEMORY, NULL);
}

static sow_status make_apart(const sow__step *step, sow__job *job, const destination *target, char *values,
                             sow_error *error) {
  size_t size = sow_dtype_size(target->dtype);
  uint64_t count = (uint64_t)step->count;
  sow__walk walk = sow__walk_make(step->ndim, step->shape, target->strides, step->op->order == SOW__BY_INDEX);
  int64_t reach = sow__walk_reach(&walk) + 1;
  if (step->op->before == SOW__CHANGES)
    sow__walk_gather(&walk, 0, count, 0, reach, target->data, values, size);
  sow__step dense = *step; /* numbered as before, but one element behind the other */
  dense.is_dense = true;
  sow_status status = step->is_made ? SOW_OK : make_at(&dense, job, values, error);
  if (status == SOW_OK)
    sow__walk_scatter(&walk, 0, count, 0, reach, target->data, values, size);
  return status;
}

static sow_status make(const sow__step *step, sow__job *job, const destination *target, char *values,
                       sow_error *error) {
  if (step->count == 0 || (step->is_made && values == NULL))
    return SOW_OK;
  return values == NULL ? make_at(step, job, target->data, error)
                        : make_apart(step, job, target, values, error);
}

static sow_status make_drawn(sow__step *step, sow__job *job, const destination *target, char *values,
                             sow_generator *generator, sow_error *error) {
  sow__place place = sow__place_start(generator, 0);
  sow__scratch scratch = {0};
  sow__worker worker = {.scratch = &scratch,
                        .early = values != NULL ? values : early_place(target),
                        .threads = sow__step_threads(step, job->threads)};
  sow__cursor_open(&worker.cursor, generator);
  job->bases = generator;
  sow_status status = sow__step_bind(step, &worker, &place, error);
  if (status == SOW_OK)
    status = make(step, job, target, values, error);
  if (status != SOW_OK)
    return status;
  sow__cursor *nearest = sow__job_cursor(job, &place);
  sow_generator after;
  sow__place_engine(&place, nearest != NULL ? nearest : &worker.cursor, &after);
  *generator = after;
  return SOW_OK;
}

static sow_status resolve(const DLTensor *tensor, sow_initializer initializer, const sow_generator *generator,
                          destination *target, sow__step *step, sow_error *error) {
  sow_status status = read_tensor(tensor, target, error);
  if (status != SOW_OK)
    return status;
  sow_edition edition = generator != NULL ? generator->edition : SOW_TORCH_NEWEST;
  status = sow__resolve(initializer, target->dtype, edition, tensor->ndim, tensor->shape, target->strides,
                        step, error);
  if (status == SOW_OK)
    status = sow__check_other(initializer, tensor->ndim, tensor->shape, NULL, error);
  if (status != SOW_OK)
    return status;
  if (step->op->stream == SOW__DRAWS && generator == NULL)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s draws random numbers and needs a generator",
                     sow_initializer_name(initializer.kind));
  return SOW_OK;
}

sow_status sow_fill(const DLTensor *tensor, sow_initializer initializer, sow_generator *generator,
                    sow_error *error) {
  return sow_fill_with(tensor, initializer, generator, NULL, error);
}

sow_status sow_fill_with(const DLTensor *tensor, sow_initializer initializer, sow_generator *generator,
                         const sow_fill_options *options, sow_error *error) {
  sow_fill_options settings = {0};
  sow_status status = SOW__OPTIONS_TAKE(sow_fill_options, &settings, options, error);
  if (status == SOW_OK)
    status = sow__threads_check(settings.threads, error);
  if (status != SOW_OK)
    return status;
  destination target;
  sow__step step;
  status = resolve(tensor, initializer, generator, &target, &step, error);
  if (status != SOW_OK)
    return status;
  char *values;
  status = take_room(&step, &target, &values, error);
  if (status != SOW_OK)
    return status;
  sow__job job = {.threads = settings.threads};
  status = step.op->stream == SOW__DRAWS ? make_drawn(&step, &job, &target, values, generator, error)
                                         : make(&step, &job, &target, values, error);
  sow__job_free(&job);
  free(values);
  return status;
}

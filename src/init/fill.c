/* From a DLTensor to a fill and back into its memory. */
#include "init/fill.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/size.h"
#include "init/layout.h"

sow_status sow__fill_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error) {
  fill->begin = *place;
  fill->draws = fill->rounds = 0;
  fill->grain = 1;
  return fill->family->bind(fill, cursor, place, error);
}

sow_status sow__fill_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end, void *out,
                         sow_error *error) {
  return begin == end ? SOW_OK : fill->family->run(fill, cursor, begin, end, out, error);
}

uint64_t sow__fill_memory(const sow__fill *fill) {
  return fill->family->memory == NULL ? 0 : fill->family->memory(fill);
}

/* ---- sow_fill ---- */

typedef struct destination {
  sow_dtype dtype;
  int64_t count;
  void *data;             /* the first element */
  const int64_t *strides; /* NULL where contiguous */
} destination;

static bool read_dtype(DLDataType type, sow_dtype *dtype) {
  if (type.lanes != 1)
    return false;
  if (type.code == kDLInt && type.bits == 64)
    *dtype = SOW_INT64;
  else if (type.code == kDLFloat && type.bits == 64)
    *dtype = SOW_FLOAT64;
  else if (type.code == kDLFloat && type.bits == 32)
    *dtype = SOW_FLOAT32;
  else if (type.code == kDLFloat && type.bits == 16)
    *dtype = SOW_FLOAT16;
  else if (type.code == kDLBfloat && type.bits == 16)
    *dtype = SOW_BFLOAT16;
  else
    return false;
  return true;
}

static sow_status read_tensor(const DLTensor *tensor, destination *made, sow_error *error) {
  if (tensor == NULL || (tensor->ndim > 0 && tensor->shape == NULL))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "the tensor, or its shape, is NULL");
  DLDeviceType device = tensor->device.device_type;
  if (device != kDLCPU && device != kDLCUDAHost && device != kDLROCMHost)
    return sow__fail(error, SOW_DEVICE, "the tensor is on DLPack device type %d; fill one in host memory",
                     (int)device);
  DLDataType type = tensor->dtype;
  if (!read_dtype(type, &made->dtype))
    return sow__fail(error, SOW_DTYPE,
                     "DLPack type code %d with %d bits and %d lanes is none of float64, float32, float16, "
                     "bfloat16 and int64",
                     type.code, type.bits, type.lanes);
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

static bool is_drawless(const sow__family *family) {
  return family == &sow__family_none || family == &sow__family_constant || family == &sow__family_eye ||
         family == &sow__family_dirac;
}

/* The others allocate, and may find no memory with the output half written. */
static bool cannot_fail(const sow__family *family) {
  return is_drawless(family) || family == &sow__family_uniform || family == &sow__family_normal ||
         family == &sow__family_trunc_erfinv;
}

static sow_status make(const sow__fill *fill, sow__cursor *cursor, int threads, const destination *target,
                       sow_error *error) {
  size_t size = sow_dtype_size(target->dtype);
  uint64_t count = (uint64_t)target->count;
  bool aligned = (uintptr_t)target->data % size == 0;
  if (count == 0)
    return SOW_OK;
  if (target->strides == NULL && aligned && cannot_fail(fill->family))
    return sow__fill_run_whole(fill, cursor, threads, target->data, error);

  void *values = malloc((size_t)count * size);
  if (values == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = sow__fill_run_whole(fill, cursor, threads, values, error);
  if (status == SOW_OK && target->strides == NULL) {
    memcpy(target->data, values, (size_t)count * size);
  } else if (status == SOW_OK) {
    sow__walk walk = sow__walk_make(fill->ndim, fill->shape, target->strides, fill->family->logical);
    sow__walk_scatter(&walk, target->data, values, size);
  }
  free(values);
  return status;
}

static sow_status make_drawn(sow__fill *fill, int threads, const destination *target,
                             sow_generator *generator, sow_error *error) {
  sow__cursor cursor;
  sow__cursor_open(&cursor, generator);
  sow__place place = sow__place_start(generator);
  fill->threads = sow__fill_threads(fill, threads);
  sow_status status = sow__fill_bind(fill, &cursor, &place, error);
  if (status == SOW_OK)
    status = make(fill, &cursor, threads, target, error);
  if (status == SOW_OK) {
    sow_generator after;
    sow__place_engine(&place, &cursor, &after);
    *generator = after;
  }
  return status;
}

sow_status sow_fill(const DLTensor *tensor, sow_initializer initializer, sow_generator *generator,
                    sow_error *error) {
  return sow_fill_with(tensor, initializer, generator, NULL, error);
}

sow_status sow_fill_with(const DLTensor *tensor, sow_initializer initializer, sow_generator *generator,
                         const sow_fill_options *options, sow_error *error) {
  int threads = options == NULL ? 0 : options->threads;
  if (threads < 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "there are no %d threads", threads);
  destination target;
  sow_status status = read_tensor(tensor, &target, error);
  if (status != SOW_OK)
    return status;
  sow__fill fill;
  sow_edition edition = generator != NULL ? generator->edition : SOW_TORCH_NEWEST;
  status = sow__fill_resolve(initializer, target.dtype, edition, tensor->ndim, tensor->shape, target.strides,
                             &fill, error);
  if (status != SOW_OK)
    return status;
  if (is_drawless(fill.family))
    return make(&fill, NULL, threads, &target, error);
  if (generator == NULL)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s draws random numbers and needs a generator",
                     sow_initializer_name(initializer.kind));
  return make_drawn(&fill, threads, &target, generator, error);
}

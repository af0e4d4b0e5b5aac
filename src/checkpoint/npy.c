/* NumPy's .npy, version 1.0, byte for byte as np.save (1.24 and later) writes it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/sized_options.h"
#include "checkpoint/npy.h"
#include "checkpoint/sink.h"
#include "op/layout.h"
#include "sow/checkpoint.h"

#define MAGIC "\x93NUMPY\x01\x00"
#define PREFIX_BYTES 10  /* magic, version, u16 length of the rest of the header */
#define ALIGNMENT 64     /* the whole header is a multiple of this */
#define GROWTH_DIGITS 21 /* np.save leaves room for the first size to grow to so many digits */

/* NULL for bfloat16, which NumPy has not. */
static const char *npy_type(sow_dtype dtype) {
  static const char *const types[SOW_DTYPE_COUNT] = {
      [SOW_FLOAT64] = "<f8", [SOW_FLOAT32] = "<f4",   [SOW_FLOAT16] = "<f2", [SOW_INT64] = "<i8",
      [SOW_INT32] = "<i4",   [SOW_INT16] = "<i2",     [SOW_INT8] = "|i1",    [SOW_UINT8] = "|u1",
      [SOW_BOOL] = "|b1",    [SOW_COMPLEX64] = "<c8",
  };
  return types[dtype];
}

static void make_header(sow__buffer *out, sow_dtype dtype, int ndim, const int64_t *shape) {
  sow__buffer_add(out, MAGIC "\0\0", PREFIX_BYTES);
  sow__buffer_printf(out, "{'descr': '%s', 'fortran_order': False, 'shape': (", npy_type(dtype));
  for (int i = 0; i < ndim; i++)
    sow__buffer_printf(out, "%s%" PRId64, i == 0 ? "" : ", ", shape[i]);
  sow__buffer_text(out, ndim == 1 ? ",), }" : "), }");
  if (ndim > 0) {
    char digits[24];
    sow__shape_print(1, shape, digits, sizeof digits); /* "[N]" */
    sow__buffer_fill(out, ' ', GROWTH_DIGITS - (strlen(digits) - 2));
  }
  sow__buffer_fill(out, ' ', ALIGNMENT - (out->length + 1) % ALIGNMENT);
  sow__buffer_text(out, "\n");
  if (out->failed)
    return;
  size_t rest = out->length - PREFIX_BYTES;
  out->data[PREFIX_BYTES - 2] = (char)(rest & 0xFF);
  out->data[PREFIX_BYTES - 1] = (char)(rest >> 8);
}

sow_status sow__npy_header(sow_dtype dtype, int ndim, const int64_t *shape, char **header, size_t *size,
                           sow_error *error) {
  if (npy_type(dtype) == NULL)
    return sow__fail(error, SOW_DTYPE,
                     "NumPy has no %s, so a .npy file cannot hold it; a .safetensors file can",
                     sow_dtype_name(dtype));
  sow__buffer text = {0};
  make_header(&text, dtype, ndim, shape);
  return sow__buffer_take(&text, header, size, error);
}

static sow_status check_tensor(const DLTensor *tensor, sow_dtype *dtype, int64_t *count, sow_error *error) {
  if (tensor->device.device_type != kDLCPU)
    return sow__fail(error, SOW_DEVICE, NULL);
  if (!sow__dtype_of_dlpack(tensor->dtype, dtype))
    return sow__fail(error, SOW_DTYPE, "sow has no such data type");
  sow_status status = sow__count(tensor->ndim, tensor->shape, count, error);
  if (status != SOW_OK)
    return status;
  if (*count > 0 && tensor->strides != NULL &&
      !sow__layout_contiguous(tensor->ndim, tensor->shape, tensor->strides))
    return sow__fail(error, SOW_LAYOUT, "only a contiguous tensor can be written as .npy");
  return SOW_OK;
}

sow_status sow_npy_write(const DLTensor *tensor, const char *path, const sow_checkpoint_options *options,
                         sow_error *error) {
  int64_t count;
  sow_dtype dtype;
  sow_checkpoint_options settings = {0};
  sow_status status = SOW__OPTIONS_TAKE(sow_checkpoint_options, &settings, options, error);
  if (status == SOW_OK)
    status = check_tensor(tensor, &dtype, &count, error);
  if (status != SOW_OK)
    return status;
  size_t size = (size_t)count * (tensor->dtype.bits / 8), header_size = 0;
  char *header = NULL;
  sow__sink sink;
  status = sow__npy_header(dtype, tensor->ndim, tensor->shape, &header, &header_size, error);
  if (status == SOW_OK)
    status = sow__sink_open(&sink, path, settings.force, settings.interrupt, error);
  if (status == SOW_OK) {
    status = sow__sink_room(&sink, header_size + size, error);
    if (status == SOW_OK)
      status = sow__sink_write(&sink, 0, header, header_size, error);
    if (status == SOW_OK)
      status =
          sow__sink_write(&sink, header_size, (const char *)tensor->data + tensor->byte_offset, size, error);
    if (status == SOW_OK)
      status = sow__sink_commit(&sink, error);
    else
      sow__sink_discard(&sink);
  }
  free(header);
  return status;
}

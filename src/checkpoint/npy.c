/* NumPy's .npy, version 1.0, byte for byte as np.save (1.24 and later) writes it. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"
#include "checkpoint/sink.h"
#include "sow/checkpoint.h"

#define MAGIC "\x93NUMPY\x01\x00"
#define PREFIX_BYTES 10  /* magic, version, u16 length of the rest of the header */
#define ALIGNMENT 64     /* the whole header is a multiple of this */
#define GROWTH_DIGITS 21 /* np.save leaves room for the first size to grow to so many digits */

static const char *npy_type(const DLTensor *tensor) {
  if (tensor->dtype.lanes != 1)
    return NULL;
  if (tensor->dtype.code == kDLInt && tensor->dtype.bits == 64)
    return "<i8";
  if (tensor->dtype.code != kDLFloat)
    return NULL;
  switch (tensor->dtype.bits) {
  case 64:
    return "<f8";
  case 32:
    return "<f4";
  case 16:
    return "<f2";
  default:
    return NULL;
  }
}

static bool contiguous(const DLTensor *tensor) {
  int64_t expected = 1;
  for (int i = tensor->ndim - 1; tensor->strides != NULL && i >= 0; i--) {
    if (tensor->shape[i] != 1 && tensor->strides[i] != expected)
      return false;
    expected *= tensor->shape[i];
  }
  return true;
}

static void make_header(sow__buffer *out, const DLTensor *tensor) {
  sow__buffer_add(out, MAGIC "\0\0", PREFIX_BYTES);
  sow__buffer_printf(out, "{'descr': '%s', 'fortran_order': False, 'shape': (", npy_type(tensor));
  for (int i = 0; i < tensor->ndim; i++)
    sow__buffer_printf(out, "%s%" PRId64, i == 0 ? "" : ", ", tensor->shape[i]);
  sow__buffer_text(out, tensor->ndim == 1 ? ",), }" : "), }");
  if (tensor->ndim > 0) {
    char digits[24];
    sow__shape_print(1, tensor->shape, digits, sizeof digits); /* "[N]" */
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

static sow_status check_tensor(const DLTensor *tensor, int64_t *count, sow_error *error) {
  if (tensor->device.device_type != kDLCPU)
    return sow__fail(error, SOW_DEVICE, NULL);
  if (npy_type(tensor) == NULL)
    return sow__fail(error, SOW_DTYPE,
                     "NumPy has no such data type, so a .npy file cannot hold it; take float16, float32 "
                     "or float64");
  sow_status status = sow__count(tensor->ndim, tensor->shape, count, error);
  if (status != SOW_OK)
    return status;
  if (*count > 0 && !contiguous(tensor))
    return sow__fail(error, SOW_LAYOUT, "only a contiguous tensor can be written as .npy");
  return SOW_OK;
}

sow_status sow_npy_write(const DLTensor *tensor, const char *path, const sow_checkpoint_options *options,
                         sow_error *error) {
  int64_t count;
  sow_status status = check_tensor(tensor, &count, error);
  if (status != SOW_OK)
    return status;
  size_t size = (size_t)count * (tensor->dtype.bits / 8);
  sow__buffer header = {0};
  make_header(&header, tensor);
  sow__sink sink;
  status = header.failed ? sow__fail(error, SOW_NO_MEMORY, NULL)
                         : sow__sink_open(&sink, path, options != NULL && options->force,
                                          options == NULL ? NULL : options->interrupt, error);
  if (status == SOW_OK) {
    status = sow__sink_room(&sink, header.length + size, error);
    if (status == SOW_OK)
      status = sow__sink_write(&sink, 0, header.data, header.length, error);
    if (status == SOW_OK)
      status = sow__sink_write(&sink, header.length, (const char *)tensor->data + tensor->byte_offset, size,
                               error);
    if (status == SOW_OK)
      status = sow__sink_commit(&sink, error);
    else
      sow__sink_discard(&sink);
  }
  sow__buffer_free(&header);
  return status;
}

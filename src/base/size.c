#include "base/size.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "sow/tensor.h"

bool sow__mul(int64_t a, int64_t b, int64_t *out) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product))
    return false;
  *out = product;
  return true;
}

bool sow__add(int64_t a, int64_t b, int64_t *out) {
  int64_t sum;
  if (__builtin_add_overflow(a, b, &sum))
    return false;
  *out = sum;
  return true;
}

bool sow__shape_equal(int ndim, const int64_t *shape, int other_ndim, const int64_t *other) {
  return ndim == other_ndim && (ndim == 0 || memcmp(shape, other, (size_t)ndim * sizeof *shape) == 0);
}

char *sow__shape_print(int ndim, const int64_t *shape, char *buffer, size_t size) {
  size_t length = (size_t)snprintf(buffer, size, "[");
  for (int i = 0; i < ndim && length < size; i++)
    length += (size_t)snprintf(buffer + length, size - length, "%s%lld", i ? ", " : "", (long long)shape[i]);
  if (length < size)
    snprintf(buffer + length, size - length, "]");
  return buffer;
}

sow_status sow__count(int ndim, const int64_t *shape, int64_t *count, sow_error *error) {
  if (ndim < 0 || ndim > SOW_MAX_DIMS)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "a tensor has 0 to %d dimensions, not %d", SOW_MAX_DIMS,
                     ndim);
  char text[128];
  for (int i = 0; i < ndim; i++)
    if (shape[i] < 0)
      return sow__fail(error, SOW_INVALID_ARGUMENT, "size %d of shape %s is negative", i,
                       sow__shape_print(ndim, shape, text, sizeof text));
  /* From the left, as torch and safetensors multiply: [2^40, 2^40, 0] is refused, [0, 2^40, 2^40] is empty.
   */
  int64_t product = 1, bytes;
  for (int i = 0; i < ndim; i++)
    if (!sow__mul(product, shape[i], &product))
      return sow__fail(error, SOW_OVERFLOW, "shape %s has more elements than fit in 63 bits",
                       sow__shape_print(ndim, shape, text, sizeof text));
  /* 8 bytes is the largest element; a tensor whose bytes overflow cannot be placed in a file. */
  if (!sow__mul(product, 8, &bytes))
    return sow__fail(error, SOW_OVERFLOW, "shape %s has more bytes than fit in 63 bits",
                     sow__shape_print(ndim, shape, text, sizeof text));
  *count = product;
  return SOW_OK;
}

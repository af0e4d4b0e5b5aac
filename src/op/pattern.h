/* eye_ and dirac_ are zeros with a one here and there. */
#ifndef SOW_OP_PATTERN_H
#define SOW_OP_PATTERN_H

#include <string.h>

#include "op/convert.h"

/* A one, as the dtype has it. */
typedef struct sow__one {
  unsigned char bytes[sizeof(double)];
  size_t size;
} sow__one;

static inline sow__one sow__one_of(sow_dtype dtype) {
  static const double value = 1;
  sow__one one = {.size = sow_dtype_size(dtype)};
  sow__convert(SOW_FLOAT64, &value, dtype, one.bytes, 1);
  return one;
}

/* Sets element `index` of an array to it. */
static inline void sow__put_one(const sow__one *one, void *array, uint64_t index) {
  memcpy((char *)array + index * one->size, one->bytes, one->size);
}

/* Zero is all bits zero in every dtype. */
static inline void sow__put_zeros(sow_dtype dtype, void *array, uint64_t count) {
  memset(array, 0, (size_t)count * sow_dtype_size(dtype));
}

#endif

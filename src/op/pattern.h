/* eye_ and dirac_ are zeros with a one here and there. */
#ifndef SOW_OP_PATTERN_H
#define SOW_OP_PATTERN_H

#include <string.h>

#include "op/convert.h"

/* Sets element `index` of an array of `dtype`. */
static inline void sow__put(sow_dtype dtype, void *array, uint64_t index, double value) {
  sow__convert(SOW_FLOAT64, &value, dtype, (char *)array + index * sow_dtype_size(dtype), 1);
}

/* Zero is all bits zero in every dtype. */
static inline void sow__put_zeros(sow_dtype dtype, void *array, uint64_t count) {
  memset(array, 0, (size_t)count * sow_dtype_size(dtype));
}

#endif

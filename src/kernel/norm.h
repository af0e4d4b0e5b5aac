/* The Euclidean norm of values that come one after the other, for weight_norm. */
#ifndef SOW_KERNEL_NORM_H
#define SOW_KERNEL_NORM_H

#include <stddef.h>

#include "kernel/core/double2.h"
#include "sow/tensor.h"

#define SOW__NORM_LANES 4

/* All zeros before the first value. */
typedef struct sow__norm {
  sow__double2 squares[SOW__NORM_LANES]; /* value i's are in lane i % 4 */
  size_t count;
} sow__norm;

/* The next `count` values; only their order matters, not how they are cut into calls. */
void sow__norm_add(sow__norm *norm, sow_dtype dtype, const void *values, size_t count);

/* Rounded to the dtype, as a double. */
double sow__norm_value(const sow__norm *norm, sow_dtype dtype);

#endif

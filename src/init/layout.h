/* Strides: what is contiguous, in which order torch visits a view, and what overlaps. All in elements. */
#ifndef SOW_INIT_LAYOUT_H
#define SOW_INIT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/tensor.h"

/* As torch's is_contiguous: sizes of 1 do not matter, and an empty tensor is contiguous. */
bool sow__layout_contiguous(int ndim, const int64_t *shape, const int64_t *strides);

/*
 * SOW_LAYOUT where two elements share memory or a stride is negative, SOW_OVERFLOW where the bytes between
 * the first and the last element do not fit in 63 bits, SOW_NO_MEMORY. For tensors that are not empty.
 */
sow_status sow__layout_check(int ndim, const int64_t *shape, const int64_t *strides, size_t element_size,
                             sow_error *error);

/* Whether Tensor.view can make it a matrix of shape[0] rows. `strides` may be NULL; `ndim` is not 0. */
bool sow__layout_is_matrix(int ndim, const int64_t *shape, const int64_t *strides);

/* The dimensions longer than 1 in the order of a walk, the fastest first. */
typedef struct sow__walk {
  int ndim;
  int64_t size[SOW_MAX_DIMS];
  int64_t stride[SOW_MAX_DIMS];
} sow__walk;

/*
 * `logical`: by index, the last dimension fastest. Otherwise as TensorIterator visits a single tensor: the
 * smallest stride fastest.
 */
sow__walk sow__walk_make(int ndim, const int64_t *shape, const int64_t *strides, bool logical);

/* Copies values[0], values[1], … to where the walk meets them. */
void sow__walk_scatter(const sow__walk *walk, void *base, const void *values, size_t element_size);

#endif

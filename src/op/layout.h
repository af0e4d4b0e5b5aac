/* Strides: what is contiguous, in which order torch visits a view, and what overlaps. All in elements. */
#ifndef SOW_OP_LAYOUT_H
#define SOW_OP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/tensor.h"

/* The strides of a contiguous tensor; 0 of an empty one, whose other sizes may be too large to multiply. */
void sow__layout_strides(int ndim, const int64_t *shape, int64_t *strides);

/* As torch's is_contiguous: sizes of 1 do not matter, and an empty tensor is contiguous. */
bool sow__layout_contiguous(int ndim, const int64_t *shape, const int64_t *strides);

/*
 * SOW_LAYOUT where two elements share memory, or may in a large tensor whose strides interlock, or a stride
 * is negative, SOW_OVERFLOW where the bytes between the first and the last element do not fit in 63 bits,
 * SOW_NO_MEMORY. For tensors that are not empty.
 */
sow_status sow__layout_check(int ndim, const int64_t *shape, const int64_t *strides, size_t element_size,
                             sow_error *error);

/* Whether Tensor.view can make it a matrix of shape[0] rows. `strides` may be NULL; `ndim` is not 0. */
bool sow__layout_is_matrix(int ndim, const int64_t *shape, const int64_t *strides);

/* The dimensions longer than 1 in the order of a walk, the fastest first; those that lie as one are merged.
 */
typedef struct sow__walk {
  int ndim;
  bool rising; /* each element lies behind the one before it */
  int64_t size[SOW_MAX_DIMS];
  int64_t stride[SOW_MAX_DIMS];
} sow__walk;

/*
 * `by_index`: the last dimension fastest. Otherwise as TensorIterator visits a single tensor: the smallest
 * stride fastest. NULL strides mean contiguous.
 */
sow__walk sow__walk_make(int ndim, const int64_t *shape, const int64_t *strides, bool by_index);

/* Where element `number` of the walk lies. */
int64_t sow__walk_offset(const sow__walk *walk, uint64_t number);

/* How many elements of a walk that rises lie before `offset`. */
uint64_t sow__walk_count_before(const sow__walk *walk, int64_t offset);

/* The highest offset of all, for strides that are not negative. */
int64_t sow__walk_reach(const sow__walk *walk);

/*
 * Elements [begin, end) of the walk, to and from values[0], values[1], …; those that lie outside of [low,
 * high) are passed over. `base` is where offset 0 would be.
 */
void sow__walk_scatter(const sow__walk *walk, uint64_t begin, uint64_t end, int64_t low, int64_t high,
                       char *base, const void *values, size_t element_size);
void sow__walk_gather(const sow__walk *walk, uint64_t begin, uint64_t end, int64_t low, int64_t high,
                      const char *base, void *values, size_t element_size);

#endif

/* Blocks: rows of a value, made in one pass through the stream. */
#ifndef SOW_RUN_ROWS_H
#define SOW_RUN_ROWS_H

#include "run/job.h"

/*
 * The rows of a block of a contiguous tensor: from begin[d] on, size[d] elements of each dimension, to where
 * `strides` (NULL: contiguous) say. The block must lie within the tensor and not be empty.
 */
sow__rows sow__rows_of(int ndim, const int64_t *shape, const int64_t *begin, const int64_t *size,
                       const int64_t *strides);

/* Elements [begin, end) of the stretch's rows laid one after the other, to their places at its `out`. */
sow_status sow__rows_make(const sow__stretch *one, sow__worker *worker, uint64_t begin, uint64_t end,
                          sow_error *error);

#endif

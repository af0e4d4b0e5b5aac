/* Size arithmetic that says when it does not fit. */
#ifndef SOW_BASE_SIZE_H
#define SOW_BASE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "sow/status.h"
#include "sow/tensor.h"

/* *out = a*b or a+b; false, with *out untouched, where the result is not in int64_t. */
bool sow__mul(int64_t a, int64_t b, int64_t *out);
bool sow__add(int64_t a, int64_t b, int64_t *out);

/*
 * The number of elements of a shape. SOW_INVALID_ARGUMENT for a negative size or too many dimensions;
 * SOW_OVERFLOW where the count, or the count times 8 bytes, leaves 63 bits.
 */
sow_status sow__count(int ndim, const int64_t *shape, int64_t *count, sow_error *error);

bool sow__shape_equal(int ndim, const int64_t *shape, int other_ndim, const int64_t *other);

/* SOW_MAX_DIMS sizes of up to 19 digits, with ", " between. */
#define SOW__SHAPE_SIZE (SOW_MAX_DIMS * 21 + 3)

/* "[64, 3, 3]" into `buffer`; returns it. */
char *sow__shape_print(int ndim, const int64_t *shape, char *buffer, size_t size);

#endif

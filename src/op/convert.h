/* Tensor.to between dtypes, and a number in one. */
#ifndef SOW_OP_CONVERT_H
#define SOW_OP_CONVERT_H

#include "sow/tensor.h"

/*
 * `count` elements in another dtype, as torch's Tensor.to rounds them. In place from a wider dtype to a
 * narrower one, or to one as wide.
 */
void sow__convert(sow_dtype from, const void *in, sow_dtype to, void *out, size_t count);

/* The number as the dtype holds it. */
double sow__round_to(sow_dtype dtype, double value);

#endif

/*
 * The Euclidean norm of values that come one after the other, as torch.norm_except_dim and so weight_norm
 * take it, to the bit: in the order of its sums, and in the precision that it has there.
 */
#ifndef SOW_KERNEL_NORM_H
#define SOW_KERNEL_NORM_H

#include <stddef.h>

#include "sow/generator.h"
#include "sow/tensor.h"

/*
 * torch keeps several sums where the values that make a norm lie beside each other when it takes them, and
 * one where they do not. norm_except_dim(v, 2, dim) goes along for the dimension 0, for -1 (the norm of all),
 * for one in the middle (whose copy with that dimension first is taken; the values come in the order of that
 * copy), and where the dimension has one element; across for the last of several dimensions.
 */
typedef enum sow__norm_way { SOW__NORM_ALONG, SOW__NORM_ACROSS } sow__norm_way;

enum { SOW__NORM_LANES = 8, SOW__NORM_MOST = 16 /* values that are added at once */ };

typedef struct sow__norm {
  sow_dtype dtype;
  sow_edition edition;
  sow__norm_way way;
  double sums[SOW__NORM_LANES];
  double newest[SOW__NORM_MOST]; /* they wait for others, until there are enough to be added at once */
  size_t count;
} sow__norm;

/* Of no value yet. */
sow__norm sow__norm_begin(sow_dtype dtype, sow_edition edition, sow__norm_way way);

/* The next `count` values, of the dtype; only their order matters, not how they are cut into calls. */
void sow__norm_add(sow__norm *norm, const void *values, size_t count);

/* Of the values so far, rounded to the dtype; as a double. */
double sow__norm_value(const sow__norm *norm);

#endif

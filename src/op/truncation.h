/* What torch.nn.init.trunc_normal_ works out from its arguments before it chooses how to draw (2.14). */
#ifndef SOW_OP_TRUNCATION_H
#define SOW_OP_TRUNCATION_H

#include "kernel/core/erf.h"

/* The probability that a normal falls within [a, b]. */
static inline double sow__truncation_inside(double mean, double std, double a, double b) {
  return sow__normal_cdf((b - mean) / std) - sow__normal_cdf((a - mean) / std);
}

/* The likeliest value within [a, b]: Python's max(a, min(mean, b)), which lets some NaNs through. */
static inline double sow__truncation_mode(double mean, double a, double b) {
  double upper = b < mean ? b : mean;
  return upper > a ? upper : a;
}

#endif

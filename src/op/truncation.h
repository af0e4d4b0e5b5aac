/* What torch.nn.init.trunc_normal_ works out from its arguments before it chooses how to draw (2.14). */
#ifndef SOW_OP_TRUNCATION_H
#define SOW_OP_TRUNCATION_H

#include <math.h>
#include <stdbool.h>

#include "kernel/core/erf.h"

/* The probability that a normal falls within [a, b]. */
static inline double sow__truncation_inside(double mean, double std, double a, double b) {
  return sow__normal_cdf((b - mean) / std) - sow__normal_cdf((a - mean) / std);
}

/*
 * Whether every normal lies within [a, b]. One that is made of words of 53 bits is at most 8.6 deviations
 * away; the rest of 9, and a little of the mean, are for what floats round.
 */
static inline bool sow__truncation_is_idle(double mean, double std, double a, double b) {
  double reach = 9.0 * std + fabs(mean) * 0x1p-20;
  return std > 0.0 && mean - reach >= a && mean + reach <= b;
}

/* The likeliest value within [a, b]: Python's max(a, min(mean, b)), which lets some NaNs through. */
static inline double sow__truncation_mode(double mean, double a, double b) {
  double upper = b < mean ? b : mean;
  return upper > a ? upper : a;
}

#endif

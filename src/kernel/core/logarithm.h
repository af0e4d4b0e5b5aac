/*
 * log(x) and log(1 + x) for every double, the same bits on every machine: within 0.53 ulp, rounded once more
 * for float.
 */
#ifndef SOW_KERNEL_CORE_LOGARITHM_H
#define SOW_KERNEL_CORE_LOGARITHM_H

#include "kernel/core/exponential.h"
#include "kernel/core/libm_f64.h"

/* What is no positive number less than infinity. */
static inline double sow__log_special(double x) {
  if (x == 0.0)
    return -INFINITY;
  return x > 0.0 || x != x ? x : NAN;
}

static inline double sow__log_whole_f64(double x) {
  if (!(x > 0.0 && x < INFINITY))
    return sow__log_special(x);
  if (x >= 0x1p-1022)
    return sow__log_f64(x);
  sow__log_parts log = sow__log_away_from_one_f64(x * 0x1p54);
  sow__double2 sum = sow__double2_join(log.high, -0x1.2b708872320e2p+5); /* -54*log(2) */
  return sum.high + (sum.low + (log.low + 0x1.570da7e077bcbp-50));
}

static inline double sow__log1p_f64(double x) {
  if (x >= -0x1p-4 && x < 0x1.09p-4)
    return fabs(x) < 0x1p-54 ? x : sow__log_beside_one_f64(x);
  if (!(x > -1.0 && x < INFINITY))
    return sow__log_special(1.0 + x);
  sow__double2 sum = fabs(x) < 1.0 ? sow__double2_join(1.0, x) : sow__double2_join(x, 1.0);
  sow__log_parts log = sow__log_away_from_one_f64(sum.high);
  return log.high + (log.low + sum.low / sum.high);
}

static inline float sow__log_whole_f32(float x) {
  return (float)sow__log_whole_f64(x);
}

static inline float sow__log1p_f32(float x) {
  return (float)sow__log1p_f64(x);
}

#endif

/*
 * The error function, correctly rounded but for arguments within 2^-40 ulp of a tie, so the same bits on
 * every machine. Slow; for the two bounds of a truncated normal, where an ulp of the C library's would show.
 */
#ifndef SOW_KERNEL_CORE_ERF_H
#define SOW_KERNEL_CORE_ERF_H

#include <math.h>

#include "kernel/core/double2.h"

/* e^x for -40 <= x <= 0: halved until a short series serves, then squared back, which costs a dozen bits. */
static inline sow__double2 sow__double2_exp(sow__double2 x) {
  enum { HALVINGS = 12, TERMS = 12 };
  const sow__double2 one = {1.0, 0.0};
  sow__double2 y = {x.high * 0x1p-12, x.low * 0x1p-12};
  sow__double2 power = one;
  for (int n = TERMS; n >= 1; n--) /* 1 + y*(1 + y/2*(1 + y/3*(…))) */
    power = sow__double2_add(one, sow__double2_div(sow__double2_mul(y, power), n));
  for (int i = 0; i < HALVINGS; i++)
    power = sow__double2_mul(power, power);
  return power;
}

/* erf(x) = 2/sqrt(pi) * x * e^(-x^2) * sum (2x^2)^n / (1*3*5*…*(2n+1)): all terms are positive. */
static inline double sow__erf(double x) {
  const sow__double2 two_by_root_pi = {1.1283791670955126, 1.533545961316588e-17};
  if (!(fabs(x) < 6.0)) /* 1 - erf(6) is less than half of 2^-53 */
    return x != x ? x : copysign(1.0, x);
  sow__double2 wide = {x, 0.0};
  sow__double2 square = sow__double2_mul(wide, wide);
  sow__double2 term = {1.0, 0.0};
  sow__double2 sum = term;
  for (int n = 1; term.high > sum.high * 0x1p-110; n++) {
    term = sow__double2_mul(term, (sow__double2){2.0 * square.high, 2.0 * square.low});
    term = sow__double2_div(term, 2 * n + 1);
    sum = sow__double2_add(sum, term);
  }
  sow__double2 power = sow__double2_exp((sow__double2){-square.high, -square.low});
  sow__double2 result =
      sow__double2_mul(sow__double2_mul(two_by_root_pi, wide), sow__double2_mul(power, sum));
  return result.high + result.low;
}

/* As torch.nn.init writes it; the rounding of each step counts. */
static inline double sow__normal_cdf(double x) {
  return (1.0 + sow__erf(x / sqrt(2.0))) / 2.0;
}

#endif

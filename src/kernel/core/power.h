/* x^y, the same bits on every machine: within 0.52 ulp in double, rounded once more for float. */
#ifndef SOW_KERNEL_CORE_POWER_H
#define SOW_KERNEL_CORE_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/core/logarithm.h"

/*
 * The logarithm of a positive number to some 68 bits. With y the logarithm of the significand as a double, x
 * times e^-y is 1 + t, and t, some 2^-53, is what y lacks.
 */
static inline sow__double2 sow__log_double2(double x) {
  int power = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    power = -54;
  }
  uint64_t bits = sow__f64_bits(x) - 0x3fe6a09e667f3bcdu; /* of the root of 1/2 */
  power += (int)(bits >> 52) - (bits >> 63 != 0 ? 4096 : 0);
  x = sow__f64_from_bits((bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);

  double y = sow__log_f64(x);
  sow__exp_parts parts = sow__exp_split((sow__double2){-y, 0.0});
  double scaled = x * sow__power_of_two(parts.power);
  sow__double2 row = sow__double2_mul((sow__double2){scaled, 0.0}, parts.row);
  sow__double2 t =
      sow__double2_add(sow__double2_add(row, (sow__double2){-1.0, 0.0}), sow__double2_mul(row, parts.beyond));
  double k = (double)power; /* log(2) in two parts, of which the first times k is exact */
  sow__double2 whole =
      sow__double2_add((sow__double2){k * 0x1.62e42fefa3800p-1, 0.0}, (sow__double2){y, 0.0});
  return sow__double2_join(whole.high, whole.low + (t.high + k * 0x1.ef35793c76730p-45));
}

/* 1 for an odd integer, 0 for an even one, -1 for what is none. From 2^53 on every double is even. */
static inline int sow__parity(double y) {
  if (!(fabs(y) < 0x1p53))
    return fabs(y) >= 0x1p53 ? 0 : -1;
  int64_t whole = (int64_t)y;
  return (double)whole == y ? (int)(whole & 1) : -1;
}

/* x >= 0 and y other than 0 */
static inline double sow__pow_positive(double x, double y) {
  if (x == 1.0)
    return x;
  if (x == 0.0 || x == INFINITY || fabs(y) == INFINITY) {
    bool is_large = (x > 1.0) == (y > 0.0);
    return is_large ? INFINITY : 0.0;
  }
  return sow__exp_double2(sow__double2_mul(sow__log_double2(x), (sow__double2){y, 0.0}));
}

/* As C's pow in every special case. */
static inline double sow__pow_f64(double x, double y) {
  if (y == 0.0 || x == 1.0)
    return 1.0;
  if (x != x || y != y)
    return x + y;
  if (!signbit(x))
    return sow__pow_positive(x, y);
  int parity = sow__parity(y);
  if (parity < 0 && x != 0.0 && x != -INFINITY)
    return NAN;
  double size = sow__pow_positive(-x, y);
  return parity == 1 ? -size : size;
}

static inline float sow__pow_f32(float x, float y) {
  return (float)sow__pow_f64(x, y);
}

#endif

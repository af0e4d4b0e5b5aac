/*
 * e^x and e^x - 1, the same bits on every machine: within 0.51 ulp in double, rounded once more for float.
 *
 * x is k*log(2)/64 + r, so that e^x is 2^(k/64), from a table, times e^r, a short series. Whatever could cost
 * a bit is held in two doubles.
 */
#ifndef SOW_KERNEL_CORE_EXPONENTIAL_H
#define SOW_KERNEL_CORE_EXPONENTIAL_H

#include <math.h>

#include "kernel/core/bits.h"
#include "kernel/core/double2.h"

#define SOW__EXP_ROWS 64

extern const double sow__exp_table[SOW__EXP_ROWS][2];

/* 2^power * row * (1 + beyond) */
typedef struct sow__exp_parts {
  int power;
  sow__double2 row;
  sow__double2 beyond;
} sow__exp_parts;

/* 2^power for the exponents of normal numbers. */
static inline double sow__power_of_two(int power) {
  return sow__f64_from_bits((uint64_t)(power + 1023) << 52);
}

/* (high + low) * 2^power, rounded once. high is in [1/2, 4], the power within 1080. */
static inline double sow__double2_scaled(sow__double2 value, int power) {
  if (power >= -1021 || value.high >= sow__power_of_two(-1022 - power))
    return (value.high + value.low) * sow__power_of_two(power / 2) * sow__power_of_two(power - power / 2);
  /* Subnormal: in sums with this the last place is 2^-1074 as it is before the scaling. */
  double large = sow__power_of_two(-1022 - power);
  sow__double2 sum = sow__double2_join(large, value.high);
  double rest = (sum.high + (sum.low + value.low)) - large;
  return rest * sow__power_of_two(power / 2) * sow__power_of_two(power - power / 2);
}

/* For |x| up to 760. */
static inline sow__exp_parts sow__exp_split(sow__double2 x) {
  double k = (x.high * 0x1.71547652b82fep+6 + 0x1.8p52) - 0x1.8p52;
  /* log(2)/64 in two parts, of which the first times k is exact, and so is what it leaves. */
  double r = fma(-k, 0x1.62e42fefap-7, x.high);
  sow__double2 rest = sow__double2_join(r, fma(-k, 0x1.cf79abc9e3b3ap-46, x.low));
  r = rest.high;

  double series = fma(r, fma(r, fma(r, fma(r, 1.0 / 5040, 1.0 / 720), 1.0 / 120), 1.0 / 24), 1.0 / 6);
  double square = r * r;
  double square_low = fma(r, r, -square);
  double low = fma(square * r, series, fma(r, rest.low, 0.5 * square_low) + rest.low);
  sow__double2 beyond = sow__double2_join(r, 0.5 * square);
  int rows = (int)k, row = rows & (SOW__EXP_ROWS - 1);
  return (sow__exp_parts){(rows - row) / SOW__EXP_ROWS,
                          {sow__exp_table[row][0], sow__exp_table[row][1]},
                          sow__double2_join(beyond.high, beyond.low + low)};
}

static inline double sow__exp_double2(sow__double2 x) {
  if (x.high > 710.0)
    return INFINITY;
  if (x.high < -746.0)
    return 0.0;
  sow__exp_parts parts = sow__exp_split(x);
  return sow__double2_scaled(sow__double2_add(parts.row, sow__double2_mul(parts.row, parts.beyond)),
                             parts.power);
}

static inline double sow__exp_f64(double x) {
  return x != x ? x : sow__exp_double2((sow__double2){x, 0.0});
}

static inline double sow__expm1_f64(double x) {
  if (!(fabs(x) < 64.0)) /* NaN too; 1 is less than 2^-53 of e^64 */
    return x < 0.0 ? -1.0 : sow__exp_f64(x);
  if (fabs(x) < 0x1p-54)
    return x;
  sow__exp_parts parts = sow__exp_split((sow__double2){x, 0.0});
  double scale = sow__power_of_two(parts.power);
  sow__double2 row = {parts.row.high * scale, parts.row.low * scale};
  sow__double2 result =
      sow__double2_add(sow__double2_add(row, (sow__double2){-1.0, 0.0}), sow__double2_mul(row, parts.beyond));
  return result.high + result.low;
}

static inline float sow__exp_f32(float x) {
  return (float)sow__exp_f64(x);
}

static inline float sow__expm1_f32(float x) {
  return (float)sow__expm1_f64(x);
}

#endif

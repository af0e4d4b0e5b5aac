/*
 * log, sin and cos of double, bit for bit as the GNU C library has computed them since 2.28 on processors
 * with FMA, which is what ATen calls for float64. Written out because a vector of them gives the same bits
 * many times faster, and because another C library, or another version of this one, then changes nothing.
 *
 * The code is our own; the constants and the order of roundings are what the bits consist of. The logarithm's
 * are those of Arm's Optimized Routines (S. Nagy), sine's and cosine's those of IBM's Accurate Mathematical
 * Library (A. Ziv) as the C library evaluates it; see NOTICE. test_libm.c compares with the C library at
 * hand.
 */
#ifndef SOW_KERNEL_CORE_LIBM_F64_H
#define SOW_KERNEL_CORE_LIBM_F64_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/core/bits.h"

#define SOW__LOG_PLACES 7 /* bits of the significand that choose a row */
#define SOW__SINCOS_ROWS 110

/* 1/c and log(c) for a c in the middle of each 128th of [0.6875, 1.375). */
extern const double sow__log_table[1 << SOW__LOG_PLACES][2];

/* The sine of k/128 and what it lacks, the cosine and what it lacks. */
extern const double sow__sincos_table[SOW__SINCOS_ROWS][4];

/* log(1 + r) for r in [-2^-4, 0x1.09p-4]. */
static inline double sow__log_beside_one_f64(double r) {
  double r2 = r * r;
  double r3 = r * r2;
  double first = fma(r2, 0x1.999999995dd0cp-3, fma(r, -0x1.ffffffffffdcbp-3, 0x1.5555555555577p-2));
  double second = fma(r2, -0x1.fffffa4423d65p-4, fma(r, 0x1.24924a344de30p-3, -0x1.55555556745a7p-3));
  double third = fma(r2, 0x1.78182f7afd085p-4, fma(r, -0x1.999eb43b068ffp-4, 0x1.c7184282ad6cap-4));
  third = fma(r3, -0x1.5521375d145cdp-4, third);
  double rest = fma(fma(third, r3, second), r3, first);
  /* r^2/2 in two parts: the square of the upper half of r is exact. */
  double upper = fma(-0x1p27, r, fma(r, 0x1p27, r));
  double square = upper * upper;
  double high = fma(square, -0.5, r);
  double low = fma(square, -0.5, r - high);
  low = fma(-0.5 * (r - upper), r + upper, low);
  return high + fma(rest, r3, low);
}

/* Natural logarithm as high + low, for normal x that are not beside 1. */
typedef struct sow__log_parts {
  double high, low;
} sow__log_parts;

static inline sow__log_parts sow__log_away_from_one_f64(double x) {
  const uint64_t start = 0x3fe6000000000000u; /* 0.6875 */
  uint64_t bits = sow__f64_bits(x);
  uint64_t above = bits - start;
  const double *row = sow__log_table[(above >> (52 - SOW__LOG_PLACES)) % (1 << SOW__LOG_PLACES)];
  uint64_t exponent = above & 0xfff0000000000000u;
  int64_t power = (int64_t)exponent / (INT64_C(1) << 52);
  double k = (double)power;
  double z = sow__f64_from_bits(bits - exponent);

  double r = fma(z, row[0], -1.0);
  double w = fma(k, 0x1.62e42fefa3800p-1, row[1]);
  double high = w + r;
  double low = fma(k, 0x1.ef35793c76730p-45, (w - high) + r);
  double r2 = r * r;
  double rest = fma(fma(r, -0x1.55575e506c89fp-3, 0x1.999b324f10111p-3), r2,
                    fma(r, -0x1.fffffffeb4590p-3, 0x1.555555551305bp-2));
  low = fma(r2, -0x1.0000000000001p-1, low);
  return (sow__log_parts){high, fma(r * r2, rest, low)};
}

/* Natural logarithm for positive normal x. */
static inline double sow__log_f64(double x) {
  if (x >= 0.9375 && x < 0x1.09p+0)
    return sow__log_beside_one_f64(x - 1.0);
  sow__log_parts log = sow__log_away_from_one_f64(x);
  return log.low + log.high;
}

/* |angle| + low, |angle| < 0.8555, as the nearest k/128 and what is beyond. */
typedef struct sow__sincos_part {
  const double *row;
  double beyond; /* |angle| - k/128 */
  double low;    /* with the sign that it has beside |angle| */
} sow__sincos_part;

static inline sow__sincos_part sow__sincos_split(double angle, double low) {
  double size = fabs(angle);
  double shifted = 0x1.8p45 + size; /* its last place is 1/128 */
  return (sow__sincos_part){sow__sincos_table[sow__f64_bits(shifted) & 0xff], size - (shifted - 0x1.8p45),
                            angle <= 0 ? -low : low};
}

static inline double sow__sine_part(double angle, double low) {
  if (fabs(angle) < 0.126) {
    double x2 = angle * angle;
    double p = fma(x2, -0x1.addffc2fcdf59p-26, 0x1.71de27b9a7ed9p-19);
    p = fma(x2, p, -0x1.a01a019db08b8p-13);
    p = fma(x2, p, 0x1.1111111110ecep-7);
    p = fma(x2, p, -0x1.5555555555555p-3);
    return angle + fma(x2, fma(p, angle, -(low * 0.5)), low);
  }
  sow__sincos_part part = sow__sincos_split(angle, low);
  double x = part.beyond, x2 = x * x;
  double s = fma(x * x2, fma(x2, 0x1.11110e829872fp-7, -0x1.5555555555515p-3), part.low) + x;
  double c = x2 * fma(fma(x2, 0x1.6c16bedd9e239p-10, -0x1.5555555555535p-5), x2, 0.5);
  c = fma(part.low, x, c);
  double rest = fma(-c, part.row[0], fma(s, part.row[3], part.row[1]));
  return copysign(part.row[0] + fma(s, part.row[2], rest), angle);
}

static inline double sow__cosine_part(double angle, double low) {
  sow__sincos_part part = sow__sincos_split(angle, low);
  double x = part.beyond + part.low, x2 = x * x;
  double s = fma(x * x2, fma(x2, 0x1.11110e829872fp-7, -0x1.5555555555515p-3), x);
  double c = x2 * fma(fma(x2, 0x1.6c16bedd9e239p-10, -0x1.5555555555535p-5), x2, 0.5);
  double rest = fma(-c, part.row[2], fma(-s, part.row[1], part.row[3]));
  return part.row[2] + fma(-s, part.row[0], rest);
}

/* The angle less a multiple of pi/2, in two parts, and which multiple (of four in turn). */
typedef struct sow__quarter {
  double angle, low;
  uint32_t turns;
} sow__quarter;

static inline sow__quarter sow__quarter_far(double angle) {
  double shifted = fma(angle, 0x1.45f306dc9c883p-1, 0x1.8p52); /* its last place is 1 */
  double n = shifted - 0x1.8p52;
  double y = fma(-n, -0x1.dde973c000000p-27, fma(-n, 0x1.921fb58000000p+0, angle));
  double closer = fma(-n, -0x1.cb3b398000000p-55, y);
  double low = fma(-n, -0x1.cb3b398000000p-55, y - closer);
  double closest = fma(-n, -0x1.d747f23e32ed7p-83, closer);
  low = low + fma(-n, -0x1.d747f23e32ed7p-83, closer - closest);
  return (sow__quarter){closest, low, (uint32_t)sow__f64_bits(shifted) & 3};
}

/* For angles in [0, 7]. */
static inline void sow__sincos_f64(double angle, double *sine, double *cosine) {
  sow__quarter q = {angle, 0.0, 0};
  if (angle >= 0x1.368fdp+1) { /* 2.426265 */
    q = sow__quarter_far(angle);
    if (q.turns == 1 || q.turns == 2) {
      q.angle = -q.angle;
      q.low = -q.low;
    }
  } else if (angle >= 0x1.b6p-1) { /* 0.855469: pi/2 - angle, whose sine is the cosine */
    double y = 0x1.921fb54442d18p+0 - angle;
    q.angle = y + 0x1.1a62633145c07p-54;
    q.low = (y - q.angle) + 0x1.1a62633145c07p-54;
    q.turns = 1;
  }
  double s = sow__sine_part(q.angle, q.low), c = sow__cosine_part(q.angle, q.low);
  bool negative = (q.turns & 2) != 0;
  c = negative ? -c : c;
  *sine = (q.turns & 1) != 0 ? c : s;
  *cosine = (q.turns & 1) != 0 ? s : c;
}

#endif

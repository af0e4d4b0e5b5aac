/*
 * The inverse of the error function, the same bits on every machine: within 0.94 ulp in double for every
 * argument, rounded once more for float.
 */
#ifndef SOW_KERNEL_CORE_ERFINV_H
#define SOW_KERNEL_CORE_ERFINV_H

#include <math.h>

#include "kernel/core/fused.h"
#include "kernel/core/log_vector.h"

/*
 * Each range has erfinv = value*(c + R(x)): c a constant near the whole, R a small rational correction, so
 * that its rounding errors hardly count. The coefficients interpolate at Chebyshev points with 80 digits
 * (mpmath 1.3) and were then rounded to double; the error of R, rounding of the coefficients included, is
 * below 2^-56 throughout.
 */
typedef struct sow__rational {
  double constant;
  double numerator[8], denominator[8]; /* from the constant term on */
  double slope[3];                     /* how the whole changes with value^2; likewise */
} sow__rational;

/* R(x) */
static inline double sow__rational_at(const sow__rational *of, double x) {
  double p = of->numerator[7];
  double q = of->denominator[7];
  for (int i = 6; i >= 0; i--) {
    p = sow__fused_f64(p, x, of->numerator[i]);
    q = sow__fused_f64(q, x, of->denominator[i]);
  }
  return p / q;
}

/* |y| <= 3/4: value = y, x = 9/16 - y^2; the constant is sqrt(pi)/2. */
static const sow__rational sow__erfinv_central = {
    0.886226925452758,
    {0.19833287134406666, 0.8497853255463975, 0.573875783289188, -2.0087168721236295, -3.6584795618047603,
     -2.128149668981782, -0.43909620608498395, -0.02205344189177648},
    {1.0, 7.121354241112377, 19.70783200731746, 26.78300806716227, 18.607684554381887, 6.247619308964538,
     0.8535064285470091, 0.030108495873496597},
    {0.0}}; /* nothing lacks */

/* sqrt(log 4) <= s <= 5/2: value = s, x = s - 75/64. */
static const sow__rational sow__erfinv_middle = {
    0.8125,
    {-0.12315552751555739, -0.13734310247780898, 0.1580697668737672, 0.3533275533613075, 0.24124168594892492,
     0.07356419959714736, 0.009491213268371122, 0.0003899122276797904},
    {1.0, 3.3391681979330157, 4.7415891950671485, 3.6857734349185103, 1.65852186047443, 0.41737712058575555,
     0.05075882369601153, 0.002078038806453887},
    {0.425, -0.259, 0.074}};

/* 5/2 <= s <= 6.1, where 1-|y| = 2^-53 ends: value = s, x = s - 5/2. */
static const sow__rational sow__erfinv_far = {
    0.9375,
    {-0.060481631275234815, -0.0298619847979129, 0.015353478706409414, 0.014601230086696507,
     0.003987281212195783, 0.0004705311304511738, 2.353522855580617e-05, 3.7603403680941435e-07},
    {1.0, 1.6178149658105314, 1.0843199523135063, 0.3828047518452118, 0.07486254826112768,
     0.007792131933739399, 0.0003770242356324704, 6.014677171754055e-06},
    {0.201, -0.058, 0.0072}};

/* Zero keeps its sign. */
static inline double sow__erfinv_inner(double y) {
  double r = sow__rational_at(&sow__erfinv_central, sow__fused_f64(-y, y, 0.5625));
  return copysign(sow__fused_f64(y, sow__erfinv_central.constant, y * r), y);
}

/*
 * s = sqrt(-log(1 - |y|)) is rounded twice on its way, which would cost two ulp: what s^2 lacks, times how
 * the result changes with s^2, is added. Of that slope two digits are enough; a parabola has them.
 */
static inline double sow__erfinv_outer(const sow__rational *of, double s, double x, double lack) {
  double slope = sow__fused_f64(sow__fused_f64(of->slope[2], x, of->slope[1]), x, of->slope[0]);
  return sow__fused_f64(s, of->constant, sow__fused_f64(s, sow__rational_at(of, x), slope * lack));
}

static inline double sow__erfinv_f64(double y) {
  double size = fabs(y);
  if (size <= 0.75)
    return sow__erfinv_inner(y);
  if (size == 1.0)
    return copysign(INFINITY, y);
  if (!(size < 1.0))
    return NAN;
  sow__double2 log = sow__log_vector_parts_f64(1.0 - size); /* 1 - size is exact */
  double s = sqrt(-log.high);
  double lack = sow__fused_f64(-s, s, -log.high) - log.low;
  return copysign(s <= 2.5 ? sow__erfinv_outer(&sow__erfinv_middle, s, s - 1.171875, lack)
                           : sow__erfinv_outer(&sow__erfinv_far, s, s - 2.5, lack),
                  y);
}

static inline float sow__erfinv_f32(float y) {
  return (float)sow__erfinv_f64(y);
}

#endif

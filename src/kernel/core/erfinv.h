/*
 * The inverse of the error function, the same bits on every machine: within 2 ulp in double for every
 * argument, rounded once more for float.
 */
#ifndef SOW_KERNEL_CORE_ERFINV_H
#define SOW_KERNEL_CORE_ERFINV_H

#include <math.h>

#include "kernel/core/log_vector.h"

/*
 * Each range has erfinv = v*(c + R(x)): c a constant near the whole, R a small rational correction, so that
 * its rounding errors hardly count. The coefficients interpolate at Chebyshev points with 80 digits
 * (mpmath 1.3) and were then rounded to double; the error of R, rounding of the coefficients included, is
 * below 2^-56 throughout.
 */
static inline double sow__erfinv_ratio(const double numerator[8], const double denominator[8], double x) {
  double p = numerator[7];
  double q = denominator[7];
  for (int i = 6; i >= 0; i--) {
    p = p * x + numerator[i];
    q = q * x + denominator[i];
  }
  return p / q;
}

/* |y| <= 3/4: v = y, x = 9/16 - y^2, c = sqrt(pi)/2. */
static inline double sow__erfinv_central(double y) {
  static const double numerator[8] = {0.19833287134406666,  0.8497853255463975,  0.573875783289188,
                                      -2.0087168721236295,  -3.6584795618047603, -2.128149668981782,
                                      -0.43909620608498395, -0.02205344189177648};
  static const double denominator[8] = {1.0,
                                        7.121354241112377,
                                        19.70783200731746,
                                        26.78300806716227,
                                        18.607684554381887,
                                        6.247619308964538,
                                        0.8535064285470091,
                                        0.030108495873496597};
  return fma(y, 0.886226925452758, y * sow__erfinv_ratio(numerator, denominator, fma(-y, y, 0.5625)));
}

/* sqrt(log 4) <= s <= 5/2: v = s, x = s - 75/64. */
static inline double sow__erfinv_middle(double s) {
  static const double numerator[8] = {-0.12315552751555739, -0.13734310247780898, 0.1580697668737672,
                                      0.3533275533613075,   0.24124168594892492,  0.07356419959714736,
                                      0.009491213268371122, 0.0003899122276797904};
  static const double denominator[8] = {1.0,
                                        3.3391681979330157,
                                        4.7415891950671485,
                                        3.6857734349185103,
                                        1.65852186047443,
                                        0.41737712058575555,
                                        0.05075882369601153,
                                        0.002078038806453887};
  return fma(s, 0.8125, s * sow__erfinv_ratio(numerator, denominator, s - 1.171875));
}

/* 5/2 <= s <= 6.1, where 1-|y| = 2^-53 ends: v = s, x = s - 5/2. */
static inline double sow__erfinv_far(double s) {
  static const double numerator[8] = {-0.060481631275234815, -0.0298619847979129,   0.015353478706409414,
                                      0.014601230086696507,  0.003987281212195783,  0.0004705311304511738,
                                      2.353522855580617e-05, 3.7603403680941435e-07};
  static const double denominator[8] = {1.0,
                                        1.6178149658105314,
                                        1.0843199523135063,
                                        0.3828047518452118,
                                        0.07486254826112768,
                                        0.007792131933739399,
                                        0.0003770242356324704,
                                        6.014677171754055e-06};
  return fma(s, 0.9375, s * sow__erfinv_ratio(numerator, denominator, s - 2.5));
}

static inline double sow__erfinv_f64(double y) {
  double size = fabs(y);
  if (size <= 0.75)
    return sow__erfinv_central(y);
  if (size == 1.0)
    return copysign(INFINITY, y);
  if (!(size < 1.0))
    return NAN;
  double s = sqrt(-sow__log_vector_f64(1.0 - size)); /* 1 - size is exact */
  return copysign(s <= 2.5 ? sow__erfinv_middle(s) : sow__erfinv_far(s), y);
}

static inline float sow__erfinv_f32(float y) {
  return (float)sow__erfinv_f64(y);
}

#endif

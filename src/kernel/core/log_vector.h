/*
 * The logarithm that ATen's vector code takes (Tensor.log on x86-64 with AVX2 and later): SLEEF's "u10" log
 * and logf as they come out with FMA, for the arguments that a uniform draw can give. Method: N. Shibata and
 * F. Petrogalli, "SLEEF: A Portable Vectorized Library of C Standard Mathematical Functions", 2020.
 */
#ifndef SOW_KERNEL_CORE_LOG_VECTOR_H
#define SOW_KERNEL_CORE_LOG_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernel/core/double2.h"

/*
 * Both reduce d to 2^e * m with m in [3/4, 3/2), form x = (m-1)/(m+1) as an unevaluated sum, and add
 * e*log(2) + 2x + x^3*P(x^2) with the errors of the large terms kept. d is 0 or a normal number up to 1.
 */
static inline float sow__log_vector_f32(float d) {
  if (d == 0.0f)
    return -INFINITY;
  float scaled = d * (1.0f / 0.75f);
  uint32_t bits;
  memcpy(&bits, &scaled, sizeof bits);
  int32_t exponent = (int32_t)(bits >> 23) - 127;
  memcpy(&bits, &d, sizeof bits);
  bits -= (uint32_t)exponent << 23;
  float m;
  memcpy(&m, &bits, sizeof m);

  float e = (float)exponent;
  float sum = 0.69314718246459960938f * e;
  float sum_low = fmaf(-1.904654323148236017e-09f, e, fmaf(0.69314718246459960938f, e, -sum));

  float numerator = -1.0f + m; /* exact for this m */
  float denominator = 1.0f + m;
  float v = denominator - 1.0f;
  float denominator_low = (1.0f - (denominator - v)) + (m - v);
  float inverse = 1.0f / denominator;
  float x = numerator * inverse;
  float inverse_error = fmaf(-denominator_low, inverse, fmaf(-denominator, inverse, 1.0f));
  float x_low = fmaf(x, inverse_error, fmaf(inverse, numerator, -x));

  float x2 = x * x;
  float t = 0.3027294874e+0f;
  t = fmaf(t, x2, 0.3996108174e+0f);
  t = fmaf(t, x2, 0.6666694880e+0f);

  float y = x * 2.0f;
  float s = sum + y;
  float s_low = ((sum - s) + y) + sum_low + x_low * 2.0f;
  y = (x2 * x) * t;
  float r = s + y;
  return r + (((s - r) + y) + s_low);
}

/* high + low; d is not 0. */
static inline sow__double2 sow__log_vector_parts_f64(double d) {
  double scaled = d * (1.0 / 0.75);
  uint64_t bits;
  memcpy(&bits, &scaled, sizeof bits);
  int64_t exponent = (int64_t)(bits >> 52) - 1023;
  memcpy(&bits, &d, sizeof bits);
  bits -= (uint64_t)exponent << 52;
  double m;
  memcpy(&m, &bits, sizeof m);

  double e = (double)exponent;
  double sum = 0.693147180559945286226764 * e;
  double sum_low = fma(2.319046813846299558417771e-17, e, fma(0.693147180559945286226764, e, -sum));

  double numerator = -1.0 + m;
  double denominator = 1.0 + m;
  double v = denominator - 1.0;
  double denominator_low = (1.0 - (denominator - v)) + (m - v);
  double inverse = 1.0 / denominator;
  double x = numerator * inverse;
  double inverse_error = fma(-denominator_low, inverse, fma(-denominator, inverse, 1.0));
  double x_low = fma(x, inverse_error, fma(inverse, numerator, -x));

  double x2 = x * x;
  double x4 = x2 * x2;
  double x8 = x4 * x4;
  double high =
      fma(x4, 0.1532076988502701353e+0, fma(x2, 0.1525629051003428716e+0, 0.1818605932937785996e+0));
  double low = fma(x4, fma(x2, 0.2222214519839380009e+0, 0.2857142932794299317e+0),
                   fma(x2, 0.3999999999635251990e+0, 0.6666666666667333541e+0));
  double t = fma(x8, high, low);

  double y = x * 2.0;
  double s = sum + y;
  double s_low = ((sum - s) + y) + sum_low + x_low * 2.0;
  y = (x2 * x) * t;
  double r = s + y;
  return (sow__double2){r, ((s - r) + y) + s_low};
}

static inline double sow__log_vector_f64(double d) {
  if (d == 0.0)
    return -INFINITY;
  sow__double2 log = sow__log_vector_parts_f64(d);
  return log.high + log.low;
}

#endif

/*
 * Sums of two doubles, of which the second is what the first lacks: about 106 bits. For steps whose result is
 * to be right to the last bit of a double.
 */
#ifndef SOW_KERNEL_CORE_DOUBLE2_H
#define SOW_KERNEL_CORE_DOUBLE2_H

#include <math.h>

/* high + low, |low| at most half an ulp of high. */
typedef struct sow__double2 {
  double high, low;
} sow__double2;

/* |a| >= |b| */
static inline sow__double2 sow__double2_join(double a, double b) {
  double sum = a + b;
  return (sow__double2){sum, b - (sum - a)};
}

static inline sow__double2 sow__double2_add(sow__double2 a, sow__double2 b) {
  double sum = a.high + b.high;
  double part = sum - a.high;
  double error = (a.high - (sum - part)) + (b.high - part);
  return sow__double2_join(sum, error + (a.low + b.low));
}

static inline sow__double2 sow__double2_mul(sow__double2 a, sow__double2 b) {
  double product = a.high * b.high;
  double error = fma(a.high, b.high, -product);
  return sow__double2_join(product, error + (a.high * b.low + a.low * b.high));
}

static inline sow__double2 sow__double2_div(sow__double2 a, double b) {
  double quotient = a.high / b;
  double rest = fma(-quotient, b, a.high) + a.low;
  return sow__double2_join(quotient, rest / b);
}

#endif

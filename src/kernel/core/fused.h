/* a*b + c with one rounding. IEEE 754 fixes the result, so a file with an FMA instruction may replace it. */
#ifndef SOW_KERNEL_CORE_FUSED_H
#define SOW_KERNEL_CORE_FUSED_H

#include <math.h>

static inline float sow__fused_f32(float a, float b, float c) {
  return fmaf(a, b, c);
}

static inline double sow__fused_f64(double a, double b, double c) {
  return fma(a, b, c);
}

#endif

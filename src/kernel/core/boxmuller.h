/*
 * Box and Muller 1958 in float as ATen does it for blocks of 16 on AVX2: log, sine and cosine are the
 * polynomials of Moshier's Cephes. Where a product is fused with a sum and where it is rounded by itself is
 * part of the result; it was found by comparing with PyTorch 1.13, 2.6 and 2.14.
 */
#ifndef SOW_KERNEL_CORE_BOXMULLER_H
#define SOW_KERNEL_CORE_BOXMULLER_H

#include <math.h>
#include <stdint.h>

#include "kernel/core/fused.h"
#include "kernel/core/round.h"
#include "kernel/core/uniform.h"

/* Natural logarithm for x in [0, 1]; 0 counts as the smallest normal float. */
static inline float sow__log_f32(float x) {
  if (!(x > 0x1p-126f))
    x = 0x1p-126f;
  uint32_t bits = sow__f32_bits(x);
  float e = (float)((int32_t)(bits >> 23) - 126);
  float m = sow__f32_from_bits((bits & 0x007fffffu) | 0x3f000000u); /* [0.5, 1) */
  float f = m - 1.0f;
  if (m < 0.707106781186547524f) {
    e -= 1.0f;
    f += m;
  }
  float z = f * f;
  float y = 7.0376836292e-2f;
  y = sow__fused_f32(y, f, -1.1514610310e-1f);
  y = sow__fused_f32(y, f, 1.1676998740e-1f);
  y = sow__fused_f32(y, f, -1.2420140846e-1f);
  y = sow__fused_f32(y, f, 1.4249322787e-1f);
  y = sow__fused_f32(y, f, -1.6668057665e-1f);
  y = sow__fused_f32(y, f, 2.0000714765e-1f);
  y = sow__fused_f32(y, f, -2.4999993993e-1f);
  y = sow__fused_f32(y, f, 3.3333331174e-1f);
  y = y * f;
  y = sow__fused_f32(y, z, e * -2.12194440e-4f);
  y = sow__fused_f32(-0.5f, z, y);
  return sow__fused_f32(e, 0.693359375f, f + y);
}

/* For angles in [0, 2*pi]. */
static inline void sow__sincos_f32(float angle, float *sine, float *cosine) {
  int32_t octant = ((int32_t)(angle * 1.27323954473516f) + 1) & ~1; /* 4/pi; odd octants join the next */
  float y = (float)octant;
  float x = sow__fused_f32(y, -0.78515625f, angle); /* pi/4 in three parts */
  x = sow__fused_f32(y, -2.4187564849853515625e-4f, x);
  x = sow__fused_f32(y, -3.77489497744594108e-8f, x);
  float z = x * x;

  float c = sow__fused_f32(2.443315711809948e-5f, z, -1.388731625493765e-3f);
  c = sow__fused_f32(c, z, 4.166664568298827e-2f);
  c = c * z;
  c = sow__fused_f32(c, z, -(0.5f * z)) + 1.0f;

  float s = sow__fused_f32(-1.9515295891e-4f, z, 8.3321608736e-3f);
  s = sow__fused_f32(s, z, -1.6666654611e-1f);
  s = s * z;
  s = sow__fused_f32(s, x, x);

  uint32_t sine_sign = ((uint32_t)octant & 4u) << 29;
  uint32_t cosine_sign = (~((uint32_t)octant - 2u) & 4u) << 29;
  uint32_t swap = 0u - (((uint32_t)octant >> 1) & 1u);
  uint32_t s_bits = sow__f32_bits(s), c_bits = sow__f32_bits(c);
  uint32_t exchange = (s_bits ^ c_bits) & swap;
  *sine = sow__f32_from_bits((s_bits ^ exchange) ^ sine_sign);
  *cosine = sow__f32_from_bits((c_bits ^ exchange) ^ cosine_sign);
}

/* Two normals from two words: in a block of 16, words j and j+8 make elements j and j+8. */
static inline void sow__normal_pair_f32(uint32_t radius_word, uint32_t angle_word, float mean, float std,
                                        float *first, float *second) {
  float radius = sqrtf(-2.0f * sow__log_f32(1.0f - sow__unit_f32(radius_word)));
  float sine, cosine;
  sow__sincos_f32(6.2831855f * sow__unit_f32(angle_word), &sine, &cosine);
  *first = sow__fused_f32(radius * cosine, std, mean);
  *second = sow__fused_f32(radius * sine, std, mean);
}

#endif

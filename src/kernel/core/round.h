/* Between float and the two 16-bit formats: to nearest, ties to even. */
#ifndef SOW_KERNEL_CORE_ROUND_H
#define SOW_KERNEL_CORE_ROUND_H

#include "kernel/core/bits.h"

/* Every NaN becomes 0x7fc0, as in c10::BFloat16. */
static inline uint16_t sow__f32_to_bf16(float value) {
  uint32_t bits = sow__f32_bits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u)
    return 0x7fc0u;
  return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

static inline float sow__bf16_to_f32(uint16_t half) {
  return sow__f32_from_bits((uint32_t)half << 16);
}

/* NaNs are made quiet and keep the top of their payload, as x86's VCVTPS2PH does. */
static inline uint16_t sow__f32_to_f16(float value) {
  uint32_t bits = sow__f32_bits(value);
  uint16_t sign = (uint16_t)((bits >> 16) & 0x8000u);
  uint32_t size = bits & 0x7fffffffu;
  if (size > 0x7f800000u)
    return (uint16_t)(sign | 0x7e00u | ((size >> 13) & 0x3ffu));
  if (size >= 0x477ff000u) /* 65520, halfway to the first value beyond the largest half */
    return (uint16_t)(sign | 0x7c00u);
  if (size >= 0x38800000u) /* 2^-14, the smallest normal half */
    return (uint16_t)(sign | ((size - 0x38000000u + 0xfffu + ((size >> 13) & 1u)) >> 13));
  /* Adding 1/2 leaves the last place at 2^-24, the step of subnormal halves. */
  uint32_t subnormal = sow__f32_bits(sow__f32_from_bits(size) + 0.5f) - 0x3f000000u;
  return (uint16_t)(sign | subnormal);
}

static inline float sow__f16_to_f32(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  uint32_t size = half & 0x7fffu;
  if (size > 0x7c00u)
    return sow__f32_from_bits(sign | 0x7fc00000u | (size << 13));
  if (size == 0x7c00u)
    return sow__f32_from_bits(sign | 0x7f800000u);
  if (size >= 0x0400u)
    return sow__f32_from_bits(sign | ((size << 13) + 0x38000000u));
  float subnormal = (float)size * 0x1p-24f;
  return sow__f32_from_bits(sign | sow__f32_bits(subnormal));
}

#endif

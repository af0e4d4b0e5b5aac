/*
 * Normals of the 16-bit dtypes before edition 2.12. Each is made from two uniforms of 11 bits (float16) or 8
 * (bfloat16), so that every radius and every turn that there is fits in a table.
 */
#ifndef SOW_KERNEL_CORE_NORMAL_TABLE_H
#define SOW_KERNEL_CORE_NORMAL_TABLE_H

#include "kernel/core/fused.h"
#include "kernel/core/round.h"

typedef struct sow__normal_table {
  uint32_t mask;                       /* which bits of a word are the uniform */
  const float *radius, *cosine, *sine; /* mask + 1 of each, rounded as torch does */
  float mean, std;                     /* in the dtype */
} sow__normal_table;

/* Rounded to the dtype after each step. */
static inline uint16_t sow__normal_affine_f16(float radius, float turn, float mean, float std) {
  float value = sow__f16_to_f32(sow__f32_to_f16(radius * turn));
  return sow__f32_to_f16(sow__f16_to_f32(sow__f32_to_f16(value * std)) + mean);
}

static inline uint16_t sow__normal_affine_bf16(float radius, float turn, float mean, float std) {
  float value = sow__bf16_to_f32(sow__f32_to_bf16(radius * turn));
  return sow__f32_to_bf16(sow__bf16_to_f32(sow__f32_to_bf16(value * std)) + mean);
}

/* float16 before 2.1, whose compiler fused what was float all along. */
static inline uint16_t sow__normal_affine_f16_fused(float radius, float turn, float mean, float std) {
  return sow__f32_to_f16(sow__fused_f32(radius * turn, std, mean));
}

#endif

/* One float as a 16-bit dtype holds it. */
#ifndef SOW_OP_HALF_H
#define SOW_OP_HALF_H

#include "kernel/core/round.h"
#include "sow/tensor.h"

static inline float sow__half_widen(sow_dtype dtype, uint16_t half) {
  return dtype == SOW_FLOAT16 ? sow__f16_to_f32(half) : sow__bf16_to_f32(half);
}

static inline uint16_t sow__half_narrow(sow_dtype dtype, float value) {
  return dtype == SOW_FLOAT16 ? sow__f32_to_f16(value) : sow__f32_to_bf16(value);
}

static inline float sow__half_round(sow_dtype dtype, float value) {
  return sow__half_widen(dtype, sow__half_narrow(dtype, value));
}

#endif

/*
 * Words to uniform numbers as ATen's uniform_ makes them where the CPU has FMA: the low bits of the word as a
 * fraction, times the width, plus the lower bound, fused.
 */
#ifndef SOW_KERNEL_CORE_UNIFORM_H
#define SOW_KERNEL_CORE_UNIFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/core/fused.h"
#include "kernel/core/round.h"

/*
 * All in float; float16 and bfloat16 round the result. `replaced` is the value that gives way to
 * `replacement` (edition 2.12 and later: the upper bound), compared after rounding to the dtype; NaN for
 * none.
 */
typedef struct sow__uniform_f32 {
  uint32_t mask; /* which bits of the word: 2^24-1, or 2^11-1 and 2^8-1 for 16-bit dtypes before 2.12 */
  float unit;    /* 1/(mask+1) */
  float low, width;
  float replaced, replacement;
  float step;   /* width*unit where that is exact and nothing is ever replaced: the short way; 0 otherwise */
  bool streams; /* past the caches, if that can be; the caller waits for them: see base/streaming.h */
} sow__uniform_f32;

typedef struct sow__uniform_f64 {
  double low, width;
  double replaced, replacement;
  double step; /* width*2^-53, likewise */
  bool streams;
} sow__uniform_f64;

/* [0, 1) from the low 24 bits. */
static inline float sow__unit_f32(uint32_t word) {
  return (float)(int32_t)(word & 0xffffffu) * 0x1p-24f;
}

/* [0, 1) from the low 53 bits of two words, of which the first drawn is the high one. */
static inline double sow__unit_f64(uint32_t high, uint32_t low) {
  uint64_t word = ((uint64_t)high << 32) | low;
  return (double)(int64_t)(word & 0x1fffffffffffffu) * 0x1p-53;
}

static inline float sow__uniform_step_f32(const sow__uniform_f32 *u, uint32_t word) {
  return sow__fused_f32((float)(int32_t)(word & u->mask) * u->unit, u->width, u->low);
}

static inline float sow__uniform_one_f32(const sow__uniform_f32 *u, uint32_t word) {
  float value = sow__uniform_step_f32(u, word);
  return value == u->replaced ? u->replacement : value;
}

static inline uint16_t sow__uniform_one_f16(const sow__uniform_f32 *u, uint32_t word) {
  uint16_t value = sow__f32_to_f16(sow__uniform_step_f32(u, word));
  return sow__f16_to_f32(value) == u->replaced ? sow__f32_to_f16(u->replacement) : value;
}

static inline uint16_t sow__uniform_one_bf16(const sow__uniform_f32 *u, uint32_t word) {
  uint16_t value = sow__f32_to_bf16(sow__uniform_step_f32(u, word));
  return sow__bf16_to_f32(value) == u->replaced ? sow__f32_to_bf16(u->replacement) : value;
}

static inline double sow__uniform_step_f64(const sow__uniform_f64 *u, uint32_t high, uint32_t low) {
  return sow__fused_f64(sow__unit_f64(high, low), u->width, u->low);
}

static inline double sow__uniform_one_f64(const sow__uniform_f64 *u, uint32_t high, uint32_t low) {
  double value = sow__uniform_step_f64(u, high, low);
  return value == u->replaced ? u->replacement : value;
}

#endif

#include "init/block_libm.h"

#include <math.h>
#include <stdbool.h>

#include "kernel/kernel.h"

static const double two_pi = 2.0 * 3.14159265358979323846;

enum { HALF = SOW__BLOCK / 2 };

void sow__block_f64(const uint32_t *words, double *out, size_t blocks, double mean, double std) {
  for (; blocks > 0; blocks--, words += 2 * SOW__BLOCK, out += SOW__BLOCK)
    for (int j = 0; j < HALF; j++) {
      const uint32_t *first = words + 2 * j, *second = first + 2 * HALF;
      double radius = sqrt(-2.0 * log(1.0 - sow__unit_f64(first[0], first[1])));
      double angle = two_pi * sow__unit_f64(second[0], second[1]);
      out[j] = sow__fused_f64(radius * cos(angle), std, mean);
      out[j + HALF] = sow__fused_f64(radius * sin(angle), std, mean);
    }
}

typedef struct half_format {
  uint16_t (*narrow)(float);
  float (*widen)(uint16_t);
  uint32_t range;  /* 2^bits of the word that make a uniform */
  bool every_step; /* round after every operation; otherwise radius, angle and result only */
  float mean, std;
} half_format;

static half_format half_format_make(sow_edition edition, sow_dtype dtype, double mean, double std) {
  bool f16 = dtype == SOW_FLOAT16;
  half_format f = {
      .narrow = f16 ? sow__f32_to_f16 : sow__f32_to_bf16,
      .widen = f16 ? sow__f16_to_f32 : sow__bf16_to_f32,
      .range = f16 ? 1u << 11 : 1u << 8,
      .every_step = !f16 || edition != SOW_TORCH_1_13,
  };
  f.mean = f.widen(f.narrow((float)mean));
  f.std = f.widen(f.narrow((float)std));
  return f;
}

static float half_round(const half_format *f, float value) {
  return f->widen(f->narrow(value));
}

static float half_step(const half_format *f, float value) {
  return f->every_step ? half_round(f, value) : value;
}

static float half_unit(const half_format *f, uint32_t word) {
  return (float)(word & (f->range - 1)) / (float)f->range;
}

static uint16_t half_affine(const half_format *f, float radius, float turn) {
  if (!f->every_step) /* 1.13's compiler fused what was float all along */
    return f->narrow(sow__fused_f32(radius * turn, f->std, f->mean));
  float value = half_round(f, radius * half_round(f, turn));
  return f->narrow(half_round(f, value * f->std) + f->mean);
}

void sow__block_half(sow_edition edition, sow_dtype dtype, const uint32_t *words, uint16_t *out,
                     size_t blocks, double mean, double std) {
  half_format f = half_format_make(edition, dtype, mean, std);
  for (; blocks > 0; blocks--, words += SOW__BLOCK, out += SOW__BLOCK)
    for (int j = 0; j < HALF; j++) {
      float logarithm = half_step(&f, logf(1.0f - half_unit(&f, words[j])));
      float radius = half_round(&f, sqrtf(half_step(&f, -2.0f * logarithm)));
      float angle = half_round(&f, (float)(two_pi * (double)half_unit(&f, words[j + HALF])));
      out[j] = half_affine(&f, radius, cosf(angle));
      out[j + HALF] = half_affine(&f, radius, sinf(angle));
    }
}

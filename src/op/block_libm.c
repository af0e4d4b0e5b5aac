#include "op/block_libm.h"

#include <math.h>
#include <stdbool.h>

#include "kernel/core/uniform.h"
#include "kernel/kernel.h"

enum { HALF = SOW__BLOCK / 2 };

typedef struct half_format {
  sow_dtype dtype;
  uint16_t (*narrow)(float);
  float (*widen)(uint16_t);
  uint32_t range;  /* 2^bits of the word that make a uniform */
  bool every_step; /* round after every operation; otherwise radius, angle and result only */
  float mean, std; /* in the dtype */
} half_format;

/* Of edition 2.12 `range` and `every_step` mean nothing: see pair_in_float. */
static half_format half_format_make(sow_edition edition, sow_dtype dtype, double mean, double std) {
  bool f16 = dtype == SOW_FLOAT16;
  half_format f = {
      .dtype = dtype,
      .narrow = f16 ? sow__f32_to_f16 : sow__f32_to_bf16,
      .widen = f16 ? sow__f16_to_f32 : sow__bf16_to_f32,
      .range = f16 ? 1u << 11 : 1u << 8,
      .every_step = !f16 || edition >= SOW_TORCH_2_1,
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

static float half_radius(const half_format *f, uint32_t word) {
  float logarithm = half_step(f, logf(1.0f - half_unit(f, word)));
  return half_round(f, sqrtf(half_step(f, -2.0f * logarithm)));
}

static float angle_of(float unit) {
  return (float)(2.0 * 3.14159265358979323846 * (double)unit);
}

static float half_angle(const half_format *f, uint32_t word) {
  return half_round(f, angle_of(half_unit(f, word)));
}

bool sow__half_tables_pay(sow_edition edition, uint64_t count) {
  return edition < SOW_TORCH_2_12 && count >= 2048;
}

void sow__half_tables_make(sow_edition edition, sow_dtype dtype, double mean, double std,
                           sow__half_tables *tables) {
  half_format f = half_format_make(edition, dtype, mean, std);
  for (uint32_t word = 0; word < f.range; word++) {
    float angle = half_angle(&f, word);
    tables->radius[word] = half_radius(&f, word);
    tables->cosine[word] = half_step(&f, cosf(angle));
    tables->sine[word] = half_step(&f, sinf(angle));
  }
  tables->table =
      (sow__normal_table){f.range - 1, tables->radius, tables->cosine, tables->sine, f.mean, f.std};
}

static uint16_t half_affine(const half_format *f, float radius, float turn) {
  if (f->dtype == SOW_BFLOAT16)
    return sow__normal_affine_bf16(radius, turn, f->mean, f->std);
  return f->every_step ? sow__normal_affine_f16(radius, turn, f->mean, f->std)
                       : sow__normal_affine_f16_fused(radius, turn, f->mean, f->std);
}

static void block_by_tables(const half_format *f, const sow__normal_table *table, const uint32_t *words,
                            uint16_t *out, size_t blocks) {
  const sow__kernel *kernel = sow__kernel_select();
  if (f->dtype == SOW_BFLOAT16)
    kernel->normal_table_bf16(table, words, out, blocks);
  else if (f->every_step)
    kernel->normal_table_f16(table, words, out, blocks);
  else
    kernel->normal_table_f16_fused(table, words, out, blocks);
}

/* Edition 2.12: elements j and j+8 of a block, all in float; found by comparing with PyTorch 2.12.1. */
static void pair_in_float(const half_format *f, const uint32_t *words, uint16_t *out) {
  float radius = sqrtf(-2.0f * logf(1.0f - sow__unit_f32(words[0])));
  float angle = angle_of(sow__unit_f32(words[HALF]));
  out[0] = f->narrow(sow__fused_f32(radius * cosf(angle), f->std, f->mean));
  out[HALF] = f->narrow(sow__fused_f32(radius * sinf(angle), f->std, f->mean));
}

static void pair_in_half(const half_format *f, const uint32_t *words, uint16_t *out) {
  float radius = half_radius(f, words[0]);
  float angle = half_angle(f, words[HALF]);
  out[0] = half_affine(f, radius, half_step(f, cosf(angle)));
  out[HALF] = half_affine(f, radius, half_step(f, sinf(angle)));
}

void sow__block_half(sow_edition edition, sow_dtype dtype, const sow__half_tables *tables,
                     const uint32_t *words, uint16_t *out, size_t blocks, double mean, double std) {
  half_format f = half_format_make(edition, dtype, mean, std);
  if (tables != NULL) {
    block_by_tables(&f, &tables->table, words, out, blocks);
    return;
  }
  void (*pair)(const half_format *, const uint32_t *, uint16_t *) =
      edition == SOW_TORCH_2_12 ? pair_in_float : pair_in_half;
  for (; blocks > 0; blocks--, words += SOW__BLOCK, out += SOW__BLOCK)
    for (int j = 0; j < HALF; j++)
      pair(&f, words + j, out + j);
}

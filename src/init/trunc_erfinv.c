/*
 * trunc_normal_ before edition 2.12: torch's uniforms between the cumulative probabilities of the bounds,
 * through the inverse error function. The uniforms are torch's exactly; erfinv is sow's, since torch's bits
 * come from the C library or MKL at hand.
 */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "init/fill.h"
#include "init/half.h"
#include "kernel/core/erf.h"
#include "kernel/core/erfinv.h"
#include "kernel/kernel.h"

static sow__fill erfinv_uniforms(const sow__fill *fill) {
  double mean = fill->p[0], std = fill->p[1], a = fill->p[2], b = fill->p[3];
  sow__fill uniforms = *fill;
  uniforms.family = &sow__family_uniform;
  uniforms.p[0] = 2.0 * sow__normal_cdf((a - mean) / std) - 1.0;
  uniforms.p[1] = 2.0 * sow__normal_cdf((b - mean) / std) - 1.0;
  return uniforms;
}

static sow_status erfinv_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error) {
  sow__fill uniforms = erfinv_uniforms(fill);
  sow_status status = sow__fill_bind(&uniforms, cursor, place, error);
  if (status != SOW_OK)
    return status;
  fill->draws = uniforms.draws;
  fill->grain = uniforms.grain;
  return SOW_OK;
}

enum { CHUNK = 1024 }; /* elements that wait on the stack between the steps */

/* erfinv_, mul_, add_, clamp_, each of which torch rounds to the dtype. */
static void transform_f64(const sow__fill *fill, const double *uniforms, double *out, size_t count) {
  const sow__kernel *kernel = sow__kernel_select();
  kernel->erfinv_f64(uniforms, out, count);
  kernel->affine_clamp_f64(out, count, fill->p[1] * sqrt(2.0), fill->p[0], fill->p[2], fill->p[3]);
}

static void transform_f32(const sow__fill *fill, const float *uniforms, float *out, size_t count) {
  const sow__kernel *kernel = sow__kernel_select();
  kernel->erfinv_f32(uniforms, out, count);
  kernel->affine_clamp_f32(out, count, (float)(fill->p[1] * sqrt(2.0)), (float)fill->p[0], (float)fill->p[2],
                           (float)fill->p[3]);
}

/* What a 16-bit uniform becomes. There are few of them: `known` (or NULL) remembers each, plus one. */
typedef struct half_transform {
  sow_dtype dtype;
  float scale, mean, a, b;
  uint32_t *known;
} half_transform;

enum { HALVES = 1 << 16, REMEMBER_FROM = 4096 /* elements, below which remembering does not pay */ };

/* mean and bounds enter in the dtype; the factor of mul_ as float32 since 2.0, and in the dtype in 1.13. */
static half_transform half_transform_make(const sow__fill *fill, uint32_t *known) {
  sow_dtype dtype = fill->dtype;
  float scale = (float)(fill->p[1] * sqrt(2.0));
  return (half_transform){
      .dtype = dtype,
      .scale = fill->edition == SOW_TORCH_1_13 ? sow__half_round(dtype, scale) : scale,
      .mean = sow__half_round(dtype, (float)fill->p[0]),
      .a = sow__half_round(dtype, (float)fill->p[2]),
      .b = sow__half_round(dtype, (float)fill->p[3]),
      .known = known,
  };
}

static uint16_t half_transform_one(const half_transform *t, uint16_t uniform) {
  float v = sow__half_round(t->dtype, sow__erfinv_f32(sow__half_widen(t->dtype, uniform)));
  v = sow__half_round(t->dtype, v * t->scale);
  v = sow__half_round(t->dtype, v + t->mean);
  v = v < t->a ? t->a : v;
  return sow__half_narrow(t->dtype, v > t->b ? t->b : v);
}

static void transform_half(const half_transform *t, const uint16_t *uniforms, uint16_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint16_t uniform = uniforms[i];
    if (t->known == NULL) {
      out[i] = half_transform_one(t, uniform);
      continue;
    }
    if (t->known[uniform] == 0)
      t->known[uniform] = 1u + half_transform_one(t, uniform);
    out[i] = (uint16_t)(t->known[uniform] - 1);
  }
}

static sow_status run_chunks(const sow__fill *fill, uint32_t *known, sow__cursor *cursor, uint64_t begin,
                             uint64_t end, uint8_t *out, sow_error *error) {
  sow__fill uniforms = erfinv_uniforms(fill);
  half_transform half = half_transform_make(fill, known);
  double chunk[CHUNK]; /* of any dtype */
  while (begin < end) {
    size_t count = end - begin < CHUNK ? (size_t)(end - begin) : CHUNK;
    sow_status status = sow__fill_run(&uniforms, cursor, begin, begin + count, chunk, error);
    if (status != SOW_OK)
      return status;
    if (fill->dtype == SOW_FLOAT64)
      transform_f64(fill, chunk, (double *)(void *)out, count);
    else if (fill->dtype == SOW_FLOAT32)
      transform_f32(fill, (const float *)(const void *)chunk, (float *)(void *)out, count);
    else
      transform_half(&half, (const uint16_t *)(const void *)chunk, (uint16_t *)(void *)out, count);
    begin += count;
    out += count * sow_dtype_size(fill->dtype);
  }
  return SOW_OK;
}

static sow_status erfinv_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  uint32_t *known = NULL;
  if (sow_dtype_size(fill->dtype) == 2 && end - begin >= REMEMBER_FROM) {
    known = calloc(HALVES, sizeof *known);
    if (known == NULL)
      return sow__fail(error, SOW_NO_MEMORY, NULL);
  }
  sow_status status = run_chunks(fill, known, cursor, begin, end, out, error);
  free(known);
  return status;
}

const sow__family sow__family_trunc_erfinv = {.name = "trunc_erfinv", .bind = erfinv_bind, .run = erfinv_run};

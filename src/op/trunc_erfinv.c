/*
 * trunc_normal_ before edition 2.12: torch's uniforms between the cumulative probabilities of the bounds,
 * through the inverse error function. The uniforms are torch's exactly; erfinv is sow's, since torch's bits
 * come from the C library or MKL at hand.
 */
#include <math.h>
#include <stdlib.h>

#include "kernel/core/erf.h"
#include "kernel/core/erfinv.h"
#include "kernel/kernel.h"
#include "op/expect.h"
#include "op/half.h"
#include "op/op.h"

static sow__step erfinv_uniforms(const sow__step *step) {
  double mean = step->p[0], std = step->p[1], a = step->p[2], b = step->p[3];
  sow__step uniforms = *step;
  uniforms.op = &sow__op_uniform;
  uniforms.p[0] = 2.0 * sow__normal_cdf((a - mean) / std) - 1.0;
  uniforms.p[1] = 2.0 * sow__normal_cdf((b - mean) / std) - 1.0;
  return uniforms;
}

static sow_status erfinv_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  sow__step uniforms = erfinv_uniforms(step);
  sow_status status = sow__step_bind(&uniforms, worker, place, error);
  if (status != SOW_OK)
    return status;
  step->draws = uniforms.draws;
  step->grain = uniforms.grain;
  return SOW_OK;
}

enum { CHUNK = 1024 }; /* elements that wait on the stack between the steps */

/* erfinv_, mul_, add_, clamp_, each of which torch rounds to the dtype. */
static void transform_f64(const sow__step *step, const double *uniforms, double *out, size_t count) {
  const sow__kernel *kernel = sow__kernel_select();
  kernel->erfinv_f64(uniforms, out, count);
  kernel->affine_clamp_f64(out, count, step->p[1] * sqrt(2.0), step->p[0], step->p[2], step->p[3]);
}

static void transform_f32(const sow__step *step, const float *uniforms, float *out, size_t count) {
  const sow__kernel *kernel = sow__kernel_select();
  kernel->erfinv_f32(uniforms, out, count);
  kernel->affine_clamp_f32(out, count, (float)(step->p[1] * sqrt(2.0)), (float)step->p[0], (float)step->p[2],
                           (float)step->p[3]);
}

/* What a 16-bit uniform becomes. There are few of them: `known` (or NULL) remembers each, plus one. */
typedef struct half_transform {
  sow_dtype dtype;
  float scale, mean, a, b;
  uint32_t *known;
} half_transform;

enum { HALVES = 1 << 16, REMEMBER_FROM = 4096 /* elements, below which remembering does not pay */ };

/* mean and bounds enter in the dtype; the factor of mul_ as float32 since 2.1, and in the dtype before. */
static half_transform half_transform_make(const sow__step *step, uint32_t *known) {
  sow_dtype dtype = step->dtype;
  float scale = (float)(step->p[1] * sqrt(2.0));
  return (half_transform){
      .dtype = dtype,
      .scale = step->edition < SOW_TORCH_2_1 ? sow__half_round(dtype, scale) : scale,
      .mean = sow__half_round(dtype, (float)step->p[0]),
      .a = sow__half_round(dtype, (float)step->p[2]),
      .b = sow__half_round(dtype, (float)step->p[3]),
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

static sow_status run_chunks(const sow__step *step, uint32_t *known, sow__worker *worker, uint64_t begin,
                             uint64_t end, uint8_t *out, sow_error *error) {
  sow__step uniforms = erfinv_uniforms(step);
  half_transform half = half_transform_make(step, known);
  double chunk[CHUNK]; /* of any dtype */
  while (begin < end) {
    size_t count = end - begin < CHUNK ? (size_t)(end - begin) : CHUNK;
    sow_status status = sow__step_run(&uniforms, worker, begin, begin + count, chunk, error);
    if (status != SOW_OK)
      return status;
    if (step->dtype == SOW_FLOAT64)
      transform_f64(step, chunk, (double *)(void *)out, count);
    else if (step->dtype == SOW_FLOAT32)
      transform_f32(step, (const float *)(const void *)chunk, (float *)(void *)out, count);
    else
      transform_half(&half, (const uint16_t *)(const void *)chunk, (uint16_t *)(void *)out, count);
    begin += count;
    out += count * sow_dtype_size(step->dtype);
  }
  return SOW_OK;
}

static sow_status erfinv_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  uint32_t *known = NULL;
  if (sow_dtype_size(step->dtype) == 2 && end - begin >= REMEMBER_FROM)
    known = calloc(HALVES, sizeof *known); /* where there is no memory, without it: more slowly */
  sow_status status = run_chunks(step, known, worker, begin, end, out, error);
  free(known);
  return status;
}

/* ---- the row ---- */

enum { WEIGHT = 60 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t erfinv_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

SOW__OP(trunc_erfinv, "trunc_normal_", SOW__DRAWS, SOW__OVERWRITES, SOW__CUT, SOW__BY_MEMORY, SOW__SURE,
        erfinv_bind, erfinv_run, sow__no_memory, erfinv_weight, sow__expect_truncated);

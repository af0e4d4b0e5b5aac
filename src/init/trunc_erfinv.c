/*
 * trunc_normal_ before edition 2.12: torch's uniforms between the cumulative probabilities of the bounds,
 * through the inverse error function. The uniforms are torch's exactly; erfinv is sow's, since torch's bits
 * come from the C library or MKL at hand.
 */
#include <math.h>

#include "init/fill.h"
#include "kernel/core/erf.h"
#include "kernel/core/erfinv.h"
#include "kernel/core/round.h"

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

/* erfinv_, mul_, add_, clamp_, each of which torch rounds to the dtype. */
static void transform_f64(const sow__fill *fill, double *values, size_t count) {
  double mean = fill->p[0], scale = fill->p[1] * sqrt(2.0), a = fill->p[2], b = fill->p[3];
  for (size_t i = 0; i < count; i++) {
    double v = sow__erfinv_f64(values[i]) * scale;
    v = v + mean;
    v = v < a ? a : v;
    values[i] = v > b ? b : v;
  }
}

static void transform_f32(const sow__fill *fill, float *values, size_t count) {
  float mean = (float)fill->p[0], scale = (float)(fill->p[1] * sqrt(2.0));
  float a = (float)fill->p[2], b = (float)fill->p[3];
  for (size_t i = 0; i < count; i++) {
    float v = sow__erfinv_f32(values[i]) * scale;
    v = v + mean;
    v = v < a ? a : v;
    values[i] = v > b ? b : v;
  }
}

static float half_widen(sow_dtype dtype, uint16_t half) {
  return dtype == SOW_FLOAT16 ? sow__f16_to_f32(half) : sow__bf16_to_f32(half);
}

static uint16_t half_narrow(sow_dtype dtype, float value) {
  return dtype == SOW_FLOAT16 ? sow__f32_to_f16(value) : sow__f32_to_bf16(value);
}

static float half_round(sow_dtype dtype, double value) {
  return half_widen(dtype, half_narrow(dtype, (float)value));
}

/* mean and bounds enter in the dtype; the factor of mul_ as float32 since 2.0, and in the dtype in 1.13. */
static void transform_half(const sow__fill *fill, uint16_t *values, size_t count) {
  sow_dtype dtype = fill->dtype;
  float scale = (float)(fill->p[1] * sqrt(2.0));
  if (fill->edition == SOW_TORCH_1_13)
    scale = half_round(dtype, scale);
  float mean = half_round(dtype, fill->p[0]);
  float a = half_round(dtype, fill->p[2]), b = half_round(dtype, fill->p[3]);
  for (size_t i = 0; i < count; i++) {
    float v = half_round(dtype, sow__erfinv_f32(half_widen(dtype, values[i])));
    v = half_round(dtype, v * scale);
    v = half_round(dtype, v + mean);
    v = v < a ? a : v;
    values[i] = half_narrow(dtype, v > b ? b : v);
  }
}

static sow_status erfinv_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  sow__fill uniforms = erfinv_uniforms(fill);
  sow_status status = sow__fill_run(&uniforms, cursor, begin, end, out, error);
  if (status != SOW_OK)
    return status;
  size_t count = (size_t)(end - begin);
  switch (fill->dtype) {
  case SOW_FLOAT64:
    transform_f64(fill, out, count);
    break;
  case SOW_FLOAT32:
    transform_f32(fill, out, count);
    break;
  default:
    transform_half(fill, out, count);
    break;
  }
  return SOW_OK;
}

const sow__family sow__family_trunc_erfinv = {.name = "trunc_erfinv", .bind = erfinv_bind, .run = erfinv_run};

/*
 * Which numbers an operation computes with, and in which type: as torch on x86-64 with AVX2 does, measured
 * with 1.13 and 2.13. The 16-bit dtypes compute in float and round once.
 */
#include <math.h>
#include <stdint.h>

#include "kernel/core/erfinv.h"
#include "kernel/core/logarithm.h"
#include "kernel/core/power.h"
#include "kernel/elementwise.h"
#include "kernel/kernel.h"

static float magnitude_f32(float v) {
  return fabsf(v);
}

static double magnitude_f64(double v) {
  return fabs(v);
}

/* NaN stays. */
static float clamp_f32(float v, float low, float high) {
  v = v < low ? low : v;
  return v > high ? high : v;
}

static double clamp_f64(double v, double low, double high) {
  v = v < low ? low : v;
  return v > high ? high : v;
}

#define REAL float
#define NAME(name) name##_f32
#define FUSED fmaf
#define ROOT sqrtf
#include "kernel/elementwise_body.h"

#define REAL double
#define NAME(name) name##_f64
#define FUSED fma
#define ROOT sqrt
#include "kernel/elementwise_body.h"

enum { CHUNK = 512 };

static void widen(sow_dtype dtype, const uint16_t *in, float *out, size_t count) {
  if (dtype == SOW_FLOAT16)
    sow__kernel_select()->f16_to_f32(in, out, count);
  else
    sow__kernel_select()->bf16_to_f32(in, out, count);
}

static void narrow(sow_dtype dtype, const float *in, uint16_t *out, size_t count) {
  if (dtype == SOW_FLOAT16)
    sow__kernel_select()->f32_to_f16(in, out, count);
  else
    sow__kernel_select()->f32_to_bf16(in, out, count);
}

static float rounded(sow_dtype dtype, double value) {
  float single = (float)value;
  uint16_t half;
  narrow(dtype, &single, &half, 1);
  widen(dtype, &half, &single, 1);
  return single;
}

/* A factor and a divisor enter as float since 2.0; every other number enters in the dtype. */
static float half_operand(sow__elementwise kind, sow_dtype dtype, sow_edition edition, double value) {
  bool is_float = (kind == SOW__MUL || kind == SOW__DIV) && edition != SOW_TORCH_1_13;
  return is_float ? (float)value : rounded(dtype, value);
}

/* In 1.13 float16 rounds the product with alpha by itself. */
static bool rounds_product(sow_dtype dtype, sow_edition edition) {
  return dtype == SOW_FLOAT16 && edition == SOW_TORCH_1_13;
}

static void run_half(sow__elementwise kind, sow_dtype dtype, sow_edition edition, const double scalar[2],
                     uint16_t *values, size_t count) {
  float a = half_operand(kind, dtype, edition, scalar[0]);
  float b = half_operand(kind, dtype, edition, scalar[1]);
  if ((kind == SOW__ADD || kind == SOW__SUB) && rounds_product(dtype, edition)) {
    a = rounded(dtype, a * b);
    b = 1.0f;
  }
  float chunk[CHUNK];
  while (count > 0) {
    size_t part = count < CHUNK ? count : CHUNK;
    widen(dtype, values, chunk, part);
    run_f32(kind, a, b, chunk, part);
    narrow(dtype, chunk, values, part);
    values += part;
    count -= part;
  }
}

void sow__elementwise_run(sow__elementwise kind, sow_dtype dtype, sow_edition edition, const double scalar[2],
                          void *values, size_t count) {
  if (dtype == SOW_FLOAT64)
    run_f64(kind, scalar[0], scalar[1], values, count);
  else if (dtype == SOW_FLOAT32)
    run_f32(kind, (float)scalar[0], (float)scalar[1], values, count);
  else
    run_half(kind, dtype, edition, scalar, values, count);
}

static void run_with_half(sow__elementwise kind, sow_dtype dtype, sow_edition edition, double alpha,
                          uint16_t *values, const uint16_t *other, size_t count) {
  float factor = rounded(dtype, alpha);
  float chunk[CHUNK], others[CHUNK];
  bool is_sum = kind == SOW__ADD || kind == SOW__SUB;
  while (count > 0) {
    size_t part = count < CHUNK ? count : CHUNK;
    widen(dtype, values, chunk, part);
    widen(dtype, other, others, part);
    if (is_sum && rounds_product(dtype, edition)) {
      for (size_t i = 0; i < part; i++)
        others[i] = rounded(dtype, others[i] * factor);
      run_with_f32(kind, 1.0f, chunk, others, part);
    } else {
      run_with_f32(kind, factor, chunk, others, part);
    }
    narrow(dtype, chunk, values, part);
    values += part;
    other += part;
    count -= part;
  }
}

void sow__elementwise_run_with(sow__elementwise kind, sow_dtype dtype, sow_edition edition, double alpha,
                               void *values, const void *other, size_t count) {
  if (dtype == SOW_FLOAT64)
    run_with_f64(kind, alpha, values, other, count);
  else if (dtype == SOW_FLOAT32)
    run_with_f32(kind, (float)alpha, values, other, count);
  else
    run_with_half(kind, dtype, edition, alpha, values, other, count);
}

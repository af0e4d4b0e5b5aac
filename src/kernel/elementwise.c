/*
 * Which numbers an operation computes with, and in which type: as torch does on x86-64 with AVX2, measured
 * with 1.13, 2.6, 2.13 and 2.14. The 16-bit dtypes compute in float and round once; exceptions are said where
 * they are made.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernel/core/logarithm.h"
#include "kernel/core/power.h"
#include "kernel/elementwise.h"
#include "kernel/kernel.h"

enum { CHUNK = 512 };

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
#define MAGNITUDE fabsf
#define REMAINDER fmodf
#include "kernel/elementwise_body.h"

#define REAL double
#define NAME(name) name##_f64
#define FUSED fma
#define ROOT sqrt
#define MAGNITUDE fabs
#define REMAINDER fmod
#include "kernel/elementwise_body.h"

/* ---- 16-bit dtypes ---- */

typedef struct half_type {
  sow_dtype dtype;
  sow_edition edition;
} half_type;

static void widen(half_type type, const uint16_t *in, float *out, size_t count) {
  if (type.dtype == SOW_FLOAT16)
    sow__kernel_select()->f16_to_f32(in, out, count);
  else
    sow__kernel_select()->bf16_to_f32(in, out, count);
}

static void narrow(half_type type, const float *in, uint16_t *out, size_t count) {
  if (type.dtype == SOW_FLOAT16)
    sow__kernel_select()->f32_to_f16(in, out, count);
  else
    sow__kernel_select()->f32_to_bf16(in, out, count);
}

/* NaN: bfloat16 has one, as in the whole vectors of torch; float16 keeps sign and payload, before 2.1 the
 * sign.
 */
static void narrow_results(half_type type, const float *in, uint16_t *out, size_t count) {
  narrow(type, in, out, count);
  if (type.dtype == SOW_FLOAT16 && type.edition >= SOW_TORCH_2_1)
    return;
  for (size_t i = 0; i < count; i++)
    if (in[i] != in[i])
      out[i] = type.dtype == SOW_BFLOAT16 ? 0xffffu : (uint16_t)((out[i] & 0x8000u) | 0x7e00u);
}

static void round_results(half_type type, float *values, size_t count) {
  uint16_t halves[CHUNK];
  narrow_results(type, values, halves, count);
  widen(type, halves, values, count);
}

static float rounded(half_type type, double value) {
  float single = (float)value;
  uint16_t half;
  narrow(type, &single, &half, 1);
  widen(type, &half, &single, 1);
  return single;
}

/* Signs are bits since 2.1. */
static void run_sign(sow__elementwise kind, uint16_t *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    values[i] = (uint16_t)(kind == SOW__NEG ? values[i] ^ 0x8000u : values[i] & 0x7fffu);
}

/* A factor and a divisor enter as float since 2.1; every other number enters in the dtype. */
static float operand(sow__elementwise kind, half_type type, double value) {
  bool is_float = (kind == SOW__MUL || kind == SOW__DIV) && type.edition >= SOW_TORCH_2_1;
  return is_float ? (float)value : rounded(type, value);
}

/* float16 before 2.1 rounds the product with alpha before it adds. */
static bool rounds_product(sow__elementwise kind, half_type type) {
  return (kind == SOW__ADD || kind == SOW__SUB) && type.dtype == SOW_FLOAT16 && type.edition < SOW_TORCH_2_1;
}

/* float16 calls pow for roots, which shows at -0 and -INFINITY; bfloat16 rounds squares before they go on. */
static void run_power(half_type type, float exponent, float *values, size_t count) {
  if (type.dtype == SOW_FLOAT16 && fabsf(exponent) == 0.5f) {
    for (size_t i = 0; i < count; i++)
      values[i] = sow__pow_f32(values[i], exponent);
    return;
  }
  if (type.dtype == SOW_FLOAT16 || (exponent != 3.0f && exponent != -2.0f)) {
    power_f32(exponent, values, count);
    return;
  }
  float squares[CHUNK];
  memcpy(squares, values, count * sizeof *squares);
  power_f32(2.0f, squares, count);
  round_results(type, squares, count);
  if (exponent == 3.0f)
    run_with_f32(SOW__MUL, 1.0f, values, squares, count);
  else
    for (size_t i = 0; i < count; i++)
      values[i] = 1.0f / squares[i];
}

static void run_half(sow__elementwise kind, half_type type, const double scalar[2], uint16_t *values,
                     size_t count) {
  if (type.edition >= SOW_TORCH_2_1 && (kind == SOW__NEG || kind == SOW__ABS)) {
    run_sign(kind, values, count);
    return;
  }
  float a = operand(kind, type, scalar[0]), b = operand(kind, type, scalar[1]);
  if (rounds_product(kind, type)) {
    a = rounded(type, a * b);
    b = 1.0f;
  }
  float chunk[CHUNK];
  while (count > 0) {
    size_t part = count < CHUNK ? count : CHUNK;
    widen(type, values, chunk, part);
    if (kind == SOW__POW)
      run_power(type, a, chunk, part);
    else
      run_f32(kind, a, b, chunk, part);
    narrow_results(type, chunk, values, part);
    values += part;
    count -= part;
  }
}

static void run_with_half(sow__elementwise kind, half_type type, double alpha, uint16_t *values,
                          const uint16_t *other, size_t count) {
  float factor = rounded(type, alpha);
  float chunk[CHUNK], others[CHUNK];
  while (count > 0) {
    size_t part = count < CHUNK ? count : CHUNK;
    widen(type, values, chunk, part);
    widen(type, other, others, part);
    if (rounds_product(kind, type)) {
      run_f32(SOW__MUL, factor, 1.0f, others, part);
      round_results(type, others, part);
      run_with_f32(kind, 1.0f, chunk, others, part);
    } else {
      run_with_f32(kind, factor, chunk, others, part);
    }
    narrow_results(type, chunk, values, part);
    values += part;
    other += part;
    count -= part;
  }
}

/* ---- any dtype ---- */

void sow__elementwise_run(sow__elementwise kind, sow_dtype dtype, sow_edition edition, const double scalar[2],
                          void *values, size_t count) {
  if (dtype == SOW_FLOAT64)
    run_f64(kind, scalar[0], scalar[1], values, count);
  else if (dtype == SOW_FLOAT32)
    run_f32(kind, (float)scalar[0], (float)scalar[1], values, count);
  else
    run_half(kind, (half_type){dtype, edition}, scalar, values, count);
}

void sow__elementwise_run_with(sow__elementwise kind, sow_dtype dtype, sow_edition edition, double alpha,
                               void *values, const void *other, size_t count) {
  if (dtype == SOW_FLOAT64)
    run_with_f64(kind, alpha, values, other, count);
  else if (dtype == SOW_FLOAT32)
    run_with_f32(kind, (float)alpha, values, other, count);
  else
    run_with_half(kind, (half_type){dtype, edition}, alpha, values, other, count);
}

/*
 * The loops of moments.h, once for every instruction set: written in vectors (GCC's and Clang's extension),
 * which the compiler breaks into what the instruction set has. To be included by files of that instruction
 * set, which may say how wide its vectors are, and LESSER and GREATER in instructions of its own.
 */
#ifndef SOW_MEASURE_MOMENTS_BODY_H
#define SOW_MEASURE_MOMENTS_BODY_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "measure/moments.h"

#ifndef LANES_F32
#define LANES_F32 4
#define LANES_F64 4
#endif

typedef float vector_f32 __attribute__((vector_size(4 * LANES_F32)));
typedef int32_t vector_i32 __attribute__((vector_size(4 * LANES_F32)));
typedef double vector_f64 __attribute__((vector_size(8 * LANES_F64)));
typedef int64_t vector_i64 __attribute__((vector_size(8 * LANES_F64)));
typedef float widening
    __attribute__((vector_size(4 * LANES_F64))); /* as many float32 as a vector of float64 */

/* x where x < y, else y; a NaN in x is passed over. */
#ifndef LESSER_F32
#define PICK(mask, x, y) ((vector_f32)(((mask) & (vector_i32)(x)) | (~(mask) & (vector_i32)(y))))
#define LESSER_F32(x, y) PICK((x) < (y), x, y)
#define GREATER_F32(x, y) PICK((x) > (y), x, y)
/* SSE2 compares no 64-bit lanes; one by one is faster than what a compiler makes of it. */
#define EACH(x, op, y, then, else)                                                                           \
  {                                                                                                          \
    x[0] op y[0] ? then[0] : else[0], x[1] op y[1] ? then[1] : else[1], x[2] op y[2] ? then[2] : else[2],    \
        x[3] op y[3] ? then[3] : else[3]                                                                     \
  }
#define LESSER_F64(x, y) ((vector_f64)EACH(x, <, y, x, y))
#define GREATER_F64(x, y) ((vector_f64)EACH(x, >, y, x, y))
#endif

/*
 * Element i is lane i % SPAN's, in whatever vectors: the same sums, and of 0 and -0 the same, on every
 * instruction set. So many lanes make several chains of additions, none of which waits for another.
 */
#define SPAN 16
#define GROUPS_F32 (SPAN / LANES_F32)
#define GROUPS_F64 (SPAN / LANES_F64)

#define MAGNITUDE_F32 0x7FFFFFFF /* all bits but the sign */
#define MAGNITUDE_F64 INT64_MAX

/* Few arrays hold any, so that they are counted only where the least magnitude says so. An array has fewer
 * than 2^32. */
static void count_small_f32(const float *values, size_t count, sow__sums *out) {
  uint32_t zeros = 0, small = 0;
  for (size_t i = 0; i < count; i++) {
    zeros += values[i] == 0;
    small += fabsf(values[i]) < FLT_MIN;
  }
  out->zeros = zeros;
  out->subnormals = small - zeros;
}

static void count_small_f64(const double *values, size_t count, sow__sums *out) {
  uint64_t zeros = 0, small = 0;
  for (size_t i = 0; i < count; i++) {
    zeros += values[i] == 0;
    small += fabs(values[i]) < DBL_MIN;
  }
  out->zeros = zeros;
  out->subnormals = small - zeros;
}

static void sums_f32(const float *values, size_t count, float shift, sow__sums *out) {
  vector_f64 sum[GROUPS_F64] = {{0}}, squares[GROUPS_F64] = {{0}};
  vector_f32 low[GROUPS_F32], high[GROUPS_F32], least[GROUPS_F32];
  for (int g = 0; g < GROUPS_F32; g++) {
    low[g] = least[g] = (vector_f32){0} + INFINITY;
    high[g] = -low[g];
  }
  double about = (double)shift;
  size_t i = 0;
  for (; i + SPAN <= count; i += SPAN) {
#pragma GCC unroll 4
    for (int g = 0; g < GROUPS_F64; g++) {
      widening x;
      memcpy(&x, values + i + LANES_F64 * g, sizeof x);
      vector_f64 d = __builtin_convertvector(x, vector_f64) - about;
      sum[g] += d;
      squares[g] += d * d;
    }
#pragma GCC unroll 4
    for (int g = 0; g < GROUPS_F32; g++) {
      vector_f32 x;
      memcpy(&x, values + i + LANES_F32 * g, sizeof x);
      vector_f32 magnitude = (vector_f32)((vector_i32)x & MAGNITUDE_F32);
      low[g] = LESSER_F32(x, low[g]);
      high[g] = GREATER_F32(x, high[g]);
      least[g] = LESSER_F32(magnitude, least[g]);
    }
  }
  *out = (sow__sums){.min = (double)INFINITY, .max = -(double)INFINITY};
  double small = (double)INFINITY;
  for (int l = 0; l < SPAN; l++) {
    int g = l / LANES_F32, k = l % LANES_F32;
    out->sum += sum[l / LANES_F64][l % LANES_F64];
    out->squares += squares[l / LANES_F64][l % LANES_F64];
    out->min = (double)low[g][k] < out->min ? (double)low[g][k] : out->min;
    out->max = (double)high[g][k] > out->max ? (double)high[g][k] : out->max;
    small = (double)least[g][k] < small ? (double)least[g][k] : small;
  }
  for (; i < count; i++) {
    double x = (double)values[i], d = x - about;
    out->sum += d;
    out->squares += d * d;
    out->min = x < out->min ? x : out->min;
    out->max = x > out->max ? x : out->max;
    small = fabs(x) < small ? fabs(x) : small;
  }
  if (small < (double)FLT_MIN)
    count_small_f32(values, count, out);
}

static void sums_f64(const double *values, size_t count, double shift, sow__sums *out) {
  vector_f64 sum[GROUPS_F64] = {{0}}, squares[GROUPS_F64] = {{0}};
  vector_f64 low[GROUPS_F64], high[GROUPS_F64], least[GROUPS_F64];
  for (int g = 0; g < GROUPS_F64; g++) {
    low[g] = least[g] = (vector_f64){0} + (double)INFINITY;
    high[g] = -low[g];
  }
  size_t i = 0;
  for (; i + SPAN <= count; i += SPAN) {
#pragma GCC unroll 4
    for (int g = 0; g < GROUPS_F64; g++) {
      vector_f64 x;
      memcpy(&x, values + i + LANES_F64 * g, sizeof x);
      vector_f64 d = x - shift, magnitude = (vector_f64)((vector_i64)x & MAGNITUDE_F64);
      sum[g] += d;
      squares[g] += d * d;
      low[g] = LESSER_F64(x, low[g]);
      high[g] = GREATER_F64(x, high[g]);
      least[g] = LESSER_F64(magnitude, least[g]);
    }
  }
  *out = (sow__sums){.min = (double)INFINITY, .max = -(double)INFINITY};
  double small = (double)INFINITY;
  for (int l = 0; l < SPAN; l++) {
    int g = l / LANES_F64, k = l % LANES_F64;
    out->sum += sum[g][k];
    out->squares += squares[g][k];
    out->min = low[g][k] < out->min ? low[g][k] : out->min;
    out->max = high[g][k] > out->max ? high[g][k] : out->max;
    small = least[g][k] < small ? least[g][k] : small;
  }
  for (; i < count; i++) {
    double x = values[i], d = x - shift;
    out->sum += d;
    out->squares += d * d;
    out->min = x < out->min ? x : out->min;
    out->max = x > out->max ? x : out->max;
    small = fabs(x) < small ? fabs(x) : small;
  }
  if (small < DBL_MIN)
    count_small_f64(values, count, out);
}

#endif

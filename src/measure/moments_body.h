/*
 * The loops of moments.h, once for every instruction set: written in vectors of a fixed length (GCC's and
 * Clang's extension), which the compiler breaks into what the instruction set has. To be included by files of
 * that instruction set, which may say LESSER and GREATER in instructions of its own.
 */
#ifndef SOW_MEASURE_MOMENTS_BODY_H
#define SOW_MEASURE_MOMENTS_BODY_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "measure/moments.h"

typedef float four_f32 __attribute__((vector_size(16)));
typedef int32_t four_i32 __attribute__((vector_size(16)));
typedef double four_f64 __attribute__((vector_size(32)));
typedef int64_t four_i64 __attribute__((vector_size(32)));

/* x where x < y, else y; a NaN in x is passed over. */
#ifndef LESSER_F32
#define PICK(mask, x, y) ((four_f32)(((mask) & (four_i32)(x)) | (~(mask) & (four_i32)(y))))
#define LESSER_F32(x, y) PICK((x) < (y), x, y)
#define GREATER_F32(x, y) PICK((x) > (y), x, y)
/* SSE2 compares no 64-bit lanes; one by one is faster than what a compiler makes of it. */
#define EACH(x, op, y, then, else)                                                                           \
  {                                                                                                          \
    x[0] op y[0] ? then[0] : else[0], x[1] op y[1] ? then[1] : else[1], x[2] op y[2] ? then[2] : else[2],    \
        x[3] op y[3] ? then[3] : else[3]                                                                     \
  }
#define LESSER_F64(x, y) ((four_f64)EACH(x, <, y, x, y))
#define GREATER_F64(x, y) ((four_f64)EACH(x, >, y, x, y))
#endif

#define LANES 4
#define GROUPS 4 /* independent chains of additions, so that none waits for the one before */

#define MAGNITUDE_F32 0x7FFFFFFF /* all bits but the sign */
#define NORMAL_F32 0x00800000    /* FLT_MIN: what is less, and not zero, is subnormal */

/* Zeros, and what is less than FLT_MIN, are counted in 32 bits; an array has fewer. */
static void sums_f32(const float *values, size_t count, float shift, sow__sums *out) {
  four_f64 sum[GROUPS] = {{0}}, squares[GROUPS] = {{0}};
  four_f32 low[GROUPS], high[GROUPS];
  four_i32 zeros[GROUPS] = {{0}}, tiny[GROUPS] = {{0}};
  for (int g = 0; g < GROUPS; g++) {
    low[g] = (four_f32){INFINITY, INFINITY, INFINITY, INFINITY};
    high[g] = -low[g];
  }
  double about = (double)shift;
  size_t i = 0;
  for (; i + LANES * GROUPS <= count; i += LANES * GROUPS) {
#pragma GCC unroll 4
    for (int g = 0; g < GROUPS; g++) {
      four_f32 x;
      memcpy(&x, values + i + LANES * g, sizeof x);
      four_f64 d = __builtin_convertvector(x, four_f64) - about;
      sum[g] += d;
      squares[g] += d * d;
      low[g] = LESSER_F32(x, low[g]);
      high[g] = GREATER_F32(x, high[g]);
      zeros[g] -= x == 0;
      tiny[g] -= ((four_i32)x & MAGNITUDE_F32) < NORMAL_F32;
    }
  }
  *out = (sow__sums){.min = (double)INFINITY, .max = -(double)INFINITY};
  for (int g = 0; g < GROUPS; g++)
    for (int l = 0; l < LANES; l++) {
      out->sum += sum[g][l];
      out->squares += squares[g][l];
      out->min = (double)low[g][l] < out->min ? (double)low[g][l] : out->min;
      out->max = (double)high[g][l] > out->max ? (double)high[g][l] : out->max;
      out->zeros += (uint64_t)zeros[g][l];
      out->subnormals += (uint64_t)(tiny[g][l] - zeros[g][l]);
    }
  for (; i < count; i++) {
    double x = (double)values[i], d = x - about;
    out->sum += d;
    out->squares += d * d;
    out->min = x < out->min ? x : out->min;
    out->max = x > out->max ? x : out->max;
    out->zeros += x == 0;
    out->subnormals += x != 0 && fabs(x) < (double)FLT_MIN;
  }
}

#define IS_TINY(x) (fabs(x) < DBL_MIN)

static void sums_f64(const double *values, size_t count, double shift, sow__sums *out) {
  four_f64 sum[GROUPS] = {{0}}, squares[GROUPS] = {{0}}, low = {INFINITY, INFINITY, INFINITY, INFINITY};
  four_f64 high = -low;
  four_i64 zeros = {0}, tiny = {0};
  size_t i = 0;
  for (; i + LANES * GROUPS <= count; i += LANES * GROUPS) {
    for (int g = 0; g < GROUPS; g++) {
      four_f64 x;
      memcpy(&x, values + i + LANES * g, sizeof x);
      four_f64 d = x - shift;
      sum[g] += d;
      squares[g] += d * d;
      low = LESSER_F64(x, low);
      high = GREATER_F64(x, high);
      zeros += (four_i64){x[0] == 0, x[1] == 0, x[2] == 0, x[3] == 0};
      tiny += (four_i64){IS_TINY(x[0]), IS_TINY(x[1]), IS_TINY(x[2]), IS_TINY(x[3])};
    }
  }
  *out = (sow__sums){.min = (double)INFINITY, .max = -(double)INFINITY};
  for (int l = 0; l < LANES; l++) {
    for (int g = 0; g < GROUPS; g++) {
      out->sum += sum[g][l];
      out->squares += squares[g][l];
    }
    out->min = low[l] < out->min ? low[l] : out->min;
    out->max = high[l] > out->max ? high[l] : out->max;
    out->zeros += (uint64_t)zeros[l];
    out->subnormals += (uint64_t)(tiny[l] - zeros[l]);
  }
  for (; i < count; i++) {
    double x = values[i], d = x - shift;
    out->sum += d;
    out->squares += d * d;
    out->min = x < out->min ? x : out->min;
    out->max = x > out->max ? x : out->max;
    out->zeros += x == 0;
    out->subnormals += x != 0 && IS_TINY(x);
  }
}

#endif

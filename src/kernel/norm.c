/* Measured with torch 1.13, 2.0, 2.6, 2.13 and 2.14, with AVX2 and AVX-512, one thread and several. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/core/round.h"
#include "kernel/norm.h"

/* How a square joins a sum: rounded by itself, fused with it, or both rounded to the dtype. */
typedef enum joining { PLAIN, FUSED, NARROW } joining;

/*
 * The width is how many values are added at once. Those left over join at the end, one after the other; where
 * there are four of them or more, the compiler of torch squared four at a time.
 */
typedef struct scheme {
  size_t width;
  joining whole, four, left;
} scheme;

static scheme scheme_of(const sow__norm *norm) {
  bool is_old = norm->edition < SOW_TORCH_2_1, is_along = norm->way == SOW__NORM_ALONG;
  joining whole = is_old ? FUSED : PLAIN;
  switch (norm->dtype) {
  case SOW_FLOAT64:
    if (is_along && norm->edition != SOW_TORCH_1_13)
      return (scheme){4, whole, PLAIN, FUSED};
    return (scheme){.width = 1, .whole = whole};
  case SOW_FLOAT32:
    return is_along ? (scheme){8, whole, PLAIN, FUSED} : (scheme){.width = 1, .whole = whole};
  case SOW_BFLOAT16:
    if (is_along)
      return (scheme){16, PLAIN, PLAIN, PLAIN};
    break;
  default:
    break;
  }
  return (scheme){.width = 1, .whole = is_old ? NARROW : PLAIN};
}

static float narrowed(sow_dtype dtype, float value) {
  return dtype == SOW_FLOAT16 ? sow__f16_to_f32(sow__f32_to_f16(value))
                              : sow__bf16_to_f32(sow__f32_to_bf16(value));
}

static double joined(sow_dtype dtype, joining how, double sum, double value) {
  if (dtype == SOW_FLOAT64)
    return how == FUSED ? fma(value, value, sum) : sum + value * value;
  float s = (float)sum, v = (float)value;
  if (how == FUSED)
    return fmaf(v, v, s);
  return how == NARROW ? narrowed(dtype, s + narrowed(dtype, v * v)) : s + v * v;
}

static double value_at(sow_dtype dtype, const void *values, size_t i) {
  switch (dtype) {
  case SOW_FLOAT64:
    return ((const double *)values)[i];
  case SOW_FLOAT32:
    return ((const float *)values)[i];
  case SOW_FLOAT16:
    return sow__f16_to_f32(((const uint16_t *)values)[i]);
  default:
    return sow__bf16_to_f32(((const uint16_t *)values)[i]);
  }
}

sow__norm sow__norm_begin(sow_dtype dtype, sow_edition edition, sow__norm_way way) {
  return (sow__norm){.dtype = dtype, .edition = edition, .way = way};
}

void sow__norm_add(sow__norm *norm, const void *values, size_t count) {
  scheme s = scheme_of(norm);
  for (size_t i = 0; i < count; i++) {
    norm->newest[norm->count++ % s.width] = value_at(norm->dtype, values, i);
    if (norm->count % s.width != 0)
      continue;
    for (size_t j = 0; j < s.width; j++) {
      double *sum = &norm->sums[j % SOW__NORM_LANES];
      *sum = joined(norm->dtype, s.whole, *sum, norm->newest[j]);
    }
  }
}

static double root_of(sow_dtype dtype, double sum) {
  if (dtype == SOW_FLOAT64)
    return sqrt(sum);
  float root = sqrtf((float)sum);
  return dtype == SOW_FLOAT32 ? root : narrowed(dtype, root);
}

/* One value alone is no sum. bfloat16 before 2.1 then rounds as it does across. */
static double value_alone(const sow__norm *norm, double value) {
  if (norm->edition >= SOW_TORCH_2_1)
    return fabs(value);
  bool is_narrow = norm->dtype == SOW_BFLOAT16 || norm->dtype == SOW_FLOAT16;
  return root_of(norm->dtype, joined(norm->dtype, is_narrow ? NARROW : FUSED, 0.0, value));
}

double sow__norm_value(const sow__norm *norm) {
  scheme s = scheme_of(norm);
  if (norm->count == 1)
    return value_alone(norm, norm->newest[0]);
  double sum = norm->sums[0];
  for (size_t j = 1; j < SOW__NORM_LANES; j++) /* those not in use are 0 */
    sum = norm->dtype == SOW_FLOAT64 ? sum + norm->sums[j] : (float)sum + (float)norm->sums[j];
  for (size_t j = 0, left = norm->count % s.width; j < left; j++)
    sum = joined(norm->dtype, left - left % 4 > j ? s.four : s.left, sum, norm->newest[j]);
  return root_of(norm->dtype, sum);
}

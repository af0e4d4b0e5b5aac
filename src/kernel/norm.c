/* Squares and their sum in two doubles each, so that nothing shows of the order in which lanes are added. */
#include <math.h>
#include <stdint.h>

#include "kernel/core/round.h"
#include "kernel/norm.h"

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

static sow__double2 add_square(sow__double2 sum, double value) {
  double square = value * value;
  double whole = sum.high + square;
  if (!(whole < INFINITY)) /* beyond, the lower parts would be NaN */
    return (sow__double2){whole, 0.0};
  return sow__double2_add(sum, (sow__double2){square, fma(value, value, -square)});
}

void sow__norm_add(sow__norm *norm, sow_dtype dtype, const void *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sow__double2 *lane = &norm->squares[norm->count++ % SOW__NORM_LANES];
    *lane = add_square(*lane, value_at(dtype, values, i));
  }
}

static double rounded(sow_dtype dtype, double value) {
  switch (dtype) {
  case SOW_FLOAT64:
    return value;
  case SOW_FLOAT32:
    return (float)value;
  case SOW_FLOAT16:
    return sow__f16_to_f32(sow__f32_to_f16((float)value));
  default:
    return sow__bf16_to_f32(sow__f32_to_bf16((float)value));
  }
}

double sow__norm_value(const sow__norm *norm, sow_dtype dtype) {
  sow__double2 sum = norm->squares[0];
  for (int i = 1; i < SOW__NORM_LANES; i++) {
    double whole = sum.high + norm->squares[i].high;
    sum = whole < INFINITY ? sow__double2_add(sum, norm->squares[i]) : (sow__double2){whole, 0.0};
  }
  if (!(sum.high > 0.0 && sum.high < INFINITY))
    return rounded(dtype, sqrt(sum.high));
  double root = sqrt(sum.high);
  return rounded(dtype, root + (fma(-root, root, sum.high) + sum.low) / (2.0 * root));
}

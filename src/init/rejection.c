#include "init/rejection.h"

#include <math.h>

#include "init/truncation.h"
#include "kernel/core/log_vector.h"
#include "kernel/core/round.h"

static float half_round(sow_dtype dtype, float value) {
  return dtype == SOW_FLOAT16 ? sow__f16_to_f32(sow__f32_to_f16(value))
                              : sow__bf16_to_f32(sow__f32_to_bf16(value));
}

static double round_to(sow_dtype dtype, double value) {
  if (dtype == SOW_FLOAT64)
    return value;
  return dtype == SOW_FLOAT32 ? (float)value : half_round(dtype, (float)value);
}

/* Whether torch.empty_like(the tensor) is contiguous: it keeps the order of the strides and closes the gaps.
 */
static bool like_is_contiguous(const sow__fill *fill) {
  int64_t before = INT64_MAX;
  if (fill->strides == NULL)
    return true;
  for (int i = 0; i < fill->ndim; i++) {
    if (fill->shape[i] == 1)
      continue;
    if (fill->strides[i] > before)
      return false;
    before = fill->strides[i];
  }
  return true;
}

sow__rejection sow__rejection_make(const sow__fill *fill) {
  double mean = fill->p[0], std = fill->p[1], a = fill->p[2], b = fill->p[3];
  double mode = sow__truncation_mode(mean, a, b);
  double distance = (mode - mean) / std;
  return (sow__rejection){
      .fill = fill,
      .by_normal = sow__truncation_inside(mean, std, a, b) > 0.3,
      .low = round_to(fill->dtype, a),
      .high = round_to(fill->dtype, b),
      .mode = mode,
      .log_peak = -0.5 * (distance * distance),
      .rest_contiguous = like_is_contiguous(fill),
  };
}

/*
 * The logarithm of a candidate's density, the peak's being 0. torch rounds to the dtype after each of sub_,
 * div_, pow_, mul_ and sub_; its scalars enter sub_ in the dtype and div_ as float32 (measured).
 */
static float log_density_f32(const sow__rejection *way, float candidate) {
  sow_dtype dtype = way->fill->dtype;
  float mean = (float)round_to(dtype, way->fill->p[0]), std = (float)way->fill->p[1];
  float peak = (float)round_to(dtype, way->log_peak);
  if (dtype == SOW_FLOAT32) {
    float x = (candidate - mean) / std;
    return x * x * -0.5f - peak;
  }
  float x = half_round(dtype, candidate - mean);
  x = half_round(dtype, x / std);
  x = half_round(dtype, x * x);
  x = half_round(dtype, x * -0.5f);
  return half_round(dtype, x - peak);
}

static double log_density_f64(const sow__rejection *way, double candidate) {
  double x = (candidate - way->fill->p[0]) / way->fill->p[1];
  return x * x * -0.5 - way->log_peak;
}

static double log_density(const sow__rejection *way, double value) {
  return way->fill->dtype == SOW_FLOAT64 ? log_density_f64(way, value)
                                         : (double)log_density_f32(way, (float)value);
}

/*
 * The density falls from the mode to both bounds, however the steps
 * round or overflow; so each shell, half as far out as the one before, is judged at its inner end, and counts
 * unless the density there is below 2^-53, the least uniform but 0. Where it is NaN, torch accepts. In 16
 * bits every 512th or 4096th test rounds to 1, which uniform_ makes 0, and accepts anything.
 */
double sow__rejection_chance(const sow__rejection *way) {
  if (way->by_normal || sow_dtype_size(way->fill->dtype) == 2)
    return 1.0;
  const double *bounds = way->fill->p + 2;
  double width = bounds[1] - bounds[0], chance = 0.0;
  for (int side = 0; side < 2; side++) {
    double reach = bounds[side] - way->mode;
    double share = width > 0.0 ? fabs(reach) / width : 0.5;
    double shell = 1.0;
    for (int halvings = 1; halvings < 64; halvings++) {
      shell *= 0.5;
      if (!(log_density(way, way->mode + reach * shell) < -37.0))
        chance += share * shell;
    }
  }
  return chance;
}

bool sow__rejection_refuses_f64(const sow__rejection *way, double candidate, double test) {
  return sow__log_vector_f64(test) > log_density_f64(way, candidate);
}

bool sow__rejection_refuses_f32(const sow__rejection *way, float candidate, float test) {
  float log_test = sow__log_vector_f32(test);
  if (way->fill->dtype != SOW_FLOAT32)
    log_test = half_round(way->fill->dtype, log_test);
  return log_test > log_density_f32(way, candidate);
}

#include "op/rejection.h"

#include <math.h>

#include "kernel/core/log_vector.h"
#include "op/half.h"
#include "op/truncation.h"

static double round_to(sow_dtype dtype, double value) {
  if (dtype == SOW_FLOAT64)
    return value;
  return dtype == SOW_FLOAT32 ? (float)value : sow__half_round(dtype, (float)value);
}

/* torch.empty_like keeps the order of the strides and closes the gaps: is what it makes contiguous? */
static bool like_is_contiguous(const sow__step *step) {
  int64_t before = INT64_MAX;
  if (step->strides == NULL)
    return true;
  for (int i = 0; i < step->ndim; i++) {
    if (step->shape[i] == 1)
      continue;
    if (step->strides[i] > before)
      return false;
    before = step->strides[i];
  }
  return true;
}

sow__rejection sow__rejection_make(const sow__step *step) {
  double mean = step->p[0], std = step->p[1], a = step->p[2], b = step->p[3];
  double mode = sow__truncation_mode(mean, a, b);
  double distance = (mode - mean) / std;
  return (sow__rejection){
      .step = step,
      .by_normal = sow__truncation_inside(mean, std, a, b) > 0.3,
      .low = round_to(step->dtype, a),
      .high = round_to(step->dtype, b),
      .mode = mode,
      .log_peak = -0.5 * (distance * distance),
      .rest_contiguous = like_is_contiguous(step),
  };
}

/*
 * The logarithm of a candidate's density, the peak's being 0. torch rounds to the dtype after each of sub_,
 * div_, pow_, mul_ and sub_; its scalars enter sub_ in the dtype and div_ as float32 (measured).
 */
static float log_density_f32(const sow__rejection *way, float candidate) {
  sow_dtype dtype = way->step->dtype;
  float mean = (float)round_to(dtype, way->step->p[0]), std = (float)way->step->p[1];
  float peak = (float)round_to(dtype, way->log_peak);
  if (dtype == SOW_FLOAT32) {
    float x = (candidate - mean) / std;
    return x * x * -0.5f - peak;
  }
  float x = sow__half_round(dtype, candidate - mean);
  x = sow__half_round(dtype, x / std);
  x = sow__half_round(dtype, x * x);
  x = sow__half_round(dtype, x * -0.5f);
  return sow__half_round(dtype, x - peak);
}

static double log_density_f64(const sow__rejection *way, double candidate) {
  double x = (candidate - way->step->p[0]) / way->step->p[1];
  return x * x * -0.5 - way->log_peak;
}

static double log_density(const sow__rejection *way, double value) {
  return way->step->dtype == SOW_FLOAT64 ? log_density_f64(way, value)
                                         : (double)log_density_f32(way, (float)value);
}

/* The density, or a little more; 1 where it is not below the peak's. A NaN is one that torch accepts. */
static double density(const sow__rejection *way, double value) {
  double logarithm = log_density(way, value);
  if (!(logarithm < 0.0))
    return 1.0;
  return logarithm < -40.0 ? 0x1p-57 : sow__double2_exp((sow__double2){logarithm, 0.0}).high;
}

/*
 * The density falls from the mode to both bounds, however the steps round or overflow. So each side is cut
 * into shells, half as far out one after the other, each shell into equal parts, and a part is judged at its
 * inner end, which is 5 % too much. What uniform_ adds: candidates stand on a grid and move as they are
 * rounded, an upper bound becomes the lower one, and a test of 0, whose logarithm is -inf, accepts anything.
 * In 16 bits every 512th or 4096th test is rounded to 1, which becomes 0.
 */
double sow__rejection_chance(const sow__rejection *way) {
  enum { SHELLS = 54, PARTS = 8 };
  if (way->by_normal || sow_dtype_size(way->step->dtype) == 2)
    return 1.0;
  const double *bounds = way->step->p + 2;
  double step = way->step->dtype == SOW_FLOAT64 ? 0x1p-53 : 0x1p-24, width = bounds[1] - bounds[0];
  double moved = step * (1.0 + 8.0 * (fmax(fabs(bounds[0]), fabs(bounds[1])) + width) / width);
  double chance = step + 3.0 * moved;
  for (int side = 0; side < 2; side++) {
    double reach = bounds[side] - way->mode, share = fabs(reach) / width, shell = 1.0;
    for (int i = 0; i < SHELLS; i++) {
      shell *= 0.5;
      for (int part = 0; part < PARTS; part++) {
        double inner = shell * (1.0 + part / (double)PARTS);
        chance += share * shell / PARTS * density(way, way->mode + reach * inner);
      }
    }
    chance += share * shell;
  }
  return chance < 1.0 ? chance : 1.0;
}

/* (1 - t)^n is at most e^(-n*t), where t is the chance that one element is refused in every round. */
bool sow__rejection_is_hopeless(const sow__rejection *way, int rounds) {
  double refused = 1.0 - sow__rejection_chance(way);
  for (int squared = 1; squared < rounds; squared *= 2)
    refused *= refused;
  return (double)way->step->count * refused > 28.0;
}

bool sow__rejection_refuses_f64(const sow__rejection *way, double candidate, double test) {
  return sow__log_vector_f64(test) > log_density_f64(way, candidate);
}

bool sow__rejection_refuses_f32(const sow__rejection *way, float candidate, float test) {
  float log_test = sow__log_vector_f32(test);
  if (way->step->dtype != SOW_FLOAT32)
    log_test = sow__half_round(way->step->dtype, log_test);
  return log_test > log_density_f32(way, candidate);
}

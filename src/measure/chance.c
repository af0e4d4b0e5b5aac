#include "measure/chance.h"

#include <math.h>

#define COUNT_LEAST 16
#define UNIFORM_KURTOSIS 1.8
#define STD_LEAST 1e-150 /* float64 has no squares of less */
#define NORMAL_KURTOSIS 3.0
#define TAIL_KURTOSIS 9.0 /* of an exponential, which a normal cut far out resembles */

/*
 * A variance to this power has no skew: 1 - k3/(3*k2^2) of the cumulants of a squared draw. For normals that
 * is the cube root of Wilson and Hilferty (1931); with that, tensors of 16 uniform draws are found 25 times
 * as often as a level of 1 in 40,000 has it.
 */
#define NORMAL_POWER (1 / 3.0)
#define UNIFORM_POWER (16 / 21.0)

/* 0 where the values are no independent draws. */
static double kurtosis_of(const sow_distribution *values) {
  switch (values->density) {
  case SOW_DENSITY_UNIFORM:
    return UNIFORM_KURTOSIS;
  case SOW_DENSITY_NORMAL:
    return NORMAL_KURTOSIS;
  case SOW_DENSITY_TRUNCATED:
    return values->low <= values->center && values->center <= values->high ? NORMAL_KURTOSIS : TAIL_KURTOSIS;
  default:
    return 0;
  }
}

bool sow__aim_of(const sow_plan_entry *entry, sow__aim *aim) {
  const sow_distribution *values = &entry->values;
  double kurtosis = kurtosis_of(values), mean = values->mean, std = values->std, share = values->share;
  bool wide = entry->drawn == SOW_FLOAT32 || entry->drawn == SOW_FLOAT64;
  if (kurtosis == 0 || !wide || entry->count < COUNT_LEAST || !(std > STD_LEAST) || !isfinite(std))
    return false;
  double power = kurtosis == UNIFORM_KURTOSIS ? UNIFORM_POWER : NORMAL_POWER;
  /* Zeros among the draws. */
  double square = share * (std * std + mean * mean);
  *aim = (sow__aim){share * mean, sqrt(square - share * share * mean * mean), kurtosis / share, power};
  if (share == 1)
    *aim = (sow__aim){mean, std, kurtosis, power};
  return share > 0.5;
}

double sow__mean_score(const sow__aim *aim, uint64_t count, double mean) {
  return (mean - aim->mean) / (aim->std / sqrt((double)count));
}

/* Draws' variance varies around 1 by (kurtosis-3)/count + 2/(count-1), and its power around a little less. */
double sow__std_score(const sow__aim *aim, uint64_t count, double std) {
  double n = (double)count, ratio = std / aim->std, power = aim->power;
  double variance = (aim->kurtosis - NORMAL_KURTOSIS) / n + 2 / (n - 1);
  double middle = 1 + power * (power - 1) / 2 * variance;
  return (pow(ratio * ratio, power) - middle) / (power * sqrt(variance));
}

double sow__score_limit(uint64_t tests, double error_rate) {
  double low = 0, high = 40, each = error_rate / (double)(tests == 0 ? 1 : tests);
  for (int i = 0; i < 100; i++) {
    double middle = (low + high) / 2;
    if (erfc(middle / sqrt(2.0)) > each)
      low = middle;
    else
      high = middle;
  }
  return high;
}

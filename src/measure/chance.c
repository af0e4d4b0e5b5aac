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

static double kurtosis_of(const sow_plan_entry *entry) {
  const sow_initializer *i = &entry->initializer;
  switch (i->kind) {
  case SOW_INIT_UNIFORM:
  case SOW_INIT_XAVIER_UNIFORM:
  case SOW_INIT_KAIMING_UNIFORM:
    return UNIFORM_KURTOSIS;
  case SOW_INIT_NORMAL:
  case SOW_INIT_XAVIER_NORMAL:
  case SOW_INIT_KAIMING_NORMAL:
    return NORMAL_KURTOSIS;
  case SOW_INIT_TRUNC_NORMAL: /* mean, std, a, b */
    return i->argument[2] <= i->argument[0] && i->argument[0] <= i->argument[3] ? NORMAL_KURTOSIS
                                                                                : TAIL_KURTOSIS;
  default:
    return 0;
  }
}

bool sow__aim_of(const sow_plan_entry *entry, sow__aim *aim) {
  double kurtosis = kurtosis_of(entry);
  bool wide = entry->drawn == SOW_FLOAT32 || entry->drawn == SOW_FLOAT64;
  if (kurtosis == 0 || !wide || entry->count < COUNT_LEAST || !(entry->std > STD_LEAST) ||
      !isfinite(entry->std))
    return false;
  double power = kurtosis == UNIFORM_KURTOSIS ? UNIFORM_POWER : NORMAL_POWER;
  *aim = (sow__aim){entry->mean, entry->std, kurtosis, power};
  if (entry->zero_row < 0)
    return true;
  /* A row of zeros among the draws. */
  double rows = (double)entry->shape[0], share = (rows - 1) / rows;
  double square = share * (entry->std * entry->std + entry->mean * entry->mean);
  *aim = (sow__aim){share * entry->mean, sqrt(square - share * share * entry->mean * entry->mean),
                    kurtosis / share, power};
  return rows > 2;
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

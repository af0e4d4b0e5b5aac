#include "op/expect.h"

#include <math.h>

static sow_distribution expect_flat(double a, double b) {
  return (sow_distribution){SOW_DENSITY_UNIFORM, a / 2 + b / 2, (b - a) / sqrt(12.0), a, b, 0, 0, 0, 1};
}

sow_distribution sow__expect_uniform(const sow__step *step, double a, double b) {
  sow_distribution made = expect_flat(a, b);
  made.low = sow__step_round(step, a);
  made.high = sow__step_round(step, b);
  return made;
}

/* ---- the truncated normal ---- */

double sow__expect_exp(double x) {
  double y = x / 1024, power = 1;
  for (int n = 9; n >= 1; n--)
    power = 1 + y / n * power;
  for (int i = 0; i < 10; i++)
    power *= power;
  return power;
}

/* e^-45 of the peak is far below any digit that matters. */
#define FALL 45.0

/*
 * Simpson's rule over the density, in standard deviations from the mode: unlike the closed form it loses
 * nothing when the bounds lie far out.
 */
sow_distribution sow__expect_truncated_between(double mean, double std, double a, double b) {
  enum { STEPS = 1000 };
  sow_distribution made = {SOW_DENSITY_TRUNCATED, b, 0, a, b, mean, std, 0, 1};
  if (!(a < b)) {
    made.low = made.high;
    return made;
  }
  if (!isfinite(mean) || !isfinite(std))
    return expect_flat(a, b);
  double mode = fmax(a, fmin(mean, b)), away = (mode - mean) / std;
  double reach = 2 * FALL / (fabs(away) + sqrt(away * away + 2 * FALL));
  double low = fmax((a - mode) / std, -reach), high = fmin((b - mode) / std, reach);
  double step = (high - low) / STEPS, sum = 0, first = 0, second = 0;
  for (int i = 0; i <= STEPS; i++) {
    double t = low + i * step, weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
    double density = weight * sow__expect_exp(-t * (t / 2 + away));
    sum += density;
    first += density * t;
    second += density * t * t;
  }
  first = low == -high && away == 0 ? 0 : first / sum;
  second /= sum;
  made.mean = mode + std * first;
  made.std = std * sqrt(fmax(second - first * first, 0));
  return made;
}

/* The bounds as the dtype holds them. */
sow_distribution sow__expect_truncated(const sow__step *step, const sow_distribution *before) {
  (void)before;
  double a = step->p[2], b = step->p[3];
  sow_distribution made = sow__expect_truncated_between(step->p[0], fabs(step->p[1]), a, b);
  made.low = sow__step_round(step, a < b ? a : b);
  made.high = sow__step_round(step, b);
  return made;
}

sow_distribution sow__expect_ones(const sow__step *step, int64_t ones, double one) {
  double share = (double)ones / (double)step->count, other = ones == step->count ? one : 0;
  double shown = ones > 0 ? one : 0, std = fabs(one) * sqrt(share * (1 - share));
  return (sow_distribution){
      SOW_DENSITY_ONES, share * one, std, fmin(shown, other), fmax(shown, other), 0, 0, 0, 1};
}

sow_distribution sow__expect_unknown(double low, double high) {
  return (sow_distribution){SOW_DENSITY_UNKNOWN, NAN, NAN, low, high, NAN, NAN, 0, 1};
}

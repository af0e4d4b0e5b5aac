/* What the values of a fill aim at: their mean, standard deviation and bounds. For people and for checks. */
#include <math.h>

#include "init/fill.h"

/* As the tensor's dtype holds it. */
static double stored(const sow__fill *fill, double value) {
  double raw = 0;
  if (fill->dtype == SOW_INT64)
    return trunc(value);
  sow__convert(SOW_FLOAT64, &value, fill->dtype, &raw, 1);
  sow__convert(fill->dtype, &raw, SOW_FLOAT64, &value, 1);
  return value;
}

static sow__expectation expect_uniform(const sow__fill *fill, double a, double b) {
  return (sow__expectation){a / 2 + b / 2, (b - a) / sqrt(12.0), stored(fill, a), stored(fill, b)};
}

/* ---- the truncated normal ---- */

/* e^x for -45 <= x <= 0 to about 1e-13, and the same on every machine, which the C library's is not. */
static double exp_small(double x) {
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
static sow__expectation expect_truncated(const sow__fill *fill) {
  enum { STEPS = 1000 };
  double mean = fill->p[0], std = fabs(fill->p[1]), a = fill->p[2], b = fill->p[3];
  sow__expectation made = {b, 0, stored(fill, a), stored(fill, b)};
  if (!(a < b)) {
    made.low = made.high;
    return made;
  }
  if (!isfinite(mean) || !isfinite(std))
    return expect_uniform(fill, a, b);
  double mode = fmax(a, fmin(mean, b)), away = (mode - mean) / std;
  double reach = 2 * FALL / (fabs(away) + sqrt(away * away + 2 * FALL));
  double low = fmax((a - mode) / std, -reach), high = fmin((b - mode) / std, reach);
  double step = (high - low) / STEPS, sum = 0, first = 0, second = 0;
  for (int i = 0; i <= STEPS; i++) {
    double t = low + i * step, weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
    double density = weight * exp_small(-t * (t / 2 + away));
    sum += density;
    first += density * t;
    second += density * t * t;
  }
  first /= sum;
  second /= sum;
  made.mean = mode + std * first;
  made.std = std * sqrt(fmax(second - first * first, 0));
  return made;
}

/* ---- ones among zeros ---- */

static sow__expectation expect_ones(const sow__fill *fill, int64_t ones) {
  double share = (double)ones / (double)fill->count;
  return (sow__expectation){share, sqrt(share * (1 - share)), ones == fill->count ? 1 : 0, ones > 0 ? 1 : 0};
}

static int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t dirac_ones(const sow__fill *fill) {
  int64_t groups = fill->initializer.groups;
  return groups < 0 ? 0 : groups * smaller(fill->shape[0] / groups, fill->shape[1]);
}

/* ---- matrices ---- */

/* min(rows, columns) vectors of length 1 in rows*columns numbers; the bound allows for sow's rounding. */
static sow__expectation expect_orthogonal(const sow__fill *fill) {
  int64_t row_length = fill->count / fill->shape[0];
  double rows = (double)fill->shape[0], columns = (double)row_length;
  double gain = fabs(fill->p[0]);
  double bound = gain * (1 + (fill->dtype == SOW_FLOAT32 ? 1e-5 : 1e-13));
  return (sow__expectation){0, gain / sqrt(fmax(rows, columns)), -bound, bound};
}

static sow__expectation expect_sparse(const sow__fill *fill) {
  double rows = (double)fill->shape[0], zeros = ceil(fill->p[0] * rows);
  if (zeros < 0)
    zeros = fmax(zeros + rows, 0); /* a Python slice: counted from the end */
  zeros = fmin(zeros, rows);
  double bound = zeros < rows ? (double)INFINITY : 0;
  return (sow__expectation){0, fill->p[1] * sqrt(1 - zeros / rows), -bound, bound};
}

sow__expectation sow__fill_expect(const sow__fill *fill) {
  const sow__family *family = fill->family;
  if (family == &sow__family_constant) {
    double value = stored(fill, fill->p[0]);
    return (sow__expectation){value, 0, value, value};
  }
  if (family == &sow__family_uniform)
    return expect_uniform(fill, fill->p[0], fill->p[1]);
  if (family == &sow__family_normal)
    return (sow__expectation){fill->p[0], fill->p[1], -(double)INFINITY, (double)INFINITY};
  if (family == &sow__family_trunc_erfinv || family == &sow__family_trunc_rejection)
    return expect_truncated(fill);
  if (family == &sow__family_eye)
    return expect_ones(fill, smaller(fill->shape[0], fill->shape[1]));
  if (family == &sow__family_dirac)
    return expect_ones(fill, dirac_ones(fill));
  if (family == &sow__family_orthogonal)
    return expect_orthogonal(fill);
  if (family == &sow__family_sparse)
    return expect_sparse(fill);
  return (sow__expectation){0, 0, 0, 0}; /* no elements */
}

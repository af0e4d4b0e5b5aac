/* The density of an initialiser's values, for a line over the histogram of what is there. */
#include <math.h>

#include "cli/report/report.h"

#define REACH 4.0 /* standard deviations that a curve without bounds is drawn to */

static void add(report_curve *out, double x, double y) {
  out->x[out->count] = x;
  out->y[out->count++] = y;
}

static void mark(report_curve *out, double value) {
  if (isfinite(value))
    out->marks[out->mark_count++] = value;
}

/* The unscaled density at `distance` from the middle. */
typedef double (*shape)(double distance, double parameter);

/* What a normal of deviation `std` falls off like. */
static double bell(double distance, double std) {
  return exp(-distance * distance / (2 * std * std));
}

/* One coordinate of a vector of length 1 that points anywhere in `dimensions` dimensions. */
static double sphere(double distance, double dimensions) {
  return pow(fmax(1 - distance * distance, 0), (dimensions - 3) / 2);
}

/*
 * Points from low to high, of which the area is `share`; by Simpson's rule on the very points, so it needs no
 * closed form. Bounds that cut the density are drawn as edges.
 */
static void add_shape(report_curve *out, shape of, double parameter, double middle, double unit, double low,
                      double high, double share, bool edges) {
  double step = (high - low) / (CURVE_POINTS - 1), area = 0, y[CURVE_POINTS];
  for (int i = 0; i < CURVE_POINTS; i++) {
    double weight = i == 0 || i == CURVE_POINTS - 1 ? 1 : i % 2 == 1 ? 4 : 2;
    y[i] = of((low + i * step - middle) / unit, parameter);
    area += weight * y[i] * step / 3;
  }
  if (!(area > 0) || !isfinite(area))
    return;
  if (edges)
    add(out, low, 0);
  for (int i = 0; i < CURVE_POINTS; i++)
    add(out, low + i * step, y[i] * share / area);
  if (edges)
    add(out, high, 0);
}

static void add_normal(report_curve *out, double mean, double std, double share) {
  if (std > 0)
    add_shape(out, bell, std, mean, 1, mean - REACH * std, mean + REACH * std, share, false);
  else
    mark(out, mean);
}

static void add_uniform(report_curve *out, const sow_distribution *values) {
  double half = values->std * sqrt(3.0), low = values->mean - half, high = values->mean + half;
  if (!(half > 0)) {
    mark(out, values->mean);
    return;
  }
  add(out, low, 0);
  add(out, low, values->share / (high - low));
  add(out, high, values->share / (high - low));
  add(out, high, 0);
}

static void add_truncated(report_curve *out, const sow_distribution *values) {
  double mean = values->center, std = values->scale;
  double low = fmax(values->low, mean - REACH * std), high = fmin(values->high, mean + REACH * std);
  if (!(values->std > 0))
    mark(out, values->mean);
  else if (low < high)
    add_shape(out, bell, std, mean, 1, low, high, values->share, true);
}

static void add_sphere(report_curve *out, const sow_distribution *values) {
  double reach = fmin(values->scale, REACH * values->std);
  if (values->dimensions >= 3 && reach > 0)
    add_shape(out, sphere, values->dimensions, 0, values->scale, -reach, reach, values->share, false);
}

/*
 * u/(u+s) for a uniform u and the sum s of `others` uniforms is y where u = y*s/(1-y), which is at most 1:
 * the density is the mean of s over all s below (1-y)/y, divided by (1-y)^2. The sum's is Irwin and Hall's;
 * of many it is a normal.
 */
#define OTHERS_EXACT 12

static double mean_below(double limit, int others) {
  double sum = 0, factor = 1; /* (-1)^j*C(others, j)/(others-1)! */
  for (int i = 2; i < others; i++)
    factor /= i;
  for (int j = 0; j <= others && j < limit; j++) {
    double rest = fmin(limit, others) - j;
    sum += factor * (pow(rest, others + 1) / (others + 1) + j * pow(rest, others) / others);
    factor *= -(double)(others - j) / (j + 1);
  }
  return fmax(sum, 0);
}

static double ball(double y, double dimensions) {
  double others = dimensions - 1, limit = y > 0 ? (1 - y) / y : INFINITY;
  double middle = others / 2, std = sqrt(others / 12), below = middle, rest = (1 - y) * (1 - y);
  if (others <= OTHERS_EXACT && y > 0 && rest > 0)
    below = mean_below(limit, (int)others);
  else if (y > 0 && rest > 0)
    below = middle * erfc(-(limit - middle) / std / sqrt(2.0)) / 2 -
            std * exp(-(limit - middle) * (limit - middle) / (2 * std * std)) / sqrt(2 * acos(-1.0));
  return rest > 0 ? fmax(below, 0) / rest : dimensions == 2 ? 0.5 : 0;
}

static void add_ball(report_curve *out, const sow_distribution *values) {
  double reach = values->dimensions <= OTHERS_EXACT ? 1 : fmin(1, values->mean / fabs(values->scale) * 4);
  if (values->dimensions < 2)
    mark(out, values->scale);
  else
    add_shape(out, ball, values->dimensions, 0, values->scale, fmin(0, reach * values->scale),
              fmax(0, reach * values->scale), values->share, true);
}

static void add_density(report_curve *out, const sow_distribution *values) {
  switch (values->density) {
  case SOW_DENSITY_UNIFORM:
    add_uniform(out, values);
    break;
  case SOW_DENSITY_NORMAL:
    add_normal(out, values->center, values->scale, values->share);
    break;
  case SOW_DENSITY_TRUNCATED:
    add_truncated(out, values);
    break;
  case SOW_DENSITY_SPHERE:
    add_sphere(out, values);
    break;
  case SOW_DENSITY_BALL:
    add_ball(out, values);
    break;
  case SOW_DENSITY_SPARSE:
    mark(out, 0);
    if (values->scale > 0 && values->share > 0)
      add_normal(out, values->center, values->scale, values->share);
    break;
  case SOW_DENSITY_ONES:
    mark(out, values->low);
    mark(out, values->high);
    break;
  case SOW_DENSITY_CONSTANT:
    mark(out, values->mean);
    break;
  case SOW_DENSITY_UNKNOWN:
    break;
  }
}

/* The density of values that differ by less than 1e-308 is more than a number can be. */
static bool is_finite(const report_curve *curve) {
  for (int i = 0; i < curve->count; i++)
    if (!isfinite(curve->x[i]) || !isfinite(curve->y[i]))
      return false;
  return true;
}

bool report_curve_of(const sow_plan *plan, const sow_plan_entry *entry, report_curve *out) {
  out->count = out->mark_count = 0;
  bool done = true;
  if (!entry->kept && entry->count > 0 && entry->values.density == SOW_DENSITY_UNKNOWN)
    done = report_curve_made(plan, entry, out);
  else if (!entry->kept && entry->count > 0)
    add_density(out, &entry->values);
  if (!is_finite(out))
    out->count = 0;
  return done;
}

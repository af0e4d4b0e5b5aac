/* The density of an initialiser's values, for a line over the histogram of what is there. */
#include <math.h>

#include "report.h"

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

static void add_uniform(report_curve *out, const sow_plan_entry *entry, double share) {
  double half = entry->std * sqrt(3.0), low = entry->mean - half, high = entry->mean + half;
  if (!(half > 0)) {
    mark(out, entry->mean);
    return;
  }
  add(out, low, 0);
  add(out, low, share / (high - low));
  add(out, high, share / (high - low));
  add(out, high, 0);
}

static void add_truncated(report_curve *out, const sow_plan_entry *entry, double share) {
  const double *argument = entry->initializer.argument;
  double mean = argument[0], std = fabs(argument[1]);
  double low = fmax(argument[2], mean - REACH * std), high = fmin(argument[3], mean + REACH * std);
  if (!(entry->std > 0))
    mark(out, entry->mean);
  else if (low < high)
    add_shape(out, bell, std, mean, 1, low, high, share, true);
}

static void add_orthogonal(report_curve *out, const sow_plan_entry *entry) {
  double rows = (double)entry->shape[0], columns = (double)entry->count / rows;
  double dimensions = fmax(rows, columns), gain = fabs(entry->initializer.argument[0]);
  double reach = fmin(gain, REACH * entry->std);
  if (dimensions >= 3 && reach > 0)
    add_shape(out, sphere, dimensions, 0, gain, -reach, reach, 1, false);
}

static void add_kind(report_curve *out, const sow_plan_entry *entry) {
  double share = entry->zero_row >= 0 ? 1 - 1 / (double)entry->shape[0] : 1;
  switch (entry->initializer.kind) {
  case SOW_INIT_UNIFORM:
  case SOW_INIT_XAVIER_UNIFORM:
  case SOW_INIT_KAIMING_UNIFORM:
    add_uniform(out, entry, share);
    break;
  case SOW_INIT_NORMAL:
  case SOW_INIT_XAVIER_NORMAL:
  case SOW_INIT_KAIMING_NORMAL:
    add_normal(out, entry->mean, entry->std, share);
    break;
  case SOW_INIT_TRUNC_NORMAL:
    add_truncated(out, entry, share);
    break;
  case SOW_INIT_ORTHOGONAL:
    add_orthogonal(out, entry);
    break;
  case SOW_INIT_SPARSE: {
    double std = entry->initializer.argument[1], ratio = entry->std / std;
    mark(out, 0);
    if (std > 0 && ratio > 0)
      add_normal(out, 0, std, ratio * ratio);
    break;
  }
  case SOW_INIT_EYE:
  case SOW_INIT_DIRAC:
    mark(out, 0);
    mark(out, 1);
    break;
  default:
    mark(out, entry->mean);
  }
}

/* The density of values that differ by less than 1e-308 is more than a number can be. */
static bool is_finite(const report_curve *curve) {
  for (int i = 0; i < curve->count; i++)
    if (!isfinite(curve->x[i]) || !isfinite(curve->y[i]))
      return false;
  return true;
}

void report_curve_of(const sow_plan_entry *entry, report_curve *out) {
  out->count = out->mark_count = 0;
  if (!entry->kept && entry->count > 0)
    add_kind(out, entry);
  if (!is_finite(out))
    out->count = 0;
}

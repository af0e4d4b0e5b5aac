/*
 * Caffe's positive_unitball: uniforms, divided by the sum over all that have the same first index. Source:
 * PositiveUnitballFiller of its filler.hpp. The sums are double, in the order of the index.
 */
#include <math.h>

#include "op/convert.h"
#include "op/expect.h"
#include "op/op.h"

/* The uniforms, in the order of the index; of 16-bit tensors in float32, rounded once at the end. */
static sow__step uniforms_of(const sow__step *step) {
  sow__step uniforms = *step;
  uniforms.op = &sow__op_uniform;
  uniforms.dtype = step->dtype == SOW_FLOAT64 ? SOW_FLOAT64 : SOW_FLOAT32;
  uniforms.strides = NULL;
  uniforms.p[0] = 0;
  uniforms.p[1] = 1;
  return uniforms;
}

static uint64_t row_length(const sow__step *step) {
  return (uint64_t)(step->count / step->shape[0]);
}

static sow_status unitball_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  sow__step uniforms = uniforms_of(step);
  sow_status status = sow__step_bind(&uniforms, worker, place, error);
  if (status != SOW_OK)
    return status;
  step->draws = uniforms.draws;
  step->grain = row_length(step);
  return SOW_OK;
}

enum { CHUNK = 512 };

static sow_status draw(const sow__step *uniforms, sow__worker *worker, uint64_t begin, uint64_t end,
                       double values[CHUNK], sow_error *error) {
  double raw[CHUNK]; /* of either dtype */
  sow_status status = sow__step_run(uniforms, worker, begin, end, raw, error);
  if (status == SOW_OK)
    sow__convert(uniforms->dtype, raw, SOW_FLOAT64, values, (size_t)(end - begin));
  return status;
}

static double sum_of(const double *values, uint64_t count, double sum) {
  for (uint64_t i = 0; i < count; i++)
    sum += values[i];
  return sum;
}

/* A row of zeros alone, which has no such share, is shared out evenly. */
static void divide(double *values, uint64_t count, double sum, uint64_t length) {
  for (uint64_t i = 0; i < count; i++)
    values[i] = sum > 0 ? values[i] / sum : 1 / (double)length;
}

/* ---- rows that fit in a chunk: as many as do ---- */

static sow_status run_short(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t *end,
                            void *out, sow_error *error) {
  sow__step uniforms = uniforms_of(step);
  uint64_t length = row_length(step), first = begin - begin % length;
  uint64_t last = first + CHUNK / length * length;
  last = last < (uint64_t)step->count ? last : (uint64_t)step->count;
  *end = last < *end ? last : *end;
  double values[CHUNK];
  sow_status status = draw(&uniforms, worker, first, last, values, error);
  if (status != SOW_OK)
    return status;
  for (uint64_t row = 0; row < last - first; row += length)
    divide(values + row, length, sum_of(values + row, length, 0), length);
  sow__convert(SOW_FLOAT64, values + (begin - first), step->dtype, out, (size_t)(*end - begin));
  return SOW_OK;
}

/* ---- one long row, whose sum takes a first pass ---- */

/* By a cursor of its own, so that the worker's stays before the row. */
static sow_status sum_row(const sow__step *uniforms, const sow__worker *worker, uint64_t begin, uint64_t end,
                          double *sum, sow_error *error) {
  sow__worker ahead = *worker;
  *sum = 0;
  for (uint64_t at = begin; at < end; at += CHUNK) {
    uint64_t stop = end - at < CHUNK ? end : at + CHUNK;
    double values[CHUNK];
    sow_status status = draw(uniforms, &ahead, at, stop, values, error);
    if (status != SOW_OK)
      return status;
    *sum = sum_of(values, stop - at, *sum);
  }
  return SOW_OK;
}

static sow_status run_long(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t *end,
                           void *out, sow_error *error) {
  sow__step uniforms = uniforms_of(step);
  uint64_t length = row_length(step), row = begin - begin % length;
  uint64_t words = step->draws / (uint64_t)step->count;
  char *to = out;
  double sum;
  *end = row + length < *end ? row + length : *end;
  sow__cursor_seek(&worker->cursor, step->begin.stream, step->begin.position + words * row);
  sow_status status = sum_row(&uniforms, worker, row, row + length, &sum, error);
  for (uint64_t at = begin; at < *end && status == SOW_OK; at += CHUNK) {
    uint64_t stop = *end - at < CHUNK ? *end : at + CHUNK;
    double values[CHUNK];
    status = draw(&uniforms, worker, at, stop, values, error);
    if (status != SOW_OK)
      return status;
    divide(values, stop - at, sum, length);
    sow__convert(SOW_FLOAT64, values, step->dtype, to, (size_t)(stop - at));
    to += (stop - at) * sow_dtype_size(step->dtype);
  }
  return status;
}

static sow_status unitball_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                               void *out, sow_error *error) {
  char *at = out;
  sow_status status = SOW_OK;
  while (begin < end && status == SOW_OK) {
    uint64_t stop = end;
    status = (row_length(step) <= CHUNK ? run_short : run_long)(step, worker, begin, &stop, at, error);
    at += (stop - begin) * sow_dtype_size(step->dtype);
    begin = stop;
  }
  return status;
}

/* ---- the row ---- */

enum { WEIGHT = 70 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t unitball_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

/* The moments of u*e^(-tu) for a uniform u: of order 0, and of order 2. */
static void moments_at(double t, double *zeroth, double *second) {
  if (t >= 1) {
    double power = t < 45 ? sow__expect_exp(-t) : 0;
    *zeroth = (1 - power) / t;
    *second = (2 - power * (t * t + 2 * t + 2)) / (t * t * t);
    return;
  }
  double term = 1; /* (-t)^k/k! */
  *zeroth = *second = 0;
  for (int k = 0; k < 20; k++) {
    *zeroth += term / (k + 1);
    *second += term / (k + 3);
    term *= -t / (k + 1);
  }
}

static double power(double base, uint64_t exponent) {
  double made = 1;
  for (; exponent > 0; exponent /= 2) {
    made = exponent % 2 == 1 ? made * base : made;
    base *= base;
  }
  return made;
}

/*
 * The mean square of u1/(u1+…+un): 1/s^2 is the integral of t*e^(-ts), so it is that of t times the second
 * moment times the others' zeroth. On a logarithmic scale around 2/n, where all of it lies, the trapezoidal
 * rule is exact to rounding.
 */
static double mean_square(uint64_t length) {
  enum { STEPS = 2000 };
  const double width = 0.02, ratio = 1 / sow__expect_exp(-width);
  double t = 2 / (double)length * sow__expect_exp(-width * STEPS / 2), sum = 0;
  for (int i = 0; i <= STEPS; i++) {
    double zeroth, second;
    moments_at(t, &zeroth, &second);
    sum += t * t * second * power(zeroth, length - 1);
    t *= ratio;
  }
  return sum * width;
}

static sow_distribution unitball_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  uint64_t length = row_length(step);
  sow_distribution made = sow__expect_unknown(length == 1 ? 1 : 0, 1);
  made.mean = 1 / (double)length;
  made.std = length == 1 ? 0 : sqrt(fmax(mean_square(length) - made.mean * made.mean, 0));
  made.density = SOW_DENSITY_BALL;
  made.center = 0;
  made.scale = 1;
  made.dimensions = (double)length;
  return made;
}

SOW__OP(unitball, "positive_unitball", SOW__DRAWS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX, SOW__SURE,
        unitball_bind, unitball_run, sow__no_memory, unitball_weight, unitball_expect);

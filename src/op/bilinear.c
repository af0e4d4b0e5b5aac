/*
 * Caffe's bilinear: the last two dimensions hold the weights of a bilinear interpolation, the same in each
 * channel. Source: BilinearFiller of its filler.hpp.
 */
#include <math.h>

#include "op/expect.h"
#include "op/pattern.h"

/* Of one dimension; the weight of a place is the product of both dimensions'. */
static double weight_at(uint64_t size, uint64_t at) {
  double half = ceil((double)size / 2), centre = (double)(size - 1) / (2 * half);
  return 1 - fabs((double)at / half - centre);
}

enum { CHUNK = 256 };

static sow_status bilinear_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                               void *out, sow_error *error) {
  (void)worker;
  (void)error;
  uint64_t size = (uint64_t)step->shape[step->ndim - 1];
  double values[CHUNK];
  char *at = out;
  while (begin < end) {
    size_t count = end - begin < CHUNK ? (size_t)(end - begin) : CHUNK;
    for (size_t i = 0; i < count; i++) {
      uint64_t index = begin + i;
      values[i] = weight_at(size, index % size) * weight_at(size, index / size % size);
    }
    sow__convert(SOW_FLOAT64, values, step->dtype, at, count);
    at += count * sow_dtype_size(step->dtype);
    begin += count;
  }
  return SOW_OK;
}

/* ---- the row ---- */

enum { WEIGHT = 80 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t bilinear_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

static sow_distribution bilinear_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  uint64_t size = (uint64_t)step->shape[step->ndim - 1];
  double sum = 0, squares = 0, least = 1, most = 0;
  for (uint64_t i = 0; i < size; i++) {
    double weight = weight_at(size, i);
    sum += weight;
    squares += weight * weight;
    least = weight < least ? weight : least;
    most = weight > most ? weight : most;
  }
  sum /= (double)size;
  squares /= (double)size;
  sow_distribution made =
      sow__expect_unknown(sow__step_round(step, least * least), sow__step_round(step, most * most));
  made.mean = sum * sum;
  made.std = sqrt(fmax(squares * squares - made.mean * made.mean, 0));
  return made;
}

SOW__OP(bilinear, "bilinear", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX, SOW__SURE,
        sow__drawless_bind, bilinear_run, sow__no_memory, bilinear_weight, bilinear_expect);

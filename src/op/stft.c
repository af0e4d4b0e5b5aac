/*
 * Source: STFT of keras/src/initializers/constant_initializers.py, 3.15, and the windows of scipy.signal that
 * are sums of cosines. Keras multiplies angles up in the dtype; here they are whole fractions of a turn, so
 * nothing is lost for long frames.
 */
#include "op/stft.h"

#include <math.h>

#include "kernel/core/libm_f64.h"
#include "op/convert.h"
#include "op/expect.h"
#include "op/op.h"

enum { TERMS = 5 };

/* scipy.signal.windows.general_cosine's. */
static const double cosines[SOW_STFT_WINDOW_COUNT][TERMS] = {
    [SOW_STFT_NO_WINDOW] = {1},
    [SOW_STFT_BOXCAR] = {1},
    [SOW_STFT_HANN] = {0.5, 0.5},
    [SOW_STFT_HAMMING] = {0.54, 0.46},
    [SOW_STFT_BLACKMAN] = {0.42, 0.5, 0.08},
    [SOW_STFT_NUTTALL] = {0.3635819, 0.4891775, 0.1365995, 0.0106411},
    [SOW_STFT_BLACKMANHARRIS] = {0.35875, 0.48829, 0.14128, 0.01168},
    [SOW_STFT_FLATTOP] = {0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368},
};

/* Sine and cosine of part/whole of a turn. */
static void turn(uint64_t part, uint64_t whole, double *sine, double *cosine) {
  sow__sincos_f64(6.283185307179586 * ((double)(part % whole) / (double)whole), sine, cosine);
}

static double window_at(sow_stft_window window, bool periodic, uint64_t length, uint64_t at) {
  uint64_t whole = periodic ? length : length - 1;
  if (length == 1)
    return 1;
  double sum = cosines[window][0];
  for (uint64_t k = 1; k < TERMS && cosines[window][k] != 0; k++) {
    double sine, cosine;
    turn(k * at, whole, &sine, &cosine);
    sum += (k % 2 == 1 ? -cosine : cosine) * cosines[window][k];
  }
  return sum;
}

double sow__stft_divisor(sow_stft_window window, sow_stft_scaling scaling, bool periodic, uint64_t length) {
  double sum = 0, squares = 0;
  if (window == SOW_STFT_NO_WINDOW || scaling == SOW_STFT_NO_SCALING)
    return 1;
  for (uint64_t i = 0; i < length; i++) {
    double value = window_at(window, periodic, length, i);
    sum += fabs(value);
    squares += value * value;
  }
  return scaling == SOW_STFT_DENSITY ? sqrt(squares) : sum;
}

/* ---- the operation ---- */

enum { CHUNK = 256 };

/* Of one row, which a window's value divided by the divisor scales. */
static double value_at(const sow__step *step, uint64_t time, uint64_t bin, double scale) {
  double sine, cosine;
  turn(time * bin, 2 * ((uint64_t)step->shape[2] - 1), &sine, &cosine);
  return (step->p[0] == SOW_STFT_REAL ? cosine : -sine) * scale;
}

static double scale_at(const sow__step *step, uint64_t time) {
  uint64_t length = (uint64_t)step->shape[0];
  return window_at((sow_stft_window)step->p[1], step->p[3] != 0, length, time) / step->p[2];
}

static sow_status stft_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                           void *out, sow_error *error) {
  (void)worker;
  (void)error;
  uint64_t bins = (uint64_t)step->shape[2];
  double values[CHUNK], scale = scale_at(step, begin / bins);
  char *at = out;
  while (begin < end) {
    size_t count = end - begin < CHUNK ? (size_t)(end - begin) : CHUNK;
    for (size_t i = 0; i < count; i++) {
      uint64_t time = (begin + i) / bins, bin = (begin + i) % bins;
      scale = bin == 0 ? scale_at(step, time) : scale;
      values[i] = value_at(step, time, bin, scale);
    }
    sow__convert(SOW_FLOAT64, values, step->dtype, at, count);
    at += count * sow_dtype_size(step->dtype);
    begin += count;
  }
  return SOW_OK;
}

/* ---- the row ---- */

enum { WEIGHT = 300 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t stft_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

static sow_distribution stft_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  double most = 0;
  for (int k = 0; k < TERMS; k++)
    most += cosines[(sow_stft_window)step->p[1]][k];
  double bound = sow__step_round(step, most / step->p[2]);
  return sow__expect_unknown(-bound, bound);
}

SOW__OP(stft, "stft", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX, SOW__SURE, sow__drawless_bind,
        stft_run, sow__no_memory, stft_weight, stft_expect);

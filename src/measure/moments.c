#include "measure/moments.h"

#include <float.h>
#include <math.h>

#include "base/processor.h"

const sow__moments sow__moments_none = {.min = INFINITY, .max = -INFINITY};

static const sow__moments_table *table(void) {
#if defined(__x86_64__)
  if (sow__isa_used() >= SOW__ISA_AVX512)
    return &sow__moments_avx512;
  if (sow__isa_used() >= SOW__ISA_AVX2)
    return &sow__moments_avx2;
#endif
  return &sow__moments_portable;
}

sow__moments sow__moments_join(const sow__moments *a, const sow__moments *b) {
  sow__moments joined = {
      .finite = a->finite + b->finite,
      .zeros = a->zeros + b->zeros,
      .subnormals = a->subnormals + b->subnormals,
      .nans = a->nans + b->nans,
      .infinities = a->infinities + b->infinities,
      .min = b->min < a->min ? b->min : a->min,
      .max = b->max > a->max ? b->max : a->max,
  };
  if (joined.finite == 0)
    return joined;
  double share = (double)b->finite / (double)joined.finite, apart = b->mean - a->mean;
  joined.mean = a->finite == 0 ? b->mean : a->mean + apart * share;
  joined.squares = a->squares + b->squares;
  if (a->finite > 0 && b->finite > 0)
    joined.squares += apart * apart * share * (double)a->finite;
  return joined;
}

static sow__moments from_sums(const sow__sums *sums, size_t count, double shift) {
  double mean = sums->sum / (double)count;
  double squares = sums->squares - sums->sum * mean;
  return (sow__moments){
      .finite = count,
      .zeros = sums->zeros,
      .subnormals = sums->subnormals,
      .mean = shift + mean,
      .squares = squares > 0 ? squares : 0,
      .min = sums->min,
      .max = sums->max,
  };
}

/* Value by value, for arrays that hold what is not finite, or float64 whose squares are not. */
static void add_value(sow__moments *m, double value, double normal) {
  if (isnan(value)) {
    m->nans++;
  } else if (isinf(value)) {
    m->infinities++;
  } else {
    sow__moments one = {.finite = 1,
                        .zeros = value == 0,
                        .subnormals = value != 0 && fabs(value) < normal,
                        .mean = value,
                        .min = value,
                        .max = value};
    *m = sow__moments_join(m, &one);
  }
}

sow__moments sow__moments_f32(const float *values, size_t count) {
  if (count == 0)
    return sow__moments_none;
  sow__sums sums;
  table()->f32(values, count, values[0], &sums);
  if (isfinite(sums.squares))
    return from_sums(&sums, count, (double)values[0]);
  sow__moments m = sow__moments_none;
  for (size_t i = 0; i < count; i++)
    add_value(&m, (double)values[i], (double)FLT_MIN);
  return m;
}

sow__moments sow__moments_f64(const double *values, size_t count) {
  if (count == 0)
    return sow__moments_none;
  sow__sums sums;
  table()->f64(values, count, values[0], &sums);
  if (isfinite(sums.squares))
    return from_sums(&sums, count, values[0]);
  sow__moments m = sow__moments_none;
  for (size_t i = 0; i < count; i++)
    add_value(&m, values[i], DBL_MIN);
  return m;
}

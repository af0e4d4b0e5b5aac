/* sow_statistics_join: several tensors in one row. */
#include <math.h>

#include "sow/archive.h"

static uint64_t finite_count(const sow_statistics *s) {
  return s->measured ? s->count - s->nans - s->infinities : 0;
}

/* So many of the sampled values lie before `place`, which is in bins; within one they are spread evenly. */
static double count_before(const sow_statistics *s, double place) {
  double sum = 0;
  for (int i = 0; i < SOW_HISTOGRAM_BINS && i < place; i++)
    sum += s->histogram[i] * fmin(place - i, 1);
  return sum;
}

/* Counts go where the bins lie: one that spans several is parted, or an even spread would come out with
 * peaks. */
static void add_bins(sow_statistics *to, const sow_statistics *from) {
  double width = (to->max - to->min) / SOW_HISTOGRAM_BINS, own = (from->max - from->min) / SOW_HISTOGRAM_BINS;
  to->sampled += from->sampled;
  if (!(own > 0) || !(width > 0) || !isfinite(width / own)) {
    double place = (from->min - to->min) / width;
    int bin = isfinite(place) ? (int)place : SOW_HISTOGRAM_BINS / 2;
    to->histogram[bin < SOW_HISTOGRAM_BINS ? bin : SOW_HISTOGRAM_BINS - 1] += (uint32_t)from->sampled;
    return;
  }
  double done = 0;
  for (int i = 0; i < SOW_HISTOGRAM_BINS; i++) {
    double edge = (to->min - from->min) / own + (i + 1) * (width / own);
    double before =
        i + 1 < SOW_HISTOGRAM_BINS ? floor(count_before(from, edge) + 0.5) : (double)from->sampled;
    to->histogram[i] += (uint32_t)(before - done);
    done = before;
  }
}

sow_statistics sow_statistics_join(const sow_statistics *a, const sow_statistics *b) {
  sow_statistics joined = {
      .measured = a->measured && b->measured,
      .count = a->count + b->count,
      .zeros = a->zeros + b->zeros,
      .subnormals = a->subnormals + b->subnormals,
      .nans = a->nans + b->nans,
      .infinities = a->infinities + b->infinities,
      .mean = NAN,
      .std = NAN,
      .min = fmin(a->min, b->min),
      .max = fmax(a->max, b->max),
  };
  double m = (double)finite_count(a), n = (double)finite_count(b);
  if (!joined.measured || m + n == 0)
    return joined;
  double mean_a = m > 0 ? a->mean : 0, mean_b = n > 0 ? b->mean : 0, apart = mean_b - mean_a;
  double squares = apart * apart * m * (n / (m + n));
  squares += m > 1 ? a->std * a->std * (m - 1) : 0;
  squares += n > 1 ? b->std * b->std * (n - 1) : 0;
  joined.mean = m > 0 ? mean_a + apart * (n / (m + n)) : mean_b;
  joined.std = m + n > 1 ? sqrt(squares / (m + n - 1)) : (double)NAN;
  if (m > 0)
    add_bins(&joined, a);
  if (n > 0)
    add_bins(&joined, b);
  return joined;
}

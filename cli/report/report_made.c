/* The values of a rule that draws nothing and has no density of a formula: made, and counted. */
#include <math.h>
#include <stdlib.h>

#include "cli/report/report.h"
#include "cli/text/values.h"

#define COUNT_LIMIT ((int64_t)1 << 22) /* elements of a tensor that is made for its picture */
#define BINS 48                        /* two points each, and two at the ends */

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Few different values are marks; of more, how many lie in each of the bins is a line of steps. */
static void count(double *values, int64_t length, report_curve *out) {
  qsort(values, (size_t)length, sizeof *values, by_value);
  int64_t different = 1;
  for (int64_t i = 1; i < length; i++)
    different += values[i] != values[i - 1];
  double low = values[0], high = values[length - 1], width = (high - low) / BINS;
  if (different <= MARK_LIMIT) {
    for (int64_t i = 0; i < length; i++)
      if (i == 0 || values[i] != values[i - 1])
        out->marks[out->mark_count++] = values[i];
    return;
  }
  out->x[out->count] = low;
  out->y[out->count++] = 0;
  int64_t at = 0;
  for (int bin = 0; bin < BINS; bin++) {
    double end = bin == BINS - 1 ? high : low + (bin + 1) * width;
    int64_t begin = at;
    while (at < length && (values[at] < end || bin == BINS - 1))
      at++;
    for (int side = 0; side < 2; side++) {
      out->x[out->count] = side == 0 ? low + bin * width : end;
      out->y[out->count++] = (double)(at - begin) / (double)length / width;
    }
  }
  out->x[out->count] = high;
  out->y[out->count++] = 0;
}

bool report_curve_made(const sow_plan *plan, const sow_plan_entry *entry, report_curve *out) {
  size_t index;
  bool fits = entry->draws == 0 && sow_dtype_is_float(entry->dtype) && entry->count <= COUNT_LIMIT;
  if (!fits || !sow_plan_find(plan, entry->name, &index))
    return true;
  void *made = malloc((size_t)entry->bytes);
  double *values = calloc((size_t)entry->count, sizeof *values);
  bool done = made != NULL && values != NULL &&
              sow_plan_run(plan, index, 0, (uint64_t)entry->count, 0, made, NULL) == SOW_OK;
  bool finite = done;
  for (int64_t i = 0; done && i < entry->count; i++) {
    values[i] = value_at((const char *)made + (size_t)i * sow_dtype_size(entry->dtype), entry->dtype);
    finite = finite && isfinite(values[i]);
  }
  if (finite)
    count(values, entry->count, out);
  free(made);
  free(values);
  return done;
}

/* norm_: the Euclidean norm of another tensor over all of its dimensions but one, as weight_norm takes it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/norm.h"
#include "op/convert.h"
#include "op/source.h"

#define PIECE ((uint64_t)1 << 15) /* elements that are read at once */

/* Where the kept dimension stands in a row-major index: (index / inner) % kept. */
typedef struct slicing {
  uint64_t inner, kept;
} slicing;

static slicing slicing_of(const sow__step *step) {
  const sow__view *view = &step->source->view;
  int dim = (int)step->p[0];
  slicing s = {1, 1};
  if (dim < 0)
    return s;
  s.kept = (uint64_t)view->shape[dim];
  for (int i = dim + 1; i < view->ndim; i++)
    s.inner *= (uint64_t)view->shape[i];
  return s;
}

static uint64_t source_count(const sow__step *step) {
  const sow__view *view = &step->source->view;
  uint64_t count = 1;
  for (int i = 0; i < view->ndim; i++)
    count *= (uint64_t)view->shape[i];
  return count;
}

/* Adds elements [at, at + count) of the source, run by run of one slice, to the norms of slices [begin, end).
 */
static void add(const slicing *s, sow__norm *norms, uint64_t begin, uint64_t end, uint64_t at, uint64_t count,
                sow_dtype dtype, const char *values) {
  size_t size = sow_dtype_size(dtype);
  while (count > 0) {
    uint64_t slice = s->kept == 1 ? 0 : at / s->inner % s->kept;
    uint64_t run = s->kept == 1 ? count : s->inner - at % s->inner;
    run = run < count ? run : count;
    if (slice >= begin && slice < end)
      sow__norm_add(&norms[slice - begin], values, (size_t)run);
    values += run * size;
    at += run;
    count -= run;
  }
}

/* Along the first dimension a slice's elements follow one another: only theirs are read. */
static sow_status read_all(const sow__step *step, sow__worker *worker, sow__norm *norms, uint64_t begin,
                           uint64_t end, sow_error *error) {
  slicing s = slicing_of(step);
  uint64_t count = source_count(step), first = 0, last = count;
  if (s.inner * s.kept == count) {
    first = begin * s.inner;
    last = end * s.inner;
  }
  for (uint64_t at = first; at < last; at += PIECE) {
    uint64_t stop = last - at < PIECE ? last : at + PIECE;
    void *values;
    sow_status status = sow__source_take(step->source, worker, at, stop, &values, error);
    if (status != SOW_OK)
      return status;
    add(&s, norms, begin, end, at, stop - at, step->source->value->dtype, values);
    sow__scratch_give(worker->scratch, values);
  }
  return SOW_OK;
}

/* Along the last of several dimensions a slice's elements do not lie beside each other. */
static sow__norm_way way_of(const sow__step *step) {
  const sow__view *view = &step->source->view;
  int dim = (int)step->p[0];
  return dim > 0 && dim == view->ndim - 1 && view->shape[dim] > 1 ? SOW__NORM_ACROSS : SOW__NORM_ALONG;
}

static sow_status norm_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                           void *out, sow_error *error) {
  sow__norm *norms = malloc((size_t)(end - begin) * sizeof *norms);
  if (norms == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (uint64_t i = 0; i < end - begin; i++)
    norms[i] = sow__norm_begin(step->source->value->dtype, step->edition, way_of(step));
  sow_status status = read_all(step, worker, norms, begin, end, error);
  size_t size = sow_dtype_size(step->dtype);
  for (uint64_t i = 0; i < end - begin && status == SOW_OK; i++) {
    double value = sow__norm_value(&norms[i]);
    sow__convert(SOW_FLOAT64, &value, step->dtype, (char *)out + i * size, 1);
  }
  free(norms);
  return status;
}

/* ---- the row ---- */

static uint64_t norm_memory(const sow__step *step) {
  return (uint64_t)step->count * sizeof(sow__norm) + sow__value_memory(step->source->value);
}

/* An element is made of all of a slice. */
static uint32_t norm_weight(const sow__step *step) {
  double each = (double)source_count(step) / (double)step->count;
  double weight = each * (double)(sow__value_weight(step->source->value) + 8);
  return weight > UINT32_MAX ? UINT32_MAX : (uint32_t)weight;
}

static sow_distribution norm_expect(const sow__step *step, const sow_distribution *before) {
  (void)step;
  (void)before;
  return sow__expect_unknown(0, (double)INFINITY);
}

SOW__OP(norm, "norm_", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX, SOW__MAY_FAIL,
        sow__drawless_bind, norm_run, norm_memory, norm_weight, norm_expect);

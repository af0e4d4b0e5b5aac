/*
 * sparse_: a normal matrix, and then for each column a permutation of the rows, whose first ones are set to
 * zero. The permutations come from the same generator as the normals. In torch they come from the default
 * generator even where another is given for the normals; with sow that call has no counterpart.
 */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "op/op.h"
#include "op/pattern.h"
#include "op/shuffle.h"

static sow__step normal_part(const sow__step *step) {
  sow__step normal = *step;
  normal.op = &sow__op_normal;
  normal.p[0] = 0;
  normal.p[1] = step->p[1];
  return normal;
}

/* ceil(sparsity*rows) as the end of a Python slice: negative ends count from the back. */
static uint64_t zeros_per_column(const sow__step *step) {
  double rows = (double)step->shape[0], end = ceil(step->p[0] * rows);
  if (end < 0)
    end += rows;
  return end <= 0 ? 0 : end >= rows ? (uint64_t)step->shape[0] : (uint64_t)end;
}

static sow_status sparse_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  sow__step normal = normal_part(step);
  normal.begin = *place;
  sow_status status = normal.op->bind(&normal, worker, place, error);
  if (status != SOW_OK)
    return status;
  uint64_t shuffles = (uint64_t)step->shape[1] * sow__shuffle_words(step->edition, (uint64_t)step->shape[0]);
  step->draws = normal.draws + shuffles;
  step->grain = (uint64_t)step->count;
  place->position += shuffles;
  return SOW_OK;
}

/* Elements are numbered in the order of normal_, which for a transposed matrix goes down the columns. */
static uint64_t number_of(const sow__step *step, uint64_t row, uint64_t column) {
  bool by_columns = step->strides != NULL && step->strides[0] < step->strides[1];
  return by_columns ? column * (uint64_t)step->shape[0] + row : row * (uint64_t)step->shape[1] + column;
}

static sow_status sparse_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  uint64_t rows = (uint64_t)step->shape[0], columns = (uint64_t)step->shape[1];
  uint64_t zeros = zeros_per_column(step);
  uint64_t *order = malloc((size_t)rows * sizeof *order);
  if (order == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);

  sow__step normal = normal_part(step);
  sow__place place = step->begin;
  sow_status status = normal.op->bind(&normal, worker, &place, error);
  if (status == SOW_OK)
    status = normal.op->run(&normal, worker, begin, end, out, error);

  const sow__element zero = sow__element_of(step->dtype, 0.0);
  if (status == SOW_OK)
    sow__cursor_seek(&worker->cursor, place.stream, place.position);
  for (uint64_t column = 0; column < columns && zeros > 0 && status == SOW_OK; column++) {
    sow__shuffle(step->edition, &worker->cursor, order, rows, zeros);
    for (uint64_t i = 0; i < zeros; i++) {
      uint64_t number = number_of(step, order[i], column);
      if (number >= begin && number < end)
        sow__put_element(&zero, out, number - begin);
    }
  }
  free(order);
  return status;
}

/* ---- the row ---- */

enum { WEIGHT = 120 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t sparse_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

static sow_distribution sparse_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  double rows = (double)step->shape[0], std = step->p[1];
  double share = 1 - (double)zeros_per_column(step) / rows, bound = share > 0 ? (double)INFINITY : 0;
  return (sow_distribution){SOW_DENSITY_SPARSE, 0, std * sqrt(share), -bound, bound, 0, std, 0, share};
}

SOW__OP(sparse, "sparse_", SOW__DRAWS, SOW__OVERWRITES, SOW__WHOLE, SOW__BY_MEMORY, SOW__SURE, sparse_bind,
        sparse_run, sow__no_memory, sparse_weight, sparse_expect);

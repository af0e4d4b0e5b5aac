/*
 * sparse_: a normal matrix, and then for each column a permutation of the rows, whose first ones are set to
 * zero. The permutations come from the same generator as the normals. In torch they come from the default
 * generator even where another is given for the normals; with sow that call has no counterpart.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "init/fill.h"
#include "init/shuffle.h"

static sow__fill normal_part(const sow__fill *fill) {
  sow__fill normal = *fill;
  normal.family = &sow__family_normal;
  normal.p[0] = 0;
  normal.p[1] = fill->p[1];
  return normal;
}

/* ceil(sparsity*rows) as the end of a Python slice: negative ends count from the back. */
static uint64_t zeros_per_column(const sow__fill *fill) {
  double rows = (double)fill->shape[0], end = ceil(fill->p[0] * rows);
  if (end < 0)
    end += rows;
  return end <= 0 ? 0 : end >= rows ? (uint64_t)fill->shape[0] : (uint64_t)end;
}

static sow_status sparse_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error) {
  sow__fill normal = normal_part(fill);
  normal.begin = *place;
  sow_status status = normal.family->bind(&normal, cursor, place, error);
  if (status != SOW_OK)
    return status;
  uint64_t shuffles = (uint64_t)fill->shape[1] * sow__shuffle_words(fill->edition, (uint64_t)fill->shape[0]);
  fill->draws = normal.draws + shuffles;
  fill->grain = (uint64_t)fill->count;
  place->position += shuffles;
  return SOW_OK;
}

/* Elements are numbered in the order of normal_, which for a transposed matrix goes down the columns. */
static uint64_t number_of(const sow__fill *fill, uint64_t row, uint64_t column) {
  bool by_columns = fill->strides != NULL && fill->strides[0] < fill->strides[1];
  return by_columns ? column * (uint64_t)fill->shape[0] + row : row * (uint64_t)fill->shape[1] + column;
}

static sow_status sparse_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  uint64_t rows = (uint64_t)fill->shape[0], columns = (uint64_t)fill->shape[1];
  uint64_t zeros = zeros_per_column(fill);
  uint64_t *order = malloc((size_t)rows * sizeof *order);
  if (order == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);

  sow__fill normal = normal_part(fill);
  sow__place place = fill->begin;
  sow_status status = normal.family->bind(&normal, cursor, &place, error);
  if (status == SOW_OK)
    status = normal.family->run(&normal, cursor, begin, end, out, error);

  size_t size = sow_dtype_size(fill->dtype);
  if (status == SOW_OK)
    sow__cursor_seek(cursor, place.position);
  for (uint64_t column = 0; column < columns && zeros > 0 && status == SOW_OK; column++) {
    sow__shuffle(fill->edition, cursor, order, rows);
    for (uint64_t i = 0; i < zeros; i++) {
      uint64_t number = number_of(fill, order[i], column);
      if (number >= begin && number < end)
        memset((char *)out + (number - begin) * size, 0, size);
    }
  }
  free(order);
  return status;
}

const sow__family sow__family_sparse = {.name = "sparse", .bind = sparse_bind, .run = sparse_run};

#include "run/rows.h"

#include <string.h>

#include "base/error.h"

sow__rows sow__rows_of(int ndim, const int64_t *shape, const int64_t *begin, const int64_t *size,
                       const int64_t *strides) {
  sow__rows rows = {.length = 1, .count = 1, .out_each = 1};
  int64_t step = 1, out_step = 1;
  bool open = true; /* the row may still grow: all faster dimensions are taken whole, and lie so at `out` */
  int64_t outer_size[SOW_MAX_DIMS], outer_step[SOW_MAX_DIMS], outer_out[SOW_MAX_DIMS];
  for (int d = ndim - 1; d >= 0; d--) {
    int64_t out = strides != NULL ? strides[d] : out_step;
    rows.begin += (uint64_t)(begin[d] * step);
    if (size[d] != 1 && open && (rows.length == 1 || out == rows.out_each * (int64_t)rows.length)) {
      rows.out_each = rows.length == 1 ? out : rows.out_each;
      rows.length *= (uint64_t)size[d];
    } else if (size[d] != 1) {
      outer_size[rows.ndim] = size[d];
      outer_step[rows.ndim] = step;
      outer_out[rows.ndim++] = out;
      rows.count *= (uint64_t)size[d];
      open = false;
    }
    open = open && size[d] == shape[d];
    step *= shape[d];
    out_step *= size[d];
  }
  for (int i = 0; i < rows.ndim; i++) {
    rows.size[i] = outer_size[rows.ndim - 1 - i];
    rows.step[i] = outer_step[rows.ndim - 1 - i];
    rows.out_step[i] = outer_out[rows.ndim - 1 - i];
  }
  return rows;
}

/* Where row `number` begins in the value and at `out`. */
static void row_at(const sow__rows *rows, uint64_t number, uint64_t *in, int64_t *out) {
  *in = rows->begin;
  *out = 0;
  for (int i = rows->ndim - 1; i >= 0; i--) {
    int64_t index = (int64_t)(number % (uint64_t)rows->size[i]);
    number /= (uint64_t)rows->size[i];
    *in += (uint64_t)(index * rows->step[i]);
    *out += index * rows->out_step[i];
  }
}

static void put(const char *made, char *out, uint64_t count, int64_t each, size_t size) {
  if (each == 1) {
    memcpy(out, made, (size_t)count * size);
    return;
  }
  for (uint64_t i = 0; i < count; i++)
    memcpy(out + (int64_t)i * each * (int64_t)size, made + i * size, size);
}

/* One row, or the part of it from `column` on, made for itself. */
static sow_status make_row(const sow__stretch *one, sow__worker *worker, uint64_t number, uint64_t column,
                           uint64_t count, sow_error *error) {
  const sow__rows *rows = one->rows;
  size_t size = sow_dtype_size(one->value->dtype);
  uint64_t in;
  int64_t at;
  row_at(rows, number, &in, &at);
  char *out = one->out + (at + (int64_t)column * rows->out_each) * (int64_t)size;
  in += column;
  if (rows->out_each == 1)
    return sow__value_run(one->value, worker, in, in + count, out, error);
  char *made = sow__scratch_take(worker->scratch, count * size);
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = sow__value_run(one->value, worker, in, in + count, made, error);
  if (status == SOW_OK)
    put(made, out, count, rows->out_each, size);
  sow__scratch_give(worker->scratch, made);
  return status;
}

/* Of what cannot be cut everything between the first and the last row is made once. */
static sow_status make_between(const sow__stretch *one, sow__worker *worker, sow_error *error) {
  const sow__rows *rows = one->rows;
  size_t size = sow_dtype_size(one->value->dtype);
  uint64_t last, in;
  int64_t at;
  row_at(rows, rows->count - 1, &last, &at);
  last += rows->length;
  char *made = sow__scratch_take(worker->scratch, (last - rows->begin) * size);
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = sow__value_run(one->value, worker, rows->begin, last, made, error);
  for (uint64_t i = 0; i < rows->count && status == SOW_OK; i++) {
    row_at(rows, i, &in, &at);
    put(made + (in - rows->begin) * size, one->out + at * (int64_t)size, rows->length, rows->out_each, size);
  }
  sow__scratch_give(worker->scratch, made);
  return status;
}

sow_status sow__rows_make(const sow__stretch *one, sow__worker *worker, uint64_t begin, uint64_t end,
                          sow_error *error) {
  uint64_t length = one->rows->length;
  if (sow__value_is_whole(one->value))
    return make_between(one, worker, error);
  sow_status status = SOW_OK;
  while (begin < end && status == SOW_OK) {
    uint64_t column = begin % length, rest = length - column;
    uint64_t count = end - begin < rest ? end - begin : rest;
    status = make_row(one, worker, begin / length, column, count, error);
    begin += count;
  }
  return status;
}

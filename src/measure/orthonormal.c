#include "measure/orthonormal.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "measure/element.h"

#define TAKEN 16 /* rows or columns */

/* A matrix in a checkpoint, read a row at a time. */
typedef struct matrix {
  const sow_archive *archive;
  size_t index;
  sow__element element;
  uint64_t width; /* bytes of an element */
  uint64_t rows, columns;
  void *bytes; /* of one row */
} matrix;

static sow_status read_row(const matrix *m, uint64_t row, double *values, sow_error *error) {
  size_t size = (size_t)(m->columns * m->width);
  sow_status status = sow_archive_read(m->archive, m->index, row * size, size, m->bytes, error);
  if (status == SOW_OK)
    sow__element_f64(m->element, m->bytes, values, (size_t)m->columns);
  return status;
}

/* products[i][j] of some rows, evenly spread. */
static sow_status multiply_rows(const matrix *m, double *rows, uint64_t taken, double products[TAKEN][TAKEN],
                                sow_error *error) {
  for (uint64_t i = 0; i < taken; i++) {
    sow_status status = read_row(m, i * m->rows / taken, rows + i * m->columns, error);
    if (status != SOW_OK)
      return status;
  }
  for (uint64_t i = 0; i < taken; i++)
    for (uint64_t j = 0; j <= i; j++)
      for (uint64_t k = 0; k < m->columns; k++)
        products[i][j] += rows[i * m->columns + k] * rows[j * m->columns + k];
  return SOW_OK;
}

/* products[i][j] of some columns, evenly spread; the rows go by one after another. */
static sow_status multiply_columns(const matrix *m, double *row, uint64_t taken,
                                   double products[TAKEN][TAKEN], sow_error *error) {
  for (uint64_t k = 0; k < m->rows; k++) {
    sow_status status = read_row(m, k, row, error);
    if (status != SOW_OK)
      return status;
    for (uint64_t i = 0; i < taken; i++)
      for (uint64_t j = 0; j <= i; j++)
        products[i][j] += row[i * m->columns / taken] * row[j * m->columns / taken];
  }
  return SOW_OK;
}

static sow_status multiply(matrix *m, uint64_t taken, double products[TAKEN][TAKEN], sow_error *error) {
  bool wide = m->rows <= m->columns;
  double *rows = calloc((size_t)m->columns, (wide ? taken : 1) * sizeof *rows);
  m->bytes = malloc((size_t)(m->columns * m->width));
  sow_status status = SOW_NO_MEMORY;
  if (rows == NULL || m->bytes == NULL)
    sow__fail(error, SOW_NO_MEMORY, NULL);
  else
    status = (wide ? multiply_rows : multiply_columns)(m, rows, taken, products, error);
  free(m->bytes);
  free(rows);
  return status;
}

sow_status sow__orthonormal_error(const sow_archive *archive, size_t index, uint64_t rows, double gain,
                                  double *deviation, sow_error *error) {
  sow_archive_entry entry = {0};
  sow_archive_get(archive, index, &entry);
  *deviation = 0;
  if (entry.count == 0 || gain == 0)
    return SOW_OK;
  matrix m = {.archive = archive,
              .index = index,
              .element = sow__element_of(entry.type),
              .width = (uint64_t)entry.bits / 8,
              .rows = rows,
              .columns = entry.count / rows};
  uint64_t most = m.rows < m.columns ? m.rows : m.columns, taken = most < TAKEN ? most : TAKEN;
  double products[TAKEN][TAKEN] = {{0}};
  sow_status status = multiply(&m, taken, products, error);
  for (uint64_t i = 0; status == SOW_OK && i < taken; i++)
    for (uint64_t j = 0; j <= i; j++)
      *deviation = fmax(*deviation, fabs(products[i][j] / (gain * gain) - (i == j ? 1 : 0)));
  return status;
}

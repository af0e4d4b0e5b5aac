/*
 * orthogonal_: size(0) x the rest normal numbers, the Q of their QR factorisation (of the transpose where
 * that is taller) with R's diagonal positive, times the gain. The numbers are torch's up to rounding, and
 * sow's are the same everywhere. float32 is factored in double, so that no condition of the matrix is too
 * bad.
 */
#include <stdlib.h>

#include "base/error.h"
#include "init/fill.h"
#include "linalg/qr.h"

/* torch draws into a fresh contiguous matrix, whatever the tensor's strides. */
static sow__fill orthogonal_normals(const sow__fill *fill) {
  sow__fill normals = *fill;
  normals.family = &sow__family_normal;
  normals.ndim = 1;
  normals.shape = &fill->count;
  normals.strides = NULL;
  normals.p[0] = 0.0;
  normals.p[1] = 1.0;
  return normals;
}

static sow_status orthogonal_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error) {
  sow__fill normals = orthogonal_normals(fill);
  sow_status status = sow__fill_bind(&normals, cursor, place, error);
  if (status != SOW_OK)
    return status;
  fill->draws = normals.draws;
  fill->grain = (uint64_t)fill->count;
  return SOW_OK;
}

/* The matrix that is factored: the drawn one, or its transpose where that is taller. */
typedef struct shape {
  size_t rows, cols; /* as drawn */
  bool wide;
  sow__qr qr;
} shape;

static bool shape_of(const sow__fill *fill, shape *s) {
  s->rows = (size_t)fill->shape[0];
  s->cols = (size_t)fill->count / s->rows;
  s->wide = s->rows < s->cols;
  return s->wide ? sow__qr_size(s->cols, s->rows, &s->qr) : sow__qr_size(s->rows, s->cols, &s->qr);
}

enum { PIECE = 4096 }; /* elements drawn at once; whole blocks of normal_ */

typedef union piece {
  float f32[PIECE];
  double f64[PIECE];
} piece;

static sow_status draw(const sow__fill *fill, sow__cursor *cursor, const shape *s, double *matrix,
                       sow_error *error) {
  sow__fill normals = orthogonal_normals(fill);
  uint64_t count = (uint64_t)fill->count;
  size_t row = 0, col = 0;
  for (uint64_t at = 0; at < count; at += PIECE) {
    piece drawn;
    size_t length = count - at < PIECE ? (size_t)(count - at) : PIECE;
    sow_status status = sow__fill_run(&normals, cursor, at, at + length, &drawn, error);
    if (status != SOW_OK)
      return status;
    for (size_t i = 0; i < length; i++) {
      size_t place = s->wide ? sow__qr_index(&s->qr, col, row) : sow__qr_index(&s->qr, row, col);
      matrix[place] = fill->dtype == SOW_FLOAT64 ? drawn.f64[i] : (double)drawn.f32[i];
      col = col + 1 == s->cols ? 0 : col + 1;
      row += col == 0;
    }
  }
  return SOW_OK;
}

/* Both products are torch's mul_: Q in the dtype, times the gain in the dtype. */
static void store(const sow__fill *fill, const shape *s, const double *matrix, uint64_t begin, uint64_t end,
                  void *out) {
  size_t row = (size_t)begin / s->cols, col = (size_t)begin % s->cols;
  for (size_t i = 0; i < (size_t)(end - begin); i++) {
    size_t tall = s->wide ? col : row, narrow = s->wide ? row : col;
    if (fill->dtype == SOW_FLOAT64)
      ((double *)out)[i] = matrix[sow__qr_index(&s->qr, tall, narrow)] * fill->p[0];
    else
      ((float *)out)[i] =
          ((const float *)matrix)[sow__qr_index_f32(&s->qr, tall, narrow)] * (float)fill->p[0];
    col = col + 1 == s->cols ? 0 : col + 1;
    row += col == 0;
  }
}

static sow_status orthogonal_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                                 void *out, sow_error *error) {
  shape s;
  double *matrix = shape_of(fill, &s) ? malloc(s.qr.count * sizeof *matrix) : NULL;
  if (matrix == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = draw(fill, cursor, &s, matrix, error);
  if (status == SOW_OK) {
    int threads = fill->threads > 1 ? fill->threads : 1;
    (fill->dtype == SOW_FLOAT64 ? sow__qr_f64 : sow__qr_f32)(&s.qr, sow__tile_select(), threads, matrix);
    store(fill, &s, matrix, begin, end, out);
  }
  free(matrix);
  return status;
}

static uint64_t orthogonal_memory(const sow__fill *fill) {
  shape s;
  if (fill->count == 0)
    return 0;
  return shape_of(fill, &s) ? (uint64_t)s.qr.count * sizeof(double) : UINT64_MAX;
}

const sow__family sow__family_orthogonal = {.name = "orthogonal",
                                            .bind = orthogonal_bind,
                                            .run = orthogonal_run,
                                            .memory = orthogonal_memory,
                                            .logical = true};

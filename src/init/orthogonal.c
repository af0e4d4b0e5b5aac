/*
 * orthogonal_: size(0) x the rest normal numbers, the Q of their QR factorisation (of the transpose where
 * that is taller) with R's diagonal positive, times the gain. Computed in double for float32 too; the numbers
 * are torch's up to rounding, and sow's are the same everywhere.
 */
#include <stdlib.h>

#include "base/error.h"
#include "base/size.h"
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

static double draw_value(const sow__fill *fill, const void *drawn, size_t index) {
  return fill->dtype == SOW_FLOAT64 ? ((const double *)drawn)[index] : (double)((const float *)drawn)[index];
}

/* Both products are torch's mul_: Q rounded to the dtype, then times the gain in the dtype. */
static void store(const sow__fill *fill, double q, void *out, size_t index) {
  if (fill->dtype == SOW_FLOAT64)
    ((double *)out)[index] = q * fill->p[0];
  else
    ((float *)out)[index] = (float)q * (float)fill->p[0];
}

/* Elements [begin, end) of Q into `out`, by way of `drawn` (the normals) and `matrix` (the factored one). */
static bool orthogonal_make(const sow__fill *fill, uint64_t begin, uint64_t end, const void *drawn,
                            double *matrix, void *out) {
  size_t rows = (size_t)fill->shape[0];
  size_t cols = rows > 0 ? (size_t)fill->count / rows : 0;
  if (cols == 0)
    return true;
  bool wide = rows < cols;
  size_t tall = wide ? cols : rows, narrow = wide ? rows : cols;
  for (size_t k = 0; k < tall; k++)
    for (size_t j = 0; j < narrow; j++)
      matrix[k * narrow + j] = draw_value(fill, drawn, wide ? j * cols + k : k * cols + j);
  if (!sow__qr_orthonormal(matrix, tall, narrow))
    return false;
  for (uint64_t i = begin; i < end; i++) {
    size_t row = (size_t)i / cols, col = (size_t)i % cols;
    store(fill, matrix[wide ? col * narrow + row : (size_t)i], out, (size_t)(i - begin));
  }
  return true;
}

static sow_status orthogonal_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                                 void *out, sow_error *error) {
  sow__fill normals = orthogonal_normals(fill);
  size_t count = (size_t)fill->count;
  int64_t bytes;
  if (!sow__mul(fill->count, (int64_t)sizeof(double), &bytes) || (uint64_t)bytes > SIZE_MAX)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  void *drawn = malloc(count * sow_dtype_size(fill->dtype));
  double *matrix = malloc((size_t)bytes);
  sow_status status = SOW_NO_MEMORY;
  if (drawn != NULL && matrix != NULL) {
    status = sow__fill_run(&normals, cursor, 0, (uint64_t)count, drawn, error);
    if (status == SOW_OK && !orthogonal_make(fill, begin, end, drawn, matrix, out))
      status = SOW_NO_MEMORY;
  }
  free(matrix);
  free(drawn);
  return status == SOW_NO_MEMORY ? sow__fail(error, status, NULL) : status;
}

const sow__family sow__family_orthogonal = {
    .name = "orthogonal", .bind = orthogonal_bind, .run = orthogonal_run, .logical = true};

/*
 * orthogonal_: rows x the rest normal numbers (torch's rows are size(0)), the Q of their QR factorisation (of
 * the transpose where that is taller) with R's diagonal positive, times the gain. The numbers are torch's up
 * to rounding, and sow's are the same everywhere. float32 is factored in double, so that no condition of the
 * matrix is too bad.
 */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "linalg/qr.h"
#include "op/op.h"

/* torch draws into a fresh contiguous matrix, whatever the tensor's strides. */
static sow__step orthogonal_normals(const sow__step *step) {
  sow__step normals = *step;
  normals.op = &sow__op_normal;
  normals.ndim = 1;
  normals.shape = &step->count;
  normals.strides = NULL;
  normals.p[0] = 0.0;
  normals.p[1] = 1.0;
  return normals;
}

static sow_status orthogonal_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  sow__step normals = orthogonal_normals(step);
  sow_status status = sow__step_bind(&normals, worker, place, error);
  if (status != SOW_OK)
    return status;
  step->draws = normals.draws;
  step->grain = (uint64_t)step->count;
  return SOW_OK;
}

/* The matrix that is factored: the drawn one, or its transpose where that is taller. */
typedef struct shape {
  size_t rows, cols; /* as drawn */
  bool wide;
  sow__qr qr;
} shape;

static bool shape_of(const sow__step *step, shape *s) {
  s->rows = (size_t)step->p[1];
  s->cols = (size_t)step->count / s->rows;
  s->wide = s->rows < s->cols;
  return s->wide ? sow__qr_size(s->cols, s->rows, &s->qr) : sow__qr_size(s->rows, s->cols, &s->qr);
}

/* Elements that follow each other in the tensor and lie evenly in the factored matrix. */
typedef struct run {
  size_t row, col; /* of the first, in the factored matrix */
  size_t length, step;
} run;

/* The longest from element `at` on, up to `limit` elements. */
static run run_from(const shape *s, size_t at, size_t limit) {
  size_t row = at / s->cols, col = at % s->cols;
  run r = {.row = s->wide ? col : row, .col = s->wide ? row : col, .step = s->wide ? SOW__STRIP : 1};
  size_t left = s->cols - col, strip = SOW__STRIP - col % SOW__STRIP;
  r.length = s->wide || left < strip ? left : strip;
  r.length = r.length < limit ? r.length : limit;
  return r;
}

enum { PIECE = 4096 }; /* elements drawn at once; whole blocks of normal_ */

typedef union piece {
  float f32[PIECE];
  double f64[PIECE];
} piece;

static sow_status draw(const sow__step *step, sow__worker *worker, const shape *s, double *matrix,
                       sow_error *error) {
  sow__step normals = orthogonal_normals(step);
  size_t count = (size_t)step->count;
  for (size_t at = 0; at < count; at += PIECE) {
    piece drawn;
    size_t length = count - at < PIECE ? count - at : PIECE;
    sow_status status = sow__step_run(&normals, worker, at, at + length, &drawn, error);
    if (status != SOW_OK)
      return status;
    for (size_t i = 0; i < length;) {
      run r = run_from(s, at + i, length - i);
      double *to = matrix + sow__qr_index(&s->qr, r.row, r.col);
      for (size_t k = 0; k < r.length; k++)
        to[k * r.step] = step->dtype == SOW_FLOAT64 ? drawn.f64[i + k] : (double)drawn.f32[i + k];
      i += r.length;
    }
  }
  return SOW_OK;
}

/* Both products are torch's mul_: Q in the dtype, times the gain in the dtype. */
static void store_f64(const sow__step *step, const shape *s, const double *matrix, size_t begin, size_t end,
                      double *out) {
  for (size_t at = begin; at < end;) {
    run r = run_from(s, at, end - at);
    const double *from = matrix + sow__qr_index(&s->qr, r.row, r.col);
    for (size_t k = 0; k < r.length; k++)
      out[at - begin + k] = from[k * r.step] * step->p[0];
    at += r.length;
  }
}

static void store_f32(const sow__step *step, const shape *s, const float *matrix, size_t begin, size_t end,
                      float *out) {
  for (size_t at = begin; at < end;) {
    run r = run_from(s, at, end - at);
    const float *from = matrix + sow__qr_index_f32(&s->qr, r.row, r.col);
    for (size_t k = 0; k < r.length; k++)
      out[at - begin + k] = from[k * r.step] * (float)step->p[0];
    at += r.length;
  }
}

static sow_status orthogonal_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                                 void *out, sow_error *error) {
  shape s;
  double *matrix = shape_of(step, &s) ? sow__large_alloc(s.qr.count * sizeof *matrix) : NULL;
  if (matrix == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = draw(step, worker, &s, matrix, error);
  int threads = worker->threads > 1 ? worker->threads : 1;
  if (status == SOW_OK && step->dtype == SOW_FLOAT64) {
    sow__qr_f64(&s.qr, sow__tile_select(), threads, matrix);
    store_f64(step, &s, matrix, (size_t)begin, (size_t)end, out);
  } else if (status == SOW_OK) {
    sow__qr_f32(&s.qr, sow__tile_select(), threads, matrix);
    store_f32(step, &s, (const float *)matrix, (size_t)begin, (size_t)end, out);
  }
  free(matrix);
  return status;
}

static uint64_t orthogonal_memory(const sow__step *step) {
  shape s;
  if (step->count == 0)
    return 0;
  size_t bytes = shape_of(step, &s) ? sow__large_size(s.qr.count * sizeof(double)) : 0;
  return bytes == 0 ? UINT64_MAX : bytes;
}

/* ---- the row ---- */

enum { WEIGHT = 15 }; /* sixteenths of a nanosecond for the draw, as measured with AVX2 */

/* A QR takes about 8/3*columns operations for each element, and does some 40 in a nanosecond. */
static uint32_t orthogonal_weight(const sow__step *step) {
  int64_t rows = (int64_t)step->p[1], columns = rows > 0 ? step->count / rows : 0;
  int64_t narrow = rows < columns ? rows : columns;
  return sow__store_weight(step) + WEIGHT + (uint32_t)(narrow < 1 << 16 ? narrow : 1 << 16);
}

/* min(rows, columns) vectors of length 1 in rows*columns numbers; the bound allows for sow's rounding. */
static sow_distribution orthogonal_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  double rows = step->p[1], columns = (double)step->count / rows, longest = fmax(rows, columns);
  double gain = fabs(step->p[0]), bound = gain * (1 + (step->dtype == SOW_FLOAT32 ? 1e-5 : 1e-13));
  return (sow_distribution){
      SOW_DENSITY_SPHERE, 0, gain / sqrt(longest), -bound, bound, 0, gain, longest, 1, rows};
}

SOW__OP(orthogonal, "orthogonal_", SOW__DRAWS, SOW__OVERWRITES, SOW__SHARED, SOW__BY_INDEX, SOW__MAY_FAIL,
        orthogonal_bind, orthogonal_run, orthogonal_memory, orthogonal_weight, orthogonal_expect);

/*
 * orthogonal_: size(0) x the rest normal numbers, the Q of their QR factorisation (of the transpose where
 * that is taller) with R's diagonal positive, times the gain. The numbers are torch's up to rounding, and
 * sow's are the same everywhere. float32 is factored in double, so that no condition of the matrix is too
 * bad.
 */
#include <stdlib.h>
#include <sys/mman.h>

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

/*
 * Large pages where the system has them: 2048 x 2048 takes 5 % less time for 8000 page faults fewer. A matrix
 * of a few of them has no use for any.
 */
#define PAGE ((size_t)2 << 20)
#define LEAST_PAGES 4

/* Of all that the factorisation needs; 0 where no machine has as many. */
static size_t memory_size(const shape *s) {
  size_t bytes = s->qr.count * sizeof(double), rest = bytes % PAGE;
  if (bytes < LEAST_PAGES * PAGE || rest == 0)
    return bytes;
  return bytes > SIZE_MAX - PAGE ? 0 : bytes + (PAGE - rest);
}

static double *memory_new(const shape *s) {
  size_t bytes = memory_size(s);
  if (bytes < LEAST_PAGES * PAGE)
    return bytes == 0 ? NULL : malloc(bytes);
  void *memory = aligned_alloc(PAGE, bytes);
#if defined(MADV_HUGEPAGE)
  if (memory != NULL)
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
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

static sow_status draw(const sow__fill *fill, sow__cursor *cursor, const shape *s, double *matrix,
                       sow_error *error) {
  sow__fill normals = orthogonal_normals(fill);
  size_t count = (size_t)fill->count;
  for (size_t at = 0; at < count; at += PIECE) {
    piece drawn;
    size_t length = count - at < PIECE ? count - at : PIECE;
    sow_status status = sow__fill_run(&normals, cursor, at, at + length, &drawn, error);
    if (status != SOW_OK)
      return status;
    for (size_t i = 0; i < length;) {
      run r = run_from(s, at + i, length - i);
      double *to = matrix + sow__qr_index(&s->qr, r.row, r.col);
      for (size_t k = 0; k < r.length; k++)
        to[k * r.step] = fill->dtype == SOW_FLOAT64 ? drawn.f64[i + k] : (double)drawn.f32[i + k];
      i += r.length;
    }
  }
  return SOW_OK;
}

/* Both products are torch's mul_: Q in the dtype, times the gain in the dtype. */
static void store_f64(const sow__fill *fill, const shape *s, const double *matrix, size_t begin, size_t end,
                      double *out) {
  for (size_t at = begin; at < end;) {
    run r = run_from(s, at, end - at);
    const double *from = matrix + sow__qr_index(&s->qr, r.row, r.col);
    for (size_t k = 0; k < r.length; k++)
      out[at - begin + k] = from[k * r.step] * fill->p[0];
    at += r.length;
  }
}

static void store_f32(const sow__fill *fill, const shape *s, const float *matrix, size_t begin, size_t end,
                      float *out) {
  for (size_t at = begin; at < end;) {
    run r = run_from(s, at, end - at);
    const float *from = matrix + sow__qr_index_f32(&s->qr, r.row, r.col);
    for (size_t k = 0; k < r.length; k++)
      out[at - begin + k] = from[k * r.step] * (float)fill->p[0];
    at += r.length;
  }
}

static sow_status orthogonal_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                                 void *out, sow_error *error) {
  shape s;
  double *matrix = shape_of(fill, &s) ? memory_new(&s) : NULL;
  if (matrix == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = draw(fill, cursor, &s, matrix, error);
  int threads = fill->threads > 1 ? fill->threads : 1;
  if (status == SOW_OK && fill->dtype == SOW_FLOAT64) {
    sow__qr_f64(&s.qr, sow__tile_select(), threads, matrix);
    store_f64(fill, &s, matrix, (size_t)begin, (size_t)end, out);
  } else if (status == SOW_OK) {
    sow__qr_f32(&s.qr, sow__tile_select(), threads, matrix);
    store_f32(fill, &s, (const float *)matrix, (size_t)begin, (size_t)end, out);
  }
  free(matrix);
  return status;
}

static uint64_t orthogonal_memory(const sow__fill *fill) {
  shape s;
  if (fill->count == 0)
    return 0;
  size_t bytes = shape_of(fill, &s) ? memory_size(&s) : 0;
  return bytes == 0 ? UINT64_MAX : bytes;
}

const sow__family sow__family_orthogonal = {.name = "orthogonal",
                                            .bind = orthogonal_bind,
                                            .run = orthogonal_run,
                                            .memory = orthogonal_memory,
                                            .logical = true};

/*
 * The three loops in which the QR spends its time, as one table of functions per instruction set. Every table
 * gives the same bits: a product is rounded, then its sum, and each sum has one order. (Fused multiply-add
 * would round once, but costs a call for every element where the processor lacks it.)
 */
#ifndef SOW_LINALG_TILE_H
#define SOW_LINALG_TILE_H

#include <stddef.h>

enum {
  SOW__PANEL = 48,      /* reflectors that are applied together; the stride of their array */
  SOW__STRIP = 16,      /* columns of the matrix that lie together, one row after the other */
  SOW__BLOCK_ROWS = 48, /* rows whose products are summed before the sum joins the total */
  SOW__ROUND = 12,      /* counts of rows and of reflectors are multiples of it, by zeros */
};

/*
 * v holds rows of SOW__PANEL, c (but for `stride`) and w and x rows of SOW__STRIP. rows and width are
 * multiples of SOW__ROUND. Arrays are aligned for doubles only and do not overlap.
 */
typedef struct sow__tile {
  const char *name;
  /*
   * w[i][j] += sum over k < rows of v[k][i]*c[k][j], k ascending from a sum of 0, for i < width and
   * j < SOW__STRIP. Rows of c are `stride` apart.
   */
  void (*gather_f64)(const double *v, const double *c, size_t stride, size_t rows, size_t width, double *w);
  void (*gather_f32)(const float *v, const float *c, size_t stride, size_t rows, size_t width, float *w);
  /* c[k][j] -= sum over i < width of v[k][i]*x[i][j], i ascending from a sum of 0. */
  void (*scatter_f64)(const double *v, const double *x, size_t rows, size_t width, double *c);
  void (*scatter_f32)(const float *v, const float *x, size_t rows, size_t width, float *c);
  /*
   * In each of any number of rows: v[j] *= scale, then v[i] -= dot[i]*v[j] for i > j. And, for i > j,
   * sum[i] += sum over the rows, ascending from 0, of v[j + 1]*v[i]. j + 1 < SOW__PANEL; dot[i] is 0 for
   * i <= j, and sum[i] is anything there.
   */
  void (*reflect)(double *v, size_t rows, size_t j, double scale, const double *dot, double *sum);
} sow__tile;

/* One file each; x86's and Arm's exist in their builds only. */
extern const sow__tile sow__tile_portable;
extern const sow__tile sow__tile_neon;
extern const sow__tile sow__tile_avx2;
extern const sow__tile sow__tile_avx512;

/* The table of one of sow_isa_name's instruction sets, which the machine must support. */
const sow__tile *sow__tile_of(int isa);

/* The table that this process uses. Thread-safe. */
const sow__tile *sow__tile_select(void);

#endif

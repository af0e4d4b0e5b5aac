/*
 * The loops of tile.h over lanes of SOW__LANES doubles, in tiles of SOW__TALL by SOW__WIDE lanes, whose sums
 * stay in registers. Lanes are different columns, so how many there are does not show in any sum. A table's
 * file defines the three numbers and includes this once.
 */
#ifndef SOW_LINALG_TILE_LANES_H
#define SOW_LINALG_TILE_LANES_H

#include "linalg/tile.h"

_Static_assert(SOW__STRIP % (SOW__WIDE * SOW__LANES) == 0 && SOW__ROUND % SOW__TALL == 0 &&
                   SOW__REFLECT_STEP % SOW__LANES == 0,
               "tiles fill a strip, the rows, and a step of columns");

#if SOW__LANES > 1
typedef double lanes __attribute__((vector_size(8 * SOW__LANES), aligned(8), may_alias));
#else
typedef double lanes;
#endif

typedef lanes sums[SOW__TALL][SOW__WIDE];

/* sum[a][b] += v[a]*c[b], where the v are `step` apart. Without unrolling, sums would live in memory. */
static inline void tile_add(sums sum, const double *v, size_t step, const double *c) {
#pragma GCC unroll 8
  for (size_t a = 0; a < SOW__TALL; a++)
#pragma GCC unroll 8
    for (size_t b = 0; b < SOW__WIDE; b++)
      sum[a][b] += v[a * step] * *(const lanes *)(c + b * SOW__LANES);
}

static void gather(const double *v, const double *c, size_t stride, size_t rows, size_t width, double *w) {
  for (size_t j = 0; j < SOW__STRIP; j += SOW__WIDE * SOW__LANES)
    for (size_t i = 0; i < width; i += SOW__TALL) {
      sums sum = {{{0}}};
      for (size_t k = 0; k < rows; k++)
        tile_add(sum, v + k * SOW__PANEL + i, 1, c + k * stride + j);
#pragma GCC unroll 8
      for (size_t a = 0; a < SOW__TALL; a++)
#pragma GCC unroll 8
        for (size_t b = 0; b < SOW__WIDE; b++)
          *(lanes *)(w + (i + a) * SOW__STRIP + j + b * SOW__LANES) += sum[a][b];
    }
}

static void scatter(const double *v, const double *x, size_t rows, size_t width, double *c) {
  for (size_t k = 0; k < rows; k += SOW__TALL)
    for (size_t j = 0; j < SOW__STRIP; j += SOW__WIDE * SOW__LANES) {
      sums sum = {{{0}}};
      for (size_t i = 0; i < width; i++)
        tile_add(sum, v + k * SOW__PANEL + i, SOW__PANEL, x + i * SOW__STRIP + j);
#pragma GCC unroll 8
      for (size_t a = 0; a < SOW__TALL; a++)
#pragma GCC unroll 8
        for (size_t b = 0; b < SOW__WIDE; b++)
          *(lanes *)(c + (k + a) * SOW__STRIP + j + b * SOW__LANES) -= sum[a][b];
    }
}

/* For the columns from `first` on, which the compiler knows. */
static inline void reflect_from(size_t first, double *v, size_t rows, size_t j, double scale,
                                const double *dot, double *sum) {
  enum { COUNT = SOW__PANEL / SOW__LANES };
  lanes total[COUNT] = {{0}};
  for (size_t k = 0; k < rows; k++) {
    double *row = v + k * SOW__PANEL;
    double scaled = row[j] * scale;
    double next = row[j + 1] - dot[j + 1] * scaled;
#pragma GCC unroll 48
    for (size_t b = first / SOW__LANES; b < COUNT; b++) {
      lanes *at = (lanes *)(row + b * SOW__LANES);
      *at -= *(const lanes *)(dot + b * SOW__LANES) * scaled;
      total[b] += next * *at;
    }
    row[j] = scaled;
  }
#pragma GCC unroll 48
  for (size_t b = first / SOW__LANES; b < COUNT; b++)
    *(lanes *)(sum + b * SOW__LANES) += total[b];
}

static void reflect(double *v, size_t rows, size_t j, double scale, const double *dot, double *sum) {
  switch ((j + 1) / SOW__REFLECT_STEP) {
  case 0:
    reflect_from(0, v, rows, j, scale, dot, sum);
    break;
  case 1:
    reflect_from(SOW__REFLECT_STEP, v, rows, j, scale, dot, sum);
    break;
  case 2:
    reflect_from(2 * SOW__REFLECT_STEP, v, rows, j, scale, dot, sum);
    break;
  case 3:
    reflect_from(3 * SOW__REFLECT_STEP, v, rows, j, scale, dot, sum);
    break;
  case 4:
    reflect_from(4 * SOW__REFLECT_STEP, v, rows, j, scale, dot, sum);
    break;
  default:
    reflect_from(5 * SOW__REFLECT_STEP, v, rows, j, scale, dot, sum);
  }
}

#endif

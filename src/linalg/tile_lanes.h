/*
 * The loops of tile.h over vectors of SOW__BYTES. A table's file defines that, and for each type how many
 * rows and how many vectors a tile has (SOW__F64_TALL, SOW__F64_WIDE, …), and includes this once.
 */
#ifndef SOW_LINALG_TILE_LANES_H
#define SOW_LINALG_TILE_LANES_H

#include <stdint.h>

#include "base/inline.h"
#include "linalg/tile.h"

/* What a block of a strip has time to bring near: as many bytes of the next one as of sums, tile by tile. */
SOW__INLINE void fetch(uintptr_t from, size_t bytes) {
#if defined(__GNUC__)
#pragma GCC unroll 16
  for (size_t at = 0; at < bytes; at += 64)
    __builtin_prefetch((const void *)(from + at));
#else
  (void)from;
  (void)bytes;
#endif
}

#define SOW__REAL double
#define SOW__NAME(x) x##_f64
#define SOW__TALL SOW__F64_TALL
#define SOW__WIDE SOW__F64_WIDE
#include "linalg/tile_loops.h"
#undef SOW__REAL
#undef SOW__NAME
#undef SOW__TALL
#undef SOW__WIDE

#define SOW__REAL float
#define SOW__NAME(x) x##_f32
#define SOW__TALL SOW__F32_TALL
#define SOW__WIDE SOW__F32_WIDE
#include "linalg/tile_loops.h"
#undef SOW__REAL
#undef SOW__NAME
#undef SOW__TALL
#undef SOW__WIDE

enum { LANES = sizeof(lanes_f64) / sizeof(double), STEP = 8 /* columns that are left out together */ };
_Static_assert(STEP % LANES == 0 && SOW__PANEL == 6 * STEP, "reflect has a case for every step");

/* For the columns from `first` on, which the compiler knows. */
SOW__INLINE void reflect_from(size_t first, double *v, size_t rows, size_t j, double scale, const double *dot,
                              double *sum) {
  lanes_f64 total[SOW__PANEL / LANES] = {{0}};
  for (size_t k = 0; k < rows; k++) {
    double *row = v + k * SOW__PANEL;
    double scaled = row[j] * scale;
    double next = row[j + 1] - dot[j + 1] * scaled;
#pragma GCC unroll 48
    for (size_t b = first / LANES; b < SOW__PANEL / LANES; b++) {
      lanes_f64 *at = (lanes_f64 *)(row + b * LANES);
      *at -= *(const lanes_f64 *)(dot + b * LANES) * scaled;
      total[b] += next * *at;
    }
    row[j] = scaled;
  }
#pragma GCC unroll 48
  for (size_t b = first / LANES; b < SOW__PANEL / LANES; b++)
    *(lanes_f64 *)(sum + b * LANES) += total[b];
}

static void reflect(double *v, size_t rows, size_t j, double scale, const double *dot, double *sum) {
  switch ((j + 1) / STEP) {
  case 0:
    reflect_from(0, v, rows, j, scale, dot, sum);
    break;
  case 1:
    reflect_from(STEP, v, rows, j, scale, dot, sum);
    break;
  case 2:
    reflect_from(2 * STEP, v, rows, j, scale, dot, sum);
    break;
  case 3:
    reflect_from(3 * STEP, v, rows, j, scale, dot, sum);
    break;
  case 4:
    reflect_from(4 * STEP, v, rows, j, scale, dot, sum);
    break;
  default:
    reflect_from(5 * STEP, v, rows, j, scale, dot, sum);
  }
}

#define SOW__TILE_LOOPS                                                                                      \
  .gather_f64 = gather_f64, .scatter_f64 = scatter_f64, .gather_f32 = gather_f32,                            \
  .scatter_f32 = scatter_f32, .reflect = reflect

#endif

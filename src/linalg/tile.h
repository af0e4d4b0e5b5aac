/* The two loops in which the QR spends its time, on tiles that fit a cache. */
#ifndef SOW_LINALG_TILE_H
#define SOW_LINALG_TILE_H

#include <stddef.h>

enum {
  SOW__PANEL = 32,      /* reflectors that are applied together; the stride of their array */
  SOW__TILE_COLS = 64,  /* columns of a tile; the stride of a packed one */
  SOW__TILE_ROWS = 256, /* rows whose products are summed before the sum joins the total */
};

/*
 * w[i][j] += sum over k < rows of v[k][i]*c[k][j], k ascending from a sum of 0, for i < width and j < cols
 * rounded up to fours. rows <= SOW__TILE_ROWS; v has stride SOW__PANEL, c and w SOW__TILE_COLS.
 */
void sow__tile_gather(const double *v, const double *c, size_t rows, size_t width, size_t cols, double *w);

/*
 * c[k][j] -= sum over i < width (rounded up to fours) of v[k][i]*x[i][j], i ascending from a sum of 0, for
 * k < rows and j < cols. c has stride `stride`.
 */
void sow__tile_scatter(const double *v, const double *x, size_t rows, size_t width, size_t cols, double *c,
                       size_t stride);

#endif

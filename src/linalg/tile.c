#include "linalg/tile.h"

enum { STEP = 4 };

static size_t round_up(size_t n) {
  return (n + STEP - 1) / STEP * STEP;
}

/* A sum never leaves its place in `sum`, so 16 of them can run side by side in any registers. */
static void gather_step(const double *v, const double *c, size_t rows, double *w) {
  double sum[STEP][STEP] = {{0.0}};
  for (size_t k = 0; k < rows; k++) {
    const double *vk = v + k * SOW__PANEL;
    const double *ck = c + k * SOW__TILE_COLS;
    for (int i = 0; i < STEP; i++)
      for (int j = 0; j < STEP; j++)
        sum[i][j] += vk[i] * ck[j];
  }
  for (int i = 0; i < STEP; i++)
    for (int j = 0; j < STEP; j++)
      w[i * SOW__TILE_COLS + j] += sum[i][j];
}

void sow__tile_gather(const double *v, const double *c, size_t rows, size_t width, size_t cols, double *w) {
  for (size_t j = 0; j < round_up(cols); j += STEP)
    for (size_t i = 0; i < round_up(width); i += STEP)
      gather_step(v + i, c + j, rows, w + i * SOW__TILE_COLS + j);
}

static void scatter_step(const double *v, const double *x, size_t width, size_t rows, size_t cols, double *c,
                         size_t stride) {
  double sum[STEP][STEP] = {{0.0}};
  for (size_t i = 0; i < width; i++) {
    const double *xi = x + i * SOW__TILE_COLS;
    for (int k = 0; k < STEP; k++)
      for (int j = 0; j < STEP; j++)
        sum[k][j] += v[(size_t)k * SOW__PANEL + i] * xi[j];
  }
  for (size_t k = 0; k < rows; k++)
    for (size_t j = 0; j < cols; j++)
      c[k * stride + j] -= sum[k][j];
}

void sow__tile_scatter(const double *v, const double *x, size_t rows, size_t width, size_t cols, double *c,
                       size_t stride) {
  for (size_t k = 0; k < rows; k += STEP)
    for (size_t j = 0; j < cols; j += STEP)
      scatter_step(v + k * SOW__PANEL, x + j, round_up(width), rows - k < STEP ? rows - k : STEP,
                   cols - j < STEP ? cols - j : STEP, c + k * stride + j, stride);
}

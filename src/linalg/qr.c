#include "linalg/qr.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "linalg/tile.h"

/* What a factorisation needs beside the matrix; one allocation. */
typedef struct workspace {
  double *panel;  /* rows x SOW__PANEL: the reflectors at work; rows up to a multiple of 4 are readable */
  double *factor; /* cols x SOW__PANEL: the triangular T of each panel */
  double *sign;   /* cols: of R's diagonal */
  double *packed; /* SOW__TILE_ROWS x SOW__TILE_COLS: part of a column tile */
  double *w, *x;  /* SOW__PANEL x SOW__TILE_COLS each */
} workspace;

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static double *workspace_make(workspace *work, size_t rows, size_t cols) {
  size_t padded_rows = (rows + 3) / 4 * 4;
  size_t panels = (cols + SOW__PANEL - 1) / SOW__PANEL;
  size_t fixed = (size_t)(SOW__TILE_ROWS + 2 * SOW__PANEL) * SOW__TILE_COLS;
  size_t most = SIZE_MAX / sizeof(double) - fixed;
  if (padded_rows < rows || padded_rows > most / (4 * SOW__PANEL))
    return NULL;
  size_t panel_size = padded_rows * SOW__PANEL;
  size_t factor_size = panels * SOW__PANEL * SOW__PANEL;
  double *memory = calloc(panel_size + factor_size + cols + fixed, sizeof *memory);
  if (memory == NULL)
    return NULL;
  work->panel = memory;
  work->factor = work->panel + panel_size;
  work->packed = work->factor + factor_size;
  work->w = work->packed + (size_t)SOW__TILE_ROWS * SOW__TILE_COLS;
  work->x = work->w + (size_t)SOW__PANEL * SOW__TILE_COLS;
  work->sign = work->x + (size_t)SOW__PANEL * SOW__TILE_COLS;
  return memory;
}

/* The squares of column `j` below row `j`. */
static double panel_squares(const double *panel, size_t rows, size_t j) {
  double total = 0.0;
  for (size_t block = j + 1; block < rows; block += SOW__TILE_ROWS) {
    size_t stop = smaller(block + SOW__TILE_ROWS, rows);
    double sum = 0.0;
    for (size_t k = block; k < stop; k++)
      sum += panel[k * SOW__PANEL + j] * panel[k * SOW__PANEL + j];
    total += sum;
  }
  return total;
}

/* dot[i] = column j (whose diagonal counts as 1) times column i, for the columns right of j; 0 for the rest.
 */
static void panel_products(const double *panel, size_t rows, size_t j, double dot[SOW__PANEL]) {
  double total[SOW__PANEL];
  memcpy(total, panel + j * SOW__PANEL, sizeof total);
  for (size_t block = j + 1; block < rows; block += SOW__TILE_ROWS) {
    size_t stop = smaller(block + SOW__TILE_ROWS, rows);
    double sum[SOW__PANEL] = {0.0};
    for (size_t k = block; k < stop; k++) {
      const double *row = panel + k * SOW__PANEL;
      double v = row[j];
      for (int i = 0; i < SOW__PANEL; i++)
        sum[i] += v * row[i];
    }
    for (int i = 0; i < SOW__PANEL; i++)
      total[i] += sum[i];
  }
  for (size_t i = 0; i < SOW__PANEL; i++)
    dot[i] = i > j ? total[i] : 0.0;
}

/*
 * Makes column j's reflector I - tau*v*v' (v[j] = 1, the rest stored below the diagonal), which leaves `beta`
 * on the diagonal, and applies it to the columns right of it. Returns tau.
 */
static double panel_reflect(double *panel, size_t rows, size_t j, double *sign) {
  double alpha = panel[j * SOW__PANEL + j];
  double squares = panel_squares(panel, rows, j);
  if (squares == 0.0) { /* nothing to remove: the identity, and R has alpha itself */
    *sign = (double)((alpha > 0.0) - (alpha < 0.0));
    return 0.0;
  }
  double beta = -copysign(sqrt(alpha * alpha + squares), alpha);
  double tau = (beta - alpha) / beta;
  double scale = 1.0 / (alpha - beta);
  *sign = copysign(1.0, beta);
  for (size_t k = j + 1; k < rows; k++)
    panel[k * SOW__PANEL + j] *= scale;

  double dot[SOW__PANEL];
  panel_products(panel, rows, j, dot);
  for (int i = 0; i < SOW__PANEL; i++)
    dot[i] *= tau;
  for (int i = 0; i < SOW__PANEL; i++)
    panel[j * SOW__PANEL + (size_t)i] -= dot[i];
  for (size_t k = j + 1; k < rows; k++) {
    double *row = panel + k * SOW__PANEL;
    double v = row[j];
    for (int i = 0; i < SOW__PANEL; i++)
      row[i] -= dot[i] * v;
  }
  return tau;
}

/* Copies the panel's columns out of the matrix, or the reflectors (1 on the diagonal, 0 above) that it holds.
 */
static void panel_load(const double *a, size_t stride, size_t rows, size_t width, double *panel) {
  for (size_t k = 0; k < rows; k++) {
    memcpy(panel + k * SOW__PANEL, a + k * stride, width * sizeof *panel);
    memset(panel + k * SOW__PANEL + width, 0, (SOW__PANEL - width) * sizeof *panel);
  }
  size_t readable = (rows + 3) / 4 * 4;
  memset(panel + rows * SOW__PANEL, 0, (readable - rows) * SOW__PANEL * sizeof *panel);
}

static void panel_store(const double *panel, size_t rows, size_t width, double *a, size_t stride) {
  for (size_t k = 0; k < rows; k++)
    memcpy(a + k * stride, panel + k * SOW__PANEL, width * sizeof *a);
}

static void panel_unit(double *panel, size_t width) {
  for (size_t k = 0; k < width; k++) {
    memset(panel + k * SOW__PANEL + k, 0, (SOW__PANEL - k) * sizeof *panel);
    panel[k * SOW__PANEL + k] = 1.0;
  }
}

/* w = V' * C for a tile of `cols` columns of the matrix at c. */
static void tile_products(const workspace *work, const double *c, size_t stride, size_t rows, size_t width,
                          size_t cols) {
  memset(work->w, 0, (size_t)SOW__PANEL * SOW__TILE_COLS * sizeof *work->w);
  for (size_t block = 0; block < rows; block += SOW__TILE_ROWS) {
    size_t count = smaller(SOW__TILE_ROWS, rows - block);
    for (size_t k = 0; k < count; k++) {
      double *row = work->packed + k * SOW__TILE_COLS;
      memcpy(row, c + (block + k) * stride, cols * sizeof *row);
      memset(row + cols, 0, (SOW__TILE_COLS - cols) * sizeof *row);
    }
    sow__tile_gather(work->panel + block * SOW__PANEL, work->packed, count, width, cols, work->w);
  }
}

/* x = T*w, or T'*w where `transposed`; T is upper triangular. */
static void tile_triangle(const workspace *work, const double *t, size_t width, bool transposed) {
  memset(work->x, 0, (size_t)SOW__PANEL * SOW__TILE_COLS * sizeof *work->x);
  for (size_t i = 0; i < width; i++) {
    double *x = work->x + i * SOW__TILE_COLS;
    size_t first = transposed ? 0 : i;
    size_t last = transposed ? i : width - 1;
    for (size_t l = first; l <= last; l++) {
      double factor = transposed ? t[l * SOW__PANEL + i] : t[i * SOW__PANEL + l];
      const double *w = work->w + l * SOW__TILE_COLS;
      for (int j = 0; j < SOW__TILE_COLS; j++)
        x[j] += factor * w[j];
    }
  }
}

/* C -= V * T * V' * C (T' where `transposed`), one tile of columns after the other; tiles are independent. */
static void block_apply(const workspace *work, const double *t, size_t width, bool transposed, double *c,
                        size_t stride, size_t rows, size_t cols) {
  for (size_t j = 0; j < cols; j += SOW__TILE_COLS) {
    size_t count = smaller(SOW__TILE_COLS, cols - j);
    tile_products(work, c + j, stride, rows, width, count);
    tile_triangle(work, t, width, transposed);
    sow__tile_scatter(work->panel, work->x, rows, width, count, c + j, stride);
  }
}

/* T such that the product of the panel's reflectors is I - V*T*V'. */
static void block_factor(const workspace *work, size_t rows, size_t width, const double tau[SOW__PANEL],
                         double *t) {
  tile_products(work, work->panel, SOW__PANEL, rows, width, SOW__PANEL);
  for (size_t i = 0; i < width; i++) {
    t[i * SOW__PANEL + i] = tau[i];
    for (size_t k = 0; k < i; k++) {
      double sum = 0.0;
      for (size_t l = k; l < i; l++)
        sum += t[k * SOW__PANEL + l] * work->w[l * SOW__TILE_COLS + i];
      t[k * SOW__PANEL + i] = -tau[i] * sum;
    }
  }
}

/* Leaves the reflectors below the diagonal of `a`. */
static void factorize(const workspace *work, double *a, size_t rows, size_t cols) {
  for (size_t j = 0; j < cols; j += SOW__PANEL) {
    size_t width = smaller(SOW__PANEL, cols - j);
    size_t below = rows - j;
    double *corner = a + j * cols + j;
    double *t = work->factor + j * SOW__PANEL;
    double tau[SOW__PANEL];
    panel_load(corner, cols, below, width, work->panel);
    for (size_t i = 0; i < width; i++)
      tau[i] = panel_reflect(work->panel, below, i, work->sign + j + i);
    panel_store(work->panel, below, width, corner, cols);
    panel_unit(work->panel, width);
    block_factor(work, below, width, tau, t);
    block_apply(work, t, width, true, corner + width, cols, below, cols - j - width);
  }
}

/* Applies the reflectors, the last ones first, to the identity, which takes their place column by column. */
static void expand(const workspace *work, double *a, size_t rows, size_t cols) {
  size_t panels = (cols + SOW__PANEL - 1) / SOW__PANEL;
  for (size_t p = panels; p-- > 0;) {
    size_t j = p * SOW__PANEL;
    size_t width = smaller(SOW__PANEL, cols - j);
    size_t below = rows - j;
    double *corner = a + j * cols + j;
    panel_load(corner, cols, below, width, work->panel);
    panel_unit(work->panel, width);
    for (size_t k = 0; k < width; k++) {
      memset(corner + k * cols, 0, (cols - j) * sizeof *corner);
      corner[k * cols + k] = 1.0;
    }
    for (size_t k = width; k < below; k++)
      memset(corner + k * cols, 0, width * sizeof *corner);
    block_apply(work, work->factor + j * SOW__PANEL, width, false, corner, cols, below, cols - j);
  }
}

bool sow__qr_orthonormal(double *a, size_t rows, size_t cols) {
  workspace work;
  double *memory = workspace_make(&work, rows, cols);
  if (memory == NULL)
    return false;
  factorize(&work, a, rows, cols);
  expand(&work, a, rows, cols);
  for (size_t k = 0; k < rows; k++)
    for (size_t j = 0; j < cols; j++)
      a[k * cols + j] *= work.sign[j];
  free(memory);
  return true;
}

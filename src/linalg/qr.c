#include "linalg/qr.h"

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "base/meeting.h"
#include "base/team.h"

/* Where everything is in the caller's memory, and what the threads share. */
typedef struct workspace {
  const sow__tile *tile;
  size_t cols, depth, strips;
  double *matrix;     /* strips x depth x SOW__STRIP */
  double *panel;      /* depth x SOW__PANEL: the reflectors at work, in the type of that work */
  double *transposed; /* SOW__PANEL x SOW__PANEL: what the panel at work takes from `factor` to make Q */
  double *factor;     /* SOW__PANEL x SOW__PANEL for each panel: its triangular T */
  double *sign;       /* cols: of R's diagonal */
  sow__meeting meeting;
  atomic_size_t turn; /* at the strips of the panel at work */
} workspace;

enum {
  FACTOR = SOW__PANEL * SOW__PANEL,
  SMALL = SOW__PANEL * SOW__STRIP,
  GROUP = 4, /* strips that are done together where there are many */
};

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t divide_up(size_t a, size_t b) {
  return a / b + (a % b != 0);
}

static size_t strips_of(size_t cols) {
  return divide_up(cols, SOW__STRIP);
}

static size_t round_up(size_t n) {
  return divide_up(n, SOW__ROUND) * SOW__ROUND;
}

bool sow__qr_size(size_t rows, size_t cols, sow__qr *qr) {
  size_t most = SIZE_MAX / sizeof(double);
  size_t padded = strips_of(cols) * SOW__STRIP;
  size_t factors = divide_up(cols, SOW__PANEL);
  if (rows > most - SOW__ROUND || factors > most / (2 * (FACTOR + SOW__PANEL)))
    return false;
  size_t depth = round_up(rows);
  if (depth > most / 2 / (padded + SOW__PANEL))
    return false;
  *qr = (sow__qr){.rows = rows, .cols = cols, .depth = depth};
  qr->count = depth * (padded + SOW__PANEL) + (factors + 1) * FACTOR + cols;
  return true;
}

#define SOW__REAL double
#define SOW__NAME(x) x##_f64
#include "linalg/qr_block.h"
#undef SOW__REAL
#undef SOW__NAME

#define SOW__REAL float
#define SOW__NAME(x) x##_f32
#include "linalg/qr_block.h"
#undef SOW__REAL
#undef SOW__NAME

/* Zeros right of the matrix and below it. */
static void matrix_pad(const workspace *work, size_t rows) {
  size_t last = work->cols % SOW__STRIP;
  for (size_t k = 0; k < rows && last != 0; k++)
    memset(strip_at_f64(work, k, work->cols) + last, 0, (SOW__STRIP - last) * sizeof(double));
  for (size_t col = 0; col < work->cols; col += SOW__STRIP)
    memset(strip_at_f64(work, rows, col), 0, (work->depth - rows) * SOW__STRIP * sizeof(double));
}

/* ---- a panel: up to SOW__PANEL columns, from their diagonal down, one row after the other ---- */

static void panel_store(const workspace *work, size_t j, size_t width) {
  size_t own = strips_of(width), below = work->depth - j;
  for (size_t k = 0; k < below; k++)
    for (size_t s = 0; s < own; s++)
      memcpy(strip_at_f64(work, j + k, j + s * SOW__STRIP), work->panel + k * SOW__PANEL + s * SOW__STRIP,
             SOW__STRIP * sizeof(double));
}

/* sum[i] = column 0 times column i, without the first row. */
static void panel_products(const double *panel, size_t rows, double sum[SOW__PANEL]) {
  memset(sum, 0, SOW__PANEL * sizeof *sum);
  for (size_t block = 1; block < rows; block += SOW__BLOCK_ROWS) {
    size_t stop = smaller(block + SOW__BLOCK_ROWS, rows);
    double total[SOW__PANEL] = {0.0};
    for (size_t k = block; k < stop; k++)
      for (size_t i = 0; i < SOW__PANEL; i++)
        total[i] += panel[k * SOW__PANEL] * panel[k * SOW__PANEL + i];
    for (size_t i = 0; i < SOW__PANEL; i++)
      sum[i] += total[i];
  }
}

/* What a reflector I - tau*v*v' is and does; v[j] is 1, the rest the column's times `scale`. */
typedef struct reflector {
  double tau, scale, sign; /* sign: of what it leaves on the diagonal */
  double dot[SOW__PANEL];  /* tau*v'*column i, for the columns right of j */
} reflector;

/* From column j's row j and sum[i], column j times column i below that row. */
static reflector reflector_make(const double *row, size_t j, const double sum[SOW__PANEL]) {
  reflector h = {0};
  double alpha = row[j], squares = sum[j];
  if (squares == 0.0) { /* nothing to remove: the identity, and R has alpha itself */
    h.sign = (double)((alpha > 0.0) - (alpha < 0.0));
    return h;
  }
  double beta = -copysign(sqrt(alpha * alpha + squares), alpha);
  h.tau = (beta - alpha) / beta;
  h.scale = 1.0 / (alpha - beta);
  h.sign = copysign(1.0, beta);
  for (size_t i = j + 1; i < SOW__PANEL; i++)
    h.dot[i] = h.tau * (row[i] + h.scale * sum[i]);
  return h;
}

/* One pass down the rows makes column j's v, applies it, and has the products for column j + 1. */
static void panel_apply(const workspace *work, size_t rows, size_t j, const reflector *h,
                        double sum[SOW__PANEL]) {
  double *row = work->panel + j * SOW__PANEL;
  for (size_t i = j + 1; i < SOW__PANEL; i++)
    row[i] -= h->dot[i];
  row += SOW__PANEL;
  double diagonal[SOW__PANEL] = {
      0.0}; /* products with the next diagonal's row, which reflectors treat apart */
  work->tile->reflect(row, 1, j, h->scale, h->dot, diagonal);
  memset(sum, 0, SOW__PANEL * sizeof *sum);
  for (size_t k = j + 2; k < rows; k += SOW__BLOCK_ROWS)
    work->tile->reflect(work->panel + k * SOW__PANEL, smaller(SOW__BLOCK_ROWS, rows - k), j, h->scale, h->dot,
                        sum);
}

static void panel_factorize(const workspace *work, size_t rows, size_t width, double tau[SOW__PANEL],
                            double *sign) {
  double sum[SOW__PANEL];
  panel_products(work->panel, rows, sum);
  for (size_t j = 0; j < width; j++) {
    reflector h = reflector_make(work->panel + j * SOW__PANEL, j, sum);
    tau[j] = h.tau;
    sign[j] = h.sign;
    if (j + 1 < width)
      panel_apply(work, rows, j, &h, sum);
    else
      for (size_t k = j + 1; k < rows; k++)
        work->panel[k * SOW__PANEL + j] *= h.scale;
  }
}

/* T from the panel's reflectors; its rows and columns beyond `width` are 0. */
static void block_factor(const workspace *work, size_t rows, size_t width, const double tau[SOW__PANEL],
                         double *t) {
  double products[SOW__PANEL / SOW__STRIP][SMALL] = {{0.0}};
  for (size_t s = 0; s < strips_of(width); s++)
    for (size_t k = 0; k < rows; k += SOW__BLOCK_ROWS)
      work->tile->gather_f64(work->panel + k * SOW__PANEL, work->panel + k * SOW__PANEL + s * SOW__STRIP,
                             SOW__PANEL, smaller(SOW__BLOCK_ROWS, rows - k), round_up(width), products[s]);
  memset(t, 0, FACTOR * sizeof *t);
  for (size_t i = 0; i < width; i++) {
    const double *column = products[i / SOW__STRIP] + i % SOW__STRIP;
    t[i * SOW__PANEL + i] = tau[i];
    for (size_t k = 0; k < i; k++) {
      double sum = 0.0;
      for (size_t l = k; l < i; l++)
        sum += t[k * SOW__PANEL + l] * column[l * SOW__STRIP];
      t[k * SOW__PANEL + i] = -tau[i] * sum;
    }
  }
}

/* ---- the whole, by a team: its first member makes each panel, and all take strips from then on ---- */

/* Leaves the reflectors below the diagonal, and of R nothing but its signs. */
static void factorize(workspace *work, int index, int count) {
  for (size_t j = 0; j < work->cols; j += SOW__PANEL) {
    size_t width = smaller(SOW__PANEL, work->cols - j), below = work->depth - j;
    double *t = work->factor + j / SOW__PANEL * FACTOR;
    if (index == 0) {
      double tau[SOW__PANEL];
      panel_load_f64(work, j, width);
      panel_factorize(work, below, width, tau, work->sign + j);
      panel_store(work, j, width);
      panel_unit_f64(work, width);
      block_factor(work, below, width, tau, t);
      atomic_store(&work->turn, 0);
    }
    sow__meeting_wait(&work->meeting, count);
    block_f64 rest = {.j = j, .width = SOW__PANEL, .t = t, .begin = 0, .end = below, .kept = SOW__PANEL};
    team_apply_f64(work, NULL, &rest, strips_of(j + width), strips_of(j + width), count);
    sow__meeting_wait(&work->meeting, count);
  }
}

static void body_f64(void *work, int index, int count) {
  factorize(work, index, count);
  expand_f64(work, index, count);
}

static void body_f32(void *work, int index, int count) {
  factorize(work, index, count);
  expand_f32(work, index, count);
}

static void run(const sow__qr *qr, const sow__tile *tile, int threads, double *memory,
                void (*body)(void *, int, int)) {
  workspace work = {.tile = tile, .cols = qr->cols, .depth = qr->depth, .strips = strips_of(qr->cols)};
  work.matrix = memory;
  work.panel = work.matrix + work.strips * work.depth * SOW__STRIP;
  work.transposed = work.panel + work.depth * SOW__PANEL;
  work.factor = work.transposed + FACTOR;
  work.sign = work.factor + divide_up(qr->cols, SOW__PANEL) * FACTOR;
  matrix_pad(&work, qr->rows);
  sow__meeting_open(&work.meeting);
  sow__team_run(threads, body, &work);
  sow__meeting_close(&work.meeting);
}

void sow__qr_f64(const sow__qr *qr, const sow__tile *tile, int threads, double *memory) {
  run(qr, tile, threads, memory, body_f64);
}

void sow__qr_f32(const sow__qr *qr, const sow__tile *tile, int threads, double *memory) {
  run(qr, tile, threads, memory, body_f32);
}

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
  double *matrix; /* strips x depth x SOW__STRIP */
  double *panel;  /* depth x SOW__PANEL: the reflectors at work */
  double *factor; /* SOW__PANEL x SOW__PANEL for each panel: its triangular T */
  double *sign;   /* cols: of R's diagonal */
  sow__meeting meeting;
  atomic_size_t next_strip; /* that no thread has taken */
} workspace;

enum { FACTOR = SOW__PANEL * SOW__PANEL, SMALL = SOW__PANEL * SOW__STRIP };

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
  qr->count = depth * (padded + SOW__PANEL) + factors * FACTOR + cols;
  return true;
}

/* Row `row` of the strip that begins at column `col`. */
static double *strip_at(const workspace *work, size_t row, size_t col) {
  return work->matrix + (col / SOW__STRIP * work->depth + row) * SOW__STRIP;
}

/* Zeros right of the matrix and below it. */
static void matrix_pad(const workspace *work, size_t rows) {
  size_t last = work->cols % SOW__STRIP;
  for (size_t k = 0; k < rows && last != 0; k++)
    memset(strip_at(work, k, work->cols) + last, 0, (SOW__STRIP - last) * sizeof(double));
  for (size_t col = 0; col < work->cols; col += SOW__STRIP)
    memset(strip_at(work, rows, col), 0, (work->depth - rows) * SOW__STRIP * sizeof(double));
}

/* ---- a panel: up to SOW__PANEL columns, from their diagonal down, one row after the other ---- */

static void panel_load(const workspace *work, size_t j, size_t width) {
  size_t own = strips_of(width), below = work->depth - j;
  for (size_t k = 0; k < below; k++) {
    double *row = work->panel + k * SOW__PANEL;
    for (size_t s = 0; s < own; s++)
      memcpy(row + s * SOW__STRIP, strip_at(work, j + k, j + s * SOW__STRIP), SOW__STRIP * sizeof *row);
    memset(row + own * SOW__STRIP, 0, (SOW__PANEL - own * SOW__STRIP) * sizeof *row);
  }
}

static void panel_store(const workspace *work, size_t j, size_t width) {
  size_t own = strips_of(width), below = work->depth - j;
  for (size_t k = 0; k < below; k++)
    for (size_t s = 0; s < own; s++)
      memcpy(strip_at(work, j + k, j + s * SOW__STRIP), work->panel + k * SOW__PANEL + s * SOW__STRIP,
             SOW__STRIP * sizeof(double));
}

/* The reflectors alone: 1 on the diagonal, 0 above. */
static void panel_unit(const workspace *work, size_t width) {
  for (size_t k = 0; k < width; k++) {
    double *row = work->panel + k * SOW__PANEL;
    memset(row + k, 0, (SOW__PANEL - k) * sizeof *row);
    row[k] = 1.0;
  }
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

/* ---- a panel's product of reflectors, I - V*T*V' ---- */

/* w += V' * C over rows [begin, end), for the strip of C at `c`. */
static void block_gather(const workspace *work, const double *c, size_t stride, size_t begin, size_t end,
                         size_t width, double *w) {
  for (size_t k = begin; k < end; k += SOW__BLOCK_ROWS)
    work->tile->gather(work->panel + k * SOW__PANEL, c + k * stride, stride,
                       smaller(SOW__BLOCK_ROWS, end - k), width, w);
}

/* What a panel at column j does to a strip. */
typedef struct block {
  size_t j, width;   /* width: a multiple of SOW__ROUND */
  const double *t;   /* whose transpose is the middle factor */
  size_t begin, end; /* rows, from j down, in which the strip is not zero */
  size_t kept;       /* the first row that is needed afterwards */
} block;

/* C -= V * t' * V' * C */
static void block_apply(const workspace *work, const block *b, size_t strip) {
  double w[SMALL] = {0.0}, x[SMALL] = {0.0};
  double *c = strip_at(work, b->j, strip * SOW__STRIP);
  block_gather(work, c, SOW__STRIP, b->begin, b->end, b->width, w);
  work->tile->gather(b->t, w, SOW__STRIP, b->width, b->width, x);
  work->tile->scatter(work->panel + b->kept * SOW__PANEL, x, work->depth - b->j - b->kept, b->width,
                      c + b->kept * SOW__STRIP);
}

/* T from the panel's reflectors; its rows and columns beyond `width` are 0. */
static void block_factor(const workspace *work, size_t rows, size_t width, const double tau[SOW__PANEL],
                         double *t) {
  double products[SOW__PANEL / SOW__STRIP][SMALL] = {{0.0}};
  for (size_t s = 0; s < strips_of(width); s++)
    block_gather(work, work->panel + s * SOW__STRIP, SOW__PANEL, 0, rows, round_up(width), products[s]);
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

/* ---- the matrix, by a team: its first member makes each panel, and all take strips from then on ---- */

static void team_apply(workspace *work, const block *own, const block *rest, size_t first_of_rest) {
  for (;;) {
    size_t strip = atomic_fetch_add(&work->next_strip, 1);
    if (strip >= work->strips)
      return;
    block_apply(work, strip < first_of_rest ? own : rest, strip);
  }
}

/* Leaves the reflectors below the diagonal, and of R nothing but its signs. */
static void factorize(workspace *work, int index, int count) {
  for (size_t j = 0; j < work->cols; j += SOW__PANEL) {
    size_t width = smaller(SOW__PANEL, work->cols - j), below = work->depth - j;
    double *t = work->factor + j / SOW__PANEL * FACTOR;
    if (index == 0) {
      double tau[SOW__PANEL];
      panel_load(work, j, width);
      panel_factorize(work, below, width, tau, work->sign + j);
      panel_store(work, j, width);
      panel_unit(work, width);
      block_factor(work, below, width, tau, t);
      atomic_store(&work->next_strip, strips_of(j + width));
    }
    sow__meeting_wait(&work->meeting, count);
    block rest = {.j = j, .width = SOW__PANEL, .t = t, .begin = 0, .end = below, .kept = SOW__PANEL};
    team_apply(work, NULL, &rest, 0);
    sow__meeting_wait(&work->meeting, count);
  }
}

static void transpose(double *t) {
  for (size_t i = 0; i < SOW__PANEL; i++)
    for (size_t k = 0; k < i; k++) {
      double kept = t[i * SOW__PANEL + k];
      t[i * SOW__PANEL + k] = t[k * SOW__PANEL + i];
      t[k * SOW__PANEL + i] = kept;
    }
}

/* The columns of the signed identity where the panel's reflectors were, and its rows right of them. */
static void expand_start(const workspace *work, size_t j, size_t width) {
  size_t below = work->depth - j, own = smaller(SOW__PANEL, below);
  for (size_t col = j; col < work->cols; col += SOW__STRIP)
    memset(strip_at(work, j, col), 0, (col < j + width ? below : own) * SOW__STRIP * sizeof(double));
  for (size_t k = 0; k < width; k++)
    strip_at(work, j + k, j + k)[(j + k) % SOW__STRIP] = work->sign[j + k];
}

/* Applies the reflectors, the last ones first, to the signed identity, which takes their place. */
static void expand(workspace *work, int index, int count) {
  for (size_t p = divide_up(work->cols, SOW__PANEL); p-- > 0;) {
    size_t j = p * SOW__PANEL, width = smaller(SOW__PANEL, work->cols - j), below = work->depth - j;
    double *t = work->factor + p * FACTOR;
    if (index == 0) {
      panel_load(work, j, width);
      panel_unit(work, width);
      transpose(t);
      expand_start(work, j, width);
      atomic_store(&work->next_strip, j / SOW__STRIP);
    }
    sow__meeting_wait(&work->meeting, count);
    block own = {.j = j, .width = round_up(width), .t = t, .begin = 0, .end = smaller(SOW__PANEL, below)};
    block rest = {.j = j, .width = SOW__PANEL, .t = t, .begin = SOW__PANEL, .end = below};
    team_apply(work, &own, &rest, strips_of(j + width));
    sow__meeting_wait(&work->meeting, count);
  }
}

static void body(void *context, int index, int count) {
  workspace *work = context;
  factorize(work, index, count);
  expand(work, index, count);
}

void sow__qr_orthonormal(const sow__qr *qr, const sow__tile *tile, int threads, double *memory) {
  workspace work = {.tile = tile, .cols = qr->cols, .depth = qr->depth, .strips = strips_of(qr->cols)};
  work.matrix = memory;
  work.panel = work.matrix + work.strips * work.depth * SOW__STRIP;
  work.factor = work.panel + work.depth * SOW__PANEL;
  work.sign = work.factor + divide_up(qr->cols, SOW__PANEL) * FACTOR;
  matrix_pad(&work, qr->rows);
  sow__meeting_open(&work.meeting);
  sow__team_run(threads, body, &work);
  sow__meeting_close(&work.meeting);
}

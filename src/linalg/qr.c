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
  double *panel;      /* two of depth x SOW__PANEL: the reflectors at work and the next, in either type */
  double *transposed; /* two of SOW__PANEL x SOW__PANEL: of `factor`, for them, in either type */
  double *factor;     /* SOW__PANEL x SOW__PANEL for each panel: its triangular T */
  double *sign;       /* cols: of R's diagonal */
  sow__meeting meeting;
  atomic_size_t turn[2]; /* how many groups of strips have been taken, for each of the two panels */
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
  size_t depth = round_up(rows), buffers = factors > 1 ? 2 : 1;
  if (depth > most / 2 / (padded + 2 * SOW__PANEL))
    return false;
  *qr = (sow__qr){.rows = rows, .cols = cols, .depth = depth};
  qr->count = depth * (padded + buffers * SOW__PANEL) + (factors + 2) * FACTOR + cols;
  return true;
}

/* Panel number `at`: SOW__PANEL columns, or those that are left, from their diagonal down. */
typedef struct panel {
  size_t j, width, below; /* first column and row; columns; rows */
  double *v;              /* its reflectors, while at work: below x SOW__PANEL */
  double *t, *transposed;
  atomic_size_t *turn;
} panel;

static panel panel_of(workspace *work, size_t at) {
  panel p = {.j = at * SOW__PANEL};
  p.width = smaller(SOW__PANEL, work->cols - p.j);
  p.below = work->depth - p.j;
  p.v = work->panel + at % 2 * work->depth * SOW__PANEL;
  p.t = work->factor + at * FACTOR;
  p.transposed = work->transposed + at % 2 * FACTOR;
  p.turn = &work->turn[at % 2];
  return p;
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

/* ---- a panel ---- */

static void panel_store(const workspace *work, const panel *p) {
  for (size_t k = 0; k < p->below; k++)
    for (size_t s = 0; s < strips_of(p->width); s++)
      memcpy(strip_at_f64(work, p->j + k, p->j + s * SOW__STRIP), p->v + k * SOW__PANEL + s * SOW__STRIP,
             SOW__STRIP * sizeof(double));
}

/* sum[i] = column 0 times column i, without the first row. */
static void panel_products(const double *v, size_t rows, double sum[SOW__PANEL]) {
  memset(sum, 0, SOW__PANEL * sizeof *sum);
  for (size_t block = 1; block < rows; block += SOW__BLOCK_ROWS) {
    size_t stop = smaller(block + SOW__BLOCK_ROWS, rows);
    double total[SOW__PANEL] = {0.0};
    for (size_t k = block; k < stop; k++)
      for (size_t i = 0; i < SOW__PANEL; i++)
        total[i] += v[k * SOW__PANEL] * v[k * SOW__PANEL + i];
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
static void panel_apply(const workspace *work, const panel *p, size_t j, const reflector *h,
                        double sum[SOW__PANEL]) {
  double *row = p->v + j * SOW__PANEL;
  for (size_t i = j + 1; i < SOW__PANEL; i++)
    row[i] -= h->dot[i];
  row += SOW__PANEL;
  double diagonal[SOW__PANEL] = {
      0.0}; /* products with the next diagonal's row, which reflectors treat apart */
  work->tile->reflect(row, 1, j, h->scale, h->dot, diagonal);
  memset(sum, 0, SOW__PANEL * sizeof *sum);
  for (size_t k = j + 2; k < p->below; k += SOW__BLOCK_ROWS)
    work->tile->reflect(p->v + k * SOW__PANEL, smaller(SOW__BLOCK_ROWS, p->below - k), j, h->scale, h->dot,
                        sum);
}

static void panel_factorize(const workspace *work, const panel *p, double tau[SOW__PANEL]) {
  double sum[SOW__PANEL];
  panel_products(p->v, p->below, sum);
  for (size_t j = 0; j < p->width; j++) {
    reflector h = reflector_make(p->v + j * SOW__PANEL, j, sum);
    tau[j] = h.tau;
    work->sign[p->j + j] = h.sign;
    if (j + 1 < p->width)
      panel_apply(work, p, j, &h, sum);
    else
      for (size_t k = j + 1; k < p->below; k++)
        p->v[k * SOW__PANEL + j] *= h.scale;
  }
}

/* T such that the product of the reflectors is I - V*T*V'; its rows and columns beyond the width are 0. */
static void panel_product(const workspace *work, const panel *p, const double tau[SOW__PANEL]) {
  double products[SOW__PANEL / SOW__STRIP][SMALL] = {{0.0}};
  for (size_t s = 0; s < strips_of(p->width); s++)
    for (size_t k = 0; k < p->below; k += SOW__BLOCK_ROWS)
      work->tile->gather_f64(p->v + k * SOW__PANEL, p->v + k * SOW__PANEL + s * SOW__STRIP, SOW__PANEL,
                             smaller(SOW__BLOCK_ROWS, p->below - k), round_up(p->width), products[s]);
  memset(p->t, 0, FACTOR * sizeof *p->t);
  for (size_t i = 0; i < p->width; i++) {
    const double *column = products[i / SOW__STRIP] + i % SOW__STRIP;
    p->t[i * SOW__PANEL + i] = tau[i];
    for (size_t k = 0; k < i; k++) {
      double sum = 0.0;
      for (size_t l = k; l < i; l++)
        sum += p->t[k * SOW__PANEL + l] * column[l * SOW__STRIP];
      p->t[k * SOW__PANEL + i] = -tau[i] * sum;
    }
  }
}

/* Panel `at`, to which all before it have been applied. */
static void panel_make(workspace *work, size_t at) {
  panel p = panel_of(work, at);
  double tau[SOW__PANEL];
  panel_load_f64(work, &p);
  panel_factorize(work, &p, tau);
  panel_store(work, &p);
  panel_unit_f64(&p);
  panel_product(work, &p, tau);
  atomic_store(p.turn, 0);
}

/* ---- the whole, by a team: while all apply a panel, its first member begins with making the next ---- */

/* Leaves the reflectors below the diagonal, and of R nothing but its signs. */
static void factorize(workspace *work, int index, int count) {
  size_t panels = divide_up(work->cols, SOW__PANEL);
  if (index == 0)
    panel_make(work, 0);
  sow__meeting_wait(&work->meeting, count);
  for (size_t at = 0; at + 1 < panels; at++) {
    panel p = panel_of(work, at);
    block_f64 rest = {.p = &p, .v = p.v, .t = p.t, .width = SOW__PANEL, .end = p.below, .kept = SOW__PANEL};
    size_t next = strips_of(p.j + SOW__PANEL), after = smaller(next + SOW__PANEL / SOW__STRIP, work->strips);
    if (index == 0) {
      block_apply_f64(work, &rest, next, after - next);
      panel_make(work, at + 1);
    }
    team_apply_f64(work, &rest, after, count);
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
  size_t panels = divide_up(qr->cols, SOW__PANEL);
  work.transposed = work.panel + (panels > 1 ? 2 : 1) * work.depth * SOW__PANEL;
  work.factor = work.transposed + 2 * FACTOR;
  work.sign = work.factor + panels * FACTOR;
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

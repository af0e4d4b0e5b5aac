/*
 * What a panel of reflectors does to the strips, and so how they become Q, for one type, SOW__REAL. qr.c
 * includes this once for each; SOW__NAME(x) is x with the type's name.
 */

/* Row `row` of the strip that has column `col`; in either type a strip begins where its doubles do. */
static SOW__REAL *SOW__NAME(strip_at)(const workspace *work, size_t row, size_t col) {
  return (SOW__REAL *)(work->matrix + col / SOW__STRIP * work->depth * SOW__STRIP) + row * SOW__STRIP;
}

/* The panel at column j, from the diagonal down, one row after the other; zeros right of `width`. */
static void SOW__NAME(panel_load)(const workspace *work, size_t j, size_t width) {
  size_t own = strips_of(width), below = work->depth - j;
  for (size_t k = 0; k < below; k++) {
    SOW__REAL *row = (SOW__REAL *)work->panel + k * SOW__PANEL;
    for (size_t s = 0; s < own; s++, row += SOW__STRIP) {
      const double *from = work->matrix + ((j / SOW__STRIP + s) * work->depth + j + k) * SOW__STRIP;
      for (size_t i = 0; i < SOW__STRIP; i++)
        row[i] = (SOW__REAL)from[i];
    }
    memset(row, 0, (SOW__PANEL - own * SOW__STRIP) * sizeof *row);
  }
}

/* Leaves the reflectors alone: 1 on the diagonal, 0 above. */
static void SOW__NAME(panel_unit)(const workspace *work, size_t width) {
  for (size_t k = 0; k < width; k++) {
    SOW__REAL *row = (SOW__REAL *)work->panel + k * SOW__PANEL;
    memset(row + k, 0, (SOW__PANEL - k) * sizeof *row);
    row[k] = (SOW__REAL)1;
  }
}

/* What a panel at column j does to a strip. */
typedef struct SOW__NAME(block) {
  size_t j, width;    /* width: a multiple of SOW__ROUND */
  const SOW__REAL *t; /* whose transpose is the middle factor */
  size_t begin, end;  /* rows, from j down, in which the strip is not zero */
  size_t kept;        /* the first row that is needed afterwards */
} SOW__NAME(block);

/* C -= V * t' * V' * C for up to GROUP strips, which share what they read of V while it is in the cache. */
static void SOW__NAME(block_apply)(const workspace *work, const SOW__NAME(block) * b, size_t strip,
                                   size_t count) {
  SOW__REAL w[GROUP][SMALL], x[GROUP][SMALL];
  SOW__REAL *c[GROUP];
  size_t below = work->depth - b->j;
  memset(w, 0, count * sizeof *w);
  memset(x, 0, count * sizeof *x);
  for (size_t s = 0; s < count; s++)
    c[s] = SOW__NAME(strip_at)(work, b->j, (strip + s) * SOW__STRIP);
  for (size_t k = b->begin; k < b->end; k += SOW__BLOCK_ROWS)
    for (size_t s = 0; s < count; s++)
      work->tile->SOW__NAME(gather)((const SOW__REAL *)work->panel + k * SOW__PANEL, c[s] + k * SOW__STRIP,
                                    SOW__STRIP, smaller(SOW__BLOCK_ROWS, b->end - k), b->width, w[s]);
  for (size_t s = 0; s < count; s++)
    work->tile->SOW__NAME(gather)(b->t, w[s], SOW__STRIP, b->width, b->width, x[s]);
  for (size_t k = b->kept; k < below; k += SOW__BLOCK_ROWS)
    for (size_t s = 0; s < count; s++)
      work->tile->SOW__NAME(scatter)((const SOW__REAL *)work->panel + k * SOW__PANEL, x[s],
                                     smaller(SOW__BLOCK_ROWS, below - k), b->width, c[s] + k * SOW__STRIP);
}

/* By whoever comes until none is left: `own` to strips [begin, middle), one by one, and `rest` to those
 * after. */
static void SOW__NAME(team_apply)(workspace *work, const SOW__NAME(block) * own,
                                  const SOW__NAME(block) * rest, size_t begin, size_t middle, int threads) {
  size_t singles = middle - begin;
  size_t group = work->strips - middle >= 4 * GROUP * (size_t)threads || threads == 1 ? GROUP : 1;
  for (;;) {
    size_t turn = atomic_fetch_add(&work->turn, 1);
    size_t strip = turn < singles ? begin + turn : middle + (turn - singles) * group;
    if (strip >= work->strips)
      return;
    SOW__NAME(block_apply)
    (work, turn < singles ? own : rest, strip, turn < singles ? 1 : smaller(group, work->strips - strip));
  }
}

/* The columns of the signed identity where the panel's reflectors were, and its rows right of them. */
static void SOW__NAME(expand_start)(const workspace *work, size_t j, size_t width) {
  size_t below = work->depth - j, own = smaller(SOW__PANEL, below);
  for (size_t col = j; col < work->cols; col += SOW__STRIP)
    memset(SOW__NAME(strip_at)(work, j, col), 0,
           (col < j + width ? below : own) * SOW__STRIP * sizeof(SOW__REAL));
  for (size_t k = 0; k < width; k++)
    SOW__NAME(strip_at)(work, j + k, j + k)[(j + k) % SOW__STRIP] = (SOW__REAL)work->sign[j + k];
}

/* Applies the reflectors, the last ones first, to the signed identity, which takes their place. */
static void SOW__NAME(expand)(workspace *work, int index, int count) {
  SOW__REAL *t = (SOW__REAL *)work->transposed;
  for (size_t p = divide_up(work->cols, SOW__PANEL); p-- > 0;) {
    size_t j = p * SOW__PANEL, width = smaller(SOW__PANEL, work->cols - j), below = work->depth - j;
    if (index == 0) {
      SOW__NAME(panel_load)(work, j, width);
      SOW__NAME(panel_unit)(work, width);
      SOW__NAME(expand_start)(work, j, width);
      for (size_t i = 0; i < SOW__PANEL; i++)
        for (size_t k = 0; k < SOW__PANEL; k++)
          t[k * SOW__PANEL + i] = (SOW__REAL)work->factor[p * FACTOR + i * SOW__PANEL + k];
      atomic_store(&work->turn, 0);
    }
    sow__meeting_wait(&work->meeting, count);
    SOW__NAME(block)
    own = {.j = j, .width = round_up(width), .t = t, .begin = 0, .end = smaller(SOW__PANEL, below)};
    SOW__NAME(block) rest = {.j = j, .width = SOW__PANEL, .t = t, .begin = SOW__PANEL, .end = below};
    SOW__NAME(team_apply)(work, &own, &rest, j / SOW__STRIP, strips_of(j + width), count);
    sow__meeting_wait(&work->meeting, count);
  }
}

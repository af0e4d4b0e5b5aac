/*
 * What a panel of reflectors does to the strips, and so how they become Q, for one type, SOW__REAL. qr.c
 * includes this once for each; SOW__NAME(x) is x with the type's name.
 */

/* Row `row` of the strip that has column `col`; in either type a strip begins where its doubles do. */
static SOW__REAL *SOW__NAME(strip_at)(const workspace *work, size_t row, size_t col) {
  return (SOW__REAL *)(work->matrix + col / SOW__STRIP * work->depth * SOW__STRIP) + row * SOW__STRIP;
}

/* Copies the panel out of the matrix; zeros right of its width. */
static void SOW__NAME(panel_load)(const workspace *work, const panel *p) {
  size_t own = strips_of(p->width);
  for (size_t k = 0; k < p->below; k++) {
    SOW__REAL *row = (SOW__REAL *)p->v + k * SOW__PANEL;
    for (size_t s = 0; s < own; s++, row += SOW__STRIP) {
      const double *from = work->matrix + ((p->j / SOW__STRIP + s) * work->depth + p->j + k) * SOW__STRIP;
      for (size_t i = 0; i < SOW__STRIP; i++)
        row[i] = (SOW__REAL)from[i];
    }
    memset(row, 0, (SOW__PANEL - own * SOW__STRIP) * sizeof *row);
  }
}

/* Leaves the reflectors alone: 1 on the diagonal, 0 above. */
static void SOW__NAME(panel_unit)(const panel *p) {
  for (size_t k = 0; k < p->width; k++) {
    SOW__REAL *row = (SOW__REAL *)p->v + k * SOW__PANEL;
    memset(row + k, 0, (SOW__PANEL - k) * sizeof *row);
    row[k] = (SOW__REAL)1;
  }
}

/* What a panel does to a strip. */
typedef struct SOW__NAME(block) {
  const panel *p;
  const SOW__REAL *v, *t; /* the reflectors; and whose transpose is the middle factor */
  size_t width;           /* of v, a multiple of SOW__ROUND */
  size_t begin, end;      /* rows, from the panel's diagonal down, in which the strip is not zero */
  size_t kept;            /* the first row that is needed afterwards */
} SOW__NAME(block);

/* C -= V * t' * V' * C for up to GROUP strips, which share what they read of V while it is in the cache. */
static void SOW__NAME(block_apply)(const workspace *work, const SOW__NAME(block) * b, size_t strip,
                                   size_t count) {
  SOW__REAL w[GROUP][SMALL], x[GROUP][SMALL];
  SOW__REAL *c[GROUP];
  memset(w, 0, count * sizeof *w);
  memset(x, 0, count * sizeof *x);
  for (size_t s = 0; s < count; s++)
    c[s] = SOW__NAME(strip_at)(work, b->p->j, (strip + s) * SOW__STRIP);
  for (size_t k = b->begin; k < b->end; k += SOW__BLOCK_ROWS)
    for (size_t s = 0; s < count; s++)
      work->tile->SOW__NAME(gather)(b->v + k * SOW__PANEL, c[s] + k * SOW__STRIP, SOW__STRIP,
                                    smaller(SOW__BLOCK_ROWS, b->end - k), b->width, w[s]);
  for (size_t s = 0; s < count; s++)
    work->tile->SOW__NAME(gather)(b->t, w[s], SOW__STRIP, b->width, b->width, x[s]);
  for (size_t k = b->kept; k < b->p->below; k += SOW__BLOCK_ROWS)
    for (size_t s = 0; s < count; s++)
      work->tile->SOW__NAME(scatter)(b->v + k * SOW__PANEL, x[s], smaller(SOW__BLOCK_ROWS, b->p->below - k),
                                     b->width, c[s] + k * SOW__STRIP);
}

/* To all strips from `first` on, by whoever comes until none is left. */
static void SOW__NAME(team_apply)(workspace *work, const SOW__NAME(block) * b, size_t first, int threads) {
  bool many = threads == 1 || first + 4 * GROUP * (size_t)threads <= work->strips;
  size_t group = many ? GROUP : 1;
  for (;;) {
    size_t strip = first + group * atomic_fetch_add(b->p->turn, 1);
    if (strip >= work->strips)
      return;
    SOW__NAME(block_apply)(work, b, strip, smaller(group, work->strips - strip));
  }
}

/*
 * Readies panel `at` for its part in Q: the reflectors leave the matrix, and a signed identity takes their
 * place, which no other panel's work has to do with: zeros below and to the right of it.
 */
static void SOW__NAME(expand_ready)(workspace *work, size_t at) {
  panel p = panel_of(work, at);
  SOW__NAME(panel_load)(work, &p);
  SOW__NAME(panel_unit)(&p);
  size_t own = smaller(SOW__PANEL, p.below);
  for (size_t col = p.j; col < work->cols; col += SOW__STRIP)
    memset(SOW__NAME(strip_at)(work, p.j, col), 0,
           (col < p.j + p.width ? p.below : own) * SOW__STRIP * sizeof(SOW__REAL));
  for (size_t k = p.j; k < p.j + p.width; k++)
    SOW__NAME(strip_at)(work, k, k)[k % SOW__STRIP] = (SOW__REAL)work->sign[k];
  SOW__REAL *t = (SOW__REAL *)p.transposed;
  for (size_t i = 0; i < SOW__PANEL; i++)
    for (size_t k = 0; k < SOW__PANEL; k++)
      t[k * SOW__PANEL + i] = (SOW__REAL)p.t[i * SOW__PANEL + k];
  SOW__NAME(block)
  own_block = {.p = &p, .v = (const SOW__REAL *)p.v, .t = t, .width = round_up(p.width), .end = own};
  SOW__NAME(block_apply)(work, &own_block, p.j / SOW__STRIP, strips_of(p.width));
  atomic_store(p.turn, 0);
}

/* Applies the reflectors, the last ones first, to the signed identity. */
static void SOW__NAME(expand)(workspace *work, int index, int count) {
  size_t panels = divide_up(work->cols, SOW__PANEL);
  if (index == 0)
    SOW__NAME(expand_ready)(work, panels - 1);
  sow__meeting_wait(&work->meeting, count);
  for (size_t at = panels; at-- > 0;) {
    panel p = panel_of(work, at);
    if (index == 0 && at > 0)
      SOW__NAME(expand_ready)(work, at - 1);
    SOW__NAME(block)
    rest = {.p = &p,
            .v = (const SOW__REAL *)p.v,
            .t = (const SOW__REAL *)p.transposed,
            .width = SOW__PANEL,
            .begin = SOW__PANEL,
            .end = p.below};
    SOW__NAME(team_apply)(work, &rest, strips_of(p.j + p.width), count);
    sow__meeting_wait(&work->meeting, count);
  }
}

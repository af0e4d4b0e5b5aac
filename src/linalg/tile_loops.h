/*
 * The loops of tile.h for one type, SOW__REAL, in tiles of SOW__TALL by SOW__WIDE vectors of SOW__BYTES,
 * whose sums stay in registers. Lanes are different columns, so how many there are does not show in any sum.
 * tile_lanes.h includes this once for each type; SOW__NAME(x) is x with the type's name.
 */
#define SOW__LANES (SOW__BYTES / sizeof(SOW__REAL))

_Static_assert(SOW__STRIP % (SOW__WIDE * SOW__LANES) == 0 && SOW__ROUND % SOW__TALL == 0,
               "tiles fill a strip and the rows");

#if defined(__GNUC__)
typedef SOW__REAL SOW__NAME(lanes)
    __attribute__((vector_size(SOW__BYTES), aligned(sizeof(SOW__REAL)), may_alias));
#else
typedef SOW__REAL SOW__NAME(lanes);
#endif

typedef SOW__NAME(lanes) SOW__NAME(sums)[SOW__TALL][SOW__WIDE];

/* sum[a][b] += v[a]*c[b], where the v are `step` apart. Without unrolling, sums would live in memory. */
SOW__INLINE void SOW__NAME(tile_add)(SOW__NAME(sums) sum, const SOW__REAL *v, size_t step,
                                     const SOW__REAL *c) {
#pragma GCC unroll 16
  for (size_t a = 0; a < SOW__TALL; a++)
#pragma GCC unroll 16
    for (size_t b = 0; b < SOW__WIDE; b++)
      sum[a][b] += v[a * step] * *(const SOW__NAME(lanes) *)(c + b * SOW__LANES);
}

static void SOW__NAME(gather)(const SOW__REAL *v, const SOW__REAL *c, size_t stride, size_t rows,
                              size_t width, SOW__REAL *w) {
  for (size_t j = 0; j < SOW__STRIP; j += SOW__WIDE * SOW__LANES)
    for (size_t i = 0; i < width; i += SOW__TALL) {
      SOW__NAME(sums) sum = {{{0}}};
      fetch((uintptr_t)c + (rows * stride + j * width + i * SOW__WIDE * SOW__LANES) * sizeof *c, sizeof sum);
      for (size_t k = 0; k < rows; k++)
        SOW__NAME(tile_add)(sum, v + k * SOW__PANEL + i, 1, c + k * stride + j);
#pragma GCC unroll 16
      for (size_t a = 0; a < SOW__TALL; a++)
#pragma GCC unroll 16
        for (size_t b = 0; b < SOW__WIDE; b++)
          *(SOW__NAME(lanes) *)(w + (i + a) * SOW__STRIP + j + b * SOW__LANES) += sum[a][b];
    }
}

static void SOW__NAME(scatter)(const SOW__REAL *v, const SOW__REAL *x, size_t rows, size_t width,
                               SOW__REAL *c) {
  for (size_t k = 0; k < rows; k += SOW__TALL)
    for (size_t j = 0; j < SOW__STRIP; j += SOW__WIDE * SOW__LANES) {
      SOW__NAME(sums) sum = {{{0}}};
      for (size_t i = 0; i < width; i++)
        SOW__NAME(tile_add)(sum, v + k * SOW__PANEL + i, SOW__PANEL, x + i * SOW__STRIP + j);
#pragma GCC unroll 16
      for (size_t a = 0; a < SOW__TALL; a++)
#pragma GCC unroll 16
        for (size_t b = 0; b < SOW__WIDE; b++)
          *(SOW__NAME(lanes) *)(c + (k + a) * SOW__STRIP + j + b * SOW__LANES) -= sum[a][b];
    }
}

#undef SOW__LANES

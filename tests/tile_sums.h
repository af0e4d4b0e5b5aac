/* The tests of a table's products for one type: test_tile.c includes this for each, as src/linalg does. */
typedef struct SOW__NAME(arrays) {
  SOW__REAL v[MOST_ROWS * SOW__PANEL + SHIFTS], c[MOST_ROWS * SOW__PANEL + SHIFTS],
      w[SOW__PANEL * SOW__STRIP + SHIFTS], guard[8];
} SOW__NAME(arrays);

/* What a loop makes of `made`, and what tile.h says that it does. */
static SOW__NAME(arrays) SOW__NAME(made), SOW__NAME(expected);

static void SOW__NAME(arrays_fill)(uint64_t seed) {
  SOW__REAL *values = (SOW__REAL *)&SOW__NAME(made);
  for (size_t i = 0; i < sizeof SOW__NAME(made) / sizeof *values; i++)
    values[i] = ((SOW__REAL)pick(&seed, 1u << 30) - (SOW__REAL)0x1p29) * (SOW__REAL)0x1p-29;
}

static void SOW__NAME(check)(const sow__tile *tile, const char *what) {
  if (memcmp(&SOW__NAME(made), &SOW__NAME(expected), sizeof SOW__NAME(made)) != 0)
    fail_msg("%s: %s is not what tile.h says", tile->name, what);
}

static void SOW__NAME(gather_sums_down_the_rows)(void **state) {
  SOW__NAME(arrays) *m = &SOW__NAME(made), *e = &SOW__NAME(expected);
  const sow__tile *tile = table_of(state);
  uint64_t seed = 3;
  for (int round = 0; round < 40; round++) {
    size_t rows = SOW__ROUND * (size_t)pick(&seed, 8), width = SOW__ROUND * (size_t)(1 + pick(&seed, 4)),
           stride = round % 2 ? SOW__PANEL : SOW__STRIP, shift = (size_t)pick(&seed, SHIFTS + 1);
    SOW__NAME(arrays_fill)(seed);
    *e = *m;
    for (size_t i = 0; i < width; i++)
      for (size_t j = 0; j < SOW__STRIP; j++) {
        SOW__REAL sum = 0;
        for (size_t k = 0; k < rows; k++)
          sum += e->v[shift + k * SOW__PANEL + i] * e->c[shift + k * stride + j];
        e->w[shift + i * SOW__STRIP + j] += sum;
      }
    tile->SOW__NAME(gather)(m->v + shift, m->c + shift, stride, rows, width, m->w + shift);
    SOW__NAME(check)(tile, "gather");
  }
}

static void SOW__NAME(scatter_sums_over_the_reflectors)(void **state) {
  SOW__NAME(arrays) *m = &SOW__NAME(made), *e = &SOW__NAME(expected);
  const sow__tile *tile = table_of(state);
  uint64_t seed = 4;
  for (int round = 0; round < 40; round++) {
    size_t rows = SOW__ROUND * (size_t)pick(&seed, 8), width = SOW__ROUND * (size_t)(1 + pick(&seed, 4)),
           shift = (size_t)pick(&seed, SHIFTS + 1);
    SOW__NAME(arrays_fill)(seed);
    *e = *m;
    for (size_t k = 0; k < rows; k++)
      for (size_t j = 0; j < SOW__STRIP; j++) {
        SOW__REAL sum = 0;
        for (size_t i = 0; i < width; i++)
          sum += e->v[shift + k * SOW__PANEL + i] * e->w[shift + i * SOW__STRIP + j];
        e->c[shift + k * SOW__STRIP + j] -= sum;
      }
    tile->SOW__NAME(scatter)(m->v + shift, m->w + shift, rows, width, m->c + shift);
    SOW__NAME(check)(tile, "scatter");
  }
}

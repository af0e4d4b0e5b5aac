/* The QR: what makes Q the one, at sizes around every block's edge; and the order of its sums, bit by bit. */
#include <math.h>

#include "linalg/qr.h"
#include "linalg/tile.h"
#include "numbers.h"

/* Numbers like normal ones, from a generator of sow's. */
static double *random_matrix(size_t rows, size_t cols, uint64_t seed) {
  stream s;
  stream_open(&s, seed, SOW_TORCH_NEWEST);
  double *a = allocate(rows * cols * sizeof *a);
  stream_fill(&s, &sow__family_normal, SOW_FLOAT64, (int64_t)(rows * cols), 0.0, 1.0, a);
  return a;
}

static double *copy_of(const double *a, size_t count) {
  double *copy = allocate(count * sizeof *copy);
  memcpy(copy, a, count * sizeof *copy);
  return copy;
}

/* |Q'Q - 1| at its worst. */
static double off_orthonormal(const double *q, size_t rows, size_t cols) {
  double worst = 0.0;
  double *gram = allocate(cols * cols * sizeof *gram);
  memset(gram, 0, cols * cols * sizeof *gram);
  for (size_t k = 0; k < rows; k++)
    for (size_t i = 0; i < cols; i++)
      for (size_t j = i; j < cols; j++)
        gram[i * cols + j] += q[k * cols + i] * q[k * cols + j];
  for (size_t i = 0; i < cols; i++)
    for (size_t j = i; j < cols; j++)
      worst = fmax(worst, fabs(gram[i * cols + j] - (i == j)));
  free(gram);
  return worst;
}

/* R = Q'A is upper triangular with a positive diagonal, and QR is A again. */
static void check_factors(const double *a, const double *q, size_t rows, size_t cols) {
  double scale = 1e-14 * sqrt((double)rows) * 4.0;
  double *r = allocate(cols * cols * sizeof *r);
  memset(r, 0, cols * cols * sizeof *r);
  for (size_t k = 0; k < rows; k++)
    for (size_t i = 0; i < cols; i++)
      for (size_t j = 0; j < cols; j++)
        r[i * cols + j] += q[k * cols + i] * a[k * cols + j];
  for (size_t i = 0; i < cols; i++) {
    assert_true(r[i * cols + i] > 0.0);
    for (size_t j = 0; j < i; j++)
      assert_true(fabs(r[i * cols + j]) < scale);
  }
  for (size_t k = 0; k < rows; k++)
    for (size_t j = 0; j < cols; j++) {
      double sum = 0.0;
      for (size_t i = 0; i <= j; i++)
        sum += q[k * cols + i] * r[i * cols + j];
      assert_true(fabs(sum - a[k * cols + j]) < scale);
    }
  free(r);
}

static void q_is_orthonormal_and_r_has_a_positive_diagonal(void **state) {
  (void)state;
  static const size_t sizes[][2] = {{1, 1},   {2, 1},   {7, 1},   {2, 2},     {3, 2},   {31, 31}, {32, 32},
                                    {33, 32}, {33, 33}, {65, 5},  {64, 64},   {97, 66}, {98, 97}, {255, 3},
                                    {256, 3}, {257, 3}, {258, 4}, {300, 161}, {513, 40}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t rows = sizes[i][0], cols = sizes[i][1];
    double *a = random_matrix(rows, cols, i);
    double *q = copy_of(a, rows * cols);
    assert_true(sow__qr_orthonormal(q, rows, cols));
    assert_true(off_orthonormal(q, rows, cols) < 1e-14);
    check_factors(a, q, rows, cols);
    free(q);
    free(a);
  }
}

static void large_squares_stay_orthonormal(void **state) {
  (void)state;
  enum { N = 512 };
  double *q = random_matrix(N, N, 7);
  assert_true(sow__qr_orthonormal(q, N, N));
  assert_true(off_orthonormal(q, N, N) < 1e-14);
  free(q);
}

static void a_triangle_gives_signs(void **state) {
  (void)state;
  double a[] = {2.0, 5.0, -7.0, 0.0, -3.0, 1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0};
  static const double q[] = {1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0};
  assert_true(sow__qr_orthonormal(a, 4, 3));
  for (int i = 0; i < 12; i++)
    assert_true(a[i] == q[i]);
}

static void a_column_of_zeros_stays_zero(void **state) {
  (void)state;
  double a[] = {3.0, 0.0, 4.0, 0.0};
  assert_true(sow__qr_orthonormal(a, 2, 2));
  assert_true(fabs(a[0] - 0.6) < 1e-15 && fabs(a[2] - 0.8) < 1e-15);
  assert_true(a[1] == 0.0 && a[3] == 0.0);
}

/* Any vector width, thread count or compiler has to come to these; what they are is qr.h's order of sums. */
static void bits_are_the_same_everywhere(void **state) {
  (void)state;
  static const struct {
    size_t rows, cols;
    uint32_t checksum;
  } known[] = {{5, 5, 0x41710044u}, {70, 33, 0x72512cf0u}, {600, 150, 0xe4814804u}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    double *q = allocate(known[i].rows * known[i].cols * sizeof *q);
    uint64_t seed = 11;
    for (size_t k = 0; k < known[i].rows * known[i].cols; k++)
      q[k] = ((double)pick(&seed, 1u << 20) - 0x1p19) * 0x1p-19; /* without libm */
    assert_true(sow__qr_orthonormal(q, known[i].rows, known[i].cols));
    assert_int_equal(checksum(q, known[i].rows * known[i].cols * sizeof *q), known[i].checksum);
    free(q);
  }
}

/* ---- the loops ---- */

typedef struct tile {
  double v[SOW__TILE_ROWS * SOW__PANEL], c[SOW__TILE_ROWS * SOW__TILE_COLS], x[SOW__PANEL * SOW__TILE_COLS];
} tile;

static void tile_fill(tile *t, uint64_t seed) {
  double *values = (double *)t;
  for (size_t i = 0; i < sizeof *t / sizeof(double); i++)
    values[i] = ((double)pick(&seed, 1u << 30) - 0x1p29) * 0x1p-29;
}

static void gather_sums_down_the_rows(void **state) {
  (void)state;
  static tile t;
  static double w[SOW__PANEL * SOW__TILE_COLS];
  uint64_t seed = 3;
  for (int round = 0; round < 20; round++) {
    size_t rows = pick(&seed, SOW__TILE_ROWS + 1), width = 1 + pick(&seed, SOW__PANEL),
           cols = 1 + pick(&seed, SOW__TILE_COLS);
    tile_fill(&t, seed);
    memcpy(w, t.x, sizeof w);
    sow__tile_gather(t.v, t.c, rows, width, cols, w);
    for (size_t i = 0; i < width; i++)
      for (size_t j = 0; j < cols; j++) {
        double sum = 0.0;
        for (size_t k = 0; k < rows; k++)
          sum += t.v[k * SOW__PANEL + i] * t.c[k * SOW__TILE_COLS + j];
        assert_true(w[i * SOW__TILE_COLS + j] == t.x[i * SOW__TILE_COLS + j] + sum);
      }
  }
}

static void scatter_sums_over_the_reflectors(void **state) {
  (void)state;
  static tile t;
  static double c[SOW__TILE_ROWS * SOW__TILE_COLS];
  uint64_t seed = 4;
  for (int round = 0; round < 20; round++) {
    size_t rows = 1 + pick(&seed, SOW__TILE_ROWS), width = 4 * (1 + pick(&seed, SOW__PANEL / 4)),
           cols = 1 + pick(&seed, SOW__TILE_COLS);
    tile_fill(&t, seed);
    memcpy(c, t.c, sizeof c);
    sow__tile_scatter(t.v, t.x, rows, width, cols, c, SOW__TILE_COLS);
    for (size_t k = 0; k < SOW__TILE_ROWS; k++)
      for (size_t j = 0; j < SOW__TILE_COLS; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < width; i++)
          sum += t.v[k * SOW__PANEL + i] * t.x[i * SOW__TILE_COLS + j];
        double before = t.c[k * SOW__TILE_COLS + j];
        assert_true(c[k * SOW__TILE_COLS + j] == (k < rows && j < cols ? before - sum : before));
      }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(q_is_orthonormal_and_r_has_a_positive_diagonal),
      cmocka_unit_test(large_squares_stay_orthonormal),
      cmocka_unit_test(a_triangle_gives_signs),
      cmocka_unit_test(a_column_of_zeros_stays_zero),
      cmocka_unit_test(bits_are_the_same_everywhere),
      cmocka_unit_test(gather_sums_down_the_rows),
      cmocka_unit_test(scatter_sums_over_the_reflectors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

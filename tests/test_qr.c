/* The QR: what makes Q the one, at sizes around every block's edge; and the same bits whoever makes it. */
#include <math.h>
#include <stdio.h>

#include "base/processor.h"
#include "linalg/qr.h"
#include "numbers.h"

/* Everywhere but in the matrix, and around the memory, are numbers that would show in any sum. */
static const double outside = 1e300;

/* Replaces the row-major matrix by its Q; `shift` doubles of misalignment. */
static void orthonormal_by(sow_dtype type, const sow__tile *tile, int threads, size_t shift, double *a,
                           size_t rows, size_t cols) {
  sow__qr qr;
  assert_true(sow__qr_size(rows, cols, &qr));
  double *whole = allocate((qr.count + shift + 2) * sizeof *whole), *memory = whole + shift + 1;
  for (size_t i = 0; i < qr.count + shift + 2; i++)
    whole[i] = outside;
  for (size_t k = 0; k < rows; k++)
    for (size_t j = 0; j < cols; j++)
      memory[sow__qr_index(&qr, k, j)] = a[k * cols + j];
  (type == SOW_FLOAT64 ? sow__qr_f64 : sow__qr_f32)(&qr, tile, threads, memory);
  for (size_t k = 0; k < rows; k++)
    for (size_t j = 0; j < cols; j++)
      a[k * cols + j] = type == SOW_FLOAT64 ? memory[sow__qr_index(&qr, k, j)]
                                            : (double)((const float *)memory)[sow__qr_index_f32(&qr, k, j)];
  assert_true(memory[-1] == outside && memory[qr.count] == outside);
  free(whole);
}

static void orthonormal(double *a, size_t rows, size_t cols) {
  orthonormal_by(SOW_FLOAT64, sow__tile_select(), 1, 0, a, rows, cols);
}

/* Numbers like normal ones, from a generator of sow's. */
static double *random_matrix(size_t rows, size_t cols, uint64_t seed) {
  stream s;
  stream_open(&s, seed, SOW_TORCH_NEWEST);
  double *a = allocate(rows * cols * sizeof *a);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT64, (int64_t)(rows * cols), 0.0, 1.0, a);
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
  static const size_t sizes[][2] = {{1, 1},   {2, 1},   {7, 1},     {2, 2},   {3, 2},   {31, 31},
                                    {32, 32}, {33, 32}, {33, 33},   {65, 5},  {64, 64}, {97, 66},
                                    {98, 97}, {47, 47}, {48, 48},   {49, 49}, {49, 48}, {96, 96},
                                    {97, 50}, {255, 3}, {300, 161}, {513, 40}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t rows = sizes[i][0], cols = sizes[i][1];
    double *a = random_matrix(rows, cols, i);
    double *q = copy_of(a, rows * cols);
    orthonormal(q, rows, cols);
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
  orthonormal(q, N, N);
  assert_true(off_orthonormal(q, N, N) < 1e-14);
  free(q);
}

/* Against the same Q in double: the error neither grows with the size nor with the condition. */
static void float_loses_little_more_than_rounding(void **state) {
  (void)state;
  static const size_t sizes[][2] = {{1, 1}, {5, 3}, {48, 48}, {97, 96}, {200, 49}, {400, 400}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t rows = sizes[i][0], cols = sizes[i][1];
    double *a = random_matrix(rows, cols, i);
    for (size_t k = 0; k < rows && cols > 1; k++) /* two columns that are all but one */
      a[k * cols + 1] = a[k * cols] + 1e-6 * a[k * cols + 1];
    double *exact = copy_of(a, rows * cols);
    orthonormal(exact, rows, cols);
    orthonormal_by(SOW_FLOAT32, sow__tile_select(), 1, 0, a, rows, cols);
    for (size_t k = 0; k < rows * cols; k++)
      assert_true(fabs(a[k] - exact[k]) < 3e-7);
    assert_true(off_orthonormal(a, rows, cols) < 5e-7);
    free(exact);
    free(a);
  }
}

static void a_triangle_gives_signs(void **state) {
  (void)state;
  double a[] = {2.0, 5.0, -7.0, 0.0, -3.0, 1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0};
  static const double q[] = {1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0};
  orthonormal(a, 4, 3);
  for (int i = 0; i < 12; i++)
    assert_true(a[i] == q[i]);
}

static void a_column_of_zeros_stays_zero(void **state) {
  (void)state;
  double a[] = {3.0, 0.0, 4.0, 0.0};
  orthonormal(a, 2, 2);
  assert_true(fabs(a[0] - 0.6) < 1e-15 && fabs(a[2] - 0.8) < 1e-15);
  assert_true(a[1] == 0.0 && a[3] == 0.0);
}

/* Any vector width, thread count or compiler has to come to these; what they are is qr.h's order of sums. */
static void bits_are_the_same_everywhere(void **state) {
  (void)state;
  static const struct {
    size_t rows, cols;
    uint32_t f64, f32;
  } known[] = {{5, 5, 0x63cf4388u, 0x9cdbc614u},
               {70, 33, 0x5c10e1b0u, 0x759e74b9u},
               {600, 150, 0x8be859bfu, 0xcc2e43c3u}};
  for (size_t i = 0; i < 6; i++) {
    size_t rows = known[i / 2].rows, cols = known[i / 2].cols;
    double *q = allocate(rows * cols * sizeof *q);
    uint64_t seed = 11;
    for (size_t k = 0; k < rows * cols; k++)
      q[k] = ((double)pick(&seed, 1u << 20) - 0x1p19) * 0x1p-19; /* without libm */
    orthonormal_by(i % 2 ? SOW_FLOAT32 : SOW_FLOAT64, sow__tile_select(), 1, 0, q, rows, cols);
    assert_int_equal(checksum(q, rows * cols * sizeof *q), i % 2 ? known[i / 2].f32 : known[i / 2].f64);
    free(q);
  }
}

static const sow__tile *tables[SOW__ISA_COUNT]; /* NULL where this machine cannot run it */

static void check_same(sow_dtype type, const double *a, size_t rows, size_t cols, int threads) {
  double *expected = copy_of(a, rows * cols);
  orthonormal_by(type, &sow__tile_portable, 1, 0, expected, rows, cols);
  for (int i = 0; i < SOW__ISA_COUNT; i++) {
    if (tables[i] == NULL)
      continue;
    double *made = copy_of(a, rows * cols);
    orthonormal_by(type, tables[i], threads, (rows + cols) % 4, made, rows, cols);
    if (memcmp(made, expected, rows * cols * sizeof *made) != 0)
      fail_msg("%s: %zu x %zu with %d threads differs from portable with one", tables[i]->name, rows, cols,
               threads);
    free(made);
  }
  free(expected);
}

static void every_table_and_thread_count_gives_portables_bits(void **state) {
  (void)state;
  static const size_t taller[] = {0, 1, 5, 37};
  static const int threads[] = {1, 2, 3, 7};
  static const sow_dtype types[] = {SOW_FLOAT64, SOW_FLOAT32};
  for (size_t cols = 1; cols <= 70; cols++)
    for (size_t i = 0; i < 4; i++) {
      double *a = random_matrix(cols + taller[i], cols, cols);
      for (int t = 0; t < 2; t++)
        check_same(types[t], a, cols + taller[i], cols, threads[(cols + i + (size_t)t) % 4]);
      free(a);
    }
  static const size_t large[][2] = {{256, 256}, {333, 300}, {500, 49}};
  for (size_t i = 0; i < 3; i++) {
    double *a = random_matrix(large[i][0], large[i][1], i);
    for (size_t t = 0; t < 8; t++)
      check_same(types[t % 2], a, large[i][0], large[i][1], threads[t / 2]);
    free(a);
  }
}

static void memory_is_known_before(void **state) {
  (void)state;
  sow__qr qr;
  assert_true(sow__qr_size(2048, 2048, &qr));
  /* The matrix with four rows of padding, two panels, 45 matrices of 48 x 48, and the signs. */
  assert_true(qr.count == 2052 * (2048 + 2 * 48) + 45 * 48 * 48 + 2048);
  assert_false(sow__qr_size(SIZE_MAX, 1, &qr));
  assert_false(sow__qr_size(SIZE_MAX / 2, 2, &qr));
  assert_false(sow__qr_size((size_t)1 << 32, (size_t)1 << 32, &qr));
  assert_false(sow__qr_size(SIZE_MAX, SIZE_MAX, &qr));
  assert_true(qr.rows == 2048);
}

int main(void) {
  for (int i = 0; i < SOW__ISA_COUNT; i++)
    if (sow_isa_is_supported(i))
      tables[i] = sow__tile_of(i);
    else
      printf("%s: skipped: this machine cannot run it\n", sow_isa_name(i));
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(q_is_orthonormal_and_r_has_a_positive_diagonal),
      cmocka_unit_test(large_squares_stay_orthonormal),
      cmocka_unit_test(float_loses_little_more_than_rounding),
      cmocka_unit_test(a_triangle_gives_signs),
      cmocka_unit_test(a_column_of_zeros_stays_zero),
      cmocka_unit_test(bits_are_the_same_everywhere),
      cmocka_unit_test(every_table_and_thread_count_gives_portables_bits),
      cmocka_unit_test(memory_is_known_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

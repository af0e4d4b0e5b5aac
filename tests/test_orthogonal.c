/* orthogonal_ against torch's values and against what makes it unique. */
#include <math.h>

#include "init/resolve.h"
#include "numbers.h"

static sow__step bind(stream *s, sow_dtype dtype, int ndim, const int64_t *shape, double gain) {
  sow__step fill;
  sow_initializer wanted = sow_orthogonal(gain);
  assert_int_equal(sow__resolve(wanted, dtype, s->base.edition, ndim, shape, NULL, &fill, NULL), SOW_OK);
  assert_int_equal(sow__step_bind(&fill, &s->worker, &s->place, NULL), SOW_OK);
  assert_true(s->place.position - fill.begin.position == fill.draws);
  return fill;
}

/* All elements as doubles; free() them. */
static double *make(uint64_t seed, sow_dtype dtype, int ndim, const int64_t *shape, double gain) {
  stream s;
  stream_open(&s, seed, SOW_TORCH_NEWEST);
  sow__step fill = bind(&s, dtype, ndim, shape, gain);
  double *values = allocate((size_t)fill.count * sizeof *values);
  void *made = allocate((size_t)fill.count * sow_dtype_size(dtype));
  stream_run(&s, &fill, 0, (uint64_t)fill.count, made);
  if (dtype == SOW_FLOAT64)
    memcpy(values, made, (size_t)fill.count * sizeof *values);
  for (int64_t i = 0; dtype == SOW_FLOAT32 && i < fill.count; i++)
    values[i] = (double)((float *)made)[i];
  free(made);
  return values;
}

static void golden_2x2(void **state) {
  (void)state;
  static const double known[] = {0x1.27a63882d950cp-1, 0x1.a20384d55920fp-1, -0x1.a20384d55920fp-1,
                                 0x1.27a63882d950dp-1};
  static const int64_t shape[] = {2, 2};
  double *q = make(0, SOW_FLOAT64, 2, shape, 1.0);
  for (int i = 0; i < 4; i++)
    assert_true(fabs(q[i] - known[i]) <= 3e-16);
  free(q);
}

/* torch 2.6 and 2.14, seed 0, gain sqrt(2): elements 0, 1, n/3, n/2, n-2, n-1. */
static void golden_shapes(void **state) {
  (void)state;
  static const struct {
    int ndim;
    int64_t shape[3];
    double f64[6], f32[6];
  } known[] = {
      {2,
       {64, 48},
       {-0x1.83697b162dfdap-2, -0x1.ec30f1f69bb25p-4, 0x1.7e493c3ff3711p-2, 0x1.f0357be4eb02ap-4,
        -0x1.1fc2e6844163fp-4, 0x1.40771edff837bp-6},
       {-0.1930989921092987, -0.1858750581741333, -0.1878635734319687, -0.13207587599754333,
        -0.19898638129234314, -0.41033661365509033}},
      {2,
       {48, 64},
       {-0x1.75685b6d930cep-2, -0x1.e298d4eb7a74ap-5, 0x1.c2083181b6f95p-2, -0x1.281c57e0e1cfcp-3,
        -0x1.82719f4858d82p-2, 0x1.c364daed92ca8p-3},
       {-0.1902141124010086, -0.19469475746154785, -0.3191712200641632, -0.13161684572696686,
        -0.024519655853509903, -0.2674414813518524}},
      {3,
       {5, 3, 2},
       {-0x1.08607025502e6p+0, -0x1.55af18ccbee9cp-3, 0x1.d23c3f5128ac6p-3, -0x1.f24bf264f9c3bp-2,
        -0x1.d8894d2203338p-2, -0x1.d963fe7a8e984p-2},
       {-0.7915823459625244, -0.8102288246154785, -0.361565500497818, -0.9944220185279846,
        -0.12046988308429718, 0.3903982937335968}},
      {2,
       {300, 200},
       {-0x1.7f7c89c5a572bp-3, -0x1.945a8199ca443p-5, 0x1.c5a0385914c52p-6, 0x1.8f0e3f00e9ca5p-5,
        0x1.6a5595aef739bp-7, -0x1.b334d578353e0p-7},
       {-0.08748286217451096, -0.09830942004919052, 0.0984930768609047, -0.13586992025375366,
        0.031722355633974075, -0.11310721933841705}},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    const int64_t *shape = known[i].shape;
    size_t n = (size_t)(shape[0] * shape[1] * (known[i].ndim == 3 ? shape[2] : 1));
    const size_t at[] = {0, 1, n / 3, n / 2, n - 2, n - 1};
    double *f64 = make(0, SOW_FLOAT64, known[i].ndim, shape, sqrt(2.0));
    double *f32 = make(0, SOW_FLOAT32, known[i].ndim, shape, sqrt(2.0));
    for (int k = 0; k < 6; k++) {
      assert_true(fabs(f64[at[k]] - known[i].f64[k]) <= 1e-13);
      assert_true(fabs(f32[at[k]] - known[i].f32[k]) <= 1e-5);
    }
    free(f64);
    free(f32);
  }
}

/* The normals that orthogonal_ draws, 3 x 4 here. */
static void draw_3x4(double a[12]) {
  stream s;
  stream_open(&s, 5, SOW_TORCH_NEWEST);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT64, 12, 0.0, 1.0, a);
}

static const int64_t shape_3x4[] = {3, 4};

static void trap_39_a_wide_matrix_is_drawn_by_rows_and_factored_as_its_transpose(void **state) {
  (void)state;
  stream s;
  stream_open(&s, 5, SOW_TORCH_NEWEST);
  sow__step fill = bind(&s, SOW_FLOAT64, 2, shape_3x4, 1.0);
  assert_true(fill.draws == 24);
  assert_true(fill.grain == 12);

  /* The first row is the first row that was drawn, at length 1. */
  double a[12], length = 0.0;
  draw_3x4(a);
  for (int j = 0; j < 4; j++)
    length += a[j] * a[j];
  double *q = make(5, SOW_FLOAT64, 2, shape_3x4, 1.0);
  for (int j = 0; j < 4; j++)
    assert_true(fabs(q[j] - a[j] / sqrt(length)) < 1e-15);
  free(q);
}

static void trap_40_the_diagonal_of_r_is_positive(void **state) {
  (void)state;
  double a[12];
  draw_3x4(a);
  double *q = make(5, SOW_FLOAT64, 2, shape_3x4, 1.0);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j <= i; j++) { /* of A' = Q'R, below the diagonal of R and on it */
      double r = 0.0;
      for (int k = 0; k < 4; k++)
        r += q[4 * i + k] * a[4 * j + k];
      assert_true(i == j ? r > 0.0 : fabs(r) < 1e-14);
    }
  free(q);
}

/* The rows, or the columns if there are more rows, have length `gain` and right angles between them. */
static void check_orthogonal(sow_dtype dtype, int64_t rows, int64_t cols, double gain) {
  const int64_t shape[] = {rows, cols};
  double *q = make((uint64_t)(rows * 1000 + cols), dtype, 2, shape, gain);
  bool wide = rows < cols;
  size_t vectors = (size_t)(wide ? rows : cols), length = (size_t)(wide ? cols : rows);
  size_t step = wide ? 1 : (size_t)cols, next = wide ? (size_t)cols : 1;
  for (size_t i = 0; i < vectors; i++)
    for (size_t j = i; j < vectors; j++) {
      double sum = 0.0;
      for (size_t k = 0; k < length; k++)
        sum += q[i * next + k * step] * q[j * next + k * step];
      double error = fabs(sum / (gain * gain) - (i == j));
      assert_true(error < (dtype == SOW_FLOAT64 ? 1e-14 : 2e-6));
    }
  free(q);
}

static void tall_wide_and_thin_are_orthogonal(void **state) {
  (void)state;
  static const int64_t sizes[][2] = {{1, 1},   {1, 40},  {40, 1},   {3, 3},     {17, 16},
                                     {16, 17}, {33, 65}, {100, 37}, {128, 128}, {200, 300}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    check_orthogonal(SOW_FLOAT64, sizes[i][0], sizes[i][1], 1.0);
    check_orthogonal(SOW_FLOAT32, sizes[i][0], sizes[i][1], 1.5);
  }
}

static void one_element_is_the_sign_of_its_draw(void **state) {
  (void)state;
  static const int64_t shape[] = {1, 1};
  int negative = 0;
  for (uint64_t seed = 0; seed < 20; seed++) {
    stream s;
    double a;
    stream_open(&s, seed, SOW_TORCH_NEWEST);
    stream_fill(&s, &sow__op_normal, SOW_FLOAT64, 1, 0.0, 1.0, &a);
    double *q = make(seed, SOW_FLOAT64, 2, shape, 3.0);
    assert_true(q[0] == copysign(3.0, a));
    negative += a < 0.0;
    free(q);
  }
  assert_true(negative > 0 && negative < 20);
}

static void no_elements_draw_nothing(void **state) {
  (void)state;
  static const int64_t shapes[][2] = {{0, 3}, {3, 0}};
  for (int i = 0; i < 2; i++) {
    stream s;
    stream_open(&s, 0, SOW_TORCH_NEWEST);
    sow__step fill = bind(&s, SOW_FLOAT32, 2, shapes[i], 1.0);
    assert_true(fill.draws == 0);
    stream_run(&s, &fill, 0, 0, NULL);
  }
}

static void the_cache_of_one_normal_is_used_and_left(void **state) {
  (void)state;
  static const int64_t shape[] = {2, 2};
  stream s;
  float one;
  stream_open(&s, 0, SOW_TORCH_NEWEST);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 1, 0.0, 1.0, &one);
  sow__step fill = bind(&s, SOW_FLOAT64, 2, shape, 1.0);
  assert_true(fill.draws == 8); /* one from the cache, three from two pairs */
  assert_true(s.place.cache == SOW__CACHE_DRAWN);
}

static void any_range_equals_its_part_of_the_whole(void **state) {
  (void)state;
  static const int64_t shapes[][2] = {{1, 9}, {20, 33}, {40, 12}};
  uint64_t seed = 6;
  for (int i = 0; i < 6; i++) {
    stream s;
    stream_open(&s, (uint64_t)i, SOW_TORCH_NEWEST);
    sow__step fill = bind(&s, i % 2 ? SOW_FLOAT32 : SOW_FLOAT64, 2, shapes[i / 2], 2.0);
    check_cuts(&s, &fill, 10, &seed);
  }
}

static void threads_change_no_bit(void **state) {
  (void)state;
  static const int64_t shapes[][2] = {{130, 200}, {200, 130}};
  for (int i = 0; i < 4; i++) {
    stream s;
    stream_open(&s, 8, SOW_TORCH_NEWEST);
    sow__step fill = bind(&s, i % 2 ? SOW_FLOAT32 : SOW_FLOAT64, 2, shapes[i / 2], 1.0);
    size_t bytes = (size_t)fill.count * sow_dtype_size(fill.dtype);
    void *one = allocate(bytes), *more = allocate(bytes);
    stream_run(&s, &fill, 0, (uint64_t)fill.count, one);
    for (s.worker.threads = 1; s.worker.threads <= 7; s.worker.threads++) {
      stream_run(&s, &fill, 0, (uint64_t)fill.count, more);
      assert_memory_equal(one, more, bytes);
    }
    free(one);
    free(more);
  }
}

static void the_memory_it_needs_is_known_before(void **state) {
  (void)state;
  static const int64_t shapes[][2] = {{0, 3}, {300, 20}, {20, 300}, {1 << 20, 1 << 20}};
  static const uint64_t low[] = {0, 300 * 20 * 8, 300 * 20 * 8, UINT64_C(8) << 40};
  for (int i = 0; i < 4; i++) {
    stream s;
    stream_open(&s, 0, SOW_TORCH_NEWEST);
    sow__step fill = bind(&s, SOW_FLOAT32, 2, shapes[i], 1.0);
    uint64_t bytes = fill.op->memory(&fill);
    assert_true(bytes >= low[i] && bytes <= 6 * low[i]);
  }
}

static void sixteen_bit_dtypes_and_one_dimension_are_refused(void **state) {
  (void)state;
  static const int64_t shape[] = {4, 4};
  sow__step fill;
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    sow_edition edition = (sow_edition)e;
    assert_int_equal(sow__resolve(sow_orthogonal(1.0), SOW_FLOAT16, edition, 2, shape, NULL, &fill, NULL),
                     SOW_DTYPE);
    assert_int_equal(sow__resolve(sow_orthogonal(1.0), SOW_BFLOAT16, edition, 2, shape, NULL, &fill, NULL),
                     SOW_DTYPE);
    assert_int_equal(sow__resolve(sow_orthogonal(1.0), SOW_FLOAT32, edition, 1, shape, NULL, &fill, NULL),
                     SOW_SHAPE);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden_2x2),
      cmocka_unit_test(golden_shapes),
      cmocka_unit_test(trap_39_a_wide_matrix_is_drawn_by_rows_and_factored_as_its_transpose),
      cmocka_unit_test(trap_40_the_diagonal_of_r_is_positive),
      cmocka_unit_test(tall_wide_and_thin_are_orthogonal),
      cmocka_unit_test(one_element_is_the_sign_of_its_draw),
      cmocka_unit_test(no_elements_draw_nothing),
      cmocka_unit_test(the_cache_of_one_normal_is_used_and_left),
      cmocka_unit_test(any_range_equals_its_part_of_the_whole),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(the_memory_it_needs_is_known_before),
      cmocka_unit_test(sixteen_bit_dtypes_and_one_dimension_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

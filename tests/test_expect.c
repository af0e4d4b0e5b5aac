/* What a fill says its values aim at, against closed forms and against the values themselves. */
#include <math.h>

#include "box.h"
#include "init/resolve.h"
#include "op/value.h"

static sow__step resolved(sow_initializer initializer, sow_dtype dtype, sow_edition edition, int ndim,
                          const int64_t *shape) {
  sow__step fill;
  assert_int_equal(sow__resolve(initializer, dtype, edition, ndim, shape, NULL, &fill, NULL), SOW_OK);
  return fill;
}

static sow_distribution expect(const sow__step *step) {
  const sow__step *const steps[] = {step};
  sow__value value = {.dtype = step->dtype, .count = step->count, .steps = steps, .step_count = 1};
  return sow__value_expect(&value);
}

static sow_distribution expected(sow_initializer initializer, sow_dtype dtype, int ndim,
                                 const int64_t *shape) {
  sow__step fill = resolved(initializer, dtype, SOW_TORCH_NEWEST, ndim, shape);
  return expect(&fill);
}

static void assert_near(double value, double known, double tolerance) {
  if (!(fabs(value - known) <= tolerance))
    fail_msg("%.17g is not within %g of %.17g", value, tolerance, known);
}

/* Moments of N(0, 1) within [-2, 2], [1, 3] and [10, 11], from mpmath with 50 digits. */
static void moments_of_truncated_normals(void **state) {
  (void)state;
  sow_distribution e = expected(sow_trunc_normal(0, 1, -2, 2), SOW_FLOAT32, SHAPE(4));
  assert_near(e.mean, 0, 1e-15);
  assert_near(e.std, 0.87962566103423975, 1e-9);
  assert_true(e.low == -2 && e.high == 2);
  e = expected(sow_trunc_normal(0, 1, 1, 3), SOW_FLOAT32, SHAPE(4));
  assert_near(e.mean, 1.5100495132439839, 1e-9);
  assert_near(e.std, 0.41647677597210874, 1e-9);
  e = expected(sow_trunc_normal(0, 1, 10, 11), SOW_FLOAT32, SHAPE(4));
  assert_near(e.mean, 10.098068374933019, 1e-9);
  assert_near(e.std, 0.097060660941168617, 1e-9);
  e = expected(sow_trunc_normal(3, 0.5, -100, 100), SOW_FLOAT32, SHAPE(4));
  assert_near(e.mean, 3, 1e-9);
  assert_near(e.std, 0.5, 1e-9);
  e = expected(sow_trunc_normal(0, 1, 2, 2), SOW_FLOAT32, SHAPE(4));
  assert_true(e.mean == 2 && e.std == 0 && e.low == 2 && e.high == 2);
}

static void bounds_are_those_of_the_dtype(void **state) {
  (void)state;
  sow_distribution e = expected(sow_uniform(-0.1, 0.1), SOW_BFLOAT16, SHAPE(4));
  assert_true(e.low == -0.10009765625 && e.high == 0.10009765625);
  e = expected(sow_constant(0.1), SOW_FLOAT32, SHAPE(4));
  assert_true(e.mean == (double)0.1f && e.std == 0 && e.low == e.mean && e.high == e.mean);
  e = expected(sow_constant(-2.9), SOW_INT64, SHAPE(4));
  assert_true(e.mean == -2);
  e = expected(sow_normal(0.5, 2), SOW_FLOAT32, SHAPE(4));
  assert_true(e.mean == 0.5 && e.std == 2 && isinf(e.low) && isinf(e.high));
}

static void nothing_is_expected_of_empty_tensors(void **state) {
  (void)state;
  sow_distribution e = expected(sow_uniform(2, 3), SOW_FLOAT32, SHAPE(0, 3));
  assert_true(e.mean == 0 && e.std == 0 && e.low == 0 && e.high == 0);
}

/* Every kind of fill: 6000 values lie where they should. */
static void values_are_as_expected(void **state) {
  (void)state;
  static const int64_t shape[] = {100, 60, 1};
  enum { COUNT = 6000 };
  sow_initializer kinds[] = {sow_uniform(-3, 5),
                             sow_normal(1, 2),
                             sow_trunc_normal(1, 2, 0, 3),
                             sow_trunc_normal(0, 1, 4, 5),
                             sow_constant(7),
                             sow_dirac(4),
                             sow_dirac(-2),
                             sow_xavier_uniform(2),
                             sow_kaiming_normal(0.1, SOW_FAN_OUT, SOW_LEAKY_RELU),
                             sow_orthogonal(3),
                             sow_eye(),
                             sow_sparse(0.3, 2),
                             sow_sparse(-0.3, 2),
                             sow_sparse(7, 2)};
  static double values[COUNT];
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    EACH_EDITION(e) {
      bool matrix = kinds[i].kind == SOW_INIT_EYE || kinds[i].kind == SOW_INIT_SPARSE;
      sow__step fill = resolved(kinds[i], SOW_FLOAT64, e, matrix ? 2 : 3, shape);
      sow_distribution aim = expect(&fill);
      stream s;
      stream_open(&s, 11, e);
      assert_int_equal(sow__step_bind(&fill, &s.worker, &s.place, NULL), SOW_OK);
      assert_int_equal(sow__step_run(&fill, &s.worker, 0, COUNT, values, NULL), SOW_OK);
      double sum = 0, squares = 0;
      for (int k = 0; k < COUNT; k++) {
        assert_true(values[k] >= aim.low && values[k] <= aim.high);
        sum += values[k];
      }
      double mean = sum / COUNT;
      for (int k = 0; k < COUNT; k++)
        squares += (values[k] - mean) * (values[k] - mean);
      /* Five standard errors; a little for what is exact but for rounding. */
      assert_near(mean, aim.mean, 5 * aim.std / sqrt(COUNT) + 1e-12);
      assert_near(sqrt(squares / COUNT), aim.std, 0.05 * aim.std + 1e-12);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(moments_of_truncated_normals),
      cmocka_unit_test(bounds_are_those_of_the_dtype),
      cmocka_unit_test(nothing_is_expected_of_empty_tensors),
      cmocka_unit_test(values_are_as_expected),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Caffe's fillers, against the formulas of its filler.hpp worked by hand. */
#include <math.h>

#include "box.h"
#include "init/resolve.h"
#include "op/convert.h"

static void assert_near(double value, double known) {
  if (!(fabs(value - known) <= 1e-6 * fabs(known)))
    fail_msg("%.17g is not within 1e-6 of %.17g", value, known);
}

static sow__step resolved(sow_initializer call, int ndim, const int64_t *shape) {
  sow__step step;
  assert_int_equal(sow__resolve(call, SOW_FLOAT32, SOW_TORCH_1_13, ndim, shape, NULL, &step, NULL), SOW_OK);
  return step;
}

/* A convolution of 96 filters on 3 channels of 11 x 11: fan_in 363, fan_out 96*121 = 11616. */
static void xavier_divides_by_one_fan(void **state) {
  (void)state;
  static const struct {
    sow_fan_mode norm;
    double bound;
  } cases[] = {
      {SOW_FAN_IN, 0.0909090909},      /* sqrt(3/363) = 1/11 */
      {SOW_FAN_OUT, 0.0160706087},     /* sqrt(3/11616) */
      {SOW_FAN_AVERAGE, 0.0223802711}, /* sqrt(3/5989.5) */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow__step step = resolved(sow_caffe_xavier(cases[i].norm), SHAPE(96, 3, 11, 11));
    assert_ptr_equal(step.op, &sow__op_uniform);
    assert_near(step.p[1], cases[i].bound);
    assert_true(step.p[0] == -step.p[1]);
  }
  /* InnerProduct's 10 outputs of 500 inputs, and a vector, of which Caffe's fan_in is 1. */
  assert_near(resolved(sow_caffe_xavier(SOW_FAN_IN), SHAPE(10, 500)).p[1], 0.0774596669);
  assert_near(resolved(sow_caffe_xavier(SOW_FAN_IN), SHAPE(7)).p[1], 1.7320508076);
  assert_near(resolved(sow_caffe_xavier(SOW_FAN_OUT), SHAPE(7)).p[1], 0.6546536707);
}

/* The same convolution, and 64 filters on 64 channels of 3 x 3: fan_in 576, fan_out 576. */
static void msra_is_for_relu(void **state) {
  (void)state;
  sow__step step = resolved(sow_caffe_msra(SOW_FAN_IN), SHAPE(96, 3, 11, 11));
  assert_ptr_equal(step.op, &sow__op_normal);
  assert_near(step.p[1], 0.0742269619); /* sqrt(2/363) */
  assert_true(step.p[0] == 0);
  assert_near(resolved(sow_caffe_msra(SOW_FAN_OUT), SHAPE(96, 3, 11, 11)).p[1], 0.0131215970);
  assert_near(resolved(sow_caffe_msra(SOW_FAN_AVERAGE), SHAPE(96, 3, 11, 11)).p[1], 0.0182734148);
  assert_near(resolved(sow_caffe_msra(SOW_FAN_AVERAGE), SHAPE(64, 64, 3, 3)).p[1], 0.0589255651);
}

static void fills(sow_initializer call, sow_dtype dtype, int ndim, const int64_t *shape, double *values,
                  size_t count) {
  box b;
  box_open(&b, dtype, ndim, shape, NULL);
  fill_ok(&b, call, SOW_TORCH_NEWEST);
  sow__convert(dtype, b.bytes, SOW_FLOAT64, values, count);
}

/* size 3: f = 2, c = 0.5, weights 0.5 1 0.5; size 4: f = 2, c = 0.75, weights 0.25 0.75 0.75 0.25. */
static void bilinear_interpolates(void **state) {
  (void)state;
  static const double three[] = {0.5, 1, 0.5}, four[] = {0.25, 0.75, 0.75, 0.25};
  double values[64];
  fills(sow_caffe_bilinear(), SOW_FLOAT32, SHAPE(2, 2, 3, 3), values, 36);
  for (int i = 0; i < 36; i++)
    assert_true(values[i] == three[i / 3 % 3] * three[i % 3]);
  fills(sow_caffe_bilinear(), SOW_BFLOAT16, SHAPE(4, 1, 4, 4), values, 64);
  for (int i = 0; i < 64; i++)
    assert_true(values[i] == four[i / 4 % 4] * four[i % 4]);
  sow__step step = resolved(sow_caffe_bilinear(), SHAPE(4, 1, 4, 4));
  sow_distribution aim = step.op->expect(&step, NULL);
  assert_near(aim.mean, 0.25);
  assert_near(aim.std, 0.1875); /* the root of (5/16)^2 - 1/16 */
  assert_true(aim.low == 0.0625 && aim.high == 0.5625);
}

static void unitballs_sum_to_one(void **state) {
  (void)state;
  double values[1000];
  for (int d = 0; d < 4; d++) {
    static const sow_dtype dtypes[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_FLOAT16, SOW_BFLOAT16};
    static const double rounding[] = {1e-5, 1e-12, 5e-3, 4e-2};
    fills(sow_caffe_positive_unitball(), dtypes[d], SHAPE(4, 5, 50), values, 1000);
    for (int row = 0; row < 4; row++) {
      double sum = 0;
      for (int i = 0; i < 250; i++) {
        assert_true(values[row * 250 + i] >= 0);
        sum += values[row * 250 + i];
      }
      assert_true(fabs(sum - 1) <= rounding[d]);
    }
  }
}

/* The first draws of seed 0 are torch's rand(): 0.4963, 0.7682, 0.0885, 0.1320. */
static void unitballs_divide_the_uniforms(void **state) {
  (void)state;
  double drawn[4], values[4];
  fills(sow_uniform(0, 1), SOW_FLOAT32, SHAPE(4), drawn, 4);
  fills(sow_caffe_positive_unitball(), SOW_FLOAT32, SHAPE(2, 2), values, 4);
  for (int i = 0; i < 4; i++)
    assert_true(values[i] == (double)(float)(drawn[i] / (drawn[i / 2 * 2] + drawn[i / 2 * 2 + 1])));
}

/* u1/(u1+u2) has the mean square 1 - ln 2, by integrating over the ratio; u1/(u1+…+un) goes to 4/(3*n^2). */
static void unitballs_have_these_moments(void **state) {
  (void)state;
  sow__step step = resolved(sow_caffe_positive_unitball(), SHAPE(3, 2));
  sow_distribution aim = step.op->expect(&step, NULL);
  assert_near(aim.mean, 0.5);
  assert_near(aim.std, sqrt(0.75 - log(2)));
  step = resolved(sow_caffe_positive_unitball(), SHAPE(1, 1000000));
  aim = step.op->expect(&step, NULL);
  assert_near(aim.mean, 1e-6);
  assert_near(aim.std, 1e-6 / sqrt(3));
  step = resolved(sow_caffe_positive_unitball(), SHAPE(5));
  aim = step.op->expect(&step, NULL);
  assert_true(aim.mean == 1 && aim.std == 0 && aim.low == 1 && aim.high == 1);
}

/* 2 of 8 outputs: each weight stays with probability 1/4. */
static void a_sparse_gaussian_keeps_a_share(void **state) {
  (void)state;
  double dense[1000], sparse[1000];
  sow_initializer call = sow_caffe_gaussian(1, 0.5, 2);
  fills(sow_caffe_gaussian(1, 0.5, -1), SOW_FLOAT32, SHAPE(8, 125), dense, 1000);
  fills(call, SOW_FLOAT32, SHAPE(8, 125), sparse, 1000);
  int kept = 0;
  for (int i = 0; i < 1000; i++) {
    assert_true(sparse[i] == 0 || sparse[i] == dense[i]);
    kept += sparse[i] != 0;
  }
  assert_true(abs(kept - 250) < 5 * 14); /* sqrt(1000/4*3/4) = 13.7 */
  sow__step step = resolved(call, SHAPE(8, 125));
  sow_distribution aim = step.op->expect(&step, NULL);
  assert_near(aim.mean, 0.25);
  assert_near(aim.std, 0.5); /* the root of (0.25 + 1)/4 - 1/16 */
  assert_near(aim.share, 0.25);
  fills(sow_caffe_gaussian(0, 1, 0), SOW_FLOAT16, SHAPE(8, 125), sparse, 1000);
  for (int i = 0; i < 1000; i++)
    assert_true(sparse[i] == 0);
  fills(sow_caffe_gaussian(1, 0.5, 8), SOW_FLOAT32, SHAPE(8, 125), sparse, 1000);
  for (int i = 0; i < 1000; i++)
    assert_true(sparse[i] == dense[i]);
}

static sow_status refusal(sow_initializer call, sow_dtype dtype, int ndim, const int64_t *shape) {
  sow__step step;
  return sow__resolve(call, dtype, SOW_TORCH_NEWEST, ndim, shape, NULL, &step, NULL);
}

static void what_caffe_checks_is_refused(void **state) {
  (void)state;
  assert_int_equal(refusal(sow_caffe_xavier(SOW_FAN_IN), SOW_FLOAT32, SHAPE(0, 3)), SOW_SHAPE);
  assert_int_equal(refusal(sow_caffe_msra(SOW_FAN_IN), SOW_FLOAT32, 0, NULL), SOW_SHAPE);
  assert_int_equal(refusal(sow_caffe_xavier((sow_fan_mode)3), SOW_FLOAT32, SHAPE(2)), SOW_INVALID_ARGUMENT);
  assert_int_equal(refusal(sow_caffe_gaussian(0, 0, -1), SOW_FLOAT32, SHAPE(2)), SOW_INVALID_ARGUMENT);
  assert_int_equal(refusal(sow_caffe_gaussian(0, 1, -2), SOW_FLOAT32, SHAPE(2)), SOW_INVALID_ARGUMENT);
  assert_int_equal(refusal(sow_caffe_gaussian(0, 1, 3), SOW_FLOAT32, SHAPE(2, 9)), SOW_SHAPE);
  assert_int_equal(refusal(sow_caffe_uniform(1, 0), SOW_FLOAT32, SHAPE(2)), SOW_INVALID_ARGUMENT);
  assert_int_equal(refusal(sow_caffe_bilinear(), SOW_FLOAT32, SHAPE(1, 1, 3, 4)), SOW_SHAPE);
  assert_int_equal(refusal(sow_caffe_bilinear(), SOW_FLOAT32, SHAPE(1, 3, 3)), SOW_SHAPE);
  assert_int_equal(refusal(sow_caffe_bilinear(), SOW_INT64, SHAPE(1, 1, 3, 3)), SOW_DTYPE);
  assert_int_equal(refusal(sow_caffe_positive_unitball(), SOW_INT64, SHAPE(3)), SOW_DTYPE);
  assert_int_equal(refusal(sow_caffe_positive_unitball(), SOW_FLOAT32, 0, NULL), SOW_SHAPE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(xavier_divides_by_one_fan),       cmocka_unit_test(msra_is_for_relu),
      cmocka_unit_test(bilinear_interpolates),           cmocka_unit_test(unitballs_sum_to_one),
      cmocka_unit_test(unitballs_divide_the_uniforms),   cmocka_unit_test(unitballs_have_these_moments),
      cmocka_unit_test(a_sparse_gaussian_keeps_a_share), cmocka_unit_test(what_caffe_checks_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

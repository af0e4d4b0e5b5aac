/* Caffe's fillers, against the formulas of its filler.hpp worked by hand. */
#include <math.h>

#include "box.h"
#include "init/resolve.h"

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

static void blobs_without_elements_are_refused(void **state) {
  (void)state;
  sow__step step;
  assert_int_equal(sow__resolve(sow_caffe_xavier(SOW_FAN_IN), SOW_FLOAT32, SOW_TORCH_NEWEST, SHAPE(0, 3),
                                NULL, &step, NULL),
                   SOW_SHAPE);
  assert_int_equal(sow__resolve(sow_caffe_xavier((sow_fan_mode)3), SOW_FLOAT32, SOW_TORCH_NEWEST, SHAPE(2),
                                NULL, &step, NULL),
                   SOW_INVALID_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(xavier_divides_by_one_fan),
      cmocka_unit_test(blobs_without_elements_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

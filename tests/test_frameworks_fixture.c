/*
 * What Keras 3 and JAX draw from, as tests/frameworks/frameworks_fixture.py wrote it down, against what sow
 * draws from: fans, bounds, deviations before and after the cut, and where matrices lie, to 1e-6. The file
 * may be another one, so that frameworks that are installed can be asked today.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "box.h"
#include "init/resolve.h"
#include "op/value.h"

static const char *path = SOW_TEST_DATA "/frameworks.txt";

#define LINE_SIZE 8192
#define VALUES 64

static size_t line_number, calls, shapes;

static void assert_near(double value, double known) {
  if (!(fabs(value - known) <= 1e-6 * fmax(fabs(known), 1e-3)))
    fail_msg("line %zu: %.17g is not within 1e-6 of %.17g", line_number, value, known);
}

/* The numbers in a text, at most VALUES. */
static size_t read_numbers(const char *text, double numbers[VALUES]) {
  size_t count = 0;
  char *end;
  for (double number = strtod(text, &end); end != text && count < VALUES; number = strtod(text, &end)) {
    numbers[count++] = number;
    text = end;
  }
  return count;
}

typedef struct sizes {
  int ndim;
  int64_t size[5];
} sizes;

static sizes read_shape(const char *text) {
  double numbers[VALUES];
  sizes made = {.ndim = (int)read_numbers(text, numbers)};
  for (int i = 0; i < made.ndim; i++)
    made.size[i] = (int64_t)numbers[i];
  shapes++;
  return made;
}

static sow__step resolved(sow_initializer call, const sizes *shape) {
  sow__step step;
  sow_error error = SOW_ERROR_NONE;
  if (sow__resolve(call, SOW_FLOAT64, SOW_TORCH_1_13, shape->ndim, shape->size, NULL, &step, &error) !=
      SOW_OK)
    fail_msg("line %zu: %s", line_number, error.message);
  return step;
}

static sow_distribution expected(const sow__step *step) {
  const sow__step *const steps[] = {step};
  sow__value value = {.dtype = step->dtype, .count = step->count, .steps = steps, .step_count = 1};
  return sow__value_expect(&value);
}

/* A normal of scale 1 has the deviation 1/sqrt(fan). */
static double fan_of(sow_initializer call, sow_fan_mode mode, const sizes *shape) {
  call.mode = mode;
  double std = resolved(call, shape).p[1];
  return 1 / (std * std);
}

/* Keras divides by 1 at least, so that a smaller fan does not show. */
static void check_fans(const char *text, const sizes *shape) {
  double fans[VALUES];
  bool is_keras = strncmp(text, "keras ", 6) == 0;
  sow_initializer call = is_keras ? sow_keras_variance_scaling(1, SOW_FAN_IN, SOW_SCALING_NORMAL)
                                  : sow_jax_variance_scaling(1, SOW_FAN_IN, SOW_SCALING_NORMAL);
  assert_int_equal(read_numbers(strchr(text, ' '), fans), 2);
  assert_near(fan_of(call, SOW_FAN_IN, shape), is_keras ? fmax(fans[0], 1) : fans[0]);
  assert_near(fan_of(call, SOW_FAN_OUT, shape), is_keras ? fmax(fans[1], 1) : fans[1]);
}

static void check_values(const sow__step *step, const double *numbers, size_t count) {
  double values[VALUES];
  stream s;
  stream_open(&s, 1, SOW_TORCH_NEWEST);
  assert_int_equal(step->count, count);
  assert_int_equal(sow__step_run(step, &s.worker, 0, count, values, NULL), SOW_OK);
  for (size_t i = 0; i < count; i++)
    if (!(fabs(values[i] - numbers[i]) <= 1e-6))
      fail_msg("line %zu, value %zu: %.17g and not %.17g", line_number, i, values[i], numbers[i]);
}

/* numbers: the first of the elements that are not zero, which follow one another, and how many there are. */
static void check_delta(sow__step *step, const double *numbers) {
  double values[4 * VALUES];
  stream s;
  stream_open(&s, 1, SOW_TORCH_NEWEST);
  assert_int_equal(sow__step_bind(step, &s.worker, &s.place, NULL), SOW_OK);
  assert_int_equal(sow__step_run(step, &s.worker, 0, (uint64_t)step->count, values, NULL), SOW_OK);
  for (int i = 0; i < step->count; i++)
    assert_true((values[i] != 0) == (i >= numbers[0] && i < numbers[0] + numbers[1]));
}

static void check_truncated(const sow__step *step, const double *numbers) {
  sow_distribution aim = expected(step);
  assert_ptr_equal(step->op, &sow__op_trunc_erfinv);
  for (int i = 0; i < 4; i++)
    assert_near(step->p[i], numbers[i]);
  assert_near(aim.std, numbers[4]);
  assert_near(aim.low, numbers[2]);
  assert_near(aim.high, numbers[3]);
}

static void check_call(char *line, const sizes *shape) {
  char *what = strchr(line, '\t'), *rest;
  assert_non_null(what);
  *what++ = 0;
  rest = strchr(what, ' ');
  sow_initializer call;
  sow_error error = SOW_ERROR_NONE;
  if (sow_initializer_parse(line, NULL, &call, &error) != SOW_OK)
    fail_msg("line %zu: %s", line_number, error.message);
  double numbers[VALUES];
  size_t count = read_numbers(rest, numbers);
  sow__step step = resolved(call, shape);
  if (strncmp(what, "values ", 7) == 0) {
    check_values(&step, numbers, count);
  } else if (strncmp(what, "delta ", 6) == 0) {
    check_delta(&step, numbers);
  } else if (strncmp(what, "truncated ", 10) == 0) {
    check_truncated(&step, numbers);
  } else {
    bool uniform = strncmp(what, "uniform ", 8) == 0;
    assert_true(uniform || strncmp(what, "normal ", 7) == 0);
    assert_ptr_equal(step.op, uniform ? &sow__op_uniform : &sow__op_normal);
    assert_int_equal(count, 2);
    assert_near(step.p[0], numbers[0]);
    assert_near(step.p[1], numbers[1]);
  }
  calls++;
}

static void numbers_are_the_frameworks(void **state) {
  (void)state;
  static char line[LINE_SIZE];
  FILE *file = fopen(path, "r");
  sizes shape = {0};
  if (file == NULL)
    fail_msg("%s cannot be read", path);
  for (line_number = 1; fgets(line, sizeof line, file) != NULL; line_number++) {
    if (strncmp(line, "shape", 5) == 0)
      shape = read_shape(line + 5);
    else if (strncmp(line, "fans ", 5) == 0)
      check_fans(line + 5, &shape);
    else if (line[0] != '#')
      check_call(line, &shape);
  }
  fclose(file);
  assert_true(shapes >= 50 && calls >= 1000);
}

int main(int argc, char **argv) {
  if (argc > 1)
    path = argv[1];
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_the_frameworks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

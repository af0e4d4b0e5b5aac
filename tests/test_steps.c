/* Steps that C programs write: their contents, how plans show them, and what is refused. */
#include <math.h>

#include "sample.h"
#include "tree_text.h"

/* ---- contents ---- */

#define ROWS 6
#define COLUMNS 5
#define COUNT (ROWS * COLUMNS)

static const int64_t matrix[] = {ROWS, COLUMNS};

static void fill(void *values, int64_t count, sow_initializer call, sow_generator *generator) {
  DLTensor tensor = {
      .data = values, .device = {kDLCPU, 0}, .ndim = 1, .dtype = {kDLFloat, 32, 1}, .shape = &count};
  assert_int_equal(sow_fill(&tensor, call, generator, NULL), SOW_OK);
}

static void assert_values(const sow_plan *plan, const char *name, const float *expected) {
  size_t index = 0;
  sow_plan_entry entry = {0};
  float made[COUNT];
  assert_true(sow_plan_find(plan, name, &index) && sow_plan_get(plan, index, &entry));
  assert_true(entry.count <= COUNT);
  assert_int_equal(sow_plan_run(plan, index, 0, (uint64_t)entry.count, 1, made, NULL), SOW_OK);
  for (int64_t i = 0; i < entry.count; i++)
    if (memcmp(&made[i], &expected[i], sizeof *made) != 0)
      fail_msg("%s[%d] is %.9g, not %.9g", name, (int)i, (double)made[i], (double)expected[i]);
}

/* a: drawn, halved, a part set, its last row zero; b: a part of a, as it was, and a quarter of a less; then a
 * is negated. */
static sow_module *stepped_model(void) {
  sow_module *net = sow_module_new("Net");
  sow_module_add_parameter(net, "a", 2, matrix);
  sow_module_add_parameter(net, "b", 2, matrix);
  sow_module_add_parameter(net, "g", 2, (int64_t[]){ROWS, 1});
  sow_module_add_buffer(net, "n", SOW_DTYPE_COUNT, 0, NULL, sow_zeros());
  sow_module_set(net, "a", sow_normal(0, 1));
  sow_module_set(net, "b", sow_uniform(-1, 1));
  sow_module_set(net, "a", sow_mul(0.5));
  sow_module_step(net, "a", ((int64_t[]){1, 2}), ((int64_t[]){2, 3}), sow_constant(7));
  sow_module_step(net, "a", ((int64_t[]){5, 0}), NULL, sow_method(SOW_INIT_ZERO));
  sow_module_step_from(net, "b", NULL, ((int64_t[]){3, 5}), sow_copy(), net, "a", ((int64_t[]){3, 0}));
  sow_module_step_from(net, "b", NULL, NULL, sow_sub(0, 0.25), net, "a", NULL);
  sow_module_step_from(net, "g", NULL, NULL, sow_norm(0), net, "a", NULL);
  sow_module_step_from(net, "n", NULL, NULL, sow_norm(-1), net, "g", NULL);
  sow_module_step(net, "a", NULL, NULL, sow_method(SOW_INIT_NEG));
  sow_module_step(net, "g", ((int64_t[]){0, 0}), ((int64_t[]){1, 1}), sow_add(1, 2));
  return net;
}

static void steps_are_the_arithmetic_that_they_name(void **state) {
  (void)state;
  float a[COUNT], b[COUNT], g[ROWS], n = 0;
  double total = 0;
  sow_generator *generator = sow_generator_new(0, SOW_TORCH_NEWEST), *end = NULL;
  fill(a, COUNT, sow_normal(0, 1), generator);
  fill(b, COUNT, sow_uniform(-1, 1), generator);
  for (int i = 0; i < COUNT; i++) {
    int row = i / COLUMNS, column = i % COLUMNS;
    a[i] *= 0.5f;
    a[i] = row >= 1 && row < 3 && column >= 2 ? 7 : row == 5 ? 0 : a[i];
  }
  memcpy(b, a + 3 * COLUMNS, (size_t)(3 * COLUMNS) * sizeof *b);
  for (int i = 0; i < COUNT; i++)
    b[i] = fmaf(a[i], -0.25f, b[i]); /* -0.25*a is exact: one rounding either way */
  for (int row = 0; row < ROWS; row++) {
    double sum = 0;
    for (int i = 0; i < COLUMNS; i++)
      sum += (double)a[row * COLUMNS + i] * (double)a[row * COLUMNS + i];
    g[row] = (float)sqrt(sum);
    total += sum;
  }
  for (int i = 0; i < COUNT; i++)
    a[i] = -a[i];
  sow_plan *plan = planned(stepped_model(), NULL);
  assert_values(plan, "a", a);
  assert_values(plan, "b", b);
  float made[ROWS];
  assert_int_equal(sow_plan_run(plan, 2, 0, ROWS, 1, made, NULL), SOW_OK);
  for (int row = 0; row < ROWS; row++) /* norms are torch's to the bit, which is within 2 ulp */
    assert_true(fabs((double)(made[row] - g[row] - (row == 0 ? 2.0f : 0.0f))) <= 4e-7 * (double)g[row]);
  assert_int_equal(sow_plan_run(plan, 3, 0, 1, 1, &n, NULL), SOW_OK);
  assert_true(fabs((double)n - sqrt(total)) <= 4e-7 * sqrt(total));
  assert_int_equal(sow_plan_generator(plan, &end, NULL), SOW_OK);
  assert_same_state(end, generator);
  sow_generator_free(end);
  sow_generator_free(generator);
  sow_plan_free(plan);
}

static void a_copied_module_has_the_steps_so_far(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module *first = sow_linear(net, "first", 4, 3, false);
  sow_module_set(first, "weight", sow_mul(3));
  sow_module *second = sow_module_copy(net, "second", first);
  sow_module_step(second, "weight", ((int64_t[]){1, 0}), ((int64_t[]){1, 4}), sow_ones());
  sow_module_set(first, "weight", sow_add(1, 1));
  sow_plan *plan = planned(net, NULL);
  float one[12], two[12];
  assert_int_equal(sow_plan_run(plan, 0, 0, 12, 1, one, NULL), SOW_OK);
  assert_int_equal(sow_plan_run(plan, 1, 0, 12, 1, two, NULL), SOW_OK);
  for (int i = 0; i < 12; i++)
    assert_true(i / 4 == 1 ? two[i] == 1 : one[i] == two[i] + 1);
  assert_int_equal(sow_plan_draws(plan), 12);
  sow_plan_free(plan);
}

/* ---- how they are shown ---- */

static void assert_line(const sow_plan *plan, const char *name, const char *expected) {
  size_t index = 0;
  char *line = NULL;
  assert_true(sow_plan_find(plan, name, &index));
  assert_int_equal(sow_plan_line(plan, index, &line, NULL), SOW_OK);
  assert_string_equal(line, expected);
  free(line);
}

static void lines_have_the_steps_in_their_order(void **state) {
  (void)state;
  sow_plan *plan = planned(stepped_model(), NULL);
  assert_line(plan, "a",
              "normal_(mean=0.0, std=1.0); mul_(0.5); [1:3, 2:5] constant_(val=7.0); [5:6] zero_(); neg_()");
  assert_line(
      plan, "b",
      "uniform_(a=-1.0, b=1.0); [0:3] copy_([3, 5]+15 of normal_(mean=0.0, std=1.0); mul_(0.5); [1, 5]+25 "
      "zero_()); sub_(normal_(mean=0.0, std=1.0); mul_(0.5); [2, 3]*[5, 1]+7 constant_(val=7.0); [1, 5]+25 "
      "zero_(), alpha=0.25)");
  assert_line(plan, "g",
              "norm_(normal_(mean=0.0, std=1.0); mul_(0.5); [2, 3]*[5, 1]+7 constant_(val=7.0); [1, 5]+25 "
              "zero_(), dim=0); [0:1] add_(1.0, "
              "alpha=2.0)");
  char *text = (char *)plan;
  assert_int_equal(sow_plan_step_print(plan, 0, 2, &text, NULL), SOW_OK);
  assert_string_equal(text, "[1:3, 2:5] constant_(val=7.0)");
  free(text);
  text = (char *)plan;
  assert_int_equal(sow_plan_step_print(plan, 0, 5, &text, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_plan_step_print(plan, 4, 0, &text, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_plan_line(plan, 4, &text, NULL), SOW_INVALID_ARGUMENT);
  assert_ptr_equal(text, plan);
  sow_plan_free(plan);
}

static void steps_tell_what_they_are(void **state) {
  (void)state;
  sow_plan_options options = sow_plan_defaults();
  options.cast = SOW_BFLOAT16;
  sow_plan *plan = planned(stepped_model(), &options);
  sow_plan_entry entry = {0};
  sow_plan_step step;
  assert_true(sow_plan_get(plan, 0, &entry));
  assert_int_equal(entry.step_count, 6);
  assert_true(entry.dtype == SOW_BFLOAT16 && entry.drawn == SOW_FLOAT32);
  assert_true(sow_plan_step_get(plan, 0, 0, &step));
  assert_true(step.call.kind == SOW_INIT_NORMAL && step.whole && !step.cast && step.dtype == SOW_FLOAT32);
  assert_true(step.position == 0 && step.draws == entry.draws && step.draws >= COUNT);
  assert_true(sow_plan_step_get(plan, 0, 2, &step));
  assert_true(step.call.kind == SOW_INIT_CONSTANT && !step.whole && step.draws == 0);
  assert_true(step.ndim == 2 && step.shape[0] == 2 && step.shape[1] == 3 && step.offset == 7);
  assert_true(step.strides != NULL && step.strides[0] == 5 && step.strides[1] == 1);
  assert_non_null(strstr(step.rule, "test_steps.c:"));
  assert_true(sow_plan_step_get(plan, 0, 3, &step));
  assert_true(step.call.kind == SOW_INIT_ZERO && step.strides == NULL && step.offset == 25 &&
              step.shape[0] == 1);
  assert_true(sow_plan_step_get(plan, 0, 5, &step));
  assert_true(step.cast && step.dtype == SOW_BFLOAT16 && step.whole);
  assert_false(sow_plan_step_get(plan, 0, 6, &step));
  assert_false(sow_plan_step_get(plan, 9, 0, &step));
  assert_line(plan, "n",
              "norm_(norm_(normal_(mean=0.0, std=1.0); mul_(0.5); [2, 3]*[5, 1]+7 constant_(val=7.0); [1, "
              "5]+25 zero_(), dim=0), "
              "dim=-1); to(bfloat16)");
  sow_plan_free(plan);
}

static void json_has_every_step(void **state) {
  (void)state;
  sow_plan *plan = planned(stepped_model(), NULL);
  char *text = NULL;
  assert_int_equal(sow_plan_print(plan, SOW_PLAN_JSON, &text, NULL, NULL), SOW_OK);
  static const char *const parts[] = {
      "{\"call\": \"normal_(mean=0.0, std=1.0)\", \"dtype\": \"float32\", \"rule\": ",
      "\"position\": 0, \"words\": 46}, {\"call\": \"mul_(0.5)\", \"dtype\": \"float32\", \"rule\": ",
      "{\"call\": \"[1:3, 2:5] constant_(val=7.0)\"",
      "{\"call\": \"[5:6] zero_()\"",
      "{\"call\": \"neg_()\"",
  };
  const char *at = text;
  for (size_t i = 0; at != NULL && i < sizeof parts / sizeof *parts; i++) {
    at = strstr(at, parts[i]);
    if (at == NULL)
      fail_msg("%s is not behind the others in %s", parts[i], text);
  }
  free(text);
  sow_plan_free(plan);
}

/* ---- what is refused ---- */

typedef struct refusal {
  const char *tensor;
  int64_t begin[2], size[2];
  sow_initializer call;
  const char *other; /* NULL: sow_module_step */
  sow_status status;
  const char *part; /* of the message */
} refusal;

static void a_step_that_there_is_not_fails_the_tree(void **state) {
  (void)state;
  const refusal cases[] = {
      {"c", {0, 0}, {1, 1}, sow_ones(), NULL, SOW_UNKNOWN_NAME, "no parameter 'c'"},
      {"a", {0, 0}, {7, 1}, sow_ones(), NULL, SOW_SHAPE, "a: dimension 0 has no 7 elements from 0 on"},
      {"a", {0, 4}, {1, 2}, sow_ones(), NULL, SOW_SHAPE, "a: dimension 1 has no 2 elements from 4 on"},
      {"a", {-1, 0}, {1, 1}, sow_ones(), NULL, SOW_SHAPE, "from -1 on"},
      {"a", {INT64_MIN, 0}, {1, 1}, sow_ones(), NULL, SOW_SHAPE, "a: dimension 0"},
      {"a", {0, 0}, {-1, 1}, sow_ones(), NULL, SOW_SHAPE, "no -1 elements"},
      {"a", {1, 0}, {INT64_MAX, 1}, sow_ones(), NULL, SOW_SHAPE, "a: dimension 0"},
      {"a", {0, 0}, {1, 1}, sow_copy(), NULL, SOW_INVALID_ARGUMENT, "a: copy_ reads another tensor"},
      {"a", {0, 0}, {1, 1}, sow_norm(0), NULL, SOW_INVALID_ARGUMENT, "a: norm_ reads another tensor"},
      {"a", {0, 0}, {1, 1}, sow_normal(0, 1), "b", SOW_INVALID_ARGUMENT, "a: normal_ reads no other tensor"},
      {"a",
       {0, 0},
       {1, 1},
       sow_method(SOW_INIT_EXP),
       "b",
       SOW_INVALID_ARGUMENT,
       "exp_ reads no other tensor"},
      {"a", {0, 0}, {1, 1}, sow_copy(), "d", SOW_UNKNOWN_NAME, "no parameter 'd'"},
      {"a", {0, 0}, {5, 2}, sow_copy(), "b", SOW_SHAPE, "b: dimension 0 has no 5 elements"},
      {"a", {0, 0}, {2, 2}, sow_mul(0), "v", SOW_SHAPE, "a: mul_ writes [2, 2] and reads [3]"},
      {"a", {0, 0}, {6, 1}, sow_norm(0), "b", SOW_SHAPE, "a: norm_ gives 4 elements here, and 6 are written"},
      {"a", {0, 0}, {4, 1}, sow_norm(2), "b", SOW_INVALID_ARGUMENT, "norm_ cannot keep dimension 2"},
      {"a", {0, 0}, {4, 1}, sow_norm(-2), "b", SOW_INVALID_ARGUMENT, "norm_ cannot keep dimension -2"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const refusal *c = &cases[i];
    sow_module *net = sow_module_new("Net");
    sample_add(net, "a", 2, matrix, sow_zeros());
    sample_add(net, "b", 2, (int64_t[]){4, 4}, sow_zeros());
    sample_add(net, "v", 1, (int64_t[]){3}, sow_zeros());
    if (c->other == NULL)
      sow_module_step(net, c->tensor, c->begin, c->size, c->call);
    else
      sow_module_step_from(net, c->tensor, c->begin, c->size, c->call, net, c->other, NULL);
    assert_failure(net, c->status, c->part);
    sow_module_free(net);
  }
}

static void trees_are_not_mixed(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net"), *other = sow_module_new("Net");
  sample_add(net, "a", 2, matrix, sow_zeros());
  sample_add(other, "a", 2, matrix, sow_zeros());
  sow_module_step_from(net, "a", NULL, NULL, sow_copy(), other, "a", NULL);
  assert_failure(net, SOW_INVALID_ARGUMENT, "a: the module to read from is not in this tree");
  assert_built(other);
  sow_module_step_from(other, "a", NULL, NULL, sow_copy(), NULL, "a", NULL);
  assert_failure(other, SOW_INVALID_ARGUMENT, "not in this tree");
  sow_module_step(NULL, "a", NULL, NULL, sow_ones());
  sow_module_free(net);
  sow_module_free(other);
}

static void assert_no_plan(sow_module *net, sow_status status, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  assert_int_equal(sow_plan_new(net, NULL, &plan, &error), status);
  assert_null(plan);
  if (strstr(error.message, part) == NULL)
    fail_msg("'%s' is not in '%s'", part, error.message);
  sow_module_free(net);
}

static void a_plan_names_what_cannot_be_made(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module_add_buffer(net, "ids", SOW_INT64, 2, matrix, sow_zeros());
  sow_module_step_as(net, "ids", NULL, NULL, sow_mul(2), "here:1");
  assert_no_plan(net, SOW_DTYPE,
                 "ids (here:1): mul_ is for floating-point tensors here, and this one is int64");
  net = sow_module_new("Net");
  sow_module_add_buffer(net, "ids", SOW_INT64, 2, matrix, sow_zeros());
  sample_add(net, "a", 2, matrix, sow_zeros());
  sow_module_step_from_as(net, "a", NULL, NULL, sow_add(0, 1), net, "ids", NULL, "here:2");
  assert_no_plan(net, SOW_DTYPE,
                 "a (here:2): add_ reads a tensor of its own type: this one is float32, and the other "
                 "int64");
  net = sow_module_new("Net");
  sow_module_add_buffer(net, "ids", SOW_INT64, 2, matrix, sow_zeros());
  sample_add(net, "g", 2, (int64_t[]){ROWS, 1}, sow_zeros());
  sow_module_step_from_as(net, "g", NULL, NULL, sow_norm(0), net, "ids", NULL, "here:3");
  assert_no_plan(net, SOW_DTYPE, "g (here:3): norm_ is of a floating-point tensor, and the other is int64");
  net = sow_module_new("Net");
  sow_module_add_parameter(net, "a", 2, matrix);
  sow_module_step(net, "a", NULL, ((int64_t[]){ROWS, 4}), sow_ones());
  assert_no_plan(net, SOW_UNCOVERED, "a: nothing initialises 6 of its 30 elements");
  net = sow_module_new("Net");
  sow_module_add_parameter(net, "a", 2, matrix);
  sow_module_step(net, "a", NULL, NULL, sow_mul(2));
  assert_no_plan(net, SOW_UNCOVERED, "a: nothing initialises 30 of its 30 elements");
  net = sow_module_new("Net");
  sow_module_add_parameter(net, "a", 2, matrix);
  sample_add(net, "b", 2, matrix, sow_zeros());
  sow_module_step(net, "a", NULL, ((int64_t[]){ROWS, 4}), sow_ones());
  sow_module_step_from(net, "b", NULL, NULL, sow_copy(), net, "a", NULL);
  sow_module_step(net, "a", NULL, NULL, sow_ones());
  assert_no_plan(net, SOW_UNCOVERED, "b: nothing initialises 6 of its 30 elements");
}

/* What is written later, or is not read, may be unwritten while something else is copied. */
static void unwritten_elements_matter_where_they_stay(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module_add_parameter(net, "a", 2, matrix);
  sample_add(net, "b", 2, matrix, sow_zeros());
  sample_add(net, "n", 1, (int64_t[]){1}, sow_zeros());
  sow_module_step(net, "a", NULL, ((int64_t[]){ROWS, 4}), sow_constant(3));
  sow_module_step_from(net, "b", NULL, NULL, sow_copy(), net, "a", NULL);
  sow_module_step(net, "b", ((int64_t[]){0, 4}), ((int64_t[]){ROWS, 1}), sow_ones());
  sow_module_step_from(net, "n", NULL, NULL, sow_norm(-1), net, "b", NULL);
  sow_module_step(net, "a", ((int64_t[]){0, 4}), ((int64_t[]){ROWS, 1}), sow_constant(2));
  sow_plan *plan = planned(net, NULL);
  float a[COUNT], b[COUNT], n;
  assert_int_equal(sow_plan_run(plan, 0, 0, COUNT, 1, a, NULL), SOW_OK);
  assert_int_equal(sow_plan_run(plan, 1, 0, COUNT, 1, b, NULL), SOW_OK);
  assert_int_equal(sow_plan_run(plan, 2, 0, 1, 1, &n, NULL), SOW_OK);
  for (int i = 0; i < COUNT; i++)
    assert_true(a[i] == (i % COLUMNS == 4 ? 2 : 3) && b[i] == (i % COLUMNS == 4 ? 1 : 3));
  assert_true(fabs((double)n - sqrt(24 * 9 + 6)) < 1e-5);
  sow_plan_free(plan);
}

static void what_reads_itself_over_and_over_has_a_limit(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sample_add(net, "a", 2, matrix, sow_normal(0, 1));
  for (int i = 0; i < 12; i++)
    sow_module_step_from(net, "a", NULL, NULL, sow_add(0, 1), net, "a", NULL);
  sow_plan_free(planned(net, NULL));
  net = sow_module_new("Net");
  sample_add(net, "a", 2, matrix, sow_normal(0, 1));
  for (int i = 0; i < 40; i++)
    sow_module_step_from(net, "a", NULL, NULL, sow_add(0, 1), net, "a", NULL);
  assert_no_plan(net, SOW_LIMIT, "a (");
  net = sow_module_new("Net");
  sample_add(net, "a", 2, matrix, sow_normal(0, 1));
  for (int i = 0; i < 4096; i++)
    sow_module_set(net, "a", sow_add(1, 1));
  assert_no_plan(net, SOW_LIMIT, "more than 4096 steps make one tensor");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_are_the_arithmetic_that_they_name),
      cmocka_unit_test(a_copied_module_has_the_steps_so_far),
      cmocka_unit_test(lines_have_the_steps_in_their_order),
      cmocka_unit_test(steps_tell_what_they_are),
      cmocka_unit_test(json_has_every_step),
      cmocka_unit_test(a_step_that_there_is_not_fails_the_tree),
      cmocka_unit_test(trees_are_not_mixed),
      cmocka_unit_test(a_plan_names_what_cannot_be_made),
      cmocka_unit_test(unwritten_elements_matter_where_they_stay),
      cmocka_unit_test(what_reads_itself_over_and_over_has_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

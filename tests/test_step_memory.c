/* What steps do to memory: methods on views with strides, and types that are no floats. */
#include <math.h>

#include "base/dtype.h"
#include "box.h"
#include "sample.h"

/* ---- methods on memory with strides ---- */

static void fill_boxed(box *b, sow_initializer call, sow_edition edition, int threads) {
  sow_fill_options options = {.size = sizeof options, .threads = threads};
  sow_generator *generator = sow_generator_new(1, edition);
  sow_error error = SOW_ERROR_NONE;
  if (sow_fill_with(&b->tensor, call, generator, &options, &error) != SOW_OK)
    fail_msg("%s", error.message);
  sow_generator_free(generator);
}

static int64_t offset_of(const box *b, int64_t number) {
  int64_t at = 0;
  for (int d = b->tensor.ndim - 1; d >= 0; d--) {
    at += number % b->shape[d] * b->strides[d];
    number /= b->shape[d];
  }
  return at;
}

/* The same values one behind the other; the view is changed where its elements are, and nowhere else. */
static void check_method(sow_initializer call, sow_dtype dtype, sow_edition edition, int ndim,
                         const int64_t *shape, const int64_t *strides, int threads) {
  static box view, expected, dense;
  size_t size = sow_dtype_size(dtype);
  int64_t count = 1;
  for (int d = 0; d < ndim; d++)
    count *= shape[d];
  box_open(&dense, dtype, ndim, shape, NULL);
  box_open(&view, dtype, ndim, shape, strides);
  fill_boxed(&dense, sow_uniform(0.1, 0.9), edition, 1);
  for (int64_t i = 0; i < count; i++)
    memcpy(view.bytes + (size_t)offset_of(&view, i) * size, dense.bytes + (size_t)i * size, size);
  expected = view;
  fill_boxed(&dense, call, edition, 1);
  for (int64_t i = 0; i < count; i++)
    memcpy(expected.bytes + (size_t)offset_of(&view, i) * size, dense.bytes + (size_t)i * size, size);
  fill_boxed(&view, call, edition, threads);
  if (memcmp(view.bytes, expected.bytes, sizeof view.bytes) != 0)
    fail_msg("%s of %s differs", sow_initializer_name(call.kind), sow_dtype_name(dtype));
}

static void methods_change_a_view_in_place(void **state) {
  (void)state;
  for (int kind = SOW_INIT_MUL; kind <= SOW_INIT_ERFINV; kind++) {
    sow_initializer call = sow_method((sow_initializer_kind)kind);
    call.argument[0] = kind == SOW_INIT_CLAMP ? 0.25 : 0.5;
    for (size_t d = 0; d < 4; d++)
      EACH_EDITION(e) {
        sow_dtype dtype = float_dtypes[d];
        check_method(call, dtype, e, SHAPE(37), STRIDES(1), 1);
        check_method(call, dtype, e, SHAPE(37), STRIDES(3), 2);
        check_method(call, dtype, e, SHAPE(6, 7), STRIDES(1, 6), 3);
        check_method(call, dtype, e, SHAPE(6, 7), STRIDES(20, 2), 1);
        check_method(call, dtype, e, SHAPE(2, 3), STRIDES(3, 2), 2);
        check_method(call, dtype, e, SHAPE(3, 4, 5), STRIDES(5, 60, 1), 1);
        check_method(call, dtype, e, SHAPE(3, 1, 5), STRIDES(1, 999, 7), 1);
      }
  }
}

/* ---- types that are no floats ---- */

static const sow_dtype integers[] = {SOW_INT64, SOW_INT32, SOW_INT16, SOW_INT8, SOW_UINT8, SOW_BOOL};

static int64_t integer_at(const box *b, sow_dtype dtype, size_t at) {
  const uint8_t *place = b->bytes + at * sow_dtype_size(dtype);
  switch (dtype) {
  case SOW_INT64:
    return *(const int64_t *)(const void *)place;
  case SOW_INT32:
    return *(const int32_t *)(const void *)place;
  case SOW_INT16:
    return *(const int16_t *)(const void *)place;
  case SOW_INT8:
    return *(const int8_t *)(const void *)place;
  default:
    return *place;
  }
}

static void open_integers(box *b, sow_dtype dtype, int ndim, const int64_t *shape) {
  box_open(b, SOW_FLOAT32, ndim, shape, NULL);
  b->tensor.dtype = sow__dtype_dlpack(dtype);
}

static void integers_are_filled(void **state) {
  (void)state;
  static box b;
  for (size_t i = 0; i < 6; i++) {
    sow_dtype dtype = integers[i];
    bool truth = dtype == SOW_BOOL;
    sow_initializer fill = sow_method(SOW_INIT_FILL);
    fill.argument[0] = 3.9;
    open_integers(&b, dtype, SHAPE(5));
    assert_int_equal(sow_fill(&b.tensor, fill, NULL, NULL), SOW_OK);
    for (size_t k = 0; k < 5; k++)
      assert_int_equal(integer_at(&b, dtype, k), truth ? 1 : 3);
    assert_int_equal(sow_fill(&b.tensor, sow_method(SOW_INIT_ZERO), NULL, NULL), SOW_OK);
    for (size_t k = 0; k < 5; k++)
      assert_int_equal(integer_at(&b, dtype, k), 0);
    assert_int_equal(b.bytes[5 * sow_dtype_size(dtype)], 0xa5);
    open_integers(&b, dtype, SHAPE(3, 4));
    assert_int_equal(sow_fill(&b.tensor, sow_eye(), NULL, NULL), SOW_OK);
    for (size_t k = 0; k < 12; k++)
      assert_int_equal(integer_at(&b, dtype, k), k % 5 == 0);
  }
}

static void what_does_not_fit_is_refused(void **state) {
  (void)state;
  static const struct {
    sow_dtype dtype;
    double value;
    bool fits;
    int64_t held;
  } cases[] = {
      {SOW_INT8, 127, true, 127},
      {SOW_INT8, 128, false, 0},
      {SOW_INT8, -128, true, -128},
      {SOW_INT16, 32767, true, 32767},
      {SOW_INT16, -32769, false, 0},
      {SOW_INT32, 0x1p31, false, 0},
      {SOW_INT32, -0x1p31, true, -0x80000000LL},
      {SOW_INT64, 0x1p63, false, 0},
      {SOW_INT64, -0x1p63, true, INT64_MIN},
      {SOW_UINT8, 255, true, 255},
      {SOW_UINT8, 256, false, 0},
      {SOW_UINT8, -1, true, 255},
      {SOW_UINT8, -256, false, 0},
      {SOW_BOOL, 1e300, true, 1},
      {SOW_BOOL, -0.5, true, 1},
      {SOW_BOOL, (double)INFINITY, true, 1},
      {SOW_BOOL, (double)NAN, false, 0},
      {SOW_INT8, (double)NAN, false, 0},
      {SOW_INT64, (double)INFINITY, false, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    static box b;
    open_integers(&b, cases[i].dtype, SHAPE(2));
    sow_status status = sow_fill(&b.tensor, sow_constant(cases[i].value), NULL, NULL);
    if ((status == SOW_OK) != cases[i].fits || (status != SOW_OK && status != SOW_INVALID_ARGUMENT))
      fail_msg("%g in %s: %s", cases[i].value, sow_dtype_name(cases[i].dtype), sow_status_name(status));
    if (cases[i].fits)
      assert_int_equal(integer_at(&b, cases[i].dtype, 1), cases[i].held);
    else
      assert_int_equal(b.bytes[0], 0xa5);
  }
}

static void draws_into_integers_are_refused(void **state) {
  (void)state;
  const sow_initializer draws[] = {sow_uniform(0, 1),
                                   sow_normal(0, 1),
                                   sow_trunc_normal(0, 1, -2, 2),
                                   sow_xavier_uniform(1),
                                   sow_xavier_normal(1),
                                   sow_orthogonal(1),
                                   sow_sparse(0.5, 1),
                                   sow_kaiming_uniform(0, SOW_FAN_IN, SOW_RELU),
                                   sow_kaiming_normal(0, SOW_FAN_IN, SOW_RELU),
                                   sow_mul(2),
                                   sow_method(SOW_INIT_EXP)};
  static box b;
  sow_generator *generator = sow_generator_new(0, SOW_TORCH_NEWEST), *fresh = sow_generator_copy(generator);
  for (size_t i = 0; i < 6; i++)
    for (size_t k = 0; k < sizeof draws / sizeof *draws; k++) {
      open_integers(&b, integers[i], SHAPE(4, 6));
      assert_int_equal(sow_fill(&b.tensor, draws[k], generator, NULL), SOW_DTYPE);
      assert_int_equal(b.bytes[0], 0xa5);
      assert_same_state(generator, fresh);
    }
  sow_generator_free(generator);
  sow_generator_free(fresh);
}

/* Tensor.copy_: cut off towards zero, anything but zero is true. */
static void copies_change_types(void **state) {
  (void)state;
  for (size_t i = 0; i < 6; i++)
    for (size_t k = 0; k < 6; k++) {
      sow_module *net = sow_module_new("Net");
      const int64_t shape[] = {3};
      sample_add(net, "f", 1, shape, sow_constant(2.75));
      sow_module_step(net, "f", NULL, ((int64_t[]){1}), sow_zeros());
      sow_module_add_buffer(net, "a", integers[i], 1, shape, sow_ones());
      sow_module_add_buffer(net, "b", integers[k], 1, shape, sow_ones());
      sow_module_add_parameter(net, "back", 1, shape);
      sow_module_step_from(net, "a", NULL, NULL, sow_copy(), net, "f", NULL);
      sow_module_step_from(net, "b", NULL, NULL, sow_copy(), net, "a", NULL);
      sow_module_step_from(net, "back", NULL, NULL, sow_copy(), net, "b", NULL);
      sow_plan *plan = planned(net, NULL);
      float back[3];
      size_t index;
      assert_true(sow_plan_find(plan, "back", &index));
      assert_int_equal(sow_plan_run(plan, index, 0, 3, 1, back, NULL), SOW_OK);
      bool truth = integers[i] == SOW_BOOL || integers[k] == SOW_BOOL;
      assert_true(back[0] == 0 && back[1] == (truth ? 1 : 2) && back[2] == back[1]);
      sow_plan_free(plan);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(methods_change_a_view_in_place),
      cmocka_unit_test(integers_are_filled),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(draws_into_integers_are_refused),
      cmocka_unit_test(copies_change_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

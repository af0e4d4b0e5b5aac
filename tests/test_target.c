/* sow_fill and the tensor it is given: device, dtype, offset, strides, and what a failure leaves behind. */
#include <math.h>

#include "box.h"

/* Status of filling `b` as it is, with the memory and the generator checked to be untouched by a failure. */
static sow_status try_fill(box *b, sow_initializer initializer, sow_error *error) {
  static uint8_t before[sizeof b->bytes], state[2][SOW_GENERATOR_STATE_SIZE];
  sow_generator *generator = sow_generator_new(0, SOW_TORCH_NEWEST);
  memcpy(before, b->bytes, sizeof before);
  sow_generator_get_state(generator, state[0]);
  sow_status status = sow_fill(&b->tensor, initializer, generator, error);
  sow_generator_get_state(generator, state[1]);
  sow_generator_free(generator);
  if (status != SOW_OK) {
    assert_memory_equal(b->bytes, before, sizeof before);
    assert_memory_equal(state[0], state[1], sizeof state[0]);
  }
  return status;
}

static void the_device_is_checked(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(3), NULL);
  b.tensor.device.device_type = kDLCUDA;
  assert_int_equal(try_fill(&b, sow_zeros(), &error), SOW_DEVICE);
  assert_non_null(strstr(error.message, "host memory"));
  b.tensor.device.device_type = kDLCUDAHost;
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_OK);
}

static void the_dtype_is_checked(void **state) {
  (void)state;
  static const DLDataType refused[] = {{kDLFloat, 32, 4}, {kDLFloat, 8, 1},   {kDLInt, 128, 1},
                                       {kDLUInt, 64, 1},  {kDLBfloat, 32, 1}, {kDLComplex, 128, 1}};
  box b;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    box_open(&b, SOW_FLOAT32, SHAPE(3), NULL);
    b.tensor.dtype = refused[i];
    assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_DTYPE);
  }
}

/* Of complex numbers a call can only make constants, whose imaginary part is 0. */
static void complex_numbers_are_constants(void **state) {
  (void)state;
  const sow_initializer drawn[] = {sow_normal(0, 1), sow_uniform(0, 1), sow_eye(),
                                   sow_mul(2),       sow_orthogonal(1), sow_trunc_normal(0, 1, -2, 2)};
  float values[6];
  box b;
  for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++) {
    box_open(&b, SOW_FLOAT32, SHAPE(3, 1), NULL);
    b.tensor.dtype = (DLDataType){kDLComplex, 64, 1};
    assert_int_equal(try_fill(&b, drawn[i], NULL), SOW_DTYPE);
  }
  DLTensor tensor = {.data = values,
                     .device = {kDLCPU, 0},
                     .ndim = 1,
                     .dtype = {kDLComplex, 64, 1},
                     .shape = (int64_t[]){3}};
  sow_error error = SOW_ERROR_NONE;
  sow_generator *generator = sow_generator_new(0, SOW_TORCH_NEWEST);
  assert_int_equal(sow_fill(&tensor, sow_constant(-0.1), generator, NULL), SOW_OK);
  for (int i = 0; i < 3; i++)
    assert_true(values[2 * i] == -0.1F && values[2 * i + 1] == 0);
  assert_int_equal(sow_fill(&tensor, sow_constant(1e300), generator, &error), SOW_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "does not fit in complex64"));
  sow_generator_free(generator);
}

static void shapes_are_checked(void **state) {
  (void)state;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(3, -1), NULL);
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_INVALID_ARGUMENT);
  box_open(&b, SOW_FLOAT32, SHAPE(INT64_C(1) << 40, INT64_C(1) << 40), NULL);
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_OVERFLOW);
  b.tensor.ndim = SOW_MAX_DIMS + 1;
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_INVALID_ARGUMENT);
  b.tensor.ndim = 1;
  b.tensor.shape = NULL;
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_INVALID_ARGUMENT);
  box_open(&b, SOW_FLOAT32, SHAPE(3), NULL);
  b.tensor.data = NULL;
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_fill(NULL, sow_zeros(), NULL, NULL), SOW_INVALID_ARGUMENT);
}

static void empty_tensors_need_no_memory(void **state) {
  (void)state;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(2, 0, 3), STRIDES(0, 1, 0));
  b.tensor.data = NULL;
  assert_int_equal(try_fill(&b, sow_normal(0, 1), NULL), SOW_OK);
}

static void scalars_have_one_element(void **state) {
  (void)state;
  static const uint32_t known = 0x3efe1558;
  box b;
  box_open(&b, SOW_FLOAT32, 0, NULL, NULL);
  b.tensor.shape = NULL;
  assert_int_equal(try_fill(&b, sow_uniform(0, 1), NULL), SOW_OK);
  assert_memory_equal(b.bytes, &known, 4);
  assert_int_equal(b.bytes[4], 0xa5);
}

static void overlaps_are_refused(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(2, 3), STRIDES(1, 0));
  assert_int_equal(try_fill(&b, sow_zeros(), &error), SOW_LAYOUT);
  assert_non_null(strstr(error.message, "[2, 3]"));
  box_open(&b, SOW_FLOAT32, SHAPE(3, 3), STRIDES(2, 1));
  assert_int_equal(try_fill(&b, sow_normal(0, 1), NULL), SOW_LAYOUT);
  box_open(&b, SOW_FLOAT32, SHAPE(3), STRIDES(-1));
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_LAYOUT);
  box_open(&b, SOW_FLOAT32, SHAPE(3, 2), STRIDES(INT64_C(1) << 62, 1));
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_OVERFLOW);
}

static void interlocked_strides_are_no_overlap(void **state) {
  (void)state;
  static const int at[] = {0, 2, 4, 3, 5, 7};
  float known[9], one = 1;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(2, 3), STRIDES(3, 2));
  memcpy(known, b.bytes, sizeof known);
  for (int i = 0; i < 6; i++)
    known[at[i]] = one;
  assert_int_equal(try_fill(&b, sow_ones(), NULL), SOW_OK);
  assert_memory_equal(b.bytes, known, sizeof known);
}

static void the_byte_offset_counts_and_may_be_odd(void **state) {
  (void)state;
  box plain, shifted;
  box_open(&plain, SOW_FLOAT32, SHAPE(20), NULL);
  assert_int_equal(try_fill(&plain, sow_normal(0, 1), NULL), SOW_OK);
  for (uint64_t offset = 0; offset < 9; offset++) {
    box_open(&shifted, SOW_FLOAT32, SHAPE(20), NULL);
    shifted.tensor.byte_offset = offset;
    assert_int_equal(try_fill(&shifted, sow_normal(0, 1), NULL), SOW_OK);
    assert_memory_equal(shifted.bytes + offset, plain.bytes, 80);
    for (uint64_t i = 0; i < offset; i++)
      assert_int_equal(shifted.bytes[i], 0xa5);
    assert_int_equal(shifted.bytes[80 + offset], 0xa5);
  }
}

static void gaps_of_a_view_stay_as_they_were(void **state) {
  (void)state;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(4, 3), STRIDES(10, 3));
  assert_int_equal(try_fill(&b, sow_zeros(), NULL), SOW_OK);
  for (int i = 0; i < 40; i++)
    assert_int_equal(b.bytes[4 * i], i % 10 == 0 || i % 10 == 3 || i % 10 == 6 ? 0 : 0xa5);
}

static void constants_need_no_generator_and_draws_do(void **state) {
  (void)state;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(3, 3, 3), NULL);
  assert_int_equal(sow_fill(&b.tensor, sow_constant(2), NULL, NULL), SOW_OK);
  assert_int_equal(sow_fill(&b.tensor, sow_dirac(1), NULL, NULL), SOW_OK);
  assert_int_equal(sow_fill(&b.tensor, sow_normal(0, 1), NULL, NULL), SOW_INVALID_ARGUMENT);
  box_open(&b, SOW_FLOAT32, SHAPE(3, 0), NULL);
  assert_int_equal(sow_fill(&b.tensor, sow_normal(0, 1), NULL, NULL), SOW_OK);
}

static void int64_takes_constants_only(void **state) {
  (void)state;
  static const int64_t known[] = {-2, -2, -2, -2}, unit[] = {1, 0, 0, 1};
  box b;
  box_open(&b, SOW_INT64, SHAPE(2, 2), NULL);
  assert_int_equal(try_fill(&b, sow_constant(-2.9), NULL), SOW_OK);
  assert_memory_equal(b.bytes, known, sizeof known);
  assert_int_equal(try_fill(&b, sow_eye(), NULL), SOW_OK);
  assert_memory_equal(b.bytes, unit, sizeof unit);
  static sow_initializer refused[7];
  refused[0] = sow_uniform(0, 1);
  refused[1] = sow_normal(0, 1);
  refused[2] = sow_trunc_normal(0, 1, -2, 2);
  refused[3] = sow_xavier_normal(1);
  refused[4] = sow_kaiming_uniform(0, SOW_FAN_IN, SOW_RELU);
  refused[5] = sow_orthogonal(1);
  refused[6] = sow_sparse(0.5, 1);
  for (size_t i = 0; i < 7; i++)
    assert_int_equal(try_fill(&b, refused[i], NULL), SOW_DTYPE);
}

static void dtypes_that_torch_lacks_are_refused(void **state) {
  (void)state;
  sow_initializer trunc_normal = sow_trunc_normal(0, 1, -2, 2);
  EACH_EDITION(e) {
    assert_int_equal(status_of(trunc_normal, SOW_FLOAT16, e, SHAPE(4)),
                     e < SOW_TORCH_2_1 ? SOW_DTYPE : SOW_OK);
    assert_int_equal(status_of(sow_eye(), SOW_BFLOAT16, e, SHAPE(4, 4)),
                     e < SOW_TORCH_2_1 ? SOW_DTYPE : SOW_OK);
    assert_int_equal(status_of(sow_orthogonal(1), SOW_FLOAT16, e, SHAPE(4, 4)), SOW_DTYPE);
    assert_int_equal(status_of(sow_orthogonal(1), SOW_BFLOAT16, e, SHAPE(4, 4)), SOW_DTYPE);
    assert_int_equal(status_of(sow_orthogonal(1), SOW_FLOAT16, e, SHAPE(4, 0)), SOW_OK);
  }
}

static void orthogonal_needs_a_tensor_that_views_as_a_matrix(void **state) {
  (void)state;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(4, 3, 2, 2), STRIDES(12, 1, 6, 3)); /* channels_last */
  assert_int_equal(try_fill(&b, sow_orthogonal(1), NULL), SOW_LAYOUT);
  box_open(&b, SOW_FLOAT32, SHAPE(4, 3, 2, 2), STRIDES(1, 16, 8, 4)); /* transposed as a matrix */
  assert_int_equal(try_fill(&b, sow_orthogonal(1), NULL), SOW_OK);
  box_open(&b, SOW_FLOAT32, SHAPE(4), NULL);
  assert_int_equal(try_fill(&b, sow_orthogonal(1), NULL), SOW_SHAPE);
}

static void eye_and_orthogonal_follow_the_index_in_a_view(void **state) {
  (void)state;
  static const float known[] = {1, 0, 0, 1, 0, 0};
  box b, plain;
  box_open(&b, SOW_FLOAT32, SHAPE(2, 3), STRIDES(1, 2));
  assert_int_equal(try_fill(&b, sow_eye(), NULL), SOW_OK);
  assert_memory_equal(b.bytes, known, sizeof known);
  box_open(&plain, SOW_FLOAT64, SHAPE(5, 4), NULL);
  box_open(&b, SOW_FLOAT64, SHAPE(5, 4), STRIDES(1, 5));
  assert_int_equal(try_fill(&plain, sow_orthogonal(1), NULL), SOW_OK);
  assert_int_equal(try_fill(&b, sow_orthogonal(1), NULL), SOW_OK);
  for (int row = 0; row < 5; row++)
    for (int column = 0; column < 4; column++)
      assert_memory_equal(b.bytes + 8 * (row + 5 * column), plain.bytes + 8 * (4 * row + column), 8);
}

static void arguments_out_of_range_are_refused(void **state) {
  (void)state;
  double infinite = (double)INFINITY, nan = (double)NAN;
  EACH_EDITION(e) {
    assert_int_equal(status_of(sow_uniform(0, infinite), SOW_FLOAT32, e, SHAPE(2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_uniform(nan, 1), SOW_FLOAT32, e, SHAPE(2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_uniform(-7e4, 0), SOW_FLOAT16, e, SHAPE(2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_uniform(-6e4, 6e4), SOW_FLOAT16, e, SHAPE(2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_normal(nan, infinite), SOW_FLOAT32, e, SHAPE(2)), SOW_OK);
    assert_int_equal(status_of(sow_xavier_uniform(-1), SOW_FLOAT32, e, SHAPE(2, 2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_xavier_normal(-1), SOW_FLOAT32, e, SHAPE(2, 2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_sparse(nan, 1), SOW_FLOAT32, e, SHAPE(2, 2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_sparse(0.5, -1), SOW_FLOAT32, e, SHAPE(2, 2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_trunc_normal(0, 0, -2, 2), SOW_FLOAT32, e, SHAPE(2)),
                     SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_trunc_normal(0, 1, 2, -2), SOW_FLOAT32, e, SHAPE(2)),
                     SOW_INVALID_ARGUMENT);
    /* A negative deviation, and bounds beyond the dtype, have been allowed since 2.12. */
    sow_status old = e >= SOW_TORCH_2_12 ? SOW_OK : SOW_INVALID_ARGUMENT;
    assert_int_equal(status_of(sow_trunc_normal(0, -1, -2, 2), SOW_FLOAT32, e, SHAPE(2)), old);
    assert_int_equal(status_of(sow_trunc_normal(0, 1, -1e300, 2), SOW_FLOAT32, e, SHAPE(2)), old);
  }
}

static void unknown_kinds_are_refused(void **state) {
  (void)state;
  sow_initializer unknown = sow_zeros();
  unknown.kind = SOW_INITIALIZER_COUNT;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(2), NULL);
  assert_int_equal(try_fill(&b, unknown, NULL), SOW_INVALID_ARGUMENT);
  sow_initializer kaiming = sow_kaiming_normal(0, SOW_FAN_IN, SOW_NONLINEARITY_COUNT);
  assert_int_equal(status_of(kaiming, SOW_FLOAT32, SOW_TORCH_NEWEST, SHAPE(2, 2)), SOW_INVALID_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_device_is_checked),
      cmocka_unit_test(the_dtype_is_checked),
      cmocka_unit_test(complex_numbers_are_constants),
      cmocka_unit_test(shapes_are_checked),
      cmocka_unit_test(empty_tensors_need_no_memory),
      cmocka_unit_test(scalars_have_one_element),
      cmocka_unit_test(overlaps_are_refused),
      cmocka_unit_test(interlocked_strides_are_no_overlap),
      cmocka_unit_test(the_byte_offset_counts_and_may_be_odd),
      cmocka_unit_test(gaps_of_a_view_stay_as_they_were),
      cmocka_unit_test(constants_need_no_generator_and_draws_do),
      cmocka_unit_test(int64_takes_constants_only),
      cmocka_unit_test(dtypes_that_torch_lacks_are_refused),
      cmocka_unit_test(orthogonal_needs_a_tensor_that_views_as_a_matrix),
      cmocka_unit_test(eye_and_orthogonal_follow_the_index_in_a_view),
      cmocka_unit_test(arguments_out_of_range_are_refused),
      cmocka_unit_test(unknown_kinds_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Rounding between dtypes: the definition of "to nearest, ties to even", and what Tensor.to gave for NaNs. */
#include <math.h>

#include "numbers.h"
#include "op/convert.h"

#include "kernel/core/round.h"

static uint16_t narrow(sow_dtype to, float value) {
  uint16_t half = 0;
  sow__convert(SOW_FLOAT32, &value, to, &half, 1);
  return half;
}

static float widen(sow_dtype from, uint16_t half) {
  float value = 0.0f;
  sow__convert(from, &half, SOW_FLOAT32, &value, 1);
  return value;
}

/* All pairs of neighbours, on both sides of the midpoint and on it; `top` is the largest finite one. */
static void check_midpoints(sow_dtype dtype, uint16_t top) {
  for (uint16_t h = 0; h < top; h++) {
    float low = widen(dtype, h), high = widen(dtype, (uint16_t)(h + 1));
    float middle = low + (high - low) * 0.5f; /* exact: float has a bit to spare */
    assert_true(low < high && low < middle && middle < high);
    assert_int_equal(narrow(dtype, low), h);
    assert_int_equal(narrow(dtype, -low), 0x8000 | h);
    assert_int_equal(narrow(dtype, nextafterf(middle, low)), h);
    assert_int_equal(narrow(dtype, middle), h + (h & 1));
    assert_int_equal(narrow(dtype, nextafterf(middle, high)), h + 1);
    assert_int_equal(narrow(dtype, -middle), 0x8000 | (h + (h & 1)));
  }
}

static void float16_rounds_to_nearest_even_everywhere(void **state) {
  (void)state;
  check_midpoints(SOW_FLOAT16, 0x7bff);
}

static void bfloat16_rounds_to_nearest_even_everywhere(void **state) {
  (void)state;
  check_midpoints(SOW_BFLOAT16, 0x7f7f);
}

static void values_beyond_the_largest_become_infinite(void **state) {
  (void)state;
  assert_int_equal(narrow(SOW_FLOAT16, 65504.0f), 0x7bff);
  assert_int_equal(narrow(SOW_FLOAT16, nextafterf(65520.0f, 0.0f)), 0x7bff);
  assert_int_equal(narrow(SOW_FLOAT16, 65520.0f), 0x7c00);
  assert_int_equal(narrow(SOW_FLOAT16, -3e38f), 0xfc00);
  assert_int_equal(narrow(SOW_FLOAT16, INFINITY), 0x7c00);
  assert_int_equal(narrow(SOW_BFLOAT16, 3.4028234e38f), 0x7f80);
  assert_int_equal(narrow(SOW_BFLOAT16, -INFINITY), 0xff80);
  assert_true(isinf(widen(SOW_FLOAT16, 0x7c00)) && widen(SOW_FLOAT16, 0xfc00) < 0.0f);
}

static void float64_goes_to_16_bits_by_way_of_float32(void **state) {
  (void)state;
  double in[] = {0x1.0020000001p+0, 0x1.0100000001p+0, 65519.99999999, 0x1.0000000001p-25, 1e300};
  static const uint16_t f16[] = {0x3c00, 0x3c04, 0x7c00, 0x0000, 0x7c00};
  static const uint16_t bf16[] = {0x3f80, 0x3f80, 0x4780, 0x3300, 0x7f80};
  uint16_t out[5];
  sow__convert(SOW_FLOAT64, in, SOW_FLOAT16, out, 5);
  assert_memory_equal(out, f16, sizeof f16);
  sow__convert(SOW_FLOAT64, in, SOW_BFLOAT16, out, 5);
  assert_memory_equal(out, bf16, sizeof bf16);
}

/* Measured on PyTorch 2.6 and 2.14, x86-64 with AVX2. */
static void nans_are_those_of_torch(void **state) {
  (void)state;
  static const uint32_t f32[] = {0x7f800001u, 0x7fc00000u, 0x7fffffffu, 0xff800001u,
                                 0xffc12345u, 0xffffffffu, 0x7f802000u, 0x7fa00000u};
  static const uint16_t f16_of_f32[] = {0x7e00, 0x7e00, 0x7fff, 0xfe00, 0xfe09, 0xffff, 0x7e01, 0x7f00};
  static const uint16_t f16[] = {0x7c01, 0x7e00, 0x7fff, 0xfc01, 0xfe55, 0xffff};
  static const uint32_t f32_of_f16[] = {0x7fc02000u, 0x7fc00000u, 0x7fffe000u,
                                        0xffc02000u, 0xffcaa000u, 0xffffe000u};
  static const uint16_t bf16[] = {0x7f81, 0x7fc0, 0x7fff, 0xff81, 0xffc5, 0xffff};
  static const uint16_t f16_of_bf16[] = {0x7e08, 0x7e00, 0x7ff8, 0xfe08, 0xfe28, 0xfff8};
  uint16_t half[8];
  uint32_t single[8];
  sow__convert(SOW_FLOAT32, f32, SOW_FLOAT16, half, 8);
  assert_memory_equal(half, f16_of_f32, sizeof f16_of_f32);
  sow__convert(SOW_FLOAT32, f32, SOW_BFLOAT16, half, 8);
  for (int i = 0; i < 8; i++)
    assert_int_equal(half[i], 0xffff);
  sow__convert(SOW_FLOAT16, f16, SOW_FLOAT32, single, 6);
  assert_memory_equal(single, f32_of_f16, sizeof f32_of_f16);
  sow__convert(SOW_FLOAT16, f16, SOW_BFLOAT16, half, 6);
  for (int i = 0; i < 6; i++)
    assert_int_equal(half[i], 0x7fc0);
  sow__convert(SOW_BFLOAT16, bf16, SOW_FLOAT16, half, 6);
  assert_memory_equal(half, f16_of_bf16, sizeof f16_of_bf16);
  sow__convert(SOW_BFLOAT16, bf16, SOW_FLOAT32, single, 6);
  for (int i = 0; i < 6; i++)
    assert_int_equal(single[i], (uint32_t)bf16[i] << 16);
}

static void widening_and_narrowing_again_changes_nothing(void **state) {
  (void)state;
  static const sow_dtype halves[] = {SOW_FLOAT16, SOW_BFLOAT16};
  enum { COUNT = 65536 };
  uint16_t *in = allocate(COUNT * 2), *out = allocate(COUNT * 2);
  double *wide = allocate(COUNT * 8);
  for (int i = 0; i < COUNT; i++)
    in[i] = (uint16_t)i;
  for (int k = 0; k < 2; k++) {
    sow__convert(halves[k], in, SOW_FLOAT64, wide, COUNT);
    sow__convert(SOW_FLOAT64, wide, halves[k], out, COUNT);
    for (int i = 0; i < COUNT; i++)
      if (!isnan(wide[i]))
        assert_int_equal(out[i], i);
  }
  free(in);
  free(out);
  free(wide);
}

static void narrowing_may_run_in_place(void **state) {
  (void)state;
  enum { COUNT = 3001 };
  for (int from = 0; from < 4; from++)
    for (int to = 0; to < 4; to++) {
      size_t from_size = sow_dtype_size(float_dtypes[from]), to_size = sow_dtype_size(float_dtypes[to]);
      if (to_size > from_size)
        continue;
      uint8_t *in = allocate(COUNT * from_size), *out = allocate(COUNT * to_size);
      stream s;
      stream_open(&s, 6, SOW_TORCH_NEWEST);
      stream_fill(&s, &sow__op_normal, float_dtypes[from], COUNT, 0.0, 1.0, in);
      sow__convert(float_dtypes[from], in, float_dtypes[to], out, COUNT);
      sow__convert(float_dtypes[from], in, float_dtypes[to], in, COUNT);
      assert_memory_equal(in, out, COUNT * to_size);
      free(in);
      free(out);
    }
}

/* In 1.13, 2.13 and 2.14: to uint8 by way of int64, to the others by way of int32. */
static void numbers_beyond_an_integer_are_those_of_torch(void **state) {
  (void)state;
  const double in[] = {3000000123.0, -3000000123.0, 1e19, -INFINITY, (double)NAN, 2147483647.5, -300.5};
  const int64_t wide[] = {3000000123, -3000000123, INT64_MIN, INT64_MIN, INT64_MIN, 2147483647, -300};
  const int32_t narrow[] = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MAX, -300};
  const int16_t shorts[] = {0, 0, 0, 0, 0, -1, -300};
  const int8_t chars[] = {0, 0, 0, 0, 0, -1, -44};
  const uint8_t bytes[] = {0x7b, 0x85, 0, 0, 0, 0xff, 0xd4};
  const void *expected[SOW_DTYPE_COUNT] = {[SOW_INT64] = wide,
                                           [SOW_INT32] = narrow,
                                           [SOW_INT16] = shorts,
                                           [SOW_INT8] = chars,
                                           [SOW_UINT8] = bytes};
  for (int to = 0; to < SOW_DTYPE_COUNT; to++) {
    uint64_t out[7];
    if (expected[to] == NULL)
      continue;
    sow__convert(SOW_FLOAT64, in, (sow_dtype)to, out, 7);
    assert_memory_equal(out, expected[to], 7 * sow_dtype_size((sow_dtype)to));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(float16_rounds_to_nearest_even_everywhere),
      cmocka_unit_test(bfloat16_rounds_to_nearest_even_everywhere),
      cmocka_unit_test(values_beyond_the_largest_become_infinite),
      cmocka_unit_test(float64_goes_to_16_bits_by_way_of_float32),
      cmocka_unit_test(nans_are_those_of_torch),
      cmocka_unit_test(numbers_beyond_an_integer_are_those_of_torch),
      cmocka_unit_test(widening_and_narrowing_again_changes_nothing),
      cmocka_unit_test(narrowing_may_run_in_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

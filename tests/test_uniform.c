/* uniform_ and constant_ against values that PyTorch 1.13, 2.6 and 2.14 gave. */
#include "numbers.h"

#include "base/streaming.h"
#include "kernel/core/uniform.h"

static void fill_seeded(uint64_t seed, sow_edition edition, sow_dtype dtype, int64_t count, double a,
                        double b, void *out) {
  stream s;
  stream_open(&s, seed, edition);
  uint64_t draws = stream_fill(&s, &sow__op_uniform, dtype, count, a, b, out);
  assert_true(draws == (uint64_t)count * (dtype == SOW_FLOAT64 ? 2 : 1));
}

static void golden_4_float32(void **state) {
  (void)state;
  static const uint32_t known[] = {0x3efe1558u, 0x3f44aa2fu, 0x3db533a8u, 0x3e073300u};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint32_t out[4];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 4, 0.0, 1.0, out);
    assert_memory_equal(out, known, sizeof known);
  }
}

static void trap_03_golden_2_float64(void **state) {
  (void)state;
  static const uint64_t known[] = {UINT64_C(0x3fef0aac97c4aa2f), UINT64_C(0x3fe6a675d821ccc0)};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint64_t out[2];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT64, 2, 0.0, 1.0, out);
    assert_memory_equal(out, known, sizeof known);
  }
}

static void trap_04_the_low_bits_of_the_word_are_used(void **state) {
  (void)state;
  assert_int_equal(sow__f32_bits(sow__unit_f32(2357136044u)), 0x3efe1558u);
}

static void trap_05_uniform_is_fused(void **state) {
  (void)state;
  static const uint32_t known[] = {0xba444333u, 0x3d5bba30u, 0xbda88f45u, 0xbd96b867u};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint32_t out[4];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 4, -0.1, 0.1, out);
    assert_memory_equal(out, known, sizeof known);
  }
}

static void golden_4_float16(void **state) {
  (void)state;
  static const uint16_t older[] = {0x3558, 0x345e, 0x3a75, 0x38c0},
                        newer[] = {0x37f1, 0x3a25, 0x2daa, 0x303a};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint16_t out[4];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT16, 4, 0.0, 1.0, out);
    assert_memory_equal(out, e >= SOW_TORCH_2_12 ? newer : older, sizeof older);
  }
}

static void golden_4_bfloat16(void **state) {
  (void)state;
  static const uint16_t older[] = {0x3f2c, 0x3e3c, 0x3eea, 0x3f40},
                        newer[] = {0x3efe, 0x3f45, 0x3db5, 0x3e07};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint16_t out[4];
    fill_seeded(0, (sow_edition)e, SOW_BFLOAT16, 4, 0.0, 1.0, out);
    assert_memory_equal(out, e >= SOW_TORCH_2_12 ? newer : older, sizeof older);
  }
}

/* crc32 of empty(100003).uniform_(-1/3, .7) after manual_seed(11), by dtype and edition. */
static void trap_06_width_and_bounds_are_of_the_dtype(void **state) {
  (void)state;
  enum { COUNT = 100003 };
  static const uint32_t known[4][SOW_EDITION_COUNT] = {
      {0x1bc9b973u, 0x1bc9b973u, 0x1bc9b973u, 0x1bc9b973u, 0x1bc9b973u},
      {0x265b7a45u, 0x265b7a45u, 0x265b7a45u, 0x265b7a45u, 0x265b7a45u},
      {0x37690766u, 0x37690766u, 0x37690766u, 0xda657e64u, 0xda657e64u},
      {0xbf8b41f8u, 0xbf8b41f8u, 0xbf8b41f8u, 0x7a0dce0fu, 0x7a0dce0fu}};
  void *out = allocate(COUNT * 8);
  for (int d = 0; d < 4; d++)
    for (int e = 0; e < SOW_EDITION_COUNT; e++) {
      fill_seeded(11, (sow_edition)e, float_dtypes[d], COUNT, -1.0 / 3.0, 0.7, out);
      assert_int_equal(checksum(out, COUNT * sow_dtype_size(float_dtypes[d])), known[d][e]);
    }
  free(out);
}

static void trap_19_the_upper_bound_is_reached_before_2_12_only(void **state) {
  (void)state;
  enum { COUNT = 1000000 };
  float high = 1.0f + 0x1p-22f;
  float *out = allocate(COUNT * sizeof *out);
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    int at_high = 0, at_low = 0;
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, COUNT, 1.0, (double)high, out);
    for (int i = 0; i < COUNT; i++) {
      at_high += out[i] == high;
      at_low += out[i] == 1.0f;
    }
    assert_int_equal(at_high, e >= SOW_TORCH_2_12 ? 0 : 250347);
    assert_int_equal(at_low, e >= SOW_TORCH_2_12 ? 500271 : 249924);
  }
  free(out);
}

static void trap_20_a_bound_of_0_gives_minus_0_from_2_12(void **state) {
  (void)state;
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint32_t out[20];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 20, -0.0, 0.0, out);
    for (int i = 0; i < 20; i++)
      assert_int_equal(out[i], e >= SOW_TORCH_2_12 ? 0x80000000u : 0u);
  }
}

static void any_range_is_that_part_of_the_whole(void **state) {
  (void)state;
  uint64_t seed = 8;
  for (int d = 0; d < 4; d++)
    for (int e = 0; e < SOW_EDITION_COUNT; e++)
      for (int k = 0; k < 20; k++) {
        stream s;
        stream_open(&s, pick(&seed, 1000), (sow_edition)e);
        s.place.position = pick(&seed, 2000);
        int64_t count = (int64_t)pick(&seed, 4000);
        sow__step fill = stream_bind(&s, &sow__op_uniform, float_dtypes[d], count, false, -0.25, 1.0 / 3.0);
        assert_int_equal(fill.grain, 1);
        check_cuts(&s, &fill, 10, &seed);
      }
}

static void an_empty_tensor_draws_nothing(void **state) {
  (void)state;
  stream s;
  stream_open(&s, 0, SOW_TORCH_NEWEST);
  assert_true(stream_fill(&s, &sow__op_uniform, SOW_FLOAT64, 0, 0.0, 1.0, NULL) == 0);
}

/* fill_ of PyTorch: float64 goes to the 16-bit dtypes by way of float32. */
static void constants_are_rounded_as_fill_does(void **state) {
  (void)state;
  static const struct {
    double value;
    uint64_t f64;
    uint32_t f32;
    uint16_t bf16, f16;
  } rows[] = {{0.1, UINT64_C(0x3fb999999999999a), 0x3dcccccdu, 0x3dcd, 0x2e66},
              {1e-50, UINT64_C(0x358dee7a4ad4b81f), 0, 0, 0},
              {-0.0, UINT64_C(0x8000000000000000), 0x80000000u, 0x8000, 0x8000},
              {65504.0, UINT64_C(0x40effc0000000000), 0x477fe000u, 0x4780, 0x7bff},
              {0x1.0020000001p+0, UINT64_C(0x3ff0020000001000), 0x3f801000u, 0x3f80, 0x3c00}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    stream s;
    uint64_t f64[3];
    uint32_t f32[3];
    uint16_t bf16[3], f16[3];
    stream_open(&s, 0, SOW_TORCH_NEWEST);
    assert_true(stream_fill(&s, &sow__op_constant, SOW_FLOAT64, 3, rows[i].value, 0.0, f64) == 0);
    stream_fill(&s, &sow__op_constant, SOW_FLOAT32, 3, rows[i].value, 0.0, f32);
    stream_fill(&s, &sow__op_constant, SOW_BFLOAT16, 3, rows[i].value, 0.0, bf16);
    stream_fill(&s, &sow__op_constant, SOW_FLOAT16, 3, rows[i].value, 0.0, f16);
    for (int k = 0; k < 3; k++) {
      assert_true(f64[k] == rows[i].f64);
      assert_int_equal(f32[k], rows[i].f32);
      assert_int_equal(bf16[k], rows[i].bf16);
      assert_int_equal(f16[k], rows[i].f16);
    }
  }
}

static void a_constant_int64_and_nothing_at_all(void **state) {
  (void)state;
  stream s;
  int64_t out[2] = {7, 7};
  stream_open(&s, 0, SOW_TORCH_NEWEST);
  stream_fill(&s, &sow__op_none, SOW_INT64, 2, 0.0, 0.0, out);
  assert_int_equal(out[0], 7);
  stream_fill(&s, &sow__op_constant, SOW_INT64, 2, -3.0, 0.0, out);
  assert_int_equal(out[0], -3);
  assert_int_equal(out[1], -3);
}

/* What is large goes past the caches; three parts of it do not. Shifted, it does not begin their lines. */
static void check_large(sow_dtype dtype, size_t count, size_t shift) {
  size_t size = sow_dtype_size(dtype), part = count / 3;
  DLManagedTensor *tensors[2];
  int64_t shape[] = {(int64_t)(count + shift)};
  sow_generator *generator = sow_generator_new(5, SOW_TORCH_NEWEST);
  for (int i = 0; i < 2; i++)
    assert_int_equal(sow_empty(dtype, 1, shape, &tensors[i], NULL), SOW_OK);
  DLTensor whole = tensors[0]->dl_tensor, parts = tensors[1]->dl_tensor;
  shape[0] = (int64_t)count;
  whole.shape = shape;
  whole.byte_offset = shift * size;
  sow_fill_options options = {.size = sizeof options, .threads = 2};
  assert_int_equal(sow_fill_with(&whole, sow_uniform(-0.1, 0.1), generator, &options, NULL), SOW_OK);
  sow_generator_seed(generator, 5);
  shape[0] = (int64_t)part;
  parts.shape = shape;
  for (int i = 0; i < 3; i++) {
    parts.byte_offset = (shift + (size_t)i * part) * size;
    assert_int_equal(sow_fill(&parts, sow_uniform(-0.1, 0.1), generator, NULL), SOW_OK);
  }
  assert_memory_equal((char *)whole.data + shift * size, (char *)parts.data + shift * size, count * size);
  sow_generator_free(generator);
  for (int i = 0; i < 2; i++)
    tensors[i]->deleter(tensors[i]);
}

static void a_large_tensor_is_what_its_parts_are(void **state) {
  (void)state;
  for (size_t shift = 0; shift < 2; shift++) {
    check_large(SOW_FLOAT32, 3 * SOW__STREAM_FROM / 8, shift);
    check_large(SOW_FLOAT64, 3 * SOW__STREAM_FROM / 16, shift);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden_4_float32),
      cmocka_unit_test(trap_03_golden_2_float64),
      cmocka_unit_test(trap_04_the_low_bits_of_the_word_are_used),
      cmocka_unit_test(trap_05_uniform_is_fused),
      cmocka_unit_test(golden_4_float16),
      cmocka_unit_test(golden_4_bfloat16),
      cmocka_unit_test(trap_06_width_and_bounds_are_of_the_dtype),
      cmocka_unit_test(trap_19_the_upper_bound_is_reached_before_2_12_only),
      cmocka_unit_test(trap_20_a_bound_of_0_gives_minus_0_from_2_12),
      cmocka_unit_test(any_range_is_that_part_of_the_whole),
      cmocka_unit_test(an_empty_tensor_draws_nothing),
      cmocka_unit_test(constants_are_rounded_as_fill_does),
      cmocka_unit_test(a_constant_int64_and_nothing_at_all),
      cmocka_unit_test(a_large_tensor_is_what_its_parts_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

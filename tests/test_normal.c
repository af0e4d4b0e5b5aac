/* normal_ against values that PyTorch 1.13, 2.0, 2.6, 2.12 and 2.14 gave. */
#include <math.h>

#include "c_library.h"
#include "numbers.h"

#include "kernel/core/round.h"
#include "kernel/core/uniform.h"

static uint64_t fill_seeded(uint64_t seed, sow_edition edition, sow_dtype dtype, int64_t count, double mean,
                            double std, void *out) {
  stream s;
  stream_open(&s, seed, edition);
  return stream_fill(&s, &sow__op_normal, dtype, count, mean, std, out);
}

static uint64_t words_of(sow_edition edition, sow_dtype dtype, int64_t count, bool view) {
  stream s;
  stream_open(&s, 0, edition);
  return stream_bind(&s, &sow__op_normal, dtype, count, view, 0.0, 1.0).draws;
}

static void trap_13_golden_4_float32(void **state) {
  (void)state;
  static const uint32_t known[] = {0x3fc53f5cu, 0xbe963c50u, 0xc00b7149u, 0x3f1184b6u};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint32_t out[4];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 4, 0.0, 1.0, out);
    assert_memory_equal(out, known, sizeof known);
  }
}

static void golden_4_float64(void **state) {
  (void)state;
  static const uint64_t known[] = {UINT64_C(0x3ff8a7eb8902be3a), UINT64_C(0xbfd2c78a087c6fea),
                                   UINT64_C(0xc0016e2920a70ee5), UINT64_C(0x3fe23096ca3e350d)};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint64_t out[4];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT64, 4, 0.0, 1.0, out);
    assert_memory_equal(out, known, sizeof known);
  }
}

static void trap_12_pairs_are_j_and_j_plus_8_golden_16_float32(void **state) {
  (void)state;
  static const uint32_t known[] = {0xbf901b85u, 0xbf93808au, 0xbe804bd6u, 0xbede255du};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint32_t out[16];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 16, 0.0, 1.0, out);
    assert_memory_equal(out, known, sizeof known);
  }
}

static void trap_11_tail_rewrites_the_last_16(void **state) {
  (void)state;
  static const uint32_t known[] = {0xbf901b85u, 0xbfd91446u, 0x3f111004u, 0x3f4b235du};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint32_t out[17], block[16];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 17, 0.0, 1.0, out);
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 16, 0.0, 1.0, block);
    assert_memory_equal(out, known, sizeof known);
    assert_int_equal(out[0], block[0]);
    for (int i = 1; i < 16; i++)
      assert_int_not_equal(out[i], block[i]);
  }
}

static void golden_16_float64(void **state) {
  (void)state;
  static const uint64_t known[] = {UINT64_C(0xc0027bb92e9262dc), UINT64_C(0xbfd7e35794939460)};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint64_t out[16];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT64, 16, 0.0, 1.0, out);
    assert_memory_equal(out, known, sizeof known);
  }
}

static void golden_16_float64_is_fused(void **state) {
  (void)state;
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint64_t out[16];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT64, 16, 0.1, 0.7, out);
    assert_true(out[7] == UINT64_C(0xbfe035529de8d3d6));
  }
}

static void trap_15_log_became_log1p_in_2_0(void **state) {
  (void)state;
  static const uint64_t known[SOW_EDITION_COUNT][2] = {
      {UINT64_C(0x3fe9b47008a2a7ac), UINT64_C(0x3fc660f0cd30f451)},
      {UINT64_C(0x3fe9b47008a2a7ad), UINT64_C(0x3fc660f0cd30f452)},
      {UINT64_C(0x3fe9b47008a2a7ad), UINT64_C(0x3fc660f0cd30f452)},
      {UINT64_C(0x3fe9b47008a2a7ad), UINT64_C(0x3fc660f0cd30f452)},
      {UINT64_C(0x3fe9b47008a2a7ad), UINT64_C(0x3fc660f0cd30f452)}};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint64_t out[2];
    fill_seeded(3, (sow_edition)e, SOW_FLOAT64, 2, 0.0, 1.0, out);
    assert_memory_equal(out, known[e], sizeof out);
  }
}

static void trap_17_float16_differs_in_every_edition_golden_16(void **state) {
  (void)state;
  static const uint16_t known[SOW_EDITION_COUNT][4] = {{0xbb35, 0x37b3, 0x3ccb, 0x3b3e},
                                                       {0xbb35, 0x37b3, 0x3ccb, 0x3b3e},
                                                       {0xbb36, 0x37b4, 0x3ccb, 0x3b40},
                                                       {0xbc81, 0xbc9c, 0xb402, 0xb6f1},
                                                       {0xbc81, 0xbc9c, 0xb402, 0xb6f1}};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint16_t out[16];
    fill_seeded(0, (sow_edition)e, SOW_FLOAT16, 16, 0.0, 1.0, out);
    assert_memory_equal(out, known[e], sizeof known[e]);
  }
}

static void trap_16_bfloat16_rounds_every_step_before_2_12_golden_16(void **state) {
  (void)state;
  static const uint16_t known[SOW_EDITION_COUNT][4] = {{0x3fbb, 0x3e95, 0x3f76, 0x3fc9},
                                                       {0x3fbb, 0x3e95, 0x3f76, 0x3fc9},
                                                       {0x3fbb, 0x3e95, 0x3f76, 0x3fc9},
                                                       {0xbf90, 0xbf94, 0xbe80, 0xbede},
                                                       {0xbf90, 0xbf94, 0xbe80, 0xbede}};
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint16_t out[16];
    fill_seeded(0, (sow_edition)e, SOW_BFLOAT16, 16, 0.0, 1.0, out);
    assert_memory_equal(out, known[e], sizeof known[e]);
  }
}

static void trap_16_largest_of_a_million_16_bit_normals(void **state) {
  (void)state;
  enum { COUNT = 1000000 };
  static const float known[2][SOW_EDITION_COUNT] = {
      {3.328125f, 3.328125f, 3.328125f, 4.75f, 4.75f},
      {3.904296875f, 3.904296875f, 3.904296875f, 4.76171875f, 4.76171875f}};
  uint16_t *out = allocate(COUNT * sizeof *out);
  for (int half = 0; half < 2; half++)
    for (int e = 0; e < SOW_EDITION_COUNT; e++) {
      float largest = 0.0f;
      fill_seeded(0, (sow_edition)e, half == 0 ? SOW_BFLOAT16 : SOW_FLOAT16, COUNT, 0.0, 1.0, out);
      for (int i = 0; i < COUNT; i++) {
        float size = fabsf(half == 0 ? sow__bf16_to_f32(out[i]) : sow__f16_to_f32(out[i]));
        largest = size > largest ? size : largest;
      }
      assert_true(largest == known[half][e]);
    }
  free(out);
}

/* crc32 of empty(100003).normal_(.1, .7) after manual_seed(12), by dtype and edition. */
static void blocks_are_those_of_torch(void **state) {
  (void)state;
  enum { COUNT = 100003 };
  static const uint32_t known[4][SOW_EDITION_COUNT] = {
      {0xc4054e54u, 0xc4054e54u, 0xc4054e54u, 0xc4054e54u, 0xc4054e54u},
      {0x5dd29d16u, 0x5dd29d16u, 0x5dd29d16u, 0x5dd29d16u, 0x5dd29d16u},
      {0xc7afa2cbu, 0xc7afa2cbu, 0xc7afa2cbu, 0xa1618e9bu, 0xb7eefcaau},
      {0x9c886353u, 0x9c886353u, 0x620c6c07u, 0xfa3ad748u, 0xa34a906au}};
  void *out = allocate(COUNT * 8);
  for (int d = 0; d < 4; d++)
    for (int e = 0; e < SOW_EDITION_COUNT; e++) {
      fill_seeded(12, (sow_edition)e, float_dtypes[d], COUNT, 0.1, 0.7, out);
      assert_int_equal(checksum(out, COUNT * sow_dtype_size(float_dtypes[d])), known[d][e]);
    }
  free(out);
}

/* crc32 of empty(10001, 2)[:, 0].normal_(.1, .7) after manual_seed(13), by dtype and edition. */
static void views_are_those_of_torch(void **state) {
  (void)state;
  enum { COUNT = 10001 };
  static const uint32_t known[4][SOW_EDITION_COUNT] = {
      {0xdbe2da29u, 0x0791bb8cu, 0x0791bb8cu, 0x0791bb8cu, 0x0791bb8cu},
      {0xe90f04f8u, 0xe90f04f8u, 0xe90f04f8u, 0xe90f04f8u, 0xe90f04f8u},
      {0x6b1591f5u, 0x6b1591f5u, 0x6b1591f5u, 0x6b1591f5u, 0x6b1591f5u},
      {0x58a03b71u, 0x58a03b71u, 0x58a03b71u, 0x58a03b71u, 0x58a03b71u}};
  void *out = allocate(COUNT * 8);
  for (int d = 0; d < 4; d++)
    for (int e = 0; e < SOW_EDITION_COUNT; e++) {
      stream s;
      stream_open(&s, 13, (sow_edition)e);
      sow__step fill = stream_bind(&s, &sow__op_normal, float_dtypes[d], COUNT, true, 0.1, 0.7);
      stream_run(&s, &fill, 0, COUNT, out);
      if (sincos_is_fused() || float_dtypes[d] != SOW_FLOAT64) /* elsewhere torch too has others */
        assert_int_equal(checksum(out, COUNT * sow_dtype_size(float_dtypes[d])), known[d][e]);
    }
  free(out);
}

static void trap_07_one_normal_costs_4_words_and_leaves_a_cache(void **state) {
  (void)state;
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    stream s;
    float two[2], one;
    fill_seeded(0, (sow_edition)e, SOW_FLOAT32, 2, 0.0, 1.0, two);
    stream_open(&s, 0, (sow_edition)e);
    assert_true(stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 1, 0.0, 1.0, &one) == 4);
    assert_true(one == two[0]);
    assert_true(stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 1, 0.0, 1.0, &one) == 0);
    assert_true(one == two[1]);
    assert_int_equal(s.place.cache, SOW__CACHE_EMPTY);
  }
}

static void trap_08_the_cache_survives_uniform_and_blocks(void **state) {
  (void)state;
  stream s;
  float four[4], out[32];
  fill_seeded(0, SOW_TORCH_NEWEST, SOW_FLOAT32, 4, 0.0, 1.0, four);
  stream_open(&s, 0, SOW_TORCH_NEWEST);
  assert_true(stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 3, 0.0, 1.0, out) == 8);
  stream_fill(&s, &sow__op_uniform, SOW_FLOAT32, 4, 0.0, 1.0, out);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 32, 0.0, 1.0, out);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 0, 0.0, 1.0, out);
  assert_true(stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 1, 0.0, 1.0, out) == 0);
  assert_true(out[0] == four[3]);
}

static void a_cached_normal_takes_mean_and_std_of_the_call_that_uses_it(void **state) {
  (void)state;
  stream s;
  double two[2], one;
  fill_seeded(0, SOW_TORCH_NEWEST, SOW_FLOAT64, 2, 0.0, 1.0, two);
  stream_open(&s, 0, SOW_TORCH_NEWEST);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 1, 5.0, 3.0, (float[1]){0});
  stream_fill(&s, &sow__op_normal, SOW_FLOAT64, 1, 0.5, 2.0, &one);
  assert_true(one == fma(two[1], 2.0, 0.5));
}

static void trap_10_words_of_15_16_and_17_elements(void **state) {
  (void)state;
  static const uint64_t single[] = {32, 16, 33}, twice[] = {32, 32, 66};
  for (int e = 0; e < SOW_EDITION_COUNT; e++)
    for (int i = 0; i < 3; i++) {
      assert_true(words_of((sow_edition)e, SOW_FLOAT32, 15 + i, false) == single[i]);
      assert_true(words_of((sow_edition)e, SOW_FLOAT64, 15 + i, false) == twice[i]);
    }
}

static void trap_18_words_of_16_bit_blocks_changed_in_2_12(void **state) {
  (void)state;
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    uint64_t known = e >= SOW_TORCH_2_12 ? 32 : 33;
    assert_true(words_of((sow_edition)e, SOW_FLOAT16, 17, false) == known);
    assert_true(words_of((sow_edition)e, SOW_BFLOAT16, 17, false) == known);
  }
}

static void trap_22_views_are_serial_for_any_size(void **state) {
  (void)state;
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    assert_true(words_of((sow_edition)e, SOW_FLOAT32, 20, false) == 36);
    assert_true(words_of((sow_edition)e, SOW_FLOAT32, 20, true) == 40);
  }
}

/* The same Box-Muller with the C library's functions: close, but other bits in more than a third. */
static void trap_14_float32_blocks_are_not_libm(void **state) {
  (void)state;
  enum { COUNT = 16000 };
  stream s;
  uint32_t words[COUNT];
  float out[COUNT];
  int different = 0;
  stream_open(&s, 4, SOW_TORCH_NEWEST);
  sow__cursor_words(&s.worker.cursor, words, COUNT);
  fill_seeded(4, SOW_TORCH_NEWEST, SOW_FLOAT32, COUNT, 0.0, 1.0, out);
  for (int i = 0; i < COUNT; i += 16)
    for (int j = i; j < i + 8; j++) {
      float radius = sqrtf(-2.0f * logf(1.0f - sow__unit_f32(words[j])));
      float angle = (float)(2.0 * 3.14159265358979323846 * (double)sow__unit_f32(words[j + 8]));
      different += (out[j] != radius * cosf(angle)) + (out[j + 8] != radius * sinf(angle));
      assert_true(fabsf(out[j] - radius * cosf(angle)) < 4e-6f);
      assert_true(fabsf(out[j + 8] - radius * sinf(angle)) < 4e-6f);
    }
  assert_in_range(different, COUNT * 30 / 100, COUNT * 46 / 100);
}

static void any_range_is_that_part_of_the_whole(void **state) {
  (void)state;
  uint64_t seed = 21;
  for (int d = 0; d < 4; d++)
    for (int e = 0; e < SOW_EDITION_COUNT; e++)
      for (int k = 0; k < 60; k++) {
        stream s;
        stream_open(&s, pick(&seed, 1000), (sow_edition)e);
        s.base.cached = pick(&seed, 2) == 1;
        s.base.cache = 0.625;
        stream_start(&s);
        for (uint64_t before = pick(&seed, 3); before > 0; before--)
          stream_bind(&s, &sow__op_normal, SOW_FLOAT32, (int64_t)pick(&seed, 16), false, 0.0, 1.0);
        int64_t count = (int64_t)pick(&seed, k % 2 == 0 ? 50 : 1200);
        sow__step fill =
            stream_bind(&s, &sow__op_normal, float_dtypes[d], count, pick(&seed, 3) == 0, 0.1, 0.7);
        check_cuts(&s, &fill, 12, &seed);
      }
}

/* Two fills in a row equal one fill from the state between them: what a plan stores is what torch saves. */
static void a_fill_goes_on_from_a_saved_state(void **state) {
  (void)state;
  uint64_t seed = 5;
  for (int k = 0; k < 200; k++) {
    sow_edition edition = (sow_edition)pick(&seed, SOW_EDITION_COUNT);
    sow_dtype dtype = float_dtypes[pick(&seed, 4)];
    int64_t first = (int64_t)pick(&seed, 40), second = (int64_t)pick(&seed, 40);
    uint8_t bytes[SOW_GENERATOR_STATE_SIZE], a[40 * 8], b[40 * 8];
    stream s, t;
    stream_open(&s, (uint64_t)k, edition);
    stream_fill(&s, &sow__op_normal, dtype, first, 0.0, 1.0, a);
    stream_state(&s, bytes);
    stream_fill(&s, &sow__op_normal, dtype, second, 0.0, 1.0, a);

    stream_open(&t, 99, edition);
    assert_int_equal(sow_generator_set_state(&t.base, bytes, sizeof bytes, NULL), SOW_OK);
    stream_start(&t);
    stream_fill(&t, &sow__op_normal, dtype, second, 0.0, 1.0, b);
    assert_memory_equal(a, b, (size_t)second * sow_dtype_size(dtype));
    uint8_t c[SOW_GENERATOR_STATE_SIZE];
    stream_state(&s, bytes);
    stream_state(&t, c);
    assert_memory_equal(bytes, c, sizeof c);
  }
}

static void a_nan_mean_fills_nan_and_draws(void **state) {
  (void)state;
  uint16_t half[20];
  for (int e = 0; e < SOW_EDITION_COUNT; e++) {
    assert_true(fill_seeded(0, (sow_edition)e, SOW_BFLOAT16, 20, (double)NAN, 1.0, half) > 0);
    for (int i = 0; i < 20; i++)
      assert_int_equal(half[i], 0x7fc0);
    fill_seeded(0, (sow_edition)e, SOW_FLOAT16, 20, (double)NAN, 1.0, half);
    for (int i = 0; i < 20; i++)
      assert_int_equal(half[i], 0x7e00);
  }
}

static void std_0_fills_the_mean_and_draws(void **state) {
  (void)state;
  float out[20];
  assert_true(fill_seeded(0, SOW_TORCH_NEWEST, SOW_FLOAT32, 20, 0.1, 0.0, out) == 36);
  for (int i = 0; i < 20; i++)
    assert_true(out[i] == 0.1f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(trap_13_golden_4_float32),
      cmocka_unit_test(golden_4_float64),
      cmocka_unit_test(trap_12_pairs_are_j_and_j_plus_8_golden_16_float32),
      cmocka_unit_test(trap_11_tail_rewrites_the_last_16),
      cmocka_unit_test(golden_16_float64),
      cmocka_unit_test(golden_16_float64_is_fused),
      cmocka_unit_test(trap_15_log_became_log1p_in_2_0),
      cmocka_unit_test(trap_17_float16_differs_in_every_edition_golden_16),
      cmocka_unit_test(trap_16_bfloat16_rounds_every_step_before_2_12_golden_16),
      cmocka_unit_test(trap_16_largest_of_a_million_16_bit_normals),
      cmocka_unit_test(blocks_are_those_of_torch),
      cmocka_unit_test(views_are_those_of_torch),
      cmocka_unit_test(trap_07_one_normal_costs_4_words_and_leaves_a_cache),
      cmocka_unit_test(trap_08_the_cache_survives_uniform_and_blocks),
      cmocka_unit_test(a_cached_normal_takes_mean_and_std_of_the_call_that_uses_it),
      cmocka_unit_test(trap_10_words_of_15_16_and_17_elements),
      cmocka_unit_test(trap_18_words_of_16_bit_blocks_changed_in_2_12),
      cmocka_unit_test(trap_22_views_are_serial_for_any_size),
      cmocka_unit_test(trap_14_float32_blocks_are_not_libm),
      cmocka_unit_test(any_range_is_that_part_of_the_whole),
      cmocka_unit_test(a_fill_goes_on_from_a_saved_state),
      cmocka_unit_test(a_nan_mean_fills_nan_and_draws),
      cmocka_unit_test(std_0_fills_the_mean_and_draws),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

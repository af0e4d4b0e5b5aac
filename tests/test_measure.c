/* Statistics of checkpoints: against sums done plainly, and the same at any number of threads. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/processor.h"
#include "measure/moments.h"
#include "measure/sampling.h"
#include "sample.h"
#include "unit.h"

#define PATH "test_measure.safetensors"

/* One tensor of `size` bytes in a file; opens it. */
static sow_archive *tensor_file(const char *type, size_t count, const void *bytes, size_t size) {
  char json[256];
  uint64_t length = (uint64_t)snprintf(json, sizeof json,
                                       "{\"x\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}",
                                       type, count, size);
  FILE *file = fopen(PATH, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(&length, 8, 1, file), 1);
  assert_int_equal(fwrite(json, 1, length, file), length);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
  sow_error error = SOW_ERROR_NONE;
  sow_archive *archive = NULL;
  if (sow_archive_open(PATH, &archive, &error) != SOW_OK)
    fail_msg("%s", error.message);
  remove(PATH);
  return archive;
}

static sow_statistics measured(const char *type, size_t count, const void *bytes, size_t size) {
  sow_archive *archive = tensor_file(type, count, bytes, size);
  sow_statistics found;
  assert_int_equal(sow_archive_measure(archive, NULL, &found, NULL), SOW_OK);
  sow_archive_free(archive);
  return found;
}

static void assert_near(double found, double expected, double relative) {
  if (!(fabs(found - expected) <= relative * fabs(expected)))
    fail_msg("%.17g is not %.17g", found, expected);
}

#define COUNT 3000001 /* several units, and a tail */

static float *normal_values(float mean, float std) {
  float *values = malloc(COUNT * sizeof *values);
  assert_non_null(values);
  DLTensor tensor = {.data = values,
                     .device = {kDLCPU, 0},
                     .ndim = 1,
                     .dtype = {kDLFloat, 32, 1},
                     .shape = (int64_t[]){COUNT}};
  sow_generator *generator = sow_generator_new(3, SOW_TORCH_NEWEST);
  assert_int_equal(sow_fill(&tensor, sow_normal((double)mean, (double)std), generator, NULL), SOW_OK);
  sow_generator_free(generator);
  return values;
}

static void values_far_from_zero_keep_their_deviation(void **state) {
  (void)state;
  float *values = normal_values(1000, 0.5F);
  long double sum = 0, squares = 0;
  for (size_t i = 0; i < COUNT; i++)
    sum += (long double)values[i];
  for (size_t i = 0; i < COUNT; i++)
    squares += ((long double)values[i] - sum / COUNT) * ((long double)values[i] - sum / COUNT);
  sow_statistics found = measured("F32", COUNT, values, COUNT * sizeof *values);
  assert_true(found.measured);
  assert_int_equal(found.count, COUNT);
  assert_near(found.mean, (double)(sum / COUNT), 1e-12);
  assert_near(found.std, (double)sqrtl(squares / (COUNT - 1)), 1e-11);
  free(values);
}

static void threads_and_digests_change_no_bit(void **state) {
  (void)state;
  float *values = normal_values(0, 1);
  sow_archive *archive = tensor_file("F32", COUNT, values, COUNT * sizeof *values);
  sow_statistics first, other;
  sow_measure_options options = {.size = sizeof options, .threads = 1};
  assert_int_equal(sow_archive_measure(archive, &options, &first, NULL), SOW_OK);
  for (options.threads = 2; options.threads < 8; options.threads++) {
    memset(&other, 0xA5, sizeof other);
    assert_int_equal(sow_archive_measure(archive, &options, &other, NULL), SOW_OK);
    assert_true(first.mean == other.mean && first.std == other.std);
    assert_memory_equal(first.histogram, other.histogram, sizeof first.histogram);
  }
  options.digest = true;
  assert_int_equal(sow_archive_measure(archive, &options, &other, NULL), SOW_OK);
  assert_true(first.mean == other.mean && first.std == other.std);
  char digest[SOW_DIGEST_TEXT_SIZE];
  sow_digest(values, COUNT * sizeof *values, digest);
  assert_string_equal(other.digest, digest);
  assert_string_equal(first.digest, "");
  sow_archive_free(archive);
  free(values);
}

#if defined(__x86_64__)
static void same_bits_by(const sow__moments_table *table, const float *values, const double *wide,
                         size_t most) {
  for (size_t count = 0; count < most; count++)
    for (size_t from = 0; from < 3 && from < count; from++) {
      sow__sums a, b;
      sow__moments_portable.f32(values + from, count - from, 0.3F, &a);
      table->f32(values + from, count - from, 0.3F, &b);
      assert_memory_equal(&a, &b, sizeof a);
      sow__moments_portable.f64(wide + from, count - from, 0.3, &a);
      table->f64(wide + from, count - from, 0.3, &b);
      assert_memory_equal(&a, &b, sizeof a);
    }
}
#endif

static void instruction_sets_give_the_same_bits(void **state) {
  (void)state;
#if defined(__x86_64__)
  if (sow__isa_used() < SOW__ISA_AVX2) {
    fprintf(stderr, "skipped: this machine has no AVX2\n");
    skip();
  }
  enum { MOST = 300 };
  float *values = normal_values(0.1F, 2), signs[MOST];
  double wide[MOST], wide_signs[MOST];
  for (size_t i = 0; i < MOST; i++) {
    wide[i] = (double)values[i] * 1.1;
    /* Both zeros are the least, and which of them is said must not be the vectors' choice. */
    wide_signs[i] = signs[i] = i % 3 == 1 ? (float)i : i % 7 == 0 ? -0.0F : 0.0F;
  }
  values[200] = 0;
  values[77] = -0.0F;
  values[40] = 1e-45F, values[100] = -1e-39F, values[101] = FLT_MIN;
  wide[40] = 5e-324, wide[100] = -1e-310, wide[101] = DBL_MIN;
  const sow__moments_table *const tables[] = {&sow__moments_avx2, &sow__moments_avx512};
  for (int i = 0; i < (sow__isa_used() < SOW__ISA_AVX512 ? 1 : 2); i++) {
    same_bits_by(tables[i], values, wide, MOST);
    same_bits_by(tables[i], signs, wide_signs, MOST);
  }
  free(values);
#else
  fprintf(stderr, "skipped: there is one instruction set\n");
  skip();
#endif
}

static void what_is_not_finite_is_counted_and_left_out(void **state) {
  (void)state;
  float values[100];
  for (int i = 0; i < 100; i++)
    values[i] = (float)(i % 10);
  values[0] = NAN;
  values[50] = INFINITY;
  values[51] = -INFINITY;
  values[99] = NAN;
  sow_statistics found = measured("F32", 100, values, sizeof values);
  assert_int_equal(found.nans, 2);
  assert_int_equal(found.infinities, 2);
  assert_int_equal(found.zeros, 8);
  assert_int_equal(found.sampled, 96);
  assert_true(found.min == 0 && found.max == 9);
  assert_near(found.mean, (450 - 0 - 0 - 1 - 9) / 96.0, 1e-15);
  float none[3] = {NAN, INFINITY, NAN};
  found = measured("F32", 3, none, sizeof none);
  assert_true(isnan(found.mean) && isnan(found.std) && isnan(found.min) && isnan(found.max));
  assert_int_equal(found.sampled, 0);
}

static void doubles_whose_squares_overflow_are_still_finite(void **state) {
  (void)state;
  double values[4] = {1e200, -1e200, 3, 0};
  sow_statistics found = measured("F64", 4, values, sizeof values);
  assert_int_equal(found.infinities + found.nans, 0);
  assert_true(found.min == -1e200 && found.max == 1e200);
  assert_int_equal(found.zeros, 1);
}

static void subnormals_are_counted_by_the_type(void **state) {
  (void)state;
  float narrow[40] = {0};
  narrow[1] = 1e-45F, narrow[20] = -1e-39F, narrow[39] = 1e-41F, narrow[5] = FLT_MIN, narrow[6] = 1;
  assert_int_equal(measured("F32", 40, narrow, sizeof narrow).subnormals, 3);
  narrow[7] = NAN;
  assert_int_equal(measured("F32", 40, narrow, sizeof narrow).subnormals, 3);
  double wide[40] = {0};
  wide[1] = 1e-45, wide[20] = -1e-310, wide[39] = 5e-324, wide[5] = DBL_MIN;
  sow_statistics found = measured("F64", 40, wide, sizeof wide);
  assert_int_equal(found.subnormals, 2);
  assert_int_equal(found.zeros, 36);
  assert_int_equal(sow_statistics_join(&found, &found).subnormals, 4);
  static const unsigned char halves[8] = {1, 0, 0, 4, 0, 0, 1, 0x80}; /* 6e-8, 6.1e-5, 0, -6e-8 in float16 */
  assert_int_equal(measured("F16", 4, halves, sizeof halves).subnormals, 0);
  assert_int_equal(measured("BF16", 4, halves, sizeof halves).subnormals, 2);
}

/* What a float32 would round to one value, to infinity, or to zero. */
static void doubles_are_counted_as_they_are(void **state) {
  (void)state;
  static const double scales[] = {1e-12, 1e-200, 1e200}, shifts[] = {1, 0, 0};
  for (int s = 0; s < 3; s++) {
    double values[3200];
    for (int i = 0; i < 3200; i++)
      values[i] = shifts[s] + (i + 0.5) * scales[s];
    sow_statistics found = measured("F64", 3200, values, sizeof values);
    assert_int_equal(found.sampled, 3200);
    for (int bin = 0; bin < SOW_HISTOGRAM_BINS; bin++)
      assert_in_range(found.histogram[bin], 95, 105);
  }
}

static void few_values_have_few_statistics(void **state) {
  (void)state;
  float value = -2;
  sow_statistics found = measured("F32", 1, &value, sizeof value);
  assert_true(found.mean == -2 && isnan(found.std) && found.min == -2 && found.max == -2);
  assert_int_equal(found.histogram[SOW_HISTOGRAM_BINS / 2], 1);
  found = measured("F32", 0, "", 0);
  assert_true(found.measured && isnan(found.mean) && isnan(found.min));
  float equal[5] = {0.1F, 0.1F, 0.1F, 0.1F, 0.1F};
  found = measured("F32", 5, equal, sizeof equal);
  assert_true(found.std == 0 && found.mean == (double)0.1F);
}

static void every_type_is_read_as_its_numbers(void **state) {
  (void)state;
  static const struct {
    const char *type;
    size_t size;
    unsigned char bytes[16]; /* 3 and -1, or the largest value */
    double second;
  } types[] = {
      {"F64", 8, {0, 0, 0, 0, 0, 0, 8, 0x40, 0, 0, 0, 0, 0, 0, 0xF0, 0xBF}, -1},
      {"F32", 4, {0, 0, 0x40, 0x40, 0, 0, 0x80, 0xBF}, -1},
      {"BF16", 2, {0x40, 0x40, 0x80, 0xBF}, -1},
      {"F16", 2, {0, 0x42, 0, 0xBC}, -1},
      {"I64", 8, {3, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}, -1},
      {"I32", 4, {3, 0, 0, 0, 255, 255, 255, 255}, -1},
      {"I16", 2, {3, 0, 255, 255}, -1},
      {"I8", 1, {3, 255}, -1},
      {"U64", 8, {3, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}, 18446744073709551616.0},
      {"U32", 4, {3, 0, 0, 0, 255, 255, 255, 255}, 4294967295.0},
      {"U16", 2, {3, 0, 255, 255}, 65535},
      {"U8", 1, {3, 255}, 255},
      {"BOOL", 1, {3, 1}, 1},
  };
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    sow_statistics found = measured(types[i].type, 2, types[i].bytes, 2 * types[i].size);
    double low = fmin(3, types[i].second), high = fmax(3, types[i].second);
    if (!found.measured || found.min != low || found.max != high)
      fail_msg("%s: %g to %g", types[i].type, found.min, found.max);
    assert_near(found.mean, (3 + types[i].second) / 2, 1e-15);
  }
  assert_false(measured("F8_E4M3", 2, "ab", 2).measured);
}

static void samples_are_one_of_each_stretch(void **state) {
  (void)state;
  static const uint64_t counts[] = {1, 5, 65536, 65537, 1000003, UINT64_C(1) << 40};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    uint64_t size = sow__sample_size(counts[c]), before = 0;
    for (uint64_t k = 0; k < size; k++) {
      uint64_t place = sow__sample_place(counts[c], k);
      assert_true(place < counts[c] && (k == 0 || place > before));
      if (k % 97 == 0)
        assert_int_equal(sow__sample_first(counts[c], place), k);
      before = place;
    }
    assert_int_equal(sow__sample_first(counts[c], before + 1), size);
  }
}

/* Even values from 0 to 1 and from 0 to 2: three times as many in a bin below 1 as above, and all are
 * counted. */
static void joined_histograms_have_no_peaks(void **state) {
  (void)state;
  enum { EVEN = 32000 };
  static float near[EVEN], wide[EVEN];
  for (int i = 0; i < EVEN; i++) {
    near[i] = (float)i / (EVEN - 1);
    wide[i] = 2 * near[i];
  }
  sow_statistics a = measured("F32", EVEN, near, sizeof near), b = measured("F32", EVEN, wide, sizeof wide);
  sow_statistics joined = sow_statistics_join(&a, &b);
  uint64_t sum = 0;
  for (int i = 0; i < SOW_HISTOGRAM_BINS; i++) {
    sum += joined.histogram[i];
    assert_in_range(joined.histogram[i], i < 16 ? 2990 : 990, i < 16 ? 3010 : 1010);
  }
  assert_int_equal(sum, joined.sampled);
  assert_int_equal(sum, 2 * EVEN);
}

static void joined_statistics_are_those_of_both(void **state) {
  (void)state;
  float values[] = {1, 5, 2, 0, -3, 8, 8};
  sow_statistics a = measured("F32", 3, values, 3 * sizeof *values);
  sow_statistics b = measured("F32", 4, values + 3, 4 * sizeof *values);
  sow_statistics whole = measured("F32", 7, values, sizeof values), joined = sow_statistics_join(&a, &b);
  assert_near(joined.mean, whole.mean, 1e-15);
  assert_near(joined.std, whole.std, 1e-15);
  assert_true(joined.min == whole.min && joined.max == whole.max);
  assert_int_equal(joined.zeros, 1);
  assert_int_equal(joined.sampled, 7);
  sow_statistics none = measured("F32", 0, "", 0);
  joined = sow_statistics_join(&none, &whole);
  assert_near(joined.std, whole.std, 1e-15);
  assert_true(joined.mean == whole.mean);
}

static void threads_below_none_are_refused(void **state) {
  (void)state;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  const char *path = "test_measure.threads.safetensors";
  assert_int_equal(sow_checkpoint_write(plan, path, NULL, NULL), SOW_OK);
  sow_archive *archive = opened(path);
  sow_measure_options options = {.size = sizeof options, .threads = -1};
  sow_error error = SOW_ERROR_NONE;
  sow_examination done;
  assert_int_equal(sow_archive_measure(archive, &options, NULL, &error), SOW_INVALID_ARGUMENT);
  assert_string_equal(error.message, "there are no -1 threads");
  assert_int_equal(sow_archive_compare(archive, archive, -1, NULL, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_archive_check(archive, plan, -2, NULL, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_archive_examine(archive, NULL, -3, NULL, NULL, &done, NULL), SOW_INVALID_ARGUMENT);
  sow_archive_free(archive);
  sow_plan_free(plan);
  unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_far_from_zero_keep_their_deviation),
      cmocka_unit_test(threads_and_digests_change_no_bit),
      cmocka_unit_test(instruction_sets_give_the_same_bits),
      cmocka_unit_test(what_is_not_finite_is_counted_and_left_out),
      cmocka_unit_test(doubles_whose_squares_overflow_are_still_finite),
      cmocka_unit_test(doubles_are_counted_as_they_are),
      cmocka_unit_test(subnormals_are_counted_by_the_type),
      cmocka_unit_test(few_values_have_few_statistics),
      cmocka_unit_test(every_type_is_read_as_its_numbers),
      cmocka_unit_test(samples_are_one_of_each_stretch),
      cmocka_unit_test(joined_histograms_have_no_peaks),
      cmocka_unit_test(joined_statistics_are_those_of_both),
      cmocka_unit_test(threads_below_none_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

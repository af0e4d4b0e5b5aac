/* Checkpoints against plans, against each other, and on their own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "measure/chance.h"
#include "measure/difference.h"
#include "sample.h"

#define PATH "test_check.safetensors"
#define OTHER "test_check_other.safetensors"

/* ---- a model and its file ---- */

static sow_plan *net_plan(uint64_t seed, sow_dtype cast) {
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc", 300, 200, true);
  sow_embedding(net, "emb", 400, 16, 7);
  sow_batch_norm1d(net, "norm", 32, true, true);
  const int64_t wide[] = {24, 6, 3}, tall[] = {40, 8}, truncated[] = {5000};
  sample_add(net, "wide", 3, wide, sow_orthogonal(2));
  sample_add(net, "tall", 2, tall, sow_orthogonal(0.5));
  sample_add(net, "truncated", 1, truncated, sow_trunc_normal(0, 0.02, -0.04, 0.04));
  sow_module *first = sow_linear(net, "one", 20, 20, false);
  sow_module_tie(sow_linear(net, "two", 20, 20, false), "weight", first, "weight");
  sow_transformer_encoder(net, "encoder", 8, 16, 2, false, false);
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  options.cast = cast;
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  if (sow_plan_new(net, &options, &plan, &error) != SOW_OK)
    fail_msg("%s", error.message);
  sow_module_free(net);
  return plan;
}

static void write_plan(const sow_plan *plan, const char *path) {
  sow_error error = SOW_ERROR_NONE;
  sow_checkpoint_options options = {.force = true};
  if (sow_checkpoint_write(plan, path, &options, &error) != SOW_OK)
    fail_msg("%s", error.message);
}

static sow_archive *opened(const char *path) {
  sow_error error = SOW_ERROR_NONE;
  sow_archive *archive = NULL;
  if (sow_archive_open(path, &archive, &error) != SOW_OK)
    fail_msg("%s", error.message);
  return archive;
}

static sow_archive_entry stored(const sow_archive *archive, const char *name) {
  size_t index = 0;
  sow_archive_entry entry = {0};
  if (!sow_archive_find(archive, name, &index))
    fail_msg("there is no %s", name);
  sow_archive_get(archive, index, &entry);
  return entry;
}

/* Changes a tensor in the file in place. */
static void change(const char *name, void (*function)(unsigned char *bytes, const sow_archive_entry *entry)) {
  sow_archive *archive = opened(PATH);
  sow_archive_entry entry = stored(archive, name);
  unsigned char *bytes = malloc(entry.bytes);
  FILE *file = fopen(PATH, "r+b");
  assert_true(bytes != NULL && file != NULL);
  fseek(file, (long)entry.offset, SEEK_SET);
  assert_int_equal(fread(bytes, 1, entry.bytes, file), entry.bytes);
  function(bytes, &entry);
  fseek(file, (long)entry.offset, SEEK_SET);
  assert_int_equal(fwrite(bytes, 1, entry.bytes, file), entry.bytes);
  assert_int_equal(fclose(file), 0);
  free(bytes);
  sow_archive_free(archive);
}

static sow_difference checked(const sow_plan *plan, const char *name, int threads) {
  sow_archive *archive = opened(PATH);
  sow_difference *all = calloc(sow_plan_count(plan), sizeof *all);
  size_t index = 0;
  assert_int_equal(sow_archive_check(archive, plan, threads, all, NULL), SOW_OK);
  assert_true(sow_plan_find(plan, name, &index));
  sow_difference found = all[index];
  for (size_t i = 0; i < sow_plan_count(plan); i++)
    if (i != index && all[i].kind != SOW_EQUAL && all[i].kind != SOW_STORED_AS_FIRST)
      fail_msg("entry %zu is of kind %d", i, (int)all[i].kind);
  free(all);
  sow_archive_free(archive);
  return found;
}

/* ---- bit for bit ---- */

static void a_file_is_equal_to_its_plan(void **state) {
  (void)state;
  for (int half = 0; half < 2; half++) {
    sow_plan *plan = net_plan(3, half ? SOW_BFLOAT16 : SOW_FLOAT32);
    write_plan(plan, PATH);
    for (int threads = 0; threads < 4; threads++)
      assert_int_equal(checked(plan, "fc.weight", threads).kind, SOW_EQUAL);
    assert_int_equal(checked(plan, "two.weight", 1).kind, SOW_STORED_AS_FIRST);
    sow_plan_free(plan);
  }
  remove(PATH);
}

static void flip_one_bit(unsigned char *bytes, const sow_archive_entry *entry) {
  (void)entry;
  bytes[4 * 777] ^= 1;
}

static void one_flipped_bit_is_found(void **state) {
  (void)state;
  sow_plan *plan = net_plan(3, SOW_FLOAT32);
  write_plan(plan, PATH);
  change("fc.weight", flip_one_bit);
  for (int threads = 1; threads < 4; threads++) {
    sow_difference found = checked(plan, "fc.weight", threads);
    assert_int_equal(found.kind, SOW_DIFFERENT);
    assert_int_equal(found.differing, 1);
    assert_int_equal(found.first, 777);
    assert_int_equal(found.ulps, 1);
    float made[2];
    size_t index = 0;
    sow_plan_find(plan, "fc.weight", &index);
    assert_int_equal(sow_plan_run(plan, index, 777, 778, made, NULL), SOW_OK);
    assert_true(found.first_values[0] == (double)made[0]);
    assert_true(fabs(found.first_values[0] - found.first_values[1]) == found.largest && found.largest > 0);
  }
  sow_plan_free(plan);
  remove(PATH);
}

/* As a cast by cutting off bits does, instead of rounding. */
static void truncated_bfloat16_is_told_by_one_ulp(void **state) {
  (void)state;
  sow_plan *plan = net_plan(3, SOW_FLOAT32), *rounded = net_plan(3, SOW_BFLOAT16);
  write_plan(rounded, PATH);
  sow_archive *archive = opened(PATH);
  sow_archive_entry entry = stored(archive, "fc.weight");
  sow_archive_free(archive);
  float *wide = malloc(entry.count * sizeof *wide);
  uint16_t *cut = malloc(entry.bytes);
  size_t index = 0, lower = 0;
  sow_plan_find(plan, "fc.weight", &index);
  assert_int_equal(sow_plan_run(plan, index, 0, entry.count, wide, NULL), SOW_OK);
  for (size_t i = 0; i < entry.count; i++) {
    uint32_t bits;
    memcpy(&bits, &wide[i], sizeof bits);
    cut[i] = (uint16_t)(bits >> 16);
    lower += (bits & 0xFFFF) > 0x8000 || ((bits & 0xFFFF) == 0x8000 && (cut[i] & 1));
  }
  FILE *file = fopen(PATH, "r+b");
  fseek(file, (long)entry.offset, SEEK_SET);
  assert_int_equal(fwrite(cut, 2, entry.count, file), entry.count);
  fclose(file);
  sow_difference found = checked(rounded, "fc.weight", 2);
  assert_int_equal(found.differing, lower);
  assert_int_equal(found.ulps, 1);
  free(cut);
  free(wide);
  sow_plan_free(plan);
  sow_plan_free(rounded);
  remove(PATH);
}

static void other_names_types_and_shapes_are_told(void **state) {
  (void)state;
  sow_module *a = sow_module_new("Net"), *b = sow_module_new("Net");
  const int64_t small[] = {3}, large[] = {3, 1};
  sample_add(a, "same", 1, small, sow_ones());
  sample_add(b, "same", 1, small, sow_ones());
  sample_add(a, "shape", 1, small, sow_ones());
  sample_add(b, "shape", 2, large, sow_ones());
  sow_module_add_buffer(a, "type", SOW_FLOAT32, 1, small, sow_ones());
  sow_module_add_buffer(b, "type", SOW_FLOAT16, 1, small, sow_ones());
  sample_add(a, "mine", 1, small, sow_ones());
  sample_add(a, "value", 1, small, sow_ones());
  sample_add(b, "value", 1, small, sow_constant(-1));
  static const struct {
    const char *name;
    sow_difference_kind kind;
  } expected[] = {{"same", SOW_EQUAL},
                  {"shape", SOW_OTHER_SHAPE},
                  {"type", SOW_OTHER_TYPE},
                  {"mine", SOW_ABSENT},
                  {"value", SOW_DIFFERENT}};
  sow_plan *plan_a = NULL, *plan_b = NULL;
  assert_int_equal(sow_plan_new(a, NULL, &plan_a, NULL), SOW_OK);
  assert_int_equal(sow_plan_new(b, NULL, &plan_b, NULL), SOW_OK);
  write_plan(plan_a, PATH);
  write_plan(plan_b, OTHER);
  sow_archive *first = opened(PATH), *second = opened(OTHER);
  sow_difference compared[5], against[5];
  assert_int_equal(sow_archive_compare(first, second, 2, compared, NULL), SOW_OK);
  assert_int_equal(sow_archive_check(second, plan_a, 2, against, NULL), SOW_OK);
  for (size_t i = 0; i < 5; i++) {
    size_t in_file = 0, in_plan = 0;
    assert_true(sow_archive_find(first, expected[i].name, &in_file));
    assert_true(sow_plan_find(plan_a, expected[i].name, &in_plan));
    assert_int_equal(compared[in_file].kind, expected[i].kind);
    assert_int_equal(against[in_plan].kind, expected[i].kind);
    if (expected[i].kind != SOW_DIFFERENT)
      continue;
    assert_int_equal(compared[in_file].differing, 3);
    assert_true(compared[in_file].largest == 2);
    assert_int_equal(compared[in_file].ulps, 2 * 0x3F800000U);
    assert_true(compared[in_file].first_values[0] == 1 && compared[in_file].first_values[1] == -1);
  }
  sow_archive_free(first);
  sow_archive_free(second);
  sow_plan_free(plan_a);
  sow_plan_free(plan_b);
  sow_module_free(a);
  sow_module_free(b);
  remove(PATH);
  remove(OTHER);
}

static void distances_are_counted_in_the_types_own_steps(void **state) {
  (void)state;
  sow_difference d = {0};
  const float a[4] = {0.0F, 1, NAN, 1}, b[4] = {-0.0F, 1, 1, INFINITY};
  sow__difference_add(&d, SOW__F32, 32, 10, a, b, sizeof a);
  assert_int_equal(d.differing, 3);
  assert_int_equal(d.first, 10);
  assert_true(d.largest == 0); /* the others are not finite */
  assert_int_equal(d.ulps, 0x7F800000U - 0x3F800000U);
  sow_difference wide = {0};
  const double x = -1e308, y = 1e308;
  sow__difference_add(&wide, SOW__F64, 64, 0, &x, &y, sizeof x);
  uint64_t bits;
  memcpy(&bits, &y, sizeof bits);
  assert_int_equal(wide.ulps, 2 * bits);
  sow_difference packed = {0};
  sow__difference_add(&packed, SOW__ELEMENT_COUNT, 4, 0, "abc", "abd", 3);
  assert_int_equal(packed.first, 4);
  assert_true(isnan(packed.first_values[0]));
  /* Parts join in any order. */
  sow_difference joined = {0}, late = d;
  late.first = 99;
  sow__difference_join(&joined, &late);
  sow__difference_join(&joined, &d);
  assert_int_equal(joined.first, 10);
  assert_int_equal(joined.differing, 6);
}

/* ---- statistics ---- */

typedef struct findings {
  size_t count;
  char text[2048];
} findings;

static void note(void *context, const sow_finding *finding) {
  findings *all = context;
  size_t used = strlen(all->text);
  all->count++;
  snprintf(all->text + used, sizeof all->text - used, "%s: %s\n", finding->name, finding->text);
}

static findings examined(const sow_plan *plan) {
  findings all = {0};
  sow_examination done;
  sow_archive *archive = opened(PATH);
  assert_int_equal(sow_archive_examine(archive, plan, 1, note, &all, &done, NULL), SOW_OK);
  assert_int_equal(done.findings, all.count);
  assert_true(plan == NULL ? done.tests == 0 : done.tests >= 10 && done.error_rate == 0.001);
  sow_archive_free(archive);
  return all;
}

static void sound_files_give_no_findings(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 40; seed++) {
    sow_plan *plan = net_plan(seed, seed % 2 ? SOW_BFLOAT16 : SOW_FLOAT32);
    write_plan(plan, PATH);
    findings found = examined(plan);
    if (found.count > 0)
      fail_msg("seed %d: %s", (int)seed, found.text);
    sow_plan_free(plan);
  }
  remove(PATH);
}

static void one_finding(const char *name, void (*function)(unsigned char *, const sow_archive_entry *),
                        const char *part) {
  sow_plan *plan = net_plan(11, SOW_FLOAT32);
  write_plan(plan, PATH);
  change(name, function);
  findings found = examined(plan);
  if (found.count != 1 || strstr(found.text, part) == NULL || strncmp(found.text, name, strlen(name)) != 0)
    fail_msg("%s", found.text);
  sow_plan_free(plan);
  remove(PATH);
}

static void each_float(unsigned char *bytes, uint64_t count, float scale, float shift) {
  for (uint64_t i = 0; i < count; i++) {
    float value;
    memcpy(&value, bytes + 4 * i, 4);
    value = value * scale + shift;
    memcpy(bytes + 4 * i, &value, 4);
  }
}

static void set_zeros(unsigned char *bytes, const sow_archive_entry *entry) {
  memset(bytes, 0, entry->bytes);
}

static void narrow(unsigned char *bytes, const sow_archive_entry *entry) {
  each_float(bytes, entry->count, 0.97F, 0);
}

static void widen(unsigned char *bytes, const sow_archive_entry *entry) {
  each_float(bytes, entry->count, 1.06F, 0);
}

static void move(unsigned char *bytes, const sow_archive_entry *entry) {
  each_float(bytes, entry->count, 0.9F, 0.003F);
}

static void set_nan(unsigned char *bytes, const sow_archive_entry *entry) {
  (void)entry;
  memset(bytes + 400, 0xFF, 4);
}

static void repeat_half(unsigned char *bytes, const sow_archive_entry *entry) {
  memcpy(bytes + entry->bytes / 2, bytes, entry->bytes / 2);
}

static void put_far(unsigned char *bytes, const sow_archive_entry *entry) {
  (void)entry;
  float far = 0.0401F;
  memcpy(bytes + 16, &far, 4);
}

static void skew_row(unsigned char *bytes, const sow_archive_entry *entry) {
  (void)entry;
  each_float(bytes, 18, 1, 0.01F);
}

static void what_is_wrong_is_named(void **state) {
  (void)state;
  one_finding("fc.weight", set_zeros, "every element is 0.0, but kaiming_uniform_ (default Linear)");
  one_finding("fc.weight", narrow, "its standard deviation is");
  one_finding("emb.weight", widen, "its standard deviation is");
  one_finding("fc.weight", set_nan, "holds 1 NaN and 0 Inf");
  one_finding("fc.weight", repeat_half, "its two halves are equal");
  one_finding("truncated", put_far, "its values reach from");
  one_finding("norm.weight", set_zeros, "its values reach from 0.0 to 0.0, but ones_");
  one_finding("wide", skew_row, "its rows or columns are not orthonormal");
  one_finding("tall", skew_row, "its rows or columns are not orthonormal");
}

static void means_are_tested_too(void **state) {
  (void)state;
  sow_plan *plan = net_plan(11, SOW_FLOAT32);
  write_plan(plan, PATH);
  change("fc.weight", move);
  findings found = examined(plan);
  assert_non_null(strstr(found.text, "fc.weight: its mean is"));
  sow_plan_free(plan);
  remove(PATH);
}

static void without_a_plan_what_shows_by_itself_is_found(void **state) {
  (void)state;
  sow_plan *plan = net_plan(11, SOW_FLOAT32);
  write_plan(plan, PATH);
  change("fc.weight", set_zeros);
  change("emb.weight", repeat_half);
  findings found = examined(NULL);
  assert_non_null(strstr(found.text, "fc.weight: every element is 0.0"));
  assert_non_null(strstr(found.text, "emb.weight: its two halves are equal"));
  /* The copies of TransformerEncoder, which only a plan knows to be right. */
  assert_non_null(
      strstr(found.text, "encoder.layers.1.linear1.weight: is equal to encoder.layers.0.linear1"));
  sow_plan_free(plan);
  remove(PATH);
}

static void limits_of_scores_hold_their_error_rate(void **state) {
  (void)state;
  assert_true(fabs(sow__score_limit(1, 0.05) - 1.959963984540054) < 1e-9);
  assert_true(fabs(sow__score_limit(50, 0.05) - 3.290526731491925) < 1e-9);
  /* 2000 draws of 64: the share beyond 1.96 is 5 %, within what chance allows of that count. */
  sow__aim uniform = {0.5, sqrt(1 / 12.0), 1.8};
  sow_generator *generator = sow_generator_new(5, SOW_TORCH_NEWEST);
  int far_means = 0, far_stds = 0;
  for (int trial = 0; trial < 2000; trial++) {
    double sum = 0, squares = 0;
    for (int i = 0; i < 64; i++) {
      double value = sow_generator_draw32(generator) / 4294967296.0;
      sum += value;
      squares += value * value;
    }
    far_means += fabs(sow__mean_score(&uniform, 64, sum / 64)) > 1.96;
    far_stds += fabs(sow__std_score(&uniform, 64, sqrt((squares - sum * sum / 64) / 63))) > 1.96;
  }
  sow_generator_free(generator);
  assert_in_range(far_means, 60, 140);
  assert_in_range(far_stds, 60, 150);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_is_equal_to_its_plan),
      cmocka_unit_test(one_flipped_bit_is_found),
      cmocka_unit_test(truncated_bfloat16_is_told_by_one_ulp),
      cmocka_unit_test(other_names_types_and_shapes_are_told),
      cmocka_unit_test(distances_are_counted_in_the_types_own_steps),
      cmocka_unit_test(sound_files_give_no_findings),
      cmocka_unit_test(what_is_wrong_is_named),
      cmocka_unit_test(means_are_tested_too),
      cmocka_unit_test(without_a_plan_what_shows_by_itself_is_found),
      cmocka_unit_test(limits_of_scores_hold_their_error_rate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

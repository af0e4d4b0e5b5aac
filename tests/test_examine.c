/* What is found in checkpoints without comparing them bit for bit. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH "test_examine.safetensors"

#include "damaged.h"
#include "measure/chance.h"
#include "unit.h"

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

static void put_pointer(unsigned char *bytes, const sow_archive_entry *entry) {
  (void)entry;
  uint64_t pointer = UINT64_C(0x00007f3c5a10e2c0);
  memset(bytes, 0, entry->bytes);
  memcpy(bytes, &pointer, sizeof pointer);
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
  one_finding("fc.weight", put_pointer, "was its memory never written?");
  one_finding("norm.bias", put_pointer, "was its memory never written?");
  one_finding("wide", skew_row, "its rows or columns are not orthonormal");
  one_finding("tall", skew_row, "its rows or columns are not orthonormal");
  one_finding("kernel", skew_row, "its rows or columns are not orthonormal as keras.orthogonal");
  one_finding("he", narrow, "its standard deviation is");
  one_finding("ball", set_zeros, "every element is 0.0, but caffe.positive_unitball");
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

/* Of a file with two tensors of one type and size. */
static findings examined_two(const char *names[2], const char *type, size_t count, const void *bytes[2],
                             size_t size) {
  char json[512];
  uint64_t length =
      (uint64_t)snprintf(json, sizeof json,
                         "{\"%s\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[0,%zu]},"
                         "\"%s\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[%zu,%zu]}}",
                         names[0], type, count, size, names[1], type, count, size, 2 * size);
  FILE *file = fopen(PATH, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(&length, sizeof length, 1, file), 1);
  assert_int_equal(fwrite(json, 1, length, file), length);
  for (int i = 0; i < 2; i++)
    assert_int_equal(fwrite(bytes[i], 1, size, file), size);
  assert_int_equal(fclose(file), 0);
  findings found = examined(NULL);
  remove(PATH);
  return found;
}

static findings examined_twins(const char *names[2], const char *type, size_t count, const void *bytes,
                               size_t size) {
  const void *both[2] = {bytes, bytes};
  return examined_two(names, type, count, both, size);
}

static void tensors_that_begin_alike_are_not_equal(void **state) {
  (void)state;
  float values[2][500];
  for (int i = 0; i < 1000; i++)
    values[i / 500][i % 500] = (float)(i % 500);
  const char *names[2] = {"a", "b"};
  const void *both[2] = {values[0], values[1]};
  assert_int_equal(examined_two(names, "F32", 500, both, sizeof *values).count, 1);
  values[1][499] = -1;
  assert_int_equal(examined_two(names, "F32", 500, both, sizeof *values).count, 0);
}

static void names_in_findings_are_harmless(void **state) {
  (void)state;
  float values[16];
  for (int i = 0; i < 16; i++)
    values[i] = (float)i;
  const char *names[2] = {"a\\u001b[31m", "b"};
  findings found = examined_twins(names, "F32", 16, values, sizeof values);
  assert_string_equal(found.text, "b: is equal to a?[31m: a copy, or a wrongly seeded shard?\n");
}

static findings examined_once(const char *type, size_t count, const void *bytes, size_t size) {
  float other[16];
  for (int i = 0; i < 16; i++)
    other[i] = (float)i;
  char json[512];
  uint64_t length = (uint64_t)snprintf(json, sizeof json,
                                       "{\"a\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[0,%zu]},"
                                       "\"b\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[%zu,%zu]}}",
                                       type, count, size, size, size + sizeof other);
  FILE *file = fopen(PATH, "wb");
  assert_non_null(file);
  fwrite(&length, sizeof length, 1, file);
  fwrite(json, 1, length, file);
  fwrite(bytes, 1, size, file);
  fwrite(other, 1, sizeof other, file);
  assert_int_equal(fclose(file), 0);
  findings found = examined(NULL);
  remove(PATH);
  return found;
}

/* Pointers, counters and text among zeros: what torch.empty leaves. */
static void memory_that_was_never_written_is_found(void **state) {
  (void)state;
  static const char never[] = "was its memory never written?";
  enum { SIZE = 4096 };
  static unsigned char bytes[SIZE];
  uint64_t pointer = UINT64_C(0x00007f3c5a10e2c0), counter = 17;
  memcpy(bytes, &pointer, 8), memcpy(bytes + 8, &pointer, 8), memcpy(bytes + 64, &counter, 8);
  static const struct {
    const char *type;
    size_t width;
  } types[] = {{"F32", 4}, {"F64", 8}, {"BF16", 2}};
  for (size_t i = 0; i < 3; i++)
    assert_non_null(strstr(examined_once(types[i].type, SIZE / types[i].width, bytes, SIZE).text, never));
  memset(bytes, 0, SIZE);
  memcpy(bytes + 100, "module.layers.0.attentio", 24);
  assert_non_null(strstr(examined_once("F32", SIZE / 4, bytes, SIZE).text, "a: reaches"));
  /* The report's: mostly zeros, a few subnormal values, a few of 1e30. */
  static float values[1024] = {1e-41F, 3e30F, -1e30F, 7e-40F, 1e-45F};
  findings found = examined_once("F32", 1024, values, sizeof values);
  assert_int_equal(found.count, 1);
  assert_non_null(strstr(found.text, "a: holds 3 of 1024 values"));
}

static void what_only_resembles_unwritten_memory_is_no_finding(void **state) {
  (void)state;
  /* A mask of the type's least value, and one of a large negative number. */
  float mask[256];
  for (int i = 0; i < 256; i++)
    mask[i] = i / 16 >= i % 16 ? 0 : -FLT_MAX;
  assert_int_equal(examined_once("F32", 256, mask, sizeof mask).count, 0);
  for (int i = 0; i < 256; i++)
    mask[i] = i / 16 >= i % 16 ? 0 : -1e30F;
  assert_int_equal(examined_once("F32", 256, mask, sizeof mask).count, 0);
  for (int i = 0; i < 256; i++)
    mask[i] = i / 16 >= i % 16 ? 0 : FLT_MAX;
  assert_int_equal(examined_once("F32", 256, mask, sizeof mask).count, 0);
  /* normal_ in float16 draws what is subnormal there. */
  static const unsigned char halves[8] = {1, 0, 0x34, 0x12, 0, 0x30, 1, 0x80};
  assert_int_equal(examined_once("F16", 4, halves, sizeof halves).count, 0);
}

/* Masks and indices, which each layer has alike; nothing seeds them. */
static void integers_may_be_equal(void **state) {
  (void)state;
  unsigned char mask[64];
  int64_t positions[32];
  for (int i = 0; i < 64; i++)
    mask[i] = (unsigned char)(i / 8 >= i % 8);
  for (int i = 0; i < 32; i++)
    positions[i] = i % 16;
  const char *names[2] = {"0.mask", "1.mask"};
  assert_int_equal(examined_twins(names, "BOOL", 64, mask, sizeof mask).count, 0);
  assert_int_equal(examined_twins(names, "I64", 32, positions, sizeof positions).count, 0);
}

static void limits_of_scores_hold_their_error_rate(void **state) {
  (void)state;
  assert_true(fabs(sow__score_limit(1, 0.05) - 1.959963984540054) < 1e-9);
  assert_true(fabs(sow__score_limit(50, 0.05) - 3.290526731491925) < 1e-9);
  /* 2000 draws of 64: the share beyond 1.96 is 5 %, within what chance allows of that count. */
  sow__aim uniform = {0.5, sqrt(1 / 12.0), 1.8, 16 / 21.0};
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

/* Sixteen values are few, and one error in thousands of them lies far out, where no approximation is good. */
static void few_uniform_values_are_no_finding(void **state) {
  (void)state;
  sow__aim uniform = {0.5, sqrt(1 / 12.0), 1.8, 16 / 21.0};
  double limit = sow__score_limit(1, 1e-4);
  sow_generator *generator = sow_generator_new(6, SOW_TORCH_NEWEST);
  int far = 0;
  for (int trial = 0; trial < 200000; trial++) {
    double sum = 0, squares = 0;
    for (int i = 0; i < 16; i++) {
      double value = sow_generator_draw32(generator) / 4294967296.0;
      sum += value;
      squares += value * value;
    }
    far += fabs(sow__std_score(&uniform, 16, sqrt((squares - sum * sum / 16) / 15))) > limit;
  }
  sow_generator_free(generator);
  assert_in_range(far, 1, 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sound_files_give_no_findings),
      cmocka_unit_test(what_is_wrong_is_named),
      cmocka_unit_test(means_are_tested_too),
      cmocka_unit_test(without_a_plan_what_shows_by_itself_is_found),
      cmocka_unit_test(tensors_that_begin_alike_are_not_equal),
      cmocka_unit_test(names_in_findings_are_harmless),
      cmocka_unit_test(integers_may_be_equal),
      cmocka_unit_test(memory_that_was_never_written_is_found),
      cmocka_unit_test(what_only_resembles_unwritten_memory_is_no_finding),
      cmocka_unit_test(limits_of_scores_hold_their_error_rate),
      cmocka_unit_test(few_uniform_values_are_no_finding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Checkpoints against plans and against each other, bit for bit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH "test_check.safetensors"
#define OTHER "test_check_other.safetensors"

#include "damaged.h"
#include "measure/difference.h"
#include "unit.h"

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
    assert_int_equal(sow_plan_run(plan, index, 777, 778, 0, made, NULL), SOW_OK);
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
  assert_int_equal(sow_plan_run(plan, index, 0, entry.count, 0, wide, NULL), SOW_OK);
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
  sow_plan *plan_a = planned(a, NULL), *plan_b = planned(b, NULL);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_is_equal_to_its_plan),
      cmocka_unit_test(one_flipped_bit_is_found),
      cmocka_unit_test(truncated_bfloat16_is_told_by_one_ulp),
      cmocka_unit_test(other_names_types_and_shapes_are_told),
      cmocka_unit_test(distances_are_counted_in_the_types_own_steps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A plan as text: the table, to the byte, and JSON, which holds the same. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

static char *printed(const sow_plan *plan, sow_plan_format format) {
  char *text = NULL;
  size_t length = 0;
  assert_int_equal(sow_plan_print(plan, format, &text, &length, NULL), SOW_OK);
  assert_int_equal(strlen(text), length);
  return text;
}

static void the_table_is_aligned_and_complete(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc", 3, 4, true);
  sow_module_set_as(sow_module_find(net, "fc"), "bias", sow_constant(0.5), "r:1");
  const int64_t shape[] = {2};
  sample_add(net, "\xC3\xA9", 1, shape, sow_normal(0.0, 0.02));
  sow_plan *plan = planned(net, NULL);
  char *text = printed(plan, SOW_PLAN_TABLE);
  assert_string_equal(
      text,
      "name       dtype    shape   initialiser                                                   "
      "                  rule            words  position  mean     std      low    high\n"
      "\xC3\xA9          float32  [2]     normal_(mean=0.0, std=0.02)                                   "
      "                  sample              4        16   0.0    0.02     -inf     inf\n"
      "fc.weight  float32  [4, 3]  kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlineari"
      "ty='leaky_relu')  default Linear     12         0   0.0  0.3333  -0.5774  0.5774\n"
      "fc.bias    float32  [4]     constant_(val=0.5)                                            "
      "                  r:1                 0        16   0.5     0.0      0.5     0.5\n"
      "3 tensors, 18 elements, 72 bytes, 20 words, seed 0, torch 2.13, float32\n");
  free(text);
  sow_plan_free(plan);
}

static void the_json_form_says_what_the_plan_says(void **state) {
  (void)state;
  sow_plan_options options = sow_plan_defaults();
  options.seed = UINT64_C(9007199254740993);
  options.cast = SOW_BFLOAT16;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), &options);
  char *text = printed(plan, SOW_PLAN_JSON);
  json_error_t where;
  json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &where);
  if (root == NULL)
    fail_msg("line %d: %s", where.line, where.text);
  assert_int_equal(json_integer_value(json_object_get(root, "seed")), INT64_C(9007199254740993));
  assert_string_equal(json_string_value(json_object_get(root, "cast")), "bfloat16");
  assert_int_equal(json_integer_value(json_object_get(root, "words")), sow_plan_draws(plan));
  json_t *tensors = json_object_get(root, "tensors");
  assert_int_equal(json_array_size(tensors), sow_plan_count(plan));
  for (size_t i = 0; i < sow_plan_count(plan); i++) {
    sow_plan_entry entry;
    assert_true(sow_plan_get(plan, i, &entry));
    json_t *object = json_array_get(tensors, i);
    assert_string_equal(json_string_value(json_object_get(object, "name")), entry.name);
    assert_string_equal(json_string_value(json_object_get(object, "rule")), entry.rule);
    assert_int_equal(json_integer_value(json_object_get(object, "offset")), entry.offset);
    assert_int_equal(json_integer_value(json_object_get(object, "position")), entry.position);
    assert_int_equal(json_array_size(json_object_get(object, "shape")), entry.ndim);
    json_t *std = json_object_get(object, "std");
    assert_true(isnan(entry.values.std) ? json_is_null(std) : json_real_value(std) == entry.values.std);
    assert_int_equal(json_is_null(json_object_get(object, "low")), isinf(entry.values.low) != 0);
  }
  json_decref(root);
  free(text);
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_table_is_aligned_and_complete),
      cmocka_unit_test(the_json_form_says_what_the_plan_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

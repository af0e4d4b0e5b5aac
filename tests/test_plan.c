/* What a plan says: entries, places, offsets, ties, errors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "op/convert.h"
#include "sample.h"

/* What `sow plan` shows of its steps, until the next call. */
static const char *line_of(const sow_plan *plan, const char *name) {
  static char line[200];
  size_t index;
  char *text = NULL;
  assert_true(sow_plan_find(plan, name, &index));
  assert_int_equal(sow_plan_line(plan, index, &text, NULL), SOW_OK);
  snprintf(line, sizeof line, "%s", text);
  free(text);
  return line;
}

static sow_plan_entry entry_of(const sow_plan *plan, const char *name) {
  size_t index;
  sow_plan_entry entry;
  if (!sow_plan_find(plan, name, &index) || !sow_plan_get(plan, index, &entry))
    fail_msg("no entry %s", name);
  return entry;
}

static sow_module *two_layers(void) {
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc1", 3, 4, true);
  sow_linear(net, "fc2", 4, 2, false);
  return net;
}

static void draws_that_are_overwritten_still_move_the_stream(void **state) {
  (void)state;
  sow_module *net = two_layers();
  sow_module_set(sow_module_find(net, "fc1"), "weight", sow_zeros());
  sow_plan *plan = planned(net, NULL);
  assert_int_equal(sow_plan_count(plan), 3);
  sow_plan_entry weight = entry_of(plan, "fc1.weight"), bias = entry_of(plan, "fc1.bias"),
                 last = entry_of(plan, "fc2.weight");
  assert_int_equal(weight.draws, 0);
  assert_int_equal(weight.position, 24);
  assert_string_equal(line_of(plan, "fc1.weight"), "zeros_()");
  assert_non_null(strstr(weight.rule, "test_plan.c:"));
  assert_int_equal(bias.position, 12);
  assert_string_equal(bias.rule, "default Linear");
  assert_int_equal(last.position, 16);
  assert_int_equal(last.draws, 8);
  assert_int_equal(sow_plan_draws(plan), 24);
  sow_plan_free(plan);
}

static void float64_takes_two_words_for_a_uniform(void **state) {
  (void)state;
  sow_plan_options options = sow_plan_defaults();
  options.dtype = options.cast = SOW_FLOAT64;
  sow_plan *plan = planned(two_layers(), &options);
  assert_int_equal(sow_plan_draws(plan), 48);
  assert_int_equal(sow_plan_bytes(plan), 24 * 8);
  sow_plan_free(plan);
}

static void offsets_follow_dtype_and_then_name(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "b", 3, 5, true);
  sow_batch_norm1d(net, "a", 2, true, true, true);
  sow_linear(net, "B", 1, 1, false);
  sow_plan *plan = planned(net, NULL);
  static const char *const order[] = {"a.num_batches_tracked", "B.weight", "a.bias", "a.running_mean",
                                      "a.running_var",         "a.weight", "b.bias", "b.weight"};
  uint64_t offset = 0;
  assert_int_equal(sow_plan_count(plan), sizeof order / sizeof *order);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    sow_plan_entry entry = entry_of(plan, order[i]);
    assert_int_equal(entry.offset, offset);
    offset += entry.bytes;
  }
  assert_int_equal(sow_plan_bytes(plan), offset);
  sow_plan_entry first;
  assert_true(sow_plan_get(plan, 0, &first));
  assert_string_equal(first.name, "b.weight");
  sow_plan_free(plan);
}

static void a_tie_is_stored_once_under_its_first_name(void **state) {
  (void)state;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  sow_plan_entry first = entry_of(plan, "embed.weight"), tied = entry_of(plan, "head.weight");
  assert_null(first.tied_to);
  assert_string_equal(tied.tied_to, "embed.weight");
  assert_int_equal(tied.offset, first.offset);
  assert_int_equal(tied.position, first.position);
  uint64_t bytes = 0;
  for (size_t i = 0; i < sow_plan_count(plan); i++) {
    sow_plan_entry entry;
    assert_true(sow_plan_get(plan, i, &entry));
    bytes += entry.tied_to == NULL ? entry.bytes : 0;
  }
  assert_int_equal(sow_plan_bytes(plan), bytes);
  sow_plan_free(plan);
}

static void a_tie_is_seen_past_a_copy(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module *a = sow_linear(net, "a", 3, 3, false);
  sow_module_copy(net, "b", a);
  sow_module_tie(sow_linear(net, "c", 3, 3, false), "weight", a, "weight");
  sow_plan *plan = planned(net, NULL);
  assert_null(entry_of(plan, "b.weight").tied_to);
  assert_string_equal(entry_of(plan, "c.weight").tied_to, "a.weight");
  assert_int_equal(sow_plan_bytes(plan), 72);
  sow_plan_free(plan);
}

static void copies_have_one_fill_and_two_places_in_the_file(void **state) {
  (void)state;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  sow_plan_entry one = entry_of(plan, "encoder.layers.0.linear1.weight"),
                 two = entry_of(plan, "encoder.layers.1.linear1.weight");
  assert_null(one.tied_to);
  assert_null(two.tied_to);
  assert_int_equal(one.position, two.position);
  assert_int_equal(one.draws, two.draws);
  assert_int_not_equal(one.offset, two.offset);
  sow_plan_free(plan);
}

static void a_cast_changes_what_is_stored_and_not_what_is_drawn(void **state) {
  (void)state;
  sow_plan_options options = sow_plan_defaults();
  options.cast = SOW_BFLOAT16;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), &options),
           *plain = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  assert_int_equal(sow_plan_draws(plan), sow_plan_draws(plain));
  sow_plan_entry weight = entry_of(plan, "conv.weight"), counter = entry_of(plan, "norm.num_batches_tracked");
  assert_int_equal(weight.dtype, SOW_BFLOAT16);
  assert_int_equal(weight.drawn, SOW_FLOAT32);
  assert_int_equal(weight.bytes, weight.count * 2);
  assert_int_equal(counter.dtype, SOW_INT64);
  assert_int_equal(counter.drawn, SOW_INT64);
  sow_plan_free(plan);
  sow_plan_free(plain);
}

static void assert_within_bounds(const sow_plan *plan) {
  sow_plan_entry entry;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++) {
    if (entry.dtype == SOW_INT64)
      continue;
    size_t count = (size_t)entry.count;
    void *stored = malloc((size_t)entry.bytes + 1);
    double *values = malloc((count + 1) * sizeof *values);
    assert_int_equal(sow_plan_run(plan, i, 0, count, 0, stored, NULL), SOW_OK);
    sow__convert(entry.dtype, stored, SOW_FLOAT64, values, count);
    for (size_t k = 0; k < count; k++)
      if (!(values[k] >= entry.values.low && values[k] <= entry.values.high))
        fail_msg("%s, drawn in %s, stored in %s: %.17g is not in [%.17g, %.17g]", entry.name,
                 sow_dtype_name(entry.drawn), sow_dtype_name(entry.dtype), values[k], entry.values.low,
                 entry.values.high);
    free(stored);
    free(values);
  }
}

static void no_stored_value_leaves_its_bounds(void **state) {
  (void)state;
  for (int edition = 0; edition < SOW_EDITION_COUNT; edition++)
    for (int drawn = SOW_FLOAT64; drawn < SOW_DTYPE_COUNT; drawn++)
      for (int stored = SOW_FLOAT64; stored < SOW_DTYPE_COUNT; stored++) {
        if (!sow_dtype_is_float((sow_dtype)drawn) || !sow_dtype_is_float((sow_dtype)stored))
          continue;
        sow_plan_options options = sow_plan_defaults();
        options.edition = (sow_edition)edition;
        options.dtype = (sow_dtype)drawn;
        options.cast = (sow_dtype)stored;
        sow_plan *plan = planned(sample_model(options.edition, options.dtype), &options);
        assert_within_bounds(plan);
        sow_plan_free(plan);
      }
}

static void padding_idx_zeroes_its_row_after_the_draw(void **state) {
  (void)state;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  size_t index;
  assert_true(sow_plan_find(plan, "embed.weight", &index));
  assert_string_equal(line_of(plan, "embed.weight"), "normal_(mean=0.0, std=1.0); [35] zero_()");
  float values[37 * 9];
  assert_int_equal(sow_plan_run(plan, index, 0, 37 * 9, 0, values, NULL), SOW_OK);
  for (int i = 0; i < 37 * 9; i++)
    assert_int_equal(values[i] == 0.0f, i / 9 == 35);
  sow_plan_free(plan);
}

/* ---- errors ---- */

static void uncovered_tensors_are_named_and_counted(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g"};
  const int64_t shape[] = {2};
  for (int i = 0; i < 7; i++)
    sow_module_add_parameter(net, names[i], 1, shape);
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  assert_int_equal(sow_plan_new(net, NULL, &plan, &error), SOW_UNCOVERED);
  assert_string_equal(error.message,
                      "nothing initialises 7 tensors: a, b, c, d, e and 2 more; a rule does, as "
                      "'named_parameters:' with the line 'a = zeros_()'");
  assert_null(plan);
  assert_int_equal(sow_plan_new(net, NULL, &plan, NULL), SOW_UNCOVERED);
  sow_module_free(net);
}

static void an_error_names_the_tensor_and_the_rule(void **state) {
  (void)state;
  sow_module *net = two_layers();
  sow_module_set_as(sow_module_find(net, "fc1"), "bias", sow_xavier_normal(1.0), "weights_init.rules:4");
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  assert_int_equal(sow_plan_new(net, NULL, &plan, &error), SOW_SHAPE);
  assert_non_null(strstr(error.message, "fc1.bias (weights_init.rules:4): "));
  assert_null(plan);
  sow_module_free(net);
}

static void a_failure_of_the_tree_is_the_plans(void **state) {
  (void)state;
  sow_module *net = two_layers();
  sow_module_set(net, "no_such", sow_zeros());
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  assert_int_not_equal(sow_plan_new(net, NULL, &plan, &error), SOW_OK);
  assert_non_null(strstr(error.message, "no_such"));
  assert_int_equal(sow_plan_new(NULL, NULL, &plan, &error), SOW_NO_MEMORY);
  sow_module_free(net);
}

static void unusable_options_are_refused(void **state) {
  (void)state;
  sow_module *net = two_layers();
  sow_plan *plan = NULL;
  sow_plan_options options = sow_plan_defaults();
  options.dtype = SOW_INT64;
  assert_int_equal(sow_plan_new(net, &options, &plan, NULL), SOW_DTYPE);
  options = sow_plan_defaults();
  options.cast = SOW_DTYPE_COUNT;
  assert_int_equal(sow_plan_new(net, &options, &plan, NULL), SOW_DTYPE);
  options = sow_plan_defaults();
  options.edition = SOW_EDITION_COUNT;
  assert_int_equal(sow_plan_new(net, &options, &plan, NULL), SOW_INVALID_ARGUMENT);
  assert_null(plan);
  sow_module_free(net);
}

static void a_model_of_more_than_63_bits_is_refused(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  const int64_t shape[] = {(int64_t)1 << 40, (int64_t)1 << 19};
  static const char *const names[] = {"a", "b", "c", "d", "e"};
  for (int i = 0; i < 5; i++)
    sample_add(net, names[i], 2, shape, sow_zeros());
  sow_plan *plan = NULL;
  sow_plan_options options = sow_plan_defaults();
  options.dtype = options.cast = SOW_FLOAT64;
  assert_int_equal(sow_plan_new(net, &options, &plan, NULL), SOW_OVERFLOW);
  sow_module_free(net);
}

static void a_conv_bias_without_fan_is_uninitialised_before_2_12(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  const int64_t kernel[] = {3, 3};
  sow_conv2d(net, "conv", 0, 4, kernel, 1, true);
  sow_linear(net, "fc", 2, 2, false);
  sow_plan_options options = sow_plan_defaults();
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  options.edition = SOW_TORCH_2_1;
  assert_int_equal(sow_plan_new(net, &options, &plan, &error), SOW_UNCOVERED);
  assert_non_null(strstr(error.message, "conv.bias (default Conv2d): "));
  sow_module_set(sow_module_find(net, "conv"), "bias", sow_ones());
  assert_int_equal(sow_plan_new(net, &options, &plan, &error), SOW_OK);
  assert_int_equal(entry_of(plan, "fc.weight").position, 0);
  sow_plan_free(plan);
  plan = planned(net, NULL);
  assert_int_equal(entry_of(plan, "fc.weight").position, 4);
  sow_plan_free(plan);
}

static void keep_warning(void *context, const sow_error *warning) {
  strcpy(context, warning->message);
}

static void a_warning_names_the_tensor_and_the_rule(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  const int64_t shape[] = {0, 3};
  sow_module_add_parameter(net, "w", 2, shape);
  sow_module_set_as(net, "w", sow_kaiming_uniform(0.0, SOW_FAN_IN, SOW_RELU), "line 9");
  char text[SOW_MESSAGE_SIZE] = "";
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = keep_warning;
  error.warning_context = text;
  sow_plan *plan = NULL;
  assert_int_equal(sow_plan_new(net, NULL, &plan, &error), SOW_OK);
  assert_non_null(strstr(text, "w (line 9): "));
  sow_plan_free(plan);
  sow_module_free(net);
}

static void a_range_outside_the_entry_is_refused(void **state) {
  (void)state;
  sow_plan *plan = planned(two_layers(), NULL);
  float out[12];
  assert_int_equal(sow_plan_run(plan, 0, 0, 13, 0, out, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_plan_run(plan, 0, 5, 4, 0, out, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_plan_run(plan, 3, 0, 0, 0, out, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_plan_run(plan, 0, 12, 12, 0, out, NULL), SOW_OK);
  sow_plan_entry entry;
  size_t index;
  assert_false(sow_plan_get(plan, 3, &entry));
  assert_false(sow_plan_find(plan, "fc1", &index));
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(draws_that_are_overwritten_still_move_the_stream),
      cmocka_unit_test(float64_takes_two_words_for_a_uniform),
      cmocka_unit_test(offsets_follow_dtype_and_then_name),
      cmocka_unit_test(a_tie_is_stored_once_under_its_first_name),
      cmocka_unit_test(a_tie_is_seen_past_a_copy),
      cmocka_unit_test(copies_have_one_fill_and_two_places_in_the_file),
      cmocka_unit_test(a_cast_changes_what_is_stored_and_not_what_is_drawn),
      cmocka_unit_test(no_stored_value_leaves_its_bounds),
      cmocka_unit_test(padding_idx_zeroes_its_row_after_the_draw),
      cmocka_unit_test(uncovered_tensors_are_named_and_counted),
      cmocka_unit_test(an_error_names_the_tensor_and_the_rule),
      cmocka_unit_test(a_failure_of_the_tree_is_the_plans),
      cmocka_unit_test(unusable_options_are_refused),
      cmocka_unit_test(a_model_of_more_than_63_bits_is_refused),
      cmocka_unit_test(a_conv_bias_without_fan_is_uninitialised_before_2_12),
      cmocka_unit_test(a_warning_names_the_tensor_and_the_rule),
      cmocka_unit_test(a_range_outside_the_entry_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

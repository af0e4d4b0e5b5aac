/* The tree: registration, failures, sharing, copying, ties, limits. */
#include "layer_checks.h"

#include <stdio.h>

#include "module/build.h"
#include "module/layer_table.h"

static const sow__tensor *tensor_of(sow_module *root, const char *path, const char *parameter) {
  return sow__parameter_find(sow_module_find(root, path), parameter)->tensor;
}

/* ---- life cycle and failure ---- */

static void a_class_name_is_an_identifier(void **state) {
  (void)state;
  assert_null(sow_module_new("My Net"));
  assert_null(sow_module_new(""));
  assert_null(sow_module_new("N\xc3")); /* no UTF-8 */
  sow_module *root = net();
  assert_string_equal(sow_module_class(root), "Net");
  assert_non_null(sow_child(root, "b",
                            "\xc3\x91"
                            "et")); /* Ñet */
  assert_null(sow_child(root, "a", "1d"));
  refused(root, SOW_INVALID_ARGUMENT, "a: '1d' is no name of a class");
}

static void only_a_root_can_be_freed(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *child = sow_child(root, "a", "Sequential");
  sow_module_free(child);
  sow_module_free(NULL);
  assert_string_equal(sow_module_class(child), "Sequential");
  sow_module_free(root);
}

static void null_does_nothing(void **state) {
  (void)state;
  assert_null(sow_child(NULL, "a", "ReLU"));
  assert_null(sow_linear(NULL, "a", 1, 1, true));
  assert_null(sow_transformer(NULL, "a", 4, 1, 1, 4, false));
  assert_null(sow_module_copy(NULL, "a", NULL));
  assert_null(sow_module_find(NULL, "a"));
  assert_false(sow_module_has(NULL, "weight"));
  assert_int_equal(sow_module_parameter_count(NULL), 0);
  assert_string_equal(sow_module_class(NULL), "");
  sow_module_share(NULL, "a", NULL);
  sow_module_register_last(NULL, "a");
  sow_module_add_parameter(NULL, "a", 0, NULL);
  sow_module_add_buffer(NULL, "a", SOW_FLOAT32, 0, NULL, sow_zeros());
  sow_module_tie(NULL, "a", NULL, "b");
  sow_module_set(NULL, "a", sow_zeros());
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_module_status(NULL, &error), SOW_NO_MEMORY);
}

static void the_first_failure_stays(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *deep = sow_child(sow_child(root, "block", "Sequential"), "0", "Block");
  assert_null(sow_linear(deep, "fc", -1, 2, true));
  assert_null(sow_linear(root, "other", -7, 2, true));
  assert_null(sow_linear(root, "fine", 7, 2, true));
  refused(root, SOW_INVALID_ARGUMENT, "block.0.fc (Linear): in_features must be at least 0, is -1");
}

static void failures_of_long_paths_show_their_end(void **state) {
  (void)state;
  sow_module *root = net(), *at = root;
  for (int i = 0; i < 40; i++)
    at = sow_child(at, "transformer", "Block");
  sow_linear(at, "last", -1, 1, true);
  refused(root, SOW_INVALID_ARGUMENT, "transformer.transformer.last (Linear): in_features");
}

/* ---- names ---- */

static void names_are_checked(void **state) {
  (void)state;
  static const char *const bad[] = {"", "a.b", "a\nb", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82"};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    sow_module *root = net();
    assert_null(sow_child(root, bad[i], "ReLU"));
    refused(root, SOW_INVALID_ARGUMENT, "the name of a member");
  }
  sow_module *root = net();
  assert_non_null(sow_child(root, "sch\xc3\xb6n \xf0\x9f\x8c\xb1", "ReLU"));
  sow_module_free(root);
}

static void a_name_is_given_once(void **state) {
  (void)state;
  sow_module *root = net();
  sow_child(root, "a", "ReLU");
  assert_null(sow_child(root, "a", "ReLU"));
  refused(root, SOW_DUPLICATE_NAME, "a: there is a member");
  root = net();
  sow_module_add_parameter(root, "a", 0, NULL);
  assert_null(sow_child(root, "a", "ReLU"));
  refused(root, SOW_DUPLICATE_NAME, "a: there is a member");
  root = net();
  sow_linear(root, "fc", 1, 1, true);
  sow_module_add_buffer(sow_module_find(root, "fc"), "weight", SOW_FLOAT32, 0, NULL, sow_zeros());
  refused(root, SOW_DUPLICATE_NAME, "fc.weight: there is a member");
}

static void a_long_list_finds_its_names(void **state) {
  (void)state;
  enum { COUNT = 100000 };
  sow_module *root = net();
  sow_module *list = sow_child(root, "list", "ModuleList");
  char path[40];
  for (int i = 0; i < COUNT; i++) {
    snprintf(path, sizeof(path), "%d", i);
    assert_non_null(sow_linear(list, path, 1, 1, true));
  }
  for (int i = 0; i < COUNT; i += 997) {
    snprintf(path, sizeof(path), "list.%d", i);
    assert_string_equal(sow_module_class(sow_module_find(root, path)), "Linear");
  }
  assert_null(sow_module_find(root, "list.100000"));
  sow_module *first = sow_module_find(root, "list.0");
  sow_module_register_last(list, "0");
  assert_ptr_equal(sow_module_find(root, "list.0"), first);
  assert_ptr_equal(list->children[COUNT - 1].module, first);
  assert_null(sow_linear(list, "4711", 1, 1, true));
  refused(root, SOW_DUPLICATE_NAME, "list.4711: there is a member");
}

/* ---- parameters and buffers ---- */

static void own_parameters_wait_for_an_initialiser(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module_add_parameter(root, "pos", 2, (int64_t[]){4, 2});
  sow_module_add_buffer(root, "scale", SOW_FLOAT64, 1, (int64_t[]){3}, sow_constant(2.0));
  sow_parameter parameter;
  assert_true(sow_module_parameter(root, 0, &parameter));
  assert_string_equal(parameter.name, "pos");
  assert_int_equal(parameter.ndim, 2);
  assert_int_equal(parameter.shape[0], 4);
  assert_false(parameter.initialized);
  sow_module_set_as(root, "pos", sow_normal(0.0, 0.02), "here:1");
  assert_true(sow_module_parameter(root, 0, &parameter));
  assert_true(parameter.initialized);
  assert_false(sow_module_parameter(root, 1, &parameter));
  assert_string_equal(event_at(root, 1)->rule, "here:1");
  assert_keys(root, "pos [4, 2]\nscale [3]float64\n");
  assert_events(root, "scale constant_(val=2.0) [3]\npos normal_(mean=0.0, std=0.02) [4, 2]\n");
  sow_module_free(root);
}

static void none_is_no_parameter_until_it_is_added(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *fc = sow_linear(root, "fc", 2, 3, false);
  assert_true(sow_module_has(fc, "weight"));
  assert_false(sow_module_has(fc, "bias"));
  assert_false(sow_module_has(fc, "in_features"));
  assert_int_equal(sow_module_parameter_count(fc), 1);
  sow_module_add_parameter(fc, "bias", 1, (int64_t[]){3});
  assert_true(sow_module_has(fc, "bias"));
  assert_int_equal(sow_module_parameter_count(fc), 2);
  sow_module_free(root);

  const sow_attention_options options = {.size = sizeof options, .kdim = 2, .no_bias = true};
  root = net();
  sow_module *attention = sow_multihead_attention(root, "a", 4, &options);
  sow_module_add_parameter(attention, "last", 0, NULL);
  sow_parameter parameter;
  assert_int_equal(sow_module_parameter_count(attention), 4);
  assert_true(sow_module_parameter(attention, 3, &parameter));
  assert_string_equal(parameter.name, "last");
  sow_module_free(root);
}

static void setting_what_is_not_there_fails(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module_set(sow_linear(root, "fc", 1, 1, false), "bias", sow_zeros());
  refused(root, SOW_UNKNOWN_NAME, "fc (Linear): its parameter 'bias' is None");
  root = net();
  sow_module_set(sow_linear(root, "fc", 1, 1, true), "wieght", sow_zeros());
  refused(root, SOW_UNKNOWN_NAME, "fc (Linear): no parameter 'wieght', did you mean 'weight'?");
}

static void the_macro_names_file_and_line(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *fc = sow_linear(root, "fc", 1, 1, false);
  const int line = __LINE__ + 1;
  sow_module_set(fc, "weight", sow_ones());
  char end[40];
  snprintf(end, sizeof(end), "test_module.c:%d", line);
  assert_non_null(strstr(event_at(root, 1)->rule, end));
  sow_module_free(root);
}

static void shapes_are_checked(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module_add_parameter(root, "p", 2, (int64_t[]){3, -1});
  refused(root, SOW_INVALID_ARGUMENT, "p: ");
  root = net();
  sow_module_add_parameter(root, "p", 2, (int64_t[]){INT64_MAX, 2});
  refused(root, SOW_OVERFLOW, "p: ");
  root = net();
  sow_module_add_parameter(root, "p", SOW_MAX_DIMS + 1, NULL);
  refused(root, SOW_INVALID_ARGUMENT, "p: ");
}

/* ---- ties, shares, copies, late registration ---- */

static void a_tie_is_one_tensor(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *embedding = sow_embedding(root, "e", 5, 3, SOW_NO_PADDING);
  sow_module *head = sow_linear(root, "head", 3, 5, false);
  sow_module_tie(head, "weight", embedding, "weight");
  assert_built(root);
  assert_ptr_equal(tensor_of(root, "head", "weight"), tensor_of(root, "e", "weight"));
  /* Both were drawn before. */
  assert_int_equal(event_count(root), 2);
  sow_module_free(root);
}

static void a_tie_needs_equal_shapes(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *embedding = sow_embedding(root, "e", 5, 3, SOW_NO_PADDING);
  sow_module_tie(sow_linear(root, "head", 5, 3, false), "weight", embedding, "weight");
  refused(root, SOW_INVALID_ARGUMENT, "head.weight: its shape [3, 5] differs from [5, 3] of e.weight");
  root = net();
  sow_module *fc = sow_linear(root, "fc", 5, 3, false);
  sow_module_tie(fc, "weight", fc, "bias");
  refused(root, SOW_UNKNOWN_NAME, "fc (Linear): no parameter 'bias' to tie");
}

static void trees_do_not_mix(void **state) {
  (void)state;
  sow_module *other = net();
  sow_module *stranger = sow_linear(other, "fc", 1, 1, true);
  sow_module *root = net();
  sow_module_share(root, "a", stranger);
  refused(root, SOW_INVALID_ARGUMENT, "a: the module to share is not in this tree");
  root = net();
  sow_module_copy(root, "a", stranger);
  refused(root, SOW_INVALID_ARGUMENT, "a: the module to copy is not in this tree");
  root = net();
  sow_module_tie(sow_linear(root, "fc", 1, 1, true), "weight", stranger, "weight");
  refused(root, SOW_INVALID_ARGUMENT, "fc.weight: the module to tie with is not in this tree");
  assert_built(other);
  sow_module_free(other);
}

static void a_module_cannot_contain_itself(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *a = sow_child(root, "a", "A");
  sow_module *b = sow_child(sow_child(a, "x", "X"), "b", "B");
  sow_module_share(b, "again", a);
  refused(root, SOW_INVALID_ARGUMENT, "it would contain itself");
  root = net();
  sow_module_share(root, "self", root);
  refused(root, SOW_INVALID_ARGUMENT, "it would contain itself");
}

static void a_copy_holds_what_the_original_holds_now(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *fc = sow_linear(root, "a", 2, 2, true);
  sow_module_copy(root, "b", fc);
  sow_module_set_as(fc, "weight", sow_ones(), "later");
  assert_int_equal(event_count(root), 3);
  assert_int_equal(event_of_tensor(root, tensor_of(root, "b", "weight")), 0);
  assert_int_equal(event_of_tensor(root, tensor_of(root, "a", "weight")), 2);
  assert_int_equal(event_of_tensor(root, tensor_of(root, "b", "bias")),
                   event_of_tensor(root, tensor_of(root, "a", "bias")));
  sow_module_set_as(sow_module_find(root, "b"), "bias", sow_ones(), "later");
  assert_string_equal(event_at(root, 3)->subject, "b.bias");
  assert_int_equal(event_of_tensor(root, tensor_of(root, "a", "bias")), 1);
  sow_module_free(root);
}

static void a_copy_keeps_the_sharing_inside(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *block = sow_child(root, "block", "Block");
  sow_module *fc = sow_linear(block, "fc", 2, 2, true);
  sow_module_share(block, "same", fc);
  sow_module_tie(sow_linear(block, "tied", 2, 2, true), "weight", fc, "weight");
  sow_module_copy(root, "copy", block);
  /* Even of a copy, and into its own inside. */
  sow_module_copy(sow_module_find(root, "copy"), "inner", sow_module_find(root, "copy"));
  assert_built(root);
  static const char *const blocks[] = {"copy", "copy.inner"};
  for (size_t i = 0; i < 2; i++) {
    sow_module *copy = sow_module_find(root, blocks[i]);
    assert_true(sow_module_find(copy, "fc") != fc);
    assert_ptr_equal(sow_module_find(copy, "same"), sow_module_find(copy, "fc"));
    assert_ptr_equal(tensor_of(copy, "tied", "weight"), tensor_of(copy, "fc", "weight"));
    assert_true(tensor_of(copy, "fc", "weight") != tensor_of(root, "block.fc", "weight"));
  }
  sow_module_free(root);
}

static void trap_50_registration_order_is_not_construction_order(void **state) {
  (void)state;
  sow_module *root = net();
  sow_linear(root, "down", 2, 2, false);
  sow_linear(root, "a", 2, 2, false);
  sow_module_register_last(root, "down");
  assert_keys(root, "a.weight [2, 2]\ndown.weight [2, 2]\n");
  assert_string_equal(event_at(root, 0)->subject, "down.weight");
  sow_module_register_last(root, "nothing");
  refused(root, SOW_UNKNOWN_NAME, "Net: no child 'nothing'");
}

static void nesting_has_a_limit(void **state) {
  (void)state;
  sow_module *root = net(), *at = root;
  for (int i = 0; i < SOW__DEPTH_LIMIT + 5; i++)
    at = sow_child(at, "x", "X");
  refused(root, SOW_LIMIT, "nested deeper than 2000");
  root = net(), at = root;
  for (int i = 0; i < SOW__DEPTH_LIMIT / 2 + 5; i++)
    at = sow_child(at, "x", "X");
  sow_module *side = sow_child(root, "y", "Y"), *low = side;
  for (int i = 0; i < SOW__DEPTH_LIMIT / 2; i++)
    low = sow_child(low, "y", "Y");
  assert_built(root);
  sow_module_share(at, "y", side);
  refused(root, SOW_LIMIT, "nested deeper than 2000");
}

/* ---- looking ---- */

static void paths_are_followed_exactly(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *relu = sow_child(sow_child(root, "a", "Sequential"), "10", "ReLU");
  assert_ptr_equal(sow_module_find(root, ""), root);
  assert_ptr_equal(sow_module_find(root, "a.10"), relu);
  static const char *const none[] = {"a.1", "a.100", "a.", ".a", "a..10", "b", "a.10.x"};
  for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
    assert_null(sow_module_find(root, none[i]));
  sow_module_free(root);
}

static void the_table_of_classes_is_sorted_and_found(void **state) {
  (void)state;
  for (size_t i = 0; i < sow__layer_row_count; i++) {
    if (i > 0)
      assert_true(strcmp(sow__layer_rows[i - 1].name, sow__layer_rows[i].name) < 0);
    assert_ptr_equal(sow__layer_find(sow__layer_rows[i].name), &sow__layer_rows[i]);
  }
  assert_null(sow__layer_find("Linera"));
  bool has = false;
  assert_string_equal(sow_layer_name(0, &has), "AdaptiveAvgPool1d");
  assert_false(has);
  assert_null(sow_layer_name(sow__layer_row_count, &has));
  assert_true(sow__layer_has_parameters(sow__layer_find("Conv3d")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_class_name_is_an_identifier),
      cmocka_unit_test(only_a_root_can_be_freed),
      cmocka_unit_test(null_does_nothing),
      cmocka_unit_test(the_first_failure_stays),
      cmocka_unit_test(failures_of_long_paths_show_their_end),
      cmocka_unit_test(names_are_checked),
      cmocka_unit_test(a_name_is_given_once),
      cmocka_unit_test(a_long_list_finds_its_names),
      cmocka_unit_test(own_parameters_wait_for_an_initialiser),
      cmocka_unit_test(none_is_no_parameter_until_it_is_added),
      cmocka_unit_test(setting_what_is_not_there_fails),
      cmocka_unit_test(the_macro_names_file_and_line),
      cmocka_unit_test(shapes_are_checked),
      cmocka_unit_test(a_tie_is_one_tensor),
      cmocka_unit_test(a_tie_needs_equal_shapes),
      cmocka_unit_test(trees_do_not_mix),
      cmocka_unit_test(a_module_cannot_contain_itself),
      cmocka_unit_test(a_copy_holds_what_the_original_holds_now),
      cmocka_unit_test(a_copy_keeps_the_sharing_inside),
      cmocka_unit_test(trap_50_registration_order_is_not_construction_order),
      cmocka_unit_test(nesting_has_a_limit),
      cmocka_unit_test(paths_are_followed_exactly),
      cmocka_unit_test(the_table_of_classes_is_sorted_and_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

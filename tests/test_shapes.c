/* Models without a print: lists of shapes, and checkpoints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "refusals.h"
#include "sow/sow.h"
#include "unit.h"

#include "document.h"

static sow_module *parsed(const char *text, sow_dtype *dtype) {
  sow_error error = SOW_ERROR_NONE;
  sow_module *module = NULL;
  if (sow_module_parse_shapes(text, strlen(text), "list", &module, dtype, &error) != SOW_OK)
    fail_msg("%s", error.message);
  return module;
}

static sow_plan *planned(sow_module *module, const char *rules_text, sow_dtype dtype) {
  sow_error error = SOW_ERROR_NONE;
  sow_rules *rules = NULL;
  sow_plan *plan = NULL;
  sow_plan_options options = sow_plan_defaults();
  options.dtype = options.cast = dtype;
  if (sow_rules_parse(rules_text, strlen(rules_text), "rules", &rules, &error) != SOW_OK ||
      sow_module_apply_rules(module, rules, false, &error) != SOW_OK ||
      sow_plan_new(module, &options, &plan, &error) != SOW_OK)
    fail_msg("%s", error.message);
  sow_rules_free(rules);
  return plan;
}

static char *shapes_of(const sow_plan *plan) {
  char *text = NULL;
  assert_int_equal(sow_plan_print(plan, SOW_PLAN_SHAPES, &text, NULL, NULL), SOW_OK);
  return text;
}

static void tensors_keep_the_order_of_the_list(void **state) {
  (void)state;
  static const char list[] =
      "\n# a comment\n  z.w bf16 [2, 3]  # more\r\n\ta.count torch.int64 []\nz float32 [ 4 ]\n"
      "a.b.w bfloat16 [0,2]";
  sow_dtype dtype = SOW_DTYPE_COUNT;
  sow_module *module = parsed(list, &dtype);
  assert_int_equal(dtype, SOW_BFLOAT16);
  sow_plan *plan = planned(module, "named_parameters:\n  *count = constant_(3)\n  * = normal_()\n", dtype);
  char *text = shapes_of(plan);
  assert_string_equal(text, "z.w bfloat16 [2, 3]\na.count int64 []\nz float32 [4]\na.b.w bfloat16 [0, 2]\n");
  sow_plan_entry entry;
  assert_true(sow_plan_get(plan, 2, &entry));
  assert_true(entry.position > 0);
  /* The list that a plan prints is the same model. */
  sow_module *again = parsed(text, &dtype);
  sow_plan *second = planned(again, "named_parameters:\n  *count = constant_(3)\n  * = normal_()\n", dtype);
  char *same = shapes_of(second);
  assert_string_equal(same, text);
  assert_int_equal(sow_plan_draws(plan), sow_plan_draws(second));
  free(same);
  free(text);
  sow_plan_free(second);
  sow_plan_free(plan);
  sow_module_free(again);
  sow_module_free(module);
}

static void a_plan_in_another_type_changes_the_models_own_only(void **state) {
  (void)state;
  sow_dtype dtype;
  sow_module *module = parsed("a f16 [1]\nb f64 [1]\nc f16 [1]", &dtype);
  assert_int_equal(dtype, SOW_FLOAT16);
  sow_plan *plan = planned(module, "named_parameters:\n  * = ones_()\n", SOW_FLOAT32);
  char *text = shapes_of(plan);
  assert_string_equal(text, "a float32 [1]\nb float64 [1]\nc float32 [1]\n");
  free(text);
  sow_plan_free(plan);
  sow_module_free(module);
}

static void ties_are_comments(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module *a = sow_linear(net, "a", 2, 2, false), *b = sow_linear(net, "b", 2, 2, false);
  sow_module_tie(b, "weight", a, "weight");
  sow_plan *plan = NULL;
  assert_int_equal(sow_plan_new(net, NULL, &plan, NULL), SOW_OK);
  char *text = shapes_of(plan);
  assert_string_equal(text, "a.weight float32 [2, 2]\n# b.weight float32 [2, 2] tied to a.weight\n");
  free(text);
  sow_plan_free(plan);
  sow_module_free(net);
}

static void what_is_uncovered_is_named(void **state) {
  (void)state;
  sow_dtype dtype;
  sow_module *module = parsed("a.w f32 [2]\n", &dtype);
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_plan_new(module, NULL, &plan, &error), SOW_UNCOVERED);
  assert_non_null(strstr(error.message, "a.w"));
  sow_module_free(module);
}

static void what_is_no_list_is_refused_at_its_place(void **state) {
  (void)state;
  static const refusal lists[] = {
      {"a f32 [1]\nb", SOW_SYNTAX, 2, 2, "expected a dtype"},
      {"a", SOW_SYNTAX, 1, 2, "expected a dtype"},
      {"a f33 [1]", SOW_UNKNOWN_NAME, 1, 3, "of type 'f33'"},
      {"a float8_e4m3fn_and_something_long [1]", SOW_UNKNOWN_NAME, 1, 3, "float8_e4m3fn"},
      {"a f32", SOW_SYNTAX, 1, 6, "expected '['"},
      {"a f32 1", SOW_SYNTAX, 1, 7, "expected '['"},
      {"a f32 [1", SOW_SYNTAX, 1, 9, "expected ',' or ']'"},
      {"a f32 [1 2]", SOW_SYNTAX, 1, 10, "expected ',' or ']'"},
      {"a f32 [-1]", SOW_SYNTAX, 1, 8, "expected a size"},
      {"a f32 [,]", SOW_SYNTAX, 1, 8, "expected a size"},
      {"a f32 [1] b", SOW_SYNTAX, 1, 11, "end of the line"},
      {"a f32 [9223372036854775808]", SOW_OVERFLOW, 1, 8, "63 bits"},
      {"a f32 [4294967296, 4294967296]", SOW_OVERFLOW, 1, 1, "63 bits"},
      {"a f32 [4294967296, 4294967296, 0]", SOW_OVERFLOW, 1, 1,
       "63 bits"}, /* refused by torch and safetensors */
      {"a f32 [1]\na f32 [1]\n", SOW_DUPLICATE_NAME, 2, 1, "'a'"},
      {"('a', torch.Size([1])) b", SOW_SYNTAX, 1, 24, "end of the line"},
      {"('a, torch.Size([1]))", SOW_SYNTAX, 1, 2, "quote is not closed"},
      {"('a b', torch.Size([1]))", SOW_SYNTAX, 1, 3, "blank"},
      {"('#', torch.Size([1]))", SOW_SYNTAX, 1, 3, "'#'"},
      {"('', torch.Size([1]))", SOW_SYNTAX, 1, 3, "expected a name"},
      {"[rank0]:a.w torch.Size([1])", SOW_SYNTAX, 1, 1, "the log put before"},
      {"a torch.Size([1)", SOW_SYNTAX, 1, 16, "expected ',' or '])'"},
      {"a torch.Size(1)", SOW_UNKNOWN_NAME, 1, 3, "of type"},
      {"a f32 [1]\nPretrainedInit: load it", SOW_UNKNOWN_NAME, 2, 17, "of type 'load'"},
      {"a\xFF f32 [1]", SOW_INVALID_ARGUMENT, 1, 1, "UTF-8"},
      {"a\x01 f32 [1]", SOW_INVALID_ARGUMENT, 1, 1, "control"},
  };
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    sow_error error = SOW_ERROR_NONE;
    sow_module *module = NULL;
    sow_dtype dtype;
    sow_status status =
        sow_module_parse_shapes(lists[i].text, strlen(lists[i].text), "list", &module, &dtype, &error);
    assert_refusal(&lists[i], status, &error);
    assert_null(module);
  }
  sow_module *module = NULL;
  sow_dtype dtype;
  assert_int_equal(sow_module_parse_shapes("a\0 f32 [1]", 10, NULL, &module, &dtype, NULL), SOW_SYNTAX);
}

static void lists_are_told_from_prints(void **state) {
  (void)state;
  static const char *const lists[] = {"a f32 [1]", "# Net(\na.b  int64 []\n", "a f8 [[", "a.b (3, 4)",
                                      "[rank0]:a torch.Size([1])"};
  static const char *const others[] = {"",
                                       "# only",
                                       "Net(\n",
                                       "Linear(in_features=1)",
                                       "Embedding (10, 4)",
                                       "LayerNorm(torch.Size([3]), eps=1e-05)",
                                       "Net:\n Net(\n",
                                       "a f32",
                                       "Net( (a): ParameterList( (0): Parameter containing: [torch.float32"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    assert_true(sow_shapes_recognize(lists[i], strlen(lists[i])));
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_false(sow_shapes_recognize(others[i], strlen(others[i])));
}

/* What loops over named_parameters() and state_dict() print. */
static void lists_of_sizes_are_read_as_people_print_them(void **state) {
  (void)state;
  static const char *const lines[] = {
      "a.w torch.Size([2, 3])",
      "a.w  \t torch.Size([2,3]) ",
      "a.w: torch.Size([2, 3])",
      "a.w : torch.Size([2, 3])",
      "a.w - torch.Size([2, 3]): ",
      "a.w | torch.Size([2, 3])",
      "a.w, torch.Size([2, 3])",
      "('a.w', torch.Size([2, 3]))",
      "(\"a.w\", (2, 3))",
      "a.w (2, 3)",
      "a.w [2, 3]",
      "a.w torch.Size([2, 3]) torch.float32",
      "a.w torch.float32 torch.Size([2, 3])",
      "a.w: torch.Size([2, 3]) True",
      "a.w torch.Size([2, 3]) torch.float32 cuda:0 False # trained",
      "named_parameters:\na.w torch.Size([2, 3])\n-----\nTotal params: 6\n```",
      "\xEF\xBB\xBF"
      "a.w torch.Size([2, 3])",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    sow_dtype dtype = SOW_DTYPE_COUNT;
    assert_true(sow_shapes_recognize(lines[i], strlen(lines[i])));
    sow_module *module = parsed(lines[i], &dtype);
    assert_int_equal(dtype, SOW_FLOAT32);
    sow_plan *plan = planned(module, "named_parameters:\n  a.w = ones_()\n", dtype);
    char *text = shapes_of(plan);
    assert_string_equal(text, "a.w float32 [2, 3]\n");
    free(text);
    sow_plan_free(plan);
    sow_module_free(module);
  }
}

/* No size tells that a norm counts in int64; without that, its checkpoint would not load. */
static void counters_are_integers(void **state) {
  (void)state;
  sow_dtype dtype = SOW_DTYPE_COUNT;
  sow_module *module =
      parsed("bn.num_batches_tracked torch.Size([])\nbn.scale torch.Size([]) bfloat16\nx (3,)", &dtype);
  assert_int_equal(dtype, SOW_BFLOAT16);
  sow_plan *plan = planned(module, "named_parameters:\n  * = zeros_()\n", dtype);
  char *text = shapes_of(plan);
  assert_string_equal(text, "bn.num_batches_tracked int64 []\nbn.scale bfloat16 []\nx bfloat16 [3]\n");
  free(text);
  sow_plan_free(plan);
  sow_module_free(module);
}

static void the_documents_lists_are_lists(void **state) {
  (void)state;
  char *text = read_document("checkpoints.md");
  size_t length, count = 0;
  for (char *block = text; (block = next_example(block, "shapes", &length)) != NULL;
       block += length, count++) {
    sow_module *module = NULL;
    sow_dtype dtype;
    assert_true(sow_shapes_recognize(block, length));
    assert_int_equal(sow_module_parse_shapes(block, length, NULL, &module, &dtype, NULL), SOW_OK);
    sow_module_free(module);
  }
  assert_int_equal(count, 2);
  free(text);
}

static void a_checkpoint_is_the_model_of_its_header(void **state) {
  (void)state;
  sow_archive *archive = NULL;
  assert_int_equal(sow_archive_open(SOW_TEST_DATA "/constant.safetensors", &archive, NULL), SOW_OK);
  sow_module *module = NULL;
  sow_dtype dtype;
  assert_int_equal(sow_archive_module(archive, &module, &dtype, NULL), SOW_OK);
  assert_int_equal(dtype, SOW_FLOAT64);
  sow_plan *plan = planned(module, "named_parameters:\n  * = zeros_()\n", dtype);
  assert_int_equal(sow_plan_count(plan), sow_archive_count(archive));
  for (size_t i = 0; i < sow_plan_count(plan); i++) {
    sow_archive_entry stored;
    sow_plan_entry entry;
    sow_archive_get(archive, i, &stored);
    sow_plan_get(plan, i, &entry);
    assert_string_equal(stored.name, entry.name);
    assert_int_equal(stored.dtype, entry.dtype);
    assert_int_equal(stored.bytes, entry.bytes);
  }
  sow_plan_free(plan);
  sow_module_free(module);
  sow_archive_free(archive);
}

/* Of some the strides or the product of the other sizes leave 63 bits. */
static void empty_tensors_may_have_large_sizes(void **state) {
  (void)state;
  static const char text[] = "a float32 [1099511627776, 0, 1099511627776]\n"
                             "b float32 [0, 4611686018427387904, 4611686018427387904]\n"
                             "c float32 [9223372036854775807, 0]\n";
  static const char *const rules[] = {
      "named_parameters:\n  * = normal_() if numel == 0 and dim > 1\n",
      "python:\n  def f(model):\n    for p in model.parameters():\n      p.data.normal_()\n"
      "      p.data[::5, 1:].transpose(0, 1).unsqueeze(0).fill_(p.numel())\n",
  };
  sow_dtype dtype;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    sow_module *module = parsed(text, &dtype);
    sow_plan *plan = planned(module, rules[i], dtype);
    sow_plan_free(plan);
    sow_module_free(module);
  }
  static const refusal of_fans = {"named_parameters:\n  * = normal_(std=1/fan_in)\n", SOW_OVERFLOW, 2, 21,
                                  "'a' is so large that its fans do not fit in 63 bits"};
  sow_module *module = parsed(text, &dtype);
  sow_error error = SOW_ERROR_NONE;
  sow_rules *fans = NULL;
  sow_status status = sow_rules_parse(of_fans.text, strlen(of_fans.text), "rules", &fans, &error);
  assert_int_equal(status, SOW_OK);
  assert_refusal(&of_fans, sow_module_apply_rules(module, fans, false, &error), &error);
  sow_rules_free(fans);
  sow_module_free(module);
}

/* As the keys of a ModuleDict may be; a tie is a comment, and may have any name. */
static void names_that_a_list_cannot_hold_are_refused(void **state) {
  (void)state;
  static const char *const names[] = {"layer 1", "#1", "a#1"};
  for (size_t i = 0; i < 3; i++) {
    sow_module *net = sow_module_new("Net");
    sow_linear(net, names[i], 2, 3, false);
    sow_plan *plan = NULL;
    assert_int_equal(sow_plan_new(net, NULL, &plan, NULL), SOW_OK);
    sow_error error = SOW_ERROR_NONE;
    char *text = NULL;
    sow_status status = sow_plan_print(plan, SOW_PLAN_SHAPES, &text, NULL, &error);
    assert_int_equal(status, i < 2 ? SOW_INVALID_ARGUMENT : SOW_OK);
    assert_true(i < 2 ? text == NULL && strstr(error.message, names[i]) != NULL : text != NULL);
    free(text);
    sow_plan_free(plan);
    sow_module_free(net);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tensors_keep_the_order_of_the_list),
      cmocka_unit_test(a_plan_in_another_type_changes_the_models_own_only),
      cmocka_unit_test(ties_are_comments),
      cmocka_unit_test(what_is_uncovered_is_named),
      cmocka_unit_test(what_is_no_list_is_refused_at_its_place),
      cmocka_unit_test(lists_are_told_from_prints),
      cmocka_unit_test(lists_of_sizes_are_read_as_people_print_them),
      cmocka_unit_test(counters_are_integers),
      cmocka_unit_test(the_documents_lists_are_lists),
      cmocka_unit_test(a_checkpoint_is_the_model_of_its_header),
      cmocka_unit_test(names_that_a_list_cannot_hold_are_refused),
      cmocka_unit_test(empty_tensors_may_have_large_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Structs of options: they grow at their end, and what a library does not know is refused, not left out. */
#include <string.h>

#include "base/sized_options.h"
#include "sample.h"

/* A struct as it was, as it is in the library, and as a later one has it. */
typedef struct older {
  size_t size;
  int64_t threads;
} older;

typedef struct current {
  size_t size;
  int64_t threads, depth;
} current;

typedef struct newer {
  size_t size;
  int64_t threads, depth, added;
} newer;

static sow_status take(current *ours, const void *given, sow_error *error) {
  *ours = (current){.threads = 1, .depth = 7};
  return SOW__OPTIONS_TAKE(current, ours, given, error);
}

static void what_an_older_program_lacks_is_the_default(void **state) {
  (void)state;
  current ours;
  assert_int_equal(take(&ours, &(older){sizeof(older), 3}, NULL), SOW_OK);
  assert_int_equal(ours.size, sizeof ours);
  assert_int_equal(ours.threads, 3);
  assert_int_equal(ours.depth, 7);
  assert_int_equal(take(&ours, NULL, NULL), SOW_OK);
  assert_int_equal(ours.threads, 1);
}

static void what_a_newer_program_leaves_alone_is_nothing(void **state) {
  (void)state;
  current ours;
  assert_int_equal(take(&ours, &(newer){sizeof(newer), 3, 4, 0}, NULL), SOW_OK);
  assert_int_equal(ours.depth, 4);
}

static void what_it_asks_beyond_is_refused(void **state) {
  (void)state;
  current ours;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(take(&ours, &(newer){sizeof(newer), 3, 4, 5}, &error), SOW_INVALID_ARGUMENT);
  assert_string_equal(error.message, "current sets an option that sow " SOW_VERSION
                                     " does not have: the program was built for a newer one");
  assert_int_equal(ours.threads, 1);
}

static void settings_are_given_as_far_as_the_struct_goes(void **state) {
  (void)state;
  current ours = {sizeof ours, 3, 4};
  older less = {.size = sizeof less};
  newer more = {.size = sizeof more, .added = 9};
  assert_int_equal(sow__options_give(&less, &ours, sizeof ours, "current", NULL), SOW_OK);
  assert_int_equal(less.size, sizeof less);
  assert_int_equal(less.threads, 3);
  assert_int_equal(sow__options_give(&more, &ours, sizeof ours, "current", NULL), SOW_OK);
  assert_int_equal(more.size, sizeof more);
  assert_int_equal(more.depth, 4);
  assert_int_equal(more.added, 0);
  less.size = 12; /* ends within an option */
  assert_int_equal(sow__options_give(&less, &ours, sizeof ours, "current", NULL), SOW_INVALID_ARGUMENT);
  less.size = 0;
  assert_int_equal(sow__options_give(&less, &ours, sizeof ours, "current", NULL), SOW_INVALID_ARGUMENT);
}

#define NO_SIZE(name) #name ".size is 0: set it to sizeof(" #name ")"

/* Each public function says so, before it does anything. */
static void a_size_that_was_not_set_is_named(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  const sow_checkpoint_options writing = {.force = true};
  assert_int_equal(sow_checkpoint_write(plan, "never", &writing, &error), SOW_INVALID_ARGUMENT);
  assert_string_equal(error.message, NO_SIZE(sow_checkpoint_options));
  assert_int_equal(sow_checkpoint_write_slice(plan, "never", 0, 2, &writing, NULL, NULL),
                   SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_checkpoint_finish(plan, "never", &writing, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_checkpoint_write_sharded(plan, "never.safetensors", 100, &writing, NULL),
                   SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_file_write("never", "x", 1, &writing, NULL), SOW_INVALID_ARGUMENT);
  sow_plan_options settings = {.seed = 1};
  assert_int_equal(sow_plan_settings(plan, &settings, NULL), SOW_INVALID_ARGUMENT);
  sow_plan_free(plan);

  const sow_parse_options parsing = {.edition = SOW_TORCH_NEWEST};
  sow_module *module = NULL;
  assert_int_equal(
      sow_module_parse("Linear(in_features=2, out_features=2, bias=True)", 48, &parsing, &module, &error),
      SOW_INVALID_ARGUMENT);
  assert_string_equal(error.message, NO_SIZE(sow_parse_options));
  const sow_python_options python = {.source = "w.py"};
  sow_rules *rules = NULL;
  assert_int_equal(sow_rules_parse_python("", 0, &python, &rules, &error), SOW_INVALID_ARGUMENT);
  assert_string_equal(error.message, NO_SIZE(sow_python_options));
  assert_null(module);
  assert_null(rules);
}

/* Constructors cannot say it themselves; the plan of their tree does. */
static void layers_without_it_fail_the_tree(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  sow_module *net = sow_module_new("Net");
  assert_null(sow_lstm(net, "lstm", 4, 4, &(sow_rnn_options){.num_layers = 2}));
  assert_int_equal(sow_plan_new(net, NULL, &plan, &error), SOW_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, NO_SIZE(sow_rnn_options)));
  sow_module_free(net);
  net = sow_module_new("Net");
  assert_null(sow_multihead_attention(net, "attention", 4, &(sow_attention_options){.no_bias = true}));
  assert_int_equal(sow_plan_new(net, NULL, &plan, &error), SOW_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, NO_SIZE(sow_attention_options)));
  assert_int_equal(sow_plan_new(net, &(sow_plan_options){.edition = SOW_TORCH_NEWEST}, &plan, &error),
                   SOW_INVALID_ARGUMENT);
  assert_null(plan);
  sow_module_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_an_older_program_lacks_is_the_default),
      cmocka_unit_test(what_a_newer_program_leaves_alone_is_nothing),
      cmocka_unit_test(what_it_asks_beyond_is_refused),
      cmocka_unit_test(settings_are_given_as_far_as_the_struct_goes),
      cmocka_unit_test(a_size_that_was_not_set_is_named),
      cmocka_unit_test(layers_without_it_fail_the_tree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

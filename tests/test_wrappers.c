/* Wrapped models: the names that torch 2.13 gives to their tensors (tests/data/wrappers). */
#include "parsing.h"

static char *read_wrappers(void) {
  char *text = read_data("wrappers/wrappers.txt");
  assert_non_null(text);
  return text;
}

/* The lines of a section up to the next marker, which is cut off; moves *at behind that. */
static char *section(char **at, const char *marker) {
  char *start = *at, *end = start == NULL ? NULL : strstr(start, marker);
  if (end == NULL) {
    *at = NULL;
    return start;
  }
  *at = strchr(end, '\n') + 1;
  end[0] = 0;
  return start;
}

typedef struct wrapped {
  char *name, *print, *keys, *parameters;
} wrapped;

static bool next_wrapped(char **at, wrapped *one) {
  if (*at == NULL || **at == 0)
    return false;
  char *whole = *at + strlen("=== ");
  section(&whole, "\n");
  one->name = *at + strlen("=== ");
  one->print = section(&whole, "--- state_dict");
  one->keys = section(&whole, "--- named_parameters");
  if (whole == NULL)
    return false;
  char *next = strstr(whole, "=== ");
  if (next != NULL)
    next[-1] = 0;
  one->parameters = whole;
  *at = next;
  return true;
}

static sow_plan *plan_of(const sow_module *module, const char *name) {
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_plan_new(module, NULL, &plan, &error) != SOW_OK)
    fail_msg("%s: %s", name, error.message);
  return plan;
}

/* The module as its recording has it; `module` is freed. */
static sow_module *recorded_again(sow_module *module, const char *name) {
  sow_module *again = NULL;
  sow_error error = SOW_ERROR_NONE;
  char *text;
  size_t length;
  assert_int_equal(sow_module_print_recording(module, NULL, &text, &length, NULL), SOW_OK);
  if (sow_module_parse_recording(text, length, NULL, &again, NULL, &error) != SOW_OK)
    fail_msg("%s: %s", name, error.message);
  free(text);
  sow_module_free(module);
  return again;
}

static void check_keys(const sow_module *module, const wrapped *one) {
  sow_plan *plan = plan_of(module, one->name);
  char *shapes = NULL;
  assert_int_equal(sow_plan_print(plan, SOW_PLAN_SHAPES, &shapes, NULL, NULL), SOW_OK);
  if (strcmp(shapes, one->keys) != 0)
    fail_msg("%s:\n%s", one->name, shapes);
  free(shapes);
  sow_plan_free(plan);
}

static void wrapped_models_have_torchs_state_dict(void **state) {
  (void)state;
  char *text = read_wrappers(), *at = text;
  int count = 0;
  for (wrapped one; next_wrapped(&at, &one); count++) {
    sow_module *module = parse(one.print);
    check_keys(module, &one);
    module = recorded_again(module, one.name);
    check_keys(module, &one);
    sow_module_free(module);
  }
  assert_int_equal(count, 31);
  free(text);
}

static sow_status apply_one(sow_module *module, const char *name) {
  sow_rules *rules = NULL;
  sow__buffer text = {0};
  sow__buffer_printf(&text, "named_parameters:\n  %s = ones_()\n", name);
  assert_int_equal(sow_rules_parse(text.data, text.length, NULL, &rules, NULL), SOW_OK);
  sow_status status = sow_module_apply_rules(module, rules, false, NULL);
  sow_rules_free(rules);
  sow__buffer_free(&text);
  return status;
}

/* Rules are written for what named_parameters() shows, or for what is in the checkpoint. */
static void rules_match_either_name(void **state) {
  (void)state;
  char *text = read_wrappers(), *at = text;
  for (wrapped one; next_wrapped(&at, &one);) {
    sow_module *module = parse(one.print);
    sow_plan *plan = plan_of(module, one.name);
    for (char *name = strtok(one.parameters, "\n"); name != NULL; name = strtok(NULL, "\n"))
      if (apply_one(module, name) != SOW_OK)
        fail_msg("%s: no rule for %s", one.name, name);
    sow_plan_entry entry;
    for (size_t i = 0; sow_plan_get(plan, i, &entry); i++)
      if (strstr(entry.name, "running_") == NULL && strstr(entry.name, "averaged") == NULL &&
          strstr(entry.name, "batches") == NULL && apply_one(module, entry.name) != SOW_OK)
        fail_msg("%s: no rule for %s", one.name, entry.name);
    assert_int_equal(apply_one(module, "_checkpoint_wrapped_module.nowhere"), SOW_UNUSED_RULE);
    sow_plan_free(plan);
    sow_module_free(module);
  }
  free(text);
}

/* Wrapped or not, the layers of a stack are copies, and norms know of their layer that it has no biases. */
static void wrapped_layers_of_a_stack_are_still_copies(void **state) {
  (void)state;
  sow_module *plain = sow_module_new("Net");
  sow_transformer_encoder(plain, "stack", 4, 8, 2, false, true);
  sow_plan *expected = plan_of(plain, "plain");
  char *text = read_wrappers(), *at = text;
  int compared = 0;
  for (wrapped one; next_wrapped(&at, &one);) {
    if (strncmp(one.name, "encoder_", 8) != 0)
      continue;
    warnings kept;
    sow_module *module = parse_with(one.print, NULL, &kept);
    sow_plan *plan = plan_of(module, one.name);
    assert_int_equal(sow_plan_draws(plan), sow_plan_draws(expected));
    assert_int_equal(sow_plan_count(plan), sow_plan_count(expected));
    assert_null(strstr(kept.text, "built otherwise"));
    compared++;
    sow_plan_free(plan);
    sow_module_free(module);
  }
  assert_int_equal(compared, 3);
  sow_plan_free(expected);
  sow_module_free(plain);
  free(text);
}

/* What only bears a wrapper's name keeps its names, which could fall together otherwise. */
static void a_wrapper_of_other_structure_is_a_container(void **state) {
  (void)state;
  static const char layer[] = "Linear(in_features=1, out_features=1, bias=False)";
  char text[400];
  snprintf(text, sizeof text, "CheckpointWrapper((_checkpoint_wrapped_module): Net((a): %s) (a): %s)", layer,
           layer);
  assert_parsed_keys(text, "_checkpoint_wrapped_module.a.weight [1, 1]\na.weight [1, 1]\n");
  snprintf(text, sizeof text, "FullyShardedDataParallel((module): %s)", layer);
  assert_parsed_keys(text, "module.weight [1, 1]\n");
  snprintf(text, sizeof text, "AveragedModel((model): %s)", layer);
  assert_parsed_keys(text, "model.weight [1, 1]\n");
  snprintf(text, sizeof text, "AveragedModel((module): %s (other): ReLU())", layer);
  assert_parsed_keys(text, "module.weight [1, 1]\n");
}

static void the_prefix_of_fully_shard_is_seen_through_for_known_classes_only(void **state) {
  (void)state;
  static const sow_alias aliases[] = {{"MyConv", "Conv2d"}};
  static const char *const ignored[] = {"Pool"};
  const sow_parse_options options = {.size = sizeof options,
                                     .aliases = aliases,
                                     .alias_count = 1,
                                     .ignored = ignored,
                                     .ignored_count = 1,
                                     .edition = SOW_TORCH_NEWEST};
  warnings kept;
  sow_module *module =
      parse_with("FSDPNet(\n  (a): FSDPMyConv(2, 3, kernel_size=1)\n  (b): ReplicatePool(3)\n"
                 "  (c): DDPLlamaRMSNorm((4,), eps=1e-06)\n)",
                 &options, &kept);
  assert_keys(module, "a.weight [3, 2, 1, 1]\na.bias [3]\nc.weight [4]\n");
  assert_string_equal(kept.text, "");
  /* torch's own __class__.__name__, which rules see. */
  assert_string_equal(sow_module_class(sow_module_find(module, "a")), "FSDPMyConv");
  sow_module_free(module);
  assert_refused("FSDPMystery(3, 4)", 17, NULL, SOW_UNKNOWN_NAME, 1, 1, "'FSDPMystery'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wrapped_models_have_torchs_state_dict),
      cmocka_unit_test(rules_match_either_name),
      cmocka_unit_test(wrapped_layers_of_a_stack_are_still_copies),
      cmocka_unit_test(a_wrapper_of_other_structure_is_a_container),
      cmocka_unit_test(the_prefix_of_fully_shard_is_seen_through_for_known_classes_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

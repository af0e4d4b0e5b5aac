/* Recordings: what a plan of one is, beside the plan of what it was recorded from. */
#include <dirent.h>
#include <math.h>

#include "recorded.h"

/* ---- of every printed model ---- */

/* The first and the last elements of each tensor. */
static void assert_same_bytes(const sow_plan *plan, const sow_plan *other) {
  sow_plan_entry entry = {0};
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++) {
    double one[64] = {0}, two[64] = {0};
    uint64_t count = (uint64_t)entry.count, begin = count > 64 ? count - 64 : 0;
    uint64_t from = i % 2 == 0 ? begin : 0, to = from + (count < 64 ? count : 64);
    assert_int_equal(sow_plan_run(plan, i, from, to, 1, one, NULL), SOW_OK);
    assert_int_equal(sow_plan_run(other, i, from, to, 1, two, NULL), SOW_OK);
    assert_memory_equal(one, two, sizeof one);
  }
}

static void assert_same_end(const sow_plan *plan, const sow_plan *other) {
  sow_generator *one = NULL, *two = NULL;
  assert_int_equal(sow_plan_generator(plan, &one, NULL), SOW_OK);
  assert_int_equal(sow_plan_generator(other, &two, NULL), SOW_OK);
  assert_same_state(one, two);
  sow_generator_free(one);
  sow_generator_free(two);
}

static char *print_plan(const sow_plan *plan) {
  char *text = NULL;
  assert_int_equal(sow_plan_print(plan, SOW_PLAN_JSON, &text, NULL, NULL), SOW_OK);
  return text;
}

/* How many plans could be made. */
static int check_model(const char *name, const sow_module *printed, const sow_module *back) {
  int plans = 0;
  static const sow_dtype dtypes[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_BFLOAT16};
  for (int i = 0; i < 3; i++) {
    sow_plan_options options = sow_plan_defaults();
    options.edition = (sow_edition)i;
    options.seed = (uint64_t)i * 12345;
    options.dtype = dtypes[i];
    options.cast = i == 0 ? SOW_BFLOAT16 : dtypes[i];
    options.threads = 1;
    sow_plan *plan = NULL, *other = NULL;
    sow_status status = sow_plan_new(printed, &options, &plan, NULL);
    assert_int_equal(sow_plan_new(back, &options, &other, NULL), status);
    if (status != SOW_OK) /* orthogonal_ in 16 bits, a layer that the edition leaves unwritten */
      continue;
    char *one = print_plan(plan), *two = print_plan(other);
    if (strcmp(one, two) != 0)
      fail_msg("%s: %s\nis not\n%s", name, two, one);
    free(one);
    free(two);
    assert_same_bytes(plan, other);
    assert_same_end(plan, other);
    sow_plan_free(plan);
    sow_plan_free(other);
    plans++;
  }
  return plans;
}

static bool ends_with(const char *name, const char *end) {
  size_t length = strlen(name), tail = strlen(end);
  return length >= tail && strcmp(name + length - tail, end) == 0;
}

static void every_model_is_the_same_from_its_recording(void **state) {
  (void)state;
  DIR *folder = opendir(SOW_TEST_DATA "/models");
  assert_non_null(folder);
  int models = 0, plans = 0;
  for (struct dirent *file; (file = readdir(folder)) != NULL;) {
    if (!ends_with(file->d_name, ".txt"))
      continue;
    char *print = read_model(file->d_name), *text = NULL;
    size_t length = 0;
    const sow_parse_options options = {
        .size = sizeof options, .edition = SOW_TORCH_NEWEST, .allow_missing = true};
    sow_module *printed = parse_with(print, &options, NULL), *back = NULL;
    assert_int_equal(sow_module_print_recording(printed, NULL, &text, &length, NULL), SOW_OK);
    assert_true(sow_recording_recognize(text, length));
    assert_int_equal(sow_module_parse_recording(text, length, NULL, &back, NULL, NULL), SOW_OK);
    plans += check_model(file->d_name, printed, back);
    sow_module_free(printed);
    sow_module_free(back);
    free(text);
    free(print);
    models++;
  }
  closedir(folder);
  assert_true(models > 30 && plans > 2 * models);
}

/* Steps, rules, ties, a shared module, a copied one: all that a tree can have. */
static void a_tree_that_was_worked_on_is_too(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module *embed = sow_embedding(net, "embed", 9, 4, 3);
  sow_module *head = sow_linear(net, "head", 4, 9, true);
  sow_module_tie(head, "weight", embed, "weight");
  sow_module_share(net, "again", head);
  sow_module_copy(net, "copy", head);
  sow_module_step(head, "bias", ((int64_t[]){2}), ((int64_t[]){3}), sow_mul(0.1));
  sow_module_step_from(head, "bias", NULL, ((int64_t[]){4}), sow_copy(), embed, "weight", NULL);
  assert_failure(net, SOW_SHAPE, "bias");
  sow_module_free(net);
  net = sow_module_new("Net");
  embed = sow_embedding(net, "embed", 9, 4, 3);
  head = sow_linear(net, "head", 4, 9, true);
  sow_module_tie(head, "weight", embed, "weight");
  sow_module_share(net, "again", head);
  sow_module_copy(net, "copy", head);
  sow_module_step(head, "bias", ((int64_t[]){2}), ((int64_t[]){3}), sow_mul(0.1));
  sow_module_add_parameter(net, "norm", 2, (int64_t[]){9, 1});
  sow_module_step_from(net, "norm", NULL, NULL, sow_norm(0), embed, "weight", NULL);
  sow_module_set(embed, "weight", sow_clamp(-(double)INFINITY, 1));
  char *text = NULL;
  assert_int_equal(sow_module_print_recording(net, NULL, &text, NULL, NULL), SOW_OK);
  sow_module *back = parsed_recording(text, NULL);
  assert_int_equal(check_model("worked on", net, back), 3);
  free(text);
  sow_module_free(net);
  sow_module_free(back);
}

/* ---- settings ---- */

static const char small[] = "storage 0 float32 12\nstorage 1 float32 3\n"
                            "step s0[3, 4] kaiming_uniform_(a=2.23606797749979) at \"linear.py:118\"\n"
                            "step s1[3] uniform_(a=-0.5, b=0.5) at \"linear.py:122\"\n"
                            "parameter \"fc.weight\" s0[3, 4]\nparameter \"fc.bias\" s1[3]\n";

static void about_says_what_the_head_says(void **state) {
  (void)state;
  char *text = recording(small);
  sow_recording_about about = {0};
  sow_module *module = parsed_recording(text, &about);
  assert_true(about.edition == SOW_TORCH_NEWEST && about.dtype == SOW_FLOAT32 && about.seed == 7);
  assert_string_equal(sow_module_class(module), "Net");
  assert_string_equal(sow_module_class(sow_module_find(module, "fc")), "Linear");
  assert_true(sow_module_has(sow_module_find(module, "fc"), "weight"));
  sow_module_free(module);
  free(text);
  assert_true(sow_recording_recognize("sow recording 1\n", 16));
  assert_true(sow_recording_recognize("sow recording 2\n", 16)); /* and then says that it is too new */
  assert_false(sow_recording_recognize("sow recording", 13));
  assert_false(sow_recording_recognize("Net(\n)\n", 7));
  assert_false(sow_recording_recognize("", 0));
}

/* A recording of a Linear is a Linear, in whatever type and edition, and under rules. */
static void settings_and_rules_are_as_of_a_print(void **state) {
  (void)state;
  static const char rules_text[] = "apply:\n  Linear:\n    weight = xavier_normal_(gain=2.0)\n"
                                   "named_parameters:\n  *.bias = mul_(0.5)\n";
  for (int ruled = 0; ruled < 2; ruled++)
    for (int edition = 0; edition < SOW_EDITION_COUNT; edition++) {
      sow_plan_options options = sow_plan_defaults();
      options.edition = (sow_edition)edition;
      options.seed = 99;
      options.dtype = edition == 0 ? SOW_FLOAT64 : edition == 1 ? SOW_FLOAT16 : SOW_FLOAT32;
      options.cast = SOW_FLOAT32;
      char *text = recording(small);
      sow_module *made = parsed_recording(text, NULL), *built = sow_module_new("Net");
      sow_linear(built, "fc", 4, 3, true);
      if (ruled == 1) {
        sow_rules *rules = NULL;
        assert_int_equal(sow_rules_parse(rules_text, sizeof rules_text - 1, "r", &rules, NULL), SOW_OK);
        assert_int_equal(sow_module_apply_rules(made, rules, false, NULL), SOW_OK);
        assert_int_equal(sow_module_apply_rules(built, rules, false, NULL), SOW_OK);
        sow_rules_free(rules);
      }
      sow_plan *one = plan_with(made, &options), *two = plan_with(built, &options);
      sow_plan_entry entry = {0};
      assert_int_equal(sow_plan_count(one), sow_plan_count(two));
      assert_same_bytes(one, two);
      assert_same_end(one, two);
      assert_true(sow_plan_get(one, 0, &entry));
      assert_true(entry.drawn == options.dtype && entry.dtype == SOW_FLOAT32);
      assert_string_equal(entry.rule, ruled ? "r:3" : "linear.py:118");
      sow_plan_free(one);
      sow_plan_free(two);
      sow_module_free(made);
      sow_module_free(built);
      free(text);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_model_is_the_same_from_its_recording),
      cmocka_unit_test(a_tree_that_was_worked_on_is_too),
      cmocka_unit_test(about_says_what_the_head_says),
      cmocka_unit_test(settings_and_rules_are_as_of_a_print),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

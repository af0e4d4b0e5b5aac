/* Recordings: what a plan of one is, beside the plan of what it was recorded from, and beside what is done by
 * hand. */
#include <dirent.h>
#include <math.h>

#include "parsing.h"
#include "sample.h"

static sow_module *parsed(const char *text, sow_recording_about *about) {
  sow_module *module = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_parse_recording(text, strlen(text), "model.sow", &module, about, &error) != SOW_OK)
    fail_msg("%d:%d: %s", error.line, error.column, error.message);
  return module;
}

static sow_plan *plan_with(const sow_module *module, const sow_plan_options *options) {
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_plan_new(module, options, &plan, &error) != SOW_OK)
    fail_msg("%s", error.message);
  return plan;
}

/* A recording with the usual head and root around these lines. */
static char *recording(const char *lines) {
  char *text = NULL;
  if (asprintf(&text,
               "sow recording 1\ntorch 2.14.1\ndtype float32\nseed 7\nmodule \"\" \"Net\"\nmodule \"fc\" "
               "\"Linear\"\n%send\n",
               lines) < 0)
    fail();
  return text;
}

static sow_plan *recorded(const char *lines, const sow_plan_options *options) {
  char *text = recording(lines);
  sow_module *module = parsed(text, NULL);
  sow_plan *plan = plan_with(module, options);
  sow_module_free(module);
  free(text);
  return plan;
}

static void run_floats(const sow_plan *plan, const char *name, float *out) {
  size_t index = 0;
  sow_plan_entry entry = {0};
  assert_true(sow_plan_find(plan, name, &index) && sow_plan_get(plan, index, &entry));
  assert_int_equal(entry.dtype, SOW_FLOAT32);
  assert_int_equal(sow_plan_run(plan, index, 0, (uint64_t)entry.count, 1, out, NULL), SOW_OK);
}

static void assert_floats(const sow_plan *plan, const char *name, size_t count, const float *expected) {
  float *made = calloc(count, sizeof *made);
  run_floats(plan, name, made);
  for (size_t i = 0; i < count; i++)
    if (memcmp(&made[i], &expected[i], sizeof *made) != 0)
      fail_msg("%s[%zu] is %.9g, not %.9g", name, i, (double)made[i], (double)expected[i]);
  free(made);
}

#define FLOATS(...)                                                                                          \
  sizeof((float[]){__VA_ARGS__}) / sizeof(float), (const float[]) {                                          \
    __VA_ARGS__                                                                                              \
  }

/* ---- of every printed model ---- */

static char *print_plan(const sow_plan *plan) {
  char *text = NULL;
  assert_int_equal(sow_plan_print(plan, SOW_PLAN_JSON, &text, NULL, NULL), SOW_OK);
  return text;
}

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
    char *print = read_data(file->d_name), *text = NULL;
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
  sow_module *back = parsed(text, NULL);
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
  sow_module *module = parsed(text, &about);
  assert_true(about.edition == SOW_TORCH_2_12 && about.dtype == SOW_FLOAT32 && about.seed == 7);
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
      sow_module *made = parsed(text, NULL), *built = sow_module_new("Net");
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

/* Storages of the default dtype take the plan's; the others keep theirs, and all floats are cast. */
static void types_of_storages(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 2\nstorage 1 float64 2\nstorage 2 int16 2\nstorage 3 float16 2\n"
      "step s0[2] fill_(1.0)\nstep s1[2] fill_(2.0)\nstep s2[2] fill_(3.0)\n"
      "step s3[2] fill_(4.0)\nparameter \"a\" s0[2]\nparameter \"b\" s1[2]\n"
      "buffer \"c\" s2[2]\nbuffer \"d\" s3[2]\n";
  const sow_dtype expected[3][4] = {{SOW_FLOAT32, SOW_FLOAT64, SOW_INT16, SOW_FLOAT16},
                                    {SOW_BFLOAT16, SOW_FLOAT64, SOW_INT16, SOW_FLOAT16},
                                    {SOW_FLOAT16, SOW_FLOAT16, SOW_INT16, SOW_FLOAT16}};
  for (int i = 0; i < 3; i++) {
    sow_plan_options options = sow_plan_defaults();
    options.dtype = i == 1 ? SOW_BFLOAT16 : SOW_FLOAT32;
    options.cast = i == 2 ? SOW_FLOAT16 : options.dtype;
    sow_plan *plan = recorded(lines, &options);
    for (size_t k = 0; k < 4; k++) {
      sow_plan_entry entry = {0};
      assert_true(sow_plan_get(plan, k, &entry));
      assert_int_equal(entry.dtype, expected[i][k]);
    }
    sow_plan_free(plan);
  }
}

/* ---- names ---- */

static void temporaries_are_entries_where_they_are_wanted(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 2\nstep s0[2] fill_(1.0)\nstorage 1 int64 3\nstep s1[3] zero_()\n"
      "parameter \"a\" s0[2]\ntemporary \"ids\" s1[3]\nbuffer \"fc.b\" s0[2]\n";
  sow_plan_options options = sow_plan_defaults();
  sow_plan *plan = recorded(lines, &options);
  size_t index = 0;
  sow_plan_entry entry = {0};
  assert_int_equal(sow_plan_count(plan), 2);
  assert_false(sow_plan_find(plan, "ids", &index));
  assert_int_equal(sow_plan_bytes(plan), 8);
  sow_plan_free(plan);
  options.temporaries = true;
  plan = recorded(lines, &options);
  assert_int_equal(sow_plan_count(plan), 3);
  assert_true(sow_plan_find(plan, "ids", &index) && sow_plan_get(plan, index, &entry));
  assert_true(entry.temporary && entry.dtype == SOW_INT64 && entry.count == 3);
  assert_int_equal(sow_plan_bytes(plan), 8); /* no file holds it */
  int64_t ids[3] = {1, 1, 1};
  assert_int_equal(sow_plan_run(plan, index, 0, 3, 1, ids, NULL), SOW_OK);
  assert_true(ids[0] == 0 && ids[2] == 0);
  sow_plan_free(plan);
}

/* Equal views are one tensor; other views of the same memory are tensors of their own. */
static void views_have_names(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 12\nliteral s0[3, 4] 48\n"
      "  AAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBB\n"
      "step s0[1, 4]+8 mul_(10.0) at \"here\"\n"
      "parameter \"w\" s0[3, 4]\nparameter \"fc.tied\" s0[3, 4]\nparameter \"flat\" s0[12]\n"
      "parameter \"row\" s0[4]+4\nparameter \"t\" s0[4, 3]*[1, 4]\nparameter \"column\" s0[3]*[4]+1\n"
      "parameter \"one\" s0[]+6\nparameter \"wide\" s0[2, 3]*[0, 1]+9\nparameter \"also\" s0[3, 4]*[4, 1]\n"
      "parameter \"none\" s0[0, 7]+12\n";
  sow_plan *plan = recorded(lines, NULL);
  sow_plan_entry entry = {0};
  assert_floats(plan, "w", FLOATS(0, 1, 2, 3, 4, 5, 6, 7, 80, 90, 100, 110));
  assert_floats(plan, "fc.tied", FLOATS(0, 1, 2, 3, 4, 5, 6, 7, 80, 90, 100, 110));
  assert_floats(plan, "row", FLOATS(4, 5, 6, 7));
  assert_floats(plan, "t", FLOATS(0, 4, 80, 1, 5, 90, 2, 6, 100, 3, 7, 110));
  assert_floats(plan, "column", FLOATS(1, 5, 90));
  assert_floats(plan, "one", FLOATS(6));
  assert_floats(plan, "wide", FLOATS(90, 100, 110, 90, 100, 110));
  const struct {
    const char *name, *tied_to, *rule;
  } expected[] = {{"also", "w", "here"},      {"fc.tied", "w", "here"}, {"flat", NULL, "here"},
                  {"row", NULL, "recording"}, {"column", NULL, "here"}, {"one", NULL, "recording"}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    size_t index = 0;
    assert_true(sow_plan_find(plan, expected[i].name, &index) && sow_plan_get(plan, index, &entry));
    assert_string_equal(entry.rule, expected[i].rule);
    assert_true((entry.tied_to == NULL) == (expected[i].tied_to == NULL));
    if (entry.tied_to != NULL)
      assert_string_equal(entry.tied_to, expected[i].tied_to);
  }
  sow_plan_free(plan);
}

/* A tensor is made of the steps that write it; those of its neighbours in the storage are not its own. */
static void a_part_has_its_own_steps(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 40\nstep s0[8, 2] uniform_() at \"a\"\n"
      "step s0[8, 2]+16 normal_() at \"b\"\nstep s0[8]+32 zero_() at \"c\"\n"
      "step s0[2]+34 fill_(1.0) at \"d\"\n"
      "parameter \"a\" s0[8, 2]\nparameter \"b\" s0[8, 2]+16\nparameter \"c\" s0[8]+32\n";
  sow_plan *plan = recorded(lines, NULL);
  static const struct {
    uint64_t position, draws;
    const char *rule, *line;
  } expected[] = {{0, 16, "a", "copy_(uniform_(a=0.0, b=1.0))"},
                  {16, 16, "b", "copy_(normal_(mean=0.0, std=1.0))"},
                  {32, 0, "d", "copy_(zero_(); fill_(value=1.0))"}};
  for (size_t i = 0; i < 3; i++) {
    sow_plan_entry entry = {0};
    char *line = NULL;
    assert_true(sow_plan_get(plan, i, &entry));
    assert_int_equal(entry.draws, expected[i].draws);
    if (entry.draws > 0)
      assert_int_equal(entry.position, expected[i].position);
    assert_string_equal(entry.rule, expected[i].rule);
    assert_int_equal(sow_plan_line(plan, i, &line, NULL), SOW_OK);
    assert_string_equal(line, expected[i].line);
    free(line);
  }
  assert_floats(plan, "c", FLOATS(0, 0, 1, 1, 0, 0, 0, 0));
  sow_plan_free(plan);
}

/* ---- streams ---- */

static void draw(void *values, int64_t count, sow_generator *generator) {
  DLTensor tensor = {
      .data = values, .device = {kDLCPU, 0}, .ndim = 1, .dtype = {kDLFloat, 32, 1}, .shape = &count};
  assert_int_equal(sow_fill(&tensor, sow_normal(0, 1), generator, NULL), SOW_OK);
}

/* Of odd numbers of normals, so that the one that is cached goes with the state. */
static void streams_are_generators(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 3\nstorage 1 float32 3\nstorage 2 float32 3\nstorage 3 float32 3\nstorage 4 float32 "
      "3\n"
      "storage 5 float32 3\nseed 2 1234\n"
      "step s0[3] normal_()\nmark 0 0\nstep s1[3] normal_()\nstep s2[3] normal_() generator 2\nmark 1 2\n"
      "restore 0 0\nstep s3[3] normal_()\nskip 2 5\nstep s4[3] normal_() generator 2\nrestore 1 0\n"
      "seed 2 9\nskip 0 1\nstep s5[3] normal_()\n"
      "parameter \"a\" s0[3]\nparameter \"b\" s1[3]\nparameter \"c\" s2[3]\nparameter \"d\" s3[3]\n"
      "parameter \"e\" s4[3]\nparameter \"f\" s5[3]\n";
  sow_plan_options options = sow_plan_defaults();
  options.seed = 77;
  sow_plan *plan = recorded(lines, &options);
  sow_generator *zero = sow_generator_new(77, SOW_TORCH_NEWEST),
                *two = sow_generator_new(1234, SOW_TORCH_NEWEST);
  float values[3];
  draw(values, 3, zero);
  assert_floats(plan, "a", 3, values);
  sow_generator *mark = sow_generator_copy(zero);
  draw(values, 3, zero);
  assert_floats(plan, "b", 3, values);
  draw(values, 3, two);
  assert_floats(plan, "c", 3, values);
  sow_generator *other = sow_generator_copy(two);
  draw(values, 3, mark);
  assert_floats(plan, "d", 3, values);
  sow_generator_skip(two, 5);
  draw(values, 3, two);
  assert_floats(plan, "e", 3, values);
  sow_generator_skip(other, 1);
  draw(values, 3, other);
  assert_floats(plan, "f", 3, values);
  sow_generator *end = NULL;
  assert_int_equal(sow_plan_generator(plan, &end, NULL), SOW_OK);
  assert_same_state(end, other);
  sow_plan_entry entry = {0};
  assert_true(sow_plan_get(plan, 1, &entry) && entry.stream == 0);
  assert_true(sow_plan_get(plan, 2, &entry) && entry.stream == 1);
  assert_true(sow_plan_get(plan, 5, &entry) && entry.stream == 1);
  sow_generator_free(zero), sow_generator_free(two), sow_generator_free(mark), sow_generator_free(other);
  sow_generator_free(end);
  sow_plan_free(plan);
}

/* A given state begins the default stream; a seed of the constructor's own does not hear of it. */
static void a_given_state_is_where_it_begins(void **state) {
  (void)state;
  static const char lines[] = "storage 0 float32 3\nstorage 1 float32 3\nstep s0[3] normal_()\nseed 0 5\n"
                              "step s1[3] normal_()\nparameter \"a\" s0[3]\nparameter \"b\" s1[3]\n";
  sow_generator *given = sow_generator_new(3, SOW_TORCH_2_0), *fresh = sow_generator_new(5, SOW_TORCH_2_0);
  float values[5];
  draw(values, 5, given); /* one is cached */
  sow_plan_options options = sow_plan_defaults();
  options.generator = given;
  sow_plan *plan = recorded(lines, &options);
  draw(values, 3, given);
  assert_floats(plan, "a", 3, values);
  draw(values, 3, fresh);
  assert_floats(plan, "b", 3, values);
  sow_generator_free(given);
  sow_generator_free(fresh);
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_model_is_the_same_from_its_recording),
      cmocka_unit_test(a_tree_that_was_worked_on_is_too),
      cmocka_unit_test(about_says_what_the_head_says),
      cmocka_unit_test(settings_and_rules_are_as_of_a_print),
      cmocka_unit_test(types_of_storages),
      cmocka_unit_test(temporaries_are_entries_where_they_are_wanted),
      cmocka_unit_test(views_have_names),
      cmocka_unit_test(a_part_has_its_own_steps),
      cmocka_unit_test(streams_are_generators),
      cmocka_unit_test(a_given_state_is_where_it_begins),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Recordings of which no plan can be made, and literals, which may hold for one seed only. */
#include "recorded.h"

/* Bytes of literals, of which sow_plan_new finds out that they will not do. */
static sow_status plan_status(const char *text, const sow_plan_options *options, sow_plan **plan,
                              sow_error *error) {
  sow_module *module = parsed_recording(text, NULL);
  sow_status status = sow_plan_new(module, options, plan, error);
  sow_module_free(module);
  return status;
}

static void assert_unplanned(const char *text, sow_status status, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  sow_status got = plan_status(text, NULL, &plan, &error);
  if (got != status || strstr(error.message, part) == NULL)
    fail_msg("%s\n%s: %s", text, sow_status_name(got), error.message);
  assert_null(plan);
}

typedef struct unplanned {
  const char *text;
  sow_status status;
  const char *part; /* of the message */
} unplanned;

static void what_no_plan_can_be_made_of(void **state) {
  (void)state;
  static const unplanned cases[] = {
      {STORAGE "parameter \"w\" s0[12]\nend\n", SOW_UNCOVERED, "nothing initialises 1 tensor: w"},
      {STORAGE "step s0[11] zero_()\nparameter \"w\" s0[12]\nend\n", SOW_UNCOVERED,
       "w: nothing initialises 1 of its 12 elements"},
      {STORAGE "step s0[11] zero_()\nparameter \"w\" s0[4]+8\nend\n", SOW_UNCOVERED,
       "w: nothing initialises 1 of its 4 elements"},
      {STORAGE "step s0[4]+8 zero_()\nparameter \"w\" s0[4]+4\nparameter \"v\" s0[4]+8\nend\n", SOW_UNCOVERED,
       "nothing initialises w"},
      {STORAGE "step s0[6]*[2] zero_()\nparameter \"w\" s0[12]\nend\n", SOW_UNCOVERED,
       "nothing initialises 6 of its 12 elements"},
      {STORAGE "step s0[12] mul_(2.0)\nparameter \"w\" s0[12]\nend\n", SOW_UNCOVERED,
       "nothing initialises 12 of its 12 elements"},
      {STORAGE
       "storage 1 float32 12\nstep s0[11] zero_()\nstep s1[12] copy_(s0[12])\nparameter \"w\" s1[12]\nend\n",
       SOW_UNCOVERED, "w: nothing initialises 1 of its 12 elements"},
      {STORAGE
       "storage 1 float32 12\nstep s1[12] zero_()\nstep s0[11] zero_()\nstep s1[12] add_(s0[12], alpha=1)\n"
       "parameter \"w\" s1[12]\nend\n",
       SOW_UNCOVERED, "w: nothing initialises 1 of its 12 elements"},
      {STORAGE "storage 1 float32 1\nstep s0[11] zero_()\nstep s1[1] norm_(s0[12], dim=-1) at \"n.py:3\"\n"
               "parameter \"w\" s1[1]\nend\n",
       SOW_UNCOVERED, "w: norm_ (n.py:3) reads elements that nothing initialises"},
      {STORAGE
       "storage 1 float32 1152921504606846975\nstep s1[5] zero_()\nparameter \"w\" s1[1152921504606846975]\n"
       "end\n",
       SOW_UNCOVERED, "nothing initialises 1152921504606846970 of its 1152921504606846975 elements"},
      {ROOT
       "storage 0 float32 1000000000000\nstep s0[999999999999] zero_()\nstep s0[1]+999999999999 zero_()\n"
       "parameter \"w\" s0[1000000000000]\nend\n",
       SOW_LIMIT, "w: parts of a storage of 1000000000000 elements"},
      {STORAGE "step s0[12] normal_() generator 3\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT,
       "generator 3 has no seed yet"},
      {STORAGE "step s0[12] zero_()\nmark 1 0\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT,
       "the next is 0"},
      {STORAGE "step s0[12] zero_()\nmark 0 1\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT,
       "generator 1 has no seed yet"},
      {STORAGE "step s0[12] zero_()\nrestore 0 0\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT,
       "there is no mark 0"},
      {STORAGE "step s0[12] zero_()\nskip 0 9223372036854775808\nparameter \"w\" s0[12]\nend\n", SOW_OVERFLOW,
       "63 bits"},
      {STORAGE "step s0[12] zero_()\nskip 0 9223372036854775807\nseed 1 1\nskip 1 9223372036854775807\n"
               "parameter \"w\" s0[12]\nend\n",
       SOW_OVERFLOW, "63 bits"},
      {STORAGE "skip 0 9223372036854775807\nstep s0[12] normal_()\nparameter \"w\" s0[12]\nend\n",
       SOW_OVERFLOW, "63 bits"},
      {STORAGE "step s0[12] normal_(std=-1) at \"a.py:4\"\nparameter \"w\" s0[12]\nend\n",
       SOW_INVALID_ARGUMENT, "w (a.py:4): normal_"},
      {STORAGE "step s0[12] eye_() at \"a.py:4\"\nparameter \"w\" s0[12]\nend\n", SOW_SHAPE,
       "w (a.py:4): eye_"},
      {ROOT "storage 0 int64 3\nstep s0[3] normal_() at \"a.py:4\"\nbuffer \"i\" s0[3]\nend\n", SOW_DTYPE,
       "i (a.py:4): normal_"},
      {ROOT "storage 0 int8 3\nstep s0[3] fill_(200) at \"a.py:4\"\nbuffer \"i\" s0[3]\nend\n",
       SOW_INVALID_ARGUMENT, "i (a.py:4): fill_"},
      {ROOT
       "storage 0 int8 3\nstep s0[3] zero_()\nstep s0[3] mul_(2) at \"a.py:5\"\nbuffer \"i\" s0[3]\nend\n",
       SOW_DTYPE, "i (a.py:5): mul_"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_unplanned(cases[i].text, cases[i].status, cases[i].part);
}

/* A storage that is of another dtype than the default one, filled from bytes, and copied to the default one.
 */
static void literals_of_every_type(void **state) {
  (void)state;
  static const char text[] =
      ROOT "storage 0 float64 2\nliteral s0[2] 16\n  AAAAAAAA+D8AAAAAAAAAwA==\n"
           "storage 1 bfloat16 2\nliteral s1[2] 4\n  wD8AwA==\n"
           "storage 2 float16 2\nliteral s2[2] 4\n  AD4AwA==\n"
           "storage 3 int64 2\nliteral s3[2] 16\n  AQAAAAAAAAD+/////////w==\n"
           "storage 4 int32 2\nliteral s4[2] 8\n  AQAAAP7///8=\n"
           "storage 5 int16 2\nliteral s5[2] 4\n  AQD+/w==\n"
           "storage 6 int8 2\nliteral s6[2] 2\n  Af4=\n"
           "storage 7 uint8 2\nliteral s7[2] 2\n  Af4=\n"
           "storage 8 bool 2\nliteral s8[2] 2\n  AQA=\n"
           "storage 9 float32 2\nliteral s9[2] 8\n  AADAPwAAAMA=\n"
           "storage 10 float32 20\n"
           "step s10[2] copy_(s0[2])\nstep s10[2]+2 copy_(s1[2])\nstep s10[2]+4 copy_(s2[2])\n"
           "step s10[2]+6 copy_(s3[2])\nstep s10[2]+8 copy_(s4[2])\nstep s10[2]+10 copy_(s5[2])\n"
           "step s10[2]+12 copy_(s6[2])\nstep s10[2]+14 copy_(s7[2])\nstep s10[2]+16 copy_(s8[2])\n"
           "step s10[2]+18 copy_(s9[2])\nparameter \"w\" s10[20]\nparameter \"f\" s9[2]\nend\n";
  static const double expected[] = {1.5, -2, 1.5, -2, 1.5, -2,  1, -2, 1,   -2,
                                    1,   -2, 1,   -2, 1,   254, 1, 0,  1.5, -2};
  for (int wide = 0; wide < 2; wide++) {
    sow_plan_options options = sow_plan_defaults();
    options.dtype = options.cast =
        wide ? SOW_FLOAT64 : SOW_FLOAT32; /* the literal is float32's all the same */
    sow_error error = SOW_ERROR_NONE;
    sow_plan *plan = NULL;
    double doubles[20];
    float floats[20];
    assert_int_equal(plan_status(text, &options, &plan, &error), SOW_OK);
    assert_int_equal(sow_plan_run(plan, 0, 0, 20, 1, wide ? (void *)doubles : floats, NULL), SOW_OK);
    for (int i = 0; i < 20; i++)
      assert_true((wide ? doubles[i] : (double)floats[i]) == expected[i]);
    assert_int_equal(sow_plan_run(plan, 1, 0, 2, 1, wide ? (void *)doubles : floats, NULL), SOW_OK);
    assert_true((wide ? doubles[0] : (double)floats[0]) == 1.5);
    sow_plan_free(plan);
  }
}

/* ---- what holds for one seed only ---- */

static const char bound_text[] =
    ROOT "module \"fc\" \"Linear\"\nstorage 0 float32 2\nliteral s0[2] 8 bound \"randperm\" at \"a.py:3\"\n  "
         "AACAPwAAAEA=\n"
         "storage 1 float32 2\nstep s1[2] copy_(s0[2])\nstep s1[2] mul_(2.0)\nstorage 2 float32 2\n"
         "step s2[2] normal_()\nparameter \"fc.perm\" s0[2]\nparameter \"fc.made\" s1[2]\nbuffer \"fc.free\" "
         "s2[2]\n"
         "parameter \"tied\" s0[2]\nend\n";

static void assert_bound(const char *text, const sow_plan_options *options, bool refused, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  sow_status status = plan_status(text, options, &plan, &error);
  if (status != (refused ? SOW_INVALID_ARGUMENT : SOW_OK) ||
      (refused && (part == NULL || strstr(error.message, part) == NULL)))
    fail_msg("%s: %s", sow_status_name(status), error.message);
  sow_plan_free(plan);
}

static void bound_literals_hold_for_the_recorded_run(void **state) {
  (void)state;
  sow_plan_options options = sow_plan_defaults();
  static const char names[] = "tied (randperm), fc.made (randperm)";
  options.seed = 7;
  assert_bound(bound_text, &options, false, NULL);
  options.cast = SOW_BFLOAT16; /* what is drawn is the same */
  assert_bound(bound_text, &options, false, NULL);
  options.cast = SOW_FLOAT32;
  options.seed = 8;
  assert_bound(bound_text, &options, true, names);
  assert_bound(bound_text, &options, true, "2 tensors hold the numbers of seed 7, torch 2.13 and float32");
  options.seed = 7 + (UINT64_C(1) << 32); /* the same stream, but another number: it is refused */
  assert_bound(bound_text, &options, true, names);
  options.seed = 7;
  options.edition = SOW_TORCH_2_1;
  assert_bound(bound_text, &options, true, names);
  options.edition = SOW_TORCH_NEWEST;
  options.dtype = options.cast = SOW_FLOAT64;
  assert_bound(bound_text, &options, true, names);
  options.dtype = options.cast = SOW_FLOAT32;
  sow_generator *generator = sow_generator_new(7, SOW_TORCH_NEWEST);
  options.generator = generator;
  assert_bound(bound_text, &options, false, NULL);
  sow_generator_skip(generator, 1);
  assert_bound(bound_text, &options, true, names);
  sow_generator_free(generator);
}

/* Rules that initialise them again make them free. */
static void rules_free_what_is_bound(void **state) {
  (void)state;
  sow_module *module = NULL;
  sow_plan *plan = NULL;
  sow_plan_options options = sow_plan_defaults();
  options.seed = 8;
  assert_int_equal(sow_module_parse_recording(bound_text, sizeof bound_text - 1, NULL, &module, NULL, NULL),
                   SOW_OK);
  sow_module_set(sow_module_find(module, "fc"), "perm", sow_zeros());
  assert_int_equal(sow_plan_new(module, &options, &plan, NULL),
                   SOW_INVALID_ARGUMENT); /* fc.made is a copy of it */
  sow_module_set(sow_module_find(module, "fc"), "made", sow_zeros());
  assert_int_equal(sow_plan_new(module, &options, &plan, NULL), SOW_OK);
  sow_plan_free(plan);
  sow_module_free(module);
}

static void a_bound_recording_is_bound_as_a_whole(void **state) {
  (void)state;
  static const char text[] =
      "sow recording 1\ntorch 2.14.1\ndtype float32\nseed 7\nbound \"random.random()\"\n"
      "module \"\" \"Net\"\nstorage 0 float32 2\nstep s0[2] zero_()\nparameter \"w\" s0[2]\n"
      "end\n";
  sow_plan_options options = sow_plan_defaults();
  options.seed = 7;
  assert_bound(text, &options, false, NULL);
  options.seed = 6;
  assert_bound(text, &options, true, "random.random()");
}

/* Fans and orthogonal rows are of the shape that a step is made under, so that plans show it. */
static void steps_show_the_shape_that_they_are_made_under(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"step s0[4,3] orthogonal_()\n", "orthogonal_(gain=1.0)"},
      {"step s0[2,6] orthogonal_()\n", "[2, 6]+0 orthogonal_(gain=1.0)"},
      {"step s0[4,3] zero_()\nstep s0[2,3]+3 eye_()\n", "zero_(); [1:3] eye_()"},
      {"step s0[4,3] zero_()\nstep s0[3,2]+3 eye_()\n", "zero_(); [3, 2]+3 eye_()"},
      {"step s0[4,3] zero_()\nstep s0[3]+6 ones_()\nstep s0[1,3]+6 ones_()\n",
       "zero_(); [2] ones_(); [2:3] ones_()"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = NULL, *line = NULL;
    assert_true(asprintf(&text, STORAGE "%sparameter \"w\" s0[4,3]\nend\n", cases[i][0]) > 0);
    sow_module *module = parsed_recording(text, NULL);
    sow_plan *plan = plan_with(module, NULL);
    assert_int_equal(sow_plan_line(plan, 0, &line, NULL), SOW_OK);
    assert_string_equal(line, cases[i][1]);
    free(line);
    free(text);
    sow_plan_free(plan);
    sow_module_free(module);
  }
}

/* As torch does; its elements lie in one place. */
static void rules_do_not_write_into_an_expanded_parameter(void **state) {
  (void)state;
  static const char *const lines[] = {"w = normal_()", "w = mul_(2)", "w[:2] = zeros_()"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    char text[80];
    snprintf(text, sizeof text, "named_parameters:\n  %s\n", lines[i]);
    sow_module *module =
        parsed_recording(STORAGE "step s0[12] zero_()\nparameter \"w\" s0[4]*[0]\nend\n", NULL);
    sow_rules *rules = NULL;
    sow_error error = SOW_ERROR_NONE;
    assert_int_equal(sow_rules_parse(text, strlen(text), "w.rules", &rules, NULL), SOW_OK);
    assert_int_equal(sow_module_apply_rules(module, rules, false, &error), SOW_LAYOUT);
    assert_non_null(strstr(error.message, "several elements in one place"));
    sow_rules_free(rules);
    sow_module_free(module);
  }
}

static warnings warnings_of(const char *text, sow_dtype dtype) {
  warnings kept = {0};
  sow_error error = {.on_warning = keep_warning, .warning_context = &kept};
  sow_plan_options options = sow_plan_defaults();
  sow_plan *plan = NULL;
  options.dtype = options.cast = dtype;
  assert_int_equal(plan_status(text, &options, &plan, &error), SOW_OK);
  sow_plan_free(plan);
  return kept;
}

/* bernoulli, for one, takes twice as many words where it is float64. */
static void words_are_counted_for_the_recorded_dtype(void **state) {
  (void)state;
  static const char end[] = "step s0[12] normal_()\nparameter \"w\" s0[12]\nend\n";
  char text[sizeof STORAGE + sizeof end + 40];
  snprintf(text, sizeof text, STORAGE "skip 0 3\nskip 0 4\n%s", end);
  warnings kept = warnings_of(text, SOW_FLOAT64);
  assert_int_equal(kept.count, 1);
  assert_non_null(strstr(kept.text, "under float32 that the recording only counts (line 7)"));
  assert_non_null(strstr(kept.text, "record the constructor under float64"));
  assert_int_equal(warnings_of(text, SOW_FLOAT32).count, 0);
  assert_int_equal(warnings_of(text, SOW_BFLOAT16).count, 0);
  memcpy(strstr(text, "float32"), "float64", 7);
  assert_int_equal(warnings_of(text, SOW_FLOAT64).count, 0);
  assert_int_equal(warnings_of(text, SOW_FLOAT32).count, 1);
  snprintf(text, sizeof text, STORAGE "%s", end);
  assert_int_equal(warnings_of(text, SOW_FLOAT64).count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_show_the_shape_that_they_are_made_under),
      cmocka_unit_test(rules_do_not_write_into_an_expanded_parameter),
      cmocka_unit_test(what_no_plan_can_be_made_of),
      cmocka_unit_test(literals_of_every_type),
      cmocka_unit_test(bound_literals_hold_for_the_recorded_run),
      cmocka_unit_test(rules_free_what_is_bound),
      cmocka_unit_test(a_bound_recording_is_bound_as_a_whole),
      cmocka_unit_test(words_are_counted_for_the_recorded_dtype),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

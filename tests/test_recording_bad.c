/* Texts that are no recording: what is said, and where. */
#include "recorded.h"

typedef struct broken {
  const char *text;
  sow_status status;
  int line;
  const char *part; /* of the message */
} broken;

static void assert_broken(const char *text, size_t length, const broken *expected) {
  sow_error error = SOW_ERROR_NONE;
  sow_module *module = (sow_module *)&error;
  sow_recording_about about = {.seed = 42};
  sow_status status = sow_module_parse_recording(text, length, "model.sow", &module, &about, &error);
  if (status != expected->status || error.status != status || error.line != expected->line ||
      strstr(error.message, expected->part) == NULL)
    fail_msg("%.300s\n%s at %d:%d: %s", text, sow_status_name(status), error.line, error.column,
             error.message);
  assert_string_equal(error.source, "model.sow");
  assert_ptr_equal(module, &error);
  assert_true(about.seed == 42); /* outputs are as they were */
}

static void check_all(const broken *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    assert_broken(cases[i].text, strlen(cases[i].text), &cases[i]);
    assert_int_equal(sow_module_parse_recording(cases[i].text, strlen(cases[i].text), NULL, NULL, NULL, NULL),
                     cases[i].status);
  }
}

#define CHECK(cases) check_all(cases, sizeof(cases) / sizeof *(cases))

/* ---- line by line ---- */

static void heads(void **state) {
  (void)state;
  static const broken cases[] = {
      {"", SOW_SYNTAX, 1, "begins with the line 'sow recording 1'"},
      {"\n\nNet(\n)\n", SOW_SYNTAX, 3, "begins with the line"},
      {"# first\nsow recording 1\n", SOW_SYNTAX, 2, "begins with the line"},
      {"  sow recording 1\n", SOW_SYNTAX, 1, "begins with the line"},
      {"sow recordings 1\n", SOW_SYNTAX, 1, "begins with the line"},
      {"sow recording\n", SOW_SYNTAX, 1, "expected a number"},
      {"sow recording 2\n", SOW_UNSUPPORTED, 1, "version 1 of the format"},
      {"sow recording 99999999999999999999\n", SOW_OVERFLOW, 1, "64 bits"},
      {"sow recording 1 now\n", SOW_SYNTAX, 1, "nothing more on this line, not 'now'"},
      {"sow recording 1\ntorch\n", SOW_UNKNOWN_NAME, 2, ""},
      {"sow recording 1\ntorch one\n", SOW_UNKNOWN_NAME, 2, "one"},
      {"sow recording 1\ntorch 1.12\n", SOW_UNKNOWN_NAME, 2, "1.12"},
      {"sow recording 1\ntorch 2.6 x\n", SOW_SYNTAX, 2, "not 'x'"},
      {"sow recording 1\ntorch 2.6\ntorch 2.6\n", SOW_SYNTAX, 3, "has this line already"},
      {"sow recording 1\ndtype float31\n", SOW_UNKNOWN_NAME, 2, "'float31'"},
      {"sow recording 1\ndtype int64\n", SOW_DTYPE, 2, "floating-point"},
      {"sow recording 1\ndtype\n", SOW_UNKNOWN_NAME, 2, "''"},
      {"sow recording 1\nseed\n", SOW_SYNTAX, 2, "expected a number"},
      {"sow recording 1\nseed -1\n", SOW_SYNTAX, 2, "expected a number"},
      {"sow recording 1\nseed 18446744073709551616\n", SOW_OVERFLOW, 2, "64 bits"},
      {"sow recording 1\nseed 1 2\n", SOW_SYNTAX, 2, "not '2'"},
      {"sow recording 1\nbound\n", SOW_SYNTAX, 2, "expected a string"},
      {"sow recording 1\nmodule \"\" \"Net\"\n", SOW_SYNTAX, 2, "the head has the lines"},
      {"sow recording 1\ntorch 2.6\nseed 1\nmodule \"\" \"Net\"\n", SOW_SYNTAX, 4, "the head has the lines"},
      {ROOT "dtype float64\n", SOW_SYNTAX, 6, "stands too late"},
      {ROOT "torch 2.6\n", SOW_SYNTAX, 6, "stands too late"},
      {HEAD "end\n", SOW_SYNTAX, 5, "no root"},
      {HEAD, SOW_SYNTAX, 4, "cut off"},
  };
  CHECK(cases);
}

static void modules(void **state) {
  (void)state;
  static const broken cases[] = {
      {HEAD "module\n", SOW_SYNTAX, 5, "expected a string"},
      {HEAD "module \"\"\n", SOW_SYNTAX, 5, "expected a string"},
      {HEAD "module fc \"Linear\"\n", SOW_SYNTAX, 5, "expected a string"},
      {HEAD "module \"fc\" \"Linear\"\n", SOW_UNKNOWN_NAME, 5, "not listed before it"},
      {HEAD "module \"\" \"Net\n\"\n", SOW_SYNTAX, 5, "no JSON string on one line"},
      {HEAD "module \"\" \"Net\\\"\n", SOW_SYNTAX, 5, "no JSON string"},
      {HEAD "module \"\" \"N\\u0000t\"\n", SOW_SYNTAX, 5, "no JSON string"},
      {HEAD "module \"\" \"N\xfft\"\n", SOW_SYNTAX, 5, "no JSON string"},
      {HEAD "module \"\" \"\"\n", SOW_INVALID_ARGUMENT, 5, ""},
      {ROOT "module \"\" \"Net\"\n", SOW_DUPLICATE_NAME, 6, "a root already"},
      {ROOT "module \"a\" \"A\"\nmodule \"a\" \"B\"\n", SOW_DUPLICATE_NAME, 7, "a"},
      {ROOT "module \"a.b\" \"B\"\n", SOW_UNKNOWN_NAME, 6, "not listed before it"},
      {ROOT "module \".\" \"B\"\n", SOW_INVALID_ARGUMENT, 6, "name of a member"},
      {ROOT "module \"a..b\" \"B\"\n", SOW_UNKNOWN_NAME, 6, ""},
      {ROOT "module \"a\" \"A\" \"B\"\n", SOW_SYNTAX, 6, "nothing more"},
      {STORAGE "module \"a\" \"A\"\n", SOW_SYNTAX, 7, "stands too late"},
  };
  CHECK(cases);
}

static void storages_and_views(void **state) {
  (void)state;
  static const broken cases[] = {
      {ROOT "storage 1 float32 12\n", SOW_SYNTAX, 6, "the next is 0"},
      {STORAGE "storage 0 float32 12\n", SOW_SYNTAX, 7, "the next is 1"},
      {ROOT "storage 0 complex128 12\n", SOW_UNKNOWN_NAME, 6, "'complex128'"},
      {STORAGE "storage 1 complex64 6\nstep s1[6] view_as_complex_(s0[6])\n", SOW_SHAPE, 8,
       "reads [6]: that must have a last dimension of 2 more"},
      {STORAGE "storage 1 complex64 6\nstep s1[6] view_as_complex_(s0[2, 6])\n", SOW_SHAPE, 8,
       "reads [2, 6]"},
      {STORAGE "storage 1 complex64 6\nstep s1[6] view_as_complex_()\n", SOW_INVALID_ARGUMENT, 8, "missing"},
      {ROOT "storage 0 float32\n", SOW_SYNTAX, 6, "expected a number"},
      {ROOT "storage 0 float32 -1\n", SOW_SYNTAX, 6, "expected a number"},
      {ROOT "storage 0 float32 1.5\n", SOW_SYNTAX, 6, "nothing more"},
      {ROOT "storage 0 float32 9223372036854775808\n", SOW_OVERFLOW, 6, "63 bits"},
      {ROOT "storage 0 bool 1152921504606846976\n", SOW_OVERFLOW, 6, "63 bits"},
      {STORAGE "step\n", SOW_SYNTAX, 7, "expected 's'"},
      {STORAGE "step 0[3] zero_()\n", SOW_SYNTAX, 7, "expected 's'"},
      {STORAGE "step s[3] zero_()\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "step s1[3] zero_()\n", SOW_UNKNOWN_NAME, 7, "there is no storage 1 yet"},
      {STORAGE "step s18446744073709551615[3] zero_()\n", SOW_UNKNOWN_NAME, 7, "there is no storage"},
      {STORAGE "step s0 zero_()\n", SOW_SYNTAX, 7, "expected '['"},
      {STORAGE "step s0[ zero_()\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "step s0[3 4] zero_()\n", SOW_SYNTAX, 7, "expected ','"},
      {STORAGE "step s0[3,] zero_()\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "step s0[3, -4] zero_()\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "step s0[13] zero_()\n", SOW_SHAPE, 7, "reaches beyond the 12 elements of storage 0"},
      {STORAGE "step s0[4]+9 zero_()\n", SOW_SHAPE, 7, "reaches beyond"},
      {STORAGE "step s0[0]+13 zero_()\n", SOW_SHAPE, 7, "reaches beyond"},
      {STORAGE "step s0[4]+9223372036854775807 zero_()\n", SOW_SHAPE, 7, "reaches beyond"},
      {STORAGE "step s0[4]+9223372036854775808 zero_()\n", SOW_OVERFLOW, 7, "63 bits"},
      {STORAGE "step s0[4]*[3] zero_()\nstep s0[2]*[12] zero_()\n", SOW_SHAPE, 8, "reaches beyond"},
      {STORAGE "step s0[2]*[9223372036854775807] zero_()\n", SOW_SHAPE, 7, "reaches beyond"},
      {STORAGE "step s0[3, 4]*[4] zero_()\n", SOW_SYNTAX, 7, "2 sizes and 1 strides"},
      {STORAGE "step s0[3]*[0] zero_()\n", SOW_LAYOUT, 7, "several elements in one place"},
      {STORAGE "step s0[3, 3]*[2, 1] zero_()\n", SOW_LAYOUT, 7, "several elements in one place"},
      {STORAGE "step s0[4611686018427387904, 4]*[4, 1] zero_()\n", SOW_OVERFLOW, 7, "63 bits"},
      {STORAGE "step s0[4, 4611686018427387904]*[4611686018427387904, 1] zero_()\n", SOW_OVERFLOW, 7,
       "63 bits"},
      {ROOT "storage 0 float32 1000000000000\nstep s0[1000000, 100000]*[3, 2] zero_()\n", SOW_LAYOUT, 7,
       "too large to see"},
      {STORAGE "step s0[3]+ zero_()\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "step s0[3]+1+1 zero_()\n", SOW_SYNTAX, 7, "expected a space and a call"},
      {STORAGE "step s0[3]zero_()\n", SOW_SYNTAX, 7, "expected a space and a call"},
      {STORAGE
       "step s0[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
       "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] zero_()\n",
       SOW_LIMIT, 7, "64 dimensions at most"},
  };
  CHECK(cases);
}

static void steps(void **state) {
  (void)state;
  static const broken cases[] = {
      {STORAGE "step s0[12]\n", SOW_SYNTAX, 7, "expected a space and a call"},
      {STORAGE "step s0[12] \n", SOW_SYNTAX, 7, "expected a call such as"},
      {STORAGE "step s0[12] zero_\n", SOW_SYNTAX, 7, "expected a call such as"},
      {STORAGE "step s0[12] zero_(\n", SOW_SYNTAX, 7, "expected a call such as"},
      {STORAGE "step s0[12] zero()\n", SOW_UNKNOWN_NAME, 7, "'zero'"},
      {STORAGE "step s0[12] nrmal_(std=0.1)\n", SOW_UNKNOWN_NAME, 7, "normal_"},
      {STORAGE "step s0[12] zero_(1)\n", SOW_INVALID_ARGUMENT, 7, "zero_"},
      {STORAGE "step s0[12] fill_()\n", SOW_INVALID_ARGUMENT, 7, "value"},
      {STORAGE "step s0[12] fill_(value=s)\n", SOW_UNKNOWN_NAME, 7, "value"},
      {STORAGE "step s0[12] fill_(s0[1])\n", SOW_INVALID_ARGUMENT, 7, "fill_ reads no other tensor"},
      {STORAGE "step s0[12] normal_(s0[12])\n", SOW_INVALID_ARGUMENT, 7, "normal_ reads no other tensor"},
      {STORAGE "step s0[12] copy_()\n", SOW_INVALID_ARGUMENT, 7, "other"},
      {STORAGE "step s0[12] copy_(1.0)\n", SOW_INVALID_ARGUMENT, 7, "another tensor"},
      {STORAGE "step s0[12] norm_(3)\n", SOW_INVALID_ARGUMENT, 7, "another tensor"},
      {STORAGE "step s0[12] copy_(s0[11])\n", SOW_SHAPE, 7, "copy_ writes [12] and reads [11]"},
      {STORAGE "step s0[12] mul_(s0[3, 4])\n", SOW_SHAPE, 7, "mul_ writes [12] and reads [3, 4]"},
      {STORAGE "step s0[12] copy_(s1[12])\n", SOW_UNKNOWN_NAME, 7, "there is no storage 1 yet"},
      {STORAGE "step s0[3] copy_(s0[3]*[1)\n", SOW_SYNTAX, 7, "expected ','"},
      {STORAGE "step s0[3] copy_(s0[3]\n", SOW_SYNTAX, 7, "expected a call such as"},
      {STORAGE "step s0[3] copy_(s0[3], s0[3])\n", SOW_SYNTAX, 7, "expected ',' or ')'"},
      {STORAGE "step s0[3] norm_(s0[3, 4], dim=2)\n", SOW_INVALID_ARGUMENT, 7, "cannot keep dimension 2"},
      {STORAGE "step s0[3] norm_(s0[3, 4], dim=1)\n", SOW_SHAPE, 7, "norm_ gives 4 elements"},
      {STORAGE "step s0[1] norm_(s0[3, 4]*[1, 3], dim=-1)\n", SOW_INVALID_ARGUMENT, 7, "contiguous"},
      {STORAGE "step s0[1] norm_(s0[3]*[4], dim=-1)\n", SOW_INVALID_ARGUMENT, 7, "contiguous"},
      {STORAGE "step s0[2] norm_(s0[1, 3, 2, 2], dim=2)\n", SOW_INVALID_ARGUMENT, 7, "dimension 2 of 4"},
      {STORAGE "step s0[3] norm_(s0[3, 4], dim=0.5)\n", SOW_INVALID_ARGUMENT, 7, "dim"},
      {STORAGE "step s0[12] zero_() generator\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "step s0[12] zero_() generator 70000\n", SOW_LIMIT, 7, "65536 generators"},
      {STORAGE "step s0[12] zero_() at\n", SOW_SYNTAX, 7, "expected a string"},
      {STORAGE "step s0[12] zero_() at here\n", SOW_SYNTAX, 7, "expected a string"},
      {STORAGE "step s0[12] zero_() at \"a\" at \"b\"\n", SOW_SYNTAX, 7, "nothing more"},
      {STORAGE "step s0[12] zero_() at \"a\" generator 1\n", SOW_SYNTAX, 7, "nothing more"},
      {STORAGE "steps s0[12] zero_()\n", SOW_SYNTAX, 7, "no word of a recording"},
      {STORAGE "Step s0[12] zero_()\n", SOW_SYNTAX, 7, "no word of a recording"},
      {STORAGE "seed 0\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "seed 1 x\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "seed 65536 1\n", SOW_LIMIT, 7, "65536 generators"},
      {STORAGE "mark 0\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "restore 0 70000\n", SOW_LIMIT, 7, "65536 generators"},
      {STORAGE "skip 0 1 2\n", SOW_SYNTAX, 7, "nothing more"},
      {STORAGE "skip 0 18446744073709551616\n", SOW_OVERFLOW, 7, "64 bits"},
  };
  CHECK(cases);
}

static void literals(void **state) {
  (void)state;
  static const broken cases[] = {
      {STORAGE "literal s0[1]\n", SOW_SYNTAX, 7, "expected a number"},
      {STORAGE "literal s0[1] 5\n  AAAAAA==\n", SOW_SHAPE, 7, "the view has 4 bytes"},
      {STORAGE "literal s0[1] 4\n", SOW_SYNTAX, 7, "ends before the literal's bytes do"},
      {STORAGE "literal s0[1] 4\nend\n", SOW_SYNTAX, 7, ""},
      {STORAGE "literal s0[1] 4\n  AAA=\nend\nend\nend\n", SOW_SYNTAX, 8, "ends after 2 of 4 bytes"},
      {STORAGE "literal s0[1] 4\n  AAAAAA==AA==\n", SOW_SYNTAX, 8, "no base64 of the 4 bytes"},
      {STORAGE "literal s0[1] 4\n  AAAAAAAAAAA=\n", SOW_SYNTAX, 8, "no base64 of the 4 bytes"},
      {STORAGE "literal s0[1] 4\n  AA*AAAA=\n", SOW_SYNTAX, 8, "no base64"},
      {STORAGE "literal s0[1] 4\n  AAAAAA\nend\n", SOW_SYNTAX, 8, "is cut off"},
      {STORAGE "literal s0[1] 4\n AAAAAA==\n", SOW_SYNTAX, 7, "ends after 0 of 4 bytes"},
      {STORAGE "literal s0[2]*[0] 8\n  AAAAAAAAAAA=\n", SOW_LAYOUT, 7, "several elements"},
      {STORAGE "literal s0[1] 4 bound\n  AAAAAA==\n", SOW_SYNTAX, 7, "expected a string"},
      {STORAGE "literal s0[1] 4 bound \"x\" y\n  AAAAAA==\n", SOW_SYNTAX, 7, "nothing more"},
      {STORAGE "literal s0[1] 4\n  AAAAAA==\n  AAAAAA==\nend\n", SOW_SYNTAX, 9, "no word of a recording"},
      {ROOT
       "storage 0 float64 1152921504606846975\nliteral s0[1152921504606846975] 9223372036854775800\n  AA==\n",
       SOW_LIMIT, 7, "literals of at most"},
  };
  CHECK(cases);
}

static void names(void **state) {
  (void)state;
  static const broken cases[] = {
      {STORAGE "parameter\n", SOW_SYNTAX, 7, "expected a string"},
      {STORAGE "parameter \"w\"\n", SOW_SYNTAX, 7, "expected 's'"},
      {STORAGE "parameter \"w\" s1[3]\n", SOW_UNKNOWN_NAME, 7, "there is no storage 1 yet"},
      {STORAGE "parameter \"w\" s0[13]\n", SOW_SHAPE, 7, "reaches beyond"},
      {STORAGE "parameter \"fc.w\" s0[3]\n", SOW_UNKNOWN_NAME, 7, "holds this tensor is not listed"},
      {STORAGE "parameter \"\" s0[3]\n", SOW_INVALID_ARGUMENT, 7, ""},
      {STORAGE "parameter \"w\" s0[3]\nbuffer \"w\" s0[3]\n", SOW_DUPLICATE_NAME, 8, "w"},
      {STORAGE "parameter \"w\" s0[3]\ntemporary \"w\" s0[3]\n", SOW_DUPLICATE_NAME, 8, "w"},
      {ROOT "module \"w\" \"A\"\nstorage 0 float32 3\nparameter \"w\" s0[3]\n", SOW_DUPLICATE_NAME, 8, "w"},
      {STORAGE "parameter \"w\" s0[3] x\n", SOW_SYNTAX, 7, "nothing more"},
      {STORAGE "parameter \"w\" s0[3]\nstep s0[3] zero_()\n", SOW_SYNTAX, 8, "stands too late"},
      {STORAGE "parameter \"w\" s0[3]\nseed 0 1\n", SOW_SYNTAX, 8, "stands too late"},
      {STORAGE "end now\n", SOW_SYNTAX, 7, "nothing more"},
      {STORAGE "end\nend\n", SOW_SYNTAX, 8, "nothing behind 'end'"},
      {STORAGE "end\nstorage 1 float32 1\n", SOW_SYNTAX, 8, "nothing behind 'end'"},
      {STORAGE, SOW_SYNTAX, 6, "cut off"},
  };
  CHECK(cases);
}

/* ---- whole texts ---- */

static const char good[] =
    STORAGE "# a comment\n\nstep s0[3, 4] normal_(mean=0.0, std=0.02) at \"a.py:1\"\r\n"
            "literal s0[2]+10 8 at \"b\"\n  AACAPwAAAEA=\n  \nseed 1 5\nmark 0 1\n"
            "restore 0 1\nskip 0 9\nparameter \"w\" s0[3, 4]\nend\n\n# done\n";

static void every_cut_is_seen(void **state) {
  (void)state;
  sow_module *module = NULL;
  size_t whole = (size_t)(strstr(good, "\nend") + 4 - good);
  for (size_t length = 0; length < sizeof good; length++) {
    sow_error error = SOW_ERROR_NONE;
    char *text = malloc(length > 0 ? length : 1); /* of that very size, for sanitizers */
    memcpy(text, good, length);
    sow_status status = sow_module_parse_recording(text, length, NULL, &module, NULL, &error);
    if ((status == SOW_OK) != (length >= whole))
      fail_msg("cut at %zu: %s", length, sow_status_name(status));
    if (status == SOW_OK)
      sow_module_free(module);
    else
      assert_true(error.message[0] != 0);
    free(text);
  }
}

/* No byte that is changed may do worse than be refused. */
static void every_changed_byte_is_survived(void **state) {
  (void)state;
  static const char bytes[] = "\n\r\"[0 s#\xff*";
  for (size_t at = 0; at < sizeof good - 1; at++)
    for (size_t k = 0; k < sizeof bytes; k++) {
      char *text = malloc(sizeof good - 1);
      sow_module *module = NULL;
      sow_plan *plan = NULL;
      memcpy(text, good, sizeof good - 1);
      text[at] = bytes[k];
      if (sow_module_parse_recording(text, sizeof good - 1, NULL, &module, NULL, NULL) == SOW_OK)
        (void)sow_plan_new(module, NULL, &plan, NULL);
      sow_plan_free(plan);
      sow_module_free(module);
      free(text);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(heads),
      cmocka_unit_test(modules),
      cmocka_unit_test(storages_and_views),
      cmocka_unit_test(steps),
      cmocka_unit_test(literals),
      cmocka_unit_test(names),
      cmocka_unit_test(every_cut_is_seen),
      cmocka_unit_test(every_changed_byte_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

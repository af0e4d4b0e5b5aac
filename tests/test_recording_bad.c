/* Recordings that are not one: what is said, and where. Literals, which may hold for one seed only. */
#include <inttypes.h>

#include "parsing.h"
#include "sample.h"

#define HEAD "sow recording 1\ntorch 2.14.1\ndtype float32\nseed 7\n"
#define ROOT HEAD "module \"\" \"Net\"\n"
#define STORAGE ROOT "storage 0 float32 12\n"

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
      {ROOT "storage 0 complex64 12\n", SOW_UNKNOWN_NAME, 6, "'complex64'"},
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

/* ---- plans ---- */

/* Bytes of literals, of which sow_plan_new finds out that they will not do. */
static sow_status plan_status(const char *text, const sow_plan_options *options, sow_plan **plan,
                              sow_error *error) {
  sow_module *module = NULL;
  if (sow_module_parse_recording(text, strlen(text), NULL, &module, NULL, error) != SOW_OK)
    fail_msg("%d:%d: %s", error->line, error->column, error->message);
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

static void what_no_plan_can_be_made_of(void **state) {
  (void)state;
  static const broken cases[] = {
      {STORAGE "parameter \"w\" s0[12]\nend\n", SOW_UNCOVERED, 0, "nothing initialises 1 tensor: w"},
      {STORAGE "step s0[11] zero_()\nparameter \"w\" s0[12]\nend\n", SOW_UNCOVERED, 0,
       "w: nothing initialises 1 of its 12 elements"},
      {STORAGE "step s0[11] zero_()\nparameter \"w\" s0[4]+8\nend\n", SOW_UNCOVERED, 0,
       "w: nothing initialises 1 of its 4 elements"},
      {STORAGE "step s0[4]+8 zero_()\nparameter \"w\" s0[4]+4\nparameter \"v\" s0[4]+8\nend\n", SOW_UNCOVERED,
       0, "nothing initialises w"},
      {STORAGE "step s0[6]*[2] zero_()\nparameter \"w\" s0[12]\nend\n", SOW_UNCOVERED, 0,
       "nothing initialises 6 of its 12 elements"},
      {STORAGE "step s0[12] mul_(2.0)\nparameter \"w\" s0[12]\nend\n", SOW_UNCOVERED, 0,
       "nothing initialises 12 of its 12 elements"},
      {STORAGE
       "storage 1 float32 12\nstep s0[11] zero_()\nstep s1[12] copy_(s0[12])\nparameter \"w\" s1[12]\nend\n",
       SOW_UNCOVERED, 0, "w: nothing initialises 1 of its 12 elements"},
      {STORAGE
       "storage 1 float32 12\nstep s1[12] zero_()\nstep s0[11] zero_()\nstep s1[12] add_(s0[12], alpha=1)\n"
       "parameter \"w\" s1[12]\nend\n",
       SOW_UNCOVERED, 0, "w: nothing initialises 1 of its 12 elements"},
      {STORAGE "storage 1 float32 1\nstep s0[11] zero_()\nstep s1[1] norm_(s0[12], dim=-1) at \"n.py:3\"\n"
               "parameter \"w\" s1[1]\nend\n",
       SOW_UNCOVERED, 0, "w: norm_ (n.py:3) reads elements that nothing initialises"},
      {STORAGE
       "storage 1 float32 1152921504606846975\nstep s1[5] zero_()\nparameter \"w\" s1[1152921504606846975]\n"
       "end\n",
       SOW_UNCOVERED, 0, "nothing initialises 1152921504606846970 of its 1152921504606846975 elements"},
      {ROOT
       "storage 0 float32 1000000000000\nstep s0[999999999999] zero_()\nstep s0[1]+999999999999 zero_()\n"
       "parameter \"w\" s0[1000000000000]\nend\n",
       SOW_LIMIT, 0, "w: parts of a storage of 1000000000000 elements"},
      {STORAGE "step s0[12] normal_() generator 3\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT, 0,
       "generator 3 has no seed yet"},
      {STORAGE "step s0[12] zero_()\nmark 1 0\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT, 0,
       "the next is 0"},
      {STORAGE "step s0[12] zero_()\nmark 0 1\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT, 0,
       "generator 1 has no seed yet"},
      {STORAGE "step s0[12] zero_()\nrestore 0 0\nparameter \"w\" s0[12]\nend\n", SOW_INVALID_ARGUMENT, 0,
       "there is no mark 0"},
      {STORAGE "step s0[12] zero_()\nskip 0 9223372036854775808\nparameter \"w\" s0[12]\nend\n", SOW_OVERFLOW,
       0, "63 bits"},
      {STORAGE "step s0[12] zero_()\nskip 0 9223372036854775807\nseed 1 1\nskip 1 9223372036854775807\n"
               "parameter \"w\" s0[12]\nend\n",
       SOW_OVERFLOW, 0, "63 bits"},
      {STORAGE "skip 0 9223372036854775807\nstep s0[12] normal_()\nparameter \"w\" s0[12]\nend\n",
       SOW_OVERFLOW, 0, "63 bits"},
      {STORAGE "step s0[12] normal_(std=-1) at \"a.py:4\"\nparameter \"w\" s0[12]\nend\n",
       SOW_INVALID_ARGUMENT, 0, "w (a.py:4): normal_"},
      {STORAGE "step s0[12] eye_() at \"a.py:4\"\nparameter \"w\" s0[12]\nend\n", SOW_SHAPE, 0,
       "w (a.py:4): eye_"},
      {ROOT "storage 0 int64 3\nstep s0[3] normal_() at \"a.py:4\"\nbuffer \"i\" s0[3]\nend\n", SOW_DTYPE, 0,
       "i (a.py:4): normal_"},
      {ROOT "storage 0 int8 3\nstep s0[3] fill_(200) at \"a.py:4\"\nbuffer \"i\" s0[3]\nend\n",
       SOW_INVALID_ARGUMENT, 0, "i (a.py:4): fill_"},
      {ROOT
       "storage 0 int8 3\nstep s0[3] zero_()\nstep s0[3] mul_(2) at \"a.py:5\"\nbuffer \"i\" s0[3]\nend\n",
       SOW_DTYPE, 0, "i (a.py:5): mul_"},
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
  assert_bound(bound_text, &options, true, "2 tensors hold the numbers of seed 7, torch 2.12 and float32");
  options.seed = 7 + (UINT64_C(1) << 32); /* the same stream, but another number: it is refused */
  assert_bound(bound_text, &options, true, names);
  options.seed = 7;
  options.edition = SOW_TORCH_2_0;
  assert_bound(bound_text, &options, true, names);
  options.edition = SOW_TORCH_2_12;
  options.dtype = options.cast = SOW_FLOAT64;
  assert_bound(bound_text, &options, true, names);
  options.dtype = options.cast = SOW_FLOAT32;
  sow_generator *generator = sow_generator_new(7, SOW_TORCH_2_12);
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
      cmocka_unit_test(what_no_plan_can_be_made_of),
      cmocka_unit_test(literals_of_every_type),
      cmocka_unit_test(bound_literals_hold_for_the_recorded_run),
      cmocka_unit_test(rules_free_what_is_bound),
      cmocka_unit_test(a_bound_recording_is_bound_as_a_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What surrounds a print: every prefix in every place, and that nothing of it takes long or harms. */
#include "parsing.h"
#include "text/decode.h"

static const char *const model[] = {"Net(", "  (fc): Linear(in_features=3, out_features=4, bias=True)",
                                    "  (act): ReLU()", ")"};
static const char expected[] =
    "Net(\n  (fc): Linear(in_features=3, out_features=4, bias=True)\n  (act): ReLU()\n)";
#define LINES (sizeof model / sizeof *model)

static void assert_read(const char *text) {
  warnings kept;
  sow_module *module = parse_with(text, NULL, &kept);
  assert_print(module, expected);
  assert_string_equal(kept.text, "");
  sow_module_free(module);
}

/* %d is another number in each line. */
static const char *const prefixes[] = {
    "# ",
    "#",
    "> ",
    ">> ",
    "| ",
    "+ ",
    "// ",
    "[rank0]:",
    "[rank0]: ",
    "[default0]:",
    "[1,0]<stdout>:",
    "0: ",
    "(pid=123) ",
    "(RayTrainWorker pid=123, ip=10.0.0.1) ",
    "trainer-1  | ",
    "%d ",
    "  %d: ",
    "2026-11-28 14:02:%d,470 INFO net: ",
    "2026-11-28T14:02:36.%d70Z ",
    "[2026-11-28 14:02:36,%d][__main__][INFO] - ",
    "I1128 14:02:36.%d70907 4711 train.py:12] ",
    "Nov 28 14:02:%d host python[4711]: ",
    "stderr: ",
    "\xE2\x94\x82 ",
};

static void prefixes_of_every_line_are_passed_over(void **state) {
  (void)state;
  for (size_t p = 0; p < sizeof prefixes / sizeof *prefixes; p++) {
    sow__buffer text = {0};
    for (size_t i = 0; i < LINES; i++) {
      char prefix[100];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      snprintf(prefix, sizeof prefix, prefixes[p], (int)(7 + 3 * i));
#pragma GCC diagnostic pop
      sow__buffer_printf(&text, "%s%s\n", prefix, model[i]);
    }
    assert_read(text.data);
    sow__buffer_free(&text);
  }
}

static void prefixes_of_the_first_line_are_passed_over(void **state) {
  (void)state;
  static const char *const first[] = {"Model: ",
                                      "model = ",
                                      "self.net=",
                                      "INFO:root:",
                                      "Out[12]: ",
                                      "2026-11-28 14:02:36 | train.py(35) | INFO | ",
                                      "[11/28 21:16:31 d2.engine.defaults]: ",
                                      "The model is:\n",
                                      "```\n",
                                      "Model (on cpu) has 16 parameters\n\n",
                                      "print(net)\n",
                                      ">>> net\n",
                                      "In [5]: net\nOut[5]: \n",
                                      "\xEF\xBB\xBF",
                                      "\xEF\xBB\xBFNet of today:\n"};
  static const char *const last[] = {
      "", "\n", "\n```\n", "\n\nTotal params: 16\n", " ", ">\n", "\n(16 parameters)\n", "\n>>> "};
  for (size_t f = 0; f < sizeof first / sizeof *first; f++)
    for (size_t l = 0; l < sizeof last / sizeof *last; l++) {
      sow__buffer text = {0};
      sow__buffer_printf(&text, "%s%s%s", first[f], expected, last[l]);
      assert_read(text.data);
      sow__buffer_free(&text);
    }
}

static void a_bound_method_is_its_model(void **state) {
  (void)state;
  static const char *const methods[] = {"Module.parameters", "Module.state_dict", "Net.forward",
                                        "Module.eval"};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    char text[400];
    snprintf(text, sizeof text, "<bound method %s of %s>", methods[i], expected);
    assert_read(text);
  }
}

/* ---- encodings ---- */

static size_t to_utf16(const char *text, bool big, bool mark, char *out) {
  size_t used = 0;
  if (mark) {
    out[used++] = big ? '\xFE' : '\xFF';
    out[used++] = big ? '\xFF' : '\xFE';
  }
  for (; *text != 0; text++) {
    out[used++] = big ? 0 : *text;
    out[used++] = big ? *text : 0;
  }
  return used;
}

static void utf16_is_read_as_utf8_is(void **state) {
  (void)state;
  for (int form = 0; form < 4; form++) {
    char bytes[400];
    size_t length = to_utf16(expected, form & 1, form & 2, bytes);
    sow_module *whole = NULL;
    sow_error error = SOW_ERROR_NONE;
    if (sow_module_parse(bytes, length, NULL, &whole, &error) != SOW_OK)
      fail_msg("%s", error.message);
    assert_print(whole, expected);
    sow_module_free(whole);
    for (size_t cut = 0; cut < length; cut++) {
      sow_module *module = NULL;
      if (sow_module_parse(bytes, cut, NULL, &module, NULL) == SOW_OK)
        fail_msg("form %d is read when cut at %zu", form, cut);
      assert_null(module);
    }
  }
}

static void every_character_of_utf16_becomes_its_utf8(void **state) {
  (void)state;
  static const char bytes[] = "\xFF\xFE"
                              "a\0\xE9\0\xAC\x20\x3D\xD8\x00\xDE\x00\xD8x\0\x00\xDC";
  sow__text text = {.bytes = bytes, .length = sizeof bytes - 1};
  sow__arena arena = {0};
  assert_int_equal(sow__text_decode(&text, &arena, NULL), SOW_OK);
  static const char utf8[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBDx\xEF\xBF\xBD";
  assert_int_equal(text.length, sizeof utf8 - 1);
  assert_memory_equal(text.bytes, utf8, sizeof utf8 - 1);
  sow__arena_free(&arena);
}

static void errors_point_into_what_the_user_sees(void **state) {
  (void)state;
  static const char text[] =
      "[rank0]:Net(\n[rank0]:\xC2\xA0 (fc): Linear(in_features=3, out_features=two)\n[rank0]:)\n";
  sow_error error = SOW_ERROR_NONE;
  sow_module *module = NULL;
  assert_int_equal(sow_module_parse(text, strlen(text), NULL, &module, &error), SOW_INVALID_ARGUMENT);
  assert_int_equal(error.line, 2);
  assert_string_equal(error.excerpt, "[rank0]:\xC2\xA0 (fc): Linear(in_features=3, out_features=two)");
  assert_int_equal(error.caret, (int)(strstr(error.excerpt, "two") - error.excerpt));
}

/* ---- what is left out is named ---- */

static void what_looks_like_a_model_is_never_passed_over(void **state) {
  (void)state;
  static const struct {
    const char *before, *behind, *part;
    int line;
  } cases[] = {
      {"ReLU()\n", "", "leave line 1 out", 1},
      {"(a): ReLU()\n", "", "leave line 1 out", 1},
      {")\n", "", "leave line 1 out", 1},
      {"Other(\n  (a): ReLU()\n)\n", "", "leave lines 4 to 7 out", 4},
      {"", "\n(b): ReLU()", "leave line 5 out", 5},
      {"", "\n  )\n", "leave line 5 out", 5},
      {"", "\n\nnn.Linear(3, 4)\n", "leave line 6 out", 6},
      {"", "\ntext\nOther(\n  (a): ReLU()\n)\nmore", "leave lines 6 to 8 out", 6},
      {"", ")", "text behind", 4},
      {"", " x", "text behind", 4},
      {"", ", Other(\n  (a): ReLU()\n)", "text behind", 4},
      {"Net(\n", "", "mixed", 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow__buffer text = {0};
    sow__buffer_printf(&text, "%s%s%s", cases[i].before, expected, cases[i].behind);
    sow_error error = SOW_ERROR_NONE;
    sow_module *module = NULL;
    sow_status status = sow_module_parse(text.data, text.length, NULL, &module, &error);
    if (status != SOW_SYNTAX || error.line != cases[i].line || strstr(error.message, cases[i].part) == NULL)
      fail_msg("%s: %d: %s", text.data, error.line, error.message);
    sow__buffer_free(&text);
  }
}

/* ---- hostile texts ---- */

static void no_text_takes_long(void **state) {
  (void)state;
  enum { MANY = 2000000 };
  static const char *const patterns[] = {
      "Net(\n",
      "Net (\n\n",
      "(a):\n",
      "(a): Net(\n",
      ")\n",
      "\n\n\n",
      "a(\n(b):\n",
      "> ",
      "\n> ",
      "1 Net(\n",
      "1 \n",
      "\x1b[",
      "\x1b[0m",
      "\xC2\xA0",
      "\xC2",
      "'\n",
      "init_cfg=\n",
      "init_cfg={",
      ">>>\n",
      "# Net(\n",
      "A(b)\n",
      "A(b) ",
      "a.b.",
      "a=",
      "a=\n",
      "a=,\n",
      "->",
      "\n#",
      "[rank0]:\n",
      "[rank0]:A(\n",
      "Linear(1",
      "Linear(1)",
      "ReLU()\n",
      "a(),",
      "((((\n",
      "))))\n",
      "Linear(a=\n\n\n",
      "\\'",
      "\\\"",
      "',",
  };
  char *text = malloc(MANY + 100);
  assert_non_null(text);
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    for (int within = 0; within < 2; within++) {
      size_t used = within ? 17 : 0, step = strlen(patterns[i]);
      memcpy(text, "Net(\n(a): Linear(", 17);
      for (; used + step < MANY; used += step)
        memcpy(text + used, patterns[i], step);
      sow_module *module = NULL;
      sow_module_parse(text, used, NULL, &module, NULL);
      sow_module_free(module);
    }
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(prefixes_of_every_line_are_passed_over),
      cmocka_unit_test(prefixes_of_the_first_line_are_passed_over),
      cmocka_unit_test(a_bound_method_is_its_model),
      cmocka_unit_test(utf16_is_read_as_utf8_is),
      cmocka_unit_test(every_character_of_utf16_becomes_its_utf8),
      cmocka_unit_test(errors_point_into_what_the_user_sees),
      cmocka_unit_test(what_looks_like_a_model_is_never_passed_over),
      cmocka_unit_test(no_text_takes_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

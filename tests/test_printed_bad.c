/* Text that is no model: what is said and where, and that nothing takes long or harms. */
#include "parsing.h"
#include "refusals.h"

static void bad_text_says_what_and_where(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"", SOW_SYNTAX, 1, 1, "holds no printed model"},
      {"\n  \n", SOW_SYNTAX, 3, 1, "holds no printed model"},
      {"# nothing but words\n", SOW_SYNTAX, 2, 1, "holds no printed model"},
      {"hello world", SOW_SYNTAX, 1, 1, "expected a module such as Linear(...), not 'hello'"},
      {"{\"a\": 1}", SOW_SYNTAX, 1, 1, "not '{'"},
      {"Net(", SOW_SYNTAX, 1, 1, "'Net(' is not closed before the text ends"},
      {"Net(\n  (a): Linear(in_features=3", SOW_SYNTAX, 2, 8, "'Linear(' is not closed"},
      {"Net(\n  (a): ReLU()\n", SOW_SYNTAX, 1, 1, "'Net(' is not closed"},
      {"Net(\n  (a): ReLU()\n))", SOW_SYNTAX, 3, 2, "text behind the model's last ')'"},
      {"ReLU()\nReLU()", SOW_SYNTAX, 2, 1, "leave line 2 out"},
      {"ReLU() and more", SOW_SYNTAX, 1, 8, "text behind"},
      {"Net(...)", SOW_SYNTAX, 1, 5, "cut here"},
      {"Net(\n  (a): Sequential(...)\n)", SOW_SYNTAX, 2, 19, "cut here"},
      {"Net(\n  (a): ReLU()\n  ...\n)", SOW_SYNTAX, 3, 3, "cut here"},
      {"Net(\n  (a): ...\n)", SOW_SYNTAX, 2, 8, "cut here"},
      {"Net(\n  (a): \xE2\x80\xA6\n)", SOW_SYNTAX, 2, 8, "cut here"},
      {"Net(\n  (a): ReLU()\n  (b) ReLU()\n)", SOW_SYNTAX, 3, 3,
       "expected a child such as (fc): Linear(...)"},
      {"Net(\n  (a): 3\n)", SOW_SYNTAX, 2, 8, "expected a module"},
      {"Net(\n  (a): None\n  (a): ReLU()\n  (a): ReLU()\n)", SOW_DUPLICATE_NAME, 4, 4,
       "a: there is a member"},
      {"Net(\n  (a.b): ReLU()\n)", SOW_INVALID_ARGUMENT, 2, 10, "'.'"},
      {"Net(\n  (\xff): ReLU()\n)", SOW_INVALID_ARGUMENT, 2, 8, "UTF-8"},
      {"ModuleList((0-2): 2 x ReLU())", SOW_SYNTAX, 1, 19, "'2' repeats of a range of other length: (0-2)"},
      {"ModuleList((2-1): 0 x ReLU())", SOW_SYNTAX, 1, 19, "other length"},
      {"ModuleList((0-1): 2 x None)", SOW_SYNTAX, 1, 23, "only modules are repeated"},
      {"Linear(in_features=3)", SOW_INVALID_ARGUMENT, 1, 1,
       "Linear() missing required argument 'out_features'"},
      {"Linear()", SOW_INVALID_ARGUMENT, 1, 1, "'Linear' shows no sizes"},
      {"T5LayerNorm()", SOW_INVALID_ARGUMENT, 1, 1, "write its arguments into the text"},
      {"Linear(3, 4, True, 5)", SOW_INVALID_ARGUMENT, 1, 20, "at most 3 arguments"},
      {"Linear(3, 4, bais=True)", SOW_UNKNOWN_NAME, 1, 14, "did you mean 'bias'?"},
      {"Linear(3, 4, in_features=3)", SOW_INVALID_ARGUMENT, 1, 14, "multiple values"},
      {"Linear(3.5, 4)", SOW_INVALID_ARGUMENT, 1, 8, "'in_features' must be an int, not a float"},
      {"Linear(3, 4, bias=1)", SOW_INVALID_ARGUMENT, 1, 19, "'bias' must be True or False, not an int"},
      {"Linear(3, four)", SOW_INVALID_ARGUMENT, 1, 11, "'out_features' must be an int, not a name"},
      {"Linear(-3, 4)", SOW_INVALID_ARGUMENT, 1, 1, "-3"},
      {"Linear(3037000500, 3037000500)", SOW_OVERFLOW, 1, 1, "63 bits"},
      {"Linear(99999999999999999999, 4)", SOW_OVERFLOW, 1, 8, "64 bits"},
      {"Conv2d(3, 4, kernel_size=(3, 3, 3))", SOW_INVALID_ARGUMENT, 1, 1, "Conv2d has 2 kernel sizes, not 3"},
      {"Conv2d(3, 4, kernel_size=(3, 3.0))", SOW_INVALID_ARGUMENT, 1, 26,
       "must be a tuple of at most 64 ints"},
      {"Conv2d(3, 4, kernel_size=(3, 3), groups=2)", SOW_INVALID_ARGUMENT, 1, 1, "groups"},
      {"Embedding(3, 4, padding_idx=3)", SOW_INVALID_ARGUMENT, 1, 1, "padding_idx"},
      {"MultiheadAttention()", SOW_INVALID_ARGUMENT, 1, 1, "shows no children"},
      {"MultiheadAttention((out_proj): NonDynamicallyQuantizableLinear(3, 4))", SOW_INVALID_ARGUMENT, 1, 32,
       "as many outputs as inputs"},
      {"ParametrizedLinear(\n  in_features=3, out_features=4, bias=True\n  (parametrizations): "
       "ModuleDict()\n)",
       SOW_INVALID_ARGUMENT, 1, 1, "print the model before"},
      {"LazyLinear(in_features=0, out_features=4, bias=True)", SOW_INVALID_ARGUMENT, 1, 1,
       "print the model after it"},
      {"RecursiveScriptModule(original_name=Linear)", SOW_INVALID_ARGUMENT, 1, 1, "before torch.jit.script"},
      {"ParameterList((0): Parameter containing: [lost])", SOW_SYNTAX, 1, 20, "expected a parameter such as"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_refused(cases[i].text, strlen(cases[i].text), NULL, cases[i].status, cases[i].line,
                   cases[i].column, cases[i].part);
  assert_refused("Net(\n  (a\0b): ReLU()\n)", 20, NULL, SOW_SYNTAX, 2, 4, "NUL");
  assert_refused("\0", 1, NULL, SOW_SYNTAX, 1, 1, "not '?'");
}

static void every_cut_of_a_print_is_refused(void **state) {
  (void)state;
  char *text = read_model("encoder-1.13.txt");
  size_t length = strlen(text) - 1;
  assert_int_equal(text[length - 1], ')');
  for (size_t cut = 0; cut < length; cut++) {
    sow_error error = SOW_ERROR_NONE;
    sow_module *module = NULL;
    assert_int_equal(sow_module_parse(text, cut, NULL, &module, &error), SOW_SYNTAX);
    assert_null(module);
    assert_true(error.line > 0);
  }
  free(text);
}

static void damaged_prints_never_harm(void **state) {
  (void)state;
  static const char *const names[] = {"encoder-2.14.txt", "layers-2.14.txt"};
  static const char bytes[] = "()[]{}'\"#\\\n\r\t .,:=-+*/xX09_A\x80\xff\xc3";
  uint64_t x = 88172645463325252u;
  for (size_t n = 0; n < 2; n++) {
    char *text = read_model(names[n]);
    size_t length = strlen(text);
    char *copy = malloc(length);
    for (int round = 0; round < 1500; round++) {
      memcpy(copy, text, length);
      for (int hit = 0; hit < 1 + round % 4; hit++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        copy[x % length] = bytes[(x >> 32) % sizeof bytes];
      }
      sow_module *module = NULL;
      if (sow_module_parse(copy, length, NULL, &module, NULL) == SOW_OK)
        assert_non_null(module);
      sow_module_free(module);
    }
    free(copy);
    free(text);
  }
}

/* ---- limits ---- */

static char *nested(int depth, size_t *length) {
  sow__buffer text = {0};
  for (int i = 0; i < depth; i++)
    sow__buffer_text(&text, "A((a):");
  sow__buffer_text(&text, "ReLU()");
  sow__buffer_fill(&text, ')', (size_t)depth);
  char *taken = NULL;
  assert_int_equal(sow__buffer_take(&text, &taken, length, NULL), SOW_OK);
  return taken;
}

static void nesting_ends_at_a_thousand(void **state) {
  (void)state;
  size_t length;
  char *text = nested(1000, &length);
  sow_module *module = NULL;
  assert_int_equal(sow_module_parse(text, length, NULL, &module, NULL), SOW_OK);
  sow_module_free(module);
  free(text);
  text = nested(1001, &length);
  assert_refused(text, length, NULL, SOW_LIMIT, 1, 6007, "nested deeper than 1000");
  free(text);
  text = nested(1000000, &length);
  assert_refused(text, length, NULL, SOW_LIMIT, 1, 6007, "nested deeper than 1000");
  free(text);
}

static void long_texts_are_refused_or_read_in_linear_time(void **state) {
  (void)state;
  enum { MANY = 2000000 };
  size_t limit = (size_t)64 << 20;
  char *text = calloc(1, limit + 1);
  assert_non_null(text);
  assert_refused(text, limit + 1, NULL, SOW_LIMIT, 0, 0, "64 MiB");
  /* Patterns that would take quadratic time if anything were looked at again. */
  static const char *const patterns[] = {"'",   "'\\'", "\"'", "(",  "[",  "( ", " (a", "# ",
                                         "\n#", ". ",   "()",  "x,", "1,", "((", "\\"};
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
    size_t used = 4, step = strlen(patterns[i]);
    memcpy(text, "Net(", 4);
    for (; used + step < MANY; used += step)
      memcpy(text + used, patterns[i], step);
    sow_module *module = NULL;
    assert_true(sow_module_parse(text, used, NULL, &module, NULL) != SOW_OK);
    assert_null(module);
  }
  free(text);
}

static void repeats_cannot_fill_the_memory(void **state) {
  (void)state;
  static const char repeats[] =
      "ModuleList((0-9999): 10000 x ModuleList((0-9999): 10000 x ModuleList((0-9999): 10000 x ReLU())))";
  sow_module *module = NULL;
  assert_int_equal(sow_module_parse(repeats, strlen(repeats), NULL, &module, NULL), SOW_LIMIT);
  assert_null(module);
  /* Long names, written out for every module below them. */
  sow__buffer text = {0};
  for (int i = 0; i < 500; i++) {
    sow__buffer_text(&text, "A((");
    sow__buffer_fill(&text, 'n', 900);
    sow__buffer_text(&text, "):");
  }
  sow__buffer_text(&text, "ModuleList((0-9999): 10000 x PReLU(num_parameters=1)");
  sow__buffer_fill(&text, ')', 501);
  assert_int_equal(sow_module_parse(text.data, text.length, NULL, &module, NULL), SOW_LIMIT);
  assert_null(module);
  sow__buffer_free(&text);
}

static void many_children_take_linear_time(void **state) {
  (void)state;
  enum { COUNT = 100000 };
  sow__buffer text = {0};
  sow__buffer_text(&text, "ModuleDict(\n");
  for (int i = 0; i < COUNT; i++)
    sow__buffer_printf(&text, "  (layer_%d): PReLU(num_parameters=1)\n", i);
  sow__buffer_text(&text, ")\n");
  sow_module *module = NULL;
  assert_int_equal(sow_module_parse(text.data, text.length, NULL, &module, NULL), SOW_OK);
  assert_int_equal(module->child_count, COUNT);
  sow_module_free(module);
  sow__buffer_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bad_text_says_what_and_where),
      cmocka_unit_test(every_cut_of_a_print_is_refused),
      cmocka_unit_test(damaged_prints_never_harm),
      cmocka_unit_test(nesting_ends_at_a_thousand),
      cmocka_unit_test(long_texts_are_refused_or_read_in_linear_time),
      cmocka_unit_test(repeats_cannot_fill_the_memory),
      cmocka_unit_test(many_children_take_linear_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Text that is no rules: what is said and where; and the examples that people read. */
#include <stdlib.h>

#include "base/memory.h"
#include "document.h"
#include "refusals.h"

static void bad_text_says_what_and_where(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"", SOW_SYNTAX, 1, 1, "the text holds no rules"},
      {"# nothing\n\n", SOW_SYNTAX, 3, 1, "the text holds no rules"},
      {"aply:\n", SOW_UNKNOWN_NAME, 1, 1, "not 'aply', did you mean 'apply'?"},
      {"weight = ones_()\n", SOW_UNKNOWN_NAME, 1, 1,
       "expected a section, 'apply:', 'named_parameters:' or 'named_buffers:', not 'weight'"},
      {"apply\n", SOW_SYNTAX, 1, 6,
       "expected ':' after the section's name, or a module's path, not the end of the line"},
      {"apply: x\n", SOW_SYNTAX, 1, 8, "expected the end of the line after ':', not 'x'"},
      {"apply:\n", SOW_SYNTAX, 2, 1, "expected an indented block"},
      {"apply:\nnamed_parameters:\n", SOW_SYNTAX, 2, 1, "expected an indented block"},
      {"apply:\n  *Conv*\n    weight = ones_()\n", SOW_SYNTAX, 2, 9, "expected ',' or ':' after a glob"},
      {"apply:\n  *Conv*:\n", SOW_SYNTAX, 3, 1, "expected an indented line"},
      {"apply:\n  A:\n  B:\n    x = ones_()\n", SOW_SYNTAX, 3, 3, "expected an indented line"},
      {"apply:\n  weight = ones_()\n", SOW_SYNTAX, 2, 3, "belongs into a block"},
      {"apply:\n  A,:\n    x = ones_()\n", SOW_SYNTAX, 2, 5, "expected a glob for class names, not ':'"},
      {"apply:\n  A:\n    weight: ones_()\n", SOW_SYNTAX, 3, 11,
       "expected '=' after the parameter's name, not ':'"},
      {"apply:\n  A:\n    weight ones_()\n", SOW_SYNTAX, 3, 12, "expected '='"},
      {"apply:\n  A:\n    weight, bias = ones_()\n", SOW_SYNTAX, 3, 11, "expected '='"},
      {"apply:\n  A:\n    weight =\n", SOW_SYNTAX, 3, 13,
       "expected an initialiser such as normal_(std=0.02), not the end of the line"},
      {"apply:\n  A:\n    weight = ones_() zeros_()\n", SOW_SYNTAX, 3, 22,
       "expected the end of the line, not 'zeros_'"},
      {"apply:\n  A:\n    weight = ones_(\n    bias = ones_()\n", SOW_UNKNOWN_NAME, 4, 12,
       "unknown function 'ones_'"},
      {"apply:\n  A:\n    = ones_()\n", SOW_SYNTAX, 3, 5, "expected a parameter's name, not '='"},
      {"apply:\n  A:\n    x = ones_()\n     y = ones_()\n", SOW_SYNTAX, 4, 6,
       "indented by 5 spaces, the one before by 4"},
      {"apply:\n  A:\n    x = ones_()\n   y = ones_()\n", SOW_SYNTAX, 4, 4,
       "indented by 3 spaces, the one before by 4"},
      {"apply:\n  A:\n    x = ones_()\n B:\n    x = ones_()\n", SOW_SYNTAX, 4, 2,
       "this block is indented by 1 spaces"},
      {"  apply:\n    A:\n      x = ones_()\napply:\n", SOW_SYNTAX, 4, 1,
       "this section is indented by 0 spaces, the first one by 2"},
      {"apply:\n\tA:\n", SOW_SYNTAX, 2, 1, "a tab in the indentation; use spaces"},
      {"apply:\n  A:\n  \tx = ones_()\n", SOW_SYNTAX, 3, 3, "a tab in the indentation"},
      {"apply:\n  [A:\n    x = ones_()\n", SOW_SYNTAX, 2, 3, "this '[' has no ']'"},
      {"apply:\n  A\xff:\n    x = ones_()\n", SOW_SYNTAX, 2, 4, "no UTF-8"},
      {"apply:\n  A[a\xff]:\n    x = ones_()\n", SOW_SYNTAX, 2, 6, "no UTF-8"},
      {"apply:\n  A[\xc3]:\n    x = ones_()\n", SOW_SYNTAX, 2, 5, "no UTF-8"},
      {"apply:\n  A:\n    x = xavier_norml_()\n", SOW_UNKNOWN_NAME, 3, 9, "did you mean 'xavier_normal_'?"},
      {"apply:\n  A:\n    weight = xavier_normal_(m.weight)\n", SOW_INVALID_ARGUMENT, 3, 29,
       "the left side names the tensor"},
      {"named_parameters:\n", SOW_SYNTAX, 2, 1, "expected an indented line"},
      {"named_parameters:\n  a:\n    x = ones_()\n", SOW_SYNTAX, 2, 4, "expected '='"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_rules *rules = NULL;
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_rules_parse(cases[i].text, strlen(cases[i].text), "w.rules", &rules, &error);
    assert_refusal(&cases[i], status, &error);
    assert_null(rules);
  }
}

static void a_nul_byte_is_an_error_and_harmless(void **state) {
  (void)state;
  static const char text[] = "apply:\n  A\0B:\n    x = ones_()\n";
  sow_rules *rules = NULL;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_rules_parse(text, sizeof text - 1, NULL, &rules, &error), SOW_SYNTAX);
  assert_int_equal(error.line, 2);
  assert_int_equal(error.column, 4);
}

static void long_rules_are_refused_and_many_are_fast(void **state) {
  (void)state;
  size_t limit = (size_t)16 << 20;
  char *big = calloc(1, limit + 1);
  assert_non_null(big);
  sow_rules *rules = NULL;
  assert_int_equal(sow_rules_parse(big, limit + 1, NULL, &rules, NULL), SOW_LIMIT);
  free(big);
  sow__buffer text = {0};
  sow__buffer_text(&text, "named_parameters:\n");
  for (int i = 0; i < 50000; i++)
    sow__buffer_printf(&text, "  layer%d.weight = normal_(std=%d/7)\n", i, i);
  assert_false(text.failed);
  assert_int_equal(sow_rules_parse(text.data, text.length, NULL, &rules, NULL), SOW_OK);
  sow_rules_free(rules);
  sow__buffer_free(&text);
  /* Every '[' might begin a part of a tensor. */
  sow__buffer_text(&text, "named_parameters:\n  ");
  for (int i = 0; i < 200000; i++)
    sow__buffer_text(&text, "[[a]");
  sow__buffer_text(&text, " = ones_()\n");
  assert_int_equal(sow_rules_parse(text.data, text.length, NULL, &rules, NULL), SOW_OK);
  sow_rules_free(rules);
  sow__buffer_free(&text);
}

/* Each block of docs/rules.md that is fenced as rules. */
static void the_documents_examples_are_rules(void **state) {
  (void)state;
  char *text = read_document("rules.md");
  size_t length, count = 0;
  for (char *block = text; (block = next_example(block, "rules", &length)) != NULL; block += length) {
    sow_rules *rules = NULL;
    sow_error error = SOW_ERROR_NONE;
    if (sow_rules_parse(block, length, "docs/rules.md", &rules, &error) != SOW_OK)
      fail_msg("%d: %s", error.line, error.message);
    sow_rules_free(rules);
    count++;
  }
  assert_int_equal(count, 12);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bad_text_says_what_and_where),
      cmocka_unit_test(a_nul_byte_is_an_error_and_harmless),
      cmocka_unit_test(long_rules_are_refused_and_many_are_fast),
      cmocka_unit_test(the_documents_examples_are_rules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

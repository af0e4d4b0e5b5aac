/* From an offset to line, column, excerpt and caret, whatever bytes the text holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/diagnostic.h"
#include "unit.h"

static sow_error fail_at(const char *bytes, size_t length, size_t offset) {
  const sow__text text = {"model.txt", bytes, length};
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow__text_fail(&text, offset, &error, SOW_SYNTAX, "no %s", "good"), SOW_SYNTAX);
  assert_int_equal(error.status, SOW_SYNTAX);
  assert_string_equal(error.message, "no good");
  assert_string_equal(error.source, "model.txt");
  return error;
}

static void offsets_become_lines_and_columns(void **state) {
  (void)state;
  static const char text[] = "Net(\n  (fc): Linera(3)\r\n)\n";
  static const struct {
    size_t offset;
    int line, column, caret;
    const char *excerpt;
  } cases[] = {
      {0, 1, 1, 0, "Net("},
      {4, 1, 5, 4, "Net("}, /* the line end itself */
      {13, 2, 9, 8, "  (fc): Linera(3)"},
      {24, 3, 1, 0, ")"},
      {26, 4, 1, 0, ""},  /* behind the last byte */
      {500, 4, 1, 0, ""}, /* beyond the text */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_error error = fail_at(text, sizeof text - 1, cases[i].offset);
    assert_int_equal(error.line, cases[i].line);
    assert_int_equal(error.column, cases[i].column);
    assert_int_equal(error.caret, cases[i].caret);
    assert_string_equal(error.excerpt, cases[i].excerpt);
  }
}

static void the_diagnostic_reads_as_designed(void **state) {
  (void)state;
  static const char line[] = "  (fc6): Linera(in_features=8192)";
  sow_error error = fail_at(line, sizeof line - 1, 9);
  char printed[400];
  sow_error_print(&error, printed, sizeof printed);
  assert_string_equal(printed, "model.txt:1:10: error: no good\n"
                               "  (fc6): Linera(in_features=8192)\n"
                               "         ^");
}

static void tabs_and_control_bytes_cannot_reach_the_terminal(void **state) {
  (void)state;
  static const char text[] = "\ta\0b\x1b[31mc\xff\xc2\x9b"
                             "d\xe2\x82\xac";
  sow_error error = fail_at(text, sizeof text - 1, 10);
  assert_string_equal(error.excerpt, " a?b?[31mc??d\xe2\x82\xac");
  assert_int_equal(error.caret, 10);
  assert_int_equal(error.column, 11);
  static const char turned[] = "a\xe2\x80\xae"
                               "b\xe2\x81";
  error = fail_at(turned, sizeof turned - 1, 0);
  assert_string_equal(error.excerpt, "a?b??");
}

static void long_lines_are_cut_around_the_caret(void **state) {
  (void)state;
  enum { LENGTH = 1000 };
  char text[LENGTH + 1];
  for (int i = 0; i < LENGTH; i++)
    text[i] = (char)('a' + i % 26);
  text[LENGTH] = 0;
  for (size_t offset = 0; offset <= LENGTH; offset += 37) {
    sow_error error = fail_at(text, LENGTH, offset);
    assert_int_equal(error.column, offset + 1);
    assert_true(strlen(error.excerpt) < SOW_EXCERPT_SIZE);
    assert_true(error.caret >= 0 && (size_t)error.caret <= strlen(error.excerpt));
    assert_int_equal(error.excerpt[error.caret], text[offset]);
  }
}

static void cut_lines_keep_whole_characters(void **state) {
  (void)state;
  char text[3 * 200 + 1] = "";
  for (int i = 0; i < 200; i++)
    memcpy(text + 3 * i, "\xe2\x82\xac", 4);
  for (size_t offset = 0; offset < 600; offset += 3) {
    sow_error error = fail_at(text, 600, offset);
    size_t length = strlen(error.excerpt);
    assert_int_equal(length % 3, 0);
    for (size_t i = 0; i < length; i += 3)
      assert_memory_equal(error.excerpt + i, "\xe2\x82\xac", 3);
    assert_int_equal(error.caret % 3, 0);
  }
}

static void quotes_are_short_and_clean(void **state) {
  (void)state;
  char quote[SOW__QUOTE_SIZE], name[300];
  assert_string_equal(sow__text_quote("Linera", 6, quote), "Linera");
  assert_string_equal(sow__text_quote("a\n\0b", 4, quote), "a??b");
  assert_string_equal(sow__text_quote("\xf0\x9f\x98\x80\xf0\x9f", 6, quote), "\xf0\x9f\x98\x80??");
  memset(name, 'x', sizeof name);
  sow__text_quote(name, sizeof name, quote);
  assert_true(strlen(quote) < SOW__QUOTE_SIZE);
  assert_string_equal(quote + strlen(quote) - 3, "...");
}

static void well_formed_utf8_is_told_from_broken(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t length;
  } cases[] = {
      {"a", 1},
      {"\x7f", 1},
      {"\xc3\xa9", 2},
      {"\xe0\xa0\x80", 3},
      {"\xed\x9f\xbf", 3},
      {"\xf4\x8f\xbf\xbf", 4},
      {"\x80", 0},
      {"\xc0\x80", 0},         /* overlong */
      {"\xe0\x9f\xbf", 0},     /* overlong */
      {"\xed\xa0\x80", 0},     /* a surrogate */
      {"\xf4\x90\x80\x80", 0}, /* beyond U+10FFFF */
      {"\xf5\x80\x80\x80", 0},
      {"\xe2\x82", 0}, /* cut */
      {"\xe2\x28\xa1", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(sow__utf8_length(cases[i].bytes, strlen(cases[i].bytes)), cases[i].length);
  assert_int_equal(sow__utf8_length("", 0), 0);
}

static void keep_warning(void *context, const sow_error *warning) {
  *(sow_error *)context = *warning;
}

static void warnings_carry_their_place(void **state) {
  (void)state;
  const sow__text text = {NULL, "a\nbc\n", 5};
  sow_error error = SOW_ERROR_NONE, got = SOW_ERROR_NONE;
  sow__text_warn(&text, 3, &error, "dropped");
  sow__text_warn(&text, 3, NULL, "dropped");
  error.on_warning = keep_warning;
  error.warning_context = &got;
  sow__text_warn(&text, 3, &error, "mind %d", 7);
  assert_int_equal(got.status, SOW_OK);
  assert_string_equal(got.message, "mind 7");
  assert_string_equal(got.source, "");
  assert_int_equal(got.line, 2);
  assert_int_equal(got.column, 2);
  assert_string_equal(got.excerpt, "bc");
  assert_int_equal(error.line, 0);
}

static void failing_keeps_the_callers_warning_handler(void **state) {
  (void)state;
  const sow__text text = {"t", "x", 1};
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = keep_warning;
  error.warning_context = &error;
  sow__text_fail(&text, 0, &error, SOW_LIMIT, "x");
  assert_true(error.on_warning == keep_warning && error.warning_context == &error);
  assert_int_equal(sow__text_fail(&text, 0, NULL, SOW_LIMIT, "x"), SOW_LIMIT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(offsets_become_lines_and_columns),
      cmocka_unit_test(the_diagnostic_reads_as_designed),
      cmocka_unit_test(tabs_and_control_bytes_cannot_reach_the_terminal),
      cmocka_unit_test(long_lines_are_cut_around_the_caret),
      cmocka_unit_test(cut_lines_keep_whole_characters),
      cmocka_unit_test(quotes_are_short_and_clean),
      cmocka_unit_test(well_formed_utf8_is_told_from_broken),
      cmocka_unit_test(warnings_carry_their_place),
      cmocka_unit_test(failing_keeps_the_callers_warning_handler),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The lowest rank: sizes, growable memory, numbers as text, names. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/number.h"
#include "base/reading.h"
#include "base/size.h"
#include "sow/tensor.h"
#include "unit.h"

static void numbers_print_as_python_repr(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {-2.0, "-2.0"},
      {0.1, "0.1"},
      {0.02, "0.02"},
      {1e-05, "1e-05"},
      {0.0001, "0.0001"},
      {123456789.0, "123456789.0"},
      {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},
      {1.5e300, "1.5e+300"},
      {5e-324, "5e-324"},
      {1.0 / 3.0, "0.3333333333333333"},
      {2.5, "2.5"},
      {9007199254740993.0, "9007199254740992.0"},
      {0.00012345, "0.00012345"},
      {12.5e-5, "0.000125"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {-1.2345678901234567e-100, "-1.2345678901234567e-100"},
      {0x1p-24, "5.960464477539063e-08"}, /* 16 digits, and not the nearest 16 */
      {0x1p89, "6.189700196426902e+26"},
      {INFINITY, "inf"},
      {-INFINITY, "-inf"},
  };
  char text[SOW__NUMBER_SIZE];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(sow__number_print(cases[i].value, text), cases[i].text);
  assert_string_equal(sow__number_print(NAN, text), "nan");
}

static void numbers_read_back_what_they_print(void **state) {
  (void)state;
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 20000; i++) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    double value, back;
    memcpy(&value, &x, sizeof value);
    value = fabs(value);
    if (!isfinite(value))
      continue;
    char text[SOW__NUMBER_SIZE];
    bool integer;
    sow__number_print(value, text);
    assert_int_equal(sow__number_scan(text, strlen(text), &back, &integer), strlen(text));
    assert_memory_equal(&value, &back, sizeof value);
    assert_false(integer);
  }
}

static void numbers_do_not_follow_the_locale(void **state) {
  (void)state;
  if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale(LC_NUMERIC, "fr_FR.UTF-8") == NULL) {
    print_message("skipped: numbers_do_not_follow_the_locale: no locale with a decimal comma is installed\n");
    skip();
  }
  char text[SOW__NUMBER_SIZE];
  double value;
  bool integer;
  assert_string_equal(sow__number_print(2.5, text), "2.5");
  assert_int_equal(sow__number_scan("2.5", 3, &value, &integer), 3);
  assert_true(value == 2.5);
  assert_string_equal(localeconv()->decimal_point, ",");
  setlocale(LC_NUMERIC, "C");
}

static void number_literals_end_where_pythons_end(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t length;
    double value;
    bool integer;
  } cases[] = {
      {"12", 2, 12, true},     {"1_000", 5, 1000, true},  {"1__0", 1, 1, true}, {"1.", 2, 1, false},
      {".5", 2, 0.5, false},   {".", 0, 0, false},        {"e5", 0, 0, false},  {"1e5x", 3, 1e5, false},
      {"1e+", 1, 1, true},     {"1e-3)", 4, 1e-3, false}, {"-1", 0, 0, false},  {"12_", 2, 12, true},
      {"3.e2", 4, 300, false}, {"", 0, 0, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double value = 0;
    bool integer = false;
    assert_int_equal(sow__number_scan(cases[i].text, strlen(cases[i].text), &value, &integer),
                     cases[i].length);
    assert_true(value == cases[i].value);
    assert_int_equal(integer, cases[i].integer);
  }
}

static void integers_are_taken_whole_or_not_at_all(void **state) {
  (void)state;
  bool negative;
  uint64_t value;
  assert_true(sow__integer_scan("18446744073709551615", &negative, &value));
  assert_true(value == UINT64_MAX && !negative);
  assert_true(sow__integer_scan("-0x10", &negative, &value));
  assert_true(value == 16 && negative);
  assert_false(sow__integer_scan("18446744073709551616", &negative, &value));
  assert_false(sow__integer_scan("", &negative, &value));
  assert_false(sow__integer_scan("-", &negative, &value));
  assert_false(sow__integer_scan("0x", &negative, &value));
  assert_false(sow__integer_scan("1.5", &negative, &value));
  assert_false(sow__integer_scan("1 ", &negative, &value));
}

static void globs_match_as_fnmatch(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *text;
    bool matches;
  } cases[] = {
      {"*Conv3d*", "Conv3d", true},
      {"*Conv3d*", "MyConv3dX", true},
      {"Conv?d", "Conv2d", true},
      {"Conv?d", "Convd", false},
      {"*.weight", "a.b.weight", true},
      {"*.weight", "weight", false},
      {"[abc]x", "bx", true},
      {"[!abc]x", "bx", false},
      {"[a-c]x", "cx", true},
      {"[]]x", "]x", true},
      {"[ab", "[ab", true},
      {"", "", true},
      {"", "a", false},
      {"***", "", true},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"[", "[", true},
      {"conv", "Conv", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(sow__glob(cases[i].pattern, cases[i].text), cases[i].matches);
}

static void globs_match_characters_not_bytes(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *text;
    bool matches;
  } cases[] = {
      {"gr\u00F6\u00DFe", "gr\u00F6\u00DFe", true},
      {"gr??e", "gr\u00F6\u00DFe", true},
      {"gr????e", "gr\u00F6\u00DFe", false},
      {"?", "\U0001F331", true},
      {"*??", "\u00F6", false},
      {"*[!x]y", "\u6DF1y", true},
      {"*[!x]?", "\u6DF1", false},
      {"[\u00F6\u00FC]", "\u00FC", true},
      {"[\u00F6\u00FC]", "\u00F7", false},
      {"[!\u00F6]", "\u00FC", true},
      {"[!\u00F6]", "\u00F6", false},
      {"[\u00E0-\u0100]", "\u00FC", true},
      {"[\u00E0-\u0100]", "\u0101", false},
      {"[a-\U0001F331]", "\u6DF1", true},
      {"[a-\u6DF1]", "\U0001F331", false},
      {"[\u00F6", "[\u00F6", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(sow__glob(cases[i].pattern, cases[i].text), cases[i].matches);
}

static void globs_take_linear_time_on_many_stars(void **state) {
  (void)state;
  char pattern[201], text[20001];
  for (int i = 0; i < 200; i++)
    pattern[i] = i % 2 ? 'a' : '*';
  pattern[200] = 0;
  memset(text, 'a', sizeof text - 1);
  text[sizeof text - 2] = 'b';
  text[sizeof text - 1] = 0;
  assert_false(sow__glob(pattern, text));
}

static const char *name_of(const void *context, size_t index) {
  return ((const char *const *)context)[index];
}

static void a_name_is_found_where_it_stands(void **state) {
  (void)state;
  static const char *const names[] = {"weight", "a", "\xC3\xA9", "bias", ""};
  static const size_t order[] = {4, 1, 3, 0, 2}; /* by bytes: a letter beyond ASCII comes last */
  size_t count = sizeof order / sizeof *order;
  for (size_t i = 0; i < count; i++) {
    size_t found = count;
    assert_true(sow__name_find(names[i], order, count, name_of, names, &found));
    assert_int_equal(found, i);
  }
  static const char *const absent[] = {"A", "aa", "bia", "weights", "\xC3\xAA"};
  size_t untouched = 7;
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
    assert_false(sow__name_find(absent[i], order, count, name_of, names, &untouched));
  assert_false(sow__name_find("a", order, 0, name_of, names, &untouched));
  assert_int_equal(untouched, 7);
}

static void the_nearest_name_is_suggested_for_a_typo_only(void **state) {
  (void)state;
  static const char *const names[] = {"Linear", "LayerNorm", "Conv2d", "Conv3d", "relu", "max", "set", "min"};
  static const struct {
    const char *name, *best;
  } cases[] = {{"Linera", "Linear"}, {"linear", "Linear"}, {"Conv3", "Conv3d"}, {"ReLU", "relu"},
               {"Banana", NULL},     {"", NULL},           {"map", NULL},       {"Net", NULL},
               {"self", NULL},       {"gain", NULL},       {"mxa", "max"},      {"mn", "min"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow__nearest nearest = {.name = cases[i].name};
    for (size_t j = 0; j < sizeof names / sizeof *names; j++)
      sow__nearest_offer(&nearest, names[j]);
    if (cases[i].best == NULL)
      assert_null(nearest.best);
    else
      assert_string_equal(nearest.best, cases[i].best);
  }
  sow__nearest far = {.name = "x"};
  char hint[64];
  assert_string_equal(sow__nearest_hint(&far, hint, sizeof hint), "");
}

static void counts_that_leave_63_bits_are_refused(void **state) {
  (void)state;
  int64_t count = -7;
  assert_int_equal(sow__count(2, (int64_t[]){1 << 30, 1 << 29}, &count, NULL), SOW_OK);
  assert_true(count == (int64_t)1 << 59);
  count = -7;
  assert_int_equal(sow__count(2, (int64_t[]){1 << 30, 1 << 30}, &count, NULL), SOW_OVERFLOW);
  assert_int_equal(sow__count(3, (int64_t[]){INT64_MAX, 2, 1}, &count, NULL), SOW_OVERFLOW);
  assert_int_equal(sow__count(1, (int64_t[]){-1}, &count, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow__count(-1, NULL, &count, NULL), SOW_INVALID_ARGUMENT);
  assert_true(count == -7);
  assert_int_equal(sow__count(3, (int64_t[]){INT64_MAX, 0, INT64_MAX}, &count, NULL), SOW_OK);
  assert_true(count == 0);
  assert_int_equal(sow__count(0, NULL, &count, NULL), SOW_OK);
  assert_true(count == 1);
}

static void buffers_grow_and_hand_over(void **state) {
  (void)state;
  sow__buffer buffer = {0};
  for (int i = 0; i < 1000; i++)
    sow__buffer_printf(&buffer, "%d,", i);
  sow__buffer_fill(&buffer, ' ', 3);
  char *text = NULL;
  size_t length = 0;
  assert_int_equal(sow__buffer_take(&buffer, &text, &length, NULL), SOW_OK);
  assert_int_equal(length, strlen(text));
  assert_int_equal(length, 3893);
  assert_string_equal(text + length - 7, "999,   ");
  free(text);
  assert_int_equal(sow__buffer_take(&buffer, &text, NULL, NULL), SOW_OK);
  assert_string_equal(text, "");
  free(text);
}

static void arenas_give_zeroed_aligned_memory(void **state) {
  (void)state;
  sow__arena arena = {0};
  for (size_t size = 0; size < 40000; size = size * 2 + 1) {
    unsigned char *bytes = sow__arena_alloc(&arena, size);
    assert_non_null(bytes);
    assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < size; i++)
      assert_int_equal(bytes[i], 0);
    memset(bytes, 0xff, size);
  }
  assert_null(sow__arena_alloc(&arena, SIZE_MAX - 8));
  assert_string_equal(sow__arena_copy(&arena, "abcdef", 3), "abc");
  sow__arena_free(&arena);
}

static void errors_print_with_place_line_and_caret(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow__fail(&error, SOW_SHAPE, "needs %d dimensions", 2), SOW_SHAPE);
  assert_int_equal(sow__fail_within(&error, SOW_SHAPE, "fc.bias (%s)", "r:4"), SOW_SHAPE);
  char text[1024];
  sow_error_print(&error, text, sizeof text);
  assert_string_equal(text, "error: fc.bias (r:4): needs 2 dimensions");
  error.line = 12, error.column = 4, error.caret = 3;
  strcpy(error.source, "c3d.txt");
  strcpy(error.excerpt, "   Linera(1)");
  size_t length = sow_error_print(&error, text, sizeof text);
  assert_string_equal(text, "c3d.txt:12:4: error: fc.bias (r:4): needs 2 dimensions\n   Linera(1)\n   ^");
  assert_int_equal(length, strlen(text));
  assert_int_equal(sow_error_print(&error, text, 5), length);
  assert_string_equal(text, "c3d.");
  strcpy(error.excerpt, "\u00e9\u4e2d Linera(1)");
  error.caret = 6;
  sow_error_print(&error, text, sizeof text);
  assert_string_equal(strrchr(text, '\n'), "\n   ^");
  assert_int_equal(sow__fail(NULL, SOW_IO, NULL), SOW_IO);
}

static void a_failed_system_call_is_told_by_its_number(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow__fail_path(&error, "c3d.txt", EACCES), SOW_IO);
  assert_string_equal(error.message, "c3d.txt: Permission denied");
  assert_int_equal(error.system_error, EACCES);
  sow__fail_path(&error, "c3d.txt", 4242);
  assert_string_equal(error.message, "c3d.txt: Unknown error 4242");
  sow__fail_path(&error, "c3d.txt", EACCES);
  assert_int_equal(sow__fail_within(&error, SOW_IO, "fc.bias"), SOW_IO);
  assert_int_equal(error.system_error, EACCES);
  assert_int_equal(sow__fail(&error, SOW_IO, "another"), SOW_IO);
  assert_int_equal(error.system_error, 0);
  assert_int_equal(sow__fail_path(NULL, "c3d.txt", EACCES), SOW_IO);
}

static void keep_message(void *context, const sow_error *warning) {
  strcpy(context, warning->message);
}

/* Names come from files: a terminal must not obey them, nor a message look like two. */
static void messages_hold_no_control_characters(void **state) {
  (void)state;
  char warned[SOW_MESSAGE_SIZE];
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = keep_message;
  error.warning_context = warned;
  sow__fail(&error, SOW_SHAPE, "%s", "a\033[31m\nsow: \u00e9\302\2331m\177");
  assert_string_equal(error.message, "a?[31m?sow: \u00e9??1m?");
  sow__fail_within(&error, SOW_SHAPE, "%s", "b\r");
  assert_string_equal(error.message, "b?: a?[31m?sow: \u00e9??1m?");
  /* What turns the direction of writing. */
  sow__fail(&error, SOW_SHAPE, "%s", "a\u202eb\u2066c\u061cd\u200fe\u2025f");
  assert_string_equal(error.message, "a???b???c??d???e\u2025f");
  sow__warn(&error, "%s", "c\033]0;");
  assert_string_equal(warned, "c?]0;");
}

static void every_status_has_a_name_and_a_text(void **state) {
  (void)state;
  for (int i = SOW_OK; i <= SOW_LIMIT; i++) {
    assert_string_not_equal(sow_status_name((sow_status)i), "UNKNOWN");
    assert_string_not_equal(sow_status_text((sow_status)i), "unknown status");
  }
  assert_string_equal(sow_status_name((sow_status)999), "UNKNOWN");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_print_as_python_repr),
      cmocka_unit_test(numbers_read_back_what_they_print),
      cmocka_unit_test(numbers_do_not_follow_the_locale),
      cmocka_unit_test(number_literals_end_where_pythons_end),
      cmocka_unit_test(integers_are_taken_whole_or_not_at_all),
      cmocka_unit_test(globs_match_as_fnmatch),
      cmocka_unit_test(globs_match_characters_not_bytes),
      cmocka_unit_test(globs_take_linear_time_on_many_stars),
      cmocka_unit_test(a_name_is_found_where_it_stands),
      cmocka_unit_test(the_nearest_name_is_suggested_for_a_typo_only),
      cmocka_unit_test(counts_that_leave_63_bits_are_refused),
      cmocka_unit_test(buffers_grow_and_hand_over),
      cmocka_unit_test(arenas_give_zeroed_aligned_memory),
      cmocka_unit_test(errors_print_with_place_line_and_caret),
      cmocka_unit_test(a_failed_system_call_is_told_by_its_number),
      cmocka_unit_test(messages_hold_no_control_characters),
      cmocka_unit_test(every_status_has_a_name_and_a_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

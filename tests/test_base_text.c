/* Numbers, names and texts as messages and tables have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/listing.h"
#include "base/names.h"
#include "base/number.h"
#include "base/utf8.h"

static void characters_are_counted_where_they_begin(void **state) {
  (void)state;
  const char text[] = "a\u00e9\u20ac.";
  size_t length = sizeof text - 1;
  assert_int_equal(sow__utf8_count(text, length), 4);
  assert_int_equal(sow__utf8_count(text, 2), 2);
  static const size_t places[] = {0, 1, 3, 6, 7, 7};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    assert_int_equal(sow__utf8_place(text, length, i), places[i]);
}

static void texts_end_and_are_names(void **state) {
  (void)state;
  assert_true(sow__text_ends("a.weight", ".weight"));
  assert_true(sow__text_ends("a", "a"));
  assert_true(sow__text_ends("a", ""));
  assert_false(sow__text_ends("weight", ".weight"));
  assert_false(sow__text_ends("a.weights", ".weight"));
  assert_true(sow__name_is_text("\u00e9 a"));
  assert_false(sow__name_is_text("a\n"));
  assert_false(sow__name_is_text("a\x7f"));
  assert_false(sow__name_is_text("a\xff"));
}

static void the_first_names_are_listed(void **state) {
  (void)state;
  static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g"};
  static const char *const texts[] = {"",
                                      "a",
                                      "a, b (x)",
                                      "a, b (x), c",
                                      "a, b (x), c, d",
                                      "a, b (x), c, d, e",
                                      "a, b (x), c, d, e and 1 more",
                                      "a, b (x), c, d, e and 2 more"};
  for (size_t count = 0; count < sizeof texts / sizeof *texts; count++) {
    sow__listing listing = {0};
    for (size_t i = 0; i < count; i++)
      sow__listing_add(&listing, names[i], i == 1 ? "x" : NULL);
    assert_string_equal(sow__listing_end(&listing), texts[count]);
    assert_int_equal(listing.count, count);
    sow__listing_free(&listing);
  }
}

static void digits_are_read_up_to_what_is_none(void **state) {
  (void)state;
  uint64_t value = 7;
  const char *text = "18446744073709551615/3";
  assert_true(sow__digits_read(&text, &value));
  assert_true(value == UINT64_MAX);
  assert_string_equal(text, "/3");
  static const char *const none[] = {"", "-1", " 1", "18446744073709551616"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    text = none[i];
    assert_false(sow__digits_read(&text, &value));
    assert_ptr_equal(text, none[i]);
    assert_true(value == UINT64_MAX);
  }
}

static void numbers_of_a_type_have_its_digits(void **state) {
  (void)state;
  static const struct {
    double value;
    sow_dtype dtype;
    const char *text;
  } cases[] = {
      {0x1.99999ap-4, SOW_FLOAT32, "0.1"},    {0x1.998p-4, SOW_FLOAT16, "0.1"},
      {0x1.9ap-4, SOW_BFLOAT16, "0.1"},       {0x1p-149, SOW_FLOAT32, "1e-45"},
      {0x1p-24, SOW_FLOAT16, "6e-08"},        {0x1p-69, SOW_BFLOAT16, "1.7e-21"},
      {0x1.fep127, SOW_BFLOAT16, "3.39e+38"}, {65504, SOW_FLOAT16, "65500.0"},
      {-INFINITY, SOW_FLOAT16, "-inf"},
  };
  char text[SOW__NUMBER_SIZE];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(sow__number_print_as(cases[i].value, cases[i].dtype, text), cases[i].text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(characters_are_counted_where_they_begin),
      cmocka_unit_test(texts_end_and_are_names),
      cmocka_unit_test(the_first_names_are_listed),
      cmocka_unit_test(digits_are_read_up_to_what_is_none),
      cmocka_unit_test(numbers_of_a_type_have_its_digits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The expression grammar against Python's own answers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "refusals.h"
#include "text/expression.h"
#include "unit.h"

static sow_status evaluate(const char *source, sow__arena *arena, sow__text_value *value, sow_error *error) {
  const sow__text text = {"t", source, strlen(source)};
  sow__reader reader = {.arena = arena, .error = error};
  sow__scanner_open(&reader.scanner, &text, 0, text.length);
  sow_status status = sow__expression_parse(&reader, value);
  if (status == SOW_OK && reader.scanner.token.kind != SOW__TOKEN_END)
    status = sow__expected(&reader, "the end");
  return status;
}

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void values_equal_python(void **state) {
  (void)state;
  /* The bits of float(eval(text)) in CPython 3.11, with `from math import sqrt`. */
  static const struct {
    const char *text;
    sow__value_kind kind;
    uint64_t bits;
  } cases[] = {
      {"1", SOW__VALUE_INTEGER, UINT64_C(0x3ff0000000000000)},
      {"0", SOW__VALUE_INTEGER, UINT64_C(0x0)},
      {"1_000", SOW__VALUE_INTEGER, UINT64_C(0x408f400000000000)},
      {"0.02", SOW__VALUE_FLOAT, UINT64_C(0x3f947ae147ae147b)},
      {"1e-05", SOW__VALUE_FLOAT, UINT64_C(0x3ee4f8b588e368f1)},
      {".5", SOW__VALUE_FLOAT, UINT64_C(0x3fe0000000000000)},
      {"5.", SOW__VALUE_FLOAT, UINT64_C(0x4014000000000000)},
      {"1e400", SOW__VALUE_FLOAT, UINT64_C(0x7ff0000000000000)},
      {"2+3*4", SOW__VALUE_INTEGER, UINT64_C(0x402c000000000000)},
      {"(2+3)*4", SOW__VALUE_INTEGER, UINT64_C(0x4034000000000000)},
      {"2*3%4", SOW__VALUE_INTEGER, UINT64_C(0x4000000000000000)},
      {"-7//2", SOW__VALUE_INTEGER, UINT64_C(0xc010000000000000)},
      {"7//-2", SOW__VALUE_INTEGER, UINT64_C(0xc010000000000000)},
      {"-7%3", SOW__VALUE_INTEGER, UINT64_C(0x4000000000000000)},
      {"7%-3", SOW__VALUE_INTEGER, UINT64_C(0xc000000000000000)},
      {"-7.5//2", SOW__VALUE_FLOAT, UINT64_C(0xc010000000000000)},
      {"-7.5%2", SOW__VALUE_FLOAT, UINT64_C(0x3fe0000000000000)},
      {"7.5//-2", SOW__VALUE_FLOAT, UINT64_C(0xc010000000000000)},
      {"7.5%-2", SOW__VALUE_FLOAT, UINT64_C(0xbfe0000000000000)},
      {"0.0//-3", SOW__VALUE_FLOAT, UINT64_C(0x8000000000000000)},
      {"-0.0%3", SOW__VALUE_FLOAT, UINT64_C(0x0)},
      {"5.0%math.inf", SOW__VALUE_FLOAT, UINT64_C(0x4014000000000000)},
      {"-5.0%math.inf", SOW__VALUE_FLOAT, UINT64_C(0x7ff0000000000000)},
      {"1e300*1e10", SOW__VALUE_FLOAT, UINT64_C(0x7ff0000000000000)},
      {"2**10", SOW__VALUE_INTEGER, UINT64_C(0x4090000000000000)},
      {"2**-1", SOW__VALUE_FLOAT, UINT64_C(0x3fe0000000000000)},
      {"-2**2", SOW__VALUE_INTEGER, UINT64_C(0xc010000000000000)},
      {"-2**-2", SOW__VALUE_FLOAT, UINT64_C(0xbfd0000000000000)},
      {"2**3**2", SOW__VALUE_INTEGER, UINT64_C(0x4080000000000000)},
      {"(-2)**3", SOW__VALUE_INTEGER, UINT64_C(0xc020000000000000)},
      {"(-8)**3", SOW__VALUE_INTEGER, UINT64_C(0xc080000000000000)},
      {"0**0", SOW__VALUE_INTEGER, UINT64_C(0x3ff0000000000000)},
      {"0.0**0", SOW__VALUE_FLOAT, UINT64_C(0x3ff0000000000000)},
      {"2**0.5", SOW__VALUE_FLOAT, UINT64_C(0x3ff6a09e667f3bcd)},
      {"-2**0.5", SOW__VALUE_FLOAT, UINT64_C(0xbff6a09e667f3bcd)},
      {"9**0.5", SOW__VALUE_FLOAT, UINT64_C(0x4008000000000000)},
      {"3**39", SOW__VALUE_INTEGER, UINT64_C(0x43cc1ec8b85c2ffc)},
      {"(-3)**39", SOW__VALUE_INTEGER, UINT64_C(0xc3cc1ec8b85c2ffc)},
      {"1/3", SOW__VALUE_FLOAT, UINT64_C(0x3fd5555555555555)},
      {"7/2", SOW__VALUE_FLOAT, UINT64_C(0x400c000000000000)},
      {"6/2", SOW__VALUE_FLOAT, UINT64_C(0x4008000000000000)},
      {"1/3*3", SOW__VALUE_FLOAT, UINT64_C(0x3ff0000000000000)},
      {"-1+2", SOW__VALUE_INTEGER, UINT64_C(0x3ff0000000000000)},
      {"--1", SOW__VALUE_INTEGER, UINT64_C(0x3ff0000000000000)},
      {"-+-1", SOW__VALUE_INTEGER, UINT64_C(0x3ff0000000000000)},
      {"+True", SOW__VALUE_INTEGER, UINT64_C(0x3ff0000000000000)},
      {"True+True", SOW__VALUE_INTEGER, UINT64_C(0x4000000000000000)},
      {"False*3", SOW__VALUE_INTEGER, UINT64_C(0x0)},
      {"True/2", SOW__VALUE_FLOAT, UINT64_C(0x3fe0000000000000)},
      {"-True", SOW__VALUE_INTEGER, UINT64_C(0xbff0000000000000)},
      {"1-2-3", SOW__VALUE_INTEGER, UINT64_C(0xc010000000000000)},
      {"100/10/2", SOW__VALUE_FLOAT, UINT64_C(0x4014000000000000)},
      {"2*-3", SOW__VALUE_INTEGER, UINT64_C(0xc018000000000000)},
      {"4**0.5*sqrt(2)", SOW__VALUE_FLOAT, UINT64_C(0x4006a09e667f3bcd)},
      {"0.02/sqrt(2*12)", SOW__VALUE_FLOAT, UINT64_C(0x3f70b8cb28fd8cf5)},
      {"sqrt(2)", SOW__VALUE_FLOAT, UINT64_C(0x3ff6a09e667f3bcd)},
      {"sqrt(0)", SOW__VALUE_FLOAT, UINT64_C(0x0)},
      {"math.sqrt(16)", SOW__VALUE_FLOAT, UINT64_C(0x4010000000000000)},
      {"sqrt(x=2)", SOW__VALUE_FLOAT, UINT64_C(0x3ff6a09e667f3bcd)},
      {"sqrt(1/3)", SOW__VALUE_FLOAT, UINT64_C(0x3fe279a74590331c)},
      {"sqrt(True)", SOW__VALUE_FLOAT, UINT64_C(0x3ff0000000000000)},
      {"math.pi", SOW__VALUE_FLOAT, UINT64_C(0x400921fb54442d18)},
      {"math.e*2", SOW__VALUE_FLOAT, UINT64_C(0x4015bf0a8b145769)},
      {"math.inf", SOW__VALUE_FLOAT, UINT64_C(0x7ff0000000000000)},
      {"-math.inf", SOW__VALUE_FLOAT, UINT64_C(0xfff0000000000000)},
      {"np.pi", SOW__VALUE_FLOAT, UINT64_C(0x400921fb54442d18)},
      {"math.tau", SOW__VALUE_FLOAT, UINT64_C(0x401921fb54442d18)},
      {"float('inf')", SOW__VALUE_FLOAT, UINT64_C(0x7ff0000000000000)},
      {"float('-inf')", SOW__VALUE_FLOAT, UINT64_C(0xfff0000000000000)},
      {"float(3)", SOW__VALUE_FLOAT, UINT64_C(0x4008000000000000)},
      {"float(1e-3)", SOW__VALUE_FLOAT, UINT64_C(0x3f50624dd2f1a9fc)},
      {"9223372036854775807", SOW__VALUE_INTEGER, UINT64_C(0x43e0000000000000)},
      {"-9223372036854775807-1", SOW__VALUE_INTEGER, UINT64_C(0xc3e0000000000000)},
      {"(-9223372036854775807-1)//1", SOW__VALUE_INTEGER, UINT64_C(0xc3e0000000000000)},
      {"(-9223372036854775807-1)%-1", SOW__VALUE_INTEGER, UINT64_C(0x0)},
      {"9007199254740992/3", SOW__VALUE_FLOAT, UINT64_C(0x4325555555555555)},
      {"3000000000*3", SOW__VALUE_INTEGER, UINT64_C(0x4200c388d0000000)},
      {"0.1+0.2", SOW__VALUE_FLOAT, UINT64_C(0x3fd3333333333334)},
      {"1/(1/3)", SOW__VALUE_FLOAT, UINT64_C(0x4008000000000000)},
      {"(1)", SOW__VALUE_INTEGER, UINT64_C(0x3ff0000000000000)},
      {"((((3))))", SOW__VALUE_INTEGER, UINT64_C(0x4008000000000000)},
      {"2 ** 3 * 4", SOW__VALUE_INTEGER, UINT64_C(0x4040000000000000)},
      {"1.5%1", SOW__VALUE_FLOAT, UINT64_C(0x3fe0000000000000)},
      {"1e16%7", SOW__VALUE_FLOAT, UINT64_C(0x4010000000000000)},
      {"-1e16//7", SOW__VALUE_FLOAT, UINT64_C(0xc3144d1cd2252494)},
      {"5//2.0", SOW__VALUE_FLOAT, UINT64_C(0x4000000000000000)},
      {"1e308*10-1e308*10", SOW__VALUE_FLOAT, UINT64_C(0x7ff8000000000000)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow__arena arena = {0};
    sow__text_value value;
    sow_error error = SOW_ERROR_NONE;
    if (evaluate(cases[i].text, &arena, &value, &error) != SOW_OK)
      fail_msg("%s: %s", cases[i].text, error.message);
    bool nan = isnan(value.number) && cases[i].bits == UINT64_C(0x7ff8000000000000);
    if (value.kind != cases[i].kind || (!nan && bits_of(value.number) != cases[i].bits))
      fail_msg("%s: kind %d, bits %016llx", cases[i].text, (int)value.kind,
               (unsigned long long)bits_of(value.number));
    sow__arena_free(&arena);
  }
}

static void integers_stay_exact_to_64_bits(void **state) {
  (void)state;
  sow__arena arena = {0};
  sow__text_value value;
  assert_int_equal(evaluate("9223372036854775806 + 1", &arena, &value, NULL), SOW_OK);
  assert_true(value.integer == INT64_MAX);
  assert_int_equal(evaluate("-9223372036854775807 - 1", &arena, &value, NULL), SOW_OK);
  assert_true(value.integer == INT64_MIN);
  assert_int_equal(evaluate("0 - (-9223372036854775807 - 1)", &arena, &value, NULL), SOW_OVERFLOW);
  assert_int_equal(evaluate("-1 - (-9223372036854775807 - 1)", &arena, &value, NULL), SOW_OK);
  assert_true(value.integer == INT64_MAX);
  assert_int_equal(evaluate("(-1)**1000000007", &arena, &value, NULL), SOW_OK);
  assert_true(value.integer == -1);
  sow__arena_free(&arena);
}

static void gains_are_torchs(void **state) {
  (void)state;
  static const struct {
    const char *text;
    sow__value_kind kind;
    double value;
  } cases[] = {
      {"calculate_gain('relu')", SOW__VALUE_FLOAT, 1.4142135623730951},
      {"nn.init.calculate_gain(\"tanh\")", SOW__VALUE_FLOAT, 5.0 / 3},
      {"torch.nn.init.calculate_gain('selu')", SOW__VALUE_FLOAT, 0.75},
      {"init.calculate_gain('linear')", SOW__VALUE_INTEGER, 1},
      {"calculate_gain('linear')/2", SOW__VALUE_FLOAT, 0.5},
      {"calculate_gain('leaky_relu', 1)", SOW__VALUE_FLOAT, 1.0},
      {"calculate_gain('leaky_relu', param=0)", SOW__VALUE_FLOAT, 1.4142135623730951},
      {"calculate_gain('leaky_relu', None)", SOW__VALUE_FLOAT, 1.4141428569978354},
      {"calculate_gain('leaky_relu')", SOW__VALUE_FLOAT, 1.4141428569978354},
      {"calculate_gain('relu', True)", SOW__VALUE_FLOAT, 1.4142135623730951},
      {"calculate_gain(nonlinearity='sigmoid', param='x')", SOW__VALUE_INTEGER, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow__arena arena = {0};
    sow__text_value value;
    assert_int_equal(evaluate(cases[i].text, &arena, &value, NULL), SOW_OK);
    assert_int_equal(value.kind, cases[i].kind);
    assert_true(value.number == cases[i].value);
    sow__arena_free(&arena);
  }
}

static void other_values_keep_their_kind(void **state) {
  (void)state;
  sow__arena arena = {0};
  sow__text_value value;
  assert_int_equal(evaluate("None", &arena, &value, NULL), SOW_OK);
  assert_int_equal(value.kind, SOW__VALUE_NONE);
  assert_int_equal(evaluate("same", &arena, &value, NULL), SOW_OK);
  assert_int_equal(value.kind, SOW__VALUE_WORD);
  assert_string_equal(value.text, "same");
  assert_int_equal(evaluate("torch.float32", &arena, &value, NULL), SOW_OK);
  assert_string_equal(value.text, "torch.float32");
  assert_int_equal(evaluate("'it\\'s \\\\ \\n'", &arena, &value, NULL), SOW_OK);
  assert_int_equal(value.kind, SOW__VALUE_STRING);
  assert_string_equal(value.text, "it's \\ \\n");
  assert_int_equal(evaluate("(3,)", &arena, &value, NULL), SOW_OK);
  assert_int_equal(value.kind, SOW__VALUE_TUPLE);
  assert_int_equal(value.count, 1);
  assert_int_equal(evaluate("()", &arena, &value, NULL), SOW_OK);
  assert_int_equal(value.count, 0);
  assert_int_equal(evaluate("(1, (2, 3), 'x',)", &arena, &value, NULL), SOW_OK);
  assert_int_equal(value.count, 3);
  assert_int_equal(value.items[1].items[1].integer, 3);
  sow__arena_free(&arena);
}

static void wrong_expressions_say_what_and_where(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"", SOW_SYNTAX, 1, 1, "expected a value, not the end of the text"},
      {"1 +", SOW_SYNTAX, 1, 4, "expected a value, not the end"},
      {"(1, 2", SOW_SYNTAX, 1, 6, "expected ',' or ')'"},
      {"1 2", SOW_SYNTAX, 1, 3, "not '2'"},
      {"2x", SOW_SYNTAX, 1, 1, "expected a value, not '2'"},
      {"'abc", SOW_SYNTAX, 1, 1, "a string without its closing quote"},
      {"1 @ 2", SOW_SYNTAX, 1, 3, "not '@'"},
      {"a.", SOW_SYNTAX, 1, 3, "expected a name after '.'"},
      {"1/0", SOW_INVALID_ARGUMENT, 1, 2, "division by zero"},
      {"1//0", SOW_INVALID_ARGUMENT, 1, 2, "division by zero"},
      {"1.0 % 0", SOW_INVALID_ARGUMENT, 1, 5, "division by zero"},
      {"0**-1", SOW_INVALID_ARGUMENT, 1, 2, "negative power"},
      {"(-2)**0.5", SOW_INVALID_ARGUMENT, 1, 5, "complex"},
      {"10.0**400", SOW_OVERFLOW, 1, 5, "too large"},
      {"9223372036854775808", SOW_OVERFLOW, 1, 1, "64 bits"},
      {"2**63", SOW_OVERFLOW, 1, 2, "64 bits"},
      {"9007199254740993/3", SOW_OVERFLOW, 1, 17, "2**53"},
      {"sqrt(-1)", SOW_INVALID_ARGUMENT, 1, 6, "negative"},
      {"sqrt()", SOW_INVALID_ARGUMENT, 1, 1, "sqrt() missing required argument 'x'"},
      {"sqrt(1, 2)", SOW_INVALID_ARGUMENT, 1, 9, "at most 1 argument here, but 2 were given"},
      {"sqrt('x')", SOW_INVALID_ARGUMENT, 1, 6, "not a str"},
      {"sqr(2)", SOW_UNKNOWN_NAME, 1, 1, "unknown function 'sqr', did you mean 'sqrt'?"},
      {"np.foo(2)", SOW_UNKNOWN_NAME, 1, 1, "unknown function 'np.foo'"},
      {"0.02/n_layers", SOW_UNKNOWN_NAME, 1, 6, "'n_layers' has no value here"},
      {"'a'*2", SOW_INVALID_ARGUMENT, 1, 1, "expected a number, not a str"},
      {"-None", SOW_INVALID_ARGUMENT, 1, 2, "expected a number, not None"},
      {"calculate_gain('ReLU')", SOW_UNKNOWN_NAME, 1, 16, "ReLU"},
      {"calculate_gain(relu)", SOW_INVALID_ARGUMENT, 1, 16, "a nonlinearity is a str"},
      {"calculate_gain('leaky_relu', 1e300)", SOW_OVERFLOW, 1, 30, "the square of the negative slope"},
      {"calculate_gain('leaky_relu', True)", SOW_INVALID_ARGUMENT, 1, 30, "not a bool"},
      {"calculate_gain()", SOW_INVALID_ARGUMENT, 1, 1, "missing required argument 'nonlinearity'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow__arena arena = {0};
    sow__text_value value;
    sow_error error = SOW_ERROR_NONE;
    sow_status status = evaluate(cases[i].text, &arena, &value, &error);
    assert_refusal(&cases[i], status, &error);
    sow__arena_free(&arena);
  }
}

static void nesting_has_a_limit_and_no_stack_overflow(void **state) {
  (void)state;
  enum { DEEP = 200000 };
  char *text = malloc(2 * DEEP + 2);
  assert_non_null(text);
  static const char *const openers[] = {"(", "-", "2**"};
  for (size_t o = 0; o < 3; o++) {
    size_t length = strlen(openers[o]), used = 0;
    while (used + length < DEEP) {
      memcpy(text + used, openers[o], length);
      used += length;
    }
    strcpy(text + used, "1");
    sow__arena arena = {0};
    sow__text_value value;
    assert_int_equal(evaluate(text, &arena, &value, NULL), SOW_LIMIT);
    sow__arena_free(&arena);
  }
  memset(text, '(', 999);
  text[999] = '7';
  memset(text + 1000, ')', 999);
  text[1999] = 0;
  sow__arena arena = {0};
  sow__text_value value;
  assert_int_equal(evaluate(text, &arena, &value, NULL), SOW_OK);
  assert_int_equal(value.integer, 7);
  for (size_t i = 0; i < 10000; i += 2)
    memcpy(text + i, "1,", 3);
  memmove(text + 1, text, 10001);
  text[0] = '(';
  assert_int_equal(evaluate(text, &arena, &value, NULL), SOW_LIMIT);
  sow__arena_free(&arena);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_equal_python),
      cmocka_unit_test(integers_stay_exact_to_64_bits),
      cmocka_unit_test(gains_are_torchs),
      cmocka_unit_test(other_values_keep_their_kind),
      cmocka_unit_test(wrong_expressions_say_what_and_where),
      cmocka_unit_test(nesting_has_a_limit_and_no_stack_overflow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

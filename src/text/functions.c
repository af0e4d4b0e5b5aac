#include "text/functions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/arithmetic.h"

const char *const sow__init_prefixes[] = {"torch.nn.init.", "nn.init.", "init.", NULL};

static const char *const math_prefixes[] = {"math.", "np.", "numpy.", NULL};

static sow_status need_number(sow__reader *reader, const char *callee, const sow__text_value *value) {
  if (sow__text_value_is_number(value))
    return SOW_OK;
  return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                        "%s() takes a number, not %s", callee, sow__text_value_kind_name(value));
}

static sow_status call_sqrt(sow__reader *reader, size_t begin, const sow__passed_list *list,
                            sow__text_value *value) {
  static const sow__parameter_name parameters[] = {{"x", true}};
  const sow__passed *bound[1];
  sow_status status = sow__arguments_bind(reader, "sqrt", begin, parameters, 1, list, bound, NULL);
  if (status == SOW_OK)
    status = need_number(reader, "sqrt", &bound[0]->value);
  if (status != SOW_OK)
    return status;
  double number = bound[0]->value.number;
  if (bound[0]->value.kind == SOW__VALUE_UNKNOWN) {
    value->kind = SOW__VALUE_UNKNOWN;
    value->number = 1;
    return SOW_OK;
  }
  if (number < 0)
    return sow__reader_fail(reader, bound[0]->begin, SOW_INVALID_ARGUMENT, "sqrt() of a negative number");
  value->kind = SOW__VALUE_FLOAT;
  value->number = sqrt(number);
  return SOW_OK;
}

/* prod(kernel_size): of ints, by sow__arithmetic's rules. */
static sow_status call_prod(sow__reader *reader, size_t begin, const sow__passed_list *list,
                            sow__text_value *value) {
  static const sow__parameter_name parameters[] = {{"iterable", true}};
  const sow__passed *bound[1];
  sow_status status = sow__arguments_bind(reader, "prod", begin, parameters, 1, list, bound, NULL);
  if (status != SOW_OK)
    return status;
  const sow__text_value *given = &bound[0]->value;
  sow__text_value product = {.kind = SOW__VALUE_INTEGER, .integer = 1, .number = 1};
  if (given->kind == SOW__VALUE_UNKNOWN)
    product.kind = SOW__VALUE_UNKNOWN;
  else if (given->kind != SOW__VALUE_TUPLE)
    return sow__text_fail(reader->scanner.text, given->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "prod() takes a tuple such as kernel_size, not %s",
                          sow__text_value_kind_name(given));
  for (size_t i = 0; given->kind == SOW__VALUE_TUPLE && i < given->count; i++) {
    status = need_number(reader, "prod", &given->items[i]);
    if (status != SOW_OK)
      return status;
    const char *wrong = sow__arithmetic('*', &product, &given->items[i], &status);
    if (wrong != NULL)
      return sow__reader_fail(reader, given->begin, status, wrong);
  }
  product.begin = value->begin;
  product.end = value->end;
  *value = product;
  return SOW_OK;
}

/* float('inf') and float('nan') have no literal in Python. */
static sow_status call_float(sow__reader *reader, size_t begin, const sow__passed_list *list,
                             sow__text_value *value) {
  static const sow__parameter_name parameters[] = {{"x", true}};
  static const struct {
    const char *text;
    double number;
  } words[] = {{"inf", INFINITY}, {"-inf", -INFINITY}, {"+inf", INFINITY}, {"nan", NAN}};
  const sow__passed *bound[1];
  sow_status status = sow__arguments_bind(reader, "float", begin, parameters, 1, list, bound, NULL);
  if (status != SOW_OK)
    return status;
  const sow__text_value *given = &bound[0]->value;
  value->kind = SOW__VALUE_FLOAT;
  for (size_t i = 0; given->kind == SOW__VALUE_STRING && i < sizeof words / sizeof words[0]; i++)
    if (strcmp(given->text, words[i].text) == 0) {
      value->number = words[i].number;
      return SOW_OK;
    }
  status = need_number(reader, "float", given);
  if (given->kind == SOW__VALUE_UNKNOWN)
    value->kind = SOW__VALUE_UNKNOWN;
  value->number = given->number;
  return status;
}

sow_status sow__nonlinearity_read(sow__reader *reader, const sow__text_value *value,
                                  sow_nonlinearity *nonlinearity) {
  const sow__text *text = reader->scanner.text;
  if (value->kind != SOW__VALUE_STRING)
    return sow__text_fail(text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "a nonlinearity is a str such as 'relu', not %s", sow__text_value_kind_name(value));
  sow_status status = sow_nonlinearity_parse(value->text, nonlinearity, reader->error);
  return status == SOW_OK ? SOW_OK : sow__text_place(text, value->begin, reader->error, status);
}

static sow_status call_gain(sow__reader *reader, size_t begin, const sow__passed_list *list,
                            sow__text_value *value) {
  static const sow__parameter_name parameters[] = {{"nonlinearity", true}, {"param", false}};
  const sow__passed *bound[2];
  sow_nonlinearity nonlinearity;
  sow_status status = sow__arguments_bind(reader, "calculate_gain", begin, parameters, 2, list, bound, NULL);
  if (status == SOW_OK)
    status = sow__nonlinearity_read(reader, &bound[0]->value, &nonlinearity);
  if (status != SOW_OK)
    return status;
  const sow__text_value *param = bound[1] ? &bound[1]->value : NULL;
  if (param != NULL && param->kind == SOW__VALUE_NONE)
    param = NULL;
  /* torch looks at param for leaky_relu only, and takes no bool there. */
  bool fits = nonlinearity != SOW_LEAKY_RELU || param == NULL || param->kind == SOW__VALUE_INTEGER ||
              param->kind == SOW__VALUE_FLOAT;
  if (!fits)
    return sow__text_fail(reader->scanner.text, param->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "the negative slope must be an int or a float, not %s",
                          sow__text_value_kind_name(param));
  value->number = sow_calculate_gain(nonlinearity, param ? &param->number : NULL);
  if (param != NULL && value->number == 0 && isfinite(param->number))
    return sow__text_fail(reader->scanner.text, param->begin, reader->error, SOW_OVERFLOW,
                          "the square of the negative slope overflows");
  /* The gains of 1 are ints in torch. */
  bool whole = value->number == 1.0 && nonlinearity != SOW_LEAKY_RELU;
  value->kind = whole ? SOW__VALUE_INTEGER : SOW__VALUE_FLOAT;
  value->integer = whole ? 1 : 0;
  return SOW_OK;
}

/* name.endswith('weight') of a condition; value is the receiver, which a scope has given. */
static sow_status call_edge(sow__reader *reader, size_t begin, bool at_end, const sow__passed_list *list,
                            sow__text_value *value) {
  static const sow__parameter_name parameters[] = {{"text", true}};
  const sow__passed *bound[1];
  sow__text_value receiver = {.kind = SOW__VALUE_WORD, .begin = begin, .text = "name"};
  sow_status status = sow__arguments_bind(reader, at_end ? "endswith" : "startswith", begin, parameters, 1,
                                          list, bound, NULL);
  if (status == SOW_OK)
    status = reader->scope->find(reader->scope, reader, "name", &receiver);
  if (status != SOW_OK)
    return status;
  if (bound[0]->value.kind != SOW__VALUE_STRING)
    return sow__text_fail(reader->scanner.text, bound[0]->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "expected a text in quotes, not %s", sow__text_value_kind_name(&bound[0]->value));
  value->kind = receiver.kind == SOW__VALUE_STRING ? SOW__VALUE_BOOL : SOW__VALUE_UNKNOWN;
  value->number = 1;
  if (receiver.kind != SOW__VALUE_STRING)
    return SOW_OK;
  value->integer = (at_end ? sow__text_ends : sow__text_begins)(receiver.text, bound[0]->value.text);
  value->number = (double)value->integer;
  return SOW_OK;
}

static sow_status fail_unknown_function(sow__reader *reader, const char *name, size_t begin) {
  sow__nearest nearest = {.name = name};
  char hint[96], quote[SOW__QUOTE_SIZE];
  sow__nearest_offer(&nearest, "sqrt");
  sow__nearest_offer(&nearest, "calculate_gain");
  sow__nearest_offer(&nearest, "math.sqrt");
  sow__nearest_offer(&nearest, "prod");
  return sow__text_fail(reader->scanner.text, begin, reader->error, SOW_UNKNOWN_NAME,
                        "unknown function '%s'%s", sow__text_quote(name, strlen(name), quote),
                        sow__nearest_hint(&nearest, hint, sizeof hint));
}

sow_status sow__function_call(sow__reader *reader, const char *name, size_t begin,
                              const sow__passed_list *list, sow__text_value *value) {
  value->begin = begin;
  value->end = reader->scanner.token.begin;
  if (strcmp(sow__without_prefix(name, math_prefixes), "sqrt") == 0)
    return call_sqrt(reader, begin, list, value);
  if (strcmp(sow__without_prefix(name, sow__init_prefixes), "calculate_gain") == 0)
    return call_gain(reader, begin, list, value);
  if (strcmp(sow__without_prefix(name, math_prefixes), "prod") == 0)
    return call_prod(reader, begin, list, value);
  if (reader->scope != NULL && (strcmp(name, "name.endswith") == 0 || strcmp(name, "name.startswith") == 0))
    return call_edge(reader, begin, name[5] == 'e', list, value);
  if (strcmp(name, "float") == 0)
    return call_float(reader, begin, list, value);
  return fail_unknown_function(reader, name, begin);
}

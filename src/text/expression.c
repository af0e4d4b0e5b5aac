#include "text/expression.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/arithmetic.h"
#include "text/functions.h"

sow_status sow__expected(sow__reader *reader, const char *what) {
  char found[SOW__QUOTE_SIZE];
  sow__scanner_describe(&reader->scanner, found);
  return sow__text_fail(reader->scanner.text, reader->scanner.token.begin, reader->error, SOW_SYNTAX,
                        "expected %s, not %s", what, found);
}

sow_status sow__reader_fail(sow__reader *reader, size_t offset, sow_status status, const char *message) {
  return sow__text_fail(reader->scanner.text, offset, reader->error, status, "%s", message);
}

bool sow__text_value_is_number(const sow__text_value *value) {
  return value->kind == SOW__VALUE_BOOL || value->kind == SOW__VALUE_INTEGER ||
         value->kind == SOW__VALUE_FLOAT || value->kind == SOW__VALUE_UNKNOWN;
}

const char *sow__text_value_kind_name(const sow__text_value *value) {
  switch (value->kind) {
  case SOW__VALUE_NONE:
    return "None";
  case SOW__VALUE_BOOL:
    return "a bool";
  case SOW__VALUE_INTEGER:
    return "an int";
  case SOW__VALUE_FLOAT:
    return "a float";
  case SOW__VALUE_STRING:
    return "a str";
  case SOW__VALUE_TUPLE:
    return "a tuple";
  case SOW__VALUE_UNKNOWN:
    return "a number that depends on the tensor";
  default:
    return "a name";
  }
}

const char *sow__without_prefix(const char *name, const char *const *prefixes) {
  size_t longest = 0;
  for (; *prefixes != NULL; prefixes++) {
    size_t length = strlen(*prefixes);
    if (length > longest && strncmp(name, *prefixes, length) == 0)
      longest = length;
  }
  return name + longest;
}

/* ---- primaries ---- */

sow_status sow__dotted_parse(sow__reader *reader, const char **name, size_t *begin) {
  sow__scanner *scanner = &reader->scanner;
  sow__buffer joined = {0};
  *begin = scanner->token.begin;
  for (;;) {
    const char *bytes = scanner->text->bytes + scanner->token.begin;
    if (scanner->token.kind != SOW__TOKEN_NAME) {
      sow__buffer_free(&joined);
      return sow__expected(reader, "a name after '.'");
    }
    sow__buffer_add(&joined, bytes, scanner->token.end - scanner->token.begin);
    sow__scanner_next(scanner);
    if (!sow__scanner_take(scanner, '.'))
      break;
    sow__buffer_add(&joined, ".", 1);
  }
  char *copy = joined.failed ? NULL : sow__arena_copy(reader->arena, joined.data, joined.length);
  sow__buffer_free(&joined);
  if (copy == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  *name = copy;
  return SOW_OK;
}

/* The contents of a string token; the escapes that occur in practice, the others stay as they are. */
static sow_status parse_string(sow__reader *reader, sow__text_value *value) {
  const sow__token *token = &reader->scanner.token;
  const char *bytes = reader->scanner.text->bytes + token->begin + 1;
  size_t length = token->end - token->begin - 2, used = 0;
  char *text = sow__arena_copy(reader->arena, bytes, length);
  if (text == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == 0)
      return sow__reader_fail(reader, token->begin, SOW_SYNTAX, "a NUL byte in a string");
    if (bytes[i] == '\\' && i + 1 < length && strchr("\\'\"", bytes[i + 1]) != NULL)
      i++;
    text[used++] = bytes[i];
  }
  text[used] = 0;
  value->kind = SOW__VALUE_STRING;
  value->text = text;
  value->end = token->end;
  sow__scanner_next(&reader->scanner);
  return SOW_OK;
}

static const struct {
  const char *name;
  sow__value_kind kind;
  int64_t integer;
  double number;
} constants[] = {
    {"None", SOW__VALUE_NONE, 0, 0},   {"True", SOW__VALUE_BOOL, 1, 1},
    {"False", SOW__VALUE_BOOL, 0, 0},  {"inf", SOW__VALUE_FLOAT, 0, INFINITY},
    {"nan", SOW__VALUE_FLOAT, 0, NAN},
};

static sow_status give_value(sow__reader *reader, const char *name, sow__text_value *value) {
  value->kind = SOW__VALUE_WORD;
  value->text = name;
  for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++)
    if (strcmp(name, constants[i].name) == 0) {
      value->kind = constants[i].kind;
      value->integer = constants[i].integer;
      value->number = constants[i].number;
      return SOW_OK;
    }
  if (sow__constant(name, &value->number)) {
    value->kind = SOW__VALUE_FLOAT;
    return SOW_OK;
  }
  return reader->scope != NULL ? reader->scope->find(reader->scope, reader, name, value) : SOW_OK;
}

static sow_status parse_name(sow__reader *reader, sow__text_value *value) {
  const char *name;
  size_t begin;
  sow_status status = sow__dotted_parse(reader, &name, &begin);
  if (status != SOW_OK)
    return status;
  if (sow__scanner_take(&reader->scanner, '(')) {
    sow__passed_list list;
    status = sow__arguments_parse(reader, true, &list);
    return status != SOW_OK ? status : sow__function_call(reader, name, begin, &list, value);
  }
  value->end = begin + strlen(name);
  return give_value(reader, name, value);
}

sow_status sow__reader_grow(sow__reader *reader, void **items, size_t count, size_t size) {
  if (++reader->items > SOW__ITEM_LIMIT)
    return sow__reader_fail(reader, reader->scanner.token.begin, SOW_LIMIT, "more than 4096 arguments");
  if (count != 0 && (count & (count - 1)) != 0)
    return SOW_OK;
  void *larger = sow__arena_alloc(reader->arena, (count == 0 ? 1 : 2 * count) * size);
  if (larger == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  if (count > 0)
    memcpy(larger, *items, count * size);
  *items = larger;
  return SOW_OK;
}

/* Behind '(' or '[': a tuple or a list, or a value in parentheses. */
static sow_status parse_sequence(sow__reader *reader, char close, sow__text_value *value) {
  sow__scanner *scanner = &reader->scanner;
  sow__text_value tuple = {.kind = SOW__VALUE_TUPLE, .begin = value->begin};
  bool comma = close == ']';
  while (scanner->token.kind != SOW__TOKEN_SYMBOL || scanner->token.symbol != close) {
    if (tuple.count > 0 && !comma)
      return sow__expected(reader, close == ')' ? "',' or ')'" : "',' or ']'");
    void *items = tuple.items;
    sow_status status = sow__reader_grow(reader, &items, tuple.count, sizeof tuple);
    tuple.items = items;
    if (status == SOW_OK)
      status = reader->scope != NULL ? sow__condition_parse(reader, &tuple.items[tuple.count])
                                     : sow__expression_parse(reader, &tuple.items[tuple.count]);
    if (status != SOW_OK)
      return status;
    tuple.count++;
    comma = sow__scanner_take(scanner, ',');
  }
  tuple.end = scanner->token.end;
  sow__scanner_next(scanner);
  *value = tuple.count == 1 && !comma && close == ')' ? tuple.items[0] : tuple;
  value->begin = tuple.begin;
  value->end = tuple.end;
  return SOW_OK;
}

/* Behind '{': the number that a wildcard of the line's glob matched, as the scope's "{1}". */
static sow_status parse_capture(sow__reader *reader, sow__text_value *value) {
  const sow__token token = reader->scanner.token;
  char name[16];
  if (token.kind != SOW__TOKEN_INTEGER || token.integer < 1 || token.integer > 999)
    return sow__expected(reader, "the number of a wildcard, as in {1},");
  sow__scanner_next(&reader->scanner);
  value->end = reader->scanner.token.end;
  if (!sow__scanner_take(&reader->scanner, '}'))
    return sow__expected(reader, "'}'");
  snprintf(name, sizeof name, "{%d}", (int)token.integer);
  value->kind = SOW__VALUE_WORD;
  value->text = sow__arena_copy(reader->arena, name, strlen(name));
  if (value->text == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  return reader->scope->find(reader->scope, reader, value->text, value);
}

/* shape[0], kernel_size[-1] */
static sow_status parse_item(sow__reader *reader, sow__text_value *value) {
  const size_t begin = value->begin, at = reader->scanner.token.begin;
  sow__text_value index;
  sow__scanner_next(&reader->scanner);
  sow_status status = sow__expression_parse(reader, &index);
  if (status != SOW_OK)
    return status;
  const size_t end = reader->scanner.token.end;
  if (!sow__scanner_take(&reader->scanner, ']'))
    return sow__expected(reader, "']'");
  if (value->kind == SOW__VALUE_UNKNOWN || index.kind == SOW__VALUE_UNKNOWN) {
    *value = (sow__text_value){.kind = SOW__VALUE_UNKNOWN, .begin = begin, .end = end, .number = 1};
    return SOW_OK;
  }
  if (value->kind != SOW__VALUE_TUPLE)
    return sow__text_fail(reader->scanner.text, at, reader->error, SOW_INVALID_ARGUMENT,
                          "only a tuple such as shape has items, not %s", sow__text_value_kind_name(value));
  int64_t place = index.integer < 0 ? index.integer + (int64_t)value->count : index.integer;
  if (index.kind != SOW__VALUE_INTEGER || place < 0 || place >= (int64_t)value->count)
    return sow__text_fail(reader->scanner.text, index.begin, reader->error, SOW_INVALID_ARGUMENT,
                          "there is no such item among %zu", value->count);
  *value = value->items[place];
  value->begin = begin;
  value->end = end;
  return SOW_OK;
}

static sow_status parse_primary(sow__reader *reader, sow__text_value *value) {
  sow__scanner *scanner = &reader->scanner;
  const sow__token token = scanner->token;
  *value = (sow__text_value){.begin = token.begin, .end = token.end};
  switch (token.kind) {
  case SOW__TOKEN_INTEGER:
    if (token.integer < 0)
      return sow__reader_fail(reader, token.begin, SOW_OVERFLOW, "the integer does not fit in 64 bits");
    value->integer = token.integer;
    value->number = (double)token.integer;
    value->kind = SOW__VALUE_INTEGER;
    sow__scanner_next(scanner);
    return SOW_OK;
  case SOW__TOKEN_FLOAT:
    value->number = token.number;
    value->kind = SOW__VALUE_FLOAT;
    sow__scanner_next(scanner);
    return SOW_OK;
  case SOW__TOKEN_STRING:
    return parse_string(reader, value);
  case SOW__TOKEN_NAME:
    return parse_name(reader, value);
  default:
    if (sow__scanner_take(scanner, '('))
      return parse_sequence(reader, ')', value);
    if (sow__scanner_take(scanner, '['))
      return parse_sequence(reader, ']', value);
    if (reader->scope != NULL && sow__scanner_take(scanner, '{'))
      return parse_capture(reader, value);
    return sow__expected(reader, "a value");
  }
}

/* ---- operators: Python's precedence ---- */

static sow_status need_number(sow__reader *reader, const sow__text_value *value) {
  char quote[SOW__QUOTE_SIZE];
  if (sow__text_value_is_number(value))
    return SOW_OK;
  if (value->kind == SOW__VALUE_WORD)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' has no value here; write the number%s",
                          sow__text_quote(value->text, strlen(value->text), quote),
                          reader->scope == NULL ? "" : ", or {1} for what the first wildcard matched");
  return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                        "expected a number, not %s", sow__text_value_kind_name(value));
}

static sow_status operate(sow__reader *reader, char op, size_t begin, sow__text_value *left,
                          const sow__text_value *right) {
  sow_status status = need_number(reader, left);
  if (status == SOW_OK)
    status = need_number(reader, right);
  if (status != SOW_OK)
    return status;
  if (left->kind == SOW__VALUE_UNKNOWN || right->kind == SOW__VALUE_UNKNOWN) {
    *left =
        (sow__text_value){.kind = SOW__VALUE_UNKNOWN, .begin = left->begin, .end = right->end, .number = 1};
    return SOW_OK;
  }
  const char *wrong = sow__arithmetic(op, left, right, &status);
  left->end = right->end;
  return wrong ? sow__reader_fail(reader, begin, status, wrong) : SOW_OK;
}

static bool at_symbol(const sow__reader *reader, const char *symbols) {
  const sow__token *token = &reader->scanner.token;
  return token->kind == SOW__TOKEN_SYMBOL && strchr(symbols, token->symbol) != NULL;
}

/* A sign binds looser than ** on its right and tighter on its left: -2**-2 is -(2**(-2)). */
static sow_status parse_factor(sow__reader *reader, sow__text_value *value) {
  const sow__token token = reader->scanner.token;
  sow__text_value right;
  sow_status status;
  if (reader->depth >= SOW__NESTING_LIMIT)
    return sow__reader_fail(reader, token.begin, SOW_LIMIT, "the expression is nested deeper than 1000");
  reader->depth++;
  if (at_symbol(reader, "+-")) {
    sow__scanner_next(&reader->scanner);
    status = parse_factor(reader, value);
    if (status == SOW_OK)
      status = need_number(reader, value);
    if (status == SOW_OK && value->kind != SOW__VALUE_UNKNOWN) {
      const char *wrong = sow__arithmetic_sign(token.symbol, value, &status);
      value->begin = token.begin;
      if (wrong)
        status = sow__reader_fail(reader, token.begin, status, wrong);
    }
  } else {
    status = parse_primary(reader, value);
    while (status == SOW_OK && reader->scope != NULL && at_symbol(reader, "["))
      status = parse_item(reader, value);
    size_t begin = reader->scanner.token.begin;
    if (status == SOW_OK && sow__scanner_take(&reader->scanner, SOW__POWER)) {
      status = parse_factor(reader, &right);
      if (status == SOW_OK)
        status = operate(reader, SOW__POWER, begin, value, &right);
    }
  }
  reader->depth--;
  return status;
}

static sow_status parse_term(sow__reader *reader, sow__text_value *value) {
  static const char operators[] = {'*', '/', '%', SOW__FLOOR, 0};
  sow_status status = parse_factor(reader, value);
  while (status == SOW_OK && at_symbol(reader, operators)) {
    const sow__token token = reader->scanner.token;
    sow__text_value right;
    sow__scanner_next(&reader->scanner);
    status = parse_factor(reader, &right);
    if (status == SOW_OK)
      status = operate(reader, token.symbol, token.begin, value, &right);
  }
  return status;
}

sow_status sow__expression_parse(sow__reader *reader, sow__text_value *value) {
  sow_status status = parse_term(reader, value);
  while (status == SOW_OK && at_symbol(reader, "+-")) {
    const sow__token token = reader->scanner.token;
    sow__text_value right;
    sow__scanner_next(&reader->scanner);
    status = parse_term(reader, &right);
    if (status == SOW_OK)
      status = operate(reader, token.symbol, token.begin, value, &right);
  }
  return status;
}

/* Arguments of a call: read in their order, and bound to the names of its parameters. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/expression.h"

static bool at_symbol(const sow__reader *reader, char symbol) {
  return reader->scanner.token.kind == SOW__TOKEN_SYMBOL && reader->scanner.token.symbol == symbol;
}

/* Whether the reader is at "NAME =". */
static bool at_keyword(const sow__reader *reader) {
  sow__scanner ahead = reader->scanner;
  if (ahead.token.kind != SOW__TOKEN_NAME)
    return false;
  sow__scanner_next(&ahead);
  return ahead.token.kind == SOW__TOKEN_SYMBOL && ahead.token.symbol == '=';
}

/* One argument; a name before '=' is its keyword. */
static sow_status parse_passed(sow__reader *reader, sow__passed *passed) {
  passed->begin = reader->scanner.token.begin;
  if (at_keyword(reader)) {
    size_t begin;
    sow_status status = sow__dotted_parse(reader, &passed->keyword, &begin);
    if (status != SOW_OK)
      return status;
    sow__scanner_next(&reader->scanner);
    return sow__expression_parse(reader, &passed->value);
  }
  sow_status status = sow__expression_parse(reader, &passed->value);
  passed->begin = passed->value.begin;
  return status == SOW_OK && at_symbol(reader, '=') ? sow__expected(reader, "',' or ')'") : status;
}

sow_status sow__arguments_parse(sow__reader *reader, bool closed, sow__passed_list *list) {
  sow__scanner *scanner = &reader->scanner;
  *list = (sow__passed_list){0};
  bool comma = true;
  for (;;) {
    if (closed ? sow__scanner_take(scanner, ')') : scanner->token.kind == SOW__TOKEN_END)
      return SOW_OK;
    if (!comma)
      return sow__expected(reader, closed ? "',' or ')'" : "','");
    void *items = list->items;
    sow_status status = sow__reader_grow(reader, &items, list->count, sizeof list->items[0]);
    if (status != SOW_OK)
      return status;
    list->items = items;
    sow__passed *passed = &list->items[list->count];
    *passed = (sow__passed){0};
    status = parse_passed(reader, passed);
    if (status != SOW_OK)
      return status;
    if (passed->keyword == NULL && list->count > 0 && passed[-1].keyword != NULL)
      return sow__reader_fail(reader, passed->begin, SOW_SYNTAX,
                              "positional argument follows keyword argument");
    list->count++;
    comma = sow__scanner_take(scanner, ',');
  }
}

/* ---- binding ---- */

static size_t find_parameter(const sow__parameter_name *parameters, size_t count, const char *name) {
  size_t i = 0;
  while (i < count && strcmp(parameters[i].name, name) != 0)
    i++;
  return i;
}

static sow_status fail_unknown(sow__reader *reader, const char *callee, const sow__parameter_name *parameters,
                               size_t count, const sow__passed *passed) {
  sow__nearest nearest = {.name = passed->keyword};
  char hint[96], quote[SOW__QUOTE_SIZE];
  for (size_t i = 0; i < count; i++)
    sow__nearest_offer(&nearest, parameters[i].name);
  return sow__text_fail(reader->scanner.text, passed->begin, reader->error, SOW_UNKNOWN_NAME,
                        "%s() got an unexpected keyword argument '%s'%s", callee,
                        sow__text_quote(passed->keyword, strlen(passed->keyword), quote),
                        sow__nearest_hint(&nearest, hint, sizeof hint));
}

static sow_status fail_surplus(sow__reader *reader, const char *callee, size_t count,
                               const sow__passed_list *list) {
  size_t given = 0;
  while (given < list->count && list->items[given].keyword == NULL)
    given++;
  return sow__text_fail(reader->scanner.text, list->items[count].begin, reader->error, SOW_INVALID_ARGUMENT,
                        "%s() takes at most %zu argument%s here, but %zu were given", callee, count,
                        count == 1 ? "" : "s", given);
}

sow_status sow__arguments_bind(sow__reader *reader, const char *callee, size_t begin,
                               const sow__parameter_name *parameters, size_t count,
                               const sow__passed_list *list, const sow__passed **bound,
                               const sow__passed **unknown) {
  const sow__text *text = reader->scanner.text;
  for (size_t i = 0; i < count; i++)
    bound[i] = NULL;
  for (size_t i = 0; i < list->count; i++) {
    const sow__passed *passed = &list->items[i];
    size_t at = passed->keyword ? find_parameter(parameters, count, passed->keyword) : i;
    if (at >= count && passed->keyword == NULL)
      return fail_surplus(reader, callee, count, list);
    if (at >= count && unknown == NULL)
      return fail_unknown(reader, callee, parameters, count, passed);
    if (at >= count) {
      *unknown = *unknown ? *unknown : passed;
      continue;
    }
    if (bound[at] != NULL)
      return sow__text_fail(text, passed->begin, reader->error, SOW_INVALID_ARGUMENT,
                            "%s() got multiple values for argument '%s'", callee, parameters[at].name);
    bound[at] = passed;
  }
  for (size_t i = 0; i < count; i++)
    if (parameters[i].required && bound[i] == NULL)
      return sow__text_fail(text, begin, reader->error, SOW_INVALID_ARGUMENT,
                            "%s() missing required argument '%s'", callee, parameters[i].name);
  return SOW_OK;
}

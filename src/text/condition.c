/* Conditions of rules: Python's comparisons, `in`, and, or, not, over numbers and texts. */
#include <string.h>

#include "text/expression.h"

static bool at_name(const sow__reader *reader, const char *name) {
  const sow__token *token = &reader->scanner.token;
  size_t length = strlen(name);
  return token->kind == SOW__TOKEN_NAME && token->end - token->begin == length &&
         memcmp(reader->scanner.text->bytes + token->begin, name, length) == 0;
}

bool sow__reader_take_name(sow__reader *reader, const char *name) {
  if (!at_name(reader, name))
    return false;
  sow__scanner_next(&reader->scanner);
  return true;
}

static void set_truth(sow__text_value *value, bool truth, size_t end) {
  value->kind = SOW__VALUE_BOOL;
  value->integer = truth ? 1 : 0;
  value->number = truth ? 1 : 0;
  value->end = end;
}

/* What Python's `if` makes of a value; a name has none. */
static sow_status test(sow__reader *reader, sow__text_value *value) {
  char quote[SOW__QUOTE_SIZE];
  switch (value->kind) {
  case SOW__VALUE_UNKNOWN:
    return SOW_OK;
  case SOW__VALUE_WORD:
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' has no value here", sow__text_quote(value->text, strlen(value->text), quote));
  case SOW__VALUE_NONE:
    set_truth(value, false, value->end);
    return SOW_OK;
  case SOW__VALUE_STRING:
    set_truth(value, value->text[0] != 0, value->end);
    return SOW_OK;
  case SOW__VALUE_TUPLE:
    set_truth(value, value->count > 0, value->end);
    return SOW_OK;
  default:
    set_truth(value, value->number != 0, value->end);
    return SOW_OK;
  }
}

/* ---- comparisons ---- */

#define IN 'i' /* beside the scanner's symbols */
#define NOT_IN 'o'

/* The comparison at the reader's token, which is taken; 0 where there is none. */
static char take_comparison(sow__reader *reader) {
  const sow__token *token = &reader->scanner.token;
  static const char symbols[] = {'<', '>', SOW__EQUAL, SOW__UNEQUAL, SOW__AT_MOST, SOW__AT_LEAST, 0};
  if (token->kind == SOW__TOKEN_SYMBOL && strchr(symbols, token->symbol) != NULL) {
    char op = token->symbol;
    sow__scanner_next(&reader->scanner);
    return op;
  }
  if (sow__reader_take_name(reader, "in"))
    return IN;
  if (sow__reader_take_name(reader, "not"))
    return sow__reader_take_name(reader, "in") ? NOT_IN : 'x';
  return 0;
}

static bool is_text(const sow__text_value *value) {
  return value->kind == SOW__VALUE_STRING;
}

/* Of the same kind, and so comparable. */
static bool are_equal(const sow__text_value *a, const sow__text_value *b) {
  if (is_text(a) || is_text(b))
    return is_text(a) && is_text(b) && strcmp(a->text, b->text) == 0;
  if (!sow__text_value_is_number(a) || !sow__text_value_is_number(b))
    return a->kind == SOW__VALUE_NONE && b->kind == SOW__VALUE_NONE;
  bool integers = a->kind != SOW__VALUE_FLOAT && b->kind != SOW__VALUE_FLOAT;
  return integers ? a->integer == b->integer : a->number == b->number;
}

/* -1, 0 or 1; 2 where a number is no number. */
static int order(const sow__text_value *a, const sow__text_value *b) {
  if (is_text(a)) {
    int bytes = strcmp(a->text, b->text);
    return (bytes > 0) - (bytes < 0);
  }
  if (a->kind != SOW__VALUE_FLOAT && b->kind != SOW__VALUE_FLOAT)
    return (a->integer > b->integer) - (a->integer < b->integer);
  if (a->number != a->number || b->number != b->number)
    return 2;
  return (a->number > b->number) - (a->number < b->number);
}

static bool holds(char op, int order) {
  switch (op) {
  case '<':
    return order == -1;
  case '>':
    return order == 1;
  case SOW__AT_MOST:
    return order == -1 || order == 0;
  default:
    return order == 1 || order == 0;
  }
}

/* `a in b`: a part of a text, or an item. */
static sow_status contains(sow__reader *reader, const sow__text_value *item, const sow__text_value *whole,
                           bool *truth) {
  if (is_text(item) && is_text(whole)) {
    *truth = strstr(whole->text, item->text) != NULL;
    return SOW_OK;
  }
  if (whole->kind != SOW__VALUE_TUPLE)
    return sow__text_fail(reader->scanner.text, whole->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "'in' looks into a text or a tuple; this is %s", sow__text_value_kind_name(whole));
  *truth = false;
  for (size_t i = 0; i < whole->count; i++)
    *truth = *truth || are_equal(item, &whole->items[i]);
  return SOW_OK;
}

static sow_status compare(sow__reader *reader, char op, const sow__text_value *a, const sow__text_value *b,
                          bool *truth) {
  if (op == IN || op == NOT_IN) {
    sow_status status = contains(reader, a, b, truth);
    *truth = *truth != (op == NOT_IN);
    return status;
  }
  if (op == SOW__EQUAL || op == SOW__UNEQUAL) {
    *truth = are_equal(a, b) == (op == SOW__EQUAL);
    return SOW_OK;
  }
  bool comparable =
      (is_text(a) && is_text(b)) || (sow__text_value_is_number(a) && sow__text_value_is_number(b));
  if (!comparable)
    return sow__text_fail(reader->scanner.text, a->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "%s and %s have no order", sow__text_value_kind_name(a),
                          sow__text_value_kind_name(b));
  *truth = holds(op, order(a, b));
  return SOW_OK;
}

static sow_status refuse_word(sow__reader *reader, const sow__text_value *value) {
  sow__text_value copy = *value;
  return value->kind == SOW__VALUE_WORD ? test(reader, &copy) : SOW_OK;
}

/* a < b <= c is (a < b) and (b <= c). */
static sow_status parse_comparison(sow__reader *reader, sow__text_value *value) {
  sow_status status = sow__expression_parse(reader, value);
  sow__text_value left = *value;
  bool all = true, unknown = false, compared = false;
  while (status == SOW_OK) {
    char op = take_comparison(reader);
    if (op == 0)
      break;
    if (op == 'x')
      return sow__expected(reader, "'in' after 'not'");
    sow__text_value right;
    bool truth = true;
    status = sow__expression_parse(reader, &right);
    if (status == SOW_OK)
      status = refuse_word(reader, &left);
    if (status == SOW_OK)
      status = refuse_word(reader, &right);
    if (status != SOW_OK)
      return status;
    bool known = left.kind != SOW__VALUE_UNKNOWN && right.kind != SOW__VALUE_UNKNOWN;
    if (known)
      status = compare(reader, op, &left, &right, &truth);
    unknown = unknown || !known;
    all = all && truth;
    compared = true;
    left = right;
  }
  if (compared)
    set_truth(value, all, left.end);
  if (unknown)
    value->kind = SOW__VALUE_UNKNOWN;
  return status;
}

/* ---- not, and, or ---- */

static sow_status parse_not(sow__reader *reader, sow__text_value *value) {
  const size_t begin = reader->scanner.token.begin;
  if (!sow__reader_take_name(reader, "not"))
    return parse_comparison(reader, value);
  if (reader->depth >= SOW__NESTING_LIMIT)
    return sow__reader_fail(reader, begin, SOW_LIMIT, "the condition is nested deeper than 1000");
  reader->depth++;
  sow_status status = parse_not(reader, value);
  reader->depth--;
  if (status == SOW_OK)
    status = test(reader, value);
  if (status == SOW_OK && value->kind != SOW__VALUE_UNKNOWN)
    set_truth(value, value->integer == 0, value->end);
  return status;
}

/* The right side of `and` or `or`; names have no values in it where the left side has decided, as in Python.
 */
static sow_status parse_right(sow__reader *reader, bool decided,
                              sow_status (*parse)(sow__reader *, sow__text_value *), sow__text_value *value) {
  const sow__scope *scope = reader->scope;
  if (decided && scope != NULL)
    reader->scope = scope->trial;
  sow_status status = parse(reader, value);
  if (status == SOW_OK)
    status = test(reader, value);
  reader->scope = scope;
  return status;
}

static sow_status parse_chain(sow__reader *reader, const char *word,
                              sow_status (*parse)(sow__reader *, sow__text_value *), sow__text_value *value) {
  const bool is_or = word[0] == 'o';
  sow_status status = parse(reader, value);
  if (status != SOW_OK || !at_name(reader, word))
    return status;
  status = test(reader, value);
  while (status == SOW_OK && sow__reader_take_name(reader, word)) {
    sow__text_value right;
    /* What is known may decide: True or anything. */
    bool left_decides = value->kind != SOW__VALUE_UNKNOWN && (value->integer != 0) == is_or;
    status = parse_right(reader, left_decides, parse, &right);
    if (status != SOW_OK)
      return status;
    bool right_decides = right.kind != SOW__VALUE_UNKNOWN && (right.integer != 0) == is_or;
    bool unknown = value->kind == SOW__VALUE_UNKNOWN || right.kind == SOW__VALUE_UNKNOWN;
    set_truth(value, left_decides || right_decides ? is_or : !is_or, right.end);
    if (unknown && !left_decides && !right_decides)
      value->kind = SOW__VALUE_UNKNOWN;
  }
  return status;
}

static sow_status parse_and(sow__reader *reader, sow__text_value *value) {
  return parse_chain(reader, "and", parse_not, value);
}

sow_status sow__condition_parse(sow__reader *reader, sow__text_value *value) {
  return parse_chain(reader, "or", parse_and, value);
}

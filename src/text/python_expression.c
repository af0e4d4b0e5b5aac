/* Python's expressions, by its grammar and precedence. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "text/python_parse.h"
#include "text/python_value.h"

/* A node over others that have been read. */
sow_status sow__py_join(sow__py_parser *p, sow__py_kind kind, const sow__py_token *place, sow__py_node *left,
                        sow__py_node *right, sow__py_node **out) {
  sow__py_node *node = sow__py_node_new(p, kind, place);
  if (node == NULL)
    return sow__py_no_memory(p);
  node->left = left;
  node->right = right;
  *out = node;
  return SOW_OK;
}

static sow_status deeper(sow__py_parser *p) {
  if (p->depth >= SOW__PY_NESTING)
    return sow__py_fail_at(p, sow__py_peek(p)->begin, SOW_LIMIT, "this is nested deeper than 200");
  p->depth++;
  return SOW_OK;
}

/* ---- names that a target binds ---- */

sow_status sow__py_bind_target(sow__py_parser *p, const sow__py_node *target) {
  switch (target->kind) {
  case SOW__PY_NAME:
    return sow__py_bind(p, target->text);
  case SOW__PY_TUPLE:
  case SOW__PY_LIST:
    for (const sow__py_node *item = target->items; item != NULL; item = item->next) {
      sow_status status = sow__py_bind_target(p, item);
      if (status != SOW_OK)
        return status;
    }
    return SOW_OK;
  case SOW__PY_STARRED:
    return sow__py_bind_target(p, target->left);
  case SOW__PY_ATTRIBUTE:
  case SOW__PY_INDEX:
    return SOW_OK;
  default:
    return sow__py_fail_at(p, target->begin, SOW_SYNTAX, "nothing can be assigned to this");
  }
}

/* ---- operators ---- */

static sow_status read_factor(sow__py_parser *p, sow__py_node **out);

static sow_status read_power(sow__py_parser *p, sow__py_node **out) {
  sow_status status = sow__py_primary(p, out);
  const sow__py_token token = *sow__py_peek(p);
  if (status != SOW_OK || !sow__py_take(p, "**"))
    return status;
  sow__py_node *left = *out, *right = NULL;
  status = read_factor(p, &right);
  if (status == SOW_OK)
    status = sow__py_join(p, SOW__PY_BINARY, &token, left, right, out);
  if (status == SOW_OK)
    (*out)->op = SOW__POWER;
  return status;
}

/* A sign binds looser than ** on its right and tighter on its left. */
static sow_status read_factor(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow_status status = deeper(p);
  if (status != SOW_OK)
    return status;
  int op = sow__py_take(p, "-") ? '-' : sow__py_take(p, "+") ? '+' : sow__py_take(p, "~") ? '~' : 0;
  if (op == 0) {
    status = read_power(p, out);
  } else {
    sow__py_node *inner = NULL;
    status = read_factor(p, &inner);
    if (status == SOW_OK)
      status = sow__py_join(p, SOW__PY_UNARY, &token, inner, NULL, out);
    if (status == SOW_OK)
      (*out)->op = op;
  }
  p->depth--;
  return status;
}

typedef struct operator_row {
  const char *sign;
  int op, level;
} operator_row;

/* Levels rise with how tightly an operator binds; all of them bind to the left. */
static const operator_row operators[] = {
    {"|", '|', 1}, {"^", 'x', 2}, {"&", '&', 3}, {"<<", '<', 4}, {">>", '>', 4},        {"+", '+', 5},
    {"-", '-', 5}, {"*", '*', 6}, {"/", '/', 6}, {"%", '%', 6},  {"//", SOW__FLOOR, 6}, {"@", '@', 6},
};

static const operator_row *at_operator(const sow__py_parser *p, int least) {
  for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
    if (operators[i].level >= least && sow__py_at(p, operators[i].sign))
      return &operators[i];
  return NULL;
}

static sow_status read_binary(sow__py_parser *p, int least, sow__py_node **out) {
  sow_status status = read_factor(p, out);
  const operator_row *row;
  size_t chain = 0;
  while (status == SOW_OK && (row = at_operator(p, least)) != NULL) {
    const sow__py_token token = *sow__py_peek(p);
    sow__py_node *left = *out, *right = NULL;
    if (++chain > SOW__PY_NESTING)
      return sow__py_fail_at(p, token.begin, SOW_LIMIT, "more than 200 operators in a row");
    p->at++;
    status = read_binary(p, row->level + 1, &right);
    if (status == SOW_OK)
      status = sow__py_join(p, SOW__PY_BINARY, &token, left, right, out);
    if (status == SOW_OK)
      (*out)->op = row->op;
  }
  return status;
}

/* The comparison at the next token, which is taken; 0 for none. */
static int take_comparison(sow__py_parser *p) {
  static const struct {
    const char *sign;
    int op;
  } signs[] = {{"<", '<'},
               {">", '>'},
               {"==", SOW__PY_EQUAL},
               {"!=", SOW__PY_UNEQUAL},
               {"<=", SOW__PY_AT_MOST},
               {">=", SOW__PY_AT_LEAST},
               {"in", SOW__PY_IN}};
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
    if (sow__py_take(p, signs[i].sign))
      return signs[i].op;
  if (sow__py_take(p, "is"))
    return sow__py_take(p, "not") ? SOW__PY_IS_NOT : SOW__PY_IS;
  const sow__py_token *next = sow__py_peek(p);
  if (sow__py_at(p, "not") && next[1].kind == SOW__PY_WORD && next[1].end - next[1].begin == 2 &&
      memcmp(p->part->text->bytes + next[1].begin, "in", 2) == 0) {
    p->at += 2;
    return SOW__PY_NOT_IN;
  }
  return 0;
}

static sow_status read_comparison(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token start = *sow__py_peek(p);
  sow_status status = read_binary(p, 1, out);
  sow__py_node *first = *out, **tail = NULL;
  while (status == SOW_OK) {
    const sow__py_token token = *sow__py_peek(p);
    int op = take_comparison(p);
    if (op == 0)
      break;
    if (tail == NULL) {
      status = sow__py_join(p, SOW__PY_COMPARE, &start, first, NULL, out);
      if (status != SOW_OK)
        return status;
      tail = &(*out)->items;
    }
    sow__py_node *right = NULL;
    status = read_binary(p, 1, &right);
    if (status == SOW_OK)
      status = sow__py_join(p, SOW__PY_COMPARISON, &token, right, NULL, tail);
    if (status == SOW_OK) {
      (*tail)->op = op;
      tail = &(*tail)->next;
    }
  }
  return status;
}

static sow_status read_not(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  if (!sow__py_take(p, "not"))
    return read_comparison(p, out);
  sow__py_node *inner = NULL;
  sow_status status = deeper(p);
  if (status != SOW_OK)
    return status;
  status = read_not(p, &inner);
  p->depth--;
  if (status == SOW_OK)
    status = sow__py_join(p, SOW__PY_UNARY, &token, inner, NULL, out);
  if (status == SOW_OK)
    (*out)->op = SOW__PY_NOT;
  return status;
}

/* and, or: `a or b or c` is a list, so that a long one nests no deeper. */
static sow_status read_boolean(sow__py_parser *p, bool any, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow_status status = any ? read_boolean(p, false, out) : read_not(p, out);
  if (status != SOW_OK || !sow__py_at(p, any ? "or" : "and"))
    return status;
  sow__py_node *first = *out, **tail = &first->next;
  status = sow__py_join(p, any ? SOW__PY_OR : SOW__PY_AND, &token, NULL, NULL, out);
  while (status == SOW_OK && sow__py_take(p, any ? "or" : "and")) {
    status = any ? read_boolean(p, false, tail) : read_not(p, tail);
    if (status == SOW_OK)
      tail = &(*tail)->next;
  }
  if (status == SOW_OK)
    (*out)->items = first;
  return status;
}

sow_status sow__py_disjunction(sow__py_parser *p, sow__py_node **out) {
  return read_boolean(p, true, out);
}

static sow_status read_lambda(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  p->at++;
  sow__py_node *node = sow__py_node_new(p, SOW__PY_LAMBDA, &token);
  sow__py_function *outer = p->function, *function = sow__py_function_new(p, "<lambda>", &token);
  if (node == NULL || function == NULL)
    return sow__py_no_memory(p);
  p->function = function;
  sow_status status = sow__py_parameters(p, ":", false);
  if (status == SOW_OK)
    status = sow__py_need(p, ":", "':' of this lambda");
  if (status == SOW_OK)
    status = sow__py_expression(p, &function->body);
  p->function = outer;
  node->function = function;
  *out = node;
  return status;
}

static sow_status read_conditional(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  if (sow__py_at(p, "lambda"))
    return read_lambda(p, out);
  sow_status status = read_boolean(p, true, out);
  if (status != SOW_OK || !sow__py_take(p, "if"))
    return status;
  sow__py_node *then = *out;
  status = sow__py_join(p, SOW__PY_CONDITIONAL, &token, NULL, then, out);
  if (status == SOW_OK)
    status = read_boolean(p, true, &(*out)->left);
  if (status == SOW_OK)
    status = sow__py_need(p, "else", "'else' of this value");
  return status == SOW_OK ? sow__py_expression(p, &(*out)->third) : status;
}

/* Behind a name: ':=' and its value. A comprehension binds it in the function around. */
static sow_status read_named(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow__py_node *value = NULL, *name = *out;
  if (name->kind != SOW__PY_NAME || !sow__py_take(p, ":="))
    return SOW_OK;
  sow__py_function *function = p->function;
  while (strcmp(p->function->name, "<comprehension>") == 0)
    p->function = p->function->outer;
  sow_status status = sow__py_bind(p, name->text);
  p->function = function;
  if (status == SOW_OK)
    status = sow__py_expression(p, &value);
  if (status == SOW_OK)
    status = sow__py_join(p, SOW__PY_NAMED, &token, value, NULL, out);
  if (status == SOW_OK)
    (*out)->text = name->text;
  return status;
}

sow_status sow__py_expression(sow__py_parser *p, sow__py_node **out) {
  sow_status status = deeper(p);
  if (status != SOW_OK)
    return status;
  status = read_conditional(p, out);
  if (status == SOW_OK)
    status = read_named(p, out);
  p->depth--;
  return status;
}

/* ---- with commas ---- */

static bool ends_list(const sow__py_parser *p) {
  return sow__py_peek(p)->kind <= SOW__PY_DEDENT || sow__py_at(p, "=") || sow__py_at(p, ")") ||
         sow__py_at(p, ":") || sow__py_at(p, ";") || sow__py_at(p, "in") || sow__py_at(p, "}");
}

sow_status sow__py_starred(sow__py_parser *p, sow_status (*read)(sow__py_parser *, sow__py_node **),
                           sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow__py_node *inner = NULL;
  if (!sow__py_take(p, "*"))
    return read(p, out);
  sow_status status = read_binary(p, 1, &inner);
  return status == SOW_OK ? sow__py_join(p, SOW__PY_STARRED, &token, inner, NULL, out) : status;
}

static sow_status read_list(sow__py_parser *p, sow_status (*read)(sow__py_parser *, sow__py_node **),
                            sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow__py_node *first = NULL, **tail = &first;
  bool comma = false;
  do {
    sow_status status = sow__py_starred(p, read, tail);
    if (status != SOW_OK)
      return status;
    tail = &(*tail)->next;
    comma = sow__py_take(p, ",");
  } while (comma && !ends_list(p));
  *out = first;
  if (!comma && first->next == NULL)
    return SOW_OK;
  sow_status status = sow__py_join(p, SOW__PY_TUPLE, &token, NULL, NULL, out);
  if (status == SOW_OK)
    (*out)->items = first;
  return status;
}

sow_status sow__py_expressions(sow__py_parser *p, sow__py_node **out) {
  return read_list(p, sow__py_expression, out);
}

sow_status sow__py_targets(sow__py_parser *p, sow__py_node **out) {
  return read_list(p, read_factor, out);
}

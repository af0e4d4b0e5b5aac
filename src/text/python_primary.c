/* Values, and what follows them: brackets, calls, items, comprehensions. */
#include <string.h>

#include "text/python_parse.h"
#include "text/python_value.h"

/* ---- scopes within expressions ---- */

/* Behind the element of a comprehension: its clauses. */
static sow_status read_clauses(sow__py_parser *p, sow__py_node *node) {
  sow__py_node **tail = &node->items;
  sow_status status = SOW_OK;
  while (status == SOW_OK && (sow__py_at(p, "for") || sow__py_at(p, "if"))) {
    const sow__py_token token = *sow__py_peek(p);
    bool is_for = sow__py_take(p, "for");
    sow__py_node *clause = sow__py_node_new(p, is_for ? SOW__PY_FOR_CLAUSE : SOW__PY_IF_CLAUSE, &token);
    if (clause == NULL)
      return sow__py_no_memory(p);
    if (!is_for) {
      p->at++;
      status = sow__py_disjunction(p, &clause->left); /* an 'if' that follows is the next clause */
    } else {
      status = sow__py_targets(p, &clause->left);
      if (status == SOW_OK)
        status = sow__py_bind_target(p, clause->left);
      if (status == SOW_OK)
        status = sow__py_need(p, "in", "'in' of this loop");
      if (status == SOW_OK)
        status = sow__py_disjunction(p, &clause->right);
    }
    *tail = clause;
    tail = &clause->next;
  }
  return status;
}

/* Whether the element at the next token is that of a comprehension: a 'for' follows before ',' or the end. */
static bool is_comprehension(const sow__py_parser *p) {
  size_t depth = 0;
  for (const sow__py_token *token = sow__py_peek(p); token->kind != SOW__PY_END; token++) {
    const char *bytes = p->part->text->bytes + token->begin;
    size_t length = token->end - token->begin;
    if (token->kind == SOW__PY_WORD && depth == 0 && length == 3 && memcmp(bytes, "for", 3) == 0)
      return true;
    if (token->kind != SOW__PY_SIGN || length != 1)
      continue;
    if (strchr("([{", *bytes) != NULL)
      depth++;
    else if (depth == 0 && strchr(")]},", *bytes) != NULL)
      return false;
    else if (strchr(")]}", *bytes) != NULL)
      depth--;
  }
  return false;
}

/* "value", or "key: value" of a dict, which "**other" may stand for. */
static sow_status read_item(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token place = *sow__py_peek(p);
  const bool merged = sow__py_take(p, "**");
  sow__py_node *key = NULL, *value = NULL;
  sow_status status = merged ? SOW_OK : sow__py_starred(p, sow__py_expression, &key);
  *out = key;
  if (status != SOW_OK || (!merged && !sow__py_take(p, ":")))
    return status;
  status = sow__py_expression(p, &value);
  return status == SOW_OK ? sow__py_join(p, SOW__PY_PAIR, &place, key, value, out) : status;
}

/* A value or a comprehension, for what stands within brackets; within braces also a pair. */
static sow_status read_element(sow__py_parser *p, bool braces, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  if (!is_comprehension(p))
    return braces ? read_item(p, out) : sow__py_starred(p, sow__py_expression, out);
  sow__py_node *node = sow__py_node_new(p, SOW__PY_COMPREHENSION, &token);
  sow__py_function *outer = p->function, *function = sow__py_function_new(p, "<comprehension>", &token);
  if (node == NULL || function == NULL)
    return sow__py_no_memory(p);
  node->function = function;
  p->function = function;
  sow_status status = braces ? read_item(p, &node->left) : sow__py_expression(p, &node->left);
  if (status == SOW_OK)
    status = read_clauses(p, node);
  p->function = outer;
  *out = node;
  return status;
}

/* ---- brackets ---- */

/* Behind '{': a dict, or a set where the first item is no pair. */
static sow_status read_braces(sow__py_parser *p, const sow__py_token *token, sow__py_node **out) {
  sow_status status = sow__py_join(p, SOW__PY_DICT, token, NULL, NULL, out);
  sow__py_node **tail = status == SOW_OK ? &(*out)->items : NULL;
  while (status == SOW_OK && !sow__py_take(p, "}")) {
    sow__py_node *item = NULL;
    const bool first = (*out)->items == NULL;
    const sow__py_token place = *sow__py_peek(p);
    status = read_element(p, true, &item);
    if (status != SOW_OK || item == NULL)
      return status;
    if (first && item->kind == SOW__PY_COMPREHENSION) {
      item->op = '{';
      *out = item;
      return sow__py_need(p, "}", "'}'");
    }
    if (first && item->kind != SOW__PY_PAIR)
      (*out)->kind = SOW__PY_SET;
    if ((item->kind == SOW__PY_PAIR) != ((*out)->kind == SOW__PY_DICT))
      return sow__py_fail_at(p, place.begin, SOW_SYNTAX, "a dict has pairs, and a set has values");
    *tail = item;
    tail = &item->next;
    if (!sow__py_take(p, ",") && !sow__py_at(p, "}"))
      return sow__py_expected(p, "',' or '}'");
  }
  return status;
}

/* Behind '(' or '[': a tuple, a list, a comprehension, or a value in parentheses. */
static sow_status read_brackets(sow__py_parser *p, const sow__py_token *token, bool list,
                                sow__py_node **out) {
  const char *close = list ? "]" : ")";
  sow__py_node *first = NULL, **tail = &first;
  bool comma = false;
  while (!sow__py_take(p, close)) {
    if (first != NULL && !comma)
      return sow__py_expected(p, list ? "',' or ']'" : "',' or ')'");
    sow__py_node *item = NULL;
    sow_status status = read_element(p, false, &item);
    if (status != SOW_OK || item == NULL)
      return status;
    *tail = item;
    tail = &item->next;
    comma = sow__py_take(p, ",");
  }
  bool alone = first != NULL && first->next == NULL && !comma;
  if (alone && (!list || first->kind == SOW__PY_COMPREHENSION)) {
    first->op = list ? '[' : first->op;
    if (!list && first->kind == SOW__PY_COMPREHENSION)
      first->function->has_inner = true; /* a generator's names outlive what makes it */
    *out = first;
    return SOW_OK;
  }
  sow_status status = sow__py_join(p, list ? SOW__PY_LIST : SOW__PY_TUPLE, token, NULL, NULL, out);
  if (status == SOW_OK)
    (*out)->items = first;
  return status;
}

/* ---- primaries ---- */

static sow_status read_name(sow__py_parser *p, sow__py_node **out) {
  static const struct {
    const char *name;
    sow__py_value value;
  } words[] = {{"None", {.type = SOW__PY_NONE}},
               {"True", {.type = SOW__PY_BOOL, .integer = 1}},
               {"False", {.type = SOW__PY_BOOL, .integer = 0}}};
  const sow__py_token token = *sow__py_peek(p);
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (sow__py_take(p, words[i].name)) {
      sow_status status = sow__py_join(p, SOW__PY_CONSTANT, &token, NULL, NULL, out);
      if (status == SOW_OK)
        (*out)->value = &words[i].value;
      return status;
    }
  if (!sow__py_at_name(p))
    return sow__py_expected(p, "a value");
  const char *name;
  sow_status status = sow__py_name(p, "a name", &name);
  if (status == SOW_OK)
    status = sow__py_join(p, SOW__PY_NAME, &token, NULL, NULL, out);
  if (status == SOW_OK)
    (*out)->text = name;
  return status;
}

static sow_status read_atom(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  switch (token.kind) {
  case SOW__PY_NUMBER:
    return sow__py_number(p, out);
  case SOW__PY_STRING:
    return sow__py_strings(p, out);
  case SOW__PY_WORD:
    return read_name(p, out);
  default:
    break;
  }
  if (sow__py_take(p, "("))
    return read_brackets(p, &token, false, out);
  if (sow__py_take(p, "["))
    return read_brackets(p, &token, true, out);
  if (sow__py_take(p, "{"))
    return read_braces(p, &token, out);
  if (!sow__py_take(p, "..."))
    return sow__py_expected(p, "a value");
  return sow__py_join(p, SOW__PY_ELLIPSIS, &token, NULL, NULL, out);
}

/* One argument of a call. */
static sow_status read_argument(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow_status status = sow__py_join(p, SOW__PY_ARGUMENT, &token, NULL, NULL, out);
  if (status != SOW_OK)
    return status;
  if (sow__py_take(p, "**"))
    (*out)->op = SOW__POWER;
  else if (sow__py_take(p, "*"))
    (*out)->op = '*';
  const sow__py_token *next = &p->tokens.items[p->at];
  bool keyword = next->kind == SOW__PY_WORD && next[1].kind == SOW__PY_SIGN &&
                 next[1].end - next[1].begin == 1 && p->part->text->bytes[next[1].begin] == '=';
  if (keyword && (*out)->op == 0) {
    status = sow__py_name(p, "an argument's name", &(*out)->text);
    p->at += status == SOW_OK ? 1 : 0;
  }
  if (status == SOW_OK)
    status = read_element(p, false, &(*out)->left);
  if (status == SOW_OK && (*out)->left->kind == SOW__PY_COMPREHENSION && (*out)->left->op == 0)
    (*out)->left->function->has_inner = true;
  return status;
}

static sow_status read_arguments(sow__py_parser *p, sow__py_node *call) {
  sow__py_node **tail = &call->items;
  bool comma = true;
  while (!sow__py_take(p, ")")) {
    if (!comma)
      return sow__py_expected(p, "',' or ')'");
    sow_status status = read_argument(p, tail);
    if (status != SOW_OK)
      return status;
    tail = &(*tail)->next;
    comma = sow__py_take(p, ",");
  }
  return SOW_OK;
}

/* One subscript: a value or lower:upper:step. */
static sow_status read_subscript(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow__py_node *parts[3] = {NULL};
  size_t count = 0;
  sow_status status = SOW_OK;
  for (;;) {
    if (!sow__py_at(p, ":") && !sow__py_at(p, "]") && !sow__py_at(p, ","))
      status = sow__py_expression(p, &parts[count]);
    if (status != SOW_OK)
      return status;
    if (count == 2 || !sow__py_take(p, ":"))
      break;
    count++;
  }
  if (count == 0 && parts[0] == NULL)
    return sow__py_expected(p, "an index");
  *out = parts[0];
  if (count == 0)
    return SOW_OK;
  status = sow__py_join(p, SOW__PY_SLICE, &token, parts[0], parts[1], out);
  if (status == SOW_OK)
    (*out)->third = parts[2];
  return status;
}

static sow_status read_index(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  sow__py_node *first = NULL, **tail = &first;
  bool comma = false;
  while (first == NULL || (comma && !sow__py_at(p, "]"))) {
    sow_status status = read_subscript(p, tail);
    if (status != SOW_OK)
      return status;
    tail = &(*tail)->next;
    comma = sow__py_take(p, ",");
    if (!comma)
      break;
  }
  *out = first;
  if (!comma && first->next == NULL)
    return sow__py_need(p, "]", "']'");
  sow_status status = sow__py_join(p, SOW__PY_TUPLE, &token, NULL, NULL, out);
  if (status == SOW_OK)
    (*out)->items = first;
  return status == SOW_OK ? sow__py_need(p, "]", "',' or ']'") : status;
}

/* What follows a value: .name, (…), […]. */
sow_status sow__py_primary(sow__py_parser *p, sow__py_node **out) {
  sow_status status = read_atom(p, out);
  size_t trail = 0;
  while (status == SOW_OK) {
    const sow__py_token token = *sow__py_peek(p);
    sow__py_node *base = *out;
    if (++trail > SOW__PY_NESTING)
      return sow__py_fail_at(p, token.begin, SOW_LIMIT, "this is nested deeper than 200");
    if (sow__py_take(p, ".")) {
      const sow__py_token name = *sow__py_peek(p);
      status = sow__py_join(p, SOW__PY_ATTRIBUTE, &name, base, NULL, out);
      if (status == SOW_OK)
        status = sow__py_name(p, "a name after '.'", &(*out)->text);
    } else if (sow__py_take(p, "(")) {
      status = sow__py_join(p, SOW__PY_CALL, &token, base, NULL, out);
      if (status == SOW_OK)
        status = read_arguments(p, *out);
      if (status == SOW_OK) {
        (*out)->begin = base->begin;
        (*out)->line = base->line;
      }
    } else if (sow__py_take(p, "[")) {
      status = sow__py_join(p, SOW__PY_INDEX, &token, base, NULL, out);
      if (status == SOW_OK)
        status = read_index(p, &(*out)->right);
    } else {
      break;
    }
    if (status == SOW_OK)
      (*out)->end = p->tokens.items[p->at - 1].end;
  }
  return status;
}

/* Python's statements. */
#include <stdio.h>
#include <string.h>

#include "text/python_parse.h"
#include "text/scanner.h"

static sow_status new_statement(sow__py_parser *p, sow__py_kind kind, const sow__py_token *token,
                                sow__py_node **out) {
  *out = sow__py_node_new(p, kind, token);
  return *out ? SOW_OK : sow__py_no_memory(p);
}

/* ---- simple statements ---- */

/* The sign of an augmented assignment at the next token, which is taken; 0 for none. */
static int take_augmented(sow__py_parser *p) {
  static const struct {
    const char *sign;
    int op;
  } signs[] = {{"+=", '+'}, {"-=", '-'},         {"*=", '*'},         {"/=", '/'}, {"%=", '%'},
               {"@=", '@'}, {"//=", SOW__FLOOR}, {"**=", SOW__POWER}, {"&=", '&'}, {"|=", '|'},
               {"^=", 'x'}, {"<<=", '<'},        {">>=", '>'}};
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
    if (sow__py_take(p, signs[i].sign))
      return signs[i].op;
  return 0;
}

static sow_status read_annotation(sow__py_parser *p, sow__py_node *statement, sow__py_node *target) {
  sow__py_node *ignored;
  sow_status status = sow__py_expression(p, &ignored);
  statement->kind = SOW__PY_ASSIGN;
  statement->items = target;
  if (status == SOW_OK)
    status = sow__py_bind_target(p, target);
  return status == SOW_OK && sow__py_take(p, "=") ? sow__py_expressions(p, &statement->left) : status;
}

/* An expression, or what is assigned to it. */
static sow_status read_assignment(sow__py_parser *p, sow__py_node *statement) {
  sow__py_node *value = NULL, **tail = &statement->items;
  sow_status status = sow__py_expressions(p, &value);
  statement->left = value;
  if (status != SOW_OK)
    return status;
  if (sow__py_take(p, ":")) {
    statement->left = NULL;
    return read_annotation(p, statement, value);
  }
  int op = take_augmented(p);
  if (op != 0) {
    statement->kind = SOW__PY_AUGMENTED;
    statement->op = op;
    status = sow__py_bind_target(p, value);
    return status == SOW_OK ? sow__py_expressions(p, &statement->right) : status;
  }
  while (status == SOW_OK && sow__py_take(p, "=")) {
    statement->kind = SOW__PY_ASSIGN;
    status = sow__py_bind_target(p, value);
    *tail = value;
    tail = &value->next;
    if (status == SOW_OK)
      status = sow__py_expressions(p, &value);
    statement->left = value;
  }
  return status;
}

static bool ends_simple(const sow__py_parser *p) {
  return sow__py_peek(p)->kind <= SOW__PY_LINE_END || sow__py_at(p, ";");
}

static sow_status read_assert(sow__py_parser *p, sow__py_node *statement) {
  sow_status status = sow__py_expression(p, &statement->left);
  return status == SOW_OK && sow__py_take(p, ",") ? sow__py_expression(p, &statement->right) : status;
}

static sow_status read_raise(sow__py_parser *p, sow__py_node *statement) {
  sow__py_node *cause;
  if (ends_simple(p))
    return SOW_OK;
  sow_status status = sow__py_expression(p, &statement->left);
  return status == SOW_OK && sow__py_take(p, "from") ? sow__py_expression(p, &cause) : status;
}

static sow_status read_delete(sow__py_parser *p, sow__py_node *statement) {
  sow__py_node *targets = NULL;
  sow_status status = sow__py_targets(p, &targets);
  if (status != SOW_OK)
    return status;
  statement->items = targets->kind == SOW__PY_TUPLE ? targets->items : targets;
  for (const sow__py_node *one = statement->items; status == SOW_OK && one != NULL; one = one->next)
    status = sow__py_bind_target(p, one);
  return status;
}

/* global and nonlocal: names that are not the function's own, though it gives them values. */
static sow_status read_outside(sow__py_parser *p, sow__py_node *statement) {
  sow__py_function *function = p->function, *file = function;
  const bool global = sow__py_at(p, "global");
  statement->kind = SOW__PY_PASS;
  while (file->outer != NULL)
    file = file->outer;
  do {
    const char *name, **larger;
    p->at++;
    sow_status status = sow__py_name(p, "a name", &name);
    if (status != SOW_OK)
      return status;
    p->function = file;
    status = global ? sow__py_bind(p, name) : SOW_OK;
    p->function = function;
    if (status != SOW_OK)
      return status;
    if (function == file)
      continue;
    larger = sow__arena_alloc(p->arena, (function->outside_count + 1) * sizeof *larger);
    if (larger == NULL)
      return sow__py_no_memory(p);
    for (size_t i = 0; i < function->outside_count; i++)
      larger[i] = function->outside[i];
    larger[function->outside_count++] = name;
    function->outside = larger;
  } while (sow__py_at(p, ","));
  return SOW_OK;
}

static sow_status refuse_keyword(sow__py_parser *p) {
  static const char *const words[] = {"yield", "async", "await"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (sow__py_at(p, words[i]))
      return sow__text_fail(p->part->text, sow__py_peek(p)->begin, p->error, SOW_SYNTAX,
                            "'%s' is not understood in a function that initialises", words[i]);
  return SOW_OK;
}

static sow_status read_simple(sow__py_parser *p, sow__py_node **out) {
  static const struct {
    const char *word;
    sow__py_kind kind;
  } words[] = {{"pass", SOW__PY_PASS},     {"break", SOW__PY_BREAK}, {"continue", SOW__PY_CONTINUE},
               {"return", SOW__PY_RETURN}, {"raise", SOW__PY_RAISE}, {"assert", SOW__PY_ASSERT},
               {"import", SOW__PY_IMPORT}, {"from", SOW__PY_IMPORT}, {"del", SOW__PY_DELETE}};
  const sow__py_token token = *sow__py_peek(p);
  sow_status status = refuse_keyword(p);
  if (status == SOW_OK)
    status = new_statement(p, SOW__PY_EXPRESSION, &token, out);
  if (status != SOW_OK)
    return status;
  sow__py_node *statement = *out;
  if (sow__py_at(p, "global") || sow__py_at(p, "nonlocal"))
    return read_outside(p, statement);
  bool from = sow__py_at(p, "from"), found = false;
  for (size_t i = 0; i < sizeof words / sizeof words[0] && !found; i++)
    if ((found = sow__py_take(p, words[i].word)))
      statement->kind = words[i].kind;
  switch (statement->kind) {
  case SOW__PY_EXPRESSION:
    return read_assignment(p, statement);
  case SOW__PY_BREAK:
  case SOW__PY_CONTINUE:
    return p->loops > 0 ? SOW_OK : sow__py_fail_at(p, token.begin, SOW_SYNTAX, "this stands in no loop");
  case SOW__PY_RETURN:
    if (p->function->outer == NULL)
      return sow__py_fail_at(p, token.begin, SOW_SYNTAX, "this stands in no function");
    return ends_simple(p) ? SOW_OK : sow__py_expressions(p, &statement->left);
  case SOW__PY_DELETE:
    return read_delete(p, statement);
  case SOW__PY_RAISE:
    return read_raise(p, statement);
  case SOW__PY_ASSERT:
    return read_assert(p, statement);
  case SOW__PY_IMPORT:
    return from ? sow__py_import_from(p, &statement->items) : sow__py_import(p, &statement->items);
  default:
    return SOW_OK;
  }
}

/* Python 2 wrote print without parentheses. */
static sow_status fail_end(sow__py_parser *p, const sow__py_node *statement) {
  const sow__py_node *value = statement->left;
  bool print = statement->kind == SOW__PY_EXPRESSION && value != NULL && value->kind == SOW__PY_NAME &&
               strcmp(value->text, "print") == 0;
  return sow__py_expected(p, print ? "'(' (this is Python 2's print)" : "the end of the line");
}

/* Statements on one line, with ';' between them, and the line's end. */
static sow_status read_line(sow__py_parser *p, sow__py_node **out) {
  sow__py_node **tail = out;
  do {
    if (sow__py_peek(p)->kind == SOW__PY_LINE_END)
      break;
    sow_status status = read_simple(p, tail);
    if (status != SOW_OK)
      return status;
    if (!ends_simple(p))
      return fail_end(p, *tail);
    tail = &(*tail)->next;
  } while (sow__py_take(p, ";"));
  p->at += sow__py_peek(p)->kind == SOW__PY_LINE_END ? 1 : 0;
  return SOW_OK;
}

/* ---- compound statements ---- */

/* Behind `if` or `elif`: the rest of the chain, link by link, so that a long one nests no deeper. */
static sow_status read_if(sow__py_parser *p, sow__py_node *statement) {
  for (;;) {
    sow_status status = sow__py_expression(p, &statement->left);
    if (status == SOW_OK)
      status = sow__py_block(p, "'if'", &statement->items);
    if (status != SOW_OK)
      return status;
    const sow__py_token token = *sow__py_peek(p);
    if (sow__py_take(p, "else"))
      return sow__py_block(p, "'else'", &statement->third);
    if (!sow__py_take(p, "elif"))
      return SOW_OK;
    status = new_statement(p, SOW__PY_IF, &token, &statement->third);
    if (status != SOW_OK)
      return status;
    statement = statement->third;
  }
}

static sow_status read_loop_block(sow__py_parser *p, const char *what, sow__py_node *statement) {
  p->loops++;
  sow_status status = sow__py_block(p, what, &statement->items);
  p->loops--;
  return status == SOW_OK && sow__py_take(p, "else") ? sow__py_block(p, "'else'", &statement->third) : status;
}

static sow_status read_for(sow__py_parser *p, sow__py_node *statement) {
  sow_status status = sow__py_targets(p, &statement->left);
  if (status == SOW_OK)
    status = sow__py_bind_target(p, statement->left);
  if (status == SOW_OK)
    status = sow__py_need(p, "in", "'in' of this loop");
  if (status == SOW_OK)
    status = sow__py_expressions(p, &statement->right);
  return status == SOW_OK ? read_loop_block(p, "'for'", statement) : status;
}

static sow_status read_while(sow__py_parser *p, sow__py_node *statement) {
  sow_status status = sow__py_expression(p, &statement->left);
  return status == SOW_OK ? read_loop_block(p, "'while'", statement) : status;
}

/* What may follow: "as NAME". */
static sow_status read_as(sow__py_parser *p, const char **name) {
  if (!sow__py_take(p, "as"))
    return SOW_OK;
  sow_status status = sow__py_name(p, "a name after 'as'", name);
  return status == SOW_OK ? sow__py_bind(p, *name) : status;
}

static sow_status read_with(sow__py_parser *p, sow__py_node *statement) {
  sow__py_node **tail = &statement->left;
  sow_status status;
  do {
    const sow__py_token token = *sow__py_peek(p);
    status = new_statement(p, SOW__PY_ARGUMENT, &token, tail);
    if (status == SOW_OK)
      status = sow__py_expression(p, &(*tail)->left);
    if (status == SOW_OK)
      status = read_as(p, &(*tail)->text);
    tail = status == SOW_OK ? &(*tail)->next : tail;
  } while (status == SOW_OK && sow__py_take(p, ","));
  return status == SOW_OK ? sow__py_block(p, "'with'", &statement->items) : status;
}

static sow_status read_except(sow__py_parser *p, const sow__py_token *token, sow__py_node **out) {
  sow_status status = new_statement(p, SOW__PY_EXCEPT, token, out);
  if (status == SOW_OK && !sow__py_at(p, ":"))
    status = sow__py_expression(p, &(*out)->left);
  if (status == SOW_OK)
    status = read_as(p, &(*out)->text);
  return status == SOW_OK ? sow__py_block(p, "'except'", &(*out)->items) : status;
}

static sow_status read_try(sow__py_parser *p, sow__py_node *statement) {
  sow__py_node **tail = &statement->right;
  sow_status status = sow__py_block(p, "'try'", &statement->items);
  while (status == SOW_OK) {
    const sow__py_token token = *sow__py_peek(p);
    if (!sow__py_take(p, "except"))
      break;
    status = read_except(p, &token, tail);
    tail = status == SOW_OK ? &(*tail)->next : tail;
  }
  if (status == SOW_OK && statement->right != NULL && sow__py_take(p, "else"))
    status = sow__py_block(p, "'else'", &statement->third);
  if (status == SOW_OK && sow__py_take(p, "finally"))
    return sow__py_block(p, "'finally'", &statement->left);
  if (status == SOW_OK && statement->right == NULL)
    return sow__py_expected(p, "'except' or 'finally' of this 'try'");
  return status;
}

/* ---- any ---- */

/* The compound statement that begins with `word`. */
static sow_status read_compound(sow__py_parser *p, sow__py_node **out, bool *found) {
  static const struct {
    const char *word;
    sow__py_kind kind;
    sow_status (*read)(sow__py_parser *p, sow__py_node *statement);
  } words[] = {{"if", SOW__PY_IF, read_if},
               {"for", SOW__PY_FOR, read_for},
               {"while", SOW__PY_WHILE, read_while},
               {"with", SOW__PY_WITH, read_with},
               {"try", SOW__PY_TRY, read_try}};
  const sow__py_token token = *sow__py_peek(p);
  *found = true;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (sow__py_take(p, words[i].word)) {
      sow_status status = new_statement(p, words[i].kind, &token, out);
      return status == SOW_OK ? words[i].read(p, *out) : status;
    }
  if (sow__py_at(p, "def") || sow__py_at(p, "class") || sow__py_at(p, "@"))
    return sow__py_definition(p, out);
  *found = false;
  return SOW_OK;
}

sow_status sow__py_statement(sow__py_parser *p, sow__py_node **out) {
  bool found;
  if (sow__py_peek(p)->kind == SOW__PY_INDENT)
    return sow__py_fail_at(p, sow__py_peek(p)->begin, SOW_SYNTAX,
                           "this line is indented deeper than the one before, which opens no block");
  sow_status status = read_compound(p, out, &found);
  return status == SOW_OK && !found ? read_line(p, out) : status;
}

sow_status sow__py_block(sow__py_parser *p, const char *what, sow__py_node **out) {
  char expected[64];
  snprintf(expected, sizeof expected, "':' behind this %s", what);
  sow_status status = sow__py_need(p, ":", expected);
  if (status != SOW_OK)
    return status;
  if (sow__py_peek(p)->kind != SOW__PY_LINE_END)
    return read_line(p, out);
  p->at++;
  if (sow__py_peek(p)->kind != SOW__PY_INDENT) {
    snprintf(expected, sizeof expected, "an indented block in this %s", what);
    return sow__py_expected(p, expected);
  }
  p->at++;
  while (status == SOW_OK && sow__py_peek(p)->kind != SOW__PY_DEDENT) {
    status = sow__py_statement(p, out);
    while (status == SOW_OK && *out != NULL)
      out = &(*out)->next;
  }
  p->at += status == SOW_OK ? 1 : 0;
  return status;
}

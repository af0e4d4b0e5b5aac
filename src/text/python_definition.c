/*
 * Functions and classes, and the file that they stand in. A file may hold more than the function: what of it
 * is not understood is kept as broken, and is an error only where something uses it.
 */
#include <string.h>

#include "text/python_parse.h"

/* ---- what is broken ---- */

static const sow_error *keep_failure(sow__py_parser *p, const sow_error *failure) {
  sow_error *kept = sow__arena_alloc(p->arena, sizeof *kept);
  if (kept != NULL)
    *kept = *failure;
  return kept;
}

/* Passes over the block of a compound statement: past its DEDENT. The INDENT is next. */
static void skip_block(sow__py_parser *p) {
  size_t depth = 0;
  do {
    sow__py_token_kind kind = sow__py_peek(p)->kind;
    if (kind == SOW__PY_END)
      return;
    depth += kind == SOW__PY_INDENT ? 1 : 0;
    depth -= kind == SOW__PY_DEDENT ? 1 : 0;
    p->at++;
  } while (depth > 0);
}

/* Passes over a line, with the block that may follow it. */
static void skip_statement(sow__py_parser *p) {
  while (sow__py_peek(p)->kind > SOW__PY_LINE_END)
    p->at++;
  if (sow__py_peek(p)->kind == SOW__PY_LINE_END)
    p->at++;
  if (sow__py_peek(p)->kind == SOW__PY_INDENT)
    skip_block(p);
}

/* ---- functions ---- */

static sow_status read_named(sow__py_parser *p, bool annotated, sow__py_parameter *one) {
  sow__py_node *ignored;
  sow_status status = sow__py_name(p, "a parameter's name", &one->name);
  if (status == SOW_OK)
    status = sow__py_bind(p, one->name);
  if (status == SOW_OK && annotated && sow__py_take(p, ":"))
    status = sow__py_expression(p, &ignored);
  if (status == SOW_OK && sow__py_take(p, "="))
    status = sow__py_expression(p, &one->fallback);
  return status;
}

/* One of them, or a bare '*' or '/', which is none. `passing` is how those that follow are passed. */
static sow_status read_parameter(sow__py_parser *p, bool annotated, sow__py_passing *passing,
                                 sow__py_parameter *list, size_t *count) {
  if (*count == SOW__PY_PARAMETERS)
    return sow__py_fail_at(p, sow__py_peek(p)->begin, SOW_LIMIT, "more than 32 parameters");
  sow__py_parameter *one = &list[*count];
  *one = (sow__py_parameter){.passing = *passing};
  if (sow__py_take(p, "/"))
    return SOW_OK;
  if (sow__py_take(p, "**")) {
    one->passing = SOW__PY_KEYWORDS;
  } else if (sow__py_take(p, "*")) {
    *passing = SOW__PY_KEYWORD_ONLY;
    if (sow__py_at(p, ","))
      return SOW_OK;
    one->passing = SOW__PY_REST;
  }
  ++*count;
  return read_named(p, annotated, one);
}

sow_status sow__py_parameters(sow__py_parser *p, const char *close, bool annotated) {
  sow__py_parameter list[SOW__PY_PARAMETERS];
  sow__py_passing passing = SOW__PY_PLAIN;
  size_t count = 0;
  while (!sow__py_at(p, close)) {
    sow_status status = read_parameter(p, annotated, &passing, list, &count);
    if (status != SOW_OK)
      return status;
    if (!sow__py_take(p, ",") && !sow__py_at(p, close))
      return sow__py_expected(p, "',' between parameters");
  }
  if (count == 0)
    return SOW_OK;
  p->function->parameters = sow__arena_alloc(p->arena, count * sizeof *list);
  if (p->function->parameters == NULL)
    return sow__py_no_memory(p);
  memcpy(p->function->parameters, list, count * sizeof *list);
  p->function->parameter_count = count;
  return SOW_OK;
}

/* "(m: nn.Module, std=0.02) -> None" and the block. */
static sow_status read_rest(sow__py_parser *p, sow__py_node **out) {
  sow__py_node *ignored;
  sow_status status = sow__py_need(p, "(", "'(' behind the function's name");
  if (status == SOW_OK)
    status = sow__py_parameters(p, ")", true);
  if (status == SOW_OK)
    status = sow__py_need(p, ")", "')'");
  if (status == SOW_OK && sow__py_take(p, "->"))
    status = sow__py_expression(p, &ignored);
  return status == SOW_OK ? sow__py_block(p, "'def'", out) : status;
}

/* Reads by `read`; what is not understood is passed over, and *broken is then why. */
static sow_status read_or_skip(sow__py_parser *p, sow_status (*read)(sow__py_parser *p, sow__py_node **out),
                               sow__py_node **out, const sow_error **broken) {
  sow_error *error = p->error, failure = SOW_ERROR_NONE;
  sow__py_function *function = p->function;
  const size_t start = p->at, depth = p->depth;
  p->error = &failure;
  sow_status status = read(p, out);
  p->error = error;
  if (status == SOW_OK)
    return SOW_OK;
  if (status == SOW_NO_MEMORY)
    return sow__py_no_memory(p);
  p->function = function;
  p->depth = depth;
  p->at = start;
  skip_statement(p);
  *out = NULL;
  *broken = keep_failure(p, &failure);
  return *broken ? SOW_OK : sow__py_no_memory(p);
}

static sow_status read_function(sow__py_parser *p, const sow__py_token *token, sow__py_node *node) {
  const char *name;
  sow_status status = sow__py_name(p, "the function's name", &name);
  if (status == SOW_OK)
    status = sow__py_bind(p, name);
  if (status != SOW_OK)
    return status;
  sow__py_function *outer = p->function, *function = sow__py_function_new(p, name, token);
  if (function == NULL)
    return sow__py_no_memory(p);
  const size_t loops = p->loops;
  node->function = function;
  p->function = function;
  p->loops = 0;
  status = read_or_skip(p, read_rest, &function->body, &function->broken);
  p->loops = loops;
  p->function = outer;
  return status;
}

/* ---- classes ---- */

static sow_status read_decorators(sow__py_parser *p, sow__py_node **tail) {
  while (sow__py_take(p, "@")) {
    sow_status status = sow__py_expression(p, tail);
    if (status == SOW_OK && sow__py_peek(p)->kind != SOW__PY_LINE_END)
      status = sow__py_expected(p, "the end of the line behind this decorator");
    if (status != SOW_OK)
      return status;
    p->at++;
    tail = &(*tail)->next;
  }
  return SOW_OK;
}

static sow_status read_method(sow__py_parser *p, const sow__py_token *token, sow__py_node *decorators,
                              sow__py_node *class, sow__py_node **out) {
  sow__py_function *scope = p->function;
  *out = sow__py_node_new(p, SOW__PY_DEF, token);
  if (*out == NULL)
    return sow__py_no_memory(p);
  (*out)->items = decorators;
  sow_status status = read_function(p, token, *out);
  if (status != SOW_OK)
    return status;
  (*out)->function->class_name = class->text;
  (*out)->function->outer = scope->outer; /* a method does not see the names of its class */
  return SOW_OK;
}

/* Methods, and what else stands in a class, which is not run: modules are known by their print. */
static sow_status read_members(sow__py_parser *p, sow__py_node *class) {
  sow__py_node **methods = &class->items, **others = &class->function->body;
  sow_status status = SOW_OK;
  while (status == SOW_OK && sow__py_peek(p)->kind != SOW__PY_DEDENT) {
    const size_t start = p->at;
    sow__py_node *decorators = NULL;
    if (sow__py_at(p, "@") && read_decorators(p, &decorators) == SOW_NO_MEMORY)
      return sow__py_no_memory(p);
    const sow__py_token token = *sow__py_peek(p);
    if (sow__py_take(p, "def")) {
      status = read_method(p, &token, decorators, class, methods);
      methods = status == SOW_OK ? &(*methods)->next : methods;
      continue;
    }
    const sow_error *ignored;
    p->at = start;
    status = read_or_skip(p, sow__py_statement, others, &ignored);
    while (status == SOW_OK && *others != NULL)
      others = &(*others)->next;
  }
  return status;
}

/* An indented block, or what stands behind the ':' in the same line. */
static sow_status read_block_or_line(sow__py_parser *p, sow__py_node *class) {
  const sow_error *ignored;
  if (sow__py_peek(p)->kind != SOW__PY_LINE_END)
    return read_or_skip(p, sow__py_statement, &class->function->body, &ignored);
  p->at++;
  if (sow__py_peek(p)->kind != SOW__PY_INDENT)
    return sow__py_expected(p, "an indented block in this class");
  p->at++;
  sow_status status = read_members(p, class);
  p->at += status == SOW_OK ? 1 : 0;
  return status;
}

/* The names that a class binds are not the file's: it has a scope of its own. */
static sow_status read_class_block(sow__py_parser *p, const sow__py_token *token, sow__py_node *class) {
  sow__py_function *outer = p->function;
  const size_t loops = p->loops;
  class->function = sow__py_function_new(p, class->text, token);
  if (class->function == NULL)
    return sow__py_no_memory(p);
  p->function = class->function;
  p->loops = 0;
  p->at++;
  sow_status status = read_block_or_line(p, class);
  p->loops = loops;
  p->function = outer;
  return status;
}

static sow_status read_class(sow__py_parser *p, const sow__py_token *token, sow__py_node *node) {
  sow_status status = sow__py_name(p, "the class's name", &node->text);
  if (status == SOW_OK)
    status = sow__py_bind(p, node->text);
  if (status != SOW_OK)
    return status;
  node->kind = SOW__PY_CLASS;
  /* Bases in parentheses are read where they are plain; a metaclass is nothing that matters. */
  if (sow__py_take(p, "(") && !sow__py_at(p, ")")) {
    status = sow__py_expressions(p, &node->left);
    while (status == SOW_OK && !sow__py_at(p, ")") && sow__py_peek(p)->kind > SOW__PY_DEDENT)
      p->at++;
  }
  if (status == SOW_OK && sow__py_at(p, ")"))
    p->at++;
  if (status != SOW_OK || !sow__py_at(p, ":"))
    return status != SOW_OK ? status : sow__py_expected(p, "':' behind this class");
  return read_class_block(p, token, node);
}

/* ---- either ---- */

sow_status sow__py_definition(sow__py_parser *p, sow__py_node **out) {
  sow__py_node *decorators = NULL;
  sow_status status = read_decorators(p, &decorators);
  const sow__py_token token = *sow__py_peek(p);
  if (status != SOW_OK)
    return status;
  *out = sow__py_node_new(p, SOW__PY_DEF, &token);
  if (*out == NULL)
    return sow__py_no_memory(p);
  if (sow__py_take(p, "class")) {
    (*out)->right = decorators;
    return read_class(p, &token, *out);
  }
  (*out)->items = decorators;
  status = sow__py_need(p, "def", "'def' or 'class'");
  return status == SOW_OK ? read_function(p, &token, *out) : status;
}

/* ---- the file ---- */

/* "NAME = …" whose value is not understood: the name is kept as broken. */
static sow_status read_assigned(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token token = *sow__py_peek(p);
  const sow_error *broken = NULL;
  const char *name;
  const size_t start = p->at;
  sow_status status = sow__py_name(p, "a name", &name);
  p->at = start;
  if (status == SOW_OK)
    status = read_or_skip(p, sow__py_statement, out, &broken);
  if (status != SOW_OK || broken == NULL)
    return status;
  *out = sow__py_node_new(p, SOW__PY_BROKEN, &token);
  if (*out == NULL)
    return sow__py_no_memory(p);
  (*out)->broken = broken;
  (*out)->text = name;
  return sow__py_bind(p, name);
}

static bool at_assignment(const sow__py_parser *p) {
  const sow__py_token *next = sow__py_peek(p);
  const char *bytes = p->part->text->bytes;
  return sow__py_at_name(p) && next[1].kind == SOW__PY_SIGN && next[1].end - next[1].begin == 1 &&
         (bytes[next[1].begin] == '=' || bytes[next[1].begin] == ':');
}

sow_status sow__py_statements(sow__py_parser *p, sow__py_node **out) {
  sow_status status = SOW_OK;
  while (status == SOW_OK && sow__py_peek(p)->kind != SOW__PY_END) {
    status = at_assignment(p) ? read_assigned(p, out) : sow__py_statement(p, out);
    while (status == SOW_OK && *out != NULL)
      out = &(*out)->next;
  }
  return status;
}

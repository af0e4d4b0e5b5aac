/* What the parser of Python is made of, and its two ways in. */
#include "text/python_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* ---- failures ---- */

sow_status sow__py_no_memory(const sow__py_parser *p) {
  return sow__fail(p->error, SOW_NO_MEMORY, NULL);
}

sow_status sow__py_fail_at(const sow__py_parser *p, size_t at, sow_status status, const char *message) {
  return sow__text_fail(p->part->text, at, p->error, status, "%s", message);
}

sow_status sow__py_expected(const sow__py_parser *p, const char *what) {
  const sow__py_token *token = sow__py_peek(p);
  char quote[SOW__QUOTE_SIZE], found[SOW__QUOTE_SIZE + 8];
  const char *bytes = p->part->text->bytes + token->begin;
  switch (token->kind) {
  case SOW__PY_END:
  case SOW__PY_LINE_END:
    snprintf(found, sizeof found, "the end of the %s", token->kind == SOW__PY_END ? "text" : "line");
    break;
  case SOW__PY_INDENT:
    snprintf(found, sizeof found, "a line that is indented deeper");
    break;
  case SOW__PY_DEDENT:
    snprintf(found, sizeof found, "the end of the block");
    break;
  default:
    snprintf(found, sizeof found, "'%s'", sow__text_quote(bytes, token->end - token->begin, quote));
  }
  return sow__text_fail(p->part->text, token->begin, p->error, SOW_SYNTAX, "expected %s, not %s", what,
                        found);
}

/* ---- tokens ---- */

const sow__py_token *sow__py_peek(const sow__py_parser *p) {
  return &p->tokens.items[p->at];
}

bool sow__py_at(const sow__py_parser *p, const char *text) {
  const sow__py_token *token = sow__py_peek(p);
  size_t length = strlen(text);
  return (token->kind == SOW__PY_WORD || token->kind == SOW__PY_SIGN) &&
         token->end - token->begin == length &&
         memcmp(p->part->text->bytes + token->begin, text, length) == 0;
}

bool sow__py_take(sow__py_parser *p, const char *text) {
  if (!sow__py_at(p, text))
    return false;
  p->at++;
  return true;
}

sow_status sow__py_need(sow__py_parser *p, const char *text, const char *what) {
  return sow__py_take(p, text) ? SOW_OK : sow__py_expected(p, what);
}

bool sow__py_at_name(const sow__py_parser *p) {
  static const char *const keywords[] = {
      "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
      "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
      "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
      "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
  for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
    if (sow__py_at(p, keywords[i]))
      return false;
  return sow__py_peek(p)->kind == SOW__PY_WORD;
}

sow_status sow__py_name(sow__py_parser *p, const char *what, const char **name) {
  if (!sow__py_at_name(p))
    return sow__py_expected(p, what);
  const sow__py_token *token = sow__py_peek(p);
  *name = sow__arena_copy(p->arena, p->part->text->bytes + token->begin, token->end - token->begin);
  p->at++;
  return *name ? SOW_OK : sow__py_no_memory(p);
}

/* ---- nodes and scopes ---- */

sow__py_node *sow__py_node_new(sow__py_parser *p, sow__py_kind kind, const sow__py_token *first) {
  sow__py_node *node = sow__arena_alloc(p->arena, sizeof *node);
  if (node == NULL)
    return NULL;
  node->kind = kind;
  node->begin = first->begin;
  node->end = first->end;
  node->line = first->line;
  return node;
}

sow__py_function *sow__py_function_new(sow__py_parser *p, const char *name, const sow__py_token *first) {
  sow__py_function *function = sow__arena_alloc(p->arena, sizeof *function);
  if (function == NULL)
    return NULL;
  *function = (sow__py_function){.text = p->part->text,
                                 .name = name,
                                 .index = p->function_count++,
                                 .begin = first->begin,
                                 .line = first->line,
                                 .outer = p->function};
  for (sow__py_function *outer = p->function; outer != NULL; outer = outer->outer)
    outer->has_inner = true;
  return function;
}

#define LOCALS_LIMIT 1000 /* names that one function binds: they are searched one by one */

sow_status sow__py_bind(sow__py_parser *p, const char *name) {
  sow__py_function *function = p->function;
  size_t count = function->local_count;
  for (size_t i = 0; i < count; i++)
    if (strcmp(function->locals[i], name) == 0)
      return SOW_OK;
  for (size_t i = 0; i < function->outside_count; i++)
    if (strcmp(function->outside[i], name) == 0)
      return SOW_OK;
  if (count == LOCALS_LIMIT)
    return sow__py_fail_at(p, sow__py_peek(p)->begin, SOW_LIMIT, "one block of names holds more than 1000");
  if (count == 0 || (count & (count - 1)) == 0) {
    const char **larger = sow__arena_alloc(p->arena, (count == 0 ? 1 : 2 * count) * sizeof *larger);
    if (larger == NULL)
      return sow__py_no_memory(p);
    for (size_t i = 0; i < count; i++)
      larger[i] = function->locals[i];
    function->locals = larger;
  }
  function->locals[function->local_count++] = name;
  return SOW_OK;
}

/* ---- the whole ---- */

static sow_status check_text(const sow__py_part *part, sow_error *error) {
  const char *bytes = part->text->bytes;
  if (part->end - part->begin > SOW__PY_BYTES)
    return sow__fail(error, SOW_LIMIT, "a file with a function may have 1 MiB, not %zu bytes",
                     part->end - part->begin);
  size_t length;
  for (size_t at = part->begin; at < part->end; at += length) {
    length = sow__utf8_length(bytes + at, part->end - at);
    if (length == 0)
      return sow__text_fail(part->text, at, error, SOW_SYNTAX, "this byte is no UTF-8");
    if ((unsigned char)bytes[at] < 0x20 && strchr("\t\n\r\f", bytes[at]) == NULL)
      return sow__text_fail(part->text, at, error, SOW_SYNTAX, "a control character");
    if (bytes[at] == 0)
      return sow__text_fail(part->text, at, error, SOW_SYNTAX, "a NUL byte");
  }
  return SOW_OK;
}

sow_status sow__py_parse(const sow__py_part *part, size_t count, sow__arena *arena, sow__py_file *file,
                         sow_error *error) {
  sow__py_parser p = {.part = part, .arena = arena, .error = error, .function_count = count};
  sow_status status = check_text(part, error);
  if (status == SOW_OK)
    status = sow__py_tokens_read(part, &p.tokens, error);
  const sow__py_token first = {SOW__PY_WORD, (uint32_t)part->begin, (uint32_t)part->begin,
                               (uint32_t)part->line};
  sow__py_function *module = status == SOW_OK ? sow__py_function_new(&p, "<module>", &first) : NULL;
  if (status == SOW_OK && module == NULL)
    status = sow__py_no_memory(&p);
  p.function = module;
  if (status == SOW_OK && !part->bracketed) {
    status = sow__py_statements(&p, &module->body);
  } else if (status == SOW_OK) {
    status = sow__py_expression(&p, &module->body);
    if (status == SOW_OK && sow__py_peek(&p)->kind != SOW__PY_END)
      status = sow__py_expected(&p, "nothing after the call");
  }
  sow__py_tokens_free(&p.tokens);
  if (status == SOW_OK)
    *file = (sow__py_file){module, p.function_count};
  return status;
}

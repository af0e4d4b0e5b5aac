/* Python's tokens, with its indentation: for rules that are a function (sow_rules_parse_python). */
#ifndef SOW_TEXT_PYTHON_TOKEN_H
#define SOW_TEXT_PYTHON_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "text/diagnostic.h"

typedef enum sow__py_token_kind {
  SOW__PY_END,
  SOW__PY_LINE_END, /* of a logical line: not within brackets, not behind a backslash */
  SOW__PY_INDENT,
  SOW__PY_DEDENT,
  SOW__PY_WORD,   /* names and keywords */
  SOW__PY_NUMBER, /* not read yet */
  SOW__PY_STRING, /* prefix and quotes included; not read yet */
  SOW__PY_SIGN    /* operators, brackets, commas */
} sow__py_token_kind;

typedef struct sow__py_token {
  sow__py_token_kind kind;
  uint32_t begin, end; /* bytes of the text */
  uint32_t line;       /* 1-based, in the text */
} sow__py_token;

typedef struct sow__py_tokens {
  sow__py_token *items; /* malloc'd; the last one is SOW__PY_END */
  size_t count, capacity;
} sow__py_tokens;

/* Which part of a text is Python. */
typedef struct sow__py_part {
  const sow__text *text;
  size_t begin, end;
  size_t line;    /* of `begin`, 1-based */
  size_t margin;  /* spaces before each line that do not count: a section of a rules file is indented */
  bool bracketed; /* it is an expression, in which line ends mean nothing */
} sow__py_part;

#define SOW__PY_BYTES ((size_t)1 << 20) /* of a whole function file; offsets have 32 bits */
#define SOW__PY_INDENTS 100             /* as CPython: blocks within one another */
#define SOW__PY_BRACKETS 200            /* as CPython: brackets within one another */

/* SOW_SYNTAX, SOW_LIMIT, SOW_NO_MEMORY. Free in either case. */
sow_status sow__py_tokens_read(const sow__py_part *part, sow__py_tokens *tokens, sow_error *error);
void sow__py_tokens_free(sow__py_tokens *tokens);

#endif

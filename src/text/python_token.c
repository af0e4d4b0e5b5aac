#include "text/python_token.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/number.h"
#include "base/utf8.h"

typedef struct tokenizer {
  const sow__py_part *part;
  const char *bytes;
  size_t at, end;
  uint32_t line;
  char brackets[SOW__PY_BRACKETS]; /* the open ones */
  size_t places[SOW__PY_BRACKETS]; /* where they stand */
  size_t depth;
  size_t columns[SOW__PY_INDENTS + 1];    /* of the blocks around, tabs going to multiples of 8 */
  size_t characters[SOW__PY_INDENTS + 1]; /* the same, a tab counting one: both must agree */
  size_t blocks;
  sow__py_tokens *tokens;
  sow_error *error;
} tokenizer;

static sow_status fail(tokenizer *t, size_t at, sow_status status, const char *what) {
  return sow__text_fail(t->part->text, at, t->error, status, "%s", what);
}

static char peek(const tokenizer *t, size_t ahead) {
  return t->at + ahead < t->end ? t->bytes[t->at + ahead] : '\n';
}

static sow_status put(tokenizer *t, sow__py_token_kind kind, size_t begin, size_t end) {
  void *items = t->tokens->items;
  if (!sow__reserve(&items, &t->tokens->capacity, t->tokens->count + 1, sizeof *t->tokens->items))
    return sow__fail(t->error, SOW_NO_MEMORY, NULL);
  t->tokens->items = items;
  t->tokens->items[t->tokens->count++] = (sow__py_token){kind, (uint32_t)begin, (uint32_t)end, t->line};
  return SOW_OK;
}

static void skip_comment(tokenizer *t) {
  if (peek(t, 0) != '#' || t->at >= t->end)
    return;
  const char *found = memchr(t->bytes + t->at, '\n', t->end - t->at);
  t->at = found ? (size_t)(found - t->bytes) : t->end;
}

/* ---- indentation ---- */

/* Blanks at the start of a line, and how far they reach. */
static void measure(tokenizer *t, size_t *column, size_t *characters) {
  *column = *characters = 0;
  for (size_t i = 0; i < t->part->margin && peek(t, 0) == ' '; i++)
    t->at++;
  for (;; t->at++) {
    char c = peek(t, 0);
    if (c == ' ') {
      ++*column;
      ++*characters;
    } else if (c == '\t') {
      *column = (*column / 8 + 1) * 8;
      ++*characters;
    } else if (c == '\f') {
      *column = *characters = 0;
    } else if (c != '\r') {
      return;
    }
  }
}

static sow_status indent(tokenizer *t, size_t column, size_t characters) {
  size_t top = t->blocks;
  if (column == t->columns[top] && characters == t->characters[top])
    return SOW_OK;
  if (column > t->columns[top] && characters > t->characters[top]) {
    if (top == SOW__PY_INDENTS)
      return fail(t, t->at, SOW_LIMIT, "blocks are nested deeper than 100");
    t->columns[++t->blocks] = column;
    t->characters[t->blocks] = characters;
    return put(t, SOW__PY_INDENT, t->at, t->at);
  }
  sow_status status = SOW_OK;
  while (status == SOW_OK && t->blocks > 0 && column < t->columns[t->blocks]) {
    t->blocks--;
    status = put(t, SOW__PY_DEDENT, t->at, t->at);
  }
  if (status != SOW_OK)
    return status;
  if (column != t->columns[t->blocks])
    return fail(t, t->at, SOW_SYNTAX, "this line is indented like no block around it");
  if (characters != t->characters[t->blocks])
    return fail(t, t->at, SOW_SYNTAX, "tabs and spaces are mixed so that the indentation is uncertain");
  return SOW_OK;
}

/* At the start of a logical line: passes over empty ones. */
static sow_status begin_line(tokenizer *t) {
  while (t->at < t->end) {
    size_t column, characters;
    measure(t, &column, &characters);
    skip_comment(t);
    if (t->at < t->end && t->bytes[t->at] != '\n')
      return indent(t, column, characters);
    if (t->at < t->end) {
      t->at++;
      t->line++;
    }
  }
  return SOW_OK;
}

/* ---- tokens ---- */

/* Bytes of the string that starts at t->at, its prefix included; 0 where none starts. */
static size_t string_prefix(const tokenizer *t) {
  size_t length = 0;
  while (length < 2 && sow__is_any(peek(t, length), "rRbBuUfF"))
    length++;
  for (;; length--) {
    char c = peek(t, length);
    if (c == '\'' || c == '"')
      return length + 1;
    if (length == 0)
      return 0;
  }
}

static sow_status read_string(tokenizer *t, size_t prefix) {
  size_t begin = t->at, at = begin + prefix;
  uint32_t line = t->line;
  char quote = t->bytes[at - 1];
  bool triple = t->end - at >= 2 && t->bytes[at] == quote && t->bytes[at + 1] == quote;
  if (triple)
    at += 2;
  for (;; at++) {
    if (at >= t->end || (t->bytes[at] == '\n' && !triple))
      return fail(t, begin, SOW_SYNTAX, "this string has no closing quote");
    if (t->bytes[at] == '\\' && at + 1 < t->end) {
      line += t->bytes[++at] == '\n' ? 1 : 0;
      continue;
    }
    line += t->bytes[at] == '\n' ? 1 : 0;
    if (t->bytes[at] != quote)
      continue;
    if (!triple || (t->end - at >= 3 && t->bytes[at + 1] == quote && t->bytes[at + 2] == quote))
      break;
  }
  t->at = at + (triple ? 3 : 1);
  sow_status status = put(t, SOW__PY_STRING, begin, t->at);
  t->line = line;
  return status;
}

static sow_status read_number(tokenizer *t) {
  double value;
  bool integer;
  size_t length = sow__number_scan(t->bytes + t->at, t->end - t->at, &value, &integer);
  bool based = peek(t, 0) == '0' && sow__is_any(peek(t, 1), "xXoObB");
  if (based)
    for (length = 2; sow__is_word(peek(t, length));)
      length++;
  else if (peek(t, length) == 'j' || peek(t, length) == 'J')
    length++;
  if (!based && sow__is_word(peek(t, length)))
    return fail(t, t->at, SOW_SYNTAX, "this is no number, and no name begins with a digit");
  t->at += length;
  return put(t, SOW__PY_NUMBER, t->at - length, t->at);
}

static sow_status bracket(tokenizer *t, char c) {
  if (strchr("([{", c) != NULL) {
    if (t->depth == SOW__PY_BRACKETS)
      return fail(t, t->at, SOW_LIMIT, "brackets are nested deeper than 200");
    t->places[t->depth] = t->at;
    t->brackets[t->depth++] = c;
    return SOW_OK;
  }
  char open = c == ')' ? '(' : c == ']' ? '[' : '{';
  if (t->depth == 0 || t->brackets[t->depth - 1] != open)
    return fail(t, t->at, SOW_SYNTAX, "this bracket closes none");
  t->depth--;
  return SOW_OK;
}

static sow_status read_sign(tokenizer *t) {
  static const char *const signs[] = {
      "**=", "//=", ">>=", "<<=", "...", "!=", "==", "<=", ">=", "->", ":=", "+=", "-=", "*=", "/=", "%=",
      "&=",  "|=",  "^=",  "@=",  "**",  "//", "<<", ">>", "+",  "-",  "*",  "/",  "%",  "@",  "&",  "|",
      "^",   "~",   "<",   ">",   "(",   ")",  "[",  "]",  "{",  "}",  ",",  ":",  ".",  ";",  "="};
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    size_t length = strlen(signs[i]);
    if (t->end - t->at < length || memcmp(t->bytes + t->at, signs[i], length) != 0)
      continue;
    sow_status status = length == 1 && strchr("()[]{}", signs[i][0]) ? bracket(t, signs[i][0]) : SOW_OK;
    if (status == SOW_OK)
      status = put(t, SOW__PY_SIGN, t->at, t->at + length);
    t->at += length;
    return status;
  }
  char quote[SOW__QUOTE_SIZE];
  size_t length = sow__utf8_length(t->bytes + t->at, t->end - t->at);
  return sow__text_fail(t->part->text, t->at, t->error, SOW_SYNTAX,
                        "'%s' is no part of Python outside of strings",
                        sow__text_quote(t->bytes + t->at, length > 0 ? length : 1, quote));
}

static sow_status read_token(tokenizer *t) {
  size_t prefix = string_prefix(t);
  if (prefix > 0)
    return read_string(t, prefix);
  char c = peek(t, 0);
  if (sow__is_letter(c)) {
    size_t begin = t->at;
    while (t->at < t->end && sow__is_word(t->bytes[t->at]))
      t->at++;
    return put(t, SOW__PY_WORD, begin, t->at);
  }
  if (sow__is_digit(c) || (c == '.' && sow__is_digit(peek(t, 1))))
    return read_number(t);
  return read_sign(t);
}

/* ---- lines ---- */

/* A line end at t->at: a token outside of brackets, nothing within them. */
static sow_status end_line(tokenizer *t) {
  bool logical = t->depth == 0 && !t->part->bracketed;
  sow_status status = logical ? put(t, SOW__PY_LINE_END, t->at, t->at) : SOW_OK;
  t->at++;
  t->line++;
  return status == SOW_OK && logical ? begin_line(t) : status;
}

/* A backslash joins the next line. */
static sow_status join_line(tokenizer *t) {
  size_t after = peek(t, 1) == '\r' ? 2 : 1;
  if (t->at + after >= t->end || t->bytes[t->at + after] != '\n')
    return fail(t, t->at, SOW_SYNTAX, "only a line end may stand behind this backslash");
  t->at += after + 1;
  t->line++;
  return SOW_OK;
}

static sow_status read_all(tokenizer *t) {
  sow_status status = t->part->bracketed ? SOW_OK : begin_line(t);
  while (status == SOW_OK && t->at < t->end) {
    char c = t->bytes[t->at];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f')
      t->at++;
    else if (c == '#')
      skip_comment(t);
    else if (c == '\n')
      status = end_line(t);
    else if (c == '\\')
      status = join_line(t);
    else
      status = read_token(t);
  }
  if (status == SOW_OK && t->depth > 0)
    return fail(t, t->places[t->depth - 1], SOW_SYNTAX, "this bracket is never closed");
  size_t count = t->tokens->count;
  bool open = count > 0 && t->tokens->items[count - 1].kind >= SOW__PY_WORD && !t->part->bracketed;
  if (status == SOW_OK && open)
    status = put(t, SOW__PY_LINE_END, t->end, t->end);
  for (; status == SOW_OK && t->blocks > 0; t->blocks--)
    status = put(t, SOW__PY_DEDENT, t->end, t->end);
  return status == SOW_OK ? put(t, SOW__PY_END, t->end, t->end) : status;
}

sow_status sow__py_tokens_read(const sow__py_part *part, sow__py_tokens *tokens, sow_error *error) {
  tokenizer t = {.part = part,
                 .bytes = part->text->bytes,
                 .at = part->begin,
                 .end = part->end,
                 .line = (uint32_t)part->line,
                 .tokens = tokens,
                 .error = error};
  return read_all(&t);
}

void sow__py_tokens_free(sow__py_tokens *tokens) {
  free(tokens->items);
  *tokens = (sow__py_tokens){0};
}

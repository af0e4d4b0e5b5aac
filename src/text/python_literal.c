/* Numbers and strings of Python, f-strings too. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/number.h"
#include "text/python_parse.h"
#include "text/python_value.h"

static sow_status constant(sow__py_parser *p, const sow__py_token *token, sow__py_value value,
                           sow__py_node **out) {
  sow__py_node *node = sow__py_node_new(p, SOW__PY_CONSTANT, token);
  sow__py_value *kept = sow__arena_alloc(p->arena, sizeof *kept);
  if (node == NULL || kept == NULL)
    return sow__py_no_memory(p);
  *kept = value;
  node->value = kept;
  *out = node;
  return SOW_OK;
}

static sow_status refused(sow__py_parser *p, const sow__py_token *token, const char *what,
                          sow__py_node **out) {
  sow__py_node *node = sow__py_node_new(p, SOW__PY_REFUSED, token);
  if (node == NULL)
    return sow__py_no_memory(p);
  node->text = what;
  *out = node;
  return SOW_OK;
}

/* ---- numbers ---- */

static int digit_value(char c) {
  if (sow__is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* Digits with '_' between them; false where they are none, or do not fit (*fits is then false). */
static bool read_digits(const char *bytes, size_t length, int base, int64_t *value, bool *fits) {
  *value = 0;
  *fits = true;
  for (size_t i = 0; i < length; i++) {
    int digit = digit_value(bytes[i]);
    if (bytes[i] == '_' && i + 1 < length && bytes[i + 1] != '_')
      continue;
    if (digit >= base)
      return false;
    if (*value > (INT64_MAX - digit) / base)
      *fits = false;
    else
      *value = *value * base + digit;
  }
  return length > 0;
}

static sow_status read_integer(sow__py_parser *p, const sow__py_token *token, sow__py_node **out) {
  const char *bytes = p->part->text->bytes + token->begin;
  size_t length = token->end - token->begin;
  bool based = length > 2 && bytes[0] == '0' && strchr("xXoObB", bytes[1]) != NULL;
  int base = !based ? 10 : strchr("xX", bytes[1]) ? 16 : strchr("oO", bytes[1]) ? 8 : 2;
  int64_t value;
  bool fits;
  if (!read_digits(bytes + (based ? 2 : 0), length - (based ? 2 : 0), base, &value, &fits))
    return sow__py_fail_at(p, token->begin, SOW_SYNTAX, "this is no number");
  if (!fits)
    return refused(p, token, "an int of more than 64 bits", out);
  if (!based && bytes[0] == '0' && value > 0)
    return sow__py_fail_at(p, token->begin, SOW_SYNTAX, "Python allows no zeros before an int");
  return constant(p, token, sow__py_int(value), out);
}

sow_status sow__py_number(sow__py_parser *p, sow__py_node **out) {
  const sow__py_token *token = sow__py_peek(p);
  const char *bytes = p->part->text->bytes + token->begin;
  size_t length = token->end - token->begin;
  double number;
  bool integer;
  bool decimal = sow__number_scan(bytes, length, &number, &integer) == length;
  p->at++;
  if (bytes[length - 1] == 'j' || bytes[length - 1] == 'J')
    return refused(p, token, "a complex number", out);
  return decimal && !integer ? constant(p, token, sow__py_float(number), out) : read_integer(p, token, out);
}

/* ---- strings ---- */

/* One string's contents: bytes of the text, without prefix and quotes. */
typedef struct contents {
  size_t begin, end;
  bool raw, bytes, format;
} contents;

static contents contents_of(const sow__py_parser *p, const sow__py_token *token) {
  contents made = {token->begin, token->end, false, false, false};
  const char *bytes = p->part->text->bytes;
  for (; bytes[made.begin] != '\'' && bytes[made.begin] != '"'; made.begin++) {
    char c = bytes[made.begin];
    made.raw = made.raw || c == 'r' || c == 'R';
    made.bytes = made.bytes || c == 'b' || c == 'B';
    made.format = made.format || c == 'f' || c == 'F';
  }
  bool triple = made.end - made.begin >= 6 && bytes[made.begin + 1] == bytes[made.begin] &&
                bytes[made.begin + 2] == bytes[made.begin];
  made.begin += triple ? 3 : 1;
  made.end -= triple ? 3 : 1;
  return made;
}

/* An escape at *at, which moves behind it; false for one that is not understood. */
static bool add_escape(const char *bytes, size_t *at, size_t end, sow__buffer *out) {
  static const char from[] = "\\'\"abfnrtv", to[] = "\\'\"\a\b\f\n\r\t\v";
  char c = bytes[*at + 1];
  const char *found = strchr(from, c);
  *at += 2;
  if (c == '\n')
    return true;
  if (c == '\r' && *at < end && bytes[*at] == '\n') {
    ++*at;
    return true;
  }
  if (found != NULL && c != 0)
    sow__buffer_add(out, &to[found - from], 1);
  else if (strchr("xuUN01234567", c) != NULL)
    return false;
  else
    sow__buffer_add(out, &bytes[*at - 2], 2);
  return true;
}

/* The margin of a section is no part of the strings in it: behind a line end it is passed over. */
static size_t skip_margin(const sow__py_parser *p, size_t at, size_t end) {
  for (size_t i = 0; i < p->part->margin && at < end && p->part->text->bytes[at] == ' '; i++)
    at++;
  return at;
}

/* Adds plain text [at, end), as it is meant; false for an escape that is not understood. */
static bool add_text(const sow__py_parser *p, const contents *one, size_t at, size_t end, sow__buffer *out) {
  const char *bytes = p->part->text->bytes;
  while (at < end) {
    bool line;
    if (bytes[at] == '\\' && !one->raw && at + 1 < end) {
      line = bytes[at + 1] == '\n';
      if (!add_escape(bytes, &at, end, out))
        return false;
    } else if (bytes[at] == '\r' && at + 1 < end && bytes[at + 1] == '\n') {
      line = false; /* Python reads every line end as one */
      at++;
    } else {
      bool brace = one->format && (bytes[at] == '{' || bytes[at] == '}');
      line = bytes[at] == '\n';
      sow__buffer_add(out, &bytes[at], 1);
      at += brace && at + 1 < end && bytes[at + 1] == bytes[at] ? 2 : 1;
    }
    at = line ? skip_margin(p, at, end) : at;
  }
  return true;
}

/* Where the value of an f-string that begins at `at` ends: its '}', or what stands before that. */
static size_t field_end(const char *bytes, size_t at, size_t end) {
  size_t depth = 0;
  for (; at < end; at++) {
    char c = bytes[at];
    if (c == '\'' || c == '"') {
      const char *close = memchr(bytes + at + 1, c, end - at - 1);
      if (close == NULL)
        return end;
      at = (size_t)(close - bytes);
    } else if (sow__is_any(c, "([{")) {
      depth++;
    } else if (depth > 0 && sow__is_any(c, ")]}")) {
      depth--;
    } else if (depth == 0 && (c == '}' || c == ':' || (c == '!' && at + 1 < end && bytes[at + 1] != '='))) {
      return at;
    }
  }
  return end;
}

/* The expression in [begin, end) of the text. */
static sow_status read_field(sow__py_parser *p, size_t begin, size_t end, uint32_t line, sow__py_node **out) {
  const sow__py_part *part = p->part;
  const sow__py_part inner = {part->text, begin, end, line, part->margin, true};
  const sow__py_tokens tokens = p->tokens;
  const size_t at = p->at;
  p->tokens = (sow__py_tokens){0};
  p->at = 0;
  p->part = &inner;
  sow_status status = sow__py_tokens_read(&inner, &p->tokens, p->error);
  if (status == SOW_OK)
    status = sow__py_expressions(p, out);
  if (status == SOW_OK && sow__py_peek(p)->kind != SOW__PY_END)
    status = sow__py_expected(p, "'}'");
  sow__py_tokens_free(&p->tokens);
  p->tokens = tokens;
  p->at = at;
  p->part = part;
  return status;
}

typedef struct pieces {
  const sow__py_token *token;
  sow__buffer text; /* plain text that has come since the last value */
  sow__py_node **tail;
  sow__py_node *first;
  const char *wrong; /* what is not understood; NULL for nothing */
} pieces;

static sow_status end_text(sow__py_parser *p, pieces *all) {
  sow__py_node *node;
  if (all->text.failed)
    return sow__py_no_memory(p);
  char *copy = sow__arena_copy(p->arena, all->text.data, all->text.length);
  if (copy == NULL)
    return sow__py_no_memory(p);
  all->text.length = 0;
  sow_status status = constant(p, all->token, sow__py_str(copy), &node);
  if (status == SOW_OK) {
    *all->tail = node;
    all->tail = &node->next;
  }
  return status;
}

static sow_status add_field(sow__py_parser *p, pieces *all, size_t *at, size_t end) {
  const char *bytes = p->part->text->bytes;
  size_t close = field_end(bytes, *at + 1, end);
  if (close == end)
    return sow__py_fail_at(p, *at, SOW_SYNTAX, "this '{' of an f-string has no '}'; write '{{' for a brace");
  sow_status status = end_text(p, all);
  sow__py_node *node = NULL;
  if (status == SOW_OK && bytes[close] != '}') {
    status = refused(p, all->token, "a format within an f-string, such as ':.2f'", &node);
    while (close < end && bytes[close] != '}')
      close++;
  } else if (status == SOW_OK) {
    status = read_field(p, *at + 1, close, all->token->line, &node);
  }
  if (status != SOW_OK)
    return status;
  *all->tail = node;
  all->tail = &node->next;
  *at = close + 1;
  return SOW_OK;
}

static sow_status add_string(sow__py_parser *p, pieces *all, const contents *one) {
  const char *bytes = p->part->text->bytes;
  size_t at = one->begin, plain = at;
  while (one->format && at < one->end) {
    bool escaped = bytes[at] == '\\' && !one->raw;
    bool doubled = at + 1 < one->end && bytes[at + 1] == bytes[at] && sow__is_any(bytes[at], "{}");
    if (escaped || doubled || bytes[at] != '{') {
      at += escaped || doubled ? 2 : 1;
      continue;
    }
    if (!add_text(p, one, plain, at, &all->text))
      all->wrong = "this escape in a string";
    sow_status status = add_field(p, all, &at, one->end);
    if (status != SOW_OK)
      return status;
    plain = at;
  }
  if (!add_text(p, one, plain, one->end, &all->text))
    all->wrong = "this escape in a string";
  if (one->bytes)
    all->wrong = "a string of bytes";
  return SOW_OK;
}

sow_status sow__py_strings(sow__py_parser *p, sow__py_node **out) {
  pieces all = {.token = sow__py_peek(p)};
  const sow__py_token token = *all.token; /* reading a field may move the tokens */
  all.token = &token;
  all.tail = &all.first;
  sow_status status = SOW_OK;
  for (; status == SOW_OK && sow__py_peek(p)->kind == SOW__PY_STRING; p->at++) {
    const contents one = contents_of(p, sow__py_peek(p));
    status = add_string(p, &all, &one);
  }
  if (status == SOW_OK)
    status = end_text(p, &all);
  sow__buffer_free(&all.text);
  if (status != SOW_OK)
    return status;
  if (all.wrong != NULL)
    return refused(p, &token, all.wrong, out);
  *out = all.first;
  if (all.first->next == NULL)
    return SOW_OK;
  *out = sow__py_node_new(p, SOW__PY_FORMAT, &token);
  if (*out == NULL)
    return sow__py_no_memory(p);
  (*out)->items = all.first;
  return SOW_OK;
}

#include "text/scanner.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/number.h"
#include "base/utf8.h"

static size_t line_end(const sow__text *text, size_t position, size_t end) {
  const char *found = memchr(text->bytes + position, '\n', end - position);
  return found ? (size_t)(found - text->bytes) : end;
}

size_t sow__skip_blanks(const sow__text *text, size_t position, size_t end) {
  while (position < end && sow__is_blank(text->bytes[position]))
    position++;
  return position;
}

size_t sow__skip_space(const sow__text *text, size_t position, size_t end) {
  while (position < end) {
    char c = text->bytes[position];
    if (sow__is_blank(c) || c == '\n')
      position++;
    else if (c == '#')
      position = line_end(text, position, end);
    else
      break;
  }
  return position;
}

static void scan_number(sow__scanner *scanner, sow__token *token) {
  const char *start = scanner->text->bytes + token->begin;
  bool integer;
  size_t length = sow__number_scan(start, scanner->end - token->begin, &token->number, &integer);
  if (length == 0)
    return;
  token->end = token->begin + length;
  /* "2x" and "3.weight" are no numbers followed by names. */
  if (token->end < scanner->end && sow__is_letter(start[length]))
    return;
  token->kind = integer ? SOW__TOKEN_INTEGER : SOW__TOKEN_FLOAT;
  for (size_t i = 0; integer && i < length; i++) {
    if (start[i] == '_')
      continue;
    int digit = start[i] - '0';
    if (token->integer > (INT64_MAX - digit) / 10) {
      token->integer = -1;
      return;
    }
    token->integer = token->integer * 10 + digit;
  }
}

static void scan_string(sow__scanner *scanner, sow__token *token) {
  const char *bytes = scanner->text->bytes;
  size_t i = token->begin + 1;
  while (i < scanner->end && bytes[i] != '\n' && bytes[i] != bytes[token->begin])
    i += bytes[i] == '\\' && i + 1 < scanner->end && bytes[i + 1] != '\n' ? 2 : 1;
  if (i < scanner->end && bytes[i] != '\n') {
    token->kind = SOW__TOKEN_STRING;
    token->end = i + 1;
  }
}

/* Symbols of two characters. */
static const struct {
  char text[3];
  char symbol;
} long_symbols[] = {{"**", SOW__POWER},   {"//", SOW__FLOOR},   {"==", SOW__EQUAL},
                    {"!=", SOW__UNEQUAL}, {"<=", SOW__AT_MOST}, {">=", SOW__AT_LEAST}};

static void scan_symbol(sow__scanner *scanner, sow__token *token) {
  const char *c = scanner->text->bytes + token->begin;
  if (*c == 0)
    return;
  for (size_t i = 0; token->end < scanner->end && i < sizeof long_symbols / sizeof *long_symbols; i++)
    if (c[0] == long_symbols[i].text[0] && c[1] == long_symbols[i].text[1]) {
      token->kind = SOW__TOKEN_SYMBOL;
      token->symbol = long_symbols[i].symbol;
      token->end++;
      return;
    }
  if (strchr("()[]{}+-*/%,=.:<>", *c) == NULL)
    return;
  token->kind = SOW__TOKEN_SYMBOL;
  token->symbol = *c;
  if (*c == '(' || *c == '[')
    scanner->depth++;
  else if ((*c == ')' || *c == ']') && scanner->depth > 0)
    scanner->depth--;
}

static size_t skip_to_token(const sow__scanner *scanner) {
  const sow__text *text = scanner->text;
  if (!scanner->lines || scanner->depth > 0)
    return sow__skip_space(text, scanner->position, scanner->end);
  size_t position = sow__skip_blanks(text, scanner->position, scanner->end);
  if (position < scanner->end && text->bytes[position] == '#')
    position = line_end(text, position, scanner->end);
  return position;
}

void sow__scanner_next(sow__scanner *scanner) {
  const char *bytes = scanner->text->bytes;
  size_t begin = skip_to_token(scanner);
  sow__token token = {.kind = SOW__TOKEN_BAD, .begin = begin, .end = begin + 1};
  if (begin >= scanner->end) {
    token.kind = SOW__TOKEN_END;
    token.end = begin;
  } else if (bytes[begin] == '\n') {
    token.kind = SOW__TOKEN_LINE_END;
  } else if (sow__is_letter(bytes[begin])) {
    token.kind = SOW__TOKEN_NAME;
    while (token.end < scanner->end && (sow__is_word(bytes[token.end])))
      token.end++;
  } else if (bytes[begin] == '\'' || bytes[begin] == '"') {
    scan_string(scanner, &token);
  } else {
    scan_number(scanner, &token);
    if (token.kind == SOW__TOKEN_BAD && !sow__is_digit(bytes[begin]))
      scan_symbol(scanner, &token);
  }
  scanner->position = token.end;
  scanner->token = token;
}

void sow__scanner_open(sow__scanner *scanner, const sow__text *text, size_t begin, size_t end) {
  scanner->text = text;
  scanner->position = begin;
  scanner->end = end;
  scanner->depth = 0;
  sow__scanner_next(scanner);
}

bool sow__scanner_take(sow__scanner *scanner, char symbol) {
  if (scanner->token.kind != SOW__TOKEN_SYMBOL || scanner->token.symbol != symbol)
    return false;
  sow__scanner_next(scanner);
  return true;
}

char *sow__scanner_describe(const sow__scanner *scanner, char buffer[SOW__QUOTE_SIZE]) {
  const sow__token *token = &scanner->token;
  const char *bytes = scanner->text->bytes + token->begin;
  if (token->kind == SOW__TOKEN_END || token->kind == SOW__TOKEN_LINE_END) {
    const char *what = token->kind == SOW__TOKEN_END && !scanner->lines ? "text" : "line";
    snprintf(buffer, SOW__QUOTE_SIZE, "the end of the %s", what);
    return buffer;
  }
  if (token->kind == SOW__TOKEN_BAD && (*bytes == '\'' || *bytes == '"')) {
    snprintf(buffer, SOW__QUOTE_SIZE, "a string without its closing quote");
    return buffer;
  }
  size_t whole = sow__utf8_length(bytes, scanner->text->length - token->begin);
  size_t length = token->kind == SOW__TOKEN_BAD && whole > 0 ? whole : token->end - token->begin;
  char quote[SOW__QUOTE_SIZE];
  snprintf(buffer, SOW__QUOTE_SIZE, "'%.*s'", SOW__QUOTE_SIZE - 3, sow__text_quote(bytes, length, quote));
  return buffer;
}

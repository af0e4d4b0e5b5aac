/* The scanner of both languages: Python's tokens, as far as the two need them. */
#ifndef SOW_TEXT_SCANNER_H
#define SOW_TEXT_SCANNER_H

#include <stdbool.h>
#include <stdint.h>

#include "text/diagnostic.h"

typedef enum sow__token_kind {
  SOW__TOKEN_END,
  SOW__TOKEN_LINE_END, /* only where `lines` is set, outside of parentheses */
  SOW__TOKEN_NAME,
  SOW__TOKEN_INTEGER,
  SOW__TOKEN_FLOAT,
  SOW__TOKEN_STRING, /* quotes included; escapes not yet resolved */
  SOW__TOKEN_SYMBOL, /* one of ( ) [ ] { } + - * / % , = . : < > or one of the long ones below */
  SOW__TOKEN_BAD     /* a byte that begins no token, or a string that does not end on its line */
} sow__token_kind;

typedef struct sow__token {
  sow__token_kind kind;
  size_t begin, end; /* bytes of the text */
  char symbol;       /* the symbol's byte, or what stands below for a long one; else 0 */
  double number;     /* INTEGER, FLOAT */
  int64_t integer;   /* INTEGER; -1 where it does not fit (literals have no sign) */
} sow__token;

#define SOW__POWER '^'    /* ** */
#define SOW__FLOOR '~'    /* // */
#define SOW__EQUAL 'e'    /* == */
#define SOW__UNEQUAL '!'  /* != */
#define SOW__AT_MOST 'l'  /* <= */
#define SOW__AT_LEAST 'g' /* >= */

/* `token` is the next token, not yet taken. Comments run from '#' to the end of their line. */
typedef struct sow__scanner {
  const sow__text *text;
  size_t position, end; /* bytes that are not scanned yet */
  bool lines;           /* rules: a line end outside of parentheses is a token */
  size_t depth;         /* open parentheses and brackets */
  sow__token token;
} sow__scanner;

/* Scans bytes [begin, end) and reads the first token. */
void sow__scanner_open(sow__scanner *scanner, const sow__text *text, size_t begin, size_t end);

/* Reads the next token. Behind the last it stays at SOW__TOKEN_END. */
void sow__scanner_next(sow__scanner *scanner);

/* Takes the token if it is this symbol. */
bool sow__scanner_take(sow__scanner *scanner, char symbol);

/* "'x'", "the end of the line", "the end of the text": for "expected …, not …". */
char *sow__scanner_describe(const sow__scanner *scanner, char buffer[SOW__QUOTE_SIZE]);

/* The first byte at or after `position` that is no blank. */
size_t sow__skip_blanks(const sow__text *text, size_t position, size_t end);

/* The same that is no line end and in no comment either. */
size_t sow__skip_space(const sow__text *text, size_t position, size_t end);

#endif

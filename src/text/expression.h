/* One expression grammar for rules and printed models: Python's, with Python's numbers. */
#ifndef SOW_TEXT_EXPRESSION_H
#define SOW_TEXT_EXPRESSION_H

#include "base/memory.h"
#include "text/scanner.h"

typedef enum sow__value_kind {
  SOW__VALUE_NONE,
  SOW__VALUE_BOOL, /* integer: 0 or 1 */
  SOW__VALUE_INTEGER,
  SOW__VALUE_FLOAT,
  SOW__VALUE_STRING,
  SOW__VALUE_WORD,   /* an unquoted name, dotted or not: same, reflect, m.weight */
  SOW__VALUE_TUPLE,  /* or a list */
  SOW__VALUE_UNKNOWN /* has a value only where the tensor is known: fan_in, in rules that are not applied yet
                      */
} sow__value_kind;

typedef struct sow__text_value {
  sow__value_kind kind;
  size_t begin, end; /* bytes of the text */
  int64_t integer;   /* BOOL, INTEGER */
  double number;     /* BOOL, INTEGER, FLOAT */
  const char *text;  /* STRING, WORD; in the arena */
  struct sow__text_value *items;
  size_t count; /* TUPLE */
} sow__text_value;

/* One argument of a call, as it was written. */
typedef struct sow__passed {
  const char *keyword; /* NULL: by position */
  size_t begin;
  sow__text_value value;
} sow__passed;

typedef struct sow__passed_list {
  sow__passed *items;
  size_t count;
} sow__passed_list;

typedef struct sow__reader sow__reader;

/* Names that have values in an expression: those of a tensor, in rules. */
typedef struct sow__scope sow__scope;
struct sow__scope {
  /* Gives *value, which is a WORD, what `name` stands for; leaves it where that is nothing. */
  sow_status (*find)(const sow__scope *scope, sow__reader *reader, const char *name, sow__text_value *value);
  const sow__scope *trial; /* which knows the names and not their values */
};

/* What a parse works with. Values live as long as the arena. */
struct sow__reader {
  sow__scanner scanner;
  sow__arena *arena;
  sow_error *error;
  size_t depth, items;
  bool reading;            /* of a recording: what stands for a tensor is one */
  const sow__scope *scope; /* NULL: names have no values, and there are no conditions */
};

#define SOW__NESTING_LIMIT 1000 /* parentheses, signs and powers within one another */
#define SOW__ITEM_LIMIT 4096    /* arguments and items of tuples that one reader takes */

/*
 * Reads one expression from the reader's token on, and stops at the first token that is no part of it.
 * SOW_SYNTAX, SOW_UNKNOWN_NAME, SOW_INVALID_ARGUMENT (division by zero, sqrt(-1)), SOW_OVERFLOW, SOW_LIMIT,
 * SOW_NO_MEMORY.
 */
sow_status sow__expression_parse(sow__reader *reader, sow__text_value *value);

/* The same, with comparisons, `in`, and, or, not around it: what a reader with a scope takes after `if`. */
sow_status sow__condition_parse(sow__reader *reader, sow__text_value *value);

/* Room for one more item in *items, an array of powers of two in the arena. */
sow_status sow__reader_grow(sow__reader *reader, void **items, size_t count, size_t size);

/* Whether the reader's token is this name; takes it. */
bool sow__reader_take_name(sow__reader *reader, const char *name);

/*
 * Reads the arguments of a call up to its ')', which is taken; the '(' has been. With `closed` false, up to
 * the end of what the scanner was given.
 */
sow_status sow__arguments_parse(sow__reader *reader, bool closed, sow__passed_list *list);

/* "m.weight" at the reader's token, which must be a name, into the arena. */
sow_status sow__dotted_parse(sow__reader *reader, const char **name, size_t *begin);

/* Fails with a message about byte `offset` of the text. */
sow_status sow__reader_fail(sow__reader *reader, size_t offset, sow_status status, const char *message);

/* "expected WHAT, not 'token'" at the reader's token. */
sow_status sow__expected(sow__reader *reader, const char *what);

/* One parameter of a function that is called in the text. */
typedef struct sow__parameter_name {
  const char *name;
  bool required;
} sow__parameter_name;

/*
 * Gives each parameter its argument or NULL, in `bound`, and reports missing, surplus, duplicate and unknown
 * ones at `begin`, or where they stand, as Python does. `unknown` NULL refuses unknown keywords; else the
 * first one is put there.
 */
sow_status sow__arguments_bind(sow__reader *reader, const char *callee, size_t begin,
                               const sow__parameter_name *parameters, size_t count,
                               const sow__passed_list *list, const sow__passed **bound,
                               const sow__passed **unknown);

/* Integers, floats and bools, as Python takes them for a float. */
bool sow__text_value_is_number(const sow__text_value *value);

/* "an int", "a str": for "… must be a number, not …". */
const char *sow__text_value_kind_name(const sow__text_value *value);

/* The name without the longest of the prefixes (0-terminated list) that it begins with. */
const char *sow__without_prefix(const char *name, const char *const *prefixes);

#endif

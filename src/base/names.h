/* Names: what they consist of, the nearest known one for a typo, globs, order and search. */
#ifndef SOW_BASE_NAMES_H
#define SOW_BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Remembers the candidate nearest to `name` (Damerau-Levenshtein, case-blind), if it is near enough to be a
 * typo. Start with {.name = name}; offer every candidate; `best` is the answer or NULL.
 */
typedef struct sow__nearest {
  const char *name;
  const char *best;
  size_t distance;
} sow__nearest;

void sow__nearest_offer(sow__nearest *nearest, const char *candidate);

/* ", did you mean 'X'?" or "" into buffer; returns it. */
char *sow__nearest_hint(const sow__nearest *nearest, char *buffer, size_t size);

/*
 * Python's fnmatch.fnmatchcase on str: '*' any run (dots too), '?' one character, '[abc]' and '[!a-z]' sets
 * of characters, that is of code points. Both texts are UTF-8.
 */
bool sow__glob(const char *pattern, const char *text);

/* What the wildcard `index` (from 0: '*', '?' and sets) matched, as few characters as it can. */
typedef struct sow__glob_part {
  const char *begin;
  size_t length;
} sow__glob_part;

/* The same; false where the texts do not match, or the pattern has no such wildcard. */
bool sow__glob_capture(const char *pattern, const char *text, size_t index, sow__glob_part *part);

/* Whether two names differ at most in the case of the letters A to Z. */
bool sow__name_same(const char *a, const char *b);

/* Whether a text ends so; each ends as itself, and as "". */
bool sow__text_ends(const char *text, const char *end);

/* Whether a text begins so; of `length` bytes, which no zero need end. */
bool sow__text_begins(const char *text, const char *start);
bool sow__bytes_begin(const char *bytes, size_t length, const char *start);

/* What stands behind the start of a text; NULL where it begins otherwise. */
const char *sow__text_behind(const char *text, const char *start);

/* What stands behind the last dot; all of it where there is none. */
const char *sow__text_last_part(const char *text);

/* Whether it is one of the words, behind the last of which stands NULL. */
bool sow__text_is_one_of(const char *text, const char *const *words);

/* The order of two strings by their bytes, for qsort of an array of them. */
int sow__name_order(const void *a, const void *b);

/* The name of item `index`. */
typedef const char *sow__name_of(const void *context, size_t index);

/*
 * Finds the item called `name` among `count`, whose indices stand in `order`, sorted by the bytes of their
 * names; false where there is none.
 */
bool sow__name_find(const char *name, const size_t *order, size_t count, sow__name_of *name_of,
                    const void *context, size_t *index);

/* Of ASCII, under every locale. */
static inline bool sow__is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* What a name may begin with in Python, as far as it is ASCII. */
static inline bool sow__is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool sow__is_word(char c) {
  return sow__is_letter(c) || sow__is_digit(c);
}

static inline bool sow__is_control(char c) {
  return (unsigned char)c < 0x20 || c == 0x7F;
}

/* What stands between words of a line. */
static inline bool sow__is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Whether it is one of the set's; 0 is none. */
static inline bool sow__is_any(char c, const char *set) {
  return c != 0 && strchr(set, c) != NULL;
}

/* UTF-8 without control characters: it can stand in a file's header, and in a line of a print. */
bool sow__name_is_text(const char *name);

/* ASCII's letters and digits, and whatever of UTF-8 lies beyond ASCII, not a digit first; not empty. */
bool sow__is_identifier(const char *text);

#endif

/* Names: the nearest known one for a typo, globs, and a search among sorted ones. */
#ifndef SOW_BASE_NAMES_H
#define SOW_BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

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

/* The name of item `index`. */
typedef const char *sow__name_of(const void *context, size_t index);

/*
 * Finds the item called `name` among `count`, whose indices stand in `order`, sorted by the bytes of their
 * names; false where there is none.
 */
bool sow__name_find(const char *name, const size_t *order, size_t count, sow__name_of *name_of,
                    const void *context, size_t *index);

/* A letter or '_' and then letters, digits and '_'; not empty. */
bool sow__is_identifier(const char *text);

#endif

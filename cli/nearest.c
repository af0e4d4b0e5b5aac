#include "nearest.h"

#include <stdio.h>
#include <string.h>

#define NAME_LIMIT 32 /* longer than any command or option */

static size_t smallest(size_t a, size_t b, size_t c) {
  size_t least = a < b ? a : b;
  return least < c ? least : c;
}

/* Edits that turn a into b: insertions, deletions, replacements. Both are shorter than NAME_LIMIT. */
static size_t distance_between(const char *a, const char *b) {
  size_t columns = strlen(b), row[NAME_LIMIT];
  for (size_t j = 0; j <= columns; j++)
    row[j] = j;
  for (size_t i = 1; a[i - 1] != 0; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= columns; j++) {
      size_t above = row[j];
      row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
      diagonal = above;
    }
  }
  return row[columns];
}

void nearest_offer(nearest *near, const char *candidate) {
  size_t length = strlen(near->name);
  if (length == 0 || length >= NAME_LIMIT || strlen(candidate) >= NAME_LIMIT)
    return;
  size_t distance = distance_between(near->name, candidate);
  /* A third of the letters may be wrong; two always may, if something is left. */
  size_t limit = length / 3 > 2 ? length / 3 : 2;
  if (distance <= limit && distance < length && (near->best == NULL || distance < near->distance)) {
    near->best = candidate;
    near->distance = distance;
  }
}

const char *nearest_hint(const nearest *near, const char *prefix, char *buffer, size_t size) {
  buffer[0] = 0;
  if (near->best != NULL)
    snprintf(buffer, size, ", did you mean '%s%s'?", prefix, near->best);
  return buffer;
}
